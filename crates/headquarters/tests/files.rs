//! Files at headquarters.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_sync::{FileStore, Files, sha256_hex};
use std::io::ErrorKind;

/// Bytes that repeat nowhere.
fn photo(length: usize) -> Vec<u8> {
    (0..length as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

#[track_caller]
fn is_refused(refused: std::io::Result<u64>, kind: ErrorKind) {
    assert_eq!(refused.unwrap_err().kind(), kind);
}

fn lives_through_a_day(files: &dyn FileStore) {
    let whole = photo(700_000);
    let (name, size) = (sha256_hex(&whole), whole.len() as u64);
    let here = || files.here(&[&name]).len();
    assert_eq!((files.names().unwrap(), files.arrived(&name).unwrap(), here()), (Vec::new(), 0, 0));

    // In pieces of any length; nothing of it is to be seen before the last has come.
    assert_eq!(files.append(&name, 0, &whole[..250_000], size).unwrap(), 250_000);
    assert_eq!(files.append(&name, 250_000, &whole[250_000..250_001], size).unwrap(), 250_001);
    assert_eq!(files.append(&name, 250_001, &[], size).unwrap(), 250_001);
    assert_eq!(files.arrived(&name).unwrap(), 250_001);
    for offset in [0, 250_000, 250_002, 700_000, u64::MAX] {
        is_refused(files.append(&name, offset, &whole[..1], size), ErrorKind::InvalidInput);
    }
    is_refused(files.append(&name, 250_001, &whole[250_001..], size - 1), ErrorKind::InvalidInput);
    assert_eq!((files.names().unwrap(), files.read(&name).unwrap(), here()), (Vec::new(), None, 0));
    assert_eq!(files.append(&name, 250_001, &whole[250_001..], size).unwrap(), size);
    assert_eq!(files.read(&name).unwrap().unwrap(), whole);
    assert_eq!((files.names().unwrap(), files.arrived(&name).unwrap(), here()), (vec![name.clone()], size, 1));
    // Whoever did not hear that it arrived hears it now.
    assert_eq!(files.append(&name, 250_001, &whole[250_001..], size).unwrap(), size);
    assert_eq!(files.read(&name.to_uppercase()).unwrap().unwrap(), whole);

    // Of what was damaged on its way nothing stays.
    let other = sha256_hex(b"drawn");
    assert_eq!(files.append(&other, 0, b"dra", 5).unwrap(), 3);
    is_refused(files.append(&other, 3, b"ft", 5), ErrorKind::InvalidData);
    assert_eq!((files.arrived(&other).unwrap(), files.read(&other).unwrap()), (0, None));
    assert_eq!(files.append(&other, 0, b"drawn", 5).unwrap(), 5);

    assert_eq!(files.keep(b"kept").unwrap(), sha256_hex(b"kept"));
    assert_eq!(files.keep(b"kept").unwrap(), sha256_hex(b"kept"));
    assert_eq!(files.names().unwrap().len(), 3);
    is_refused(files.append("../../etc/passwd", 0, b"x", 1), ErrorKind::InvalidInput);
    assert_eq!((files.arrived("é").unwrap(), files.read("").unwrap(), files.here(&["..", ""]).len()), (0, None, 0));

    files.append(&sha256_hex(b"half"), 0, b"ha", 4).unwrap();
    files.clear().unwrap();
    assert_eq!((files.names().unwrap(), files.read(&name).unwrap(), here()), (Vec::new(), None, 0));
    assert_eq!(files.arrived(&sha256_hex(b"half")).unwrap(), 0);
    files.clear().unwrap();
}

#[test]
fn a_folder_lives_through_a_day() {
    let home = tempfile::tempdir().unwrap();
    lives_through_a_day(&Files::new(home.path().join("files")));
}

#[test]
fn all_bytes_are_said_to_have_arrived_only_when_they_were_verified() {
    let home = tempfile::tempdir().unwrap();
    let files = Files::new(home.path());
    let name = sha256_hex(b"photo");
    files.append(&name, 0, b"pho", 5).unwrap();
    // The disk fails between the last piece and the file.
    let place = home.path().join(&name[..2]).join(&name);
    std::fs::create_dir_all(place.join("in the way")).unwrap();
    files.append(&name, 3, b"to", 5).unwrap_err();
    std::fs::remove_dir_all(&place).unwrap();
    assert_eq!(files.arrived(&name).unwrap(), 3, "the device must send the last piece again");
    assert_eq!(files.append(&name, 3, b"to", 5).unwrap(), 5);
    assert_eq!(files.read(&name).unwrap().unwrap(), b"photo");
}
