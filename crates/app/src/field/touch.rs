//! Keeping in touch with headquarters: rounds, files, and when to try again.

use super::{Field, lock, now};
use crate::questions::SyncTrouble;
use crate::{Failure, FailureCode};
use outpost_domain::Instant;
use outpost_sync::protocol::{Granted, REVOKED};
use outpost_sync::{Answer, Client, FileStore, Identity, Replica, RoundError, SigningKey};
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
            if let Ok(client) = self.client().await {
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

    /// A client that shows a token which is good for a while; another one is asked for where it is not.
    pub(super) async fn client(&self) -> Result<Client, RoundError> {
        if let Some(client) = self.ready_client()? {
            return Ok(client);
        }
        // Headquarters takes each number once, and in order: of several who ask, also of several programs, one does it.
        let _turn = self.turn_to_ask().await;
        if let Some(client) = self.ready_client()? {
            return Ok(client);
        }
        let (identity, number) = self.kept(|replica| Ok((replica.identity()?, replica.next_number()?)))?;
        let identity = identity.ok_or(outpost_sync::ReplicaError::NotEnrolled)?;
        match Client::of(&identity, "")?.token(&identity.token_request(number)).await {
            Ok(Granted { token, token_millis, replica: record }) => self.kept(|replica| {
                replica.keep_token(&token, token_millis, now())?;
                Ok(replica.is_now(record)?)
            })?,
            Err(RoundError::Denied(denial)) if denial.code == "device_forked" => self.fork(&identity).await?,
            Err(error) => return Err(error),
        }
        self.ready_client()?
            .ok_or_else(|| RoundError::NotHeadquarters("the token that it gave is good for no time".into()))
    }

    /// Waits until nobody else asks for a token; it is one's turn for as long as the answer lives.
    async fn turn_to_ask(&self) -> (tokio::sync::MutexGuard<'_, ()>, Option<std::fs::File>) {
        let here = self.asking.lock().await;
        let path = self.folder.join("token.lock");
        // Where files cannot be locked, nobody else begins on them either.
        let locked = tokio::task::spawn_blocking(move || {
            let file = std::fs::File::create(path)?;
            file.lock()?;
            Ok::<_, std::io::Error>(file)
        });
        (here, locked.await.ok().and_then(Result::ok))
    }

    fn kept<T>(&self, work: impl FnOnce(&Replica) -> Result<T, Failure>) -> Result<T, RoundError> {
        self.with(work).map_err(|failure| RoundError::Here(std::io::Error::other(failure.detail).into()))
    }

    fn ready_client(&self) -> Result<Option<Client>, RoundError> {
        let (identity, token) = self.kept(|replica| Ok((replica.identity()?, replica.token(now())?)))?;
        let identity = identity.ok_or(outpost_sync::ReplicaError::NotEnrolled)?;
        let Some(token) = token else { return Ok(None) };
        let names = (identity.headquarters.clone(), token);
        // Setting up TLS takes longer than a round with nothing to do.
        let mut kept = lock(&self.client);
        match &*kept {
            Some((known, client)) if *known == names => Ok(Some(client.clone())),
            _ => {
                let client = Client::of(&identity, &names.1)?;
                *kept = Some((names, client.clone()));
                Ok(Some(client))
            }
        }
    }

    /// One whole round: everything up, everything down, then the files. What hinders it is kept for the screen.
    ///
    /// # Errors
    /// What hindered it. Nothing is lost by any of that.
    pub async fn round(self: &Arc<Self>) -> Result<(), Failure> {
        if self.with(|replica| Ok(replica.identity()?)).ok().flatten().is_none() {
            return Ok(());
        }
        if std::mem::replace(&mut lock(&self.line).running, true) {
            return Ok(());
        }
        self.stop.begin();
        self.tell_sync();
        let done = loop {
            lock(&self.line).called = false;
            if let Err(hindered) = self.exchange().await {
                break Err(hindered);
            }
            match self.send_files().await {
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

    /// Everything up, everything down.
    async fn exchange(self: &Arc<Self>) -> Result<(), (SyncTrouble, Failure)> {
        let mut asked_again = false;
        loop {
            let client = self.stop.or(self.client()).await.ok_or_else(stopped)?.map_err(there)?;
            let sent_at = now();
            let request = self.with(|replica| Ok(replica.request(sent_at)?)).map_err(here)?;
            for pushed in &request.commands {
                tracing::info!(command = %pushed.id, seq = pushed.seq, "sent");
            }
            match self.stop.or(client.sync(&request)).await.ok_or_else(stopped)? {
                Ok(answer) => self.absorb(answer, sent_at).await?,
                Err(RoundError::Denied(denial)) if denial.code == "device_forked" => {
                    let identity = self.kept(|replica| Ok(replica.identity()?)).map_err(there)?;
                    let identity = identity.ok_or(outpost_sync::ReplicaError::NotEnrolled);
                    let identity = identity.map_err(|error| there(error.into()))?;
                    let _turn = self.turn_to_ask().await;
                    self.fork(&identity).await.map_err(there)?;
                }
                // It ended earlier than was said, as when headquarters was restored.
                Err(RoundError::Denied(denial)) if denial.code == "token_unknown" && !asked_again => {
                    asked_again = true;
                    self.with(|replica| Ok(replica.forget_token()?)).map_err(here)?;
                    continue;
                }
                Err(RoundError::Denied(denial)) if denial.code == REVOKED => {
                    if self.with(|replica| Ok(replica.turned_away(&request)?)).map_err(here)? {
                        self.hand_in_files().await?;
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

    /// Becomes a replica of its own, with a key of its own.
    async fn fork(&self, identity: &Identity) -> Result<(), RoundError> {
        tracing::warn!("another device works as this one: it becomes one of its own");
        let key = SigningKey::generate().map_err(outpost_sync::ReplicaError::from)?;
        let enrolled = Client::of(identity, "")?.fork(&identity.fork_request(&key)).await?;
        self.kept(|replica| {
            let (token, millis) = (enrolled.token.clone(), enrolled.token_millis);
            replica.fork(&Identity::of(&identity.headquarters, identity.plain, key, enrolled))?;
            Ok(replica.keep_token(&token, millis, now())?)
        })
    }

    /// Sends the files that may go, until all have arrived or somebody calls: ticket data never waits for the rest of a
    /// photo, and what its person says of the line holds from the next piece on.
    pub(super) async fn send_files(&self) -> Result<(), (SyncTrouble, Failure)> {
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
                    // The token ends sooner than many files on a slow line. What of this one arrived stays there, and the next try
                    // goes on after it.
                    let client = self.stop.or(self.client()).await.ok_or_else(stopped)?.map_err(there)?;
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
        RoundError::Plain(_) => SyncTrouble::NotHeadquarters,
        RoundError::Denied(_) => SyncTrouble::HeadquartersFailing,
        RoundError::Here(_) => SyncTrouble::Internal,
    };
    (trouble, error.into())
}
