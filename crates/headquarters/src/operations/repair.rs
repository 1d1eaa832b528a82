//! Sets right what a check finds of records: from the other place where a record is stored, if that is what a commit wrote, or
//! aside, where it stands in nobody's way. What was there before is kept byte for byte in the table `set_aside`.

use super::check::{Fault, LONGEST_TEXT, given, look, stored, too_large};
use crate::access::{About, Actor, SecurityKind, write_down};
use crate::commit::{Commit, Hash, hash_in};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_app::now;
use outpost_domain::{AnyRecord, Id, Instant, Kind};
use outpost_store::rusqlite::types::ValueRef;
use outpost_store::{Insert, Store, Value, params};
use outpost_sync::image::{image, image_hash, record};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;

/// How much of what is set aside stands in one row.
const PART_BYTES: usize = 1 << 20;

/// What a repair did, record by record, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Repaired {
    /// What is as it should be now.
    pub right: Vec<String>,
    /// What nobody is given any more.
    pub aside: Vec<String>,
}

/// What is done about a record.
enum Way {
    /// Its row is written from its image, which is what a commit wrote.
    Row(AnyRecord),
    /// It is written again, and given out anew.
    Again(AnyRecord),
    /// It is set aside.
    Aside,
}

impl Headquarters {
    /// Sets right, or aside, every record that cannot be read, is not what devices are given, or is larger than it may be; all
    /// of it or nothing. What it finds is kept.
    ///
    /// # Errors
    /// When the database cannot be read or written; then nothing was changed.
    pub fn repair(&self, actor: &Actor) -> Result<Repaired, HeadquartersError> {
        let at = now();
        let faults = {
            let store = self.reader();
            store.snapshot(|| look(&store))??.faults
        };
        let mut repaired = Repaired::default();
        if !faults.is_empty() {
            self.commit(|store, commit| {
                faults.iter().try_for_each(|fault| mend(store, commit, fault, at, &mut repaired))?;
                let (right, aside) = (repaired.right.len(), repaired.aside.len());
                let about = About::default().with(format!("{right} records were set right, {aside} aside"));
                write_down(store, at, actor, SecurityKind::Repaired, &about)
            })?;
        }
        // Sums of hashes that were wrong themselves.
        let store = self.writer();
        store.transaction(|| digests(&store))?;
        Ok(repaired)
    }
}

fn mend(
    store: &Store,
    commit: &mut Commit<'_>,
    fault: &Fault,
    at: Instant,
    repaired: &mut Repaired,
) -> Result<(), HeadquartersError> {
    let (table, why) = (fault.kind.table(), &fault.why);
    let Ok(id) = Id::parse_str(&fault.id) else { return Ok(()) };
    let entity = given(store, fault.kind, &fault.id)?;
    keep(store, fault, at, "row", row_as_json(store, fault.kind, &fault.id)?)?;
    if let Some(entity) = &entity {
        keep(store, fault, at, "image", entity.image.clone())?;
        // It counts for what it is, so that what is written now is taken for another.
        let hash = image_hash(&entity.image);
        let sql = "UPDATE entity SET hash = $1 WHERE kind = $2 AND id = $3";
        store.execute(sql, params![hash, table, fault.id])?;
    }
    let said = format!("{table} {id}: {why}");
    let chained = match &entity {
        Some(entity) => hash_in(store, entity.revision, table, &fault.id)?,
        None => None,
    };
    match way(store, fault.kind, id, entity.map(|entity| entity.image), chained)? {
        Way::Row(record) => {
            store.put(&record)?;
            repaired.right.push(said);
        }
        Way::Again(record) => {
            commit.put(&record)?;
            repaired.right.push(said);
        }
        Way::Aside => {
            store.delete(fault.kind, id)?;
            commit.set_aside(fault.kind, id);
            repaired.aside.push(said);
        }
    }
    Ok(())
}

