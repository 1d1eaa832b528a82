//! `outpost field`.

use crate::serve::{listen, serve};
use anyhow::{Context, Result, anyhow, bail};
use axum::{Json, Router, middleware, routing::get};
use clap::{Args, Subcommand};
use futures::StreamExt;
use outpost_app::questions::Question;
use outpost_app::{Action, Caller, Failure, Field, Given, Host, KeyPlace, Latch, door, latched, pages};
use outpost_domain::Command;
use serde_json::{Value, json};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const HELP: &str = "Examples:
  outpost field --replica /tmp/li enroll 'http://127.0.0.1:7400/enrol#…' --name 'Li Wei, tablet'
  outpost field --replica /tmp/li sync
  outpost field --replica /tmp/li query AskToday '{\"position\": null}'
  outpost field --replica /tmp/li command '{\"name\": \"AddNote\", \"payload\": {\"ticket_id\": \"…\", \"text\": \"…\"}}'
  outpost field --replica /tmp/li watch
  outpost field --replica /tmp/li serve --listen 127.0.0.1:7401

Everything is saved at once, with or without a connection; `sync` sends what waits.
A command or an answer of `-` is read from standard input.";

/// `outpost field`
#[derive(Args)]
#[command(after_help = HELP)]
pub struct FieldArgs {
    /// The folder of the replica; it is made if it is not there.
    #[arg(long)]
    replica: PathBuf,
    /// Who keeps the key that a new replica is encrypted with: the system's key store, or a file beside the data.
    #[arg(long, env = "OUTPOST_KEY", default_value = "system", value_name = "system|file")]
    key: KeyPlace,
    #[command(subcommand)]
    chore: FieldChore,
}

#[derive(Subcommand)]
enum FieldChore {
    /// Belong to a person, by an invitation link.
    Enroll {
        /// What the QR code of the invitation says.
        link: String,
        /// What the device is to be called.
        #[arg(long, default_value = "")]
        name: String,
        /// Take an address without encryption, although others on the way can read and change what is sent. Nobody needs this on
        /// the same machine.
        #[arg(long)]
        plain_http: bool,
    },
    /// Talk to headquarters now; print how this replica stands with it. Fails if it could not be reached.
    Sync,
    /// Give a command; print what became of it. Fails if it was refused.
    Command {
        /// `{"name": …, "payload": …}`
        command: String,
    },
    /// Ask a question; print the answer.
    Query {
        /// Such as AskToday.
        name: String,
        /// What it asks with.
        #[arg(default_value = "{}")]
        ask: String,
    },
    /// Keep a photo, a signature or another file; print what AttachFile wants to know of it.
    File {
        /// photo, signature or file.
        purpose: String,
        /// The file.
        path: PathBuf,
    },
    /// Print everything that has not reached headquarters, also from a damaged database.
    Outbox,
    /// Keep in touch with headquarters and print what changes, one JSON object a line, until Ctrl-C.
    Watch,
    /// Keep in touch with headquarters and serve the app as a page, until Ctrl-C.
    Serve {
        /// Where to listen: an address that only this machine reaches.
        #[arg(long, default_value = "127.0.0.1:7401")]
        listen: SocketAddr,
        /// Print the address to open as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs it.
pub fn run(args: FieldArgs) -> Result<()> {
    let field = Field::open(&args.replica, args.key).map_err(said)?;
    let runtime = tokio::runtime::Runtime::new().context("the runtime cannot be started")?;
    runtime.block_on(async move {
        let caller = Caller::default();
        match args.chore {
            FieldChore::Enroll { link, name, plain_http } => {
                Arc::clone(&field)
                    .action(caller, Action::Enrol { link, device_name: name, plain: plain_http })
                    .await
                    .map_err(said)?;
                print(&serde_json::to_value(field.sync_view().map_err(said)?)?)
            }
            FieldChore::Sync => {
                let done = field.round().await;
                print(&serde_json::to_value(field.sync_view().map_err(said)?)?)?;
                done.map_err(said)
            }
            FieldChore::Command { command } => {
                let command: Command = serde_json::from_str(&text(command)?).context("this is no command")?;
                let given = field.command(&caller, command).map_err(said)?;
                print(&serde_json::to_value(&given)?)?;
                match given {
                    Given::Saved { .. } => Ok(()),
                    Given::Refused { refusal } => Err(anyhow!("{refusal}; nothing was changed")),
                }
            }
            FieldChore::Query { name, ask } => {
                let ask: Value = serde_json::from_str(&text(ask)?).context("what it asks with is no JSON")?;
                let question: Question = serde_json::from_value(json!({ "name": name, "ask": ask }))
                    .with_context(|| format!("no such question; there are {}", Question::NAMES.join(", ")))?;
                print(&field.query(&caller, &question).map_err(said)?.answer)
            }
            FieldChore::File { purpose, path } => {
                let purpose = outpost_app::FilePurpose::from_word(&purpose).map_err(said)?;
                let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
                print(&serde_json::to_value(field.store_file(&caller, purpose, &bytes).map_err(said)?)?)
            }
            FieldChore::Outbox => print(&field.action(caller, Action::ExportOutbox {}).await.map_err(said)?.value),
            FieldChore::Watch => watch(field).await,
            FieldChore::Serve { listen: address, json } => serve_field(field, &args.replica, address, json).await,
        }
    })
}

async fn watch(field: Arc<Field>) -> Result<()> {
    let mut notices = field.notices(&Caller::default()).map_err(said)?;
    tokio::spawn(Arc::clone(&field).keep_in_touch());
    loop {
        tokio::select! {
            notice = notices.next() => match notice {
                Some(notice) => print(&serde_json::to_value(notice)?)?,
                None => bail!("nothing is watched any more"),
            },
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

async fn serve_field(field: Arc<Field>, replica: &Path, address: SocketAddr, json: bool) -> Result<()> {
    if !address.ip().is_loopback() {
        bail!(
            "{address} can be reached from other machines, and whoever comes in here acts as this device's person. Listen on \
             this machine alone, such as on 127.0.0.1:7401; another machine is enrolled as a device of its own"
        );
    }
    let listener = listen(address).await?;
    let address = listener.local_addr()?;
    let latch =
        Latch::of(replica, address).with_context(|| format!("{}: the secret of the page", replica.display()))?;
    tokio::spawn(Arc::clone(&field).keep_in_touch());
    let checked = Arc::clone(&field);
    std::thread::spawn(move || checked.check());
    let way_in = latch.address(address);
    if json {
        print(&json!({ "address": way_in }))?;
    } else {
        println!("Open the field app by this address, which is for you alone:\n{way_in}\nStop it with Ctrl-C.");
    }
    let health = get(|| async { Json(json!({ "status": "ready" })) });
    let routes = Router::new().route("/health", health).merge(door::router(field)).merge(pages::router());
    let routes = routes.layer(middleware::from_fn_with_state(Arc::new(latch), latched));
    let routes = routes.layer(middleware::from_fn(door::only_this_machine));
    serve(listener, routes, |_| false).await
}

fn text(argument: String) -> Result<String> {
    if argument == "-" { Ok(std::io::read_to_string(std::io::stdin())?) } else { Ok(argument) }
}

fn print(value: &Value) -> Result<()> {
    match writeln!(std::io::stdout(), "{}", serde_json::to_string(value)?) {
        // Whoever reads has heard enough, as `head` has after its lines.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        done => Ok(done?),
    }
}

fn said(failure: Failure) -> anyhow::Error {
    let code = serde_json::to_value(failure.code).unwrap_or_default();
    anyhow!("{} ({})", failure.detail, code.as_str().unwrap_or("internal"))
}
