//! A restore is whole or not at all: damaged backups change nothing, and whatever moment it is killed at, nothing half is
//! served, and the same command ends it.

use crate::world::{Engine, Headquarters, PROGRAM, answer, chore, on_both_engines, path, run, words};
use outpost_cluster::{Cluster, Disk};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

on_both_engines!(a_restore_that_is_killed_leaves_nothing_half_and_is_taken_up, a_damaged_backup_changes_nothing,);

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
