//! What fuzzing starts from also runs as it is, without a nightly compiler.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

#[path = "../fuzz/checks.rs"]
mod checks;

/// Each file of a target's corpus, whole and cut off at many places.
fn each(target: &str, least: usize, check: fn(&[u8])) {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("fuzz/corpus").join(target);
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= least, "{target} has {} files", files.len());
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        check(&bytes);
        for part in 1..8 {
            check(&bytes[..bytes.len() * part / 8]);
        }
    }
}

#[test]
fn streams_of_frames() {
    each("frames", 8, checks::frames);
}

#[test]
fn requests() {
    each("request", 6, checks::request);
}

#[test]
fn images() {
    each("image", 6, checks::any_image);
}

#[test]
fn commands_and_exported_outboxes() {
    each("act", 6, checks::act);
}

#[test]
fn damaged_databases() {
    each("salvage", 3, checks::damaged);
}
