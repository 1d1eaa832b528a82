//! Telling those who wait that something was committed, and only those whom it concerns.

use crate::commit::Touched;
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use crate::visibility::{Scope, scopes_of_user};
use outpost_domain::Id;
use outpost_domain::person::User;
use outpost_store::params;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;

/// How often the commits of other processes are looked for.
const LOOK_AFTER: Duration = Duration::from_millis(500);

/// After how many looks it is asked whether another process was ended amid taking up what was held: a minute.
const TAKE_UP_AFTER: u32 = 120;

/// The line to those who wait.
pub(crate) struct Pokes {
    line: broadcast::Sender<Arc<Touched>>,
    /// Commits of this process that the look for others' has not passed yet.
    own: Mutex<BTreeSet<i64>>,
}

impl Default for Pokes {
    fn default() -> Self {
        Pokes { line: broadcast::channel(64).0, own: Mutex::default() }
    }
}

impl Headquarters {
    /// Pokes with each new commit.
    pub fn pokes(&self) -> broadcast::Receiver<Arc<Touched>> {
        self.pokes.line.subscribe()
    }

    /// Pokes with a commit of this process.
    pub(crate) fn poke(&self, touched: Touched) {
        if self.pokes.line.receiver_count() > 0 {
            self.pokes.own.lock().unwrap_or_else(PoisonError::into_inner).insert(touched.revision);
            // Nobody listening is no fault.
            let _ = self.pokes.line.send(Arc::new(touched));
        }
    }

