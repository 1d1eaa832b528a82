//! A round, seen from the replica: what to send, and what to make of the answer.
//!
//! Push everything, then pull into a staging table, then one transaction: put the base images back, apply what came,
//! drop the commands that came back as data, do the rest again on the new base, save the cursor.

use crate::outbox::PendingAct;
use crate::protocol::{
    BYTES_PER_REQUEST, COMMANDS_PER_REQUEST, Cursor, Outcome, PROTOCOL, Page, Pull, Pushed, SyncRequest, SyncResponse,
};
use crate::replica::{Replica, ReplicaError};
use outpost_domain::{Act, AnyRecord, Context, Id, Instant, Kind, Place, decide};
use outpost_store::{StoreError, params};
use std::collections::BTreeSet;

const KEEP_SENT_MILLIS: i64 = 30 * 86_400_000;

/// What an answer changed, and whether the round goes on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Absorbed {
    /// Another request is to be made.
    pub more: bool,
    /// Kinds of which records changed on the screen.
    pub changed: BTreeSet<Kind>,
    /// Records still to come, as headquarters says.
    pub remaining: u64,
}

impl Replica {
    /// The next request of a round.
    ///
    /// # Errors
    /// When the database cannot be read, or nobody has enrolled this replica.
    pub fn request(&self, now: Instant) -> Result<SyncRequest, ReplicaError> {
        self.is_member()?;
        let waiting = self.unanswered(COMMANDS_PER_REQUEST + 1)?;
        let mut commands = Vec::new();
        let mut bytes = 0;
        for pending in waiting.iter().take(COMMANDS_PER_REQUEST) {
            bytes += pending.act.len();
            if bytes > BYTES_PER_REQUEST && !commands.is_empty() {
                break;
            }
            commands.push(pushed(pending)?);
        }
        let all = commands.len() == waiting.len();
        let cursor = match self.note::<Cursor>("staged_cursor")? {
            Some(staged) => Some(staged),
            None => self.cursor()?,
        };
        Ok(SyncRequest {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sent_at: now,
            commands,
            pull: all.then_some(Pull { cursor }),
        })
    }

    /// Takes the answer to a request that was sent at `sent_at`. Whatever happens, no command is lost: one leaves the
    /// outbox only in the transaction that applies the revision which holds its outcome.
    ///
    /// # Errors
    /// When the database cannot be written; then the same request can be made again.
    pub fn absorb(&self, response: &SyncResponse, sent_at: Instant, now: Instant) -> Result<Absorbed, ReplicaError> {
        self.set_note("clock_ahead_millis", &((sent_at + now) / 2 - response.now))?;
        self.store.transaction(|| self.keep_outcomes(&response.outcomes))?;
        let Some(page) = &response.page else {
            return Ok(Absorbed { more: true, ..Absorbed::default() });
        };
        if self.lost_commits(page)? {
            self.store.transaction(|| self.send_again(page, now))?;
            return Ok(Absorbed { more: true, ..Absorbed::default() });
        }
        if page.more {
            self.store.transaction(|| self.stage(page))?;
            return Ok(Absorbed { more: true, remaining: page.remaining, ..Absorbed::default() });
        }
        let changed = self.store.transaction(|| {
            self.stage(page)?;
            self.settle(&page.cursor, now)
        })?;
        // Commands that were given while this round was under way.
        let more = !self.unanswered(1)?.is_empty();
        Ok(Absorbed { more, changed, remaining: 0 })
    }

    fn keep_outcomes(&self, outcomes: &[Outcome]) -> Result<(), ReplicaError> {
        for outcome in outcomes {
            self.store
                .conn()
                .prepare_cached("UPDATE outbox SET outcome = $1 WHERE id = $2")?
                .execute(params![serde_json::to_string(outcome)?, outcome.id.to_string()])?;
        }
        Ok(())
    }

    /// Whether headquarters was restored from a backup that is older than what this replica has seen.
    fn lost_commits(&self, page: &Page) -> Result<bool, ReplicaError> {
        Ok(self.cursor()?.is_some_and(|cursor| cursor.epoch != page.cursor.epoch)
            && self.note::<String>("epoch_sent_again")?.as_ref() != Some(&page.cursor.epoch))
    }

    /// Puts the commands of the last 30 days back into the outbox, once per epoch: headquarters knows those that it
    /// still has by their ids.
    fn send_again(&self, page: &Page, now: Instant) -> Result<(), ReplicaError> {
        let conn = self.store.conn();
        conn.execute("UPDATE outbox SET outcome = NULL", [])?;
        conn.execute(
            "INSERT INTO outbox (seq, id, version, act, base_revision) SELECT seq, id, version, act, base_revision FROM sent
             WHERE sent_at > $1 ON CONFLICT DO NOTHING",
            params![now - KEEP_SENT_MILLIS],
        )?;
        conn.execute("DELETE FROM staged", [])?;
        conn.execute("DELETE FROM note WHERE name IN ('staged_cursor', 'staged_fresh')", [])?;
        self.set_note("epoch_sent_again", &page.cursor.epoch)
    }

