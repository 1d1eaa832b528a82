//! Outpost beside PouchDB: the same records, over HTTP on this machine, in one run.

use crate::series::Series;
use anyhow::{Context, Result, bail};
use axum::serve::ListenerExt;
use outpost_app::{Action, Caller, Field, Host, KeyPlace, key_of, now};
use outpost_demo::large;
use outpost_domain::ticket::AddNote;
use outpost_domain::{Id, Kind};
use outpost_headquarters::{Console, Headquarters, http};
use outpost_store::{Holding, Store};
use outpost_sync::Replica;
use serde::Deserialize;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

const WRITES: usize = 1000;
const QUIET_TIMES: usize = 50;
/// How many times faster Outpost is to be.
const LIMIT: f64 = 10.0;

/// What one of both took.
struct Taken {
    rows: usize,
    first_seconds: f64,
    quiet_seconds: f64,
    upload_seconds: f64,
}

/// What `pouchdb/bench.mjs` prints.
#[derive(Deserialize)]
struct Theirs {
    version: String,
    rows: usize,
    first_seconds: f64,
    quiet_seconds: f64,
    upload_seconds: f64,
    down_seconds: f64,
    first_up_seconds: f64,
    up_seconds: f64,
}

/// Prints the figures. `pouchdb` is the folder of the program that measures PouchDB, with its packages.
///
/// # Errors
/// When something could not be measured; a figure that is missed is printed, and fails the run at its end.
pub fn run(records: usize, pouchdb: &Path) -> Result<()> {
    let home = tempfile::tempdir()?;
    let ours = tokio::runtime::Runtime::new()?.block_on(outpost(home.path(), records))?;
    let file = home.path().join("records.jsonl");
    write_records(&reader(&home.path().join("replica"))?, &file)?;
    let theirs = their_figures(pouchdb, &file)?;
    println!("a round of both directions over HTTP on this machine, {} records on the device", ours.rows);
    println!(
        "PouchDB {} with LevelDB on both sides, which does not wait for the disk, holds {}",
        theirs.version, theirs.rows
    );
    println!("{:34} {:>12} {:>12}", "", "Outpost", "PouchDB");
    let speed = |rows: usize, seconds: f64| rows as f64 / seconds;
    let (own, other) = (speed(ours.rows, ours.first_seconds), speed(theirs.rows, theirs.down_seconds));
    let mut missed = judge("first sync, rows/s", own, other, own / other);
    let times = |what: &str, ours: f64, theirs: f64| judge(what, ours * 1000.0, theirs * 1000.0, theirs / ours);
    missed += times("a round with nothing new, ms", ours.quiet_seconds, theirs.quiet_seconds);
    let first = format!("the first {WRITES} writes, ms");
    missed += times(&first, ours.upload_seconds, theirs.first_up_seconds);
    // PouchDB may go both ways in its first sync, which then takes longer and its first writes do not: whichever is quicker.
    let both = theirs.first_seconds + theirs.upload_seconds;
    let all = both.min(theirs.down_seconds + theirs.first_up_seconds);
    missed += times("first sync and first writes, ms", ours.first_seconds + ours.upload_seconds, all);
    // By then PouchDB knows which writes are new. No limit was set for this, but the row above is not the whole truth.
    let (own, other) = (ours.upload_seconds * 1000.0, theirs.upload_seconds * 1000.0);
    let later = format!("{WRITES} later writes, ms");
    println!("{later:34} {own:12.1} {other:12.1}   {:.1} times", other / own);
    println!("PouchDB's first sync in both directions: {:.0} rows/s", speed(theirs.rows, theirs.first_seconds));
    println!("  {WRITES} later writes up, and nothing down: {:.0} ms", theirs.up_seconds * 1000.0);
    if missed > 0 { bail!("{missed} figures were missed") } else { Ok(()) }
}

fn judge(what: &str, ours: f64, theirs: f64, ratio: f64) -> u32 {
    let kept = ratio >= LIMIT;
    let word = if kept { "ok" } else { "MISSED" };
    println!("{what:34} {ours:12.1} {theirs:12.1}   {ratio:.1} times, limit {LIMIT}: {word}");
    u32::from(!kept)
}

