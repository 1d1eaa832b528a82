//! Where tenants' data lies: databases in a folder or on a PostgreSQL server, files in a folder or in a bucket.

use crate::error::HeadquartersError;
use crate::files::FileBucket;
use crate::headquarters::Headquarters;
use outpost_postgres::Server;
use outpost_store::{Holding, Store};
use outpost_sync::{FileStore, Files};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The tenant where none is named.
pub const MAIN: &str = "main";

/// Where tenants' data lies.
#[derive(Clone)]
pub struct Storage {
    folder: PathBuf,
    server: Option<Server>,
    bucket: Option<FileBucket>,
}

impl Storage {
    /// A folder: SQLite databases and files; with the address of a PostgreSQL server, the databases are there.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(folder: &Path, server: Option<&str>) -> Result<Storage, HeadquartersError> {
        Ok(Storage { folder: folder.to_owned(), server: server.map(Server::at).transpose()?, bucket: None })
    }

    /// The same with the files in a bucket, if there is one.
    #[must_use]
    pub fn with_bucket(self, bucket: Option<FileBucket>) -> Storage {
        Storage { bucket, ..self }
    }

    /// The bucket in which all tenants' files lie, if they do not lie in the folder.
    pub fn bucket(&self) -> Option<&FileBucket> {
        self.bucket.as_ref()
    }

    /// Where the files of a tenant lie.
    ///
    /// # Errors
    /// When no tenant can have this name.
    pub fn files(&self, tenant: &str) -> Result<Arc<dyn FileStore>, HeadquartersError> {
        let folder = self.folder(tenant)?;
        Ok(match &self.bucket {
            Some(bucket) => Arc::new(bucket.of(tenant)),
            None => Arc::new(Files::new(folder.join("files"))),
        })
    }

    /// The folder of all of it.
    pub fn root(&self) -> &Path {
        &self.folder
    }

    /// Whether other processes may work on the same databases.
    pub fn is_shared(&self) -> bool {
        self.server.is_some()
    }

    /// The folder of a tenant: its database, if that is SQLite, and its files, if they are in no bucket.
    ///
    /// # Errors
    /// When no tenant can have this name.
    pub fn folder(&self, tenant: &str) -> Result<PathBuf, HeadquartersError> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if tenant.is_empty() || tenant.len() > 40 || !tenant.chars().all(fits) {
            let wrong = format!("{tenant:?} cannot name a tenant: 1 to 40 of a-z, 0-9 and _");
            return Err(HeadquartersError::denied("not_understood", wrong));
        }
        Ok(if tenant == MAIN { self.folder.clone() } else { self.folder.join("tenants").join(tenant) })
    }

    /// The names of all tenants.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn tenants(&self) -> Result<Vec<String>, HeadquartersError> {
        if let Some(server) = &self.server {
            return Ok(server.tenants()?);
        }
        let mut tenants = Vec::new();
        if self.folder.join(Headquarters::DATABASE).exists() {
            tenants.push(MAIN.to_owned());
        }
        match std::fs::read_dir(self.folder.join("tenants")) {
            Ok(entries) => {
                for entry in entries {
                    let entry = entry?;
                    if entry.path().join(Headquarters::DATABASE).exists() {
                        tenants.push(entry.file_name().to_string_lossy().into_owned());
                    }
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        tenants.sort();
        Ok(tenants)
    }

    /// Opens a tenant's headquarters, or makes one for a company of this name.
    ///
    /// # Errors
    /// When the folder or the server cannot be used.
    pub fn open(&self, tenant: &str, company: &str) -> Result<Headquarters, HeadquartersError> {
        let (folder, files) = (self.folder(tenant)?, self.files(tenant)?);
        close_to_others(&folder);
        match &self.server {
            None => Headquarters::open_with(&folder, files, company),
            Some(server) => {
                std::fs::create_dir_all(&folder)?;
                Headquarters::open_tenant(server, tenant, files, company)
            }
        }
    }

    /// The database of a tenant alone, made if it is not there, and with nothing in it then.
    pub(crate) fn store(&self, tenant: &str) -> Result<Store, HeadquartersError> {
        let folder = self.folder(tenant)?;
        std::fs::create_dir_all(&folder)?;
        close_to_others(&folder);
        Ok(match &self.server {
            None => Store::open(&folder.join(Headquarters::DATABASE), Holding::Everything, None)?,
            Some(server) => {
                server.add(tenant)?;
                Store::over(Box::new(server.tenant(tenant)?), Holding::Everything)?
            }
        })
    }

    /// Removes the database of a tenant, and what folders are empty then, its own only if it was made for it.
    pub(crate) fn unmake(&self, tenant: &str, keep_folder: bool) -> Result<(), HeadquartersError> {
        let folder = self.folder(tenant)?;
        self.remove_database(tenant)?;
        let files = folder.join("files");
        for below in std::fs::read_dir(&files).into_iter().flatten().flatten() {
            // What is not empty stays.
            let _ = std::fs::remove_dir(below.path());
        }
        let _ = std::fs::remove_dir(&files);
        if !keep_folder {
            let _ = std::fs::remove_dir(&folder);
        }
        Ok(())
    }

    fn remove_database(&self, tenant: &str) -> Result<(), HeadquartersError> {
        let folder = self.folder(tenant)?;
        match &self.server {
            Some(server) => server.remove(tenant)?,
            None => {
                for ending in ["", "-wal", "-shm"] {
                    gone(std::fs::remove_file(folder.join(format!("{}{ending}", Headquarters::DATABASE))))?;
                }
            }
        }
        Ok(())
    }

    /// Opens a tenant that must be there.
    ///
    /// # Errors
    /// `not_here` if it is not; and when the folder or the server cannot be used.
    pub fn open_known(&self, tenant: &str) -> Result<Headquarters, HeadquartersError> {
        self.is_known(tenant)?;
        self.open(tenant, "")
    }

    /// That there is such a tenant.
    fn is_known(&self, tenant: &str) -> Result<(), HeadquartersError> {
        if !self.tenants()?.iter().any(|known| known == tenant) {
            let missing = format!("there is no tenant {tenant:?} here; `outpost hq tenant list` names them");
            return Err(HeadquartersError::denied("not_here", missing));
        }
        Ok(())
    }

    /// Removes a tenant with all it has, its files too, also one into which a restore was broken off.
    ///
    /// # Errors
    /// `not_here` if there is none; and when something of it cannot be removed.
    pub fn remove(&self, tenant: &str) -> Result<(), HeadquartersError> {
        let folder = self.folder(tenant)?;
        self.is_known(tenant)?;
        // First, so that a bucket that does not answer leaves a tenant that can be named, and removed again.
        self.files(tenant)?.clear()?;
        self.remove_database(tenant)?;
        if tenant != MAIN {
            gone(std::fs::remove_dir_all(&folder))?;
        }
        Ok(())
    }
}

/// Closes what an older program left open to everybody on this machine. The folder itself may be one that somebody else made, for
/// more than this; what lies in it is ours.
fn close_to_others(folder: &Path) {
    #[cfg(unix)]
    for (name, mode) in
        [("headquarters.db", 0o600), ("files", 0o700), ("tenants", 0o700), ("demo-sign-ins.json", 0o600)]
    {
        use std::os::unix::fs::PermissionsExt;
        let place = folder.join(name);
        let Ok(meta) = std::fs::metadata(&place) else { continue };
        if meta.permissions().mode() & 0o077 == 0 {
            continue;
        }
        if let Err(error) = std::fs::set_permissions(&place, std::fs::Permissions::from_mode(mode)) {
            tracing::warn!(place = %place.display(), %error, "others on this machine may read this; close it by hand");
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
}

/// What is not there needs no removing.
fn gone(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
