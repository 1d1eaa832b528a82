//! The HTTP client around the engine.

use crate::identity::{Identity, Trust};
use crate::protocol::{
    Denial, EnrolRequest, Enrolled, ForkRequest, Frame, Granted, MARK, REVOKED, SyncRequest, TokenRequest,
};
use crate::sending::{Next, Sending};
use crate::wire::{Form, Frames};
use outpost_domain::Id;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;

/// How long a connection is kept for the next request: long enough for those of one round. One that was kept while the
/// device went from one network to another would be dead, and only a long silence would tell.
const KEPT: Duration = Duration::from_secs(5);

/// How many frames are read ahead: a device that is slower than its line holds no more of them in memory.
const FRAMES_AHEAD: usize = 16;

/// Why a round did not succeed. Nothing is lost by any of them.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// There is no connection.
    #[error("headquarters cannot be reached: {0}")]
    Unreachable(String),
    /// Something answered, but not headquarters: a proxy, or the sign-in page of a network.
    #[error("what answered is not headquarters: {0}")]
    NotHeadquarters(String),
    /// Headquarters says that something is wrong on its side.
    #[error("headquarters has a fault: {0}")]
    Failing(String),
    /// Headquarters does not take this.
    #[error("{}", .0.detail)]
    Denied(Denial),
    /// The address is one by which everybody on the way could read and change what is sent.
    #[error("{0} is reached without encryption, so that others on the way can read and change what is sent; use https")]
    Plain(String),
    /// Something on this device.
    #[error(transparent)]
    Here(#[from] crate::ReplicaError),
}

/// Chooses the implementation of TLS; to be called once, first thing in a program.
pub fn install_crypto() {
    // A second call finds one installed already, which is just as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Whether an address is of the machine that this runs on.
pub fn is_this_machine(address: &str) -> bool {
    let Ok(address) = Url::parse(address) else { return false };
    let host = address.host_str().unwrap_or_default();
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    number.map_or(host == "localhost", |number| number.is_loopback())
}

/// Whether nobody on the way to an address can read or change what is sent: it is encrypted, or does not leave this machine.
pub(crate) fn is_private(address: &str) -> bool {
    Url::parse(address).is_ok_and(|address| address.scheme() == "https") || is_this_machine(address)
}

/// A connection to one headquarters.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    headquarters: String,
    token: String,
    /// The key of headquarters, and who this is.
    known: Option<(String, Id)>,
}

