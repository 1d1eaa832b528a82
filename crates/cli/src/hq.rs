//! `outpost hq`.

use crate::audit::Audit;
use crate::keep::Keep;
use crate::label_key::LabelKey;
use crate::serve::{listen, serve};
use anyhow::{Context, Result, anyhow, bail};
use axum::Router;
use clap::{Args, Subcommand};
use outpost_app::{Outbox, limits, now};
use outpost_domain::Id;
use outpost_headquarters::{Actor, FileBucket, Headquarters, MAIN, Storage, http};
use outpost_sync::is_this_machine;
use serde_json::json;
use std::io::IsTerminal;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const HELP: &str = "Examples:
  outpost hq --data /var/lib/outpost --company 'Harbour Lifts' --admin chen
  outpost hq --data /tmp/hq --demo --listen 127.0.0.1:7400
  outpost hq --data /var/lib/outpost --log json --metrics 127.0.0.1:7410
  outpost hq --data /tmp/hq invite li.wei          # a link for a new device, once
  outpost hq --data /tmp/hq password chen          # a new password, when nobody can sign in any more
  outpost hq --data /tmp/hq import outbox.json     # unsent work that a device exported
  outpost hq --data /srv/outpost --database postgres://outpost@db1,db2/outpost?target_session_attrs=read-write
  outpost hq --data /srv/outpost --files s3://photos/outpost   # AWS_ENDPOINT, AWS_ACCESS_KEY_ID, …: docs/operations.md
  outpost hq --data /tmp/hq audit verify           # who was let in, and by whom; is the record whole?
  outpost hq --data /tmp/hq label-key rotate       # another key signs new labels; --forget ends the old ones
  outpost hq --data /tmp/hq check                  # is everything as it should be? --repair mends records
  outpost hq --data /tmp/hq backup today.outpost   # while it runs; restore FILE takes it into a new place
  outpost hq --data /tmp/hq backup-key /media/usb/backup.key && outpost hq --data /tmp/hq backup today.outpost \
    --key-file /media/usb/backup.key               # encrypted; restore wants the same --key-file
  outpost hq --data /tmp/hq tenant move main --to-database postgres://outpost@db/outpost
  outpost hq --data /tmp/hq tenant move main --to-files s3://photos/outpost

With many tenants the first word of the host's name says whose data is meant: harbour.example.com is the tenant harbour;
the public address, and one without a name, is the tenant main. A name of nobody is answered with 421.";

