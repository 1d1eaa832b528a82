//! What released versions wrote must still open, upload and end: every command done, or a matter of attention.
//!
//! `tests/golden/VERSION` holds a headquarters, a replica of its with a command of every kind in the outbox, and each of
//! those commands as it was written; `./dev golden` writes it for the version that is not released yet.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_domain::person::User;
use outpost_domain::{Act, Command, Id};
use outpost_headquarters::Headquarters;
use outpost_store::rusqlite::OpenFlags;
use outpost_store::{Key, connect, params};
use outpost_sync::protocol::Frame;
use outpost_sync::wire::{Form, Frames};
use outpost_sync::{FileStore, Files, Replica, sha256_hex};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const NOW: i64 = 1_791_000_000_000;
const HINT: &str = "As long as this version is not released, ./dev golden writes its files anew. What a released version \
    wrote stays: write a migration, or an upcaster in crates/domain/src/upcast.rs";

fn root() -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../..")
}

/// The folder of each version, by its name.
fn versions() -> BTreeMap<String, PathBuf> {
    let folders = std::fs::read_dir(root().join("tests/golden")).unwrap().map(|entry| entry.unwrap().path());
    folders.map(|folder| (folder.file_name().unwrap().to_str().unwrap().to_owned(), folder)).collect()
}

/// Each command of a version as it was written: name, version of the payload, text.
fn commands(folder: &Path) -> Vec<(String, u32, String)> {
    let files = std::fs::read_dir(folder.join("commands")).unwrap().map(|entry| entry.unwrap().path());
    let read = |file: PathBuf| {
        let stem = file.file_stem().unwrap().to_str().unwrap();
        let (name, version) = stem.split_once('.').unwrap();
        (name.to_owned(), version.parse().unwrap(), std::fs::read_to_string(&file).unwrap())
    };
    files.map(read).collect()
}

#[test]
fn every_version_has_its_golden_files() {
    let changelog = std::fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    let titles = changelog.lines().filter_map(|line| line.strip_prefix("## "));
    let released = titles.map(|title| title.split_whitespace().next().unwrap()).filter(|title| *title != "Unreleased");
    let there = versions();
    for version in released.chain([env!("CARGO_PKG_VERSION")]) {
        assert!(there.contains_key(version), "tests/golden has nothing of {version}. {HINT}");
    }
}

#[test]
fn every_command_that_was_ever_written_is_still_understood() {
    let mut known: BTreeSet<(String, u32)> = BTreeSet::new();
    for (program, folder) in versions() {
        for (name, version, text) in commands(&folder) {
            let act = Act::read(&text, version);
            let act = act.unwrap_or_else(|| panic!("{name} {version} of {program} cannot be read. {HINT}"));
            assert_eq!(act.command.name(), name, "of {program}");
            known.insert((name, version));
        }
    }
    // No device writes what only headquarters gives.
    for name in Command::NAMES.iter().filter(|name| !Command::OF_HEADQUARTERS.contains(name)) {
        for version in 1..=Command::version_of(name).unwrap() {
            assert!(known.contains(&((*name).to_owned(), version)), "{name} {version} has no golden file. {HINT}");
        }
    }
}

/// Where the texts of a value stand.
fn texts(value: &serde_json::Value, at: &str, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(_) => found.push(at.to_owned()),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| texts(item, &format!("{at}/{n}"), found));
        }
        serde_json::Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| texts(field, &format!("{at}/{name}"), found));
        }
        _ => {}
    }
}

/// Where the structures within a value stand.
fn objects_of(value: &serde_json::Value, at: &str, found: &mut Vec<String>) {
    let mut within = |name: &str, field: &serde_json::Value| {
        let place = format!("{at}/{name}");
        if field.is_object() {
            found.push(place.clone());
        }
        objects_of(field, &place, found);
    };
    match value {
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| within(&n.to_string(), item));
        }
        serde_json::Value::Object(fields) => fields.iter().for_each(|(name, field)| within(name, field)),
        _ => {}
    }
}

#[test]
fn a_command_that_sets_what_only_a_newer_program_knows_is_left_to_it() {
    let mut tried = 0;
    for (name, version, text) in commands(&root().join("tests/golden").join(env!("CARGO_PKG_VERSION"))) {
        let written: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut places = Vec::new();
        texts(&written["payload"], "/payload", &mut places);
        for place in places.into_iter().filter(|place| !place.contains("/from")) {
            let with = |places: &[&str]| {
                let mut written = written.clone();
                for place in places {
                    *written.pointer_mut(place).unwrap() = "of_the_future".into();
                }
                written.to_string()
            };
            let newer = with(&[&place]);
            let Ok(act) = serde_json::from_str::<Act>(&newer) else { continue };
            if !format!("{act:?}").contains("Newer(\"of_the_future\")") {
                continue;
            }
            tried += 1;
            assert_eq!(Act::read(&newer, version), None, "{name} {place}");
            // An edit of something else leaves it as it is.
            let (before, field) = place.rsplit_once('/').unwrap();
            let from = format!("{}/from/{field}", before.rsplit_once('/').unwrap().0);
            if written.pointer(&from).is_some() {
                assert!(Act::read(&with(&[&place, &from]), version).is_some(), "{name} {from}");
            }
        }
        // Nor is a field left out that this program does not know, wherever it stands.
        let mut objects = vec![String::from("/payload")];
        objects_of(&written["payload"], "/payload", &mut objects);
        for place in objects {
            let mut newer = written.clone();
            newer.pointer_mut(&place).unwrap()["of_the_future"] = 1.into();
            assert_eq!(Act::read(&newer.to_string(), version), None, "{name} {place}");
        }
    }
    assert!(tried >= 7, "only {tried} choices were found");
}

