//! Restores: a backup is taken into a tenant that has nothing yet, whole or not at all.
//!
//! All of a backup is read and verified before anything is changed. Then the tenant is marked, files are kept under the
//! hashes of what they hold, and one transaction writes every row, is read again and compared, and takes the mark away. A
//! tenant that bears the mark serves nobody; the same restore takes it up. What fails leaves nothing behind.

use super::backup::{Cell, FORM, Item, Sums, fault_of, migrations, sums_of, tables};
use super::epoch::draw_epoch;
use super::sealed::{BackupKey, opened};
use crate::commit::{ChainHead, commit_head};
use crate::error::HeadquartersError;
use crate::headquarters::make_tenant;
use crate::tenant::Storage;
use outpost_store::{Dialect, Holding, Insert, Store, Value, params};
use outpost_sync::wire::{Form, PACKED_BYTES};
use outpost_sync::{FileStore, sha256_hex};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::cell::Cell as Flag;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// What a program knows of the shape of a tenant: names get into a statement only if they are here.
pub(crate) struct Known {
    tables: Vec<(String, Vec<String>)>,
    migrations: Vec<String>,
}

impl Known {
    /// What this program knows, without any tenant.
    pub(crate) fn of_this_program() -> Result<Known, HeadquartersError> {
        Known::of(&Store::in_memory(Holding::Everything)?)
    }

    fn of(store: &Store) -> Result<Known, HeadquartersError> {
        Ok(Known { tables: tables(store)?, migrations: migrations(store)? })
    }

    fn has(&self, table: &str, columns: &[String]) -> bool {
        let known = self.tables.iter().find(|(name, _)| name == table);
        known.is_some_and(|(_, known)| columns.iter().all(|column| known.contains(column)))
    }
}

/// What a backup is, when all of it was read and is as it was written.
#[derive(Debug, Clone)]
pub(crate) struct Verified {
    /// The SHA-256 of all of it, by which it is known again.
    pub(crate) name: String,
    /// The newest commit in it.
    pub(crate) revision: i64,
    pub(crate) sums: Sums,
}

/// A part of a backup that is sound as far as it can be told by itself.
pub(crate) enum Part {
    Rows { table: String, columns: Vec<String>, rows: Vec<Vec<Cell>> },
    File { sha256: String, bytes: Vec<u8> },
}

fn damaged(why: impl std::fmt::Display) -> HeadquartersError {
    HeadquartersError::denied("not_understood", format!("this is no whole backup, and nothing was restored: {why}"))
}

/// Why a backup could not be read on.
fn unread(error: io::Error) -> HeadquartersError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged("it is cut short"),
        // It is encrypted, and a piece is not what it was.
        io::ErrorKind::InvalidData => damaged(error),
        _ => error.into(),
    }
}

/// What is read, and the hash of it.
struct Reading<'a> {
    from: &'a mut dyn Read,
    hash: Sha256,
    place: u64,
}

impl Reading<'_> {
    fn bytes(&mut self, count: usize) -> Result<Vec<u8>, HeadquartersError> {
        let mut bytes = vec![0; count];
        self.from.read_exact(&mut bytes).map_err(unread)?;
        self.place += count as u64;
        Ok(bytes)
    }

    fn item(&mut self) -> Result<Item, HeadquartersError> {
        let begin = self.place;
        let length = self.bytes(4)?;
        self.hash.update(&length);
        let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        let unread = |why: String| damaged(format!("what stands in it from byte {begin} on cannot be read: {why}"));
        if length > PACKED_BYTES {
            return Err(unread(format!("{length} bytes are too many for one part of a backup")));
        }
        let packed = self.bytes(length)?;
        self.hash.update(&packed);
        Form::Compact.read(&packed).map_err(|error| unread(error.to_string()))
    }

    /// That nothing was changed, and nothing follows; the name of the whole.
    fn end(self) -> Result<String, HeadquartersError> {
        let Reading { from, hash, .. } = self;
        let name = hash.finalize();
        let mut rest = Vec::new();
        from.take(name.len() as u64 + 1).read_to_end(&mut rest).map_err(unread)?;
        if rest.len() < name.len() {
            return Err(damaged("it is cut short"));
        }
        if rest.len() > name.len() {
            return Err(damaged("something follows its end"));
        }
        if rest != name.as_slice() {
            return Err(damaged("something in it was changed since it was written"));
        }
        Ok(hex::encode(name))
    }
}

