//! A restore is whole or not at all: damaged backups change nothing, and whatever moment it is killed at, nothing half is
//! served, and the same command ends it.

use crate::world::{Engine, Headquarters, PROGRAM, answer, chore, on_both_engines, path, run, words};
use outpost_cluster::{Cluster, Disk};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

on_both_engines!(
    a_restore_that_is_killed_leaves_nothing_half_and_is_taken_up,
    a_damaged_backup_changes_nothing,
    an_encrypted_backup_wants_its_key,
    what_a_check_finds_is_repaired,
);

/// Where something is restored to.
struct Target {
    data: PathBuf,
    database: Option<String>,
}

impl Target {
    fn arguments(&self) -> Vec<&str> {
        let mut arguments = vec!["hq", "--data", path(&self.data)];
        arguments.extend(self.database.iter().flat_map(|database| ["--database", database.as_str()]));
        arguments
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run(&[&self.arguments()[..], arguments].concat())
    }

    fn is_empty(&self) -> bool {
        let listed = self.run(&["tenant", "list"]);
        assert!(listed.status.success(), "{}", words(&listed));
        listed.stdout.is_empty() && !self.data.join("files").exists()
    }
}

/// The demo company's backup.
fn backup(home: &Path) -> PathBuf {
    let mut hq = Headquarters::demo(home);
    let file = home.join("all.outpost");
    hq.chore(&["backup", path(&file)]);
    hq.kill();
    file
}

fn a_restore_that_is_killed_leaves_nothing_half_and_is_taken_up(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let file = backup(home.path());
    let was = chore(&home.path().join("hq"), None, &["check"]);
    let cluster = (engine == Engine::Postgres).then(|| Cluster::start(Disk::NotWaited).unwrap());
    let database = cluster.as_ref().map(|cluster| cluster.address("postgres"));
    let mut whole = Duration::ZERO;
    let (mut empty, mut broken_off, mut done) = (0, 0, 0);
    const MOMENTS: u32 = 10;
    for moment in 0..=MOMENTS {
        let to = Target { data: home.path().join(format!("to{moment}")), database: database.clone() };
        let mut command = Command::new(PROGRAM);
        command.args(to.arguments()).args(["restore", path(&file)]).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let mut restore = command.spawn().unwrap();
        if moment == 0 {
            // The first tells how long it takes; the others are killed sooner or later than that.
            assert!(restore.wait().unwrap().success());
            whole = begun.elapsed();
        } else {
            std::thread::sleep(whole * moment / MOMENTS);
            let _ = restore.kill();
            restore.wait().unwrap();
            // Whatever there is, it is all of it, or nothing, or it says that it is not whole.
            let checked = to.run(&["--json", "check"]);
            if checked.status.success() {
                let checked = answer(&checked);
                assert!(checked == was || (checked["records"] == 0 && checked["commands"] == 0), "{checked}");
            } else {
                let said = words(&checked);
                assert!(said.contains("is being restored here") || said.contains("there is no tenant"), "{said}");
            }
        }
        let again = chore(&to.data, database.as_deref(), &["restore", path(&file)]);
        match again["before"].as_str().unwrap() {
            "nothing" => empty += 1,
            "broken_off" => broken_off += 1,
            _ => done += 1,
        }
        assert_eq!(chore(&to.data, database.as_deref(), &["check"]), was, "killed at moment {moment}");
        to.run(&["tenant", "remove", "main", "--confirm", "main"]);
    }
    println!("of {whole:?}: {empty} had nothing, {broken_off} were taken up, {done} were done");
    assert!(done > 0 && broken_off > 0, "{empty} had nothing, {broken_off} were taken up, {done} were done");
}

