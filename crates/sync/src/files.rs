//! Files by the SHA-256 of their bytes, in a folder. They travel in their own lane; see `lane`.

use chacha20::XChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use outpost_domain::Id;
use outpost_store::Key;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where photos, signatures and other files lie whole, each by the SHA-256 of its bytes, and where unfinished ones arrive
/// piece by piece. A file that is not whole and verified is not to be seen.
pub trait FileStore: std::fmt::Debug + Send + Sync {
    /// The bytes of a file; none if it is not here.
    ///
    /// # Errors
    /// When it is here and cannot be read.
    fn read(&self, sha256: &str) -> io::Result<Option<Vec<u8>>>;

    /// Keeps bytes, for good before it returns, and says their hash.
    ///
    /// # Errors
    /// When they cannot be written; then nothing is kept.
    fn keep(&self, bytes: &[u8]) -> io::Result<String>;

    /// The hashes of all files, sorted.
    ///
    /// # Errors
    /// When they cannot be listed.
    fn names(&self) -> io::Result<Vec<String>>;

    /// Whether a file is here, asked of the store itself: whoever hears yes lets go of their own copy.
    ///
    /// # Errors
    /// When that cannot be told.
    fn is_whole(&self, sha256: &str) -> io::Result<bool>;

    /// All files, and what has arrived of those that are not whole, in no order.
    ///
    /// # Errors
    /// When they cannot be listed.
    fn lying(&self) -> io::Result<Vec<Lying>>;

    /// Removes a file, and what has arrived of it, unless something of it was kept at this moment (in milliseconds since 1970)
    /// or later; whether it did.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn discard(&self, sha256: &str, before: i64) -> io::Result<bool>;

    /// How many bytes of a file have arrived from somebody, as long as they have not sent all of them.
    ///
    /// # Errors
    /// When that cannot be told.
    fn arrived(&self, sha256: &str, from: Id) -> io::Result<u64>;

    /// Appends bytes to what somebody has sent of a file, at `offset`. When these are `whole` bytes they are verified and
    /// become a file, or turn out to be one that is here; if their hash is another, they begin anew. Each sender's bytes
    /// stand apart: nobody spoils what another sends, and who was told that they have sent a file had it. Gives back how
    /// many bytes have arrived from them.
    ///
    /// # Errors
    /// `InvalidInput` if `offset` is not where it ends, `InvalidData` if the whole has another hash; else as the store says.
    fn append(&self, sha256: &str, from: Id, offset: u64, bytes: &[u8], whole: u64) -> io::Result<u64>;

    /// Removes all files, unfinished ones too.
    ///
    /// # Errors
    /// When one cannot be removed.
    fn clear(&self) -> io::Result<()>;
}

/// A file that lies in a store, or what has arrived of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lying {
    /// Its hash.
    pub sha256: String,
    /// How much room it takes.
    pub bytes: u64,
    /// When it was kept or last grew, in milliseconds since 1970.
    pub changed_at: i64,
}

impl Lying {
    /// Puts what lies apart of each file together.
    pub fn together(parts: impl IntoIterator<Item = Lying>) -> Vec<Lying> {
        let mut files: BTreeMap<String, Lying> = BTreeMap::new();
        for part in parts {
            let Lying { bytes, changed_at, .. } = part;
            let file = files.entry(part.sha256.clone()).or_insert(Lying { bytes: 0, ..part });
            file.bytes += bytes;
            file.changed_at = file.changed_at.max(changed_at);
        }
        files.into_values().collect()
    }
}

/// The folder in which a machine keeps photos, signatures and other files.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
    seal: Option<Seal>,
}

/// What has arrived of a file from somebody: its name among files, and where it lies.
struct Part {
    name: String,
    path: PathBuf,
}

/// The SHA-256 of bytes, 64 hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A hash in the form in which files are named by it; none if this is no hash.
pub fn file_name(sha256: &str) -> Option<String> {
    let digits = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then(|| sha256.to_ascii_lowercase())
}

/// What somebody's unfinished file is called in a store: like a file that nobody names, so that it is found among those that
/// are old; none if this is no hash.
pub fn unfinished_name(sha256: &str, from: Id) -> Option<String> {
    file_name(sha256).map(|name| sha256_hex(format!("{name} from {from}").as_bytes()))
}

impl Files {
    /// The files below `folder`, which is made when the first one is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Files {
        Files { folder: folder.into(), seal: None }
    }

    /// The same, encrypted with what `key` leads to.
    pub fn sealed(folder: impl Into<PathBuf>, key: &Key) -> Files {
        Files { folder: folder.into(), seal: Some(Seal::new(key)) }
    }

    /// Bytes of a file from `offset` on, as they lie in the folder or, the same again, as they are.
    fn turned<'a>(&self, sha256: &str, offset: u64, bytes: &'a [u8]) -> io::Result<Cow<'a, [u8]>> {
        let Some(seal) = &self.seal else { return Ok(Cow::Borrowed(bytes)) };
        let mut turned = bytes.to_vec();
        seal.turn(sha256, offset, &mut turned)?;
        Ok(Cow::Owned(turned))
    }

    /// Where the file with this hash lies, or would; none if this is no hash.
    fn path(&self, sha256: &str) -> Option<PathBuf> {
        file_name(sha256).map(|name| self.folder.join(&name[..2]).join(name))
    }

    /// Where what somebody has sent of a file lies, or would; none if this is no hash.
    fn part(&self, sha256: &str, from: Id) -> Option<Part> {
        let name = unfinished_name(sha256, from)?;
        let path = self.path(&name)?.with_extension("part");
        Some(Part { name, path })
    }

    /// Whether a file is here.
    pub fn is_here(&self, sha256: &str) -> bool {
        self.path(sha256).is_some_and(|path| path.is_file())
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
        changed_at(&meta)
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
}

