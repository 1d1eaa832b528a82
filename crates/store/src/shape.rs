//! How one kind of record is stored: its table, whose columns are its fields.

use crate::StoreError;
use crate::cells::{Column, ColumnType, record_of, write_cells};
use crate::engine::{Engine, Insert, Row};
use crate::given::Ready;
use crate::search::words;
use outpost_domain::{AnyRecord, Kind};
use rusqlite::types::Value;

/// The column in which a device keeps, beside a record, the hash of the image that headquarters gave; NULL for a record that
/// it did not give. It is no field: who writes a record does not touch it.
const BASE_HASH: &str = "base_hash";

/// How one kind is stored.
#[derive(Debug)]
pub(crate) struct Shape {
    kind: Kind,
    columns: Vec<Column>,
    declared: Vec<String>,
    /// `SELECT <all columns> FROM <table>`, to be continued.
    pub(crate) select: String,
    pub(crate) get: String,
    /// Writes records that are not there.
    pub(crate) insert: Insert,
    pub(crate) upsert: Insert,
    pub(crate) delete: String,
    /// Writes a new record with the hash of its image, and nothing over one that is here.
    pub(crate) add_given: Insert,
    pub(crate) base_hash: String,
    pub(crate) set_base_hash: String,
    pub(crate) given: String,
}

impl Shape {
    pub(crate) fn read(engine: &dyn Engine, kind: Kind) -> Result<Shape, StoreError> {
        let table = kind.table();
        let fields = engine.columns(table)?.into_iter().filter(|(name, _)| name != BASE_HASH);
        let (names, declared): (Vec<String>, Vec<String>) = fields.unzip();
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let all: Vec<&str> = quoted.iter().map(String::as_str).collect();
        let given: Vec<&str> = all.iter().copied().chain([BASE_HASH]).collect();
        let qualified: Vec<String> = quoted.iter().map(|name| format!("\"{table}\".{name}")).collect();
        let select = format!("SELECT {} FROM \"{table}\"", qualified.join(", "));
        let columns = names.into_iter().zip(&declared).map(|(name, of)| (name, ColumnType::of(of))).collect();
        Ok(Shape {
            kind,
            get: format!("{select} WHERE id = $1"),
            select,
            insert: Insert::new(table, &all, ""),
            upsert: Insert::over(table, &all, "id"),
            delete: format!("DELETE FROM \"{table}\" WHERE id = $1"),
            add_given: Insert::new(table, &given, "ON CONFLICT (id) DO NOTHING"),
            base_hash: format!("SELECT {BASE_HASH} FROM \"{table}\" WHERE id = $1"),
            set_base_hash: format!("UPDATE \"{table}\" SET {BASE_HASH} = $1 WHERE id = $2"),
            given: format!("SELECT id, {BASE_HASH} FROM \"{table}\" WHERE {BASE_HASH} IS NOT NULL"),
            columns,
            declared,
        })
    }

    /// A record as it is written: its cells in the order of the columns, and its words.
    pub(crate) fn ready(&self, record: &AnyRecord) -> Result<Ready, StoreError> {
        let mut cells = Vec::with_capacity(self.columns.len());
        self.write_cells(record, &mut cells)?;
        Ok(Ready { kind: self.kind, id: record.id(), cells, words: self.words(record) })
    }

    /// How many columns it has.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    /// Adds the cells of a record, in the order of the columns.
    pub(crate) fn write_cells(&self, record: &AnyRecord, cells: &mut Vec<Value>) -> Result<(), StoreError> {
        write_cells(record, &self.columns, cells).map_err(|error| self.error(error))
    }

    /// The words that find a record, cut and with a space between; none for a kind that is not searched.
    pub(crate) fn words(&self, record: &AnyRecord) -> Option<String> {
        self.kind.is_searched().then(|| words(&record.words()))
    }

    /// The record that a row of `select` holds.
    pub(crate) fn record(&self, row: &Row<'_>) -> Result<AnyRecord, StoreError> {
        let cell = |place: usize| row.cell(place).ok();
        record_of(self.kind, &self.columns, &cell).map_err(|error| self.error(error))
    }

    /// The declared type of a column, if there is one of this name.
    pub(crate) fn declared(&self, name: &str) -> Option<&str> {
        let place = self.columns.iter().position(|(column, _)| column == name)?;
        self.declared.get(place).map(String::as_str)
    }

    #[cfg(test)]
    pub(crate) fn column_names(&self) -> Vec<String> {
        self.columns.iter().map(|(name, _)| name.clone()).collect()
    }

    fn error(&self, error: serde_json::Error) -> StoreError {
        StoreError::Row { table: self.kind.table(), error }
    }
}
