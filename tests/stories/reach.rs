//! By which name headquarters is reached, through whom, and what it says of itself then.

use crate::door::{answer, cookie, sign_in};
use crate::world::{Headquarters, PROGRAM, path, run, run_under, words};
use serde_json::json;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;

/// The head and the body of an answer to a request with these header lines, `host` among them.
fn told(address: SocketAddr, request: &str, headers: &str, body: &str) -> (String, String) {
    let mut call = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(call, "{request} HTTP/1.1\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}").unwrap();
    let mut said = Vec::new();
    call.read_to_end(&mut said).unwrap();
    let said = String::from_utf8_lossy(&said).into_owned();
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

const ASK: &str = r#"{"name": "AskSession", "ask": {}}"#;

fn sign_in_as(address: SocketAddr, headers: &str, login: &str, password: &str) -> String {
    let ask = json!({ "name": "SignIn", "ask": { "login": login, "password": password } });
    told(address, "POST /api/action", headers, &ask.to_string()).0
}

/// A company with an administrator whose password nobody else knows.
fn company(data: &std::path::Path, more: &[&str]) -> Headquarters {
    let password = [("OUTPOST_PASSWORD".to_owned(), "a good password".to_owned())];
    let first = ["--company", "Harbour Lifts", "--admin", "chen"];
    Headquarters::start_under(data.to_owned(), &[&first, more].concat(), &password)
}

/// The record of who was let in, an act a line.
fn audit(hq: &Headquarters) -> String {
    String::from_utf8(run(&["hq", "--json", "--data", path(&hq.data), "audit"]).stdout).unwrap()
}

#[test]
fn with_https_a_session_belongs_to_this_very_host_and_browsers_come_that_way_alone() {
    let home = tempfile::tempdir().unwrap();
    let hq = company(&home.path().join("hq"), &["--public", "https://outpost.harbour.example"]);
    let host = "host: outpost.harbour.example\r\n";
    let signed_in = sign_in_as(hq.address, host, "chen", "a good password");
    assert!(signed_in.starts_with("http/1.1 200"), "{signed_in}");
    assert!(signed_in.contains("strict-transport-security: max-age=31536000"), "{signed_in}");
    assert!(signed_in.contains("x-content-type-options: nosniff") && signed_in.contains("cache-control: no-store"));
    let line = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let session = line.split(';').next().unwrap().replace("__host-", "__Host-");
    assert!(session.starts_with("__Host-outpost_session=") && line.contains("; secure") && !line.contains("domain"));
    let asked = |cookie: &str| told(hq.address, "POST /api/query", &format!("{host}cookie: {cookie}\r\n"), ASK).1;
    assert!(asked(&session).contains("\"console\""));
    // What a neighbour could have planted is not looked at.
    assert!(asked(&session.replace("__Host-", "")).contains("\"signed_out\""));
    // Links bear the public address, whatever name a request came by.
    let elsewhere = "host: elsewhere.example\r\n";
    assert!(told(hq.address, "POST /api/query", elsewhere, ASK).1.contains("signed_out"));
    let user = serde_json::from_str::<serde_json::Value>(&asked(&session)).unwrap()["user"]["id"].clone();
    let invite = json!({ "name": "Invite", "ask": { "user_id": user } }).to_string();
    let headers = format!("{elsewhere}cookie: {session}\r\n");
    let (_, invited) = told(hq.address, "POST /api/action", &headers, &invite);
    assert!(invited.contains("https://outpost.harbour.example/enrol#"), "{invited}");
}

#[test]
fn without_https_nothing_is_claimed_and_nobody_can_claim_it() {
    let home = tempfile::tempdir().unwrap();
    let hq = company(&home.path().join("hq"), &[]);
    let forged = format!("host: {}\r\nx-forwarded-proto: https\r\nx-forwarded-for: 192.0.2.9\r\n", hq.address);
    let signed_in = sign_in_as(hq.address, &forged, "chen", "a good password");
    assert!(!signed_in.contains("strict-transport-security") && signed_in.contains("set-cookie: outpost_session="));
    let audit = audit(&hq);
    assert!(audit.contains("127.0.0.1") && !audit.contains("192.0.2.9"), "{audit}");
}

#[test]
fn a_proxy_that_was_named_says_who_asks_and_how() {
    let home = tempfile::tempdir().unwrap();
    let hq = company(&home.path().join("hq"), &["--trusted-proxy", "127.0.0.1"]);
    let from = |address: &str| {
        format!("host: outpost.example\r\nx-forwarded-proto: https\r\nx-forwarded-for: 203.0.113.7, {address}\r\n")
    };
    let signed_in = sign_in_as(hq.address, &from("192.0.2.9"), "chen", "a good password");
    assert!(signed_in.contains("__host-outpost_session=") && signed_in.contains("strict-transport-security"));
    let audit = audit(&hq);
    assert!(audit.contains("192.0.2.9") && !audit.contains("203.0.113.7"), "{audit}");
}

#[test]
fn where_there_are_several_companies_a_name_of_nobody_is_not_answered() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("hq");
    let hq = company(&data, &["--public", "http://outpost.example"]);
    let status = |host: &str| {
        let (head, _) = told(hq.address, "POST /api/query", &format!("host: {host}\r\n"), ASK);
        head.split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!(status("whatever.example"), "200", "as long as there is one");
    drop(hq);
    let add = ["hq", "--data", path(&data), "tenant", "add", "pier", "--company", "Pier", "--admin", "xu"];
    let added = run_under(&add, &[("OUTPOST_PASSWORD".to_owned(), "a good password".to_owned())]);
    assert!(added.status.success(), "{}", words(&added));
    let invited = |more: &[&str]| {
        let said = run(&[&["hq", "--data", path(&data), "--tenant", "pier"], more, &["invite", "xu"]].concat());
        String::from_utf8_lossy(&said.stdout).into_owned() + &words(&said)
    };
    assert!(invited(&["--public", "http://outpost.example:81"]).starts_with("http://pier.outpost.example:81/enrol#"));
    assert!(invited(&["--public", "http://pier.example"]).starts_with("http://pier.example/enrol#"));
    assert!(invited(&["--public", "http://192.0.2.1"]).contains("reached by a name"));
    let hq = company(&data, &["--public", "http://outpost.example"]);
    assert!(invited(&[]).starts_with("http://pier."), "by the address that it left");
    let company = |host: &str| told(hq.address, "POST /api/query", &format!("host: {host}\r\n"), ASK);
    assert!(company("pier.example").1.contains("\"Pier\""));
    for main in ["OUTPOST.example", "main.example", "localhost:7400", "[::1]:7400", &hq.address.to_string()] {
        assert!(company(main).1.contains("Harbour Lifts"), "{main}");
    }
    for nobody in ["whatever.example", "pierre.example", "x.pier.example", ""] {
        let (head, body) = company(nobody);
        assert!(head.starts_with("http/1.1 421") && !body.contains("Harbour"), "{nobody}: {head}");
    }
}

#[test]
fn the_passwords_that_everybody_knows_open_a_demo_on_this_machine_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo(home.path());
    let (status, signed_in) = sign_in(hq.address, "ma.chao", "outpost-demo");
    assert_eq!(status, 200);
    let session = cookie(&signed_in);
    let board = |hq: &Headquarters| {
        answer(hq.address, "POST /api/query", &session, r#"{"name": "AskBoard", "ask": {"text": "", "limit": 0}}"#).0
    };
    assert_eq!(board(&hq), 200);
    let says = |hq: &Headquarters| answer(hq.address, "POST /api/query", "", ASK).1;
    assert!(says(&hq).contains("outpost-demo"));
    let data = hq.data.clone();
    drop(hq);
    for more in [&[][..], &["--demo", "--public", "https://outpost.harbour.example"]] {
        let hq = Headquarters::start(data.clone(), more);
        assert_eq!(sign_in(hq.address, "ma.chao", "outpost-demo").0, 401, "{more:?}");
        assert!(!says(&hq).contains("outpost-demo"));
        assert_eq!(board(&hq), 401, "a session is worth no more than the password that began it");
    }
    // A password of one's own opens it everywhere.
    let mut password = Command::new(PROGRAM);
    password.args(["hq", "--data", path(&data), "password", "ma.chao"]).env("OUTPOST_PASSWORD", "a good password");
    assert!(password.output().unwrap().status.success());
    let hq = Headquarters::start(data, &[]);
    let (status, signed_in) = sign_in(hq.address, "ma.chao", "a good password");
    assert_eq!(status, 200);
    let photo = hq.number("SELECT count(*) FROM attachment");
    assert!(photo > 0 && cookie(&signed_in).contains("outpost_session="));
}
