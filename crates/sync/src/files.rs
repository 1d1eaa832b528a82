//! Files by the SHA-256 of their bytes, in a folder. They travel in their own lane; see `lane`.

use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder in which a machine keeps photos, signatures and other files.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
}

/// The SHA-256 of bytes, 64 hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Files {
    /// The files below `folder`, which is made when the first one is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Files {
        Files { folder: folder.into() }
    }

    /// Where the file with this hash lies, or would; none if this is no hash.
    pub fn path(&self, sha256: &str) -> Option<PathBuf> {
        let digits = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| self.folder.join(&sha256[..2]).join(sha256.to_ascii_lowercase()))
    }

    /// Whether the whole file is here.
    pub fn has(&self, sha256: &str) -> bool {
        self.path(sha256).is_some_and(|path| path.is_file())
    }

    /// The bytes of a file; none if it is not here.
    ///
    /// # Errors
    /// When it is here and cannot be read.
    pub fn read(&self, sha256: &str) -> io::Result<Option<Vec<u8>>> {
        match self.path(sha256).map(fs::read) {
            None => Ok(None),
            Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Some(bytes) => bytes.map(Some),
        }
    }

    /// Keeps bytes, on the disk before it returns, and says their hash.
    ///
    /// # Errors
    /// When they cannot be written; then nothing is kept.
    pub fn keep(&self, bytes: &[u8]) -> io::Result<String> {
        let sha256 = sha256_hex(bytes);
        let Some(path) = self.path(&sha256) else { return Ok(sha256) };
        if !path.is_file() {
            let part = path.with_extension("part");
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let written = write_through(&part, bytes).and_then(|()| fs::rename(&part, &path));
            if written.is_err() {
                // What was half written only takes room.
                let _ = fs::remove_file(&part);
            }
            written?;
        }
        Ok(sha256)
    }

    /// The hashes of all whole files.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let folders = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
            folders => folders?,
        };
        for folder in folders {
            let folder = folder?.path();
            if folder.is_dir() {
                for file in fs::read_dir(folder)? {
                    let name = file?.file_name().to_string_lossy().into_owned();
                    names.extend(self.path(&name).map(|_| name));
                }
            }
        }
        names.sort();
        Ok(names)
    }

    /// When the file was written, in milliseconds since 1970; 0 if it is not here.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn kept_at(&self, sha256: &str) -> io::Result<i64> {
        let Some(path) = self.path(sha256) else { return Ok(0) };
        let meta = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            meta => meta?,
        };
        let since = meta.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Ok(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Removes a file, if it is here.
    ///
    /// # Errors
    /// When it is here and cannot be removed.
    pub fn remove(&self, sha256: &str) -> io::Result<()> {
        match self.path(sha256).map(fs::remove_file) {
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// How many bytes of an unfinished file have arrived.
    pub fn arrived(&self, sha256: &str) -> u64 {
        let part = self.path(sha256).map(|path| path.with_extension("part"));
        part.and_then(|part| fs::metadata(part).ok()).map_or(0, |meta| meta.len())
    }

    /// Appends bytes to an unfinished file at `offset`. When it has `whole` bytes it is verified and becomes a file;
    /// if its hash is another, it begins anew. Gives back how many bytes are here.
    ///
    /// # Errors
    /// `InvalidInput` if `offset` is not where it ends, `InvalidData` if the whole has another hash; else as the disk says.
    pub fn append(&self, sha256: &str, offset: u64, bytes: &[u8], whole: u64) -> io::Result<u64> {
        let Some(path) = self.path(sha256) else { return Err(io::ErrorKind::InvalidInput.into()) };
        if path.is_file() {
            return Ok(whole);
        }
        let part = path.with_extension("part");
        if offset != self.arrived(sha256) || offset + bytes.len() as u64 > whole {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = fs::OpenOptions::new().create(true).append(true).open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        let arrived = offset + bytes.len() as u64;
        if arrived == whole {
            if sha256_hex(&fs::read(&part)?) != sha256.to_ascii_lowercase() {
                fs::remove_file(&part)?;
                return Err(io::ErrorKind::InvalidData.into());
            }
            fs::rename(&part, &path)?;
        }
        Ok(arrived)
    }
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
