//! A headquarters that was laid back: what it lost comes back with the devices, also with those that it does not know.

use crate::line::{Line, Proxy};
use crate::world::{Engine, Field, Headquarters, chore, on_both_engines, path, words};
use serde_json::json;

on_both_engines!(a_device_that_was_enrolled_after_the_backup_comes_back_by_itself);

fn a_device_that_was_enrolled_after_the_backup_comes_back_by_itself(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let mut hq = Headquarters::demo_on(engine, home.path());
    let proxy = Proxy::new(Line::To(hq.address));
    let li = Field::enrolled(home.path(), &hq, "li.wei", proxy.address);
    let backup = home.path().join("backup");
    hq.chore(&["backup", path(&backup)]);

    // After that somebody gets a device, opens a ticket, and the other one does something too.
    let used = hq.invite("chen.jie", proxy.address);
    let chen = Field { folder: home.path().join("chen.jie") };
    let enrolled = chen.run(&["enroll", &used, "--name", "new"]);
    assert!(enrolled.status.success(), "{}", words(&enrolled));
    let note = |field: &Field, text: &str| {
        let ticket = field.ask("AskToday", json!({ "position": null }))["mine"][0].clone();
        field.give("AddNote", json!({ "ticket_id": ticket["id"], "text": text }));
        assert_eq!(field.sync()["waiting"], 0);
    };
    note(&chen, "after the backup, new");
    note(&li, "after the backup, old");
    hq.kill();
    let data = home.path().join("restored");
    chore(&data, None, &["restore", path(&backup)]);
    let restored = Headquarters::start(data, &["--demo"]);
    proxy.set(Line::To(restored.address));
    let notes = "SELECT count(*) FROM event WHERE details ->> 'text' LIKE 'after the backup%'";
    assert_eq!(restored.number(notes), 0);

    // The new one comes first. Nobody invites it again, and nothing of what it did is missing.
    let sync = chen.sync();
    assert_eq!((&sync["trouble"], &sync["waiting"]), (&json!(null), &json!(0)), "{sync}");
    assert_eq!(restored.number(notes), 1);
    assert_eq!(li.sync()["waiting"], 0);
    assert_eq!(restored.number(notes), 2);
    assert_eq!(restored.number("SELECT count(*) FROM security_act WHERE kind = 'returned'"), 1);
    note(&chen, "and it goes on");
    // Who kept the link has nothing of it, although headquarters does not know any more that it was used.
    let thief = Field { folder: home.path().join("thief") };
    let refused = thief.run(&["enroll", &used, "--name", "thief"]);
    assert!(!refused.status.success());
}
