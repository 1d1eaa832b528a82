//! What each commit wrote, as the chain of commits holds it: the hash of every image, and of every command with its outcome.
//!
//! A record that is written again keeps only its newest image, so a commit cannot be made up anew from what is here. What is
//! kept of it for ever is a list of names and hashes; the hash of the commit is over that, and whoever is named in it for the
//! last time must still be what it says.

use crate::chain::{ChainFault, ChainHead, Walk};
use crate::check::{Fault, given, look};
use crate::commit::{COMMAND_COLUMNS, LOOKED_UP};
use crate::headquarters::{Headquarters, HeadquartersError};
use outpost_domain::Id;
use outpost_store::{Insert, Store, StoreError, ToSql, Value, params, places};
use outpost_sync::sha256_hex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::LazyLock;

/// What commands are listed under; records are listed under their table.
pub(crate) const COMMAND: &str = "command";

/// How many names stand in one row: a commit may move a hundred thousand records.
const NAMES_PER_ROW: usize = 4096;
/// How many commits are looked at together.
const PAGE: i64 = 100;

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
fn read_names(mut names: &[u8]) -> Option<Vec<(String, String, Hash)>> {
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

    /// Reads every commit, every record and every command, and the first place where they are not what commits wrote; `noted`
    /// is a head that was written down elsewhere before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn verify_commits(&self, noted: Option<&ChainHead>) -> Result<Option<ChainFault>, HeadquartersError> {
        let store = self.reader();
        store.snapshot(|| {
            let mut walk = Walk::new(noted);
            // How many there are of each table that are what was written last.
            let mut here: BTreeMap<String, i64> = BTreeMap::new();
            while walk.fault.is_none() && page(&store, &mut walk, &mut here)? {}
            if walk.fault.is_none() {
                nothing_besides(&store, &mut walk, &here)?;
            }
            if walk.fault.is_none() {
                rows_as_given(&store, &mut walk)?;
            }
            Ok(walk.end(&commit_head(&store)?))
        })?
    }
}

struct Row {
    revision: i64,
    tag: String,
    committed_at: i64,
    kinds: String,
    scopes: String,
    hash: String,
}

/// Looks at the next commits; whether there were any.
fn page(store: &Store, walk: &mut Walk<'_>, here: &mut BTreeMap<String, i64>) -> Result<bool, HeadquartersError> {
    let after = walk.last.number;
    let sql = "SELECT revision, tag, committed_at, kinds, scopes, hash FROM revision
         WHERE revision > $1 ORDER BY revision LIMIT $2";
    let rows = store.rows(sql, params![after, PAGE], |row| {
        let (revision, tag, committed_at) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Row { revision, tag, committed_at, kinds: row.get(3)?, scopes: row.get(4)?, hash: row.get(5)? })
    });
    // A changed byte may also make a text that is none.
    let rows = match rows {
        Err(StoreError::Sqlite(error)) => {
            walk.fault(format!("it or one of those that follow cannot be read: {error}"));
            return Ok(false);
        }
        rows => rows?,
    };
    let Some(last) = rows.last() else { return Ok(false) };
    let mut lists: HashMap<i64, Vec<u8>> = HashMap::new();
    let sql = "SELECT revision, names FROM written WHERE revision > $1 AND revision <= $2 ORDER BY revision, part";
    store.each(sql, params![after, last.revision], |row| {
        lists.entry(row.get(0)?).or_default().extend(row.get::<Vec<u8>>(1)?);
        Ok(ControlFlow::Continue(()))
    })?;
    // By table and id, the newest commit of these that wrote it, and as what.
    let mut written: BTreeMap<String, BTreeMap<String, (i64, Hash)>> = BTreeMap::new();
    for row in rows {
        let names = lists.remove(&row.revision).unwrap_or_default();
        let commit = (row.revision, row.tag.as_str(), row.committed_at);
        let should_be = commit_hash(&walk.last.hash, commit, (&row.kinds, &row.scopes), &sha256_hex(&names))?;
        walk.go_on(row.revision, row.hash, &should_be);
        if walk.fault.is_some() {
            break;
        }
        for (table, id, hash) in read_names(&names).unwrap_or_default() {
            written.entry(table).or_default().insert(id, (row.revision, hash));
        }
    }
    for (table, names) in written {
        *here.entry(table.clone()).or_default() += as_written(store, walk, &table, &names)?;
    }
    Ok(true)
}

