//! Files in a bucket of an S3-compatible store, which any number of processes share.
//!
//! A piece of an unfinished file is an object of its own, `TENANT/SHA256.part/OFFSET`; a file is `TENANT/AB/SHA256`. The last
//! piece is never stored as one: it joins the others in the whole, which is put only when its hash is right. So whatever
//! breaks off in between, what has arrived is less than the whole, and whoever sends it goes on; see
//! docs/decisions/0012-pieces-are-objects.md.

use bytes::Bytes;
use futures::stream::{self, StreamExt, TryStreamExt};
use futures::{Future, future};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::{ClientConfigKey, Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutPayload, RetryConfig};
use outpost_domain::Id;
use outpost_sync::{FileStore, Lying, file_name, sha256_hex, unfinished_name};
use sha2::{Digest, Sha256};
use std::io;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How long a request is tried again: a device waits for an answer, and tries again by itself.
const PATIENCE: Duration = Duration::from_secs(15);
const TRIES: usize = 3;
/// How many objects are asked for at the same time.
const AT_ONCE: usize = 32;
/// A file that is kept again is put again only if it lies there for longer.
const FRESH_MILLIS: i64 = 86_400_000;

/// A bucket, or what lies in it under one name.
#[derive(Debug, Clone)]
pub struct FileBucket {
    store: Arc<AmazonS3>,
    driver: Arc<Driver>,
    /// As a person names it.
    address: String,
    below: Path,
}

/// The pieces of an unfinished file.
struct Pieces {
    /// Those that follow one another from the beginning.
    in_order: Vec<Path>,
    all: Vec<Path>,
    arrived: u64,
}

