//! Any bytes as the image of a record.
//!
//! `cargo +nightly fuzz run image` in `crates/sync`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks.rs"]
#[allow(dead_code)]
mod checks;

fuzz_target!(|bytes: &[u8]| checks::any_image(bytes));
