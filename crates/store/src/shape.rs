//! The one mapping between records and rows: a record's fields are the table's columns, and a column's declared type
//! says how a value is written.

use crate::StoreError;
use outpost_domain::{AnyRecord, Kind};
use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};
use rusqlite::{Connection, Row, ToSql};
use serde_json::{Map, Number, Value};

#[derive(Debug, Clone, Copy, PartialEq)]
enum ColumnType {
    Text,
    Whole,
    Real,
    Truth,
    Json,
}

/// How one kind is stored.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    columns: Vec<(String, ColumnType)>,
    /// `SELECT <all columns> FROM <table>`, to be continued.
    pub(crate) select: String,
    pub(crate) upsert: String,
    pub(crate) delete: String,
}

impl Shape {
    pub(crate) fn read(conn: &Connection, kind: Kind) -> Result<Shape, StoreError> {
        let table = kind.table();
        let mut statement =
            conn.prepare(&format!("SELECT name, type FROM pragma_table_info('{table}') ORDER BY cid"))?;
        let columns = statement
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?
            .map(|column| column.map(|(name, declared)| (name, column_type(&declared))))
            .collect::<Result<Vec<_>, _>>()?;
        let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let places: Vec<String> = (1..=columns.len()).map(|place| format!("${place}")).collect();
        let updates: Vec<String> =
            names.iter().filter(|name| *name != "\"id\"").map(|name| format!("{name} = excluded.{name}")).collect();
        let qualified: Vec<String> = names.iter().map(|name| format!("\"{table}\".{name}")).collect();
        Ok(Shape {
            kind,
            select: format!("SELECT {} FROM \"{table}\"", qualified.join(", ")),
            upsert: format!(
                "INSERT INTO \"{table}\" ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}",
                names.join(", "),
                places.join(", "),
                updates.join(", ")
            ),
            delete: format!("DELETE FROM \"{table}\" WHERE id = $1"),
            columns,
        })
    }

    /// The cells of a record, in the order of the columns.
    pub(crate) fn cells(&self, record: &AnyRecord) -> Result<Vec<FieldCell>, StoreError> {
        let mut fields = match record.to_fields().map_err(|error| self.error(error))? {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        self.columns
            .iter()
            .map(|(name, column_type)| {
                let value = fields.remove(name).unwrap_or(Value::Null);
                cell(value, *column_type).map_err(|error| self.error(error))
            })
            .collect()
    }

    /// The record that a row of `select` holds.
    pub(crate) fn record(&self, row: &Row<'_>) -> Result<AnyRecord, StoreError> {
        let mut fields = Map::new();
        for (index, (name, column_type)) in self.columns.iter().enumerate() {
            let value = value(row.get_ref(index)?, *column_type).map_err(|error| self.error(error))?;
            fields.insert(name.clone(), value);
        }
        AnyRecord::from_fields(self.kind, Value::Object(fields)).map_err(|error| self.error(error))
    }

    #[cfg(test)]
    pub(crate) fn column_names(&self) -> Vec<String> {
        self.columns.iter().map(|(name, _)| name.clone()).collect()
    }

    fn error(&self, error: serde_json::Error) -> StoreError {
        StoreError::Row { table: self.kind.table(), error }
    }
}

/// A value on its way into a column.
pub(crate) struct FieldCell(Cell);

impl ToSql for FieldCell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

fn column_type(declared: &str) -> ColumnType {
    match declared {
        "BIGINT" | "INTEGER" => ColumnType::Whole,
        "DOUBLE PRECISION" => ColumnType::Real,
        "BOOLEAN" => ColumnType::Truth,
        "JSON" => ColumnType::Json,
        _ => ColumnType::Text,
    }
}

fn cell(value: Value, column_type: ColumnType) -> serde_json::Result<FieldCell> {
    Ok(FieldCell(match (column_type, value) {
        (_, Value::Null) => Cell::Null,
        (ColumnType::Json, value) => Cell::Text(serde_json::to_string(&value)?),
        (ColumnType::Whole, Value::Number(number)) => number.as_i64().map_or(Cell::Null, Cell::Integer),
        (ColumnType::Real, Value::Number(number)) => number.as_f64().map_or(Cell::Null, Cell::Real),
        (ColumnType::Truth, Value::Bool(truth)) => Cell::Integer(i64::from(truth)),
        (_, Value::String(text)) => Cell::Text(text),
        (_, value) => Cell::Text(value.to_string()),
    }))
}

fn value(cell: ValueRef<'_>, column_type: ColumnType) -> serde_json::Result<Value> {
    Ok(match (column_type, cell) {
        (_, ValueRef::Null) => Value::Null,
        (ColumnType::Json, ValueRef::Text(text)) => serde_json::from_slice(text)?,
        (ColumnType::Truth, ValueRef::Integer(truth)) => Value::Bool(truth != 0),
        (_, ValueRef::Integer(whole)) => Value::Number(whole.into()),
        (_, ValueRef::Real(real)) => Number::from_f64(real).map_or(Value::Null, Value::Number),
        (_, ValueRef::Text(text) | ValueRef::Blob(text)) => Value::String(String::from_utf8_lossy(text).into_owned()),
    })
}
