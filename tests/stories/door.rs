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
        .args(["field", "--replica", path(&home.path().join("r")), "serve", "--json", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(field.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let printed = line.split("http://").nth(1).unwrap().trim_end_matches(['"', '}', '\n']).to_owned();
    let (address, way_in) = printed.split_once('/').unwrap();
    let address: SocketAddr = address.parse().unwrap();
    let pass = cookie(&answer(address, &format!("GET /{way_in}"), "", "").1);
    let ask = |headers: &str| status(address, "POST /api/query", &format!("{pass}{headers}"), ASK);
    let own = format!("host: {address}\r\n");
    assert_eq!(ask(&own), 200);
    assert_eq!(ask(&format!("{own}origin: http://{address}\r\n")), 200);
    assert_eq!(ask(&format!("{own}origin: http://evil.example\r\n")), 403);
    assert_eq!(ask(&format!("{own}sec-fetch-site: cross-site\r\n")), 403);
    assert_eq!(ask(&format!("{own}sec-fetch-site: same-site\r\n")), 403, "another port is another page");
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
    assert_eq!(
        post("/v1/enroll", r#"{"secret": "guess", "device_name": "x", "version": "1", "public_key": "00"}"#),
        400
    );
    assert_eq!(post("/api/action", r#"{"name": "SignIn", "ask": {"login": "li.wei", "password": "wrong one"}}"#), 401);
    assert_eq!(status(hq.address, "GET /api/files/ab", &own, ""), 401);
    assert_eq!(status(hq.address, "GET /", &own, ""), 200);
}

/// The status of an answer and its body, with a token or a cookie.
pub fn answer(address: SocketAddr, request: &str, headers: &str, body: &str) -> (u16, String) {
    let mut call = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        call,
        "{request} HTTP/1.1\r\nhost: {address}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = Vec::new();
    call.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    (text.split_whitespace().nth(1).unwrap().parse().unwrap(), text)
}

pub fn cookie(answer: &str) -> String {
    let line = answer.lines().find(|line| line.to_lowercase().starts_with("set-cookie:")).unwrap();
    format!("cookie: {}\r\n", line.split_once(':').unwrap().1.split(';').next().unwrap().trim())
}

pub fn sign_in(address: SocketAddr, login: &str, password: &str) -> (u16, String) {
    let ask = serde_json::json!({ "name": "SignIn", "ask": { "login": login, "password": password } });
    answer(address, "POST /api/action", "", &ask.to_string())
}

#[test]
fn who_guesses_passwords_waits_and_who_knows_it_comes_in_again() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let tries: Vec<u16> = (0..9).map(|_| sign_in(hq.address, "li.wei", "wrong one").0).collect();
    assert_eq!(tries.first(), Some(&401));
    assert!(tries.contains(&429), "{tries:?}");
    let (status, said) = sign_in(hq.address, "li.wei", "outpost-demo");
    assert_eq!(status, 429, "also who knows it waits a little");
    assert!(said.contains("try again in"), "{said}");
}

#[test]
fn a_first_start_with_a_bad_password_leaves_nothing_and_a_lost_password_is_given_anew() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("hq");
    let run = |password: &str, rest: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.args(["hq", "--data", path(&data), "--listen", "127.0.0.1:0"]).args(rest);
        command.env("OUTPOST_PASSWORD", password).stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null());
        command
    };
    let start = ["--company", "Harbour Lifts", "--admin", "chen"];
    let failed = run("short", &start).output().unwrap();
    assert!(!failed.status.success());
    assert!(String::from_utf8_lossy(&failed.stderr).contains("at least 8 characters"));
    assert!(!data.join("headquarters.db").exists(), "nothing was written");
    let mut hq = run("a good password", &start).spawn().unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(hq.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    let address: SocketAddr = line.split("http://").nth(1).unwrap().split(". ").next().unwrap().parse().unwrap();
    let (status, signed_in) = sign_in(address, "chen", "a good password");
    assert_eq!(status, 200);
    let session = cookie(&signed_in);
    let done = run("another password", &["password", "chen"]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(sign_in(address, "chen", "a good password").0, 401);
    let ask = r#"{"name": "AskBoard", "ask": {"text": "", "limit": 0}}"#;
    assert_eq!(answer(address, "POST /api/query", &session, ask).0, 401, "the browser was signed out");
    let (status, signed_in) = sign_in(address, "chen", "another password");
    assert_eq!(status, 200);
    let session = cookie(&signed_in);
    // One's own: the old one is asked for, and every browser is signed out.
    let change = |old: &str| {
        let ask = serde_json::json!({ "name": "ChangePassword", "ask": { "old": old, "new": "a third password" } });
        answer(address, "POST /api/action", &session, &ask.to_string()).0
    };
    assert_eq!(change("not it"), 401);
    assert_eq!(change("another password"), 200);
    assert_eq!(answer(address, "POST /api/query", &session, ask).0, 401);
    assert_eq!(sign_in(address, "chen", "a third password").0, 200);
    // Where nobody types, it comes through a pipe; a terminal shows nothing of what is typed there.
    let mut piped = run("", &["password", "chen"]);
    let mut piped = piped.env_remove("OUTPOST_PASSWORD").stdin(Stdio::piped()).spawn().unwrap();
    piped.stdin.take().unwrap().write_all(b"a fourth password\n").unwrap();
    assert!(piped.wait().unwrap().success());
    assert_eq!(sign_in(address, "chen", "a fourth password").0, 200);
    hq.kill().unwrap();
    hq.wait().unwrap();
}

#[test]
fn the_command_line_prints_who_was_let_in_and_whether_that_is_as_it_was_written() {
    let home = tempfile::tempdir().unwrap();
    let mut hq = Headquarters::demo(home.path());
    hq.invite("li.wei", hq.address);
    assert_eq!(sign_in(hq.address, "li.wei", "outpost-demo").0, 200);
    hq.kill();
    let audit = |rest: &[&str]| {
        let mut command = Command::new(PROGRAM);
        let output = command.args(["hq", "--json", "--data", path(&hq.data), "audit"]).args(rest).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (output.status.success(), lines)
    };
    let (_, acts) = audit(&[]);
    let last: Vec<&str> = acts.iter().rev().take(2).map(|act| act["kind"].as_str().unwrap()).collect();
    assert_eq!(last, ["signed_in", "invited"]);
    assert_eq!(acts.last().unwrap()["address"], "127.0.0.1");
    let (_, head) = audit(&["head"]);
    let end = |of: &str| format!("{}:{}", head[0][of]["number"], head[0][of]["hash"].as_str().unwrap());
    let noted = format!("{}/{}", end("acts"), end("commits"));
    let (whole, said) = audit(&["verify", "--noted", &noted]);
    assert!(whole && said[0]["fault"].is_null() && said[0]["commit_fault"].is_null(), "{said:?}");
    // Somebody with the database takes out that they let somebody in.
    let database = outpost_store::rusqlite::Connection::open(hq.data.join("headquarters.db")).unwrap();
    database.execute("DELETE FROM security_act WHERE kind = 'invited'", []).unwrap();
    let (whole, said) = audit(&["verify"]);
    assert!(!whole);
    assert_eq!(said[0]["fault"]["number"], acts.len() as i64 - 1);
    assert!(said[0]["commit_fault"].is_null());
    // And changes what a ticket says.
    database.execute("UPDATE entity SET image = CAST(image || x'00' AS BLOB) WHERE kind = 'ticket'", []).unwrap();
    let (whole, said) = audit(&["verify"]);
    assert!(!whole);
    let why = said[0]["commit_fault"]["why"].as_str().unwrap();
    assert!(why.contains("it wrote ticket") && why.contains("changed since"), "{why}");
}