/// What is to be done: whatever a commit wrote is right; if neither place has that, what is stored is.
fn way(
    store: &Store,
    kind: Kind,
    id: Id,
    given: Option<Vec<u8>>,
    chained: Option<Hash>,
) -> Result<Way, HeadquartersError> {
    let is_chained = |image: &[u8]| chained == Some(Sha256::digest(image).into());
    let from_image = given.filter(|image| is_chained(image)).and_then(|image| record(kind, &image).ok());
    let stored = stored(store, kind, id)?.ok().flatten();
    let (record, from_image) = match (from_image, stored) {
        (Some(given), _) => (given, true),
        (None, Some(stored)) => (stored, false),
        (None, None) => return Ok(Way::Aside),
    };
    Ok(match too_large(&image(&record)?, &record) {
        None if from_image => Way::Row(record),
        None => Way::Again(record),
        Some(_) => match cut(&record).filter(|cut| image(cut).is_ok_and(|image| too_large(&image, cut).is_none())) {
            Some(cut) => Way::Again(cut),
            None => Way::Aside,
        },
    })
}

/// The same with every text cut to what a command may carry.
fn cut(record: &AnyRecord) -> Option<AnyRecord> {
    let mut fields = record.to_fields().ok()?;
    for value in fields.as_object_mut()?.values_mut() {
        if let serde_json::Value::String(text) = value
            && let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT)
        {
            text.truncate(end);
        }
    }
    AnyRecord::from_fields(record.kind(), fields).ok()
}

/// The row of a record as it stands in its table, whatever its cells are; nothing if there is none.
fn row_as_json(store: &Store, kind: Kind, id: &str) -> Result<Vec<u8>, HeadquartersError> {
    let columns = store.columns(kind.table())?;
    let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let sql = format!("SELECT {} FROM \"{}\" WHERE id = $1", quoted.join(", "), kind.table());
    let row = store.one(&sql, params![id], |row| {
        let cell = |(place, column): (usize, &String)| {
            Ok((
                column.clone(),
                match row.cell(place)? {
                    ValueRef::Null => serde_json::Value::Null,
                    ValueRef::Integer(whole) => whole.into(),
                    ValueRef::Real(real) => real.into(),
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => match std::str::from_utf8(bytes) {
                        Ok(text) => text.into(),
                        Err(_) => serde_json::json!({ "hex": hex::encode(bytes) }),
                    },
                },
            ))
        };
        columns.iter().enumerate().map(cell).collect::<Result<serde_json::Map<_, _>, _>>()
    })?;
    Ok(row.map(|row| serde_json::to_vec(&row)).transpose()?.unwrap_or_default())
}

fn keep(store: &Store, fault: &Fault, at: Instant, what: &str, bytes: Vec<u8>) -> Result<(), HeadquartersError> {
    let into = Insert::new("set_aside", &["kind", "id", "at", "what", "part", "why", "bytes"], "");
    for (part, bytes) in (0_i64..).zip(bytes.chunks(PART_BYTES)) {
        let (kind, id) = (fault.kind.table().to_owned(), fault.id.clone());
        let (what, why) = (what.to_owned(), fault.why.clone());
        let cells: Vec<Value> =
            vec![kind.into(), id.into(), at.into(), what.into(), part.into(), why.into(), bytes.to_vec().into()];
        store.insert(&into, cells)?;
    }
    Ok(())
}

/// Writes the digest of each bucket anew where it is not what the records in it add up to.
fn digests(store: &Store) -> Result<(), HeadquartersError> {
    let mut sums = look(store)?.digests;
    let mut wrong = Vec::new();
    store.each("SELECT bucket, kind, count, sum FROM bucket_digest", &[], |row| {
        let name: (i64, String) = (row.get(0)?, row.get(1)?);
        let sum = sums.remove(&name).unwrap_or_default();
        if sum != (row.get(2)?, row.get(3)?) {
            wrong.push((name, sum));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for ((bucket, kind), (count, sum)) in wrong.into_iter().chain(sums) {
        let sql = "INSERT INTO bucket_digest (bucket, kind, count, sum) VALUES ($1, $2, $3, $4)
             ON CONFLICT (bucket, kind) DO UPDATE SET count = excluded.count, sum = excluded.sum";
        store.execute(sql, params![bucket, kind, count, sum])?;
    }
    Ok(())
}