impl Client {
    /// A client for the headquarters at an address, for a device that is nobody yet. Without encryption only on this machine,
    /// or where its person wants that (`plain`).
    ///
    /// # Errors
    /// When the system's TLS cannot be set up, or what is sent could be read on the way.
    pub fn new(headquarters: &str, plain: bool) -> Result<Client, RoundError> {
        install_crypto();
        if !(plain || is_private(headquarters)) {
            return Err(RoundError::Plain(headquarters.to_owned()));
        }
        let http = reqwest::Client::builder()
            // What was tried, whatever another part of the same program turns on.
            .http1_only()
            // Headquarters sends nobody elsewhere, least of all to where there is no encryption.
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(60))
            .pool_idle_timeout(KEPT)
            .build()
            .map_err(|error| RoundError::Unreachable(error.to_string()))?;
        let headquarters = headquarters.trim_end_matches('/').to_owned();
        Ok(Client { http, headquarters, token: String::new(), known: None })
    }

    /// The same for a device that is enrolled: it shows this token, and believes only its headquarters.
    ///
    /// # Errors
    /// As there.
    pub fn of(identity: &Identity, token: &str) -> Result<Client, RoundError> {
        let client = Client::new(&identity.headquarters, identity.plain)?;
        let known = Some((identity.headquarters_key.clone(), identity.replica.id));
        Ok(Client { token: token.to_owned(), known, ..client })
    }

    /// Accepts an invitation.
    ///
    /// # Errors
    /// See [`RoundError`].
    pub async fn enrol(&self, request: &EnrolRequest) -> Result<Enrolled, RoundError> {
        answer(self.http.post(self.url("/v1/enroll")).json(request)).await
    }

    /// One request of a round; the frames of the answer as they arrive.
    ///
    /// # Errors
    /// See [`RoundError`].
    pub async fn sync(&self, request: &SyncRequest) -> Result<Answer, RoundError> {
        let body = Form::Compact.write(request).map_err(|error| RoundError::Here(error.into()))?;
        let form = Form::Compact.media_type();
        let (key, replica_id) = self.known.as_ref().ok_or(crate::ReplicaError::NotEnrolled)?;
        let trust = Trust::of(key, *replica_id, request);
        let sending = self.http.post(self.url("/v1/sync")).bearer_auth(&self.token);
        let sending = sending.header(CONTENT_TYPE, form).header(ACCEPT, form).body(body);
        let response = match succeeded(send(sending).await?).await {
            Err(RoundError::Denied(denial)) if denial.code == REVOKED && !trust.obeys(denial.order.as_deref()) => {
                return Err(RoundError::NotHeadquarters("the order to remove everything is not signed".into()));
            }
            other => other?,
        };
        Ok(Answer::of(response, trust))
    }

    /// Asks for the next token.
    ///
    /// # Errors
    /// See [`RoundError`].
    pub async fn token(&self, request: &TokenRequest) -> Result<Granted, RoundError> {
        answer(self.http.post(self.url("/v1/token")).json(request)).await
    }

    /// Becomes a replica of its own; see [`crate::Replica::fork`].
    ///
    /// # Errors
    /// See [`RoundError`].
    pub async fn fork(&self, request: &ForkRequest) -> Result<Enrolled, RoundError> {
        answer(self.http.post(self.url("/v1/fork")).json(request)).await
    }

    /// Sends the rest of a file, wherever it stands; true when headquarters has verified the whole. After each piece
    /// `go_on` is asked; false when it said no.
    ///
    /// # Errors
    /// See [`RoundError`]; what arrived stays, and the next try goes on from there.
    pub async fn send_file(&self, sha256: &str, bytes: &[u8], go_on: impl Fn() -> bool) -> Result<bool, RoundError> {
        let url = self.url(&format!("/v1/files/{sha256}"));
        let mut sending = Sending::new(bytes.len() as u64);
        loop {
            let piece = match sending.next() {
                Next::Arrived => return Ok(true),
                Next::Ask => {
                    let (offset, whole) = self.file_offset(&url).await?;
                    sending.heard(offset, whole);
                    continue;
                }
                Next::Send(piece) => piece,
            };
            let request = self
                .http
                .patch(&url)
                .bearer_auth(&self.token)
                .header("x-offset", piece.start)
                .header("x-size", bytes.len())
                .body(bytes[piece.start as usize..piece.end as usize].to_vec());
            match answer::<u64>(request).await {
                Ok(arrived) => {
                    let whole = arrived == bytes.len() as u64;
                    sending.heard(arrived, whole);
                    if !whole && !go_on() {
                        return Ok(false);
                    }
                }
                Err(RoundError::Denied(denial)) if denial.code == "wrong_offset" && sending.missed() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The bytes of a file; none if headquarters does not have it yet.
    ///
    /// # Errors
    /// See [`RoundError`].
    pub async fn fetch_file(&self, sha256: &str) -> Result<Option<Vec<u8>>, RoundError> {
        let url = self.url(&format!("/v1/files/{sha256}"));
        let response = send(self.http.get(url).bearer_auth(&self.token)).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let response = succeeded(response).await?;
        let bytes = response.bytes().await.map_err(|error| RoundError::Unreachable(error.to_string()))?;
        Ok(Some(bytes.to_vec()))
    }

    /// Waits for the next poke: headquarters has something new. Returns when one came, or when the line broke.
    pub async fn wait_for_poke(&self) {
        let request = self.http.get(self.url("/v1/events")).bearer_auth(&self.token);
        let Ok(mut response) = send(request).await else { return };
        while let Ok(Some(chunk)) = response.chunk().await {
            if chunk.windows(5).any(|window| window == b"data:") {
                return;
            }
        }
    }

    /// How many bytes of a file are there, and whether that is the whole file, verified.
    async fn file_offset(&self, url: &str) -> Result<(u64, bool), RoundError> {
        let response = succeeded(send(self.http.head(url).bearer_auth(&self.token)).await?).await?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let offset = header("x-offset").and_then(|value| value.parse().ok());
        let offset = offset.ok_or_else(|| RoundError::NotHeadquarters("no offset in the answer".into()))?;
        Ok((offset, header("x-whole") == Some("true")))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.headquarters)
    }
}

/// An answer that is arriving: it is read ahead, and the reading ends with it.
#[derive(Debug)]
pub struct Answer {
    frames: Receiver<Result<Frame, RoundError>>,
    /// Why nothing comes after what was given last.
    broken: Option<RoundError>,
    _reading: JoinSet<()>,
}

impl Answer {
    fn of(response: Response, trust: Trust) -> Answer {
        let (ahead, frames) = channel(FRAMES_AHEAD);
        let mut reading = JoinSet::new();
        reading.spawn(read_ahead(response, trust, ahead));
        Answer { frames, broken: None, _reading: reading }
    }

    /// The next frames, as soon as there is one: whatever has arrived by then, but no more than `most`. None at the end.
    ///
    /// # Errors
    /// When the line broke, or what arrives is not from headquarters. What arrived before is of use.
    pub async fn next(&mut self, most: usize) -> Result<Vec<Frame>, RoundError> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        let mut arrived = Vec::new();
        self.frames.recv_many(&mut arrived, most).await;
        let mut frames = Vec::with_capacity(arrived.len());
        for frame in arrived {
            match frame {
                Ok(frame) => frames.push(frame),
                Err(error) if frames.is_empty() => return Err(error),
                Err(error) => self.broken = Some(error),
            }
        }
        Ok(frames)
    }
}

