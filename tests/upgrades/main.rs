//! Programs of two versions meet, on both engines, and then the older one is renewed: nothing is lost, nobody is locked out, and
//! afterwards all is as on a device that began anew.
//!
//! A tablet that knows less is this program behind a lens that hides kinds and fields from it ([`Older`]). What a program of the
//! future writes is written as text, for this one has no names for it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod world;

use outpost_domain::person::{Role, User};
use outpost_domain::ticket::{AddNote, Attachment, PauseStep, StartStep, Step, StepState, Ticket};
use outpost_domain::workflow::Workflow;
use outpost_domain::{AnyRecord, Choice, Kind, Read, Record, View};
use outpost_store::{Store, params};
use outpost_sync::Older;
use outpost_sync::image::{image, image_hash};
use outpost_sync::protocol::{Pushed, Status};
use serde_json::{Value, json};
use uuid::Uuid;
use world::{Company, Engine, on_both_engines};

on_both_engines!(
    an_older_tablet_meets_a_newer_headquarters,
    a_newer_tablet_meets_an_older_headquarters,
    images_are_written_anew_whatever_ends_that,
);

/// A record with one of its fields said otherwise, by a word or a member that this program has no name for.
fn of_the_future<T: Record>(record: &T, change: impl Fn(&mut Value)) -> T {
    let any: AnyRecord = record.clone().into();
    let mut fields = any.to_fields().unwrap();
    change(&mut fields);
    let changed = AnyRecord::from_fields(T::KIND, fields).unwrap();
    T::from_any(changed).unwrap().as_ref().clone()
}

/// What an older program has no place for: a kind, a field that may be missing, and fields without which it can read nothing.
fn older() -> Older {
    let fields = [(Kind::Attachment, "thumbnail_sha256"), (Kind::StockLevel, "quantity"), (Kind::Role, "rights")];
    Older { kinds: [Kind::Tag].into(), fields: fields.into() }
}

fn an_older_tablet_meets_a_newer_headquarters(engine: Engine) {
    let company = Company::new(engine);
    let tablet = company.tablet_behind(older());
    let ticket = company.ticket.clone();
    let engineer: User = company.get(company.engineer_id);
    // The newer program gives out a right, a state, a kind of field and a role that the older one has no words for.
    let role = of_the_future(&company.get::<Role>(engineer.role_id), |role| {
        role["rights"].as_array_mut().unwrap().push("approve_of_the_future".into());
    });
    let workflow = of_the_future(&company.get::<Workflow>(ticket.workflow_id), |workflow| {
        let demand = json!({
            "key": "future", "kind": "hologram", "name": "全息", "name_en": "Hologram", "unit": "", "minimum": null,
            "maximum": null, "count": 1,
        });
        workflow["nodes"][0]["demands"].as_array_mut().unwrap().push(demand);
    });
    let other = Ticket { id: Uuid::from_u128(7), number: "HQ-9999".into(), ..ticket.clone() };
    let other = of_the_future(&other, |ticket| ticket["state"] = "frozen".into());
    assert!(other.state.is_newer() && role.rights.iter().any(Choice::is_newer));
    company.hq.store_records(&[role.into(), workflow.into(), other.clone().into()]).unwrap();
    company.round(&tablet);
    let store = tablet.replica.store();
    assert!(
        matches!(store.read(Kind::Role, engineer.role_id), Read::Unknown),
        "not one that is not there, and nobody is locked out"
    );
    assert!(store.get::<Ticket>(other.id).unwrap().unwrap().state.is_newer(), "a word of the future stays what it is");
    assert!(store.select::<outpost_domain::stock::StockLevel>("", &[]).unwrap().is_empty());
    assert_eq!(tablet.replica.inspect().unwrap(), Vec::<String>::new());
    assert!(!tablet.replica.wants_more().unwrap(), "what it cannot read counts as held");

    // Its person works on, without a line.
    let (on, on_other) = (tablet.note(ticket.id, "on my way"), tablet.note(other.id, "what is frozen?"));
    let next = "WHERE ticket_id = $1 AND state <> 'done' ORDER BY position LIMIT 1";
    let step = store.select::<Step>(next, params![ticket.id.to_string()]).unwrap().remove(0);
    let started = match step.state {
        StepState::Active => tablet.done(PauseStep { step_id: step.id, reason: "lunch".into() }),
        _ => tablet.done(StartStep { step_id: step.id }),
    };

    // The program is renewed before there is a line again.
    let tablet = tablet.renewed();
    assert_eq!(tablet.replica.pending_count().unwrap(), 3);
    let levels = tablet.replica.store().select::<outpost_domain::stock::StockLevel>("", &[]).unwrap();
    assert!(!levels.is_empty(), "read again from what was kept");
    let files = tablet.replica.store().select::<Attachment>("", &[]).unwrap();
    assert!(files.iter().all(|file| !file.thumbnail_sha256.is_empty()) || files.is_empty());
    company.round(&tablet);
    for given in [on, on_other, started] {
        assert_eq!(company.status(given), "applied");
    }
    assert_eq!(tablet.replica.pending_count().unwrap(), 0);
    company.as_on_a_new_one(&tablet);
    assert_eq!(company.wrong(), Vec::<String>::new());
}

