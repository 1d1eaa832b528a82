use crate::company::{NOW, act, ask, company, console, desk, facts, id, put, region_scope, scope, ticket_of};
use outpost_app::Facts;
use outpost_app::questions::{AskAttention, AskSync, AskTicket, AttentionList, Question, Seat, SyncView, TicketView};
use outpost_domain::attention::{Attention, Cause};
use outpost_domain::ticket::{AddNote, Ticket, TicketState};
use outpost_domain::{Code, Kind, Refusal};
use outpost_store::{Holding, Store, params};

/// A matter that `actor` met; the command is called as the matter is.
pub fn matter(store: &Store, word: &str, actor: &str, ticket: Option<&str>) -> Attention {
    let note = AddNote { ticket_id: id("A-1"), text: "x".into() };
    let what = Refusal::new(Code::StockBelowZero).with("part_id", id("belt"));
    let act = act(word, actor, NOW, note);
    let matter = Attention::of(&act, Cause::Discrepancy, &what, ticket.map(id), Some(id("north")));
    put(store, matter.clone());
    matter
}

fn commands(store: &Store, desk: &outpost_app::Desk<'_>, resolved: bool) -> Vec<String> {
    let list: AttentionList = ask(desk, &Question::AskAttention(AskAttention { resolved, limit: None }));
    let word = |card: &outpost_app::questions::AttentionCard| {
        let words = ["mine", "on-my-ticket", "others", "resolved", "south"];
        words.iter().find(|word| id(word) == card.attention.command_id).map(|word| (*word).to_owned())
    };
    assert!(store.sqlite().unwrap().is_autocommit());
    let mut found: Vec<String> = list.cards.iter().filter_map(word).collect();
    found.sort();
    found
}

fn matters(holding: Holding) -> Store {
    let store = company(holding);
    put(&store, ticket_of("A-1", "li", TicketState::Active));
    matter(&store, "mine", "li", None);
    matter(&store, "on-my-ticket", "wang", Some("A-1"));
    matter(&store, "others", "wang", None);
    let mut resolved = matter(&store, "resolved", "li", Some("A-1"));
    resolved.resolved_at = Some(NOW);
    put(&store, resolved);
    store
}

#[test]
fn a_replica_shows_what_its_person_did_and_nobody_elses() {
    let store = matters(Holding::OnePerson);
    let facts = facts(Seat::Field);
    let desk = desk(&store, &facts, "li");
    assert_eq!(commands(&store, &desk, false), ["mine"]);
    assert_eq!(commands(&store, &desk, true), ["mine", "resolved"]);
    let list: AttentionList = ask(&desk, &Question::AskAttention(AskAttention { resolved: false, limit: None }));
    assert!(list.cards.iter().all(|card| !card.may_close && !card.may_release), "somebody else looks at it");
}

#[test]
fn what_the_dispatcher_was_asked_needs_its_person_no_more_and_stays_in_sight() {
    let store = matters(Holding::OnePerson);
    let (facts, needed) = (facts(Seat::Field), |store: &Store, facts: &Facts| {
        let sync: SyncView = ask(&desk(store, facts, "li"), &Question::AskSync(AskSync {}));
        sync.attention
    });
    assert_eq!(needed(&store, &facts), 1);
    let mut mine = matter(&store, "mine", "li", None);
    mine.handed_over_at = Some(NOW);
    put(&store, mine);
    assert_eq!(needed(&store, &facts), 0);
    assert_eq!(commands(&store, &desk(&store, &facts, "li"), false), ["mine"]);
}

#[test]
fn a_card_carries_the_command_from_the_outbox() {
    let store = matters(Holding::OnePerson);
    let waiting = act("mine", "li", NOW, AddNote { ticket_id: id("A-1"), text: "x".into() });
    let sql = "INSERT INTO outbox (seq, id, version, act, base_revision) VALUES (1, $1, 1, $2, 0)";
    store.execute(sql, params![waiting.id.to_string(), serde_json::to_string(&waiting).unwrap()]).unwrap();
    let facts = facts(Seat::Field);
    let list: AttentionList =
        ask(&desk(&store, &facts, "zhou"), &Question::AskAttention(AskAttention { resolved: false, limit: None }));
    let card = |word: &str| list.cards.iter().find(|card| card.attention.command_id == id(word)).unwrap();
    assert_eq!(card("mine").command, Some(waiting.command));
    assert_eq!((card("mine").part_id, card("mine").actor_name.as_str()), (Some(id("belt")), "李强"));
    assert_eq!((card("on-my-ticket").ticket_number.as_str(), &card("on-my-ticket").command), ("A-1", &None));
    assert_eq!(card("on-my-ticket").ticket_title, "门故障 A-1");
}

