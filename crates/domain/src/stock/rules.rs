use super::{
    AdjustStock, IssueStock, MovementKind, Part, ReceiveStock, ReturnPart, StockLevel, StockLocation, StockMovement,
    TransferStock, UsePart, level_id,
};
use crate::customer::position;
use crate::decide::Desk;
use crate::person::{Region, Right};
use crate::ticket::{Ticket, entered};
use crate::{Code, Decimal, Details, Id, Read, Refusal};

pub(crate) fn use_part(desk: &mut Desk<'_>, command: &UsePart) -> Result<(), Refusal> {
    desk.about(command.ticket_id);
    desk.right(Right::UsePart)?;
    positive(desk, command.quantity)?;
    let ticket = desk.need::<Ticket>(command.ticket_id)?;
    let part = desk.need::<Part>(command.part_id)?;
    let from = desk.need::<StockLocation>(command.from_id)?;
    let mut movement = movement(desk, MovementKind::Use, command.part_id, command.quantity);
    movement.from_id = Some(command.from_id);
    movement.ticket_id = Some(command.ticket_id);
    movement.step_id = command.step_id;
    movement.device_id = ticket.as_ref().and_then(|ticket| ticket.device_id);
    take(desk, &movement, part.as_deref(), from.as_deref());
    if let Some(step_id) = command.step_id {
        entered(desk, step_id, crate::workflow::DemandKind::Part, &movement.id.to_string());
    }
    tell(desk, "PartUsed", ticket.as_deref(), &movement, part.as_deref());
    desk.put(movement);
    Ok(())
}

pub(crate) fn return_part(desk: &mut Desk<'_>, command: &ReturnPart) -> Result<(), Refusal> {
    desk.right(Right::UsePart)?;
    positive(desk, command.quantity)?;
    desk.exists::<StockLocation>(command.to_id)?;
    let Some(used) = desk.need::<StockMovement>(command.movement_id)? else { return Ok(()) };
    let part = desk.need::<Part>(used.part_id)?;
    let ticket = match used.ticket_id {
        Some(id) => {
            desk.about(id);
            desk.need::<Ticket>(id)?
        }
        None => None,
    };
    desk.check(used.movement_kind == MovementKind::Use && command.quantity <= used.quantity, || {
        Refusal::new(Code::ReturnExceedsUse)
            .with("used", used.quantity)
            .with("part", part.as_ref().map(|part| part.name.clone()).unwrap_or_default())
            .with("ticket", ticket.as_ref().map(|ticket| ticket.number.clone()).unwrap_or_default())
    })?;
    let mut movement = movement(desk, MovementKind::Return, used.part_id, command.quantity);
    movement.to_id = Some(command.to_id);
    movement.ticket_id = used.ticket_id;
    movement.step_id = used.step_id;
    movement.device_id = used.device_id;
    give(desk, &movement);
    tell(desk, "PartReturned", ticket.as_deref(), &movement, part.as_deref());
    desk.put(movement);
    Ok(())
}

pub(crate) fn receive_stock(desk: &mut Desk<'_>, command: &ReceiveStock) -> Result<(), Refusal> {
    desk.right(Right::KeepStock)?;
    positive(desk, command.quantity)?;
    desk.short("note", &command.note, 500)?;
    desk.exists::<Part>(command.part_id)?;
    desk.exists::<StockLocation>(command.to_id)?;
    let mut movement = movement(desk, MovementKind::Receive, command.part_id, command.quantity);
    movement.to_id = Some(command.to_id);
    movement.note = command.note.clone();
    give(desk, &movement);
    desk.put(movement);
    Ok(())
}

pub(crate) fn issue_stock(desk: &mut Desk<'_>, command: &IssueStock) -> Result<(), Refusal> {
    desk.right(Right::KeepStock)?;
    positive(desk, command.quantity)?;
    desk.short("note", &command.note, 500)?;
    let part = desk.need::<Part>(command.part_id)?;
    let from = desk.need::<StockLocation>(command.from_id)?;
    let mut movement = movement(desk, MovementKind::Issue, command.part_id, command.quantity);
    movement.from_id = Some(command.from_id);
    movement.note = command.note.clone();
    take(desk, &movement, part.as_deref(), from.as_deref());
    desk.put(movement);
    Ok(())
}

pub(crate) fn transfer_stock(desk: &mut Desk<'_>, command: &TransferStock) -> Result<(), Refusal> {
    desk.right(Right::KeepStock)?;
    positive(desk, command.quantity)?;
    desk.short("note", &command.note, 500)?;
    desk.check(command.from_id != command.to_id, || Refusal::new(Code::SamePlace))?;
    let part = desk.need::<Part>(command.part_id)?;
    let from = desk.need::<StockLocation>(command.from_id)?;
    desk.exists::<StockLocation>(command.to_id)?;
    let mut movement = movement(desk, MovementKind::Transfer, command.part_id, command.quantity);
    movement.from_id = Some(command.from_id);
    movement.to_id = Some(command.to_id);
    movement.note = command.note.clone();
    take(desk, &movement, part.as_deref(), from.as_deref());
    give(desk, &movement);
    desk.put(movement);
    Ok(())
}

