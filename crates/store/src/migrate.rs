//! Brings a database to the shape that this program knows. Released migrations never change; their checksums are kept.

use crate::StoreError;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// An ordered set of migrations: pairs of a name and the SQL.
#[derive(Debug, Clone, Copy)]
pub struct Migrations(pub &'static [(&'static str, &'static str)]);

macro_rules! migration {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../migrations/", $name, ".sql")))
    };
}

impl Migrations {
    /// The records, on every machine.
    pub const RECORDS: Migrations =
        Migrations(&[migration!("records/0001_records"), migration!("records/0002_search.sqlite")]);
    /// What a replica keeps besides.
    pub const REPLICA: Migrations = Migrations(&[migration!("replica/0001_replica")]);
    /// What headquarters keeps besides.
    pub const HEADQUARTERS: Migrations =
        Migrations(&[migration!("headquarters/0001_headquarters"), migration!("headquarters/0002_label_key")]);

    pub(crate) fn apply(self, conn: &Connection, folder: &str) -> Result<(), StoreError> {
        conn.execute_batch(
            "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at TEXT NOT NULL)",
        )?;
        for (name, sql) in self.0 {
            let sha256 = hex::encode(Sha256::digest(sql.as_bytes()));
            let known: Option<String> = conn
                .query_row("SELECT sha256 FROM migration WHERE name = $1", params![name], |row| row.get(0))
                .optional()?;
            match known {
                Some(known) if known == sha256 => {}
                Some(_) => return Err(StoreError::ForeignMigration((*name).to_owned())),
                None => {
                    conn.execute_batch("BEGIN IMMEDIATE")?;
                    let done = conn.execute_batch(sql).and_then(|()| {
                        conn.execute(
                            "INSERT INTO migration (name, sha256, applied_at) VALUES ($1, $2, datetime('now'))",
                            params![name, sha256],
                        )
                    });
                    conn.execute_batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
                    done?;
                }
            }
        }
        let known: i64 =
            conn.query_row("SELECT count(*) FROM migration WHERE name LIKE $1 || '/%'", params![folder], |row| {
                row.get(0)
            })?;
        if known > self.0.len() as i64 { Err(StoreError::TooNew) } else { Ok(()) }
    }
}
