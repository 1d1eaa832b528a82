//! Any text as a link of ours, or of somebody else.
//!
//! `cargo +nightly fuzz run link` in `crates/scan`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use outpost_scan::{ShortLink, host_of};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Some(link) = ShortLink::parse(&text) {
        assert_eq!(ShortLink::parse(&link.write("https://hq.example")), Some(link));
    }
    assert!(host_of(&text).is_none_or(|host| !host.is_empty() && !host.contains(['/', '\\', '@'])));
});
