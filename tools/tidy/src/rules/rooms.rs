//! Inside headquarters, what follows from a command goes through one room after the other: a room names those before it in this
//! list, and none behind it.

use crate::tree::{Finding, Tree};
use regex::Regex;

/// Where the rooms are.
const HOUSE: &str = "crates/headquarters/src/";

/// The rooms, from those that know none of the others to the one that all of them serve. `jobs` acts by itself, through the same judge.
const ROOMS: &[&str] = &[
    "visibility",
    "commit",
    "access",
    "judge",
    "jobs",
    "delivery",
    "receive",
    "files",
    "tenant",
    "operations",
    "report",
    "console",
    "http",
];

/// What holds the rooms together: they may all name it, and it names the state that each of them keeps in it.
const HALL: &[&str] = &["lib", "error", "headquarters"];

/// Finds a room that names one behind it, and one that has no place in the list.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Ok(pattern) = Regex::new(r"\bcrate::([a-z_]+)") else { return findings };
    for (path, text) in tree.all().filter(|(path, _)| path.starts_with(HOUSE) && path.ends_with(".rs")) {
        let inside = &path[HOUSE.len()..];
        let room = inside.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        if HALL.contains(&room) {
            continue;
        }
        let Some(place) = ROOMS.iter().position(|known| *known == room) else {
            findings.push(Finding::file(path, "this room has no place yet in tools/tidy/src/rules/rooms.rs"));
            continue;
        };
        // Tests stand at the end, and may bring in whatever they need.
        let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
        for (index, line) in lines.enumerate() {
            for named in pattern.captures_iter(line).map(|found| found[1].to_owned()) {
                if ROOMS.iter().position(|known| *known == named).is_some_and(|other| other > place) {
                    findings.push(Finding::line(path, index, format!("{room} must not know {named}")));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::says;

    #[test]
    fn a_room_knows_those_before_it_and_none_behind() {
        let found = |path: &str, text: &str| says(super::check, &[(path, text)]);
        assert!(
            found("crates/headquarters/src/receive/mod.rs", "use crate::judge::judge;\nuse crate::error::X;")
                .is_empty()
        );
        assert!(
            found("crates/headquarters/src/judge/mod.rs", "use super::when;\n#[cfg(test)]\nuse crate::http::X;")
                .is_empty()
        );
        assert_eq!(found("crates/headquarters/src/judge/mod.rs", "use crate::receive::Sender;").len(), 1);
        assert_eq!(found("crates/headquarters/src/report.rs", "let console = crate::console::Console;").len(), 1);
        assert_eq!(found("crates/headquarters/src/cellar/mod.rs", "").len(), 1);
        assert!(found("crates/store/src/cellar.rs", "use crate::http;").is_empty());
    }
}
