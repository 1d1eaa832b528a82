//! `outpost scan`: prints what stands in pictures.

mod bench;
mod draw;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use outpost_scan::{CodeFormat, FoundCode, ReadOptions, read_picture};
use serde::Serialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  outpost scan photo.jpg
  outpost scan --json photos/ > codes.jsonl
  outpost scan --formats qr_code,data_matrix --budget-millis 500 hard.png
  outpost scan bench --help   how well a folder of pictures is read
  outpost scan draw --help    hard pictures to try it on

With --json each file gives a line:
  {\"file\", \"millis\", \"codes\": [{\"format\", \"text\", \"shown\", \"bytes_base64\",
   \"is_gs1\", \"corners\": [[x,y], [x,y], [x,y], [x,y]], \"stage\"}], \"error\"}
`text` is what the code says, `shown` the same without what cannot be seen,
`bytes_base64` what it really holds. A file without a code has no codes and no
error.

The exit code is 0 if every file could be looked at, with or without a code
in it, and 1 otherwise.";

/// Larger files are refused unread; pictures are smaller.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Files in folders that are looked at; a file named on the command line is looked at whatever its name.
const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "webp", "bmp", "gif"];

/// Read the codes in pictures.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct ScanArgs {
    #[command(subcommand)]
    chore: Option<Chore>,
    /// Pictures, or folders of pictures, which are walked.
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// Print one JSON object a file, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Score a folder of pictures with their texts.
    Bench(bench::BenchArgs),
    /// Draw hard pictures with their texts, from a seed.
    Draw(draw::DrawArgs),
}

/// How to read.
#[derive(Debug, Args)]
struct Reading {
    /// How much trouble to take: `live` as for one frame of a camera, `still` everything.
    #[arg(long, value_enum, default_value = "still")]
    mode: Mode,
    /// What to look for, separated by commas [default: what is usual; ean_8 and upc_e only when they are named].
    #[arg(long, value_delimiter = ',', value_parser = format, value_name = "FORMAT")]
    formats: Vec<CodeFormat>,
    /// After this time no further attempt begins [default: 150, live 30].
    #[arg(long, value_name = "N")]
    budget_millis: Option<u32>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Mode {
    Live,
    Still,
}

fn format(name: &str) -> Result<CodeFormat, String> {
    CodeFormat::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = CodeFormat::ALL.iter().map(|format| format.name()).collect();
        format!("there are {}", names.join(", "))
    })
}

/// One file's line.
#[derive(Debug, Serialize)]
struct Line {
    file: String,
    millis: f64,
    codes: Vec<FoundCode>,
    error: Option<String>,
}

/// Looks at every file and prints a line for each.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: ScanArgs) -> anyhow::Result<ExitCode> {
    match &args.chore {
        Some(Chore::Bench(args)) => return bench::run(args),
        Some(Chore::Draw(args)) => return draw::run(args),
        None => {}
    }
    let options = args.reading.options();
    let mut output = std::io::stdout().lock();
    let mut is_fine = true;
    for path in &args.paths {
        for (file, fault) in files(path) {
            let line = line(&file, fault, &options);
            is_fine &= line.error.is_none();
            match write(&mut output, &line, args.json) {
                // Whoever reads has seen enough, as with `outpost scan … | head`.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
                written => written.context("cannot print")?,
            }
        }
    }
    Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Reading {
    fn options(&self) -> ReadOptions {
        let options = match self.mode {
            Mode::Live => ReadOptions::live(0),
            Mode::Still => ReadOptions::still(),
        };
        ReadOptions {
            formats: self.formats.clone(),
            budget_millis: self.budget_millis.unwrap_or(options.budget_millis),
            ..options
        }
    }
}

/// Prints a line; that nobody reads any more is no fault.
fn print_line(line: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot print"),
    }
}

