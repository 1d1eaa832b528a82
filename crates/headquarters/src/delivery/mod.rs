//! What changed, to whom may see it: answers to who pulls, and word to who listens.

mod first_needs;
mod listener;
mod poke;
mod position;
mod pull;

pub(crate) use listener::notices;
pub(crate) use poke::Pokes;
pub use pull::{Part, Stream};
