//! Many companies on one headquarters, and many devices that listen to it.

use crate::beside::served;
use crate::memory::own;
use crate::sync::{Both, ON_ONE_TICKET};
use anyhow::{Result, bail};
use outpost_app::now;
use outpost_cluster::{Cluster, Disk};
use outpost_demo::large;
use outpost_domain::person::Replica;
use outpost_headquarters::{Headquarters, Place};
use outpost_sync::protocol::{EnrolRequest, Pushed};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TENANTS: [usize; 3] = [1, 8, 64];
/// Commands in all, whatever the number of tenants.
const COMMANDS: usize = 12_800;
const BATCH: usize = 100;
/// Records of each company.
const RECORDS: usize = 1000;
const LISTENERS: usize = 1000;

/// Prints the figures.
///
/// # Errors
/// When something could not be measured.
pub fn run() -> Result<()> {
    println!("{COMMANDS} commands in batches of {BATCH}, a thread for each company, every commit safe on the disk");
    println!("{:24} {:>14} {:>14}", "companies", "SQLite", "PostgreSQL");
    for tenants in TENANTS {
        let home = tempfile::tempdir()?;
        let sqlite = per_second(home.path(), &Place::new(&home.path().join("hq"), None)?, tenants)?;
        let cluster = Cluster::start(Disk::Waited)?;
        let home = tempfile::tempdir()?;
        let place = Place::new(&home.path().join("hq"), Some(&cluster.socket("postgres")))?;
        let postgres = per_second(home.path(), &place, tenants)?;
        println!("{tenants:24} {sqlite:>12.0}/s {postgres:>12.0}/s");
    }
    tokio::runtime::Runtime::new()?.block_on(listeners())
}

/// A company whose one device has something to push.
struct Company {
    headquarters: Headquarters,
    record: Replica,
    pushed: Vec<Pushed>,
}

/// Commands a second over so many tenants at once.
fn per_second(home: &Path, place: &Place, tenants: usize) -> Result<f64> {
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

/// What a device that listens costs in memory: both ends of its line are in this process.
async fn listeners() -> Result<()> {
    let home = tempfile::tempdir()?;
    let made = large(7, now(), RECORDS);
    let headquarters = Arc::new(Headquarters::open(&home.path().join("hq"), "Large")?);
    headquarters.store_records(&made.records)?;
    let mut tokens = Vec::with_capacity(LISTENERS);
    for n in 0..LISTENERS {
        let (secret, _) = headquarters.invite(&outpost_headquarters::Actor::machine(), made.engineer_id)?;
        let request = EnrolRequest {
            secret,
            device_name: format!("device {n}"),
            version: String::new(),
            public_key: "00".repeat(32),
        };
        tokens.push(headquarters.enrol(&request)?.token);
    }
    let address = served(headquarters).await?;
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
