//! Reads folders of pictures whose text stands beside them (`1.webp`, `1.txt`) and prints, for each folder, how many
//! were read right and wrong, and the milliseconds. Folders named `falsepositives…` hold no code.
//!
//! `cargo run --release -p outpost-scan --example measure -- [--live] [--list] [--qr] FOLDER…`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_scan::{CodeFormat, ReadMode, ReadOptions, ScanError, read_picture};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Default)]
struct Row {
    right: usize,
    other: usize,
    nothing: usize,
    broken: usize,
    millis: Vec<f64>,
}

fn main() {
    let (flags, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    let mut stages: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = Row::default();
    println!(
        "{:24} {:>5} {:>5} {:>5} {:>7} {:>8} {:>8} {:>8}",
        "folder", "right", "other", "none", "broken", "median", "p95", "max"
    );
    for folder in &folders {
        let mut row = Row::default();
        for path in pictures(Path::new(folder)) {
            let options = ReadOptions {
                mode: if has("--live") { ReadMode::Live } else { ReadMode::Still },
                formats: if has("--qr") { vec![CodeFormat::QrCode, CodeFormat::MicroQrCode] } else { Vec::new() },
                budget_millis: if has("--live") { 30 } else { 150 },
                frame: 0,
            };
            let reading = match read_picture(&std::fs::read(&path).unwrap(), &options) {
                Ok(reading) => reading,
                Err(ScanError::NotAPicture) => continue,
                Err(error) => {
                    println!("{}: {error}", path.display());
                    row.broken += 1;
                    continue;
                }
            };
            row.millis.push(reading.millis);
            let expected = std::fs::read_to_string(path.with_extension("txt")).ok();
            let verdict = match &expected {
                _ if reading.codes.is_empty() => &mut row.nothing,
                Some(text) if reading.codes.iter().any(|code| same(&code.text, text)) => &mut row.right,
                _ => &mut row.other,
            };
            *verdict += 1;
            for code in &reading.codes {
                *stages.entry(code.stage.clone()).or_default() += 1;
            }
            if has("--list") {
                let found: Vec<String> = reading
                    .codes
                    .iter()
                    .map(|code| format!("{} {} {:?}", code.stage, code.format.name(), code.text))
                    .collect();
                println!("{} {:.1} ms: {} | expected {:?}", path.display(), reading.millis, found.join("; "), expected);
            }
        }
        print(Path::new(folder).file_name().unwrap().to_str().unwrap(), &mut row);
        all.right += row.right;
        all.other += row.other;
        all.nothing += row.nothing;
        all.broken += row.broken;
        all.millis.append(&mut row.millis);
    }
    print("all", &mut all);
    println!("{stages:?}");
}

fn same(found: &str, expected: &str) -> bool {
    // UPC-A has 12 digits here, 13 with a leading nought in some lists.
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end().trim_start_matches('0').to_owned();
    plain(found) == plain(expected)
}

fn pictures(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !matches!(path.extension().and_then(|name| name.to_str()), Some("txt" | "bin") | None));
    paths.sort();
    paths
}

fn print(name: &str, row: &mut Row) {
    row.millis.sort_by(f64::total_cmp);
    let at = |part: f64| row.millis.get(((row.millis.len() as f64 - 1.0) * part) as usize).copied().unwrap_or(0.0);
    println!(
        "{name:24} {:5} {:5} {:5} {:7} {:8.1} {:8.1} {:8.1}",
        row.right,
        row.other,
        row.nothing,
        row.broken,
        at(0.5),
        at(0.95),
        at(1.0)
    );
}
