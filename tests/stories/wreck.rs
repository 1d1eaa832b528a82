//! Headquarters, devices and PostgreSQL are killed by turns, at moments that nobody chose, while everybody works. Then what
//! docs/sync.md promises is looked for in the files that are left.

use crate::line::{Line, Proxy};
use crate::postgres::{enrolled, moved};
use crate::world::{Field, Headquarters, PROGRAM, UsedParts, chore, kill_group, path, use_parts};
use outpost_cluster::{Cluster, Disk};
use outpost_sync::Replica;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// How often something is killed.
const TURNS: usize = 15;
/// Longer than this nothing takes that still works.
const PATIENCE: Duration = Duration::from_secs(60);

/// The programs that work on a device; they end with it.
struct Life(Child);

impl Drop for Life {
    fn drop(&mut self) {
        kill_group(&mut self.0);
    }
}

/// A device whose person works without a pause, one program after the other.
struct Worker {
    field: Field,
    ticket: Value,
    van: Value,
    part: Value,
    life: Option<Life>,
    lives: usize,
    said: Sender<String>,
}

impl Worker {
    fn new(field: Field, said: Sender<String>) -> Worker {
        assert!(field.sync()["trouble"].is_null());
        let ticket = field.ask("AskToday", json!({ "position": null }))["mine"][0]["id"].clone();
        let UsedParts { van, part, .. } = use_parts(&field, 0);
        Worker { field, ticket, van, part, life: None, lives: 0, said }
    }

    /// Begins to work, after whatever worked before is killed, and says each command that is said to be saved.
    fn work(&mut self) {
        self.life = None;
        self.lives += 1;
        let program = format!("'{PROGRAM}' field --replica '{}'", path(&self.field.folder));
        let steps = self.field.ask("AskTicket", json!({ "id": self.ticket }))["steps"].clone();
        let mut script = String::new();
        for n in 0..40 {
            let note = json!({ "ticket_id": self.ticket, "text": format!("{}/{n}", self.lives) });
            let used = json!({ "ticket_id": self.ticket, "step_id": null, "part_id": self.part, "quantity": "1", "from_id": self.van });
            let step = json!({ "step_id": steps[n % steps.as_array().unwrap().len()]["step"]["id"] });
            let name = if n % 2 == 0 { "StartStep" } else { "CompleteStep" };
            for (name, payload) in [("AddNote", &note), ("UsePart", &used), (name, &step)] {
                let command = json!({ "name": name, "payload": payload });
                script.push_str(&format!("{program} command '{command}'\n"));
            }
            script.push_str(&format!("{program} sync > /dev/null\n"));
        }
        let mut command = Command::new("sh");
        command.args(["-c", &script]).process_group(0).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let said = self.said.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let given: Value = serde_json::from_str(&line).unwrap_or_default();
                if given["status"] == "saved" && said.send(given["id"].as_str().unwrap().to_owned()).is_err() {
                    return;
                }
            }
        });
        self.life = Some(Life(process));
    }
}