/// `outpost hq`
#[derive(Args)]
#[command(after_help = HELP)]
pub struct HqArgs {
    /// The folder that holds the database and the files; it is made if it is not there.
    #[arg(long)]
    data: PathBuf,
    /// A PostgreSQL database that holds the data instead of the folder, such as postgres://user@host/database; the files
    /// stay in the folder. Read from OUTPOST_DATABASE if it is not given here, where others may see it.
    #[arg(long)]
    database: Option<String>,
    /// A bucket of an S3-compatible store that holds the photos and other files instead of the folder, such as
    /// s3://photos/outpost. Read from OUTPOST_FILES if it is not given here; how to reach it and with which key, from
    /// AWS_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_ALLOW_HTTP=true where it has no TLS.
    #[arg(long)]
    files: Option<String>,
    /// Whose data a chore is about.
    #[arg(long, default_value = MAIN)]
    tenant: String,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:7400")]
    listen: SocketAddr,
    /// The address by which everybody reaches it, if that is another, such as https://outpost.harbour.example: invitations and
    /// labels bear it, and with https the sign-in of a browser is bound to it.
    #[arg(long, value_parser = public_address)]
    public: Option<String>,
    /// The address of a proxy, or of its network, such as 10.0.0.0/8, which says truly who asks and how (X-Forwarded-For,
    /// X-Forwarded-Proto); several times for several. Nobody else is believed.
    #[arg(long)]
    trusted_proxy: Vec<http::Network>,
    /// How much room the photos and other files of each company may take, in GB. Beyond it devices keep theirs, and send them when
    /// there is room again.
    #[arg(long, default_value_t = 500)]
    files_quota: u64,
    /// An address of its own for /metrics in the format of Prometheus, such as 127.0.0.1:7410; without it there is none.
    #[arg(long)]
    metrics: Option<SocketAddr>,
    /// The company's name, for a new headquarters.
    #[arg(long)]
    company: Option<String>,
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
    /// Give a person a new password: from OUTPOST_PASSWORD, from the terminal without showing it, or from a pipe.
    Password {
        /// What the person signs in with.
        login: String,
    },
    /// Take unsent work that was exported from a device, such as one with a damaged database.
    Import {
        /// The exported file.
        file: PathBuf,
        /// Take it although no device has signed it, as one whose database is damaged may not be able to: you answer for where it
        /// comes from. Commands that change people are refused then.
        #[arg(long)]
        vouch: bool,
    },
    /// Report a device lost: at its next contact it hands in what it still holds, and then removes everything.
    Revoke {
        /// The device, by its id.
        device: Id,
        /// It was found again, and may go on unless it was emptied meanwhile.
        #[arg(long)]
        found: bool,
    },
    /// The photos and other files.
    #[command(subcommand)]
    Files(FilesChore),
    /// Print who was let in or shut out, by whom, and who tried; `verify` says whether that is as it was written.
    Audit(Audit),
    /// Print what headquarters is going to do by itself, and what of it failed.
    Jobs {
        /// How many of the next are named.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
        most: u16,
    },
    /// The keys that sign the links on labels.
    #[command(subcommand)]
    LabelKey(LabelKey),
    #[command(flatten)]
    Keep(Keep),
}

#[derive(Subcommand)]
enum FilesChore {
    /// Remove files that no record and no waiting command names, and what has arrived of such; headquarters may go on working.
    Sweep {
        /// Only those that were kept, or last grew, so many days ago; devices send within 30 what a restore has lost.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(30..))]
        days: u16,
        /// Say what would be removed, and remove nothing.
        #[arg(long)]
        only_look: bool,
    },
}

/// Runs it.
pub fn run(mut args: HqArgs) -> Result<()> {
    args.database = args.database.take().or_else(|| std::env::var("OUTPOST_DATABASE").ok());
    args.files = args.files.take().or_else(|| std::env::var("OUTPOST_FILES").ok());
    let bucket = args.files.as_deref().map(bucket_at).transpose()?;
    let storage = Storage::new(&args.data, args.database.as_deref())?.with_bucket(bucket);
    let Some(chore) = args.chore.take() else { return serve_headquarters(storage, &args) };
    match chore {
        HqChore::Invite { login } => invite(&storage.open_known(&args.tenant)?, &args, &login),
        HqChore::Password { login } => set_password(&storage.open_known(&args.tenant)?, &args, &login),
        HqChore::Import { file, vouch } => import(&storage.open_known(&args.tenant)?, &args, &file, vouch),
        HqChore::Revoke { device, found } => {
            storage.open_known(&args.tenant)?.revoke(&Actor::machine(), device, !found)?;
            if args.json {
                println!("{}", json!({ "device": device, "revoked": !found }));
            } else if found {
                println!("The device may talk to headquarters again. If it was emptied, invite its person anew.");
            } else {
                println!("The device is reported lost. At its next contact it hands in its work and empties itself.");
            }
            Ok(())
        }
        HqChore::Files(FilesChore::Sweep { days, only_look }) => {
            let before = now() - i64::from(days) * 86_400_000;
            let swept = storage.open_known(&args.tenant)?.sweep_files(before, only_look)?;
            if args.json {
                println!("{}", json!({ "files": swept.files, "bytes": swept.bytes, "removed": !only_look }));
            } else {
                let what = if only_look { "would be removed" } else { "were removed" };
                println!("{} files of {} MB that nobody names {what}.", swept.files, swept.bytes / 1_000_000);
            }
            Ok(())
        }
        HqChore::Audit(audit) => audit.run(&storage.open_known(&args.tenant)?, args.json),
        HqChore::Jobs { most } => jobs(&storage.open_known(&args.tenant)?, most, args.json),
        HqChore::LabelKey(chore) => chore.run(&storage.open_known(&args.tenant)?, args.json),
        HqChore::Keep(keep) => keep.run(&storage, &args.tenant, args.json),
    }
}

