//! Keeping in touch with headquarters: rounds, files, and when to try again.

use super::{Field, lock, now};
use crate::questions::SyncTrouble;
use crate::{Failure, FailureCode};
use outpost_domain::Instant;
use outpost_sync::protocol::{Enrolled, REVOKED};
use outpost_sync::{Answer, Client, FileStore, Identity, RoundError};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// With nothing to send and a line that pokes, this is only a safeguard.
const QUIET: Duration = Duration::from_secs(60);
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LONGEST_RETRY: Duration = Duration::from_secs(30);
/// A person who stopped a round has a reason, such as a line that costs; but nothing waits for ever.
const AFTER_STOP: Duration = Duration::from_secs(600);
/// How long the screen may wait for its turn while an answer is taken, and how many frames are held in memory for that.
const TURN: Duration = Duration::from_millis(200);
const FRAMES_AT_ONCE: usize = 16;
/// How often files that are no longer needed here are removed.
const ROOM_MILLIS: i64 = 86_400_000;

impl Field {
    /// Keeps in touch for as long as the program runs. There is always a timer: nothing can wait for ever.
    pub async fn keep_in_touch(self: Arc<Self>) {
        let listener = Arc::clone(&self);
        tokio::spawn(async move { listener.listen().await });
        let mut retry = FIRST_RETRY;
        let mut room_made_at = 0;
        loop {
            if now() - room_made_at > ROOM_MILLIS {
                room_made_at = now();
                if let Err(failure) = self.with(|replica| Ok(replica.remove_old_files(now())?)) {
                    tracing::warn!(detail = %failure.detail, "old files could not be removed");
                }
            }
            let delay = match self.round().await {
                Ok(()) => {
                    retry = FIRST_RETRY;
                    QUIET
                }
                Err(_) if self.was_stopped() => AFTER_STOP,
                Err(_) => {
                    let delay = retry;
                    retry = (retry * 2).min(LONGEST_RETRY);
                    delay
                }
            };
            // A timer that ran out and a wake-up mean the same: try now.
            let _ = tokio::time::timeout(delay, self.wake.notified()).await;
        }
    }

    fn was_stopped(&self) -> bool {
        matches!(lock(&self.line).trouble, Some((SyncTrouble::Stopped, _)))
    }