fn unpacked(from: &Path) -> Vec<u8> {
    zstd::stream::decode_all(std::fs::File::open(from).unwrap()).unwrap()
}

fn opened<T, E: std::fmt::Display>(program: &str, opened: Result<T, E>) -> T {
    opened.unwrap_or_else(|error| panic!("the files of {program} do not open: {error}. {HINT}"))
}

/// Rounds, through the bytes that travel, until the device wants no more.
fn rounds(hq: &Headquarters, replica: &Replica) {
    let mine = replica.identity().unwrap().unwrap().replica;
    let user = hq.reader().get::<User>(mine.user_id).unwrap().unwrap();
    for _ in 0..20 {
        let request = Form::Compact.write(&replica.request(NOW).unwrap()).unwrap();
        let (mut frames, mut next) = hq.answer(&mine, &user, &Form::Compact.read(&request).unwrap(), NOW).unwrap();
        while let Some(stream) = next {
            let part = hq.part(stream).unwrap();
            frames.extend(part.frames);
            next = part.next;
        }
        let mut arrived = Frames::default();
        for frame in &frames {
            arrived.push(&Form::Compact.write_frame(frame).unwrap());
        }
        while let Some(frame) = arrived.take::<Frame>().unwrap() {
            replica.absorb(&[frame], NOW, NOW).unwrap();
        }
        if !replica.wants_more().unwrap() {
            return;
        }
    }
    panic!("the round does not end");
}

/// A replica compresses badly once it is encrypted, so the golden one is not; what encryption adds stands in a small one.
#[test]
fn what_every_version_encrypted_can_still_be_read() {
    for (program, folder) in versions() {
        let home = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(folder.join("encrypted")).unwrap() {
            let name = entry.unwrap().file_name();
            std::fs::copy(folder.join("encrypted").join(&name), home.path().join(&name)).unwrap();
        }
        let key = Key::new([0x60; 32]);
        let conn = connect(&home.path().join("small.db"), Some(&key), OpenFlags::default()).unwrap();
        let word: String = conn.query_row("SELECT word FROM golden", [], |row| row.get(0)).unwrap();
        assert_eq!(word, program);
        let files = home.path().join("files");
        let sha256 = sha256_hex(program.as_bytes());
        let kept = files.join(&sha256[..2]);
        std::fs::create_dir_all(&kept).unwrap();
        std::fs::copy(home.path().join("file"), kept.join(&sha256)).unwrap();
        assert_eq!(Files::sealed(files, &key).read(&sha256).unwrap().unwrap(), program.as_bytes());
    }
}

/// The commands that headquarters has, with their status.
fn received(hq: &Headquarters) -> BTreeMap<Id, String> {
    let store = hq.reader();
    let sql = "SELECT id, status FROM command";
    let rows = store.rows(sql, &[], |row| Ok((row.get::<String>(0)?, row.get(1)?))).unwrap();
    rows.into_iter().map(|(id, status)| (Id::parse_str(&id).unwrap(), status)).collect()
}

fn matters_of(hq: &Headquarters, command: Id) -> i64 {
    let sql = "SELECT count(*) FROM attention WHERE command_id = $1";
    hq.reader().number(sql, params![command.to_string()]).unwrap()
}

#[test]
fn every_outbox_that_was_ever_written_uploads_and_nothing_of_it_is_lost() {
    for (program, folder) in versions() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("headquarters.db"), unpacked(&folder.join("headquarters.db.zst"))).unwrap();
        let hq = opened(&program, Headquarters::open(home.path(), "Golden"));
        let replica = opened(&program, Replica::in_memory(Some(&unpacked(&folder.join("replica.db.zst")))));
        let waiting = replica.pending(1000).unwrap();
        for (name, version, text) in commands(&folder) {
            let same = waiting.iter().any(|pending| pending.version == version && pending.act == text);
            assert!(same, "{name} {version} does not wait on the replica of {program}");
        }

        // What was lost comes back only after a restore.
        let restored = "UPDATE tenant SET epoch_at = $1";
        hq.writer().execute(restored, params![outpost_app::now()]).unwrap();
        rounds(&hq, &replica);
        assert_eq!(replica.pending_count().unwrap(), 0, "{program}");
        let received = received(&hq);
        for pending in &waiting {
            let status = received.get(&pending.id).unwrap_or_else(|| panic!("{program} lost {}", pending.act));
            let done = status == "applied";
            assert!(done || matters_of(&hq, pending.id) > 0, "{program}: {status} without a word: {}", pending.act);
            assert_ne!(status, "held", "{program}: {} is not understood. {HINT}", pending.act);
        }
        // What was sent can be sent again, and a new device sees what the old one sees.
        rounds(&hq, &replica);
        let old = replica.images().unwrap();
        let fresh = Replica::in_memory(None).unwrap();
        fresh.enrol(&replica.identity().unwrap().unwrap()).unwrap();
        rounds(&hq, &fresh);
        assert!(!old.is_empty());
        assert_eq!(old, fresh.images().unwrap(), "{program}");
    }
}
