//! A file that is too long has two things in it.

use crate::tree::{Finding, Tree};

/// Ending and the most lines.
const LIMITS: &[(&str, usize)] = &[(".rs", 500), (".svelte", 250)];

/// Finds files that are too long.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.all().filter(|(path, _)| !is_test(path)) {
        let Some((_, limit)) = LIMITS.iter().find(|(ending, _)| path.ends_with(ending)) else { continue };
        let lines = text.lines().count();
        if lines > *limit {
            findings.push(Finding::file(
                path,
                format!("has {lines} lines; there are usually two things in more than {limit}"),
            ));
        }
    }
    findings
}

/// Tables of cases may be long.
fn is_test(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"))
}

#[cfg(test)]
mod tests {
    use super::super::says;

    #[test]
    fn long_files_are_found_and_long_tests_are_not() {
        let long = "x\n".repeat(501);
        let files = [
            ("crates/a/src/lib.rs", long.as_str()),
            ("crates/a/tests/all.rs", &long),
            ("crates/a/src/tests.rs", &long),
        ];
        assert_eq!(says(super::check, &files).len(), 1);
        let component = "x\n".repeat(251);
        assert_eq!(says(super::check, &[("ui/src/A.svelte", component.as_str()), ("ui/src/a.ts", &long)]).len(), 1);
        assert!(says(super::check, &[("ui/src/A.svelte", &"x\n".repeat(250))]).is_empty());
    }
}
