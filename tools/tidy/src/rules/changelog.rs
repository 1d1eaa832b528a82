//! CHANGELOG.md has a place for what is not released yet, above what is.

use crate::tree::{Finding, Tree};

const PATH: &str = "CHANGELOG.md";

/// Finds that the place is missing or is not the first.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.text(PATH) else { return vec![Finding::file(PATH, "is missing")] };
    match text.lines().find(|line| line.starts_with("## ")) {
        Some(first) if first.trim_start_matches("## ").trim() == "Unreleased" => Vec::new(),
        _ => vec![Finding::file(PATH, "its first section must be `## Unreleased`")],
    }
}

#[cfg(test)]
mod tests {
    use super::super::says;

    #[test]
    fn the_first_section_must_be_the_unreleased_one() {
        assert!(says(super::check, &[("CHANGELOG.md", "# Changes\n\n## Unreleased\n- x\n")]).is_empty());
        assert_eq!(says(super::check, &[("CHANGELOG.md", "## 0.1.0\n\n## Unreleased\n")]).len(), 1);
        assert_eq!(says(super::check, &[("README.md", "")]), ["CHANGELOG.md: is missing"]);
    }
}
