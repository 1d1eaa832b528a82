//! Who comes in: invitations, and the tokens of replicas and browsers, which have an end. Secrets are kept as hashes only.

use super::contact::{ReplicaContact, note};
use super::device_key::{enrolled, is_key};
use super::guess::{Whose, house};
use super::security::{About, Actor, SecurityKind, write_down};
use crate::error::HeadquartersError;
use crate::headquarters::{Headquarters, new_id, random_hex};
use crate::visibility::{Scope, scopes_of_user};
use outpost_app::now;
use outpost_domain::person::{Replica, Right, Role, User};
use outpost_domain::{Id, Instant, Kind, alike};
use outpost_store::{Store, params};
use outpost_sync::protocol::{EnrolRequest, Enrolled, REVOKED};
use outpost_sync::sha256_hex;
use std::collections::{BTreeMap, BTreeSet};

const INVITATION_MILLIS: i64 = 3 * 86_400_000;
/// How long a device that was reported lost, or whose person left, may hand in what it has.
pub(crate) const HAND_IN_MILLIS: i64 = 30 * 86_400_000;
/// When a token was used is written no more often.
const USED_MILLIS: i64 = 3_600_000;

/// Who showed a token.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub user: User,
    /// Their replica; none for a browser at the console.
    pub replica: Option<Replica>,
}

impl SignedIn {
    /// Whether this person has a right.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn has(&self, store: &Store, right: Right) -> Result<bool, HeadquartersError> {
        Ok(store.get::<Role>(self.user.role_id)?.is_some_and(|role| role.rights.contains(&right)))
    }
}

impl Headquarters {
    /// Who shows a token; none if nobody does, or no longer. A device that was reported lost, or whose person left, is
    /// still known for 30 days: whoever asks looks what it may do then.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn who(&self, token: &str) -> Result<Option<SignedIn>, HeadquartersError> {
        let (store, hash, at) = (self.reader(), sha256_hex(token.as_bytes()), now());
        // A session that was begun with a password which everybody knows is worth no more than that.
        let own = if self.demo_sign_ins { "" } else { "AND (token.replica_id IS NOT NULL OR coalesce(demo, 0) = 0)" };
        let sql = format!(
            "SELECT token.user_id, token.replica_id, used_at FROM token
             LEFT JOIN password ON password.user_id = token.user_id
             LEFT JOIN device_key ON device_key.replica_id = token.replica_id
             WHERE token_hash = $1 AND ended_at IS NULL AND (token.ends_at IS NULL OR token.ends_at > $2)
             AND (device_key.ends_at IS NULL OR device_key.ends_at > $2) {own}"
        );
        let known: Option<(String, Option<String>, Instant)> =
            store.one(&sql, params![hash, at], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let Some((user_id, replica_id, used_at)) = known else { return Ok(None) };
        let Some(user) = store.get::<User>(Id::parse_str(&user_id).unwrap_or_default())? else { return Ok(None) };
        let replica = match replica_id.and_then(|id| Id::parse_str(&id).ok()) {
            Some(id) => store.get::<Replica>(id)?,
            None => None,
        };
        if !user.active && (replica.is_none() || at >= left_at(&store, user.id)? + HAND_IN_MILLIS) {
            return Ok(None);
        }
        drop(store);
        if at.saturating_sub(used_at) >= USED_MILLIS {
            let sql = "UPDATE token SET used_at = $1 WHERE token_hash = $2";
            if let Err(error) = self.writer().execute(sql, params![at, hash]) {
                tracing::warn!(%error, "when a token was used is not known; all else goes on");
            }
        }
        Ok(Some(SignedIn { user, replica }))
    }

    /// That somebody may look after a person: invite their devices, give them a password, report a device lost.
    ///
    /// # Errors
    /// `not_allowed` without the right; `not_here` where the person is none that they look after, as if there were none.
    pub fn may_look_after(&self, who: &User, user_id: Id) -> Result<(), HeadquartersError> {
        let store = self.reader();
        let scopes = looking_after(&store, who)?;
        let missing = || HeadquartersError::denied("not_here", "no such person");
        let user = store.get::<User>(user_id)?.ok_or_else(missing)?;
        if !scopes.contains(&Scope::Region(user.region_id)) {
            return Err(missing());
        }
        if !may_look_after(&store, &scopes, &user)? {
            let why = "only who sees every region looks after somebody who does";
            return Err(HeadquartersError::denied("not_allowed", why));
        }
        Ok(())
    }

