//! The databases that histories stand on.

use crate::Trouble;
use crate::company::records;
use outpost_headquarters::Headquarters;
use outpost_postgres::Server;
use outpost_store::{Holding, Store};
use outpost_sync::{Files, Replica};
use std::sync::{Arc, OnceLock};

/// So few that most answers are of several frames.
const ROWS_PER_FRAME: usize = 9;
/// The tenant in which histories are lived through, one after the other.
const TENANT: &str = "simulated";

/// What headquarters' database is. Devices have SQLite, as they always do.
#[derive(Debug, Clone, Default)]
pub enum Ground {
    /// SQLite in memory.
    #[default]
    Sqlite,
    /// A tenant of a PostgreSQL server, which is emptied before each history.
    Postgres(Box<Server>),
}

/// What every history begins with: making it anew would take longer than the history.
struct Templates {
    headquarters: Vec<u8>,
    backup: Vec<u8>,
    replica: Vec<u8>,
}

fn templates() -> Result<&'static Templates, Trouble> {
    static TEMPLATES: OnceLock<Result<Templates, String>> = OnceLock::new();
    let made = TEMPLATES.get_or_init(|| {
        let make = || -> Result<Templates, Trouble> {
            let headquarters = Headquarters::in_memory(None, ROWS_PER_FRAME)?;
            headquarters.store_records(&records())?;
            let mut backup = Vec::new();
            headquarters.backup(&mut backup)?;
            let headquarters = headquarters.writer().to_bytes()?;
            Ok(Templates { headquarters, backup, replica: Replica::in_memory(None)?.store_mut().to_bytes()? })
        };
        make().map_err(|trouble| trouble.0)
    });
    made.as_ref().map_err(|trouble| Trouble(trouble.clone()))
}

impl Ground {
    /// A PostgreSQL server by its address. The tenant `simulated` there is emptied before each history.
    ///
    /// # Errors
    /// When it is no such address.
    pub fn postgres(address: &str) -> Result<Ground, Trouble> {
        Ok(Ground::Postgres(Box::new(Server::at(address)?)))
    }

    /// A headquarters with the company in it, and its files in a folder.
    pub(crate) fn headquarters(&self, files: Files) -> Result<Headquarters, Trouble> {
        let templates = templates()?;
        match self {
            Ground::Sqlite => self.restored(&templates.headquarters, files),
            Ground::Postgres(_) => self.restored(&templates.backup, files),
        }
    }

    /// Everything that a headquarters has.
    pub(crate) fn backup(&self, headquarters: &Headquarters) -> Result<Vec<u8>, Trouble> {
        match self {
            Ground::Sqlite => Ok(headquarters.writer().to_bytes()?),
            Ground::Postgres(_) => {
                let mut bytes = Vec::new();
                headquarters.backup(&mut bytes)?;
                Ok(bytes)
            }
        }
    }

    /// A headquarters from a backup, with those files in the folder that were there then.
    pub(crate) fn restored(&self, backup: &[u8], files: Files) -> Result<Headquarters, Trouble> {
        let files = Arc::new(files);
        match self {
            Ground::Sqlite => Ok(Headquarters::in_memory(Some(backup), ROWS_PER_FRAME)?.with_files(files)),
            Ground::Postgres(server) => {
                server.add(TENANT)?;
                let store = Store::over(Box::new(server.tenant(TENANT)?), Holding::Everything)?;
                let tables = store.tables()?.into_iter().filter(|table| table != "migration");
                let tables: Vec<String> = tables.map(|table| format!("\"{table}\"")).collect();
                store.execute(&format!("TRUNCATE {} RESTART IDENTITY", tables.join(", ")), &[])?;
                // What a crash loses is played by the history; the disk has no part in it.
                store.wait_for_disk(false)?;
                let headquarters = Headquarters::simulated(store, ROWS_PER_FRAME)?.with_files(files);
                headquarters.restore(&mut &*backup)?;
                Ok(headquarters)
            }
        }
    }
}

/// A replica that nobody has enrolled.
pub(crate) fn replica() -> Result<Replica, Trouble> {
    Ok(Replica::in_memory(Some(&templates()?.replica))?)
}
