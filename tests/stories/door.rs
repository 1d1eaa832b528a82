//! What the door lets in.

use crate::world::{Headquarters, PROGRAM, path};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};

/// The status of an answer to a request with these header lines.
fn status(address: SocketAddr, request: &str, headers: &str, body: &str) -> u16 {
    let mut call = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(call, "{request} HTTP/1.1\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}").unwrap();
    let mut answer = Vec::new();
    call.read_to_end(&mut answer).unwrap();
    let line = String::from_utf8_lossy(&answer);
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

const ASK: &str = r#"{"name": "AskSession", "ask": {}}"#;

#[test]
fn a_page_from_elsewhere_reaches_neither_a_device_nor_headquarters() {
    let home = tempfile::tempdir().unwrap();
    let mut field = Command::new(PROGRAM)
        .args(["field", "--replica", path(&home.path().join("r")), "serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(field.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address: SocketAddr = line.split("http://").nth(1).unwrap().split(". ").next().unwrap().parse().unwrap();
    let ask = |headers: &str| status(address, "POST /api/query", headers, ASK);
    let own = format!("host: {address}\r\n");
    assert_eq!(ask(&own), 200);
    assert_eq!(ask(&format!("{own}origin: http://{address}\r\n")), 200);
    assert_eq!(ask(&format!("{own}origin: http://evil.example\r\n")), 403);
    assert_eq!(ask(&format!("{own}sec-fetch-site: cross-site\r\n")), 403);
    // A name that was pointed at this machine counts as the same origin, so the name itself is looked at.
    assert_eq!(ask("host: evil.example:7401\r\norigin: http://evil.example:7401\r\n"), 403);
    field.kill().unwrap();
    field.wait().unwrap();
}

#[test]
fn without_a_sign_in_headquarters_says_only_who_it_is() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let own = format!("host: {}\r\n", hq.address);
    let post = |path: &str, body: &str| status(hq.address, &format!("POST {path}"), &own, body);
    assert_eq!(post("/api/query", ASK), 200);
    assert_eq!(post("/api/query", r#"{"name": "AskBoard", "ask": {"text": "", "limit": 0}}"#), 401);
    assert_eq!(post("/api/query", "no json"), 400);
    assert_eq!(post("/api/scan", "no picture"), 401);
    assert_eq!(post("/api/labels", r#"{"labels": [], "paper": "a4_24", "output": "pdf"}"#), 401);
    assert_eq!(
        post(
            "/api/command",
            r#"{"name": "ClaimTicket", "payload": {"ticket_id": "0199a5a0-0000-7000-8000-000000000000"}}"#
        ),
        401
    );
    assert_eq!(post("/v1/sync", "{}"), 401);
    assert_eq!(post("/v1/enroll", r#"{"secret": "guess", "device_name": "x", "version": "1"}"#), 400);
    assert_eq!(post("/api/action", r#"{"name": "SignIn", "ask": {"login": "li.wei", "password": "wrong one"}}"#), 401);
    assert_eq!(status(hq.address, "GET /api/files/ab", &own, ""), 401);
    assert_eq!(status(hq.address, "GET /", &own, ""), 200);
}
