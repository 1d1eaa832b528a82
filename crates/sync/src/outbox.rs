//! Giving commands on a replica, and what waits to be sent.

use crate::protocol::Outcome;
use crate::replica::{Replica, ReplicaError};
use outpost_domain::{Act, Command, Effects, Id, Instant, Kind, Pass, Refusal, Watched, decide, legible};
use outpost_store::params;
use outpost_store::rusqlite::OptionalExtension;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What became of a command that was given here.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// It is on the disk, and visible.
    Saved {
        /// What it did.
        effects: Effects,
        /// The command as it will be sent.
        act: Box<Act>,
    },
    /// It was not done, and nothing changed.
    Refused(Refusal),
}

/// A command that headquarters has not yet given back as data.
#[derive(Debug, Clone)]
pub struct PendingAct {
    /// Its place in the order of this replica.
    pub seq: i64,
    /// Its name.
    pub id: Id,
    /// The version of its payload.
    pub version: u32,
    /// The bytes as they were written.
    pub act: String,
    /// The revision that the replica had when it was given.
    pub base_revision: i64,
    /// What headquarters made of it, once that is known.
    pub outcome: Option<Outcome>,
}

impl Replica {
    /// Does what a person wants, at once: decides it, writes what it does, and keeps it for headquarters, all in one
    /// transaction that is on the disk when this returns. `id` is a new UUIDv7.
    ///
    /// # Errors
    /// When nobody has enrolled this replica, or it cannot be written; then nothing changed.
    pub fn give(&self, id: Id, now: Instant, mut command: Command) -> Result<Given, ReplicaError> {
        let identity = self.is_member()?;
        let number = self.next_ticket_number()?;
        let opens = match &mut command {
            Command::OpenTicket(open) => {
                open.number = number;
                true
            }
            _ => false,
        };
        let mut act = Act {
            id,
            actor_id: identity.replica.user_id,
            replica_id: identity.replica.id,
            occurred_at: now,
            requires: Vec::new(),
            command,
        };
        // Headquarters reads no character 0; so that both decide the same, neither does this.
        if let Cow::Owned(legible) = legible(&serde_json::to_string(&act)?) {
            act = serde_json::from_str(&legible)?;
        }
        self.store.transaction(|| {
            let (decided, reads) = self.decide_watched(&act, Pass::Origin);
            let effects = match decided {
                Ok(effects) => effects,
                Err(refusal) => return Ok(Given::Refused(refusal)),
            };
            act.requires = self.creators(&reads)?;
            let base_revision = self.cursor()?.map_or(0, |cursor| cursor.revision);
            let seq = self.keep(&act, base_revision)?;
            if opens {
                let given = self.note::<i64>("tickets_given")?.unwrap_or(0) + 1;
                self.set_note("tickets_given", &given)?;
            }
            self.write_pending(seq, Some(&effects), &reads)?;
            Ok(Given::Saved { effects, act: Box::new(act) })
        })
    }

    /// Keeps a command for headquarters, after all that were given before; its place.
    pub(crate) fn keep(&self, act: &Act, base_revision: i64) -> Result<i64, ReplicaError> {
        let seq = self.note::<i64>("seq")?.unwrap_or(0) + 1;
        self.set_note("seq", &seq)?;
        let (id, version, text) = (act.id.to_string(), act.command.version(), serde_json::to_string(act)?);
        let sql = "INSERT INTO outbox (seq, id, version, act, base_revision) VALUES ($1, $2, $3, $4, $5)";
        self.store.sqlite()?.prepare_cached(sql)?.execute(params![seq, id, version, text, base_revision])?;
        Ok(seq)
    }

    /// Decides a command on what this replica holds; besides, what it looked at. Where it searched, that is the whole kind, which
    /// the nil id stands for.
    pub(crate) fn decide_watched(&self, act: &Act, pass: Pass) -> (Result<Effects, Refusal>, BTreeSet<(Kind, Id)>) {
        let view = Watched::new(&self.store);
        let decided = decide(&view, act, pass);
        let searched = view.searched().into_iter().map(|kind| (kind, Id::nil()));
        let reads = searched.chain(view.looked_at()).collect();
        (decided, reads)
    }

