//! The ledger of parts.

use crate::world::*;
use outpost_domain::person::Right;
use outpost_domain::stock::*;
use outpost_domain::{Code, Pass, Quantity};

#[test]
fn the_ledger_adds_up_and_below_zero_is_shown_never_refused() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let effects = world.at(Pass::Origin, LI, use_belt(ticket_id, None, 2)).unwrap();
    assert_eq!(effects.discrepancies[0].code, Code::StockBelowZero);
    assert_eq!(world.level(VAN), Quantity::from(-2));
    let movement_id = id(world.acts);
    let back = |quantity: i64, to: u128| ReturnPart { movement_id, quantity: Quantity::from(quantity), to_id: id(to) };
    assert_eq!(world.refused(LI, back(3, VAN)), Code::ReturnExceedsUse);
    assert_eq!(world.refused(LI, back(0, VAN)), Code::QuantityNotPositive);
    world.done(LI, back(1, FAR));
    assert_eq!((world.level(VAN), world.level(FAR)), (Quantity::from(-2), Quantity::ONE));
    assert_eq!(world.refused(LI, use_belt(ticket_id, None, 0)), Code::QuantityNotPositive);
    assert_eq!(world.refused(BOSS, use_belt(ticket_id, None, 1)), Code::RightMissing);
}

#[test]
fn a_quantity_is_whole_where_its_unit_is_and_plausible_everywhere() {
    let mut world = World::new();
    let receive = |part: u128, quantity: &str| ReceiveStock {
        part_id: id(part),
        quantity: quantity.parse().unwrap(),
        to_id: id(VAN),
        note: String::new(),
    };
    for (part, quantity, code) in [
        (BELT, "1.5", Code::QuantityNotWhole),
        (BELT, "0.333", Code::QuantityNotWhole),
        (CABLE, "0.3333", Code::QuantityImplausible),
        (BELT, "0.0000000000000000000000000001", Code::QuantityImplausible),
        (BELT, "99999999999", Code::QuantityImplausible),
        // What a scanner types.
        (BELT, "6901028075831", Code::QuantityImplausible),
        (CABLE, "1000000.001", Code::QuantityImplausible),
        (CABLE, "-1", Code::QuantityNotPositive),
    ] {
        assert_eq!(world.refused(CLERK, receive(part, quantity)), code, "{quantity}");
    }
    world.done(CLERK, receive(BELT, "2.00"));
    world.done(CLERK, receive(BELT, "1000000"));
    world.done(CLERK, receive(CABLE, "0.333"));
    assert_eq!(world.level(VAN), Quantity::from(1_000_002));
    // A fact of half a piece is shown; one beyond all measure is done at no time.
    assert_eq!(world.later(CLERK, receive(BELT, "0.5")), [Code::QuantityNotWhole]);
    let nothing = ReceiveStock { quantity: Quantity::of(-1), ..receive(BELT, "1") };
    assert!(world.at(Pass::Headquarters, CLERK, nothing).unwrap_err().code.is_barred());
    let beyond = ReceiveStock { quantity: Quantity::MAX, ..receive(BELT, "1") };
    assert!(world.at(Pass::Headquarters, CLERK, beyond).unwrap_err().code.is_barred());
}

#[test]
fn all_returns_of_a_use_together_are_no_more_than_it() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    world.done(CLERK, receive(4));
    world.done(LI, use_belt(ticket_id, None, 2));
    let movement_id = id(world.acts);
    let back = |quantity: i64| ReturnPart { movement_id, quantity: Quantity::from(quantity), to_id: id(VAN) };
    world.done(LI, back(1));
    assert_eq!(world.refused(LI, back(2)), Code::ReturnExceedsUse);
    world.done(LI, back(1));
    assert_eq!(world.refused(LI, back(1)), Code::ReturnExceedsUse);
    assert_eq!(world.level(VAN), Quantity::from(4));
    // Another device gave it at the same time: the part is on the shelf, and somebody is told.
    assert_eq!(world.later(LI, back(1)), [Code::ReturnExceedsUse]);
    let used = world.get::<StockMovement>(movement_id);
    assert_eq!((used.quantity, used.returned), (Quantity::of(2), Quantity::from(3)));
    // A return of a return, or of a receipt, is none of a use.
    let receipt = ReturnPart { movement_id: id(world.acts), quantity: Quantity::ONE, to_id: id(VAN) };
    assert_eq!(world.refused(LI, receipt), Code::ReturnExceedsUse);
}