fn a_newer_tablet_meets_an_older_headquarters(engine: Engine) {
    let company = Company::new(engine);
    let tablet = company.tablet();
    let ticket = company.ticket.clone();
    let note = |text: &str| tablet.act(&AddNote { ticket_id: ticket.id, text: text.into() }.into());
    let with = |pushed: &Pushed, change: &dyn Fn(&mut Value)| {
        let mut act: Value = serde_json::from_str(&pushed.act).unwrap();
        change(&mut act);
        Pushed { act: act.to_string(), ..pushed.clone() }
    };
    // A command, a version, a field and a choice of the future, and in between what everybody knows.
    let plain = [note("first"), note("by a song"), note("with a mood"), note("in another version"), note("last")];
    let newer = [
        plain[0].clone(),
        with(&plain[1], &|act| act["name"] = "SingSong".into()),
        with(&plain[2], &|act| act["payload"]["mood"] = "cheerful".into()),
        Pushed { version: 2, ..plain[3].clone() },
        plain[4].clone(),
    ];
    let newer: Vec<Pushed> = (1..).zip(newer).map(|(seq, pushed)| Pushed { seq, ..pushed }).collect();
    let outcomes = company.receive(&tablet, &newer);
    let statuses: Vec<Status> = outcomes.iter().map(|outcome| outcome.status).collect();
    use Status::{Applied, Held};
    assert_eq!(statuses, [Applied, Held, Held, Held, Applied]);
    let kept = |pushed: &Pushed| company.text("SELECT act FROM command WHERE id = $1", pushed.id);
    newer.iter().for_each(|pushed| assert_eq!(kept(pushed), pushed.act, "byte for byte"));
    assert_eq!(company.matters(), 3, "and somebody is told");

    // Headquarters is renewed: its program knows now what these say. Here they are said in words that it knows.
    {
        let store = company.hq.writer();
        for pushed in &plain[1..4] {
            let (act, id) = (&pushed.act, pushed.id.to_string());
            store.execute("UPDATE command SET act = $1, version = 1 WHERE id = $2", params![*act, id]).unwrap();
        }
        store.execute("UPDATE held SET id = 'AddNote'", &[]).unwrap();
    }
    let company = company.renewed();
    assert_eq!(company.number("SELECT count(*) FROM held"), 0, "it goes on by itself");
    assert_eq!(company.matters(), 0, "and what told that they wait is over");
    let notes = "SELECT count(*) FROM event WHERE name = 'NoteAdded' AND CAST(details AS text) LIKE '%a mood%'";
    assert_eq!(company.number(notes), 1, "once");
    let again: Vec<Pushed> = (1..).zip(&plain).map(|(seq, pushed)| Pushed { seq, ..pushed.clone() }).collect();
    assert!(company.receive(&tablet, &again).iter().all(|outcome| outcome.status == Status::Applied));
    assert_eq!(company.number(notes), 1, "and not again");
    company.round(&tablet);
    company.as_on_a_new_one(&tablet);
}

/// The image of a record as a program wrote it that had its fields in another order.
fn of_another_program(record: &AnyRecord) -> Vec<u8> {
    let cbor4ii::core::Value::Map(mut fields) = cbor4ii::serde::from_slice(&image(record).unwrap()).unwrap() else {
        panic!("an image is a map");
    };
    fields.reverse();
    cbor4ii::serde::to_vec(Vec::new(), &cbor4ii::core::Value::Map(fields)).unwrap()
}

/// Makes headquarters one that another program wrote: every image of a kind is of its making.
fn written_by_another(store: &Store, kind: Kind) {
    for record in store.select_any(kind, "", &[]).unwrap() {
        let (was, is) = (image(&record).unwrap(), of_another_program(&record));
        let (of, id) = (kind.table(), record.id().to_string());
        let hash = image_hash(&is);
        let sql = "UPDATE entity SET image = $1, hash = $2 WHERE kind = $3 AND id = $4";
        store.execute(sql, params![is, hash, of, id]).unwrap();
        let bucket = store.number("SELECT bucket FROM entity WHERE kind = $1 AND id = $2", params![of, id]).unwrap();
        let known = "SELECT sum FROM bucket_digest WHERE kind = $1 AND bucket = $2";
        let sum: i64 = store.one(known, params![of, bucket], |row| row.get(0)).unwrap().unwrap();
        let sum = sum.wrapping_sub(image_hash(&was)).wrapping_add(hash);
        let sql = "UPDATE bucket_digest SET sum = $1 WHERE kind = $2 AND bucket = $3";
        store.execute(sql, params![sum, of, bucket]).unwrap();
    }
    store.execute("DELETE FROM shape WHERE kind = $1", params![kind.table()]).unwrap();
}

fn images_are_written_anew_whatever_ends_that(engine: Engine) {
    let company = Company::new(engine);
    let tablet = company.tablet();
    let records = company.number("SELECT count(*) FROM event");
    assert!(records > 1000, "{records}: more than one commit");
    written_by_another(&company.hq.writer(), Kind::Event);
    let was = company.hq.revision().unwrap();
    // The second of its commits ends as if the machine had.
    let broken = company.with_a_limit_on_commits(was + 1);
    let Err(error) = broken.open() else { panic!("it was to be ended") };
    assert!(error.to_string().contains("as if the machine"), "{error}");
    broken.without_limit();
    let company = broken.reopened().unwrap();
    assert!(company.hq.revision().unwrap() >= was + 2, "the first commit stands, the other was made later");
    let store = company.hq.reader();
    for record in store.select_any(Kind::Event, "", &[]).unwrap() {
        let sql = "SELECT image FROM entity WHERE kind = 'event' AND id = $1";
        let is = store.one(sql, params![record.id().to_string()], |row| row.bytes(0)).unwrap().unwrap();
        assert_eq!(is, image(&record).unwrap());
    }
    drop(store);
    assert_eq!(company.wrong(), Vec::<String>::new());
    // Who held what the other program wrote is given it as it is now.
    company.round(&tablet);
    company.as_on_a_new_one(&tablet);
    let at = company.hq.revision().unwrap();
    let company = company.renewed();
    assert_eq!(company.hq.revision().unwrap(), at, "and not again");
}
