//! Checks the rules that this project has given itself and that no compiler knows.
//!
//! `cargo run -p outpost-tidy` prints what breaks a rule, one line each, and fails if there is any. Each rule is a pure
//! function from the [`tree::Tree`] of files to findings, in its own file below `rules/`, with its test beside it.
//! This program refuses to know: git, the network, how anything is built.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod rules;
mod tree;

use anyhow::{Context, bail};
use std::path::PathBuf;
use std::process::ExitCode;
use tree::Tree;

const HELP: &str = "\
Checks the project's own rules.

  tidy                      print what breaks a rule; fail if anything does
  tidy --rules              list the rules
  tidy --bless-migrations   add migrations that are new to migrations/checksums.txt; never changes a line
";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tidy: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => check(),
        ["--rules"] => {
            for rule in rules::ALL {
                println!("{:14} {}", rule.name, rule.says);
            }
            Ok(ExitCode::SUCCESS)
        }
        ["--bless-migrations"] => bless(),
        ["--help" | "-h"] => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("unknown arguments\n\n{HELP}"),
    }
}

fn check() -> anyhow::Result<ExitCode> {
    let tree = Tree::read(&root()?)?;
    let mut count = 0;
    for rule in rules::ALL {
        for finding in (rule.check)(&tree) {
            println!("{}: {finding}", rule.name);
            count += 1;
        }
    }
    println!("tidy: {} files, {} rules, {count} findings", tree.len(), rules::ALL.len());
    Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn bless() -> anyhow::Result<ExitCode> {
    let root = root()?;
    let tree = Tree::read(&root)?;
    let before = tree.text(rules::migrations::CHECKSUMS).unwrap_or_default();
    let after = rules::migrations::bless(&tree);
    std::fs::write(root.join(rules::migrations::CHECKSUMS), &after)?;
    println!("tidy: {} new", after.lines().count() - before.lines().count());
    Ok(ExitCode::SUCCESS)
}

/// The nearest folder above the working folder that holds the workspace.
fn root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir()?;
    here.ancestors()
        .find(|folder| folder.join("tauri.conf.json").is_file() && folder.join("Cargo.toml").is_file())
        .map(PathBuf::from)
        .context("this is not inside a checkout of Outpost")
}
