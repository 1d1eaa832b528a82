//! The browsers in which a person is signed in, which they can see and end.

use super::security::{About, Actor, SecurityKind, write_down};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_app::{OwnSession, now};
use outpost_domain::Id;
use outpost_store::params;
use outpost_sync::sha256_hex;

/// How much of a token's hash names its session: enough to tell them apart, and of no use to come in.
const NAME_DIGITS: usize = 16;

impl Headquarters {
    /// The sessions of a person that have not ended, the one used last first; `here` is the token of the one that asks.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn own_sessions(&self, user_id: Id, here: &str) -> Result<Vec<OwnSession>, HeadquartersError> {
        let sql = "SELECT token_hash, issued_at, used_at, ends_at, address FROM token
             WHERE user_id = $1 AND replica_id IS NULL AND ended_at IS NULL AND ends_at > $2 ORDER BY used_at DESC, token_hash";
        let here = sha256_hex(here.as_bytes());
        Ok(self.reader().rows(sql, params![user_id.to_string(), now()], |row| {
            let hash: String = row.get(0)?;
            Ok(OwnSession {
                here: hash == here,
                id: hash.chars().take(NAME_DIGITS).collect(),
                issued_at: row.get(1)?,
                used_at: row.get(2)?,
                ends_at: row.get(3)?,
                address: row.get(4)?,
            })
        })?)
    }

    /// Ends one session of a person. What it listens to ends with it.
    ///
    /// # Errors
    /// `not_here` if they have no such session, or it has ended.
    pub fn end_session(&self, actor: &Actor, user_id: Id, session: &str) -> Result<(), HeadquartersError> {
        let store = self.writer();
        store.transaction(|| {
            let sql = "SELECT token_hash, address FROM token WHERE user_id = $1 AND substr(token_hash, 1, $2) = $3
                 AND replica_id IS NULL AND ended_at IS NULL";
            let known = params![user_id.to_string(), NAME_DIGITS as i64, session];
            let known: Option<(String, String)> = store.one(sql, known, |row| Ok((row.get(0)?, row.get(1)?)))?;
            let missing = || HeadquartersError::denied("not_here", "this session has ended");
            let (hash, address) = known.ok_or_else(missing)?;
            let at = now();
            store.execute("UPDATE token SET ended_at = $1 WHERE token_hash = $2", params![at, hash])?;
            let about = About::person(user_id).with(format!("one that was begun from {address}"));
            write_down(&store, at, actor, SecurityKind::SessionEnded, &about)
        })
    }

    /// Signs a browser out.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn sign_out(&self, token: &str, from: &str) -> Result<(), HeadquartersError> {
        let hash = sha256_hex(token.as_bytes());
        let store = self.writer();
        store.transaction(|| {
            let sql = "SELECT user_id FROM token WHERE token_hash = $1 AND replica_id IS NULL AND ended_at IS NULL";
            let user_id: Option<String> = store.one(sql, params![hash], |row| row.get(0))?;
            let Some(user_id) = user_id.and_then(|id| Id::parse_str(&id).ok()) else { return Ok(()) };
            let at = now();
            store.execute("UPDATE token SET ended_at = $1 WHERE token_hash = $2", params![at, hash])?;
            write_down(&store, at, &Actor::person(user_id, from), SecurityKind::SessionEnded, &About::person(user_id))
        })
    }
}
