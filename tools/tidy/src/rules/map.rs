//! The map: ARCHITECTURE.md names every crate, and names no path that is gone.

use crate::tree::{Finding, Tree};
use regex::Regex;

const MAP: &str = "ARCHITECTURE.md";

/// Finds crates that the map does not name, and paths on the map that lead nowhere.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(map) = tree.text(MAP) else { return vec![Finding::file(MAP, "is missing")] };
    let mut findings = Vec::new();
    for folder in ["crates", "tools"] {
        for name in tree.folders_with(folder, "Cargo.toml") {
            let path = format!("{folder}/{name}");
            if !names(map, &path) {
                findings.push(Finding::file(MAP, format!("does not name `{path}`")));
            }
        }
    }
    for (index, line) in map.lines().enumerate() {
        for path in paths(line) {
            if !tree.has(path) {
                findings.push(Finding::line(MAP, index, format!("names `{path}`, which is not there")));
            }
        }
    }
    findings
}

/// Whether the text names this very path, and not only a longer one.
fn names(text: &str, path: &str) -> bool {
    text.lines().flat_map(paths).any(|found| found.trim_end_matches('/') == path)
}

/// The paths from the root that a line names; URLs of the program, such as `/v1/sync`, begin with a slash and are not.
fn paths(line: &str) -> Vec<&str> {
    let Ok(pattern) = Regex::new(r"(?:^|[\s`(\[])((?:crates|tools|src-tauri|ui|migrations|tests|docs)/[\w./-]*)")
    else {
        return Vec::new();
    };
    let found = pattern.captures_iter(line).filter_map(|found| found.get(1));
    found.map(|path| path.as_str().trim_end_matches(['.', '/'])).filter(|path| path.contains('/')).collect()
}

#[cfg(test)]
mod tests {
    use super::super::says;

    const MANIFEST: (&str, &str) = ("crates/store/Cargo.toml", "");

    #[test]
    fn a_true_map_passes() {
        let map = "`crates/store` keeps rows; `crates/store/Cargo.toml`. It answers `/v1/sync` and `tests/`.";
        assert!(says(super::check, &[MANIFEST, ("ARCHITECTURE.md", map)]).is_empty());
    }

    #[test]
    fn a_crate_that_is_not_named_is_found() {
        let found = says(super::check, &[MANIFEST, ("ARCHITECTURE.md", "crates/store/Cargo.toml")]);
        assert_eq!(found, ["ARCHITECTURE.md: does not name `crates/store`"]);
    }

    #[test]
    fn a_path_that_is_gone_is_found() {
        let found =
            says(super::check, &[MANIFEST, ("ARCHITECTURE.md", "`crates/store`\nand [crates/bin](crates/bin/x.rs).")]);
        assert_eq!(
            found,
            [
                "ARCHITECTURE.md:2: names `crates/bin`, which is not there",
                "ARCHITECTURE.md:2: names `crates/bin/x.rs`, which is not there"
            ]
        );
    }
}
