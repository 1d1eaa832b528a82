//! How answers read: always through what the asking person may see, and many records with one statement.

use crate::{Desk, Failure, FailureCode};
use outpost_domain::person::Region;
use outpost_domain::{AnyRecord, Id, Kind, Record};
use outpost_store::rusqlite::types::Value;
use outpost_store::{Row, Store, StoreError, ToSql, places};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// That a state is none of those in which nothing more is to be done, as SQL: one that only a newer program knows is none.
pub(super) const NOT_CLOSED: &str = "NOT IN ('done', 'cancelled')";

/// A condition that grows, with the values that it needs in the order of their places.
pub(super) struct Where<'a> {
    store: &'a Store,
    kind: Kind,
    sql: String,
    values: Vec<Value>,
}

impl<'a> Where<'a> {
    /// The records of this kind that the asking person may see.
    pub(super) fn visible(desk: &Desk<'a>, kind: Kind) -> Where<'a> {
        let sql = format!("WHERE 1 = 1{}", desk.visible(kind, &id_column(kind)));
        Where { store: desk.store, kind, sql, values: Vec::new() }
    }

    /// And this, too.
    pub(super) fn and(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    /// And this, too, where each `{}` stands for the value.
    pub(super) fn and_with(&mut self, condition: &str, value: impl Into<Value>) {
        let place = self.place(value);
        self.and(&condition.replace("{}", &place));
    }

    /// And one of these columns holds the id of a record of that kind which the words find, and which the asking person may see:
    /// whoever tries words must not learn what is said of something hidden that is named by what they see.
    pub(super) fn and_found(&mut self, desk: &Desk<'_>, columns: &[(Kind, &str)], text: &str) {
        let place = self.values.len() + 1;
        let found = columns.iter().filter_map(|(kind, column)| {
            let (condition, value) = self.store.found_condition(*kind, column, place, text)?;
            // What is looked for itself is seen already.
            let visible = if *kind == self.kind { String::new() } else { desk.visible(*kind, column) };
            Some((format!("({condition}{visible})"), value))
        });
        let found: Vec<(String, String)> = found.collect();
        let conditions: Vec<&str> = found.iter().map(|(condition, _)| condition.as_str()).collect();
        if let Some((_, value)) = found.first() {
            self.and(&format!("({})", conditions.join(" OR ")));
            self.values.push(Value::Text(value.clone()));
        }
    }

    /// The place of one more value, such as of a limit.
    pub(super) fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// `WHERE …`.
    pub(super) fn sql(&self) -> &str {
        &self.sql
    }

    /// The values, in the order of their places.
    pub(super) fn params(&self) -> Vec<&dyn ToSql> {
        self.values.iter().map(|value| value as &dyn ToSql).collect()
    }
}

/// How many rows of a table there are, counted no further than `most`: one more than that means that there are more.
pub(super) fn counted(desk: &Desk<'_>, table: &str, filter: &Where<'_>, most: u32) -> Result<u32, StoreError> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM \"{table}\" {} LIMIT {}) counted",
        filter.sql(),
        most.saturating_add(1)
    );
    Ok(count(desk.store.number(&sql, &filter.params())?))
}

/// `"table".id`
pub(super) fn id_column(kind: Kind) -> String {
    format!("\"{}\".id", kind.table())
}

/// The word by which a unit variant is stored.
pub(super) fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The id in a column; nil where there is none.
pub(super) fn id_at(row: &Row<'_>, index: usize) -> Result<Id, StoreError> {
    let cell = row.get::<Option<String>>(index)?;
    Ok(cell.and_then(|text| Id::parse_str(&text).ok()).unwrap_or_default())
}

