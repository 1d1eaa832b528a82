//! Where the key lies that a replica is encrypted with: in the system's key store, if it has one, and beside the data if it
//! has none.

use crate::{Failure, FailureCode};
use outpost_domain::Id;
use outpost_store::Key;
use outpost_sync::{Replica, ReplicaError};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use ts_rs::TS;

/// Who keeps the key of a new replica. One that has a key goes on with it where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The system's key store: the Secret Service of a Linux desktop, the Keychain, the Credential Manager. A file where
    /// there is none.
    #[default]
    System,
    /// A file beside the data, which only its owner may read. Whoever copies the whole folder can read everything.
    File,
}

impl std::str::FromStr for KeyPlace {
    type Err = String;

    fn from_str(word: &str) -> Result<KeyPlace, String> {
        match word {
            "system" => Ok(KeyPlace::System),
            "file" => Ok(KeyPlace::File),
            _ => Err("a key is kept by the system, or in a file: say system or file".to_owned()),
        }
    }
}

/// The file beside the data.
const NAME: &str = "key.json";
/// What the entries in the key store are called.
const SERVICE: &str = "Outpost";

/// What the file says: the name of the entry in the key store, or the key itself.
#[derive(Serialize, Deserialize)]
struct Noted {
    id: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

/// The key of the replica in a folder, for whoever reads it beside the app; a new one if it has none.
///
/// # Errors
/// When it cannot be had, or nobody has it any more.
pub fn key_of(folder: &Path, place: KeyPlace) -> Result<Key, Failure> {
    Ok(Keeper::new(folder, place).key()?)
}

/// Keeps the key of the replica in a folder.
#[derive(Debug, Clone)]
pub(super) struct Keeper {
    folder: PathBuf,
    place: KeyPlace,
}

/// Why there is no key.
pub(super) enum NoKey {
    /// It exists, and cannot be had at this moment: the key store is locked, or does not answer.
    Locked(String),
    /// Nobody has it any more.
    Gone(String),
    /// It could not be made or read.
    Failed(io::Error),
}

impl From<io::Error> for NoKey {
    fn from(error: io::Error) -> NoKey {
        NoKey::Failed(error)
    }
}

impl From<NoKey> for Failure {
    fn from(why: NoKey) -> Failure {
        match why {
            NoKey::Failed(error) => ReplicaError::Io(error).into(),
            NoKey::Locked(detail) => Failure::new(FailureCode::Locked, detail),
            NoKey::Gone(detail) => Failure::new(FailureCode::Damaged, detail),
        }
    }
}

impl Keeper {
    pub(super) fn new(folder: &Path, place: KeyPlace) -> Keeper {
        Keeper { folder: folder.to_owned(), place }
    }

    /// The key; a new one if this replica never had any.
    pub(super) fn key(&self) -> Result<Key, NoKey> {
        let file = self.folder.join(NAME);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return self.make(),
            Err(error) => return Err(error.into()),
        };
        let gone = |why: &dyn std::fmt::Display| NoKey::Gone(format!("{}: {why}", file.display()));
        let noted: Noted = serde_json::from_str(&text).map_err(|error| gone(&error))?;
        let bits = match noted.key {
            Some(key) => hex::decode(key).ok().and_then(|bytes| bytes.try_into().ok()),
            None => from_system(noted.id)?,
        };
        bits.map(Key::new).ok_or_else(|| gone(&"this is no key"))
    }

    /// Where the key is kept.
    pub(super) fn place(&self) -> KeyPlace {
        if self.noted().is_some_and(|noted| noted.key.is_none()) { KeyPlace::System } else { KeyPlace::File }
    }

    fn noted(&self) -> Option<Noted> {
        serde_json::from_str(&fs::read_to_string(self.folder.join(NAME)).ok()?).ok()
    }

