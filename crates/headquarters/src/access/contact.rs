//! What replicas say of themselves each time they are heard of, for whoever looks after them.

use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_domain::{Id, Instant};
use outpost_store::{Store, StoreError, params};
use outpost_sync::protocol::{SAME_CLOCK_MILLIS, SyncRequest};

const VERSION_CHARACTERS: usize = 40;

/// No device holds more commands or files than this, nor is a clock further off: what says so is noted as that.
const MOST_COUNTED: u64 = 1_000_000_000;
const FURTHEST_CLOCK_MILLIS: i64 = 1_000_000_000_000_000;

/// A replica that says the same again is noted only after this long: with each commit every device that listens asks, and
/// none of them should cost a write.
const FRESH_MILLIS: i64 = 60_000;

/// What a replica said of itself in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaContact {
    /// The program's version.
    pub version: String,
    /// When headquarters heard it.
    pub heard_at: Instant,
    /// How many commands it still held that headquarters did not have after this request.
    pub waiting: i64,
    /// How many files it still held.
    pub files_waiting: i64,
    /// How far its clock was ahead of headquarters, the way of the request included.
    pub clock_ahead_millis: i64,
}

impl ReplicaContact {
    /// What a request says. `taken` is whether headquarters has its commands now.
    pub fn of(request: &SyncRequest, taken: bool, now: Instant) -> ReplicaContact {
        let brought = if taken { request.commands.len() } else { 0 };
        // They are added up for whoever watches over headquarters.
        let count = |count: u64| count.min(MOST_COUNTED) as i64;
        ReplicaContact {
            version: request.version.chars().filter(|c| !c.is_control()).take(VERSION_CHARACTERS).collect(),
            heard_at: now,
            waiting: count(request.waiting.saturating_sub(brought as u64)),
            files_waiting: count(request.files_waiting),
            clock_ahead_millis: request
                .sent_at
                .saturating_sub(now)
                .clamp(-FURTHEST_CLOCK_MILLIS, FURTHEST_CLOCK_MILLIS),
        }
    }

    /// The same of one that was heard of for the first time, with nothing of its own yet.
    pub(crate) fn first(version: String, heard_at: Instant) -> ReplicaContact {
        ReplicaContact { version, heard_at, waiting: 0, files_waiting: 0, clock_ahead_millis: 0 }
    }

    fn is_news_after(&self, known: &ReplicaContact) -> bool {
        let since = self.heard_at.saturating_sub(known.heard_at);
        let drift = self.clock_ahead_millis.saturating_sub(known.clock_ahead_millis).saturating_abs();
        let same = self.version == known.version
            && (self.waiting, self.files_waiting) == (known.waiting, known.files_waiting)
            && drift < SAME_CLOCK_MILLIS;
        !same || !(0..FRESH_MILLIS).contains(&since)
    }
}

