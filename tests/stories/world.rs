//! The people and programs of a story.

use outpost_app::{KeyPlace, key_of};
use outpost_cluster::{Cluster, Disk};
use outpost_store::rusqlite::{Connection, OpenFlags};
use outpost_store::{Key, connect};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::SystemTime;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_outpost");

/// What headquarters' database is in a story.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Tells stories that take an [`Engine`] on both: a test of each.
macro_rules! on_both_engines {
    ($($story:ident),* $(,)?) => { $(mod $story {
        use crate::world::Engine;
        #[test]
        fn on_sqlite() { super::$story(Engine::Sqlite); }
        #[test]
        fn on_postgresql() { super::$story(Engine::Postgres); }
    })* };
}
pub(crate) use on_both_engines;

/// A headquarters that runs as a process of its own.
pub struct Headquarters {
    pub data: PathBuf,
    pub address: SocketAddr,
    process: Option<Child>,
    /// The server that its database is on, if it is not in the folder.
    server: Option<Cluster>,
}

/// The demo company takes seconds to make, and each test is a process: it is made once a day by each program that was built, and
/// copied.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let age = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let built = age(std::fs::metadata(PROGRAM).unwrap().modified().unwrap()).as_millis();
        let today = age(SystemTime::now()).as_secs() / 86_400;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let made = folder.join(format!("demo-{built}-{today}"));
        if !made.exists() {
            for old in std::fs::read_dir(folder).unwrap().flatten() {
                if old.file_name().to_string_lossy().starts_with("demo-") {
                    std::fs::remove_dir_all(old.path()).ok();
                }
            }
            let fresh = tempfile::tempdir_in(folder).unwrap();
            drop(Headquarters::start(fresh.path().join("demo"), &["--demo"]));
            // Somebody else may have been faster.
            std::fs::rename(fresh.path().join("demo"), &made).ok();
        }
        made
    })
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

impl Headquarters {
    /// The demo company, in a folder below `home`.
    pub fn demo(home: &Path) -> Headquarters {
        Headquarters::demo_on(Engine::Sqlite, home)
    }

    /// The same on either engine.
    pub fn demo_on(engine: Engine, home: &Path) -> Headquarters {
        let data = home.join("hq");
        copy(template(), &data);
        if engine == Engine::Sqlite {
            return Headquarters::start(data, &["--demo"]);
        }
        let server = Cluster::start(Disk::NotWaited).unwrap();
        let database = server.address("postgres");
        let moved = run(&["hq", "--data", path(&data), "tenant", "move", "main", "--to-database", &database]);
        assert!(moved.status.success(), "{}", words(&moved));
        let mut headquarters = Headquarters::start(data, &["--demo", "--database", &database]);
        headquarters.server = Some(server);
        headquarters
    }

    /// Starts one over data that is there, with more arguments.
    pub fn start(data: PathBuf, more: &[&str]) -> Headquarters {
        Headquarters::start_with(data, more, &[], Stdio::inherit()).0
    }

    /// The same with variables.
    pub fn start_under(data: PathBuf, more: &[&str], variables: &[(String, String)]) -> Headquarters {
        Headquarters::start_with(data, more, variables, Stdio::inherit()).0
    }

    /// The same with its log in a file; besides, what it said of itself when it began.
    pub fn logged(data: PathBuf, log: &Path, more: &[&str]) -> (Headquarters, Value) {
        let log = std::fs::File::create(log).unwrap();
        Headquarters::start_with(data, more, &[], log.into())
    }

