//! The matters of attention for commands that were not done.

use super::sender::{Named, Written};
use crate::error::HeadquartersError;
use outpost_domain::attention::{Attention, Cause, matter_id};
use outpost_domain::person::{Replica, User};
use outpost_domain::stock::{StockLocation, StockMovement};
use outpost_domain::ticket::{Step, Ticket};
use outpost_domain::{Code, Id, Instant, Record, Refusal};
use outpost_store::{Store, StoreError};
use outpost_sync::protocol::{Pushed, Status};

/// Beyond it a device's clock says nothing.
const YEAR_MILLIS: u64 = 365 * 86_400_000;

/// The matter of attention for a command that was not done.
pub(crate) fn matter(
    store: &Store,
    replica: &Replica,
    pushed: &Pushed,
    written: &Written,
    status: Status,
    refusal: &Refusal,
    now: Instant,
) -> Result<Attention, HeadquartersError> {
    let cause = match status {
        Status::Refused => Cause::Refused,
        Status::Quarantined => Cause::Quarantined,
        Status::Applied | Status::Adjusted => Cause::Discrepancy,
        Status::Held => Cause::Held,
    };
    let ticket_id = ticket_of(store, &written.named)?;
    let ticket = ticket_id.map(|id| legible::<Ticket>(store, id)).transpose()?.flatten();
    let region_id = match (place_of(store, &written.named)?, ticket) {
        (Some(place), _) => Some(place.region_id),
        (None, Some(ticket)) => Some(ticket.region_id),
        (None, None) => legible::<User>(store, replica.user_id)?.map(|user| user.region_id),
    };
    Ok(Attention {
        id: matter_id(pushed.id, refusal.code),
        cause,
        code: refusal.code,
        details: refusal.details.clone(),
        command_id: pushed.id,
        command_name: written.shown_name().to_owned(),
        // To whom a step is hidden, it is not told whose it is.
        ticket_id: if refusal.code == Code::OutOfSight { written.named.ticket_id } else { ticket_id },
        actor_id: replica.user_id,
        replica_id: replica.id,
        region_id,
        raised_at: written.occurred_at.filter(|at| at.abs_diff(now) < YEAR_MILLIS).unwrap_or(now),
        handed_over_by_id: None,
        handed_over_at: None,
        handed_over_note: String::new(),
        resolved_by_id: None,
        resolved_at: None,
        resolution: String::new(),
    })
}

/// A record, if it is there and can be read: who is told that something went wrong must not be kept from it by the same.
fn legible<T: Record>(store: &Store, id: Id) -> Result<Option<T>, HeadquartersError> {
    match store.get(id) {
        Err(StoreError::Row { .. }) => Ok(None),
        found => Ok(found?),
    }
}

/// The place whose stock a command is about: its region is to know, whoever's command it is.
fn place_of(store: &Store, named: &Named) -> Result<Option<StockLocation>, HeadquartersError> {
    let Some(id) = named.from_id.or(named.location_id).or(named.to_id) else { return Ok(None) };
    legible::<StockLocation>(store, id)
}

/// The ticket that a command is about, by whatever its payload names.
fn ticket_of(store: &Store, named: &Named) -> Result<Option<Id>, HeadquartersError> {
    if named.ticket_id.is_some() {
        return Ok(named.ticket_id);
    }
    if let Some(id) = named.step_id {
        return Ok(legible::<Step>(store, id)?.map(|step| step.ticket_id));
    }
    if let Some(id) = named.movement_id {
        return Ok(legible::<StockMovement>(store, id)?.and_then(|movement| movement.ticket_id));
    }
    Ok(None)
}
