//! The committed TypeScript types are those of the Rust.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    paths
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn committed_types_are_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    outpost_app::typescript::write(folder.path()).unwrap();
    let committed = files(&Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../ui/src/lib/types"));
    let fresh = files(folder.path());
    let stale: Vec<&String> = fresh.keys().filter(|name| committed.get(*name) != fresh.get(*name)).collect();
    let gone: Vec<&String> = committed.keys().filter(|name| !fresh.contains_key(*name)).collect();
    assert!(stale.is_empty() && gone.is_empty(), "run ./dev generate: stale {stale:?}, gone {gone:?}");
}
