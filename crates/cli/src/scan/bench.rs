//! `outpost scan bench`: how many of a folder's pictures are read.

use super::{Reading as ReadingArgs, print_line};
use anyhow::Context as _;
use clap::Args;
use outpost_scan::score::{Score, cases, score};
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
The folder holds pictures with what they say beside them:
  door.jpg  door.txt          one code with this text
  door.jpg  door.bin          one code with these bytes
  shelf.png shelf.codes.txt   several codes, one text a line
An empty .txt says that the picture holds no code, and so does a folder whose
name begins with `falsepositives`: any answer there is false. Other pictures
count for the time alone. Folders below are scored one by one.

Times are CPU milliseconds per picture, without unpacking the file. Compare
them only within one run on one machine.

Examples:
  outpost scan draw --seed 7 --count 330 /tmp/drawn
  outpost scan bench /tmp/drawn
  outpost scan bench --mode live --list photos/
  outpost scan bench --half 1 photos/     only half, by a hash of the names:
                                          work with 0, report 1 too";

/// Score a folder of pictures with their texts.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct BenchArgs {
    /// The folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print one JSON object a folder, and one for all, one a line.
    #[arg(long)]
    json: bool,
    /// Name the pictures that were not read, or read otherwise.
    #[arg(long)]
    list: bool,
    /// Only the pictures of one half.
    #[arg(long, value_name = "0|1", value_parser = clap::value_parser!(u8).range(0..2))]
    half: Option<u8>,
    #[command(flatten)]
    reading: ReadingArgs,
}

/// Scores the folder and prints a row for each below it.
///
/// # Errors
/// When the folder cannot be read, or the output cannot be written.
pub fn run(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    let cases = cases(&args.folder)?.filter(|case| match (case, args.half) {
        (Ok(case), Some(half)) => case.half() == half,
        _ => true,
    });
    let mut printed = Ok(());
    let mut print = |row: &Score| {
        if printed.is_ok() {
            printed = print_row(row, args);
        }
    };
    if !args.json {
        print_line(&format!(
            "{:24} {:>11} {:>6} {:>11} {:>6} {:>5} {:>5} {:>8} {:>8} {:>8}",
            "folder", "pictures", "%", "codes", "%", "false", "other", "median", "p95", "longest"
        ))?;
    }
    let all = score(cases, &args.reading.options(), &mut print)?;
    print(&all);
    printed?;
    anyhow::ensure!(all.pictures() > 0, "there is no picture in {}", args.folder.display());
    Ok(ExitCode::SUCCESS)
}

fn print_row(row: &Score, args: &BenchArgs) -> anyhow::Result<()> {
    if args.json {
        return print_line(&serde_json::to_string(row).context("cannot write JSON")?);
    }
    print_line(&format!(
        "{:24} {:>11} {:6.1} {:>11} {:6.1} {:5} {:5} {:8.2} {:8.2} {:8.2}",
        row.folder,
        format!("{}/{}", row.right, row.known),
        row.rate(),
        format!("{}/{}", row.codes_right, row.codes_known),
        row.code_rate(),
        row.false_codes,
        row.other_codes,
        row.millis.median,
        row.millis.p95,
        row.millis.longest
    ))?;
    for remark in row.remarks.iter().filter(|remark| args.list || remark.error.is_some()) {
        let error = remark.error.as_deref().map(|error| format!("; {error}")).unwrap_or_default();
        print_line(&format!("  {}: expected {:?}, seen {:?}{error}", remark.file, remark.expected, remark.seen))?;
    }
    Ok(())
}
