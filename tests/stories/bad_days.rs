//! Bad input and bad days: a clear word, and nothing lost.

use crate::line::{Line, Proxy};
use crate::world::{Field, Headquarters, path, run, words};
use serde_json::json;

const HTML: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 28\r\n\r\n<html>Welcome, guest!</html>";
const FAULT: &str = "HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\noops";
const NOTHING: &str = "";
const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\nx-outpost-protocol: 1\r\ncontent-length: 900\r\n\r\n\0\0\x03\0half";

#[test]
fn whatever_answers_in_its_place_the_work_stays_and_is_sent_later() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let proxy = Proxy::new(Line::To(hq.address));
    let li = Field::enrolled(home.path(), &hq, "li.wei", proxy.address);
    let ticket = li.ask("AskToday", json!({ "position": null }))["mine"][0].clone();
    li.give("AddNote", json!({ "ticket_id": ticket["id"], "text": "门机皮带松动" }));
    for (says, trouble) in
        [(HTML, "not_headquarters"), (FAULT, "headquarters_failing"), (NOTHING, "unreachable"), (HALF, "unreachable")]
    {
        proxy.set(Line::Says(says));
        let sync = li.sync();
        assert_eq!(sync["trouble"], trouble, "{sync}");
        assert_eq!(sync["waiting"], 1);
        assert_eq!(sync["state"], "offline");
    }
    proxy.set(Line::To(hq.address));
    assert_eq!(li.sync()["waiting"], 0);
}

#[test]
fn a_damaged_database_is_said_the_outbox_is_saved_and_nothing_is_made_anew() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let li = Field::enrolled(home.path(), &hq, "li.wei", hq.address);
    let ticket = li.ask("AskToday", json!({ "position": null }))["mine"][0].clone();
    let note = li.give("AddNote", json!({ "ticket_id": ticket["id"], "text": "unsent" }));
    let database = li.folder.join("outpost.db");
    let mut bytes = std::fs::read(&database).unwrap();
    bytes[..4096].fill(0x5a);
    std::fs::write(&database, &bytes).unwrap();
    let _ = std::fs::remove_file(li.folder.join("outpost.db-shm"));

    assert_eq!(li.ask("AskSession", json!({}))["seat"], "damaged");
    let refused = li.run(&["query", "AskToday", "{\"position\": null}"]);
    assert!(!refused.status.success());
    assert!(words(&refused).contains("damaged"), "{}", words(&refused));
    let outbox = crate::world::answer(&li.run(&["outbox"]));
    let saved =
        outbox["acts"].as_array().unwrap().iter().any(|each| each["act"].as_str().unwrap().contains(note.as_str()));
    assert!(saved, "{outbox}");
    assert_eq!(std::fs::read(&database).unwrap(), bytes, "the damaged file is left as it is");

    // Headquarters takes the exported file, twice by mistake, and has the note once.
    let file = home.path().join("outbox.json");
    std::fs::write(&file, outbox.to_string()).unwrap();
    for _ in 0..2 {
        let output = run(&["hq", "--data", path(&hq.data), "import", path(&file)]);
        assert!(output.status.success(), "{}", words(&output));
    }
    let notes = "SELECT count(*) FROM event WHERE json_extract(details, '$.text') = 'unsent'";
    assert_eq!(hq.number(notes), 1);
}

#[test]
fn codes_of_elsewhere_and_of_nobody_are_explained() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let li = Field::enrolled(home.path(), &hq, "li.wei", hq.address);
    let meaning = |code: &str| li.ask("AskCode", json!({ "code": code }))["meaning"].as_str().unwrap().to_owned();
    assert_eq!(meaning("outpost://device/0199a5a0-0000-7000-8000-000000000000?c=Elsewhere"), "other_company");
    assert_eq!(meaning("https://example.com/win"), "link");
    assert_eq!(meaning("no such thing"), "unknown");
    let refused = li.try_give(
        "AddNote",
        json!({ "ticket_id": li.ask("AskToday", json!({ "position": null }))["mine"][0]["id"], "text": " " }),
    );
    assert_eq!(refused["refusal"]["code"], "FieldEmpty");
}

#[test]
fn an_invitation_works_once_and_a_wrong_one_is_said() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let link = hq.invite("li.wei", hq.address);
    let first = Field { folder: home.path().join("one") };
    assert!(first.run(&["enroll", &link]).status.success());
    let second = Field { folder: home.path().join("two") };
    for link in [link.as_str(), "http://127.0.0.1:9/enrol", "hello"] {
        let refused = second.run(&["enroll", link]);
        assert!(!refused.status.success());
        assert!(words(&refused).contains("invitation_invalid"), "{}", words(&refused));
    }
    let unreachable = second.run(&["enroll", "http://127.0.0.1:9/enrol#abc"]);
    assert!(words(&unreachable).contains("unreachable"), "{}", words(&unreachable));
}

#[test]
fn a_database_of_a_newer_program_is_said_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let fresh = Field { folder: home.path().join("fresh") };
    assert_eq!(fresh.ask("AskSession", json!({}))["seat"], "unenrolled");
    let conn = outpost_store::rusqlite::Connection::open(fresh.folder.join("outpost.db")).unwrap();
    conn.execute("INSERT INTO migration VALUES ('replica/9999_later', 'x', '')", []).unwrap();
    let session = fresh.ask("AskSession", json!({}));
    assert_eq!(session["seat"], "damaged");
    let refused = fresh.run(&["query", "AskToday", "{\"position\": null}"]);
    assert!(words(&refused).contains("newer version"), "{}", words(&refused));
}
