//! Giving out what changed, to whom may see it, frame by frame.
//!
//! Records are sent bucket by bucket, in the order of commits; a position says where to go on, on this process or on
//! another. What is written meanwhile is sent in a further pass, so that at the end nothing is missing. No transaction
//! is open between two frames: a slow line holds nobody up. What a person may see and where they stand is looked up once
//! and holds until somebody commits, for none of it changes without a commit
//! (docs/decisions/0020-an-answer-holds-until-somebody-commits.md).

use super::first_needs::urgent;
use super::position::{Position, Seal};
use crate::access::welcome;
use crate::commit::{Head, LOOKED_UP, TOO_LARGE_TO_GIVE, head, tag};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use crate::visibility::{Scope, Visible, buckets_of, join, split, visible};
use outpost_domain::person::{Replica, User};
use outpost_domain::{Id, Instant, Kind};
use outpost_store::{Store, ToSql, params, places};
use outpost_sync::protocol::{Cursor, Evicted, Frame, KindDigest, Pull, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// How much a frame of rows holds.
const BYTES_PER_FRAME: usize = 512 * 1024;
const EVICTED_PER_FRAME: usize = 5000;

/// An answer to a replica that pulls, which is sent part by part.
#[derive(Debug, Clone)]
pub struct Stream {
    replica_id: Id,
    asked_at: Instant,
    cursor: Option<Cursor>,
    /// Where the replica wants to go on, until the stream has a position of its own.
    position: Option<String>,
    /// The kinds that are sent whole, however old their records are.
    again: Vec<&'static str>,
    /// Whether the replica asked for kinds once more, be they known here or not: it hears what it should hold.
    mends: bool,
    /// None before its first part.
    open: Option<Open>,
}

/// A part of a stream, and what follows it.
#[derive(Debug)]
pub struct Part {
    /// What to send.
    pub frames: Vec<Frame>,
    /// None at the end.
    pub next: Option<Stream>,
}

impl Headquarters {
    /// The next part of what a person's replica lacks.
    ///
    /// # Errors
    /// When the database cannot be read, or what the person could see cannot be kept at the end; `replica_revoked` if the
    /// device was reported lost meanwhile, or its person left; `token_unknown` if nobody knows the replica.
    pub fn part(&self, stream: Stream) -> Result<Part, HeadquartersError> {
        let (replica_id, asked_at) = (stream.replica_id, stream.asked_at);
        let (part, visible) = {
            let store = self.reader();
            store.snapshot(|| stream.part(&store, self.rows_per_frame))??
        };
        if let (Some(visible), Some(Frame::End { cursor })) = (visible, part.frames.last()) {
            self.remember_view(replica_id, cursor.revision, &visible, asked_at)?;
        }
        Ok(part)
    }

    /// Keeps what a replica's person could see and do from a commit on: yesterday's work is judged by yesterday's rights. Once a
    /// day it is noted that this is still so.
    fn remember_view(
        &self,
        replica_id: Id,
        revision: i64,
        visible: &Visible,
        now: Instant,
    ) -> Result<(), HeadquartersError> {
        const FRESH_MILLIS: i64 = 86_400_000;
        let id = replica_id.to_string();
        let newest = "SELECT view, from_revision, confirmed_at FROM replica_view WHERE replica_id = $1
             ORDER BY from_revision DESC LIMIT 1";
        let known: Option<(String, i64, i64)> =
            self.reader().one(newest, params![id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let mut from_revision = revision;
        if let Some((_, from, confirmed_at)) = known.filter(|(view, ..)| *view == visible.view) {
            if (0..FRESH_MILLIS).contains(&now.saturating_sub(confirmed_at)) {
                return Ok(());
            }
            from_revision = from;
        }
        let store = self.writer();
        store.transaction(|| {
            store.execute(
                "INSERT INTO view (name, scopes) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                params![visible.view, join(&visible.scopes)],
            )?;
            store.execute(
                "INSERT INTO replica_view (replica_id, from_revision, view, confirmed_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (replica_id, from_revision) DO UPDATE SET view = excluded.view,
                 confirmed_at = excluded.confirmed_at",
                params![id, from_revision, visible.view, now],
            )?;
            Ok(())
        })
    }

    /// What a replica's person could see and do at a commit, by what headquarters told the replica then; none if it has told
    /// it nothing since a moment.
    pub(crate) fn scopes_at(
        store: &Store,
        replica_id: Id,
        revision: i64,
        since: Instant,
    ) -> Result<Option<BTreeSet<Scope>>, HeadquartersError> {
        let scopes: Option<String> = store.one(
            "SELECT v.scopes FROM replica_view r JOIN view v ON v.name = r.view
             WHERE r.replica_id = $1 AND r.from_revision <= $2
             AND (SELECT max(confirmed_at) FROM replica_view WHERE replica_id = $1) >= $3
             ORDER BY r.from_revision DESC LIMIT 1",
            params![replica_id.to_string(), revision, since],
            |row| row.get(0),
        )?;
        Ok(scopes.map(|scopes| split(&scopes)))
    }
}

impl Stream {
    /// The answer to what a replica asks; nothing is looked up yet.
    pub fn new(replica_id: Id, pull: &Pull, asked_at: Instant) -> Stream {
        let kinds = Kind::ALL.iter().map(|kind| kind.table());
        Stream {
            replica_id,
            asked_at,
            cursor: pull.cursor.clone(),
            position: pull.position.clone(),
            again: kinds.filter(|kind| pull.again.iter().any(|again| again == kind)).collect(),
            mends: !pull.again.is_empty(),
            open: None,
        }
    }

    /// Its next part; at its end also what the person sees.
    fn part(mut self, store: &Store, rows_per_frame: usize) -> Result<(Part, Option<Visible>), HeadquartersError> {
        let head = head(store)?;
        let mut frames = Vec::new();
        let mut open = match self.open.take() {
            Some(open) if open.head == head => open,
            before => self.look_up(store, head, before.map(|open| open.position), rows_per_frame, &mut frames)?,
        };
        loop {
            let rows = open.rows(store, &self.again, rows_per_frame)?;
            if !rows.is_empty() {
                frames.push(Frame::Rows { rows, position: open.seal.close(&open.position)? });
                self.open = Some(open);
                return Ok((Part { frames, next: Some(self) }, None));
            }
            if open.position.high == open.head.revision {
                break;
            }
            open.position = Position {
                low: open.position.high,
                high: open.head.revision,
                first: false,
                bucket: 0,
                revision: 0,
                kind: String::new(),
                id: String::new(),
                ..open.position
            };
        }
        open.end(store, self.mends, &mut frames)?;
        Ok((Part { frames, next: None }, Some(open.visible)))
    }

    /// Looks up what the stream needs that goes on where it stood before, or where the replica says. It begins instead, with
    /// frames of its own, if there is no such place any more.
    fn look_up(
        &mut self,
        store: &Store,
        head: Head,
        before: Option<Position>,
        rows_per_frame: usize,
        frames: &mut Vec<Frame>,
    ) -> Result<Open, HeadquartersError> {
        // As of this moment, whoever it was when they asked.
        let replica = store.get::<Replica>(self.replica_id)?.ok_or_else(HeadquartersError::not_known)?;
        let user = store.get::<User>(replica.user_id)?.ok_or_else(HeadquartersError::not_known)?;
        welcome(&replica, &user)?;
        let since = continues(store, self.replica_id, self.cursor.as_ref(), &head.epoch)?;
        let asked = self.position.take();
        let quiet = !self.mends && asked.is_none() && before.is_none();
        let visible = visible(store, &user, since.as_ref(), quiet.then_some(head.revision))?;
        let seal = Seal::of(store, self.replica_id)?;
        let stood = before.or_else(|| seal.open(&asked?));
        let from = since.as_ref().map_or(0, |cursor| cursor.revision);
        let stood = stood.filter(|position| {
            (position.epoch == head.epoch && position.view == visible.view) && position.since == from
        });
        let stood = match stood {
            Some(position) => (tag(store, position.seen)?.as_ref() == Some(&position.tag)).then_some(position),
            None => None,
        };
        let begins = stood.is_none();
        let position = stood.unwrap_or_else(|| Position {
            epoch: head.epoch.clone(),
            view: visible.view.clone(),
            began: head.revision,
            since: from,
            low: from,
            high: head.revision,
            first: true,
            ..Position::default()
        });
        let position = Position { seen: head.revision, tag: head.tag.clone(), ..position };
        let open = Open { head, since, visible, position, seal };
        if begins {
            open.begin(store, &user, rows_per_frame, frames)?;
        }
        Ok(open)
    }
}

/// A stream that was looked up. It holds for one part after the other, until somebody commits.
#[derive(Debug, Clone)]
struct Open {
    head: Head,
    /// The cursor to go on from; none if everything is sent anew.
    since: Option<Cursor>,
    visible: Visible,
    position: Position,
    seal: Seal,
}

impl Open {
    /// What is sent before everything else.
    fn begin(
        &self,
        store: &Store,
        user: &User,
        rows_per_frame: usize,
        frames: &mut Vec<Frame>,
    ) -> Result<(), HeadquartersError> {
        let anew = self.since.is_none();
        frames.push(Frame::Begin { epoch: self.position.epoch.clone(), anew, total: self.total(store)? });
        if anew {
            let urgent = urgent(store, user, &self.visible.buckets.keys().copied().collect())?;
            for rows in cut(urgent, rows_per_frame) {
                frames.push(Frame::Rows { rows, position: self.seal.close(&self.position)? });
            }
            frames.push(Frame::Usable);
        }
        Ok(())
    }

    /// About how many records follow.
    fn total(&self, store: &Store) -> Result<u64, HeadquartersError> {
        if self.since.is_none() {
            return Ok(self.digest(store)?.iter().map(|kind| kind.count as u64).sum());
        }
        let mut total = 0;
        for (bucket, known) in &self.visible.buckets {
            let low = if *known { self.position.low } else { 0 };
            total +=
                store.number("SELECT count(*) FROM entity WHERE bucket = $1 AND revision > $2", &[bucket, &low])?;
        }
        Ok(total as u64)
    }

    /// The rows of the next frame, after which the position stands behind them; empty at the end of a pass.
    fn rows(&mut self, store: &Store, again: &[&str], rows_per_frame: usize) -> Result<Vec<Row>, HeadquartersError> {
        let again = if self.position.first { again } else { &[] };
        let (mut found, mut bytes) = (Vec::new(), 0);
        for (bucket, known) in self.visible.buckets.range(self.position.bucket..) {
            if *bucket != self.position.bucket {
                self.position.bucket = *bucket;
                (self.position.revision, self.position.kind, self.position.id) = (0, String::new(), String::new());
            }
            let low = if self.position.first && !known { 0 } else { self.position.low };
            let room = rows_per_frame - found.len();
            let position = &mut self.position;
            // Records of kinds that are sent whole, however old, are picked from all of them. The names of kinds are our
            // own, not what the replica wrote.
            let whole = if again.is_empty() {
                String::new()
            } else {
                format!(" AND (revision > {low} OR kind IN ('{}'))", again.join("', '"))
            };
            // One lower bound and no other: with a second one an engine may begin at that, and read all that was sent.
            let (revision, kind, id) = if again.is_empty() && position.revision <= low {
                (low.saturating_add(1), String::new(), String::new())
            } else {
                (position.revision, position.kind.clone(), position.id.clone())
            };
            let sql = format!(
                "SELECT revision, kind, id, image FROM entity
                 WHERE bucket = $1 AND revision <= $2 AND (revision, kind, id) > ($3, $4, $5){whole}
                 AND length(image) <= {TOO_LARGE_TO_GIVE} ORDER BY revision, kind, id LIMIT $6"
            );
            let after = params![bucket, position.high, revision, kind, id, room as i64];
            store.each(&sql, after, |row| {
                let (kind, image): (String, Vec<u8>) = (row.get(1)?, row.bytes(3)?);
                bytes += image.len();
                // Cut before the one that would burst the frame; one alone is sent however large it is.
                if bytes > BYTES_PER_FRAME && !found.is_empty() {
                    return Ok(ControlFlow::Break(()));
                }
                position.revision = row.get(0)?;
                position.kind.clone_from(&kind);
                row.text(2)?.clone_into(&mut position.id);
                found.push(Row { kind, image });
                Ok(ControlFlow::Continue(()))
            })?;
            if bytes > BYTES_PER_FRAME || found.len() >= rows_per_frame {
                return Ok(found);
            }
        }
        Ok(found)
    }

    fn end(&self, store: &Store, mends: bool, frames: &mut Vec<Frame>) -> Result<(), HeadquartersError> {
        let since = self.since.as_ref().map_or(self.position.began, |cursor| cursor.revision);
        let view = self.visible.view.clone();
        let Head { epoch, revision, tag } = self.head.clone();
        let cursor = Cursor { epoch, revision, tag, view };
        // With nothing new, what was right stays right: such a round is to cost next to nothing.
        if mends || self.since.as_ref() != Some(&cursor) {
            let position = self.seal.close(&self.position)?;
            for records in self.evicted(store, since)?.chunks(EVICTED_PER_FRAME) {
                frames.push(Frame::Evict { records: records.to_vec(), position: position.clone() });
            }
            frames.push(Frame::Digest { kinds: self.digest(store)? });
        }
        frames.push(Frame::End { cursor });
        Ok(())
    }

    /// What left the person's visible after a commit.
    fn evicted(&self, store: &Store, since: i64) -> Result<Vec<Evicted>, HeadquartersError> {
        let mut found: BTreeSet<(String, String)> = BTreeSet::new();
        for bucket in buckets_of(store, &self.visible.before)? {
            let sql = "SELECT s.kind, s.id, e.bucket FROM stay s JOIN entity e ON e.kind = s.kind AND e.id = s.id
                 WHERE s.bucket = $1 AND s.left_revision > $2";
            let left = store.rows(sql, params![bucket, since], |row| {
                Ok(((row.get::<String>(0)?, row.get::<String>(1)?), row.get::<i64>(2)?))
            })?;
            let left = left.into_iter().filter(|(_, bucket)| !self.visible.buckets.contains_key(bucket));
            found.extend(left.map(|(name, _)| name));
            if !self.visible.buckets.contains_key(&bucket) {
                let sql = "SELECT kind, id FROM entity WHERE bucket = $1";
                found.extend(store.rows(sql, params![bucket], |row| Ok((row.get(0)?, row.get(1)?)))?);
            }
        }
        let named = |(kind, id): (String, String)| Some(Evicted { kind, id: Id::parse_str(&id).ok()? });
        Ok(found.into_iter().filter_map(named).collect())
    }

    fn digest(&self, store: &Store) -> Result<Vec<KindDigest>, HeadquartersError> {
        let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        let buckets: Vec<&dyn ToSql> = self.visible.buckets.keys().map(|bucket| bucket as &dyn ToSql).collect();
        for buckets in buckets.chunks(LOOKED_UP) {
            let places = places(1, buckets.len());
            let sql = format!("SELECT kind, count, sum FROM bucket_digest WHERE bucket IN ({places})");
            store.each(&sql, buckets, |row| {
                let sum = sums.entry(row.get(0)?).or_default();
                *sum = (sum.0 + row.get::<i64>(1)?, sum.1.wrapping_add(row.get(2)?));
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(sums.into_iter().map(|(kind, (count, sum))| KindDigest { kind, count, sum }).collect())
    }
}

/// Rows by the frame: each cut before the row that would burst it.
fn cut(rows: Vec<Row>, rows_per_frame: usize) -> Vec<Vec<Row>> {
    let mut frames: Vec<Vec<Row>> = Vec::new();
    let mut bytes = 0;
    for row in rows {
        bytes += row.image.len();
        match frames.last_mut() {
            Some(frame) if bytes <= BYTES_PER_FRAME && frame.len() < rows_per_frame => frame.push(row),
            _ => {
                bytes = row.image.len();
                frames.push(vec![row]);
            }
        }
    }
    frames
}

/// The cursor to go on from, or none if everything must be sent anew. A view that this replica was never told of is none of
/// its own: it would learn the names of all that lies there, as of what left its visible.
fn continues(
    store: &Store,
    replica_id: Id,
    cursor: Option<&Cursor>,
    epoch: &str,
) -> Result<Option<Cursor>, HeadquartersError> {
    let Some(cursor) = cursor else { return Ok(None) };
    let sql = "SELECT count(*) FROM replica_view WHERE replica_id = $1 AND view = $2";
    let known_view = store.number(sql, params![replica_id.to_string(), cursor.view])? > 0;
    let sound = cursor.epoch == epoch && known_view && tag(store, cursor.revision)?.as_ref() == Some(&cursor.tag);
    Ok(sound.then(|| cursor.clone()))
}
