//! Encrypted backups: the same backup in pieces, each sealed by ChaCha20-Poly1305 under a key of this backup alone.
//!
//! That key derives from the one in the key file and from 32 random bytes at the beginning, so no piece fits into another
//! backup. A piece is numbered, and the last one says that it is: none can be left out, repeated, exchanged or cut off
//! without a word. It is the construction of `age`, with a key from a file in place of recipients.

use crate::error::HeadquartersError;
use hmac::{Hmac, Mac};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use sha2::Sha256;
use std::fmt;
use std::io::{self, BufReader, Read, Write};

/// What an encrypted backup begins with. One that is not encrypted begins with the length of its first part, which is short.
const BEGINNING: &[u8; 16] = b"outpost sealed 1";
const SALT_BYTES: usize = 32;
/// How much tells whether a key is the right one.
const CHECK_BYTES: usize = 16;
/// How much is sealed at once, and what sealing adds.
const PIECE_BYTES: usize = 64 << 10;
const TAG_BYTES: usize = 16;

/// What a key file holds before the digits of the key.
const KEY_WORD: &str = "outpost-backup-key-1:";

/// A key that backups are encrypted with.
pub struct BackupKey([u8; 32]);

impl fmt::Debug for BackupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupKey")
    }
}

impl BackupKey {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn make() -> Result<BackupKey, HeadquartersError> {
        Ok(BackupKey(random()?))
    }

    /// As a key file holds it.
    pub fn to_text(&self) -> String {
        format!("{KEY_WORD}{}\n", hex::encode(self.0))
    }

    /// The key in a key file.
    ///
    /// # Errors
    /// `not_understood` if there is none in it.
    pub fn of_text(text: &str) -> Result<BackupKey, HeadquartersError> {
        let digits = text.trim().strip_prefix(KEY_WORD).and_then(|digits| hex::decode(digits).ok());
        let key = digits.and_then(|digits| digits.try_into().ok());
        key.map(BackupKey).ok_or_else(|| {
            let why = "this is no key for backups; `outpost hq backup-key FILE` makes one";
            HeadquartersError::denied("not_understood", why)
        })
    }

    /// Begins to write an encrypted backup; it is not whole until [`Sealing::finish`].
    ///
    /// # Errors
    /// When the system has no random numbers, or the beginning cannot be written.
    pub fn seal<W: Write>(&self, mut to: W) -> Result<Sealing<W>, HeadquartersError> {
        let salt = random()?;
        to.write_all(BEGINNING)?;
        to.write_all(&salt)?;
        to.write_all(&self.derived(b"outpost backup check", &salt)?[..CHECK_BYTES])?;
        let pieces = self.pieces(&salt)?;
        Ok(Sealing { to, pieces, plain: Vec::with_capacity(PIECE_BYTES + TAG_BYTES) })
    }

    fn pieces(&self, salt: &[u8; SALT_BYTES]) -> Result<Pieces, HeadquartersError> {
        let key = self.derived(b"outpost backup pieces", salt)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &key);
        let key = key.map_err(|_| HeadquartersError::System("the key cannot be used".to_owned()))?;
        Ok(Pieces { key: LessSafeKey::new(key), next: 0 })
    }

    fn derived(&self, purpose: &[u8], salt: &[u8; SALT_BYTES]) -> Result<[u8; 32], HeadquartersError> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0);
        let mac = mac.map_err(|error| HeadquartersError::System(error.to_string()))?;
        Ok(mac.chain_update(purpose).chain_update(salt).finalize().into_bytes().into())
    }
}

fn random() -> Result<[u8; 32], HeadquartersError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| HeadquartersError::System(error.to_string()))?;
    Ok(random)
}

/// The key of one backup, and the number of its next piece.
struct Pieces {
    key: LessSafeKey,
    next: u64,
}

impl Pieces {
    /// No two pieces under one key have the same.
    fn nonce(&mut self, last: bool) -> Nonce {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.next.to_be_bytes());
        nonce[11] = last.into();
        self.next += 1;
        Nonce::assume_unique_for_key(nonce)
    }
}

/// Encrypts what is written.
pub struct Sealing<W: Write> {
    to: W,
    pieces: Pieces,
    /// What is not sealed yet.
    plain: Vec<u8>,
}

impl<W: Write> fmt::Debug for Sealing<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealing")
    }
}

