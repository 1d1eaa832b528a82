use crate::company::{DAY, HOUR, NOW, ask, company, desk, facts, id, put, ticket, ticket_of};
use outpost_app::questions::{AskBoard, Board, Question, Seat};
use outpost_domain::ticket::{Ticket, TicketState, Urgency};
use outpost_domain::workflow::TicketKind;
use outpost_store::{Holding, Store};

fn tickets() -> Store {
    let store = company(Holding::Everything);
    let oven = |number: &str| Ticket {
        site_id: id("kitchen"),
        customer_id: id("lotus"),
        device_id: Some(id("oven-2")),
        region_id: id("south"),
        ..ticket(number)
    };
    put(&store, ticket("open"));
    put(&store, Ticket { urgency: Urgency::Urgent, ..oven("open-urgent") });
    put(&store, Ticket { due_at: Some(NOW + HOUR), ..ticket("open-due") });
    put(&store, ticket_of("assigned", "li", TicketState::Assigned));
    put(&store, Ticket { ticket_kind: TicketKind::Maintenance, ..ticket_of("active", "li", TicketState::Active) });
    put(&store, ticket_of("paused", "wang", TicketState::Paused));
    let closed = |days| Some(NOW - days * DAY);
    put(&store, Ticket { closed_at: closed(3), ..ticket_of("done-3", "li", TicketState::Done) });
    put(&store, Ticket { closed_at: closed(1), ..ticket_of("done-1", "li", TicketState::Done) });
    put(&store, Ticket { closed_at: closed(8), ..ticket_of("done-8", "li", TicketState::Done) });
    put(&store, Ticket { closed_at: closed(8), ..ticket_of("cancelled-8", "li", TicketState::Cancelled) });
    store
}

fn board(store: &Store, ask_board: AskBoard) -> Board {
    let facts = facts(Seat::Console);
    ask(&desk(store, &facts, "zhou"), &Question::AskBoard(ask_board))
}

/// The columns as text: numbers with commas between, totals where not all is shown.
fn short(board: &Board) -> Vec<String> {
    let column = |column: &outpost_app::questions::BoardColumn| {
        let numbers: Vec<&str> = column.cards.iter().map(|card| card.number.as_str()).collect();
        let more = column.total as usize - numbers.len();
        format!("{}{}", numbers.join(","), if more > 0 { format!(" +{more}") } else { String::new() })
    };
    board.columns.iter().map(column).collect()
}

#[test]
fn the_board_shows_each_state_in_order() {
    let board = board(&tickets(), AskBoard::default());
    assert_eq!(short(&board), ["open-urgent,open-due,open", "assigned", "active", "paused", "done-1,done-3", ""]);
    let states: Vec<TicketState> = board.columns.iter().map(|column| column.state).collect();
    assert_eq!(states[0], TicketState::Open);
    assert_eq!(states[5], TicketState::Cancelled);
    let crew: Vec<_> = board.crew.iter().map(|crew| (crew.user.login.as_str(), crew.load)).collect();
    assert_eq!(crew, [("zhou", 0), ("li", 2), ("wang", 1), ("chen", 0)]);
    assert_eq!(board.regions.len(), 4);
}

#[test]
fn the_board_is_filtered() {
    let store = tickets();
    let filtered = |ask_board: AskBoard| short(&board(&store, ask_board)).join("|");
    assert_eq!(
        filtered(AskBoard { limit: 1, ..AskBoard::default() }),
        "open-urgent +2|assigned|active|paused|done-1 +1|"
    );
    let region = AskBoard { region_id: Some(id("south")), ..AskBoard::default() };
    assert_eq!(filtered(region), "open-urgent|||||");
    let engineer = AskBoard { engineer_id: Some(id("wang")), ..AskBoard::default() };
    assert_eq!(filtered(engineer), "|||paused||");
    let kind = AskBoard { ticket_kind: Some(TicketKind::Maintenance), ..AskBoard::default() };
    assert_eq!(filtered(kind), "||active|||");
    let urgency = AskBoard { urgency: Some(Urgency::Urgent), ..AskBoard::default() };
    assert_eq!(filtered(urgency.clone()), "open-urgent|||||");
    let by_text = |text: &str| filtered(AskBoard { text: text.into(), ..AskBoard::default() });
    // The ticket's own words, its customer's, its device's.
    assert_eq!(by_text("paused"), "|||paused||");
    assert_eq!(by_text("荷"), "open-urgent|||||");
    assert_eq!(by_text("OV-0002"), "open-urgent|||||");
    let both = AskBoard { text: "lotus".into(), engineer_id: Some(id("li")), ..urgency };
    assert_eq!(filtered(both), "|||||");
}

#[test]
fn whoever_asks_for_more_cards_is_told_of_more() {
    let store = tickets();
    let one = store.select::<Ticket>("WHERE state = 'open' LIMIT 1", &[]).unwrap().remove(0);
    let before = board(&store, AskBoard::default()).columns[0].total;
    for n in 0..330 {
        put(&store, Ticket { id: id(&format!("more {n}")), number: format!("M-{n}"), ..one.clone() });
    }
    let column = |limit| board(&store, AskBoard { limit, ..AskBoard::default() }).columns.remove(0);
    let (few, many, all) = (column(100), column(310), column(1000));
    assert_eq!((few.cards.len(), few.total), (100, 301), "one more than is counted");
    assert_eq!((many.cards.len(), many.total), (310, 311));
    assert_eq!((all.cards.len() as u32, all.total), (330 + before, 330 + before));
}
