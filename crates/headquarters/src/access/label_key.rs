//! The short links on labels: signed here, and believed only here. Whoever photographs one label cannot make the link of
//! another device, so nobody can walk through the devices by counting.

use super::security::{About, Actor, SecurityKind, write_down};
use crate::error::HeadquartersError;
use crate::headquarters::{Headquarters, random_hex};
use hmac::{Hmac, Mac};
use outpost_app::now;
use outpost_domain::Id;
use outpost_scan::{PROOF_BITS, ShortLink};
use outpost_store::{Store, params};
use serde::Serialize;
use sha2::Sha256;

/// What the proof is about; another use of the same key would write another word.
const PURPOSE: &[u8] = b"outpost label device ";

/// What became of the keys that sign the links on labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelKeyRotated {
    /// The number of the one that signs now.
    pub number: i64,
    /// How many there were before.
    pub older: i64,
    /// Whether those are forgotten, and what they signed is believed no longer.
    pub forgotten: bool,
    /// How many devices may bear a label. Which have one, nobody wrote down.
    pub devices: i64,
}

impl Headquarters {
    /// The links for the labels of these devices, below the address by which everybody reaches headquarters.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub fn label_links(&self, device_ids: &[Id], base: &str) -> Result<Vec<String>, HeadquartersError> {
        let newest = keys(&self.reader())?.into_iter().next();
        let secret = match newest {
            Some(secret) => secret,
            None => self.first_key()?,
        };
        let link = |id: &Id| {
            let proof = proof(&secret, *id)?;
            Ok(ShortLink { code: id.as_u128(), proof }.write(base))
        };
        device_ids.iter().map(link).collect()
    }

    /// The device that a link's letters name, if they were signed here.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn labelled(&self, letters: &str) -> Result<Option<Id>, HeadquartersError> {
        let Some(link) = ShortLink::of_letters(letters) else { return Ok(None) };
        let id = Id::from_u128(link.code);
        let keys = keys(&self.reader())?;
        for secret in keys {
            // One number against another takes the same time whichever bits differ.
            if proof(&secret, id)? ^ link.proof == 0 {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Makes another key, which signs from now on. Labels that were signed with an older one stay good, unless all those are to
    /// be forgotten, as when one of them was seen by somebody.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn rotate_label_key(&self, actor: &Actor, forget: bool) -> Result<LabelKeyRotated, HeadquartersError> {
        let store = self.writer();
        store.transaction(|| {
            let newest = store.number("SELECT max(number) FROM label_key", &[])?;
            let older = store.number("SELECT count(*) FROM label_key", &[])?;
            let (number, at) = (newest + 1, now());
            let sql = "INSERT INTO label_key (number, secret, made_at) VALUES ($1, $2, $3)";
            store.execute(sql, params![number, random_hex(32)?, at])?;
            if forget {
                store.execute("DELETE FROM label_key WHERE number < $1", params![number])?;
            }
            let devices = store.number("SELECT count(*) FROM device", &[])?;
            let what = if forget { "forgotten" } else { "believed still" };
            let about = About::default().with(format!("key {number} signs from now on; {older} older are {what}"));
            write_down(&store, at, actor, SecurityKind::LabelKeyRotated, &about)?;
            Ok(LabelKeyRotated { number, older, forgotten: forget, devices })
        })
    }

    fn first_key(&self) -> Result<String, HeadquartersError> {
        let store = self.writer();
        store.transaction(|| {
            // Somebody else may have been faster.
            if let Some(secret) = keys(&store)?.into_iter().next() {
                return Ok(secret);
            }
            let secret = random_hex(32)?;
            let sql = "INSERT INTO label_key (number, secret, made_at) VALUES (1, $1, $2)";
            store.execute(sql, params![secret, now()])?;
            Ok(secret)
        })
    }
}

/// All keys, the newest first.
fn keys(store: &Store) -> Result<Vec<String>, HeadquartersError> {
    Ok(store.rows("SELECT secret FROM label_key ORDER BY number DESC", &[], |row| row.get(0))?)
}

/// The first bits of the keyed hash.
fn proof(secret: &str, id: Id) -> Result<u64, HeadquartersError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map_err(|error| HeadquartersError::System(error.to_string()))?;
    mac.update(PURPOSE);
    mac.update(id.as_bytes());
    let hash = mac.finalize().into_bytes();
    let first = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    Ok(first >> (64 - PROOF_BITS))
}
