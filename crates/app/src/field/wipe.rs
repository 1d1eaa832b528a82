//! A device that was reported lost, or whose person left: it hands in what headquarters does not have yet, and then removes
//! everything that it holds. Nothing but the word of headquarters leads here: a line that fails never does.

use super::touch::here;
use super::{Body, Field, lock, now};
use crate::questions::SyncTrouble;
use crate::{Failure, FailureCode, Notice};
use outpost_domain::Kind;
use outpost_sync::Replica;
use std::io;
use std::path::Path;

impl Field {
    /// Sends the files that wait, over any line: what is to be removed waits for no Wi-Fi.
    pub(super) async fn hand_in_files(&self) -> Result<(), (SyncTrouble, Failure)> {
        self.with(|replica| Ok(replica.send_files_anyway()?)).map_err(here)?;
        lock(&self.line).called = false;
        self.send_files().await
    }

    /// Removes everything that this device holds, and begins with nothing, as a new device does. Does nothing, and says so,
    /// if something is left to be handed in.
    pub(super) fn wipe(&self) -> Result<bool, Failure> {
        let mut body = lock(&self.body);
        if !body.sound()?.is_handed_in()? {
            return Ok(false);
        }
        // Closed before its file is removed: not every system removes one that is open.
        *body = Body::Damaged("this device was reported lost; it is being emptied".to_owned());
        // The key last of all: what could not be removed, and what lies on in freed blocks, is noise without it.
        let mut removed = remove_everything(&self.folder);
        if !self.folder.join(Replica::DATABASE).exists() {
            removed = removed.and(self.keeper.forget());
        }
        *body = Body::open(&self.folder, &self.keeper)?;
        body.sound()?.note_wiped(now())?;
        drop(body);
        removed.map_err(|error| Failure::new(FailureCode::Internal, error))?;
        tracing::warn!("this device was reported lost: what it held was handed in, and removed here");
        self.tell(Notice::Changed { kinds: Kind::ALL.to_vec() });
        Ok(true)
    }
}

/// The files and whatever was set aside, and the database last: as long as it is there, the device is denied once more and
/// goes on. What cannot be removed keeps nothing else from being removed.
fn remove_everything(folder: &Path) -> io::Result<()> {
    let mut held = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == "files" || name.starts_with("damaged-") || name.starts_with(Replica::DATABASE) {
            held.push(entry.path());
        }
    }
    let database = folder.join(Replica::DATABASE);
    held.sort_by_key(|path| *path == database);
    let mut done = Ok(());
    for path in held {
        let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        done = done.and(removed);
    }
    done
}