    fn make(&self) -> Result<Key, NoKey> {
        // Of two programs that begin at the same moment, one makes the key. Where files cannot be locked, nobody begins twice.
        fs::create_dir_all(&self.folder)?;
        let turn = fs::File::create(self.folder.join(format!("{NAME}.lock")))?;
        let _ = turn.lock();
        let file = self.folder.join(NAME);
        if file.exists() {
            return self.key();
        }
        if self.folder.join(Replica::DATABASE).exists() {
            return Err(NoKey::Gone(format!("there is data, and no key for it: {} is missing", file.display())));
        }
        let mut bits = [0; 32];
        getrandom::fill(&mut bits).map_err(io::Error::other)?;
        let id = Id::now_v7();
        let by_system = self.place == KeyPlace::System && to_system(id, bits);
        let noted = Noted { id, key: (!by_system).then(|| hex::encode(bits)) };
        // Written before anything is encrypted with it: there is never data without its key.
        let text = serde_json::to_string(&noted).map_err(io::Error::other)?;
        write_for_owner(&self.folder, NAME, &text)?;
        Ok(Key::new(bits))
    }

    /// Forgets the key: whatever is still there of the data is noise from now on.
    pub(super) fn forget(&self) -> io::Result<()> {
        let forgotten = match self.noted() {
            Some(Noted { id, key: None }) => apart(move || entry(id)?.delete_credential()),
            _ => Ok(()),
        };
        // Also where the key store keeps it: nothing leads to it any more.
        let removed = if_there(fs::remove_file(self.folder.join(NAME)));
        match forgotten {
            Ok(()) | Err(keyring::Error::NoEntry) => removed,
            Err(error) => removed.and(Err(io::Error::other(error))),
        }
    }

    /// Moves what is known of a key that is gone beside the data that it is for; the replica gets a new one.
    pub(super) fn set_aside(&self, folder: &Path) -> io::Result<()> {
        if_there(fs::rename(self.folder.join(NAME), folder.join(NAME)))
    }
}

/// What is not there needs neither removing nor moving.
fn if_there(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Has the key store keep a key, and says whether it gave it back. Where there is none, or where it is not to be had, a file
/// has to do: somebody may not need its password to begin their work.
fn to_system(id: Id, bits: [u8; 32]) -> bool {
    let kept = apart(move || {
        let entry = entry(id)?;
        entry.set_secret(&bits)?;
        let kept = entry.get_secret().is_ok_and(|secret| secret == bits);
        if !kept {
            entry.delete_credential()?;
        }
        Ok(kept)
    });
    match kept {
        Ok(kept) => kept,
        Err(error) => {
            tracing::warn!(%error, "the system keeps no keys: this replica's lies in a file beside its data");
            false
        }
    }
}

fn from_system(id: Id) -> Result<Option<[u8; 32]>, NoKey> {
    match apart(move || entry(id)?.get_secret()) {
        Ok(secret) => Ok(secret.try_into().ok()),
        Err(keyring::Error::NoEntry) => Err(NoKey::Gone(format!("the key store has no key {id} any more"))),
        Err(error) => Err(NoKey::Locked(error.to_string())),
    }
}

fn entry(id: Id) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, &id.to_string())
}

/// How long a person may take to tell the key store its password. If that is too short, it knows it when it is asked again.
const PATIENCE: Duration = Duration::from_secs(60);

/// The key store is asked from a thread of its own: it waits for its answer, which no thread of a runtime may.
fn apart<T: Send + 'static>(ask: impl FnOnce() -> keyring::Result<T> + Send + 'static) -> keyring::Result<T> {
    let (answer, answered) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        // Nobody waits any more when it took too long.
        let _ = answer.send(ask());
    });
    let silent = |_| Err(keyring::Error::PlatformFailure("the key store does not answer".into()));
    answered.recv_timeout(PATIENCE).unwrap_or_else(silent)
}

/// Writes a file that only its owner may read: whole and for good, or not at all.
pub(crate) fn write_for_owner(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let new = folder.join(format!("{name}.new"));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, folder.join(name))?;
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}
