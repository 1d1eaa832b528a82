//! Records as headquarters gave them: only a device's own database, which is SQLite's, keeps their hashes.

use crate::shape::Shape;
use crate::sqlite::index_new;
use crate::{Store, StoreError};
use outpost_domain::{AnyRecord, Id, Kind};
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// Makes records ready to be written, on whichever thread has time for it.
#[derive(Clone)]
pub struct Readier(pub(crate) Arc<Vec<Shape>>);

/// A record that is ready to be written.
#[derive(Debug, Clone)]
pub struct Ready {
    pub(crate) kind: Kind,
    pub(crate) id: Id,
    pub(crate) cells: Vec<Value>,
    /// The words that find it, cut and with a space between; none for a kind that is not searched.
    pub(crate) words: Option<String>,
}

impl Readier {
    /// Makes a record ready.
    ///
    /// # Errors
    /// Never for a sound record.
    pub fn ready(&self, record: &AnyRecord) -> Result<Ready, StoreError> {
        self.0[record.kind() as usize].ready(record)
    }
}

/// Adds records that headquarters gave: the statement for each kind is looked up once.
pub struct Adding<'a> {
    store: &'a Store,
    conn: &'a Connection,
    statements: BTreeMap<Kind, CachedStatement<'a>>,
}

impl Adding<'_> {
    /// Writes a record with the hash of its image. False, and nothing is written, if one with its id is here already, given or
    /// not.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, row: &Ready, hash: i64) -> Result<bool, StoreError> {
        let statement = match self.statements.entry(row.kind) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(empty) => empty.insert(self.conn.prepare_cached(self.store.shape(row.kind).add_given.one())?),
        };
        for (place, cell) in row.cells.iter().enumerate() {
            statement.raw_bind_parameter(place + 1, cell)?;
        }
        statement.raw_bind_parameter(row.cells.len() + 1, hash)?;
        if statement.raw_execute()? == 0 {
            return Ok(false);
        }
        match &row.words {
            Some(words) if !words.is_empty() => index_new(self.conn, row.kind, &row.id.to_string(), words)?,
            _ => {}
        }
        Ok(true)
    }
}

impl Store {
    /// What makes records ready for this store.
    pub fn readier(&self) -> Readier {
        Readier(Arc::clone(&self.shapes))
    }

    /// Adds records that headquarters gave, many in a row.
    ///
    /// # Errors
    /// When the database is not SQLite's.
    pub fn adding(&self) -> Result<Adding<'_>, StoreError> {
        Ok(Adding { store: self, conn: self.sqlite()?, statements: BTreeMap::new() })
    }

    /// Writes a record that headquarters gave over the one with its id.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put_given(&self, row: &Ready, hash: i64) -> Result<(), StoreError> {
        self.write(row.clone())?;
        self.set_base_hash(row.kind, row.id, Some(hash))
    }

    /// The hash of the image that headquarters gave; none for a record that is not here, or not from there.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn base_hash(&self, kind: Kind, id: Id) -> Result<Option<i64>, StoreError> {
        let mut statement = self.sqlite()?.prepare_cached(&self.shape(kind).base_hash)?;
        Ok(statement.query_row(params![id.to_string()], |row| row.get(0)).optional()?.flatten())
    }

    /// Notes that headquarters gave the record that is here, or none for one that it gives no longer.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_base_hash(&self, kind: Kind, id: Id, hash: Option<i64>) -> Result<(), StoreError> {
        self.execute(&self.shape(kind).set_base_hash, params![hash, id.to_string()])
    }

    /// The records of a kind that headquarters gave, with the hashes of their images.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn given(&self, kind: Kind) -> Result<Vec<(Id, i64)>, StoreError> {
        self.rows(&self.shape(kind).given, &[], |row| {
            Ok((Id::parse_str(&row.get::<String>(0)?).unwrap_or_default(), row.get(1)?))
        })
    }
}
