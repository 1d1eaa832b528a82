//! Backups: one file for everything that a tenant has, the same whichever engine keeps it. So moving a tenant from one
//! engine to the other is a backup and a restore, and both are checked by the same sums. How one is read and taken in stands
//! in `restore`.

use super::check::look;
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_store::rusqlite::types::Value;
use outpost_store::{Holding, Row, Store};
use outpost_sync::image::image_hash;
use outpost_sync::wire::{Form, MESSAGE_BYTES};
use outpost_sync::{FileStore, sha256_hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::ops::ControlFlow;

/// The form of the file; another program may write another.
pub(crate) const FORM: u32 = 1;
/// About how much stands in one item.
const ITEM_BYTES: usize = 1 << 20;
/// How large a row may be, so that whoever reads the item takes it. Commands cannot make one of a tenth of that.
const ROW_BYTES: usize = MESSAGE_BYTES - ITEM_BYTES - (64 << 10);

/// A cell, under a short name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Cell {
    N,
    I(i64),
    R(f64),
    T(String),
    B(serde_bytes::ByteBuf),
}

impl From<Value> for Cell {
    fn from(value: Value) -> Cell {
        match value {
            Value::Null => Cell::N,
            Value::Integer(whole) => Cell::I(whole),
            Value::Real(real) => Cell::R(real),
            Value::Text(text) => Cell::T(text),
            Value::Blob(bytes) => Cell::B(bytes.into()),
        }
    }
}

impl From<Cell> for Value {
    fn from(cell: Cell) -> Value {
        match cell {
            Cell::N => Value::Null,
            Cell::I(whole) => Value::Integer(whole),
            Cell::R(real) => Value::Real(real),
            Cell::T(text) => Value::Text(text),
            Cell::B(bytes) => Value::Blob(bytes.into_vec()),
        }
    }
}

/// What stands in the file, in this order. Behind the last follows the SHA-256 of all before it, and then nothing.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Item {
    Begin { form: u32, program: String, migrations: Vec<String>, revision: i64 },
    Rows { table: String, columns: Vec<String>, rows: Vec<Vec<Cell>> },
    File { sha256: String, offset: u64, size: u64, bytes: serde_bytes::ByteBuf },
    End { sums: Sums },
}

/// What a tenant has: of each table how many rows and the sum of their hashes; and how many files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Name of the table, how many rows, sum of their hashes.
    pub tables: BTreeMap<String, (u64, u64)>,
    /// How many files.
    pub files: u64,
    /// The files that are damaged where they lie, and so are in no backup.
    #[serde(skip)]
    pub damaged: Vec<String>,
}

impl Sums {
    /// How many rows there are in all.
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|(count, _)| count).sum()
    }

    pub(crate) fn add(&mut self, table: &str, row: &[Cell]) {
        let mut written = Vec::new();
        for cell in row {
            let (kind, bytes): (u8, &[u8]) = match cell {
                Cell::N => (0, &[]),
                Cell::I(whole) => (1, &whole.to_le_bytes()),
                Cell::R(real) => (2, &real.to_le_bytes()),
                Cell::T(text) => (3, text.as_bytes()),
                Cell::B(bytes) => (4, bytes),
            };
            written.push(kind);
            written.extend((bytes.len() as u64).to_le_bytes());
            written.extend(bytes);
        }
        // The order of rows is the engine's, so the hashes are added up.
        let hash = image_hash(&written) as u64;
        let sum = self.tables.entry(table.to_owned()).or_default();
        *sum = (sum.0 + 1, sum.1.wrapping_add(hash));
    }
}

/// The tables that are kept, and their columns. What finds words is made anew from its texts. A table that somebody else made
/// beside ours is not ours to keep, and no headquarters would take it back.
pub(crate) fn tables(store: &Store) -> Result<Vec<(String, Vec<String>)>, HeadquartersError> {
    let ours = Store::in_memory(Holding::Everything)?;
    let known = ours.tables()?;
    let mut tables = Vec::new();
    for table in store.tables()? {
        if table == "migration" {
            continue;
        }
        if !known.contains(&table) {
            tracing::warn!(table, "a table that is not ours is left out of the backup");
            continue;
        }
        let columns: Vec<String> = if table == "search_row" {
            ["kind", "id", "words"].map(str::to_owned).to_vec()
        } else {
            let known = ours.columns(&table)?;
            store.columns(&table)?.into_iter().filter(|column| known.contains(column)).collect()
        };
        tables.push((table, columns));
    }
    Ok(tables)
}

