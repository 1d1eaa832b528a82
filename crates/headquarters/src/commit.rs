//! Commits: a number, a random tag, the records it wrote, and who may see them from now on.

use crate::headquarters::{Headquarters, HeadquartersError, random_hex};
use crate::scope::scopes_of_record;
use outpost_app::now;
use outpost_domain::{AnyRecord, Kind};
use outpost_store::{Store, params};
use std::collections::BTreeSet;

/// A commit that is being written, inside a transaction.
pub(crate) struct Commit<'a> {
    store: &'a Store,
    pub(crate) revision: i64,
    pub(crate) kinds: BTreeSet<Kind>,
}

impl<'a> Commit<'a> {
    /// Takes the next number.
    pub(crate) fn begin(store: &'a Store) -> Result<Commit<'a>, HeadquartersError> {
        let conn = store.conn();
        conn.execute("UPDATE tenant SET revision = revision + 1", [])?;
        let revision = store.number("SELECT revision FROM tenant", &[])?;
        conn.execute(
            "INSERT INTO revision (revision, tag, committed_at) VALUES ($1, $2, $3)",
            params![revision, random_hex(8)?, now()],
        )?;
        Ok(Commit { store, revision, kinds: BTreeSet::new() })
    }

    /// Writes a record.
    pub(crate) fn put(&mut self, record: &AnyRecord) -> Result<(), HeadquartersError> {
        self.store.put(record)?;
        self.note(record)?;
        // A customer is also seen where its sites are.
        if let AnyRecord::Site(site) = record
            && let Some(customer) = self.store.get_any(Kind::Customer, site.customer_id)?
        {
            self.note(&customer)?;
        }
        Ok(())
    }

    fn note(&mut self, record: &AnyRecord) -> Result<(), HeadquartersError> {
        let (table, id) = (record.kind().table(), record.id().to_string());
        let conn = self.store.conn();
        self.kinds.insert(record.kind());
        conn.prepare_cached(
            "INSERT INTO entity (kind, id, revision) VALUES ($1, $2, $3)
             ON CONFLICT (kind, id) DO UPDATE SET revision = excluded.revision",
        )?
        .execute(params![table, id, self.revision])?;
        let wanted = scopes_of_record(self.store, record)?;
        let mut statement = conn.prepare_cached(
            "SELECT scope FROM entity_scope WHERE kind = $1 AND id = $2 AND removed_revision IS NULL",
        )?;
        let current: BTreeSet<String> =
            statement.query_map(params![table, id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for scope in wanted.difference(&current) {
            conn.prepare_cached(
                "INSERT INTO entity_scope (kind, id, scope, added_revision) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (kind, id, scope) DO UPDATE SET added_revision = excluded.added_revision,
                 removed_revision = NULL",
            )?
            .execute(params![table, id, scope, self.revision])?;
        }
        for scope in current.difference(&wanted) {
            conn.prepare_cached(
                "UPDATE entity_scope SET removed_revision = $1 WHERE kind = $2 AND id = $3 AND scope = $4",
            )?
            .execute(params![self.revision, table, id, scope])?;
        }
        Ok(())
    }
}

impl Headquarters {
    /// Stores records that no command makes, such as those of a new company, in commits of at most 1,000.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn store_records(&self, records: &[AnyRecord]) -> Result<(), HeadquartersError> {
        for part in records.chunks(1000) {
            let store = self.writer();
            let revision = store.transaction(|| {
                let mut commit = Commit::begin(&store)?;
                for record in part {
                    commit.put(record)?;
                }
                Ok::<_, HeadquartersError>(commit.revision)
            })?;
            self.poke(revision);
        }
        Ok(())
    }
}
