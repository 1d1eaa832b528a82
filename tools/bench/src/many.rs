//! Many companies on one headquarters, and many devices that listen to it.

use crate::beside::served;
use crate::memory::own;
use crate::sync::{Both, ON_ONE_TICKET};
use anyhow::{Result, bail};
use outpost_app::now;
use outpost_cluster::{Cluster, Disk};
use outpost_demo::large;
use outpost_domain::person::Replica;
use outpost_headquarters::{Headquarters, Storage};
use outpost_sync::protocol::{EnrolRequest, PROTOCOL, Pull, Pushed, SyncRequest};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const TENANTS: [usize; 3] = [1, 8, 64];
/// Commands in all, whatever the number of tenants.
const COMMANDS: usize = 12_800;
const BATCH: usize = 100;
/// Records of each company.
const RECORDS: usize = 1000;
const LISTENERS: usize = 1000;
/// Devices that ask for everything at the same moment, as after a restore, and the records that there are.
const PULLS: usize = 300;
const PULLED: usize = 20_000;
/// How often it is looked at how much memory they take.
const EVERY: Duration = Duration::from_millis(5);
/// What they may take together.
const PULLS_BYTES: u64 = 300_000_000;

/// Prints the figures.
///
/// # Errors
/// When something could not be measured.
pub fn run() -> Result<()> {
    println!("{COMMANDS} commands in batches of {BATCH}, a thread for each company, every commit safe on the disk");
    println!("{:24} {:>14} {:>14}", "companies", "SQLite", "PostgreSQL");
    for tenants in TENANTS {
        let home = tempfile::tempdir()?;
        let sqlite = per_second(home.path(), &Storage::new(&home.path().join("hq"), None)?, tenants)?;
        let cluster = Cluster::start(Disk::Waited)?;
        let home = tempfile::tempdir()?;
        let place = Storage::new(&home.path().join("hq"), Some(&cluster.socket("postgres")))?;
        let postgres = per_second(home.path(), &place, tenants)?;
        println!("{tenants:24} {sqlite:>12.0}/s {postgres:>12.0}/s");
    }
    tokio::runtime::Runtime::new()?.block_on(async {
        listeners().await?;
        whole_pulls().await
    })
}

/// A company whose one device has something to push.
struct Company {
    headquarters: Headquarters,
    record: Replica,
    pushed: Vec<Pushed>,
}

