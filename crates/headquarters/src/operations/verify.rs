//! That what is here is what commits wrote: every commit, every record and every command, along the chain.

use super::check::{Fault, given, look};
use crate::commit::{
    COMMAND, COMMAND_COLUMNS, ChainFault, ChainHead, Hash, LOOKED_UP, Walk, commit_hash, commit_head, hash_of_command,
    read_names,
};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_store::{Store, StoreError, ToSql, params, places};
use outpost_sync::sha256_hex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

/// How many commits are looked at together.
const PAGE: i64 = 100;

impl Headquarters {
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
