//! The store itself.

use crate::engine::{Access, Dialect, Engine, Insert, Row};
use crate::given::Ready;
use crate::memory::Memory;
use crate::migrate::{migrate, migrations};
use crate::search::terms;
use crate::shape::Shape;
use crate::sqlite::Sqlite;
use crate::{Key, StoreError};
use outpost_domain::{AnyRecord, Id, Kind, Record};
use rusqlite::types::Value;
use rusqlite::{Connection, ToSql, params};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How much of the data a store holds, and so what a missing record means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// All of it: what is missing does not exist.
    Everything,
    /// What one person may see: only the kinds that everybody holds whole are certain.
    OnePerson,
}

/// Records in one database.
pub struct Store {
    pub(crate) engine: Box<dyn Engine>,
    pub(crate) shapes: Arc<Vec<Shape>>,
    pub(crate) holding: Holding,
    /// What was read and written in a transaction that remembers; none outside of one.
    pub(crate) memory: RefCell<Option<Memory>>,
    /// Why something could not be read that a decision asked for. The transaction that decided does not go through.
    pub(crate) unread: RefCell<Option<StoreError>>,
    /// The kinds of records that were read since somebody asked for that.
    pub(crate) noted: RefCell<Option<BTreeSet<Kind>>>,
}

impl Store {
    /// Opens a SQLite database, or makes it, and brings it to the shape that this program knows. With a key it is encrypted.
    ///
    /// # Errors
    /// When it cannot be opened, is damaged, was encrypted with another key, or was written by a newer program.
    pub fn open(path: &Path, holding: Holding, key: Option<&Key>) -> Result<Store, StoreError> {
        Store::over(Box::new(Sqlite::open(path, key)?), holding)
    }

    /// A database in memory, for tests and simulation.
    ///
    /// # Errors
    /// When SQLite cannot make it.
    pub fn in_memory(holding: Holding) -> Result<Store, StoreError> {
        Store::over(Box::new(Sqlite::in_memory(None)?), holding)
    }

    /// A database in memory from the bytes of another; see [`Store::to_bytes`].
    ///
    /// # Errors
    /// When they are not a database.
    pub fn of_bytes(bytes: &[u8], holding: Holding) -> Result<Store, StoreError> {
        Store::over(Box::new(Sqlite::in_memory(Some(bytes))?), holding)
    }

    /// A database behind any engine, brought to the shape that this program knows.
    ///
    /// # Errors
    /// When it cannot be read or written, or was written by a newer program.
    pub fn over(engine: Box<dyn Engine>, holding: Holding) -> Result<Store, StoreError> {
        migrate(&*engine, holding)?;
        Store::as_it_is(engine, holding)
    }

