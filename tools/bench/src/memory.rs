//! How much memory a device takes while it is filled, in a process of its own.

use crate::beside::served;
use anyhow::{Context, Result, bail};
use outpost_app::{Action, Caller, Field, Host, KeyPlace};
use outpost_domain::Id;
use outpost_headquarters::Headquarters;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often it is looked at.
const EVERY: Duration = Duration::from_millis(1);

/// The most memory, in bytes, that the process of a device of this person takes until it holds all that they may see. What
/// the system keeps of files for it does not count: it can be dropped at any time.
pub(crate) fn of_first_sync(headquarters: Headquarters, user_id: Id, folder: &Path) -> Result<u64> {
    let (secret, _) = headquarters.invite(&outpost_headquarters::Actor::machine(), user_id)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let address = served(Arc::new(headquarters)).await?;
        let mut device = Command::new(std::env::current_exe()?);
        device.arg("enrol").arg(folder).arg(format!("http://{address}/enrol#{secret}")).stderr(Stdio::inherit());
        let output = tokio::task::spawn_blocking(move || device.output()).await??;
        if !output.status.success() {
            bail!("the device could not be filled");
        }
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    })
}

/// The device: it is enrolled by a link, filled, and prints the most memory that it took.
///
/// # Errors
/// When it cannot be filled, or the system does not say how much memory it takes.
pub fn enrol(folder: &Path, link: &str) -> Result<()> {
    let done = AtomicBool::new(false);
    let most = std::thread::scope(|scope| {
        let watching = scope.spawn(|| -> Result<u64> {
            let mut most = 0;
            while !done.load(Ordering::Relaxed) {
                most = most.max(own("RssAnon:")?);
                std::thread::sleep(EVERY);
            }
            Ok(most)
        });
        let filled = filled(folder, link);
        done.store(true, Ordering::Relaxed);
        let most = watching.join().map_err(|_| anyhow::anyhow!("nobody looked at the memory"))?;
        filled.and(most)
    })?;
    println!("{most}");
    Ok(())
}

fn filled(folder: &Path, link: &str) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let field = Field::open(folder, KeyPlace::File)?;
        let enrol = Action::Enrol { link: link.to_owned(), device_name: "bench".to_owned(), plain: false };
        field.action(Caller::default(), enrol).await?;
        Ok(())
    })
}

/// Bytes of memory that this process has, as the system counts them under a name.
pub(crate) fn own(name: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(name));
    let line = line.context("the system does not say how much memory is used")?;
    let number = line.split_whitespace().nth(1).context("the system says it in another way")?;
    Ok(number.parse::<u64>()? * 1024)
}
