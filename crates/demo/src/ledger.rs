//! The acts of the history as they are collected.

use crate::people::Person;
use crate::random::Random;
use outpost_domain::{Act, Command, Id, Instant};

/// Collects acts in any order of time.
pub(crate) struct Ledger {
    pub(crate) random: Random,
    acts: Vec<Act>,
}

impl Ledger {
    pub(crate) fn new(random: Random) -> Ledger {
        Ledger { random, acts: Vec::new() }
    }

    /// Someone does something on their own device.
    pub(crate) fn act(&mut self, at: Instant, actor: &Person, requires: Vec<Id>, command: impl Into<Command>) -> Id {
        let id = self.random.id(at);
        self.acts.push(Act {
            id,
            actor_id: actor.id(),
            replica_id: actor.replica_id(),
            occurred_at: at,
            requires,
            command: command.into(),
        });
        id
    }

    /// All acts in the order of time.
    pub(crate) fn finish(mut self) -> Vec<Act> {
        self.acts.sort_by_key(|act| (act.occurred_at, act.id));
        self.acts
    }
}