    /// That somebody may look after the person whose device this is.
    ///
    /// # Errors
    /// As for the person. A device of somebody else's people is answered like one that there is not, in the same words.
    pub fn may_look_after_device(&self, who: &User, replica_id: Id) -> Result<(), HeadquartersError> {
        let missing = || HeadquartersError::denied("not_here", "no such device");
        let store = self.reader();
        looking_after(&store, who)?;
        let replica = store.get::<Replica>(replica_id)?.ok_or_else(missing)?;
        drop(store);
        self.may_look_after(who, replica.user_id).map_err(|error| match error {
            HeadquartersError::Denied(denial) if denial.code == "not_here" => missing(),
            other => other,
        })
    }

    /// An invitation for a person's new device: the secret, which works once, and until when.
    ///
    /// # Errors
    /// When there is no such person, or they have left.
    pub fn invite(&self, actor: &Actor, user_id: Id) -> Result<(String, Instant), HeadquartersError> {
        let (secret, at) = (random_hex(16)?, now());
        let expires_at = at + INVITATION_MILLIS;
        let store = self.writer();
        store.transaction(|| {
            if !store.get::<User>(user_id)?.is_some_and(|user| user.active) {
                return Err(HeadquartersError::denied("not_here", "no such person, or they have left"));
            }
            store.execute(
                "INSERT INTO invitation (secret_hash, user_id, expires_at) VALUES ($1, $2, $3)",
                params![sha256_hex(secret.as_bytes()), user_id.to_string(), expires_at],
            )?;
            write_down(&store, at, actor, SecurityKind::Invited, &About::person(user_id))
        })?;
        Ok((secret, expires_at))
    }

