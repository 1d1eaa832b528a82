//! What is open ends with the credential that opened it.

use crate::door::{answer, cookie, sign_in};
use crate::world::Headquarters;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Less than the time after which headquarters looks by itself: what ends within it ends because of what happened.
const AT_ONCE: Duration = Duration::from_secs(12);

/// A stream that was begun, and answers.
fn listening(address: SocketAddr, request: &str, headers: &str) -> TcpStream {
    let mut call = TcpStream::connect(address).unwrap();
    write!(call, "{request} HTTP/1.1\r\nhost: {address}\r\n{headers}connection: close\r\n\r\n").unwrap();
    call.set_read_timeout(Some(AT_ONCE)).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        call.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
    call
}

/// Waits until this is said.
fn hear(stream: &mut TcpStream, what: &str) {
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains(what) {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("it is said");
        said.push(byte[0]);
    }
}

/// What is still said until the stream ends, which it must.
fn end_of(mut stream: TcpStream) -> String {
    let mut rest = String::new();
    stream.read_to_string(&mut rest).expect("it ends");
    rest
}

fn act(address: SocketAddr, session: &str, name: &str, ask: &Value) -> u16 {
    answer(address, "POST /api/action", session, &json!({ "name": name, "ask": ask }).to_string()).0
}

fn body(answer: &str) -> Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn who_is_reported_lost_or_signs_out_hears_nothing_more() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let session = || {
        let (status, signed_in) = sign_in(hq.address, "ma.chao", "outpost-demo");
        assert_eq!(status, 200, "{signed_in}");
        cookie(&signed_in)
    };
    let (console, other) = (session(), session());
    let mut notices = listening(hq.address, "GET /api/notices", &other);
    let link = hq.invite("li.wei", hq.address);
    let secret = link.split_once('#').unwrap().1;
    let ask = json!({ "secret": secret, "device_name": "tablet", "version": "1", "public_key": "00".repeat(32) });
    let enrolled = body(&answer(hq.address, "POST /v1/enroll", "", &ask.to_string()).1);
    let device = format!("authorization: Bearer {}\r\n", enrolled["token"].as_str().unwrap());
    let events = listening(hq.address, "GET /v1/events", &device);
    // What is heard from here on happened after the device was enrolled.
    hear(&mut notices, "replica");

    assert_eq!(act(hq.address, &other, "SignOut", &json!({})), 200);
    let lost = json!({ "replica_id": enrolled["replica"]["id"], "revoked": true });
    assert_eq!(act(hq.address, &console, "Revoke", &lost), 200);
    assert!(!end_of(notices).contains("changed"), "it was signed out before anything changed");
    assert!(!end_of(events).contains("data:"), "a lost device does not even hear that something happened");

    // Nor does it get anything by asking; what it holds it may still hand in.
    let file = format!("/v1/files/{}", "ab".repeat(32));
    assert_eq!(answer(hq.address, "GET /v1/events", &device, "").0, 403);
    assert_eq!(answer(hq.address, &format!("GET {file}"), &device, "").0, 403);
    assert_eq!(answer(hq.address, "POST /v1/fork", &device, "").0, 400, "without its key");
    assert_eq!(answer(hq.address, &format!("HEAD {file}"), &device, "").0, 200);
}

#[test]
fn a_company_that_is_there_says_what_of_a_first_start_it_ignores() {
    let home = tempfile::tempdir().unwrap();
    let mut hq = Headquarters::demo(home.path());
    hq.kill();
    let log = home.path().join("log");
    let (again, _) = Headquarters::logged(hq.data.clone(), &log, &["--company", "Another", "--admin", "mallory"]);
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(said.contains("takes --company, --admin; this one is "), "{said}");
    assert_eq!(sign_in(again.address, "mallory", "outpost-demo").0, 401);
}
