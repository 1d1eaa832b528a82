//! What headquarters does by itself, on both engines: once, whoever does it, and however long nobody did; and what the console lists.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../tests/upgrades/world.rs"]
#[allow(dead_code, reason = "the stories of upgrades need more of it")]
mod world;

use outpost_app::questions::{AskList, Question, RecordPage};
use outpost_app::{Caller, Failure, FailureCode, Host};
use outpost_domain::attention::{Attention, Cause};
use outpost_domain::person::{Role, SaveUser, User};
use outpost_domain::ticket::{AssignTicket, CancelTicket, OpenTicket, RemindTicket, Ticket, Urgency};
use outpost_domain::{Code, Command, Id, Kind, Service};
use outpost_headquarters::{Actor, Console, Headquarters};
use outpost_store::params;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use world::{Company, Engine, NOW, on_both_engines};

const MINUTE: i64 = 60_000;
const QUARTER: i64 = 15 * MINUTE;
const WEEK: i64 = 7 * 24 * 60 * MINUTE;

on_both_engines!(
    somebody_is_reminded_of_a_ticket_until_somebody_has_it,
    what_several_processes_find_due_is_done_once,
    every_list_is_the_same_page_after_page,
    after_a_standstill_everything_is_done_once_in_portions,
    what_cannot_be_done_is_tried_again_and_keeps_nothing_else,
    a_timer_for_nothing_does_nothing,
    a_machine_that_ends_amid_it_leaves_it_as_it_was,
);

/// Somebody who gives tickets out.
fn dispatcher(hq: &Headquarters) -> Id {
    let store = hq.reader();
    let roles = store.select::<Role>("", &[]).unwrap();
    let gives = |user: &User| {
        let role = roles.iter().find(|role| role.id == user.role_id).unwrap();
        ["assign_ticket", "open_ticket", "see_all_regions", "edit_person"]
            .iter()
            .all(|right| role.rights.iter().any(|known| known.to_string() == *right))
    };
    store.select::<User>("ORDER BY id", &[]).unwrap().into_iter().find(gives).unwrap().id
}

fn give(company: &Company, command: impl Into<Command>, at: i64) -> Id {
    let id = Uuid::now_v7();
    company.hq.give(dispatcher(&company.hq), id, command.into(), at).unwrap().unwrap();
    id
}

/// A ticket that nobody has, opened at a moment.
fn open(company: &Company, at: i64) -> Id {
    give(company, opening(company), at)
}

fn opening(company: &Company) -> OpenTicket {
    OpenTicket {
        number: String::new(),
        workflow_id: company.ticket.workflow_id,
        title: "door".into(),
        description: String::new(),
        urgency: Urgency::Normal,
        source: "console".into(),
        device_id: None,
        site_id: company.ticket.site_id,
        contact_id: None,
        engineer_id: None,
        planned_at: None,
        due_at: None,
        fault_code: String::new(),
        latitude: None,
        longitude: None,
        again: false,
    }
}

/// How often somebody was reminded of a ticket.
fn reminders(company: &Company, ticket_id: Id) -> i64 {
    let sql = "SELECT count(*) FROM event WHERE name = 'TicketReminded' AND ticket_id = $1";
    company.hq.reader().number(sql, params![ticket_id.to_string()]).unwrap()
}

/// The reminder that is shown of a ticket.
fn shown(company: &Company, ticket_id: Id) -> Option<Attention> {
    let sql = "WHERE ticket_id = $1 AND code = 'TicketUntaken' AND resolved_at IS NULL";
    company.hq.reader().select(sql, params![ticket_id.to_string()]).unwrap().pop()
}

fn timers(company: &Company) -> i64 {
    company.number("SELECT count(*) FROM timer")
}