fn jobs(headquarters: &Headquarters, most: u16, json: bool) -> Result<()> {
    let at = now();
    let jobs = headquarters.jobs(most.into(), at)?;
    if json {
        println!("{}", serde_json::to_value(&jobs)?);
        return Ok(());
    }
    println!("{} timers are set, {} of them are due, {} failed the last time.", jobs.set, jobs.due, jobs.failing);
    for job in jobs.next {
        let seconds = (job.due_at - at).div_euclid(1000);
        let when = if seconds < 0 { format!("{} s overdue", -seconds) } else { format!("in {seconds} s") };
        let about = job.ticket.unwrap_or(job.subject_id);
        let failed =
            if job.attempts > 0 { format!("; failed {} times: {}", job.attempts, job.error) } else { String::new() };
        println!("  {when:>12}  {} {about}{failed}", job.timer);
    }
    Ok(())
}

/// The bucket at an address, by what the variables of this process say.
pub fn bucket_at(address: &str) -> Result<FileBucket> {
    let variables = std::env::vars_os();
    let variables = variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Ok(FileBucket::at(address, variables)?)
}

fn import(headquarters: &Headquarters, args: &HqArgs, file: &Path, vouch: bool) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let outbox: Outbox = serde_json::from_str(&text).context("this is no exported outbox")?;
    for outcome in headquarters.import(&outbox, vouch, now())? {
        if args.json {
            println!("{}", serde_json::to_value(&outcome)?);
        } else {
            let why = outcome.refusal.map(|refusal| format!(": {refusal}")).unwrap_or_default();
            println!("{} {}{why}", outcome.id, outcome.status.name());
        }
    }
    Ok(())
}

fn invite(headquarters: &Headquarters, args: &HqArgs, login: &str) -> Result<()> {
    let user = headquarters.user_by_login(login)?.ok_or_else(|| anyhow!("nobody signs in as {login}"))?;
    let base = match &args.public {
        Some(public) if host_of(public).split('.').next() == Some(&args.tenant) => public.clone(),
        Some(public) => base_of(public, &args.tenant)?,
        None => {
            let main = std::fs::read_to_string(address_file(&args.data));
            base_of(&main.unwrap_or_else(|_| format!("http://{}", args.listen)), &args.tenant)?
        }
    };
    let base = base.trim_end_matches('/');
    let (secret, expires_at) = headquarters.invite(&Actor::machine(), user.id)?;
    let link = format!("{base}/enrol#{secret}");
    if args.json {
        println!("{}", json!({ "link": link, "expires_at": expires_at }));
    } else {
        println!("{link}");
    }
    Ok(())
}

/// The address of a tenant where that of the main one is known: the first word of the host's name says whose data is meant.
fn base_of(main: &str, tenant: &str) -> Result<String> {
    let (scheme, rest) = main.split_once("://").ok_or_else(|| anyhow!("{main} is no address"))?;
    let host = host_of(main);
    if tenant == MAIN {
        return Ok(main.to_owned());
    }
    match host.parse::<Ipv4Addr>() {
        Ok(address) if address.is_loopback() => Ok(main.replacen(host, &format!("{tenant}.localhost"), 1)),
        Err(_) if !host.is_empty() && !host.starts_with('[') => Ok(format!("{scheme}://{tenant}.{rest}")),
        _ => bail!("{tenant} is reached by a name, and {main} has none; say the address with --public"),
    }
}