    /// Writes what a waiting command does, after keeping what was there before; and what it rests on.
    pub(crate) fn write_pending(
        &self,
        seq: i64,
        effects: Option<&Effects>,
        reads: &BTreeSet<(Kind, Id)>,
    ) -> Result<(), ReplicaError> {
        let conn = self.store.sqlite()?;
        for put in effects.iter().flat_map(|effects| &effects.puts) {
            let (kind, id) = put.key();
            let known = conn
                .prepare_cached("SELECT 1 FROM shadow WHERE kind = $1 AND id = $2")?
                .exists(params![kind.table(), id.to_string()])?;
            if !known {
                let base = self.store.get_any(kind, id)?.map(|base| base.to_fields()).transpose()?;
                conn.prepare_cached("INSERT INTO shadow (kind, id, base) VALUES ($1, $2, $3)")?.execute(params![
                    kind.table(),
                    id.to_string(),
                    base.map(|base| base.to_string())
                ])?;
            }
            self.store.put(put)?;
            self.touch(seq, kind, id, true)?;
        }
        for (kind, id) in reads {
            self.touch(seq, *kind, *id, false)?;
        }
        Ok(())
    }

    fn touch(&self, seq: i64, kind: Kind, id: Id, wrote: bool) -> Result<(), ReplicaError> {
        self.store
            .sqlite()?
            .prepare_cached(
                "INSERT INTO outbox_touch (seq, kind, id, wrote) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            )?
            .execute(params![seq, kind.table(), id.to_string(), wrote])?;
        Ok(())
    }

    /// The waiting commands that made these records.
    fn creators(&self, records: &BTreeSet<(Kind, Id)>) -> Result<Vec<Id>, ReplicaError> {
        let mut creators = BTreeSet::new();
        for (kind, id) in records {
            let creator: Option<String> = self
                .store
                .sqlite()?
                .prepare_cached(
                    "SELECT o.id FROM shadow s JOIN outbox_touch t ON t.kind = s.kind AND t.id = s.id AND t.wrote
                     JOIN outbox o ON o.seq = t.seq
                     WHERE s.kind = $1 AND s.id = $2 AND s.base IS NULL ORDER BY t.seq LIMIT 1",
                )?
                .query_row(params![kind.table(), id.to_string()], |row| row.get(0))
                .optional()?;
            creators.extend(creator.map(|creator| Self::id_of(&creator)));
        }
        Ok(creators.into_iter().collect())
    }

    /// The commands that wait, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn pending(&self, limit: usize) -> Result<Vec<PendingAct>, ReplicaError> {
        self.acts("SELECT seq, id, version, act, base_revision, outcome FROM outbox ORDER BY seq LIMIT $1", limit)
    }

    /// How many commands wait.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn pending_count(&self) -> Result<u64, ReplicaError> {
        Ok(self.store.number("SELECT count(*) FROM outbox", &[])? as u64)
    }

    /// The records that waiting commands wrote.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn touched(&self) -> Result<BTreeSet<(Kind, Id)>, ReplicaError> {
        let mut statement = self.store.sqlite()?.prepare_cached("SELECT kind, id FROM outbox_touch WHERE wrote")?;
        let mut rows = statement.query([])?;
        let mut touched = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let (table, id): (String, String) = (row.get(0)?, row.get(1)?);
            touched.extend(Kind::from_table(&table).map(|kind| (kind, Self::id_of(&id))));
        }
        Ok(touched)
    }

    pub(crate) fn unanswered_count(&self) -> Result<u64, ReplicaError> {
        Ok(self.store.number("SELECT count(*) FROM outbox WHERE outcome IS NULL", &[])? as u64)
    }

    pub(crate) fn unanswered(&self, limit: usize) -> Result<Vec<PendingAct>, ReplicaError> {
        self.acts(
            "SELECT seq, id, version, act, base_revision, outcome FROM outbox WHERE outcome IS NULL
             AND seq > COALESCE((SELECT CAST(value AS INTEGER) FROM note WHERE name = 'handed_in'), 0)
             ORDER BY seq LIMIT $1",
            limit,
        )
    }

    fn acts(&self, sql: &str, limit: usize) -> Result<Vec<PendingAct>, ReplicaError> {
        let mut statement = self.store.sqlite()?.prepare_cached(sql)?;
        let mut rows = statement.query(params![limit as i64])?;
        let mut acts = Vec::new();
        while let Some(row) = rows.next()? {
            let outcome: Option<String> = row.get(5)?;
            acts.push(PendingAct {
                seq: row.get(0)?,
                id: Self::id_of(&row.get::<_, String>(1)?),
                version: row.get(2)?,
                act: row.get(3)?,
                base_revision: row.get(4)?,
                outcome: outcome.map(|outcome| serde_json::from_str(&outcome)).transpose()?,
            });
        }
        Ok(acts)
    }
}
