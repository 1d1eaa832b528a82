//! Reading commands that older programs wrote. Tablets lag by months, and what they did counts all the same.

use crate::{Act, Command};
use serde_json::Value;

/// Turns a payload of one version into the next.
type Upcast = fn(&mut Value);

/// By the name of the command and the version that it takes. Whoever raises a version in `commands!` adds a line here, and
/// `tests/golden` fails until it is true. A line that was released is never changed.
const UPCASTS: &[(&str, u32, Upcast)] = &[];

impl Act {
    /// Reads a command as it was written, with the version that it was written in; none if this program does not know it.
    pub fn read(text: &str, version: u32) -> Option<Act> {
        read_by(UPCASTS, text, version)
    }
}

fn read_by(upcasts: &[(&str, u32, Upcast)], text: &str, version: u32) -> Option<Act> {
    if let Ok(act) = serde_json::from_str::<Act>(text)
        && act.command.version() == version
    {
        return Some(act);
    }
    let mut written: Value = serde_json::from_str(text).ok()?;
    let name = written.get("name")?.as_str()?.to_owned();
    let current = Command::version_of(&name)?;
    if version > current {
        return None;
    }
    for from in version..current {
        let (_, _, upcast) = upcasts.iter().find(|(of, takes, _)| *of == name && *takes == from)?;
        upcast(written.get_mut("payload")?);
    }
    serde_json::from_value(written).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As if notes had once been called otherwise: the version before the present one.
    const OLD: &[(&str, u32, Upcast)] = &[("AddNote", 0, |payload| {
        if let Some(text) = payload.as_object_mut().and_then(|fields| fields.remove("note")) {
            payload["text"] = text;
        }
    })];

    fn note(field: &str) -> String {
        let id = crate::Id::from_u128(7);
        serde_json::json!({
            "id": id, "actor_id": id, "replica_id": id, "occurred_at": 1, "requires": [], "name": "AddNote",
            "payload": { "ticket_id": id, field: "door is stuck" },
        })
        .to_string()
    }

    #[test]
    fn an_old_command_reads_as_one_of_today() {
        let old = read_by(OLD, &note("note"), 0);
        assert!(old.is_some());
        assert_eq!(old, read_by(OLD, &note("text"), 1));
    }

    #[test]
    fn what_nobody_knows_is_not_guessed_at() {
        assert_eq!(read_by(OLD, &note("text"), 2), None, "of a newer program");
        assert_eq!(read_by(&[], &note("note"), 0), None, "without an upcaster");
        assert_eq!(read_by(OLD, &note("note"), 1), None, "of another version than it says");
        assert_eq!(read_by(OLD, &note("text").replace("AddNote", "AddSong"), 1), None);
        assert_eq!(read_by(OLD, "half a", 1), None);
    }
}
