//! The files of a checkout, read once.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Folders that hold what was made, not written.
const SKIPPED: &[&str] = &["target", "node_modules", "dist", "gen", "paraglide", "test-results"];
/// Hidden folders that are ours.
const HIDDEN: &[&str] = &[".ci", ".github"];

/// Paths relative to the root, with `/` between, and the text of each file that is text.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads a checkout.
    pub fn read(root: &Path) -> anyhow::Result<Tree> {
        let mut tree = Tree::default();
        tree.walk(root, "")?;
        Ok(tree)
    }

    /// A tree for a test.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        Tree { files: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    fn walk(&mut self, folder: &Path, below: &str) -> anyhow::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{below}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                let hidden = name.starts_with('.') && !HIDDEN.contains(&name.as_str());
                if !hidden && !SKIPPED.contains(&name.as_str()) {
                    self.walk(&entry.path(), &format!("{path}/"))?;
                }
            } else if kind.is_file() {
                // What is not UTF-8 is a picture or the like: it is known to be there, and has no text.
                let text = String::from_utf8(std::fs::read(entry.path())?).unwrap_or_default();
                self.files.insert(path, text);
            }
        }
        Ok(())
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether there is such a file or folder.
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.contains_key(path) || self.below(&format!("{path}/")).next().is_some()
    }

    /// All files whose path begins so.
    pub fn below(&self, start: &str) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .range(start.to_owned()..)
            .take_while({
                let start = start.to_owned();
                move |(path, _)| path.starts_with(&start)
            })
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// All files.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.below("")
    }

    /// The names of the folders directly in `folder` that hold a file of this name.
    pub fn folders_with(&self, folder: &str, file: &str) -> Vec<String> {
        let start = format!("{folder}/");
        let names = self.below(&start).filter_map(|(path, _)| {
            let (name, rest) = path.strip_prefix(&start)?.split_once('/')?;
            (rest == file).then(|| name.to_owned())
        });
        names.collect()
    }
}

/// Something that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    path: String,
    line: Option<usize>,
    says: String,
}

impl Finding {
    /// About a whole file.
    pub fn file(path: &str, says: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line: None, says: says.into() }
    }

    /// About one line, counted from 0 as `enumerate` does.
    pub fn line(path: &str, index: usize, says: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line: Some(index + 1), says: says.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.says),
            None => write!(f, "{}: {}", self.path, self.says),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_knows_files_and_folders() {
        let tree = Tree::of(&[("crates/a/Cargo.toml", ""), ("crates/a/src/lib.rs", ""), ("crates/b/README.md", "")]);
        assert_eq!(tree.folders_with("crates", "Cargo.toml"), ["a"]);
        assert!(tree.has("crates/a/src") && tree.has("crates/a/src/lib.rs") && !tree.has("crates/a/s"));
    }

    #[test]
    fn reading_skips_what_was_made() {
        let folder = std::env::temp_dir().join(format!("outpost-tidy-{}", std::process::id()));
        for path in [".git/x", "ui/node_modules/x", ".ci/run", "ui/a.css"] {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        std::fs::write(folder.join("a.png"), [0xff, 0xfe]).unwrap();
        let tree = Tree::read(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        let tree = tree.unwrap();
        assert_eq!(tree.all().map(|(path, _)| path).collect::<Vec<_>>(), [".ci/run", "a.png", "ui/a.css"]);
        assert_eq!(tree.text("a.png"), Some(""));
    }
}
