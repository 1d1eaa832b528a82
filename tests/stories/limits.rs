//! What one session, one device or one address may have of headquarters at once.

use crate::door::{answer, cookie, sign_in};
use crate::world::Headquarters;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// What headquarters answers to these bytes before it ends the line.
fn said(address: SocketAddr, bytes: &[u8]) -> String {
    let mut call = TcpStream::connect(address).unwrap();
    call.write_all(bytes).unwrap();
    let mut said = Vec::new();
    // Whatever else was sent is thrown away with the line.
    let _ = call.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

/// A line on which a stream was begun.
fn stream(address: SocketAddr, path: &str, header: &str) -> TcpStream {
    let mut call = TcpStream::connect(address).unwrap();
    write!(call, "GET {path} HTTP/1.1\r\nhost: {address}\r\n{header}connection: close\r\n\r\n").unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        call.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
    call
}

/// Reads what a stream still says; it must end.
fn ends(mut stream: TcpStream) {
    stream.read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn who_sends_no_request_is_not_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    // Each waits in a thread of its own: the first to be given up does not wait for the others.
    std::thread::scope(|scope| {
        for begun in ["", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nhost: x\r\nx-more: "] {
            scope.spawn(move || assert!(!said(hq.address, begun.as_bytes()).starts_with("HTTP/1.1 200")));
        }
        // A body that was promised and does not come.
        let sign_in = format!("POST /api/action HTTP/1.1\r\nhost: {}\r\ncontent-length: 100\r\n\r\n{{", hq.address);
        scope.spawn(move || assert!(said(hq.address, sign_in.as_bytes()).starts_with("HTTP/1.1 408")));
    });
}

#[test]
fn who_is_not_signed_in_says_little() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let length = 40 << 20;
    let begun = |path: &str, header: &str| {
        let mut bytes =
            format!("POST {path} HTTP/1.1\r\nhost: {}\r\n{header}content-length: {length}\r\n\r\n", hq.address)
                .into_bytes();
        // Not even a hundredth of what was promised: whoever reads it before they look who comes waits for the rest.
        bytes.extend(vec![b' '; 300_000]);
        let said = said(hq.address, &bytes);
        said.split_whitespace().nth(1).unwrap_or_default().to_owned()
    };
    for path in ["/api/files?purpose=photo", "/api/scan", "/api/scan/frame?camera=1&number=1", "/api/labels"] {
        assert_eq!(begun(path, ""), "401", "{path}");
    }
    assert_eq!(begun("/api/command", ""), "401");
    assert_eq!(begun("/v1/sync", ""), "401");
    assert_eq!(begun("/v1/sync", "authorization: Bearer nobody\r\n"), "401");
    for path in ["/api/query", "/api/action", "/v1/enroll"] {
        assert_eq!(begun(path, "cookie: outpost_session=made-up\r\n"), "413", "{path}");
    }
}

#[test]
fn a_session_and_a_device_have_few_streams_and_the_oldest_ends() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let (status, signed_in) = sign_in(hq.address, "ma.chao", "outpost-demo");
    assert_eq!(status, 200, "{signed_in}");
    let session = cookie(&signed_in);
    let mut open: Vec<TcpStream> = (0..12).map(|_| stream(hq.address, "/api/notices", &session)).collect();
    open.drain(..4).for_each(ends);

    let link = hq.invite("li.wei", hq.address);
    let (secret, public_key) = (link.split_once('#').unwrap().1, "00".repeat(32));
    let ask = json!({ "secret": secret, "device_name": "tablet", "version": "1", "public_key": public_key });
    let (_, enrolled) = answer(hq.address, "POST /v1/enroll", "", &ask.to_string());
    let enrolled: Value = serde_json::from_str(enrolled.split_once("\r\n\r\n").unwrap().1).unwrap();
    let device = format!("authorization: Bearer {}\r\n", enrolled["token"].as_str().unwrap());
    let mut own: Vec<TcpStream> = (0..5).map(|_| stream(hq.address, "/v1/events", &device)).collect();
    own.drain(..3).for_each(ends);
    // What one has too many of is no other's.
    assert_eq!(answer(hq.address, "POST /api/query", &session, r#"{"name": "AskSession", "ask": {}}"#).0, 200);
}

#[test]
fn a_sheet_of_labels_has_an_end() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let session = cookie(&sign_in(hq.address, "ma.chao", "outpost-demo").1);
    let sheet = |labels: usize| {
        let label = json!({ "code": "HL-1", "title": "Lift", "detail": "" });
        let sheet = json!({ "labels": vec![label; labels], "paper": "a4_24", "output": "pdf" });
        answer(hq.address, "POST /api/labels", &session, &sheet.to_string()).0
    };
    assert_eq!(sheet(2), 200);
    assert_eq!(sheet(501), 413);
}
