//! What somebody tries who writes requests by hand: rights that ended, sight that was made up, work that is kept apart, and
//! what becomes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_app::Outbox;
use outpost_demo::{roles, workflows};
use outpost_domain::attention::{Cause, ReleaseCommand};
use outpost_domain::device::{Device, DeviceModel, DeviceState, SaveDevice};
use outpost_domain::person::{Replica, SaveUser, User};
use outpost_domain::stock::ReceiveStock;
use outpost_domain::ticket::{AddNote, AttachFile, OpenTicket, Purpose, Ticket};
use outpost_domain::{Act, Code, Command, Id, Quantity};
use outpost_headquarters::{Headquarters, HeadquartersError};
use outpost_sync::protocol::{Cursor, Frame, Outcome, PROTOCOL, Pull, Pushed, Status, SyncRequest};
use outpost_sync::{Files, Identity, SigningKey};
use uuid::Uuid;
mod clock;
mod company;
mod reach;

use company::*;

#[test]
fn stock_of_another_region_is_touched_by_nobody_and_its_people_are_told_and_may_decide() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    let pushed = company.act(LI, use_of(ticket, SOUTH));
    let outcome = company.push(LI, pushed.clone(), NOW);
    assert_eq!((outcome.status, outcome.refusal.unwrap().code), (Status::Quarantined, Code::OutOfSight));
    assert_eq!(company.level(SOUTH), Quantity::of(10));
    let matter = company.matter(pushed.id);
    assert_eq!((matter.cause, matter.region_id), (Cause::Quarantined, Some(id(SOUTH))));
    assert_eq!(matter.details.keys().collect::<Vec<_>>(), ["kind"], "nothing is told of what is hidden");
    let release = Command::from(ReleaseCommand { attention_id: matter.id, note: "he was here".into() });
    // The ticket is not the South's to see, so its clerk may not; nor the author, who may not see the shelf.
    for who in [CLERK, LI, BOSS, CHEN] {
        assert!(company.hq.give(id(who), Uuid::now_v7(), release.clone(), NOW).unwrap().is_err(), "{who}");
    }
    assert_eq!(company.level(SOUTH), Quantity::of(10));
    company.give(ADMIN, ReleaseCommand { attention_id: matter.id, note: "he was here".into() });
    assert_eq!(company.level(SOUTH), Quantity::from(9));
    assert!(company.matter(pushed.id).resolved_at.is_some());
    // The device that sends it again hears that it was done, and it is done once; so is the release.
    assert_eq!(company.push(LI, pushed, NOW).status, Status::Applied);
    assert!(company.hq.give(id(ADMIN), Uuid::now_v7(), release, NOW).unwrap().is_err());
    assert_eq!(company.level(SOUTH), Quantity::from(9));
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
}

#[test]
fn yesterdays_work_counts_and_a_made_up_past_does_not() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    let (_, cursor) = company.pull(LI, None, NOW);
    let note = |text: &str| AddNote { ticket_id: ticket, text: text.into() };
    let given_before = Pushed { base_revision: cursor.revision, ..company.act(LI, note("before")) };
    let second = Pushed { base_revision: cursor.revision, ..company.act(LI, note("still before")) };
    let from = user(LI, "engineer", NORTH);
    company.give(ADMIN, SaveUser { user: User { region_id: id(SOUTH), ..from.clone() }, from: Some(from) });
    assert_eq!(company.push(LI, given_before, NOW).status, Status::Applied, "they could not know");
    // Longer ago than the grace: kept apart, and not lost.
    let late = company.push(LI, second.clone(), NOW + 31 * DAY);
    assert_eq!(late.status, Status::Quarantined);
    // The replica holds what it was told since; it cannot have stood where it says.
    let (_, newer) = company.pull(LI, Some(cursor.clone()), NOW);
    company.pull(LI, Some(newer), NOW);
    let claimed = Pushed { base_revision: cursor.revision, ..company.act(LI, note("made up")) };
    assert_eq!(company.push(LI, claimed, NOW).status, Status::Quarantined);
    let intent = outpost_domain::ticket::ClaimTicket { ticket_id: ticket };
    let intent = Pushed { base_revision: cursor.revision, ..company.act(LI, intent) };
    assert_eq!(company.push(LI, intent, NOW).status, Status::Refused, "what one asks for is judged by today");
}

#[test]
fn a_right_that_ended_ends_for_facts_too() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    let (_, cursor) = company.pull(LI, None, NOW);
    let base_revision = cursor.revision;
    let before = Pushed { base_revision, ..company.act(LI, use_of(ticket, NORTH)) };
    let engineer = user(LI, "engineer", NORTH);
    let finance = user(LI, "finance", NORTH);
    company.give(ADMIN, SaveUser { user: finance, from: Some(engineer) });
    assert_eq!(company.push(LI, before, NOW).status, Status::Applied);
    let (_, newer) = company.pull(LI, Some(cursor), NOW);
    company.pull(LI, Some(newer), NOW);
    let claimed = Pushed { base_revision, ..company.act(LI, use_of(ticket, NORTH)) };
    let outcome = company.push(LI, claimed, NOW);
    assert_eq!((outcome.status, outcome.refusal.unwrap().code), (Status::Quarantined, Code::RightMissing));
    assert_eq!(company.level(NORTH), Quantity::from(9));
}

#[test]
fn a_view_that_is_somebody_elses_tells_nothing() {
    let company = Company::new();
    company.open(SOUTH);
    let (_, of_south) = company.pull(CHEN, None, NOW);
    let (_, mut cursor) = company.pull(LI, None, NOW);
    cursor.view = of_south.view;
    let (frames, _) = company.pull(LI, Some(cursor), NOW);
    let evicted = frames.iter().filter(|frame| matches!(frame, Frame::Evict { .. })).count();
    assert_eq!(evicted, 0, "what left its sight would name what it never saw");
    assert!(frames.iter().any(|frame| matches!(frame, Frame::Begin { anew: true, .. })));
}

#[test]
fn a_tag_that_nobody_made_begins_no_epoch_and_one_that_was_lost_does() {
    let company = Company::new();
    let (_, cursor) = company.pull(LI, None, NOW);
    let epoch = company.hq.epoch().unwrap();
    for tag in ["", "made up", &"0".repeat(40), &cursor.tag.replace(|digit: char| digit.is_ascii_digit(), "a")] {
        let forged = Cursor { tag: tag.to_owned(), ..cursor.clone() };
        let (frames, _) = company.pull(LI, Some(forged), NOW);
        assert!(frames.iter().any(|frame| matches!(frame, Frame::Begin { anew: true, .. })), "it costs who sent it");
        assert_eq!(company.hq.epoch().unwrap(), epoch);
    }
    // A commit that is not here any more, as after a restore.
    let bytes = company.hq.writer().to_bytes().unwrap();
    company.open(NORTH);
    let (_, newer) = company.pull(LI, Some(cursor), NOW);
    let restored = Company { hq: Headquarters::in_memory(Some(&bytes), 1000).unwrap() };
    let user = restored.hq.reader().get::<User>(id(LI)).unwrap().unwrap();
    let request = SyncRequest {
        protocol: PROTOCOL,
        version: "1".into(),
        sent_at: NOW,
        nonce: String::new(),
        epoch: Some(newer.epoch.clone()),
        before_epoch_seq: 0,
        waiting: 0,
        files_waiting: 0,
        commands: vec![],
        pull: Some(Pull { cursor: Some(newer), ..Pull::default() }),
    };
    restored.hq.answer(&restored.record(LI), &user, &request, NOW).unwrap();
    let begun = restored.hq.epoch().unwrap();
    assert_ne!(begun, epoch);
    // The same proof is of the epoch before: it begins no other.
    let again = SyncRequest { epoch: Some(begun.clone()), ..request };
    restored.hq.answer(&restored.record(LI), &user, &again, NOW).unwrap();
    assert_eq!(restored.hq.epoch().unwrap(), begun);
}

