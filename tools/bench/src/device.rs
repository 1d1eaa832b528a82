//! One command, one code, and the screens of an engineer, on a device that is full.

use crate::prepare::{self, Prepared};
use crate::series::Series;
use anyhow::{Result, bail};
use outpost_app::questions::{AskCode, AskStock, AskTicket, AskToday, Question};
use outpost_app::{Caller, Field, Host, KeyPlace};
use outpost_domain::stock::UsePart;
use outpost_domain::ticket::AddNote;
use outpost_domain::{Command, Quantity};
use outpost_store::rusqlite::{Connection, params};
use outpost_sync::Given;
use std::path::Path;

/// What the figures may be: a command one bare commit and 3 ms, a code 2 ms, a screen 10 ms.
const COMMAND_MORE_MILLIS: f64 = 3.0;
const CODE_MILLIS: f64 = 2.0;
const SCREEN_MILLIS: f64 = 10.0;

/// Prints the figures.
///
/// # Errors
/// When something could not be measured at all; a figure that is missed is printed, and fails the run at its end.
pub fn run(records: usize, times: usize) -> Result<()> {
    let home = tempfile::tempdir()?;
    let folder = home.path().join("replica");
    let prepared = prepare::replica(&folder, records)?;
    let counted: i64 = count(&prepared)?;
    println!("a device with {counted} records, synchronous=FULL, {times} times each; milliseconds");
    println!("{:34} {:>8} {:>8}", "", "median", "p95");
    // The screens first: what the commands leave behind is no part of them.
    let missed = questions(&folder, &prepared, times)? + given(home.path(), &prepared, times)?;
    if missed > 0 { bail!("{missed} figures were missed") } else { Ok(()) }
}

fn questions(folder: &Path, prepared: &Prepared, times: usize) -> Result<u32> {
    let row = rows(prepared, times)?;
    println!("{:34} {}  baseline", "one row by its key", row.columns());
    let field = Field::open(folder, KeyPlace::File)?;
    let ask = |question: &dyn Fn(usize) -> Question| {
        Series::of(times, |n| field.query(&Caller::default(), &question(n)).map(drop))
    };
    let codes = &prepared.codes;
    let scanned = |n: usize| AskCode { code: codes[n * 37 % codes.len()].clone(), ..AskCode::default() };
    let code = ask(&|n| Question::AskCode(scanned(n)))?;
    let mut missed = show("a scanned code to its device", &code, CODE_MILLIS, &row);
    let today = ask(&|_| Question::AskToday(AskToday { position: None }))?;
    missed += show("Today", &today, SCREEN_MILLIS, &row);
    let ticket = ask(&|_| Question::AskTicket(AskTicket { id: prepared.ticket_id }))?;
    missed += show("a ticket", &ticket, SCREEN_MILLIS, &row);
    let stock = ask(&|n| Question::AskStock(AskStock { offset: (n as u32 % 10) * 100, ..AskStock::default() }))?;
    Ok(missed + show("the stock list", &stock, SCREEN_MILLIS, &row))
}

fn given(home: &Path, prepared: &Prepared, times: usize) -> Result<u32> {
    let bare = bare_commits(home, times)?;
    println!("{:34} {}  baseline", "one bare SQLite commit", bare.columns());
    let limit = bare.percentile(95) + COMMAND_MORE_MILLIS;
    let note =
        commands(prepared, times, |n| AddNote { ticket_id: prepared.ticket_id, text: format!("note {n}") }.into())?;
    let missed = show("a note", &note, limit, &bare);
    let part = commands(prepared, times, |_| {
        UsePart {
            ticket_id: prepared.ticket_id,
            step_id: None,
            part_id: prepared.part_id,
            quantity: Quantity::ONE,
            from_id: prepared.van_id,
        }
        .into()
    })?;
    Ok(missed + show("a part used", &part, limit, &bare))
}

fn count(prepared: &Prepared) -> Result<i64> {
    let mut sum = 0;
    for kind in outpost_domain::Kind::ALL {
        sum += prepared.replica.store().number(&format!("SELECT count(*) FROM \"{}\"", kind.table()), &[])?;
    }
    Ok(sum)
}

/// One line of the table; 1 if the figure was missed.
fn show(what: &str, series: &Series, limit: f64, baseline: &Series) -> u32 {
    let p95 = series.percentile(95);
    let word = if p95 <= limit { "ok" } else { "MISSED" };
    let times = series.percentile(50) / baseline.percentile(50).max(0.0001);
    println!("{what:34} {}  {times:6.1} x baseline, limit {limit:.2}: {word}", series.columns());
    u32::from(p95 > limit)
}

/// What the disk takes for the smallest thing that is saved for certain.
fn bare_commits(folder: &Path, times: usize) -> Result<Series> {
    let conn = Connection::open(folder.join("bare.db"))?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)",
    )?;
    let mut insert = conn.prepare("INSERT INTO t (x) VALUES ($1)")?;
    Ok(Series::of(times, |n| insert.execute(params![format!("row {n}")]).map(drop))?)
}

fn commands(prepared: &Prepared, times: usize, command: impl Fn(usize) -> Command) -> Result<Series> {
    Series::of(times, |n| match prepared.replica.give(uuid::Uuid::now_v7(), outpost_app::now(), command(n))? {
        Given::Saved { .. } => Ok(()),
        Given::Refused(refusal) => bail!("{refusal}"),
    })
}

/// What SQLite takes to find one row.
fn rows(prepared: &Prepared, times: usize) -> Result<Series> {
    let store = prepared.replica.store();
    let id = prepared.ticket_id.to_string();
    Ok(Series::of(times, |_| store.number("SELECT opened_at FROM ticket WHERE id = $1", &[&id]).map(drop))?)
}