impl FileBucket {
    /// The bucket at an address such as `s3://photos/outpost`, by the settings that programs for S3 read from the variables
    /// `AWS_ENDPOINT`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ALLOW_HTTP` and others. Nothing is
    /// asked of it yet.
    ///
    /// # Errors
    /// When the address is none, or the settings do not fit one another.
    pub fn at(address: &str, variables: impl IntoIterator<Item = (String, String)>) -> io::Result<FileBucket> {
        let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidInput, why);
        let (bucket, below) = address
            .strip_prefix("s3://")
            .map(|rest| rest.split_once('/').unwrap_or((rest, "")))
            .filter(|(bucket, _)| !bucket.is_empty())
            .ok_or_else(|| wrong(format!("{address:?} is no bucket; write it as s3://BUCKET or s3://BUCKET/FOLDER")))?;
        let below = Path::parse(below).map_err(|error| wrong(format!("{address:?} is no bucket: {error}")))?;
        let mut settings = AmazonS3Builder::new();
        for (name, value) in variables.into_iter().filter(|(name, _)| name.starts_with("AWS_")) {
            // There are variables of that kind for other programs.
            if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                settings = settings.with_config(key, value);
            }
        }
        let retry = RetryConfig { max_retries: TRIES, retry_timeout: PATIENCE, ..RetryConfig::default() };
        let set = |key| settings.get_config_value(&key).unwrap_or_default();
        let endpoint = format!("{}{}", set(AmazonS3ConfigKey::S3Endpoint), set(AmazonS3ConfigKey::Endpoint));
        if endpoint.starts_with("http://") && set(AmazonS3ConfigKey::Client(ClientConfigKey::AllowHttp)) == "false" {
            let why = "has no TLS; set AWS_ALLOW_HTTP=true if nobody else can listen there";
            return Err(wrong(format!("the bucket {address} cannot be used: {endpoint} {why}")));
        }
        // The client takes the TLS that the program has chosen, and there must be one.
        outpost_sync::install_crypto();
        let store = settings.with_bucket_name(bucket).with_retry(retry).build();
        let store = store.map_err(|error| {
            let settings = "AWS_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
            wrong(format!("the bucket {address} cannot be used as {settings} are set: {error}"))
        })?;
        let address = address.trim_end_matches('/').to_owned();
        Ok(FileBucket { store: Arc::new(store), driver: Arc::new(Driver::start()?), address, below })
    }

    /// What lies in it under a name.
    #[must_use]
    pub fn of(&self, tenant: &str) -> FileBucket {
        FileBucket {
            address: format!("{}/{tenant}", self.address),
            below: self.below.clone().join(tenant),
            ..self.clone()
        }
    }

    /// How a person names it.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// That it answers, and lets us list what it holds.
    ///
    /// # Errors
    /// When it does not, in words for whoever set it up.
    pub fn look(&self) -> io::Result<()> {
        self.run(|this| async move {
            let first = this.store.list(Some(&this.below)).next().await;
            first.transpose().map(drop).map_err(|error| this.fault(&error))
        })
    }

    /// Does something with the bucket, and waits for it; to be called where waiting is allowed.
    fn run<T: Send + 'static, F: Future<Output = io::Result<T>> + Send + 'static>(
        &self,
        work: impl FnOnce(FileBucket) -> F,
    ) -> io::Result<T> {
        self.driver.run(work(self.clone()))
    }

    fn fault(&self, error: &Error) -> io::Error {
        let mut said = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(deeper) = cause {
            let why = deeper.to_string();
            if !said.contains(&why) {
                said = format!("{said}: {why}");
            }
            cause = deeper.source();
        }
        // Whoever sent a piece sends it again, when headquarters answers that it has a fault.
        io::Error::other(format!("the bucket {} could not be used; what it holds is as it was: {said}", self.address))
    }

    fn file(&self, name: &str) -> Path {
        self.below.clone().join(&name[..2]).join(name)
    }

    fn pieces_of(&self, name: &str) -> Path {
        self.below.clone().join(format!("{name}.part"))
    }

    /// How old a file is; none if it is not here.
    async fn age(&self, name: &str) -> io::Result<Option<i64>> {
        match self.store.head(&self.file(name)).await {
            Ok(meta) => Ok(Some(outpost_app::now() - meta.last_modified.timestamp_millis())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.fault(&error)),
        }
    }

    async fn pieces(&self, name: &str) -> io::Result<Pieces> {
        let listed = self.store.list(Some(&self.pieces_of(name))).try_collect::<Vec<_>>().await;
        let mut listed = listed.map_err(|error| self.fault(&error))?;
        listed.sort_by(|one, other| one.location.cmp(&other.location));
        let mut pieces = Pieces { in_order: Vec::new(), all: Vec::new(), arrived: 0 };
        for piece in listed {
            if piece.location.filename().and_then(|offset| offset.parse().ok()) == Some(pieces.arrived) {
                pieces.arrived += piece.size;
                pieces.in_order.push(piece.location.clone());
            }
            pieces.all.push(piece.location);
        }
        Ok(pieces)
    }

    async fn append_to(&self, name: &str, part: &str, offset: u64, bytes: Bytes, whole: u64) -> io::Result<u64> {
        let pieces = self.pieces(part).await?;
        let arrived = offset.saturating_add(bytes.len() as u64);
        if offset != pieces.arrived || arrived > whole {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if arrived == whole {
            return self.finish(name, pieces, bytes, whole).await;
        }
        // An empty piece would stand where the next one must.
        if !bytes.is_empty() {
            // As many digits as any offset has, so that names sort as offsets do.
            let place = self.pieces_of(part).join(format!("{offset:020}"));
            self.put_piece(&place, bytes.into()).await?;
        }
        Ok(arrived)
    }

    /// Puts a piece where none is: of two who send the same one, the second asks again where the file ends.
    async fn put_piece(&self, place: &Path, bytes: PutPayload) -> io::Result<()> {
        let put = match self.store.put_opts(place, bytes.clone(), PutMode::Create.into()).await {
            // The store was said to know no conditions. Then the later one stands, which says the same, or the hash will tell.
            Err(Error::NotImplemented { .. }) => self.store.put(place, bytes).await,
            put => put,
        };
        match put {
            Ok(_) => Ok(()),
            Err(Error::AlreadyExists { .. }) => Err(io::ErrorKind::InvalidInput.into()),
            Err(error) => Err(self.fault(&error)),
        }
    }

    /// Makes a file of the pieces and the last one, if that is what its name says.
    async fn finish(&self, name: &str, pieces: Pieces, last: Bytes, whole: u64) -> io::Result<u64> {
        let read = pieces.in_order.iter().cloned().map(|piece| self.bytes(piece));
        let mut parts = match stream::iter(read).buffered(AT_ONCE).try_collect::<Vec<Bytes>>().await {
            Ok(parts) => parts,
            // Another process was quicker: it has made the file, or begun it anew. Which of these, whoever sends it asks.
            Err(Error::NotFound { .. }) => return Err(io::ErrorKind::InvalidInput.into()),
            Err(error) => return Err(self.fault(&error)),
        };
        parts.push(last);
        let mut hash = Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        if hex::encode(hash.finalize()) != name {
            self.remove(pieces.all).await?;
            return Err(io::ErrorKind::InvalidData.into());
        }
        let put = self.store.put(&self.file(name), parts.into_iter().collect()).await;
        put.map_err(|error| self.fault(&error))?;
        if let Err(error) = self.remove(pieces.all).await {
            tracing::warn!(%error, name, "the pieces of a whole file stay, and only take room");
        }
        Ok(whole)
    }

    async fn bytes(&self, place: Path) -> Result<Bytes, Error> {
        self.store.get(&place).await?.bytes().await
    }

    async fn remove(&self, places: Vec<Path>) -> io::Result<()> {
        let places = stream::iter(places.into_iter().map(Ok)).boxed();
        let removed = self.store.delete_stream(places).try_collect::<Vec<_>>().await;
        removed.map(drop).map_err(|error| self.fault(&error))
    }
}

