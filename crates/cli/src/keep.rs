//! The chores of `outpost hq` that keep data safe: check, backup, restore, migrate, tenants.

use crate::hq::{bucket_at, first_password};
use anyhow::{Context, Result, ensure};
use clap::Subcommand;
use outpost_headquarters::{Actor, BackupKey, Before, FileBucket, Headquarters, HeadquartersError, Storage, Sums};
use serde_json::json;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum Keep {
    /// Bring the database to the shape that this program knows. Serving does it by itself; so this is for doing it before.
    Migrate,
    /// Read everything and say what is not as it should be; headquarters may go on working.
    Check {
        /// Set right what can be told of records, from what their commit wrote; set aside what cannot be read or is too large,
        /// so that nobody is held up by it. What was there is kept in the table `set_aside`. Make a copy of the database first.
        #[arg(long)]
        repair: bool,
    },
    /// Write everything that a tenant has, files too, into one file; headquarters may go on working.
    Backup {
        /// The file; it must not be there yet.
        file: PathBuf,
        /// Encrypt it with the key in this file, which `backup-key` makes; without it, whoever has the backup can read it.
        #[arg(long)]
        key_file: Option<PathBuf>,
    },
    /// Make a key for backups. Keep it apart from them, and more than once: without it nobody can read them any more.
    BackupKey {
        /// The file for it; it must not be there yet.
        file: PathBuf,
    },
    /// Take everything from a backup into a tenant that has nothing yet, whole or not at all: it is verified before anything
    /// is changed. One that was broken off is taken up by giving it again.
    Restore {
        /// The file.
        file: PathBuf,
        /// The file with the key that it was encrypted with, if it was.
        #[arg(long)]
        key_file: Option<PathBuf>,
    },
    /// The companies whose data is here, each apart from the others.
    #[command(subcommand)]
    Tenant(Tenant),
}

#[derive(Subcommand)]
pub enum Tenant {
    /// Name them.
    List,
    /// Make one with its first administrator; the password is read from OUTPOST_PASSWORD.
    Add {
        /// A short name for addresses: a-z, 0-9 and _.
        name: String,
        /// The company's name.
        #[arg(long)]
        company: String,
        /// What its first administrator signs in with.
        #[arg(long)]
        admin: String,
    },
    /// Remove one with all it has. There is no way back but a backup.
    Remove {
        /// Its name.
        name: String,
        /// The name once more, so that nothing is removed by a slip.
        #[arg(long)]
        confirm: String,
    },
    /// Copy one to another place and check that it arrived whole. Stop headquarters first: what it takes after the copy
    /// began is not in it. The original stays.
    Move {
        /// Its name.
        name: String,
        /// The PostgreSQL database to move it to.
        #[arg(long, conflicts_with = "to_data")]
        to_database: Option<String>,
        /// The folder to move it to: its files, and its database unless that goes to PostgreSQL. The same folder for
        /// `--to-database` alone.
        #[arg(long)]
        to_data: Option<PathBuf>,
        /// The bucket to move its files to, such as s3://photos/outpost, reached as that of `--files`. Alone, only files
        /// are copied, and headquarters may go on meanwhile; start it with `--files` afterwards, and copy once more.
        #[arg(long)]
        to_files: Option<String>,
    },
}

impl Keep {
    /// Does it.
    pub fn run(self, storage: &Storage, tenant: &str, json: bool) -> Result<()> {
        match self {
            Keep::Migrate => {
                // Opening does it.
                let revision = storage.open_known(tenant)?.revision()?;
                say(
                    json,
                    &json!({ "tenant": tenant, "revision": revision }),
                    "The database has the shape that this program knows.",
                );
                Ok(())
            }
            Keep::Check { repair } => {
                let headquarters = storage.open_known(tenant)?;
                if repair {
                    mend(&headquarters, json)?;
                }
                check(&headquarters, json)
            }
            Keep::Backup { file, key_file } => {
                let key = key_file.as_deref().map(key_in).transpose()?;
                backup(&storage.open_known(tenant)?, &file, key.as_ref(), json)
            }
            Keep::BackupKey { file } => make_key(&file, json),
            Keep::Restore { file, key_file } => {
                let key = key_file.as_deref().map(key_in).transpose()?;
                restore(storage, tenant, &file, key.as_ref(), json)
            }
            Keep::Tenant(tenant) => tenant.run(storage, json),
        }
    }
}

