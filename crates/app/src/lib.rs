//! What a screen may ask: commands, questions, actions and change notices; the replica behind it; the HTTP door.
//!
//! A screen reaches Rust through [`Host`] and nowhere else. [`Field`] is the one on a device; headquarters has its own.
//! This crate refuses to know: which screens there are, and how headquarters decides.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod actions;
mod desk;
pub mod door;
mod failure;
mod field;
mod frames;
mod host;
mod latch;
pub mod limits;
pub mod pages;
pub mod picture;
pub mod questions;
pub mod reference;
mod turns;
pub mod typescript;

pub use actions::*;
pub use desk::{Desk, Facts, Shelf};
pub use failure::{Failure, FailureCode};
pub use field::{Field, KeyPlace, key_of, now, utc_offset_minutes};
pub use frames::{Frame, FrameReading, Frames};
pub use host::{Answered, Caller, FilePurpose, Host, Notices, all_of};
pub use latch::{Latch, latched};
pub use turns::Turns;

/// Whatever this program writes from now on is for its user alone: databases and their journals, photos, keys, backups.
pub fn private() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}
