//! Who may do what: every command as every role, about what is one's own, a colleague's, and another region's, at the console
//! and from a device. The table that comes out is committed (`table.txt`) and read by people; a command that is new is in
//! it without anybody thinking of it. Every question, action and file likewise, at the console (`questions.txt`, `actions.txt`).
//!
//! `OUTPOST_WRITE_MATRIX=1 cargo nextest run -p outpost-headquarters matrix` writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod actions;
mod asks;
mod company;
mod questions;
mod samples;
mod worlds;

use company::{Company, ROLES, WHOSE};
use outpost_domain::person::Replica;
use outpost_domain::{Act, Command, Id};
use outpost_headquarters::Headquarters;
use outpost_sync::protocol::{Pushed, Status};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// Later than the commits that the machine's clock dates.
const NOW: i64 = 4_000_000_000_000;

/// Every record with its hash, but for matters of attention.
fn records(hq: &Headquarters) -> BTreeMap<(String, String), i64> {
    let sql = "SELECT kind, id, hash FROM entity WHERE kind <> 'attention'";
    let rows = hq.reader().rows(sql, &[], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?))).unwrap();
    rows.into_iter().collect()
}

fn at_the_console(hq: &Headquarters, who: Id, id: Id, command: &Command) -> String {
    match hq.give(who, id, command.clone(), NOW).unwrap() {
        Ok(effects) if effects.discrepancies.is_empty() => "done".into(),
        Ok(effects) => format!("done, {:?}", effects.discrepancies[0].code),
        Err(refusal) => format!("no: {:?}", refusal.code),
    }
}

fn from_a_device(hq: &Headquarters, replica_id: Id, who: Id, id: Id, command: &Command) -> String {
    let replica = hq.reader().get::<Replica>(replica_id).unwrap().unwrap();
    let mut command = command.clone();
    if let Command::OpenTicket(open) = &mut command {
        open.number = format!("{}-0001", replica.prefix);
    }
    let version = command.version();
    let act = Act { id, actor_id: who, replica_id, occurred_at: NOW, requires: vec![], command };
    let act = serde_json::to_string(&act).unwrap();
    let pushed = Pushed { id, seq: 1, version, base_revision: i64::MAX, act };
    let outcome = hq.receive(&replica, &[pushed], NOW).unwrap().remove(0);
    let code = outcome.refusal.map(|refusal| format!("{:?}", refusal.code)).unwrap_or_default();
    match outcome.status {
        Status::Applied => "done".into(),
        Status::Adjusted => "done, but".into(),
        Status::Refused => format!("no: {code}"),
        Status::Held => format!("held: {code}"),
        Status::Quarantined => format!("apart: {code}"),
    }
}

#[test]
fn matrix_of_every_command_as_every_role_here_and_elsewhere() {
    let company = Company::new();
    let mut table = String::new();
    let mut taken = BTreeSet::new();
    for name in Command::NAMES {
        writeln!(table, "{name}").unwrap();
        for whose in WHOSE {
            for role in ROLES {
                let who = company.person(role);
                let command = samples::sample(name, &company, role, whose);
                assert_eq!(command.name(), *name);
                let mut said = Vec::new();
                for device in [false, true] {
                    let hq = company.again();
                    let before = records(&hq);
                    let id = company.fresh();
                    let word = if device {
                        from_a_device(&hq, company.replica(role), who, id, &command)
                    } else {
                        at_the_console(&hq, who, id, &command)
                    };
                    let changed: Vec<_> =
                        records(&hq).into_iter().filter(|(name, hash)| before.get(name) != Some(hash)).collect();
                    let done = word.starts_with("done");
                    assert!(done || changed.is_empty(), "{name} {whose} {role}: {word}, and yet {changed:?}");
                    // Parts and models are the whole company's.
                    let everywhere =
                        ["finance", "admin"].contains(role) || ["SavePart", "SaveDeviceModel"].contains(name);
                    assert!(
                        !done || *whose != "elsewhere" || everywhere,
                        "{name}: {role} of the North changed the South: {changed:?}"
                    );
                    if done {
                        taken.insert(*name);
                    }
                    assert_eq!(hq.check().unwrap().findings, Vec::<String>::new(), "{name} {whose} {role}");
                    said.push(word);
                }
                writeln!(table, "  {whose:<10} {role:<11} {:<26} {}", said[0], said[1]).unwrap();
            }
        }
    }
    let untried: Vec<_> = Command::NAMES.iter().filter(|name| !taken.contains(**name)).collect();
    // What only headquarters gives nobody gives, in any role.
    let of_headquarters: Vec<_> = Command::OF_HEADQUARTERS.iter().collect();
    assert_eq!(untried, of_headquarters, "nobody could give these: their samples are wrong");
    let head = "# Every command: whose, role, at the console, from a device (apart: quarantined).\n";
    is_as_committed("table.txt", &format!("{head}{table}"));
}

/// Adds a line with a cell for each role.
fn line(table: &mut String, what: &str, whose: &str, cells: &[String]) {
    let cells: String = cells.iter().map(|cell| format!(" {cell:<11}")).collect();
    writeln!(table, "{}", format!("  {what:<25} {whose:<10}{cells}").trim_end()).unwrap();
}

/// Compares a table with the one that is committed, or writes it anew.
fn is_as_committed(name: &str, table: &str) {
    let file = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/matrix").join(name);
    if std::env::var_os("OUTPOST_WRITE_MATRIX").is_some() {
        std::fs::write(&file, table).unwrap();
    }
    let known = std::fs::read_to_string(&file).unwrap_or_default();
    for (line, (now, before)) in table.lines().zip(known.lines()).enumerate() {
        assert_eq!(now, before, "line {} of {}", line + 1, file.display());
    }
    assert_eq!(table.lines().count(), known.lines().count(), "{}", file.display());
}