    /// The person with this sign-in.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn user_by_login(&self, login: &str) -> Result<Option<User>, HeadquartersError> {
        Ok(self.reader().select::<User>("WHERE login = $1 AND active", &[&alike::login(login)])?.pop())
    }

    /// Accepts an invitation: a new replica with a prefix and a token of its own.
    ///
    /// # Errors
    /// `invitation_invalid` if it was used, has expired, or is not one.
    pub fn enrol(&self, request: &EnrolRequest) -> Result<Enrolled, HeadquartersError> {
        self.enrol_from(request, "here")
    }

    /// The same for a device that asks from an address.
    ///
    /// # Errors
    /// Also `too_many` after several wrong invitations from there.
    pub fn enrol_from(&self, request: &EnrolRequest, from: &str) -> Result<Enrolled, HeadquartersError> {
        is_key(&request.public_key)?;
        let whose = [Whose::many(format!("invitation {}", house(from)))];
        self.guesses.guess(&whose, std::time::Instant::now())?;
        let enrolled = self.accept(request, from)?;
        self.guesses.right(&whose);
        tracing::info!(replica = %enrolled.replica.id, from, "enrolled");
        Ok(enrolled)
    }

    fn accept(&self, request: &EnrolRequest, from: &str) -> Result<Enrolled, HeadquartersError> {
        let invalid =
            || HeadquartersError::denied("invitation_invalid", "the invitation was used, has expired, or is not one");
        let hash = sha256_hex(request.secret.as_bytes());
        let at = now();
        self.commit(|store, commit| {
            let sql =
                "SELECT user_id FROM invitation WHERE secret_hash = $1 AND used_by_id IS NULL AND expires_at > $2";
            let user_id: Option<String> = store.one(sql, params![hash, at], |row| row.get(0))?;
            let user_id = user_id.and_then(|id| Id::parse_str(&id).ok()).ok_or_else(invalid)?;
            let user = store.get::<User>(user_id)?.filter(|user| user.active).ok_or_else(invalid)?;
            // PostgreSQL keeps the character 0 in no text, and no screen shows what controls one.
            let legible = |text: &str, most: usize| -> String {
                text.trim().chars().filter(|c| !c.is_control()).take(most).collect()
            };
            let name = legible(&request.device_name, 80);
            let id = new_id();
            let replica = Replica {
                id,
                name: if name.is_empty() { user.name.clone() } else { name },
                prefix: free_prefix(store, id)?,
                user_id,
                enrolled_at: at,
                revoked: false,
                forked_from_id: None,
            };
            store.execute(
                "UPDATE invitation SET used_by_id = $1 WHERE secret_hash = $2",
                params![replica.id.to_string(), hash],
            )?;
            let about = About::replica(user_id, replica.id).with(&replica.name);
            write_down(store, at, &Actor::person(user_id, from), SecurityKind::Enrolled, &about)?;
            note(store, replica.id, &ReplicaContact::first(legible(&request.version, 40), at), 0)?;
            enrolled(store, commit, replica, &request.public_key)
        })
    }

    /// Makes a replica of its own out of a copy; see [`Headquarters::fork`]. Its name, its key and the time are given.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn fork_as(&self, of: Id, id: Id, public_key: &str, at: Instant) -> Result<Enrolled, HeadquartersError> {
        self.forked(of, public_key, id, at, "")
    }

    pub(crate) fn forked(
        &self,
        asked: Id,
        public_key: &str,
        id: Id,
        at: Instant,
        from: &str,
    ) -> Result<Enrolled, HeadquartersError> {
        self.commit(|store, commit| {
            let sql = "SELECT count(*) FROM fork_asked WHERE replica_id = $1";
            if store.number(sql, params![asked.to_string()])? == 0 {
                return Err(HeadquartersError::denied("not_asked", "headquarters has not asked this device to fork"));
            }
            store.execute("DELETE FROM fork_asked WHERE replica_id = $1", params![asked.to_string()])?;
            // As it is now: whoever reports it lost at this moment means the copy as well.
            let of = store.get::<Replica>(asked)?.ok_or_else(HeadquartersError::not_known)?;
            let prefix = free_prefix(store, id)?;
            let forked_from_id = Some(of.id);
            let replica = Replica { id, prefix, enrolled_at: at, forked_from_id, ..of };
            let sql = "SELECT version FROM replica_contact WHERE replica_id = $1";
            let version: Option<String> = store.one(sql, params![asked.to_string()], |row| row.get(0))?;
            note(store, id, &ReplicaContact::first(version.unwrap_or_default(), at), 0)?;
            let about = About::replica(replica.user_id, id).with(format!("a copy of {asked}"));
            write_down(store, at, &Actor::person(replica.user_id, from), SecurityKind::Forked, &about)?;
            enrolled(store, commit, replica, public_key)
        })
    }

    /// Notes that a device was told to fork.
    pub(crate) fn ask_to_fork(&self, replica_id: Id) -> Result<(), HeadquartersError> {
        let sql = "INSERT INTO fork_asked (replica_id) VALUES ($1) ON CONFLICT (replica_id) DO NOTHING";
        Ok(self.writer().execute(sql, params![replica_id.to_string()])?)
    }

    /// Reports a device lost, with all that are copies of it or that it is a copy of; or this one found again. A lost one may
    /// hand in what it holds for 30 days.
    ///
    /// # Errors
    /// When there is no such device.
    pub fn revoke(&self, actor: &Actor, replica_id: Id, revoked: bool) -> Result<(), HeadquartersError> {
        self.commit(|store, commit| {
            let missing = || HeadquartersError::denied("not_here", "no such device");
            let replica = store.get::<Replica>(replica_id)?.ok_or_else(missing)?;
            let at = now();
            let ends_at = revoked.then_some(at + HAND_IN_MILLIS);
            let kind = if revoked { SecurityKind::Revoked } else { SecurityKind::Found };
            let family = if revoked { family(store, &replica)? } else { vec![replica] };
            for replica in family {
                let id = replica.id.to_string();
                // Who is reported lost once more does not gain time by it.
                let which = if revoked { "AND ends_at IS NULL" } else { "" };
                let sql = format!("UPDATE device_key SET ends_at = $1 WHERE replica_id = $2 {which}");
                store.execute(&sql, params![ends_at, id])?;
                write_down(store, at, actor, kind, &About::replica(replica.user_id, replica.id).with(&replica.name))?;
                commit.put(&Replica { revoked, ..replica }.into())?;
            }
            Ok(())
        })
    }
}

/// Whether whoever sees these scopes looks after a person: with the right, in a region of theirs, and only who sees every region
/// looks after somebody who does.
pub(crate) fn may_look_after(store: &Store, scopes: &BTreeSet<Scope>, user: &User) -> Result<bool, HeadquartersError> {
    if !scopes.contains(&Scope::Right(Right::EditPerson)) || !scopes.contains(&Scope::Region(user.region_id)) {
        return Ok(false);
    }
    let role = store.get::<Role>(user.role_id)?;
    let everywhere = role.is_some_and(|role| role.rights.contains(&Right::SeeAllRegions));
    Ok(!everywhere || scopes.contains(&Scope::Right(Right::SeeAllRegions)))
}

/// What somebody sees who may look after people.
fn looking_after(store: &Store, who: &User) -> Result<BTreeSet<Scope>, HeadquartersError> {
    let scopes = scopes_of_user(store, who)?;
    if !scopes.contains(&Scope::Right(Right::EditPerson)) {
        return Err(HeadquartersError::denied("not_allowed", "your role may not do this"));
    }
    Ok(scopes)
}

