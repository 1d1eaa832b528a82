use crate::company::{DAY, HOUR, MINUTE, NOW, ask, company, desk, facts, id, put, ticket, ticket_of};
use outpost_app::Facts;
use outpost_app::questions::{AskReady, AskToday, Position, Question, Ready, ReadyCheck, Seat, TicketCard, Today};
use outpost_domain::Kind;
use outpost_domain::customer::Site;
use outpost_domain::ticket::{Ticket, TicketState, Urgency};
use outpost_store::{Holding, Store};

fn numbers(cards: &[TicketCard]) -> Vec<&str> {
    cards.iter().map(|card| card.number.as_str()).collect()
}

fn days_work() -> Store {
    let store = company(Holding::OnePerson);
    let mine = |number: &str| ticket_of(number, "li", TicketState::Assigned);
    put(&store, Ticket { due_at: Some(NOW + HOUR), ..mine("unplanned-due") });
    put(&store, mine("unplanned"));
    put(&store, Ticket { urgency: Urgency::Urgent, ..mine("unplanned-urgent") });
    put(&store, Ticket { planned_at: Some(NOW + 2 * HOUR), ..mine("planned-late") });
    put(&store, Ticket { planned_at: Some(NOW + HOUR), urgency: Urgency::Low, ..mine("planned-early") });
    put(&store, Ticket { planned_at: Some(NOW - HOUR), ..ticket_of("paused", "li", TicketState::Paused) });
    put(&store, ticket_of("active", "li", TicketState::Active));
    put(&store, ticket_of("not-mine", "wang", TicketState::Active));
    put(&store, Ticket { closed_at: Some(NOW - 13 * HOUR), ..ticket_of("done", "li", TicketState::Done) });
    put(&store, Ticket { closed_at: Some(NOW - 15 * HOUR), ..ticket_of("yesterday", "li", TicketState::Done) });
    put(&store, Ticket { region_id: id("city"), urgency: Urgency::High, ..ticket("free-city") });
    put(&store, Ticket { planned_at: Some(NOW), ..ticket("free-planned") });
    put(&store, Ticket { region_id: id("south"), ..ticket("free-south") });
    store
}

#[test]
fn today_is_in_the_order_of_work() {
    let store = days_work();
    let facts = facts(Seat::Field);
    let today: Today = ask(&desk(&store, &facts, "li"), &Question::AskToday(AskToday { position: None }));
    assert_eq!(
        numbers(&today.mine),
        ["active", "planned-early", "planned-late", "unplanned-urgent", "unplanned-due", "unplanned", "paused"]
    );
    assert_eq!(numbers(&today.unassigned), ["free-planned", "free-city"]);
    assert_eq!(numbers(&today.done_today), ["done"]);
    // Each of the seven visits lacks two of its three parts.
    assert_eq!(today.missing, 7);
}

/// A state that only a newer program knows is none in which nothing more is to be done.
#[test]
fn a_ticket_in_a_state_of_the_future_stays_in_sight() {
    let store = company(Holding::OnePerson);
    let state: TicketState = serde_json::from_str("\"frozen\"").unwrap();
    put(&store, ticket_of("frozen", "li", state));
    put(&store, Ticket { state, ..ticket("free") });
    let facts = facts(Seat::Field);
    let today: Today = ask(&desk(&store, &facts, "li"), &Question::AskToday(AskToday { position: None }));
    assert_eq!((numbers(&today.mine), numbers(&today.unassigned)), (vec!["frozen"], vec!["free"]));
}

#[test]
fn a_card_says_where_what_and_how_far() {
    let store = company(Holding::OnePerson);
    put(&store, ticket_of("A-1", "li", TicketState::Assigned));
    let mut facts = facts(Seat::Field);
    facts.waiting.insert((Kind::Ticket, id("A-1")));
    let position = Some(Position { latitude: 31.2304, longitude: 121.4837 });
    let today: Today = ask(&desk(&store, &facts, "li"), &Question::AskToday(AskToday { position }));
    let card = &today.mine[0];
    // A hundredth of a degree of longitude at this latitude.
    assert!((945..=960).contains(&card.distance_metres.unwrap()), "{:?}", card.distance_metres);
    assert_eq!((card.site_name.as_str(), card.customer_name_en.as_str()), ("主楼", "Harbour Tower"));
    assert_eq!((card.device_name.as_str(), card.engineer_name.as_str()), ("三号梯", "李强"));
    assert_eq!((card.node_name.as_str(), card.node_name_en.as_str()), ("到达", "arrive"));
    assert_eq!((card.steps_done, card.steps_total), (0, 3));
    assert_eq!((card.parts_wanted, card.parts_in_van), (3, 1));
    assert!(card.waiting);
}

#[test]
fn a_replica_that_holds_only_the_ticket_still_answers() {
    let store = Store::in_memory(Holding::OnePerson).unwrap();
    put(&store, ticket_of("A-1", "li", TicketState::Assigned));
    let facts = facts(Seat::Field);
    let desk = desk(&store, &facts, "li");
    let today: Today = ask(&desk, &Question::AskToday(AskToday { position: None }));
    assert_eq!(today.mine[0].site_name, "");
    assert_eq!((today.mine[0].steps_total, today.mine[0].parts_wanted), (0, 0));
    let ready: Ready = ask(&desk, &Question::AskReady(AskReady {}));
    let data = ready.lines.iter().find(|line| line.check == ReadyCheck::Data).unwrap();
    assert_eq!((data.fine, data.value.as_str()), (false, "site, device"));
}

#[test]
fn ready_to_leave_names_what_is_missing() {
    let store = company(Holding::OnePerson);
    put(&store, Ticket { planned_at: Some(NOW + HOUR), ..ticket_of("A-1", "li", TicketState::Assigned) });
    put(&store, Ticket { planned_at: Some(NOW + 2 * DAY), ..ticket_of("later", "li", TicketState::Assigned) });
    let base = facts(Seat::Field);
    let mut facts = Facts { free_megabytes: Some(120), ..base };
    facts.sync.waiting = 2;
    facts.sync.synced_at = Some(NOW - 90 * MINUTE);
    let ready: Ready = ask(&desk(&store, &facts, "li"), &Question::AskReady(AskReady {}));
    let lines: Vec<_> = ready
        .lines
        .iter()
        .map(|line| (line.check, line.fine, line.value.as_str(), line.ticket_number.as_deref()))
        .collect();
    assert_eq!(
        lines,
        [
            (ReadyCheck::Sent, false, "2", None),
            (ReadyCheck::Fresh, false, "90", None),
            (ReadyCheck::Parts, false, "防漏密封圈, 继电器", Some("A-1")),
            (ReadyCheck::Room, false, "120", None),
            (ReadyCheck::Data, true, "", None),
            (ReadyCheck::Attention, true, "0", None),
        ]
    );
    let site: Site = store.get(id("tower")).unwrap().unwrap();
    store.delete(Kind::Site, site.id).unwrap();
    facts.sync.synced_at = None;
    let ready: Ready = ask(&desk(&store, &facts, "li"), &Question::AskReady(AskReady {}));
    let of = |check| ready.lines.iter().find(|line| line.check == check).unwrap();
    assert_eq!((of(ReadyCheck::Data).fine, of(ReadyCheck::Data).value.as_str()), (false, "site"));
    assert_eq!((of(ReadyCheck::Fresh).fine, of(ReadyCheck::Fresh).value.as_str()), (false, ""));
}
