//! SQLite behind the port.

use crate::engine::{Access, Dialect, Engine, Insert, Reader, Row};
use crate::search::Term;
use crate::{Key, StoreError};
use outpost_domain::Kind;
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, OptionalExtension, ToSql, params};
use std::cell::Cell;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the journal grows before its pages are moved to the database: 16 MB. Pages that many commits write, such as those of
/// indexes, are moved less often than with SQLite's own 1,000.
const JOURNAL_PAGES: u32 = 4000;

/// One connection to a SQLite database.
pub(crate) struct Sqlite {
    conn: Connection,
    /// Whether a transaction has begun that nobody has ended.
    inside: Cell<bool>,
    /// When whoever asks no longer waits.
    until: Until,
}

type Until = Arc<Mutex<Option<Instant>>>;

/// After how many steps of its own SQLite looks whether somebody still waits: a millisecond, or less.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

fn is_over(until: &Until) -> bool {
    until.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| Instant::now() >= until)
}

impl Sqlite {
    /// A file, made if it is not there.
    pub(crate) fn open(path: &Path, key: Option<&Key>) -> Result<Sqlite, StoreError> {
        Sqlite::over(connect(path, key, OpenFlags::default())?, key)
    }

    /// A file that is there, only for reading.
    pub(crate) fn open_reader(path: &Path, key: Option<&Key>) -> Result<Sqlite, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = connect(path, key, flags)?;
        prepare(&conn, key)?;
        Sqlite::of(conn)
    }

    fn of(mut conn: Connection) -> Result<Sqlite, StoreError> {
        let until = Until::default();
        let looked_at = Arc::clone(&until);
        conn.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || is_over(&looked_at)))?;
        Ok(Sqlite { conn, inside: Cell::default(), until })
    }

    /// In memory; from the bytes of a file, or empty.
    pub(crate) fn in_memory(bytes: Option<&[u8]>) -> Result<Sqlite, StoreError> {
        let mut conn = Connection::open_in_memory()?;
        if let Some(bytes) = bytes {
            conn.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), false)?;
        }
        Sqlite::over(conn, None)
    }

    fn over(conn: Connection, key: Option<&Key>) -> Result<Sqlite, StoreError> {
        prepare(&conn, key)?;
        conn.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {JOURNAL_PAGES};"
        ))?;
        Sqlite::of(conn)
    }

    /// What went wrong, if that is not that nobody waits any more.
    fn named(&self, error: rusqlite::Error) -> StoreError {
        let interrupted = error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted);
        if interrupted && is_over(&self.until) { StoreError::TakesTooLong } else { error.into() }
    }

    /// The connection, unless SQLite ended the transaction by itself, as it does when the disk is full, when it is
    /// interrupted, and when a page cannot be read or written: from then on each statement would be kept alone.
    fn conn(&self) -> Result<&Connection, StoreError> {
        if self.inside.get() && self.conn.is_autocommit() {
            return Err(StoreError::Engine(
                "the database has ended this transaction; nothing of it was kept".to_owned(),
            ));
        }
        Ok(&self.conn)
    }
}

/// A connection to a SQLite database as it is, encrypted with `key` if there is one: for tests, and for whoever has to get at
/// one that [`Store`](crate::Store) refuses. A key that is not the right one shows with the first statement.
///
/// # Errors
/// When SQLite cannot open it.
pub fn connect(path: &Path, key: Option<&Key>, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, flags)?;
    if let Some(key) = key {
        conn.execute_batch(&key.pragma())?;
    }
    Ok(conn)
}

/// Remembers words of a record of which none were remembered.
pub(crate) fn index_new(conn: &Connection, kind: Kind, id: &str, words: &str) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO search_row (kind, id, words) VALUES ($1, $2, $3)")?.execute(params![
        kind.table(),
        id,
        words
    ])?;
    let row_number = conn.last_insert_rowid();
    conn.prepare_cached("INSERT INTO search_index (rowid, words) VALUES ($1, $2)")?
        .execute(params![row_number, words])?;
    Ok(())
}

fn prepare(conn: &Connection, key: Option<&Key>) -> Result<(), StoreError> {
    conn.set_prepared_statement_cache_capacity(400);
    // Or a statement whose plan could depend on a parameter is prepared again each time that one is bound.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.busy_timeout(std::time::Duration::from_secs(10))?;
    conn.execute_batch("PRAGMA temp_store = MEMORY")?;
    if key.is_some() {
        // A page that is read again is decrypted again. Of another file the system keeps the pages, and each commit walks
        // through all that are kept here, or drops them where another connection made it.
        conn.execute_batch("PRAGMA cache_size = -16000")?;
    }
    Ok(())
}

