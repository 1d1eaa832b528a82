//! The record of security acts: who let whom in, who shut whom out, and who tried. Each act bears a hash over itself and the
//! act before, and the company's row holds the newest: whoever changes one, or cuts off the end, is found out.

use super::enrolment::may_look_after;
use crate::commit::{ChainFault, ChainHead, Walk};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use crate::visibility::{Scope, scopes_of_user};
pub(crate) use outpost_app::SecurityKind;
use outpost_app::{SecurityActs, SecurityEntry};
use outpost_domain::person::{Right, User};
use outpost_domain::{Id, Instant};
use outpost_store::{Row, Store, StoreError, params};
use outpost_sync::sha256_hex;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const COLUMNS: &str = "number, at, actor, address, kind, about_user_id, about_replica_id, detail, hash";
const DETAIL_CHARACTERS: usize = 200;
/// How many acts are shown at once, and how many are looked through for them.
const PAGE: i64 = 100;
const LOOKED_THROUGH: i64 = 2000;

/// Who does something, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    name: String,
    address: String,
}

impl Actor {
    /// Whoever has this machine's command line.
    pub fn machine() -> Actor {
        Actor { name: "machine".to_owned(), address: String::new() }
    }

    /// A person, at an address.
    pub fn person(user_id: Id, address: &str) -> Actor {
        Actor { name: user_id.to_string(), address: address.to_owned() }
    }

    /// Somebody at an address who has not shown who they are.
    pub(crate) fn stranger(address: &str) -> Actor {
        Actor { name: "nobody".to_owned(), address: address.to_owned() }
    }
}

/// Which acts somebody asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Those before this number; none for the newest.
    pub before: Option<i64>,
    /// Only what this person did, and what was done about them.
    pub user_id: Option<Id>,
    /// Only what was done since then.
    pub since: Option<Instant>,
}

/// Whom it is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) user_id: Option<Id>,
    pub(crate) replica_id: Option<Id>,
    pub(crate) detail: String,
}

impl About {
    pub(crate) fn person(user_id: Id) -> About {
        About { user_id: Some(user_id), ..About::default() }
    }

    pub(crate) fn replica(user_id: Id, replica_id: Id) -> About {
        About { user_id: Some(user_id), replica_id: Some(replica_id), ..About::default() }
    }

    pub(crate) fn with(self, detail: impl Into<String>) -> About {
        About { detail: detail.into().chars().take(DETAIL_CHARACTERS).collect(), ..self }
    }
}

/// An act as it is kept. What is not here cannot be told from it: no secret is ever part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecurityAct {
    /// From 1, without a gap.
    pub number: i64,
    /// When, by the clock of headquarters.
    pub at: Instant,
    /// A person's id; `machine` for the command line; `nobody` who has not shown who they are.
    pub actor: String,
    /// Where they asked from; empty where that is not known.
    pub address: String,
    /// What was done, such as `revoked`.
    pub kind: String,
    /// The person whom it is about.
    pub about_user_id: Option<String>,
    /// The device that it is about.
    pub about_replica_id: Option<String>,
    /// What else there is to say.
    pub detail: String,
    /// SHA-256 over the hash of the act before, and this one.
    pub hash: String,
}

impl SecurityAct {
    fn of(row: &Row<'_>) -> Result<SecurityAct, StoreError> {
        Ok(SecurityAct {
            number: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            address: row.get(3)?,
            kind: row.get(4)?,
            about_user_id: row.get(5)?,
            about_replica_id: row.get(6)?,
            detail: row.get(7)?,
            hash: row.get(8)?,
        })
    }

    /// The hash that it must have after the act with the hash `before`. As JSON, so that no two acts are written alike.
    fn hash_after(&self, before: &str) -> Result<String, HeadquartersError> {
        let SecurityAct { number, at, actor, address, kind, about_user_id, about_replica_id, detail, hash: _ } = self;
        let content = (before, number, at, actor, address, kind, about_user_id, about_replica_id, detail);
        Ok(sha256_hex(serde_json::to_string(&content)?.as_bytes()))
    }
}

