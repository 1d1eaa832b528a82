//! Nothing is left for later in a comment: it is done, or it is an issue.

use crate::tree::{Finding, Tree};
use regex::Regex;

/// The words, written so that this file does not contain them.
const WORDS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), concat!("for", " now")];
/// Endings of files that people write.
const WRITTEN: &[&str] =
    &[".rs", ".ts", ".mjs", ".js", ".svelte", ".css", ".html", ".sql", ".md", ".toml", ".sh", "dev", ".ci/run"];

/// Finds forbidden words.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Ok(pattern) = Regex::new(&format!(r"\b(?:{})\b", WORDS.join("|"))) else { return findings };
    for (path, text) in tree.all().filter(|(path, _)| WRITTEN.iter().any(|ending| path.ends_with(ending))) {
        for (index, line) in text.lines().enumerate() {
            if let Some(word) = pattern.find(line) {
                findings.push(Finding::line(path, index, format!("`{}`: do it, or file an issue", word.as_str())));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::says;

    #[test]
    fn words_that_put_off_are_found_in_what_people_write() {
        let later = format!("// {}: tidy up", super::WORDS[0]);
        let found = says(super::check, &[("a.rs", later.as_str()), ("a.json", &later)]);
        assert_eq!(found.len(), 1);
        assert!(says(super::check, &[("a.rs", "a todo list"), ("b.rs", "METHODOLOGY")]).is_empty());
    }
}