impl Engine for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&self, sql: &str, params: &[&dyn ToSql]) -> Result<(), StoreError> {
        self.conn()?.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }

    fn insert(&self, into: &Insert, cells: Vec<Value>) -> Result<(), StoreError> {
        let mut statement = self.conn()?.prepare_cached(into.one())?;
        for row in cells.chunks(into.width()) {
            for (place, cell) in row.iter().enumerate() {
                statement.raw_bind_parameter(place + 1, cell)?;
            }
            statement.raw_execute()?;
        }
        Ok(())
    }

    fn each(&self, sql: &str, params: &[&dyn ToSql], reader: Reader<'_>) -> Result<(), StoreError> {
        let mut statement = self.conn()?.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next().map_err(|error| self.named(error))? {
            if reader(&Row::Sqlite(row))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn batch(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.conn()?.execute_batch(sql)?)
    }

    fn begin(&self, access: Access) -> Result<(), StoreError> {
        self.batch(if access == Access::Read { "BEGIN" } else { "BEGIN IMMEDIATE" })?;
        self.inside.set(true);
        Ok(())
    }

    fn end(&self, keep: bool) -> Result<(), StoreError> {
        if keep {
            return self.batch("COMMIT").inspect(|()| self.inside.set(false));
        }
        self.inside.set(false);
        if self.conn.is_autocommit() { Ok(()) } else { self.batch("ROLLBACK") }
    }

    fn columns(&self, table: &str) -> Result<Vec<(String, String)>, StoreError> {
        let mut statement = self.conn.prepare("SELECT name, type FROM pragma_table_info($1) ORDER BY cid")?;
        let columns = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(columns.collect::<rusqlite::Result<_>>()?)
    }

    fn tables(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
             AND name NOT LIKE 'search!_index%' ESCAPE '!' ORDER BY name",
        )?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    fn index(&self, kind: Kind, id: &str, words: &str) -> Result<(), StoreError> {
        let known: Option<(i64, String)> = self
            .conn()?
            .prepare_cached("SELECT row_number, words FROM search_row WHERE kind = $1 AND id = $2")?
            .query_row(params![kind.table(), id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match known {
            Some((_, known)) if known == words => Ok(()),
            None if words.is_empty() => Ok(()),
            Some((row_number, _)) if words.is_empty() => {
                self.execute("DELETE FROM search_index WHERE rowid = $1", params![row_number])?;
                self.execute("DELETE FROM search_row WHERE row_number = $1", params![row_number])
            }
            Some((row_number, _)) => {
                self.execute("UPDATE search_row SET words = $1 WHERE row_number = $2", params![words, row_number])?;
                self.execute(
                    "INSERT OR REPLACE INTO search_index (rowid, words) VALUES ($1, $2)",
                    params![row_number, words],
                )
            }
            None => index_new(self.conn()?, kind, id, words),
        }
    }

    fn found_order(&self) -> &'static str {
        // Full text gives its rows in this order, one by one: not all that is found is sorted.
        "i.rowid"
    }

    fn found(&self, place: usize) -> String {
        format!("FROM search_index i JOIN search_row r ON r.row_number = i.rowid WHERE search_index MATCH ${place}")
    }

    fn expression(&self, terms: &[Term]) -> String {
        let terms: Vec<String> = terms
            .iter()
            .map(|term| match term {
                Term::Together(words) => format!("\"{}\"", words.join(" ")),
                Term::Beginning(word) => format!("\"{word}\"*"),
            })
            .collect();
        terms.join(" AND ")
    }

    fn wait_for_disk(&self, wait: bool) -> Result<(), StoreError> {
        self.batch(if wait { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = OFF" })
    }

    fn check(&self) -> Result<(), StoreError> {
        let word: String = self.conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if word == "ok" { Ok(()) } else { Err(StoreError::Damaged(word)) }
    }

    fn patience(&self, most: Option<Duration>) -> Result<(), StoreError> {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = most.map(|most| Instant::now() + most);
        Ok(())
    }

    fn break_off_after(&mut self, steps: Option<u32>) -> Result<(), StoreError> {
        let mut left = steps.unwrap_or_default();
        let handler = steps.map(|_| {
            move || {
                left = left.saturating_sub(1);
                left == 0
            }
        });
        Ok(self.conn.progress_handler(100, handler)?)
    }

    fn to_bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        Ok(self.conn.serialize(MAIN_DB)?.to_vec())
    }

    fn sqlite(&self) -> Result<&Connection, StoreError> {
        self.conn()
    }
}