/// Writes an act down, inside the transaction that does it.
pub(crate) fn write_down(
    store: &Store,
    at: Instant,
    actor: &Actor,
    kind: SecurityKind,
    about: &About,
) -> Result<(), HeadquartersError> {
    let before = head(store)?;
    let mut act = SecurityAct {
        number: before.number + 1,
        at,
        actor: actor.name.clone(),
        address: actor.address.clone(),
        kind: kind.name().to_owned(),
        about_user_id: about.user_id.map(|id| id.to_string()),
        about_replica_id: about.replica_id.map(|id| id.to_string()),
        // PostgreSQL keeps no text with a zero in it.
        detail: about.detail.replace('\0', ""),
        hash: String::new(),
    };
    act.hash = act.hash_after(&before.hash)?;
    store.execute(
        &format!("INSERT INTO security_act ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
        params![
            act.number,
            act.at,
            act.actor,
            act.address,
            act.kind,
            act.about_user_id,
            act.about_replica_id,
            act.detail,
            act.hash
        ],
    )?;
    Ok(store.execute("UPDATE tenant SET security_number = $1, security_hash = $2", params![act.number, act.hash])?)
}

fn head(store: &Store) -> Result<ChainHead, HeadquartersError> {
    let sql = "SELECT security_number, security_hash FROM tenant";
    let head = store.one(sql, &[], |row| Ok(ChainHead { number: row.get(0)?, hash: row.get(1)? }))?;
    Ok(head.unwrap_or_default())
}

impl Headquarters {
    /// The acts after a number, oldest first, `limit` at most.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn security_acts(&self, after: i64, limit: i64) -> Result<Vec<SecurityAct>, HeadquartersError> {
        let sql = format!("SELECT {COLUMNS} FROM security_act WHERE number > $1 ORDER BY number LIMIT $2");
        Ok(self.reader().rows(&sql, params![after, limit], SecurityAct::of)?)
    }

    /// What a person may see of the record, newest first: what is about themself, and what is about those whom they look after.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn security_acts_for(&self, who: &User, wanted: Wanted) -> Result<SecurityActs, HeadquartersError> {
        let store = self.reader();
        let mut sight = Sight { store: &store, who, scopes: scopes_of_user(&store, who)?, known: BTreeMap::new() };
        let sql = format!("SELECT {COLUMNS} FROM security_act WHERE number < $1 ORDER BY number DESC LIMIT $2");
        let mut page = SecurityActs { acts: Vec::new(), next: None };
        let mut before = wanted.before.unwrap_or(i64::MAX);
        let whose = wanted.user_id.map(|id| id.to_string());
        for _ in 0..LOOKED_THROUGH / PAGE {
            let acts = store.rows(&sql, params![before, PAGE], SecurityAct::of)?;
            for act in acts.iter() {
                if wanted.since.is_some_and(|since| act.at < since) {
                    return Ok(page);
                }
                before = act.number;
                if whose.is_some() && act.about_user_id != whose && Some(&act.actor) != whose.as_ref() {
                    continue;
                }
                if let Some(entry) = sight.entry(act)? {
                    page.acts.push(entry);
                    if page.acts.len() as i64 == PAGE {
                        page.next = Some(before);
                        return Ok(page);
                    }
                }
            }
            if (acts.len() as i64) < PAGE {
                return Ok(page);
            }
        }
        // What there is may lie further back: whoever asks goes on from here.
        page.next = Some(before);
        Ok(page)
    }

    /// Where the record ends.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn security_head(&self) -> Result<ChainHead, HeadquartersError> {
        head(&self.reader())
    }

    /// Reads the whole record, and the first place where it is not as it was written; `noted` is a head that was written down
    /// elsewhere before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn verify_security(&self, noted: Option<&ChainHead>) -> Result<Option<ChainFault>, HeadquartersError> {
        let store = self.reader();
        store.snapshot(|| {
            let mut chain = Walk::new(noted);
            let sql = format!("SELECT {COLUMNS} FROM security_act ORDER BY number");
            let mut broken = None;
            store.each(&sql, &[], |row| {
                // A changed byte may also make a text that is none.
                match SecurityAct::of(row) {
                    Err(error) => chain.fault(format!("it cannot be read: {error}")),
                    Ok(act) => match act.hash_after(&chain.last.hash) {
                        Ok(should_be) => chain.go_on(act.number, act.hash, &should_be),
                        Err(error) => broken = Some(error),
                    },
                }
                let stop = chain.fault.is_some() || broken.is_some();
                Ok(if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })?;
            match broken {
                Some(error) => Err(error),
                None => Ok(chain.end(&head(&store)?)),
            }
        })?
    }
}

