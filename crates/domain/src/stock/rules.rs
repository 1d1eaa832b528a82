use super::{
    AdjustStock, CountStock, IssueStock, MOST_AT_ONCE, MovementKind, Part, ReceiveStock, ReturnPart, SavePart,
    SaveStockLocation, StockLevel, StockLocation, StockMovement, TransferStock, UsePart, is_counted_whole, level_id,
};
use crate::customer::position;
use crate::desk::Desk;
use crate::event::{PartReturned, PartUsed, StockMoved};
use crate::person::{Region, Right};
use crate::ticket::{Ticket, entered, mine, not_cancelled, step_of};
use crate::{AnyRecord, Code, Id, Instant, Quantity, Read, Refusal, Search, derive};
use std::sync::Arc;

/// How long before it is confirmed a count may have been taken, in milliseconds.
const COUNTED_AT_MOST_BEFORE_MILLIS: i64 = 31 * 86_400_000;

pub(crate) fn use_part(desk: &mut Desk<'_>, command: &UsePart) -> Result<(), Refusal> {
    desk.about(command.ticket_id);
    let ticket = desk.need::<Ticket>(command.ticket_id)?;
    ours(desk, ticket.as_deref())?;
    if let Some(ticket) = &ticket {
        not_cancelled(desk, ticket)?;
    }
    let part = desk.need::<Part>(command.part_id)?;
    quantity(desk, command.quantity, part.as_deref())?;
    let from = desk.need::<StockLocation>(command.from_id)?;
    let mut movement = movement(desk, MovementKind::Use, command.part_id, command.quantity)?;
    movement.from_id = Some(command.from_id);
    movement.ticket_id = Some(command.ticket_id);
    movement.step_id = step_of(desk, command.ticket_id, command.step_id)?;
    movement.device_id = ticket.as_ref().and_then(|ticket| ticket.device_id);
    take(desk, &movement, part.as_deref(), from.as_deref());
    if let Some(step_id) = movement.step_id {
        entered(desk, step_id, crate::workflow::DemandKind::Part, &movement.id.to_string());
    }
    desk.event(ticket.as_deref(), PartUsed { part_id: command.part_id, quantity: command.quantity });
    put(desk, movement);
    Ok(())
}

/// The rule that parts are used for a ticket by whoever works on it, or keeps the stock.
fn ours(desk: &mut Desk<'_>, ticket: Option<&Ticket>) -> Result<(), Refusal> {
    match ticket {
        Some(ticket) if !desk.has_right(Right::KeepStock) => mine(desk, ticket),
        _ => Ok(()),
    }
}

pub(crate) fn return_part(desk: &mut Desk<'_>, command: &ReturnPart) -> Result<(), Refusal> {
    desk.exists::<StockLocation>(command.to_id)?;
    let Some(used) = desk.need::<StockMovement>(command.movement_id)? else { return Ok(()) };
    let part = desk.need::<Part>(used.part_id)?;
    quantity(desk, command.quantity, part.as_deref())?;
    let ticket = match used.ticket_id {
        Some(id) => {
            desk.about(id);
            desk.need::<Ticket>(id)?
        }
        None => None,
    };
    ours(desk, ticket.as_deref())?;
    // What came back before counts too: each return alone may be less than the use, and all together more.
    let returned = used.returned + command.quantity;
    desk.check(used.movement_kind == MovementKind::Use && returned <= used.quantity, || {
        Refusal::new(Code::ReturnExceedsUse)
            .with("used", used.quantity)
            .with("returned", used.returned)
            .with("part", part.as_ref().map(|part| part.name.clone()).unwrap_or_default())
            .with("part_en", part.as_ref().map(|part| part.name_en.clone()).unwrap_or_default())
            .with("ticket", ticket.as_ref().map(|ticket| ticket.number.clone()).unwrap_or_default())
    })?;
    let mut movement = movement(desk, MovementKind::Return, used.part_id, command.quantity)?;
    movement.to_id = Some(command.to_id);
    movement.of_id = Some(used.id);
    movement.ticket_id = used.ticket_id;
    movement.step_id = used.step_id;
    movement.device_id = used.device_id;
    give(desk, &movement);
    desk.event(ticket.as_deref(), PartReturned { part_id: used.part_id, quantity: command.quantity });
    put(desk, movement);
    desk.put(StockMovement { returned, ..Arc::unwrap_or_clone(used) });
    Ok(())
}

