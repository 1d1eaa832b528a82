//! Any text as an element string or link of GS1.
//!
//! `cargo +nightly fuzz run gs1` in `crates/scan`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use outpost_scan::{parse_gs1, shown};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    assert!(shown(&text, 50).chars().all(|letter| !letter.is_control()));
    if let Ok(found) = parse_gs1(&text, 2026) {
        assert!(found.gtin.is_none_or(|gtin| gtin.len() == 14));
    }
});