/// What an object is of a file: all of it, or a piece.
fn lying_at(meta: &ObjectMeta) -> Option<Lying> {
    let named = |part: Option<&str>| part.and_then(|part| file_name(part.strip_suffix(".part").unwrap_or(part)));
    let folder = meta.location.as_ref().rsplit('/').nth(1);
    let sha256 = named(meta.location.filename()).or_else(|| named(folder))?;
    Some(Lying { sha256, bytes: meta.size, changed_at: meta.last_modified.timestamp_millis() })
}

impl FileStore for FileBucket {
    fn read(&self, sha256: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(name) = file_name(sha256) else { return Ok(None) };
        self.run(|this| async move {
            match this.bytes(this.file(&name)).await {
                Ok(bytes) => Ok(Some(bytes.into())),
                Err(Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(this.fault(&error)),
            }
        })
    }

    fn is_whole(&self, sha256: &str) -> io::Result<bool> {
        let Some(name) = file_name(sha256) else { return Ok(false) };
        self.run(|this| async move { Ok(this.age(&name).await?.is_some()) })
    }

    fn lying(&self) -> io::Result<Vec<Lying>> {
        let parts = self.run(|this| async move {
            let listed = this.store.list(Some(&this.below)).map_ok(|meta| lying_at(&meta));
            listed.try_collect::<Vec<_>>().await.map_err(|error| this.fault(&error))
        })?;
        Ok(Lying::together(parts.into_iter().flatten()))
    }

    fn discard(&self, sha256: &str, before: i64) -> io::Result<bool> {
        let Some(name) = file_name(sha256) else { return Ok(false) };
        self.run(|this| async move {
            let mut lying = this.store.list(Some(&this.pieces_of(&name))).try_collect::<Vec<_>>().await;
            match this.store.head(&this.file(&name)).await {
                Ok(meta) => lying.iter_mut().for_each(|lying| lying.push(meta.clone())),
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(this.fault(&error)),
            }
            let lying = lying.map_err(|error| this.fault(&error))?;
            // Some answers name the second only.
            let is_kept = |meta: &ObjectMeta| meta.last_modified.timestamp_millis() + 999 >= before;
            if lying.is_empty() || lying.iter().any(is_kept) {
                return Ok(false);
            }
            this.remove(lying.into_iter().map(|meta| meta.location).collect()).await?;
            Ok(true)
        })
    }

    fn keep(&self, bytes: &[u8]) -> io::Result<String> {
        let name = sha256_hex(bytes);
        let bytes = PutPayload::from(Bytes::copy_from_slice(bytes));
        self.run(|this| async move {
            // One that lies there for long may be about to be discarded, and somebody needs it again.
            if this.age(&name).await?.is_none_or(|age| age > FRESH_MILLIS) {
                let put = this.store.put(&this.file(&name), bytes).await;
                put.map_err(|error| this.fault(&error))?;
            }
            Ok(name)
        })
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = self.run(|this| async move {
            let listed = this.store.list(Some(&this.below)).map_ok(|meta| meta.location.filename().and_then(file_name));
            listed.try_collect::<Vec<_>>().await.map_err(|error| this.fault(&error))
        })?;
        names.sort();
        Ok(names.into_iter().flatten().collect())
    }

    fn arrived(&self, sha256: &str, from: Id) -> io::Result<u64> {
        let Some(part) = unfinished_name(sha256, from) else { return Ok(0) };
        self.run(|this| async move { Ok(this.pieces(&part).await?.arrived) })
    }

    fn append(&self, sha256: &str, from: Id, offset: u64, bytes: &[u8], whole: u64) -> io::Result<u64> {
        let names = file_name(sha256).zip(unfinished_name(sha256, from));
        let Some((name, part)) = names else { return Err(io::ErrorKind::InvalidInput.into()) };
        let bytes = Bytes::copy_from_slice(bytes);
        self.run(|this| async move { this.append_to(&name, &part, offset, bytes, whole).await })
    }

    fn clear(&self) -> io::Result<()> {
        self.run(|this| async move {
            let places = this.store.list(Some(&this.below)).map_ok(|meta| meta.location).boxed();
            let removed = this.store.delete_stream(places).try_for_each(|_| future::ready(Ok(()))).await;
            removed.map_err(|error| this.fault(&error))
        })
    }
}

/// What talks to the bucket while those who asked wait: they are threads that may wait, with or without a runtime of theirs.
#[derive(Debug)]
struct Driver(Option<Runtime>);

impl Driver {
    fn start() -> io::Result<Driver> {
        Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("bucket")
            .enable_all()
            .build()
            .map(|it| Driver(Some(it)))
    }

    fn run<T: Send + 'static>(&self, work: impl Future<Output = io::Result<T>> + Send + 'static) -> io::Result<T> {
        let (tell, told) = mpsc::sync_channel(1);
        if let Some(runtime) = &self.0 {
            runtime.spawn(async move {
                // Whoever asked waits for it.
                let _ = tell.send(work.await);
            });
        }
        told.recv().unwrap_or_else(|_| Err(io::Error::other("what talks to the bucket has ended")))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // A runtime may not wait for its end inside another one.
            runtime.shutdown_background();
        }
    }
}