impl Tenant {
    fn run(self, storage: &Storage, json: bool) -> Result<()> {
        match self {
            Tenant::List => {
                for tenant in storage.tenants()? {
                    let company = match storage.open_known(&tenant) {
                        // The others are there all the same.
                        Err(HeadquartersError::Denied(denial)) if denial.code == "restore_unfinished" => {
                            say(
                                json,
                                &json!({ "tenant": tenant, "trouble": denial }),
                                &format!("{tenant}  {}", denial.detail),
                            );
                            continue;
                        }
                        opened => opened?.company()?,
                    };
                    say(json, &json!({ "tenant": tenant, "company": company }), &format!("{tenant}  {company}"));
                }
                Ok(())
            }
            Tenant::Add { name, company, admin } => {
                // Before anything is made: a company that nobody can enter would be there for good.
                let password = first_password()?;
                let headquarters = storage.open(&name, &company)?;
                ensure!(headquarters.is_empty()?, "there is a tenant {name} already");
                headquarters.fill_new(&admin, &password)?;
                say(json, &json!({ "tenant": name, "company": company }), &format!("{name} is ready for {admin}."));
                Ok(())
            }
            Tenant::Remove { name, confirm } => {
                ensure!(name == confirm, "nothing was removed: --confirm {confirm} is not {name}");
                storage.remove(&name)?;
                say(json, &json!({ "removed": name }), &format!("{name} is gone."));
                Ok(())
            }
            Tenant::Move { name, to_database, to_data, to_files } => {
                let bucket = match &to_files {
                    Some(address) => Some(bucket_at(address)?),
                    // Into a folder of its own with all it has; otherwise the files stay where they are.
                    None => storage.bucket().filter(|_| to_data.is_none()).cloned(),
                };
                let to = Storage::new(to_data.as_deref().unwrap_or(storage.root()), to_database.as_deref())?;
                let to = to.with_bucket(bucket);
                let from = storage.open_known(&name)?;
                if to_database.is_none() && to_data.is_none() {
                    let bucket = to.bucket().filter(|_| to_files.is_some()).map(FileBucket::address);
                    ensure!(bucket.is_some(), "say where to: --to-database, --to-data or --to-files");
                    ensure!(
                        bucket != storage.bucket().map(FileBucket::address),
                        "the files are read from there already; leave --files and OUTPOST_FILES out to read the folder"
                    );
                    let files = from.copy_files(to.files(&name)?.as_ref())?;
                    say(json, &json!({ "files": files }), &format!("{files} files were copied, and checked."));
                    return Ok(());
                }
                let sums = moved(&from, &to, &name)?;
                told(json, "moved", &sums);
                Ok(())
            }
        }
    }
}

/// Copies everything through a pipe; both ends add up what passes, and it is added up again where it arrived.
fn moved(from: &Headquarters, to: &Storage, name: &str) -> Result<Sums> {
    let (reader, writer) = std::io::pipe()?;
    std::thread::scope(|scope| {
        let sender = scope.spawn(move || from.backup(&mut BufWriter::new(writer)));
        let arrived = to.receive(name, &mut BufReader::new(reader));
        let sent = sender.join().map_err(|_| anyhow::anyhow!("the copy broke off"))?;
        let (arrived, sent) = match (arrived, sent) {
            (Ok(arrived), Ok(sent)) => (arrived, sent),
            // Whoever stopped first knows why; the other only sees the pipe end.
            (Err(why), _) => return Err(why.into()),
            (_, Err(why)) => return Err(why.into()),
        };
        ensure!(arrived == sent, "what arrived is not what was sent");
        Ok(arrived)
    })
}

fn key_in(file: &Path) -> Result<BackupKey> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    BackupKey::of_text(&text).with_context(|| file.display().to_string())
}

fn make_key(file: &Path, json: bool) -> Result<()> {
    let key = BackupKey::make()?;
    let mut to = File::create_new(file)
        .with_context(|| format!("{} was not written; a key is never written over", file.display()))?;
    to.write_all(key.to_text().as_bytes())?;
    to.sync_all()?;
    let words = "The key is made. Keep copies of it apart from the backups: without it nobody can read them any more.";
    say(json, &json!({ "key_file": file }), words);
    Ok(())
}