#[test]
fn a_made_up_name_writes_over_nothing() {
    let company = Company::new();
    let ticket = id(500);
    let opened = company.open(NORTH);
    let known = company.hq.reader().get::<Ticket>(opened).unwrap().unwrap();
    // One that came by no command, as from another system.
    company.hq.store_records(&[Ticket { id: ticket, region_id: id(SOUTH), ..known.clone() }.into()]).unwrap();
    for (who, region) in [(LI, NORTH), (CHEN, SOUTH)] {
        let mut pushed = company.act(who, AddNote { ticket_id: opened, text: "x".into() });
        let open = serde_json::json!({
            "id": ticket, "actor_id": id(who), "replica_id": id(900 + who), "occurred_at": NOW, "requires": [],
            "name": "OpenTicket", "payload": {
                "number": "10-0001", "workflow_id": known.workflow_id, "title": "mine now", "description": "",
                "urgency": "normal", "source": "", "device_id": null, "site_id": id(20 + region), "contact_id": null,
                "engineer_id": null, "planned_at": null, "due_at": null, "fault_code": "", "latitude": null,
                "longitude": null,
            },
        });
        (pushed.id, pushed.act) = (ticket, open.to_string());
        let outcome = company.hq.receive(&company.record(who), &[pushed], NOW).unwrap().remove(0);
        assert!(!outcome.status.is_done(), "{outcome:?}");
        assert_eq!(company.hq.reader().get::<Ticket>(ticket).unwrap().unwrap().title, "door");
        company.hq.writer().execute("DELETE FROM command WHERE id = $1", &[&ticket.to_string()]).unwrap();
    }
}

#[test]
fn what_is_beyond_every_limit_is_written_nowhere_and_kept() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    let long = company.act(LI, AddNote { ticket_id: ticket, text: "门".repeat(10_001) });
    assert_eq!(company.push(LI, long, NOW).status, Status::Quarantined);
    let mut heavy = company.act(LI, AddNote { ticket_id: ticket, text: "x".into() });
    heavy.act = heavy.act.replace(r#""text":"x""#, &format!(r#""text":"x","more":"{}""#, "y".repeat(70_000)));
    // Nobody's device writes so much: of that only the beginning is kept, and it is known again by its hash.
    for _ in 0..2 {
        assert_eq!(company.push(LI, heavy.clone(), NOW).status, Status::Refused);
    }
    assert_eq!(company.matter(heavy.id).code, Code::FieldTooLong);
    let sql = "SELECT length(act) FROM command WHERE id = $1";
    assert!(company.hq.reader().number(sql, &[&heavy.id.to_string()]).unwrap() < 4_000);
    let other = Pushed { act: heavy.act.replace("yy", "yz"), ..heavy };
    assert_eq!(company.push(LI, other, NOW).refusal.unwrap().details["field"], "id");
    // Nor is a command called by a name as long as a book.
    let named = company.act(LI, AddNote { ticket_id: ticket, text: "x".into() });
    let named = Pushed { act: named.act.replace("AddNote", &"Sing".repeat(10_000)), ..named };
    assert_eq!(company.push(LI, named.clone(), NOW).status, Status::Held);
    assert_eq!(company.matter(named.id).command_name.len(), 60);
    let huge = ReceiveStock { part_id: id(PART), quantity: Quantity::MAX, to_id: id(30 + SOUTH), note: String::new() };
    for _ in 0..2 {
        let outcome = company.push(CLERK, company.act(CLERK, huge.clone()), NOW);
        assert_eq!((outcome.status, outcome.refusal.unwrap().code), (Status::Quarantined, Code::QuantityImplausible));
    }
    assert_eq!(company.level(SOUTH), Quantity::of(10));
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
}

#[test]
fn the_last_administrator_stays_and_nobody_makes_themselves_one() {
    let company = Company::new();
    let from = user(ADMIN, "admin", ROOT);
    let change = |change: fn(&mut User)| {
        let mut user = from.clone();
        change(&mut user);
        let save = SaveUser { user, from: Some(from.clone()) };
        company.hq.give(id(ADMIN), Uuid::now_v7(), save.into(), NOW).unwrap().map(drop).map_err(|refusal| refusal.code)
    };
    assert_eq!(change(|user| user.active = false), Err(Code::LastAdministrator));
    assert_eq!(change(|user| user.role_id = self::user(1, "finance", ROOT).role_id), Err(Code::LastAdministrator));
    assert_eq!(change(|user| user.phone = "2".into()), Ok(()));
    // One who cannot get in is none.
    company.hq.store_records(&[user(15, "admin", ROOT).into()]).unwrap();
    assert_eq!(change(|user| user.active = false), Err(Code::LastAdministrator));
    company.hq.store_records(&[replica(15).into()]).unwrap();
    let known = company.hq.reader().get::<User>(id(ADMIN)).unwrap().unwrap();
    let leaves = SaveUser { user: User { active: false, ..known.clone() }, from: Some(known) };
    company.give(ADMIN, leaves);
    let note = SaveUser { user: user(LI, "engineer", NORTH), from: None };
    let refused = company.hq.give(id(ADMIN), Uuid::now_v7(), note.into(), NOW).unwrap().unwrap_err();
    assert_eq!(refused.code, Code::ActorInactive);
}

