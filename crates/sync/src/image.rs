//! Whole records as bytes: what headquarters keeps of each, what travels, and what digests are made of.

use crate::sha256_hex;
use outpost_domain::person::User;
use outpost_domain::{AnyRecord, Effects, Kind};
use serde::de::{DeserializeSeed, Deserializer};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

struct Fields<'a>(&'a AnyRecord);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        travelling(self.0).write_fields(serializer)
    }
}

/// A record as it travels and as digests see it. What people sign in with stays at headquarters: everybody's tablet has everybody's
/// record, and a sign-in is half of what somebody needs who guesses.
pub fn travelling(record: &AnyRecord) -> Cow<'_, AnyRecord> {
    match record {
        AnyRecord::User(user) if !user.login.is_empty() => {
            Cow::Owned(User { login: String::new(), ..User::clone(user) }.into())
        }
        record => Cow::Borrowed(record),
    }
}

struct OfKind(Kind);

impl<'de> DeserializeSeed<'de> for OfKind {
    type Value = AnyRecord;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<AnyRecord, D::Error> {
        AnyRecord::read_fields(self.0, deserializer)
    }
}

/// Bytes that are not what they should be.
#[derive(Debug, thiserror::Error)]
#[error("these bytes are not what they should be: {0}")]
pub struct NotUnderstood(pub String);

impl NotUnderstood {
    pub(crate) fn because(error: impl std::fmt::Display) -> NotUnderstood {
        NotUnderstood(error.to_string())
    }
}

/// The image of a record: its fields as a CBOR map with the names of the columns as keys, ids as 16 bytes.
///
/// # Errors
/// Never for a sound record.
pub fn image(record: &AnyRecord) -> Result<Vec<u8>, NotUnderstood> {
    cbor4ii::serde::to_vec(Vec::with_capacity(256), &Fields(record)).map_err(NotUnderstood::because)
}

/// The record of an image. Fields that this program does not know are left out.
///
/// # Errors
/// When these are not the fields of this kind.
pub fn record(kind: Kind, image: &[u8]) -> Result<AnyRecord, NotUnderstood> {
    read(kind, image).map(|(record, _)| record)
}

/// The record of an image, and whether it is all that the image holds: a newer program may know of fields that this one does not.
///
/// # Errors
/// When these are not the fields of this kind.
pub fn read(kind: Kind, image: &[u8]) -> Result<(AnyRecord, bool), NotUnderstood> {
    let reader = cbor4ii::core::utils::SliceReader::new(image);
    let mut whole = true;
    let mut left_out = |_: serde_ignored::Path<'_>| whole = false;
    let mut reader = cbor4ii::serde::Deserializer::new(reader);
    let reader = serde_ignored::Deserializer::new(&mut reader, &mut left_out);
    let record = OfKind(kind).deserialize(reader).map_err(NotUnderstood::because)?;
    Ok((record, whole))
}

/// What an image adds to the digest of its kind: the first eight bytes of its SHA-256, most significant first.
pub fn image_hash(image: &[u8]) -> i64 {
    let hash = Sha256::digest(image);
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(first)
}

/// What a command led to, as one hash: the SHA-256 of the table and the image of each record that it writes, in their order.
/// It is the same on every machine that decided the same on the same data, since headquarters notes only afterwards when it
/// received the command.
///
/// # Errors
/// Never for sound records.
pub fn effect_hash(effects: &Effects) -> Result<String, NotUnderstood> {
    let mut written = Vec::with_capacity(512);
    for put in &effects.puts {
        written.extend(put.kind().table().bytes());
        written = cbor4ii::serde::to_vec(written, &Fields(put)).map_err(NotUnderstood::because)?;
    }
    Ok(sha256_hex(&written))
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_domain::person::Region;

    fn region() -> AnyRecord {
        Region { id: uuid::Uuid::from_u128(7), name: "北区".into(), name_en: "North".into(), parent_id: None }.into()
    }

    #[test]
    fn a_record_comes_back_and_its_id_is_sixteen_bytes() {
        let image = image(&region()).unwrap();
        assert_eq!(record(Kind::Region, &image).unwrap(), region());
        let id = uuid::Uuid::from_u128(7);
        assert!(image.windows(16).any(|window| window == id.as_bytes()));
    }

    #[test]
    fn what_somebody_signs_in_with_stays_where_it_is() {
        let user = |login: &str| User {
            id: uuid::Uuid::from_u128(1),
            login: login.into(),
            name: "李伟".into(),
            name_en: String::new(),
            phone: String::new(),
            role_id: uuid::Uuid::from_u128(2),
            region_id: uuid::Uuid::from_u128(3),
            van_id: None,
            active: true,
        };
        let image = image(&user("li.wei").into()).unwrap();
        assert!(!image.windows(6).any(|window| window == b"li.wei"));
        assert_eq!(record(Kind::User, &image).unwrap(), user("").into());
    }

    #[test]
    fn what_is_no_record_is_an_error() {
        let whole = image(&region()).unwrap();
        for cut in 0..whole.len() {
            assert!(record(Kind::Region, &whole[..cut]).is_err(), "{cut}");
        }
        assert!(record(Kind::Ticket, &whole).is_err());
    }

    #[test]
    fn the_hash_of_effects_is_of_every_record_that_they_write() {
        let of = |puts: &[AnyRecord]| {
            effect_hash(&Effects {
                puts: puts.to_vec(),
                events: Vec::new(),
                discrepancies: Vec::new(),
                provisional: false,
            })
            .unwrap()
        };
        let other =
            Region { id: uuid::Uuid::from_u128(8), name: "南区".into(), name_en: "South".into(), parent_id: None };
        assert_eq!(of(&[region()]), of(&[region()]));
        assert_ne!(of(&[region()]), of(&[region(), other.clone().into()]));
        assert_ne!(of(&[region()]), of(&[Region { name_en: "Far South".into(), ..other }.into()]));
        assert_eq!(of(&[]), sha256_hex(&[]));
    }
}
