//! Any grey pixels, for the reader of each kind of code: the first two bytes say how wide the frame is and which kind.
//!
//! `cargo +nightly fuzz run frame` in `crates/scan`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use outpost_scan::{CodeFormat, ReadOptions, read_luma};

fuzz_target!(|bytes: &[u8]| {
    let [width, kind, pixels @ ..] = bytes else { return };
    let width = usize::from(*width) + 1;
    let height = pixels.len() / width;
    let formats = vec![CodeFormat::ALL[usize::from(*kind) % CodeFormat::ALL.len()]];
    let options = ReadOptions { formats, ..ReadOptions::still() };
    let _ = read_luma(&pixels[..width * height], width as u32, height as u32, &options);
});
