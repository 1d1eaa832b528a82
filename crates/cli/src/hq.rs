//! `outpost hq`.

use crate::serve::{listen, serve};
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use outpost_app::{Outbox, now};
use outpost_headquarters::{Console, Headquarters, http};
use serde_json::json;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const HELP: &str = "Examples:
  outpost hq --data /var/lib/outpost --company 'Harbour Lifts' --admin chen
  outpost hq --data /tmp/hq --demo --listen 127.0.0.1:7400
  outpost hq --data /tmp/hq invite li.wei          # a link for a new device, once
  outpost hq --data /tmp/hq import outbox.json     # unsent work that a device exported";

/// `outpost hq`
#[derive(Args)]
#[command(after_help = HELP)]
pub struct HqArgs {
    /// The folder that holds the database and the files; it is made if it is not there.
    #[arg(long)]
    data: PathBuf,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:7400")]
    listen: SocketAddr,
    /// The address by which devices reach it, if that is another.
    #[arg(long)]
    public: Option<String>,
    /// The company's name, for a new headquarters.
    #[arg(long, default_value = "Outpost")]
    company: String,
    /// The first administrator's sign-in, for a new headquarters; the password is read from OUTPOST_PASSWORD.
    #[arg(long)]
    admin: Option<String>,
    /// Fill a new headquarters with a demo company.
    #[arg(long)]
    demo: bool,
    /// Say things as JSON, one object a line.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    chore: Option<HqChore>,
}

#[derive(Subcommand)]
enum HqChore {
    /// Print an invitation link for a person's new device.
    Invite {
        /// What the person signs in with.
        login: String,
    },
    /// Take unsent work that was exported from a device, such as one with a damaged database.
    Import {
        /// The exported file.
        file: PathBuf,
    },
}

/// Runs it.
pub fn run(args: HqArgs) -> Result<()> {
    let headquarters = Headquarters::open(&args.data, &args.company)?;
    match &args.chore {
        Some(HqChore::Invite { login }) => invite(&headquarters, &args, login),
        Some(HqChore::Import { file }) => import(&headquarters, &args, file),
        None => serve_headquarters(headquarters, &args),
    }
}

fn import(headquarters: &Headquarters, args: &HqArgs, file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let outbox: Outbox = serde_json::from_str(&text).context("this is no exported outbox")?;
    for outcome in headquarters.import(&outbox.acts, now())? {
        let status = serde_json::to_value(outcome.status)?;
        let status = status.as_str().unwrap_or_default();
        if args.json {
            println!("{}", serde_json::to_value(&outcome)?);
        } else {
            let why = outcome.refusal.map(|refusal| format!(": {refusal}")).unwrap_or_default();
            println!("{} {status}{why}", outcome.id);
        }
    }
    Ok(())
}

fn invite(headquarters: &Headquarters, args: &HqArgs, login: &str) -> Result<()> {
    let user = headquarters.user_by_login(login)?.ok_or_else(|| anyhow!("nobody signs in as {login}"))?;
    let (secret, expires_at) = headquarters.invite(user.id)?;
    let base = match &args.public {
        Some(public) => public.trim_end_matches('/').to_owned(),
        None => std::fs::read_to_string(address_file(&args.data)).unwrap_or_else(|_| format!("http://{}", args.listen)),
    };
    let link = format!("{base}/enrol#{secret}");
    if args.json {
        println!("{}", json!({ "link": link, "expires_at": expires_at }));
    } else {
        println!("{link}");
    }
    Ok(())
}

/// Where a running headquarters leaves its address for `invite`.
fn address_file(data: &Path) -> PathBuf {
    data.join("address")
}

fn serve_headquarters(headquarters: Headquarters, args: &HqArgs) -> Result<()> {
    let hint = fill(&headquarters, args)?;
    let runtime = tokio::runtime::Runtime::new().context("the runtime cannot be started")?;
    runtime.block_on(async {
        let listener = listen(args.listen).await?;
        let address = listener.local_addr()?;
        let public = args.public.clone().unwrap_or_else(|| format!("http://{address}"));
        std::fs::write(address_file(&args.data), public.trim_end_matches('/'))?;
        let headquarters = Arc::new(headquarters);
        let console = Arc::new(Console::new(Arc::clone(&headquarters), hint).reached_at(args.public.clone()));
        tokio::spawn(Arc::clone(&console).watch());
        if args.json {
            println!("{}", json!({ "listening": address.to_string(), "public": public }));
        } else {
            println!("Headquarters listens on http://{address}. Stop it with Ctrl-C.");
        }
        serve(listener, http::router(headquarters, console)).await
    })
}

/// Fills a new headquarters; what its sign-in page says besides.
fn fill(headquarters: &Headquarters, args: &HqArgs) -> Result<String> {
    let hint_file = args.data.join("demo-sign-ins.json");
    if headquarters.is_empty()? {
        if args.demo {
            let people = headquarters.fill_demo(now())?;
            std::fs::write(&hint_file, serde_json::to_string_pretty(&people)?)?;
        } else if let Some(login) = &args.admin {
            let password = std::env::var("OUTPOST_PASSWORD")
                .context("set OUTPOST_PASSWORD to the first administrator's password, at least 8 characters")?;
            headquarters.fill_new(login, &password)?;
        } else {
            bail!(
                "this headquarters is new: name its first administrator with --admin LOGIN and OUTPOST_PASSWORD, \
                 or try it with --demo"
            );
        }
    }
    let Ok(people) = std::fs::read_to_string(&hint_file) else { return Ok(String::new()) };
    let people: Vec<outpost_headquarters::DemoSignIn> = serde_json::from_str(&people)?;
    let names: Vec<String> = people.iter().map(|person| format!("{} ({})", person.login, person.role_key)).collect();
    let password = people.first().map(|person| person.password.clone()).unwrap_or_default();
    Ok(format!("Demo: {} · {password}", names.join(", ")))
}
