//! Writes docs/sync/records.md: what each kind of record has, for whoever writes another client, as the Rust types say it.

use outpost_domain::{Field, Kind, Structure, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// What stands before this line is written by hand.
const FROM_HERE: &str = "<!-- From here on written by `./dev generate` from the Rust types. -->\n";

/// More words than this are listed elsewhere.
const MANY_WORDS: usize = 12;

/// Writes the tables of all kinds into a document, behind what stands there by hand.
///
/// # Errors
/// When it cannot be read or written.
pub fn write(document: &Path) -> std::io::Result<()> {
    let text = std::fs::read_to_string(document)?;
    let (by_hand, _) = text.split_once(FROM_HERE).unwrap_or((&text, ""));
    std::fs::write(document, format!("{by_hand}{FROM_HERE}{}", tables().map_err(std::io::Error::other)?))
}

fn tables() -> Result<String, std::fmt::Error> {
    let (mut text, mut inner) = (String::new(), BTreeMap::new());
    for kind in Kind::ALL {
        let declared = kind.declared();
        table(&mut text, "##", kind.table(), &declared)?;
        find(&declared.fields, &mut inner);
    }
    text.push_str("\n## What stands in lists\n");
    for (name, structure) in &inner {
        table(&mut text, "###", name, structure)?;
    }
    Ok(text)
}

/// Finds what stands in fields and has fields of its own.
fn find(fields: &[Field], found: &mut BTreeMap<&'static str, Structure>) {
    for field in fields {
        let mut value = &field.value;
        while let Value::Optional(within) | Value::Many(within) = value {
            value = within;
        }
        if let Value::Structure(structure) = value {
            find(&structure.fields, found);
            found.insert(structure.name, structure.clone());
        }
    }
}

fn table(text: &mut String, level: &str, name: &str, structure: &Structure) -> std::fmt::Result {
    let about = plain(structure.about);
    write!(text, "\n{level} `{name}`\n\n{about}\n\n| column | type | |\n|---|---|---|\n")?;
    for field in &structure.fields {
        writeln!(text, "| `{}` | {} | {} |", field.name, written(field.name, &field.value), plain(field.about))?;
    }
    Ok(())
}

/// Without the brackets by which the Rust documentation makes links.
fn plain(about: &str) -> String {
    about.replace("[`", "`").replace("`]", "`").replace('|', "\\|")
}

fn written(name: &str, value: &Value) -> String {
    match value {
        Value::Text => "text".into(),
        Value::Id => "id".into(),
        Value::Whole if name.ends_with("_at") => "time".into(),
        Value::Whole => "integer".into(),
        Value::Float => "float".into(),
        Value::Decimal => "decimal".into(),
        Value::Switch => "bool".into(),
        Value::Map => "map of text to text".into(),
        Value::Choice(words) if words.len() > MANY_WORDS => "code".into(),
        Value::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "),
        Value::Optional(value) => format!("{} or null", written(name, value)),
        Value::Many(value) => format!("list of {}", written(name, value)),
        Value::Structure(structure) => format!("`{}`", structure.name),
    }
}