    /// Listens for pokes and wakes the rounds.
    async fn listen(&self) {
        loop {
            if let Ok(client) = self.client() {
                client.wait_for_poke().await;
                if lock(&self.line).trouble.is_none() {
                    self.call();
                }
            }
            // A line that breaks at once must not be tried at full speed; a poke more than once a second is no news.
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Has a round made at once. One that is sending files interrupts them for it.
    pub(super) fn call(&self) {
        lock(&self.line).called = true;
        self.wake.notify_one();
    }

    pub(super) fn client(&self) -> Result<Client, RoundError> {
        let identity =
            self.with(|replica| Ok(replica.identity()?)).map_err(|_| outpost_sync::ReplicaError::NotEnrolled)?;
        let identity = identity.ok_or(outpost_sync::ReplicaError::NotEnrolled)?;
        let names = (identity.headquarters, identity.token);
        // Setting up TLS takes longer than a round with nothing to do.
        let mut kept = lock(&self.client);
        match &*kept {
            Some((known, client)) if *known == names => Ok(client.clone()),
            _ => {
                let client = Client::new(&names.0, &names.1)?;
                *kept = Some((names, client.clone()));
                Ok(client)
            }
        }
    }

    /// One whole round: everything up, everything down, then the files. What hinders it is kept for the screen.
    ///
    /// # Errors
    /// What hindered it. Nothing is lost by any of that.
    pub async fn round(self: &Arc<Self>) -> Result<(), Failure> {
        let Ok(mut client) = self.client() else { return Ok(()) };
        if std::mem::replace(&mut lock(&self.line).running, true) {
            return Ok(());
        }
        self.stop.begin();
        self.tell_sync();
        let done = loop {
            lock(&self.line).called = false;
            if let Err(hindered) = self.exchange(&mut client).await {
                break Err(hindered);
            }
            match self.send_files(&client).await {
                Ok(()) if lock(&self.line).called => {}
                done => break done,
            }
        };
        {
            let mut line = lock(&self.line);
            line.running = false;
            line.trouble = done.as_ref().err().map(|(trouble, failure)| (*trouble, failure.detail.clone()));
        }
        self.tell_sync();
        done.map_err(|(_, failure)| failure)
    }

    async fn exchange(self: &Arc<Self>, client: &mut Client) -> Result<(), (SyncTrouble, Failure)> {
        loop {
            let sent_at = now();
            let request = self.with(|replica| Ok(replica.request(sent_at)?)).map_err(here)?;
            for pushed in &request.commands {
                tracing::info!(command = %pushed.id, seq = pushed.seq, "sent");
            }
            match self.stop.or(client.sync(&request)).await.ok_or_else(stopped)? {
                Ok(answer) => self.absorb(answer, sent_at).await?,
                Err(RoundError::Denied(denial)) if denial.code == "device_forked" => {
                    tracing::warn!("another device works as this one: it becomes one of its own");
                    *client = self.fork(client).await?;
                }
                Err(RoundError::Denied(denial)) if denial.code == REVOKED => {
                    if self.with(|replica| Ok(replica.turned_away(&request)?)).map_err(here)? {
                        self.hand_in_files(client).await?;
                        // What was given or kept meanwhile is handed in by the next request.
                        if self.wipe().map_err(here)? {
                            return Err(there(RoundError::Denied(denial)));
                        }
                    }
                    continue;
                }
                Err(error) => return Err(there(error)),
            }
            if !self.with(|replica| Ok(replica.wants_more()?)).map_err(here)? {
                return Ok(());
            }
        }
    }

    /// Takes an answer, several frames at once if they arrive faster than they are taken: each commit costs. Between two
    /// commits the screen gets its turn.
    async fn absorb(self: &Arc<Self>, mut answer: Answer, sent_at: Instant) -> Result<(), (SyncTrouble, Failure)> {
        // A round with nothing new fits, and so costs one commit.
        let mut most = 4;
        loop {
            let frames = self.stop.or(answer.next(most)).await.ok_or_else(stopped)?.map_err(there)?;
            if frames.is_empty() {
                return Ok(());
            }
            let (field, begun) = (Arc::clone(self), std::time::Instant::now());
            let absorbed = tokio::task::spawn_blocking(move || {
                field.with(|replica| Ok(replica.absorb(&frames, sent_at, now())?))
            })
            .await
            .map_err(|error| here(Failure::new(FailureCode::Internal, error)))?
            .map_err(here)?;
            self.tell_changed(absorbed.changed);
            if absorbed.again {
                return Ok(());
            }
            most = if begun.elapsed() < TURN { (most * 2).min(FRAMES_AT_ONCE) } else { (most / 2).max(1) };
        }
    }

    /// Becomes a replica of its own; the client that shows its new token.
    async fn fork(&self, client: &Client) -> Result<Client, (SyncTrouble, Failure)> {
        let Enrolled { replica: record, company, token } = client.fork().await.map_err(there)?;
        self.with(|replica| {
            let old = replica.identity()?.ok_or(outpost_sync::ReplicaError::NotEnrolled)?;
            Ok(replica.fork(&Identity { headquarters: old.headquarters, token, company, replica: record })?)
        })
        .map_err(here)?;
        self.client().map_err(there)
    }

    /// Sends the files that may go, until all have arrived or somebody calls: ticket data never waits for the rest of a
    /// photo, and what its person says of the line holds from the next piece on.
    pub(super) async fn send_files(&self, client: &Client) -> Result<(), (SyncTrouble, Failure)> {
        let files = self.files().map_err(here)?;
        let mut unreadable = BTreeSet::new();
        let called = || lock(&self.line).called;
        loop {
            let waiting = self.with(|replica| Ok(replica.files_to_send()?)).map_err(here)?;
            let Some(sha256) = waiting.into_iter().find(|sha256| !unreadable.contains(sha256)) else {
                return Ok(());
            };
            match files.read(&sha256) {
                Ok(Some(bytes)) => {
                    // What of it arrived stays there, and the next try goes on after it.
                    let sending = client.send_file(&sha256, &bytes, || !called());
                    let whole = self.stop.or(sending).await.ok_or_else(stopped)?.map_err(there)?;
                    if whole {
                        self.with(|replica| Ok(replica.file_arrived(&sha256, now())?)).map_err(here)?;
                        self.tell_sync();
                    }
                }
                // It stays listed as waiting, where a person sees it; the others go on.
                Ok(None) | Err(_) => {
                    tracing::error!(%sha256, "a file that waits cannot be read");
                    unreadable.insert(sha256);
                }
            }
            if called() {
                return Ok(());
            }
        }
    }
}

fn stopped() -> (SyncTrouble, Failure) {
    (SyncTrouble::Stopped, Failure::new(FailureCode::Unreachable, "the round was stopped by its person"))
}

pub(super) fn here(failure: Failure) -> (SyncTrouble, Failure) {
    let trouble = if failure.code == FailureCode::DiskFull { SyncTrouble::DiskFull } else { SyncTrouble::Internal };
    (trouble, failure)
}

fn there(error: RoundError) -> (SyncTrouble, Failure) {
    let trouble = match &error {
        RoundError::Unreachable(_) => SyncTrouble::Unreachable,
        RoundError::NotHeadquarters(_) => SyncTrouble::NotHeadquarters,
        RoundError::Failing(_) => SyncTrouble::HeadquartersFailing,
        RoundError::Denied(denial) if denial.code == "token_unknown" => SyncTrouble::SignInExpired,
        RoundError::Denied(denial) if denial.code == REVOKED => SyncTrouble::Revoked,
        RoundError::Denied(_) => SyncTrouble::HeadquartersFailing,
        RoundError::Here(_) => SyncTrouble::Internal,
    };
    (trouble, error.into())
}
