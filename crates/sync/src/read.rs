//! What rows bring, read from their images: by the thread that writes it, or by another that is a little ahead of it.

use crate::image::{NotUnderstood, image_hash};
use crate::newer::Older;
use crate::protocol::{Frame, Row};
use outpost_domain::{Id, Kind};
use outpost_store::{Readier, Ready};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread::Scope;

/// How many frames are read before they are written: enough that nobody waits, few enough to hold in memory.
const FRAMES_AHEAD: usize = 2;

/// A row that was read.
pub(crate) struct Arrived {
    pub(crate) kind: Kind,
    pub(crate) id: Id,
    /// The hash of the image.
    pub(crate) hash: i64,
    /// The record, ready to be written, unless this program cannot read it.
    pub(crate) row: Result<Ready, NotUnderstood>,
    /// The image, if there is more in it than this program can read.
    pub(crate) newer: Option<Vec<u8>>,
}

/// Reads rows, on whichever thread has time for it.
#[derive(Clone)]
pub(crate) struct Reading {
    pub(crate) readier: Readier,
    pub(crate) older: Older,
}

/// Reads the rows of a frame. A kind of a newer headquarters is left out: this program has no place for it.
pub(crate) fn rows_of(frame: &Frame, reading: &Reading) -> Vec<Arrived> {
    let Frame::Rows { rows, .. } = frame else { return Vec::new() };
    rows.iter().filter_map(|row| arrived(row, reading)).collect()
}

fn arrived(row: &Row, Reading { readier, older }: &Reading) -> Option<Arrived> {
    let kind = Kind::from_table(&row.kind).filter(|kind| !older.kinds.contains(kind))?;
    let (id, ready, whole) = match older.read(kind, &row.image) {
        Ok((record, whole)) => (record.id(), readier.ready(&record).map_err(NotUnderstood::because), whole),
        Err(error) => (name_of(row)?.1, Err(error), false),
    };
    let newer = (!whole || ready.is_err()).then(|| row.image.clone());
    Some(Arrived { kind, id, hash: image_hash(&row.image), row: ready, newer })
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
    reading: Reading,
    ahead: Option<Ahead>,
}

/// Another thread that reads.
struct Ahead {
    arriving: Receiver<Vec<Arrived>>,
    /// Where rows go when they are written: whoever made so many values has the time to give their memory back.
    written: Sender<Vec<Arrived>>,
}

impl ReadAhead {
    /// Reads on a thread of `scope`, if there is one, until nobody asks any more.
    pub(crate) fn of<'scope, 'env>(
        frames: &'env [Frame],
        reading: Reading,
        scope: Option<&'scope Scope<'scope, 'env>>,
    ) -> ReadAhead {
        let ahead = scope.map(|scope| {
            let (line, arriving) = sync_channel(FRAMES_AHEAD);
            let (done, written) = channel::<Vec<Arrived>>();
            let reading = reading.clone();
            scope.spawn(move || {
                for frame in frames.iter().filter(|frame| matches!(frame, Frame::Rows { .. })) {
                    if line.send(rows_of(frame, &reading)).is_err() {
                        break;
                    }
                    written.try_iter().for_each(drop);
                }
                drop(line);
                written.iter().for_each(drop);
            });
            Ahead { arriving, written: done }
        });
        ReadAhead { reading, ahead }
    }

    /// Gives the rows of this frame, which is the next that has any, to whoever writes them.
    pub(crate) fn next<T>(&self, frame: &Frame, write: impl FnOnce(&[Arrived]) -> T) -> T {
        if !matches!(frame, Frame::Rows { .. }) {
            return write(&[]);
        }
        // The thread ends early only when it fell over: then what is left is read here.
        let ahead = self.ahead.as_ref().and_then(|ahead| Some((ahead.arriving.recv().ok()?, &ahead.written)));
        let Some((rows, back)) = ahead else { return write(&rows_of(frame, &self.reading)) };
        let done = write(&rows);
        // Nobody takes them back when the thread fell over.
        let _ = back.send(rows);
        done
    }
}
