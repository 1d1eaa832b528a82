//! Writes the TypeScript types of everything that crosses the door, so that the UI is checked against the Rust.

use crate::questions::{self, Position};
use crate::{
    Action, Failure, Given, Installation, Invitation, Jobs, Notice, Outbox, OwnSession, SecurityActs, SecurityKind,
    StoredFile,
};
use outpost_domain::{Act, AnyRecord, Choice, Code, Command, Field, Kind, Refusal, Value, What};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use ts_rs::{Config, TS};

const HEADER: &str = "// Written by `./dev generate` from the Rust types. Do not edit.\n";

/// Writes all types into `folder`, which is emptied first.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(folder: &Path) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let config = Config::new().with_out_dir(folder).with_large_int("number");
    questions::export(&config)?;
    macro_rules! all { ($($type:ty),*) => { $(<$type as TS>::export_all(&config)?;)* } }
    all!(
        Act,
        AnyRecord,
        Code,
        Command,
        Kind,
        Refusal,
        Position,
        Action,
        Failure,
        Given,
        Installation,
        Invitation,
        Notice,
        OwnSession,
        Outbox,
        SecurityActs,
        Jobs,
        SecurityKind,
        StoredFile,
        outpost_scan::Reading,
        outpost_scan::LabelSheet
    );
    own_header(folder)?;
    std::fs::write(folder.join("declared.ts"), declared()?)?;
    std::fs::write(folder.join("index.ts"), index(folder, &config)?)?;
    Ok(())
}

/// Puts our own first line over the files, so that whoever opens one knows where it comes from.
fn own_header(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let text = std::fs::read_to_string(&path)?;
        let body = text.split_once('\n').map_or(text.as_str(), |(_, body)| body);
        std::fs::write(&path, format!("{HEADER}{body}"))?;
    }
    Ok(())
}

fn index(folder: &Path, config: &Config) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let mut names: Vec<String> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".ts").map(str::to_owned))
        .filter(|name| name != "index" && name != "declared")
        .collect();
    names.sort();
    let mut text = String::from(HEADER);
    for name in &names {
        writeln!(text, "export type {{ {name} }} from \"./{name}\";")?;
    }
    let pairs = questions::pairs(config);
    for name in pairs.iter().flat_map(|(_, ask, answer)| [ask, answer]) {
        writeln!(text, "import type {{ {name} }} from \"./{name}\";")?;
    }
    text.push_str(
        "\n/** What each question is asked with, and what it is answered. */\nexport interface Questions {\n",
    );
    for (name, ask, answer) in &pairs {
        writeln!(text, "  {name}: {{ ask: {ask}; answer: {answer} }};")?;
    }
    text.push_str("}\n\n/** All codes, for a check that each has its sentence. */\nexport const CODES = [");
    let codes: Vec<String> = Code::ALL.iter().map(|code| format!("\"{}\"", code.word())).collect();
    writeln!(text, "{}] as const;", codes.join(", "))?;
    let names: Vec<String> = Command::NAMES.iter().map(|name| format!("\"{name}\"")).collect();
    writeln!(text, "\n/** All commands. */\nexport const COMMANDS = [{}] as const;", names.join(", "))?;
    let names: Vec<String> = What::NAMES.iter().map(|name| format!("\"{name}\"")).collect();
    writeln!(text, "\n/** All that can happen. */\nexport const EVENTS = [{}] as const;", names.join(", "))?;
    Ok(text)
}

/// What each kind of record says of its fields, for the forms of the console.
fn declared() -> Result<String, serde_json::Error> {
    let mut text = String::from(HEADER);
    text.push_str(
        "\nimport type { Kind } from \"./Kind\";\n
/** What a kind of record says of a field: its type, and what it has to be to be taken. */
export interface Declared {
  type: \"text\" | \"date\" | \"record\" | \"records\" | \"choice\" | \"decimal\" | \"degrees\" | \"number\" | \"switch\" | \"structure\";
  /** Something must be in it. */
  required: boolean;
  /** Longest text, in characters. */
  limit?: number;
  /** Which kind a record is of. */
  of?: Kind;
  /** The words of a choice. */
  words?: string[];
}

/** The fields of each kind of record, in their order. */
export const declared: Record<Kind, Record<string, Declared>> = {\n",
    );
    for kind in Kind::ALL {
        let fields: Result<Vec<String>, serde_json::Error> = kind
            .declared()
            .fields
            .iter()
            .map(|field| Ok(format!("    {}: {},", field.name, serde_json::to_string(&described(field))?)))
            .collect();
        writeln!(text, "  {}: {{\n{}\n  }},", kind.table(), fields?.join("\n")).map_err(serde::ser::Error::custom)?;
    }
    text.push_str("};\n");
    Ok(text)
}

fn described(field: &Field) -> serde_json::Value {
    let (value, required) = match &field.value {
        Value::Optional(value) => (&**value, false),
        // A text may be empty unless it says otherwise.
        Value::Text => (&field.value, field.filled),
        Value::Many(_) | Value::Map | Value::Structure(_) => (&field.value, false),
        value => (value, true),
    };
    let kind = match value {
        Value::Text if field.name.ends_with("_on") => "date",
        Value::Text => "text",
        Value::Id => "record",
        Value::Many(value) if **value == Value::Id => "records",
        Value::Choice(_) => "choice",
        Value::Decimal => "decimal",
        Value::Float => "degrees",
        Value::Whole => "number",
        Value::Switch => "switch",
        Value::Many(_) | Value::Map | Value::Structure(_) | Value::Optional(_) => "structure",
    };
    let mut said = json!({ "type": kind, "required": required });
    if let Some(most) = field.most {
        said["limit"] = most.into();
    }
    if let Some(of) = field.of {
        said["of"] = of.table().into();
    }
    if let Value::Choice(words) = value {
        said["words"] = words.clone().into();
    }
    said
}
