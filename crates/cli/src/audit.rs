//! `outpost hq audit`: who was let in, and by whom; and whether that and all that was committed is as it was written.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use outpost_headquarters::{ChainFault, ChainHead, Headquarters};
use serde::Serialize;
use serde_json::json;
use std::fmt;
use std::str::FromStr;

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
    /// Read the whole record of acts and every commit, and say whether they, the records and the commands are as they were
    /// written.
    Verify {
        /// A head that was noted elsewhere: whether all until then is still there.
        #[arg(long)]
        noted: Option<Heads>,
    },
    /// Print where acts and commits end. Whoever notes it elsewhere can tell later whether somebody made all of it anew.
    Head,
}

/// Where both chains end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Heads {
    acts: ChainHead,
    commits: ChainHead,
}

impl Heads {
    fn of(headquarters: &Headquarters) -> Result<Heads> {
        Ok(Heads { acts: headquarters.security_head()?, commits: headquarters.commit_head()? })
    }
}

impl fmt::Display for Heads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.acts, self.commits)
    }
}

impl FromStr for Heads {
    type Err = String;

    fn from_str(text: &str) -> Result<Heads, String> {
        let wrong = || format!("{text:?} is no head; `outpost hq audit head` prints one, such as 17:3fc9…/42:b07e…");
        let (acts, commits) = text.trim().split_once('/').ok_or_else(wrong)?;
        let head = |text: &str| text.parse().map_err(|_| wrong());
        Ok(Heads { acts: head(acts)?, commits: head(commits)? })
    }
}

impl Audit {
    /// Does it.
    pub fn run(&self, headquarters: &Headquarters, json: bool) -> Result<()> {
        match &self.what {
            None => print(headquarters, json),
            Some(What::Verify { noted }) => verify(headquarters, noted.as_ref(), json),
            Some(What::Head) => {
                let head = Heads::of(headquarters)?;
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

fn verify(headquarters: &Headquarters, noted: Option<&Heads>, json: bool) -> Result<()> {
    let acts = headquarters.verify_security(noted.map(|noted| &noted.acts))?;
    let commits = headquarters.verify_commits(noted.map(|noted| &noted.commits))?;
    let heads = Heads::of(headquarters)?;
    if json {
        println!("{}", json!({ "head": heads, "fault": acts, "commit_fault": commits }));
    }
    let said =
        |what: &str, fault: Option<ChainFault>| fault.map(|fault| format!("{what} {}: {}", fault.number, fault.why));
    let faults: Vec<String> = [said("act", acts), said("commit", commits)].into_iter().flatten().collect();
    if !faults.is_empty() {
        bail!(
            "{}. What was written before is as it was. Keep a copy of the database, and compare with a backup",
            faults.join("; ")
        );
    }
    if !json {
        println!(
            "All {} acts, all {} commits, and what they wrote are as they were written. The head is {heads}.",
            heads.acts.number, heads.commits.number
        );
    }
    Ok(())
}
