//! What the engines alone could do, for what sync is measured against.

use crate::sync::{BATCH, KEY};
use anyhow::Result;
use outpost_domain::Kind;
use outpost_headquarters::Headquarters;
use outpost_store::rusqlite::types::Value;
use outpost_store::rusqlite::{OpenFlags, params, params_from_iter};
use outpost_store::{Holding, Store, StoreError, ToSql, connect, places};
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
    let mut tables = Vec::new();
    for (table, new) in [
        ("revision", "revision > $1"),
        ("command", "seq > $1"),
        ("entity", "revision > $1"),
        ("event", "id IN (SELECT id FROM entity WHERE kind = 'event' AND revision > $1)"),
    ] {
        let columns: Vec<String> = from.columns(table)?.iter().map(|column| format!("\"{column}\"")).collect();
        let sql = format!("SELECT {} FROM {table} WHERE {new}", columns.join(", "));
        let rows = from.rows(&sql, &[if table == "command" { &last } else { &since }], |row| row.cells())?;
        let insert = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places(1, columns.len()));
        tables.push((insert, rows));
    }
    let sql = "SELECT DISTINCT bucket FROM entity WHERE revision > $1";
    let buckets: Vec<i64> = from.rows(sql, &[&since], |row| row.get(0))?;
    drop(from);
    let raw = raw.writer();
    let begun = Instant::now();
    for batch in 0..commits {
        raw.transaction(|| {
            raw.execute("UPDATE tenant SET revision = revision + 1", &[])?;
            for (insert, rows) in &tables {
                let part = |batch: usize| rows.len() * batch / commits;
                for row in &rows[part(batch)..part(batch + 1)] {
                    let params: Vec<&dyn ToSql> = row.iter().map(|value| value as &dyn ToSql).collect();
                    raw.execute(insert, &params)?;
                }
            }
            for bucket in &buckets {
                let sql = "UPDATE bucket_digest SET count = count + 1 WHERE bucket = $1 AND kind = 'event'";
                raw.execute(sql, &[bucket])?;
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(begun.elapsed())
}
