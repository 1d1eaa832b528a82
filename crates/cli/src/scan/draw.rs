//! `outpost scan draw`: writes the drawn stress set.

use super::print_line;
use anyhow::Context as _;
use clap::Args;
use outpost_scan::draw::{Drawn, draw, encode};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "\
Draws labels with a QR code as a camera sees them in the field, in 640 x 480:
modules of 1.25 to 6 pixels with blur, motion, noise, low contrast, tilt,
occlusion, glare, low light, gradient or a cylinder. Each picture gets one
trouble, a folder of its own, and its text beside it. A seed draws the same
set each time; picture 5 is the same whatever the count.

Example:
  outpost scan draw --seed 7 --count 330 /tmp/drawn
  outpost scan bench /tmp/drawn";

/// Draw hard pictures with their texts, from a seed.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct DrawArgs {
    /// Which set.
    #[arg(long, value_name = "N")]
    seed: u64,
    /// How many pictures; the eleven troubles take turns.
    #[arg(long, value_name = "N", default_value_t = 330, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    count: u32,
    /// Print one JSON object a picture, one a line.
    #[arg(long)]
    json: bool,
    /// The folder to write to; it is made if it is not there.
    #[arg(value_name = "OUT")]
    folder: PathBuf,
}

/// Draws and writes the pictures.
///
/// # Errors
/// When a file cannot be written.
pub fn run(args: &DrawArgs) -> anyhow::Result<ExitCode> {
    for index in 0..args.count {
        let drawn = draw(args.seed, index);
        let file = write(&args.folder, index, &drawn)?;
        if args.json {
            let line = serde_json::json!({
                "file": file.display().to_string(),
                "text": drawn.text,
                "trouble": drawn.trouble.name(),
                "module_pixels": drawn.module,
            });
            print_line(&line.to_string())?;
        }
    }
    if !args.json {
        print_line(&format!("{} pictures in {}", args.count, args.folder.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path, index: u32, drawn: &Drawn) -> anyhow::Result<PathBuf> {
    let folder = folder.join(drawn.trouble.name());
    let file = folder.join(format!("{index:05}.png"));
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&file, encode(drawn)))
        .and_then(|()| std::fs::write(file.with_extension("txt"), &drawn.text));
    written.with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}