fn a_damaged_backup_changes_nothing(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let file = backup(home.path());
    let whole = std::fs::read(&file).unwrap();
    let cluster = (engine == Engine::Postgres).then(|| Cluster::start(Disk::NotWaited).unwrap());
    let database = cluster.as_ref().map(|cluster| cluster.address("postgres"));
    let to = Target { data: home.path().join("to"), database };
    let wrong = home.path().join("wrong.outpost");
    for part in 0..8 {
        let mut bytes = whole.clone();
        let at = bytes.len() * part / 8 + 11;
        bytes[at] ^= 4;
        std::fs::write(&wrong, &bytes).unwrap();
        let refused = to.run(&["restore", path(&wrong)]);
        assert!(!refused.status.success() && words(&refused).contains("nothing was restored"), "{}", words(&refused));
        std::fs::write(&wrong, &whole[..at]).unwrap();
        let refused = to.run(&["restore", path(&wrong)]);
        assert!(!refused.status.success() && words(&refused).contains("cut short"), "{}", words(&refused));
    }
    assert!(to.is_empty());
    let restored = to.run(&["restore", path(&file)]);
    assert!(restored.status.success(), "{}", words(&restored));
}

fn an_encrypted_backup_wants_its_key(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo_on(engine, home.path());
    let [key, other, file, plain] =
        ["backup.key", "other.key", "all.outpost", "plain.outpost"].map(|name| home.path().join(name));
    hq.chore(&["backup-key", path(&key)]);
    hq.chore(&["backup-key", path(&other)]);
    let again = run(&["hq", "--data", path(&hq.data), "backup-key", path(&key)]);
    assert!(!again.status.success() && words(&again).contains("never written over"), "{}", words(&again));
    let kept = hq.chore(&["backup", path(&file), "--key-file", path(&key)]);
    let to = Target { data: home.path().join("to"), database: None };
    for (arguments, why) in [
        (vec!["restore", path(&file)], "--key-file"),
        (vec!["restore", path(&file), "--key-file", path(&other)], "another key"),
        (vec!["restore", path(&file), "--key-file", path(&file)], "all.outpost"),
    ] {
        let refused = to.run(&arguments);
        assert!(!refused.status.success() && words(&refused).contains(why), "{why}: {}", words(&refused));
        assert!(!to.data.exists());
    }
    let restored = chore(&to.data, None, &["restore", path(&file), "--key-file", path(&key)]);
    assert_eq!((&restored["rows"], &restored["files"]), (&kept["rows"], &kept["files"]));
    assert_eq!(chore(&to.data, None, &["check"])["wrong"], 0);
    let plain = to.run(&["backup", path(&plain)]);
    assert!(plain.status.success() && words(&plain).contains("not encrypted"), "{}", words(&plain));
}

fn what_a_check_finds_is_repaired(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo_on(engine, home.path());
    hq.tamper("UPDATE ticket SET title = 'forged' WHERE id = (SELECT min(id) FROM ticket)");
    let device = "kind = 'device' AND id = (SELECT min(id) FROM device)";
    let bytes = if engine == Engine::Sqlite { "CAST('no record' AS BLOB)" } else { "'no record'::bytea" };
    hq.tamper(&format!("UPDATE entity SET image = {bytes} WHERE {device}"));
    hq.tamper("UPDATE device SET site_id = 'nowhere' WHERE id = (SELECT min(id) FROM device)");
    let to = Target { data: hq.data.clone(), database: hq.database() };
    assert!(!to.run(&["check"]).status.success());
    let repaired = to.run(&["check", "--repair"]);
    let said = String::from_utf8(repaired.stdout.clone()).unwrap();
    assert!(repaired.status.success(), "{said} {}", words(&repaired));
    assert!(said.contains("Set right: ticket") && said.contains("Set aside: device"), "{said}");
    assert!(said.contains("1 records are set aside"), "{said}");
    assert_eq!(hq.number("SELECT count(*) FROM ticket WHERE title = 'forged'"), 0);
    let audited = hq.chore(&["audit", "verify"]);
    assert!(audited["fault"].is_null() && audited["commit_fault"].is_null(), "{audited}");
    let rotated = hq.chore(&["label-key", "rotate", "--forget"]);
    assert_eq!((&rotated["number"], &rotated["forgotten"]), (&1.into(), &true.into()));
}
