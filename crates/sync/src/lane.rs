//! The lane of files: after ticket data, thumbnails before everything else, and over a metered line only as its person wishes.

use crate::files::FileStore;
use crate::replica::{Replica, ReplicaError};
use crate::round::KEEP_SENT_MILLIS;
use outpost_domain::Instant;
use outpost_store::params;
use std::collections::BTreeMap;

const WIFI_ONLY: &str = "wifi_only";
const METERED: &str = "metered";
/// A photo and its thumbnail are one thing to a person.
const COUNT: &str = "SELECT count(DISTINCT coalesce(thumbnail_of, sha256)) FROM file_outbox WHERE arrived_at IS NULL";

impl Replica {
    /// Keeps bytes that a command will refer to, with those of their thumbnail if they have one, and sends both when there
    /// is a connection. Gives the hash of the bytes.
    ///
    /// # Errors
    /// When they cannot be written; then nothing is sent.
    pub fn keep_file(&self, bytes: &[u8], thumbnail: Option<&[u8]>) -> Result<String, ReplicaError> {
        let sha256 = self.files().keep(bytes)?;
        let small = thumbnail.map(|bytes| self.files().keep(bytes)).transpose()?;
        self.store.transaction(|| {
            let sql = "INSERT INTO file_outbox (sha256, thumbnail_of, anyway) VALUES ($1, $2, FALSE)
                 ON CONFLICT (sha256) DO UPDATE SET arrived_at = NULL";
            let mut insert = self.store.sqlite()?.prepare_cached(sql)?;
            if let Some(small) = small {
                insert.execute(params![small, Some(&sha256)])?;
            }
            insert.execute(params![sha256, None::<String>])?;
            Ok::<_, ReplicaError>(())
        })?;
        Ok(sha256)
    }

    /// The files that are to be sent now, in their order. Those that wait for Wi-Fi are none of them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn files_to_send(&self) -> Result<Vec<String>, ReplicaError> {
        // The order is that of the table, not of a clock, so that it is the same after a restart.
        let sql = "SELECT sha256 FROM file_outbox WHERE arrived_at IS NULL AND (anyway OR NOT $1)
                   ORDER BY thumbnail_of IS NULL, place";
        let mut statement = self.store.sqlite()?.prepare_cached(sql)?;
        let rows = statement.query_map(params![self.files_are_held()?], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many files have not reached headquarters, whatever they wait for.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn files_waiting(&self) -> Result<u64, ReplicaError> {
        self.count(COUNT)
    }

    /// How many of them wait for Wi-Fi.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn files_waiting_for_wifi(&self) -> Result<u64, ReplicaError> {
        if self.files_are_held()? { self.count(&format!("{COUNT} AND NOT anyway")) } else { Ok(0) }
    }

