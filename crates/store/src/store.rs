//! The store itself.

use crate::search::{expression, words};
use crate::shape::Shape;
use crate::{Migrations, StoreError};
use outpost_domain::{AnyRecord, Id, Kind, Read, Record, View};
use rusqlite::{Connection, MAIN_DB, OpenFlags, OptionalExtension, ToSql, params};
use std::path::Path;

/// How much of the data a store holds, and so what a missing record means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// All of it: what is missing does not exist.
    Everything,
    /// What one person may see: only the kinds that everybody holds whole are certain.
    OnePerson,
}

impl Holding {
    fn is_certain(self, kind: Kind) -> bool {
        let everybody = matches!(kind, Kind::Region | Kind::Role | Kind::Workflow | Kind::Part | Kind::DeviceModel);
        self == Holding::Everything || everybody
    }
}

/// Records in one SQLite database.
pub struct Store {
    conn: Connection,
    shapes: Vec<Shape>,
    holding: Holding,
}

impl Store {
    /// Opens a database, or makes it, and brings it to the shape that this program knows.
    ///
    /// # Errors
    /// When it cannot be opened, is damaged, or was written by a newer program.
    pub fn open(path: &Path, holding: Holding) -> Result<Store, StoreError> {
        Store::over(Connection::open(path)?, holding)
    }

    /// A database in memory, for tests and simulation.
    ///
    /// # Errors
    /// When SQLite cannot make it.
    pub fn in_memory(holding: Holding) -> Result<Store, StoreError> {
        Store::over(Connection::open_in_memory()?, holding)
    }

