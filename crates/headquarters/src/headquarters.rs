//! One company's headquarters over one database.

use crate::access::{Guesses, ReplicaContact, Seldom, make_signing_key};
use crate::delivery::Pokes;
use crate::error::HeadquartersError;
use crate::files::Room;
use crate::operations::{Counters, Measures, Sums, is_finished, take_in};
use crate::tenant::MAIN;
use outpost_domain::{Id, derive};
use outpost_postgres::Server;
use outpost_store::{Holding, Store, StoreError, params};
use outpost_sync::{FileStore, Files, SigningKey};
use parking_lot::{Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Deref;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How many connections to a server only read. They are made when they are first used.
const READERS: usize = 2;
/// How many to a SQLite database: one question that takes long holds up nobody who has another free.
const FILE_READERS: usize = 4;
/// How long a question of the console may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// One company's headquarters over one database: one writer, and those who only read.
pub struct Headquarters {
    /// Empty in memory, where there is one connection. They are closed first: the last to close a SQLite database puts its
    /// journal away, which only a writer can.
    readers: Vec<Mutex<Store>>,
    writer: Mutex<Store>,
    /// Who waits next if all readers are busy.
    turn: AtomicUsize,
    files: Arc<dyn FileStore>,
    pub(crate) room: Room,
    pub(crate) demo_sign_ins: bool,
    pub(crate) pokes: Pokes,
    pub(crate) rows_per_frame: usize,
    pub(crate) measures: Measures,
    /// What each replica said of itself when that was last noted.
    pub(crate) heard: Mutex<BTreeMap<Id, ReplicaContact>>,
    pub(crate) guesses: Guesses,
    /// The sign-ins that failed lately and are in the record of security acts.
    pub(crate) failures: Seldom,
    /// The newest commit of which each replica has said that it holds it.
    pub(crate) acknowledged: Mutex<BTreeMap<Id, i64>>,
    /// The key by which devices know it, once it was needed: what is restored brings its own.
    pub(crate) signing: OnceLock<SigningKey>,
}

impl Headquarters {
    /// Opens the headquarters in `folder`, files and all, or makes one for a company of this name.
    ///
    /// # Errors
    /// When the folder or the database cannot be opened.
    pub fn open(folder: &Path, company: &str) -> Result<Headquarters, HeadquartersError> {
        Headquarters::open_with(folder, Arc::new(Files::new(folder.join("files"))), company)
    }

    /// The same with the files elsewhere.
    ///
    /// # Errors
    /// When the folder or the database cannot be opened.
    pub fn open_with(
        folder: &Path,
        files: Arc<dyn FileStore>,
        company: &str,
    ) -> Result<Headquarters, HeadquartersError> {
        std::fs::create_dir_all(folder)?;
        let database = folder.join(Self::DATABASE);
        let writer = Store::open(&database, Holding::Everything, None)?;
        let readers = (0..FILE_READERS).map(|_| Store::open_reader(&database, Holding::Everything, None));
        let readers = readers.collect::<Result<Vec<Store>, StoreError>>()?;
        Headquarters::over(writer, readers, files, company)
    }

    /// The file of a database in a folder.
    pub const DATABASE: &str = "headquarters.db";

    /// Opens the headquarters of a tenant on a PostgreSQL server, or makes one for a company of this name. Other processes
    /// may do the same at the same time.
    ///
    /// # Errors
    /// When the server cannot be reached, or its database is not usable.
    pub fn open_tenant(
        server: &Server,
        tenant: &str,
        files: Arc<dyn FileStore>,
        company: &str,
    ) -> Result<Headquarters, HeadquartersError> {
        server.add(tenant)?;
        let writer = Store::over(Box::new(server.tenant(tenant)?), Holding::Everything)?;
        let readers = (0..READERS).map(|_| Ok(writer.beside(Box::new(server.tenant(tenant)?))));
        let readers = readers.collect::<Result<Vec<Store>, StoreError>>()?;
        Headquarters::over(writer, readers, files, company)
    }

    /// A headquarters in memory, from the bytes of a database or a new one, for simulation: with few rows in a frame, so
    /// that answers can break off in many places.
    ///
    /// # Errors
    /// When SQLite cannot make it.
    pub fn in_memory(bytes: Option<&[u8]>, rows_per_frame: usize) -> Result<Headquarters, HeadquartersError> {
        let store = match bytes {
            Some(bytes) => Store::of_bytes(bytes, Holding::Everything)?,
            None => Store::in_memory(Holding::Everything)?,
        };
        Headquarters::simulated(store, rows_per_frame)
    }

    /// The same over any database.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn simulated(store: Store, rows_per_frame: usize) -> Result<Headquarters, HeadquartersError> {
        let files = Arc::new(Files::new(std::env::temp_dir().join("outpost-no-files")));
        Ok(Headquarters { rows_per_frame, ..Headquarters::over(store, Vec::new(), files, "")? })
    }

    /// The same with its files elsewhere.
    #[must_use]
    pub fn with_files(self, files: Arc<dyn FileStore>) -> Headquarters {
        Headquarters { files, ..self }
    }

    /// The same where the sign-ins of the demo company, which everybody knows, may be used, or not.
    #[must_use]
    pub fn with_demo_sign_ins(self, demo_sign_ins: bool) -> Headquarters {
        Headquarters { demo_sign_ins, ..self }
    }

    /// The same with a limit for the room that its files take, in bytes.
    #[must_use]
    pub fn with_room(self, most: Option<u64>) -> Headquarters {
        Headquarters { room: Room::of(most), ..self }
    }

    /// The same, counted among the tenants of a process.
    #[must_use]
    pub(crate) fn measured(self, counters: &Counters, tenant: &str) -> Headquarters {
        Headquarters { measures: Measures::of(counters, tenant), ..self }
    }

    fn over(
        writer: Store,
        readers: Vec<Store>,
        files: Arc<dyn FileStore>,
        company: &str,
    ) -> Result<Headquarters, HeadquartersError> {
        if writer.number("SELECT count(*) FROM tenant", &[])? == 0 {
            make_tenant(&writer, company)?;
        }
        is_finished(&writer)?;
        make_signing_key(&writer)?;
        let pokes = Pokes::default();
        let readers = readers.into_iter().map(Mutex::new).collect();
        let (turn, measures) = (AtomicUsize::new(0), Measures::of(&Counters::default(), MAIN));
        let (heard, acknowledged, guesses) = (Mutex::default(), Mutex::default(), Guesses::default());
        let writer = Mutex::new(writer);
        let headquarters = Headquarters {
            writer,
            readers,
            turn,
            files,
            room: Room::default(),
            demo_sign_ins: false,
            pokes,
            rows_per_frame: 1000,
            measures,
            heard,
            guesses,
            failures: Seldom::default(),
            acknowledged,
            signing: OnceLock::new(),
        };
        headquarters.reimage()?;
        headquarters.take_up_known()?;
        Ok(headquarters)
    }

    /// The connection that writes. One at a time, so that the order of commits is the order of revisions.
    pub fn writer(&self) -> MutexGuard<'_, Store> {
        // A panic while it was held left no transaction open: what was not committed is rolled back.
        self.writer.lock()
    }

    /// A connection that only reads.
    pub fn reader(&self) -> MutexGuard<'_, Store> {
        if self.readers.is_empty() {
            return self.writer();
        }
        if let Some(free) = self.readers.iter().find_map(|reader| reader.try_lock()) {
            return free;
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.readers.len();
        self.readers[turn].lock()
    }

    /// The same for a question that somebody asks, who does not wait for ever: it breaks off when it takes too long.
    ///
    /// # Errors
    /// When the database does not take it.
    pub fn asked(&self) -> Result<Asked<'_>, HeadquartersError> {
        let store = Asked(self.reader());
        store.0.patience(Some(PATIENCE))?;
        Ok(store)
    }

    /// The photos, signatures and other files.
    pub fn files(&self) -> &Arc<dyn FileStore> {
        &self.files
    }

    /// The company's name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn company(&self) -> Result<String, HeadquartersError> {
        Ok(self.reader().one("SELECT company FROM tenant", &[], |row| row.get(0))?.unwrap_or_default())
    }

    /// Takes a backup as it is into what has nothing yet, whole or not at all. Of a whole storage, [`Storage::restore`] does more.
    ///
    /// # Errors
    /// When there is something here already, when the backup is cut short, damaged, or of a program that knows more.
    /// Nothing is here then.
    ///
    /// [`Storage::restore`]: crate::Storage::restore
    pub fn restore(&self, from: &mut dyn Read) -> Result<Sums, HeadquartersError> {
        let taken = take_in(&self.writer(), self.files().as_ref(), from, |_| Ok(()));
        taken.map(|verified| verified.sums).map_err(|not_taken| not_taken.why)
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

    /// The next value of a counter, from 1.
    pub(crate) fn count(store: &Store, name: &str) -> Result<i64, HeadquartersError> {
        let sql = "SELECT value FROM counter WHERE name = $1";
        let value: Option<i64> = store.one(sql, params![name], |row| row.get(0))?;
        let value = value.unwrap_or(0) + 1;
        store.execute(
            "INSERT INTO counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![name, value],
        )?;
        Ok(value)
    }

    /// The number of the next ticket that is opened here. A device may have opened one under it, for no good reason.
    pub(crate) fn next_number(store: &Store) -> Result<String, HeadquartersError> {
        loop {
            let number = format!("HQ-{:04}", Headquarters::count(store, "ticket")?);
            if store.number("SELECT count(*) FROM ticket WHERE number = $1", params![number])? == 0 {
                return Ok(number);
            }
        }
    }
}

/// A connection that reads for somebody who waits.
pub struct Asked<'a>(MutexGuard<'a, Store>);

impl Deref for Asked<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.0
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        // Whoever reads next may need longer, as a backup does. Neither engine can fail here: it only notes it.
        let _ = self.0.patience(None);
    }
}

/// Makes the row of a company where there is none. Of two processes that begin at the same moment, one makes it.
pub(crate) fn make_tenant(store: &Store, company: &str) -> Result<(), HeadquartersError> {
    let sql = "INSERT INTO tenant (company, epoch, commit_key, revision) SELECT $1, $2, $3, 0
         WHERE NOT EXISTS (SELECT 1 FROM tenant)";
    Ok(store.execute(sql, params![company, random_hex(8)?, random_hex(32)?])?)
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

/// The replica that commands given at headquarters bear.
pub(crate) fn console_replica_id() -> Id {
    derive(Id::nil(), "console")
}
