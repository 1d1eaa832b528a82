//! `outpost`: headquarters, a replica without a screen, scanning and labels, from the command line.

mod audit;
mod field;
mod hq;
mod keep;
mod label;
mod label_key;
mod scan;
mod serve;
mod simulate;

use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Taking commands and simulating allocate much and for a short time; `outpost-bench sync` shows what this gains.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Field service that works where there is no signal.
#[derive(Parser)]
#[command(name = "outpost", version, after_help = "Try: outpost hq --data /tmp/hq --demo")]
struct Program {
    /// How to write the log, which goes to standard error; OUTPOST_LOG says how much of it.
    #[arg(long, global = true, value_enum, default_value = "text")]
    log: LogForm,
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogForm {
    /// For people: a line for what goes wrong.
    Text,
    /// For programs: an object a line, also for what went well; `command` is the id of a command on every machine.
    Json,
}

#[derive(Subcommand)]
enum Chore {
    /// Run headquarters: sync for devices, the console for browsers.
    Hq(Box<hq::HqArgs>),
    /// A replica without a screen: enroll, sync, give commands, ask questions, watch. JSON in and out.
    Field(field::FieldArgs),
    /// Read the codes in pictures.
    Scan(scan::ScanArgs),
    /// Make labels for parts and devices.
    Label(label::LabelArgs),
    /// Live through invented histories of headquarters and its devices, and check what sync promises.
    Simulate(simulate::SimulateArgs),
    /// Write the TypeScript types of everything that screens exchange with Rust, and the reference of the records.
    #[command(hide = true)]
    Types {
        /// The folder, which is emptied first.
        folder: PathBuf,
        /// The document of the records, of which the beginning stays.
        records: PathBuf,
    },
}

fn main() -> ExitCode {
    outpost_sync::install_crypto();
    let program = Program::parse();
    begin_log(&program);
    if matches!(program.chore, Chore::Hq(_) | Chore::Field(_)) {
        outpost_app::private();
    }
    let done = match program.chore {
        Chore::Hq(args) => hq::run(*args),
        Chore::Field(args) => field::run(args),
        Chore::Scan(args) => return code(scan::run(args)),
        Chore::Label(args) => return code(label::run(args)),
        Chore::Simulate(args) => return code(simulate::run(args)),
        Chore::Types { folder, records } => outpost_app::typescript::write(&folder)
            .map_err(|error| anyhow::anyhow!("{error}"))
            .and_then(|()| Ok(outpost_app::reference::write(&records)?)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("outpost: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn code(done: anyhow::Result<ExitCode>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("outpost: {error:#}");
        ExitCode::FAILURE
    })
}

fn begin_log(program: &Program) {
    let usual = match (&program.chore, program.log) {
        // What goes wrong in a simulation is meant to.
        (Chore::Simulate(_), _) => "off",
        (_, LogForm::Text) => "warn",
        // The names of all our crates begin with this.
        (_, LogForm::Json) => "warn,outpost=info",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("OUTPOST_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(usual));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match program.log {
        LogForm::Text => log.init(),
        LogForm::Json => log.json().flatten_event(true).init(),
    }
}