pub(crate) fn receive_stock(desk: &mut Desk<'_>, command: &ReceiveStock) -> Result<(), Refusal> {
    desk.short("note", &command.note, 500)?;
    let part = desk.need::<Part>(command.part_id)?;
    quantity(desk, command.quantity, part.as_deref())?;
    desk.exists::<StockLocation>(command.to_id)?;
    let mut movement = movement(desk, MovementKind::Receive, command.part_id, command.quantity)?;
    movement.to_id = Some(command.to_id);
    movement.note = command.note.clone();
    give(desk, &movement);
    put(desk, movement);
    Ok(())
}

pub(crate) fn issue_stock(desk: &mut Desk<'_>, command: &IssueStock) -> Result<(), Refusal> {
    desk.short("note", &command.note, 500)?;
    let part = desk.need::<Part>(command.part_id)?;
    quantity(desk, command.quantity, part.as_deref())?;
    let from = desk.need::<StockLocation>(command.from_id)?;
    let mut movement = movement(desk, MovementKind::Issue, command.part_id, command.quantity)?;
    movement.from_id = Some(command.from_id);
    movement.note = command.note.clone();
    take(desk, &movement, part.as_deref(), from.as_deref());
    put(desk, movement);
    Ok(())
}

pub(crate) fn transfer_stock(desk: &mut Desk<'_>, command: &TransferStock) -> Result<(), Refusal> {
    desk.short("note", &command.note, 500)?;
    desk.check(command.from_id != command.to_id, || Refusal::new(Code::SamePlace))?;
    let part = desk.need::<Part>(command.part_id)?;
    quantity(desk, command.quantity, part.as_deref())?;
    let from = desk.need::<StockLocation>(command.from_id)?;
    desk.exists::<StockLocation>(command.to_id)?;
    let mut movement = movement(desk, MovementKind::Transfer, command.part_id, command.quantity)?;
    movement.from_id = Some(command.from_id);
    movement.to_id = Some(command.to_id);
    movement.note = command.note.clone();
    take(desk, &movement, part.as_deref(), from.as_deref());
    give(desk, &movement);
    put(desk, movement);
    Ok(())
}

pub(crate) fn adjust_stock(desk: &mut Desk<'_>, command: &AdjustStock) -> Result<(), Refusal> {
    desk.text("reason", &command.reason, 500)?;
    let part = desk.need::<Part>(command.part_id)?;
    quantity(desk, command.difference.abs(), part.as_deref())?;
    let location = desk.need::<StockLocation>(command.location_id)?;
    let mut movement = movement(desk, MovementKind::Adjust, command.part_id, command.difference.abs())?;
    movement.note = command.reason.clone();
    if command.difference.is_negative() {
        movement.from_id = Some(command.location_id);
        take(desk, &movement, part.as_deref(), location.as_deref());
    } else {
        movement.to_id = Some(command.location_id);
        give(desk, &movement);
    }
    put(desk, movement);
    Ok(())
}

pub(crate) fn count_stock(desk: &mut Desk<'_>, command: &CountStock) -> Result<(), Refusal> {
    desk.short("note", &command.note, 500)?;
    let part = desk.need::<Part>(command.part_id)?;
    if !command.counted.is_zero() {
        quantity(desk, command.counted, part.as_deref())?;
    }
    desk.exists::<StockLocation>(command.location_id)?;
    let id = level_id(command.part_id, command.location_id);
    let level = match desk.find::<StockLevel>(id) {
        Read::Present(level) => Some(Arc::unwrap_or_clone(level)),
        Read::Absent | Read::Unknown => None,
    };
    let counted_at = counted_at(desk, command.counted_at, level.as_ref().and_then(|level| level.counted_at))?;
    let booked = level.as_ref().map_or(Quantity::ZERO, |level| level.quantity);
    let since = moved_since(desk, command.part_id, command.location_id, counted_at);
    let difference = command.counted - (booked - since);
    let mut movement = movement(desk, MovementKind::Adjust, command.part_id, difference.abs())?;
    movement.note = command.note.clone();
    movement.occurred_at = counted_at;
    if difference.is_negative() {
        movement.from_id = Some(command.location_id);
    } else {
        movement.to_id = Some(command.location_id);
    }
    // A count that is zero off is told as well: the ledger says that somebody has looked.
    if level.as_ref().is_some_and(|level| level.counted_at > Some(counted_at)) {
        // Somebody has counted since. That count stands, and this one changes nothing but the ledger's past.
        move_both_ways(desk, &movement);
        put(desk, movement);
        return Ok(());
    }
    let quantity = booked + difference;
    desk.put(StockLevel {
        id,
        part_id: command.part_id,
        location_id: command.location_id,
        quantity,
        changed_at: desk.act.occurred_at,
        counted_at: Some(counted_at),
    });
    put(desk, movement);
    Ok(())
}

