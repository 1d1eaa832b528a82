//! Who comes in: passwords, invitations, and the tokens of replicas and browsers. Secrets are kept as hashes only.

use crate::commit::Commit;
use crate::headquarters::{Headquarters, HeadquartersError, new_id, random_hex};
use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use outpost_app::now;
use outpost_domain::person::{Replica, Right, Role, User};
use outpost_domain::{Id, Instant};
use outpost_store::{Store, params};
use outpost_sync::protocol::{EnrolRequest, Enrolled};
use outpost_sync::sha256_hex;

const INVITATION_MILLIS: i64 = 3 * 86_400_000;
const SESSION_MILLIS: i64 = 30 * 86_400_000;
const LEAST_PASSWORD_CHARACTERS: usize = 8;

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
    /// Gives a person a new password. Their browsers are signed out; their replicas stay.
    ///
    /// # Errors
    /// When it is too short, when there is no such person, or when another person has the same sign-in.
    pub fn set_password(&self, user_id: Id, password: &str) -> Result<(), HeadquartersError> {
        if password.chars().count() < LEAST_PASSWORD_CHARACTERS {
            return Err(HeadquartersError::denied("not_understood", "a password has at least 8 characters"));
        }
        let hash = hash_password(password)?;
        let store = self.writer();
        let user =
            store.get::<User>(user_id)?.ok_or_else(|| HeadquartersError::denied("not_here", "no such person"))?;
        let sql = "SELECT user_id FROM credential WHERE login = $1";
        let holder: Option<String> = store.one(sql, params![user.login], |row| row.get(0))?;
        if holder.is_some_and(|holder| holder != user_id.to_string()) {
            return Err(HeadquartersError::denied("not_allowed", format!("another person signs in as {}", user.login)));
        }
        store.transaction(|| {
            store.execute("DELETE FROM credential WHERE user_id = $1", params![user_id.to_string()])?;
            store.execute(
                "INSERT INTO credential (login, user_id, password_hash) VALUES ($1, $2, $3)",
                params![user.login, user_id.to_string(), hash],
            )?;
            let sql = "DELETE FROM token WHERE user_id = $1 AND replica_id IS NULL";
            Ok(store.execute(sql, params![user_id.to_string()])?)
        })
    }

    /// Signs a browser in; the token to show from now on.
    ///
    /// # Errors
    /// `wrong_password`, whichever of the two is wrong.
    pub fn sign_in(&self, login: &str, password: &str) -> Result<String, HeadquartersError> {
        let wrong = || HeadquartersError::denied("wrong_password", "the sign-in or the password is not right");
        let sql = "SELECT user_id, password_hash FROM credential WHERE login = $1";
        let known: Option<(String, String)> =
            self.reader().one(sql, params![login.trim()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        // An unknown sign-in costs as much time as a wrong password, so that names cannot be tried out.
        let hash = match &known {
            Some((_, hash)) => hash.clone(),
            None => hash_password("nobody signs in with this")?,
        };
        let parsed = PasswordHash::new(&hash).map_err(|error| HeadquartersError::System(error.to_string()))?;
        let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
        let (user_id, _) = known.filter(|_| fits).ok_or_else(wrong)?;
        let store = self.writer();
        let user_id = Id::parse_str(&user_id).map_err(|_| wrong())?;
        if !store.get::<User>(user_id)?.is_some_and(|user| user.active) {
            return Err(wrong());
        }
        give_token(&store, user_id, None, Some(now() + SESSION_MILLIS))
    }

    /// Signs a browser out.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn sign_out(&self, token: &str) -> Result<(), HeadquartersError> {
        let hash = sha256_hex(token.as_bytes());
        Ok(self.writer().execute("DELETE FROM token WHERE token_hash = $1 AND replica_id IS NULL", params![hash])?)
    }

    /// Who shows a token; none if nobody does.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn who(&self, token: &str) -> Result<Option<SignedIn>, HeadquartersError> {
        let store = self.reader();
        let sql = "SELECT user_id, replica_id FROM token
             WHERE token_hash = $1 AND (expires_at IS NULL OR expires_at > $2)";
        let known: Option<(String, Option<String>)> =
            store.one(sql, params![sha256_hex(token.as_bytes()), now()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let Some((user_id, replica_id)) = known else { return Ok(None) };
        let Some(user) = store.get::<User>(Id::parse_str(&user_id).unwrap_or_default())? else { return Ok(None) };
        let replica = match replica_id.and_then(|id| Id::parse_str(&id).ok()) {
            Some(id) => store.get::<Replica>(id)?,
            None if !user.active => return Ok(None),
            None => None,
        };
        Ok(Some(SignedIn { user, replica }))
    }

    /// An invitation for a person's new device: the secret, which works once, and until when.
    ///
    /// # Errors
    /// When there is no such person, or they have left.
    pub fn invite(&self, user_id: Id) -> Result<(String, Instant), HeadquartersError> {
        let store = self.writer();
        if !store.get::<User>(user_id)?.is_some_and(|user| user.active) {
            return Err(HeadquartersError::denied("not_here", "no such person, or they have left"));
        }
        let secret = random_hex(16)?;
        let expires_at = now() + INVITATION_MILLIS;
        store.execute(
            "INSERT INTO invitation (secret_hash, user_id, expires_at) VALUES ($1, $2, $3)",
            params![sha256_hex(secret.as_bytes()), user_id.to_string(), expires_at],
        )?;
        Ok((secret, expires_at))
    }

    /// The person with this sign-in.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn user_by_login(&self, login: &str) -> Result<Option<User>, HeadquartersError> {
        Ok(self.reader().select::<User>("WHERE login = $1 AND active", &[&login])?.pop())
    }

    /// Accepts an invitation: a new replica with a prefix and a token of its own.
    ///
    /// # Errors
    /// `invitation_invalid` if it was used, has expired, or is not one.
    pub fn enrol(&self, request: &EnrolRequest) -> Result<Enrolled, HeadquartersError> {
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
            let name: String = request.device_name.trim().chars().take(80).collect();
            let replica = Replica {
                id: new_id(),
                name: if name.is_empty() { user.name.clone() } else { name },
                prefix: free_prefix(store)?,
                user_id,
                enrolled_at: at,
                seen_at: Some(at),
                version: request.version.chars().take(40).collect(),
                revoked: false,
                forked_from_id: None,
            };
            store.execute(
                "UPDATE invitation SET used_by_id = $1 WHERE secret_hash = $2",
                params![replica.id.to_string(), hash],
            )?;
            enrolled(store, commit, replica)
        })
    }

    /// Makes a replica of its own out of a copy of another: a device that was cloned, or restored from a backup. Its
    /// waiting commands keep their ids, so that what the other already sent is done once.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn fork(&self, of: &Replica) -> Result<Enrolled, HeadquartersError> {
        self.fork_as(of, new_id(), now())
    }

    /// The same with a name and at a time that the caller gives.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn fork_as(&self, of: &Replica, id: Id, at: Instant) -> Result<Enrolled, HeadquartersError> {
        self.commit(|store, commit| {
            let prefix = free_prefix(store)?;
            let forked_from_id = Some(of.id);
            let replica = Replica { id, prefix, enrolled_at: at, seen_at: Some(at), forked_from_id, ..of.clone() };
            enrolled(store, commit, replica)
        })
    }

    /// Reports a device lost, or found again.
    ///
    /// # Errors
    /// When there is no such device.
    pub fn revoke(&self, replica_id: Id, revoked: bool) -> Result<(), HeadquartersError> {
        self.commit(|store, commit| {
            let missing = || HeadquartersError::denied("not_here", "no such device");
            let replica = store.get::<Replica>(replica_id)?.ok_or_else(missing)?;
            commit.put(&Replica { revoked, ..replica }.into())
        })
    }
}

