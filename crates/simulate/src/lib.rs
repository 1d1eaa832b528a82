//! Whole histories, invented from a seed: devices that work, go offline, crash, are copied and lost; a network that
//! drops, repeats, cuts and garbles; a headquarters that is restored from old backups; people who move. All in one thread
//! and without waiting, with the real replica engine, the real headquarters and the real store.
//!
//! After every step, what docs/sync.md promises is checked against a model that knows nothing of the code under test.
//! The same seed gives the same log. A history that fails is shrunk to the steps that matter.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod act;
mod check;
mod company;
mod edit;
mod faults;
mod forge;
mod ground;
mod lane;
mod model;
mod network;
mod shrink;
mod timers;
mod versions;
mod world;

pub use faults::{Fault, Planted};
pub use ground::Ground;
pub use shrink::shrink;

use std::collections::BTreeSet;

/// What is simulated.
#[derive(Debug, Clone)]
pub struct Options {
    /// From which everything follows.
    pub seed: u64,
    /// How many devices there are at the beginning.
    pub devices: usize,
    /// How many steps are taken before everything is left in peace.
    pub steps: usize,
    /// Only these steps; all if it is empty.
    pub only: BTreeSet<usize>,
    /// What headquarters' database is.
    pub ground: Ground,
    /// What may go wrong.
    pub faults: BTreeSet<Fault>,
    /// A fault that the simulator is to find.
    pub planted: Option<Planted>,
    /// Whether the log is kept.
    pub log: bool,
}

impl Options {
    /// A history of the usual size.
    pub fn new(seed: u64) -> Options {
        Options {
            seed,
            devices: 3,
            steps: 200,
            only: BTreeSet::new(),
            ground: Ground::Sqlite,
            faults: Fault::ALL.iter().copied().collect(),
            planted: None,
            log: false,
        }
    }
}

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// After which step; the number of steps if it was in the peace at the end.
    pub step: usize,
    /// Which promise, by its number in docs/sync.md.
    pub invariant: u8,
    /// What was seen.
    pub what: String,
}

/// How a history went.
#[derive(Debug, Clone)]
pub struct History {
    /// What happened, a line for each step; empty unless it was asked for.
    pub log: Vec<String>,
    /// The first promise that was not kept.
    pub broken: Option<Broken>,
    /// How many commands were given.
    pub commands: usize,
    /// How many rounds came to their end.
    pub rounds: usize,
}

/// Something in the simulator itself went wrong, not in what it looks at.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(pub String);

/// Lives through one history.
///
/// # Errors
/// When the simulator itself fails; a broken promise is no error.
pub fn run(options: &Options) -> Result<History, Trouble> {
    let mut world = world::World::new(options)?;
    let mut broken = None;
    for step in 0..options.steps {
        if !options.only.is_empty() && !options.only.contains(&step) {
            continue;
        }
        if let Err(found) = world.step(step)? {
            broken = Some(found);
            break;
        }
    }
    if broken.is_none() {
        broken = world.peace(options.steps)?.err();
    }
    let (commands, rounds) = world.counted();
    Ok(History { log: world.into_log(), broken, commands, rounds })
}
