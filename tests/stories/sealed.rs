//! What a device holds is of no use to whoever has the device without its key.

use crate::world::{Field, Headquarters, PROGRAM, answer, path, words};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Every file below a folder but the key.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.file_name().unwrap() != "key.json" {
            found.push(path);
        }
    }
}

#[test]
fn a_stolen_disk_tells_nothing_and_the_key_opens_it_again() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let li = Field::enrolled(home.path(), &hq, "li.wei", hq.address);
    let ticket = li.ask("AskToday", json!({ "position": null }))["mine"][0].clone();
    li.give("AddNote", json!({ "ticket_id": ticket["id"], "text": "the door code is 4711" }));
    std::fs::write(home.path().join("photo.png"), include_bytes!("../../icons/icon.png")).unwrap();
    let sha256 = li.keep("photo", &home.path().join("photo.png"))["sha256"].as_str().unwrap().to_owned();

    // Neither a note, nor a customer's name, nor a picture, nor even that there are tables, can be found in any file. Nothing
    // of the database waits in its log: the program has ended.
    let (mut found, mut photos) = (Vec::new(), 0);
    files(&li.folder, &mut found);
    let company = li.ask("AskSession", json!({}))["company"].as_str().unwrap().to_owned();
    for file in &found {
        let bytes = std::fs::read(file).unwrap();
        photos += usize::from(file.ends_with(&sha256));
        assert!(!bytes.starts_with(b"\xff\xd8\xff") && !bytes.starts_with(b"\x89PNG"), "{}", file.display());
        let told = [b"the door code".as_slice(), company.as_bytes(), b"CREATE TABLE", b"SQLite format"];
        for told in told {
            let seen = bytes.windows(told.len()).any(|window| window == told);
            assert!(!seen, "{} tells {}", file.display(), String::from_utf8_lossy(told));
        }
    }
    assert_eq!(photos, 1, "the photo is there: {found:?}");

    // Without the key there is no way in, and nothing is made anew over what is there.
    let key = li.folder.join("key.json");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    assert_eq!(li.ask("AskSession", json!({}))["seat"], "damaged");
    assert!(words(&li.run(&["outbox"])).contains("no key"));
    assert!(!key.exists());
    std::fs::write(&key, kept).unwrap();
    assert_eq!(li.ask("AskSync", json!({}))["waiting"], 1);
    assert_eq!(li.sync()["waiting"], 0);
    let arrived = std::fs::read(hq.data.join("files").join(&sha256[..2]).join(&sha256)).unwrap();
    assert_eq!(outpost_sync::sha256_hex(&arrived), sha256, "headquarters has the photo as it is");
}

/// A desktop session of its own, with the key store of GNOME, and what a program in it says.
fn session(home: &Path, keyring: &str, arguments: &[&str]) -> Output {
    let run = home.join("run");
    std::fs::create_dir_all(&run).unwrap();
    // The key store ends with the bus that it serves.
    let script = format!("{keyring} --components=secrets > /dev/null 2>&1; exec \"$@\"");
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &script, "sh", PROGRAM])
        .args(arguments)
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", &run)
        .env("OUTPOST_KEY", "system")
        .env_remove("DISPLAY")
        .output();
    output.expect("dbus-run-session and gnome-keyring are there: ./dev setup installs them")
}

const UNLOCKED: &str = "printf secret | gnome-keyring-daemon --unlock";
const LOCKED: &str = "gnome-keyring-daemon --start";

#[test]
fn the_key_store_of_the_system_keeps_the_key_and_may_be_locked() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("replica");
    let ask = |keyring: &str| {
        session(home.path(), keyring, &["field", "--replica", path(&folder), "query", "AskSession", "{}"])
    };
    let seat = |output: &Output| answer(output)["seat"].clone();
    assert_eq!(seat(&ask(UNLOCKED)), "unenrolled");
    let noted: Value = serde_json::from_slice(&std::fs::read(folder.join("key.json")).unwrap()).unwrap();
    assert_eq!(noted["key"], Value::Null, "the key itself is not beside the data");
    let bytes = std::fs::read(folder.join("outpost.db")).unwrap();

    // After the system was started again, the key is had again.
    assert_eq!(seat(&ask(UNLOCKED)), "unenrolled");
    // Who does not say the password is told so; that is no damage.
    let locked = ask(LOCKED);
    assert!(!locked.status.success());
    assert!(words(&locked).contains("(locked)"), "{}", words(&locked));
    assert_eq!(std::fs::read(folder.join("outpost.db")).unwrap(), bytes, "nothing was touched");
    assert_eq!(seat(&ask(UNLOCKED)), "unenrolled");
    // When the key store has forgotten it, nobody has it: that is said, and the data is left as it is.
    std::fs::remove_dir_all(home.path().join(".local/share/keyrings")).unwrap();
    assert_eq!(seat(&ask(UNLOCKED)), "damaged");
    assert_eq!(std::fs::read(folder.join("outpost.db")).unwrap(), bytes);
}

/// Who else on this machine may do something with a place.
fn open_to_others(place: &Path) -> u32 {
    std::fs::metadata(place).unwrap().permissions().mode() & 0o077
}

#[test]
fn what_is_written_is_for_ones_own_user_alone() {
    let home = tempfile::tempdir().unwrap();
    let mut hq = Headquarters::demo(home.path());
    hq.kill();
    // As an older program left it.
    for (name, mode) in [("headquarters.db", 0o644), ("files", 0o755)] {
        std::fs::set_permissions(hq.data.join(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    hq.restart();
    let li = Field::enrolled(home.path(), &hq, "li.wei", hq.address);
    let backup = home.path().join("today.outpost");
    hq.chore(&["backup", path(&backup)]);
    let entries =
        |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let written = [entries(&hq.data), entries(&li.folder), vec![backup, li.folder]].concat();
    let open: Vec<&PathBuf> = written.iter().filter(|place| open_to_others(place) != 0).collect();
    assert!(open.is_empty() && written.len() > 6, "{open:?} of {written:?}");
}
