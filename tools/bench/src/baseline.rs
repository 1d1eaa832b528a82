//! What the engines alone could do, for what sync is measured against.

use crate::sync::{BATCH, KEY};
use anyhow::Result;
use outpost_domain::Kind;
use outpost_headquarters::Headquarters;
use outpost_store::rusqlite::types::Value;
use outpost_store::rusqlite::{OpenFlags, params, params_from_iter};
use outpost_store::{Holding, Insert, Store, StoreError, connect, places};
use outpost_sync::Replica;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long SQLite takes to insert what the device holds into the same tables, with the same indexes and the same
/// words to search, in one transaction, from values that are ready.
pub(crate) fn raw_inserts(device: &Path) -> Result<Duration> {
    let from = connect(&device.join(Replica::DATABASE), Some(&KEY), OpenFlags::default())?;
    let to = Store::open(&device.join("raw.db"), Holding::OnePerson, Some(&KEY))?;
    let mut tables: Vec<(String, Vec<Vec<Value>>)> = Vec::new();
    let records = Kind::ALL.iter().map(|kind| kind.table().to_owned());
    for table in records.chain(["search_row".to_owned()]) {
        let mut statement = from.prepare(&format!("SELECT * FROM \"{table}\""))?;
        let width = statement.column_count();
        let rows = statement.query_map([], |row| (0..width).map(|n| row.get(n)).collect::<Result<Vec<Value>, _>>())?;
        tables.push((table, rows.collect::<Result<_, _>>()?));
    }
    let begun = Instant::now();
    let conn = to.sqlite()?;
    conn.execute_batch("BEGIN IMMEDIATE")?;
    for (table, rows) in &tables {
        let Some(first) = rows.first() else { continue };
        let mut insert = conn.prepare(&format!("INSERT INTO \"{table}\" VALUES ({})", places(1, first.len())))?;
        for row in rows {
            insert.execute(params_from_iter(row))?;
        }
        if table == "search_row" {
            let mut index = conn.prepare("INSERT INTO search_index (rowid, words) VALUES ($1, $2)")?;
            for row in rows {
                index.execute(params![row[0], row[3]])?;
            }
        }
    }
    conn.execute_batch("COMMIT")?;
    Ok(begun.elapsed())
}

/// How long the engine takes to keep so many commands if it does nothing but write: into `raw`, which holds all that `of`
/// held before, in as many commits the rows that are new since, and the sums and the number that every commit changes.
pub(crate) fn same_rows(
    of: &Headquarters,
    raw: &Headquarters,
    since: i64,
    last: i64,
    commands: usize,
) -> Result<Duration> {
    let commits = commands / BATCH;
    let from = of.reader();
    let (mut inserts, mut batches) = (Vec::new(), vec![Vec::new(); commits]);
    for (table, new) in [
        ("revision", "revision > $1"),
        ("command", "seq > $1"),
        ("entity", "revision > $1"),
        ("event", "id IN (SELECT id FROM entity WHERE kind = 'event' AND revision > $1)"),
    ] {
        let columns: Vec<String> = from.columns(table)?.iter().map(|column| format!("\"{column}\"")).collect();
        let sql = format!("SELECT {} FROM {table} WHERE {new}", columns.join(", "));
        let rows = from.rows(&sql, &[if table == "command" { &last } else { &since }], |row| row.cells())?;
        for (batch, rows) in batches.iter_mut().zip(rows.chunks(rows.len() / commits)) {
            batch.push(rows.concat());
        }
        inserts.push(Insert::new(table, &columns.iter().map(String::as_str).collect::<Vec<_>>(), ""));
    }
    let sql = "SELECT DISTINCT revision, bucket FROM entity WHERE revision > $1";
    let sums: Vec<(i64, i64)> = from.rows(sql, &[&since], |row| Ok((row.get(0)?, row.get(1)?)))?;
    drop(from);
    let raw = raw.writer();
    let begun = Instant::now();
    for (revision, batch) in (since + 1..).zip(batches) {
        raw.transaction(|| {
            raw.execute("UPDATE tenant SET revision = revision + 1", &[])?;
            for (insert, cells) in inserts.iter().zip(batch) {
                raw.insert(insert, cells)?;
            }
            for (_, bucket) in sums.iter().filter(|(of, _)| *of == revision) {
                let sql = "UPDATE bucket_digest SET count = count + 1 WHERE bucket = $1 AND kind = 'event'";
                raw.execute(sql, &[bucket])?;
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(begun.elapsed())
}