#[test]
fn whatever_is_killed_nothing_is_lost() {
    let seed = std::env::var("OUTPOST_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("OUTPOST_SEED={seed} kills the same things again, though not at the same moments");
    let mut rng = fastrand::Rng::with_seed(seed);
    let home = tempfile::tempdir().unwrap();
    let mut cluster = Cluster::start(Disk::Waited).unwrap();
    let data = moved(home.path(), &cluster);
    let database = cluster.address("postgres");
    let start = || Headquarters::start(data.clone(), &["--database", &database]);
    let mut hq = start();
    let line = Proxy::new(Line::To(hq.address));
    let (say, said) = channel();
    let mut workers: Vec<Worker> = ["li.wei", "zhang.lei", "liu.yang"]
        .into_iter()
        .map(|login| Worker::new(enrolled(home.path(), &data, &database, line.address, login), say.clone()))
        .collect();
    let before = books(&cluster);
    workers.iter_mut().for_each(Worker::work);

    let mut saved = BTreeSet::new();
    for _ in 0..TURNS {
        for _ in 0..rng.usize(1..12) {
            saved.insert(said.recv_timeout(PATIENCE).expect("nobody works any more"));
        }
        match rng.u8(..3) {
            0 => {
                hq.kill();
                hq = start();
                line.set(Line::To(hq.address));
            }
            1 => {
                cluster.kill().unwrap();
                cluster.begin().unwrap();
            }
            _ => {
                let worker = rng.usize(..workers.len());
                workers[worker].work();
            }
        }
    }
    drop(say);
    let fields: Vec<Field> = workers.into_iter().map(|worker| worker.field).collect();
    // What was said and not heard yet, until nobody is left who could say more.
    saved.extend(said.iter());
    settled(&fields);
    kept(&fields, &cluster, &saved, before);
    let checked = chore(&data, Some(&database), &["check"]);
    assert_eq!(checked["wrong"], 0, "{checked}");
    let audited = chore(&data, Some(&database), &["audit", "verify"]);
    assert!(audited["commit_fault"].is_null(), "{audited}");
    drop(hq);
}

/// Left in peace, every outbox drains within a few rounds, and what each device holds adds up to what it should.
fn settled(fields: &[Field]) {
    for field in fields {
        let rounds = (0..5).map(|_| field.sync());
        let last = rounds.into_iter().find(|sync| sync["trouble"].is_null() && sync["waiting"] == 0);
        assert!(last.is_some(), "{} does not drain: {}", path(&field.folder), field.sync());
        let replica = Replica::open(&field.folder, &field.key()).unwrap();
        assert_eq!(replica.inspect().unwrap(), Vec::<String>::new());
        assert!(!replica.wants_more().unwrap(), "the digests do not agree");
    }
}

/// Each command that was said to be saved, and each that a device has sent, is at headquarters once; each note was written
/// once; each part that was used is gone from its shelf once.
fn kept(fields: &[Field], cluster: &Cluster, saved: &BTreeSet<String>, before: f64) {
    let known = cluster.ask("SELECT id FROM outpost_main.command WHERE seq > 0").unwrap();
    let known: BTreeSet<&str> = known.lines().collect();
    assert!(saved.len() > TURNS, "{} commands are too few to say anything", saved.len());
    for id in saved {
        assert!(known.contains(id.as_str()), "{id} was said to be saved, and is not at headquarters");
    }
    for field in fields {
        let replica = field.database();
        let mut sent = replica.prepare("SELECT id FROM sent").unwrap();
        for id in sent.query_map([], |row| row.get::<_, String>(0)).unwrap() {
            let id = id.unwrap();
            assert!(known.contains(id.as_str()), "{id} was sent, and is not at headquarters");
        }
    }
    let number = |sql: &str| cluster.ask(sql).unwrap().trim().parse::<f64>().unwrap();
    // A note of ours is the life of its writer and a number; the demo company has others.
    let ours = |text: &str| format!("{text} ~ '^[0-9]+/[0-9]+$'");
    let given = format!(
        "SELECT count(*) FROM outpost_main.command WHERE seq > 0 AND status = 'applied' AND act LIKE '%\"AddNote\"%' AND {}",
        ours("act::json->'payload'->>'text'")
    );
    let written = format!(
        "SELECT count(*) FROM outpost_main.event WHERE name = 'NoteAdded' AND {}",
        ours("details::json->>'text'")
    );
    assert_eq!(number(&written), number(&given), "a note was written twice, or not at all");
    let after = books(cluster);
    assert!((before - after).abs() < 1e-9, "a part was used twice, or not at all: {before} became {after}");
}

/// Everything on all shelves, and the parts that were taken from one, one with each command: always the same.
fn books(cluster: &Cluster) -> f64 {
    let number = |sql: &str| cluster.ask(sql).unwrap().trim().parse::<f64>().unwrap();
    number("SELECT sum(quantity) / 1000000.0 FROM outpost_main.stock_level")
        + number(
            "SELECT count(*) FROM outpost_main.command WHERE seq > 0 AND act LIKE '%\"UsePart\"%'
             AND status IN ('applied', 'adjusted')",
        )
}
