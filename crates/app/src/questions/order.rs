//! The order in which a kind's records are listed, and where in it a page goes on: after a record, wherever that stands by now, and
//! never after so many, which would cost the more the further one reads.

use super::lookup::Where;
use crate::{Failure, FailureCode};
use outpost_domain::{AnyRecord, Kind};
use outpost_store::Store;
use outpost_store::rusqlite::types::Value as Cell;
use serde_json::Value;

/// Columns, each with whether it descends; the last is the id, so that no two records stand in one place.
pub(super) struct Order {
    kind: Kind,
    columns: Vec<(&'static str, bool)>,
}

impl Order {
    /// As the kind declares it.
    pub(super) fn of(kind: Kind) -> Order {
        let column = |text: &'static str| match text.strip_suffix(" DESC") {
            Some(column) => (column, true),
            None => (text, false),
        };
        let mut columns: Vec<(&str, bool)> = kind.order().split(", ").map(column).collect();
        // In the direction of the others, so that one index serves all of it.
        let descends = columns.last().is_some_and(|(_, descends)| *descends);
        columns.push(("id", descends));
        Order { kind, columns }
    }

    /// As a statement orders by it.
    pub(super) fn sql(&self) -> String {
        let columns = self.columns.iter().map(|(column, descends)| {
            let direction = if *descends { " DESC" } else { "" };
            format!("{}{direction}", self.column(column))
        });
        columns.collect::<Vec<_>>().join(", ")
    }

    fn column(&self, column: &str) -> String {
        format!("\"{}\".\"{}\"", self.kind.table(), column.trim_matches('"'))
    }

    /// The place of a record in it.
    pub(super) fn key(&self, record: &AnyRecord) -> Result<String, Failure> {
        let fields = record.to_fields()?;
        let values: Vec<&Value> = self.columns.iter().map(|(column, _)| &fields[column.trim_matches('"')]).collect();
        Ok(serde_json::to_string(&values)?)
    }

    /// Only what comes after a place.
    pub(super) fn after(&self, store: &Store, filter: &mut Where<'_>, key: &str) -> Result<(), Failure> {
        let wrong = || Failure::new(FailureCode::NotUnderstood, "this is no place in the list; begin it again");
        let values: Vec<Value> = serde_json::from_str(key).map_err(|_| wrong())?;
        if values.len() != self.columns.len() {
            return Err(wrong());
        }
        let typed = self.columns.iter().map(|(column, _)| store.column_type(self.kind, column.trim_matches('"')));
        let cells: Option<Vec<Cell>> =
            values.into_iter().zip(typed).map(|(value, declared)| cell(value, declared?)).collect();
        let cells = cells.ok_or_else(wrong)?;
        let places: Vec<String> = cells.into_iter().map(|cell| filter.place(cell)).collect();
        let columns: Vec<String> = self.columns.iter().map(|(column, _)| self.column(column)).collect();
        let compared = |descends: bool| if descends { "<" } else { ">" };
        let first = self.columns.first().is_some_and(|(_, descends)| *descends);
        if self.columns.iter().all(|(_, descends)| *descends == first) {
            // What an index can begin at.
            filter.and(&format!("({}) {} ({})", columns.join(", "), compared(first), places.join(", ")));
            return Ok(());
        }
        let ways = (0..columns.len()).map(|n| {
            let alike = (0..n).map(|n| format!("{} = {}", columns[n], places[n]));
            let differs = format!("{} {} {}", columns[n], compared(self.columns[n].1), places[n]);
            alike.chain([differs]).collect::<Vec<_>>().join(" AND ")
        });
        let ways: Vec<String> = ways.map(|way| format!("({way})")).collect();
        filter.and(&format!("({})", ways.join(" OR ")));
        Ok(())
    }
}

/// A value of a key as a statement takes it, if its column can hold it: another kind's key leads nowhere.
fn cell(value: Value, declared: &str) -> Option<Cell> {
    match (value, declared) {
        (Value::String(text), "TEXT") => Some(Cell::Text(text)),
        (Value::Number(number), "BIGINT" | "INTEGER") => number.as_i64().map(Cell::Integer),
        _ => None,
    }
}