/// What a person may see of the record.
struct Sight<'a> {
    store: &'a Store,
    who: &'a User,
    scopes: BTreeSet<Scope>,
    /// The names of persons that were looked up, and whether the person looks after them.
    known: BTreeMap<Id, (String, bool)>,
}

impl Sight<'_> {
    /// An act as it is shown, if it is.
    fn entry(&mut self, act: &SecurityAct) -> Result<Option<SecurityEntry>, HeadquartersError> {
        let id = |text: &str| Id::parse_str(text).ok();
        let (actor_id, about_id) = (id(&act.actor), act.about_user_id.as_deref().and_then(id));
        let about = about_id.map(|id| self.person(id)).transpose()?;
        let own = [actor_id, about_id].contains(&Some(self.who.id));
        let looks_after = match &about {
            Some((_, looks_after)) => *looks_after,
            // Who tried a name that nobody has is of interest to whoever looks after everybody.
            None => self.may(Right::EditPerson) && self.may(Right::SeeAllRegions),
        };
        if !own && !looks_after {
            return Ok(None);
        }
        let actor_name = match actor_id {
            Some(id) => self.person(id)?.0,
            None => act.actor.clone(),
        };
        Ok(Some(SecurityEntry {
            number: act.number,
            at: act.at,
            actor_id,
            actor_name,
            address: act.address.clone(),
            kind: act.kind.clone(),
            about_user_id: about_id,
            about_name: about.map(|(name, _)| name).unwrap_or_default(),
            about_replica_id: act.about_replica_id.as_deref().and_then(id),
            detail: act.detail.clone(),
        }))
    }

    fn may(&self, right: Right) -> bool {
        self.scopes.contains(&Scope::Right(right))
    }

    fn person(&mut self, id: Id) -> Result<(String, bool), HeadquartersError> {
        if let Some(known) = self.known.get(&id) {
            return Ok(known.clone());
        }
        let person = match self.store.get::<User>(id)? {
            Some(user) => {
                let looks_after = may_look_after(self.store, &self.scopes, &user)?;
                (user.name, looks_after)
            }
            None => (String::new(), false),
        };
        self.known.insert(id, person.clone());
        Ok(person)
    }
}

/// How often the same failure is written down. Failures cost whoever causes them nothing, and the record is kept for ever.
#[derive(Default)]
pub(crate) struct Seldom {
    lately: Mutex<HashMap<String, std::time::Instant>>,
}

impl Seldom {
    const APART: Duration = Duration::from_secs(60);
    /// How many different ones of people who are not known within that time. Those who are known are no more than there are.
    const MOST: usize = 60;

    /// Whether to write this one down.
    pub(crate) fn is_due(&self, whose: &str, is_known: bool, now: std::time::Instant) -> bool {
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        lately.retain(|_, at| now.saturating_duration_since(*at) < Self::APART);
        if lately.contains_key(whose) || (lately.len() >= Self::MOST && !is_known) {
            return false;
        }
        lately.insert(whose.to_owned(), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_without_end_are_written_down_seldom() {
        let (seldom, now) = (Seldom::default(), std::time::Instant::now());
        assert!(seldom.is_due("chen", true, now));
        assert!(!seldom.is_due("chen", true, now + Duration::from_secs(59)));
        assert!(seldom.is_due("li", true, now));
        let later = now + Seldom::APART;
        assert!(seldom.is_due("chen", true, later));
        let many = (0..1000).filter(|n| seldom.is_due(&n.to_string(), false, later)).count();
        assert_eq!(many, Seldom::MOST - 1, "chen was one of them");
        assert!(seldom.is_due("li", true, later), "whom names that nobody has do not hide");
    }
}