/// When a count was taken: not after it was confirmed, and not so long before that nobody knows any more what it was about.
fn counted_at(desk: &mut Desk<'_>, said: Instant, counted_before: Option<Instant>) -> Result<Instant, Refusal> {
    let confirmed_at = desk.act.occurred_at;
    let earliest = confirmed_at.saturating_sub(COUNTED_AT_MOST_BEFORE_MILLIS);
    desk.check(said >= earliest, || Refusal::new(Code::FieldInvalid).with("field", "counted_at").with("value", said))?;
    // Whoever has a count before them that is not yet has a clock that is slow.
    let slow = counted_before
        .filter(|_| desk.is_where_it_was_given())
        .map_or(0, |before| before.saturating_sub(confirmed_at).max(0));
    Ok(said.clamp(earliest, confirmed_at).saturating_add(slow))
}

/// What came into a place after a moment, less what left it.
fn moved_since(desk: &Desk<'_>, part_id: Id, location_id: Id, after: Instant) -> Quantity {
    let mut sum = Quantity::ZERO;
    for found in desk.search(Search::MovementsAfter { part_id, location_id, after }) {
        let AnyRecord::StockMovement(movement) = found else { continue };
        // What headquarters received later than it is by this clock was known: it is the clock that is slow.
        if desk.is_where_it_was_given() && movement.received_at > Some(desk.act.occurred_at) {
            continue;
        }
        if movement.to_id == Some(location_id) {
            sum += movement.quantity;
        }
        if movement.from_id == Some(location_id) {
            sum -= movement.quantity;
        }
    }
    sum
}

/// Books the opposite of what a movement does to a place where somebody has counted since: it is in that count already.
fn move_both_ways(desk: &mut Desk<'_>, movement: &StockMovement) {
    let place = movement.from_id.or(movement.to_id).unwrap_or_default();
    let mut id = derive(movement.id, &format!("counted {place}"));
    // Whoever gives a command chooses its id, and so a movement's: one that is there is not written over.
    while matches!(desk.peek::<StockMovement>(id), Read::Present(_)) {
        id = derive(id, "another");
    }
    desk.put(StockMovement {
        id,
        movement_kind: MovementKind::Adjust,
        from_id: movement.to_id,
        to_id: movement.from_id,
        of_id: Some(movement.id),
        ticket_id: None,
        step_id: None,
        device_id: None,
        note: String::new(),
        ..movement.clone()
    });
}

pub(crate) fn save_part(desk: &mut Desk<'_>, command: &SavePart) -> Result<(), Refusal> {
    let part = desk.merge(command.from.as_ref(), &command.part)?;
    desk.fits(&part)?;
    let whole = part.minimum.is_whole() || !is_counted_whole(&part.unit);
    let is_plausible = !part.minimum.is_negative()
        && part.minimum <= Quantity::of(MOST_AT_ONCE)
        && part.minimum.has_at_most(3)
        && whole;
    desk.check(is_plausible, || Refusal::new(Code::FieldInvalid).with("field", "minimum").with("value", part.minimum))?;
    desk.put(part);
    Ok(())
}

pub(crate) fn save_stock_location(desk: &mut Desk<'_>, command: &SaveStockLocation) -> Result<(), Refusal> {
    let location = desk.merge(command.from.as_ref(), &command.stock_location)?;
    desk.fits(&location)?;
    position(desk, location.latitude, location.longitude)?;
    desk.exists::<Region>(location.region_id)?;
    if let Some(parent_id) = location.parent_id {
        desk.exists::<StockLocation>(parent_id)?;
    }
    desk.not_below_itself(location.id, location.parent_id, |location: &StockLocation| location.parent_id)?;
    desk.put(location);
    Ok(())
}

/// That a quantity is one that somebody can have moved: more than nothing, whole where the unit is not one that is
/// measured, and neither more nor finer than is plausible.
fn quantity(desk: &mut Desk<'_>, quantity: Quantity, part: Option<&Part>) -> Result<(), Refusal> {
    let unit = part.map(|part| part.unit.clone()).unwrap_or_default();
    if quantity.abs() > Quantity::of(MOST_AT_ONCE) || !quantity.has_at_most(3) {
        let said = Refusal::new(Code::QuantityImplausible).with("value", quantity);
        return Err(said.with("unit", unit).with("most", MOST_AT_ONCE));
    }
    // What is no quantity at all moves nothing, also as a fact: a use of less than nothing would fill the van.
    if quantity <= Quantity::ZERO {
        return Err(Refusal::new(Code::QuantityNotPositive));
    }
    let whole = quantity.is_whole() || !part.is_some_and(|part| is_counted_whole(&part.unit));
    desk.check(whole, || Refusal::new(Code::QuantityNotWhole).with("value", quantity).with("unit", unit))
}

