//! The one transaction in which a round becomes visible: put the base images back, apply what came, drop the commands
//! that came back as data, do the rest again on the new base, save the cursor, compare the digests.
//!
//! Where nothing that came touches what waiting commands read or wrote, only what came is applied.

use crate::image::{NotUnderstood, image_hash};
use crate::outbox::PendingAct;
use crate::protocol::{Cursor, Frame, KindDigest};
use crate::read::{Arrived, name_of, rows_of};
use crate::replica::{Replica, ReplicaError};
use outpost_domain::{Act, AnyRecord, Id, Instant, Kind, Pass};
use outpost_store::rusqlite::OptionalExtension;
use outpost_store::{Adding, StoreError, params};
use std::collections::{BTreeMap, BTreeSet};

/// What applying rows adds to each kind's digest: how many, and the sum of hashes.
type Deltas = BTreeMap<Kind, (i64, i64)>;

/// Whether anything is here that is rarely here, so that nobody looks for it with every record.
struct Odd {
    /// Records that left the person's sight.
    ghosts: bool,
    /// Records that hold more than this program can read.
    newer: bool,
}

impl Replica {
    /// Takes what a frame brings or takes away at once, on a replica that has no cursor yet.
    pub(crate) fn fill(
        &self,
        frame: &Frame,
        rows: &[Arrived],
        changed: &mut BTreeSet<Kind>,
    ) -> Result<(), ReplicaError> {
        let redo = !self.pending(1)?.is_empty() && self.touches(frame)?;
        if redo {
            self.restore_shadows(changed)?;
        }
        let mut deltas = Deltas::new();
        self.apply(frame, rows, &mut deltas, changed)?;
        self.add_digests(deltas)?;
        if redo { self.replay_all(changed) } else { Ok(()) }
    }

    /// Makes a whole round visible.
    pub(crate) fn settle(
        &self,
        cursor: &Cursor,
        now: Instant,
        changed: &mut BTreeSet<Kind>,
    ) -> Result<(), ReplicaError> {
        let anew = self.note::<bool>("anew")? == Some(true);
        let again: Vec<Kind> = self.again()?.iter().filter_map(|kind| Kind::from_table(kind)).collect();
        let arrived = self.keep_sent(cursor, now)?;
        let waiting = !self.pending(1)?.is_empty();
        let mut redo = arrived || (waiting && (anew || !again.is_empty()));
        if waiting && !redo {
            self.each_staged(|frame| {
                redo = redo || self.touches(&frame)?;
                Ok(())
            })?;
        }
        if redo {
            self.restore_shadows(changed)?;
        }
        let held = if anew { self.held_before()? } else { Vec::new() };
        if anew {
            self.forget_base(None, changed)?;
        }
        for kind in &again {
            self.forget_base(Some(*kind), changed)?;
        }
        let mut deltas = Deltas::new();
        let mut digest: Option<Vec<KindDigest>> = None;
        let reading = self.reading();
        self.each_staged(|frame| match frame {
            Frame::Digest { kinds } => {
                digest = Some(kinds);
                Ok(())
            }
            frame => self.apply(&frame, &rows_of(&frame, &reading), &mut deltas, changed),
        })?;
        self.add_digests(deltas)?;
        if redo {
            self.replay_all(changed)?;
        }
        // What a command finds by searching may be one of those that go now.
        while self.lay_ghosts(changed)? {
            self.restore_shadows(changed)?;
            self.replay_all(changed)?;
        }
        self.bring_back(held, now)?;
        self.compare(digest.as_deref(), !again.is_empty())?;
        self.drop_staged()?;
        self.set_note("cursor", cursor)?;
        self.note_synced(now)
    }

