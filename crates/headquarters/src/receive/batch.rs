//! Reads commands while those before them are being committed.

use super::sender::Written;
use crate::error::HeadquartersError;
use outpost_domain::{MOST_BYTES, legible};
use outpost_sync::protocol::Pushed;
use outpost_sync::sha256_hex;
use serde_json::json;
use std::borrow::Cow;
use std::sync::mpsc::sync_channel;
use std::thread::Scope;

/// How many commands share one commit, and so one flush of the disk.
const COMMANDS_PER_COMMIT: usize = 100;

/// Commands that share a commit.
pub(crate) type Batch<'a> = Vec<Read<'a>>;

/// A command as it was written, and as far as it can be understood.
pub(crate) type Read<'a> = (Cow<'a, Pushed>, Written);

pub(crate) fn read_batch(commands: &[Pushed]) -> Batch<'_> {
    fn read(pushed: &Pushed) -> Read<'_> {
        // A device that sent the character 0 would be stuck with it: PostgreSQL keeps it in no text.
        let pushed = match legible(&pushed.act) {
            Cow::Borrowed(_) => Cow::Borrowed(pushed),
            Cow::Owned(act) => Cow::Owned(Pushed { act, ..pushed.clone() }),
        };
        let written = Written::read(&pushed);
        match beginning_of(&pushed) {
            Some(act) => (Cow::Owned(Pushed { act, ..pushed.into_owned() }), written),
            None => (pushed, written),
        }
    }
    commands.iter().map(read).collect()
}

/// What is kept of a command that is larger than any that a device gives: how it begins, and by what it is known again.
fn beginning_of(pushed: &Pushed) -> Option<String> {
    const SHOWN: usize = 1000;
    let bytes = pushed.act.len();
    let beginning: String = pushed.act.chars().take(SHOWN).collect();
    let sha256 = || sha256_hex(pushed.act.as_bytes());
    (bytes > MOST_BYTES).then(|| json!({ "bytes": bytes, "sha256": sha256(), "beginning": beginning }).to_string())
}

/// Reads commands, batch by batch: while one is being committed, another thread reads the next.
pub(crate) fn read_ahead<'scope, 'env: 'scope>(
    scope: &'scope Scope<'scope, 'env>,
    commands: &'env [Pushed],
) -> Result<impl Iterator<Item = Batch<'env>>, HeadquartersError> {
    let mut batches = commands.chunks(COMMANDS_PER_COMMIT).map(read_batch);
    let first = batches.next();
    let mut ahead = None;
    if batches.len() > 0 {
        let (send, received) = sync_channel(1);
        // Nobody takes them any more if one went wrong.
        let read = move || batches.map(|batch| send.send(batch)).take_while(Result::is_ok).for_each(drop);
        std::thread::Builder::new().spawn_scoped(scope, read)?;
        ahead = Some(received);
    }
    Ok(first.into_iter().chain(ahead.into_iter().flatten()))
}