/// Reads a whole backup, and gives each part that is sound to `take`. Only at the end is it known whether all of it is.
pub(crate) fn read_through(
    from: &mut dyn Read,
    known: &Known,
    take: &mut dyn FnMut(Part) -> Result<(), HeadquartersError>,
) -> Result<Verified, HeadquartersError> {
    let mut reading = Reading { from, hash: Sha256::new(), place: 0 };
    let Item::Begin { form, program, migrations, revision } = reading.item()? else {
        return Err(damaged("it does not begin as one"));
    };
    if form != FORM || migrations.iter().any(|name| !known.migrations.contains(name)) {
        return Err(damaged(format!(
            "it was written by Outpost {program}, which knows more; take that program or a newer"
        )));
    }
    let (mut sums, mut file) = (Sums::default(), Vec::new());
    loop {
        let item = reading.item()?;
        let amid = !file.is_empty();
        match item {
            Item::Rows { table, columns, rows } if !amid => {
                if !known.has(&table, &columns) || rows.iter().any(|row| row.len() != columns.len()) {
                    return Err(damaged(format!("{table:?} is not a table of this program")));
                }
                sums.tables.entry(table.clone()).or_default();
                for row in &rows {
                    if let Some(fault) = fault_of(&table, &columns, row) {
                        return Err(damaged(fault));
                    }
                    sums.add(&table, row);
                }
                take(Part::Rows { table, columns, rows })?;
            }
            Item::File { sha256, offset, size, bytes } => {
                if offset != file.len() as u64 {
                    return Err(damaged(format!("a part of the file {sha256} is missing")));
                }
                file.extend_from_slice(&bytes);
                if file.len() as u64 == size {
                    if sha256_hex(&file) != sha256 {
                        return Err(damaged(format!("the file {sha256} is not what its name says")));
                    }
                    sums.files += 1;
                    take(Part::File { sha256, bytes: std::mem::take(&mut file) })?;
                } else if file.len() as u64 > size || bytes.is_empty() {
                    return Err(damaged(format!("the file {sha256} is longer than it says")));
                }
            }
            Item::End { sums: said } if !amid => {
                compare(&said, &sums)?;
                return Ok(Verified { name: reading.end()?, revision, sums });
            }
            _ => return Err(damaged("its parts are not in their order")),
        }
    }
}

/// That what was read is what the backup says that it holds.
fn compare(said: &Sums, read: &Sums) -> Result<(), HeadquartersError> {
    if said.files != read.files {
        return Err(damaged(format!("it says that it has {} files, and has {}", said.files, read.files)));
    }
    let tables = said.tables.keys().chain(read.tables.keys());
    match tables.into_iter().find(|table| said.tables.get(*table) != read.tables.get(*table)) {
        Some(table) => Err(damaged(format!("the rows of {table} are not those that were written"))),
        None => Ok(()),
    }
}

/// How taking in a backup went wrong.
pub(crate) struct NotTaken {
    pub(crate) why: HeadquartersError,
    /// Whether it is certain that nothing of it stays. A server that was lost at the very end may have it all.
    pub(crate) undone: bool,
}

impl From<HeadquartersError> for NotTaken {
    fn from(why: HeadquartersError) -> NotTaken {
        NotTaken { why, undone: true }
    }
}

/// Takes a backup into a tenant that has nothing yet: all rows in one transaction, which ends when everything was verified,
/// read again, compared, and `then` was done. Files go before its end, under the hashes of what they hold; if it fails,
/// those that were not there before are removed.
pub(crate) fn take_in(
    store: &Store,
    files: &dyn FileStore,
    from: &mut dyn Read,
    then: impl FnOnce(&Verified) -> Result<(), HeadquartersError>,
) -> Result<Verified, NotTaken> {
    let known = Known::of(store)?;
    let (mut kept, mut ending) = (Vec::new(), false);
    let taken = store.transaction(|| {
        if store.number("SELECT revision FROM tenant", &[])? != 0 {
            return Err(taken_already());
        }
        for table in ["tenant", "shape"] {
            store.execute(&format!("DELETE FROM {table}"), &[])?;
        }
        let verified = read_through(from, &known, &mut |part| {
            match part {
                Part::Rows { table, columns, rows } => rows_in(store, &table, &columns, rows)?,
                Part::File { sha256, bytes } => file_in(files, &sha256, &bytes, &mut kept)?,
            }
            go_on(store)
        })?;
        let here = sums_of(store)?;
        if let Some(table) =
            verified.sums.tables.keys().find(|table| here.tables.get(*table) != verified.sums.tables.get(*table))
        {
            let why = format!("the rows of {table} became others where they were written; nothing of it was kept");
            return Err(HeadquartersError::System(why));
        }
        then(&verified)?;
        ending = true;
        Ok(verified)
    });
    taken.map_err(|why| {
        let undone = !(ending && store.dialect() == Dialect::Postgres);
        if undone {
            for sha256 in kept {
                if let Err(error) = files.discard(&sha256, i64::MAX) {
                    tracing::warn!(%error, sha256, "a file of a restore that failed stays, and only takes room");
                }
            }
        }
        NotTaken { why, undone }
    })
}

