//! Passwords: given, changed, and shown to come in. Only their hashes are kept, by argon2id.

use super::enrolment::give_token;
use super::guess::{Whose, house};
use super::security::{About, Actor, SecurityKind, write_down};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use outpost_app::now;
use outpost_domain::person::User;
use outpost_domain::{Id, alike};
use outpost_store::{Store, params};
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};

const SESSION_MILLIS: i64 = 30 * 86_400_000;
/// How long a session that ended is still known.
const KEPT_MILLIS: i64 = 90 * 86_400_000;
const LEAST_PASSWORD_CHARACTERS: usize = 8;
/// Nobody types more, and each byte is hashed.
const MOST_PASSWORD_BYTES: usize = 1024;

/// How many passwords are hashed at once: each takes 19 MB.
const AT_ONCE: usize = 4;
static HASHING: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// What an unknown sign-in is compared with: it takes as long as a wrong password, so that names cannot be tried out.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody signs in with this").ok());

/// One of those that hash.
struct Turn;

impl Turn {
    fn wait() -> Turn {
        let (running, free) = &HASHING;
        let running = running.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running =
            free.wait_while(running, |running| *running >= AT_ONCE).unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (running, free) = &HASHING;
        *running.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        free.notify_one();
    }
}

fn hash(password: &str) -> Result<String, HeadquartersError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| HeadquartersError::System(error.to_string()))?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| HeadquartersError::System(error.to_string()))?;
    let _turn = Turn::wait();
    let hash = Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map_err(|error| HeadquartersError::System(error.to_string()))?;
    Ok(hash.to_string())
}

