//! What rows bring, read from their images: by the thread that writes it, or by another that is a little ahead of it.

use crate::image::{NotUnderstood, image_hash, record};
use crate::protocol::{Frame, Row};
use outpost_domain::{Id, Kind};
use outpost_store::{Readier, Ready};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::Scope;

/// How many frames are read before they are written: enough that nobody waits, few enough to hold in memory.
const FRAMES_AHEAD: usize = 2;

/// A row that was read.
pub(crate) struct Arrived {
    pub(crate) kind: Kind,
    pub(crate) id: Id,
    /// The hash of the image.
    pub(crate) hash: i64,
    /// The record, ready to be written, unless it is one of another version of this program.
    pub(crate) row: Result<Ready, NotUnderstood>,
}

/// Reads the rows of a frame. A kind of a newer headquarters is left out: this program has no place for it.
pub(crate) fn rows_of(frame: &Frame, readier: &Readier) -> Vec<Arrived> {
    let Frame::Rows { rows, .. } = frame else { return Vec::new() };
    rows.iter().filter_map(|row| arrived(row, readier)).collect()
}

fn arrived(row: &Row, readier: &Readier) -> Option<Arrived> {
    let kind = Kind::from_table(&row.kind)?;
    let (id, ready) = match record(kind, &row.image) {
        Ok(record) => (record.id(), readier.ready(&record).map_err(NotUnderstood::because)),
        Err(error) => (name_of(row)?.1, Err(error)),
    };
    Some(Arrived { kind, id, hash: image_hash(&row.image), row: ready })
}

/// Which record a row is of; none for a kind that this program does not know.
pub(crate) fn name_of(row: &Row) -> Option<(Kind, Id)> {
    #[derive(serde::Deserialize)]
    struct Name {
        id: Id,
    }
    let name: Name = cbor4ii::serde::from_slice(&row.image).ok()?;
    Some((Kind::from_table(&row.kind)?, name.id))
}

/// The rows of frames, in their order.
pub(crate) struct ReadAhead {
    readier: Readier,
    arriving: Option<Receiver<Vec<Arrived>>>,
}

impl ReadAhead {
    /// Reads on a thread of `scope`, if there is one, until nobody asks any more.
    pub(crate) fn of<'scope, 'env>(
        frames: &'env [Frame],
        readier: Readier,
        scope: Option<&'scope Scope<'scope, 'env>>,
    ) -> ReadAhead {
        let arriving = scope.map(|scope| {
            let (line, arriving) = sync_channel(FRAMES_AHEAD);
            let readier = readier.clone();
            scope.spawn(move || {
                let bringing = frames.iter().filter(|frame| matches!(frame, Frame::Rows { .. }));
                bringing.map(|frame| rows_of(frame, &readier)).try_for_each(|rows| line.send(rows))
            });
            arriving
        });
        ReadAhead { readier, arriving }
    }

    /// The rows of this frame, which is the next that has any.
    pub(crate) fn next(&self, frame: &Frame) -> Vec<Arrived> {
        if !matches!(frame, Frame::Rows { .. }) {
            return Vec::new();
        }
        // The thread ends early only when it fell over: then what is left is read here.
        let ahead = self.arriving.as_ref().and_then(|arriving| arriving.recv().ok());
        ahead.unwrap_or_else(|| rows_of(frame, &self.readier))
    }
}
