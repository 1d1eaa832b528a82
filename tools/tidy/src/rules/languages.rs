//! Both languages are complete: the same messages, none empty, each with the same values in it.

use crate::tree::{Finding, Tree};
use regex::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const FOLDER: &str = "ui/messages/";
/// The languages that must be there: a folder each, with the same files.
const LANGUAGES: &[&str] = &["zh-CN", "en"];

/// The messages of one file by key, each with its texts.
type Messages = BTreeMap<String, Vec<String>>;

/// Finds messages that are missing, empty, or speak of other values in one of the languages.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut names = BTreeSet::new();
    for language in LANGUAGES {
        let start = format!("{FOLDER}{language}/");
        let files: Vec<&str> = tree.below(&start).filter_map(|(path, _)| path.strip_prefix(start.as_str())).collect();
        if files.is_empty() {
            findings.push(Finding::file(&start, "has no messages"));
        }
        names.extend(files);
    }
    for name in names {
        let mut sides = Vec::new();
        for language in LANGUAGES {
            let path = format!("{FOLDER}{language}/{name}");
            match read(tree, &path) {
                Ok(messages) => sides.push((path, messages)),
                Err(finding) => findings.push(finding),
            }
        }
        if let [one, other] = sides.as_slice() {
            compare(one, other, &mut findings);
        }
    }
    findings
}

fn read(tree: &Tree, path: &str) -> Result<Messages, Finding> {
    let text = tree.text(path).ok_or_else(|| Finding::file(path, "is missing"))?;
    let value = serde_json::from_str(text).map_err(|error| Finding::file(path, format!("cannot be read: {error}")))?;
    let mut messages = Messages::new();
    collect("", &value, &mut messages);
    Ok(messages)
}

fn compare(one: &(String, Messages), other: &(String, Messages), findings: &mut Vec<Finding>) {
    for ((path, messages), (other_path, others)) in [(one, other), (other, one)] {
        for (key, texts) in messages {
            if texts.iter().any(|text| text.trim().is_empty()) {
                findings.push(Finding::file(path, format!("`{key}` is empty")));
            }
            match others.get(key) {
                None => findings.push(Finding::file(other_path, format!("`{key}` is missing"))),
                // Told once for the pair, not from both sides.
                Some(other) if path < other_path && values(texts) != values(other) => {
                    findings.push(Finding::file(other_path, format!("`{key}` speaks of other values")));
                }
                Some(_) => {}
            }
        }
    }
}

/// Messages by key. A message with variants (an array) is one message with several texts, because languages differ in
/// how many variants they need.
fn collect(key: &str, value: &Value, messages: &mut Messages) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| *name != "$schema") {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                collect(&key, member, messages);
            }
        }
        Value::String(text) => messages.entry(key.to_owned()).or_default().push(text.clone()),
        Value::Array(variants) => {
            for variant in variants {
                let texts =
                    variant.get("match").and_then(Value::as_object).into_iter().flat_map(|texts| texts.values());
                let texts = texts.filter_map(Value::as_str).map(str::to_owned);
                messages.entry(key.to_owned()).or_default().extend(texts);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            messages.entry(key.to_owned()).or_default().push(String::new());
        }
    }
}

/// The names of the values in the texts of one message.
fn values(texts: &[String]) -> BTreeSet<String> {
    let Ok(pattern) = Regex::new(r"\{\s*(\w+)\s*\}") else { return BTreeSet::new() };
    texts
        .iter()
        .flat_map(|text| pattern.captures_iter(text).map(|found| found[1].to_owned()).collect::<Vec<_>>())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::says;

    fn found(chinese: &str, english: &str) -> Vec<String> {
        says(super::check, &[("ui/messages/zh-CN/a.json", chinese), ("ui/messages/en/a.json", english)])
    }

    #[test]
    fn complete_languages_pass_and_may_have_other_variants() {
        let english = r#"{"$schema": "x", "waiting": [{"match": {"n=one": "{n} waits", "n=other": "{n} wait"}}], "a": {"b": "c"}}"#;
        assert!(found(r#"{"waiting": "{n} 条等待", "a": {"b": "丙"}}"#, english).is_empty());
    }

    #[test]
    fn a_missing_an_empty_and_a_differing_message_are_found() {
        let chinese = r#"{"start": "开始", "stop": " ", "hello": "你好 {name}"}"#;
        let english = r#"{"stop": "Stop", "hello": "Hello {user}"}"#;
        let mut found = found(chinese, english);
        found.sort();
        assert_eq!(
            found,
            [
                "ui/messages/en/a.json: `start` is missing",
                "ui/messages/zh-CN/a.json: `hello` speaks of other values",
                "ui/messages/zh-CN/a.json: `stop` is empty"
            ]
        );
    }

    #[test]
    fn a_language_that_is_missing_or_broken_is_found() {
        assert_eq!(
            says(super::check, &[("ui/messages/en/a.json", "{}")]),
            ["ui/messages/zh-CN/: has no messages", "ui/messages/zh-CN/a.json: is missing"]
        );
        assert_eq!(found("{}", "{").len(), 1);
        assert_eq!(says(super::check, &[]).len(), 2);
    }
}
