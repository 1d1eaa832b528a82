//! Any text as a command, or as the commands of an exported outbox.
//!
//! `cargo +nightly fuzz run act` in `crates/sync`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks.rs"]
#[allow(dead_code)]
mod checks;

fuzz_target!(|bytes: &[u8]| checks::act(bytes));
