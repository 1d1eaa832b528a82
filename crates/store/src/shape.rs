//! How one kind of record is stored: its table, whose columns are its fields.

use crate::StoreError;
use crate::cells::{Column, ColumnType, cells_of, record_of};
use crate::engine::{Engine, Row};
use outpost_domain::{AnyRecord, Kind};
use rusqlite::types::Value;

/// How one kind is stored.
#[derive(Debug)]
pub(crate) struct Shape {
    kind: Kind,
    columns: Vec<Column>,
    declared: Vec<String>,
    /// `SELECT <all columns> FROM <table>`, to be continued.
    pub(crate) select: String,
    pub(crate) get: String,
    pub(crate) upsert: String,
    pub(crate) delete: String,
}

impl Shape {
    pub(crate) fn read(engine: &dyn Engine, kind: Kind) -> Result<Shape, StoreError> {
        let table = kind.table();
        let (names, declared): (Vec<String>, Vec<String>) = engine.columns(table)?.into_iter().unzip();
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
        let updates: Vec<String> =
            quoted.iter().filter(|name| *name != "\"id\"").map(|name| format!("{name} = excluded.{name}")).collect();
        let qualified: Vec<String> = quoted.iter().map(|name| format!("\"{table}\".{name}")).collect();
        let select = format!("SELECT {} FROM \"{table}\"", qualified.join(", "));
        let columns = names.into_iter().zip(&declared).map(|(name, of)| (name, ColumnType::of(of))).collect();
        Ok(Shape {
            kind,
            get: format!("{select} WHERE id = $1"),
            select,
            upsert: format!(
                "INSERT INTO \"{table}\" ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}",
                quoted.join(", "),
                places.join(", "),
                updates.join(", ")
            ),
            delete: format!("DELETE FROM \"{table}\" WHERE id = $1"),
            columns,
            declared,
        })
    }

    /// The cells of a record, in the order of the columns.
    pub(crate) fn cells(&self, record: &AnyRecord) -> Result<Vec<Value>, StoreError> {
        cells_of(record, &self.columns).map_err(|error| self.error(error))
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