fn receive(quantity: i64) -> ReceiveStock {
    ReceiveStock { part_id: id(BELT), quantity: Quantity::from(quantity), to_id: id(VAN), note: String::new() }
}

fn count(counted: i64, counted_at: i64) -> CountStock {
    let counted = Quantity::from(counted);
    CountStock { part_id: id(BELT), location_id: id(VAN), counted, counted_at, after: None, note: String::new() }
}

/// Now, by the clock of the world: each act is a second after the one before.
fn now(world: &World) -> i64 {
    world.acts as i64 * 1000
}

fn sum(world: &World) -> Quantity {
    let movements = world.records.keys().filter(|(kind, _)| *kind == outpost_domain::Kind::StockMovement);
    let movements = movements.map(|(_, id)| world.get::<StockMovement>(*id));
    movements.fold(Quantity::ZERO, |sum, movement| {
        let into = if movement.to_id == Some(id(VAN)) { movement.quantity } else { Quantity::ZERO };
        let out = if movement.from_id == Some(id(VAN)) { movement.quantity } else { Quantity::ZERO };
        sum + into - out
    })
}

#[test]
fn what_is_used_between_counting_and_confirming_stays_used() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    world.done(CLERK, receive(12));
    let counted_at = now(&world) + 1;
    world.done(LI, use_belt(ticket_id, None, 1));
    world.done(CLERK, count(10, counted_at));
    assert_eq!(world.level(VAN), Quantity::from(9));
    assert_eq!(sum(&world), Quantity::from(9));
}

#[test]
fn what_was_used_before_a_count_and_arrives_after_it_is_in_the_count() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    world.done(CLERK, receive(12));
    let mut early = world.act(LI, use_belt(ticket_id, None, 2));
    let mut earlier = world.act(CLERK, receive(5));
    let counted_at = now(&world) + 500;
    world.acts += 1;
    world.done(CLERK, count(10, counted_at));
    assert_eq!(world.level(VAN), Quantity::from(10));
    for late in [&mut early, &mut earlier] {
        let effects = outpost_domain::decide(&world, late, Pass::Headquarters).unwrap();
        assert_eq!(effects.discrepancies, []);
        for put in effects.puts {
            world.put(put);
        }
        assert_eq!((world.level(VAN), sum(&world)), (Quantity::from(10), Quantity::from(10)));
    }
    // What happens afterwards adds up, and a second count of an earlier moment changes nothing.
    world.done(LI, use_belt(ticket_id, None, 1));
    world.done(CLERK, count(3, counted_at - 200));
    assert_eq!((world.level(VAN), sum(&world)), (Quantity::from(9), Quantity::from(9)));
    world.done(CLERK, count(9, i64::MAX));
    assert_eq!((world.level(VAN), sum(&world)), (Quantity::from(9), Quantity::from(9)));
    assert_eq!(world.refused(LI, count(9, 1)), Code::RightMissing);
    assert_eq!(outpost_domain::Command::rights_of("CountStock"), Some(&[Right::KeepStock][..]));
}

#[test]
fn a_count_of_what_nobody_knew_of_is_a_level() {
    let mut world = World::new();
    let now = now(&world);
    world.done(CLERK, count(3, now));
    assert_eq!(world.level(VAN), Quantity::from(3));
    assert_eq!(world.refused(CLERK, count(-1, now)), Code::QuantityNotPositive);
    world.done(CLERK, count(0, now + 5000));
    assert_eq!((world.level(VAN), sum(&world)), (Quantity::ZERO, Quantity::ZERO));
}

/// A tablet whose clock is slow knows of a count that is later than its clock: done again there, a use is still taken from it.
#[test]
fn a_use_by_a_slow_clock_is_the_same_done_again_where_it_was_given() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    world.done(CLERK, receive(12));
    world.done(CLERK, count(10, now(&world) + 500));
    let mut used = world.act(LI, use_belt(ticket_id, None, 1));
    used.occurred_at = 5;
    let at = |place| outpost_domain::decide(&world, &used, place).unwrap();
    assert_eq!(at(Pass::Rebase), at(Pass::Origin));
    // Headquarters reckons when it happened, and books what happened before a count both ways.
    assert_ne!(at(Pass::Headquarters).puts, at(Pass::Origin).puts);
}
