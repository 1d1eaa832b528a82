//! Commits that no request brings: what headquarters writes by itself, and what had waited for that.

use super::held::TakeUp;
use crate::commit::{Buckets, Commit, after_the_last};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use crate::jobs;
use outpost_app::now;
use outpost_domain::AnyRecord;
use outpost_store::Store;

impl Headquarters {
    /// Writes one commit, whole or not at all, and pokes those who wait for it.
    pub(crate) fn commit<T>(
        &self,
        work: impl FnOnce(&Store, &mut Commit<'_>) -> Result<T, HeadquartersError>,
    ) -> Result<T, HeadquartersError> {
        let store = self.writer();
        let (done, rest, touched) = store.transaction_with_memory(|| {
            let now = after_the_last(&store, now())?;
            let mut commit = Commit::begin(&store, now)?;
            let done = work(&store, &mut commit)?;
            let rest = TakeUp::default().begin(&store, &mut commit, now)?;
            Ok::<_, HeadquartersError>((done, rest, jobs::finish(&store, commit, &mut Buckets::default(), now)?))
        })?;
        drop(store);
        self.poke(touched);
        self.take_up(rest)?;
        Ok(done)
    }

    /// Stores records that no command makes, such as those of a new company, in commits of at most 1,000.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn store_records(&self, records: &[AnyRecord]) -> Result<(), HeadquartersError> {
        for part in records.chunks(1000) {
            self.commit(|_, commit| part.iter().try_for_each(|record| commit.put(record)))?;
        }
        Ok(())
    }
}
