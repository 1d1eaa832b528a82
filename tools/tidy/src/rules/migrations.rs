//! A migration that was released has run on tablets that we cannot reach: it is never edited, only followed by another.

use crate::tree::{Finding, Tree};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The file that holds one line per released migration: SHA-256, two spaces, the path below `migrations/`. It is
/// what `sha256sum` writes and checks.
pub const CHECKSUMS: &str = "migrations/checksums.txt";

/// Finds released migrations that were edited, removed or overtaken.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let released = released(tree);
    let mut findings = Vec::new();
    for (path, checksum) in &released {
        match tree.text(&format!("migrations/{path}")) {
            None => findings.push(Finding::file(CHECKSUMS, format!("{path} was released and is gone"))),
            Some(text) if sha256(text) != *checksum => {
                findings.push(Finding::file(
                    &format!("migrations/{path}"),
                    "was released and has been edited; undo that, and write a new migration",
                ));
            }
            Some(_) => {}
        }
    }
    for path in migrations(tree).filter(|path| !released.contains_key(*path)) {
        // Compared within a folder, so that each engine or side may count for itself.
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let last =
            released.keys().filter(|other| other.rsplit_once('/').map_or("", |(folder, _)| folder) == folder).max();
        if last.is_some_and(|last| path < last.as_str()) {
            findings.push(Finding::file(
                &format!("migrations/{path}"),
                "is new, but would run before migrations that were released; give it a later number",
            ));
        }
    }
    findings
}

/// The checksums with new migrations added at the end. A line that is there is never changed.
pub fn bless(tree: &Tree) -> String {
    let mut text = tree.text(CHECKSUMS).unwrap_or_default().to_owned();
    let released = released(tree);
    for path in migrations(tree).filter(|path| !released.contains_key(*path)) {
        let sql = tree.text(&format!("migrations/{path}")).unwrap_or_default();
        text.push_str(&format!("{}  {path}\n", sha256(sql)));
    }
    text
}

fn migrations(tree: &Tree) -> impl Iterator<Item = &str> {
    tree.below("migrations/")
        .filter_map(|(path, _)| path.strip_prefix("migrations/"))
        .filter(|path| path.ends_with(".sql"))
}

fn released(tree: &Tree) -> BTreeMap<String, String> {
    let lines = tree.text(CHECKSUMS).unwrap_or_default().lines();
    lines.filter_map(|line| line.split_once("  ")).map(|(sum, path)| (path.to_owned(), sum.to_owned())).collect()
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::says;
    use super::*;

    const FIRST: (&str, &str) = ("migrations/0001_records.sql", "create table a(b);\n");

    fn blessed() -> String {
        bless(&Tree::of(&[FIRST]))
    }

    #[test]
    fn released_ones_that_are_as_they_were_pass_and_new_ones_may_follow() {
        assert!(says(check, &[FIRST, (CHECKSUMS, &blessed()), ("migrations/0002_tags.sql", "x")]).is_empty());
    }

    #[test]
    fn an_edited_one_is_found_and_blessing_does_not_hide_it() {
        let edited = ("migrations/0001_records.sql", "create table a(b, c);\n");
        let again = bless(&Tree::of(&[edited, (CHECKSUMS, &blessed())]));
        assert_eq!(again, blessed());
        assert_eq!(says(check, &[edited, (CHECKSUMS, &again)]).len(), 1);
    }

    #[test]
    fn a_removed_or_overtaken_one_is_found() {
        assert_eq!(says(check, &[(CHECKSUMS, &blessed())]).len(), 1);
        assert_eq!(says(check, &[FIRST, (CHECKSUMS, &blessed()), ("migrations/0000_late.sql", "x")]).len(), 1);
    }

    #[test]
    fn sums_are_what_sha256sum_writes() {
        let sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(bless(&Tree::of(&[("migrations/1.sql", "")])), format!("{sum}  1.sql\n"));
    }
}
