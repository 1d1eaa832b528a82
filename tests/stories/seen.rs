//! Headquarters seen by those who run it.

use crate::world::{Field, Headquarters, PROGRAM, run, run_under, words};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// What `--log json` wrote, one object a line.
fn log(output: &str) -> Vec<Value> {
    output.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn says(log: &[Value], message: &str, command: &str) -> bool {
    log.iter().any(|line| line["message"] == message && line["command"] == command)
}

fn get(address: &Value, path: &str) -> (u16, String) {
    let output = Command::new("curl")
        .args(["--silent", "--write-out", "\n%{http_code}", &format!("http://{}{path}", address.as_str().unwrap())])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (body, status) = text.rsplit_once('\n').unwrap();
    (status.parse().unwrap(), body.to_owned())
}

/// One number of the metrics: the line that begins so.
fn number(metrics: &str, begins: &str) -> f64 {
    let line = metrics.lines().find(|line| line.starts_with(begins));
    let line = line.unwrap_or_else(|| panic!("no {begins} in {metrics}"));
    line.rsplit_once(' ').unwrap().1.parse().unwrap()
}

const LOG: &str = "hq.log";

/// The demo company with its log in a file, and the address at which it is measured.
fn measured(home: &Path) -> (Headquarters, Value) {
    drop(Headquarters::demo(home));
    let more = ["--log", "json", "--metrics", "127.0.0.1:0"];
    let (hq, said) = Headquarters::logged(home.join("hq"), &home.join(LOG), &more);
    (hq, said["metrics"].clone())
}

#[test]
fn one_id_leads_from_the_tap_to_the_commit_and_the_numbers_tell_what_was_done() {
    let home = tempfile::tempdir().unwrap();
    let (hq, metrics) = measured(home.path());
    let li = Field::enrolled(home.path(), &hq, "li.wei", hq.address);
    let ticket = li.ask("AskToday", json!({ "position": null }))["mine"][0]["id"].clone();
    let logged = |arguments: &[&str]| -> Output {
        let mut all = vec!["--log", "json", "field", "--replica", li.folder.to_str().unwrap()];
        all.extend(arguments);
        run(&all)
    };
    let note = json!({ "name": "AddNote", "payload": { "ticket_id": ticket, "text": "door is stuck" } });
    let given = logged(&["command", &note.to_string()]);
    let command = crate::world::answer(&given)["id"].as_str().unwrap().to_owned();
    let tap = log(&words(&given));
    let round = log(&words(&logged(&["sync"])));
    assert!(says(&tap, "saved here", &command), "{tap:?}");
    for message in ["sent", "answered", "settled"] {
        assert!(says(&round, message, &command), "{message}: {round:?}");
    }
    let there = log(&std::fs::read_to_string(home.path().join(LOG)).unwrap());
    assert!(says(&there, "committed", &command), "{there:?}");

    assert_eq!(get(&metrics, "/health").0, 200);
    let (status, ready) = get(&metrics, "/ready");
    assert_eq!((status, ready.contains("\"ready\"")), (200, true), "{ready}");
    let (status, text) = get(&metrics, "/metrics");
    assert_eq!(status, 200);
    assert!(number(&text, "outpost_commands_total{tenant=\"main\",outcome=\"applied\"}") >= 1.0);
    assert!(number(&text, "outpost_rows_sent_total") > 100.0);
    assert!(number(&text, "outpost_commit_duration_seconds_count") >= 1.0);
    assert!(
        number(&text, "outpost_http_requests_total{tenant=\"main\",method=\"POST\",route=\"/v1/sync\",status=\"200\"}")
            >= 2.0
    );
    assert!(number(&text, "outpost_http_request_duration_seconds_count{tenant=\"main\",route=\"/v1/sync\"}") >= 2.0);
    assert!(number(&text, "outpost_devices{tenant=\"main\",state=\"heard\"}") >= 1.0);
    assert!(number(&text, "outpost_attention_open") >= 0.0);
    assert!(number(&text, "outpost_revision") >= 1.0);
    assert_eq!(number(&text, "outpost_event_streams"), 0.0);
    assert!(text.ends_with("# EOF\n"));
    // Not where everybody comes by.
    let public = json!(hq.address.to_string());
    assert!(!get(&public, "/metrics").1.contains("outpost_commands"));
    assert_eq!(get(&public, "/ready").0, 200);
    let contact = "SELECT waiting FROM replica_contact ORDER BY heard_at DESC LIMIT 1";
    assert_eq!(hq.number(contact), 0, "the device has nothing left");
}

/// What the console at an address says, asked for under a host's name.
fn session_at(address: SocketAddr, host: &str) -> Value {
    crate::world::answer(&said_at(address, host))
}

fn said_at(address: SocketAddr, host: &str) -> Output {
    let url = format!("http://{address}/api/query");
    let (host, question) = (format!("Host: {host}"), json!({ "name": "AskSession", "ask": {} }).to_string());
    let header = "Content-Type: application/json";
    Command::new("curl").args(["--silent", "-H", &host, "-H", header, "-d", &question, &url]).output().unwrap()
}

#[test]
fn the_host_says_which_company_and_each_is_counted_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let (hq, metrics) = measured(home.path());
    let demo = session_at(hq.address, "127.0.0.1")["company"].clone();
    let add = ["tenant", "add", "harbour", "--company", "Harbour Lifts", "--admin", "chen"];
    let mut all = vec!["hq", "--data", hq.data.to_str().unwrap()];
    all.extend(add);
    let added = run_under(&all, &[("OUTPOST_PASSWORD".to_owned(), "a long password".to_owned())]);
    assert!(added.status.success(), "{}", words(&added));

    // A company that was added while headquarters runs is found within the seconds after which it looks again.
    let deadline = Instant::now() + Duration::from_secs(60);
    while session_at(hq.address, "Harbour.example.com:443")["company"] != "Harbour Lifts" {
        assert!(Instant::now() < deadline, "harbour is not found");
    }
    for host in ["main.example.com", "localhost", "127.0.0.1:80"] {
        assert_eq!(session_at(hq.address, host)["company"], demo, "{host:?} is the main company");
    }
    for host in ["outpost.example.com", "harbours.example.com", "..", ""] {
        let said = String::from_utf8(said_at(hq.address, host).stdout).unwrap();
        assert!(said.contains("nobody is here under this name"), "{host:?}: {said}");
    }
    let li = Field::enrolled(home.path(), &hq, "li.wei", hq.address);
    let own = li.ask("AskSession", json!({}))["company"].as_str().unwrap().to_owned();
    assert!(demo.as_str().unwrap().starts_with(&own) && own != "Harbour Lifts", "{own}");
    let text = get(&metrics, "/metrics").1;
    assert!(number(&text, "outpost_devices{tenant=\"main\",state=\"heard\"}") >= 1.0);
    assert_eq!(number(&text, "outpost_devices{tenant=\"harbour\",state=\"heard\"}"), 0.0);
    let asked = "outpost_http_requests_total{tenant=\"harbour\",method=\"POST\",route=\"/api/query\",status=\"200\"}";
    assert!(number(&text, asked) >= 1.0);
    assert!(!text.contains("harbours"), "nobody invents companies");
    assert_eq!(text.matches("# TYPE outpost_devices ").count(), 1, "a family is written once");
}

#[test]
fn a_log_form_that_is_none_is_refused() {
    let output =
        Command::new(PROGRAM).args(["--log", "xml", "field", "--replica", "/nowhere", "outbox"]).output().unwrap();
    assert!(!output.status.success());
    assert!(words(&output).contains("json"), "{}", words(&output));
}
