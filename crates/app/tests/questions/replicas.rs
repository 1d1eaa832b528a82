use crate::company::{DAY, NOW, ask, company, console, desk, facts, id, put, region_scope, scope, try_ask};
use outpost_app::questions::{AskReplicas, Question, ReplicaPage, Seat};
use outpost_app::{Desk, FailureCode};
use outpost_domain::attention::{Attention, Cause};
use outpost_domain::person::Replica;
use outpost_domain::{Code, Details, Kind};
use outpost_store::{Holding, Store, params};

fn tablet(store: &Store, word: &str, user: &str, region: &str) {
    put(
        store,
        Replica {
            id: id(word),
            name: word.into(),
            prefix: "7F3".into(),
            user_id: id(user),
            enrolled_at: NOW - 90 * DAY,
            revoked: false,
            forked_from_id: None,
        },
    );
    scope(store, Kind::Replica, id(word), &region_scope(region));
    scope(store, Kind::User, id(user), "all");
}

fn matter(store: &Store, word: &str, of: &str, resolved: bool, region: &str) {
    put(
        store,
        Attention {
            id: id(word),
            cause: Cause::Refused,
            code: Code::TicketTaken,
            details: Details::new(),
            command_id: id("command"),
            command_name: "ClaimTicket".into(),
            ticket_id: None,
            actor_id: id("li"),
            replica_id: id(of),
            region_id: None,
            raised_at: NOW,
            handed_over_by_id: None,
            handed_over_at: None,
            handed_over_note: String::new(),
            resolved_by_id: None,
            resolved_at: resolved.then_some(NOW),
            resolution: String::new(),
        },
    );
    scope(store, Kind::Attention, id(word), &region_scope(region));
}

fn asked(desk: &Desk<'_>, of: Option<&str>, offset: u32, limit: u32) -> ReplicaPage {
    ask(desk, &Question::AskReplicas(AskReplicas { id: of.map(id), user_id: None, offset, limit }))
}

fn names(page: &ReplicaPage) -> Vec<&str> {
    page.replicas.iter().map(|card| card.replica.name.as_str()).collect()
}

#[test]
fn headquarters_shows_what_each_said_and_what_needs_attention_of_it_as_far_as_one_may_see() {
    let store = company(Holding::Everything);
    for (word, user, region) in [("a", "li", "north"), ("b", "chen", "south"), ("c", "wang", "north")] {
        tablet(&store, word, user, region);
    }
    for (word, of, resolved, region) in [
        ("m1", "a", false, "north"),
        ("m2", "a", true, "north"),
        ("m3", "a", false, "south"),
        ("m4", "b", false, "south"),
    ] {
        matter(&store, word, of, resolved, region);
    }
    let contact = "INSERT INTO replica_contact
        (replica_id, heard_at, waiting, files_waiting, clock_ahead_millis, acknowledged_revision)
        VALUES ($1, $2, 12, 3, -400, 0)";
    store.execute(contact, params![id("a").to_string(), NOW]).unwrap();

    let everything = facts(Seat::Console);
    let boss = desk(&store, &everything, "zhou");
    let all = asked(&boss, None, 0, 0);
    assert_eq!((names(&all), all.total), (vec!["a", "b", "c"], 3));
    let first = &all.replicas[0];
    assert_eq!((first.person.as_str(), first.attention), ("李强", 2));
    let said = first.contact.clone().unwrap();
    assert_eq!((said.waiting, said.files_waiting, said.clock_ahead_millis, said.heard_at), (12, 3, -400, NOW));
    assert_eq!(all.replicas[1].contact, None, "it never said a thing");
    assert_eq!((names(&asked(&boss, None, 1, 1)), asked(&boss, None, 1, 1).total), (vec!["b"], 3));
    assert_eq!(names(&asked(&boss, Some("c"), 0, 1)), ["c"]);

    let north = console(&[region_scope("north"), "all".into()]);
    let seen = asked(&desk(&store, &north, "sun"), None, 0, 0);
    assert_eq!((names(&seen), seen.total), (vec!["a", "c"], 2));
    assert_eq!(seen.replicas[0].attention, 1, "what others must look at is not counted");
    assert_eq!(names(&asked(&desk(&store, &north, "sun"), Some("b"), 0, 0)), Vec::<&str>::new());
}

#[test]
fn a_device_knows_no_other_device() {
    let store = company(Holding::OnePerson);
    let field = facts(Seat::Field);
    let refused = try_ask::<ReplicaPage>(
        &desk(&store, &field, "li"),
        &Question::AskReplicas(AskReplicas { id: None, user_id: None, offset: 0, limit: 0 }),
    );
    assert_eq!(refused.unwrap_err().code, FailureCode::NotAllowed);
}
