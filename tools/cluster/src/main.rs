//! Does a command while a PostgreSQL server is there that nobody else has: `outpost-cluster COMMAND…`, which finds its
//! address in OUTPOST_DATABASE. The server's data is made in a temporary folder and thrown away.

use anyhow::{Context, Result};
use outpost_cluster::{Cluster, Disk};
use std::process::{Command, ExitCode};

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().context("say which command is to be done beside the server")?;
    let cluster = Cluster::start(Disk::NotWaited)?;
    let status = Command::new(&program)
        .args(arguments)
        .env("OUTPOST_DATABASE", cluster.socket("postgres"))
        .status()
        .with_context(|| program.display().to_string())?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
