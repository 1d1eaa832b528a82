//! The protocol over HTTP; see `outpost_sync::protocol`.

use super::gate::{self, Gate};
use crate::access::{ReplicaContact, welcome};
use crate::{Headquarters, HeadquartersError, Scope, SignedIn, Stream};
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use outpost_app::{door, limits, now};
use outpost_domain::person::Replica;
use outpost_domain::{Id, Instant, Kind};
use outpost_sync::file_name;
use outpost_sync::protocol::{
    COMMANDS_PER_REQUEST, Denial, EnrolRequest, Enrolled, ForkRequest, Frame, Granted, MARK, PROTOCOL, REVOKED,
    SyncRequest, TokenRequest,
};
use outpost_sync::wire::Form;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

const REQUEST_BYTES: usize = limits::REQUEST_BYTES_UNPACKED;
const ENROL_BYTES: usize = 4096;
/// What a device says that asks by its key, its certificate included.
const KEY_BYTES: usize = 16 << 10;
/// A device sends 256 KiB of a file at a time.
const PIECE_BYTES: usize = 1 << 20;
/// How often it is looked whether a device that listens may still do so.
const LISTENER: Duration = Duration::from_secs(15);

pub(super) fn router(headquarters: Arc<Headquarters>, gate: Arc<Gate>) -> Router {
    let small = middleware::from_fn_with_state(limits::SMALL_BODY_TIME, limits::in_time);
    let large = middleware::from_fn_with_state(limits::LARGE_BODY_TIME, limits::in_time);
    let files = get(read_file).head(file_offset).patch(append_file).layer(DefaultBodyLimit::max(PIECE_BYTES));
    Router::new()
        .route("/v1/sync", post(sync).layer(DefaultBodyLimit::max(REQUEST_BYTES)))
        .route("/v1/files/{sha256}", files)
        .route("/v1/events", get(events))
        .layer(large)
        .layer(middleware::from_fn_with_state(Arc::clone(&gate), in_turn))
        .layer(Extension(gate))
        // Whose it is, before anything of it is taken in.
        .layer(middleware::from_fn_with_state(Arc::clone(&headquarters), known))
        .route("/v1/enroll", post(enrol).layer(DefaultBodyLimit::max(ENROL_BYTES)).layer(small.clone()))
        // A device without a token shows by its key who it is.
        .route("/v1/token", post(grant).layer(DefaultBodyLimit::max(KEY_BYTES)).layer(small.clone()))
        .route("/v1/fork", post(fork).layer(DefaultBodyLimit::max(KEY_BYTES)).layer(small))
        .layer(middleware::from_fn(mark))
        .layer(middleware::from_fn(door::plain))
        .with_state(headquarters)
}

/// Says in every answer that it is headquarters which answers.
async fn mark(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(HeaderName::from_static(MARK), HeaderValue::from(PROTOCOL));
    response
}

struct Refused(HeadquartersError);

impl<E: Into<HeadquartersError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Refused(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self.0 {
            HeadquartersError::Denied(denial) => {
                let status = match denial.code.as_str() {
                    "token_unknown" => StatusCode::UNAUTHORIZED,
                    REVOKED => StatusCode::FORBIDDEN,
                    "not_here" => StatusCode::NOT_FOUND,
                    "too_many" => StatusCode::TOO_MANY_REQUESTS,
                    "busy" => StatusCode::SERVICE_UNAVAILABLE,
                    "no_room" => StatusCode::INSUFFICIENT_STORAGE,
                    "wrong_offset" | "wrong_hash" | "device_forked" => StatusCode::CONFLICT,
                    "too_large" => StatusCode::PAYLOAD_TOO_LARGE,
                    _ => StatusCode::BAD_REQUEST,
                };
                (status, Json(denial)).into_response()
            }
            error => {
                tracing::error!(%error, "a request could not be answered");
                let detail = "headquarters has a fault; see its log".into();
                let denial = Denial { code: "internal".into(), detail, order: None };
                (StatusCode::INTERNAL_SERVER_ERROR, Json(denial)).into_response()
            }
        }
    }
}

fn denied(code: &str, detail: impl Into<String>) -> Refused {
    Refused(HeadquartersError::denied(code, detail))
}

fn parse<T: serde::de::DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| denied("not_understood", error.to_string()))
}