/// When somebody who left did so: nothing was changed about them later than that, as far as is known here.
pub(crate) fn left_at(store: &Store, user_id: Id) -> Result<Instant, HeadquartersError> {
    let sql = "SELECT revision.committed_at FROM entity JOIN revision ON revision.revision = entity.revision
         WHERE entity.kind = $1 AND entity.id = $2";
    Ok(store.number(sql, params![Kind::User.table(), user_id.to_string()])?)
}

/// A replica with all that are copies of it, or that it is a copy of, however often.
fn family(store: &Store, of: &Replica) -> Result<Vec<Replica>, HeadquartersError> {
    let mut family: BTreeMap<Id, Replica> = BTreeMap::new();
    let mut waiting = vec![of.clone()];
    while let Some(replica) = waiting.pop() {
        if let Some(id) = replica.forked_from_id {
            waiting.extend(store.get::<Replica>(id)?.filter(|other| !family.contains_key(&other.id)));
        }
        let copies = store.select::<Replica>("WHERE forked_from_id = $1", &[&replica.id.to_string()])?;
        waiting.extend(copies.into_iter().filter(|other| !family.contains_key(&other.id)));
        family.insert(replica.id, replica);
    }
    Ok(family.into_values().collect())
}

/// Until when a replica may hand in, if it is lost: as long as the one of which it is a copy.
pub(crate) fn family_end(store: &Store, replica: &Replica) -> Result<Option<Instant>, HeadquartersError> {
    let sql = "SELECT ends_at FROM device_key WHERE replica_id = $1";
    let of = replica.forked_from_id.map(|id| id.to_string());
    let ends_at = store.one(sql, params![of], |row| row.get::<Option<Instant>>(0))?.flatten();
    Ok(ends_at.or_else(|| replica.revoked.then(|| now() + HAND_IN_MILLIS)))
}

/// The next prefix that no replica has.
pub(crate) fn free_prefix(store: &Store, id: Id) -> Result<String, HeadquartersError> {
    // After a restore the numbers of replicas come again, and with them would the prefixes of those that the restore lost.
    let drawn = i64::from(id.as_u128() as u16);
    let few = Headquarters::count(store, "replica")? < 16_384;
    let mut nth = 0;
    loop {
        let prefix = prefix(if few { (drawn + nth) % 32_768 } else { 32_768 + drawn + nth });
        if store.number("SELECT count(*) FROM replica WHERE prefix = $1", &[&prefix])? == 0 {
            return Ok(prefix);
        }
        nth += 1;
    }
}

/// What the ticket numbers of the nth replica begin with: three characters that look alike for no two of the first
/// 32,768 replicas, and are spread so that neighbours do not look alike.
fn prefix(nth: i64) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let characters = if nth < 32_768 { 3 } else { 6 };
    // Odd, so that multiplying is one to one modulo a power of two.
    let mut spread = (nth as u64).wrapping_mul(20_011) % (1 << (5 * characters));
    let mut prefix = Vec::new();
    for _ in 0..characters {
        prefix.push(DIGITS[(spread % 32) as usize]);
        spread /= 32;
    }
    prefix.iter().rev().map(|digit| char::from(*digit)).collect()
}

pub(crate) fn give_token(
    store: &Store,
    user_id: Id,
    replica_id: Option<Id>,
    at: Instant,
    ends_at: Option<Instant>,
    address: &str,
) -> Result<String, HeadquartersError> {
    let token = random_hex(32)?;
    store.execute(
        "INSERT INTO token (token_hash, user_id, replica_id, issued_at, used_at, ends_at, address)
         VALUES ($1, $2, $3, $4, $4, $5, $6)",
        params![
            sha256_hex(token.as_bytes()),
            user_id.to_string(),
            replica_id.map(|id| id.to_string()),
            at,
            ends_at,
            address
        ],
    )?;
    Ok(token)
}

/// That a device is told anything: not one that was reported lost, nor one whose person left.
pub(crate) fn welcome(replica: &Replica, user: &User) -> Result<(), HeadquartersError> {
    if replica.revoked || !user.active {
        let why = "this device was reported lost, or its person left";
        return Err(HeadquartersError::denied(REVOKED, why));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn prefixes_of_different_replicas_differ() {
        let all: std::collections::BTreeSet<String> = (1..32_768).map(super::prefix).collect();
        assert_eq!(all.len(), 32_767);
        assert!(all.iter().all(|prefix| prefix.len() == 3));
    }
}
