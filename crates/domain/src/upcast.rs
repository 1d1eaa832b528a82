//! Reading commands that older programs wrote. Tablets lag by months, and what they did counts all the same.

use crate::{Act, Command, Id, Instant};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Turns a payload of one version into the next.
type Upcast = fn(&mut Value);

/// By the name of the command and the version that it takes. Whoever raises a version in `commands!` adds a line here, and
/// `tests/golden` fails until it is true. A line that was released is never changed.
const UPCASTS: &[(&str, u32, Upcast)] = &[];

/// An [`Act`] whose payload is still as it was written: also one of a command that this program does not know.
#[derive(Debug, Deserialize)]
pub struct Envelope<'a> {
    /// See [`Act::id`].
    pub id: Id,
    /// See [`Act::actor_id`].
    pub actor_id: Id,
    /// See [`Act::replica_id`].
    pub replica_id: Id,
    /// See [`Act::occurred_at`].
    pub occurred_at: Instant,
    /// See [`Act::requires`].
    pub requires: Vec<Id>,
    /// What the command is called.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    #[serde(borrow)]
    payload: &'a RawValue,
}

impl<'a> Envelope<'a> {
    /// Reads what every command has.
    ///
    /// # Errors
    /// When it is not there, or not by its name: a list of values would be taken for a command by the order of its fields.
    pub fn read(text: &'a str) -> serde_json::Result<Envelope<'a>> {
        let envelope: Envelope<'_> = serde_json::from_str(text)?;
        if text.trim_start().starts_with('{') && envelope.payload.get().starts_with('{') {
            return Ok(envelope);
        }
        Err(serde_json::Error::custom("a command is an object, and so is its payload"))
    }

    /// Reads something out of the payload.
    ///
    /// # Errors
    /// When it is something else.
    pub fn payload<T: Deserialize<'a>>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.payload.get())
    }

    /// The command, written in this version; none if this program does not know it.
    pub fn open(self, version: u32) -> Option<Act> {
        self.open_by(UPCASTS, version)
    }

    fn open_by(self, upcasts: &[(&str, u32, Upcast)], version: u32) -> Option<Act> {
        let Envelope { id, actor_id, replica_id, occurred_at, requires, name, payload } = self;
        let current = Command::version_of(&name)?;
        if version > current {
            return None;
        }
        let mut payload = Cow::Borrowed(payload.get());
        for from in version..current {
            let (_, _, upcast) = upcasts.iter().find(|(of, takes, _)| *of == name && *takes == from)?;
            let mut fields = serde_json::from_str(&payload).ok()?;
            upcast(&mut fields);
            payload = Cow::Owned(fields.to_string());
        }
        let command = Command::read(&name, &payload)?;
        if command.sets_newer() {
            return None;
        }
        Some(Act { id, actor_id, replica_id, occurred_at, requires, command })
    }
}

impl Act {
    /// Reads a command as it was written, with the version that it was written in; none if this program does not know it.
    pub fn read(text: &str, version: u32) -> Option<Act> {
        Envelope::read(text).ok()?.open(version)
    }
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

    fn read_by(upcasts: &[(&str, u32, Upcast)], text: &str, version: u32) -> Option<Act> {
        Envelope::read(text).ok()?.open_by(upcasts, version)
    }

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

    #[test]
    fn what_has_no_names_is_no_command() {
        let id = crate::Id::from_u128(7);
        let payload = serde_json::json!({ "ticket_id": id, "text": "door" });
        let act = |payload: &serde_json::Value| {
            serde_json::json!({
                "id": id, "actor_id": id, "replica_id": id, "occurred_at": 1, "requires": [], "name": "AddNote",
                "payload": payload,
            })
        };
        assert!(Act::read(&act(&payload).to_string(), 1).is_some());
        assert_eq!(Act::read(&act(&serde_json::json!([id, "door"])).to_string(), 1), None);
        let fields = serde_json::json!([id, id, id, 1, [], "AddNote", payload]);
        assert_eq!(Act::read(&fields.to_string(), 1), None);
    }
}