    /// A database in memory from the bytes of another; see [`Store::to_bytes`].
    ///
    /// # Errors
    /// When they are not a database.
    pub fn of_bytes(bytes: &[u8], holding: Holding) -> Result<Store, StoreError> {
        let mut conn = Connection::open_in_memory()?;
        conn.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), false)?;
        Store::over(conn, holding)
    }

    /// The whole database as bytes, as a file would hold it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn to_bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        Ok(self.conn.serialize(MAIN_DB)?.to_vec())
    }

    /// Breaks off whatever is done once the engine has taken about `hundreds` of hundreds of its own steps, as a crash or a
    /// battery that is pulled out would; nothing breaks off any more for `None`. For simulation.
    ///
    /// # Errors
    /// When the engine does not take it.
    pub fn break_off_after(&mut self, hundreds: Option<u32>) -> Result<(), StoreError> {
        let mut left = hundreds.unwrap_or_default();
        let handler = hundreds.map(|_| {
            move || {
                left = left.saturating_sub(1);
                left == 0
            }
        });
        Ok(self.conn.progress_handler(100, handler)?)
    }

    /// Another connection to a database that exists, which only reads.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open_reader(path: &Path, holding: Holding) -> Result<Store, StoreError> {
        let conn =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        prepare(&conn)?;
        Ok(Store { shapes: shapes(&conn)?, conn, holding })
    }

    fn over(conn: Connection, holding: Holding) -> Result<Store, StoreError> {
        prepare(&conn)?;
        conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        Migrations::RECORDS.apply(&conn, "records")?;
        match holding {
            Holding::OnePerson => Migrations::REPLICA.apply(&conn, "replica")?,
            Holding::Everything => Migrations::HEADQUARTERS.apply(&conn, "headquarters")?,
        }
        Ok(Store { shapes: shapes(&conn)?, conn, holding })
    }

    /// The connection, for what is not a record.
    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Whether the database is sound, as far as SQLite can tell. Reads all of it.
    ///
    /// # Errors
    /// When it cannot even be read.
    pub fn check(&self) -> Result<(), StoreError> {
        let word: String = self.conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if word == "ok" { Ok(()) } else { Err(StoreError::Damaged(word)) }
    }

    /// Does `work` whole or not at all.
    ///
    /// # Errors
    /// Those of `work`, and those of the commit; then nothing was changed.
    pub fn transaction<T, E: From<StoreError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.conn.execute_batch("BEGIN IMMEDIATE").map_err(StoreError::from)?;
        let done = work().and_then(|value| {
            self.conn.execute_batch("COMMIT").map_err(StoreError::from)?;
            Ok(value)
        });
        if done.is_err() && !self.conn.is_autocommit() {
            self.conn.execute_batch("ROLLBACK").map_err(StoreError::from)?;
        }
        done
    }

    /// Reads in `work` as of one moment, whatever others write meanwhile.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn snapshot<T>(&self, work: impl FnOnce() -> T) -> Result<T, StoreError> {
        self.conn.execute_batch("BEGIN")?;
        let done = work();
        self.conn.execute_batch("COMMIT")?;
        Ok(done)
    }

    /// The record of any kind with this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn get_any(&self, kind: Kind, id: Id) -> Result<Option<AnyRecord>, StoreError> {
        let shape = self.shape(kind);
        let mut statement = self.conn.prepare_cached(&format!("{} WHERE id = $1", shape.select))?;
        let mut rows = statement.query(params![id.to_string()])?;
        rows.next()?.map(|row| shape.record(row)).transpose()
    }

    /// The record with this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn get<T: Record>(&self, id: Id) -> Result<Option<T>, StoreError> {
        Ok(self.get_any(T::KIND, id)?.and_then(T::from_any))
    }

    /// The records of a kind for which `tail` holds: whatever follows `FROM "table"`, such as
    /// `WHERE site_id = $1 ORDER BY number LIMIT 10`, joins included.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn select<T: Record>(&self, tail: &str, params: &[&dyn ToSql]) -> Result<Vec<T>, StoreError> {
        Ok(self.select_any(T::KIND, tail, params)?.into_iter().filter_map(T::from_any).collect())
    }

    /// The same for a kind that is known only at run time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn select_any(&self, kind: Kind, tail: &str, params: &[&dyn ToSql]) -> Result<Vec<AnyRecord>, StoreError> {
        let shape = self.shape(kind);
        let mut statement = self.conn.prepare_cached(&format!("{} {tail}", shape.select))?;
        let mut rows = statement.query(params)?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            records.push(shape.record(row)?);
        }
        Ok(records)
    }

    /// One number, such as a count.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn number(&self, sql: &str, params: &[&dyn ToSql]) -> Result<i64, StoreError> {
        Ok(self.conn.prepare_cached(sql)?.query_row(params, |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0))
    }

    /// Writes a record, whole, over the one with its id.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, record: &AnyRecord) -> Result<(), StoreError> {
        let shape = self.shape(record.kind());
        let cells = shape.cells(record)?;
        self.conn.prepare_cached(&shape.upsert)?.execute(rusqlite::params_from_iter(cells))?;
        self.index(record.kind(), record.id(), &record.words())
    }

    /// Removes a record, if it is there.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn delete(&self, kind: Kind, id: Id) -> Result<(), StoreError> {
        self.conn.prepare_cached(&self.shape(kind).delete)?.execute(params![id.to_string()])?;
        self.index(kind, id, "")
    }

    /// The ids that these words find, newest first, of these kinds, or of all for an empty slice. One Chinese character
    /// suffices; letters may be the beginning of a word.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(&self, text: &str, kinds: &[Kind], limit: u32) -> Result<Vec<(Kind, Id)>, StoreError> {
        let Some(expression) = expression(text) else { return Ok(Vec::new()) };
        let tables: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.table())).collect();
        let only = if tables.is_empty() { String::new() } else { format!("AND r.kind IN ({})", tables.join(", ")) };
        let sql = format!(
            "SELECT r.kind, r.id FROM search_index i JOIN search_row r ON r.row_number = i.rowid
             WHERE search_index MATCH $1 {only} ORDER BY i.rowid DESC LIMIT $2"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement
            .query_map(params![expression, limit], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut found = Vec::new();
        for row in rows {
            let (table, id) = row?;
            if let (Some(kind), Ok(id)) = (Kind::from_table(&table), Id::parse_str(&id)) {
                found.push((kind, id));
            }
        }
        Ok(found)
    }

    /// A condition on `column`, which holds ids of this kind, that is true for those which the words find. Its one
    /// parameter, to be put where `$place` stands, is the value that this function gives back; none if the text has no
    /// word in it, and then there is no condition.
    pub fn found_condition(kind: Kind, column: &str, place: usize, text: &str) -> Option<(String, String)> {
        let expression = expression(text)?;
        let table = kind.table();
        let condition = format!(
            "{column} IN (SELECT r.id FROM search_index i JOIN search_row r ON r.row_number = i.rowid
             WHERE search_index MATCH ${place} AND r.kind = '{table}')"
        );
        Some((condition, expression))
    }

    fn index(&self, kind: Kind, id: Id, text: &str) -> Result<(), StoreError> {
        let id = id.to_string();
        let cut = words(text);
        let known: Option<(i64, String)> = self
            .conn
            .prepare_cached("SELECT row_number, words FROM search_row WHERE kind = $1 AND id = $2")?
            .query_row(params![kind.table(), id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match known {
            Some((_, known)) if known == cut => Ok(()),
            None if cut.is_empty() => Ok(()),
            Some((row_number, _)) if cut.is_empty() => {
                self.conn.prepare_cached("DELETE FROM search_index WHERE rowid = $1")?.execute(params![row_number])?;
                self.conn
                    .prepare_cached("DELETE FROM search_row WHERE row_number = $1")?
                    .execute(params![row_number])?;
                Ok(())
            }
            known => {
                let row_number = known.map(|(row_number, _)| row_number);
                self.conn
                    .prepare_cached(
                        "INSERT INTO search_row (row_number, kind, id, words) VALUES ($1, $2, $3, $4)
                         ON CONFLICT (row_number) DO UPDATE SET words = excluded.words",
                    )?
                    .execute(params![row_number, kind.table(), id, cut])?;
                let row_number = row_number.unwrap_or_else(|| self.conn.last_insert_rowid());
                self.conn
                    .prepare_cached("INSERT OR REPLACE INTO search_index (rowid, words) VALUES ($1, $2)")?
                    .execute(params![row_number, cut])?;
                Ok(())
            }
        }
    }

    fn shape(&self, kind: Kind) -> &Shape {
        &self.shapes[kind as usize]
    }
}

impl View for Store {
    /// A record that cannot be read counts as unknown: headquarters, which can, will decide.
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord> {
        match self.get_any(kind, id) {
            Ok(Some(record)) => Read::Present(record),
            Ok(None) if self.holding.is_certain(kind) => Read::Absent,
            Ok(None) | Err(_) => Read::Unknown,
        }
    }
}

fn prepare(conn: &Connection) -> Result<(), StoreError> {
    conn.set_prepared_statement_cache_capacity(200);
    conn.busy_timeout(std::time::Duration::from_secs(10))?;
    conn.execute_batch("PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 268435456;")?;
    Ok(())
}

fn shapes(conn: &Connection) -> Result<Vec<Shape>, StoreError> {
    Kind::ALL.iter().map(|kind| Shape::read(conn, *kind)).collect()
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