fn restore(storage: &Storage, tenant: &str, file: &Path, key: Option<&BackupKey>, json: bool) -> Result<()> {
    let restored = storage.restore(tenant, file, key).with_context(|| file.display().to_string())?;
    let (rows, files, head) = (restored.sums.rows(), restored.sums.files, restored.head);
    let done = match restored.before {
        Before::Nothing => "were restored, and checked",
        Before::BrokenOff => {
            "were restored, and checked: a restore of the same backup had been broken off, and was taken up"
        }
        Before::Done => {
            "were restored from this backup before; nothing was changed now, and `check` says whether all is well"
        }
    };
    say(
        json,
        &json!({ "rows": rows, "files": files, "head": head, "before": restored.before }),
        &format!("{rows} rows and {files} files {done}. A new epoch goes on from commit {head}."),
    );
    Ok(())
}

fn mend(headquarters: &Headquarters, json: bool) -> Result<()> {
    let repaired = headquarters.repair(&Actor::machine())?;
    if json {
        println!("{}", serde_json::to_string(&repaired)?);
        return Ok(());
    }
    for right in &repaired.right {
        println!("Set right: {right}");
    }
    for aside in &repaired.aside {
        println!("Set aside: {aside}");
    }
    let (right, aside) = (repaired.right.len(), repaired.aside.len());
    println!(
        "{right} records were set right, {aside} were set aside. What stood there is kept in the table set_aside."
    );
    Ok(())
}

fn check(headquarters: &Headquarters, json: bool) -> Result<()> {
    let checked = headquarters.check()?;
    if json {
        println!("{}", serde_json::to_string(&checked)?);
    } else {
        for finding in &checked.findings {
            println!("{finding}");
        }
        let missing = match checked.files_missing {
            0 => String::new(),
            missing => format!(" {missing} files have not arrived from devices yet."),
        };
        let aside = match checked.aside {
            0 => String::new(),
            aside => format!(" {aside} records are set aside."),
        };
        println!("{} records and {} commands were looked at.{aside}{missing}", checked.records, checked.commands);
    }
    ensure!(checked.wrong == 0, "{} findings; nothing was changed", checked.wrong);
    Ok(())
}

fn backup(headquarters: &Headquarters, file: &Path, key: Option<&BackupKey>, json: bool) -> Result<()> {
    // Whole or not at all: a file of this name is a backup.
    let part = file.with_extension("part");
    ensure!(!file.exists(), "{} is there already; nothing was overwritten", file.display());
    let to = BufWriter::new(File::create(&part).with_context(|| part.display().to_string())?);
    let written = written(headquarters, to, key).and_then(|sums| {
        std::fs::rename(&part, file)?;
        Ok(sums)
    });
    if written.is_err() {
        // What was half written only takes room.
        let _ = std::fs::remove_file(&part);
    }
    told(json, if key.is_some() { "backed up, encrypted" } else { "backed up" }, &written?);
    if key.is_none() {
        eprintln!(
            "This backup is not encrypted: whoever has it can read it. `outpost hq backup --help` tells of --key-file."
        );
    }
    Ok(())
}

/// Writes a backup, on the disk before it returns.
fn written(headquarters: &Headquarters, mut to: BufWriter<File>, key: Option<&BackupKey>) -> Result<Sums> {
    let sums = match key {
        None => headquarters.backup(&mut to)?,
        Some(key) => {
            let mut sealing = key.seal(&mut to)?;
            let sums = headquarters.backup(&mut sealing)?;
            sealing.finish()?;
            sums
        }
    };
    to.flush()?;
    to.get_ref().sync_all()?;
    Ok(sums)
}

fn told(json: bool, what: &str, sums: &Sums) {
    let (rows, files) = (sums.rows(), sums.files);
    say(
        json,
        &json!({ "rows": rows, "files": files }),
        &format!("{rows} rows and {files} files were {what}, and checked."),
    );
    for sha256 in &sums.damaged {
        // Not among what scripts read: whoever looks after the place has to look at this.
        eprintln!("The file {sha256} is damaged where it lies, and was left out; an older backup may have it.");
    }
}

fn say(json: bool, object: &serde_json::Value, words: &str) {
    if json {
        println!("{object}");
    } else {
        println!("{words}");
    }
}