    /// Whether a frame brings or takes what a waiting command read or wrote.
    fn touches(&self, frame: &Frame) -> Result<bool, ReplicaError> {
        let names: Vec<(Kind, Id)> = match frame {
            Frame::Rows { rows, .. } => rows.iter().filter_map(name_of).collect(),
            Frame::Evict { records, .. } => {
                records.iter().filter_map(|gone| Some((Kind::from_table(&gone.kind)?, gone.id))).collect()
            }
            _ => Vec::new(),
        };
        let kinds: BTreeSet<Kind> = names.iter().map(|(kind, _)| *kind).collect();
        for kind in kinds {
            if self.is_searched(kind)? {
                return Ok(true);
            }
        }
        for (kind, id) in names {
            if self.is_touched(kind, id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Applies what a frame takes away, or the rows that were read from it.
    fn apply(
        &self,
        frame: &Frame,
        rows: &[Arrived],
        deltas: &mut Deltas,
        changed: &mut BTreeSet<Kind>,
    ) -> Result<(), ReplicaError> {
        match frame {
            Frame::Rows { .. } => {
                let odd = Odd {
                    ghosts: self.store.number("SELECT count(*) FROM ghost", &[])? > 0,
                    newer: self.store.number("SELECT count(*) FROM newer", &[])? > 0,
                };
                let mut adding = self.store.adding()?;
                for row in rows {
                    self.put_base(row, &mut adding, &odd, deltas, changed)?;
                }
            }
            Frame::Evict { records, .. } => {
                for evicted in records {
                    if let Some(kind) = Kind::from_table(&evicted.kind) {
                        self.drop_base(kind, evicted.id, deltas)?;
                        changed.insert(kind);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a record as headquarters has it.
    fn put_base(
        &self,
        arrived: &Arrived,
        adding: &mut Adding<'_>,
        odd: &Odd,
        deltas: &mut Deltas,
        changed: &mut BTreeSet<Kind>,
    ) -> Result<(), ReplicaError> {
        let (kind, id, hash) = (arrived.kind, arrived.id, arrived.hash);
        let row = match &arrived.row {
            Ok(row) => row,
            Err(error) => return self.set_aside(arrived, error, deltas),
        };
        if odd.newer
            && let Some(known) = self.forget_newer(kind, id)?
        {
            count(deltas, kind, -1, known.wrapping_neg());
        }
        if let Some(image) = &arrived.newer {
            self.keep_newer(kind, id, image, false)?;
        }
        count(deltas, kind, 1, hash);
        // Most are new, and then one statement says so.
        if adding.add(row, hash)? {
            changed.insert(kind);
            return if odd.ghosts { self.is_back(kind, id) } else { Ok(()) };
        }
        if let Some(known) = self.store.base_hash(kind, id)? {
            count(deltas, kind, -1, known.wrapping_neg());
            if known == hash {
                // It came before, say with today's visits.
                return Ok(());
            }
        } else if odd.ghosts {
            self.is_back(kind, id)?;
        }
        changed.insert(kind);
        Ok(self.store.put_given(row, hash)?)
    }

    /// A record that had left the person's sight is in it again.
    fn is_back(&self, kind: Kind, id: Id) -> Result<(), ReplicaError> {
        let sql = "DELETE FROM ghost WHERE kind = $1 AND id = $2";
        Ok(self.store.execute(sql, params![kind.table(), id.to_string()])?)
    }

    /// A record that this program cannot read counts as held, so that the digests agree. What is here of it stays as it is.
    fn set_aside(&self, arrived: &Arrived, error: &NotUnderstood, deltas: &mut Deltas) -> Result<(), ReplicaError> {
        let Arrived { kind, id, hash, newer, .. } = arrived;
        tracing::warn!(kind = kind.table(), %id, %error, "a record that cannot be read was set aside");
        if let Some(known) = self.forget_hash(*kind, *id)? {
            count(deltas, *kind, -1, known.wrapping_neg());
        }
        count(deltas, *kind, 1, *hash);
        self.keep_newer(*kind, *id, newer.as_deref().unwrap_or_default(), true)
    }

    /// The hash of what headquarters gave, which it gives no longer.
    fn forget_hash(&self, kind: Kind, id: Id) -> Result<Option<i64>, ReplicaError> {
        let unreadable = self.forget_newer(kind, id)?;
        if let Some(hash) = self.store.base_hash(kind, id)? {
            self.store.set_base_hash(kind, id, None)?;
            return Ok(Some(hash));
        }
        Ok(unreadable)
    }

    /// A record left the person's sight. As long as commands about it wait it stays, so that they can be done again.
    fn drop_base(&self, kind: Kind, id: Id, deltas: &mut Deltas) -> Result<(), ReplicaError> {
        let Some(hash) = self.forget_hash(kind, id)? else { return Ok(()) };
        count(deltas, kind, -1, hash.wrapping_neg());
        if self.is_touched(kind, id)? {
            let sql = "INSERT INTO ghost (kind, id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            Ok(self.store.execute(sql, params![kind.table(), id.to_string()])?)
        } else {
            Ok(self.store.delete(kind, id)?)
        }
    }

    /// Drops what headquarters gave, of one kind or of all.
    pub(crate) fn forget_base(&self, of: Option<Kind>, changed: &mut BTreeSet<Kind>) -> Result<(), ReplicaError> {
        for kind in Kind::ALL.iter().copied().filter(|kind| of.is_none_or(|of| of == *kind)) {
            let mut deltas = Deltas::new();
            for (id, _) in self.held(kind)? {
                self.drop_base(kind, id, &mut deltas)?;
                changed.insert(kind);
            }
            self.add_digests(deltas)?;
        }
        Ok(())
    }

    /// Drops the records that stayed only because of commands which have arrived since; whether a waiting command searches
    /// among those that it dropped.
    fn lay_ghosts(&self, changed: &mut BTreeSet<Kind>) -> Result<bool, ReplicaError> {
        let mut searched = false;
        for (kind, id) in self.names("SELECT kind, id FROM ghost")? {
            if !self.is_touched(kind, id)? {
                self.store.delete(kind, id)?;
                self.store
                    .sqlite()?
                    .prepare_cached("DELETE FROM ghost WHERE kind = $1 AND id = $2")?
                    .execute(params![kind.table(), id.to_string()])?;
                changed.insert(kind);
                searched = searched || self.is_searched(kind)?;
            }
        }
        Ok(searched)
    }

    /// Compares what is held with what should be. Kinds that differ are sent whole in the next request of this round, and
    /// if that did not help, once in each of the following rounds.
    fn compare(&self, digest: Option<&[KindDigest]>, mended: bool) -> Result<(), ReplicaError> {
        let Some(digest) = digest else { return Ok(()) };
        let mut wrong = BTreeSet::new();
        for kind in Kind::ALL.iter().filter(|kind| !self.older.kinds.contains(kind)) {
            let theirs = digest.iter().find(|theirs| theirs.kind == kind.table());
            let theirs = theirs.map_or((0, 0), |theirs| (theirs.count, theirs.sum));
            if self.digest(*kind)? != theirs {
                tracing::error!(kind = kind.table(), "what is held is not what should be; it is fetched again");
                wrong.insert(kind.table());
            }
        }
        self.set_note("mend", &(!wrong.is_empty() && !mended))?;
        self.set_note("again", &wrong)
    }

    /// What is held of a kind, as headquarters gave it: how many, and the sum of their hashes.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn digest(&self, kind: Kind) -> Result<(i64, i64), ReplicaError> {
        let known = self
            .store
            .sqlite()?
            .prepare_cached("SELECT count, sum FROM base_digest WHERE kind = $1")?
            .query_row(params![kind.table()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(known.unwrap_or_default())
    }

    fn add_digests(&self, deltas: Deltas) -> Result<(), ReplicaError> {
        for (kind, (count, sum)) in deltas {
            let known = self.digest(kind)?;
            self.store
                .sqlite()?
                .prepare_cached(
                    "INSERT INTO base_digest (kind, count, sum) VALUES ($1, $2, $3)
                     ON CONFLICT (kind) DO UPDATE SET count = excluded.count, sum = excluded.sum",
                )?
                .execute(params![kind.table(), known.0 + count, known.1.wrapping_add(sum)])?;
        }
        Ok(())
    }

    /// What headquarters gave of a kind, with the hashes of its images: what is shown, and what cannot be read.
    pub(crate) fn held(&self, kind: Kind) -> Result<Vec<(Id, i64)>, ReplicaError> {
        let mut held = self.store.given(kind)?;
        let newer = self.newer(kind)?.into_iter().filter(|newer| newer.unreadable);
        held.extend(newer.map(|newer| (newer.id, image_hash(&newer.image))));
        Ok(held)
    }

    fn is_touched(&self, kind: Kind, id: Id) -> Result<bool, ReplicaError> {
        let mut statement =
            self.store.sqlite()?.prepare_cached("SELECT 1 FROM outbox_touch WHERE kind = $1 AND id = $2")?;
        Ok(statement.exists(params![kind.table(), id.to_string()])?)
    }

    /// Whether a waiting command searched among the records of a kind; see [`Self::decide_watched`].
    fn is_searched(&self, kind: Kind) -> Result<bool, ReplicaError> {
        self.is_touched(kind, Id::nil())
    }

    pub(crate) fn restore_shadows(&self, changed: &mut BTreeSet<Kind>) -> Result<(), ReplicaError> {
        let mut statement =
            self.store.sqlite()?.prepare("SELECT kind, id, base FROM shadow").map_err(StoreError::from)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, id, base): (String, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let Some(kind) = Kind::from_table(&table) else { continue };
            match base {
                Some(fields) => self.store.put(&AnyRecord::from_fields(kind, serde_json::from_str(&fields)?)?)?,
                None => self.store.delete(kind, Self::id_of(&id))?,
            }
            changed.insert(kind);
        }
        self.store.sqlite()?.execute("DELETE FROM shadow", [])?;
        Ok(())
    }

    pub(crate) fn replay_all(&self, changed: &mut BTreeSet<Kind>) -> Result<(), ReplicaError> {
        for pending in self.pending(usize::MAX >> 1)? {
            self.replay(&pending, changed)?;
        }
        Ok(())
    }

    /// Does a waiting command again on the new base. One that no longer fits does nothing here; headquarters decides.
    fn replay(&self, pending: &PendingAct, changed: &mut BTreeSet<Kind>) -> Result<(), ReplicaError> {
        let Some(act) = Act::read(&pending.act, pending.version) else { return Ok(()) };
        self.store.execute("DELETE FROM outbox_touch WHERE seq = $1", params![pending.seq])?;
        let (decided, reads) = self.decide_watched(&act, Pass::Rebase);
        if let Ok(effects) = &decided {
            changed.extend(effects.puts.iter().map(AnyRecord::kind));
        }
        self.write_pending(pending.seq, decided.as_ref().ok(), &reads)
    }

    pub(crate) fn names(&self, sql: &str) -> Result<Vec<(Kind, Id)>, ReplicaError> {
        let mut statement = self.store.sqlite()?.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut names = Vec::new();
        while let Some(row) = rows.next()? {
            let (table, id): (String, String) = (row.get(0)?, row.get(1)?);
            names.extend(Kind::from_table(&table).map(|kind| (kind, Self::id_of(&id))));
        }
        Ok(names)
    }
}

fn count(deltas: &mut Deltas, kind: Kind, count: i64, sum: i64) {
    let delta = deltas.entry(kind).or_default();
    *delta = (delta.0 + count, delta.1.wrapping_add(sum));
}
