//! Search over everything, and plain lists of one kind for pickers, tables and export.

use super::lookup::{Where, any_by_ids, count, counted, id_column, labels, limit};
use super::order::Order;
use crate::{Desk, Failure, FailureCode};
use outpost_domain::{AnyRecord, Id, Kind};
use outpost_store::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// How far records are counted that were looked for.
const COUNTED: u32 = 1_000;

/// What is found by these words?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskSearch {
    /// Words, in Chinese, English or both; one character suffices.
    pub text: String,
    /// Only of these kinds; empty for all that are searched.
    pub kinds: Vec<Kind>,
    /// How many at most; 0 for 20.
    pub limit: u32,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Hit {
    /// What it is.
    pub kind: Kind,
    /// Which.
    pub id: Id,
    /// What people call it.
    pub title: String,
    /// The same in English.
    pub title_en: String,
    /// Number, address, or what else tells it apart.
    pub detail: String,
}

/// What was found, best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Hits {
    /// The things.
    pub hits: Vec<Hit>,
}

/// Which records of this kind are there?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskList {
    /// Which kind.
    pub kind: Kind,
    /// Only found by these words.
    pub text: String,
    /// Only those whose field of this name (say `customer_id`) has the value of `value`.
    pub field: Option<String>,
    /// See `field`.
    pub value: Option<String>,
    /// Where to go on: [`RecordPage::next`]; none for the beginning.
    pub after: Option<String>,
    /// How many at most; 0 for 100, 1,000 at most.
    pub limit: u32,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RecordPage {
    /// The records.
    pub records: Vec<AnyRecord>,
    /// How many there are in all. Of those that were looked for by words or a field, up to 1,000: one more than that means that
    /// there are more.
    pub total: u32,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

pub(super) fn search(desk: &Desk<'_>, ask: &AskSearch) -> Result<Hits, Failure> {
    let limit = limit(ask.limit, 20) as usize;
    // More than are shown, because the newest is not always the best.
    let found = found(desk, ask, (limit * 5).max(100))?;
    let mut records: BTreeMap<(Kind, Id), AnyRecord> = BTreeMap::new();
    let kinds: BTreeSet<Kind> = found.iter().map(|(kind, _)| *kind).collect();
    for kind in kinds {
        let ids = found.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id);
        records.extend(any_by_ids(desk, kind, ids)?.into_iter().map(|(id, record)| ((kind, id), record)));
    }
    let mut hits: Vec<Hit> = found.iter().filter_map(|key| hit(records.get(key)?)).collect();
    let text = ask.text.trim().to_lowercase();
    hits.sort_by_cached_key(|hit| rank(hit, &text));
    hits.truncate(limit);
    Ok(Hits { hits })
}

/// The newest things that the words find and the asking person may see.
fn found(desk: &Desk<'_>, ask: &AskSearch, wanted: usize) -> Result<Vec<(Kind, Id)>, StoreError> {
    let mut asked = wanted;
    loop {
        let all = desk.store.find(&ask.text, &ask.kinds, u32::try_from(asked).unwrap_or(u32::MAX))?;
        if desk.facts.scopes.is_none() {
            return Ok(all);
        }
        let exhausted = all.len() < asked;
        let mut visible = BTreeSet::new();
        for kind in all.iter().map(|(kind, _)| *kind).collect::<BTreeSet<Kind>>() {
            let ids = all.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id);
            visible.extend(labels(desk, kind, "id", ids)?.into_keys().map(|id| (kind, id)));
        }
        let seen: Vec<(Kind, Id)> = all.into_iter().filter(|key| visible.contains(key)).take(wanted).collect();
        if exhausted || seen.len() >= wanted / 2 {
            return Ok(seen);
        }
        // Others' things stand before; look further back.
        asked *= 8;
    }
}

/// What it says exactly comes first, then what begins with it, then what contains it as it was typed.
fn rank(hit: &Hit, text: &str) -> u8 {
    let rank = |shown: &String| {
        let shown = shown.to_lowercase();
        if shown == text {
            0
        } else if shown.starts_with(text) {
            1
        } else if shown.contains(text) {
            2
        } else {
            3
        }
    };
    [&hit.title, &hit.title_en, &hit.detail].into_iter().map(rank).min().unwrap_or(3)
}

fn hit(record: &AnyRecord) -> Option<Hit> {
    let called = record.called()?;
    let [title, title_en, detail] = [called.title, called.title_en, called.detail].map(str::to_owned);
    Some(Hit { kind: record.kind(), id: record.id(), title, title_en, detail })
}

pub(super) fn list(desk: &Desk<'_>, ask: &AskList) -> Result<RecordPage, Failure> {
    let table = ask.kind.table();
    let mut filter = Where::visible(desk, ask.kind);
    if let Some(field) = &ask.field {
        let declared = column(desk, ask.kind, field)?;
        match &ask.value {
            Some(value) => filter.and_with(&format!("\"{table}\".\"{field}\" = {{}}"), as_stored(value, declared)),
            None => filter.and(&format!("\"{table}\".\"{field}\" IS NULL")),
        }
    }
    filter.and_found(desk, &[(ask.kind, &id_column(ask.kind))], &ask.text);
    let is_whole = ask.field.is_none() && ask.text.trim().is_empty();
    let total = match desk.held(ask.kind)?.filter(|_| is_whole) {
        Some(held) => count(held),
        None => counted(desk, table, &filter, COUNTED)?,
    };
    let order = Order::of(ask.kind);
    if let Some(after) = &ask.after {
        order.after(desk.store, &mut filter, after)?;
    }
    let limit = limit(ask.limit, 100).min(1000);
    // One more tells whether it goes on.
    let most = filter.place(limit + 1);
    let tail = format!("{} ORDER BY {} LIMIT {most}", filter.sql(), order.sql());
    let mut records = desk.store.select_any(ask.kind, &tail, &filter.params())?;
    let goes_on = records.len() > limit as usize;
    records.truncate(limit as usize);
    let next = records.last().filter(|_| goes_on).map(|last| order.key(last)).transpose()?;
    Ok(RecordPage { records, total, next })
}

/// The declared type of the column of this name. Only what the table really has gets into a statement.
fn column<'a>(desk: &Desk<'a>, kind: Kind, field: &str) -> Result<&'a str, Failure> {
    let unknown = || Failure::new(FailureCode::NotUnderstood, format!("{} has no field {field:?}", kind.table()));
    desk.store.column_type(kind, field).ok_or_else(unknown)
}

/// A value as its column holds it.
fn as_stored(value: &str, declared: &str) -> String {
    match (declared, value) {
        ("BOOLEAN", "true") => "1".to_owned(),
        ("BOOLEAN", "false") => "0".to_owned(),
        ("TEXT", _) => Id::parse_str(value).map_or_else(|_| value.to_owned(), |id| id.to_string()),
        _ => value.to_owned(),
    }
}
