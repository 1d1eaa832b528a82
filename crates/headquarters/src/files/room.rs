//! How much room files take: a limit for each company, and a chore that removes those that nobody names.

use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_domain::Instant;
use outpost_domain::ticket::Attachment;
use outpost_store::Row;
use outpost_sync::{FileStore, Lying, file_name};
use serde::Serialize;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long the room that is taken is believed before it is counted anew: other processes and chores change it too.
const BELIEVED: Duration = Duration::from_secs(600);
/// How many files are removed before it is looked again what records name.
const SWEPT_AT_ONCE: usize = 500;

/// The room that a company's files may take, and take.
#[derive(Default)]
pub(crate) struct Room {
    most: Option<u64>,
    counted: Arc<Mutex<Counted>>,
}

#[derive(Default)]
struct Counted {
    bytes: u64,
    /// None before it was counted for the first time.
    at: Option<std::time::Instant>,
    counting: bool,
}

impl Room {
    pub(crate) fn of(most: Option<u64>) -> Room {
        Room { most, counted: Arc::default() }
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts what lies there, aside: there may be a million files, and whoever sends one does not wait for that.
fn count(files: Arc<dyn FileStore>, counted: Arc<Mutex<Counted>>) {
    std::thread::spawn(move || {
        let bytes = files.lying().map(|lying| lying.iter().map(|file| file.bytes).sum());
        let mut counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
        (counted.counting, counted.at) = (false, Some(std::time::Instant::now()));
        match bytes {
            Ok(bytes) => counted.bytes = bytes,
            Err(error) => tracing::warn!(%error, "how much room files take is not known; trying again later"),
        }
    });
}

/// What a sweep found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// How many files nobody names and are old enough.
    pub files: u64,
    /// How much room they take, or took.
    pub bytes: u64,
}

impl Headquarters {
    /// That so many bytes more may be kept.
    ///
    /// # Errors
    /// `no_room` when the company's files would take more than they may. Whoever sends them keeps them, and sends them again.
    pub(crate) fn has_room(&self, more: u64) -> Result<(), HeadquartersError> {
        let Some(most) = self.room.most else { return Ok(()) };
        let mut counted = self.room.counted();
        if counted.at.is_none_or(|at| at.elapsed() > BELIEVED) && !counted.counting {
            counted.counting = true;
            count(Arc::clone(self.files()), Arc::clone(&self.room.counted));
        }
        if counted.at.is_some() && counted.bytes.saturating_add(more) > most {
            tracing::error!(
                bytes = counted.bytes,
                most,
                "files take all the room that they may; --files-quota gives more"
            );
            let why = "the room for files at headquarters is full; the file stays where it is, and is sent again later";
            return Err(HeadquartersError::denied("no_room", why));
        }
        Ok(())
    }

    /// Notes that so many bytes more were kept.
    pub(crate) fn took_room(&self, bytes: u64) {
        let mut counted = self.room.counted();
        counted.bytes = counted.bytes.saturating_add(bytes);
    }

    /// Removes files that no record and no command that waits names, and what has arrived of them, if they were kept or last
    /// grew before a moment; with `only_look` it only says what it would remove.
    ///
    /// # Errors
    /// When something cannot be read or removed. What was removed until then is gone.
    pub fn sweep_files(&self, before: Instant, only_look: bool) -> Result<Swept, HeadquartersError> {
        let mut old = self.files().lying()?;
        old.retain(|file| file.changed_at < before);
        let mut swept = Swept::default();
        for files in old.chunks(SWEPT_AT_ONCE) {
            // Commands go before files: one that is needed again since is named by now.
            let named = self.files_named()?;
            for Lying { sha256, bytes, .. } in files.iter().filter(|file| !named.contains(&file.sha256)) {
                if only_look || self.files().discard(sha256, before)? {
                    swept.files += 1;
                    swept.bytes += bytes;
                }
            }
        }
        Ok(swept)
    }

    /// The files that records name, and commands that were not done: those may still be.
    fn files_named(&self) -> Result<BTreeSet<String>, HeadquartersError> {
        let store = self.reader();
        let mut named = BTreeSet::new();
        for attachment in store.select::<Attachment>("", &[])? {
            named.extend(attachment.files().filter_map(file_name));
        }
        let sql = "SELECT act FROM command WHERE status NOT IN ('applied', 'adjusted')";
        store.each(sql, &[], |row: &Row<'_>| {
            named.extend(hashes(row.text(0)?));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(named)
    }
}

/// Everything in a text that could name a file, whatever command it belongs to.
fn hashes(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_ascii_hexdigit()).filter_map(file_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_found_in_whatever_command_names_it() {
        let (one, other) = ("ab".repeat(32), "CD".repeat(32));
        let text =
            format!("{{\"payload\": {{\"sha256\": \"{one}\", \"more\": [\"{other}\"], \"id\": \"{}\"}}}}", &one[1..]);
        assert_eq!(hashes(&text).collect::<Vec<_>>(), [one, other.to_lowercase()]);
    }

    #[test]
    fn a_company_whose_room_is_full_is_told_so_and_goes_on_when_there_is_more() {
        let home = tempfile::tempdir().unwrap();
        let hq = Headquarters::open(home.path(), "Test").unwrap().with_room(Some(1000));
        hq.files().keep(&[1; 600]).unwrap();
        // It is counted aside; until then nobody is turned away.
        hq.has_room(10_000).unwrap();
        while hq.room.counted().counting {
            std::thread::yield_now();
        }
        hq.has_room(400).unwrap();
        assert!(matches!(hq.has_room(401), Err(HeadquartersError::Denied(denial)) if denial.code == "no_room"));
        hq.took_room(400);
        assert!(hq.has_room(1).is_err());
        hq.with_room(None).has_room(u64::MAX).unwrap();
    }
}