/// Commands a second over so many tenants at once.
fn per_second(home: &Path, place: &Storage, tenants: usize) -> Result<f64> {
    let prepare = |n: usize| -> Result<Company> {
        let home = home.join(format!("device{n}"));
        let both = Both::prepare(&home, place, &format!("company{n}"), RECORDS)?;
        both.round()?;
        both.work(0, COMMANDS / tenants, ON_ONE_TICKET)?;
        let pushed = both.replica.pending(usize::MAX >> 1)?.iter().map(Pushed::from).collect();
        Ok(Company { pushed, headquarters: both.headquarters, record: both.record })
    };
    let ready = (0..tenants).map(prepare).collect::<Result<Vec<_>>>()?;
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let working: Vec<_> = ready
            .iter()
            .map(|company| {
                scope.spawn(move || -> Result<()> {
                    for batch in company.pushed.chunks(BATCH) {
                        company.headquarters.receive(&company.record, batch, now())?;
                    }
                    Ok(())
                })
            })
            .collect();
        for one in working {
            one.join().map_err(|_| anyhow::anyhow!("a thread broke off"))??;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(COMMANDS as f64 / begun.elapsed().as_secs_f64())
}

/// Headquarters with so many records over HTTP, and the tokens of so many devices.
async fn served_to(home: &Path, records: usize, devices: usize) -> Result<(SocketAddr, Vec<String>)> {
    let made = large(7, now(), records);
    let headquarters = Arc::new(Headquarters::open(&home.join("hq"), "Large")?);
    headquarters.store_records(&made.records)?;
    let mut tokens = Vec::with_capacity(devices);
    for n in 0..devices {
        let (secret, _) = headquarters.invite(&outpost_headquarters::Actor::machine(), made.engineer_id)?;
        let request = EnrolRequest {
            secret,
            device_name: format!("device {n}"),
            version: String::new(),
            public_key: format!("{n:064x}"),
        };
        tokens.push(headquarters.enrol(&request)?.token);
    }
    Ok((served(headquarters).await?, tokens))
}

/// What devices take that all ask for everything at once: both ends of their lines are in this process, but what they hear is
/// only counted.
async fn whole_pulls() -> Result<()> {
    let home = tempfile::tempdir()?;
    let (address, tokens) = served_to(home.path(), PULLED, PULLS).await?;
    let request = SyncRequest {
        protocol: PROTOCOL,
        version: String::new(),
        sent_at: now(),
        nonce: String::new(),
        epoch: None,
        before_epoch_seq: 0,
        waiting: 0,
        files_waiting: 0,
        commands: Vec::new(),
        pull: Some(Pull::default()),
    };
    let body = serde_json::to_string(&request)?;
    let before = own("VmRSS:")?;
    let begun = Instant::now();
    let mut pulls = JoinSet::new();
    for token in tokens {
        let head = format!(
            "POST /v1/sync HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let asked = head + &body;
        pulls.spawn(async move {
            let mut line = TcpStream::connect(address).await?;
            line.write_all(asked.as_bytes()).await?;
            let (mut heard, mut bytes, mut begins) = ([0; 16_384], 0, Vec::new());
            loop {
                let length = line.read(&mut heard).await?;
                if length == 0 {
                    return Ok::<_, anyhow::Error>((bytes, String::from_utf8_lossy(&begins).into_owned()));
                }
                if begins.len() < 12 {
                    begins.extend(&heard[..length.min(12)]);
                }
                bytes += length;
            }
        });
    }
    let (mut most, mut heard, mut done) = (before, 0, 0);
    loop {
        most = most.max(own("VmRSS:")?);
        match tokio::time::timeout(EVERY, pulls.join_next()).await {
            Err(_) => {}
            Ok(None) => break,
            Ok(Some(pulled)) => {
                let (bytes, status) = pulled??;
                if status != "HTTP/1.1 200" {
                    bail!("a device is answered {status}");
                }
                (heard, done) = (heard + bytes, done + 1);
            }
        }
    }
    let more = most.saturating_sub(before);
    let verdict = if more <= PULLS_BYTES { "ok" } else { "MISSED" };
    println!(
        "{done} devices that pull {PULLED} records at once: {:.1} MB more at most, {:.1} MB heard by each, {:.1} s  (limit 300 MB): {verdict}",
        more as f64 / 1e6,
        heard as f64 / 1e6 / PULLS as f64,
        begun.elapsed().as_secs_f64()
    );
    if more > PULLS_BYTES {
        bail!("1 figures were missed");
    }
    Ok(())
}

/// What a device that listens costs in memory: both ends of its line are in this process.
async fn listeners() -> Result<()> {
    let home = tempfile::tempdir()?;
    let (address, tokens) = served_to(home.path(), RECORDS, LISTENERS).await?;
    let before = own("VmRSS:")?;
    let mut lines = Vec::with_capacity(LISTENERS);
    for token in &tokens {
        let mut line = TcpStream::connect(address).await?;
        let ask = format!(
            "GET /v1/events HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n"
        );
        line.write_all(ask.as_bytes()).await?;
        let mut heard = [0; 512];
        let length = line.read(&mut heard).await?;
        if !heard[..length].starts_with(b"HTTP/1.1 200") {
            bail!("headquarters does not let a device listen: {}", String::from_utf8_lossy(&heard[..length]));
        }
        lines.push(line);
    }
    let more = own("VmRSS:")?.saturating_sub(before);
    println!(
        "{LISTENERS} devices that listen: {:.1} MB in all before, {:.1} KB more for each, both ends of the line",
        before as f64 / 1e6,
        more as f64 / 1e3 / LISTENERS as f64
    );
    drop(lines);
    Ok(())
}
