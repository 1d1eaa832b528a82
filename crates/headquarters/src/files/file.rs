//! Files at headquarters: who has sent the bytes of which, and to whom they are given.
//!
//! A file is named by its hash, and anybody can write a name into an attachment of their own. So it is given out through
//! attachments of those only who have sent its bytes: whoever names what they never had opens nothing by it, and is not even
//! told whether it is here.

use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use crate::visibility::visible;
use outpost_app::{Shelf, now};
use outpost_domain::person::User;
use outpost_domain::ticket::Attachment;
use outpost_domain::{Id, Instant};
use outpost_store::{Store, StoreError, params};
use outpost_sync::file_name;
use std::collections::BTreeSet;
use std::io::ErrorKind;

/// The most bytes of one file.
const FILE_BYTES: u64 = 100 << 20;

impl Headquarters {
    /// How many bytes of a file have arrived from a person, and whether they have sent all of it, verified; then the number is
    /// without meaning. What others have sent of it does not count.
    ///
    /// # Errors
    /// When the database or the files cannot be read.
    pub fn file_arrived(&self, user_id: Id, sha256: &str) -> Result<(u64, bool), HeadquartersError> {
        if has_sent(&self.reader(), user_id, sha256)? && self.files().is_whole(sha256)? {
            return Ok((0, true));
        }
        Ok((self.files().arrived(sha256, user_id)?, false))
    }

    /// Takes bytes of a file from a person, at `offset` of the `size` that it has; how many have arrived from them. These are all
    /// of them only when it is whole, verified, and kept.
    ///
    /// # Errors
    /// `wrong_offset` if it does not end there, `wrong_hash` if the whole is another file, which then begins anew, `too_large`,
    /// and `no_room`.
    pub fn append_file(
        &self,
        user_id: Id,
        sha256: &str,
        offset: u64,
        bytes: &[u8],
        size: u64,
    ) -> Result<u64, HeadquartersError> {
        if size > FILE_BYTES {
            return Err(HeadquartersError::denied("too_large", "a file may have 100 MB"));
        }
        self.has_room(size.saturating_sub(offset))?;
        // Whoever did not hear that it arrived hears it now.
        if self.file_arrived(user_id, sha256)?.1 {
            return Ok(size);
        }
        let appended = self.files().append(sha256, user_id, offset, bytes, size);
        let arrived = appended.map_err(|error| match error.kind() {
            ErrorKind::InvalidInput => HeadquartersError::denied("wrong_offset", "the file does not end there"),
            ErrorKind::InvalidData => HeadquartersError::denied("wrong_hash", "the bytes have another hash"),
            _ => error.into(),
        })?;
        self.took_room(bytes.len() as u64);
        if arrived == size {
            note_sent(&self.writer(), user_id, sha256, now())?;
        }
        Ok(arrived)
    }

    /// Keeps bytes that a person at the console has chosen; their hash.
    ///
    /// # Errors
    /// `no_room`, or when they cannot be written; then nothing is kept.
    pub fn keep_file(&self, user_id: Id, bytes: &[u8]) -> Result<String, HeadquartersError> {
        self.has_room(bytes.len() as u64)?;
        let sha256 = self.files().keep(bytes)?;
        self.took_room(bytes.len() as u64);
        note_sent(&self.writer(), user_id, &sha256, now())?;
        Ok(sha256)
    }

    /// The bytes of a file for a person; none if it is not here, or not for them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read_file(&self, user: &User, sha256: &str) -> Result<Option<Vec<u8>>, HeadquartersError> {
        if !self.may_see_file(user, sha256)? {
            return Ok(None);
        }
        Ok(self.files().read(sha256)?)
    }

    /// Whoever sees an attachment sees the file and the thumbnail that its author has sent.
    fn may_see_file(&self, user: &User, sha256: &str) -> Result<bool, HeadquartersError> {
        let Some(name) = file_name(sha256) else { return Ok(false) };
        let store = self.reader();
        let visible = visible(&store, user, None, None)?;
        let sql = "SELECT e.bucket FROM attachment a
             JOIN entity e ON e.kind = 'attachment' AND e.id = a.id
             JOIN file_sent f ON f.sha256 = $1 AND f.user_id = a.actor_id
             WHERE a.sha256 = $1 OR a.thumbnail_sha256 = $1";
        let buckets = store.rows(sql, params![name], |row| row.get::<i64>(0))?;
        Ok(buckets.iter().any(|bucket| visible.buckets.contains_key(bucket)))
    }

    /// Takes whoever wrote an attachment to have had its files, as the demo company has.
    pub(crate) fn believe_attachments(&self) -> Result<(), HeadquartersError> {
        let store = self.writer();
        store.transaction(|| {
            for attachment in store.select::<Attachment>("", &[])? {
                for sha256 in attachment.files() {
                    note_sent(&store, attachment.actor_id, sha256, attachment.made_at)?;
                }
            }
            Ok(())
        })
    }
}

fn has_sent(store: &Store, user_id: Id, sha256: &str) -> Result<bool, StoreError> {
    let Some(name) = file_name(sha256) else { return Ok(false) };
    let sql = "SELECT count(*) FROM file_sent WHERE sha256 = $1 AND user_id = $2";
    Ok(store.number(sql, params![name, user_id.to_string()])? > 0)
}

fn note_sent(store: &Store, user_id: Id, sha256: &str, at: Instant) -> Result<(), StoreError> {
    let Some(name) = file_name(sha256) else { return Ok(()) };
    let sql = "INSERT INTO file_sent (sha256, user_id, sent_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    store.execute(sql, params![name, user_id.to_string(), at])?;
    Ok(())
}

/// The files of headquarters, for a screen: those that their attachment's author has sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent;

impl Shelf for Sent {
    fn here(&self, store: &Store, attachments: &[Attachment]) -> Result<BTreeSet<Id>, StoreError> {
        let mut here = BTreeSet::new();
        for attachment in attachments {
            if has_sent(store, attachment.actor_id, &attachment.sha256)? {
                here.insert(attachment.id);
            }
        }
        Ok(here)
    }
}
