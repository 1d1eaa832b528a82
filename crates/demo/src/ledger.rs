//! The acts of the history as they are collected.

use crate::calendar::HOUR;
use crate::people::{Person, engineers};
use crate::random::Random;
use outpost_domain::{Act, Command, Id, Instant};

/// When headquarters received an act of the history: at once, or, from an engineer without a signal, some hours later.
/// In the order of time for each device.
pub fn received_at(act: &Act, now: Instant) -> Instant {
    let spell = act.occurred_at.div_euclid(2 * HOUR);
    let offline = engineers().any(|(engineer, _)| engineer.replica_id() == act.replica_id)
        && Random::new(act.replica_id.as_u64_pair().0 ^ spell as u64).chance(30);
    let arrived = if offline { (spell + 1) * 2 * HOUR } else { act.occurred_at + 1_500 };
    arrived.min(now)
}

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