fn fits(password: &str, hash: &str) -> Result<bool, HeadquartersError> {
    let parsed = PasswordHash::new(hash).map_err(|error| HeadquartersError::System(error.to_string()))?;
    let _turn = Turn::wait();
    Ok(password.len() <= MOST_PASSWORD_BYTES && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

/// That a password can be one.
///
/// # Errors
/// When it is too short or too long.
pub(crate) fn check_password(password: &str) -> Result<(), HeadquartersError> {
    if password.chars().count() < LEAST_PASSWORD_CHARACTERS {
        return Err(HeadquartersError::denied("not_understood", "a password has at least 8 characters"));
    }
    if password.len() > MOST_PASSWORD_BYTES {
        return Err(HeadquartersError::denied("not_understood", "a password has at most 1024 bytes"));
    }
    Ok(())
}

/// Who is with the company and signs in with this name.
fn signing_in_as(store: &Store, login: &str) -> Result<Vec<User>, HeadquartersError> {
    Ok(store.select::<User>("WHERE login = $1 AND active ORDER BY id", &[&alike::login(login)])?)
}

impl Headquarters {
    /// Gives a person a new password. Their browsers are signed out; their replicas stay.
    ///
    /// # Errors
    /// When it is too short, when there is no such person, or when another person has the same sign-in.
    pub fn set_password(&self, actor: &Actor, user_id: Id, password: &str) -> Result<(), HeadquartersError> {
        self.put_password(actor, SecurityKind::PasswordSet, user_id, password)
    }

    fn put_password(
        &self,
        actor: &Actor,
        kind: SecurityKind,
        user_id: Id,
        password: &str,
    ) -> Result<(), HeadquartersError> {
        check_password(password)?;
        let hash = hash(password)?;
        let store = self.writer();
        store.transaction(|| {
            let missing = || HeadquartersError::denied("not_here", "no such person");
            let user = store.get::<User>(user_id)?.ok_or_else(missing)?;
            for other in signing_in_as(&store, &user.login)?.into_iter().filter(|other| other.id != user_id) {
                if password_of(&store, other.id)?.is_some() {
                    let why = format!("another person signs in as {}", user.login);
                    return Err(HeadquartersError::denied("not_allowed", why));
                }
            }
            let sql = "INSERT INTO password (user_id, hash, demo) VALUES ($1, $2, 0)
                 ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, demo = 0";
            store.execute(sql, params![user_id.to_string(), hash])?;
            sign_out_all(&store, user_id)?;
            write_down(&store, now(), actor, kind, &About::person(user_id))
        })
    }

    /// That a password can be one, before anything is done with it.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn check_password(password: &str) -> Result<(), HeadquartersError> {
        check_password(password)
    }

    /// Changes the own password. All browsers of the person are signed out.
    ///
    /// # Errors
    /// `wrong_password` if the old one is not right; when the new one is too short.
    pub fn change_password(&self, actor: &Actor, user_id: Id, old: &str, new: &str) -> Result<(), HeadquartersError> {
        check_password(new)?;
        let whose = [Whose::one(format!("person {user_id}"))];
        self.guesses.guess(&whose, std::time::Instant::now())?;
        let known = password_of(&self.reader(), user_id)?.unwrap_or_default();
        if known.is_empty() || !fits(old, &known)? {
            return Err(HeadquartersError::denied("wrong_password", "the old password is not right"));
        }
        self.guesses.right(&whose);
        self.put_password(actor, SecurityKind::PasswordChanged, user_id, new)
    }

    /// Signs a browser in, which asks from an address; the token to show from now on.
    ///
    /// # Errors
    /// `wrong_password`, whichever of the two is wrong; `too_many` after several of them.
    pub fn sign_in(&self, login: &str, password: &str, from: &str) -> Result<String, HeadquartersError> {
        let login = alike::login(&login.chars().take(100).collect::<String>());
        // Whoever guesses, there or elsewhere, keeps nobody out who has signed in from where they are before.
        let whose = match self.is_familiar(&login, from)? {
            true => vec![Whose::one(format!("sign-in {login} from {from}"))],
            false => vec![Whose::one(format!("sign-in {login}")), Whose::many(format!("address {}", house(from)))],
        };
        self.guesses.guess(&whose, std::time::Instant::now())?;
        let known = {
            let store = self.reader();
            let mut known = None;
            for user in signing_in_as(&store, &login)? {
                known = known.or(password_of(&store, user.id)?.map(|hash| (user.id, hash)));
            }
            known
        };
        let right = match (&known, NOBODY.as_deref()) {
            (Some((_, hash)), _) => fits(password, hash)?,
            (None, Some(nobody)) => {
                fits(password, nobody)?;
                false
            }
            (None, None) => return Err(HeadquartersError::System("passwords cannot be hashed".to_owned())),
        };
        let wrong = || HeadquartersError::denied("wrong_password", "the sign-in or the password is not right");
        if !right {
            tracing::warn!(login, from, "a sign-in failed");
            self.note_failure(&login, known.map(|(user_id, _)| user_id), from)?;
            return Err(wrong());
        }
        let (user_id, hash) = known.ok_or_else(wrong)?;
        if !self.demo_sign_ins && is_demo(&self.reader(), user_id)? {
            tracing::warn!(login, from, "a password that everybody knows; it opens only with --demo on this machine");
            return Err(wrong());
        }
        let (store, at) = (self.writer(), now());
        let token = store.transaction(|| {
            // Whoever was given another password meanwhile, or left, has been signed out everywhere, here too.
            let active = store.get::<User>(user_id)?.is_some_and(|user| user.active);
            if !active || password_of(&store, user_id)?.as_ref() != Some(&hash) {
                return Err(wrong());
            }
            let person = Actor::person(user_id, from);
            write_down(&store, at, &person, SecurityKind::SignedIn, &About::person(user_id))?;
            // What ended long ago is of no use to anybody.
            let sql = "DELETE FROM token WHERE replica_id IS NULL AND coalesce(ended_at, ends_at) < $1";
            store.execute(sql, params![at - KEPT_MILLIS])?;
            give_token(&store, user_id, None, at, Some(at + SESSION_MILLIS), from)
        })?;
        drop(store);
        self.guesses.right(&whose);
        tracing::info!(login, from, "signed in");
        Ok(token)
    }

    /// Writes down that a sign-in failed, at most once a minute for each name, known or not: otherwise the time that it takes
    /// would tell which is which. A name that nobody has is not written down, since people type their passwords there.
    /// Whether somebody has signed in from an address before.
    fn is_familiar(&self, login: &str, from: &str) -> Result<bool, HeadquartersError> {
        let sql = "SELECT count(*) FROM token t JOIN \"user\" u ON u.id = t.user_id
             WHERE u.login = $1 AND u.active AND t.replica_id IS NULL AND t.address = $2 AND t.address <> ''";
        Ok(self.reader().number(sql, params![login, from])? > 0)
    }

    fn note_failure(&self, login: &str, user_id: Option<Id>, from: &str) -> Result<(), HeadquartersError> {
        if !self.failures.is_due(login, user_id.is_some(), std::time::Instant::now()) {
            return Ok(());
        }
        let about = match user_id {
            Some(user_id) => About::person(user_id),
            None => About::default().with("nobody signs in with this name"),
        };
        let store = self.writer();
        store.transaction(|| write_down(&store, now(), &Actor::stranger(from), SecurityKind::SignInFailed, &about))
    }

    /// Signs all browsers of a person out.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn sign_out_everywhere(&self, actor: &Actor, user_id: Id) -> Result<(), HeadquartersError> {
        let store = self.writer();
        store.transaction(|| {
            sign_out_all(&store, user_id)?;
            write_down(&store, now(), actor, SecurityKind::SignedOutEverywhere, &About::person(user_id))
        })
    }
}

fn sign_out_all(store: &Store, user_id: Id) -> Result<(), HeadquartersError> {
    let sql = "UPDATE token SET ended_at = $1 WHERE user_id = $2 AND replica_id IS NULL AND ended_at IS NULL";
    Ok(store.execute(sql, params![now(), user_id.to_string()])?)
}

fn is_demo(store: &Store, user_id: Id) -> Result<bool, HeadquartersError> {
    Ok(store.number("SELECT demo FROM password WHERE user_id = $1", params![user_id.to_string()])? != 0)
}

fn password_of(store: &Store, user_id: Id) -> Result<Option<String>, HeadquartersError> {
    Ok(store.one("SELECT hash FROM password WHERE user_id = $1", params![user_id.to_string()], |row| row.get(0))?)
}
