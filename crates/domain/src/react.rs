//! What headquarters does about what happened, by itself: pure, like the rules, and decided by the same judge.

use crate::choice::choice;
use crate::event::Happened;
use crate::{Command, Id, Instant, View, derive, ticket};

choice! {
    /// For what a moment is waited.
    Timer {
        /// Nobody has taken a ticket.
        TicketUntaken = "ticket_untaken";
    }
}

/// Who gives commands where nobody does: a part of headquarters, under a name that no person can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Reminds of what is left undone.
    Reminders,
}

impl Service {
    /// All of them.
    pub const ALL: &'static [Service] = &[Service::Reminders];

    /// Its name in the database.
    pub fn id(self) -> Id {
        derive(
            Id::nil(),
            match self {
                Service::Reminders => "service reminders",
            },
        )
    }

    /// The service of this name, if it is one.
    pub fn of(id: Id) -> Option<Service> {
        Service::ALL.iter().copied().find(|service| service.id() == id)
    }
}

/// What is to be done about something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Reaction {
    /// A service gives a command.
    Give(Service, Box<Command>),
    /// A timer is set, in place of the one of this kind that was set for the same.
    Set {
        /// Which.
        timer: Timer,
        /// What it is about.
        subject_id: Id,
        /// When it is due.
        due_at: Instant,
    },
    /// It is needed no more.
    Clear {
        /// Which.
        timer: Timer,
        /// What it is about.
        subject_id: Id,
    },
}

/// What is to be done about something that happened, of which headquarters hears now.
pub fn react(view: &dyn View, happened: &Happened, now: Instant) -> Vec<Reaction> {
    ticket::react(view, happened, now)
}