fn question(table: &str, columns: &[String]) -> String {
    let columns: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    // The newest is found first, so the order matters there.
    let order = if table == "search_row" { " ORDER BY row_number" } else { "" };
    format!("SELECT {} FROM \"{table}\"{order}", columns.join(", "))
}

fn cells(row: &Row<'_>) -> Result<Vec<Cell>, outpost_store::StoreError> {
    Ok(row.cells()?.into_iter().map(Cell::from).collect())
}

/// The names of the migrations, alike for all engines.
pub(crate) fn migrations(store: &Store) -> Result<Vec<String>, HeadquartersError> {
    let names = store.rows("SELECT name FROM migration ORDER BY name", &[], |row| row.get::<String>(0))?;
    Ok(names.into_iter().map(|name| name.replace(".sqlite", "").replace(".postgres", "")).collect())
}

/// What the tables hold, all of which is read.
pub(crate) fn sums_of(store: &Store) -> Result<Sums, HeadquartersError> {
    let mut sums = Sums::default();
    for (table, columns) in tables(store)? {
        sums.tables.entry(table.clone()).or_default();
        store.each(&question(&table, &columns), &[], |row| {
            sums.add(&table, &cells(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(sums)
}

/// Why a row is not what it says of itself, if it is not: the image of a record bears its hash beside it.
pub(crate) fn fault_of(table: &str, columns: &[String], row: &[Cell]) -> Option<String> {
    if table != "entity" {
        return None;
    }
    let cell = |name: &str| columns.iter().position(|column| column == name).and_then(|place| row.get(place));
    match (cell("kind"), cell("id"), cell("hash"), cell("image")) {
        (Some(Cell::T(_)), Some(Cell::T(_)), Some(Cell::I(hash)), Some(Cell::B(image)))
            if image_hash(image) == *hash =>
        {
            None
        }
        (Some(Cell::T(kind)), Some(Cell::T(id)), ..) => {
            Some(format!("the record {kind} {id} is not what its hash says"))
        }
        _ => Some("a record has no name".to_owned()),
    }
}

/// Writes, and takes the hash of what it wrote.
struct Hashing<'a> {
    to: &'a mut dyn Write,
    hash: Sha256,
}

impl Hashing<'_> {
    fn item(&mut self, item: &Item) -> Result<(), HeadquartersError> {
        let frame = Form::Compact.write_frame(item)?;
        self.hash.update(&frame);
        Ok(self.to.write_all(&frame)?)
    }
}

impl Headquarters {
    /// What is here, as of one moment; reads all of it.
    ///
    /// # Errors
    /// When something cannot be read.
    pub fn sums(&self) -> Result<Sums, HeadquartersError> {
        let store = self.reader();
        let mut sums = store.snapshot(|| sums_of(&store))??;
        sums.files = self.files().names()?.len() as u64;
        Ok(sums)
    }

    /// Writes everything that is here, as of one moment, while others go on working; what was written. A file that is damaged
    /// where it lies is left out and named: all else is worth keeping.
    ///
    /// # Errors
    /// When something cannot be read or written, or a record is not what its hash says: nobody could restore that.
    pub fn backup(&self, to: &mut dyn Write) -> Result<Sums, HeadquartersError> {
        let mut to = Hashing { to, hash: Sha256::new() };
        let store = self.reader();
        let mut sums = store.snapshot(|| {
            // What is restored from it is what is given out: where that is another than what is stored, one of the two is wrong.
            if let Some(fault) = look(&store)?.faults.into_iter().find(|fault| !fault.only_large) {
                let (kind, id, why) = (fault.kind.table(), fault.id, fault.why);
                let damaged = format!("{kind} {id}: {why}. Run `outpost hq check --repair`, and make the backup then");
                return Err(HeadquartersError::System(damaged));
            }
            let program = env!("CARGO_PKG_VERSION").to_owned();
            let revision = store.number("SELECT revision FROM tenant", &[])?;
            to.item(&Item::Begin { form: FORM, program, migrations: migrations(&store)?, revision })?;
            let mut sums = Sums::default();
            for (table, columns) in tables(&store)? {
                table_out(&store, &table, &columns, &mut sums, &mut to)?;
            }
            Ok::<_, HeadquartersError>(sums)
        })??;
        drop(store);
        // After the rows, so that every file that a row names and that had arrived is there.
        for sha256 in self.files().names()? {
            // One that was swept meanwhile is named by nobody.
            let Some(bytes) = self.files().read(&sha256)? else { continue };
            if sha256_hex(&bytes) != sha256 {
                sums.damaged.push(sha256);
                continue;
            }
            let size = bytes.len() as u64;
            for offset in (0..bytes.len().max(1)).step_by(ITEM_BYTES) {
                let part = bytes[offset..bytes.len().min(offset + ITEM_BYTES)].to_vec().into();
                to.item(&Item::File { sha256: sha256.clone(), offset: offset as u64, size, bytes: part })?;
            }
            sums.files += 1;
        }
        to.item(&Item::End { sums: sums.clone() })?;
        let Hashing { to, hash } = to;
        to.write_all(&hash.finalize())?;
        to.flush()?;
        Ok(sums)
    }
}

impl Headquarters {
    /// Copies every file into another store, and checks that each is there; how many. What is there already stays.
    ///
    /// # Errors
    /// When one cannot be read, is damaged, or cannot be written. Those that were copied stay; none is removed here.
    pub fn copy_files(&self, to: &dyn FileStore) -> Result<u64, HeadquartersError> {
        let names = self.files().names()?;
        let there: BTreeSet<String> = to.names()?.into_iter().collect();
        for sha256 in names.iter().filter(|name| !there.contains(*name)) {
            let bytes = self.files().read(sha256)?.unwrap_or_default();
            if sha256_hex(&bytes) != *sha256 {
                let damaged = format!("the file {sha256} is damaged where it lies; those before it were copied");
                return Err(HeadquartersError::System(damaged));
            }
            to.keep(&bytes)?;
        }
        let there: BTreeSet<String> = to.names()?.into_iter().collect();
        match names.iter().find(|name| !there.contains(*name)) {
            Some(missing) => Err(HeadquartersError::System(format!("the file {missing} did not arrive"))),
            None => Ok(names.len() as u64),
        }
    }
}

fn table_out(
    store: &Store,
    table: &str,
    columns: &[String],
    sums: &mut Sums,
    to: &mut Hashing<'_>,
) -> Result<(), HeadquartersError> {
    sums.tables.entry(table.to_owned()).or_default();
    let (mut rows, mut bytes, mut wrong) = (Vec::new(), 0, None);
    let mut send =
        |rows: Vec<Vec<Cell>>| to.item(&Item::Rows { table: table.to_owned(), columns: columns.to_vec(), rows });
    store.each(&question(table, columns), &[], |row| {
        let row = cells(row)?;
        let room = row.iter().map(size).sum::<usize>();
        let fault = fault_of(table, columns, &row);
        let fault = fault.or_else(|| (room > ROW_BYTES).then(|| format!("a row of {table} has {room} bytes")));
        bytes += room;
        sums.add(table, &row);
        rows.push(row);
        if let Some(fault) = fault {
            let next =
                "nothing was changed. `outpost hq check` names what is wrong, `outpost hq check --repair` mends it";
            wrong = Some(HeadquartersError::System(format!("no backup was made: {fault}; {next}")));
        } else if bytes > ITEM_BYTES {
            wrong = send(std::mem::take(&mut rows)).err();
            bytes = 0;
        }
        Ok(if wrong.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    match wrong {
        Some(wrong) => Err(wrong),
        None => send(rows),
    }
}

fn size(cell: &Cell) -> usize {
    match cell {
        Cell::T(text) => text.len(),
        Cell::B(bytes) => bytes.len(),
        _ => 8,
    }
}
