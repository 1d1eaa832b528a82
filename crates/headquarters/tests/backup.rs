//! Backups and restores: whatever is wrong with a backup is found before anything is changed, and what fails leaves nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_domain::Id;
use outpost_domain::person::Region;
use outpost_headquarters::{Before, Headquarters, MAIN, Storage};
use outpost_store::params;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A company with some records and files, and a backup of it.
struct Kept {
    home: TempDir,
    hq: Headquarters,
    backup: Vec<u8>,
    large: String,
}

fn kept() -> Kept {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::open(&home.path().join("hq"), "Test").unwrap();
    hq.fill_new("chen", "correct horse").unwrap();
    hq.files().keep(b"a signature").unwrap();
    hq.files().keep(b"").unwrap();
    // More than one part, and nothing that a compressor could make small.
    let noise: Vec<u8> = (0..150_000_u64).flat_map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_le_bytes()).collect();
    let large = hq.files().keep(&noise).unwrap();
    let backup = written(&hq).unwrap();
    Kept { home, hq, backup, large }
}

fn written(hq: &Headquarters) -> Result<Vec<u8>, String> {
    let mut backup = Vec::new();
    hq.backup(&mut backup).map_err(|error| error.to_string())?;
    Ok(backup)
}

/// Restores bytes into a new folder, which must not be there afterwards if that fails.
fn restored(home: &Path, backup: &[u8]) -> Result<PathBuf, String> {
    let (file, to) = (home.join("backup.outpost"), home.join("restored"));
    std::fs::write(&file, backup).unwrap();
    let storage = Storage::new(&to, None).unwrap();
    match storage.restore(MAIN, &file, None) {
        Ok(_) => Ok(to),
        Err(error) => {
            assert!(!to.exists(), "something stays of a restore that failed: {error}");
            Err(error.to_string())
        }
    }
}

#[test]
fn a_backup_comes_back_with_everything_and_another_epoch() {
    let Kept { home, hq, backup, large } = kept();
    let to = restored(home.path(), &backup).unwrap();
    let back = Headquarters::open(&to, "").unwrap();
    assert_eq!(back.company().unwrap(), "Test");
    assert_ne!(back.epoch().unwrap(), hq.epoch().unwrap());
    assert_eq!(back.files().names().unwrap(), hq.files().names().unwrap());
    assert_eq!(back.files().read(&large).unwrap(), hq.files().read(&large).unwrap());
    assert_eq!(back.check().unwrap(), hq.check().unwrap());
    // The epoch and what was restored stand in the company's row, and the epoch is written down.
    let (here, there) = (back.sums().unwrap(), hq.sums().unwrap());
    let others = here.tables.iter().filter(|(table, sum)| there.tables.get(*table) != Some(sum));
    assert_eq!(
        others.map(|(table, _)| table.as_str()).collect::<Vec<_>>(),
        ["counter", "past_epoch", "security_act", "tenant"]
    );
}

#[test]
fn a_flipped_bit_anywhere_is_found_before_anything_is_changed() {
    let Kept { home, backup, large, .. } = kept();
    let near_the_ends = (0..300).chain(backup.len() - 300..backup.len());
    let in_between = (300..backup.len() - 300).step_by(backup.len() / 300);
    for at in near_the_ends.chain(in_between) {
        let mut wrong = backup.clone();
        wrong[at] ^= 1 << (at % 8);
        let said = restored(home.path(), &wrong).expect_err(&format!("byte {at} of {}", backup.len()));
        assert!(said.contains("nothing was restored"), "{said}");
    }
    // In the middle of the noise nothing but the hash can tell, and the file is named.
    let mut wrong = backup.clone();
    let at = backup.len() / 2;
    wrong[at] ^= 1;
    let said = restored(home.path(), &wrong).unwrap_err();
    assert!(said.contains(&large), "{said}");
    restored(home.path(), &backup).unwrap();
}

#[test]
fn a_cut_file_and_one_with_more_behind_it_are_refused() {
    let Kept { home, backup, .. } = kept();
    let near_the_ends = (0..100).chain(backup.len() - 100..backup.len());
    for length in near_the_ends.chain((0..backup.len()).step_by(backup.len() / 50)) {
        let said = restored(home.path(), &backup[..length]).expect_err(&format!("{length} of {}", backup.len()));
        assert!(said.contains("cut short"), "{length}: {said}");
    }
    let said = restored(home.path(), &[&backup[..], b"x"].concat()).unwrap_err();
    assert!(said.contains("follows its end"), "{said}");
    let said = restored(home.path(), &[&backup[..], &backup[..]].concat()).unwrap_err();
    assert!(said.contains("follows its end"), "{said}");
    assert!(restored(home.path(), b"PK\x03\x04 is something else").is_err());
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let Kept { home, backup, .. } = kept();
    let (file, to) = (home.path().join("backup.outpost"), home.path().join("to"));
    std::fs::write(&file, &backup).unwrap();
    let storage = Storage::new(&to, None).unwrap();
    // No file can be kept where a file stands instead of their folder.
    std::fs::create_dir(&to).unwrap();
    std::fs::write(to.join("files"), "").unwrap();
    storage.restore(MAIN, &file, None).unwrap_err();
    let left: Vec<_> = std::fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["files"]);
    // One file can be kept, and the next cannot.
    std::fs::remove_file(to.join("files")).unwrap();
    let names = Headquarters::open(&home.path().join("hq"), "").unwrap().files().names().unwrap();
    std::fs::create_dir(to.join("files")).unwrap();
    std::fs::write(to.join("files").join(&names[1][..2]), "").unwrap();
    storage.restore(MAIN, &file, None).unwrap_err();
    assert!(storage.tenants().unwrap().is_empty());
    let left: Vec<_> = std::fs::read_dir(to.join("files")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [&names[1][..2]], "the file that could be kept is gone again");
    // And when there is room again, the same command does it.
    std::fs::remove_file(to.join("files").join(&names[1][..2])).unwrap();
    assert_eq!(storage.restore(MAIN, &file, None).unwrap().before, Before::Nothing);
}

