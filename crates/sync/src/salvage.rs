//! Getting unsent work out of a damaged database.

use crate::replica::Replica;
use outpost_domain::{Act, Id, Instant, WrittenAct};
use outpost_store::rusqlite::{Connection, OpenFlags};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The commands that can still be read from the replica in `folder`, oldest first. Nothing is written. First SQLite is
/// asked; then the raw bytes of the database and its log are searched for whatever looks like a command, so that a torn
/// header or page loses as little as possible. Commands that had already been sent may be among them; headquarters knows
/// them by their ids. Those that SQLite still gives are as they were written, whatever their version; of raw bytes only what
/// this program understands.
///
/// # Errors
/// When the files cannot be read at all.
pub fn salvage(folder: &Path) -> std::io::Result<Vec<WrittenAct>> {
    let database = folder.join(Replica::DATABASE);
    let mut acts: BTreeMap<Id, Saved> = BTreeMap::new();
    ask(&database, &mut acts);
    carve(&std::fs::read(&database)?, &mut acts);
    if let Ok(log) = std::fs::read(folder.join(format!("{}-wal", Replica::DATABASE))) {
        carve(&log, &mut acts);
    }
    let mut acts: Vec<Saved> = acts.into_values().collect();
    acts.sort_by_key(|saved| (saved.named.occurred_at, saved.named.id));
    Ok(acts.into_iter().map(|saved| saved.written).collect())
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

fn ask(database: &Path, acts: &mut BTreeMap<Id, Saved>) {
    let Ok(conn) = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY) else { return };
    let Ok(mut statement) = conn.prepare("SELECT act, version FROM outbox ORDER BY seq") else { return };
    let Ok(mut rows) = statement.query([]) else { return };
    while let Ok(Some(row)) = rows.next() {
        let (Ok(act), Ok(version)) = (row.get::<_, String>(0), row.get(1)) else { continue };
        if let Ok(named) = serde_json::from_str::<Named>(&act) {
            acts.insert(named.id, Saved { named, written: WrittenAct { version, act } });
        }
    }
}

/// Finds every `{"id":"…` that reads as a command.
fn carve(bytes: &[u8], acts: &mut BTreeMap<Id, Saved>) {
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
