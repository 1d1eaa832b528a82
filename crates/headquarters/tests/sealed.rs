//! Encrypted backups: nobody reads one without its key, and no piece of one can be changed, cut, exchanged or lent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_headquarters::{BackupKey, Headquarters, MAIN, Storage};
use std::path::Path;

/// How much stands before the first piece, and how long a piece is.
const BEGINNING: usize = 16 + 32 + 16;
const PIECE: usize = (64 << 10) + 16;

fn company(folder: &Path) -> Headquarters {
    let hq = Headquarters::open(folder, "Harbour Lifts").unwrap();
    hq.fill_new("chen", "correct horse").unwrap();
    // More than three pieces that no compressor makes small.
    let noise: Vec<u8> = (0..30_000_u64).flat_map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_le_bytes()).collect();
    hq.files().keep(&noise).unwrap();
    hq
}

fn sealed(hq: &Headquarters, key: &BackupKey) -> Vec<u8> {
    let mut sealing = key.seal(Vec::new()).unwrap();
    hq.backup(&mut sealing).unwrap();
    sealing.finish().unwrap()
}

/// Restores bytes into a new folder, which must not be there afterwards if that fails.
fn restored(home: &Path, backup: &[u8], key: Option<&BackupKey>) -> Result<Headquarters, String> {
    let (file, to) = (home.join("backup.outpost"), home.join("restored"));
    std::fs::write(&file, backup).unwrap();
    let storage = Storage::new(&to, None).unwrap();
    let done = storage.restore(MAIN, &file, key);
    match done {
        Ok(_) => Ok(storage.open_known(MAIN).unwrap()),
        Err(error) => {
            assert!(!to.exists(), "something stays of a restore that failed: {error}");
            Err(error.to_string())
        }
    }
}

#[test]
fn only_the_key_opens_it() {
    let home = tempfile::tempdir().unwrap();
    let hq = company(&home.path().join("hq"));
    let (key, other) = (BackupKey::make().unwrap(), BackupKey::make().unwrap());
    let backup = sealed(&hq, &key);
    assert!(!backup.windows(13).any(|bytes| bytes == b"Harbour Lifts"));
    assert_ne!(sealed(&hq, &key)[16..], backup[16..], "two backups have nothing in common but how they begin");
    let refused = restored(home.path(), &backup, Some(&other)).err().unwrap();
    assert!(refused.contains("another key") && refused.contains("nothing was changed"), "{refused}");
    let refused = restored(home.path(), &backup, None).err().unwrap();
    assert!(refused.contains("--key-file"), "{refused}");
    // A backup that is not encrypted may have been put in its place.
    let mut plain = Vec::new();
    hq.backup(&mut plain).unwrap();
    let refused = restored(home.path(), &plain, Some(&key)).err().unwrap();
    assert!(refused.contains("not encrypted"), "{refused}");
    let key = BackupKey::of_text(&key.to_text()).unwrap();
    let back = restored(home.path(), &backup, Some(&key)).unwrap();
    assert_eq!(back.company().unwrap(), "Harbour Lifts");
    assert_eq!(back.files().names().unwrap(), hq.files().names().unwrap());
    for wrong in ["", "outpost-backup-key-1:", "outpost-backup-key-1:00", &key.to_text()[..84]] {
        assert!(BackupKey::of_text(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn no_piece_can_be_changed_cut_repeated_exchanged_or_lent() {
    let home = tempfile::tempdir().unwrap();
    let hq = company(&home.path().join("hq"));
    let key = BackupKey::make().unwrap();
    let backup = sealed(&hq, &key);
    let pieces = (backup.len() - BEGINNING).div_ceil(PIECE);
    assert!(pieces > 3, "{pieces}");
    let piece = |of: &[u8], n: usize| {
        let from = BEGINNING + n * PIECE;
        of[from..of.len().min(from + PIECE)].to_vec()
    };
    let joined = |order: &[Vec<u8>]| [&backup[..BEGINNING], &order.concat()].concat();
    let all: Vec<Vec<u8>> = (0..pieces).map(|n| piece(&backup, n)).collect();
    assert_eq!(joined(&all), backup);
    let wrong = |what: &str, bytes: &[u8]| {
        let refused = restored(home.path(), bytes, Some(&key)).err().unwrap_or_else(|| panic!("{what} was taken"));
        assert!(refused.contains("nothing"), "{what}: {refused}");
    };
    for at in (0..backup.len()).step_by(backup.len() / 200) {
        let mut bytes = backup.clone();
        bytes[at] ^= 1 << (at % 8);
        wrong(&format!("a flipped bit of byte {at}"), &bytes);
    }
    for length in (0..=pieces).map(|n| BEGINNING + n * PIECE).filter(|length| *length < backup.len()) {
        wrong("what was cut between pieces", &backup[..length]);
        wrong("what was cut within one", &backup[..length.saturating_sub(9)]);
    }
    wrong("what was exchanged", &joined(&[&[all[1].clone(), all[0].clone()], &all[2..]].concat()));
    wrong("what was repeated", &joined(&[&all[..1], &all[..]].concat()));
    wrong("what was left out", &joined(&all[1..]));
    wrong("what follows the end", &[&backup[..], b"x"].concat());
    // Of another backup of the same, under the same key.
    let other = sealed(&hq, &key);
    wrong("what was lent", &joined(&[&[piece(&other, 0)], &all[1..]].concat()));
    restored(home.path(), &backup, Some(&key)).unwrap();
}
