//! What headquarters does by itself: reactions to what happened, in the commit in which it did, and timers, which any process runs.
//!
//! The rules of it are pure and stand beside those of their noun ([`outpost_domain::react`]). A service gives the commands that
//! follow, and they are judged and kept like everybody's, under ids that derive from what caused them.

mod due;
mod reaction;

pub(crate) use reaction::finish;
