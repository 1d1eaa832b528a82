//! PostgreSQL servers of their own for tests and benchmarks: in a temporary folder, at a free port, gone with the program
//! that started them, however it ends.

use anyhow::{Context, Result, bail, ensure};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// PostgreSQL refuses to run as root; this is nobody.
const NOBODY: u32 = 65_534;
/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a server for as long as the program that started it holds the other end of its input. The server is ended by the
/// signal that means: at once.
const KEEPER: &str = r#"
"$0" "$@" & server=$!
while kill -0 "$server" 2>/dev/null; do
  read -r word; code=$?
  if [ "$code" != 0 ]; then kill -QUIT "$server" 2>/dev/null; break; fi
done
wait "$server"
"#;

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// As it must be where data matters.
    Waited,
    /// For tests that do not pull the plug.
    NotWaited,
}

/// A server.
pub struct Cluster {
    home: TempDir,
    binaries: PathBuf,
    port: u16,
    disk: Disk,
    keeper: Option<Child>,
}

impl Cluster {
    /// A new server without anything in it.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub fn start(disk: Disk) -> Result<Cluster> {
        let mut cluster = Cluster::empty(disk)?;
        let data = cluster.data();
        cluster
            .run("initdb", &["-D", path(&data), "-U", "outpost", "-E", "UTF8", "--locale=C", "-A", "trust", "-N"])?;
        cluster.begin()?;
        Ok(cluster)
    }

    /// A server that follows this one, word for word: what is committed here is safe there, too.
    ///
    /// # Errors
    /// When it cannot be copied or started.
    pub fn standby(&self) -> Result<Cluster> {
        let mut standby = Cluster::empty(self.disk)?;
        let (data, from) = (standby.data(), self.address("postgres"));
        let more = ["-R", "-X", "stream", "-c", "fast", "-N", "-C", "-S", "standby"];
        standby.run("pg_basebackup", &[&["-D", path(&data), "-d", &from], &more[..]].concat())?;
        standby.begin()?;
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")?;
        self.ask("SELECT pg_reload_conf()")?;
        let sync = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        self.wait("the standby to follow", || Ok(self.ask(sync)?.trim() == "1"))?;
        Ok(standby)
    }

    fn empty(disk: Disk) -> Result<Cluster> {
        let home = tempfile::Builder::new().prefix("outpost-pg").tempdir()?;
        if is_root(home.path())? {
            chown(home.path(), Some(NOBODY), Some(NOBODY))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Ok(Cluster { binaries: binaries()?, home, port, disk, keeper: None })
    }

    /// Starts the server, which may have been killed, and waits until it answers.
    ///
    /// # Errors
    /// When it does not start.
    pub fn begin(&mut self) -> Result<()> {
        let wait = if self.disk == Disk::Waited { "on" } else { "off" };
        let log = std::fs::File::create(self.home.path().join("log"))?;
        let mut command = self.as_nobody("sh")?;
        command.args(["-c", KEEPER]).arg(self.binaries.join("postgres"));
        command.args(["-D", path(&self.data()), "-p", &self.port.to_string(), "-k", path(self.home.path())]);
        for setting in [
            &format!("cluster_name=at{}", self.port),
            "listen_addresses=127.0.0.1",
            "max_connections=400",
            "wal_level=replica",
            &format!("fsync={wait}"),
            &format!("synchronous_commit={wait}"),
            &format!("full_page_writes={wait}"),
        ] {
            command.args(["-c", setting]);
        }
        command.process_group(0).stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log);
        self.keeper = Some(command.spawn().context("sh cannot be run")?);
        self.wait("PostgreSQL to answer", || {
            Ok(self.run("psql", &["-d", &self.address("postgres"), "-c", "SELECT 1"]).is_ok())
        })
    }

    /// Ends the server and all its processes as a power cut does.
    ///
    /// # Errors
    /// When they cannot be ended.
    pub fn kill(&mut self) -> Result<()> {
        let Some(mut keeper) = self.keeper.take() else { return Ok(()) };
        // Without the first process the others end by themselves; what they have not written is lost.
        let pid = std::fs::read_to_string(self.data().join("postmaster.pid"))?;
        let pid = pid.lines().next().context("the server left no number")?;
        ensure!(Command::new("sh").args(["-c", &format!("kill -9 {pid}")]).status()?.success(), "the server had ended");
        drop(keeper.stdin.take());
        keeper.wait()?;
        self.wait("the server to be gone", || Ok(TcpStream::connect(("127.0.0.1", self.port)).is_err()))?;
        // The next one begins when the last of the old processes has let go of the shared memory.
        self.wait("the old processes to be gone", || Ok(self.children()?.is_empty()))
    }

    /// Makes a standby the primary.
    ///
    /// # Errors
    /// When it is none.
    pub fn promote(&self) -> Result<()> {
        self.ask("ALTER SYSTEM SET synchronous_standby_names = ''")?;
        self.ask("SELECT pg_promote(true, 60)")?;
        self.ask("SELECT pg_reload_conf()").map(drop)
    }

    /// The address of a database of this server, over TCP.
    pub fn address(&self, database: &str) -> String {
        format!("postgres://outpost@127.0.0.1:{}/{database}", self.port)
    }

    /// The same over a socket in the file system, which is faster.
    pub fn socket(&self, database: &str) -> String {
        let folder = path(self.home.path()).replace('/', "%2F");
        format!("postgres://outpost@{folder}:{}/{database}", self.port)
    }

    /// `host:port`
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A new empty database; its name.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn database(&self, name: &str) -> Result<()> {
        self.ask(&format!("CREATE DATABASE \"{name}\"")).map(drop)
    }

    /// The answer to a statement, as text without decoration.
    ///
    /// # Errors
    /// When the server does not do it.
    pub fn ask(&self, sql: &str) -> Result<String> {
        self.ask_in("postgres", sql)
    }

    /// The same in a database.
    ///
    /// # Errors
    /// When the server does not do it.
    pub fn ask_in(&self, database: &str, sql: &str) -> Result<String> {
        let output = self.run("psql", &["-d", &self.address(database), "-v", "ON_ERROR_STOP=1", "-Atc", sql])?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn children(&self) -> Result<String> {
        // Each names the cluster in its title.
        let output = Command::new("pgrep").args(["-f", &format!("postgres: at{}:", self.port)]).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn as_nobody(&self, program: impl AsRef<std::ffi::OsStr>) -> Result<Command> {
        let mut command = Command::new(program);
        command.current_dir(self.home.path()).env("LC_ALL", "C").env_remove("PGHOST").env_remove("PGPORT");
        if std::fs::metadata(self.home.path())?.uid() == NOBODY {
            command.uid(NOBODY).gid(NOBODY);
        }
        Ok(command)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<Output> {
        let output =
            self.as_nobody(self.binaries.join(program))?.args(arguments).output().context(program.to_owned())?;
        if !output.status.success() {
            bail!("{program}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(output)
    }

    fn wait(&self, what: &str, mut done: impl FnMut() -> Result<bool>) -> Result<()> {
        let begun = Instant::now();
        while !done()? {
            if begun.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
                bail!("waited in vain for {what}\n{log}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            if let Some(mut input) = keeper.stdin.take() {
                let _ = input.flush();
            }
            // It ends because its input did.
            let _ = keeper.wait();
        }
    }
}

/// Whether what this program makes belongs to root.
fn is_root(made: &Path) -> Result<bool> {
    Ok(std::fs::metadata(made)?.uid() == 0)
}

/// The folder of the newest PostgreSQL on this machine.
fn binaries() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        let version = entry.file_name().to_string_lossy().parse().unwrap_or(0);
        let folder = entry.path().join("bin");
        if folder.join("initdb").exists() {
            found.push((version, folder));
        }
    }
    if let Some((_, folder)) = found.into_iter().max() {
        return Ok(folder);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let here = std::env::split_paths(&path).find(|folder| folder.join("initdb").exists());
    here.context("PostgreSQL's server is not installed; on Debian or Ubuntu: apt-get install postgresql")
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}
