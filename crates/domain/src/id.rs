//! Names of records.

use uuid::{Builder, Uuid};

/// The name of a record. Commands, and the records they open, bear a UUIDv7 made where the person is;
/// everything else is [`derive`]d, so that a command replayed anywhere makes the same records again.
pub type Id = Uuid;

/// How many bytes of a UUIDv7 tell the time.
const TIME_BYTES: usize = 6;

/// The name of the thing called `name` below `parent`: a UUIDv5 (RFC 9562 section 5.5). Below one that begins with a time
/// it begins with the same, and is a UUIDv8 (section 5.8): what happens together lies together in an index, and a database
/// that grows writes to the same few pages.
pub fn derive(parent: Id, name: &str) -> Id {
    let derived = Uuid::new_v5(&parent, name.as_bytes());
    // What was derived from a UUIDv7 is a UUIDv8, and so is what derives from that.
    if !matches!(parent.get_version_num(), 7 | 8) {
        return derived;
    }
    let mut bytes = derived.into_bytes();
    bytes[..TIME_BYTES].copy_from_slice(&parent.as_bytes()[..TIME_BYTES]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::uuid;

    #[test]
    fn what_derives_from_a_time_is_sorted_by_it() {
        let (early, late) =
            (uuid!("0198c2f0-aaaa-7123-8123-000000000001"), uuid!("0198c2f0-aaab-7123-8123-000000000000"));
        let event = derive(early, "event 0");
        assert_eq!(event, uuid!("0198c2f0-aaaa-83ca-ac43-61e7ad92dc28"));
        assert_ne!(event, derive(early, "event 1"));
        assert!(event < derive(late, "event 0") && derive(event, "below") < derive(late, "event 0"));
        assert_eq!(derive(uuid!("0198c2f0-aaaa-4123-8123-000000000001"), "x").get_version_num(), 5);
    }
}
