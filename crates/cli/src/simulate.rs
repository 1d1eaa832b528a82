//! `outpost simulate`.

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};
use outpost_simulate::{Broken, Fault, Ground, Options, Planted, run as live, shrink};
use serde_json::json;
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Instant;

const HELP: &str = "Examples:
  outpost simulate --histories 1000
  outpost simulate --seed 42 --trace
  outpost simulate --seed 42 --steps 200 --only 3,17,80 --trace
  outpost simulate --planted DropEvict
  outpost simulate --faults Drop,Clone --histories 100
  outpost simulate --engine postgres --database postgres://user@host/empty --histories 10

Each history is invented from its seed: devices that work, go offline, crash, are copied and lost; a network that drops,
repeats, cuts and garbles; a headquarters that is restored from old backups. After every step the promises of docs/sync.md
are checked. With PostgreSQL, headquarters stands on the tenant `simulated` of that database, which is emptied before each
history; devices have SQLite, as always. A history that breaks a promise is shrunk to the steps that matter, and the command
that repeats it is printed.";

/// `outpost simulate`
#[derive(Args)]
#[command(after_help = HELP)]
pub struct SimulateArgs {
    /// From which the first history follows; the next ones have the next numbers.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many histories.
    #[arg(long, default_value_t = 1)]
    histories: u64,
    /// How many devices each begins with.
    #[arg(long, default_value_t = 3)]
    devices: usize,
    /// How many steps each has.
    #[arg(long, default_value_t = 200)]
    steps: usize,
    /// Only these steps, with commas between.
    #[arg(long, value_delimiter = ',')]
    only: Vec<usize>,
    /// What headquarters' database is.
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    engine: Engine,
    /// The PostgreSQL database, as `postgres://user:password@host/database`. Read from OUTPOST_DATABASE if it is not given
    /// here, where others may see it.
    #[arg(long)]
    database: Option<String>,
    /// What may go wrong, with commas between; everything if nothing is said; `none`, or `list` for the names.
    #[arg(long, value_delimiter = ',')]
    faults: Vec<String>,
    /// Plant a fault, to see that it is found: by its name, or `list`.
    #[arg(long)]
    planted: Option<String>,
    /// Print what happens in each step.
    #[arg(long)]
    trace: bool,
    /// One line of JSON at the end.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

/// Lives through histories; fails if a promise was broken.
pub fn run(args: SimulateArgs) -> Result<ExitCode> {
    if args.planted.as_deref() == Some("list") {
        Planted::ALL.iter().for_each(|planted| println!("{planted:?}"));
        return Ok(ExitCode::SUCCESS);
    }
    if args.faults.iter().any(|name| name == "list") {
        Fault::ALL.iter().for_each(|fault| println!("{fault:?}"));
        return Ok(ExitCode::SUCCESS);
    }
    let planted = args.planted.as_deref().map(|name| named(name, Planted::ALL, "--planted")).transpose()?;
    let faults = match args.faults.as_slice() {
        [] => Fault::ALL.iter().copied().collect(),
        [none] if none == "none" => BTreeSet::new(),
        names => names.iter().map(|name| named(name, Fault::ALL, "--faults")).collect::<Result<_>>()?,
    };
    let ground = match (args.engine, args.database.clone().or_else(|| std::env::var("OUTPOST_DATABASE").ok())) {
        (Engine::Sqlite, _) => Ground::Sqlite,
        (Engine::Postgres, Some(database)) => Ground::postgres(&database)?,
        (Engine::Postgres, None) => bail!("which PostgreSQL? Say --database postgres://user@host/database"),
    };
    let begun = Instant::now();
    let (mut commands, mut rounds) = (0, 0);
    for seed in args.seed..args.seed + args.histories {
        let only: BTreeSet<usize> = args.only.iter().copied().collect();
        let options = Options {
            devices: args.devices,
            steps: args.steps,
            only,
            ground: ground.clone(),
            faults: faults.clone(),
            planted,
            log: args.trace,
            ..Options::new(seed)
        };
        let history = live(&options)?;
        history.log.iter().for_each(|line| println!("{line}"));
        (commands, rounds) = (commands + history.commands, rounds + history.rounds);
        if let Some(broken) = history.broken {
            return tell(&args, &options, &broken);
        }
        if !args.json && !args.trace && (seed - args.seed + 1).is_multiple_of(1000) {
            println!("{} histories, {:.0} s", seed - args.seed + 1, begun.elapsed().as_secs_f64());
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    if args.json {
        println!(
            "{}",
            json!({ "histories": args.histories, "commands": commands, "rounds": rounds, "seconds": seconds })
        );
    } else {
        let last = args.seed + args.histories - 1;
        println!(
            "seeds {} to {last}: {commands} commands, {rounds} rounds, {seconds:.1} s; every promise was kept",
            args.seed
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn named<T: Copy + std::fmt::Debug>(name: &str, all: &[T], option: &str) -> Result<T> {
    let found = all.iter().copied().find(|one| format!("{one:?}") == name);
    found.ok_or_else(|| anyhow!("there is no fault called {name}; `{option} list` names them"))
}

fn tell(args: &SimulateArgs, options: &Options, broken: &Broken) -> Result<ExitCode> {
    if !args.json {
        println!(
            "seed {}, step {}: promise {} was broken: {}",
            options.seed, broken.step, broken.invariant, broken.what
        );
        println!("shrinking");
    }
    let (short, broken) = shrink(options, broken)?;
    let only: Vec<String> = short.only.iter().map(usize::to_string).collect();
    let planted = options.planted.map(|planted| format!(" --planted {planted:?}")).unwrap_or_default();
    let engine = if args.engine == Engine::Postgres { " --engine postgres" } else { "" };
    let faults = if args.faults.is_empty() { String::new() } else { format!(" --faults {}", args.faults.join(",")) };
    let command = format!(
        "outpost simulate --seed {} --devices {} --steps {} --only {}{engine}{faults}{planted} --trace",
        options.seed,
        options.devices,
        options.steps,
        only.join(",")
    );
    if args.json {
        println!(
            "{}",
            json!({ "seed": options.seed, "promise": broken.invariant, "what": broken.what, "repeat": command })
        );
    } else {
        println!("promise {}: {}\n{command}", broken.invariant, broken.what);
    }
    Ok(ExitCode::FAILURE)
}
