//! Getting unsent work out of a damaged database.

use crate::identity::Identity;
use crate::replica::Replica;
use cbc::cipher::{Block, BlockModeDecrypt, KeyIvInit};
use outpost_domain::{Act, Id, Instant, WrittenAct};
use outpost_store::rusqlite::OpenFlags;
use outpost_store::{Key, connect};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What could still be read of a damaged database.
#[derive(Debug, Default)]
pub struct Salvaged {
    /// The commands, oldest first.
    pub acts: Vec<WrittenAct>,
    /// Who the replica is, if that could be read as well: headquarters believes what it signs.
    pub identity: Option<Identity>,
}

/// The commands that can still be read from the replica in `folder`, oldest first. Nothing is written. First SQLite is
/// asked; then each page of the database and its log is decrypted by itself and searched for whatever looks like a command,
/// so that a torn header or page loses as little as possible. Commands that had already been sent may be among them; headquarters knows
/// them by their ids. Those that SQLite still gives are as they were written, whatever their version; of raw bytes only what
/// this program understands.
///
/// # Errors
/// When the files cannot be read at all.
pub fn salvage(folder: &Path, key: &Key) -> std::io::Result<Salvaged> {
    let database = folder.join(Replica::DATABASE);
    let (mut acts, mut identity) = (Acts::new(), None);
    ask(&database, key, &mut acts);
    let mut search = |bytes: &[u8]| {
        for page in bytes.chunks(PAGE) {
            let plain = decrypted(page, key);
            find(&plain, &mut acts);
            // The log comes last, and what is written into it is newer.
            identity = find_identity(&plain).or(identity.take());
        }
    };
    search(&std::fs::read(&database)?);
    if let Ok(log) = std::fs::read(folder.join(format!("{}-wal", Replica::DATABASE))) {
        // Each frame of the log is a header and a page: <https://www.sqlite.org/fileformat2.html#walformat>.
        let frames = log.get(LOG_HEADER..).unwrap_or_default();
        frames.chunks(FRAME_HEADER + PAGE).filter_map(|frame| frame.get(FRAME_HEADER..)).for_each(search);
    }
    Ok(Salvaged { acts: in_order(acts), identity })
}

/// The commands in plain bytes of any kind, oldest first.
pub fn carve(bytes: &[u8]) -> Vec<WrittenAct> {
    let mut acts = Acts::new();
    find(bytes, &mut acts);
    in_order(acts)
}

fn in_order(acts: Acts) -> Vec<WrittenAct> {
    let mut acts: Vec<Saved> = acts.into_values().collect();
    acts.sort_by_key(|saved| (saved.named.occurred_at, saved.named.id));
    acts.into_iter().map(|saved| saved.written).collect()
}

/// What puts commands in order, whatever else they say.
#[derive(Deserialize)]
struct Named {
    id: Id,
    occurred_at: Instant,
}

struct Saved {
    named: Named,
    written: WrittenAct,
}

type Acts = BTreeMap<Id, Saved>;

fn ask(database: &Path, key: &Key, acts: &mut Acts) {
    let Ok(conn) = connect(database, Some(key), OpenFlags::SQLITE_OPEN_READ_ONLY) else { return };
    let Ok(mut statement) = conn.prepare("SELECT act, version FROM outbox ORDER BY seq") else { return };
    let Ok(mut rows) = statement.query([]) else { return };
    while let Ok(Some(row)) = rows.next() {
        let (Ok(act), Ok(version)) = (row.get::<_, String>(0), row.get(1)) else { continue };
        if let Ok(named) = serde_json::from_str::<Named>(&act) {
            acts.insert(named.id, Saved { named, written: WrittenAct { version, act } });
        }
    }
}

const PAGE: usize = 4096;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// At the end of a page: the initialization vector, and the HMAC that nobody can ask any more when the page is torn.
const RESERVED: usize = 16 + 64;

/// What a page of SQLCipher 4 says, torn or not: <https://www.zetetic.net/sqlcipher/design/>. The beginning of the first page
/// comes out as noise, which holds no commands.
fn decrypted(page: &[u8], key: &Key) -> Vec<u8> {
    let mut plain = page.to_vec();
    plain.resize(PAGE, 0);
    let (cells, reserved) = plain.split_at_mut(PAGE - RESERVED);
    let Some(vector) = reserved.first_chunk::<16>() else { return Vec::new() };
    let mut cipher = cbc::Decryptor::<aes::Aes256>::new(key.bits().into(), vector.into());
    let (blocks, _) = Block::<aes::Aes256>::slice_as_chunks_mut(cells);
    cipher.decrypt_blocks(blocks);
    plain.truncate(PAGE - RESERVED);
    plain
}

/// Finds a `{"headquarters":"…` that reads as who a replica is.
fn find_identity(bytes: &[u8]) -> Option<Identity> {
    const START: &[u8] = b"{\"headquarters\":\"";
    let places = bytes.windows(START.len()).enumerate().filter(|(_, window)| *window == START);
    places.filter_map(|(at, _)| serde_json::Deserializer::from_slice(&bytes[at..]).into_iter().next()?.ok()).next_back()
}

/// Finds every `{"id":"…` that reads as a command.
fn find(bytes: &[u8], acts: &mut Acts) {
    const START: &[u8] = b"{\"id\":\"";
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(START.len()).position(|window| window == START) {
        at += found;
        let mut stream = serde_json::Deserializer::from_slice(&bytes[at..]).into_iter::<Act>();
        if let Some(Ok(act)) = stream.next() {
            let end = at + stream.byte_offset();
            let written = WrittenAct {
                version: act.command.version(),
                act: String::from_utf8_lossy(&bytes[at..end]).into_owned(),
            };
            let named = Named { id: act.id, occurred_at: act.occurred_at };
            acts.entry(act.id).or_insert(Saved { named, written });
        }
        at += START.len();
    }
}
