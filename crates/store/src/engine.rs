//! What a database engine must be able to do: the port behind which SQLite and PostgreSQL stand.

use crate::StoreError;
use crate::search::Term;
use outpost_domain::Kind;
use rusqlite::types::{FromSql, Value, ValueRef};
use rusqlite::{Connection, ToSql};
use std::fmt::Write;
use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::time::Duration;

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reads as of one moment.
    Read,
    /// Writes; nobody else writes the same company's data meanwhile, in this process or in another.
    Write,
    /// Changes the shape of the tables.
    Shape,
}

/// Which engine it is, for the few statements that are not the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Takes each row that a question gives, and says whether to go on.
pub type Reader<'a> = &'a mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>;

/// One connection to one company's database. Statements have `$1`, `$2`… where parameters belong.
pub trait Engine: Send {
    /// Which engine it is.
    fn dialect(&self) -> Dialect;

    /// Does a statement. Inside a transaction an engine may put it off until something is read or the transaction ends,
    /// and then that says what went wrong.
    ///
    /// # Errors
    /// When it cannot be done.
    fn execute(&self, sql: &str, params: &[&dyn ToSql]) -> Result<(), StoreError>;

    /// Writes rows, whose cells stand one after the other, as [`Engine::execute`] would: where the database is another machine
    /// many of them go in one statement. No two have the same key.
    ///
    /// # Errors
    /// When they cannot be written.
    fn insert(&self, into: &Insert, cells: Vec<Value>) -> Result<(), StoreError>;

    /// Gives each row of the answer to `reader`.
    ///
    /// # Errors
    /// When the database cannot be read, and what `reader` says.
    fn each(&self, sql: &str, params: &[&dyn ToSql], reader: Reader<'_>) -> Result<(), StoreError>;

    /// Does several statements without parameters.
    ///
    /// # Errors
    /// When one cannot be done; those before it are.
    fn batch(&self, sql: &str) -> Result<(), StoreError>;

    /// Begins a transaction.
    ///
    /// # Errors
    /// When the database cannot be reached, or somebody else writes for too long.
    fn begin(&self, access: Access) -> Result<(), StoreError>;

    /// Ends the transaction; if there is none, there is nothing to do unless it was to be kept.
    ///
    /// # Errors
    /// When it could not be kept; then it may still have been, if the connection broke at that moment.
    fn end(&self, keep: bool) -> Result<(), StoreError>;

    /// The columns of a table in their order, with their types as the migrations write them.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn columns(&self, table: &str) -> Result<Vec<(String, String)>, StoreError>;

    /// The names of all tables that hold something of their own; what finds words is made from `search_row` again.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn tables(&self) -> Result<Vec<String>, StoreError>;

    /// Remembers that these words, cut and with a space between, find a record; none for an empty text.
    ///
    /// # Errors
    /// When it cannot be written.
    fn index(&self, kind: Kind, id: &str, words: &str) -> Result<(), StoreError>;

    /// `FROM … WHERE …` of the rows `r` of what the words find that stand at a place of the parameters.
    fn found(&self, place: usize) -> String;

    /// By what these rows are ordered so that the newest come last, as the engine reads them best.
    fn found_order(&self) -> &'static str;

    /// What finds all of these words.
    fn expression(&self, terms: &[Term]) -> String;

    /// Whether a commit waits until it is safe on the disk. Only for what can be made again.
    ///
    /// # Errors
    /// When the engine does not take it.
    fn wait_for_disk(&self, wait: bool) -> Result<(), StoreError>;

    /// Whether the database is sound, as far as the engine can tell.
    ///
    /// # Errors
    /// `Damaged`, or when it cannot even be read.
    fn check(&self) -> Result<(), StoreError>;

    /// How long the questions that follow may take, from now on; as long as they like for `None`. An engine that is asked over
    /// a network measures each by itself.
    ///
    /// # Errors
    /// When the engine does not take it.
    fn patience(&self, most: Option<Duration>) -> Result<(), StoreError>;

    /// Breaks off whatever is done once the engine has taken about this many steps of its own, as a crash would; nothing
    /// breaks off any more for `None`. For simulation.
    ///
    /// # Errors
    /// When the engine does not take it.
    fn break_off_after(&mut self, steps: Option<u32>) -> Result<(), StoreError>;

    /// The whole database as bytes, for simulation.
    ///
    /// # Errors
    /// When it cannot be read.
    fn to_bytes(&mut self) -> Result<Vec<u8>, StoreError>;

    /// The connection underneath, for what only SQLite does.
    ///
    /// # Errors
    /// When this is another engine, or SQLite has ended the transaction by itself.
    fn sqlite(&self) -> Result<&Connection, StoreError>;
}

/// A statement that writes rows into a table.
#[derive(Debug)]
pub struct Insert {
    head: String,
    tail: String,
    width: usize,
    /// For 1, 2, 4… rows, made when it is first asked for.
    statements: [OnceLock<String>; DOUBLINGS],
}

/// One statement writes at most 64 rows.
const DOUBLINGS: usize = 7;

impl Insert {
    /// `INSERT INTO table (columns) VALUES … tail`, a tail being what happens with a row whose key is there already.
    pub fn new(table: &str, columns: &[&str], tail: &str) -> Insert {
        let head = format!("INSERT INTO \"{table}\" ({}) VALUES", columns.join(", "));
        Insert { head, tail: tail.to_owned(), width: columns.len(), statements: Default::default() }
    }

