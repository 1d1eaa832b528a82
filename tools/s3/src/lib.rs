//! A bucket that speaks S3, for tests: a server in this process over a folder, which looks at every signature.

use anyhow::{Context, Result};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// The name of the bucket.
const NAME: &str = "photos";
const KEY: &str = "outpost";
const SECRET: &str = "not-a-secret-of-anybody";

/// A server with one bucket, for as long as this is kept.
pub struct Bucket {
    home: TempDir,
    address: SocketAddr,
    _runtime: Runtime,
}

impl Bucket {
    /// A new one without anything in it.
    ///
    /// # Errors
    /// When no folder or no port is to be had.
    pub fn start() -> Result<Bucket> {
        let home = tempfile::tempdir()?;
        std::fs::create_dir(home.path().join(NAME))?;
        let files = FileSystem::new(home.path()).map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).context("no port is to be had")?;
        let address = listener.local_addr()?;
        runtime.spawn(answer(listener, service.build()));
        Ok(Bucket { home, address, _runtime: runtime })
    }

    /// Its address for `--files`, with a folder in it.
    pub fn files(&self) -> String {
        format!("s3://{NAME}/outpost")
    }

    /// Where it listens.
    pub fn listens(&self) -> SocketAddr {
        self.address
    }

    /// The variables by which a program reaches it.
    pub fn variables(&self) -> Vec<(String, String)> {
        self.variables_through(self.address)
    }

    /// The same by another address, which leads to it.
    pub fn variables_through(&self, address: SocketAddr) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT", format!("http://{address}").as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// The names of all objects below the folder of [`Bucket::files`], sorted.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn objects(&self) -> Result<Vec<String>> {
        let root = self.folder();
        let (mut folders, mut names) = (vec![root.clone()], Vec::new());
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    names.push(path.strip_prefix(&root)?.to_string_lossy().into_owned());
                }
            }
        }
        names.sort();
        Ok(names)
    }

    /// Where an object lies, for a test that damages it.
    pub fn object(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder().join(name)
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join(NAME).join("outpost")
    }
}

async fn answer(listener: TcpListener, service: S3Service) {
    let server = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
    while let Ok((call, _)) = listener.accept().await {
        let answered = server.serve_connection(TokioIo::new(call), service.clone()).into_owned();
        tokio::spawn(async move {
            // A caller who hangs up is no fault.
            let _ = answered.await;
        });
    }
}