/// The host's name in an address.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or_default()
}

/// Where a running headquarters leaves its address for `invite`.
fn address_file(data: &Path) -> PathBuf {
    data.join("address")
}

fn serve_headquarters(storage: Storage, args: &HqArgs) -> Result<()> {
    let main = open_main(&storage, args)?;
    let demo = fill(&main, args)?;
    // Each thread keeps what it once needed, and more of them than there are connections and processors only wait for one another.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(limits::WORKERS).build();
    let runtime = runtime.context("the runtime cannot be started")?;
    runtime.block_on(async {
        let listener = listen(args.listen).await?;
        let address = listener.local_addr()?;
        let public = args.public.clone().unwrap_or_else(|| format!("http://{address}"));
        std::fs::write(address_file(&args.data), public.trim_end_matches('/'))?;
        if let Some(bucket) = storage.bucket().cloned() {
            look_at(bucket);
        }
        let reach = http::Reach::new(args.public.as_deref(), args.trusted_proxy.clone());
        let files_quota = Some(args.files_quota.saturating_mul(1_000_000_000));
        let tenants = http::Tenants::new(storage, http::Serving { reach: reach.clone(), demo, files_quota })?;
        let main = tenants.add(MAIN, main);
        tokio::spawn(Arc::clone(&tenants).keep_open());
        let metrics = match args.metrics {
            Some(at) => Some(serve_metrics(at, http::metrics_router(Arc::clone(&tenants), main)).await?),
            None => None,
        };
        if args.json {
            println!("{}", json!({ "listening": address.to_string(), "public": public, "metrics": metrics }));
        } else {
            println!("Headquarters listens on http://{address}. Stop it with Ctrl-C.");
            if let Some(metrics) = metrics {
                println!("What it does is shown on http://{metrics}/metrics.");
            }
        }
        serve(listener, tenants.router(), move |from| reach.is_proxy(from)).await
    })
}

/// Opens the main company, or makes it. What a new one needs is looked at before anything is written: one that nobody can
/// sign in to would be there for good.
fn open_main(storage: &Storage, args: &HqArgs) -> Result<Headquarters> {
    if !storage.tenants()?.iter().any(|tenant| tenant == MAIN) && !args.demo {
        if args.admin.is_none() {
            bail!(
                "this headquarters is new: name its first administrator with --admin LOGIN and OUTPOST_PASSWORD, \
                 or try it with --demo"
            );
        }
        first_password()?;
    }
    let main = storage.open(MAIN, args.company.as_deref().unwrap_or("Outpost"))?;
    if !main.is_empty()? {
        let password = std::env::var_os("OUTPOST_PASSWORD").is_some();
        let given =
            [(args.company.is_some(), "--company"), (args.admin.is_some(), "--admin"), (password, "OUTPOST_PASSWORD")];
        let ignored: Vec<&str> = given.iter().filter(|(given, _)| *given).map(|(_, name)| *name).collect();
        if !ignored.is_empty() {
            // Not among what scripts read: whoever started it looks at this.
            eprintln!(
                "Only a new headquarters takes {}; this one is {}, and stays as it is. For another password: \
                 outpost hq --data {} password LOGIN",
                ignored.join(", "),
                main.company()?,
                args.data.display()
            );
        }
    }
    Ok(main)
}

/// The first administrator's password, if it can be one.
pub fn first_password() -> Result<String> {
    let password = std::env::var("OUTPOST_PASSWORD")
        .context("set OUTPOST_PASSWORD to the first administrator's password, at least 8 characters")?;
    Headquarters::check_password(&password)?;
    Ok(password)
}

