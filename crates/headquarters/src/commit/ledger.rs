//! What a commit adds up to: which record lies in which bucket from now on, and what each bucket holds.

use super::written::{Hash, Written};
use super::{LOOKED_UP, STATEMENTS, Touched};
use crate::error::HeadquartersError;
use crate::visibility::{Scope, join, scopes_of_record, set_name, split};
use outpost_domain::{AnyRecord, Id, Kind};
use outpost_store::{Insert, Row, Store, ToSql, Value, params, places};
use outpost_sync::image::image;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Where a record lies, since which commit, and the hash of its image.
#[derive(Clone, Copy)]
pub(super) struct Lying {
    bucket: i64,
    placed: i64,
    hash: i64,
}

/// Where records lie, but for those that are new for certain.
pub(super) fn lying(
    store: &Store,
    records: &[AnyRecord],
    written: &BTreeMap<(Kind, Id), bool>,
) -> Result<BTreeMap<(Kind, Id), Lying>, HeadquartersError> {
    let mut by_kind: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for (kind, id) in records.iter().map(|record| record.key()).filter(|name| written.get(name) != Some(&true)) {
        by_kind.entry(kind).or_default().push(id.to_string());
    }
    let mut found = BTreeMap::new();
    for (kind, ids) in by_kind {
        for ids in ids.chunks(LOOKED_UP) {
            let places = places(2, ids.len());
            let sql =
                format!("SELECT id, bucket, placed_revision, hash FROM entity WHERE kind = $1 AND id IN ({places})");
            let table = kind.table();
            let mut params: Vec<&dyn ToSql> = vec![&table];
            params.extend(ids.iter().map(|id| id as &dyn ToSql));
            store.each(&sql, &params, |row| {
                let lying = Lying { bucket: row.get(1)?, placed: row.get(2)?, hash: row.get(3)? };
                found.insert((kind, Id::parse_str(&row.get::<String>(0)?).unwrap_or_default()), lying);
                Ok(ControlFlow::Continue(()))
            })?;
        }
    }
    Ok(found)
}

/// How many records lie in a bucket, and the sum of their hashes.
type Sum = (i64, i64);

/// A bucket that a commit writes into or takes from.
#[derive(Default)]
struct Bucket {
    /// None until it was looked up.
    scopes: Option<BTreeSet<Scope>>,
    /// What lies in it, by kind; until it was looked up, what the commit adds.
    sums: BTreeMap<Kind, Sum>,
    /// The kinds of which the commit changed what lies in it.
    changed: BTreeSet<Kind>,
}

/// The buckets that were looked up: for one commit, and for the next as long as nobody else commits.
#[derive(Default)]
pub(crate) struct Buckets {
    /// By their numbers.
    buckets: BTreeMap<i64, Bucket>,
    /// Their numbers, by their scopes.
    numbers: BTreeMap<BTreeSet<Scope>, i64>,
}

/// What a commit adds up to.
pub(super) struct Ledger<'a> {
    store: &'a Store,
    revision: i64,
    known: &'a mut Buckets,
    chained: Written,
    new_entities: Vec<Value>,
    entities: Vec<Value>,
    stays: Vec<Value>,
}