pub(crate) fn taken_already() -> HeadquartersError {
    let taken =
        "there is something here already, which was not touched; a backup is restored into a new place or tenant";
    HeadquartersError::denied("not_allowed", taken)
}

/// Keeps a file. One that lies there and is damaged is written anew.
fn file_in(files: &dyn FileStore, sha256: &str, bytes: &[u8], kept: &mut Vec<String>) -> io::Result<()> {
    match files.read(sha256)? {
        Some(there) if there == bytes => return Ok(()),
        Some(_) => drop(files.discard(sha256, i64::MAX)?),
        None => {}
    }
    kept.push(sha256.to_owned());
    files.keep(bytes).map(drop)
}

fn rows_in(store: &Store, table: &str, columns: &[String], rows: Vec<Vec<Cell>>) -> Result<(), HeadquartersError> {
    let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
    let mut plain = Vec::with_capacity(rows.len() * columns.len());
    for row in rows {
        match (table, row.as_slice()) {
            ("search_row", [Cell::T(kind), Cell::T(id), Cell::T(words)]) => store.index(kind, id, words)?,
            _ => plain.extend(row.into_iter().map(Value::from)),
        }
    }
    Ok(store.insert(&Insert::new(table, &quoted, ""), plain)?)
}

/// Sends what waits, so that a large backup is not kept in memory, and lets a server know that its transaction goes on: it
/// throws out who is silent for a minute, and files may take longer than that.
fn go_on(store: &Store) -> Result<(), HeadquartersError> {
    if store.dialect() == Dialect::Postgres {
        store.number("SELECT 0", &[])?;
    }
    Ok(())
}

/// What a restore did.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What is here now.
    pub sums: Sums,
    /// The newest commit of the backup, which the next one follows.
    pub head: ChainHead,
    /// What the same restore had done before.
    pub before: Before,
}

/// What a restore found of itself where it was to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Before {
    /// Nothing.
    Nothing,
    /// It had begun, and broke off.
    BrokenOff,
    /// It was done, and nobody has done anything since.
    Done,
}

impl Storage {
    /// Takes a backup into a tenant that has nothing yet, whole or not at all, and begins a new epoch there: what reached
    /// headquarters after the backup is on the devices still. An encrypted one needs its key.
    ///
    /// # Errors
    /// When the backup is cut short, damaged, of a program that knows more, or its key is another: then nothing here was touched. When there is
    /// something here already, or it cannot be written: then it is as it was before.
    pub fn restore(&self, tenant: &str, backup: &Path, key: Option<&BackupKey>) -> Result<Restored, HeadquartersError> {
        let open = || opened(File::open(backup)?, key);
        let verified = read_through(&mut open()?, &Known::of_this_program()?, &mut |_| Ok(()))?;
        let mut from = open()?;
        let Verified { name, revision, sums } = verified;
        self.made_for(tenant, &name, |store, files, made| {
            let before = mark(store, &name, revision)?;
            made.set(before == Before::Nothing);
            if before == Before::Done {
                // The same database with the files of another folder, or of none.
                let here = files.names().map_err(HeadquartersError::from)?.len() as u64;
                if here < sums.files {
                    let why = format!(
                        "the records of this backup were restored before, but only {here} of its {} files are here: say \
                         --data or --files as then",
                        sums.files
                    );
                    return Err(HeadquartersError::denied("not_allowed", why).into());
                }
                return Ok(Restored { sums: sums.clone(), head: commit_head(store)?, before });
            }
            let taken = take_in(store, files, &mut from, |verified| {
                if verified.name != name {
                    return Err(damaged("it became another while it was read"));
                }
                store.execute("UPDATE tenant SET restored = $1", params![name])?;
                leave_numbers(store)?;
                draw_epoch(store, outpost_app::now())
            })?;
            Ok(Restored { sums: taken.sums, head: commit_head(store)?, before })
        })
    }

