//! Names of records.

use uuid::Uuid;

/// The name of a record. Commands, and the records they open, bear a UUIDv7 made where the person is;
/// everything else is [`derive`]d, so that a command replayed anywhere makes the same records again.
pub type Id = Uuid;

/// The name of the thing called `name` below `parent` (UUIDv5, RFC 9562 section 5.5).
pub fn derive(parent: Id, name: &str) -> Id {
    Uuid::new_v5(&parent, name.as_bytes())
}
