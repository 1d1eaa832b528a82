//! Entries of the stock ledger with the names of what they are about.

use super::MovementView;
use super::lookup::{by_ids, label, labels};
use crate::Desk;
use outpost_domain::stock::{Part, StockLocation, StockMovement};
use outpost_domain::{Id, Kind};
use outpost_store::StoreError;
use std::collections::BTreeMap;

/// The movements, in their order, with names.
pub(super) fn movement_views(desk: &Desk<'_>, movements: Vec<StockMovement>) -> Result<Vec<MovementView>, StoreError> {
    let parts: BTreeMap<Id, Part> = by_ids(desk, movements.iter().map(|movement| movement.part_id))?;
    let ends = movements.iter().flat_map(|movement| [movement.from_id, movement.to_id]).flatten();
    let places: BTreeMap<Id, StockLocation> = by_ids(desk, ends)?;
    let actors = labels(desk, Kind::User, "name", movements.iter().map(|movement| movement.actor_id))?;
    let numbers = labels(desk, Kind::Ticket, "number", movements.iter().filter_map(|movement| movement.ticket_id))?;
    let named = |id: Option<Id>| id.and_then(|id| places.get(&id));
    let name = |id: Option<Id>| named(id).map(|place| place.name.clone()).unwrap_or_default();
    let name_en = |id: Option<Id>| named(id).map(|place| place.name_en.clone()).unwrap_or_default();
    let views = movements.into_iter().map(|movement| MovementView {
        part: parts.get(&movement.part_id).cloned(),
        from_name: name(movement.from_id),
        from_name_en: name_en(movement.from_id),
        to_name: name(movement.to_id),
        to_name_en: name_en(movement.to_id),
        actor_name: label(&actors, Some(movement.actor_id)),
        ticket_number: label(&numbers, movement.ticket_id),
        waiting: desk.facts.waiting.contains(&(Kind::StockMovement, movement.id)),
        movement,
    });
    Ok(views.collect())
}
