//! Killed at any moment: what was said to be saved is there, once.

use crate::world::{
    Engine, Field, Headquarters, PROGRAM, UsedParts, answer, kill_group, on_both_engines, path, run, use_parts,
};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

on_both_engines!(
    a_device_that_is_killed_keeps_what_it_said_was_saved,
    a_headquarters_that_is_killed_under_load_has_every_command_once
);

fn a_device_that_is_killed_keeps_what_it_said_was_saved(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo_on(engine, home.path());
    let li = Field::enrolled(home.path(), &hq, "li.wei", hq.address);
    let ticket = li.ask("AskToday", json!({ "position": null }))["mine"][0].clone();
    let mut said = 0;
    // Twelve programs in a row, each killed after a different number of commands while the next is being written.
    for life in 0..12 {
        let script = (0..20)
            .map(|n| json!({ "name": "AddNote", "payload": { "ticket_id": ticket["id"], "text": format!("{life}/{n}") } }))
            .map(|command| format!("'{PROGRAM}' field --replica '{}' command '{command}'\n", path(&li.folder)))
            .collect::<String>();
        let mut process = Command::new("sh")
            .args(["-c", &script])
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        said += lines.take(1 + life % 5).filter(|line| line.as_ref().unwrap().contains("saved")).count();
        kill_group(&mut process);
    }
    let waiting = li.ask("AskSync", json!({}))["waiting"].as_u64().unwrap() as usize;
    assert!(waiting >= said, "{waiting} wait, {said} were said to be saved");
    assert!(waiting <= said + 12 * 2, "at most those whose answer was cut off");
    assert_eq!(li.sync()["waiting"], 0);
    let notes = "SELECT count(*) FROM command WHERE act LIKE '%\"AddNote\"%' AND replica_id <> ''";
    let before = hq.number(notes);
    assert_eq!(li.sync()["waiting"], 0);
    assert_eq!(hq.number(notes), before);
    let texts = "SELECT count(DISTINCT details ->> 'text') - count(*) FROM event WHERE name = 'NoteAdded'
                 AND details ->> 'text' LIKE '%/%' AND length(details ->> 'text') < 6";
    assert_eq!(hq.number(texts), 0, "no note arrived twice");
}

fn a_headquarters_that_is_killed_under_load_has_every_command_once(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let mut hq = Headquarters::demo_on(engine, home.path());
    let proxy = crate::line::Proxy::new(crate::line::Line::To(hq.address));
    let li = Field::enrolled(home.path(), &hq, "li.wei", proxy.address);
    let UsedParts { van, part, before } = use_parts(&li, 30);
    for _ in 0..8 {
        let mut sync = li.begin_sync();
        hq.restart();
        proxy.set(crate::line::Line::To(hq.address));
        sync.wait().unwrap();
    }
    assert_eq!(li.sync()["waiting"], 0);
    let level = format!("SELECT quantity / 1000000 FROM stock_level WHERE part_id = {part} AND location_id = {van}")
        .replace('"', "'");
    assert_eq!(hq.number(&level) as f64, before - 30.0);
}

#[test]
fn help_teaches_and_scripts_get_json() {
    for arguments in [
        &["--help"][..],
        &["hq", "--help"],
        &["field", "--help"],
        &["scan", "--help"],
        &["label", "--help"],
        &["simulate", "--help"],
    ] {
        let text = String::from_utf8(run(arguments).stdout).unwrap();
        assert!(text.contains("outpost "), "{text}");
    }
    let lived = answer(&run(&["simulate", "--json", "--seed", "7", "--steps", "40"]));
    assert_eq!(lived["histories"], 1);
    let home = tempfile::tempdir().unwrap();
    let fresh = Field { folder: home.path().join("fresh") };
    let session: Value = fresh.ask("AskSession", json!({}));
    assert_eq!(session["seat"], "unenrolled");
}
