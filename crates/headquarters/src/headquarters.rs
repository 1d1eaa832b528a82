//! One company's headquarters over one database.

use crate::contact::ReplicaContact;
use crate::measures::Measures;
use outpost_domain::Id;
use outpost_store::rusqlite::OptionalExtension;
use outpost_store::{Holding, Store, StoreError, params};
use outpost_sync::Files;
use outpost_sync::protocol::Denial;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// What can go wrong at headquarters.
#[derive(Debug, thiserror::Error)]
pub enum HeadquartersError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A folder or a file.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Something that was stored cannot be read.
    #[error("what was stored cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// What was asked is not done.
    #[error("{}", .0.detail)]
    Denied(Denial),
    /// The system did not do its part: no random numbers, a password that cannot be hashed, a task that broke off.
    #[error("{0}")]
    System(String),
}

impl HeadquartersError {
    pub(crate) fn denied(code: &str, detail: impl Into<String>) -> HeadquartersError {
        HeadquartersError::Denied(Denial { code: code.to_owned(), detail: detail.into() })
    }
}

impl From<outpost_sync::NotUnderstood> for HeadquartersError {
    fn from(error: outpost_sync::NotUnderstood) -> Self {
        HeadquartersError::System(error.to_string())
    }
}

impl From<outpost_store::rusqlite::Error> for HeadquartersError {
    fn from(error: outpost_store::rusqlite::Error) -> Self {
        HeadquartersError::Store(error.into())
    }
}

/// One company's headquarters over one database: one writer, one reader.
pub struct Headquarters {
    writer: Mutex<Store>,
    /// None in memory, where there is one connection.
    reader: Option<Mutex<Store>>,
    files: Files,
    pokes: broadcast::Sender<i64>,
    pub(crate) rows_per_frame: usize,
    pub(crate) measures: Measures,
    /// What each replica said of itself when that was last noted.
    pub(crate) heard: Mutex<BTreeMap<Id, ReplicaContact>>,
}

impl Headquarters {
    /// Opens the headquarters in `folder`, or makes one for a company of this name.
    ///
    /// # Errors
    /// When the folder or the database cannot be opened.
    pub fn open(folder: &Path, company: &str) -> Result<Headquarters, HeadquartersError> {
        std::fs::create_dir_all(folder)?;
        let database = folder.join("headquarters.db");
        let writer = Store::open(&database, Holding::Everything)?;
        if writer.number("SELECT count(*) FROM tenant", &[])? == 0 {
            writer.conn().execute(
                "INSERT INTO tenant (company, epoch, revision) VALUES ($1, $2, 0)",
                params![company, random_hex(8)?],
            )?;
        }
        let reader = Store::open_reader(&database, Holding::Everything)?;
        Ok(Headquarters::over(writer, Some(reader), Files::new(folder.join("files"))))
    }

    /// A headquarters in memory, from the bytes of a database or a new one, for simulation: with few rows in a frame, so
    /// that answers can break off in many places.
    ///
    /// # Errors
    /// When SQLite cannot make it.
    pub fn in_memory(bytes: Option<&[u8]>, rows_per_frame: usize) -> Result<Headquarters, HeadquartersError> {
        let store = match bytes {
            Some(bytes) => Store::of_bytes(bytes, Holding::Everything)?,
            None => {
                let store = Store::in_memory(Holding::Everything)?;
                store
                    .conn()
                    .execute("INSERT INTO tenant (company, epoch, revision) VALUES ('', $1, 0)", [random_hex(8)?])?;
                store
            }
        };
        let files = Files::new(std::env::temp_dir().join("outpost-no-files"));
        Ok(Headquarters { rows_per_frame, ..Headquarters::over(store, None, files) })
    }

    fn over(writer: Store, reader: Option<Store>, files: Files) -> Headquarters {
        let pokes = broadcast::channel(64).0;
        let (writer, reader) = (Mutex::new(writer), reader.map(Mutex::new));
        let (measures, heard) = (Measures::default(), Mutex::default());
        Headquarters { writer, reader, files, pokes, rows_per_frame: 1000, measures, heard }
    }

    /// The connection that writes. One at a time, so that the order of commits is the order of revisions.
    pub fn writer(&self) -> MutexGuard<'_, Store> {
        // A panic while it was held left no transaction open: SQLite rolls back what was not committed.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection that only reads.
    pub fn reader(&self) -> MutexGuard<'_, Store> {
        self.reader.as_ref().unwrap_or(&self.writer).lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The photos, signatures and other files.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The company's name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn company(&self) -> Result<String, HeadquartersError> {
        Ok(self.reader().conn().query_row("SELECT company FROM tenant", [], |row| row.get(0))?)
    }

    /// Whether nothing was ever stored here.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_empty(&self) -> Result<bool, HeadquartersError> {
        Ok(self.revision()? == 0)
    }

    /// The number of the newest commit.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn revision(&self) -> Result<i64, HeadquartersError> {
        Ok(self.reader().number("SELECT revision FROM tenant", &[])?)
    }

    /// Pokes with each new commit.
    pub fn pokes(&self) -> broadcast::Receiver<i64> {
        self.pokes.subscribe()
    }

    pub(crate) fn poke(&self, revision: i64) {
        // Nobody listening is no fault.
        let _ = self.pokes.send(revision);
    }

    /// The next value of a counter, from 1.
    pub(crate) fn count(store: &Store, name: &str) -> Result<i64, HeadquartersError> {
        let value: Option<i64> = store
            .conn()
            .query_row("SELECT value FROM counter WHERE name = $1", params![name], |row| row.get(0))
            .optional()?;
        let value = value.unwrap_or(0) + 1;
        store.conn().execute(
            "INSERT INTO counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![name, value],
        )?;
        Ok(value)
    }
}

/// Random bytes as hexadecimal digits.
pub(crate) fn random_hex(bytes: usize) -> Result<String, HeadquartersError> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|error| HeadquartersError::System(error.to_string()))?;
    Ok(hex::encode(random))
}

/// A new id that sorts by time.
pub(crate) fn new_id() -> Id {
    uuid::Uuid::now_v7()
}
