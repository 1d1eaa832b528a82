//! What each commit wrote, as the chain of commits holds it: the hash of every image, and of every command with its outcome.
//!
//! A record that is written again keeps only its newest image, so a commit cannot be made up anew from what is here. What is
//! kept of it for ever is a list of names and hashes; the hash of the commit is over that, and whoever is named in it for the
//! last time must still be what it says.

use super::chain::ChainHead;
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_domain::Id;
use outpost_store::{Insert, Store, Value, params};
use outpost_sync::sha256_hex;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What commands are listed under; records are listed under their table.
pub(crate) const COMMAND: &str = "command";

/// How many names stand in one row: a commit may move a hundred thousand records.
const NAMES_PER_ROW: usize = 4096;
/// A SHA-256.
pub(crate) type Hash = [u8; 32];

static WRITTEN: LazyLock<Insert> = LazyLock::new(|| Insert::new("written", &["revision", "part", "names"], ""));

/// The hash of cells, so that no two rows are taken alike.
pub(crate) fn hash_of(cells: &[Value]) -> Hash {
    let mut hash = Sha256::new();
    for cell in cells {
        let (kind, bytes): (u8, &[u8]) = match cell {
            Value::Null => (0, &[]),
            Value::Integer(whole) => (1, &whole.to_le_bytes()),
            Value::Real(real) => (2, &real.to_le_bytes()),
            Value::Text(text) => (3, text.as_bytes()),
            Value::Blob(bytes) => (4, bytes),
        };
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}

/// The hash of a command's cells. A column that came later counts where it holds something: the commits before are as they were.
pub(crate) fn hash_of_command(cells: &[Value]) -> Hash {
    match cells {
        [before @ .., Value::Null] => hash_of(before),
        cells => hash_of(cells),
    }
}

/// The names and hashes of what a commit wrote.
#[derive(Debug, Default)]
pub(crate) struct Written(BTreeMap<(&'static str, Id), Hash>);

impl Written {
    /// Adds one. What is written twice is what it was the last time.
    pub(crate) fn add(&mut self, table: &'static str, id: Id, hash: Hash) {
        self.0.insert((table, id), hash);
    }

    /// Keeps them; the hash over all of them.
    pub(crate) fn keep(self, store: &Store, revision: i64) -> Result<String, HeadquartersError> {
        let (mut rows, mut names, mut hash) = (Vec::new(), Vec::new(), Sha256::new());
        let count = self.0.len();
        for (n, ((table, id), image)) in (1..).zip(self.0) {
            write_name(&mut names, table, id, &image);
            if n % NAMES_PER_ROW == 0 || n == count {
                hash.update(&names);
                let part = (rows.len() / WRITTEN.width()) as i64;
                rows.extend([revision.into(), part.into(), std::mem::take(&mut names).into()]);
            }
        }
        store.insert(&WRITTEN, rows)?;
        Ok(hex::encode(hash.finalize()))
    }
}

/// A table, as one byte of length and so many of letters; an id, and a hash.
fn write_name(names: &mut Vec<u8>, table: &str, id: Id, hash: &Hash) {
    // No table has a name of 255 letters.
    names.push(u8::try_from(table.len()).unwrap_or(u8::MAX));
    names.extend(table.bytes().take(u8::MAX.into()));
    names.extend(id.as_bytes());
    names.extend(hash);
}

/// One name after the other; none where these are no names.
pub(crate) fn read_names(mut names: &[u8]) -> Option<Vec<(String, String, Hash)>> {
    let mut read = Vec::new();
    while let Some((length, rest)) = names.split_first() {
        let (table, rest) = rest.split_at_checked((*length).into())?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (hash, rest) = rest.split_first_chunk()?;
        read.push((String::from_utf8(table.to_vec()).ok()?, Id::from_bytes(*id).to_string(), *hash));
        names = rest;
    }
    Some(read)
}

/// As what a commit wrote a record, if it did.
pub(crate) fn hash_in(store: &Store, revision: i64, table: &str, id: &str) -> Result<Option<Hash>, HeadquartersError> {
    let sql = "SELECT names FROM written WHERE revision = $1 ORDER BY part";
    let lists = store.rows(sql, params![revision], |row| row.get::<Vec<u8>>(0))?;
    let names = read_names(&lists.concat()).unwrap_or_default();
    Ok(names.into_iter().find(|(of, name, _)| of == table && name == id).map(|(_, _, hash)| hash))
}

/// The hash of a commit, after the one with the hash `before`. As JSON, so that no two commits are written alike.
pub(crate) fn commit_hash(
    before: &str,
    commit: (i64, &str, i64),
    (kinds, scopes): (&str, &str),
    written: &str,
) -> Result<String, HeadquartersError> {
    let (revision, tag, committed_at) = commit;
    let content = (before, revision, tag, committed_at, kinds, scopes, written);
    Ok(sha256_hex(serde_json::to_string(&content)?.as_bytes()))
}

pub(crate) fn commit_head(store: &Store) -> Result<ChainHead, HeadquartersError> {
    let sql = "SELECT revision, commit_hash FROM tenant";
    let head = store.one(sql, &[], |row| Ok(ChainHead { number: row.get(0)?, hash: row.get(1)? }))?;
    Ok(head.unwrap_or_default())
}

impl Headquarters {
    /// Where the commits end.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn commit_head(&self) -> Result<ChainHead, HeadquartersError> {
        commit_head(&self.reader())
    }
}
