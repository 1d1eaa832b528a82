//! What a screen may ask: commands, queries, actions and change notices.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod actions;
mod desk;
mod failure;
pub mod questions;
pub mod typescript;

pub use actions::*;
pub use desk::{Desk, Facts};
pub use failure::{Failure, FailureCode};