pub(crate) fn adjust_stock(desk: &mut Desk<'_>, command: &AdjustStock) -> Result<(), Refusal> {
    desk.right(Right::KeepStock)?;
    desk.text("reason", &command.reason, 500)?;
    desk.check(!command.difference.is_zero(), || Refusal::new(Code::QuantityNotPositive))?;
    let part = desk.need::<Part>(command.part_id)?;
    let location = desk.need::<StockLocation>(command.location_id)?;
    let mut movement = movement(desk, MovementKind::Adjust, command.part_id, command.difference.abs());
    movement.note = command.reason.clone();
    if command.difference.is_sign_negative() {
        movement.from_id = Some(command.location_id);
        take(desk, &movement, part.as_deref(), location.as_deref());
    } else {
        movement.to_id = Some(command.location_id);
        give(desk, &movement);
    }
    desk.put(movement);
    Ok(())
}

pub(crate) fn save_part(desk: &mut Desk<'_>, part: &Part) -> Result<(), Refusal> {
    desk.right(Right::EditCatalogue)?;
    desk.text("number", &part.number, 60)?;
    desk.text("name", &part.name, 120)?;
    desk.short("name_en", &part.name_en, 120)?;
    desk.text("unit", &part.unit, 12)?;
    desk.short("category", &part.category, 60)?;
    desk.check(!part.minimum.is_sign_negative(), || {
        Refusal::new(Code::FieldInvalid).with("field", "minimum").with("value", part.minimum)
    })?;
    desk.put(part.clone());
    Ok(())
}

pub(crate) fn save_stock_location(desk: &mut Desk<'_>, location: &StockLocation) -> Result<(), Refusal> {
    desk.right(Right::EditCatalogue)?;
    desk.text("name", &location.name, 120)?;
    desk.short("name_en", &location.name_en, 120)?;
    position(desk, location.latitude, location.longitude)?;
    desk.exists::<Region>(location.region_id)?;
    if let Some(parent_id) = location.parent_id {
        desk.exists::<StockLocation>(parent_id)?;
    }
    desk.put(location.clone());
    Ok(())
}

/// What `PartUsed` and its opposite look like in the timeline.
fn tell(desk: &mut Desk<'_>, name: &str, ticket: Option<&Ticket>, movement: &StockMovement, part: Option<&Part>) {
    let mut details = Details::new();
    details.insert("quantity".into(), movement.quantity.to_string());
    if let Some(part) = part {
        details.insert("part".into(), part.name.clone());
        details.insert("part_en".into(), part.name_en.clone());
        details.insert("unit".into(), part.unit.clone());
    }
    desk.event(name, ticket, details);
}

fn positive(desk: &mut Desk<'_>, quantity: Decimal) -> Result<(), Refusal> {
    desk.check(quantity > Decimal::ZERO, || Refusal::new(Code::QuantityNotPositive))
}

fn movement(desk: &Desk<'_>, movement_kind: MovementKind, part_id: Id, quantity: Decimal) -> StockMovement {
    StockMovement {
        id: desk.act.id,
        movement_kind,
        part_id,
        from_id: None,
        to_id: None,
        quantity,
        note: String::new(),
        ticket_id: None,
        step_id: None,
        device_id: None,
        actor_id: desk.act.actor_id,
        occurred_at: desk.act.occurred_at,
        received_at: None,
    }
}

/// Lowers the level that a movement takes from. The parts are gone from the shelf whatever the books say, so a level
/// may fall below zero; that is shown, never refused.
fn take(desk: &mut Desk<'_>, movement: &StockMovement, part: Option<&Part>, place: Option<&StockLocation>) {
    let Some(from_id) = movement.from_id else { return };
    let Some((before, after)) = shift(desk, movement, from_id, -movement.quantity) else { return };
    if after < Decimal::ZERO {
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
fn shift(desk: &mut Desk<'_>, movement: &StockMovement, location_id: Id, by: Decimal) -> Option<(Decimal, Decimal)> {
    let id = level_id(movement.part_id, location_id);
    let before = match desk.peek::<StockLevel>(id) {
        Read::Present(level) => level.quantity,
        Read::Absent => Decimal::ZERO,
        // Whoever holds a place holds all its levels: one that is not there is zero.
        Read::Unknown if matches!(desk.peek::<StockLocation>(location_id), Read::Present(_)) => Decimal::ZERO,
        Read::Unknown => {
            desk.provisional();
            return None;
        }
    };
    // More than can be counted was not counted: such a number is a mistake of whoever wrote it, and the movement says so.
    let quantity = before.saturating_add(by).normalize();
    desk.put(StockLevel { id, part_id: movement.part_id, location_id, quantity, changed_at: movement.occurred_at });
    Some((before, quantity))
}