    /// Pokes with the commits of other processes on the same database, and finishes what they were ended amid, for as long as the
    /// program runs. Asking costs one
    /// statement, needs nothing of the server that a pooler would not pass on, and goes on after a standby has taken over.
    pub async fn watch_others(self: Arc<Self>) {
        let mut known = None;
        for look in (1..=TAKE_UP_AFTER).cycle() {
            tokio::time::sleep(LOOK_AFTER).await;
            if look == TAKE_UP_AFTER {
                let this = Arc::clone(&self);
                match tokio::task::spawn_blocking(move || this.take_up_come()).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::warn!(%error, "what is held was not looked at; trying again"),
                    Err(error) => tracing::error!(%error, "what is held was not looked at"),
                }
            }
            let this = Arc::clone(&self);
            match tokio::task::spawn_blocking(move || this.commits_of_others(known)).await {
                Ok(Ok((newest, others))) => {
                    known = Some(newest);
                    if let Some(touched) = others {
                        let _ = self.pokes.line.send(Arc::new(touched));
                    }
                }
                Ok(Err(error)) => tracing::warn!(%error, "the newest commits cannot be read; trying again"),
                Err(error) => tracing::error!(%error, "the newest commits were not asked for"),
            }
        }
    }

    /// The newest commit, and what those of other processes touched since the one that is known; nothing at first.
    fn commits_of_others(&self, known: Option<i64>) -> Result<(i64, Option<Touched>), HeadquartersError> {
        let Some(known) = known.filter(|_| self.pokes.line.receiver_count() > 0) else {
            return Ok((self.revision()?, None));
        };
        let sql = "SELECT revision, kinds, scopes FROM revision WHERE revision > $1 ORDER BY revision";
        let commits = self.reader().rows(sql, params![known], Touched::read)?;
        let newest = commits.last().map_or(known, |touched| touched.revision);
        let mut own = self.pokes.own.lock().unwrap_or_else(PoisonError::into_inner);
        let mut others: Option<Touched> = None;
        for touched in commits.into_iter().filter(|touched| !own.contains(&touched.revision)) {
            others.get_or_insert_default().join(touched);
        }
        own.retain(|revision| *revision > newest);
        Ok((newest, others))
    }

    /// What a person may see, as scopes; nothing for one who is not known.
    pub(crate) fn scopes_of(&self, user_id: Id) -> Result<BTreeSet<Scope>, HeadquartersError> {
        let store = self.reader();
        match store.get::<User>(user_id)? {
            Some(user) => scopes_of_user(&store, &user),
            None => Ok(BTreeSet::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_domain::Kind;
    use outpost_domain::ticket::Ticket;

    fn company() -> (tempfile::TempDir, Headquarters) {
        let folder = tempfile::tempdir().unwrap();
        let headquarters = Headquarters::open(folder.path(), "Harbour Lifts").unwrap();
        headquarters.fill_demo(1_790_000_000_000).unwrap();
        (folder, headquarters)
    }

    /// A ticket, and somebody who sees its region and somebody who does not; and the region of the latter.
    fn three(headquarters: &Headquarters) -> (Ticket, Id, Id, Id) {
        let store = headquarters.reader();
        let users = store.select::<User>("ORDER BY login", &[]).unwrap();
        let tickets = store.select::<Ticket>("ORDER BY id", &[]).unwrap();
        drop(store);
        let sees = |user: &User, ticket: &Ticket| {
            headquarters.scopes_of(user.id).unwrap().contains(&Scope::Region(ticket.region_id))
        };
        for ticket in tickets {
            let near = users.iter().find(|user| sees(user, &ticket));
            let far = users.iter().find(|user| !sees(user, &ticket));
            if let (Some(near), Some(far)) = (near, far) {
                return (ticket, near.id, far.id, far.region_id);
            }
        }
        panic!("everybody sees everything");
    }

    #[test]
    fn a_commit_concerns_those_who_see_what_it_wrote_and_those_who_saw_it_until_then() {
        let (_folder, headquarters) = company();
        let (mut ticket, near, far, elsewhere) = three(&headquarters);
        let concerned = |touched: &Touched, user: Id| touched.concerns(&headquarters.scopes_of(user).unwrap());
        let mut pokes = headquarters.pokes();
        ticket.reason = "waiting for a part".into();
        headquarters.store_records(&[ticket.clone().into()]).unwrap();
        let touched = pokes.try_recv().unwrap();
        assert_eq!(touched.kinds, BTreeSet::from([Kind::Ticket]));
        assert!(concerned(&touched, near) && !concerned(&touched, far));
        ticket.region_id = elsewhere;
        headquarters.store_records(&[ticket.into()]).unwrap();
        let touched = pokes.try_recv().unwrap();
        assert!(concerned(&touched, near) && concerned(&touched, far), "one loses it, the other gets it");
        let nobody = headquarters.reader().select::<User>("LIMIT 1", &[]).unwrap();
        headquarters.store_records(&[User { phone: "1".into(), ..nobody[0].clone() }.into()]).unwrap();
        assert!(concerned(&pokes.try_recv().unwrap(), far), "everybody sees people");
    }

    #[test]
    fn commits_of_other_processes_are_told_once_and_those_of_this_one_not_again() {
        let (folder, headquarters) = company();
        let other = Headquarters::open(folder.path(), "").unwrap();
        let (mut ticket, ..) = three(&headquarters);
        let _pokes = headquarters.pokes();
        let known = headquarters.revision().unwrap();
        assert_eq!(headquarters.commits_of_others(None).unwrap(), (known, None), "what was there is no news");
        ticket.reason = "here".into();
        headquarters.store_records(&[ticket.clone().into()]).unwrap();
        assert_eq!(headquarters.commits_of_others(Some(known)).unwrap(), (known + 1, None));
        ticket.reason = "there".into();
        other.store_records(&[ticket.clone().into()]).unwrap();
        let (newest, told) = headquarters.commits_of_others(Some(known + 1)).unwrap();
        assert_eq!(newest, known + 2);
        assert!(told.unwrap().scopes.contains(&Scope::Region(ticket.region_id)));
        assert_eq!(headquarters.commits_of_others(Some(newest)).unwrap(), (newest, None));
    }
}
