//! Commits: a number, a random tag, the records it wrote, and who may see them from now on.

use crate::epoch::new_tag;
use crate::headquarters::HeadquartersError;
use crate::poke::Touched;
use crate::scope::{Scope, dependents, join, scopes_of_record, set_name, split};
use crate::written::{COMMAND, Hash, Written, commit_hash, hash_of_command};
use outpost_domain::{AnyRecord, Id, Instant, Kind};
use outpost_store::{Dialect, Insert, Row, Store, ToSql, Value, params, places};
use outpost_sync::image::image;
use outpost_sync::protocol::{Outcome, Pushed};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::LazyLock;

/// How many things are looked up at once.
pub(crate) const LOOKED_UP: usize = 500;

/// How many commands go to a server at once, with what they led to.
const COMMANDS_WRITTEN: usize = 32;

/// The columns of a command, in the order in which they are written and hashed.
pub(crate) const COMMAND_COLUMNS: [&str; 12] = [
    "id",
    "replica_id",
    "seq",
    "act",
    "base_revision",
    "version",
    "received_at",
    "status",
    "refusal",
    "revision",
    "effect_hash",
    "happened_at",
];

/// Where a record lies, since which commit, and the hash of its image.
#[derive(Clone, Copy)]
struct Lying {
    bucket: i64,
    placed: i64,
    hash: i64,
}

/// The statements that every commit writes with.
struct Statements {
    command: Insert,
    new_entity: Insert,
    entity: Insert,
    stay: Insert,
    digest: Insert,
}

static STATEMENTS: LazyLock<Statements> = LazyLock::new(|| {
    let entity = ["kind", "id", "revision", "bucket", "placed_revision", "hash", "image"];
    let stay = ["kind", "id", "bucket", "placed_revision", "left_revision"];
    Statements {
        command: Insert::new("command", &COMMAND_COLUMNS, ""),
        new_entity: Insert::new("entity", &entity, ""),
        entity: Insert::over("entity", &entity, "kind, id"),
        stay: Insert::new("stay", &stay, ""),
        digest: Insert::over("bucket_digest", &["bucket", "kind", "count", "sum"], "bucket, kind"),
    }
});

/// A commit that is being written, inside a transaction that remembers. What it does not [`Commit::finish`] is not whole.
pub(crate) struct Commit<'a> {
    store: &'a Store,
    pub(crate) revision: i64,
    at: Instant,
    pub(crate) tag: String,
    /// The records that it wrote, and whether each is new for certain.
    written: BTreeMap<(Kind, Id), bool>,
    /// Those that nobody has looked at yet who waits for them.
    news: Vec<(Kind, Id)>,
    commands: Vec<Value>,
    /// The hash of the commit before, and what this one wrote.
    before: String,
    chained: Written,
    /// The commands of former commits that it judged again.
    judged_again: Vec<Id>,
    /// The records that nobody is given any more.
    aside: Vec<(Kind, Id)>,
}

