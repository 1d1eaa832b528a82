//! The rules, each in its file.

mod arrows;
mod changelog;
mod colours;
mod languages;
mod map;
pub mod migrations;
mod rooms;
mod sizes;
mod words;

use crate::tree::{Finding, Tree};

/// A rule with a name, what it says, and how it is checked.
pub struct Rule {
    /// What it is called.
    pub name: &'static str,
    /// What it says, in one line.
    pub says: &'static str,
    /// Finds what breaks it.
    pub check: fn(&Tree) -> Vec<Finding>,
}

/// All rules.
pub const ALL: &[Rule] = &[
    Rule { name: "map", says: "ARCHITECTURE.md names every crate, and no path that is gone", check: map::check },
    Rule { name: "arrows", says: "dependencies between crates point one way", check: arrows::check },
    Rule { name: "rooms", says: "the rooms of headquarters follow each other", check: rooms::check },
    Rule { name: "migrations", says: "a released migration is never edited", check: migrations::check },
    Rule { name: "languages", says: "both languages say everything, with the same values", check: languages::check },
    Rule { name: "sizes", says: "a Rust file has 500 lines at most, a component 250", check: sizes::check },
    Rule { name: "colours", says: "colours are named in tokens.css and nowhere else", check: colours::check },
    Rule { name: "words", says: "nothing is left for later in a comment", check: words::check },
    Rule { name: "changelog", says: "CHANGELOG.md has a place for what is not released", check: changelog::check },
];

#[cfg(test)]
pub(crate) fn says(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    check(&Tree::of(files)).iter().map(ToString::to_string).collect()
}
