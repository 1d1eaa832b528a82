//! What a transaction remembers: the records that it read, and those that it has still to write.
//!
//! Many commands in a row look at the same few records and change them again and again. Each is read once, and written when
//! something else is asked for or written, and at the end; where the database is another machine those of one kind go there
//! together.

use crate::engine::places;
use crate::shape::Shape;
use crate::{Store, StoreError};
use outpost_domain::{AnyRecord, Id, Kind};
use rusqlite::ToSql;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Records by their names: what a transaction remembers, and the next one after it if nobody else has written meanwhile.
#[derive(Default)]
pub struct Memory {
    records: BTreeMap<(Kind, Id), Remembered>,
    /// The names of those that are not written yet.
    unwritten: Vec<(Kind, Id)>,
}

struct Remembered {
    /// None for one that is not there.
    record: Option<AnyRecord>,
    /// That no row of it is in the database, for certain.
    is_new: bool,
    written: bool,
}

impl Memory {
    /// What is remembered of a record; none if nothing is.
    #[expect(clippy::option_option, reason = "what is not remembered is something else than what is not there")]
    pub(crate) fn known(&self, kind: Kind, id: Id) -> Option<Option<AnyRecord>> {
        self.records.get(&(kind, id)).map(|known| known.record.clone())
    }

    /// Remembers a record as it is in the database.
    pub(crate) fn read(&mut self, kind: Kind, id: Id, record: Option<AnyRecord>) {
        let is_new = record.is_none();
        self.records.insert((kind, id), Remembered { record, is_new, written: true });
    }

    /// Remembers a record as it is to be in the database; `is_new` says for certain that no row of it was there when the
    /// transaction began.
    pub(crate) fn wrote(&mut self, record: AnyRecord, is_new: bool) {
        match self.records.entry(record.key()) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                if std::mem::replace(&mut known.written, false) {
                    self.unwritten.push(record.key());
                }
                known.record = Some(record);
            }
            Entry::Vacant(unknown) => {
                self.unwritten.push(record.key());
                unknown.insert(Remembered { record: Some(record), is_new, written: false });
            }
        }
    }

    /// What is not written yet, by kind, apart what is new and what may be there, and by id; it counts as written from now on.
    fn take_unwritten(&mut self) -> BTreeMap<(Kind, bool), Vec<AnyRecord>> {
        let mut records: BTreeMap<(Kind, bool), Vec<AnyRecord>> = BTreeMap::new();
        let mut names = std::mem::take(&mut self.unwritten);
        names.sort_unstable();
        for name in names {
            if let Some(known) = self.records.get_mut(&name) {
                known.written = true;
                let is_new = std::mem::replace(&mut known.is_new, false);
                records.entry((name.0, is_new)).or_default().extend(known.record.clone());
            }
        }
        records
    }
}

/// Forgets what was remembered, however the transaction ends.
struct Forget<'a>(&'a Store);

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.0.memory.take();
    }
}

impl Store {
    /// Does `work` whole or not at all, and remembers every record that it read or wrote until it ends. What it wrote goes to
    /// the database before anything but a record by its name is asked for, and at the end.
    ///
    /// # Errors
    /// As for [`Store::transaction`].
    pub fn transaction_with_memory<T, E: From<StoreError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.transaction_after(&mut Memory::default(), work)
    }

    /// The same with what the transaction before remembers. If others may have written since then, `work` has to see to it that
    /// this is [forgotten](Store::forget) before it reads a record. After an error nothing is remembered.
    ///
    /// # Errors
    /// As for [`Store::transaction`].
    pub fn transaction_after<T, E: From<StoreError>>(
        &self,
        memory: &mut Memory,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.memory.replace(Some(std::mem::take(memory)));
        let _forget = Forget(self);
        let done = self.transaction(work)?;
        *memory = self.memory.take().unwrap_or_default();
        Ok(done)
    }

    /// Forgets what was read. What was put is written first.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn forget(&self) -> Result<(), StoreError> {
        self.flush()?;
        if let Some(memory) = self.memory.borrow_mut().as_mut() {
            *memory = Memory::default();
        }
        Ok(())
    }

    /// Reads records that are about to be asked for, all at once, and remembers them, if the transaction is one that does;
    /// those that are there.
    ///
    /// # Errors
    /// When the database cannot be read. A row that does not have the shape of its record is left to whoever asks for it.
    pub fn remember(&self, kind: Kind, ids: &BTreeSet<Id>) -> Result<Vec<AnyRecord>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (shape, names): (&Shape, Vec<String>) = (self.shape(kind), ids.iter().map(Id::to_string).collect());
        let names: Vec<&dyn ToSql> = names.iter().map(|name| name as &dyn ToSql).collect();
        let sql = format!("{} WHERE id IN ({})", shape.select, places(1, names.len()));
        let read = self.rows(&sql, &names, |row| match shape.record(row) {
            Ok(record) => Ok(Some(record)),
            Err(StoreError::Row { .. }) => Ok(None),
            Err(error) => Err(error),
        })?;
        let whole = !read.contains(&None);
        let records: Vec<AnyRecord> = read.into_iter().flatten().collect();
        if let Some(memory) = self.memory.borrow_mut().as_mut() {
            if whole {
                ids.iter().for_each(|id| memory.read(kind, *id, None));
            }
            records.iter().for_each(|record| memory.read(kind, record.id(), Some(record.clone())));
        }
        Ok(records)
    }

    /// Writes what was put and is not written yet.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        let unwritten = match self.memory.borrow_mut().as_mut() {
            Some(memory) if !memory.unwritten.is_empty() => memory.take_unwritten(),
            _ => return Ok(()),
        };
        for ((kind, is_new), records) in unwritten {
            let shape = self.shape(kind);
            let (mut cells, mut found_by) = (Vec::with_capacity(records.len() * shape.width()), Vec::new());
            for record in &records {
                shape.write_cells(record, &mut cells)?;
                found_by.extend(shape.words(record).map(|words| (record.id(), words)));
            }
            self.engine.insert(if is_new { &shape.insert } else { &shape.upsert }, cells)?;
            for (id, words) in found_by {
                self.engine.index(kind, &id.to_string(), &words)?;
            }
        }
        Ok(())
    }
}