/// Compares the rows that rules and screens look at with the images that devices are given, which are what was written.
fn rows_as_given(store: &Store, walk: &mut Walk<'_>) -> Result<(), HeadquartersError> {
    for Fault { kind, id, why, .. } in look(store)?.faults.into_iter().filter(|fault| !fault.only_large).take(1) {
        let number = given(store, kind, &id)?.map_or(walk.last.number, |given| given.revision);
        walk.fault_at(number, format!("{} {id}: {why}", kind.table()));
    }
    Ok(())
}

/// Compares what stands in the tables with what was written; how many were written by no later commit.
fn as_written(
    store: &Store,
    walk: &mut Walk<'_>,
    table: &str,
    names: &BTreeMap<String, (i64, Hash)>,
) -> Result<i64, HeadquartersError> {
    let mut newest = 0;
    let mut missing: BTreeMap<&str, (i64, Hash)> = names.iter().map(|(id, at)| (id.as_str(), *at)).collect();
    for ids in names.keys().collect::<Vec<_>>().chunks(LOOKED_UP) {
        let sql = if table == COMMAND {
            let columns = COMMAND_COLUMNS.join(", ");
            format!("SELECT id, revision, {columns} FROM command WHERE id IN ({})", places(1, ids.len()))
        } else {
            let places = places(2, ids.len());
            format!("SELECT id, revision, image FROM entity WHERE kind = $1 AND id IN ({places})")
        };
        let kind = (table != COMMAND).then_some(&table as &dyn ToSql);
        let params: Vec<&dyn ToSql> = kind.into_iter().chain(ids.iter().map(|id| *id as &dyn ToSql)).collect();
        store.each(&sql, &params, |row| {
            let (id, revision): (String, i64) = (row.get(0)?, row.get(1)?);
            let Some((at, hash)) = missing.get(id.as_str()).copied() else { return Ok(ControlFlow::Continue(())) };
            if revision >= at {
                missing.remove(id.as_str());
            }
            if revision != at {
                return Ok(ControlFlow::Continue(()));
            }
            newest += 1;
            let is = match table {
                // The cells behind the first two; bytes that are no text any more are no row.
                COMMAND => row.cells().map(|cells| hash_of_command(&cells[2..])).ok(),
                _ => row.get::<Vec<u8>>(2).map(|image| Sha256::digest(image).into()).ok(),
            };
            if is != Some(hash) {
                walk.fault_at(at, format!("it wrote {table} {id}, which was changed since"));
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    if let Some((id, (at, _))) = missing.first_key_value() {
        walk.fault_at(*at, format!("it wrote {table} {id}, of which an older state is here, or nothing"));
    }
    Ok(newest)
}

/// That there is nothing that no commit wrote.
fn nothing_besides(store: &Store, walk: &mut Walk<'_>, here: &BTreeMap<String, i64>) -> Result<(), HeadquartersError> {
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    store.each("SELECT kind, count(*) FROM entity GROUP BY kind", &[], |row| {
        found.insert(row.get(0)?, row.get(1)?);
        Ok(ControlFlow::Continue(()))
    })?;
    found.insert(COMMAND.to_owned(), store.number("SELECT count(*) FROM command", &[])?);
    for (table, count) in found {
        let known = here.get(&table).copied().unwrap_or_default();
        if count != known {
            walk.fault_at(
                walk.last.number,
                format!(
                    "of {table}, commits wrote {known}, and {count} are here: {} came some other way",
                    count - known
                ),
            );
        }
    }
    Ok(())
}
