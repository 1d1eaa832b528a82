//! A round, seen from the replica: what to send, and what to make of the frames that come back.
//!
//! Push everything, then take what changed. A replica that has a cursor stages the frames until the round is whole, and
//! then settles in one transaction (see `settle`). A new one takes each frame at once: it is of use before all has come.

use crate::files::FileStore;
use crate::outbox::PendingAct;
use crate::protocol::{
    BYTES_PER_REQUEST, COMMANDS_PER_REQUEST, Cursor, Frame, Mark, Outcome, PROTOCOL, Pull, Pushed, SyncRequest,
};
use crate::read::ReadAhead;
use crate::replica::{Replica, ReplicaError};
use crate::wire::Form;
use outpost_domain::{Instant, Kind};
use outpost_store::params;
use std::collections::BTreeSet;

/// How long what arrived is kept, in case headquarters is restored from an older backup.
pub(crate) const KEEP_SENT_MILLIS: i64 = 30 * 86_400_000;

/// What a frame changed, and whether the round goes on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Absorbed {
    /// What follows in this answer is of no use: another request is to be made.
    pub again: bool,
    /// Kinds of which records changed on the screen.
    pub changed: BTreeSet<Kind>,
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
            commands.push(Pushed::from(pending));
        }
        let all = commands.len() == waiting.len();
        let pull = Pull {
            cursor: self.cursor()?,
            answered: self.answered()?,
            position: self.note("position")?,
            again: self.again()?,
        };
        Ok(SyncRequest {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sent_at: now,
            nonce: nonce()?,
            epoch: self.epoch()?,
            before_epoch_seq: self.note("before_epoch_seq")?.unwrap_or(0),
            waiting: self.unanswered_count()?,
            files_waiting: self.files_waiting()?,
            commands,
            pull: all.then_some(pull),
        })
    }

    /// Whether another request is needed before the round is whole.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn wants_more(&self) -> Result<bool, ReplicaError> {
        // Of another epoch nothing has come yet.
        let (cursor, epoch) = (self.cursor()?, self.epoch()?);
        let behind = cursor.is_none_or(|cursor| epoch.is_some_and(|epoch| epoch != cursor.epoch));
        let unfinished = behind || self.note::<String>("position")?.is_some();
        Ok(unfinished || !self.unanswered(1)?.is_empty() || self.note::<bool>("mend")? == Some(true))
    }

    /// A request was denied with [`crate::protocol::REVOKED`]: headquarters has its commands, and says nothing more. Tells
    /// whether all commands that waited have been handed in. Otherwise the next request carries what is left.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn turned_away(&self, request: &SyncRequest) -> Result<bool, ReplicaError> {
        if let Some(last) = request.commands.last() {
            self.set_note("handed_in", &last.seq)?;
        }
        Ok(request.pull.is_some() && self.unanswered(1)?.is_empty())
    }

    /// Whether headquarters has all commands and files of this replica, so that nothing is lost by removing it. A file that
    /// cannot be read is lost already.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_handed_in(&self) -> Result<bool, ReplicaError> {
        let readable = |sha256: &String| matches!(self.files().read(sha256), Ok(Some(_)));
        Ok(self.unanswered(1)?.is_empty() && !self.files_to_send()?.iter().any(readable))
    }

    /// Takes frames of the answer to a request that was sent at `sent_at`, all of them or none. Whatever happens, no command is
    /// lost: one leaves the outbox only in the transaction that applies the revision which holds its outcome.
    ///
    /// # Errors
    /// When the database cannot be written; then the request can be made again.
    pub fn absorb(&self, frames: &[Frame], sent_at: Instant, now: Instant) -> Result<Absorbed, ReplicaError> {
        // A new replica writes what comes: meanwhile another thread reads what comes after it.
        let ahead = frames.len() > 1 && self.cursor()?.is_none();
        std::thread::scope(|scope| {
            let read = ReadAhead::of(frames, self.reading(), ahead.then_some(scope));
            let done = self.store.transaction(|| {
                let mut absorbed = Absorbed::default();
                for frame in frames {
                    self.absorb_one(frame, &read, sent_at, now, &mut absorbed)?;
                    if absorbed.again {
                        break;
                    }
                }
                Ok(absorbed)
            });
            if done.is_err() {
                self.forget_synced();
            }
            done
        })
    }

    fn absorb_one(
        &self,
        frame: &Frame,
        read: &ReadAhead,
        sent_at: Instant,
        now: Instant,
        absorbed: &mut Absorbed,
    ) -> Result<(), ReplicaError> {
        match frame {
            Frame::Answer { epoch, outcomes, now: theirs, .. } => {
                if self.epoch()?.is_none() {
                    self.set_note("epoch", epoch)?;
                }
                self.note_clock((sent_at + now) / 2 - theirs)?;
                self.forget_note("handed_in")?;
                self.keep_outcomes(outcomes)
            }
            Frame::Begin { epoch, .. } if self.lost_commits(epoch)? => {
                absorbed.again = true;
                self.send_again(epoch, now)
            }
            Frame::Begin { epoch, anew, total } => {
                self.set_note("epoch", epoch)?;
                self.begin(*anew)?;
                if *total > 0 { self.set_note("expected", &(0_u64, *total)) } else { Ok(()) }
            }
            Frame::Rows { rows, position } => {
                self.take(frame, read, &mut absorbed.changed)?;
                let (arrived, total) = self.note::<(u64, u64)>("expected")?.unwrap_or_default();
                self.set_note("expected", &(arrived + rows.len() as u64, total))?;
                self.set_note("position", position)
            }
            Frame::Usable => self.set_note("usable", &true),
            Frame::Evict { position, .. } => {
                self.take(frame, read, &mut absorbed.changed)?;
                self.set_note("position", position)
            }
            Frame::Digest { .. } => self.stage(frame),
            Frame::End { cursor } => self.settle(cursor, now, &mut absorbed.changed),
        }
    }

    /// How many records have arrived of an answer that is not whole yet, and of about how many.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn arriving(&self) -> Result<Option<(u64, u64)>, ReplicaError> {
        self.note("expected")
    }

    /// Whether it holds what is needed for today's visits: all, or enough of a first answer that is still arriving.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_usable(&self) -> Result<bool, ReplicaError> {
        Ok(self.cursor()?.is_some() || self.note::<bool>("usable")? == Some(true))
    }

    fn keep_outcomes(&self, outcomes: &[Outcome]) -> Result<(), ReplicaError> {
        for outcome in outcomes {
            let (command, status, revision) = (outcome.id, outcome.status, outcome.revision);
            tracing::info!(%command, ?status, revision, "answered");
            self.store
                .sqlite()?
                .prepare_cached("UPDATE outbox SET outcome = $1 WHERE id = $2")?
                .execute(params![serde_json::to_string(outcome)?, outcome.id.to_string()])?;
        }
        Ok(())
    }

    /// The newest commit of an outcome that waits to be seen as data.
    fn answered(&self) -> Result<Option<Mark>, ReplicaError> {
        let outcomes = self.pending(usize::MAX >> 1)?.into_iter().filter_map(|pending| pending.outcome);
        let newest = outcomes.max_by_key(|outcome| outcome.revision);
        Ok(newest.map(|outcome| Mark { revision: outcome.revision, tag: outcome.tag }))
    }

    /// Whether headquarters was restored from a backup that is older than what this replica has seen.
    fn lost_commits(&self, epoch: &str) -> Result<bool, ReplicaError> {
        Ok(self.epoch()?.is_some_and(|known| known != epoch))
    }

    /// The newest epoch that it knows; none before its first answer.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn epoch(&self) -> Result<Option<String>, ReplicaError> {
        self.note("epoch")
    }

    /// Puts the commands of the last 30 days back into the outbox, once per epoch: headquarters knows those that it
    /// still has by their ids.
    fn send_again(&self, epoch: &str, now: Instant) -> Result<(), ReplicaError> {
        let conn = self.store.sqlite()?;
        conn.execute("UPDATE outbox SET outcome = NULL", [])?;
        conn.execute(
            "INSERT INTO outbox (seq, id, version, act, base_revision) SELECT seq, id, version, act, base_revision FROM sent
             WHERE sent_at > $1 ON CONFLICT DO NOTHING",
            params![now - KEEP_SENT_MILLIS],
        )?;
        let sql = "UPDATE file_outbox SET arrived_at = NULL WHERE arrived_at > $1";
        conn.execute(sql, params![now - KEEP_SENT_MILLIS])?;
        self.drop_staged()?;
        self.set_note("returning", &true)?;
        self.set_note("before_epoch_seq", &self.note::<i64>("seq")?.unwrap_or(0))?;
        self.set_note("epoch", &epoch)
    }

    /// What was staged from an answer that broke off is void, for this one does not go on from it. Without a cursor, what
    /// a first answer had brought is void as well.
    fn begin(&self, anew: bool) -> Result<(), ReplicaError> {
        self.drop_staged()?;
        match (anew, self.cursor()?) {
            (true, None) => self.forget_base(None, &mut BTreeSet::new()),
            (true, Some(_)) => self.set_note("anew", &true),
            (false, _) => Ok(()),
        }
    }

    /// Stages a frame, or takes it at once where there is no cursor yet. Both keep the order: what came last counts.
    fn take(&self, frame: &Frame, read: &ReadAhead, changed: &mut BTreeSet<Kind>) -> Result<(), ReplicaError> {
        if self.cursor()?.is_some() {
            return self.stage(frame);
        }
        read.next(frame, |rows| self.fill(frame, rows, changed))
    }

    fn stage(&self, frame: &Frame) -> Result<(), ReplicaError> {
        let bytes = Form::Compact.write(frame)?;
        self.store.sqlite()?.prepare_cached("INSERT INTO staged (frame) VALUES ($1)")?.execute(params![bytes])?;
        Ok(())
    }

    /// Does `work` with each staged frame, one after the other.
    pub(crate) fn each_staged(
        &self,
        mut work: impl FnMut(Frame) -> Result<(), ReplicaError>,
    ) -> Result<(), ReplicaError> {
        let mut place = 0;
        loop {
            let mut statement = self
                .store
                .sqlite()?
                .prepare_cached("SELECT place, frame FROM staged WHERE place > $1 ORDER BY place LIMIT 1")?;
            let mut rows = statement.query(params![place])?;
            let Some(row) = rows.next()? else { return Ok(()) };
            place = row.get(0)?;
            work(Form::Compact.read(&row.get::<_, Vec<u8>>(1)?)?)?;
        }
    }

    pub(crate) fn drop_staged(&self) -> Result<(), ReplicaError> {
        // With a condition: without one SQLite writes a page although there was nothing.
        self.store.sqlite()?.prepare_cached("DELETE FROM staged WHERE place > 0")?.execute([])?;
        self.forget_note("anew")?;
        self.forget_note("expected")?;
        self.forget_note("position")
    }

    /// Kinds that are to be sent whole because their digest was wrong.
    pub(crate) fn again(&self) -> Result<Vec<String>, ReplicaError> {
        Ok(self.note("again")?.unwrap_or_default())
    }

    pub(crate) fn keep_sent(&self, cursor: &Cursor, now: Instant) -> Result<bool, ReplicaError> {
        let conn = self.store.sqlite()?;
        let mut arrived = false;
        for pending in self.pending(usize::MAX >> 1)? {
            if pending.outcome.as_ref().is_none_or(|outcome| outcome.revision > cursor.revision) {
                continue;
            }
            arrived = true;
            tracing::info!(command = %pending.id, revision = cursor.revision, "settled");
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
            conn.prepare_cached("DELETE FROM outbox_touch WHERE seq = $1")?.execute(params![pending.seq])?;
            conn.prepare_cached("DELETE FROM outbox WHERE seq = $1")?.execute(params![pending.seq])?;
        }
        conn.prepare_cached("DELETE FROM sent WHERE sent_at < $1")?.execute(params![now - KEEP_SENT_MILLIS])?;
        Ok(arrived)
    }
}

/// What nobody can foresee.
fn nonce() -> Result<String, ReplicaError> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(std::io::Error::other)?;
    Ok(hex::encode(bits))
}

impl From<&PendingAct> for Pushed {
    fn from(pending: &PendingAct) -> Pushed {
        Pushed {
            id: pending.id,
            seq: pending.seq,
            version: pending.version,
            base_revision: pending.base_revision,
            act: pending.act.clone(),
        }
    }
}