fn somebody_is_reminded_of_a_ticket_until_somebody_has_it(engine: Engine) {
    let company = Company::new(engine);
    let ticket_id = open(&company, NOW);
    let came_at = company.get::<Ticket>(ticket_id).opened_at;
    assert_eq!(company.hq.run_due(came_at + QUARTER - 1).unwrap(), 0);
    assert_eq!((reminders(&company, ticket_id), shown(&company, ticket_id)), (0, None));

    assert_eq!(company.hq.run_due(came_at + QUARTER).unwrap(), 1);
    assert_eq!(company.hq.run_due(came_at + QUARTER).unwrap(), 0, "once");
    let matter = shown(&company, ticket_id).unwrap();
    assert_eq!(
        (matter.cause, matter.code, &*matter.details["waited_minutes"]),
        (Cause::Reminder, Code::TicketUntaken, "15")
    );
    assert_eq!(matter.region_id, Some(company.get::<Ticket>(ticket_id).region_id));
    assert_eq!(Service::of(matter.actor_id), Some(Service::Reminders), "nobody did it");

    let again_at = company.hq.jobs(10, NOW).unwrap().next[0].due_at;
    assert_eq!(company.hq.run_due(again_at).unwrap(), 1);
    assert_eq!(reminders(&company, ticket_id), 2);
    let matters = "SELECT count(*) FROM attention WHERE code = 'TicketUntaken'";
    assert_eq!(company.number(matters), 1, "the same is shown again");

    // Somebody gets it, and loses it again; another is cancelled.
    let from = |ticket: Ticket, engineer_id: Option<Id>| AssignTicket {
        ticket_id,
        from_engineer_id: ticket.engineer_id,
        engineer_id,
        from_planned_at: ticket.planned_at,
        planned_at: ticket.planned_at,
    };
    let at = again_at + MINUTE;
    give(&company, from(company.get(ticket_id), Some(company.engineer_id)), at);
    assert_eq!((shown(&company, ticket_id), timers(&company)), (None, 0), "it is over by itself");
    assert_eq!(company.hq.run_due(at + WEEK).unwrap(), 0);
    give(&company, from(company.get(ticket_id), None), at);
    let due_at = company.hq.jobs(10, at).unwrap().next[0].due_at;
    assert!(due_at >= at + QUARTER, "from when it was put back");
    company.hq.run_due(due_at).unwrap();
    assert_eq!((reminders(&company, ticket_id), shown(&company, ticket_id).is_some()), (3, true));
    give(&company, CancelTicket { ticket_id, reason: "twice".into() }, due_at);
    assert_eq!((shown(&company, ticket_id), timers(&company)), (None, 0));
    assert_eq!(company.wrong(), Vec::<String>::new());
    assert_eq!(company.hq.verify_commits(None).unwrap(), None);

    // No person gives what only headquarters gives, nor becomes a part of it.
    let boss = dispatcher(&company.hq);
    let remind = RemindTicket { ticket_id }.into();
    let refusal = company.hq.give(boss, Uuid::now_v7(), remind, at).unwrap().unwrap_err();
    assert_eq!(refusal.code, Code::RightMissing);
    let user = User { id: Service::Reminders.id(), login: "service".into(), ..company.get::<User>(boss) };
    let refusal = company.hq.give(boss, Uuid::now_v7(), SaveUser { user, from: None }.into(), at).unwrap().unwrap_err();
    assert_eq!(refusal.code, Code::FieldInvalid);
}

fn what_several_processes_find_due_is_done_once(engine: Engine) {
    let company = Company::new(engine);
    let tickets: Vec<Id> = (0..20).map(|_| open(&company, NOW)).collect();
    let others = [company.ground.open().unwrap(), company.ground.open().unwrap()];
    let due_at = company.hq.jobs(100, NOW).unwrap().next.last().unwrap().due_at;
    std::thread::scope(|scope| {
        // Their clocks are a minute apart.
        for (n, process) in [&company.hq, &others[0], &others[1]].into_iter().enumerate() {
            scope.spawn(move || process.run_due(due_at + n as i64 * MINUTE).unwrap());
        }
    });
    for ticket_id in &tickets {
        assert_eq!((reminders(&company, *ticket_id), shown(&company, *ticket_id).is_some()), (1, true));
    }
    assert_eq!(timers(&company), tickets.len() as i64);
    assert!(company.hq.jobs(1, NOW).unwrap().next[0].due_at >= due_at + QUARTER);
    assert_eq!(company.wrong(), Vec::<String>::new());
}