/// Runs what may take a while away from the threads that answer.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HeadquartersError> + Send + 'static,
) -> Result<T, Refused> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Refused),
        Err(error) => Err(Refused(HeadquartersError::System(error.to_string()))),
    }
}

/// Whose replica shows its token.
#[derive(Clone)]
struct Known {
    token: String,
    who: SignedIn,
    replica: Replica,
    /// When the request began to come.
    came_at: Instant,
}

impl Known {
    /// That it is told anything: one that was reported lost, or whose person left, only hands in what it has.
    fn welcome(&self) -> Result<(), Refused> {
        Ok(welcome(&self.replica, &self.who.user)?)
    }
}

/// Finds out whose token it is; every route but enrolment goes through this.
async fn known(State(headquarters): State<Arc<Headquarters>>, mut request: Request, next: Next) -> Response {
    let came_at = now();
    let found = match token(request.headers()) {
        Ok(token) => {
            aside(move || {
                let (who, replica) = whose(&headquarters, &token)?;
                Ok(Known { token, who, replica, came_at })
            })
            .await
        }
        Err(refused) => Err(refused),
    };
    match found {
        Ok(known) => {
            request.extensions_mut().insert(known);
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    }
}

/// Waits until a request of a device may be worked on; one that listens, until it may no longer.
async fn in_turn(
    State(gate): State<Arc<Gate>>,
    Extension(known): Extension<Known>,
    request: Request,
    next: Next,
) -> Response {
    let whose = format!("device {}", known.replica.id);
    if request.uri().path() == "/v1/events" {
        let from = gate::address(&request);
        let response = next.run(request).await;
        if !response.status().is_success() {
            return response;
        }
        return match gate.listen(whose, from, limits::STREAMS_OF_DEVICE) {
            Ok(listening) => listening.bound(response),
            Err(failure) => denied("too_many", failure.detail).into_response(),
        };
    }
    match gate.turn(&whose, gate::expected(&request, REQUEST_BYTES)).await {
        Ok(_turn) => next.run(request).await,
        Err(failure) => denied("busy", failure.detail).into_response(),
    }
}

fn token(headers: &HeaderMap) -> Result<String, Refused> {
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    token.map(str::to_owned).ok_or_else(|| Refused(HeadquartersError::not_known()))
}

fn whose(headquarters: &Headquarters, token: &str) -> Result<(SignedIn, Replica), HeadquartersError> {
    let who = headquarters.who(token)?.ok_or_else(HeadquartersError::not_known)?;
    let replica = who.replica.clone().ok_or_else(HeadquartersError::not_known)?;
    Ok((who, replica))
}

/// Where a request came from, if the server says so.
type CameFrom = Option<Extension<ConnectInfo<SocketAddr>>>;

fn address(from: CameFrom) -> String {
    from.map(|Extension(info)| info.0.ip().to_string()).unwrap_or_default()
}

async fn enrol(
    State(headquarters): State<Arc<Headquarters>>,
    from: CameFrom,
    body: Bytes,
) -> Result<Json<Enrolled>, Refused> {
    let request: EnrolRequest = parse(&body)?;
    aside(move || headquarters.enrol_from(&request, &address(from))).await.map(Json)
}

async fn grant(
    State(headquarters): State<Arc<Headquarters>>,
    from: CameFrom,
    body: Bytes,
) -> Result<Json<Granted>, Refused> {
    let request: TokenRequest = parse(&body)?;
    aside(move || headquarters.grant(&request, &address(from))).await.map(Json)
}

async fn fork(
    State(headquarters): State<Arc<Headquarters>>,
    from: CameFrom,
    body: Bytes,
) -> Result<Json<Enrolled>, Refused> {
    let request: ForkRequest = parse(&body)?;
    // Also one that was reported lost: the one that it becomes is lost as well, and can hand in what it has.
    aside(move || headquarters.fork(&request, &address(from))).await.map(Json)
}

async fn sync(
    State(headquarters): State<Arc<Headquarters>>,
    Extension(gate): Extension<Arc<Gate>>,
    Extension(Known { who, replica, came_at, .. }): Extension<Known>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let form = |name| headers.get(name).and_then(|value| value.to_str().ok()).map_or(Form::Json, Form::of);
    let answer_form = form(ACCEPT);
    let request_form = form(CONTENT_TYPE);
    let (engine, replica_id) = (Arc::clone(&headquarters), replica.id);
    let taking = gate.take_in().await;
    let (frames, next) = aside(move || {
        let _taking = taking;
        let request = requested(request_form, &body)?;
        let at = now();
        let answered = engine.answer_to(&replica, &who.user, &request, came_at, at);
        // What a lost device pushes is kept apart, but it is taken.
        let taken = match &answered {
            Err(HeadquartersError::Denied(denial)) => denial.code == REVOKED,
            other => other.is_ok(),
        };
        engine.heard_of(replica.id, &ReplicaContact::of(&request, taken, at))?;
        answered
    })
    .await?;
    let answering = next.is_some().then(|| gate.answer(replica_id));
    // What follows goes with it: mostly that is all.
    let (first, next) = beginning(&headquarters, &gate, frames, next, answer_form).await?;
    let stream = async_stream::stream! {
        yield Ok(first);
        let mut waiting = next;
        while let Some(stream) = waiting {
            if answering.as_ref().is_some_and(|answering| !answering.is_wanted()) {
                yield Err(std::io::Error::other("the device has asked again since"));
                return;
            }
            match part(&headquarters, &gate, stream, answer_form).await {
                Ok((bytes, next)) => {
                    yield Ok(bytes);
                    waiting = next;
                }
                // The answer breaks off, and the device goes on from the last position.
                Err(Refused(error)) => {
                    match &error {
                        // The device was reported lost meanwhile, and hears of it with its next request.
                        HeadquartersError::Denied(_) => tracing::info!(%error, "an answer broke off"),
                        _ => tracing::error!(%error, "an answer broke off"),
                    }
                    yield Err(std::io::Error::other(error.to_string()));
                    return;
                }
            }
        }
    };
    Ok(([(CONTENT_TYPE, answer_form.media_type())], Body::from_stream(stream)).into_response())
}

/// The frames that an answer begins with, and its first part, written.
async fn beginning(
    headquarters: &Arc<Headquarters>,
    gate: &Gate,
    mut frames: Vec<Frame>,
    mut next: Option<Stream>,
    form: Form,
) -> Result<(Bytes, Option<Stream>), Refused> {
    let engine = Arc::clone(headquarters);
    let begun = gate.part(move || {
        // If it fails now, it fails again when it is made once more, after the outcomes were sent.
        if let Some(part) = next.as_ref().and_then(|stream| engine.part(stream.clone()).ok()) {
            engine.measures.sent(&part.frames);
            frames.extend(part.frames);
            next = part.next;
        }
        Ok((written(form, &frames)?, next))
    });
    Ok(begun.await?)
}

/// What a device asks, if it is within bounds.
fn requested(form: Form, body: &[u8]) -> Result<SyncRequest, HeadquartersError> {
    let request: SyncRequest = form
        .read_within(body, limits::REQUEST_BYTES_UNPACKED)
        .map_err(|error| HeadquartersError::denied("not_understood", error.to_string()))?;
    if request.protocol != PROTOCOL {
        let why = format!("headquarters speaks protocol {PROTOCOL}");
        return Err(HeadquartersError::denied("not_understood", why));
    }
    if request.commands.len() > COMMANDS_PER_REQUEST {
        let why = format!("a request carries {COMMANDS_PER_REQUEST} commands at most");
        return Err(HeadquartersError::denied("too_large", why));
    }
    if request.commands.iter().any(|pushed| pushed.seq < 1) {
        return Err(HeadquartersError::denied("not_understood", "the places of a device's commands count from 1"));
    }
    Ok(request)
}

/// The next part of an answer, written.
async fn part(
    headquarters: &Arc<Headquarters>,
    gate: &Gate,
    stream: Stream,
    form: Form,
) -> Result<(Bytes, Option<Stream>), Refused> {
    let engine = Arc::clone(headquarters);
    let made = gate.part(move || {
        let part = engine.part(stream)?;
        engine.measures.sent(&part.frames);
        Ok((written(form, &part.frames)?, part.next))
    });
    Ok(made.await?)
}

fn written(form: Form, frames: &[Frame]) -> Result<Bytes, HeadquartersError> {
    let mut bytes = Vec::new();
    for frame in frames {
        bytes.extend(form.write_frame(frame)?);
    }
    Ok(Bytes::from(bytes))
}

/// What a person may see, as scopes.
async fn scopes(headquarters: &Arc<Headquarters>, user_id: Id) -> Result<BTreeSet<Scope>, Refused> {
    let headquarters = Arc::clone(headquarters);
    aside(move || headquarters.scopes_of(user_id)).await
}

/// That whoever shows this token may still listen: it was not reported lost meanwhile, and its person has not left.
async fn still_welcome(headquarters: &Arc<Headquarters>, token: &str) -> Result<(), Refused> {
    let (headquarters, token) = (Arc::clone(headquarters), token.to_owned());
    aside(move || {
        let (who, replica) = whose(&headquarters, &token)?;
        welcome(&replica, &who.user)
    })
    .await
}

/// Pokes a device whenever something was committed that concerns its person.
async fn events(
    State(headquarters): State<Arc<Headquarters>>,
    Extension(known): Extension<Known>,
) -> Result<Response, Refused> {
    known.welcome()?;
    let Known { token, who, replica, .. } = known;
    let mut pokes = headquarters.pokes();
    let mut scopes = scopes(&headquarters, who.user.id).await?;
    let listening = headquarters.measures.listening();
    let stream = async_stream::stream! {
        let _listening = listening;
        let mut look = tokio::time::interval(LISTENER);
        loop {
            let poked = tokio::select! {
                poked = pokes.recv() => Some(poked),
                _ = look.tick() => None,
            };
            // It is told nothing that does not concern it, and whether it is still welcome may have changed with a person or a
            // device; else nobody looks, for there may be many who listen.
            let passes = matches!(&poked, Some(Ok(touched)) if !touched.concerns(&scopes)
                && !touched.kinds.iter().any(|kind| matches!(kind, Kind::User | Kind::Replica)));
            if passes {
                continue;
            }
            if still_welcome(&headquarters, &token).await.is_err() {
                break;
            }
            let Some(poked) = poked else { continue };
            match poked {
                Ok(touched) if !touched.concerns(&scopes) => {}
                Ok(touched) => {
                    // What a person may see follows from records that everybody sees.
                    if touched.kinds.iter().any(|kind| kind.decides_sight()) {
                        match self::scopes(&headquarters, replica.user_id).await {
                            Ok(now) => scopes = now,
                            // The line ends, and the device begins another.
                            Err(_) => break,
                        }
                    }
                    yield Ok::<_, Infallible>(Event::default().data(touched.revision.to_string()));
                }
                Err(RecvError::Lagged(_)) => yield Ok(Event::default().data("0")),
                Err(RecvError::Closed) => break,
            }
        }
    };
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()).into_response())
}

