//! Brings a database to the shape that this program knows. Released migrations never change; their checksums are kept.

use crate::engine::{Access, Dialect, Engine};
use crate::{Holding, StoreError};
use rusqlite::params;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// A migration: its name, in which engine it runs if not in every one, and the SQL.
type Migration = (&'static str, Option<Dialect>, &'static str);

// RECORDS are on every machine; besides, a replica has REPLICA, and headquarters HEADQUARTERS. What runs in one engine alone says so
// in the name of its file.
include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The migrations of a database, in their order.
pub(crate) fn migrations(holding: Holding, dialect: Dialect) -> impl Iterator<Item = &'static Migration> {
    let own = if holding == Holding::Everything { HEADQUARTERS } else { REPLICA };
    RECORDS.iter().chain(own).filter(move |(_, only, _)| only.is_none_or(|only| only == dialect))
}

/// Applies the migrations that are not applied yet.
///
/// # Errors
/// When the database was made by another program, or cannot be written.
pub(crate) fn migrate(engine: &dyn Engine, holding: Holding) -> Result<(), StoreError> {
    engine.begin(Access::Shape)?;
    let done = migrate_inside(engine, holding);
    engine.end(done.is_ok())?;
    done
}

fn migrate_inside(engine: &dyn Engine, holding: Holding) -> Result<(), StoreError> {
    engine.batch(
        "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at TEXT NOT NULL)",
    )?;
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    engine.each("SELECT name, sha256 FROM migration", &[], &mut |row| {
        known.insert(row.get(0)?, row.get(1)?);
        Ok(ControlFlow::Continue(()))
    })?;
    for (name, _, sql) in migrations(holding, engine.dialect()) {
        let sha256 = hex::encode(Sha256::digest(sql.as_bytes()));
        match known.remove(*name) {
            Some(known) if known == sha256 => {}
            Some(_) => return Err(StoreError::ForeignMigration((*name).to_owned())),
            None => {
                engine.batch(&written_for(engine.dialect(), sql))?;
                let sql = "INSERT INTO migration (name, sha256, applied_at) VALUES ($1, $2, CURRENT_TIMESTAMP)";
                engine.execute(sql, params![name, sha256])?;
            }
        }
    }
    // What is left was applied by a program that knows more.
    if known.is_empty() { Ok(()) } else { Err(StoreError::TooNew) }
}

/// Migrations are written once. PostgreSQL calls two of the types otherwise.
fn written_for(dialect: Dialect, sql: &str) -> String {
    match dialect {
        Dialect::Sqlite => sql.to_owned(),
        Dialect::Postgres => sql.replace(" BLOB", " BYTEA").replace(" INTEGER", " BIGINT"),
    }
}
