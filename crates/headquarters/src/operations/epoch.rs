//! Epochs: a company notices that commits were lost, as after a restore, and begins another.

use crate::access::{About, Actor, SecurityKind, write_down};
use crate::commit::{commit_head, epoch, is_lost};
use crate::error::HeadquartersError;
use crate::headquarters::{Headquarters, random_hex};
use outpost_app::now;
use outpost_domain::Instant;
use outpost_store::{Store, params};
use outpost_sync::protocol::{Mark, Pull};

/// Begins another epoch, and writes down which commit it goes on from: those that come bear its hash. Of the invitations nobody
/// knows any more which were used.
pub(crate) fn draw_epoch(store: &Store, at: Instant) -> Result<(), HeadquartersError> {
    store.execute("DELETE FROM invitation WHERE used_by_id IS NULL", &[])?;
    store.execute("INSERT INTO past_epoch (epoch, ended_at) SELECT epoch, $1 FROM tenant", params![at])?;
    store.execute("UPDATE tenant SET epoch = $1, epoch_at = $2", params![random_hex(8)?, at])?;
    let about = About::default().with(format!("goes on from commit {}", commit_head(store)?));
    write_down(store, at, &Actor::machine(), SecurityKind::EpochBegun, &about)
}

impl Headquarters {
    /// Notices that commits were lost: a replica of this epoch shows a commit that was made here and is not here any more. From
    /// then on there is another epoch, every replica fetches everything anew, and pushes again what it did in the last 30 days.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub(crate) fn notice_lost_commits(
        &self,
        known: Option<&str>,
        pull: &Pull,
        at: Instant,
    ) -> Result<(), HeadquartersError> {
        let lost = |store: &Store| -> Result<bool, HeadquartersError> {
            let epoch = epoch(store)?;
            if known.is_none_or(|known| known != epoch) {
                return Ok(false);
            }
            let cursor = pull.cursor.as_ref().filter(|cursor| cursor.epoch == epoch);
            let cursor = cursor.map(|cursor| (cursor.revision, &cursor.tag));
            let answered = pull.answered.as_ref().map(|mark| (mark.revision, &mark.tag));
            for (revision, known) in cursor.into_iter().chain(answered) {
                if is_lost(store, revision, known)? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        self.begin_if(at, lost)
    }

    /// The same where somebody shows one commit of an epoch, which headquarters has signed. One of an epoch that is not known
    /// here is lost with all of it.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub(crate) fn notice_lost_commit(&self, of: &str, commit: &Mark) -> Result<(), HeadquartersError> {
        self.begin_if(now(), |store| {
            if epoch(store)? == of {
                return is_lost(store, commit.revision, &commit.tag);
            }
            Ok(store.number("SELECT count(*) FROM past_epoch WHERE epoch = $1", params![of])? == 0)
        })
    }

    fn begin_if(
        &self,
        at: Instant,
        lost: impl Fn(&Store) -> Result<bool, HeadquartersError>,
    ) -> Result<(), HeadquartersError> {
        if !lost(&self.reader())? {
            return Ok(());
        }
        let store = self.writer();
        store.transaction(|| {
            if lost(&store)? {
                tracing::warn!("commits were lost; a new epoch begins");
                draw_epoch(&store, at)?;
            }
            Ok(())
        })
    }

    /// Begins a new epoch after a restore: every device sends again what it sent in the last 30 days, its files too. Commits
    /// that were lost are noticed without it; files that arrived after the last of them are not.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn begin_epoch(&self) -> Result<(), HeadquartersError> {
        let store = self.writer();
        store.transaction(|| draw_epoch(&store, now()))
    }

    /// Changes when commits were lost.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn epoch(&self) -> Result<String, HeadquartersError> {
        epoch(&self.reader())
    }

    /// The same with the company's name, which each answer bears as well.
    pub(crate) fn epoch_and_company(&self) -> Result<(String, String), HeadquartersError> {
        let both = self.reader().one("SELECT epoch, company FROM tenant", &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(both.unwrap_or_default())
    }
}
