//! Whether what is stored is whole: the promises of docs/sync.md that can be seen from one database at rest.

use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use crate::visibility::{Scope, join, scopes_of_record, split};
use outpost_domain::{AnyRecord, Id, Kind, Quantity};
use outpost_store::{Row, Store, StoreError, params};
use outpost_sync::image::{image, image_hash, record};
use outpost_sync::sha256_hex;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// How many findings are named; the rest is counted.
const NAMED: usize = 100;
const PAGE: i64 = 1000;

/// More than the limits of commands let any record become; a frame holds sixteen times as much.
const LARGE: usize = 1 << 20;
/// The longest text that a command may carry, and so any record (crates/domain/src/limits.rs).
pub(crate) const LONGEST_TEXT: usize = 10_000;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// How many records were looked at.
    pub records: u64,
    /// How many commands.
    pub commands: u64,
    /// How many records a repair has set aside: their bytes are kept, and nobody is given them.
    pub aside: u64,
    /// How many files are named by a record and have not arrived. Devices still hold them.
    pub files_missing: u64,
    /// What is not as it should be, in words, at most 100.
    pub findings: Vec<String>,
    /// How many findings there are in all.
    pub wrong: u64,
}

impl Checked {
    fn find(&mut self, what: String) {
        self.wrong += 1;
        if self.findings.len() < NAMED {
            self.findings.push(what);
        }
    }
}

impl Headquarters {
    /// Checks everything, while others go on working.
    ///
    /// # Errors
    /// When something cannot be read at all.
    pub fn check(&self) -> Result<Checked, HeadquartersError> {
        let store = self.reader();
        store.check()?;
        let mut checked = Checked::default();
        store.snapshot(|| {
            images(&store, &mut checked)?;
            buckets(&store, &mut checked)?;
            revisions(&store, &mut checked)?;
            commands(&store, &mut checked)?;
            levels(&store, &mut checked)?;
            paths(&store, &mut checked)
        })??;
        // Not as records: one that cannot be read is named already.
        let sql = "SELECT sha256, thumbnail_sha256 FROM attachment";
        let named =
            store.rows(sql, &[], |row| Ok([row.get::<String>(0), row.get(1)].map(Result::unwrap_or_default)))?;
        drop(store);
        // A list instead of a question for each: they may be many, and far away.
        let here: BTreeSet<String> = self.files().names()?.into_iter().collect();
        let named = named.iter().flatten().filter(|sha256| !sha256.is_empty());
        let missing = named.filter(|sha256| !here.contains(&sha256.to_ascii_lowercase()));
        checked.files_missing = missing.count() as u64;
        for sha256 in here {
            // One that was swept meanwhile is named by nobody.
            if self.files().read(&sha256)?.is_some_and(|bytes| sha256_hex(&bytes) != sha256) {
                checked.find(format!("the file {sha256} is damaged where it lies"));
            }
        }
        Ok(checked)
    }
}

/// A record as it is given out.
pub(crate) struct Entity {
    pub(crate) id: String,
    pub(crate) revision: i64,
    bucket: i64,
    pub(crate) hash: i64,
    pub(crate) image: Vec<u8>,
}

/// A record that is not as it should be.
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) why: String,
    /// It is as it was written, and yet more than a record may be.
    pub(crate) only_large: bool,
}

/// Counts of records and sums of their hashes, by bucket and kind.
pub(crate) type Digests = BTreeMap<(i64, String), (i64, i64)>;

/// What a look at every record found.
#[derive(Default)]
pub(crate) struct Looked {
    pub(crate) faults: Vec<Fault>,
    pub(crate) digests: Digests,
    records: u64,
    aside: u64,
}

/// Looks at every record: that it can be read, that devices are given what is stored, and that it is no larger than it may be.
pub(crate) fn look(store: &Store) -> Result<Looked, HeadquartersError> {
    let mut looked = Looked::default();
    for kind in Kind::ALL {
        let table = kind.table();
        let sql = "SELECT DISTINCT id FROM set_aside WHERE kind = $1";
        let aside: BTreeSet<String> = store.rows(sql, params![table], |row| row.get(0))?.into_iter().collect();
        let mut after = String::new();
        loop {
            let page = page(store, *kind, &after)?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.id);
            for entity in page {
                let sum = looked.digests.entry((entity.bucket, table.to_owned())).or_default();
                *sum = (sum.0 + 1, sum.1.wrapping_add(entity.hash));
                if entity.image.is_empty() && aside.contains(&entity.id) {
                    looked.aside += 1;
                    continue;
                }
                let (why, only_large) = match is_sound(store, *kind, &entity)? {
                    Ok(stored) => (too_large(&entity.image, &stored), true),
                    Err(why) => (Some(why), false),
                };
                looked.faults.extend(why.map(|why| Fault { kind: *kind, id: entity.id, why, only_large }));
            }
        }
        let sql = format!(
            "SELECT r.id FROM \"{table}\" r WHERE NOT EXISTS (SELECT 1 FROM entity e WHERE e.kind = $1 AND e.id = r.id)"
        );
        let kept = store.rows(&sql, params![table], |row| row.get::<String>(0))?;
        let why = "it is stored and not given out";
        let fault = |id| Fault { kind: *kind, id, why: why.to_owned(), only_large: false };
        looked.faults.extend(kept.into_iter().map(fault));
        looked.records += store.number(&format!("SELECT count(*) FROM \"{table}\""), &[])? as u64;
    }
    Ok(looked)
}

