//! Colours are named once, in tokens.css, so that the light, the dark and the sunlight theme are complete.

use crate::tree::{Finding, Tree};
use regex::Regex;

/// Finds literal colours in the UI.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let (Ok(anywhere), Ok(in_style), Ok(token)) = (
        Regex::new(
            r##"(?:rgba?|hsla?|hwb|oklch|oklab|lch|lab)\(\s*[\d.]|["'\s:,(=]#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})(?:["'\s;,)]|$)"##,
        ),
        Regex::new(
            r"(?:color|background|fill|stroke|border[a-z-]*|outline|shadow)\s*[:=][^;]*\b(?:white|black|red|green|blue|gr[ae]y|orange|yellow|amber|silver|navy|maroon)\b",
        ),
        Regex::new(r"var\(--[\w-]+"),
    ) else {
        return vec![Finding::file("tools/tidy/src/rules/colours.rs", "holds a pattern that cannot be read")];
    };
    let mut findings = Vec::new();
    for (path, text) in tree.below("ui/src/").filter(|(path, _)| is_ours(path)) {
        for (index, line) in text.lines().enumerate() {
            let rest = token.replace_all(line, "");
            let style = !path.ends_with(".ts") && in_style.is_match(&rest);
            if style || anywhere.is_match(&rest) {
                findings.push(Finding::line(path, index, "a literal colour; name it in tokens.css"));
            }
        }
    }
    findings
}

fn is_ours(path: &str) -> bool {
    let ending = [".svelte", ".css", ".ts"].iter().any(|ending| path.ends_with(ending));
    ending && !path.ends_with("/tokens.css") && !path.ends_with(".test.ts") && !path.contains("/types/")
}

#[cfg(test)]
mod tests {
    use super::super::says;

    fn found(path: &str, line: &str) -> usize {
        says(super::check, &[(path, line)]).len()
    }

    #[test]
    fn literal_colours_are_found() {
        for line in
            ["color: #fff;", "<path fill=\"#1a2b3c\" />", "background: rgb(0 0 0 / 50%);", "border: 1px solid red;"]
        {
            assert_eq!(found("ui/src/lib/A.svelte", line), 1, "{line}");
        }
        assert_eq!(found("ui/src/lib/a.ts", "context.fillStyle = '#000'"), 1);
    }

    #[test]
    fn tokens_and_things_that_only_look_like_colours_pass() {
        for line in [
            "color: var(--red);",
            "{#each rows as row}",
            "<a href=\"#main\">",
            "fill: currentColor;",
            "color: CanvasText;",
            "<a href=\"#/tickets\">",
            "border: 1px solid var(--line-red);",
            "transform: translate(1px);",
        ] {
            assert_eq!(found("ui/src/lib/A.svelte", line), 0, "{line}");
        }
        assert_eq!(found("ui/src/lib/tokens.css", "--red: #f00;"), 0);
        assert_eq!(found("ui/src/lib/a.ts", "const tone = 'red';"), 0);
    }
}