    fn start_with(data: PathBuf, more: &[&str], variables: &[(String, String)], log: Stdio) -> (Headquarters, Value) {
        let (process, said) = started(&data, more, variables, log);
        let address = said["listening"].as_str().unwrap().parse().unwrap();
        (Headquarters { data, address, process: Some(process), server: None }, said)
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts it again over the same data, at a new address.
    pub fn restart(&mut self) {
        self.kill();
        let database = self.database();
        let more: Vec<&str> = database.iter().flat_map(|database| ["--database", database]).collect();
        let (process, said) = started(&self.data, &more, &[], Stdio::inherit());
        self.address = said["listening"].as_str().unwrap().parse().unwrap();
        self.process = Some(process);
    }

    pub fn database(&self) -> Option<String> {
        self.server.as_ref().map(|server| server.address("postgres"))
    }

    /// A chore of `outpost hq` with its data that must be done; what it says.
    pub fn chore(&self, arguments: &[&str]) -> Value {
        chore(&self.data, self.database().as_deref(), arguments)
    }

    /// An invitation that names `address` as headquarters.
    pub fn invite(&self, login: &str, address: SocketAddr) -> String {
        let public = format!("http://{address}");
        self.chore(&["--public", &public, "invite", login])["link"].as_str().unwrap().to_owned()
    }

    /// One number from its database.
    pub fn number(&self, sql: &str) -> i64 {
        if let Some(server) = &self.server {
            let answer = server.ask_in("postgres?options=-csearch_path%3Doutpost_main", sql).unwrap();
            return answer.trim().parse().unwrap();
        }
        let conn = outpost_store::rusqlite::Connection::open(self.data.join("headquarters.db")).unwrap();
        conn.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Changes its database behind its back.
    pub fn tamper(&self, sql: &str) {
        match &self.server {
            Some(server) => drop(server.ask_in("postgres?options=-csearch_path%3Doutpost_main", sql).unwrap()),
            None => {
                let conn = outpost_store::rusqlite::Connection::open(self.data.join("headquarters.db")).unwrap();
                conn.execute_batch(sql).unwrap();
            }
        }
    }
}

fn started(data: &Path, more: &[&str], variables: &[(String, String)], log: Stdio) -> (Child, Value) {
    let mut process = Command::new(PROGRAM)
        .args(["hq", "--json", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(more)
        .envs(variables.iter().cloned())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (process, serde_json::from_str(&line).unwrap())
}

/// A chore of `outpost hq` that must be done; what it says.
pub fn chore(data: &Path, database: Option<&str>, arguments: &[&str]) -> Value {
    let mut all = vec!["hq", "--json", "--data", path(data)];
    all.extend(database.into_iter().flat_map(|database| ["--database", database]));
    all.extend(arguments);
    let output = run(&all);
    assert!(output.status.success(), "{arguments:?}: {}", words(&output));
    answer(&output)
}

impl Drop for Headquarters {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A replica that is driven from the command line.
pub struct Field {
    pub folder: PathBuf,
}

impl Field {
    /// A replica of a person, enrolled through `address`.
    pub fn enrolled(home: &Path, hq: &Headquarters, login: &str, address: SocketAddr) -> Field {
        let field = Field { folder: home.join(login) };
        let output = field.run(&["enroll", &hq.invite(login, address), "--name", login]);
        assert!(output.status.success(), "{}", words(&output));
        field
    }

    /// What it is encrypted with.
    pub fn key(&self) -> Key {
        key_of(&self.folder, KeyPlace::File).unwrap()
    }

    /// Its database, as whoever has the key can open it.
    pub fn database(&self) -> Connection {
        connect(&self.folder.join("outpost.db"), Some(&self.key()), OpenFlags::default()).unwrap()
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut all = vec!["field", "--replica", path(&self.folder)];
        all.extend(arguments);
        run(&all)
    }

    /// Syncs; how it stands with headquarters then. Whether it reached it is another question.
    pub fn sync(&self) -> Value {
        answer(&self.run(&["sync"]))
    }

    /// Begins to sync in a process of its own, and does not wait for it: something is about to happen in the middle.
    pub fn begin_sync(&self) -> Child {
        Command::new(PROGRAM)
            .args(["field", "--replica", path(&self.folder), "sync"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    pub fn ask(&self, name: &str, ask: Value) -> Value {
        let output = self.run(&["query", name, &ask.to_string()]);
        assert!(output.status.success(), "{}", words(&output));
        answer(&output)
    }

    /// Gives a command that must be taken; its id.
    pub fn give(&self, name: &str, payload: Value) -> String {
        let given = self.try_give(name, payload);
        assert_eq!(given["status"], "saved", "{given}");
        given["id"].as_str().unwrap().to_owned()
    }

    pub fn try_give(&self, name: &str, payload: Value) -> Value {
        answer(&self.run(&["command", &json!({ "name": name, "payload": payload }).to_string()]))
    }

    /// Keeps a file; what `AttachFile` wants to know of it.
    pub fn keep(&self, purpose: &str, file: &Path) -> Value {
        answer(&self.run(&["file", purpose, path(file)]))
    }
}

/// A part of which some was used from a van.
pub struct UsedParts {
    pub van: Value,
    pub part: Value,
    /// How many there were.
    pub before: f64,
}

/// Uses one of the first part in the person's van, so many times, on the first ticket of theirs.
pub fn use_parts(field: &Field, times: usize) -> UsedParts {
    let van = field.ask("AskSession", json!({}))["van"]["id"].clone();
    let ticket = field.ask("AskToday", json!({ "position": null }))["mine"][0].clone();
    let stock = field.ask(
        "AskStock",
        json!({ "location_id": van, "text": "", "below_minimum": false, "in_stock": true, "offset": 0, "limit": 1 }),
    );
    let part = stock["rows"][0]["part"]["id"].clone();
    for _ in 0..times {
        field.give(
            "UsePart",
            json!({ "ticket_id": ticket["id"], "step_id": null, "part_id": part, "quantity": "1", "from_id": van }),
        );
    }
    UsedParts { van, part, before: stock["rows"][0]["quantity"].as_str().unwrap().parse().unwrap() }
}

/// Does every step of a ticket, meeting each demand, as an engineer would.
pub fn work_through(field: &Field, ticket_id: &str, photo: &Path) {
    let view = field.ask("AskTicket", json!({ "id": ticket_id }));
    for step in view["steps"].as_array().unwrap() {
        let step_id = step["step"]["id"].as_str().unwrap();
        if step["step"]["state"] == "done" {
            continue;
        }
        if step["step"]["state"] != "active" {
            field.give("StartStep", json!({ "step_id": step_id }));
        }
        for demand in step["node"]["demands"].as_array().unwrap() {
            let missing = step["missing"].as_array().unwrap().contains(&demand["key"]);
            for _ in 0..if missing { demand["count"].as_u64().unwrap() } else { 0 } {
                meet(field, &view, step_id, demand, photo);
            }
        }
        field.give("CompleteStep", json!({ "step_id": step_id }));
    }
}

fn meet(field: &Field, view: &Value, step_id: &str, demand: &Value, photo: &Path) {
    let ticket_id = &view["ticket"]["id"];
    let key = &demand["key"];
    match demand["kind"].as_str().unwrap() {
        "reading" => {
            let value = demand["minimum"].as_str().or(demand["maximum"].as_str()).unwrap_or("1");
            field.give("RecordEntry", json!({ "step_id": step_id, "demand": key, "value": value }));
        }
        "part" => {
            let part_id = view["device_model"]["part_ids"][0].as_str().unwrap();
            let van = field.ask("AskSession", json!({}))["van"]["id"].clone();
            field.give(
                "UsePart",
                json!({ "ticket_id": ticket_id, "step_id": step_id, "part_id": part_id, "quantity": "1", "from_id": van }),
            );
        }
        kind @ ("photo" | "signature") => {
            let mut payload = field.keep(kind, photo);
            let fields =
                json!({ "ticket_id": ticket_id, "step_id": step_id, "demand": key, "purpose": kind, "name": "张三" });
            payload.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            field.give("AttachFile", payload);
        }
        _ => {
            field.give("RecordEntry", json!({ "step_id": step_id, "demand": key, "value": "yes" }));
        }
    }
}

/// Ends a program and all that it started, as a power cut does; it leads a group of its own.
pub fn kill_group(process: &mut Child) {
    // The shell's own kill: the one of some systems takes the number of a group for "everybody".
    Command::new("sh").args(["-c", &format!("kill -9 -{}", process.id())]).stderr(Stdio::null()).status().unwrap();
    process.wait().unwrap();
}

pub fn run(arguments: &[&str]) -> Output {
    run_under(arguments, &[])
}

pub fn run_under(arguments: &[&str], variables: &[(String, String)]) -> Output {
    Command::new(PROGRAM).args(arguments).envs(variables.iter().cloned()).output().unwrap()
}

pub fn answer(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.trim()).unwrap_or_else(|error| panic!("{error}: {text} {}", words(output)))
}

pub fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