fn after_a_standstill_everything_is_done_once_in_portions(engine: Engine) {
    let company = Company::new(engine);
    let tickets: Vec<Id> = (0..3).map(|_| open(&company, NOW)).collect();
    // As many more as are no portion, of tickets that are gone.
    let many = (0..450).map(|n| format!("('ticket_untaken', '{}', {})", Uuid::from_u128(n + 1), NOW + n as i64));
    let sql = format!("INSERT INTO timer (timer, subject_id, due_at) VALUES {}", many.collect::<Vec<_>>().join(", "));
    company.hq.writer().execute(&sql, &[]).unwrap();
    let before = company.hq.revision().unwrap();
    assert_eq!(company.hq.run_due(NOW + WEEK).unwrap(), 453);
    let commits = company.hq.revision().unwrap() - before;
    assert!((1..=3).contains(&commits), "{commits}: nothing is committed where nothing followed");
    for ticket_id in &tickets {
        assert_eq!(reminders(&company, *ticket_id), 1, "not once for each quarter of an hour that was missed");
    }
    assert_eq!(timers(&company), 3);
    assert!(company.hq.jobs(1, NOW).unwrap().next[0].due_at >= NOW + WEEK + QUARTER);
    assert_eq!(company.hq.verify_commits(None).unwrap(), None);
}

fn what_cannot_be_done_is_tried_again_and_keeps_nothing_else(engine: Engine) {
    let company = Company::new(engine);
    let (first, second) = (open(&company, NOW), open(&company, NOW));
    // One timer is of a program that is not here; and where the engine lets anybody, rows are spoiled.
    let store = company.hq.writer();
    if engine == Engine::Sqlite {
        for (subject, due_at) in [("x'fffe'", "0"), ("'aaaaaaab-ffff-7fff-bfff-ffffffffffff'", "1.5")] {
            let sql =
                format!("INSERT INTO timer (timer, subject_id, due_at) VALUES ('ticket_untaken', {subject}, {due_at})");
            store.execute(&sql, &[]).unwrap();
        }
    }
    let sql = "INSERT INTO timer (timer, subject_id, due_at) VALUES ('tea_is_ready', $1, $2)";
    store.execute(sql, params![first.to_string(), NOW]).unwrap();
    drop(store);
    let at = company.hq.jobs(10, NOW).unwrap().next.last().unwrap().due_at;
    company.hq.run_due(at).unwrap();
    let spoiled = company.hq.jobs(10, at).unwrap().next.iter().filter(|job| job.timer == "?").count();
    assert_eq!(spoiled, if engine == Engine::Sqlite { 2 } else { 0 }, "they are shown");
    company.hq.writer().execute("DELETE FROM timer WHERE due_at < 2", &[]).unwrap();
    for ticket_id in [first, second] {
        assert_eq!(reminders(&company, ticket_id), 1);
    }
    let jobs = company.hq.jobs(10, at).unwrap();
    let failed: Vec<_> = jobs.next.iter().filter(|job| job.attempts > 0).collect();
    assert_eq!((jobs.set, jobs.failing, failed.len()), (3, 1, 1));
    assert!(failed[0].error.contains("newer program") && failed[0].due_at > at, "{:?}", failed[0]);
    assert_eq!(company.hq.run_due(at).unwrap(), 0, "it waits");
    let later = failed[0].due_at;
    company.hq.run_due(later).unwrap();
    let jobs = company.hq.jobs(10, later).unwrap();
    assert_eq!(jobs.next.iter().map(|job| job.attempts).max(), Some(2));
}

