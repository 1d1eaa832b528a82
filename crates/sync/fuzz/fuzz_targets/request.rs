//! Any bytes as a request of a device.
//!
//! `cargo +nightly fuzz run request` in `crates/sync`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks.rs"]
#[allow(dead_code)]
mod checks;

fuzz_target!(|bytes: &[u8]| checks::request(bytes));