/// Reads an answer until it ends, it breaks, or nobody wants it any more.
async fn read_ahead(mut response: Response, trust: Trust, ahead: Sender<Result<Frame, RoundError>>) {
    let mut frames = Frames::default();
    loop {
        let next = match frames.take().map_err(|error| RoundError::NotHeadquarters(error.to_string())) {
            Ok(Some(frame)) if trust.believes(&frame) => Ok(frame),
            Ok(Some(_)) => Err(RoundError::NotHeadquarters("the answer is not signed".into())),
            Err(error) => Err(error),
            Ok(None) => match response.chunk().await.map_err(|error| RoundError::Unreachable(chain(&error))) {
                Ok(Some(chunk)) => {
                    frames.push(&chunk);
                    continue;
                }
                Ok(None) if frames.is_amid() => Err(RoundError::Unreachable("the answer broke off".into())),
                Ok(None) => return,
                Err(error) => Err(error),
            },
        };
        let is_end = next.is_err();
        if ahead.send(next).await.is_err() || is_end {
            return;
        }
    }
}

async fn send(request: RequestBuilder) -> Result<Response, RoundError> {
    request.send().await.map_err(|error| RoundError::Unreachable(chain(&error)))
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, RoundError> {
    let response = succeeded(send(request).await?).await?;
    let bytes = response.bytes().await.map_err(|error| RoundError::Unreachable(chain(&error)))?;
    serde_json::from_slice(&bytes).map_err(|error| RoundError::NotHeadquarters(error.to_string()))
}

/// That headquarters answered, and answered well.
async fn succeeded(response: Response) -> Result<Response, RoundError> {
    let status = response.status();
    let marked = response.headers().contains_key(MARK);
    if status.is_success() && marked {
        return Ok(response);
    }
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let what = format!("status {status}, {media_type}");
    if !marked {
        return Err(if status.is_server_error() {
            RoundError::Failing(what)
        } else {
            RoundError::NotHeadquarters(what)
        });
    }
    if status.is_server_error() {
        return Err(RoundError::Failing(what));
    }
    match response.json::<Denial>().await {
        Ok(denial) => Err(RoundError::Denied(denial)),
        // An answer to HEAD has no body.
        Err(_) => {
            let code = if status == StatusCode::UNAUTHORIZED { "token_unknown" } else { "not_understood" };
            Err(RoundError::Denied(Denial { code: code.into(), detail: what, order: None }))
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
