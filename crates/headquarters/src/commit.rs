//! Commits: a number, a random tag, the records it wrote, and who may see them from now on.

use crate::headquarters::{Headquarters, HeadquartersError, random_hex};
use crate::poke::Touched;
use crate::scope::{Scope, dependents, join, scopes_of_record, set_name, split};
use outpost_app::now;
use outpost_domain::{AnyRecord, Id, Kind};
use outpost_store::{Insert, Store, ToSql, Value, params, places};
use outpost_sync::image::{image, image_hash};
use outpost_sync::protocol::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// How many records are looked up at once.
const LOOKED_UP: usize = 500;

/// Where a record lies, since which commit, and the hash of its image.
#[derive(Clone, Copy)]
struct Lying {
    bucket: i64,
    placed: i64,
    hash: i64,
}

/// A commit that is being written, inside a transaction that remembers. What it does not [`Commit::finish`] is not whole.
pub(crate) struct Commit<'a> {
    store: &'a Store,
    pub(crate) revision: i64,
    pub(crate) tag: String,
    /// The records that it wrote, and whether each is new for certain.
    written: BTreeMap<(Kind, Id), bool>,
    commands: Vec<Vec<Value>>,
}

impl<'a> Commit<'a> {
    /// Takes the next number.
    pub(crate) fn begin(store: &'a Store) -> Result<Commit<'a>, HeadquartersError> {
        store.execute("UPDATE tenant SET revision = revision + 1", &[])?;
        let revision = store.number("SELECT revision FROM tenant", &[])?;
        let tag = random_hex(8)?;
        Ok(Commit { store, revision, tag, written: BTreeMap::new(), commands: Vec::new() })
    }

    /// Writes a record.
    pub(crate) fn put(&mut self, record: &AnyRecord) -> Result<(), HeadquartersError> {
        self.written.entry(record.name()).or_insert(false);
        Ok(self.store.put(record)?)
    }

    /// Writes a record that a command leads to, which is done for the first time. Events are made once, under an id that
    /// derives from the command's: nobody has to look where such a one lay before.
    pub(crate) fn put_made(&mut self, record: &AnyRecord) -> Result<(), HeadquartersError> {
        self.written.entry(record.name()).or_insert(record.kind() == Kind::Event);
        Ok(self.store.put(record)?)
    }

    /// Keeps a command, as it was received, with what became of it.
    pub(crate) fn keep(
        &mut self,
        outcome: &Outcome,
        replica_id: Id,
        seq: i64,
        act: &str,
        base_revision: i64,
        received_at: i64,
    ) -> Result<(), HeadquartersError> {
        self.commands.push(vec![
            outcome.id.to_string().into(),
            replica_id.to_string().into(),
            seq.into(),
            act.to_owned().into(),
            base_revision.into(),
            received_at.into(),
            outcome.status.name().to_owned().into(),
            serde_json::to_string(outcome)?.into(),
        ]);
        Ok(())
    }

    /// Works out the image of each record that was written, and who may see it; where that changed, what belongs to it
    /// moves too. Everything is stored by now, so each is looked at once, in any order.
    pub(crate) fn finish(self) -> Result<Touched, HeadquartersError> {
        let Commit { store, revision, tag, written, commands } = self;
        let mut ledger = Ledger::of(store, revision);
        let mut moved = BTreeSet::new();
        let mut next = Vec::with_capacity(written.len());
        for (kind, id) in written.keys() {
            next.extend(store.get_any(*kind, *id)?);
        }
        while !next.is_empty() {
            let mut belonging = Vec::new();
            let known = lying(store, &next, &written)?;
            for record in next {
                if ledger.note(&record, known.get(&record.name()).copied())? {
                    let mut new = |name| !written.contains_key(&name) && moved.insert(name);
                    belonging.extend(dependents(store, &record)?.into_iter().filter(|record| new(record.name())));
                }
            }
            next = belonging;
        }
        let touched = ledger.write()?;
        let columns = ["id", "replica_id", "seq", "act", "base_revision", "received_at", "status", "outcome"];
        store.insert(&Insert::new("command", &columns, ""), commands)?;
        let kinds: Vec<&str> = touched.kinds.iter().map(|kind| kind.table()).collect();
        let sql = "INSERT INTO revision (revision, tag, committed_at, kinds, scopes) VALUES ($1, $2, $3, $4, $5)";
        store.execute(sql, params![revision, tag, now(), kinds.join(" "), join(&touched.scopes)])?;
        Ok(touched)
    }
}

/// Where records lie, but for those that are new for certain.
fn lying(
    store: &Store,
    records: &[AnyRecord],
    written: &BTreeMap<(Kind, Id), bool>,
) -> Result<BTreeMap<(Kind, Id), Lying>, HeadquartersError> {
    let mut by_kind: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for (kind, id) in records.iter().map(|record| record.name()).filter(|name| written.get(name) != Some(&true)) {
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

/// What a commit adds up to.
struct Ledger<'a> {
    store: &'a Store,
    revision: i64,
    /// What was added to each bucket and kind: how many, and the sum of hashes.
    digests: BTreeMap<(i64, Kind), (i64, i64)>,
    /// The buckets that were looked up, by their scopes.
    buckets: BTreeMap<BTreeSet<Scope>, i64>,
    entities: Vec<Vec<Value>>,
    stays: Vec<Vec<Value>>,
}

impl<'a> Ledger<'a> {
    fn of(store: &'a Store, revision: i64) -> Ledger<'a> {
        let (digests, buckets) = (BTreeMap::new(), BTreeMap::new());
        Ledger { store, revision, digests, buckets, entities: Vec::new(), stays: Vec::new() }
    }

    /// Notes the image of a record, and who may see it. Whether what belongs to it may have moved.
    fn note(&mut self, record: &AnyRecord, old: Option<Lying>) -> Result<bool, HeadquartersError> {
        let (kind, id) = record.name();
        let image = image(record)?;
        let (bucket, hash) = (self.bucket(scopes_of_record(self.store, record)?)?, image_hash(&image));
        let mut placed = self.revision;
        if let Some(old) = old {
            if (old.bucket, old.hash) == (bucket, hash) {
                return Ok(false);
            }
            self.count(old.bucket, kind, -1, old.hash.wrapping_neg());
            if old.bucket == bucket {
                placed = old.placed;
            } else {
                let (kind, id) = (kind.table().to_owned(), id.to_string());
                self.stays.push(vec![
                    kind.into(),
                    id.into(),
                    old.bucket.into(),
                    old.placed.into(),
                    self.revision.into(),
                ]);
            }
        }
        self.count(bucket, kind, 1, hash);
        self.entities.push(vec![
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

    /// The number of the bucket for these scopes.
    fn bucket(&mut self, scopes: BTreeSet<Scope>) -> Result<i64, HeadquartersError> {
        if let Some(number) = self.buckets.get(&scopes) {
            return Ok(*number);
        }
        let number = self.stored_bucket(&scopes, &set_name(&scopes))?;
        self.buckets.insert(scopes, number);
        Ok(number)
    }

    fn stored_bucket(&self, scopes: &BTreeSet<Scope>, name: &str) -> Result<i64, HeadquartersError> {
        let store = self.store;
        let known = store.one("SELECT number FROM bucket WHERE name = $1", params![name], |row| row.get(0))?;
        if let Some(number) = known {
            return Ok(number);
        }
        let number = store.number("SELECT coalesce(max(number), 0) + 1 FROM bucket", &[])?;
        let sql = "INSERT INTO bucket (number, name, scopes) VALUES ($1, $2, $3)";
        store.execute(sql, params![number, name, join(scopes)])?;
        let rows = scopes.iter().map(|scope| vec![scope.to_string().into(), number.into()]).collect();
        store.insert(&Insert::new("bucket_scope", &["scope", "bucket"], ""), rows)?;
        Ok(number)
    }

    fn count(&mut self, bucket: i64, kind: Kind, count: i64, sum: i64) {
        let digest = self.digests.entry((bucket, kind)).or_default();
        *digest = (digest.0 + count, digest.1.wrapping_add(sum));
    }

    /// Writes it; what the commit touched.
    fn write(self) -> Result<Touched, HeadquartersError> {
        let Ledger { store, revision, mut digests, buckets, entities, stays } = self;
        let mut touched = Touched { revision, ..Touched::default() };
        touched.kinds = digests.keys().map(|(_, kind)| *kind).collect();
        // The buckets that records came from are among them.
        let numbers: BTreeSet<i64> = digests.keys().map(|(bucket, _)| *bucket).collect();
        let known = buckets.into_iter().filter(|(_, number)| numbers.contains(number));
        let mut scopes: BTreeMap<i64, BTreeSet<Scope>> = known.map(|(scopes, number)| (number, scopes)).collect();
        for bucket in &numbers {
            store.each("SELECT kind, count, sum FROM bucket_digest WHERE bucket = $1", params![bucket], |row| {
                let kind = Kind::from_table(&row.get::<String>(0)?);
                if let Some(added) = kind.and_then(|kind| digests.get_mut(&(*bucket, kind))) {
                    *added = (added.0 + row.get::<i64>(1)?, added.1.wrapping_add(row.get(2)?));
                }
                Ok(ControlFlow::Continue(()))
            })?;
            if !scopes.contains_key(bucket) {
                let sql = "SELECT scopes FROM bucket WHERE number = $1";
                let known = store.one(sql, params![bucket], |row| row.get::<String>(0))?;
                scopes.insert(*bucket, split(&known.unwrap_or_default()));
            }
        }
        touched.scopes = scopes.into_values().flatten().collect();
        let columns = ["kind", "id", "revision", "bucket", "placed_revision", "hash", "image"];
        store.insert(&Insert::over("entity", &columns, "kind, id"), entities)?;
        let columns = ["kind", "id", "bucket", "placed_revision", "left_revision"];
        store.insert(&Insert::new("stay", &columns, ""), stays)?;
        let row = |((bucket, kind), (count, sum)): ((i64, Kind), (i64, i64))| {
            vec![bucket.into(), kind.table().to_owned().into(), count.into(), sum.into()]
        };
        let columns = ["bucket", "kind", "count", "sum"];
        store
            .insert(&Insert::over("bucket_digest", &columns, "bucket, kind"), digests.into_iter().map(row).collect())?;
        Ok(touched)
    }
}

impl Headquarters {
    /// Writes one commit, whole or not at all, and pokes those who wait for it.
    pub(crate) fn commit<T>(
        &self,
        work: impl FnOnce(&Store, &mut Commit<'_>) -> Result<T, HeadquartersError>,
    ) -> Result<T, HeadquartersError> {
        let store = self.writer();
        let (done, touched) = store.transaction_with_memory(|| {
            let mut commit = Commit::begin(&store)?;
            let done = work(&store, &mut commit)?;
            Ok::<_, HeadquartersError>((done, commit.finish()?))
        })?;
        drop(store);
        self.poke(touched);
        Ok(done)
    }

    /// Stores records that no command makes, such as those of a new company, in commits of at most 1,000.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn store_records(&self, records: &[AnyRecord]) -> Result<(), HeadquartersError> {
        for part in records.chunks(1000) {
            self.commit(|_, commit| part.iter().try_for_each(|record| commit.put(record)))?;
        }
        Ok(())
    }
}