/// Calls `with` for lists of ids: the places for `IN (…)`, and what they stand for. The lists have one of a few lengths,
/// the last id being repeated, so that few statements are ever prepared.
pub(super) fn in_lists(
    ids: impl IntoIterator<Item = Id>,
    mut with: impl FnMut(&str, &[&dyn ToSql]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let ids: BTreeSet<Id> = ids.into_iter().collect();
    let ids: Vec<String> = ids.iter().map(Id::to_string).collect();
    for list in ids.chunks(512) {
        let length = [1, 8, 64, 512].into_iter().find(|length| *length >= list.len()).unwrap_or(512);
        let last = list.last();
        let params: Vec<&dyn ToSql> =
            list.iter().chain(last.into_iter().cycle()).take(length).map(|id| id as &dyn ToSql).collect();
        with(&places(1, length), &params)?;
    }
    Ok(())
}

/// The record, if it is here and the asking person may see it.
pub(super) fn here<T: Record>(desk: &Desk<'_>, id: Id) -> Result<Option<T>, StoreError> {
    if desk.facts.scopes.is_none() {
        return desk.store.get(id);
    }
    let visible = desk.visible(T::KIND, &id_column(T::KIND));
    let found = desk.store.readable::<T>(&format!("WHERE id = $1{visible}"), &[&id.to_string()])?;
    Ok(found.into_iter().next())
}

/// The same for an id that may be missing.
pub(super) fn here_if<T: Record>(desk: &Desk<'_>, id: Option<Id>) -> Result<Option<T>, StoreError> {
    id.map_or(Ok(None), |id| here(desk, id))
}

/// The record that was asked for.
pub(super) fn need<T: Record>(desk: &Desk<'_>, id: Id) -> Result<T, Failure> {
    let missing = || Failure::new(FailureCode::NotHere, format!("there is no {} {id} here", T::KIND.table()));
    here(desk, id)?.ok_or_else(missing)
}

/// The records of a kind with these ids, as far as they are here and the asking person may see them.
pub(super) fn any_by_ids(
    desk: &Desk<'_>,
    kind: Kind,
    ids: impl IntoIterator<Item = Id>,
) -> Result<BTreeMap<Id, AnyRecord>, StoreError> {
    let column = id_column(kind);
    let visible = desk.visible(kind, &column);
    let mut found = BTreeMap::new();
    in_lists(ids, |places, params| {
        let records = desk.store.select_any(kind, &format!("WHERE {column} IN ({places}){visible}"), params)?;
        found.extend(records.into_iter().map(|record| (record.id(), record)));
        Ok(())
    })?;
    Ok(found)
}

/// The same for a kind that is known beforehand.
pub(super) fn by_ids<T: Record>(
    desk: &Desk<'_>,
    ids: impl IntoIterator<Item = Id>,
) -> Result<BTreeMap<Id, T>, StoreError> {
    let found = any_by_ids(desk, T::KIND, ids)?;
    Ok(found.into_iter().filter_map(|(id, record)| Some((id, Arc::unwrap_or_clone(T::from_any(record)?)))).collect())
}

/// One text of each of many records, such as the names of people.
pub(super) fn labels(
    desk: &Desk<'_>,
    kind: Kind,
    label: &str,
    ids: impl IntoIterator<Item = Id>,
) -> Result<BTreeMap<Id, String>, StoreError> {
    let (table, column) = (kind.table(), id_column(kind));
    let visible = desk.visible(kind, &column);
    let mut found = BTreeMap::new();
    in_lists(ids, |places, params| {
        let sql = format!("SELECT id, {label} FROM \"{table}\" WHERE {column} IN ({places}){visible}");
        found.extend(desk.store.rows(&sql, params, |row| Ok((id_at(row, 0)?, row.get(1)?)))?);
        Ok(())
    })?;
    Ok(found)
}

/// A text that is known of some.
pub(super) fn label(labels: &BTreeMap<Id, String>, id: Option<Id>) -> String {
    id.and_then(|id| labels.get(&id)).cloned().unwrap_or_default()
}

/// A region with all that lie in it.
pub(super) fn regions_within(store: &Store, region_id: Id) -> Result<BTreeSet<Id>, StoreError> {
    let all = store.readable::<Region>("", &[])?;
    let mut within = BTreeSet::from([region_id]);
    loop {
        let before = within.len();
        let inside = all.iter().filter(|region| region.parent_id.is_some_and(|above| within.contains(&above)));
        let inside: Vec<Id> = inside.map(|region| region.id).collect();
        within.extend(inside);
        if within.len() == before {
            return Ok(within);
        }
    }
}

/// Zero stands for what is usual.
pub(super) fn limit(asked: u32, usual: u32) -> u32 {
    if asked == 0 { usual } else { asked }
}

/// A count for a screen.
pub(super) fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
