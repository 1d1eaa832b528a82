//! Who a replica is, and how it and its headquarters prove to each other who they are: each has an Ed25519 key of its own
//! (RFC 8032), and knows the public part of the other's since the enrolment.

use crate::protocol::{Certificate, Enrolled, ForkRequest, Frame, Outcome, SyncRequest, TokenRequest};
use outpost_domain::person::Replica as ReplicaRecord;
use outpost_domain::{Id, Instant, WrittenAct};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Who a replica is, and where its headquarters is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// The address of headquarters, without a slash at the end.
    pub headquarters: String,
    /// Its person wants that address although what goes over it can be read and changed on the way.
    pub plain: bool,
    /// The company.
    pub company: String,
    /// Who it is.
    pub replica: ReplicaRecord,
    /// What it proves that with.
    pub key: SigningKey,
    /// The public part of the key of headquarters, in hexadecimal digits.
    pub headquarters_key: String,
    /// What headquarters said of it when it was enrolled: one that was restored to before that believes it again.
    pub certificate: Certificate,
}

impl Identity {
    /// What a device is after headquarters has enrolled it with this key.
    pub fn of(headquarters: &str, plain: bool, key: SigningKey, enrolled: Enrolled) -> Identity {
        let Enrolled { replica, company, headquarters_key, certificate, .. } = enrolled;
        Identity { headquarters: headquarters.to_owned(), plain, company, replica, key, headquarters_key, certificate }
    }

    /// Whether what it sends to headquarters could be read and changed on the way.
    pub fn is_plain(&self) -> bool {
        self.plain && !crate::client::is_private(&self.headquarters)
    }

    /// A replica that no headquarters has vouched for, and none gives a token to: for work on the engine alone.
    pub fn alone(headquarters: &str, company: &str, replica: ReplicaRecord) -> Identity {
        Identity {
            headquarters: headquarters.to_owned(),
            plain: false,
            company: company.to_owned(),
            replica,
            key: SigningKey([0; 32]),
            headquarters_key: String::new(),
            certificate: Certificate::default(),
        }
    }

    /// Asks for a token, as the `number`th time.
    pub fn token_request(&self, number: i64) -> TokenRequest {
        let signature = self.key.sign(&token_words(self.replica.id, number));
        TokenRequest { certificate: self.certificate.clone(), number, signature }
    }

    /// Asks to become a replica of its own, with another key.
    pub fn fork_request(&self, key: &SigningKey) -> ForkRequest {
        let public_key = key.public();
        let signature = self.key.sign(&fork_words(self.replica.id, &public_key));
        ForkRequest { certificate: self.certificate.clone(), public_key, signature }
    }
}

/// The secret part of an Ed25519 key.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random bits.
    pub fn generate() -> std::io::Result<SigningKey> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(std::io::Error::other)?;
        Ok(SigningKey(seed))
    }

    /// The one that was written with [`SigningKey::to_hex`].
    pub fn of_hex(text: &str) -> Option<SigningKey> {
        hex::decode_to_array(text).ok().map(SigningKey)
    }

    /// Its seed in hexadecimal digits.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// The public part in hexadecimal digits.
    pub fn public(&self) -> String {
        self.pair().map(|pair| hex::encode(pair.public_key())).unwrap_or_default()
    }

    /// The signature of these words in hexadecimal digits.
    pub fn sign(&self, words: &str) -> String {
        self.pair().map(|pair| hex::encode(pair.sign(words.as_bytes()))).unwrap_or_default()
    }

    /// Any 32 bytes are a seed; should they ever be none, what is signed with them is believed by nobody.
    fn pair(&self) -> Option<Ed25519KeyPair> {
        Ed25519KeyPair::from_seed_unchecked(&self.0).ok()
    }
}

/// A log must not tell it.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}

impl Serialize for SigningKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for SigningKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        SigningKey::of_hex(&text).ok_or_else(|| serde::de::Error::custom("a key has 64 hexadecimal digits"))
    }
}