/// A headquarters behind its own routes, and a device that is enrolled there as people do it.
async fn outpost(home: &Path, records: usize) -> Result<Taken> {
    let made = large(7, now(), records);
    let headquarters = Arc::new(Headquarters::open(&home.join("hq"), "Large")?);
    headquarters.store_records(&made.records)?;
    let (secret, _) = headquarters.invite(&outpost_headquarters::Actor::machine(), made.engineer_id)?;
    let address = served(headquarters).await?;

    let folder = home.join("replica");
    let field = Field::open(&folder, KeyPlace::File)?;
    let link = format!("http://{address}/enrol#{secret}");
    let begun = Instant::now();
    let enrol = Action::Enrol { link, device_name: "bench".to_owned(), plain: false };
    Arc::clone(&field).action(Caller::default(), enrol).await?;
    let first_seconds = begun.elapsed().as_secs_f64();
    let rows = rows(&reader(&folder)?)?;

    let mut quiet = Vec::with_capacity(QUIET_TIMES);
    for _ in 0..QUIET_TIMES {
        let begun = Instant::now();
        field.round().await?;
        quiet.push(begun.elapsed());
    }
    let quiet_seconds = Series::from(quiet).percentile(50) / 1000.0;

    let tickets = tickets(&reader(&folder)?)?;
    for (n, ticket_id) in tickets.iter().cycle().take(WRITES).enumerate() {
        field.command(&Caller::default(), AddNote { ticket_id: *ticket_id, text: format!("note {n}") }.into())?;
    }
    let begun = Instant::now();
    field.round().await?;
    let upload_seconds = begun.elapsed().as_secs_f64();
    if field.sync_view()?.waiting > 0 {
        bail!("something still waits after the round");
    }
    Ok(Taken { rows, first_seconds, quiet_seconds, upload_seconds })
}

/// Puts a headquarters on the network of this machine, as `outpost hq` does; its address.
pub(crate) async fn served(headquarters: Arc<Headquarters>) -> Result<SocketAddr> {
    let console = Arc::new(Console::new(Arc::clone(&headquarters), String::new()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let listener = listener.tap_io(|line| drop(line.set_nodelay(true)));
    let routes = http::router(headquarters, console);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(address)
}

/// The database of the replica in a folder.
fn reader(folder: &Path) -> Result<Store> {
    let key = key_of(folder, KeyPlace::File)?;
    Ok(Store::open_reader(&folder.join(Replica::DATABASE), Holding::OnePerson, Some(&key))?)
}

fn rows(store: &Store) -> Result<usize> {
    Ok(usize::try_from(store.number("SELECT sum(count) FROM base_digest", &[])?)?)
}

fn tickets(store: &Store) -> Result<Vec<Id>> {
    let tickets = store.select_any(Kind::Ticket, "ORDER BY id LIMIT 1000", &[])?;
    Ok(tickets.iter().map(outpost_domain::AnyRecord::id).collect())
}

/// The same records that the device received, as documents, one a line.
fn write_records(store: &Store, file: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    for kind in Kind::ALL {
        for record in store.select_any(*kind, "ORDER BY id", &[])? {
            let mut fields = record.to_fields()?;
            let object = fields.as_object_mut().context("a record is no object")?;
            object.insert("_id".to_owned(), format!("{}:{}", kind.table(), record.id()).into());
            object.insert("kind".to_owned(), kind.table().into());
            writeln!(out, "{fields}")?;
        }
    }
    out.flush()?;
    Ok(())
}

fn their_figures(pouchdb: &Path, records: &Path) -> Result<Theirs> {
    let output = Command::new("node")
        .arg(pouchdb.join("bench.mjs"))
        .arg(records)
        .arg(WRITES.to_string())
        .stderr(Stdio::inherit())
        .output()
        .context("node cannot be started; ./dev bench sets up what is needed")?;
    if !output.status.success() {
        bail!("PouchDB could not be measured");
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