impl<'a> Commit<'a> {
    /// Takes the number after that of the commit before, which nobody else does until the transaction ends.
    pub(crate) fn after(store: &'a Store, last: i64, at: Instant) -> Result<Commit<'a>, HeadquartersError> {
        let (tag, before) = new_tag(store, last + 1)?;
        Ok(Commit {
            store,
            revision: last + 1,
            at,
            tag,
            written: BTreeMap::new(),
            news: Vec::new(),
            commands: Vec::new(),
            before,
            chained: Written::default(),
            judged_again: Vec::new(),
            aside: Vec::new(),
        })
    }

    /// The same where the commit before has still to be looked up.
    pub(crate) fn begin(store: &'a Store, at: Instant) -> Result<Commit<'a>, HeadquartersError> {
        Commit::after(store, store.number("SELECT revision FROM tenant", &[])?, at)
    }

    /// Writes a record.
    pub(crate) fn put(&mut self, record: &AnyRecord) -> Result<(), HeadquartersError> {
        self.written.entry(record.name()).or_insert(false);
        self.news.push(record.name());
        Ok(self.store.put(record)?)
    }

    /// Writes a record that a command leads to, which is done for the first time. Events are made once, under an id that
    /// derives from the command's: nobody has to look whether such a one is there, and where it lay before.
    pub(crate) fn put_made(&mut self, record: &AnyRecord) -> Result<(), HeadquartersError> {
        if record.kind() != Kind::Event {
            return self.put(record);
        }
        self.written.entry(record.name()).or_insert(true);
        self.news.push(record.name());
        Ok(self.store.add(record)?)
    }

    /// The records that it wrote since this was asked before.
    pub(crate) fn news(&mut self) -> Vec<(Kind, Id)> {
        std::mem::take(&mut self.news)
    }

    /// Whether it has written anything.
    pub(crate) fn has_written(&self) -> bool {
        !self.written.is_empty()
    }

    /// Keeps a command, as it was received, with what became of it and when it was given, by our clock.
    pub(crate) fn keep(
        &mut self,
        outcome: &Outcome,
        replica_id: Id,
        pushed: &Pushed,
        base_revision: i64,
        happened_at: Instant,
        received_at: Instant,
    ) -> Result<(), HeadquartersError> {
        let cells = [
            outcome.id.to_string().into(),
            replica_id.to_string().into(),
            pushed.seq.into(),
            pushed.act.clone().into(),
            base_revision.into(),
            i64::from(pushed.version).into(),
            received_at.into(),
            outcome.status.name().to_owned().into(),
            outcome.refusal.as_ref().map(serde_json::to_string).transpose()?.into(),
            outcome.revision.into(),
            outcome.effect_hash.clone().into(),
            happened_at.into(),
        ];
        self.chained.add(COMMAND, outcome.id, hash_of_command(&cells));
        self.commands.extend(cells);
        // What stands on this commit comes after all that it tells.
        self.at = self.at.max(happened_at);
        let enough = self.commands.len() >= COMMANDS_WRITTEN * STATEMENTS.command.width();
        if enough && self.store.dialect() == Dialect::Postgres {
            // The server keeps these while the next are decided.
            self.store.insert(&STATEMENTS.command, std::mem::take(&mut self.commands))?;
        }
        Ok(())
    }

    /// Writes the commands that it keeps, where they are looked for before it ends.
    pub(crate) fn write_commands(&mut self) -> Result<(), HeadquartersError> {
        Ok(self.store.insert(&STATEMENTS.command, std::mem::take(&mut self.commands))?)
    }

    /// Notes that a command which an earlier commit kept has another outcome now.
    pub(crate) fn judged_again(&mut self, command_id: Id) {
        self.judged_again.push(command_id);
    }

    /// Takes a record out of everybody's sight, for good: devices are told that it left. Its name stays, without an image.
    pub(crate) fn set_aside(&mut self, kind: Kind, id: Id) {
        self.aside.push((kind, id));
    }

    /// Works out the image of each record that was written, and who may see it; where that changed, what belongs to it
    /// moves too. Everything is stored by now, so each is looked at once, in any order.
    pub(crate) fn finish(self, buckets: &mut Buckets) -> Result<Touched, HeadquartersError> {
        let Commit { store, revision, at, tag, written, commands, before, chained, judged_again, aside, .. } = self;
        let mut ledger = Ledger::of(store, revision, buckets, chained);
        let mut moved = BTreeSet::new();
        let mut next = Vec::with_capacity(written.len());
        for (kind, id) in written.keys() {
            next.extend(store.get_any(*kind, *id)?);
        }
        while !next.is_empty() {
            let mut belonging = Vec::new();
            let known = lying(store, &next, &written)?;
            let numbers = ledger.buckets_of(&next)?;
            for (record, bucket) in next.into_iter().zip(numbers) {
                if ledger.note(&record, bucket, known.get(&record.name()).copied())? {
                    let mut new = |name| !written.contains_key(&name) && moved.insert(name);
                    let is_new = !known.contains_key(&record.name());
                    belonging
                        .extend(dependents(store, &record, is_new)?.into_iter().filter(|record| new(record.name())));
                }
            }
            next = belonging;
        }
        for (kind, id) in aside {
            ledger.set_aside(kind, id)?;
        }
        let (touched, mut chained) = ledger.write()?;
        store.insert(&STATEMENTS.command, commands)?;
        for id in judged_again {
            let sql = format!("SELECT {} FROM command WHERE id = $1", COMMAND_COLUMNS.join(", "));
            let hash = store.one(&sql, params![id.to_string()], |row| Ok(hash_of_command(&row.cells()?)))?;
            hash.into_iter().for_each(|hash| chained.add(COMMAND, id, hash));
        }
        let kinds: Vec<&str> = touched.kinds.iter().map(|kind| kind.table()).collect();
        let (kinds, scopes) = (kinds.join(" "), join(&touched.scopes));
        let hash = commit_hash(&before, (revision, &tag, at), (&kinds, &scopes), &chained.keep(store, revision)?)?;
        let sql =
            "INSERT INTO revision (revision, tag, committed_at, kinds, scopes, hash) VALUES ($1, $2, $3, $4, $5, $6)";
        store.execute(sql, params![revision, tag, at, kinds, scopes, hash])?;
        store.execute("UPDATE tenant SET revision = $1, commit_hash = $2", params![revision, hash])?;
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
struct Ledger<'a> {
    store: &'a Store,
    revision: i64,
    known: &'a mut Buckets,
    chained: Written,
    new_entities: Vec<Value>,
    entities: Vec<Value>,
    stays: Vec<Value>,
}

impl<'a> Ledger<'a> {
    fn of(store: &'a Store, revision: i64, known: &'a mut Buckets, chained: Written) -> Ledger<'a> {
        Ledger { store, revision, known, chained, new_entities: Vec::new(), entities: Vec::new(), stays: Vec::new() }
    }

    /// Notes the image of a record, and where it lies now. Whether what belongs to it may have moved.
    fn note(&mut self, record: &AnyRecord, bucket: i64, old: Option<Lying>) -> Result<bool, HeadquartersError> {
        let (kind, id) = record.name();
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
    fn set_aside(&mut self, kind: Kind, id: Id) -> Result<(), HeadquartersError> {
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
    fn buckets_of(&mut self, records: &[AnyRecord]) -> Result<Vec<i64>, HeadquartersError> {
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
    fn write(mut self) -> Result<(Touched, Written), HeadquartersError> {
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
