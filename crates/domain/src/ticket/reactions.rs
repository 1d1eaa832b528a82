//! What headquarters does by itself about tickets.

use super::{RemindTicket, Ticket, untaken_id};
use crate::event::{Happened, TimerDue, What};
use crate::react::{Reaction, Service, Timer};
use crate::{AnyRecord, Id, Instant, Kind, Read, View};
use std::sync::Arc;

/// After how long somebody is reminded of a ticket that nobody has taken, and again each time, in milliseconds.
pub const REMIND_AFTER_MILLIS: i64 = 15 * 60_000;

pub(crate) fn react(view: &dyn View, happened: &Happened, now: Instant) -> Vec<Reaction> {
    match (&happened.what, happened.ticket_id) {
        (What::TicketOpened(_) | What::TicketUnassigned(_), Some(ticket_id)) => wait_for_taker(view, ticket_id, now),
        (
            What::TicketClaimed(_)
            | What::TicketAssigned(_)
            | What::TicketHandedOver(_)
            | What::TicketCancelled(_)
            | What::TicketCompleted(_)
            | What::StepStarted(_)
            | What::StepResumed(_),
            Some(ticket_id),
        ) => taken(view, ticket_id),
        (What::TimerDue(TimerDue { timer: Timer::TicketUntaken, subject_id }), _) => remind(view, *subject_id, now),
        _ => Vec::new(),
    }
}

/// The ticket, if it is here and nobody has it.
fn untaken(view: &dyn View, ticket_id: Id) -> Option<Arc<Ticket>> {
    match view.read(Kind::Ticket, ticket_id) {
        Read::Present(AnyRecord::Ticket(ticket)) => Some(ticket).filter(|ticket| is_untaken(ticket)),
        _ => None,
    }
}

/// Whether a ticket waits for somebody to take it.
pub(super) fn is_untaken(ticket: &Ticket) -> bool {
    ticket.engineer_id.is_none() && !ticket.state.is_closed()
}

/// From when headquarters hears of it: before that, nobody could have given it to anybody.
fn wait_for_taker(view: &dyn View, ticket_id: Id, now: Instant) -> Vec<Reaction> {
    let due_at = now.saturating_add(REMIND_AFTER_MILLIS);
    let set = Reaction::Set { timer: Timer::TicketUntaken, subject_id: ticket_id, due_at };
    untaken(view, ticket_id).map(|_| set).into_iter().collect()
}

fn remind(view: &dyn View, ticket_id: Id, now: Instant) -> Vec<Reaction> {
    // One that is gone, or taken by now, needs nothing more.
    if untaken(view, ticket_id).is_none() {
        return Vec::new();
    }
    let mut reactions = wait_for_taker(view, ticket_id, now);
    reactions.push(Reaction::Give(Service::Reminders, Box::new(RemindTicket { ticket_id }.into())));
    reactions
}

/// Somebody has it now, or nobody needs it: the timer goes, and the reminder that was shown is over.
fn taken(view: &dyn View, ticket_id: Id) -> Vec<Reaction> {
    if untaken(view, ticket_id).is_some() {
        return Vec::new();
    }
    let mut reactions = vec![Reaction::Clear { timer: Timer::TicketUntaken, subject_id: ticket_id }];
    let shown = matches!(view.read(Kind::Attention, untaken_id(ticket_id)),
        Read::Present(AnyRecord::Attention(attention)) if attention.resolved_at.is_none());
    if shown {
        reactions.push(Reaction::Give(Service::Reminders, Box::new(RemindTicket { ticket_id }.into())));
    }
    reactions
}
