//! `outpost hq audit`: the record of who was let in, and by whom.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use outpost_headquarters::{Headquarters, SecurityHead};
use serde_json::json;

/// How many acts are read at once.
const PAGE: i64 = 1000;

/// `outpost hq audit`
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Read the whole record, and say whether it is as it was written.
    Verify {
        /// A head that was noted elsewhere: whether the record still has all until then.
        #[arg(long)]
        noted: Option<SecurityHead>,
    },
    /// Print where the record ends. Whoever notes it elsewhere can tell later whether somebody made the record anew.
    Head,
}

impl Audit {
    /// Does it.
    pub fn run(&self, headquarters: &Headquarters, json: bool) -> Result<()> {
        match &self.what {
            None => print(headquarters, json),
            Some(What::Verify { noted }) => verify(headquarters, noted.as_ref(), json),
            Some(What::Head) => {
                let head = headquarters.security_head()?;
                if json {
                    println!("{}", serde_json::to_value(&head)?);
                } else {
                    println!("{head}");
                }
                Ok(())
            }
        }
    }
}

fn print(headquarters: &Headquarters, json: bool) -> Result<()> {
    let mut after = 0;
    loop {
        let acts = headquarters.security_acts(after, PAGE)?;
        let Some(last) = acts.last() else { return Ok(()) };
        after = last.number;
        for act in &acts {
            if json {
                println!("{}", serde_json::to_value(act)?);
                continue;
            }
            let about = [&act.about_user_id, &act.about_replica_id].into_iter().flatten().map(String::as_str);
            let about: Vec<&str> = about.collect();
            // A device names itself: what it says must not steer the terminal.
            let said = act.detail.escape_debug();
            println!(
                "{}  {}  {}  by {} {}  {}  {said}",
                act.number,
                act.at,
                act.kind,
                act.actor,
                act.address.escape_debug(),
                about.join(" ")
            );
        }
    }
}

fn verify(headquarters: &Headquarters, noted: Option<&SecurityHead>, json: bool) -> Result<()> {
    let fault = headquarters.verify_security(noted)?;
    let head = headquarters.security_head()?;
    if json {
        println!("{}", json!({ "head": head, "fault": fault }));
    }
    match fault {
        Some(fault) => bail!(
            "act {}: {}. Those before it are as they were written. Keep a copy of the database, and compare with a backup",
            fault.number,
            fault.why
        ),
        None if json => Ok(()),
        None => {
            println!("All {} acts are as they were written. The newest is {head}.", head.number);
            Ok(())
        }
    }
}
