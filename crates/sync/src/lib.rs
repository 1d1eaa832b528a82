//! The replica engine and the sync protocol; an HTTP client at its edge.
//!
//! [`Replica`] is values in, values out: it makes requests and absorbs responses, and is told the time. [`Client`] is
//! the shell that carries them. This crate refuses to know: what a screen shows, and how headquarters decides.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod client;
mod files;
pub mod identity;
pub mod image;
mod inspect;
mod lane;
mod lost;
mod newer;
mod outbox;
pub mod protocol;
mod read;
mod replica;
mod round;
mod salvage;
mod sending;
mod settle;
pub mod wire;

pub use client::{Answer, Client, RoundError, install_crypto, is_this_machine};
pub use files::{FileStore, Files, Lying, file_name, sha256_hex, unfinished_name};
pub use identity::{Identity, SigningKey};
pub use image::NotUnderstood;
pub use inspect::Images;
pub use newer::Older;
pub use outbox::{Given, PendingAct};
pub use replica::{Replica, ReplicaError};
pub use round::Absorbed;
pub use salvage::{Salvaged, carve, salvage};
pub use sending::{Next, Sending};
