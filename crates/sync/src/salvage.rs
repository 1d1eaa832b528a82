//! Getting unsent work out of a damaged database.

use crate::replica::Replica;
use outpost_domain::{Act, Id};
use outpost_store::rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::Path;

/// The commands that can still be read from the replica in `folder`, oldest first. Nothing is written. First SQLite is
/// asked; then the raw bytes of the database and its log are searched for whatever looks like a command, so that a torn
/// header or page loses as little as possible. Commands that had already been sent may be among them; headquarters knows
/// them by their ids.
///
/// # Errors
/// When the files cannot be read at all.
pub fn salvage(folder: &Path) -> std::io::Result<Vec<Act>> {
    let database = folder.join(Replica::DATABASE);
    let mut acts: BTreeMap<Id, Act> = BTreeMap::new();
    ask(&database, &mut acts);
    carve(&std::fs::read(&database)?, &mut acts);
    if let Ok(log) = std::fs::read(folder.join(format!("{}-wal", Replica::DATABASE))) {
        carve(&log, &mut acts);
    }
    let mut acts: Vec<Act> = acts.into_values().collect();
    acts.sort_by_key(|act| (act.occurred_at, act.id));
    Ok(acts)
}

fn ask(database: &Path, acts: &mut BTreeMap<Id, Act>) {
    let Ok(conn) = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY) else { return };
    let Ok(mut statement) = conn.prepare("SELECT act FROM outbox ORDER BY seq") else { return };
    let Ok(mut rows) = statement.query([]) else { return };
    while let Ok(Some(row)) = rows.next() {
        if let Some(act) = row.get::<_, String>(0).ok().and_then(|act| serde_json::from_str::<Act>(&act).ok()) {
            acts.insert(act.id, act);
        }
    }
}

/// Finds every `{"id":"…` that reads as a command.
fn carve(bytes: &[u8], acts: &mut BTreeMap<Id, Act>) {
    const START: &[u8] = b"{\"id\":\"";
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(START.len()).position(|window| window == START) {
        at += found;
        let mut stream = serde_json::Deserializer::from_slice(&bytes[at..]).into_iter::<Act>();
        if let Some(Ok(act)) = stream.next() {
            acts.entry(act.id).or_insert(act);
        }
        at += START.len();
    }
}
