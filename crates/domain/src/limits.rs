//! The one table of limits for what a command carries. They hold wherever a command is decided and whatever it is: nothing
//! beyond them is written, so that no record outgrows what a frame or a screen can hold.

use crate::{Code, Command, Refusal};
use serde_json::Value;
use std::borrow::Cow;

/// How many bytes a command may have, as JSON, all that is around it included.
pub const MOST_BYTES: usize = 64 * 1024;

/// A clock that is wrong by less than this, in milliseconds, is taken to be right: requests take their time.
pub const SAME_TIME_MILLIS: i64 = 10_000;

/// How many values a list in a command may have.
const MOST_VALUES: usize = 200;

/// How many characters a text may have that stands in no line of [`TEXTS`].
const SHORT_TEXT: usize = 500;

/// The texts that may be longer, by the field that they stand in.
const TEXTS: &[(&str, usize)] =
    &[("description", 10_000), ("text", 10_000), ("value", 10_000), ("note", 4_000), ("resolution", 2_000)];

/// That nothing in a command is beyond its limit.
pub(crate) fn within(command: &Command) -> Result<(), Refusal> {
    // A command is a sound value: it was one when it was read.
    let payload = serde_json::to_value(command).unwrap_or_default();
    fits("payload", &payload)
}

fn fits(field: &str, value: &Value) -> Result<(), Refusal> {
    let too_long = |limit: usize| Err(Refusal::new(Code::FieldTooLong).with("field", field).with("limit", limit));
    match value {
        Value::String(text) => {
            let limit = TEXTS.iter().find(|(name, _)| *name == field).map_or(SHORT_TEXT, |(_, limit)| *limit);
            // As many bytes as characters at least: most need not be counted.
            if text.len() > limit && text.chars().count() > limit { too_long(limit) } else { Ok(()) }
        }
        Value::Array(values) if values.len() > MOST_VALUES => too_long(MOST_VALUES),
        Value::Array(values) => values.iter().try_for_each(|value| fits(field, value)),
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| fits(name, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// A written command without the character 0, which PostgreSQL keeps in no text: both ends read the same, so they decide
/// the same.
pub fn legible(act: &str) -> Cow<'_, str> {
    if !act.contains('\0') && !act.contains("\\u0000") {
        return Cow::Borrowed(act);
    }
    let mut written = String::with_capacity(act.len());
    let mut rest = act;
    while let Some(at) = rest.find(['\0', '\\']) {
        written.push_str(&rest[..at]);
        rest = &rest[at..];
        // An escaped backslash is one character: what follows it is no escape.
        let (from, to) = if rest.starts_with('\0') {
            (1, "\u{fffd}")
        } else if rest.starts_with("\\u0000") {
            (6, "\\ufffd")
        } else {
            let escape = rest.chars().take(2).map(char::len_utf8).sum();
            (escape, &rest[..escape])
        };
        written.push_str(to);
        rest = &rest[from..];
    }
    written.push_str(rest);
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::AddNote;
    use crate::{Id, ticket::AttachFile, ticket::Purpose};

    #[test]
    fn every_text_has_a_limit_also_one_that_no_rule_looks_at() {
        let note = |length: usize| Command::from(AddNote { ticket_id: Id::nil(), text: "门".repeat(length) });
        assert_eq!(within(&note(10_000)), Ok(()));
        assert_eq!(within(&note(10_001)).unwrap_err().code, Code::FieldTooLong);
        let file = |demand: usize| {
            Command::from(AttachFile {
                ticket_id: Id::nil(),
                step_id: None,
                demand: "x".repeat(demand),
                purpose: Purpose::Photo,
                sha256: String::new(),
                thumbnail_sha256: String::new(),
                media_type: String::new(),
                size_bytes: 0,
                width: 0,
                height: 0,
                taken_at: None,
                latitude: None,
                longitude: None,
                name: String::new(),
            })
        };
        assert_eq!(within(&file(500)), Ok(()));
        assert_eq!(within(&file(501)).unwrap_err().details["field"], "demand");
    }

    #[test]
    fn the_character_0_is_replaced_and_nothing_else() {
        assert_eq!(legible(r#"{"text":"a\u0000b"}"#), r#"{"text":"a\ufffdb"}"#);
        assert_eq!(legible("a\0b"), "a\u{fffd}b");
        // Somebody typed a backslash, a u and four zeros.
        for typed in [r#"{"text":"a\\u0000b"}"#, r#"{"text":"门 \\\" \u4e00"}"#, r"\", ""] {
            assert_eq!(legible(typed), typed);
        }
        assert_eq!(legible(r#""\\\u0000""#), r#""\\\ufffd""#);
    }
}
