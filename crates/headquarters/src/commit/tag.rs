//! Where a company stands, and how it notices that commits were lost, as after a restore.
//!
//! The tag of a commit is random, and signed: who shows the tag of a commit that is not here proves that it was made here
//! once, in this epoch, and so that it was lost. A tag that nobody made proves nothing, and costs only who sent it.

use crate::error::HeadquartersError;
use crate::headquarters::random_hex;
use hmac::{Hmac, Mac};
use outpost_domain::Instant;
use outpost_store::{Store, params};
use sha2::Sha256;

/// Where a company stands: its newest commit, with the tag that tells it from another of this number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Head {
    pub(crate) epoch: String,
    pub(crate) revision: i64,
    pub(crate) tag: String,
}

/// How many hexadecimal digits of a tag are random; what follows signs them.
const RANDOM_DIGITS: usize = 16;

/// How many bytes of the keyed hash a tag bears.
const PROOF_BYTES: usize = 12;

/// What the proof is about; another use of the same key would write another word.
const PURPOSE: &[u8] = b"outpost commit ";

/// A tag for a commit, in the epoch of this moment; and the hash of the commit before.
pub(crate) fn new_tag(store: &Store, revision: i64) -> Result<(String, String), HeadquartersError> {
    let random = random_hex(RANDOM_DIGITS / 2)?;
    let (proof, before) = proof(store, revision, &random)?;
    Ok((random + &proof, before))
}

/// Whether a tag is one that was made here for a commit of this number, in the epoch of this moment.
fn is_genuine(store: &Store, revision: i64, tag: &str) -> Result<bool, HeadquartersError> {
    let Some((random, shown)) = tag.split_at_checked(RANDOM_DIGITS) else { return Ok(false) };
    let (known, _) = proof(store, revision, random)?;
    // All digits are compared, whichever differ.
    let differ = known.bytes().zip(shown.bytes()).fold(0, |differ, (one, other)| differ | (one ^ other));
    Ok(known.len() == shown.len() && differ == 0)
}

/// The proof of a tag, and the hash of the newest commit, which stands in the same row.
fn proof(store: &Store, revision: i64, random: &str) -> Result<(String, String), HeadquartersError> {
    let sql = "SELECT epoch, commit_key, commit_hash FROM tenant";
    let known: Option<(String, String, String)> =
        store.one(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (epoch, key, newest) = known.unwrap_or_default();
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(|error| HeadquartersError::System(error.to_string()))?;
    mac.update(PURPOSE);
    mac.update(format!("{epoch} {revision} {random}").as_bytes());
    Ok((hex::encode(&mac.finalize().into_bytes()[..PROOF_BYTES]), newest))
}

pub(crate) fn epoch(store: &Store) -> Result<String, HeadquartersError> {
    Ok(store.one("SELECT epoch FROM tenant", &[], |row| row.get(0))?.unwrap_or_default())
}

pub(crate) fn head(store: &Store) -> Result<Head, HeadquartersError> {
    let sql = "SELECT t.epoch, t.revision, r.tag FROM tenant t LEFT JOIN revision r ON r.revision = t.revision";
    let head = store.one(sql, &[], |row| {
        Ok(Head { epoch: row.get(0)?, revision: row.get(1)?, tag: row.get::<Option<String>>(2)?.unwrap_or_default() })
    })?;
    head.ok_or_else(|| HeadquartersError::System("the company is not there".to_owned()))
}

/// The tag of a commit; none if it is not here.
pub(crate) fn tag(store: &Store, revision: i64) -> Result<Option<String>, HeadquartersError> {
    if revision == 0 {
        return Ok(Some(String::new()));
    }
    Ok(store.one("SELECT tag FROM revision WHERE revision = $1", params![revision], |row| row.get(0))?)
}

/// Whether a commit was made here and is not here any more.
pub(crate) fn is_lost(store: &Store, revision: i64, known: &str) -> Result<bool, HeadquartersError> {
    Ok(tag(store, revision)?.is_none_or(|tag| tag != known) && is_genuine(store, revision, known)?)
}

/// Now, but after the commit before: our own clock may have been put back since, or another process's is ahead, and what is done on
/// what that commit wrote comes after it.
pub(crate) fn after_the_last(store: &Store, now: Instant) -> Result<Instant, HeadquartersError> {
    let sql = "SELECT r.committed_at FROM tenant t JOIN revision r ON r.revision = t.revision";
    Ok(after(store.one(sql, &[], |row| row.get(0))?, now))
}

/// The same where it is known when that was made.
pub(crate) fn after(last: Option<Instant>, now: Instant) -> Instant {
    last.filter(|last| *last > now).map_or(now, |last| last.saturating_add(1))
}
