//! What the commands of one batch are judged by, looked up once for all of them.

use crate::headquarters::{Headquarters, HeadquartersError};
use crate::scope::scopes_of_user;
use outpost_domain::person::{Replica, User};
use outpost_domain::{AnyRecord, Effects, Id, Kind};
use outpost_store::{Store, ToSql, params};
use outpost_sync::protocol::{Outcome, Pushed};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// What is looked up once for all the commands of a batch.
pub(crate) struct Desk<'a> {
    pub(crate) replica: &'a Replica,
    /// What became of those that were received before, and of those that were taken since.
    pub(crate) known: BTreeMap<Id, Outcome>,
    /// The last place in the replica's order that a command has.
    last: i64,
    /// What its person may see now; none until it is asked for.
    sight: Option<BTreeSet<String>>,
    /// The same at earlier commits.
    sights: BTreeMap<i64, BTreeSet<String>>,
}

impl<'a> Desk<'a> {
    pub(crate) fn open(store: &Store, replica: &'a Replica, batch: &[Pushed]) -> Result<Desk<'a>, HeadquartersError> {
        let last = "SELECT max(seq) FROM command WHERE replica_id = $1";
        let last = store.number(last, params![replica.id.to_string()])?;
        let ids: Vec<String> = batch.iter().map(|pushed| pushed.id.to_string()).collect();
        let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
        let sql = format!("SELECT outcome FROM command WHERE id IN ({})", places.join(", "));
        let ids: Vec<&dyn ToSql> = ids.iter().map(|id| id as &dyn ToSql).collect();
        let mut known = BTreeMap::new();
        for outcome in store.rows(&sql, &ids, |row| row.get::<String>(0))? {
            let outcome: Outcome = serde_json::from_str(&outcome)?;
            known.insert(outcome.id, outcome);
        }
        Ok(Desk { replica, known, last, sight: None, sights: BTreeMap::new() })
    }

    /// That no command of this replica came before that was given at this place or later: two devices that both believe to
    /// be this one.
    pub(crate) fn not_forked(&self, pushed: &Pushed) -> Result<(), HeadquartersError> {
        // Exported by hand, a command comes without its place.
        if pushed.seq != 0 && pushed.seq <= self.last {
            return Err(HeadquartersError::denied("device_forked", "another device pushes as this one; it must fork"));
        }
        Ok(())
    }

    /// Remembers what became of a command.
    pub(crate) fn took(&mut self, pushed: &Pushed, outcome: &Outcome, effects: Option<&Effects>) {
        self.known.insert(pushed.id, outcome.clone());
        self.last = self.last.max(pushed.seq);
        let moves = |put: &AnyRecord| matches!(put.kind(), Kind::User | Kind::Role | Kind::Region);
        if effects.is_some_and(|effects| effects.puts.iter().any(moves)) {
            self.sight = None;
        }
    }

    /// What the person may see now, and could see at a commit.
    pub(crate) fn sight(
        &mut self,
        store: &Store,
        user: &User,
        revision: i64,
    ) -> Result<(&BTreeSet<String>, &BTreeSet<String>), HeadquartersError> {
        if self.sight.is_none() {
            self.sight = Some(scopes_of_user(store, user)?.into_iter().collect());
        }
        if let Entry::Vacant(empty) = self.sights.entry(revision) {
            empty.insert(Headquarters::scopes_at(store, self.replica.id, revision)?);
        }
        let (Some(now), Some(then)) = (&self.sight, self.sights.get(&revision)) else {
            return Err(HeadquartersError::System("what was looked up is gone".to_owned()));
        };
        Ok((now, then))
    }
}
