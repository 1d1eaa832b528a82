//! Bad input and bad days: a clear word, and nothing lost.

use crate::line::{Line, Proxy};
use crate::world::{Engine, Field, Headquarters, on_both_engines, path, words};
use serde_json::json;

on_both_engines!(
    whatever_answers_in_its_place_the_work_stays_and_is_sent_later,
    a_damaged_database_is_said_the_outbox_is_saved_and_nothing_is_made_anew,
    a_device_that_was_reported_lost_hands_in_what_it_has_and_is_emptied
);

const HTML: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 28\r\n\r\n<html>Welcome, guest!</html>";
const FAULT: &str = "HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\noops";
/// As headquarters would say it, by somebody who does not know its mark.
const FORGED: &str = "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: 42\r\n\r\n{\"code\":\"replica_revoked\",\"detail\":\"lost\"}";
/// The same by somebody who knows it, and has no key.
const ORDERED: &str = "HTTP/1.1 403 Forbidden\r\nx-outpost-protocol: 1\r\ncontent-type: application/json\r\ncontent-length: 55\r\n\r\n{\"code\":\"replica_revoked\",\"detail\":\"lost\",\"order\":\"00\"}";
const NOTHING: &str = "";
const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\nx-outpost-protocol: 1\r\ncontent-length: 900\r\n\r\n\0\0\x03\0half";

fn whatever_answers_in_its_place_the_work_stays_and_is_sent_later(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo_on(engine, home.path());
    let proxy = Proxy::new(Line::To(hq.address));
    let li = Field::enrolled(home.path(), &hq, "li.wei", proxy.address);
    let ticket = li.ask("AskToday", json!({ "position": null }))["mine"][0].clone();
    li.give("AddNote", json!({ "ticket_id": ticket["id"], "text": "门机皮带松动" }));
    let strangers = [
        (HTML, "not_headquarters"),
        (FAULT, "headquarters_failing"),
        (NOTHING, "unreachable"),
        (HALF, "unreachable"),
        (ORDERED, "not_headquarters"),
    ];
    for (says, trouble) in strangers {
        proxy.set(Line::Says(says));
        let sync = li.sync();
        assert_eq!(sync["trouble"], trouble, "{sync}");
        assert_eq!(sync["waiting"], 1);
        assert_eq!(sync["state"], "offline");
    }
    proxy.set(Line::To(hq.address));
    assert_eq!(li.sync()["waiting"], 0);
}

fn a_damaged_database_is_said_the_outbox_is_saved_and_nothing_is_made_anew(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo_on(engine, home.path());
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
        hq.chore(&["import", path(&file)]);
    }
    let notes = "SELECT count(*) FROM event WHERE details ->> 'text' = 'unsent'";
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
    let conn = fresh.database();
    conn.execute("INSERT INTO migration VALUES ('replica/9999_later', 'x', '')", []).unwrap();
    let session = fresh.ask("AskSession", json!({}));
    assert_eq!(session["seat"], "damaged");
    let refused = fresh.run(&["query", "AskToday", "{\"position\": null}"]);
    assert!(words(&refused).contains("newer version"), "{}", words(&refused));
}

fn a_device_that_was_reported_lost_hands_in_what_it_has_and_is_emptied(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo_on(engine, home.path());
    let proxy = Proxy::new(Line::To(hq.address));
    let li = Field::enrolled(home.path(), &hq, "li.wei", proxy.address);
    let session = li.ask("AskSession", json!({}));
    let ticket = li.ask("AskToday", json!({ "position": null }))["mine"][0].clone();
    for n in 0..3 {
        li.give("AddNote", json!({ "ticket_id": ticket["id"], "text": format!("lost {n}") }));
    }
    let photo = home.path().join("photo.png");
    std::fs::write(&photo, include_bytes!("../../icons/icon.png")).unwrap();
    let mut attach = li.keep("photo", &photo);
    let sha256 = attach["sha256"].as_str().unwrap().to_owned();
    let more = json!({ "ticket_id": ticket["id"], "step_id": null, "demand": "", "purpose": "photo", "name": "" });
    attach.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    li.give("AttachFile", attach);
    let id = session["replica"]["id"].as_str().unwrap();
    hq.chore(&["revoke", id]);

    // A line that fails, and what is not headquarters, take nothing from anybody.
    for line in [Line::Cut, Line::Says(HTML), Line::Says(FORGED)] {
        proxy.set(line);
        li.sync();
        assert_eq!(li.ask("AskSync", json!({}))["waiting"], 4);
    }
    proxy.set(Line::To(hq.address));
    let after = li.sync();
    assert_eq!((after["trouble"].as_str(), after["waiting"].as_u64()), (Some("revoked"), Some(0)), "{after}");
    assert_eq!(li.ask("AskSession", json!({}))["seat"], "unenrolled");
    assert_eq!(li.ask("AskSync", json!({}))["trouble"], "revoked", "it still says why");
    assert!(!li.folder.join("files").exists(), "the photo is gone");

    let kept = format!("SELECT count(*) FROM command WHERE replica_id = '{id}' AND status = 'quarantined'");
    assert_eq!(hq.number(&kept), 4, "headquarters has all of it, set aside");
    assert!(hq.data.join("files").join(&sha256[..2]).join(&sha256).is_file());
    let told = format!("SELECT count(*) FROM attention WHERE replica_id = '{id}' AND code = 'ReplicaRevoked'");
    assert_eq!(hq.number(&told), 4);
    // Whoever found it may use it again.
    let output = li.run(&["enroll", &hq.invite("li.wei", proxy.address)]);
    assert!(output.status.success(), "{}", words(&output));
    assert_eq!(li.sync()["trouble"], json!(null));
}