#[test]
fn a_restore_that_broke_off_serves_nobody_until_the_same_one_is_given_again() {
    let Kept { home, hq, backup, .. } = kept();
    let (file, to) = (home.path().join("backup.outpost"), home.path().join("to"));
    std::fs::write(&file, &backup).unwrap();
    let storage = Storage::new(&to, None).unwrap();
    // As it is between the mark and the end of the transaction: files, and no rows.
    let name = &hex::encode(&backup[backup.len() - 32..]);
    drop(Headquarters::open(&to, "").unwrap());
    let hq_of = |folder: &Path| Headquarters::open(folder, "");
    hq_of(&to).unwrap().writer().execute("UPDATE tenant SET restoring = $1", params![name]).unwrap();
    let refused = hq_of(&to).err().unwrap().to_string();
    assert!(refused.contains("the same restore again"), "{refused}");
    // A file lies there that was torn.
    let torn = to.join("files").join(&name[..2]);
    std::fs::create_dir_all(&torn).unwrap();
    let names = hq.files().names().unwrap();
    let place_of = to.join("files").join(&names[0][..2]);
    std::fs::create_dir_all(&place_of).unwrap();
    std::fs::write(place_of.join(&names[0]), "torn").unwrap();
    // Another backup is not mixed with this one.
    let other = home.path().join("other.outpost");
    hq.invite(&outpost_headquarters::Actor::machine(), hq.user_by_login("chen").unwrap().unwrap().id).unwrap();
    std::fs::write(&other, written(&hq).unwrap()).unwrap();
    let refused = storage.restore(MAIN, &other, None).unwrap_err().to_string();
    assert!(refused.contains("another backup"), "{refused}");
    let restored = storage.restore(MAIN, &file, None).unwrap();
    assert_eq!((restored.before, restored.head), (Before::BrokenOff, hq.commit_head().unwrap()));
    let back = hq_of(&to).unwrap();
    assert_eq!(back.files().read(&names[0]).unwrap(), hq.files().read(&names[0]).unwrap());
    assert_eq!(back.check().unwrap().wrong, 0);
    drop(back);
    // Whoever was killed at the very end hears that it is done, until somebody does something there.
    assert_eq!(storage.restore(MAIN, &file, None).unwrap().before, Before::Done);
    // But not where its files are not.
    let elsewhere = to.with_extension("files");
    std::fs::rename(to.join("files"), &elsewhere).unwrap();
    let refused = storage.restore(MAIN, &file, None).unwrap_err().to_string();
    assert!(refused.contains("only 0 of its"), "{refused}");
    std::fs::remove_dir_all(to.join("files")).ok();
    std::fs::rename(&elsewhere, to.join("files")).unwrap();
    let region = Region { id: Id::from_u128(7), name: "北区".into(), name_en: "North".into(), parent_id: None };
    hq_of(&to).unwrap().store_records(&[region.into()]).unwrap();
    let refused = storage.restore(MAIN, &file, None).unwrap_err().to_string();
    assert!(refused.contains("something here already"), "{refused}");
    assert_eq!(hq_of(&to).unwrap().check().unwrap().wrong, 0);
}

#[test]
fn what_somebody_made_beside_our_tables_is_left_out() {
    let Kept { home, hq, .. } = kept();
    hq.writer().execute("CREATE TABLE looked_into (id TEXT)", &[]).unwrap();
    hq.writer().execute("ALTER TABLE region ADD COLUMN mark TEXT", &[]).unwrap();
    let to = restored(home.path(), &written(&hq).unwrap()).unwrap();
    assert_eq!(Headquarters::open(&to, "").unwrap().company().unwrap(), "Test");
}

#[test]
fn what_is_damaged_where_it_lies_is_named_when_it_is_backed_up() {
    let Kept { home, hq, large, .. } = kept();
    let lies = home.path().join("hq/files").join(&large[..2]).join(&large);
    let mut bytes = std::fs::read(&lies).unwrap();
    bytes[7] ^= 1;
    std::fs::write(&lies, bytes).unwrap();
    let mut backup = Vec::new();
    let sums = hq.backup(&mut backup).unwrap();
    assert_eq!(hq.check().unwrap().findings, [format!("the file {large} is damaged where it lies")]);
    assert_eq!(sums.damaged, [large]);
    let to = restored(home.path(), &backup).unwrap();
    assert_eq!(Headquarters::open(&to, "").unwrap().files().names().unwrap().len(), 2);
    // A record would make all of it useless: it is named instead.
    let sql = "UPDATE entity SET image = CAST('x' AS BLOB) WHERE kind = 'user'";
    hq.writer().execute(sql, &[]).unwrap();
    let said = written(&hq).unwrap_err();
    assert!(said.contains("user ") && said.contains("check"), "{said}");
}