/// Stores a new replica and gives it its token.
fn enrolled(store: &Store, commit: &mut Commit<'_>, replica: Replica) -> Result<Enrolled, HeadquartersError> {
    commit.put(&replica.clone().into())?;
    let token = give_token(store, replica.user_id, Some(replica.id), None)?;
    let company = store.one("SELECT company FROM tenant", &[], |row| row.get(0))?.unwrap_or_default();
    Ok(Enrolled { replica, company, token })
}

/// The next prefix that no replica has.
fn free_prefix(store: &Store) -> Result<String, HeadquartersError> {
    loop {
        let prefix = prefix(Headquarters::count(store, "replica")?);
        if store.number("SELECT count(*) FROM replica WHERE prefix = $1", &[&prefix])? == 0 {
            return Ok(prefix);
        }
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

fn hash_password(password: &str) -> Result<String, HeadquartersError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| HeadquartersError::System(error.to_string()))?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| HeadquartersError::System(error.to_string()))?;
    let hash = Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map_err(|error| HeadquartersError::System(error.to_string()))?;
    Ok(hash.to_string())
}

fn give_token(
    store: &Store,
    user_id: Id,
    replica_id: Option<Id>,
    expires_at: Option<Instant>,
) -> Result<String, HeadquartersError> {
    let token = random_hex(32)?;
    store.execute(
        "INSERT INTO token (token_hash, user_id, replica_id, expires_at) VALUES ($1, $2, $3, $4)",
        params![sha256_hex(token.as_bytes()), user_id.to_string(), replica_id.map(|id| id.to_string()), expires_at],
    )?;
    Ok(token)
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
