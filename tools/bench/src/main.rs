//! Figures of a device and of its rounds, each beside a baseline measured in the same run. `./dev bench` runs it optimised.

mod baseline;
mod beside;
mod device;
mod growth;
mod hq;
mod many;
mod memory;
mod prepare;
mod series;
mod sync;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// As in the program that is measured.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Prints Outpost's figures, each beside a baseline measured in the same run.
#[derive(Parser)]
#[command(name = "outpost-bench")]
struct Program {
    /// How many records the device holds.
    #[arg(long, global = true, default_value_t = 100_000)]
    records: usize,
    /// How many times each thing is done.
    #[arg(long, global = true, default_value_t = 300)]
    times: usize,
    #[command(subcommand)]
    chore: Option<Chore>,
}

#[derive(Subcommand)]
enum Chore {
    /// Only what a round between a device and headquarters takes.
    Sync {
        /// Headquarters on a PostgreSQL server that is started for it.
        #[arg(long)]
        postgres: bool,
    },
    /// How what a round takes grows with what the device holds, by tens up to --records.
    Growth,
    /// What the console asks at companies of many tickets, beside the bare queries.
    Hq {
        /// Headquarters on a PostgreSQL server that is started for it.
        #[arg(long)]
        postgres: bool,
        /// How many tickets the companies have.
        #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
        tickets: Vec<usize>,
    },
    /// Many companies on one headquarters, and many devices.
    Many,
    /// The same rounds beside PouchDB.
    Pouchdb {
        /// The folder of the program that measures PouchDB, with its packages.
        #[arg(default_value = "tools/bench/pouchdb")]
        folder: PathBuf,
    },
    /// The device whose memory `growth` measures.
    #[command(hide = true)]
    Enrol {
        /// Its folder.
        folder: PathBuf,
        /// The link of its invitation.
        link: String,
    },
    /// Make an enrolled replica of that many records in a folder, for the measurements in a window and a browser.
    Prepare {
        /// The folder; it must not hold a replica yet.
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Program::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // A figure that was missed is no fault of the program: one line says so, whatever RUST_BACKTRACE is.
        Err(error) => {
            eprintln!("outpost-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(program: Program) -> Result<()> {
    match program.chore {
        Some(Chore::Prepare { folder }) => {
            let prepared = prepare::replica(&folder, program.records)?;
            println!("{}", serde_json::json!({ "ticket": prepared.ticket_id, "codes": &prepared.codes[..10] }));
            Ok(())
        }
        Some(Chore::Pouchdb { folder }) => beside::run(program.records, &folder),
        Some(Chore::Sync { postgres }) => sync::run(program.records, postgres),
        Some(Chore::Growth) => growth::run(program.records),
        Some(Chore::Hq { postgres, tickets }) => hq::run(&tickets, postgres),
        Some(Chore::Many) => many::run(),
        Some(Chore::Enrol { folder, link }) => memory::enrol(&folder, &link),
        None => device::run(program.records, program.times),
    }
}