impl<W: Write> Sealing<W> {
    fn piece(&mut self, last: bool) -> io::Result<()> {
        let nonce = self.pieces.nonce(last);
        let sealed = self.pieces.key.seal_in_place_append_tag(nonce, Aad::empty(), &mut self.plain);
        sealed.map_err(|_| io::Error::other("a piece of the backup cannot be encrypted"))?;
        self.to.write_all(&self.plain)?;
        self.plain.clear();
        Ok(())
    }

    /// Writes the last piece, without which the backup is none; gives back what was written to.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.piece(true)?;
        self.to.flush()?;
        Ok(self.to)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The last piece is known to be that only at the end, so a full one waits for what follows.
        if self.plain.len() == PIECE_BYTES && !bytes.is_empty() {
            self.piece(false)?;
        }
        let taken = bytes.len().min(PIECE_BYTES - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Decrypts what is read; gives out only what is authentic.
struct Opening<R: Read> {
    from: R,
    pieces: Pieces,
    /// What was read of the next piece already.
    ahead: Vec<u8>,
    plain: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Opening<R> {
    fn piece(&mut self) -> io::Result<()> {
        let sealed = PIECE_BYTES + TAG_BYTES;
        // One byte more tells whether another piece follows.
        let missing = (sealed + 1 - self.ahead.len()) as u64;
        self.from.by_ref().take(missing).read_to_end(&mut self.ahead)?;
        let rest = self.ahead.split_off(self.ahead.len().min(sealed));
        self.ended = rest.is_empty();
        self.plain = std::mem::replace(&mut self.ahead, rest);
        let nonce = self.pieces.nonce(self.ended);
        let opened = self.pieces.key.open_in_place(nonce, Aad::empty(), &mut self.plain).map(|plain| plain.len());
        let length = opened.map_err(|_| {
            let number = self.pieces.next;
            let why = format!("piece {number} was changed, belongs elsewhere, or what follows it was cut short");
            io::Error::new(io::ErrorKind::InvalidData, why)
        })?;
        self.plain.truncate(length);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Opening<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.given == self.plain.len() && !self.ended {
            self.piece()?;
        }
        let given = bytes.len().min(self.plain.len() - self.given);
        bytes[..given].copy_from_slice(&self.plain[self.given..self.given + given]);
        self.given += given;
        Ok(given)
    }
}

/// A backup as it was before it was encrypted, if it was.
///
/// # Errors
/// `key_missing` for an encrypted one without a key, `key_wrong` with another; and `key_unused` for a key and a backup that
/// is not encrypted: somebody may have put it there in place of one that was.
pub(crate) fn opened<'a>(
    from: impl Read + 'a,
    key: Option<&BackupKey>,
) -> Result<Box<dyn Read + 'a>, HeadquartersError> {
    let mut from = BufReader::new(from);
    let mut beginning = Vec::new();
    from.by_ref().take(BEGINNING.len() as u64).read_to_end(&mut beginning)?;
    let is_sealed = beginning == BEGINNING;
    let Some(key) = key else {
        if is_sealed {
            let why = "this backup is encrypted, and nothing was changed; name the file with its key: --key-file FILE";
            return Err(HeadquartersError::denied("key_missing", why));
        }
        return Ok(Box::new(io::Cursor::new(beginning).chain(from)));
    };
    if !is_sealed {
        let why =
            "this backup is not encrypted, and nothing was changed; leave --key-file out if that is as it should be";
        return Err(HeadquartersError::denied("key_unused", why));
    }
    let (mut salt, mut check) = ([0; SALT_BYTES], [0; CHECK_BYTES]);
    let cut = |_| {
        HeadquartersError::denied(
            "not_understood",
            "this is no whole backup, and nothing was restored: it is cut short",
        )
    };
    from.read_exact(&mut salt).and_then(|()| from.read_exact(&mut check)).map_err(cut)?;
    if key.derived(b"outpost backup check", &salt)?[..CHECK_BYTES] != check {
        let why = "this backup was encrypted with another key than this one, or its first line is damaged; nothing was changed";
        return Err(HeadquartersError::denied("key_wrong", why));
    }
    let pieces = key.pieces(&salt)?;
    let (ahead, plain) = (Vec::new(), Vec::new());
    Ok(Box::new(Opening { from, pieces, ahead, plain, given: 0, ended: false }))
}