#[test]
fn what_rests_on_something_that_is_not_there_yet_is_done_when_it_comes() {
    let company = Company::new();
    // Who opened the ticket has not come back yet, and neither has who used the part.
    let open = company.act(LI, AddNote { ticket_id: id(1), text: String::new() });
    let ticket = open.id;
    let note = company.act(BOSS, AddNote { ticket_id: ticket, text: "seen".into() });
    let used = company.act(BOSS, use_of(ticket, NORTH));
    let back =
        outpost_domain::stock::ReturnPart { movement_id: used.id, quantity: Quantity::ONE, to_id: id(30 + NORTH) };
    let back = company.act(BOSS, back);
    for pushed in [&note, &back, &used] {
        let outcome = company.push(BOSS, pushed.clone(), NOW);
        assert_eq!((outcome.status, outcome.refusal.unwrap().code), (Status::Held, Code::RecordMissing));
    }
    assert_eq!(company.level(NORTH), Quantity::of(10));
    let act = serde_json::json!({
        "id": ticket, "actor_id": id(LI), "replica_id": id(900 + LI), "occurred_at": NOW, "requires": [],
        "name": "OpenTicket", "payload": {
            "number": "10-0001", "workflow_id": workflows().into_iter().find(|known| known.key == "repair").unwrap().id,
            "title": "door", "description": "", "urgency": "normal", "source": "", "device_id": null,
            "site_id": id(20 + NORTH), "contact_id": null, "engineer_id": null, "planned_at": null, "due_at": null,
            "fault_code": "", "latitude": null, "longitude": null,
        },
    });
    let outcome = company.push(LI, Pushed { act: act.to_string(), ..open }, NOW);
    assert_eq!(outcome.status, Status::Applied, "{outcome:?}");
    assert_eq!(company.level(NORTH), Quantity::of(10), "one used, one brought back");
    for pushed in [&note, &used, &back] {
        assert_eq!(company.push(BOSS, pushed.clone(), NOW).status, Status::Applied, "{}", pushed.act);
        assert!(company.matter(pushed.id).resolved_at.is_some(), "the matter that said that it waits is over");
    }
    assert_eq!(company.hq.reader().number("SELECT count(*) FROM held", &[]).unwrap(), 0);
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
}

/// After a restore all that a device did comes at once, and it may send again what it opened after what was done for it.
#[test]
fn what_waits_may_come_in_one_commit_with_what_it_waits_for() {
    let company = Company::new();
    let open = company.act(LI, OpenTicket { number: "10-0001".into(), ..an_open(NORTH) });
    let step_id = outpost_domain::ticket::step_id(open.id, "arrive");
    let acts = [
        company.act(LI, AddNote { ticket_id: open.id, text: "on my way".into() }),
        company.act(LI, outpost_domain::ticket::StartStep { step_id }),
        open,
    ];
    let acts: Vec<Pushed> = (1..).zip(acts).map(|(seq, act)| Pushed { seq, ..act }).collect();
    let outcomes = company.hq.receive(&company.record(LI), &acts, NOW).unwrap();
    assert_eq!(outcomes.iter().map(|it| it.status).collect::<Vec<_>>(), [Status::Held, Status::Held, Status::Applied]);
    for act in &acts {
        assert_eq!(company.push(LI, act.clone(), NOW).status, Status::Applied);
    }
    assert_eq!(company.hq.reader().number("SELECT count(*) FROM held", &[]).unwrap(), 0);
    assert_eq!(company.hq.verify_commits(None).unwrap(), None);
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
}

