//! `outpost label`: makes labels for parts and devices.

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use outpost_scan::{Label, LabelOutput, LabelSheet, Paper, draw_labels, labels_from_csv};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  outpost label --code P-000123 --title 'Door seal 门密封条' -o seal.pdf
  outpost label --code P-000123 --title Seal --detail A-3 --output png -o seal.png
  outpost label --from parts.csv --paper a4_65 -o parts.pdf
  outpost label --from parts.csv --paper roll_62 --format zpl -o parts.zpl

The table's first line names its columns: code,title,detail.
A single label as PNG or SVG is drawn alone, without the sheet.
ZPL is for label printers: send the file to the printer as it is.";

/// Larger tables are refused; 2,000 labels are far smaller.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Make labels for parts and devices.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct LabelArgs {
    /// What the code says.
    #[arg(long, requires = "title", required_unless_present = "from", conflicts_with = "from")]
    code: Option<String>,
    /// What it belongs to, in large letters.
    #[arg(long, requires = "code")]
    title: Option<String>,
    /// More about it, in small letters.
    #[arg(long, requires = "code", default_value = "", hide_default_value = true)]
    detail: String,
    /// A CSV table with the columns code,title,detail.
    #[arg(long, value_name = "FILE.csv")]
    from: Option<PathBuf>,
    /// What the labels are printed on.
    #[arg(long, value_enum, default_value = "a4_24")]
    paper: PaperName,
    /// What kind of file to make.
    #[arg(long, visible_alias = "format", value_enum, default_value = "pdf")]
    output: OutputName,
    /// Where to write it.
    #[arg(short = 'o', long = "out", value_name = "FILE")]
    file: PathBuf,
    /// Print what was written as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PaperName {
    /// A4 with 3 x 8 labels of 70 x 37 mm.
    #[value(name = "a4_24")]
    A4Of24,
    /// A4 with 5 x 13 labels of 38 x 21 mm.
    #[value(name = "a4_65")]
    A4Of65,
    /// A roll of 62 mm, labels of 62 x 29 mm.
    #[value(name = "roll_62")]
    Roll62,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OutputName {
    /// As many pages as are needed.
    Pdf,
    /// One page at 300 dots an inch.
    Png,
    /// One page, letters as outlines.
    Svg,
    /// For label printers of 203 dots an inch, one label after the other.
    Zpl,
    /// The same for 300 dots an inch.
    #[value(name = "zpl_300")]
    Zpl300,
}

/// Draws the labels and writes the file.
///
/// # Errors
/// When the table cannot be read, the labels cannot be drawn, or the file cannot be written.
pub fn run(args: LabelArgs) -> anyhow::Result<ExitCode> {
    let labels = match &args.from {
        Some(file) => read_table(file)?,
        None => vec![Label {
            code: args.code.unwrap_or_default(),
            title: args.title.unwrap_or_default(),
            detail: args.detail,
        }],
    };
    let paper = match args.paper {
        PaperName::A4Of24 => Paper::A4Of24,
        PaperName::A4Of65 => Paper::A4Of65,
        PaperName::Roll62 => Paper::Roll62,
    };
    let output = match args.output {
        OutputName::Pdf => LabelOutput::Pdf,
        OutputName::Png => LabelOutput::Png,
        OutputName::Svg => LabelOutput::Svg,
        OutputName::Zpl => LabelOutput::Zpl,
        OutputName::Zpl300 => LabelOutput::Zpl300,
    };
    let count = labels.len();
    let drawn = draw_labels(&LabelSheet { labels, paper, output })?;
    std::fs::write(&args.file, &drawn.bytes).with_context(|| format!("cannot write {}", args.file.display()))?;
    if args.json {
        let bytes = drawn.bytes.len();
        let told = serde_json::json!({
            "file": args.file, "labels": count, "media_type": drawn.media_type, "bytes": bytes
        });
        println!("{told}");
    } else {
        println!("{}: {count} {}", args.file.display(), if count == 1 { "label" } else { "labels" });
    }
    Ok(ExitCode::SUCCESS)
}

fn read_table(file: &Path) -> anyhow::Result<Vec<Label>> {
    let read = || -> anyhow::Result<Vec<Label>> {
        let length = std::fs::metadata(file)?.len();
        anyhow::ensure!(length <= MOST_BYTES, "the table is too large: {length} bytes");
        Ok(labels_from_csv(&std::fs::read(file)?)?)
    };
    read().with_context(|| format!("cannot use {}", file.display()))
}
