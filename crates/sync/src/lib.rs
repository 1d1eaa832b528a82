//! The replica engine and the sync protocol; an HTTP client at its edge.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod files;

pub use files::{Files, sha256_hex};
