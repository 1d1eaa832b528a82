//! Commits: a number, a random tag, the records it wrote, and who may see them from now on.

mod chain;
mod ledger;
mod tag;
mod touched;
mod written;

pub(crate) use chain::Walk;
pub use chain::{ChainFault, ChainHead};
pub(crate) use ledger::Buckets;
use ledger::{Ledger, lying};
use tag::new_tag;
pub(crate) use tag::{Head, after, after_the_last, epoch, head, is_lost, tag};
pub use touched::Touched;
pub(crate) use written::{COMMAND, Hash, Written, commit_hash, commit_head, hash_in, hash_of_command, read_names};

pub(crate) use crate::visibility::LOOKED_UP;

use crate::error::HeadquartersError;
use crate::visibility::{dependents, join};
use outpost_domain::{AnyRecord, Effects, Happened, Id, Instant, Kind};
use outpost_store::{Dialect, Insert, Store, Value, params};
use outpost_sync::protocol::{Outcome, Pushed};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A record that is larger, which something must have spoiled, is given to nobody: it would stop whoever asks for the others.
pub(crate) const TOO_LARGE_TO_GIVE: usize = 4 << 20;

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
    /// What happened in it, as long as nobody has reacted to it.
    happened: Vec<Happened>,
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
            happened: Vec::new(),
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
        self.written.entry(record.key()).or_insert(false);
        self.news.push(record.key());
        Ok(self.store.put(record)?)
    }

    /// Writes a record that a command leads to, which is done for the first time. Events are made once, under an id that
    /// derives from the command's: nobody has to look whether such a one is there, and where it lay before.
    fn put_made(&mut self, record: &AnyRecord) -> Result<(), HeadquartersError> {
        if record.kind() != Kind::Event {
            return self.put(record);
        }
        self.written.entry(record.key()).or_insert(true);
        self.news.push(record.key());
        Ok(self.store.add(record)?)
    }

    /// Does what a command leads to that headquarters has received now.
    pub(crate) fn apply(&mut self, mut effects: Effects, now: Instant) -> Result<(), HeadquartersError> {
        effects.received(now);
        self.happened.append(&mut effects.events);
        effects.puts.iter().try_for_each(|put| self.put_made(put))
    }

    /// Says that something happened.
    pub(crate) fn tell(&mut self, happened: Happened) {
        self.happened.push(happened);
    }

    /// What happened in it since this was asked before.
    pub(crate) fn happened(&mut self) -> Vec<Happened> {
        std::mem::take(&mut self.happened)
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
        debug_assert!(self.happened.is_empty(), "nobody has reacted to what happened");
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
                if ledger.note(&record, bucket, known.get(&record.key()).copied())? {
                    let mut new = |name| !written.contains_key(&name) && moved.insert(name);
                    let is_new = !known.contains_key(&record.key());
                    belonging
                        .extend(dependents(store, &record, is_new)?.into_iter().filter(|record| new(record.key())));
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