/// That every record is sound, and the digests are what they add up to.
fn images(store: &Store, checked: &mut Checked) -> Result<(), HeadquartersError> {
    let Looked { faults, digests: mut sums, records, aside } = look(store)?;
    (checked.records, checked.aside) = (records, aside);
    faults.iter().for_each(|fault| checked.find(format!("{} {}: {}", fault.kind.table(), fault.id, fault.why)));
    store.each("SELECT bucket, kind, count, sum FROM bucket_digest", &[], |row| {
        let (bucket, kind): (i64, String) = (row.get(0)?, row.get(1)?);
        let known = (row.get(2)?, row.get(3)?);
        let sum = sums.remove(&(bucket, kind.clone())).unwrap_or_default();
        if sum != known {
            checked.find(format!("the digest of {kind} in bucket {bucket} says {known:?}, there is {sum:?}"));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (bucket, kind) in sums.keys() {
        checked.find(format!("{kind} in bucket {bucket} has no digest"));
    }
    Ok(())
}

const ENTITY: &str = "SELECT id, revision, bucket, hash, image FROM entity WHERE kind = $1 AND";

fn entity(row: &Row<'_>) -> Result<Entity, StoreError> {
    let (id, revision, bucket) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(Entity { id, revision, bucket, hash: row.get(3)?, image: row.bytes(4)? })
}

fn page(store: &Store, kind: Kind, after: &str) -> Result<Vec<Entity>, StoreError> {
    let sql = format!("{ENTITY} id > $2 ORDER BY id LIMIT $3");
    store.rows(&sql, params![kind.table(), after, PAGE], entity)
}

/// One record as it is given out, if it is.
pub(crate) fn given(store: &Store, kind: Kind, id: &str) -> Result<Option<Entity>, StoreError> {
    store.one(&format!("{ENTITY} id = $2"), params![kind.table(), id], entity)
}

/// A record as it is stored: none if it is not, and why if its row cannot be read.
pub(crate) fn stored(store: &Store, kind: Kind, id: Id) -> Result<Result<Option<AnyRecord>, String>, StoreError> {
    match store.get_any(kind, id) {
        Err(StoreError::Row { error, .. }) => Ok(Err(format!("its row cannot be read: {error}"))),
        stored => Ok(Ok(stored?)),
    }
}

/// Why a record is larger than it may be, if it is: a frame could not hold it, or a text is longer than commands may write.
pub(crate) fn too_large(image: &[u8], record: &AnyRecord) -> Option<String> {
    if image.len() > LARGE {
        return Some(format!("it has {} bytes: no record should be so large", image.len()));
    }
    // Most need not be taken apart.
    if image.len() <= LONGEST_TEXT {
        return None;
    }
    let fields = record.to_fields().unwrap_or_default();
    fields.as_object().into_iter().flatten().find_map(|(field, value)| {
        let characters = value.as_str()?.chars().count();
        (characters > LONGEST_TEXT).then(|| format!("{field} has {characters} characters: more than {LONGEST_TEXT}"))
    })
}

/// The record, if what is given out of it is what is stored.
fn is_sound(store: &Store, kind: Kind, entity: &Entity) -> Result<Result<AnyRecord, String>, HeadquartersError> {
    let Some(id) = Id::parse_str(&entity.id).ok() else { return Ok(Err("this is no id".to_owned())) };
    if image_hash(&entity.image) != entity.hash {
        return Ok(Err("its hash is another".to_owned()));
    }
    let stored = match stored(store, kind, id)? {
        Ok(Some(stored)) => stored,
        Ok(None) => return Ok(Err("it is given out and not stored".to_owned())),
        Err(why) => return Ok(Err(why)),
    };
    if let Err(error) = record(kind, &entity.image) {
        return Ok(Err(format!("what is given out cannot be read: {error}")));
    }
    Ok(if image(&stored)? == entity.image {
        Ok(stored)
    } else {
        Err("what is given out is not what is stored".to_owned())
    })
}

/// That the buckets, by which it is decided who is given a record, say what they did when it was laid there: a list of scopes, under
/// a name made of it, and each of these scopes finds the bucket. And that each record lies where it belongs.
fn buckets(store: &Store, checked: &mut Checked) -> Result<(), HeadquartersError> {
    let mut found: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    store.each("SELECT bucket, scope FROM bucket_scope", &[], |row| {
        found.entry(row.get(0)?).or_default().insert(row.get(1)?);
        Ok(ControlFlow::Continue(()))
    })?;
    let mut known: BTreeMap<i64, BTreeSet<Scope>> = BTreeMap::new();
    store.each("SELECT number, scopes FROM bucket", &[], |row| {
        let (number, scopes): (i64, String) = (row.get(0)?, row.get(1)?);
        let named: BTreeSet<String> = scopes.split_whitespace().map(str::to_owned).collect();
        if found.remove(&number).unwrap_or_default() != named {
            checked.find(format!("bucket {number} is for {scopes}, and others find it"));
        }
        known.insert(number, split(&scopes));
        Ok(ControlFlow::Continue(()))
    })?;
    for number in found.keys() {
        checked.find(format!("bucket {number} is found by somebody, and there is none"));
    }
    for kind in Kind::ALL {
        let sql = "SELECT id, bucket FROM entity WHERE kind = $1 AND length(image) > 0";
        let lying = store.rows(sql, params![kind.table()], |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?;
        for (id, bucket) in lying {
            let Some(scopes) = known.get(&bucket) else {
                checked.find(format!("{} {id} lies in bucket {bucket}, and there is none", kind.table()));
                continue;
            };
            // What cannot be read is named already.
            let Some(Ok(Some(record))) = Id::parse_str(&id).ok().map(|id| store.get_any(*kind, id)) else { continue };
            match scopes_of_record(store, &record) {
                Err(StoreError::Row { .. }) => {}
                // What it belonged to may have been set aside: whoever had it keeps it.
                belongs if belongs.as_ref().is_ok_and(|belongs| belongs.is_empty() || belongs == scopes) => {}
                belongs => {
                    let belongs = join(&belongs?);
                    checked.find(format!(
                        "{} {id} is for {belongs}, and lies where {} look",
                        kind.table(),
                        join(scopes)
                    ));
                }
            }
        }
    }
    Ok(())
}

fn revisions(store: &Store, checked: &mut Checked) -> Result<(), HeadquartersError> {
    let head = store.number("SELECT revision FROM tenant", &[])?;
    for sql in ["SELECT max(revision) FROM revision", "SELECT count(*) FROM revision"] {
        let commits = store.number(sql, &[])?;
        if commits != head {
            checked.find(format!("the newest commit is {head}, but {commits} is what is known of commits"));
        }
    }
    let newest = store.number("SELECT max(revision) FROM entity", &[])?;
    if newest > head {
        checked.find(format!("the newest commit is {head}, but a record was written by {newest}"));
    }
    Ok(())
}

/// That every command that was not done is a matter of attention.
fn commands(store: &Store, checked: &mut Checked) -> Result<(), HeadquartersError> {
    checked.commands = store.number("SELECT count(*) FROM command", &[])? as u64;
    let sql = "SELECT c.id, c.status FROM command c WHERE c.status NOT IN ('applied', 'adjusted')
         AND c.id NOT IN (SELECT command_id FROM attention WHERE command_id IS NOT NULL) ORDER BY c.id";
    store.each(sql, &[], |row| {
        let (id, status): (String, String) = (row.get(0)?, row.get(1)?);
        checked.find(format!("command {id} was {status}, and nobody is told"));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(())
}

/// That the steps of every ticket were done in their order, or somebody is told that they were not.
fn paths(store: &Store, checked: &mut Checked) -> Result<(), HeadquartersError> {
    let sql =
        "SELECT DISTINCT b.ticket_id FROM step a JOIN step b ON b.ticket_id = a.ticket_id AND b.position > a.position
         WHERE a.state <> 'done' AND b.state = 'done'
         AND NOT EXISTS (SELECT 1 FROM attention t WHERE t.ticket_id = a.ticket_id) ORDER BY b.ticket_id";
    store.each(sql, &[], |row| {
        let ticket: String = row.get(0)?;
        checked.find(format!("the steps of ticket {ticket} were done out of their order, and nobody is told"));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(())
}

/// That each level is what the movements of its part there add up to.
fn levels(store: &Store, checked: &mut Checked) -> Result<(), HeadquartersError> {
    let sql = "SELECT part_id, place, CAST(sum(level) AS BIGINT), CAST(sum(moved) AS BIGINT), sum(is_level) FROM (
         SELECT part_id, location_id AS place, quantity AS level, 0 AS moved, 1 AS is_level FROM stock_level
         UNION ALL SELECT part_id, to_id, 0, quantity, 0 FROM stock_movement WHERE to_id IS NOT NULL
         UNION ALL SELECT part_id, from_id, 0, -quantity, 0 FROM stock_movement WHERE from_id IS NOT NULL
         ) entry GROUP BY part_id, place HAVING sum(level) <> sum(moved) ORDER BY part_id, place";
    store.each(sql, &[], |row| {
        let (part, place): (String, String) = (row.get(0)?, row.get(1)?);
        let quantity = |place: usize| row.get::<i64>(place).map(Quantity::from_millionths);
        let (level, sum) = (quantity(2)?, quantity(3)?);
        checked.find(match row.get::<i64>(4)? {
            0 => format!("part {part} at {place} has movements of {sum} and no level"),
            _ => format!("the level of part {part} at {place} is {level}, its movements add up to {sum}"),
        });
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(())
}
