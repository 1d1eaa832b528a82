//! A replica's look at itself: that what it holds is what it says it holds.

use crate::image::{image, image_hash};
use crate::replica::{Replica, ReplicaError};
use outpost_domain::{AnyRecord, Id, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Leaves a transaction that must not be kept.
enum Looked {
    Enough(Vec<String>),
    Error(ReplicaError),
}

impl From<outpost_store::StoreError> for Looked {
    fn from(error: outpost_store::StoreError) -> Looked {
        Looked::Error(error.into())
    }
}

impl From<ReplicaError> for Looked {
    fn from(error: ReplicaError) -> Looked {
        Looked::Error(error)
    }
}

/// A kind and the images of its records, by id.
pub type Images = BTreeMap<(Kind, Id), Vec<u8>>;

impl Replica {
    /// What does not hold, in words; nothing is changed. With waiting work undone, every record is one that headquarters
    /// gave, unchanged, or stays for waiting work; the digests add up; and done again, all is as it was.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn inspect(&self) -> Result<Vec<String>, ReplicaError> {
        let visible = self.images()?;
        let looked = self.store.transaction(|| {
            let mut wrong = Vec::new();
            self.restore_shadows(&mut BTreeSet::new())?;
            self.inspect_base(&self.images()?, &mut wrong)?;
            self.replay_all(&mut BTreeSet::new())?;
            let again = self.images()?;
            for name in visible.keys().chain(again.keys()).collect::<BTreeSet<_>>() {
                if visible.get(name) != again.get(name) {
                    wrong.push(format!("done again, {} {} is another", name.0.table(), name.1));
                }
            }
            Err::<(), Looked>(Looked::Enough(wrong))
        });
        match looked {
            Err(Looked::Enough(wrong)) => Ok(wrong),
            Err(Looked::Error(error)) => Err(error),
            Ok(()) => Ok(Vec::new()),
        }
    }

    /// What headquarters gave, without waiting work.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn base(&self) -> Result<Images, ReplicaError> {
        let mut images = self.images()?;
        let mut statement = self.store.sqlite()?.prepare_cached("SELECT kind, id, base FROM shadow")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, id, base): (String, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let Some(kind) = Kind::from_table(&table) else { continue };
            let name = (kind, Self::id_of(&id));
            match base {
                Some(fields) => {
                    images.insert(name, image(&AnyRecord::from_fields(kind, serde_json::from_str(&fields)?)?)?);
                }
                None => {
                    images.remove(&name);
                }
            }
        }
        for (kind, id) in self.names("SELECT kind, id FROM ghost")? {
            images.remove(&(kind, id));
        }
        for kind in Kind::ALL {
            images.extend(self.newer(*kind)?.into_iter().map(|newer| ((*kind, newer.id), newer.image)));
        }
        Ok(images)
    }

    /// Every record that is shown.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn images(&self) -> Result<Images, ReplicaError> {
        let mut images = BTreeMap::new();
        for kind in Kind::ALL {
            for record in self.store.select_any(*kind, "", &[])? {
                images.insert((*kind, record.id()), image(&record)?);
            }
        }
        Ok(images)
    }

    fn inspect_base(&self, held: &Images, wrong: &mut Vec<String>) -> Result<(), ReplicaError> {
        let ghosts: BTreeSet<(Kind, Id)> = self.names("SELECT kind, id FROM ghost")?.into_iter().collect();
        for kind in Kind::ALL {
            let mut sums = (0, 0_i64);
            let mut given = BTreeSet::new();
            let newer: BTreeMap<Id, Vec<u8>> =
                self.newer(*kind)?.into_iter().map(|newer| (newer.id, newer.image)).collect();
            for (id, hash) in self.held(*kind)? {
                let name = (*kind, id);
                let image = newer.get(&id).or_else(|| held.get(&name));
                if image.map(|image| image_hash(image)) != Some(hash) {
                    wrong.push(format!("{} {id} is not as it was given", kind.table()));
                }
                sums = (sums.0 + 1, sums.1.wrapping_add(hash));
                given.insert(name);
            }
            if self.digest(*kind)? != sums {
                wrong.push(format!("the digest of {} does not add up", kind.table()));
            }
            for name in held.keys().filter(|(of, _)| of == kind) {
                if !given.contains(name) && !ghosts.contains(name) {
                    wrong.push(format!("{} {} is from nowhere", kind.table(), name.1));
                }
            }
        }
        Ok(())
    }
}
