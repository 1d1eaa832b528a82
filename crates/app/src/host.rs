//! What stands behind the door: a replica or headquarters.

use crate::questions::{Question, Told};
use crate::{Action, Failure, Given, Notice, StoredFile};
use futures::stream::BoxStream;
use outpost_domain::{Command, Kind};
use std::future::Future;
use std::sync::Arc;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Who knocks.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The token of their session, if they show one.
    pub session: Option<String>,
    /// The address under which they reached the door, such as `http://127.0.0.1:7400`.
    pub base: String,
    /// The address of the machine that they ask from; empty in the window, and where it is not known.
    pub from: String,
}

/// What whoever listens is told, one after the other.
pub type Notices = BoxStream<'static, Notice>;

/// All that is told to everybody. Who was too slow for some of it is told that everything may have changed.
pub fn all_of(mut told: broadcast::Receiver<Notice>) -> Notices {
    Box::pin(async_stream::stream! {
        loop {
            match told.recv().await {
                Ok(notice) => yield notice,
                Err(RecvError::Lagged(_)) => yield Notice::Changed { kinds: Kind::ALL.to_vec() },
                Err(RecvError::Closed) => return,
            }
        }
    })
}

/// What an action answers.
#[derive(Debug, Clone, Default)]
pub struct Answered {
    /// The answer; see [`Action`].
    pub value: serde_json::Value,
    /// The session that the caller has from now on; an empty one ends it.
    pub session: Option<String>,
}

/// What is done with a file that is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilePurpose {
    /// A photo: turned upright and shrunk.
    Photo,
    /// A signature: kept as drawn.
    Signature,
    /// Any other file: kept as it is.
    File,
}

/// A replica or headquarters. Every door, be it HTTP or the window, calls these and nothing else.
pub trait Host: Send + Sync + 'static {
    /// Answers a question.
    ///
    /// # Errors
    /// See [`Failure`].
    fn query(&self, caller: &Caller, question: &Question) -> Result<Told, Failure>;

    /// Does what a person wants.
    ///
    /// # Errors
    /// See [`Failure`]; that it was refused is no failure.
    fn command(&self, caller: &Caller, command: Command) -> Result<Given, Failure>;

    /// Does something to this installation.
    ///
    /// # Errors
    /// See [`Failure`].
    fn action(
        self: Arc<Self>,
        caller: Caller,
        action: Action,
    ) -> impl Future<Output = Result<Answered, Failure>> + Send;

    /// Whether the caller may use this machine's time for what concerns no data: reading pictures, drawing labels.
    ///
    /// # Errors
    /// When they may not.
    fn admit(&self, caller: &Caller) -> Result<(), Failure>;

    /// What happens from now on, as far as it concerns the caller.
    ///
    /// # Errors
    /// When the caller may not listen.
    fn notices(&self, caller: &Caller) -> Result<Notices, Failure>;

    /// Keeps a file.
    ///
    /// # Errors
    /// See [`Failure`].
    fn store_file(&self, caller: &Caller, purpose: FilePurpose, bytes: &[u8]) -> Result<StoredFile, Failure>;

    /// The bytes of a file, from here or from headquarters.
    ///
    /// # Errors
    /// `not_here` if neither has it now.
    fn read_file(
        self: Arc<Self>,
        caller: Caller,
        sha256: String,
    ) -> impl Future<Output = Result<Vec<u8>, Failure>> + Send;
}

impl FilePurpose {
    /// The purpose that a door names.
    ///
    /// # Errors
    /// `not_understood` for any other word.
    pub fn from_word(word: &str) -> Result<FilePurpose, Failure> {
        match word {
            "photo" => Ok(FilePurpose::Photo),
            "signature" => Ok(FilePurpose::Signature),
            "file" => Ok(FilePurpose::File),
            _ => Err(Failure::new(crate::FailureCode::NotUnderstood, format!("no purpose {word:?}"))),
        }
    }
}