#[test]
fn headquarters_shows_all_that_may_be_seen() {
    let store = matters(Holding::Everything);
    for word in ["mine", "on-my-ticket", "others"] {
        let matter: Vec<Attention> = store.select("WHERE command_id = $1", &[&id(word).to_string()]).unwrap();
        scope(&store, Kind::Attention, matter[0].id, &region_scope("north"));
    }
    let south = matter(&store, "south", "chen", None);
    scope(&store, Kind::Attention, south.id, &region_scope("south"));
    let given = act("others", "wang", NOW, AddNote { ticket_id: id("A-1"), text: "x".into() });
    let sql = "INSERT INTO command
        (id, replica_id, seq, act, base_revision, version, received_at, status, revision, effect_hash)
        VALUES ($1, '', 1, $2, 0, 1, 0, 'applied', 0, '')";
    store.execute(sql, params![given.id.to_string(), serde_json::to_string(&given).unwrap()]).unwrap();

    let north = console(&[region_scope("north")]);
    let desk_north = desk(&store, &north, "zhou");
    assert_eq!(commands(&store, &desk_north, false), ["mine", "on-my-ticket", "others"]);
    let asked = || -> AttentionList {
        ask(&desk_north, &Question::AskAttention(AskAttention { resolved: false, limit: None }))
    };
    let command_of = |word: &str| {
        let found = asked().cards.into_iter().find(|card| card.attention.command_id == id(word));
        found.unwrap().command
    };
    // The matter may be seen; its ticket has no scope and may not, nor what somebody else wrote about it.
    assert_eq!(command_of("others"), None);
    let list = asked();
    let card = list.cards.iter().find(|card| card.attention.command_id == id("on-my-ticket")).unwrap();
    assert_eq!(card.ticket_number, "");
    scope(&store, Kind::Ticket, id("A-1"), &region_scope("north"));
    assert_eq!(command_of("others"), Some(given.command));

    let everything = facts(Seat::Console);
    assert_eq!(
        commands(&store, &desk(&store, &everything, "zhou"), true),
        ["mine", "on-my-ticket", "others", "resolved", "south"]
    );
}

#[test]
fn a_reminder_is_over_for_who_took_the_ticket_before_headquarters_hears_of_it() {
    let store = company(Holding::OnePerson);
    let untaken = Ticket { engineer_id: None, ..ticket_of("A-1", "li", TicketState::Open) };
    put(&store, untaken.clone());
    let shown = matter(&store, "others", "wang", Some("A-1"));
    put(&store, Attention { cause: Cause::Reminder, code: Code::TicketUntaken, ..shown });
    let facts = facts(Seat::Field);
    let open = |who: &str| {
        let desk = desk(&store, &facts, who);
        let view: TicketView = ask(&desk, &Question::AskTicket(AskTicket { id: id("A-1") }));
        let list = AskAttention { resolved: false, limit: None };
        let list: AttentionList = ask(&desk, &Question::AskAttention(list));
        let sync: SyncView = ask(&desk, &Question::AskSync(AskSync {}));
        (view.attention.len(), list.cards.len(), sync.attention)
    };
    assert_eq!((open("zhou"), open("li").0), ((1, 1, 1), 1), "whoever gives tickets out, and on the ticket");
    put(&store, ticket_of("A-1", "li", TicketState::Assigned));
    assert_eq!((open("zhou"), open("li").0), ((0, 0, 0), 0));
    put(&store, Ticket { state: TicketState::Cancelled, ..untaken });
    assert_eq!(open("zhou"), (0, 0, 0));
}