fn set_password(headquarters: &Headquarters, args: &HqArgs, login: &str) -> Result<()> {
    let user = headquarters.user_by_login(login)?.ok_or_else(|| anyhow!("nobody signs in as {login}"))?;
    let password = match std::env::var("OUTPOST_PASSWORD") {
        Ok(password) => password,
        Err(_) if std::io::stdin().is_terminal() => typed_password(login)?,
        Err(_) => {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line)?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    headquarters.set_password(&Actor::machine(), user.id, &password)?;
    if args.json {
        println!("{}", json!({ "login": login, "password": "changed" }));
    } else {
        println!("{login} signs in with the new password from now on; all their browsers are signed out.");
    }
    Ok(())
}

/// What somebody types, of which nothing is shown: twice, for nobody sees a slip. Said on the terminal itself, so that standard output
/// stays what a program reads.
fn typed_password(login: &str) -> Result<String> {
    let ask = |what: String| rpassword::prompt_password(what).context("the password cannot be read from this terminal");
    let password = ask(format!("New password of {login}, at least 8 characters, not shown: "))?;
    Headquarters::check_password(&password)?;
    if ask("The same once more: ".to_owned())? != password {
        bail!("the two are not the same; nothing was changed, start again");
    }
    Ok(password)
}

/// Says at once if the bucket does not answer: whoever set it up still looks. Everything else works without it.
fn look_at(bucket: FileBucket) {
    // A thread that nobody waits for when the program is asked to end.
    std::thread::spawn(move || {
        if let Err(error) = bucket.look() {
            tracing::error!(%error, "photos wait on the devices until the bucket answers; all else goes on");
        }
    });
}

/// Serves what an operator asks on an address of its own, as long as the program runs; which address it is.
async fn serve_metrics(at: SocketAddr, routes: Router) -> Result<SocketAddr> {
    let listener = listen(at).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        if let Err(error) = serve(listener, routes, |_| false).await {
            tracing::error!(%error, "metrics are served no longer");
        }
    });
    Ok(address)
}

/// An address by which people and devices reach it.
fn public_address(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = rest.trim_end_matches('/');
    if host.is_empty() || host.contains(['/', '#', '?', ' ', '@']) {
        return Err("write it as https://outpost.harbour.example, without a path".to_owned());
    }
    Ok(text.to_owned())
}

/// Fills a new headquarters. What its sign-in page says of the demo company, whose passwords everybody knows: only where it was
/// asked for, and nobody but this machine can come.
fn fill(headquarters: &Headquarters, args: &HqArgs) -> Result<Option<String>> {
    let hint_file = args.data.join("demo-sign-ins.json");
    if headquarters.is_empty()? {
        if args.demo {
            let people = headquarters.fill_demo(now())?;
            std::fs::write(&hint_file, serde_json::to_string_pretty(&people)?)?;
        } else if let Some(login) = &args.admin {
            headquarters.fill_new(login, &first_password()?)?;
        } else {
            bail!(
                "this headquarters is new: name its first administrator with --admin LOGIN and OUTPOST_PASSWORD, \
                 or try it with --demo"
            );
        }
    }
    if !args.demo {
        return Ok(None);
    }
    if !args.listen.ip().is_loopback() || !args.public.as_deref().is_none_or(is_this_machine) {
        eprintln!(
            "The sign-ins of the demo company are known to everybody, so they open nothing here: others reach this address. Leave \
             --listen and --public out to try it, or give people passwords of their own: outpost hq --data {} password LOGIN",
            args.data.display()
        );
        return Ok(None);
    }
    let Ok(people) = std::fs::read_to_string(&hint_file) else { return Ok(None) };
    let people: Vec<outpost_headquarters::DemoSignIn> = serde_json::from_str(&people)?;
    let names: Vec<String> = people.iter().map(|person| format!("{} ({})", person.login, person.role_key)).collect();
    let password = people.first().map(|person| person.password.clone()).unwrap_or_default();
    Ok(Some(format!("Demo: {} · {password}", names.join(", "))))
}
