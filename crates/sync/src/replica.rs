//! One installation's copy of its part of the data, in a folder of its own.

use crate::files::Files;
use crate::identity::Identity;
use crate::newer::Older;
use crate::protocol::{Cursor, SAME_CLOCK_MILLIS};
use outpost_domain::stock::Stand;
use outpost_domain::{Id, Instant};
use outpost_store::rusqlite::OptionalExtension;
use outpost_store::{Holding, Key, Store, StoreError, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::path::{Path, PathBuf};

/// How exactly the database knows when the last round was.
const NOTED_MILLIS: i64 = 60_000;

/// How long before its end a token is not shown any more: a round that begins with it has to end with it.
const TOKEN_MARGIN: i64 = 10;

/// What a replica shows for a while, by its own clock.
#[derive(Serialize, Deserialize)]
struct Token {
    token: String,
    taken_at: Instant,
    ends_at: Instant,
}

/// What can go wrong on a replica.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody has enrolled it.
    #[error("this device is not enrolled yet")]
    NotEnrolled,
    /// It already belongs to somebody.
    #[error("this device is already enrolled")]
    AlreadyEnrolled,
    /// A folder or a file.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// What came, or was staged, is not what it should be.
    #[error(transparent)]
    NotUnderstood(#[from] crate::NotUnderstood),
    /// Something that was written cannot be read.
    #[error("what was written cannot be read: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<outpost_store::rusqlite::Error> for ReplicaError {
    fn from(error: outpost_store::rusqlite::Error) -> Self {
        ReplicaError::Store(error.into())
    }
}

/// One installation's copy of its part of the data.
pub struct Replica {
    pub(crate) store: Store,
    files: Files,
    folder: PathBuf,
    /// The end of the last round that succeeded, which the database knows to the minute.
    synced_at: Cell<Option<Instant>>,
    /// What it does not know that this program does: nothing, but where versions are let meet.
    pub(crate) older: Older,
}

impl Replica {
    /// The file in a replica's folder that holds its data.
    pub const DATABASE: &'static str = "outpost.db";

    /// Opens the replica in `folder`, or makes one that nobody has enrolled. All of it is encrypted with the key.
    ///
    /// # Errors
    /// When the folder or the database cannot be opened. A damaged database is left as it is; see [`crate::salvage`].
    pub fn open(folder: &Path, key: &Key) -> Result<Replica, ReplicaError> {
        std::fs::create_dir_all(folder)?;
        let store = Store::open(&folder.join(Self::DATABASE), Holding::OnePerson, Some(key))?;
        Replica::over(store, Files::sealed(folder.join("files"), key), folder.to_owned())
    }

    /// A replica in memory without files, from the bytes of a database or a new one, for tests and simulation.
    ///
    /// # Errors
    /// When SQLite cannot make it.
    pub fn in_memory(bytes: Option<&[u8]>) -> Result<Replica, ReplicaError> {
        let store = match bytes {
            Some(bytes) => Store::of_bytes(bytes, Holding::OnePerson)?,
            None => Store::in_memory(Holding::OnePerson)?,
        };
        let folder = std::env::temp_dir().join("outpost-no-files");
        let files = Files::new(folder.join("files"));
        Replica::over(store, files, folder)
    }

    fn over(store: Store, files: Files, folder: PathBuf) -> Result<Replica, ReplicaError> {
        let replica = Replica { store, files, folder, synced_at: Cell::default(), older: Older::default() };
        replica.read_again()?;
        Ok(replica)
    }

    /// The same with its files in a folder.
    #[must_use]
    pub fn with_files(self, files: Files) -> Replica {
        Replica { files, ..self }
    }

    /// The records.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The records, to take a copy of the whole or to break something off.
    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// The photos, signatures and other files.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Who it is; none as long as nobody has enrolled it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn identity(&self) -> Result<Option<Identity>, ReplicaError> {
        self.note("identity")
    }

    /// Makes it belong to somebody.
    ///
    /// # Errors
    /// When it already does, or cannot be written.
    pub fn enrol(&self, identity: &Identity) -> Result<(), ReplicaError> {
        if self.identity()?.is_some() {
            return Err(ReplicaError::AlreadyEnrolled);
        }
        self.forget_note("wiped_at")?;
        self.set_note("identity", identity)
    }

    /// The token that it shows; none if that has ended or is about to, or the clock was put back since.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn token(&self, now: Instant) -> Result<Option<String>, ReplicaError> {
        let token: Option<Token> = self.note("token")?;
        let good = token.filter(|Token { taken_at, ends_at, .. }| {
            (*taken_at..*ends_at - (*ends_at - *taken_at) / TOKEN_MARGIN).contains(&now)
        });
        Ok(good.map(|token| token.token))
    }

    /// Keeps a token that is good for so many milliseconds.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_token(&self, token: &str, millis: i64, now: Instant) -> Result<(), ReplicaError> {
        self.set_note("token", &Token { token: token.to_owned(), taken_at: now, ends_at: now.saturating_add(millis) })
    }

    /// Lets a token go that headquarters does not know any more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn forget_token(&self) -> Result<(), ReplicaError> {
        self.forget_note("token")
    }

    /// The next number with which it asks headquarters for something by its key. It is written down before it is used, for
    /// headquarters takes each once.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn next_number(&self) -> Result<i64, ReplicaError> {
        let number = self.note::<i64>("asked")?.unwrap_or(0) + 1;
        self.set_note("asked", &number)?;
        Ok(number)
    }

    /// What headquarters says now of the replica that this is: one that came back after a restore may be called otherwise.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn is_now(&self, record: outpost_domain::person::Replica) -> Result<(), ReplicaError> {
        let identity = self.is_member()?;
        if identity.replica == record {
            return Ok(());
        }
        self.set_note("identity", &Identity { replica: record, ..identity })
    }

    /// Notes that what was here before was removed, because headquarters said that this device was lost.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note_wiped(&self, now: Instant) -> Result<(), ReplicaError> {
        self.set_note("wiped_at", &now)
    }

    /// When what was here was removed, as long as the device has not been enrolled again.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn wiped_at(&self) -> Result<Option<Instant>, ReplicaError> {
        self.note("wiped_at")
    }

    /// Becomes a replica of its own, because another device works as this one. What waits stays as it is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn fork(&self, identity: &Identity) -> Result<(), ReplicaError> {
        self.is_member()?;
        self.set_note("identity", identity)
    }

    /// How far it has come.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn cursor(&self) -> Result<Option<Cursor>, ReplicaError> {
        self.note("cursor")
    }

    /// What it has been told, and what was given on it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn stand(&self) -> Result<Stand, ReplicaError> {
        let revision = self.cursor()?.map_or(0, |cursor| cursor.revision);
        Ok(Stand { revision, seq: self.note("seq")?.unwrap_or(0) })
    }

    /// The end of the last round that succeeded.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn synced_at(&self) -> Result<Option<Instant>, ReplicaError> {
        match self.synced_at.get() {
            Some(known) => Ok(Some(known)),
            None => self.note("synced_at"),
        }
    }

    /// Notes the end of a round. One with nothing new leaves the disk alone: a device asks all day long.
    pub(crate) fn note_synced(&self, now: Instant) -> Result<(), ReplicaError> {
        let noted = self.note::<Instant>("synced_at")?;
        if noted.is_none_or(|noted| !(noted..noted + NOTED_MILLIS).contains(&now)) {
            self.set_note("synced_at", &now)?;
        }
        self.synced_at.set(Some(now));
        Ok(())
    }

    /// What the round noted was undone with it.
    pub(crate) fn forget_synced(&self) {
        self.synced_at.set(None);
    }

    /// Notes how far this device's clock is ahead, if that is another than was known.
    pub(crate) fn note_clock(&self, ahead_millis: i64) -> Result<(), ReplicaError> {
        let known = self.clock_ahead_millis()?;
        if known.is_some_and(|known| known.saturating_sub(ahead_millis).saturating_abs() < SAME_CLOCK_MILLIS) {
            return Ok(());
        }
        self.set_note("clock_ahead_millis", &ahead_millis)
    }

    /// How far this device's clock was ahead of headquarters when they last met, in milliseconds.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn clock_ahead_millis(&self) -> Result<Option<i64>, ReplicaError> {
        self.note("clock_ahead_millis")
    }

    /// What the next ticket that is opened here will be called.
    ///
    /// # Errors
    /// When the database cannot be read, or nobody has enrolled it.
    pub fn next_ticket_number(&self) -> Result<String, ReplicaError> {
        let prefix = self.identity()?.ok_or(ReplicaError::NotEnrolled)?.replica.prefix;
        let given: i64 = self.note("tickets_given")?.unwrap_or(0);
        Ok(format!("{prefix}-{:04}", given + 1))
    }

    pub(crate) fn note<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ReplicaError> {
        let value: Option<String> = self
            .store
            .sqlite()?
            .prepare_cached("SELECT value FROM note WHERE name = $1")?
            .query_row(params![name], |row| row.get(0))
            .optional()?;
        Ok(value.map(|value| serde_json::from_str(&value)).transpose()?)
    }

    pub(crate) fn set_note<T: Serialize>(&self, name: &str, value: &T) -> Result<(), ReplicaError> {
        self.store
            .sqlite()?
            .prepare_cached(
                "INSERT INTO note (name, value) VALUES ($1, $2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
            )?
            .execute(params![name, serde_json::to_string(value)?])?;
        Ok(())
    }

    pub(crate) fn forget_note(&self, name: &str) -> Result<(), ReplicaError> {
        self.store.sqlite()?.prepare_cached("DELETE FROM note WHERE name = $1")?.execute(params![name])?;
        Ok(())
    }

    pub(crate) fn is_member(&self) -> Result<Identity, ReplicaError> {
        self.identity()?.ok_or(ReplicaError::NotEnrolled)
    }

    pub(crate) fn id_of(text: &str) -> Id {
        Id::parse_str(text).unwrap_or(Id::nil())
    }
}
