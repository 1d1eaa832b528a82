//! The page of a device opens for whoever came by the address that was printed, and for nobody else on the machine.

use crate::door::answer;
use crate::world::{PROGRAM, path};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const ASK: &str = r#"{"name": "AskSession", "ask": {}}"#;

struct Served {
    program: Child,
    address: SocketAddr,
    /// The path of the printed address.
    way_in: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn field(replica: &Path, listen: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["field", "--replica", path(replica), "--key", "file", "serve", "--json", "--listen", listen]);
    command.stdout(Stdio::piped());
    command
}

fn served(replica: &Path, listen: &str) -> Served {
    let mut program = field(replica, listen).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let printed: serde_json::Value = serde_json::from_str(&line).unwrap();
    let printed = printed["address"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
    let (address, way_in) = printed.split_once('/').unwrap();
    Served { program, address: address.parse().unwrap(), way_in: format!("/{way_in}") }
}

/// What a browser keeps of an answer.
fn kept(answer: &str) -> Option<String> {
    let line = answer.lines().find(|line| line.to_lowercase().starts_with("set-cookie:"))?;
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Strict"), "{line}");
    Some(format!("cookie: {}\r\n", line.split_once(':')?.1.split(';').next()?.trim()))
}

#[test]
fn a_device_s_page_opens_only_for_who_came_by_the_printed_address() {
    let home = tempfile::tempdir().unwrap();
    let replica = home.path().join("r");
    let first = served(&replica, "127.0.0.1:0");
    let ask = |served: &Served, cookie: &str| answer(served.address, "POST /api/query", cookie, ASK);

    let (status, said) = ask(&first, "");
    assert!(status == 403 && said.contains("wrong_address") && said.contains("has printed"), "{said}");
    for page in ["GET /", "GET /assets/index.js", "GET /open/", "GET /open/0123456789"] {
        let (status, said) = answer(first.address, page, "", "");
        assert!(status == 403 && said.contains("outpost field serve") && kept(&said).is_none(), "{page}: {said}");
    }
    assert_eq!(answer(first.address, "GET /api/notices", "", "").0, 403);
    assert_eq!(answer(first.address, "GET /health", "", "").0, 200);

    let (status, said) = answer(first.address, &format!("GET {}", first.way_in), "", "");
    assert!(status == 303 && said.to_lowercase().contains("location: /\r\n"), "{said}");
    let cookie = kept(&said).unwrap();
    assert!(!cookie.contains(first.way_in.trim_start_matches("/open/")), "the secret stands in the address alone");
    assert_eq!(ask(&first, &cookie).0, 200);
    assert_eq!(answer(first.address, "GET /", &cookie, "").0, 200);
    assert_eq!(ask(&first, &cookie.replace('=', "=0")).0, 403);

    // The secret is its owner's alone, and stays: a page that stands open goes on.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(replica.join("door.secret")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let (address, way_in) = (first.address, first.way_in.clone());
    drop(first);
    let again = served(&replica, &address.to_string());
    assert_eq!(again.way_in, way_in);
    assert_eq!(ask(&again, &cookie).0, 200);

    // Another replica at another port knows nothing of it.
    let other = served(&home.path().join("other"), "127.0.0.1:0");
    assert_eq!(ask(&other, &cookie).0, 403);
}

#[test]
fn a_device_s_page_is_served_to_no_other_machine() {
    let home = tempfile::tempdir().unwrap();
    let refused = field(&home.path().join("r"), "0.0.0.0:0").stderr(Stdio::piped()).output().unwrap();
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("127.0.0.1") && said.contains("0.0.0.0"), "{said}");
}