    /// Another connection to a database that has its shape already.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn as_it_is(engine: Box<dyn Engine>, holding: Holding) -> Result<Store, StoreError> {
        let shapes = Kind::ALL.iter().map(|kind| Shape::read(&*engine, *kind)).collect::<Result<_, _>>()?;
        Ok(Store::with(engine, Arc::new(shapes), holding))
    }

    /// Another connection to the same database, which is not asked for its shape.
    pub fn beside(&self, engine: Box<dyn Engine>) -> Store {
        Store::with(engine, Arc::clone(&self.shapes), self.holding)
    }

    fn with(engine: Box<dyn Engine>, shapes: Arc<Vec<Shape>>, holding: Holding) -> Store {
        let (memory, unread, noted) = (RefCell::default(), RefCell::default(), RefCell::default());
        Store { engine, shapes, holding, memory, unread, noted }
    }

    /// How many migrations this program knows for such a database.
    pub fn migrations_known(&self) -> usize {
        migrations(self.holding, self.engine.dialect()).count()
    }

    /// Another connection to a SQLite database that exists, which only reads.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open_reader(path: &Path, holding: Holding, key: Option<&Key>) -> Result<Store, StoreError> {
        Store::as_it_is(Box::new(Sqlite::open_reader(path, key)?), holding)
    }

    /// The whole database as bytes, for simulation: as a file would hold it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn to_bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        self.engine.to_bytes()
    }

    /// How long the questions that follow may take, from now on; as long as they like for `None`.
    ///
    /// # Errors
    /// When the engine does not take it.
    pub fn patience(&self, most: Option<Duration>) -> Result<(), StoreError> {
        self.engine.patience(most)
    }

    /// Breaks off whatever is done once the engine has taken about so many of its own steps, as a crash or a battery that
    /// is pulled out would; nothing breaks off any more for `None`. For simulation.
    ///
    /// # Errors
    /// When the engine does not take it.
    pub fn break_off_after(&mut self, steps: Option<u32>) -> Result<(), StoreError> {
        self.engine.break_off_after(steps)
    }

    /// Which engine it is.
    pub fn dialect(&self) -> Dialect {
        self.engine.dialect()
    }

    /// The connection to SQLite, for what only a device's own database does.
    ///
    /// # Errors
    /// When the database is another.
    pub fn sqlite(&self) -> Result<&Connection, StoreError> {
        self.flush()?;
        self.engine.sqlite()
    }

    /// Whether the database is sound, as far as the engine can tell. May read all of it.
    ///
    /// # Errors
    /// When it cannot even be read.
    pub fn check(&self) -> Result<(), StoreError> {
        self.engine.check()
    }

    /// Whether a commit waits until it is safe on the disk. Only for what can be made again.
    ///
    /// # Errors
    /// When the engine does not take it.
    pub fn wait_for_disk(&self, wait: bool) -> Result<(), StoreError> {
        self.engine.wait_for_disk(wait)
    }

    /// Does `work` whole or not at all.
    ///
    /// # Errors
    /// Those of `work`, and those of the commit; then nothing was changed.
    pub fn transaction<T, E: From<StoreError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.engine.begin(Access::Write)?;
        let _open = Open(self);
        self.unread.take();
        let done = work();
        let done = match (self.unread.take(), done) {
            // What could not be read first is why the rest went wrong.
            (Some(error), _) => Err(error.into()),
            (None, Ok(value)) => self.flush().and_then(|()| self.engine.end(true)).map(|()| value).map_err(E::from),
            (None, failed) => failed,
        };
        if done.is_err() {
            self.engine.end(false)?;
        }
        done
    }

    /// Reads in `work` as of one moment, whatever others write meanwhile.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn snapshot<T>(&self, work: impl FnOnce() -> T) -> Result<T, StoreError> {
        self.engine.begin(Access::Read)?;
        let _open = Open(self);
        let done = work();
        if let Err(error) = self.engine.end(true) {
            self.engine.end(false)?;
            return Err(error);
        }
        Ok(done)
    }

    /// Does one statement. Inside a transaction, what goes wrong may be said later, at the latest by its end.
    ///
    /// # Errors
    /// When it cannot be done.
    pub fn execute(&self, sql: &str, params: &[&dyn ToSql]) -> Result<(), StoreError> {
        self.flush()?;
        self.engine.execute(sql, params)
    }

    /// Writes rows, one after the other, each with as many cells as the statement has columns, no two with the same key.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn insert(&self, into: &Insert, cells: Vec<Value>) -> Result<(), StoreError> {
        if cells.is_empty() {
            return Ok(());
        }
        self.flush()?;
        self.engine.insert(into, cells)
    }

    /// Gives each row of an answer to `read`, until that says to stop.
    ///
    /// # Errors
    /// When the database cannot be read, and what `read` says.
    pub fn each(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        mut read: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        self.flush()?;
        self.note_read(sql);
        self.engine.each(sql, params, &mut read)
    }

    /// All rows of an answer.
    ///
    /// # Errors
    /// When the database cannot be read, and what `read` says.
    pub fn rows<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, params, |row| {
            rows.push(read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    /// The first row of an answer, if it has one.
    ///
    /// # Errors
    /// When the database cannot be read, and what `read` says.
    pub fn one<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut first = None;
        self.each(sql, params, |row| {
            first = Some(read(row)?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(first)
    }

    /// The record of any kind with this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn get_any(&self, kind: Kind, id: Id) -> Result<Option<AnyRecord>, StoreError> {
        if let Some(known) = self.memory.borrow().as_ref().and_then(|memory| memory.known(kind, id)) {
            return Ok(known);
        }
        let shape = self.shape(kind);
        let record = self.one(&shape.get, params![id.to_string()], |row| shape.record(row))?;
        if let Some(memory) = self.memory.borrow_mut().as_mut() {
            memory.read(kind, id, record.clone());
        }
        Ok(record)
    }

    /// The record with this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn get<T: Record>(&self, id: Id) -> Result<Option<T>, StoreError> {
        Ok(self.get_any(T::KIND, id)?.and_then(T::from_any).map(Arc::unwrap_or_clone))
    }

    /// The records of a kind for which `tail` holds: whatever follows `FROM "table"`, such as
    /// `WHERE site_id = $1 ORDER BY number LIMIT 10`, joins included.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn select<T: Record>(&self, tail: &str, params: &[&dyn ToSql]) -> Result<Vec<T>, StoreError> {
        let records = self.select_any(T::KIND, tail, params)?;
        Ok(records.into_iter().filter_map(T::from_any).map(Arc::unwrap_or_clone).collect())
    }

    /// The same for a kind that is known only at run time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn select_any(&self, kind: Kind, tail: &str, params: &[&dyn ToSql]) -> Result<Vec<AnyRecord>, StoreError> {
        let shape = self.shape(kind);
        self.rows(&format!("{} {tail}", shape.select), params, |row| shape.record(row))
    }

    /// The same, but a row that cannot be read is left out, and the log says so: one of them must not keep a screen from showing the
    /// others.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn readable<T: Record>(&self, tail: &str, params: &[&dyn ToSql]) -> Result<Vec<T>, StoreError> {
        let shape = self.shape(T::KIND);
        let records = self.rows(&format!("{} {tail}", shape.select), params, |row| match shape.record(row) {
            Err(error @ StoreError::Row { .. }) => {
                tracing::error!(%error, "a row is left out");
                Ok(None)
            }
            record => record.map(Some),
        })?;
        Ok(records.into_iter().flatten().filter_map(T::from_any).map(Arc::unwrap_or_clone).collect())
    }

    /// One number, such as a count; 0 if there is none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn number(&self, sql: &str, params: &[&dyn ToSql]) -> Result<i64, StoreError> {
        Ok(self.one(sql, params, |row| row.get::<Option<i64>>(0))?.flatten().unwrap_or(0))
    }

    /// Writes a record, whole, over the one with its id.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, record: &AnyRecord) -> Result<(), StoreError> {
        self.keep(record, false)
    }

    /// Writes a record that is not there: in a transaction that remembers, the engine does not look for it, and it may be
    /// written again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, record: &AnyRecord) -> Result<(), StoreError> {
        self.keep(record, true)
    }

    fn keep(&self, record: &AnyRecord, is_new: bool) -> Result<(), StoreError> {
        if let Some(memory) = self.memory.borrow_mut().as_mut() {
            memory.wrote(record.clone(), is_new);
            return Ok(());
        }
        self.write(self.shape(record.kind()).ready(record)?)
    }

    pub(crate) fn write(&self, row: Ready) -> Result<(), StoreError> {
        self.engine.insert(&self.shape(row.kind).upsert, row.cells)?;
        match row.words {
            Some(words) => self.engine.index(row.kind, &row.id.to_string(), &words),
            None => Ok(()),
        }
    }

    /// Removes a record, if it is there.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn delete(&self, kind: Kind, id: Id) -> Result<(), StoreError> {
        self.flush()?;
        if let Some(memory) = self.memory.borrow_mut().as_mut() {
            memory.read(kind, id, None);
        }
        let id = id.to_string();
        self.execute(&self.shape(kind).delete, params![id])?;
        if kind.is_searched() { self.engine.index(kind, &id, "") } else { Ok(()) }
    }

    /// The type that a field of a kind has in the migrations, if there is such a field.
    pub fn column_type(&self, kind: Kind, field: &str) -> Option<&str> {
        self.shape(kind).declared(field)
    }

    /// The names of all tables that hold something of their own, `migration` and `search_row` among them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn tables(&self) -> Result<Vec<String>, StoreError> {
        self.engine.tables()
    }

    /// The names of a table's columns, in their order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn columns(&self, table: &str) -> Result<Vec<String>, StoreError> {
        Ok(self.engine.columns(table)?.into_iter().map(|(name, _)| name).collect())
    }

    /// Remembers that words, cut as [`words`] cuts them, find a record. [`Store::put`] does it by itself.
    ///
    /// # Errors
    /// When there is no such kind, or it cannot be written.
    pub fn index(&self, kind: &str, id: &str, words: &str) -> Result<(), StoreError> {
        let kind = Kind::from_table(kind).ok_or_else(|| StoreError::Engine(format!("there is no kind {kind:?}")))?;
        self.engine.index(kind, id, words)
    }

    /// The ids that these words find, newest first, of these kinds, or of all for an empty slice. One Chinese character
    /// suffices; letters may be the beginning of a word.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(&self, text: &str, kinds: &[Kind], limit: u32) -> Result<Vec<(Kind, Id)>, StoreError> {
        let terms = terms(text);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let tables: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.table())).collect();
        if kinds.is_empty() {
            self.note_all_searched();
        }
        let only = if tables.is_empty() { String::new() } else { format!("AND r.kind IN ({})", tables.join(", ")) };
        let (from, newest) = (self.engine.found(1), self.engine.found_order());
        let sql = format!("SELECT r.kind, r.id {from} {only} ORDER BY {newest} DESC LIMIT $2");
        let found = self.rows(&sql, params![self.engine.expression(&terms), limit], |row| {
            Ok((row.get::<String>(0)?, row.get::<String>(1)?))
        })?;
        let named = |(table, id): (String, String)| Some((Kind::from_table(&table)?, Id::parse_str(&id).ok()?));
        Ok(found.into_iter().filter_map(named).collect())
    }

    /// A condition on `column`, which holds ids of this kind, that is true for those which the words find. Its one
    /// parameter, to be put where `$place` stands, is the value that this function gives back; none if the text has no
    /// word in it, and then there is no condition.
    pub fn found_condition(&self, kind: Kind, column: &str, place: usize, text: &str) -> Option<(String, String)> {
        let terms = terms(text);
        if terms.is_empty() {
            return None;
        }
        let (table, from) = (kind.table(), self.engine.found(place));
        let condition = format!("{column} IN (SELECT r.id {from} AND r.kind = '{table}')");
        Some((condition, self.engine.expression(&terms)))
    }

    pub(crate) fn shape(&self, kind: Kind) -> &Shape {
        &self.shapes[kind as usize]
    }
}

/// A transaction that has begun. It is undone if whoever works in it falls over: the connection is used again.
struct Open<'a>(&'a Store);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // What cannot be undone now was not kept either, and whoever begins next is told.
            let _ = self.0.engine.end(false);
        }
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