    /// Notes that headquarters has verified a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file_arrived(&self, sha256: &str, now: Instant) -> Result<(), ReplicaError> {
        let sql = "UPDATE file_outbox SET arrived_at = $1 WHERE sha256 = $2";
        self.store.sqlite()?.execute(sql, params![now, sha256])?;
        Ok(())
    }

    /// Makes room: removes files that headquarters has verified, or that were fetched from it, more than 30 days ago.
    /// Whoever opens one fetches it again.
    ///
    /// # Errors
    /// When the database or the folder cannot be read or written.
    pub fn remove_old_files(&self, now: Instant) -> Result<(), ReplicaError> {
        let before = now - KEEP_SENT_MILLIS;
        let sql = "SELECT sha256, arrived_at < $1 FROM file_outbox";
        let made_here: BTreeMap<String, Option<bool>> =
            self.store.rows(sql, params![before], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect();
        for sha256 in self.files().names()? {
            let is_old = match made_here.get(&sha256) {
                Some(arrived) => *arrived == Some(true),
                None => self.files().kept_at(&sha256)? < before,
            };
            if is_old {
                self.files().remove(&sha256)?;
            }
        }
        self.store.sqlite()?.execute("DELETE FROM file_outbox WHERE arrived_at < $1", params![before])?;
        Ok(())
    }

    /// Lets the files that wait now go over a metered line, this once; those that come later wait again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn send_files_anyway(&self) -> Result<(), ReplicaError> {
        self.store.sqlite()?.execute("UPDATE file_outbox SET anyway = TRUE WHERE arrived_at IS NULL", [])?;
        Ok(())
    }

    /// Whether files go only over Wi-Fi, as its person wishes.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn wifi_only(&self) -> Result<bool, ReplicaError> {
        Ok(self.note(WIFI_ONLY)?.unwrap_or(false))
    }

    /// Sets whether files go only over Wi-Fi.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_wifi_only(&self, wifi_only: bool) -> Result<(), ReplicaError> {
        self.set_note(WIFI_ONLY, &wifi_only)
    }

    /// Notes whether the line is metered, so that it is known from the first moment after a restart.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_metered(&self, metered: bool) -> Result<(), ReplicaError> {
        self.set_note(METERED, &metered)
    }

    /// A line of which nobody said anything is not metered.
    fn files_are_held(&self) -> Result<bool, ReplicaError> {
        Ok(self.wifi_only()? && self.note(METERED)?.unwrap_or(false))
    }

    fn count(&self, sql: &str) -> Result<u64, ReplicaError> {
        Ok(self.store.sqlite()?.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0))? as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_store::Key;

    fn replica() -> (tempfile::TempDir, Replica) {
        let folder = tempfile::tempdir().unwrap();
        let replica = Replica::open(folder.path(), &Key::new([7; 32])).unwrap();
        (folder, replica)
    }

    #[test]
    fn thumbnails_go_first_whatever_came_when_and_a_photo_counts_once() {
        let (folder, replica) = replica();
        let signature = replica.keep_file(b"signature", None).unwrap();
        let first = replica.keep_file(b"photo 1", Some(b"thumbnail 1")).unwrap();
        let second = replica.keep_file(b"photo 2", Some(b"thumbnail 2")).unwrap();
        // The same once more is no further file.
        replica.keep_file(b"photo 1", Some(b"thumbnail 1")).unwrap();
        drop(replica);
        let replica = Replica::open(folder.path(), &Key::new([7; 32])).unwrap();
        let small = [b"thumbnail 1", b"thumbnail 2"].map(|bytes| crate::sha256_hex(bytes));
        let order = [&small[0], &small[1], &signature, &first, &second].map(String::clone);
        assert_eq!(replica.files_to_send().unwrap(), order);
        assert_eq!(replica.files_waiting().unwrap(), 3);
        // It waits until both have arrived.
        replica.file_arrived(&small[0], 1).unwrap();
        assert_eq!(replica.files_waiting().unwrap(), 3);
        replica.file_arrived(&first, 1).unwrap();
        assert_eq!(replica.files_waiting().unwrap(), 2);
    }

    #[test]
    fn a_file_stays_for_thirty_days_after_it_was_verified_and_as_long_as_it_was_not() {
        let (_folder, replica) = replica();
        let (arrived, waiting) =
            (replica.keep_file(b"arrived", None).unwrap(), replica.keep_file(b"waiting", None).unwrap());
        let fetched = replica.files().keep(b"fetched").unwrap();
        replica.file_arrived(&arrived, 1_000).unwrap();
        let here = |replica: &Replica| [&arrived, &waiting, &fetched].map(|sha256| replica.files().is_here(sha256));
        replica.remove_old_files(1_000 + KEEP_SENT_MILLIS).unwrap();
        assert_eq!(here(&replica), [true, true, true]);
        replica.remove_old_files(1_001 + KEEP_SENT_MILLIS).unwrap();
        assert_eq!(here(&replica), [false, true, true], "the one that was fetched is of today");
        let fetched_at = replica.files().kept_at(&fetched).unwrap();
        replica.remove_old_files(fetched_at + 1 + KEEP_SENT_MILLIS).unwrap();
        assert_eq!(here(&replica), [false, true, false]);
        assert_eq!(replica.files_to_send().unwrap(), [waiting.as_str()]);
    }

    #[test]
    fn only_the_wish_and_a_metered_line_together_hold_files_and_what_was_let_go_goes_once() {
        let (folder, replica) = replica();
        let old = replica.keep_file(b"old", None).unwrap();
        replica.set_wifi_only(true).unwrap();
        assert_eq!(replica.files_to_send().unwrap(), [old.as_str()], "nobody said that the line is metered");
        replica.set_metered(true).unwrap();
        assert_eq!((replica.files_to_send().unwrap().len(), replica.files_waiting_for_wifi().unwrap()), (0, 1));
        assert_eq!(replica.files_waiting().unwrap(), 1, "it is not forgotten");

        replica.send_files_anyway().unwrap();
        replica.keep_file(b"new", None).unwrap();
        drop(replica);
        let replica = Replica::open(folder.path(), &Key::new([7; 32])).unwrap();
        assert_eq!(replica.files_to_send().unwrap(), [old], "also after a restart");
        assert_eq!((replica.files_waiting().unwrap(), replica.files_waiting_for_wifi().unwrap()), (2, 1));
        replica.set_metered(false).unwrap();
        assert_eq!((replica.files_to_send().unwrap().len(), replica.files_waiting_for_wifi().unwrap()), (2, 0));
    }
}
