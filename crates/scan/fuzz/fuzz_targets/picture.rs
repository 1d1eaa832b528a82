//! Any bytes as a picture file.
//!
//! `cargo +nightly fuzz run picture` in `crates/scan`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use outpost_scan::{ReadOptions, read_picture};

fuzz_target!(|bytes: &[u8]| {
    let _ = read_picture(bytes, &ReadOptions::live(bytes.len() as u32));
});
