//! Any bytes as a damaged database from which unsent work is saved.
//!
//! `cargo +nightly fuzz run salvage` in `crates/sync`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks.rs"]
#[allow(dead_code)]
mod checks;

fuzz_target!(|bytes: &[u8]| checks::damaged(bytes));
