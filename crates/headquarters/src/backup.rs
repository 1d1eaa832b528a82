//! Backups: one file for everything that a tenant has, the same whichever engine keeps it. So moving a tenant from one
//! engine to the other is a backup and a restore, and both are checked by the same sums.

use crate::headquarters::{Headquarters, HeadquartersError};
use outpost_store::rusqlite::types::Value;
use outpost_store::{Dialect, Insert, Row, Store};
use outpost_sync::image::image_hash;
use outpost_sync::wire::{Form, Frames};
use outpost_sync::{FileStore, sha256_hex};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::ops::ControlFlow;

/// The form of the file; another program may write another.
const FORM: u32 = 1;
/// About how much stands in one item.
const ITEM_BYTES: usize = 1 << 20;

/// A cell, under a short name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Cell {
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

/// What stands in the file, in this order.
#[derive(Debug, Serialize, Deserialize)]
enum Item {
    Begin { form: u32, program: String, migrations: Vec<String> },
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
}

impl Sums {
    /// How many rows there are in all.
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|(count, _)| count).sum()
    }

    fn add(&mut self, table: &str, row: &[Cell]) {
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

/// The tables that are kept, and their columns. What finds words is made anew from its texts.
fn tables(store: &Store) -> Result<Vec<(String, Vec<String>)>, HeadquartersError> {
    let mut tables = Vec::new();
    for table in store.tables()? {
        if table == "migration" {
            continue;
        }
        let columns: Vec<String> = if table == "search_row" {
            ["kind", "id", "words"].map(str::to_owned).to_vec()
        } else {
            store.columns(&table)?
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
fn migrations(store: &Store) -> Result<Vec<String>, HeadquartersError> {
    let names = store.rows("SELECT name FROM migration ORDER BY name", &[], |row| row.get::<String>(0))?;
    Ok(names.into_iter().map(|name| name.replace(".sqlite", "").replace(".postgres", "")).collect())
}

impl Headquarters {
    /// What is here, as of one moment; reads all of it.
    ///
    /// # Errors
    /// When something cannot be read.
    pub fn sums(&self) -> Result<Sums, HeadquartersError> {
        let store = self.reader();
        let mut sums = store.snapshot(|| {
            let mut sums = Sums::default();
            for (table, columns) in tables(&store)? {
                sums.tables.entry(table.clone()).or_default();
                store.each(&question(&table, &columns), &[], |row| {
                    sums.add(&table, &cells(row)?);
                    Ok(ControlFlow::Continue(()))
                })?;
            }
            Ok::<_, HeadquartersError>(sums)
        })??;
        sums.files = self.files().names()?.len() as u64;
        Ok(sums)
    }

    /// Writes everything that is here, as of one moment, while others go on working; what was written.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub fn backup(&self, to: &mut dyn Write) -> Result<Sums, HeadquartersError> {
        let mut item =
            |item: &Item| -> Result<(), HeadquartersError> { Ok(to.write_all(&Form::Compact.write_frame(item)?)?) };
        let store = self.reader();
        let mut sums = store.snapshot(|| {
            let program = env!("CARGO_PKG_VERSION").to_owned();
            item(&Item::Begin { form: FORM, program, migrations: migrations(&store)? })?;
            let mut sums = Sums::default();
            for (table, columns) in tables(&store)? {
                table_out(&store, &table, &columns, &mut sums, &mut item)?;
            }
            Ok::<_, HeadquartersError>(sums)
        })??;
        drop(store);
        // After the rows, so that every file that a row names and that had arrived is there.
        for sha256 in self.files().names()? {
            let bytes = self.files().read(&sha256)?.unwrap_or_default();
            for (n, part) in bytes.chunks(ITEM_BYTES).enumerate() {
                let (offset, size) = ((n * ITEM_BYTES) as u64, bytes.len() as u64);
                item(&Item::File { sha256: sha256.clone(), offset, size, bytes: part.to_vec().into() })?;
            }
            sums.files += 1;
        }
        item(&Item::End { sums: sums.clone() })?;
        to.flush()?;
        Ok(sums)
    }

    /// Takes everything from a backup into a tenant that has nothing yet, and checks that it is all there.
    ///
    /// # Errors
    /// When there is something here already, when the backup is cut short, damaged, or of a program that knows more.
    /// Nothing is here then.
    pub fn restore(&self, from: &mut dyn Read) -> Result<Sums, HeadquartersError> {
        if !self.is_empty()? {
            let taken = "there is something here already; a backup is restored into a new tenant";
            return Err(HeadquartersError::denied("not_allowed", taken));
        }
        let store = self.writer();
        let sums = store.transaction(|| rows_in(&store, self, from))?;
        drop(store);
        let here = self.sums()?;
        if here != sums {
            return Err(HeadquartersError::System(format!(
                "what was restored is not what was backed up: {sums:?} became {here:?}"
            )));
        }
        Ok(here)
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
    item: &mut dyn FnMut(&Item) -> Result<(), HeadquartersError>,
) -> Result<(), HeadquartersError> {
    sums.tables.entry(table.to_owned()).or_default();
    let (mut rows, mut bytes, mut wrong) = (Vec::new(), 0, None);
    let mut send =
        |rows: Vec<Vec<Cell>>| item(&Item::Rows { table: table.to_owned(), columns: columns.to_vec(), rows });
    store.each(&question(table, columns), &[], |row| {
        let row = cells(row)?;
        bytes += row.iter().map(size).sum::<usize>();
        sums.add(table, &row);
        rows.push(row);
        if bytes > ITEM_BYTES {
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

/// Reads a backup into the database and the files; what it says that it holds.
fn rows_in(store: &Store, headquarters: &Headquarters, from: &mut dyn Read) -> Result<Sums, HeadquartersError> {
    let damaged = |why: String| HeadquartersError::denied("not_understood", format!("this is no whole backup: {why}"));
    let mut items = Frames::default();
    let mut buffer = vec![0; 256 * 1024];
    let ours = tables(store)?;
    let (mut begun, mut file) = (false, Vec::new());
    loop {
        while let Some(item) = items.take::<Item>().map_err(|error| damaged(error.to_string()))? {
            match item {
                Item::Begin { form, program, migrations: theirs } => {
                    let ours = migrations(store)?;
                    if form != FORM || theirs.iter().any(|name| !ours.contains(name)) {
                        return Err(damaged(format!("it was written by Outpost {program}, which knows more")));
                    }
                    store.execute("DELETE FROM tenant", &[])?;
                    begun = true;
                }
                Item::Rows { table, columns, rows } if begun => table_in(store, &ours, &table, &columns, rows)?,
                Item::File { sha256, offset, size, bytes } if begun => {
                    // Kept when it is whole, without a trace of what a former try may have left.
                    if offset == 0 {
                        file.clear();
                    }
                    if offset != file.len() as u64 {
                        return Err(damaged(format!("a part of the file {sha256} is missing")));
                    }
                    file.extend_from_slice(&bytes);
                    if file.len() as u64 == size {
                        if headquarters.files().keep(&file)? != sha256 {
                            return Err(damaged(format!("the file {sha256} is another")));
                        }
                        go_on(store)?;
                    }
                }
                Item::End { sums } if begun => return Ok(sums),
                _ => return Err(damaged("it does not begin as one".to_owned())),
            }
        }
        match from.read(&mut buffer)? {
            0 => return Err(damaged("it is cut short".to_owned())),
            read => items.push(&buffer[..read]),
        }
    }
}

fn table_in(
    store: &Store,
    ours: &[(String, Vec<String>)],
    table: &str,
    columns: &[String],
    rows: Vec<Vec<Cell>>,
) -> Result<(), HeadquartersError> {
    // Names get into a statement only if they are ours.
    let known = ours.iter().find(|(name, _)| name == table);
    let known = known.is_some_and(|(_, ours)| columns.iter().all(|column| ours.contains(column)));
    if !known || rows.iter().any(|row| row.len() != columns.len()) {
        let why = format!("this is no whole backup: {table:?} is not a table of this program");
        return Err(HeadquartersError::denied("not_understood", why));
    }
    let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
    let mut plain = Vec::with_capacity(rows.len() * columns.len());
    for row in rows {
        match (table, row.as_slice()) {
            ("search_row", [Cell::T(kind), Cell::T(id), Cell::T(words)]) => store.index(kind, id, words)?,
            _ => plain.extend(row.into_iter().map(Value::from)),
        }
    }
    store.insert(&Insert::new(table, &quoted, ""), plain)?;
    go_on(store)
}

/// Sends what waits, so that a large backup is not kept in memory, and lets a server know that its transaction goes on: it
/// throws out who is silent for a minute, and files may take longer than that.
fn go_on(store: &Store) -> Result<(), HeadquartersError> {
    if store.dialect() == Dialect::Postgres {
        store.number("SELECT 0", &[])?;
    }
    Ok(())
}