/// The files at a path, in order of their names; what cannot be listed comes with its fault.
fn files(path: &Path) -> Vec<(PathBuf, Option<std::io::Error>)> {
    if !path.is_dir() {
        return vec![(path.to_owned(), None)];
    }
    let entries = match std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) => entries,
        Err(error) => return vec![(path.to_owned(), Some(error))],
    };
    let mut entries: Vec<_> = entries.into_iter().map(|entry| (entry.path(), entry.file_type())).collect();
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    let mut found = Vec::new();
    for (path, kind) in entries {
        match kind {
            // Links to folders are not followed: they may lead in a circle.
            Ok(kind) if kind.is_dir() => found.extend(files(&path)),
            Ok(_) if !is_picture(&path) || path.is_dir() => {}
            Ok(_) => found.push((path, None)),
            Err(error) => found.push((path, Some(error))),
        }
    }
    found
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase);
    extension.is_some_and(|extension| PICTURES.contains(&extension.as_str()))
}

fn line(file: &Path, fault: Option<std::io::Error>, options: &ReadOptions) -> Line {
    let read = match fault {
        Some(fault) => Err(fault.into()),
        None => read(file, options),
    };
    let name = file.display().to_string();
    match read {
        Ok(outpost_scan::Reading { codes, millis }) => Line { file: name, millis, codes, error: None },
        Err(error) => Line { file: name, millis: 0.0, codes: Vec::new(), error: Some(format!("{error:#}")) },
    }
}

fn read(file: &Path, options: &ReadOptions) -> anyhow::Result<outpost_scan::Reading> {
    let about = std::fs::metadata(file)?;
    anyhow::ensure!(about.is_file(), "not a file");
    anyhow::ensure!(about.len() <= MOST_BYTES, "the file is too large: {} bytes", about.len());
    Ok(read_picture(&std::fs::read(file)?, options)?)
}

fn write(output: &mut impl std::io::Write, line: &Line, json: bool) -> std::io::Result<()> {
    if json {
        let line = serde_json::to_string(line).map_err(std::io::Error::other)?;
        return writeln!(output, "{line}");
    }
    let Line { file, millis, codes, error } = line;
    if let Some(error) = error {
        return writeln!(output, "{file}: {error}");
    }
    if codes.is_empty() {
        return writeln!(output, "{file}: no code ({millis:.0} ms)");
    }
    // Control characters of a foreign code do not reach the terminal.
    let codes: Vec<String> = codes.iter().map(|code| format!("{} {}", code.format.name(), code.shown)).collect();
    writeln!(output, "{file}: {} ({millis:.0} ms)", codes.join(", "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_in_order_and_other_files_left_out() {
        let folder = std::env::temp_dir().join(format!("outpost-scan-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("inner")).unwrap();
        for name in ["b.png", "a.JPG", "notes.txt", "inner/c.webp"] {
            std::fs::write(folder.join(name), b"").unwrap();
        }
        let names: Vec<PathBuf> =
            files(&folder).into_iter().map(|(path, _)| path.strip_prefix(&folder).unwrap().to_owned()).collect();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(names, [PathBuf::from("a.JPG"), "b.png".into(), "inner/c.webp".into()]);
    }

    #[test]
    fn a_line_says_what_is_wrong_and_escapes_what_it_found() {
        let text = |line: &Line, json| {
            let mut output = Vec::new();
            write(&mut output, line, json).unwrap();
            String::from_utf8(output).unwrap()
        };
        let missing = line(Path::new("/nowhere/x.png"), None, &ReadOptions::still());
        assert!(text(&missing, false).starts_with("/nowhere/x.png: No such file"));
        let json: serde_json::Value = serde_json::from_str(&text(&missing, true)).unwrap();
        assert!(json["error"].is_string() && json["codes"].as_array().unwrap().is_empty());
        let code = FoundCode {
            format: CodeFormat::QrCode,
            text: "\u{1b}[31mred".into(),
            shown: "⟨1B⟩[31mred".into(),
            is_gs1: false,
            bytes_base64: String::new(),
            corners: [[0.0; 2]; 4],
            stage: "picture".into(),
        };
        let found = Line { file: "x".into(), millis: 1.0, codes: vec![code], error: None };
        assert!(!text(&found, false).contains('\u{1b}'));
    }

    #[test]
    fn an_unknown_format_is_answered_with_the_known_ones() {
        assert_eq!(format("data_matrix"), Ok(CodeFormat::DataMatrix));
        assert!(format("maxicode").unwrap_err().contains("qr_code"));
    }
}