fn a_timer_for_nothing_does_nothing(engine: Engine) {
    let company = Company::new(engine);
    let taken = company.ticket.id;
    let store = company.hq.writer();
    for subject in [taken, Uuid::from_u128(99)] {
        let sql = "INSERT INTO timer (timer, subject_id, due_at) VALUES ('ticket_untaken', $1, $2)";
        store.execute(sql, params![subject.to_string(), NOW]).unwrap();
    }
    drop(store);
    let before = company.hq.revision().unwrap();
    assert_eq!(company.hq.run_due(NOW).unwrap(), 2);
    assert_eq!((timers(&company), company.hq.revision().unwrap()), (0, before));
}

fn a_machine_that_ends_amid_it_leaves_it_as_it_was(engine: Engine) {
    let company = Company::new(engine);
    let ticket_id = open(&company, NOW);
    let due_at = company.hq.jobs(1, NOW).unwrap().next[0].due_at;
    let last = company.hq.revision().unwrap();
    let closed = company.with_a_limit_on_commits(last);
    let company = closed.reopened().unwrap();
    // The commit cannot be made: neither is the ticket reminded of, nor the timer gone.
    company.hq.run_due(due_at).unwrap();
    let jobs = company.hq.jobs(10, due_at).unwrap();
    assert_eq!((reminders(&company, ticket_id), jobs.set, jobs.failing), (0, 1, 1));
    let again_at = jobs.next[0].due_at;
    let closed = company.closed();
    closed.without_limit();
    let company = closed.reopened().unwrap();
    company.hq.run_due(again_at).unwrap();
    assert_eq!((reminders(&company, ticket_id), timers(&company)), (1, 1));
    assert_eq!(company.hq.jobs(1, again_at).unwrap().failing, 0);
}

fn every_list_is_the_same_page_after_page(engine: Engine) {
    let company = Company::new(engine);
    open(&company, NOW);
    let (boss, engineer) = (dispatcher(&company.hq), company.engineer_id);
    let hq = Arc::new(company.hq);
    for user_id in [boss, engineer] {
        hq.set_password(&Actor::machine(), user_id, "page-after-page").unwrap();
        let login = hq.reader().get::<User>(user_id).unwrap().unwrap().login;
        let session = Some(hq.sign_in(&login, "page-after-page", "127.0.0.1").unwrap());
        let caller = Caller { session, base: "http://127.0.0.1".into(), from: "127.0.0.1".into() };
        let console = Console::new(Arc::clone(&hq), String::new());
        let ask = |kind: Kind, after: Option<String>, limit: u32| {
            let question = AskList { kind, text: String::new(), field: None, value: None, after, limit };
            let told = console.query(&caller, &Question::AskList(question))?;
            Ok::<RecordPage, Failure>(serde_json::from_value(told.answer).unwrap())
        };
        let mut keys = Vec::new();
        for kind in Kind::ALL {
            let (mut seen, mut after, mut pages) = (BTreeSet::new(), None, 0);
            let total = loop {
                let page = ask(*kind, after, 97).unwrap();
                for record in &page.records {
                    assert!(seen.insert(record.id()), "{kind:?} {} twice", record.id());
                }
                keys.extend(page.next.clone());
                (after, pages) = (page.next, pages + 1);
                if after.is_none() || pages == 20 {
                    break page.total as usize;
                }
            };
            assert!(after_all(seen.len(), total, pages), "{kind:?}: {} of {total}", seen.len());
        }
        // A place in another kind's list is none in this one, or one like any other; it is never a fault of ours.
        for key in keys.iter().step_by(7) {
            for kind in Kind::ALL {
                match ask(*kind, Some(key.clone()), 3) {
                    Ok(_) => {}
                    Err(failure) => {
                        assert_eq!(failure.code, FailureCode::NotUnderstood, "{kind:?} after {key}: {failure:?}")
                    }
                }
            }
        }
    }
}

/// Whether a list that was read so far is whole, or was left.
fn after_all(seen: usize, total: usize, pages: usize) -> bool {
    if pages == 20 { seen <= total } else { seen == total }
}
