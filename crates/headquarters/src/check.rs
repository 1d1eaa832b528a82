//! Whether what is stored is whole: the promises of docs/sync.md that can be seen from one database at rest.

use crate::headquarters::{Headquarters, HeadquartersError};
use outpost_domain::ticket::Attachment;
use outpost_domain::{AnyRecord, Decimal, Id, Kind};
use outpost_store::{Row, Store, StoreError, params};
use outpost_sync::image::{image, image_hash, record};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// How many findings are named; the rest is counted.
const NAMED: usize = 100;
const PAGE: i64 = 1000;

/// More than the limits of commands let any record become; a frame holds sixteen times as much.
const LARGE: usize = 1 << 20;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// How many records were looked at.
    pub records: u64,
    /// How many commands.
    pub commands: u64,
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
            revisions(&store, &mut checked)?;
            commands(&store, &mut checked)?;
            levels(&store, &mut checked)?;
            paths(&store, &mut checked)
        })??;
        let named = store.select::<Attachment>("", &[])?;
        drop(store);
        // A list instead of a question for each: they may be many, and far away.
        let here: BTreeSet<String> = self.files().names()?.into_iter().collect();
        let missing =
            named.iter().flat_map(Attachment::files).filter(|sha256| !here.contains(&sha256.to_ascii_lowercase()));
        checked.files_missing = missing.count() as u64;
        Ok(checked)
    }
}

struct Entity {
    id: String,
    bucket: i64,
    hash: i64,
    image: Vec<u8>,
}

/// That what devices are given is what is stored, and the digests are what it adds up to.
fn images(store: &Store, checked: &mut Checked) -> Result<(), HeadquartersError> {
    let mut sums: BTreeMap<(i64, String), (i64, i64)> = BTreeMap::new();
    for kind in Kind::ALL {
        let (mut after, mut seen) = (String::new(), 0);
        loop {
            let page = page(store, *kind, &after)?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.id);
            for entity in &page {
                let sum = sums.entry((entity.bucket, kind.table().to_owned())).or_default();
                *sum = (sum.0 + 1, sum.1.wrapping_add(entity.hash));
                seen += 1;
                if entity.image.len() > LARGE {
                    let (kind, id, bytes) = (kind.table(), &entity.id, entity.image.len());
                    checked.find(format!("{kind} {id} has {bytes} bytes: no record should be so large"));
                }
                if let Err(why) = is_sound(store, *kind, entity)? {
                    checked.find(format!("{} {}: {why}", kind.table(), entity.id));
                }
            }
        }
        let stored = store.number(&format!("SELECT count(*) FROM \"{}\"", kind.table()), &[])?;
        if stored != seen {
            checked.find(format!("{}: {stored} records are stored, {seen} are given out", kind.table()));
        }
        checked.records += stored as u64;
    }
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

fn page(store: &Store, kind: Kind, after: &str) -> Result<Vec<Entity>, StoreError> {
    let sql = "SELECT id, bucket, hash, image FROM entity WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3";
    store.rows(sql, params![kind.table(), after, PAGE], |row| {
        Ok(Entity { id: row.get(0)?, bucket: row.get(1)?, hash: row.get(2)?, image: row.get(3)? })
    })
}

fn is_sound(store: &Store, kind: Kind, entity: &Entity) -> Result<Result<(), &'static str>, HeadquartersError> {
    if image_hash(&entity.image) != entity.hash {
        return Ok(Err("its hash is another"));
    }
    let Some(id) = Id::parse_str(&entity.id).ok() else { return Ok(Err("this is no id")) };
    let Some(stored) = store.get_any(kind, id)? else { return Ok(Err("it is given out and not stored")) };
    let same = match (&stored, record(kind, &entity.image)) {
        // When a device was last heard of is written without a commit.
        (AnyRecord::Replica(stored), Ok(AnyRecord::Replica(given))) => {
            let (seen_at, version) = (stored.seen_at, stored.version.clone());
            **stored == outpost_domain::person::Replica { seen_at, version, ..Arc::unwrap_or_clone(given) }
        }
        _ => image(&stored)? == entity.image,
    };
    Ok(if same { Ok(()) } else { Err("what is given out is not what is stored") })
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
         AND NOT EXISTS (SELECT 1 FROM attention a WHERE a.command_id = c.id) ORDER BY c.id";
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
    let quantity = |row: &Row<'_>, place: usize| {
        Ok::<_, StoreError>(row.get::<String>(place)?.parse::<Decimal>().unwrap_or_default())
    };
    let mut sums: BTreeMap<(String, String), Decimal> = BTreeMap::new();
    store.each("SELECT part_id, from_id, to_id, quantity FROM stock_movement", &[], |row| {
        let part: String = row.get(0)?;
        let moved = quantity(row, 3)?;
        for (place, moved) in [(row.get::<Option<String>>(1)?, -moved), (row.get::<Option<String>>(2)?, moved)] {
            if let Some(place) = place {
                let sum: &mut Decimal = sums.entry((part.clone(), place)).or_default();
                *sum = sum.saturating_add(moved);
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    store.each("SELECT part_id, location_id, quantity FROM stock_level", &[], |row| {
        let (part, place): (String, String) = (row.get(0)?, row.get(1)?);
        let level = quantity(row, 2)?;
        let sum = sums.remove(&(part.clone(), place.clone())).unwrap_or_default();
        if level != sum {
            checked.find(format!("the level of part {part} at {place} is {level}, its movements add up to {sum}"));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for ((part, place), sum) in sums.into_iter().filter(|(_, sum)| !sum.is_zero()) {
        checked.find(format!("part {part} at {place} has movements of {sum} and no level"));
    }
    Ok(())
}