/// What waited is done before what its device did after it.
#[test]
fn what_waited_is_done_in_the_order_of_its_device() {
    use outpost_domain::ticket::{PauseStep, StartStep, Step, StepState};
    let company = Company::new();
    let open = company.act(LI, OpenTicket { number: "10-0001".into(), ..an_open(NORTH) });
    let step_id = outpost_domain::ticket::step_id(open.id, "arrive");
    let start = company.act(LI, StartStep { step_id });
    let pause = company.act(LI, PauseStep { step_id, reason: "lunch".into() });
    let mut claim = company.act(LI, outpost_domain::ticket::ClaimTicket { ticket_id: open.id });
    claim.act = claim.act.replace(r#""requires":[]"#, &format!(r#""requires":["{}"]"#, start.id));
    let take = |acts: &[Pushed]| {
        let outcomes = company.hq.receive(&company.record(LI), acts, NOW).unwrap();
        outcomes.into_iter().map(|outcome| outcome.status).collect::<Vec<_>>()
    };
    assert_eq!(take(&[Pushed { seq: 1, ..start }]), [Status::Held]);
    let rest: Vec<Pushed> = (2..).zip([open, pause, claim]).map(|(seq, act)| Pushed { seq, ..act }).collect();
    assert_eq!(take(&rest), [Status::Applied, Status::Applied, Status::Applied]);
    assert_eq!(company.hq.reader().get::<Step>(step_id).unwrap().unwrap().state, StepState::Paused);
    assert_eq!(company.hq.reader().number("SELECT count(*) FROM held", &[]).unwrap(), 0);
    assert_eq!(company.hq.verify_commits(None).unwrap(), None);
}

/// What does not fit into one commit comes in others, in which the order of the device is kept: what it did later comes later.
#[test]
fn much_that_waited_is_done_in_portions_and_in_order() {
    use outpost_domain::device::{BindTag, TagTarget};
    use outpost_domain::ticket::{PauseStep, StartStep, Step, StepState};
    let company = Company::new();
    let open = company.act(ADMIN, OpenTicket { number: company.record(ADMIN).prefix + "-0001", ..an_open(NORTH) });
    let step_id = outpost_domain::ticket::step_id(open.id, "arrive");
    let note = |n: usize| company.act(ADMIN, AddNote { ticket_id: open.id, text: format!("note {n}") });
    let mut waiting: Vec<Pushed> = (0..450).map(note).collect();
    // Each of these waits for the one before it.
    for n in 0..250 {
        let bind = BindTag { code: format!("CODE-{n}"), target: TagTarget::Part, target_id: id(PART) };
        let mut bind = company.act(ADMIN, bind);
        let before = waiting[waiting.len() - 1].id;
        bind.act = bind.act.replace(r#""requires":[]"#, &format!(r#""requires":["{before}"]"#));
        waiting.push(bind);
    }
    waiting.push(company.act(ADMIN, StartStep { step_id }));
    let waiting: Vec<Pushed> = (1..).zip(waiting).map(|(seq, act)| Pushed { seq, ..act }).collect();
    let record = company.record(ADMIN);
    let held = company.hq.receive(&record, &waiting, NOW).unwrap();
    assert!(held.iter().all(|outcome| outcome.status == Status::Held));
    let before = company.hq.revision().unwrap();
    let pause = company.act(ADMIN, PauseStep { step_id, reason: "lunch".into() });
    let acts: Vec<Pushed> = (1000..).zip([open.clone(), pause]).map(|(seq, act)| Pushed { seq, ..act }).collect();
    let outcomes = company.hq.receive(&record, &acts, NOW).unwrap();
    assert_eq!(outcomes.iter().map(|it| it.status).collect::<Vec<_>>(), [Status::Applied, Status::Applied]);
    assert!(company.hq.revision().unwrap() >= before + 4);
    let reader = company.hq.reader();
    assert_eq!(reader.number("SELECT count(*) FROM held", &[]).unwrap(), 0);
    assert_eq!(reader.get::<Step>(step_id).unwrap().unwrap().state, StepState::Paused, "begun before it was paused");
    let most = "SELECT max(n) FROM (SELECT count(*) AS n FROM command GROUP BY revision)";
    assert!(reader.number(most, &[]).unwrap() <= 201);
    let notes = "SELECT count(*) FROM event WHERE name = 'NoteAdded'";
    assert_eq!(reader.number(notes, &[]).unwrap(), 450);
    drop(reader);
    for act in &waiting {
        assert_eq!(company.push(ADMIN, act.clone(), NOW).status, Status::Applied);
    }
    assert_eq!(company.hq.verify_commits(None).unwrap(), None);
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
}

/// Nor does what a device does while that is going on come before what it had done.
#[test]
fn what_comes_while_much_is_taken_up_comes_after_that() {
    use outpost_domain::ticket::{PauseStep, StartStep, Step, StepState};
    let company = Company::new();
    let number = company.record(ADMIN).prefix + "-0001";
    let open = company.act(ADMIN, OpenTicket { number, engineer_id: Some(id(LI)), ..an_open(NORTH) });
    let step_id = outpost_domain::ticket::step_id(open.id, "arrive");
    let note = |n: usize| company.act(LI, AddNote { ticket_id: open.id, text: format!("note {n}") });
    let mut waiting: Vec<Pushed> = (0..1500).map(note).collect();
    waiting.push(company.act(LI, StartStep { step_id }));
    let waiting: Vec<Pushed> = (1..).zip(waiting).map(|(seq, act)| Pushed { seq, ..act }).collect();
    let record = company.record(LI);
    company.hq.receive(&record, &waiting, NOW).unwrap();
    let before = company.hq.revision().unwrap();
    let pause = company.act(LI, PauseStep { step_id, reason: "lunch".into() });
    let paused = std::thread::scope(|scope| {
        let opened = scope.spawn(|| company.push(ADMIN, open.clone(), NOW).status);
        while company.hq.revision().unwrap() == before {
            std::thread::yield_now();
        }
        let paused = company.hq.receive(&record, &[Pushed { seq: 5000, ..pause }], NOW).unwrap();
        assert_eq!(opened.join().unwrap(), Status::Applied);
        paused[0].status
    });
    assert_eq!(paused, Status::Applied);
    assert_eq!(company.hq.reader().get::<Step>(step_id).unwrap().unwrap().state, StepState::Paused);
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
}

/// What a device had given that was lost, and found again, waits for nothing any more.
#[test]
fn what_waited_when_its_device_was_lost_is_done_when_that_is_found() {
    let company = Company::new();
    let open = company.act(ADMIN, OpenTicket { number: company.record(ADMIN).prefix + "-0001", ..an_open(NORTH) });
    let note = company.act(LI, AddNote { ticket_id: open.id, text: "on my way".into() });
    assert_eq!(company.push(LI, note.clone(), NOW).status, Status::Held);
    let actor = outpost_headquarters::Actor::machine();
    let replica_id = company.record(LI).id;
    company.hq.revoke(&actor, replica_id, true).unwrap();
    assert_eq!(company.push(ADMIN, open, NOW).status, Status::Applied);
    assert_eq!(company.push(LI, note.clone(), NOW).status, Status::Held, "kept apart as long as it is lost");
    company.hq.revoke(&actor, replica_id, false).unwrap();
    assert_eq!(company.push(LI, note, NOW).status, Status::Applied);
}

/// A record may come by another way than a command: a person who was lost with a restore, and comes back with their device.
#[test]
fn what_waits_for_a_record_is_done_however_that_comes() {
    let company = Company::new();
    let new = user(77, "engineer", NORTH);
    let number = company.record(ADMIN).prefix + "-0001";
    let act = OpenTicket { number, engineer_id: Some(new.id), ..an_open(NORTH) };
    let open = company.act(ADMIN, act);
    let note = company.act(LI, AddNote { ticket_id: open.id, text: "on my way".into() });
    assert_eq!(company.push(ADMIN, open.clone(), NOW).status, Status::Held);
    assert_eq!(company.push(LI, note.clone(), NOW).status, Status::Held);
    company.hq.store_records(&[new.into()]).unwrap();
    assert_eq!(company.push(ADMIN, open, NOW).status, Status::Applied);
    assert_eq!(company.push(LI, note, NOW).status, Status::Applied);
}

/// A row that nobody can read keeps back what rests on it, and nothing else.
#[test]
fn a_row_that_cannot_be_read_stops_no_device() {
    let company = Company::new();
    let (bad, good) = (company.open(NORTH), company.open(NORTH));
    let sql = "UPDATE ticket SET opened_at = 'never' WHERE id = $1";
    company.hq.writer().execute(sql, &[&bad.to_string()]).unwrap();
    let note = |ticket_id: Id| company.act(LI, AddNote { ticket_id, text: "on my way".into() });
    let acts: Vec<Pushed> = (1..).zip([note(bad), note(good)]).map(|(seq, act)| Pushed { seq, ..act }).collect();
    let outcomes = company.hq.receive(&company.record(LI), &acts, NOW).unwrap();
    assert_eq!(outcomes.iter().map(|it| it.status).collect::<Vec<_>>(), [Status::Held, Status::Applied]);
    company.pull(LI, None, NOW);
    // Headquarters opens all the same, so that it can be repaired; and then what waited is done.
    let reopened = |company: Company| {
        let bytes = company.hq.writer().to_bytes().unwrap();
        Company { hq: Headquarters::in_memory(Some(&bytes), 1000).unwrap() }
    };
    let company = reopened(company);
    let status = |company: &Company| company.push(LI, acts[0].clone(), NOW).status;
    assert_eq!(status(&company), Status::Held);
    let sql = "UPDATE ticket SET opened_at = $1 WHERE id = $2";
    company.hq.writer().execute(sql, &[&NOW, &bad.to_string()]).unwrap();
    assert_eq!(status(&reopened(company)), Status::Applied);
}

/// Nobody opens a ticket again that no restore has lost, and what somebody may not bring back takes nobody's id.
#[test]
fn only_what_a_restore_lost_is_brought_back() {
    let company = Company::new();
    let again = OpenTicket { number: "HQ-0007".into(), again: true, ..an_open(SOUTH) };
    let forged = company.act(LI, OpenTicket { site_id: id(20 + NORTH), ..again.clone() });
    let outcome = company.push(LI, forged.clone(), NOW);
    assert_eq!((outcome.status, outcome.revision), (Status::Refused, 0));
    assert!(company.hq.reader().get::<Ticket>(forged.id).unwrap().is_none());
    company.hq.begin_epoch().unwrap();
    // Li may not see the South's site, Chen does.
    let by = |who: u128, name: Id| {
        let act = company.act(who, again.clone());
        Pushed { id: name, act: act.act.replace(&act.id.to_string(), &name.to_string()), ..act }
    };
    let name = Uuid::now_v7();
    // They were told of it before the epoch, which began by the machine's clock.
    let then = 1_790_000_000_000_i64;
    let by = |who: u128, name: Id| {
        let Pushed { act, .. } = by(who, name);
        Pushed { act: act.replace(&NOW.to_string(), &then.to_string()), ..by(who, name) }
    };
    assert_eq!(company.push(LI, by(LI, name), then).status, Status::Refused);
    assert_eq!(company.push(CHEN, by(CHEN, name), then).status, Status::Adjusted);
    assert_eq!(company.matter(name).code, Code::TicketBroughtBack);
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
}

#[test]
fn what_waits_for_a_command_that_was_kept_apart_goes_on_when_that_is_released() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    let used = company.act(LI, use_of(ticket, SOUTH));
    company.push(LI, used.clone(), NOW);
    let claim = Command::from(outpost_domain::ticket::ClaimTicket { ticket_id: ticket });
    let mut pushed = company.act(LI, claim);
    pushed.act = pushed.act.replace(r#""requires":[]"#, &format!(r#""requires":["{}"]"#, used.id));
    assert_eq!(company.push(LI, pushed.clone(), NOW).status, Status::Held);
    let attention_id = company.matter(used.id).id;
    company.give(ADMIN, ReleaseCommand { attention_id, note: String::new() });
    assert_eq!(company.push(LI, pushed, NOW).status, Status::Applied);
    assert_eq!(company.hq.reader().get::<Ticket>(ticket).unwrap().unwrap().engineer_id, Some(id(LI)));
}

#[test]
fn what_a_newer_program_knows_is_taken_up_when_it_starts() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    let note = company.act(LI, AddNote { ticket_id: ticket, text: "x".into() });
    // As of a program that did not know notes.
    let strange = Pushed { act: note.act.replace("AddNote", "AddSong"), ..note.clone() };
    assert_eq!(company.push(LI, strange, NOW).status, Status::Held);
    let store = company.hq.writer();
    let sql = "UPDATE command SET act = $1 WHERE id = $2";
    store.execute(sql, &[&note.act, &note.id.to_string()]).unwrap();
    store.execute("UPDATE held SET id = 'AddNote'", &[]).unwrap();
    drop(store);
    let bytes = company.hq.writer().to_bytes().unwrap();
    let newer = Company { hq: Headquarters::in_memory(Some(&bytes), 1000).unwrap() };
    assert_eq!(newer.push(LI, note, NOW).status, Status::Applied);
    assert_eq!(newer.hq.check().unwrap().findings, Vec::<String>::new());
}

#[test]
fn a_time_outside_reason_is_put_right_and_told() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    for occurred_at in [i64::MIN, 0, 253_402_300_799_000, i64::MAX] {
        let mut pushed = company.act(LI, AddNote { ticket_id: ticket, text: "x".into() });
        pushed.act = pushed.act.replace(&format!(r#""occurred_at":{NOW}"#), &format!(r#""occurred_at":{occurred_at}"#));
        let outcome = company.push(LI, pushed.clone(), NOW);
        assert_eq!(outcome.status, Status::Adjusted, "{occurred_at}");
        let matter = company.matter(pushed.id);
        assert_eq!((matter.code, matter.raised_at), (Code::ClockImplausible, NOW));
        let written: Vec<outpost_domain::ticket::Event> =
            company.hq.reader().select("WHERE name = 'NoteAdded' ORDER BY id DESC LIMIT 1", &[]).unwrap();
        assert!(written[0].occurred_at.abs_diff(NOW) <= 400 * DAY as u64);
    }
}

#[test]
fn who_is_given_a_ticket_elsewhere_sees_what_it_needs_as_long_as_they_have_it() {
    let company = Company::new();
    let ticket = company.open(SOUTH);
    let (_, before) = company.pull(LI, None, NOW);
    let assign = |from: Option<u128>, to: Option<u128>| outpost_domain::ticket::AssignTicket {
        ticket_id: ticket,
        from_engineer_id: from.map(id),
        engineer_id: to.map(id),
        from_planned_at: None,
        planned_at: None,
    };
    company.give(ADMIN, assign(None, Some(LI)));
    let kinds = |frames: &[Frame]| {
        let rows =
            frames.iter().filter_map(|frame| if let Frame::Rows { rows, .. } = frame { Some(rows) } else { None });
        rows.flatten().map(|row| row.kind.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    let (frames, given) = company.pull(LI, Some(before), NOW);
    for kind in ["ticket", "step", "event", "site"] {
        assert!(kinds(&frames).contains(kind), "{kind} of {:?}", kinds(&frames));
    }
    let step_id = outpost_domain::ticket::step_id(ticket, "arrive");
    let started = company.act(LI, outpost_domain::ticket::StartStep { step_id });
    assert_eq!(company.push(LI, started, NOW).status, Status::Applied);
    // Not the region's other things.
    let used = company.act(LI, use_of(ticket, SOUTH));
    assert_eq!(company.push(LI, used, NOW).status, Status::Quarantined);
    company.give(ADMIN, assign(Some(LI), None));
    let (frames, taken) = company.pull(LI, Some(given), NOW);
    company.pull(LI, Some(taken), NOW);
    let gone =
        frames.iter().filter_map(|frame| if let Frame::Evict { records, .. } = frame { Some(records) } else { None });
    let gone: std::collections::BTreeSet<_> = gone.flatten().map(|record| record.kind.clone()).collect();
    assert!(gone.contains("ticket") && gone.contains("site"), "{gone:?}");
    let note = company.act(LI, AddNote { ticket_id: ticket, text: "x".into() });
    assert_eq!(company.push(LI, note, NOW).status, Status::Quarantined);
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
}

#[test]
fn a_token_makes_no_copies_of_itself_and_all_of_a_family_are_lost_together() {
    let company = Company::new();
    let (secret, _) = company.hq.invite(&outpost_headquarters::Actor::machine(), id(LI)).unwrap();
    let key = SigningKey::generate().unwrap();
    let (device_name, version, public_key) = ("tablet".into(), "1".into(), key.public());
    let request = outpost_sync::protocol::EnrolRequest { secret, device_name, version, public_key };
    let tablet = Identity::of("http://hq", false, key.clone(), company.hq.enrol(&request).unwrap());
    let first = tablet.replica.clone();
    // Each has a key of its own.
    let another = SigningKey::generate().unwrap();
    let fork = |of: &Identity| company.hq.fork(&of.fork_request(&another), "test");
    let refused = fork(&tablet).unwrap_err().to_string();
    assert!(refused.contains("not asked"), "{refused}");
    // Two that both believe to be it: headquarters says so, and one of them becomes another, once.
    let user = company.hq.reader().get::<User>(id(LI)).unwrap().unwrap();
    let ticket = company.open(NORTH);
    let push = |seq: i64, text: &str| {
        let (name, command) = (Uuid::now_v7(), Command::from(AddNote { ticket_id: ticket, text: text.into() }));
        let version = command.version();
        let act = Act { id: name, actor_id: id(LI), replica_id: first.id, occurred_at: NOW, requires: vec![], command };
        let act = serde_json::to_string(&act).unwrap();
        let request = SyncRequest {
            protocol: PROTOCOL,
            version: "1".into(),
            sent_at: NOW,
            nonce: String::new(),
            epoch: None,
            before_epoch_seq: 0,
            waiting: 0,
            files_waiting: 0,
            commands: vec![Pushed { id: name, seq, version, base_revision: 0, act }],
            pull: None,
        };
        company.hq.answer(&first, &user, &request, NOW).map(drop)
    };
    push(1, "one").unwrap();
    assert!(push(1, "the other").is_err());
    let copy = fork(&tablet).unwrap();
    assert!(fork(&tablet).is_err(), "once");
    assert!(fork(&Identity::of("http://hq", false, another.clone(), copy.clone())).is_err());
    let twice = company.hq.invite(&outpost_headquarters::Actor::machine(), id(CHEN)).unwrap().0;
    assert!(company.hq.enrol(&outpost_sync::protocol::EnrolRequest { secret: twice, ..request }).is_err());
    company.hq.revoke(&outpost_headquarters::Actor::machine(), copy.replica.id, true).unwrap();
    for lost in [first.id, copy.replica.id] {
        assert!(company.hq.reader().get::<Replica>(lost).unwrap().unwrap().revoked);
    }
    assert!(!company.record(CHEN).revoked);
    // What they hold they hand in, and that ends at a date.
    assert!(company.hq.who(&copy.token).unwrap().is_some());
    let sql = "SELECT count(*) FROM token WHERE ends_at IS NULL";
    assert_eq!(company.hq.reader().number(sql, &[]).unwrap(), 0);
}

#[test]
fn a_region_s_people_are_looked_after_by_who_has_the_region() {
    let company = Company::new();
    let get = |n: u128| company.hq.reader().get::<User>(id(n)).unwrap().unwrap();
    let may = |who: u128, whom: u128| company.hq.may_look_after(&get(who), id(whom)).is_ok();
    assert!(may(ADMIN, LI) && may(ADMIN, CHEN) && may(ADMIN, ADMIN));
    assert!(!may(BOSS, LI) && !may(LI, LI), "without the right");
    let mut role = roles().into_iter().find(|role| role.key == "dispatcher").unwrap();
    role.id = id(77);
    role.rights = vec![outpost_domain::person::Right::EditPerson];
    let branch = User { id: id(78), role_id: id(77), ..user(BOSS, "manager", NORTH) };
    let theirs = User { id: id(79), role_id: user(1, "admin", ROOT).role_id, ..branch.clone() };
    company.hq.store_records(&[role.into(), branch.into(), theirs.into()]).unwrap();
    assert!(may(78, LI) && !may(78, CHEN) && !may(78, ADMIN));
    assert!(!may(78, 79), "who sees everything, is not theirs to give a password to");
}

#[test]
fn who_is_renamed_signs_in_under_the_new_name() {
    let company = Company::new();
    company.hq.set_password(&outpost_headquarters::Actor::machine(), id(LI), "a good password").unwrap();
    let sign_in = |login: &str| company.hq.sign_in(login, "a good password", "test").is_ok();
    assert!(sign_in(&LI.to_string()));
    let from = user(LI, "engineer", NORTH);
    company.give(ADMIN, SaveUser { user: User { login: "li.wei".into(), ..from.clone() }, from: Some(from.clone()) });
    assert!(sign_in("li.wei") && !sign_in(&LI.to_string()));
    // Nobody else takes the name.
    let other = user(CHEN, "engineer", SOUTH);
    let same = SaveUser { user: User { login: "li.wei".into(), ..other.clone() }, from: Some(other) };
    let refused = company.hq.give(id(ADMIN), Uuid::now_v7(), same.into(), NOW).unwrap().unwrap_err();
    assert_eq!(refused.code, Code::LoginTaken);
    // A tablet is not told what anybody signs in with, and whoever changes something else of them there does not touch it.
    let (frames, _) = company.pull(ADMIN, None, NOW);
    let rows = frames.iter().flat_map(|frame| match frame {
        Frame::Rows { rows, .. } => rows.as_slice(),
        _ => &[],
    });
    let images: Vec<&[u8]> = rows.filter(|row| row.kind == "user").map(|row| row.image.as_slice()).collect();
    assert!(images.len() > 3);
    let told = |name: &str| images.iter().any(|image| image.windows(name.len()).any(|seen| seen == name.as_bytes()));
    assert!(!told("li.wei"));
    let seen = User { login: String::new(), ..company.hq.reader().get::<User>(id(LI)).unwrap().unwrap() };
    let save = SaveUser { user: User { phone: "138 0010 2301".into(), ..seen.clone() }, from: Some(seen) };
    let saved = company.push(ADMIN, company.act(ADMIN, save), NOW);
    assert_eq!((saved.status, saved.refusal), (Status::Applied, None));
    assert!(sign_in("li.wei"));
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
    let known = company.hq.reader().get::<User>(id(LI)).unwrap().unwrap();
    company.give(ADMIN, SaveUser { user: User { active: false, ..known.clone() }, from: Some(known) });
    assert!(!sign_in("li.wei"));
}

#[test]
fn an_id_that_is_another_command_s_tells_nothing_of_it_and_swallows_nothing_in_silence() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    let theirs = company.act(LI, AddNote { ticket_id: ticket, text: "mine".into() });
    assert_eq!(company.push(LI, theirs.clone(), NOW).status, Status::Applied);
    let stolen = company.act(CHEN, AddNote { ticket_id: ticket, text: "not mine".into() });
    let stolen =
        Pushed { id: theirs.id, act: stolen.act.replace(&stolen.id.to_string(), &theirs.id.to_string()), ..stolen };
    let own = Pushed { act: theirs.act.replace("mine", "changed"), ..theirs.clone() };
    for (who, pushed) in [(CHEN, stolen), (LI, own)] {
        let outcome = company.push(who, pushed, NOW);
        assert_eq!((outcome.status, outcome.revision, outcome.tag.as_str()), (Status::Refused, 0, ""));
        assert_eq!(outcome.refusal.unwrap().code, Code::FieldInvalid);
    }
    assert_eq!(company.push(LI, theirs, NOW).status, Status::Applied, "the same again is the same");
    // Within one request as well.
    let first = company.act(LI, AddNote { ticket_id: ticket, text: "first".into() });
    let second = Pushed { act: first.act.replace("first", "second"), ..first.clone() };
    let outcomes = company.hq.receive(&company.record(LI), &[first.clone(), second, first], NOW).unwrap();
    let statuses: Vec<Status> = outcomes.iter().map(|outcome| outcome.status).collect();
    assert_eq!(statuses, [Status::Applied, Status::Refused, Status::Applied]);
}

#[test]
fn what_is_judged_again_is_judged_as_strictly() {
    let company = Company::new();
    let from = user(CHEN, "engineer", SOUTH);
    let promoted = User { phone: "2".into(), ..from.clone() };
    let save = Command::from(SaveUser { user: promoted, from: Some(from) });
    // In the administrator's name, from an engineer's device, by a command that nobody knows yet; and by a lost device.
    let mut forged = company.act(LI, save);
    forged.act =
        forged.act.replace(&format!("\"actor_id\":\"{}\"", id(LI)), &format!("\"actor_id\":\"{}\"", id(ADMIN)));
    let unknown = Pushed { act: forged.act.replace("SaveUser", "SaveSong"), ..forged.clone() };
    assert_eq!(company.push(LI, unknown, NOW).status, Status::Held);
    let ticket = company.open(NORTH);
    let mut apart = company.act(LI, AddNote { ticket_id: ticket, text: "x".into() });
    apart.act = apart.act.replace(&format!("\"actor_id\":\"{}\"", id(LI)), &format!("\"actor_id\":\"{}\"", id(BOSS)));
    company.hq.revoke(&outpost_headquarters::Actor::machine(), id(900 + LI), true).unwrap();
    assert_eq!(company.push(LI, apart.clone(), NOW).status, Status::Quarantined);
    let release = ReleaseCommand { attention_id: company.matter(apart.id).id, note: String::new() };
    let refused = company.hq.give(id(ADMIN), Uuid::now_v7(), release.into(), NOW).unwrap().unwrap_err();
    assert_eq!(refused.code, Code::FieldInvalid);
    company.hq.revoke(&outpost_headquarters::Actor::machine(), id(900 + LI), false).unwrap();
    {
        let store = company.hq.writer();
        store.execute("UPDATE command SET act = $1 WHERE id = $2", &[&forged.act, &forged.id.to_string()]).unwrap();
        store.execute("UPDATE held SET id = 'SaveUser'", &[]).unwrap();
    }
    let bytes = company.hq.writer().to_bytes().unwrap();
    let newer = Company { hq: Headquarters::in_memory(Some(&bytes), 1000).unwrap() };
    assert_eq!(newer.push(LI, forged, NOW).status, Status::Refused);
    assert_eq!(newer.hq.reader().get::<User>(id(CHEN)).unwrap().unwrap().phone, "");
    // A time that nobody had looked at while it waited.
    let open = newer.act(BOSS, AddNote { ticket_id: id(1), text: String::new() });
    let mut early = newer.act(LI, AddNote { ticket_id: open.id, text: "x".into() });
    early.act = early.act.replace(&format!("\"occurred_at\":{NOW}"), &format!("\"occurred_at\":{}", i64::MAX));
    assert_eq!(newer.push(LI, early.clone(), NOW).status, Status::Held);
    let known = newer.hq.reader().get::<Ticket>(ticket).unwrap().unwrap();
    let opened = serde_json::json!({
        "id": open.id, "actor_id": id(BOSS), "replica_id": id(900 + BOSS), "occurred_at": NOW, "requires": [],
        "name": "OpenTicket", "payload": {
            "number": "10-0001", "workflow_id": known.workflow_id, "title": "door", "description": "", "urgency": "normal",
            "source": "", "device_id": null, "site_id": id(20 + NORTH), "contact_id": null, "engineer_id": null,
            "planned_at": null, "due_at": null, "fault_code": "", "latitude": null, "longitude": null,
        },
    });
    newer.push(BOSS, Pushed { act: opened.to_string(), ..open }, NOW);
    assert_eq!(newer.push(LI, early, NOW).status, Status::Adjusted);
}

#[test]
fn a_refusal_names_what_was_named_and_nothing_that_belongs_to_it() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    let step_id = outpost_domain::ticket::step_id(ticket, "arrive");
    let used = company.give(ADMIN, use_of(ticket, NORTH));
    let to_id = id(30 + SOUTH);
    for (command, kind, named) in [
        (Command::from(outpost_domain::ticket::StartStep { step_id }), "step", step_id),
        (
            outpost_domain::stock::ReturnPart { movement_id: used, quantity: Quantity::ONE, to_id }.into(),
            "stock_movement",
            used,
        ),
    ] {
        let hidden = company.hq.give(id(CHEN), Uuid::now_v7(), command, NOW).unwrap().unwrap_err();
        assert_eq!(hidden.code, Code::RecordMissing);
        let said = (hidden.details["kind"].as_str(), hidden.details["id"].clone());
        assert_eq!(said, (kind, named.to_string()));
    }
}

fn save_of(from: &User, role_id: Id) -> SaveUser {
    SaveUser { user: User { role_id, ..from.clone() }, from: Some(from.clone()) }
}

#[test]
fn nobody_becomes_an_administrator_by_a_file() {
    let company = Company::new();
    let from = company.hq.reader().get::<User>(id(LI)).unwrap().unwrap();
    let admin = company.hq.reader().get::<User>(id(ADMIN)).unwrap().unwrap();
    // Whoever writes a file can write anybody's name into it.
    let save = save_of(&from, admin.role_id);
    let note = AddNote { ticket_id: company.open(NORTH), text: "unsent".into() };
    let written = |pushed: Pushed| outpost_domain::WrittenAct { version: pushed.version, act: pushed.act };
    let acts = [written(company.act(ADMIN, save)), written(company.act(LI, note))];
    let unsigned = Outbox::of(acts.to_vec(), None);
    let said = |taken: Result<Vec<Outcome>, HeadquartersError>| match taken {
        Err(HeadquartersError::Denied(denial)) => denial.code,
        other => format!("{other:?}"),
    };
    assert_eq!(said(company.hq.import(&unsigned, false, NOW)), "not_signed");
    let outcomes = company.hq.import(&unsigned, true, NOW).unwrap();
    assert_eq!(outcomes[0].status, Status::Refused);
    assert_eq!(outcomes[1].status, Status::Applied, "what was done is not lost");
    assert_eq!(company.hq.reader().get::<User>(id(LI)).unwrap().unwrap(), from);
    // Nor by letting somebody else be one whose command was kept apart.
    company.hq.store_records(&[Replica { revoked: true, ..replica(ADMIN) }.into()]).unwrap();
    let apart = company.act(ADMIN, save_of(&from, admin.role_id));
    assert_eq!(company.push(ADMIN, apart.clone(), NOW).status, Status::Quarantined);
    let release = ReleaseCommand { attention_id: company.matter(apart.id).id, note: String::new() };
    company.hq.store_records(&[user(15, "admin", ROOT).into(), replica(15).into()]).unwrap();
    let release = Outbox::of(vec![written(company.act(15, release))], None);
    assert_eq!(company.hq.import(&release, true, NOW).unwrap()[0].status, Status::Refused);
    assert_eq!(company.hq.reader().get::<User>(id(LI)).unwrap().unwrap(), from);
    // A command that says something twice is taken like from a device; one that does not say whose it is, is told.
    let twice = company.act(LI, AddNote { ticket_id: company.open(NORTH), text: "twice".into() });
    let twice = Pushed { act: twice.act.replacen('{', r#"{"name":"AddNote","#, 1), ..twice };
    let taken = company.hq.import(&Outbox::of(vec![written(twice)], None), true, NOW).unwrap();
    assert_eq!(taken[0].status, Status::Held);
    let nothing = outpost_domain::WrittenAct { version: 1, act: "{}".into() };
    assert_eq!(said(company.hq.import(&Outbox::of(vec![nothing], None), true, NOW)), "not_understood");

    // What a device has signed is believed for what was done as it, and as it was written.
    let key = SigningKey::generate().unwrap();
    let enrolled = company.hq.vouch(company.record(LI), &key.public()).unwrap();
    let identity = Identity::of("http://127.0.0.1:1", false, key, enrolled);
    let another = AddNote { ticket_id: company.open(NORTH), text: "second".into() };
    let own = Outbox::of(vec![written(company.act(LI, another))], Some(&identity));
    let mut changed = own.clone();
    changed.acts[0].act = changed.acts[0].act.replace("second", "forged");
    let mut more = own.clone();
    more.acts.push(acts[0].clone());
    let of_another = Outbox::of(acts.to_vec(), Some(&identity));
    let stranger = Identity { key: SigningKey::generate().unwrap(), ..identity.clone() };
    let by_another = Outbox::of(own.acts.clone(), Some(&stranger));
    for forged in [&changed, &more, &of_another, &by_another, &Outbox { signature: String::new(), ..own.clone() }] {
        assert_eq!(said(company.hq.import(forged, false, NOW)), "not_signed");
    }
    assert_eq!(company.hq.import(&own, false, NOW).unwrap()[0].status, Status::Applied);
    assert_eq!(company.hq.reader().get::<User>(id(LI)).unwrap().unwrap(), from);
    let sql = "SELECT count(*) FROM security_act WHERE kind = 'imported'";
    assert_eq!(company.hq.reader().number(sql, &[]).unwrap(), 4);
}

fn attachment(ticket_id: Id, sha256: &str, thumbnail_sha256: &str) -> AttachFile {
    AttachFile {
        ticket_id,
        step_id: None,
        demand: String::new(),
        purpose: Purpose::Photo,
        sha256: sha256.into(),
        thumbnail_sha256: thumbnail_sha256.into(),
        media_type: "image/jpeg".into(),
        size_bytes: 3,
        width: 1,
        height: 1,
        taken_at: None,
        latitude: None,
        longitude: None,
        name: String::new(),
    }
}

#[test]
fn who_knows_the_hash_of_a_file_opens_nothing_by_naming_it() {
    let home = tempfile::tempdir().unwrap();
    let company = Company::new();
    let company = Company { hq: company.hq.with_files(std::sync::Arc::new(Files::new(home.path()))) };
    let (north, south) = (company.open(NORTH), company.open(SOUTH));
    let of = |n: u128| company.hq.reader().get::<User>(id(n)).unwrap().unwrap();
    let read = |who: u128, sha256: &str| company.hq.read_file(&of(who), sha256).unwrap();
    let secret = company.hq.keep_file(id(LI), b"the key lies under the mat").unwrap();
    let small = company.hq.keep_file(id(LI), b"the mat").unwrap();
    company.give(ADMIN, attachment(north, &secret, &small));
    assert_eq!(read(LI, &secret), None, "who attached it has not sent it");
    company.push(LI, company.act(LI, attachment(north, &secret, &small)), NOW);
    assert_eq!(read(LI, &secret).unwrap(), b"the key lies under the mat");
    assert_eq!((read(LI, &small).unwrap(), read(ADMIN, &secret.to_uppercase()).is_some()), (b"the mat".to_vec(), true));

    // The other region learns the hashes, and names them in every way: as file, as thumbnail, from a device, at the console.
    assert_eq!(read(CHEN, &secret), None);
    for (file, thumbnail) in [(&secret, &small), (&small, &secret)] {
        let outcome = company.push(CHEN, company.act(CHEN, attachment(south, file, thumbnail)), NOW);
        assert_eq!((outcome.status, outcome.refusal.map(|why| why.code)), (Status::Applied, None));
        company.give(ADMIN, attachment(south, file, thumbnail));
    }
    for hash in [&secret, &small] {
        assert_eq!(read(CHEN, hash), None);
        assert_eq!(company.hq.file_arrived(id(CHEN), hash).unwrap(), (0, false), "nor is it said that it is here");
    }
    // Neither its last piece nor other bytes under its name help, and they spoil nothing.
    let said = |tried: Result<u64, HeadquartersError>| match tried {
        Err(HeadquartersError::Denied(denial)) => denial.code,
        other => format!("{other:?}"),
    };
    assert_eq!(said(company.hq.append_file(id(CHEN), &secret, 26, b"", 26)), "wrong_offset");
    assert_eq!(said(company.hq.append_file(id(CHEN), &secret, 0, b"", 0)), "wrong_hash");
    assert_eq!(said(company.hq.append_file(id(CHEN), &secret, 0, &[0; 26], 26)), "wrong_hash");
    assert_eq!((read(CHEN, &secret), read(LI, &secret).is_some()), (None, true));
    // Who has the bytes sends them, and hears so again whatever they send.
    assert_eq!(company.hq.append_file(id(CHEN), &secret, 0, b"the key lies under the mat", 26).unwrap(), 26);
    assert_eq!(company.hq.append_file(id(CHEN), &secret, 3, b"", 26).unwrap(), 26);
    assert_eq!(company.hq.file_arrived(id(CHEN), &secret).unwrap(), (0, true));
    assert!(read(CHEN, &secret).is_some() && read(CHEN, &small).is_none());
}

#[test]
fn a_device_that_one_may_not_see_is_named_to_nobody_because_another_is_like_it() {
    let company = Company::new();
    let model = DeviceModel {
        id: id(60),
        maker: "Harbour".into(),
        name: "L2".into(),
        name_en: String::new(),
        category: "lift".into(),
        part_ids: vec![],
        faults: vec![],
    };
    company.hq.store_records(&[model.into()]).unwrap();
    let save = |n: u128, region: u128, although_known: bool| SaveDevice {
        device: Device {
            id: id(n),
            number: "SN-1".into(),
            name: format!("lift {n}"),
            name_en: String::new(),
            model_id: id(60),
            site_id: id(20 + region),
            customer_id: id(29),
            place: String::new(),
            state: DeviceState::InService,
            installed_on: None,
            warranty_until_on: None,
            note: String::new(),
        },
        from: None,
        although_known,
    };
    company.give(ADMIN, save(61, SOUTH, false));
    // The manager of the North may not see it, and hears of it neither before nor after.
    let given = company.hq.give(id(BOSS), Uuid::now_v7(), save(62, NORTH, false).into(), NOW).unwrap().unwrap();
    assert_eq!(given.discrepancies, []);
    let late = company.act(BOSS, save(63, NORTH, true));
    let outcome = company.push(BOSS, late.clone(), NOW);
    assert_eq!(outcome.status, Status::Adjusted, "of the own one it is told");
    assert_eq!(company.matter(late.id).details["device_id"], id(62).to_string());
    // Who sees both is asked.
    let refused = company.hq.give(id(ADMIN), Uuid::now_v7(), save(64, NORTH, false).into(), NOW).unwrap().unwrap_err();
    assert_eq!(refused.code, Code::DeviceKnown);
}

#[test]
fn of_a_step_that_is_hidden_it_is_not_told_whose_it_is() {
    let company = Company::new();
    let step_id = outpost_domain::ticket::step_id(company.open(NORTH), "arrive");
    let pushed = company.act(CHEN, outpost_domain::ticket::CompleteStep { step_id });
    assert_eq!(company.push(CHEN, pushed.clone(), NOW).status, Status::Quarantined);
    let matter = company.matter(pushed.id);
    assert_eq!((matter.code, matter.ticket_id, matter.region_id), (Code::OutOfSight, None, Some(id(NORTH))));
}
