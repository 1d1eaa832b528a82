//! The key that what a device holds is encrypted with.

use std::fmt;

/// A key of 256 random bits. A SQLite database is encrypted with it by SQLCipher 4 as it is, without a password to derive
/// it from: pages of 4,096 bytes by AES-256 in CBC mode, each with its own initialization vector and an HMAC of SHA-512.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// The key with these bits, which nobody else may know and nobody can guess.
    pub const fn new(bits: [u8; 32]) -> Key {
        Key(bits)
    }

    /// Its bits.
    pub const fn bits(&self) -> &[u8; 32] {
        &self.0
    }

    /// What a connection has to be told before anything else.
    pub(crate) fn pragma(&self) -> String {
        format!("PRAGMA key = \"x'{}'\"", hex::encode(self.0))
    }
}

/// A log must not tell it.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}