/// Writes what a replica said of itself, and the newest commit of which it has said that it holds it.
pub(crate) fn note(store: &Store, id: Id, contact: &ReplicaContact, acknowledged: i64) -> Result<(), StoreError> {
    let ReplicaContact { version, heard_at, waiting, files_waiting, clock_ahead_millis } = contact;
    store.execute(
        "INSERT INTO replica_contact
         (replica_id, heard_at, waiting, files_waiting, clock_ahead_millis, acknowledged_revision, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (replica_id) DO UPDATE SET heard_at = excluded.heard_at, waiting = excluded.waiting,
         files_waiting = excluded.files_waiting, clock_ahead_millis = excluded.clock_ahead_millis,
         acknowledged_revision = excluded.acknowledged_revision, version = excluded.version",
        params![id.to_string(), heard_at, waiting, files_waiting, clock_ahead_millis, acknowledged, version],
    )
}

impl Headquarters {
    /// The newest commit of which a replica has said that it holds it.
    pub(crate) fn acknowledged(&self, replica_id: Id) -> Result<i64, HeadquartersError> {
        let known = self.acknowledged.lock().get(&replica_id).copied();
        if let Some(revision) = known {
            return Ok(revision);
        }
        let sql = "SELECT acknowledged_revision FROM replica_contact WHERE replica_id = $1";
        let revision = self.reader().number(sql, params![replica_id.to_string()])?;
        self.note_acknowledged(replica_id, revision);
        Ok(revision)
    }

    /// Remembers the newest commit that a replica holds. It is written with what the replica says of itself, and a minute that
    /// is lost makes headquarters no stricter.
    pub(crate) fn note_acknowledged(&self, replica_id: Id, revision: i64) {
        let mut acknowledged = self.acknowledged.lock();
        let known = acknowledged.entry(replica_id).or_insert(revision);
        *known = revision.max(*known);
    }

    /// Notes what a replica said of itself, if that is news; that it was heard of is known to the minute. This is no commit:
    /// it concerns nobody but who looks at the list of devices, and must not make every other device pull.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn heard_of(&self, replica_id: Id, contact: &ReplicaContact) -> Result<(), HeadquartersError> {
        let mut heard = self.heard.lock();
        if heard.get(&replica_id).is_some_and(|known| !contact.is_news_after(known)) {
            return Ok(());
        }
        heard.insert(replica_id, contact.clone());
        drop(heard);
        let acknowledged = self.acknowledged(replica_id)?;
        let store = self.writer();
        Ok(note(&store, replica_id, contact, acknowledged)?)
    }

    /// The number of the newest commit, if the database answers and has the shape that this program knows: a newer program
    /// may have changed it meanwhile.
    ///
    /// # Errors
    /// When it does not.
    pub fn is_ready(&self) -> Result<i64, HeadquartersError> {
        let store = self.reader();
        let applied = store.number("SELECT count(*) FROM migration", &[])?;
        let known = store.migrations_known() as i64;
        drop(store);
        if applied != known {
            return Err(HeadquartersError::System(format!("{applied} migrations are applied, {known} are known here")));
        }
        self.revision()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> ReplicaContact {
        let version = "0.1.0".to_owned();
        ReplicaContact { version, heard_at: 1_000_000, waiting: 0, files_waiting: 0, clock_ahead_millis: 20 }
    }

    #[test]
    fn what_no_device_can_hold_is_not_added_up() {
        let request = SyncRequest {
            protocol: 1,
            version: String::new(),
            sent_at: i64::MIN,
            nonce: String::new(),
            epoch: None,
            before_epoch_seq: 0,
            waiting: u64::MAX,
            files_waiting: i64::MAX as u64,
            commands: Vec::new(),
            pull: None,
        };
        let contacts = [ReplicaContact::of(&request, true, 1_000_000), ReplicaContact::of(&request, false, 5)];
        let sum = |of: fn(&ReplicaContact) -> i64| contacts.iter().map(of).try_fold(0, i64::checked_add).unwrap();
        assert_eq!(sum(|contact| contact.waiting), 2_000_000_000);
        assert_eq!(sum(|contact| contact.files_waiting), 2_000_000_000);
        assert!(sum(|contact| contact.clock_ahead_millis) < 0);
    }

    #[test]
    fn the_same_again_is_no_news_until_a_minute_has_passed() {
        let again = |change: fn(&mut ReplicaContact)| {
            let mut contact = said();
            contact.heard_at += 5_000;
            change(&mut contact);
            contact.is_news_after(&said())
        };
        assert!(!again(|_| {}));
        assert!(!again(|it| it.clock_ahead_millis = 800));
        assert!(again(|it| it.heard_at += FRESH_MILLIS));
        assert!(again(|it| it.heard_at = 0), "the clock of headquarters was set back");
        assert!(again(|it| it.waiting = 1));
        assert!(again(|it| it.files_waiting = 1));
        assert!(again(|it| it.version.push('1')));
        assert!(again(|it| it.clock_ahead_millis = i64::MIN));
    }
}