fn changed_at(meta: &fs::Metadata) -> io::Result<i64> {
    let since = meta.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// What is there; none if it is not.
fn there<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

impl FileStore for Files {
    fn read(&self, sha256: &str) -> io::Result<Option<Vec<u8>>> {
        match self.path(sha256).map(fs::read) {
            None => Ok(None),
            Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Some(bytes) => Ok(Some(self.turned(sha256, 0, &bytes?)?.into_owned())),
        }
    }

    fn keep(&self, bytes: &[u8]) -> io::Result<String> {
        let sha256 = sha256_hex(bytes);
        let Some(path) = self.path(&sha256) else { return Ok(sha256) };
        if !path.is_file() {
            // A name of its own: two who keep the same file at the same moment must not write into one another's.
            let new = path.with_extension(Id::now_v7().simple().to_string());
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let turned = self.turned(&sha256, 0, bytes)?;
            let written = write_through(&new, &turned).and_then(|()| fs::rename(&new, &path));
            if written.is_err() {
                // What was half written only takes room.
                let _ = fs::remove_file(&new);
            }
            written?;
        } else if let Err(error) =
            fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()))
        {
            // Somebody needs it again, and it is no longer as old as it was; that only matters to who looks for old ones.
            tracing::debug!(%error, "the age of a file stays as it was");
        }
        Ok(sha256)
    }

    fn is_whole(&self, sha256: &str) -> io::Result<bool> {
        Ok(self.is_here(sha256))
    }

    fn lying(&self) -> io::Result<Vec<Lying>> {
        let mut parts = Vec::new();
        for folder in there(fs::read_dir(&self.folder))?.into_iter().flatten() {
            let folder = folder?.path();
            if !folder.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder)? {
                let file = file?;
                // What bears another ending is being written, or was when the machine stopped.
                let name = file.file_name().to_string_lossy().split('.').next().and_then(file_name);
                // One that was renamed meanwhile is counted under its new name, or the next time.
                if let Some((sha256, meta)) = name.zip(there(file.metadata())?) {
                    parts.push(Lying { sha256, bytes: meta.len(), changed_at: changed_at(&meta)? });
                }
            }
        }
        Ok(Lying::together(parts))
    }

    fn discard(&self, sha256: &str, before: i64) -> io::Result<bool> {
        let Some(path) = self.path(sha256) else { return Ok(false) };
        let places = [path.with_extension("part"), path];
        for place in &places {
            if let Some(meta) = there(fs::metadata(place))?
                && changed_at(&meta)? >= before
            {
                return Ok(false);
            }
        }
        let mut removed = false;
        for place in &places {
            removed |= there(fs::remove_file(place))?.is_some();
        }
        Ok(removed)
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let folders = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
            folders => folders?,
        };
        for folder in folders {
            let folder = folder?.path();
            if folder.is_dir() {
                for file in fs::read_dir(folder)? {
                    names.extend(file_name(&file?.file_name().to_string_lossy()));
                }
            }
        }
        names.sort();
        Ok(names)
    }

    fn arrived(&self, sha256: &str, from: Id) -> io::Result<u64> {
        let Some(part) = self.part(sha256, from) else { return Ok(0) };
        Ok(there(fs::metadata(part.path))?.map_or(0, |meta| meta.len()))
    }

    fn append(&self, sha256: &str, from: Id, offset: u64, bytes: &[u8], whole: u64) -> io::Result<u64> {
        let Some(Part { name, path: part }) = self.part(sha256, from) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let arrived = offset.saturating_add(bytes.len() as u64);
        if offset != self.arrived(sha256, from)? || arrived > whole {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if arrived < whole {
            if let Some(folder) = part.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = fs::OpenOptions::new().create(true).append(true).open(&part)?;
            file.write_all(&self.turned(&name, offset, bytes)?)?;
            file.sync_all()?;
            return Ok(arrived);
        }
        // The last piece joins the others only in the verified whole. A device lets a file go when all of its bytes are said
        // to have arrived, so a crash before they were verified must not leave all of them here.
        let mut all = if offset == 0 { Vec::new() } else { self.turned(&name, 0, &fs::read(&part)?)?.into_owned() };
        all.extend(bytes);
        let sound = file_name(sha256) == Some(sha256_hex(&all));
        if sound {
            self.keep(&all)?;
        }
        match fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound && !sound => Err(error),
            // Beside a whole file it only takes room.
            _ if sound => Ok(arrived),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn clear(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }
}

/// What files on a device are encrypted with: XChaCha20, under a key of its own that the replica's leads to. A file's nonce
/// is the beginning of its name, so the same key stream only ever meets the same bytes; that the bytes are the right ones
/// is seen by the name as well, which is their hash.
#[derive(Clone)]
struct Seal([u8; 32]);

impl Seal {
    fn new(key: &Key) -> Seal {
        Seal(Sha256::new().chain_update(b"outpost files").chain_update(key.bits()).finalize().into())
    }

    /// Encrypts bytes that begin at `offset` of a file, or what was encrypted back.
    fn turn(&self, sha256: &str, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        let name = hex::decode(sha256).unwrap_or_default();
        let Some(nonce) = name.first_chunk::<24>() else { return Err(io::ErrorKind::InvalidInput.into()) };
        let mut stream = XChaCha20::new(&self.0.into(), nonce.into());
        stream.try_seek(offset).map_err(io::Error::other)?;
        stream.try_apply_keystream(bytes).map_err(io::Error::other)
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
