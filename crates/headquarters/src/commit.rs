//! Commits: a number, a random tag, the records it wrote, and who may see them from now on.

use crate::headquarters::{Headquarters, HeadquartersError, random_hex};
use crate::poke::Touched;
use crate::scope::{dependents, join, scopes_of_record, set_name, split};
use outpost_app::now;
use outpost_domain::{AnyRecord, Id, Kind};
use outpost_store::{Row, Store, params};
use outpost_sync::image::{image, image_hash};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Where a record lies, and the hash of its image.
#[derive(Clone, Copy, PartialEq)]
struct Lying {
    bucket: i64,
    hash: i64,
}

/// A commit that is being written, inside a transaction. What it does not [`Commit::finish`] is not whole.
pub(crate) struct Commit<'a> {
    store: &'a Store,
    pub(crate) revision: i64,
    pub(crate) tag: String,
    /// What was added to each bucket and kind: how many, and the sum of hashes.
    digests: BTreeMap<(i64, Kind), (i64, i64)>,
    /// The buckets that it has looked up, by their scopes.
    buckets: RefCell<BTreeMap<BTreeSet<String>, i64>>,
}

impl<'a> Commit<'a> {
    /// Takes the next number.
    pub(crate) fn begin(store: &'a Store) -> Result<Commit<'a>, HeadquartersError> {
        store.execute("UPDATE tenant SET revision = revision + 1", &[])?;
        let revision = store.number("SELECT revision FROM tenant", &[])?;
        let tag = random_hex(8)?;
        Ok(Commit { store, revision, tag, digests: BTreeMap::new(), buckets: RefCell::default() })
    }

    /// Writes a record.
    pub(crate) fn put(&mut self, record: &AnyRecord) -> Result<(), HeadquartersError> {
        self.store.put(record)?;
        let old = self.lying(record.kind(), record.id())?;
        self.note(record, old)
    }

    /// Writes a record that a command leads to, which is done for the first time. Events are made once, under an id that
    /// derives from the command's: nobody has to look where such a one lay before.
    pub(crate) fn put_made(&mut self, record: &AnyRecord) -> Result<(), HeadquartersError> {
        if record.kind() == Kind::Event {
            self.store.put(record)?;
            return self.note(record, None);
        }
        self.put(record)
    }

    /// Notes the image of a record that is stored, and who may see it. Where that moved, what belongs to it moves too.
    fn note(&mut self, record: &AnyRecord, old: Option<Lying>) -> Result<(), HeadquartersError> {
        let (kind, id) = (record.kind(), record.id());
        let scopes = scopes_of_record(self.store, record)?;
        let image = image(record)?;
        let new = Lying { bucket: self.bucket(&scopes)?, hash: image_hash(&image) };
        if old == Some(new) {
            return Ok(());
        }
        if let Some(old) = old {
            self.count(old.bucket, kind, -1, old.hash.wrapping_neg());
        }
        self.count(new.bucket, kind, 1, new.hash);
        self.store.execute(
            "INSERT INTO entity (kind, id, revision, bucket, hash, image) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (kind, id) DO UPDATE SET revision = excluded.revision, bucket = excluded.bucket,
             hash = excluded.hash, image = excluded.image",
            params![kind.table(), id.to_string(), self.revision, new.bucket, new.hash, image],
        )?;
        let moved = old.is_none_or(|old| old.bucket != new.bucket);
        if moved {
            self.move_scopes(kind, id, old.map(|old| old.bucket), &scopes)?;
        }
        // A person is seen by all, wherever they are; what is theirs is not. The same may be so for a customer.
        if !moved && !matches!(kind, Kind::User | Kind::Customer) {
            return Ok(());
        }
        for dependent in dependents(self.store, record)? {
            let old = self.lying(dependent.kind(), dependent.id())?;
            self.note(&dependent, old)?;
        }
        Ok(())
    }

    fn lying(&self, kind: Kind, id: Id) -> Result<Option<Lying>, HeadquartersError> {
        let sql = "SELECT bucket, hash FROM entity WHERE kind = $1 AND id = $2";
        let id = id.to_string();
        let lying = |row: &Row<'_>| Ok(Lying { bucket: row.get(0)?, hash: row.get(1)? });
        Ok(self.store.one(sql, params![kind.table(), id], lying)?)
    }

    fn move_scopes(
        &self,
        kind: Kind,
        id: Id,
        from: Option<i64>,
        wanted: &BTreeSet<String>,
    ) -> Result<(), HeadquartersError> {
        let current = match from {
            None => None,
            Some(bucket) => {
                let sql = "SELECT scopes FROM bucket WHERE number = $1";
                self.store.one(sql, params![bucket], |row| row.get::<String>(0))?
            }
        };
        let current: BTreeSet<String> = current.map(|scopes| split(&scopes)).unwrap_or_default();
        for scope in wanted.difference(&current) {
            self.store.execute(
                "INSERT INTO entity_scope (kind, id, scope, added_revision) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (kind, id, scope, added_revision) DO UPDATE SET removed_revision = NULL",
                params![kind.table(), id.to_string(), scope, self.revision],
            )?;
        }
        for scope in current.difference(wanted) {
            self.store.execute(
                "UPDATE entity_scope SET removed_revision = $1
                 WHERE kind = $2 AND id = $3 AND scope = $4 AND removed_revision IS NULL",
                params![self.revision, kind.table(), id.to_string(), scope],
            )?;
        }
        Ok(())
    }

    /// The number of the bucket for these scopes.
    fn bucket(&self, scopes: &BTreeSet<String>) -> Result<i64, HeadquartersError> {
        if let Some(number) = self.buckets.borrow().get(scopes) {
            return Ok(*number);
        }
        let number = self.stored_bucket(scopes, &set_name(scopes))?;
        self.buckets.borrow_mut().insert(scopes.clone(), number);
        Ok(number)
    }

    fn stored_bucket(&self, scopes: &BTreeSet<String>, name: &str) -> Result<i64, HeadquartersError> {
        let known = self.store.one("SELECT number FROM bucket WHERE name = $1", params![name], |row| row.get(0))?;
        if let Some(number) = known {
            return Ok(number);
        }
        let number = self.store.number("SELECT coalesce(max(number), 0) + 1 FROM bucket", &[])?;
        let sql = "INSERT INTO bucket (number, name, scopes) VALUES ($1, $2, $3)";
        self.store.execute(sql, params![number, name, join(scopes)])?;
        for scope in scopes {
            let sql = "INSERT INTO bucket_scope (scope, bucket) VALUES ($1, $2)";
            self.store.execute(sql, params![scope, number])?;
        }
        Ok(number)
    }

    fn count(&mut self, bucket: i64, kind: Kind, count: i64, sum: i64) {
        let digest = self.digests.entry((bucket, kind)).or_default();
        *digest = (digest.0 + count, digest.1.wrapping_add(sum));
    }

    /// Writes what the commit added up to; what it touched.
    pub(crate) fn finish(self) -> Result<Touched, HeadquartersError> {
        for ((bucket, kind), (count, sum)) in &self.digests {
            let sql = "SELECT count, sum FROM bucket_digest WHERE bucket = $1 AND kind = $2";
            let read = |row: &Row<'_>| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?));
            let known = self.store.one(sql, params![bucket, kind.table()], read)?.unwrap_or_default();
            self.store.execute(
                "INSERT INTO bucket_digest (bucket, kind, count, sum) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (bucket, kind) DO UPDATE SET count = excluded.count, sum = excluded.sum",
                params![bucket, kind.table(), known.0 + count, known.1.wrapping_add(*sum)],
            )?;
        }
        let mut touched = Touched { revision: self.revision, ..Touched::default() };
        // The buckets that records came from are among them.
        let buckets: BTreeSet<i64> = self.digests.keys().map(|(bucket, _)| *bucket).collect();
        for bucket in buckets {
            let sql = "SELECT scopes FROM bucket WHERE number = $1";
            let scopes = self.store.one(sql, params![bucket], |row| row.get::<String>(0))?;
            touched.scopes.extend(split(&scopes.unwrap_or_default()));
        }
        touched.kinds = self.digests.keys().map(|(_, kind)| *kind).collect();
        let kinds: Vec<&str> = touched.kinds.iter().map(|kind| kind.table()).collect();
        let sql = "INSERT INTO revision (revision, tag, committed_at, kinds, scopes) VALUES ($1, $2, $3, $4, $5)";
        let (kinds, scopes) = (kinds.join(" "), join(&touched.scopes));
        self.store.execute(sql, params![self.revision, self.tag, now(), kinds, scopes])?;
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
        let (done, touched) = store.transaction(|| {
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
