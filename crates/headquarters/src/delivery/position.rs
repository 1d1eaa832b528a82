//! Where a stream stands: what a device shows of it to go on is what it was given, or nothing.

use crate::error::HeadquartersError;
use hmac::{Hmac, Mac};
use outpost_domain::Id;
use outpost_store::Store;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Where a stream stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) epoch: String,
    pub(crate) view: String,
    /// The commit of the cursor that is gone on from; 0 if everything is sent anew.
    pub(crate) since: i64,
    /// The newest commit when the stream began: what left the person's sight after it may have been sent before.
    pub(crate) began: i64,
    /// This pass sends what was written after `low` and not after `high`.
    pub(crate) low: i64,
    pub(crate) high: i64,
    /// The newest commit when the last part was made, and its random tag. What it had changed was left to a further pass:
    /// a headquarters that was restored to before it does not go on from there, for it would never send that.
    pub(crate) seen: i64,
    pub(crate) tag: String,
    /// What was sent last.
    pub(crate) bucket: i64,
    pub(crate) revision: i64,
    pub(crate) kind: String,
    pub(crate) id: String,
    /// Whether this is the first pass, in which whole buckets may have come into sight.
    pub(crate) first: bool,
}

/// How many bytes of the keyed hash a position bears, and how many digits those are.
const PROOF_BYTES: usize = 12;
const PROOF_DIGITS: usize = 2 * PROOF_BYTES;

/// What the proof is about; another use of the same key writes another word.
const PURPOSE: &[u8] = b"outpost position ";

/// What signs the positions of one replica: another's are nothing to it, nor is one that it wrote itself. It would be told by one
/// what its person never had in sight.
#[derive(Debug, Clone)]
pub(crate) struct Seal(Hmac<Sha256>);

impl Seal {
    pub(crate) fn of(store: &Store, replica_id: Id) -> Result<Seal, HeadquartersError> {
        let key: Option<String> = store.one("SELECT commit_key FROM tenant", &[], |row| row.get(0))?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key.unwrap_or_default().as_bytes())
            .map_err(|error| HeadquartersError::System(error.to_string()))?;
        mac.update(PURPOSE);
        mac.update(replica_id.as_bytes());
        Ok(Seal(mac))
    }

    /// A position as it is given out.
    pub(crate) fn close(&self, position: &Position) -> Result<String, HeadquartersError> {
        let text = serde_json::to_string(position)?;
        let proof = self.over(&text).finalize().into_bytes();
        Ok(hex::encode(&proof[..PROOF_BYTES]) + &text)
    }

    /// The position that a text is; none if it was not given out like this.
    pub(crate) fn open(&self, text: &str) -> Option<Position> {
        let (proof, text) = text.split_at_checked(PROOF_DIGITS)?;
        self.over(text).verify_truncated_left(&hex::decode(proof).ok()?).ok()?;
        serde_json::from_str(text).ok()
    }

    fn over(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(text.as_bytes());
        mac
    }
}
