//! Headquarters with its files in a bucket.

use crate::line::{Line, Proxy};
use crate::postgres::{enrolled, moved};
use crate::world::{Field, Headquarters, answer, path, run_under, words};
use outpost_cluster::{Cluster, Disk};
use outpost_s3::Bucket;
use serde_json::{Value, json};
use std::path::Path;

type Variables = Vec<(String, String)>;

/// A chore of `outpost hq` that must be done; what it says.
fn chore(data: &Path, variables: &Variables, arguments: &[&str]) -> Value {
    let mut all = vec!["hq", "--json", "--data", path(data)];
    all.extend(arguments);
    let output = run_under(&all, variables);
    assert!(output.status.success(), "{arguments:?}: {}", words(&output));
    answer(&output)
}

/// Attaches a file of so many bytes to a ticket, not to be made smaller on the way.
fn attach(field: &Field, home: &Path, bytes: usize) {
    let file = home.join(format!("{bytes}.bin"));
    let mut content = vec![0; bytes];
    fastrand::Rng::with_seed(bytes as u64).fill(&mut content);
    std::fs::write(&file, content).unwrap();
    let ticket = field.ask("AskToday", json!({ "position": null }))["mine"][0]["id"].clone();
    let mut payload = field.keep("file", &file);
    let about = json!({ "ticket_id": ticket, "step_id": null, "demand": "", "purpose": "file", "name": "record" });
    payload.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
    field.give("AttachFile", payload);
}

#[test]
fn a_file_goes_on_through_another_process_where_the_first_was_killed() {
    let home = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(Disk::NotWaited).unwrap();
    let database = cluster.address("postgres");
    let data = moved(home.path(), &cluster);
    let bucket = Bucket::start().unwrap();
    let address = bucket.files();
    let mut variables = bucket.variables();
    let demo = chore(&data, &variables, &["--database", &database, "tenant", "move", "main", "--to-files", &address]);
    assert!(demo["files"].as_u64().unwrap() > 0, "{demo}");
    variables.push(("OUTPOST_DATABASE".to_owned(), database.clone()));
    variables.push(("OUTPOST_FILES".to_owned(), address.clone()));

    // Each process has a folder of its own: they share nothing but the database and the bucket.
    let start = |folder: &str| Headquarters::start_under(home.path().join(folder), &[], &variables);
    let (mut one, two) = (start("one"), start("two"));
    let balancer = Proxy::new(Line::To(one.address));
    let li = enrolled(home.path(), &data, &database, balancer.address, "li.wei");
    assert_eq!(li.sync()["waiting"], 0);
    attach(&li, home.path(), 15_000_000);
    let mut sync = li.begin_sync();
    let pieces = || bucket.objects().unwrap().iter().filter(|object| object.contains(".part/")).count();
    while pieces() < 3 {
        assert!(sync.try_wait().unwrap().is_none(), "it was over before it could be broken off");
        std::thread::yield_now();
    }
    one.kill();
    sync.wait().unwrap();
    let before = pieces();
    assert!(before >= 3, "what has arrived stays: {before}");
    let missing = chore(&data, &variables, &["check"]);
    assert_eq!((missing["wrong"].as_u64(), missing["files_missing"].as_u64()), (Some(0), Some(1)), "{missing}");

    balancer.set(Line::To(two.address));
    let settled = li.sync();
    assert_eq!((settled["waiting"].as_u64(), settled["files_waiting"].as_u64()), (Some(0), Some(0)), "{settled}");
    assert_eq!(pieces(), 0);
    let whole = chore(&data, &variables, &["check"]);
    assert_eq!((whole["wrong"].as_u64(), whole["files_missing"].as_u64()), (Some(0), Some(0)), "{whole}");
    assert_eq!(bucket.objects().unwrap().len() as u64, demo["files"].as_u64().unwrap() + 1);
    assert!(!home.path().join("one/files").exists() && !home.path().join("two/files").exists());

    // And out of the bucket, into one folder.
    let file = home.path().join("all.outpost");
    let kept = chore(&data, &variables, &["backup", path(&file)]);
    let back = home.path().join("back");
    let restored = chore(&back, &Vec::new(), &["restore", path(&file)]);
    assert_eq!((&restored["rows"], &restored["files"]), (&kept["rows"], &kept["files"]));
    assert_eq!(chore(&back, &Vec::new(), &["check"]), whole);
}

#[test]
fn while_the_bucket_cannot_be_reached_all_but_files_goes_on_and_nothing_is_lost() {
    let home = tempfile::tempdir().unwrap();
    let bucket = Bucket::start().unwrap();
    let line = Proxy::new(Line::To(bucket.listens()));
    let (address, variables) = (bucket.files(), bucket.variables_through(line.address));
    let data = Headquarters::demo(home.path()).data.clone();
    // Started when it is away, too.
    line.set(Line::Cut);
    let hq = Headquarters::start_under(data.clone(), &["--files", &address], &variables);
    let li = Field::enrolled(home.path(), &hq, "li.wei", hq.address);
    attach(&li, home.path(), 600_000);
    let sync = li.sync();
    assert_eq!(sync["trouble"], "headquarters_failing", "{sync}");
    assert_eq!((sync["waiting"].as_u64(), sync["files_waiting"].as_u64()), (Some(0), Some(1)), "{sync}");
    let refused = run_under(&["hq", "--data", path(&data), "--files", &address, "check"], &variables);
    assert!(!refused.status.success() && words(&refused).contains(&address), "{}", words(&refused));

    line.set(Line::To(bucket.listens()));
    let sync = li.sync();
    assert_eq!((sync["trouble"].is_null(), sync["files_waiting"].as_u64()), (true, Some(0)), "{sync}");
    assert_eq!(bucket.objects().unwrap().len(), 1);

    // What is not to be understood is said before anything begins.
    let wrong = run_under(&["hq", "--data", path(&data), "--files", "photos", "check"], &variables);
    assert!(!wrong.status.success() && words(&wrong).contains("s3://BUCKET"), "{}", words(&wrong));
    let same = ["hq", "--data", path(&data), "--files", &address, "tenant", "move", "main", "--to-files", &address];
    let wrong = run_under(&same, &variables);
    assert!(!wrong.status.success() && words(&wrong).contains("OUTPOST_FILES"), "{}", words(&wrong));
}