    fn stage(&self, page: &Page) -> Result<(), ReplicaError> {
        let conn = self.store.conn();
        if page.fresh {
            conn.execute("DELETE FROM staged", [])?;
            self.set_note("staged_fresh", &true)?;
        }
        let mut stage = conn.prepare_cached(
            "INSERT INTO staged (kind, id, fields) VALUES ($1, $2, $3)
             ON CONFLICT (kind, id) DO UPDATE SET fields = excluded.fields",
        )?;
        for evicted in &page.evict {
            stage.execute(params![evicted.kind.table(), evicted.id.to_string(), None::<String>])?;
        }
        for row in &page.rows {
            stage.execute(params![row.kind().table(), row.id().to_string(), row.to_fields()?.to_string()])?;
        }
        self.set_note("staged_cursor", &page.cursor)
    }

    fn settle(&self, cursor: &Cursor, now: Instant) -> Result<BTreeSet<Kind>, ReplicaError> {
        let conn = self.store.conn();
        let mut changed = BTreeSet::new();
        self.restore_shadows(&mut changed)?;
        if self.note::<bool>("staged_fresh")? == Some(true) {
            self.drop_unsent(&mut changed)?;
        }
        self.apply_staged(&mut changed)?;
        for pending in self.pending(usize::MAX >> 1)? {
            let arrived = pending.outcome.as_ref().is_some_and(|outcome| outcome.revision <= cursor.revision);
            conn.prepare_cached("DELETE FROM outbox_touch WHERE seq = $1")?.execute(params![pending.seq])?;
            if arrived {
                conn.prepare_cached(
                    "INSERT INTO sent (seq, id, version, act, base_revision, sent_at) VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT DO NOTHING",
                )?
                .execute(params![
                    pending.seq,
                    pending.id.to_string(),
                    pending.version,
                    pending.act,
                    pending.base_revision,
                    now
                ])?;
                conn.prepare_cached("DELETE FROM outbox WHERE seq = $1")?.execute(params![pending.seq])?;
            } else {
                self.replay(&pending, &mut changed)?;
            }
        }
        conn.execute("DELETE FROM sent WHERE sent_at < $1", params![now - KEEP_SENT_MILLIS])?;
        conn.execute("DELETE FROM note WHERE name IN ('staged_cursor', 'staged_fresh')", [])?;
        self.set_note("cursor", cursor)?;
        self.set_note("synced_at", &now)?;
        Ok(changed)
    }

    fn restore_shadows(&self, changed: &mut BTreeSet<Kind>) -> Result<(), ReplicaError> {
        for (kind, id, base) in self.images("SELECT kind, id, base FROM shadow")? {
            self.put_image(kind, id, base)?;
            changed.insert(kind);
        }
        self.store.conn().execute("DELETE FROM shadow", [])?;
        Ok(())
    }

    fn apply_staged(&self, changed: &mut BTreeSet<Kind>) -> Result<(), ReplicaError> {
        for (kind, id, fields) in self.images("SELECT kind, id, fields FROM staged")? {
            self.put_image(kind, id, fields)?;
            changed.insert(kind);
        }
        self.store.conn().execute("DELETE FROM staged", [])?;
        Ok(())
    }

    /// After everything was sent anew: what did not come is not held any more.
    fn drop_unsent(&self, changed: &mut BTreeSet<Kind>) -> Result<(), ReplicaError> {
        for kind in Kind::ALL {
            let sql = format!(
                "SELECT '{0}', r.id, NULL FROM \"{0}\" r
                 WHERE NOT EXISTS (SELECT 1 FROM staged s WHERE s.kind = '{0}' AND s.id = r.id)",
                kind.table()
            );
            for (kind, id, _) in self.images(&sql)? {
                self.store.delete(kind, id)?;
                changed.insert(kind);
            }
        }
        Ok(())
    }

    /// Does a waiting command again on the new base. One that no longer fits does nothing here; headquarters decides.
    fn replay(&self, pending: &PendingAct, changed: &mut BTreeSet<Kind>) -> Result<(), ReplicaError> {
        let Ok(act) = serde_json::from_str::<Act>(&pending.act) else { return Ok(()) };
        if let Ok(effects) = decide(&self.store, &act, Context { place: Place::Later, received_at: None }) {
            changed.extend(effects.puts.iter().map(AnyRecord::kind));
            self.write_pending(pending.seq, &effects)?;
        }
        Ok(())
    }

    fn put_image(&self, kind: Kind, id: Id, fields: Option<String>) -> Result<(), ReplicaError> {
        match fields {
            Some(fields) => {
                let record = AnyRecord::from_fields(kind, serde_json::from_str(&fields)?)?;
                Ok(self.store.put(&record)?)
            }
            None => Ok(self.store.delete(kind, id)?),
        }
    }

    fn images(&self, sql: &str) -> Result<Vec<(Kind, Id, Option<String>)>, ReplicaError> {
        let mut statement = self.store.conn().prepare(sql).map_err(StoreError::from)?;
        let mut rows = statement.query([])?;
        let mut images = Vec::new();
        while let Some(row) = rows.next()? {
            let (table, id): (String, String) = (row.get(0)?, row.get(1)?);
            if let Some(kind) = Kind::from_table(&table) {
                images.push((kind, Self::id_of(&id), row.get(2)?));
            }
        }
        Ok(images)
    }
}

fn pushed(pending: &PendingAct) -> Result<Pushed, ReplicaError> {
    Ok(Pushed {
        id: pending.id,
        seq: pending.seq,
        version: pending.version,
        base_revision: pending.base_revision,
        act: serde_json::from_str(&pending.act)?,
    })
}
