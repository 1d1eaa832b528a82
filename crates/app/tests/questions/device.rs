use crate::company::{DAY, HOUR, NOW, ask, company, desk, facts, id, put, ticket, ticket_of, try_ask};
use outpost_app::questions::{AskDevice, DeviceView, Question, Seat};
use outpost_app::{Desk, FailureCode};
use outpost_domain::device::Device;
use outpost_domain::stock::{MovementKind, StockMovement};
use outpost_domain::ticket::{Ticket, TicketState};
use outpost_store::Holding;

fn of(word: &str) -> Question {
    Question::AskDevice(AskDevice { id: id(word) })
}

#[test]
fn a_device_comes_with_its_history_parts_and_tags() {
    let store = company(Holding::OnePerson);
    put(&store, ticket("open"));
    put(&store, Ticket { closed_at: Some(NOW), ..ticket_of("done", "wang", TicketState::Done) });
    for (word, at) in [("early", NOW - DAY), ("late", NOW)] {
        put(
            &store,
            StockMovement {
                id: id(word),
                movement_kind: MovementKind::Use,
                part_id: id("belt"),
                from_id: Some(id("van-li")),
                to_id: None,
                quantity: "1".parse().unwrap(),
                note: String::new(),
                of_id: None,
                returned: "0".parse().unwrap(),
                ticket_id: Some(id("done")),
                step_id: None,
                device_id: Some(id("lift-3")),
                actor_id: id("li"),
                occurred_at: at,
                received_at: None,
            },
        );
    }
    let facts = facts(Seat::Field);
    let view: DeviceView = ask(&desk(&store, &facts, "li"), &of("lift-3"));
    assert_eq!(view.device_model.unwrap().name_en, "Passenger lift");
    assert_eq!((view.site.unwrap().id, view.customer.unwrap().id), (id("tower"), id("harbour")));
    assert_eq!((view.open_tickets[0].number.as_str(), view.open_tickets.len()), ("open", 1));
    assert_eq!((view.closed_tickets[0].number.as_str(), view.closed_tickets.len()), ("done", 1));
    let parts: Vec<_> = view
        .parts
        .iter()
        .map(|row| (row.part.number.as_str(), row.quantity.to_string(), row.in_van.to_string(), row.places))
        .collect();
    assert_eq!(
        parts,
        [
            ("P-001", "13.6".to_owned(), "1.5".to_owned(), 3),
            ("P-002", "0.3".to_owned(), "0".to_owned(), 2),
            ("P-003", "0".to_owned(), "0".to_owned(), 0),
        ]
    );
    let movements: Vec<_> = view.movements.iter().map(|it| (it.movement.id, it.ticket_number.as_str())).collect();
    assert_eq!(movements, [(id("late"), "done"), (id("early"), "done")]);
    assert_eq!(view.tags[0].code, "QR-LIFT");
}

#[test]
fn the_warranty_ends_at_midnight_where_the_person_is() {
    let store = company(Holding::OnePerson);
    let facts = facts(Seat::Field);
    let at = |now| {
        let view: DeviceView = ask(&Desk { now, ..desk(&store, &facts, "li") }, &of("lift-3"));
        view.in_warranty
    };
    // 14:00 on the last day, then the last minute of it, then the first of the next.
    assert_eq!(at(NOW), Some(true));
    assert_eq!(at(NOW + 10 * HOUR - 1), Some(true));
    assert_eq!(at(NOW + 10 * HOUR), Some(false));
    let desk = desk(&store, &facts, "li");
    assert_eq!(ask::<DeviceView>(&desk, &of("lift-4")).in_warranty, None);
    // A date that is none says nothing.
    assert_eq!(ask::<DeviceView>(&desk, &of("oven-2")).in_warranty, None);
}

#[test]
fn a_device_whose_model_is_not_here_is_still_shown() {
    let store = company(Holding::OnePerson);
    let device: Device = store.get(id("lift-3")).unwrap().unwrap();
    put(&store, Device { model_id: id("?"), site_id: id("?"), customer_id: id("?"), ..device });
    let facts = facts(Seat::Field);
    let desk = desk(&store, &facts, "li");
    let view: DeviceView = ask(&desk, &of("lift-3"));
    assert_eq!((view.device_model, view.site, view.customer, view.parts.len()), (None, None, None, 0));
    assert_eq!(try_ask::<DeviceView>(&desk, &of("nothing")).unwrap_err().code, FailureCode::NotHere);
}
