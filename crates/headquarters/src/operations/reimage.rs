//! Records whose images another program wrote. A program that knows more of a kind may write the same record in other bytes: then
//! headquarters gives it out again, for what it holds and what it says that it holds must agree.

use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_domain::{AnyRecord, Id, Kind};
use outpost_store::{Store, StoreError, params};
use outpost_sync::image::{image, record, travelling};

/// How many records are looked at, and at most written, in one commit.
const PAGE: i64 = 1000;

impl Headquarters {
    /// Writes the images again that this program would write otherwise than the one that last opened this company. Broken off, it
    /// begins again where there is still something to write.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub(crate) fn reimage(&self) -> Result<(), HeadquartersError> {
        let known: Vec<(String, String)> =
            self.reader().rows("SELECT kind, shape FROM shape", &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for kind in Kind::ALL {
            let shape = kind.shape().to_string();
            if known.iter().any(|(of, was)| of == kind.table() && *was == shape) {
                continue;
            }
            self.reimage_kind(*kind)?;
            self.writer().execute(
                "INSERT INTO shape (kind, shape) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET shape = excluded.shape",
                params![kind.table(), shape],
            )?;
        }
        Ok(())
    }

    fn reimage_kind(&self, kind: Kind) -> Result<(), HeadquartersError> {
        let (mut after, mut looked_at, mut written) = (String::new(), 0, 0);
        loop {
            let (last, found, changed) = of_another_program(&self.reader(), kind, &after)?;
            looked_at += found;
            if !changed.is_empty() {
                // Others may have written since: what is given out again is what is here then.
                written += self.commit(|store, commit| {
                    let (.., changed) = of_another_program(store, kind, &after)?;
                    changed.iter().try_for_each(|record| commit.put(record))?;
                    Ok(changed.len())
                })?;
                let kind = kind.table();
                tracing::info!(kind, looked_at, written, "records are given out as this program writes them");
            }
            match last {
                Some(last) => after = last,
                None => return Ok(()),
            }
        }
    }
}

/// Of the next records of a kind those that this program writes otherwise; how many were looked at, and the last of them. One
/// whose row says another thing than its image is left: that is no other way of writing it, and a check says so.
fn of_another_program(
    store: &Store,
    kind: Kind,
    after: &str,
) -> Result<(Option<String>, usize, Vec<AnyRecord>), HeadquartersError> {
    let sql = "SELECT id, image FROM entity WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3";
    let page: Vec<(String, Vec<u8>)> =
        store.rows(sql, params![kind.table(), after, PAGE], |row| Ok((row.get(0)?, row.bytes(1)?)))?;
    let mut changed = Vec::new();
    for (id, was) in &page {
        let Ok(known) = record(kind, was) else { continue };
        let row = match Id::parse_str(id).map(|id| store.get_any(kind, id)) {
            Ok(Ok(row)) => row,
            Ok(Err(error @ StoreError::Row { .. })) => {
                tracing::warn!(kind = kind.table(), id, %error, "a record cannot be read");
                continue;
            }
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => continue,
        };
        let Some(row) = row.filter(|row| image(row).is_ok_and(|image| image != *was)) else { continue };
        if travelling(&row).as_ref() == travelling(&known).as_ref() {
            changed.push(row);
        }
    }
    Ok((page.last().map(|(id, _)| id.clone()), page.len(), changed))
}