/// Writes an entry of the ledger, and says so.
fn put(desk: &mut Desk<'_>, movement: StockMovement) {
    let StockMovement { id: movement_id, part_id, from_id, to_id, quantity, .. } = movement;
    desk.happened(movement.ticket_id, StockMoved { movement_id, part_id, from_id, to_id, quantity });
    desk.put(movement);
}

fn movement(
    desk: &mut Desk<'_>,
    movement_kind: MovementKind,
    part_id: Id,
    quantity: Quantity,
) -> Result<StockMovement, Refusal> {
    desk.is_new::<StockMovement>(desk.act.id)?;
    Ok(StockMovement {
        id: desk.act.id,
        movement_kind,
        part_id,
        from_id: None,
        to_id: None,
        quantity,
        note: String::new(),
        of_id: None,
        returned: Quantity::ZERO,
        ticket_id: None,
        step_id: None,
        device_id: None,
        actor_id: desk.act.actor_id,
        occurred_at: desk.act.occurred_at,
        received_at: None,
    })
}

/// Lowers the level that a movement takes from. The parts are gone from the shelf whatever the books say, so a level
/// may fall below zero; that is shown, never refused.
fn take(desk: &mut Desk<'_>, movement: &StockMovement, part: Option<&Part>, place: Option<&StockLocation>) {
    let Some(from_id) = movement.from_id else { return };
    let Some((before, after)) = shift(desk, movement, from_id, -movement.quantity) else { return };
    if after < Quantity::ZERO && after < before {
        if let Some(place) = place {
            desk.concerns(place.region_id);
        }
        desk.flag(
            Refusal::new(Code::StockBelowZero)
                .with("part", part.map(|part| part.name.clone()).unwrap_or_default())
                .with("part_en", part.map(|part| part.name_en.clone()).unwrap_or_default())
                .with("unit", part.map(|part| part.unit.clone()).unwrap_or_default())
                .with("location", place.map(|place| place.name.clone()).unwrap_or_default())
                .with("location_en", place.map(|place| place.name_en.clone()).unwrap_or_default())
                .with("level", before)
                .with("quantity", movement.quantity)
                .with("part_id", movement.part_id)
                .with("location_id", from_id),
        );
    }
}

/// Raises the level that a movement gives to.
fn give(desk: &mut Desk<'_>, movement: &StockMovement) {
    if let Some(to_id) = movement.to_id {
        shift(desk, movement, to_id, movement.quantity);
    }
}

/// Changes a level; the level before and after, or none when this replica does not hold that place.
fn shift(desk: &mut Desk<'_>, movement: &StockMovement, location_id: Id, by: Quantity) -> Option<(Quantity, Quantity)> {
    let id = level_id(movement.part_id, location_id);
    let known = match desk.peek::<StockLevel>(id) {
        Read::Present(level) => Some(level),
        Read::Absent => None,
        // Whoever holds a place holds all its levels: one that is not there is zero.
        Read::Unknown if matches!(desk.peek::<StockLocation>(location_id), Read::Present(_)) => None,
        Read::Unknown => {
            desk.provisional();
            return None;
        }
    };
    let before = known.as_ref().map_or(Quantity::ZERO, |level| level.quantity);
    let counted_at = known.and_then(|level| level.counted_at);
    // What somebody does now comes after every count that they know of, whatever their clock says.
    if !desk.is_where_it_was_given() && counted_at.is_some_and(|counted_at| movement.occurred_at < counted_at) {
        // It happened before somebody counted, and arrives after: whoever counted saw it.
        let (from_id, to_id) = if by.is_negative() { (Some(location_id), None) } else { (None, Some(location_id)) };
        move_both_ways(desk, &StockMovement { from_id, to_id, ..movement.clone() });
        return Some((before, before));
    }
    // No movement is more than can be counted; so many of them would not fit on any disk.
    let quantity = before + by;
    let changed_at = movement.occurred_at;
    desk.put(StockLevel { id, part_id: movement.part_id, location_id, quantity, changed_at, counted_at });
    Some((before, quantity))
}