/// That a file is asked for by what files are named by.
fn named(sha256: &str) -> Result<(), Refused> {
    let wrong = || denied("not_understood", "a file is named by the SHA-256 of its bytes, 64 hexadecimal digits");
    file_name(sha256).map(drop).ok_or_else(wrong)
}

async fn file_offset(
    State(headquarters): State<Arc<Headquarters>>,
    Extension(known): Extension<Known>,
    Path(sha256): Path<String>,
) -> Result<Response, Refused> {
    named(&sha256)?;
    let (offset, whole) = aside(move || headquarters.file_arrived(known.who.user.id, &sha256)).await?;
    // An empty file has all its bytes before it has been sent.
    Ok(([("x-offset", offset.to_string()), ("x-whole", whole.to_string())], ()).into_response())
}

async fn append_file(
    State(headquarters): State<Arc<Headquarters>>,
    Extension(known): Extension<Known>,
    headers: HeaderMap,
    Path(sha256): Path<String>,
    body: Bytes,
) -> Result<Json<u64>, Refused> {
    named(&sha256)?;
    let number = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let (Some(offset), Some(size)) = (number("x-offset"), number("x-size")) else {
        return Err(denied("not_understood", "x-offset and x-size are missing"));
    };
    aside(move || headquarters.append_file(known.who.user.id, &sha256, offset, &body, size)).await.map(Json)
}

async fn read_file(
    State(headquarters): State<Arc<Headquarters>>,
    Extension(known): Extension<Known>,
    Path(sha256): Path<String>,
) -> Result<Response, Refused> {
    known.welcome()?;
    let bytes = aside(move || headquarters.read_file(&known.who.user, &sha256)).await?;
    let bytes = bytes.ok_or_else(|| denied("not_here", "this file is not here"))?;
    Ok(door::file_answer(bytes))
}
