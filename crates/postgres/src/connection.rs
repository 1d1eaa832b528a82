//! One live connection, driven by the thread that uses it: no other thread is woken for an answer.

use futures::Future;
use outpost_store::StoreError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error, NoTls, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How many statements a connection keeps prepared.
const PREPARED: usize = 500;

pub(crate) struct Connection {
    pub(crate) client: Client,
    runtime: Option<Runtime>,
    prepared: Mutex<HashMap<String, Statement>>,
    /// How long the server was told that a question may take.
    patience: Mutex<Option<Duration>>,
}

impl Connection {
    /// Connects. Tables are those of `schema`.
    pub(crate) fn open(config: &Config, schema: Option<&str>) -> Result<Connection, StoreError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::Unreachable(error.to_string()))?;
        // Whatever keeps a connection from being made may be over in a moment.
        let failed = |error: Error| StoreError::Unreachable(unreachable(config, &error));
        // Either ends when the client is dropped; what breaks it is said to whoever asks next.
        let client = if config.get_hosts().iter().any(|host| matches!(host, Host::Unix(_))) {
            let (client, connection) = blocking(&runtime, config.connect(NoTls)).map_err(failed)?;
            drop(runtime.spawn(connection));
            client
        } else {
            let tls = MakeRustlsConnect::new(tls()?);
            let (client, connection) = blocking(&runtime, config.connect(tls)).map_err(failed)?;
            drop(runtime.spawn(connection));
            client
        };
        let connection =
            Connection { client, runtime: Some(runtime), prepared: Mutex::default(), patience: Mutex::default() };
        // Whoever forgets to go on, holding the tenant's lock, must not hold up the others for ever.
        let path = schema.map_or_else(String::new, |schema| format!("SET search_path = \"{schema}\";"));
        let settings = format!(
            "{path} SET lock_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'; \
             SET client_min_messages = 'warning'"
        );
        connection.run(connection.client.batch_execute(&settings)).map_err(named)?;
        Ok(connection)
    }

    /// Waits for an answer.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        match &self.runtime {
            Some(runtime) => blocking(runtime, future),
            // Only while it is being dropped, when nobody asks any more.
            None => futures::executor::block_on(future),
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Statement>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A statement that was prepared before.
    pub(crate) fn prepared(&self, sql: &str) -> Option<Statement> {
        self.known().get(sql).cloned()
    }

    /// Tells the server how long a question may take, if it does not know. Not inside a transaction, which would undo it.
    pub(crate) async fn be_patient(&self, most: Option<Duration>) -> Result<(), Error> {
        if *self.patience.lock().unwrap_or_else(PoisonError::into_inner) == most {
            return Ok(());
        }
        let millis = most.map_or(0, |most| most.as_millis().max(1));
        self.client.batch_execute(&format!("SET statement_timeout = {millis}")).await?;
        *self.patience.lock().unwrap_or_else(PoisonError::into_inner) = most;
        Ok(())
    }

    /// Prepares a statement.
    pub(crate) async fn prepare(&self, sql: &str) -> Result<Statement, Error> {
        let statement = self.client.prepare(sql).await?;
        let mut prepared = self.known();
        if prepared.len() >= PREPARED {
            prepared.clear();
        }
        prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A runtime may not wait for its end inside another one.
            runtime.shutdown_background();
        }
    }
}

/// Waits on this thread, also where it belongs to a runtime that answers requests.
fn blocking<F: Future>(runtime: &Runtime, future: F) -> F::Output {
    match Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => {
            tokio::task::block_in_place(|| runtime.block_on(future))
        }
        _ => runtime.block_on(future),
    }
}

/// Trusts whom the system trusts.
fn tls() -> Result<rustls::ClientConfig, StoreError> {
    let wrong = |error: rustls::Error| StoreError::Engine(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(&provider)).map_err(wrong)?;
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(wrong)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// Why there is no connection, and what to do where that is not plain.
fn unreachable(config: &Config, error: &Error) -> String {
    let why = said(error);
    if config.get_ssl_mode() == SslMode::Require && why.contains("TLS") {
        return format!(
            "{why}. Have the server offer TLS, or write sslmode=disable where nobody can listen on the way"
        );
    }
    why
}

/// What went wrong, in the server's own words.
fn said(error: &Error) -> String {
    match error.as_db_error() {
        Some(said) => {
            said.detail().map_or_else(|| said.message().to_owned(), |detail| format!("{}: {detail}", said.message()))
        }
        None => std::error::Error::source(error).map_or_else(|| error.to_string(), |why| format!("{error}: {why}")),
    }
}

/// An error by what can be done about it.
pub(crate) fn named(error: Error) -> StoreError {
    let Some(code) = error.code() else {
        return if error.is_closed() || std::error::Error::source(&error).is_some_and(|why| why.is::<std::io::Error>()) {
            StoreError::Unreachable(said(&error))
        } else {
            StoreError::Engine(said(&error))
        };
    };
    let gone = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        // A primary that became a standby.
        SqlState::READ_ONLY_SQL_TRANSACTION,
    ];
    if gone.contains(code) || code.code().starts_with("08") || code.code().starts_with("57P") {
        return StoreError::Unreachable(said(&error));
    }
    match *code {
        SqlState::QUERY_CANCELED => StoreError::TakesTooLong,
        SqlState::DISK_FULL => StoreError::DiskFull,
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => StoreError::Damaged(said(&error)),
        _ => StoreError::Engine(said(&error)),
    }
}