    /// The same that writes over all other columns of a row with the same values in `key`, names separated by commas.
    pub fn over(table: &str, columns: &[&str], key: &str) -> Insert {
        let others = columns.iter().filter(|column| !key.split(", ").any(|part| part == column.trim_matches('"')));
        let others: Vec<String> = others.map(|column| format!("{column} = excluded.{column}")).collect();
        Insert::new(table, columns, &format!("ON CONFLICT ({key}) DO UPDATE SET {}", others.join(", ")))
    }

    /// How many cells a row has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The statement for one row.
    pub fn one(&self) -> &str {
        self.statement(0)
    }

    /// The statements that write so many rows, and how many each of them writes: powers of two, so that there are few
    /// statements whatever the numbers of rows.
    pub fn many(&self, rows: usize) -> impl Iterator<Item = (&str, usize)> {
        let mut left = rows;
        std::iter::from_fn(move || {
            let doublings = (left.checked_ilog2()? as usize).min(DOUBLINGS - 1);
            left -= 1 << doublings;
            Some((self.statement(doublings), 1 << doublings))
        })
    }

    fn statement(&self, doublings: usize) -> &str {
        self.statements[doublings].get_or_init(|| {
            let row = |row: usize| format!("({})", places(row * self.width + 1, self.width));
            let rows: Vec<String> = (0..1 << doublings).map(row).collect();
            format!("{} {} {}", self.head, rows.join(", "), self.tail)
        })
    }
}

/// The places of so many parameters from `first` on, as they stand in a statement: `$2, $3, $4`.
pub fn places(first: usize, count: usize) -> String {
    let mut places = String::with_capacity(count * 6);
    for place in first..first + count {
        let comma = if place == first { "" } else { ", " };
        // Writing into a text does not fail.
        let _ = write!(places, "{comma}${place}");
    }
    places
}

/// A row of an answer. Cells are rusqlite's values, whichever engine gave them.
pub enum Row<'a> {
    /// Of SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// Of any other engine.
    Cells(&'a [ValueRef<'a>]),
}

impl Row<'_> {
    /// A cell, from 0.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn cell(&self, index: usize) -> Result<ValueRef<'_>, StoreError> {
        match self {
            Row::Sqlite(row) => Ok(row.get_ref(index)?),
            Row::Cells(cells) => Ok(*cells.get(index).ok_or_else(|| rusqlite::Error::InvalidColumnIndex(index))?),
        }
    }

    /// What a cell holds.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn get<T: FromSql>(&self, index: usize) -> Result<T, StoreError> {
        let cell = self.cell(index)?;
        T::column_result(cell).map_err(|error| {
            let kind = cell.data_type();
            StoreError::from(rusqlite::Error::FromSqlConversionFailure(index, kind, Box::new(error)))
        })
    }

    /// The text that a cell holds, where it need not be kept.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn text(&self, index: usize) -> Result<&str, StoreError> {
        let cell = self.cell(index)?;
        cell.as_str().map_err(|error| {
            let kind = cell.data_type();
            StoreError::from(rusqlite::Error::FromSqlConversionFailure(index, kind, Box::new(error)))
        })
    }

    /// The bytes that a cell holds, whatever it holds; none if that is a number, or nothing. One that something has spoiled is
    /// not to stand in the way of the others.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn bytes(&self, index: usize) -> Result<Vec<u8>, StoreError> {
        Ok(match self.cell(index)? {
            ValueRef::Blob(bytes) | ValueRef::Text(bytes) => bytes.to_vec(),
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => Vec::new(),
        })
    }

    /// All cells, as many as there are.
    ///
    /// # Errors
    /// Never for a sound row.
    pub fn cells(&self) -> Result<Vec<Value>, StoreError> {
        let owned = |cell| Value::try_from(cell).map_err(|error| StoreError::from(rusqlite::Error::from(error)));
        match self {
            Row::Sqlite(row) => (0..row.as_ref().column_count()).map(|index| owned(row.get_ref(index)?)).collect(),
            Row::Cells(cells) => cells.iter().map(|cell| owned(*cell)).collect(),
        }
    }
}
