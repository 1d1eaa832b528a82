//! Dependencies between the crates point one way, and the core knows nothing of the machine around it.

use crate::tree::{Finding, Tree};
use toml::{Table, Value};

/// Which of our crates each may depend on. A crate that is not in this list is a finding: its place must be decided.
const MAY: &[(&str, &[&str])] = &[
    ("outpost-derive", &[]),
    ("outpost-domain", &["outpost-derive"]),
    ("outpost-scan", &[]),
    ("outpost-store", &["outpost-domain"]),
    ("outpost-postgres", &["outpost-domain", "outpost-store"]),
    ("outpost-sync", &["outpost-domain", "outpost-store"]),
    ("outpost-app", &["outpost-domain", "outpost-store", "outpost-sync", "outpost-scan"]),
    ("outpost-demo", &["outpost-domain"]),
    (
        "outpost-headquarters",
        &[
            "outpost-domain",
            "outpost-store",
            "outpost-postgres",
            "outpost-sync",
            "outpost-scan",
            "outpost-app",
            "outpost-demo",
        ],
    ),
    (
        "outpost-simulate",
        &[
            "outpost-postgres",
            "outpost-domain",
            "outpost-store",
            "outpost-sync",
            "outpost-demo",
            "outpost-headquarters",
        ],
    ),
    ("outpost-shell", &["outpost-domain", "outpost-store", "outpost-sync", "outpost-scan", "outpost-app"]),
    (
        "outpost",
        &[
            "outpost-domain",
            "outpost-store",
            "outpost-postgres",
            "outpost-sync",
            "outpost-scan",
            "outpost-app",
            "outpost-demo",
            "outpost-headquarters",
            "outpost-simulate",
        ],
    ),
    ("outpost-cluster", &[]),
    ("outpost-s3", &[]),
    ("outpost-tidy", &[]),
];

/// Crates that stand in no one's way: nothing may depend on them, so they may depend on anything.
const ENDS: &[&str] = &["outpost-stories", "outpost-bench", "outpost-scan-fuzz", "outpost-sync-fuzz"];

/// What brings a database, a network, a clock, randomness or a screen into a crate that must know none.
const MACHINE: &[&str] = &[
    "async-std",
    "axum",
    "chrono",
    "getrandom",
    "hyper",
    "jiff",
    "postgres",
    "rand",
    "reqwest",
    "rusqlite",
    "smol",
    "sqlx",
    "tauri",
    "time",
    "tokio",
    "tokio-postgres",
    "ureq",
];
/// What brings a window into a crate that must do without one.
const WINDOW: &[&str] = &["tauri", "wry", "tao"];

/// Finds arrows that point the wrong way.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let manifests = tree.all().filter(|(path, _)| *path == "Cargo.toml" || path.ends_with("/Cargo.toml"));
    manifests.flat_map(|(path, text)| manifest(path, text)).collect()
}

fn manifest(path: &str, text: &str) -> Vec<Finding> {
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(error) => return vec![Finding::file(path, format!("cannot be read: {error}"))],
    };
    let name = table.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
    let Some(name) = name else { return Vec::new() };
    if ENDS.contains(&name) {
        return Vec::new();
    }
    let Some((_, may)) = MAY.iter().find(|(crate_name, _)| *crate_name == name) else {
        return vec![Finding::file(path, format!("{name} has no place yet in tools/tidy/src/rules/arrows.rs"))];
    };
    let mut findings = Vec::new();
    for dependency in dependencies(&table) {
        let ours = dependency == "outpost" || dependency.starts_with("outpost-");
        if ours && !may.contains(&dependency.as_str()) {
            findings.push(Finding::file(path, format!("{name} must not depend on {dependency}")));
        }
        if name == "outpost-domain" && MACHINE.contains(&dependency.as_str()) {
            findings.push(Finding::file(path, format!("the domain must not know {dependency}")));
        }
        if name != "outpost-shell" && WINDOW.contains(&dependency.as_str()) {
            findings.push(Finding::file(path, format!("only the shell may know {dependency}")));
        }
    }
    findings
}

/// The names of what a crate is built from, whatever the system; what only its tests use is no arrow.
fn dependencies(manifest: &Table) -> Vec<String> {
    let mut names = Vec::new();
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    for table in std::iter::once(manifest).chain(targets.filter_map(Value::as_table)) {
        for kind in ["dependencies", "build-dependencies"] {
            for (key, value) in table.get(kind).and_then(Value::as_table).into_iter().flatten() {
                let renamed = value.get("package").and_then(Value::as_str);
                names.push(renamed.unwrap_or(key).to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::says;

    fn found(manifest: &str) -> Vec<String> {
        says(super::check, &[("crates/x/Cargo.toml", manifest)])
    }

    #[test]
    fn arrows_that_point_the_right_way_pass() {
        let manifest = "[package]\nname = 'outpost-store'\n[dependencies]\noutpost-domain.workspace = true\nrusqlite = '1'\n\
             [dev-dependencies]\noutpost-sync.workspace = true";
        assert!(found(manifest).is_empty());
        assert!(found("[package]\nname = 'outpost-stories'\n[dependencies]\noutpost = '1'").is_empty());
        assert!(found("[workspace]\nmembers = []").is_empty());
    }

    #[test]
    fn an_arrow_that_points_back_is_found_under_any_name() {
        let manifest = "[package]\nname = 'outpost-store'\n[target.'cfg(unix)'.dependencies]\n\
             s = { package = 'outpost-sync', path = '../sync' }";
        assert_eq!(found(manifest), ["crates/x/Cargo.toml: outpost-store must not depend on outpost-sync"]);
    }

    #[test]
    fn the_domain_knows_no_machine_and_only_the_shell_a_window() {
        let manifest = "[package]\nname = 'outpost-domain'\n[dependencies]\ntokio = '1'";
        assert_eq!(found(manifest), ["crates/x/Cargo.toml: the domain must not know tokio"]);
        let manifest = "[package]\nname = 'outpost-app'\n[dependencies]\ntauri = '2'";
        assert_eq!(found(manifest), ["crates/x/Cargo.toml: only the shell may know tauri"]);
    }

    #[test]
    fn a_crate_without_a_place_is_found() {
        let manifest = "[package]\nname = 'outpost-util'";
        assert_eq!(
            found(manifest),
            ["crates/x/Cargo.toml: outpost-util has no place yet in tools/tidy/src/rules/arrows.rs"]
        );
    }
}
