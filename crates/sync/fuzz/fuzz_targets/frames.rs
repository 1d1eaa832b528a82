//! Any bytes as the stream of frames that headquarters answers.
//!
//! `cargo +nightly fuzz run frames` in `crates/sync`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks.rs"]
#[allow(dead_code)]
mod checks;

fuzz_target!(|bytes: &[u8]| checks::frames(bytes));