impl<'a> Ledger<'a> {
    pub(super) fn of(store: &'a Store, revision: i64, known: &'a mut Buckets, chained: Written) -> Ledger<'a> {
        Ledger { store, revision, known, chained, new_entities: Vec::new(), entities: Vec::new(), stays: Vec::new() }
    }

    /// Notes the image of a record, and where it lies now. Whether what belongs to it may have moved.
    pub(super) fn note(
        &mut self,
        record: &AnyRecord,
        bucket: i64,
        old: Option<Lying>,
    ) -> Result<bool, HeadquartersError> {
        let (kind, id) = record.key();
        let image = image(record)?;
        let whole: Hash = Sha256::digest(&image).into();
        let hash = digest_of(&whole);
        let mut placed = self.revision;
        if let Some(old) = old {
            if (old.bucket, old.hash) == (bucket, hash) {
                return Ok(false);
            }
            self.add(old.bucket, kind, (-1, old.hash.wrapping_neg()));
            if old.bucket == bucket {
                placed = old.placed;
            } else {
                let (kind, id) = (kind.table().to_owned(), id.to_string());
                self.stays.extend([kind.into(), id.into(), old.bucket.into(), old.placed.into(), self.revision.into()]);
            }
        }
        self.add(bucket, kind, (1, hash));
        self.chained.add(kind.table(), id, whole);
        let entities = if old.is_none() { &mut self.new_entities } else { &mut self.entities };
        entities.extend([
            kind.table().to_owned().into(),
            id.to_string().into(),
            self.revision.into(),
            bucket.into(),
            placed.into(),
            hash.into(),
            image.into(),
        ]);
        let moved = old.is_none_or(|old| old.bucket != bucket);
        // A person is seen by all, wherever they are; what is theirs is not. The same may be so for a customer.
        Ok(moved || matches!(kind, Kind::User | Kind::Customer))
    }

    /// Notes that a record lies where nobody looks: in the bucket that has no scopes.
    pub(super) fn set_aside(&mut self, kind: Kind, id: Id) -> Result<(), HeadquartersError> {
        let sql = "SELECT bucket, placed_revision, hash FROM entity WHERE kind = $1 AND id = $2";
        let lying = |row: &Row<'_>| Ok(Lying { bucket: row.get(0)?, placed: row.get(1)?, hash: row.get(2)? });
        let Some(old) = self.store.one(sql, params![kind.table(), id.to_string()], lying)? else { return Ok(()) };
        let (nowhere, image): (_, Vec<u8>) = (BTreeSet::new(), Vec::new());
        let name = set_name(&nowhere);
        let known = self.look_up("name", &[&name as &dyn ToSql])?.get(&name).copied();
        let bucket = match known {
            Some(bucket) => bucket,
            None => self.make(&name, &nowhere)?,
        };
        let whole: Hash = Sha256::digest(&image).into();
        self.add(old.bucket, kind, (-1, old.hash.wrapping_neg()));
        self.add(bucket, kind, (1, digest_of(&whole)));
        self.chained.add(kind.table(), id, whole);
        let name = || [kind.table().to_owned().into(), id.to_string().into()];
        self.stays.extend(name());
        self.stays.extend([old.bucket.into(), old.placed.into(), self.revision.into()]);
        self.entities.extend(name());
        let (revision, hash) = (self.revision, digest_of(&whole));
        self.entities.extend([revision.into(), bucket.into(), revision.into(), hash.into(), image.into()]);
        Ok(())
    }

    fn add(&mut self, bucket: i64, kind: Kind, added: Sum) {
        let bucket = self.known.buckets.entry(bucket).or_default();
        let sum = bucket.sums.entry(kind).or_default();
        *sum = plus(*sum, added);
        bucket.changed.insert(kind);
    }

    /// The number of the bucket for each of these records.
    pub(super) fn buckets_of(&mut self, records: &[AnyRecord]) -> Result<Vec<i64>, HeadquartersError> {
        let of_record = |record| scopes_of_record(self.store, record);
        let sets = records.iter().map(of_record).collect::<Result<Vec<BTreeSet<Scope>>, _>>()?;
        let new = |set: &&BTreeSet<Scope>| !self.known.numbers.contains_key(*set);
        let mut named: BTreeMap<String, &BTreeSet<Scope>> =
            sets.iter().filter(new).collect::<BTreeSet<_>>().into_iter().map(|set| (set_name(set), set)).collect();
        let names: Vec<&dyn ToSql> = named.keys().map(|name| name as &dyn ToSql).collect();
        for (name, number) in self.look_up("name", &names)? {
            if let Some(set) = named.remove(&name) {
                self.known.numbers.insert(set.clone(), number);
            }
        }
        for (name, set) in named {
            let number = self.make(&name, set)?;
            self.known.numbers.insert(set.clone(), number);
        }
        Ok(sets.iter().filter_map(|set| self.known.numbers.get(set).copied()).collect())
    }

    /// Makes a bucket for these scopes; its number.
    fn make(&mut self, name: &str, scopes: &BTreeSet<Scope>) -> Result<i64, HeadquartersError> {
        let number = self.store.number("SELECT coalesce(max(number), 0) + 1 FROM bucket", &[])?;
        let sql = "INSERT INTO bucket (number, name, scopes) VALUES ($1, $2, $3)";
        self.store.execute(sql, params![number, name, join(scopes)])?;
        let cells = scopes.iter().flat_map(|scope| [scope.to_string().into(), number.into()]).collect();
        self.store.insert(&Insert::new("bucket_scope", &["scope", "bucket"], ""), cells)?;
        self.known.buckets.insert(number, Bucket { scopes: Some(scopes.clone()), ..Bucket::default() });
        Ok(number)
    }

    /// Looks up the buckets for which a column has one of these values, with what lies in them; their names and numbers.
    fn look_up(&mut self, column: &str, values: &[&dyn ToSql]) -> Result<BTreeMap<String, i64>, HeadquartersError> {
        let (mut names, mut new) = (BTreeMap::new(), BTreeSet::new());
        for values in values.chunks(LOOKED_UP) {
            let sql = format!(
                "SELECT b.name, b.number, b.scopes, d.kind, d.count, d.sum
                 FROM bucket b LEFT JOIN bucket_digest d ON d.bucket = b.number WHERE b.{column} IN ({})",
                places(1, values.len())
            );
            self.store.each(&sql, values, |row| {
                let number = row.get(1)?;
                let bucket = self.known.buckets.entry(number).or_default();
                if bucket.scopes.is_none() {
                    bucket.scopes = Some(split(row.text(2)?));
                    new.insert(number);
                }
                names.insert(row.get(0)?, number);
                let kind = row.get::<Option<String>>(3)?.as_deref().and_then(Kind::from_table);
                if let Some(kind) = kind.filter(|_| new.contains(&number)) {
                    // What the commit added is there already.
                    let sum = bucket.sums.entry(kind).or_default();
                    *sum = plus(*sum, (row.get(4)?, row.get(5)?));
                }
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(names)
    }

    /// Writes it; what the commit touched, and wrote.
    pub(super) fn write(mut self) -> Result<(Touched, Written), HeadquartersError> {
        // Where records came from, if nothing lies there now that the commit wrote.
        let unknown = self.known.buckets.iter().filter(|(_, bucket)| bucket.scopes.is_none());
        let unknown: Vec<i64> = unknown.map(|(number, _)| *number).collect();
        self.look_up("number", &unknown.iter().map(|number| number as &dyn ToSql).collect::<Vec<_>>())?;
        let Ledger { store, revision, known, chained, new_entities, entities, stays } = self;
        let mut touched = Touched { revision, ..Touched::default() };
        let mut digests = Vec::new();
        for (number, bucket) in known.buckets.iter_mut().filter(|(_, bucket)| !bucket.changed.is_empty()) {
            touched.scopes.extend(bucket.scopes.iter().flatten());
            for kind in std::mem::take(&mut bucket.changed) {
                touched.kinds.insert(kind);
                let (count, sum) = bucket.sums.get(&kind).copied().unwrap_or_default();
                digests.extend([(*number).into(), kind.table().to_owned().into(), count.into(), sum.into()]);
            }
        }
        store.insert(&STATEMENTS.new_entity, new_entities)?;
        store.insert(&STATEMENTS.entity, entities)?;
        store.insert(&STATEMENTS.stay, stays)?;
        store.insert(&STATEMENTS.digest, digests)?;
        Ok((touched, chained))
    }
}

/// What an image with this hash adds to the digest of its kind, as [`image_hash`](outpost_sync::image::image_hash) says:
/// the image is hashed only once.
fn digest_of(whole: &Hash) -> i64 {
    let mut first = [0; 8];
    first.copy_from_slice(&whole[..8]);
    i64::from_be_bytes(first)
}

fn plus(one: Sum, other: Sum) -> Sum {
    (one.0 + other.0, one.1.wrapping_add(other.1))
}