/// Whether these words were signed with the key whose public part this is.
pub fn is_signed(public_key: &str, words: &str, signature: &str) -> bool {
    let (Ok(key), Ok(signature)) = (hex::decode(public_key), hex::decode(signature)) else { return false };
    UnparsedPublicKey::new(&ED25519, key).verify(words.as_bytes(), &signature).is_ok()
}

/// What a device signs to get its `number`th token.
pub fn token_words(replica_id: Id, number: i64) -> String {
    format!("outpost token\n{replica_id}\n{number}")
}

/// What a device signs to become a replica of its own that has this key.
pub fn fork_words(replica_id: Id, public_key: &str) -> String {
    format!("outpost fork\n{replica_id}\n{public_key}")
}

/// What a device signs of work that it writes into a file.
pub fn outbox_words(replica_id: Id, acts: &[WrittenAct]) -> String {
    let mut words = format!("outpost outbox\n{replica_id}");
    for WrittenAct { version, act } in acts {
        words += &format!("\n{version} {}", crate::files::sha256_hex(act.as_bytes()));
    }
    words
}

/// What headquarters signs of a device that it enrolled: the text of a [`Certificate`].
pub fn certificate_words(text: &str) -> String {
    format!("outpost certificate\n{text}")
}

/// What headquarters signs with its answer to a request, so that no command is dropped on anybody else's word.
pub fn answer_words(replica_id: Id, nonce: &str, epoch: &str, now: Instant, outcomes: &[Outcome]) -> String {
    let mut words = format!("outpost answer\n{replica_id}\n{nonce}\n{epoch}\n{now}");
    for Outcome { id, status, revision, tag, effect_hash, .. } in outcomes {
        words += &format!("\n{id} {} {revision} {tag} {effect_hash}", status.name());
    }
    words
}

/// What headquarters signs to have a device removed of everything that it holds.
pub fn order_words(replica_id: Id, nonce: &str) -> String {
    format!("outpost empty\n{replica_id}\n{nonce}")
}

/// Whom a device believes: its headquarters, answering this request.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    key: String,
    replica_id: Id,
    nonce: String,
}

impl Trust {
    pub(crate) fn of(key: &str, replica_id: Id, request: &SyncRequest) -> Trust {
        Trust { key: key.to_owned(), replica_id, nonce: request.nonce.clone() }
    }

    /// Whether a frame is either none that says what became of commands, or signed.
    pub(crate) fn believes(&self, frame: &Frame) -> bool {
        let Frame::Answer { epoch, outcomes, now, signature, .. } = frame else { return true };
        is_signed(&self.key, &answer_words(self.replica_id, &self.nonce, epoch, *now, outcomes), signature)
    }

    /// Whether headquarters has signed that this device is to remove everything.
    pub(crate) fn obeys(&self, order: Option<&str>) -> bool {
        order.is_some_and(|order| is_signed(&self.key, &order_words(self.replica_id, &self.nonce), order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_signed_is_believed_and_nothing_else() {
        let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let words = token_words(Id::from_u128(1), 7);
        let signature = key.sign(&words);
        assert!(is_signed(&key.public(), &words, &signature));
        assert!(!is_signed(&other.public(), &words, &signature));
        assert!(!is_signed(&key.public(), &token_words(Id::from_u128(1), 8), &signature));
        assert!(!is_signed(&key.public(), &words, &signature.replace('0', "1").replace('a', "b")));
        for nothing in ["", "00", "zz", &"0".repeat(128)] {
            assert!(!is_signed(&key.public(), &words, nothing) && !is_signed(nothing, &words, &signature), "{nothing}");
        }
    }

    #[test]
    fn a_key_comes_back_as_it_was_written_and_no_log_tells_it() {
        let key = SigningKey::generate().unwrap();
        assert_eq!(SigningKey::of_hex(&key.to_hex()), Some(key.clone()));
        assert_eq!(SigningKey::of_hex("0102"), None);
        assert!(!format!("{key:?}").contains(&key.to_hex()));
    }
}