    /// Takes what another headquarters writes at this moment into a tenant that has nothing yet, as it is.
    ///
    /// # Errors
    /// As [`Storage::restore`].
    pub fn receive(&self, tenant: &str, from: &mut dyn Read) -> Result<Sums, HeadquartersError> {
        self.made_for(tenant, "", |store, files, made| {
            made.set(true);
            Ok(take_in(store, files, from, |_| Ok(()))?.sums)
        })
    }

    /// Does something with the database and the files of a tenant, which are made if they are not there; what was made is
    /// removed again if it fails, and so is the mark of the backup of this name. Only what it has made itself, which it says, and
    /// where nobody else has brought anything meanwhile: two may be restoring at once.
    fn made_for<T>(
        &self,
        tenant: &str,
        name: &str,
        work: impl FnOnce(&Store, &dyn FileStore, &Flag<bool>) -> Result<T, NotTaken>,
    ) -> Result<T, HeadquartersError> {
        let folder = self.folder(tenant)?;
        let (was_known, was_there) = (self.tenants()?.iter().any(|known| known == tenant), folder.exists());
        let (made, taken) = (Flag::new(false), Flag::new(false));
        let done = self.store(tenant).map_err(NotTaken::from).and_then(|store| {
            let done = work(&store, self.files(tenant)?.as_ref(), &made);
            taken.set(
                done.is_err()
                    && store.number("SELECT revision FROM tenant", &[]).map_or(true, |revision| revision != 0),
            );
            if let (Err(NotTaken { undone: true, .. }), true) = (&done, was_known && made.get()) {
                let sql = "UPDATE tenant SET restoring = '' WHERE restoring = $1";
                store.execute(sql, params![name]).map_err(HeadquartersError::from)?;
            }
            done
        });
        done.map_err(|NotTaken { why, undone }| {
            let ours = made.get() && !taken.get();
            let removed = if undone && ours && !was_known { self.unmake(tenant, was_there) } else { Ok(()) };
            if let Err(error) = removed {
                tracing::warn!(%error, tenant, "what a restore that failed had made stays; it is empty");
            }
            why
        })
    }
}

/// Leaves the numbers to the tickets that were opened here since the backup: devices bring them back.
fn leave_numbers(store: &Store) -> Result<(), HeadquartersError> {
    const LEFT: i64 = 1000;
    let sql = "INSERT INTO counter (name, value) VALUES ('ticket', $1)
         ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value";
    Ok(store.execute(sql, params![LEFT])?)
}

/// Marks a tenant that has nothing yet as one that a backup is being taken into; what the same restore had done before.
fn mark(store: &Store, name: &str, revision: i64) -> Result<Before, HeadquartersError> {
    store.transaction(|| {
        let sql = "SELECT revision, restoring, restored FROM tenant";
        let found: Option<(i64, String, String)> =
            store.one(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let Some((here, restoring, restored)) = found else {
            make_tenant(store, "")?;
            store.execute("UPDATE tenant SET restoring = $1", params![name])?;
            return Ok(Before::Nothing);
        };
        if here != 0 {
            return if restored == name && here == revision { Ok(Before::Done) } else { Err(taken_already()) };
        }
        if restoring == name {
            return Ok(Before::BrokenOff);
        }
        if !restoring.is_empty() {
            let other = "the restore of another backup was broken off here, or is under way; restore that one again, or \
                 remove what it left with `outpost hq tenant remove`";
            return Err(HeadquartersError::denied("not_allowed", other));
        }
        store.execute("UPDATE tenant SET restoring = $1", params![name])?;
        Ok(Before::Nothing)
    })
}

/// That no restore is under way here, or was broken off.
///
/// # Errors
/// `restore_unfinished`.
pub(crate) fn is_finished(store: &Store) -> Result<(), HeadquartersError> {
    if store.number("SELECT count(*) FROM tenant WHERE restoring <> ''", &[])? == 0 {
        return Ok(());
    }
    let why = "a backup is being restored here, or that was broken off; nothing is served until it is whole. Give the same \
         restore again, which takes it up, or remove what it left with `outpost hq tenant remove`";
    Err(HeadquartersError::denied("restore_unfinished", why))
}
