//! Records of which headquarters gave more than this program can read. Tablets lag by months: what such a record holds stays
//! here, byte for byte, and is read again by the first program that knows more.

use crate::image::{NotUnderstood, image_hash, read};
use crate::read::Reading;
use crate::replica::{Replica, ReplicaError};
use outpost_domain::{AnyRecord, Id, Kind};
use outpost_store::params;
use std::collections::{BTreeMap, BTreeSet};

/// What a program of before does not know. With it a replica is such a program: that is how tests and the simulator let versions
/// meet.
#[derive(Debug, Clone, Default)]
pub struct Older {
    /// The kinds that it has no place for.
    pub kinds: BTreeSet<Kind>,
    /// The fields that it does not know, by their kind.
    pub fields: BTreeSet<(Kind, &'static str)>,
}

impl Older {
    /// The record of an image, and whether it is all that the image holds; see [`read`].
    pub(crate) fn read(&self, kind: Kind, image: &[u8]) -> Result<(AnyRecord, bool), NotUnderstood> {
        use cbor4ii::core::Value;
        if !self.fields.iter().any(|(of, _)| *of == kind) {
            return read(kind, image);
        }
        let Ok(Value::Map(mut fields)) = cbor4ii::serde::from_slice(image) else { return read(kind, image) };
        let all = fields.len();
        fields.retain(
            |(name, _)| !matches!(name, Value::Text(name) if self.fields.iter().any(|hidden| *hidden == (kind, name))),
        );
        let left = fields.len();
        let seen = cbor4ii::serde::to_vec(Vec::new(), &Value::Map(fields)).map_err(NotUnderstood::because)?;
        read(kind, &seen).map(|(record, whole)| (record, whole && left == all))
    }

    /// What it knows of a kind; none if it has no place for it.
    fn shape(&self, kind: Kind) -> Option<String> {
        let hidden: Vec<&str> = self.fields.iter().filter(|(of, _)| *of == kind).map(|(_, name)| *name).collect();
        (!self.kinds.contains(&kind)).then(|| format!("{}{}", kind.shape(), hidden.join(" ")))
    }
}

/// Such a record.
pub(crate) struct Newer {
    pub(crate) id: Id,
    pub(crate) image: Vec<u8>,
    /// It cannot be read at all, and is not in its table.
    pub(crate) unreadable: bool,
}

impl Replica {
    /// The same as a program of before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn as_older(mut self, older: Older) -> Result<Replica, ReplicaError> {
        self.older = older;
        self.read_again()?;
        Ok(self)
    }

    /// What reads rows for it.
    pub(crate) fn reading(&self) -> Reading {
        Reading { readier: self.store.readier(), older: self.older.clone() }
    }

    pub(crate) fn keep_newer(&self, kind: Kind, id: Id, image: &[u8], unreadable: bool) -> Result<(), ReplicaError> {
        let sql = "INSERT INTO newer (kind, id, image, unreadable) VALUES ($1, $2, $3, $4)
             ON CONFLICT (kind, id) DO UPDATE SET image = excluded.image, unreadable = excluded.unreadable";
        Ok(self.store.execute(sql, params![kind.table(), id.to_string(), image, unreadable])?)
    }

    /// Headquarters gives it no longer; the hash under which it counted as held, if it could not be read.
    pub(crate) fn forget_newer(&self, kind: Kind, id: Id) -> Result<Option<i64>, ReplicaError> {
        let sql = "DELETE FROM newer WHERE kind = $1 AND id = $2 RETURNING image, unreadable";
        let known: Option<(Vec<u8>, bool)> =
            self.store.one(sql, params![kind.table(), id.to_string()], |row| Ok((row.bytes(0)?, row.get(1)?)))?;
        Ok(known.filter(|(_, unreadable)| *unreadable).map(|(image, _)| image_hash(&image)))
    }

    /// Those of a kind, in the order of their ids.
    pub(crate) fn newer(&self, kind: Kind) -> Result<Vec<Newer>, ReplicaError> {
        let sql = "SELECT id, image, unreadable FROM newer WHERE kind = $1 ORDER BY id";
        Ok(self.store.rows(sql, params![kind.table()], |row| {
            Ok(Newer { id: Self::id_of(&row.get::<String>(0)?), image: row.bytes(1)?, unreadable: row.get(2)? })
        })?)
    }

    /// Reads again what another program could not read, if this one knows more of its kind; and asks for all records of a kind
    /// that the other did not know at all, for it had no place for them. Waiting work is done again on it.
    pub(crate) fn read_again(&self) -> Result<(), ReplicaError> {
        const KNOWN: &str = "shapes";
        let shape = |kind: &Kind| Some((kind.table().to_owned(), self.older.shape(*kind)?));
        let now: BTreeMap<String, String> = Kind::ALL.iter().filter_map(shape).collect();
        let before: Option<BTreeMap<String, String>> = self.note(KNOWN)?;
        if before.as_ref() == Some(&now) {
            return Ok(());
        }
        self.store.transaction(|| {
            if let Some(before) = before {
                let changed = Kind::ALL.iter().filter(|kind| before.get(kind.table()) != now.get(kind.table()));
                let (known, new): (Vec<Kind>, Vec<Kind>) = changed.partition(|kind| before.contains_key(kind.table()));
                if !new.is_empty() {
                    // What came of this round so far lacks them too: it begins once more.
                    self.drop_staged()?;
                }
                if self.cursor()?.is_some() {
                    let mut again = self.again()?;
                    again.extend(new.iter().map(|kind| kind.table().to_owned()));
                    self.set_note("again", &again)?;
                }
                self.read_kinds_again(&known)?;
            }
            self.set_note(KNOWN, &now)
        })
    }

    fn read_kinds_again(&self, kinds: &[Kind]) -> Result<(), ReplicaError> {
        let changed = &mut BTreeSet::new();
        self.restore_shadows(changed)?;
        for kind in kinds {
            for Newer { id, image, .. } in self.newer(*kind)? {
                let Ok((record, whole)) = self.older.read(*kind, &image) else { continue };
                self.store.put_given(&self.store.readier().ready(&record)?, image_hash(&image))?;
                if whole {
                    self.forget_newer(*kind, id)?;
                } else {
                    self.keep_newer(*kind, id, &image, false)?;
                }
            }
        }
        // Another program may do another thing, also where nothing was read again.
        self.replay_all(changed)
    }
}
