//! The HTTP side of the door. A page that stands open in the same browser must not reach it: requests that say they come
//! from elsewhere are turned away.

use crate::limits::{self, ASKED_BYTES, FILE_BYTES, LABELS_BYTES, STRANGER_BYTES};
use crate::questions::Question;
use crate::{Action, Caller, Failure, FailureCode, FilePurpose, Frame, Frames, Host, Turns, now, picture};
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequestParts, Path, Query, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, ORIGIN, REFERRER_POLICY, SET_COOKIE, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use futures::StreamExt;
use outpost_domain::{Command, SAME_TIME_MILLIS};
use outpost_scan::{LabelSheet, ReadOptions, Reading, draw_labels, read_picture};
use serde::Deserialize;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// The clock of whoever asks, in milliseconds since 1970, where they say it.
const CLOCK: &str = "x-outpost-clock";

/// The kinds of records on which an answer rests.
const RESTS_ON: &str = "x-outpost-rests-on";

/// Who reads a picture: unpacked it may be a hundred times as large.
static PICTURES: Semaphore = Semaphore::const_new(limits::PICTURES_AT_ONCE);

/// Whose picture waits for that: who sends many at once waits for themselves, and the next for one of them.
static PICTURES_OF_ONE: LazyLock<Turns> = LazyLock::new(|| Turns::of(1));

/// Who draws labels.
static SHEETS: Semaphore = Semaphore::const_new(limits::SHEETS_AT_ONCE);

const COOKIE_NAME: &str = "outpost_session";
/// The same where the line is secure: a browser takes one of this name only from this very host, over https, for all paths. No
/// neighbour can plant one.
const SECURE_COOKIE_NAME: &str = "__Host-outpost_session";

/// By which address whoever asks has reached the door. Who stands before the door says so; by itself it knows no more than the
/// name that was asked for.
#[derive(Debug, Clone)]
pub struct Reached {
    /// Such as `https://outpost.harbour.example`.
    pub base: String,
}

fn cookie_name(base: &str) -> &'static str {
    if base.starts_with("https://") { SECURE_COOKIE_NAME } else { COOKIE_NAME }
}

/// How often it is looked whether whoever listens may still do so.
const LISTENER: Duration = Duration::from_secs(15);

/// Turns away whoever reaches an address of this machine under another name. A door without sign-in needs that: a page
/// could otherwise give its own name this machine's address and then count as the same origin. Who may come in is for
/// [`crate::Latch`] to say.
pub async fn only_this_machine(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    let address = name.parse::<std::net::IpAddr>();
    if name == "localhost" || address.is_ok() {
        return next.run(request).await;
    }
    Failure::new(FailureCode::NotAllowed, "this door is only for this machine").into_response()
}

/// The routes below `/api` for a host.
pub fn router<H: Host>(host: Arc<H>) -> Router {
    let known = middleware::from_fn_with_state(Arc::clone(&host), admitted::<H>);
    let stranger = middleware::from_fn_with_state(Arc::clone(&host), known_or_brief::<H>);
    let large = Router::new()
        .route("/api/files", post(store_file::<H>))
        .route("/api/scan", post(scan::<H>))
        .route("/api/scan/frame", post(scan_frame::<H>))
        .layer(DefaultBodyLimit::max(FILE_BYTES + 1024))
        .route("/api/labels", post(labels::<H>))
        .layer(DefaultBodyLimit::max(LABELS_BYTES))
        // Nobody's picture is taken in before it is known whose it is.
        .layer(known.clone())
        .layer(middleware::from_fn_with_state(limits::LARGE_BODY_TIME, limits::in_time));
    let small = Router::new()
        .route("/api/command", post(command::<H>))
        .layer(known)
        // Before somebody has signed in, they ask who is here, and sign in.
        .route("/api/query", post(query::<H>).layer(stranger.clone()))
        .route("/api/action", post(action::<H>).layer(stranger))
        .layer(DefaultBodyLimit::max(ASKED_BYTES))
        .layer(middleware::from_fn_with_state(limits::SMALL_BODY_TIME, limits::in_time));
    large
        .merge(small)
        .route("/api/notices", get(notices::<H>))
        .route("/api/files/{sha256}", get(read_file::<H>))
        .layer(Extension(Arc::<Frames>::default()))
        .layer(middleware::from_fn(same_origin))
        .layer(middleware::from_fn(plain))
        .with_state(host)
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match self.code {
            FailureCode::NotHere => StatusCode::NOT_FOUND,
            FailureCode::SignedOut | FailureCode::WrongPassword => StatusCode::UNAUTHORIZED,
            FailureCode::NotAllowed | FailureCode::WrongAddress => StatusCode::FORBIDDEN,
            FailureCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            FailureCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
            FailureCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            FailureCode::OutboxNotEmpty => StatusCode::CONFLICT,
            FailureCode::Unreachable => StatusCode::BAD_GATEWAY,
            FailureCode::Busy => StatusCode::SERVICE_UNAVAILABLE,
            FailureCode::Damaged | FailureCode::Locked | FailureCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            FailureCode::NotUnderstood
            | FailureCode::InvitationInvalid
            | FailureCode::PictureUnreadable
            | FailureCode::Plain => StatusCode::BAD_REQUEST,
        };
        (status, Json(self)).into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Infallible> {
        let header = |name| parts.headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
        let base = match parts.extensions.get::<Reached>() {
            Some(reached) => reached.base.clone(),
            None => format!("http://{}", header(HOST).unwrap_or("localhost")),
        };
        let name = cookie_name(&base);
        let session = header(COOKIE).and_then(|cookies| {
            cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
        });
        let from = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
        Ok(Caller {
            session: session.filter(|session| !session.is_empty()).map(str::to_owned),
            base,
            from: from.unwrap_or_default(),
        })
    }
}

/// Lets pass who may use this machine's time, before what they send is taken in.
async fn admitted<H: Host>(State(host): State<Arc<H>>, caller: Caller, request: Request, next: Next) -> Response {
    match aside(move || host.admit(&caller)).await {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

/// Takes in only what a stranger may have to say, until it is known who asks.
async fn known_or_brief<H: Host>(
    State(host): State<Arc<H>>,
    caller: Caller,
    mut request: Request,
    next: Next,
) -> Response {
    if aside(move || host.admit(&caller)).await.is_err() {
        DefaultBodyLimit::max(STRANGER_BYTES).apply(&mut request);
    }
    next.run(request).await
}

/// Says of every answer that it is what it says it is, and nobody else's: kept nowhere, unless it says for how long itself.
pub async fn plain(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn same_origin(request: Request, next: Next) -> Response {
    if comes_from_elsewhere(request.headers()) {
        return Failure::new(FailureCode::NotAllowed, "this comes from another page").into_response();
    }
    next.run(request).await
}

fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let foreign = match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, name)| name != host),
        _ => false,
    };
    // Another port of this machine, or another name of this domain, is another page too.
    foreign || !matches!(text("sec-fetch-site"), None | Some("same-origin" | "none"))
}

fn parse<T: serde::de::DeserializeOwned>(body: &Bytes) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::new(FailureCode::NotUnderstood, error))
}

/// Runs what may take a while away from the threads that answer.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Failure::new(FailureCode::Internal, error)),
    }
}

async fn query<H: Host>(State(host): State<Arc<H>>, caller: Caller, body: Bytes) -> Result<Response, Failure> {
    let question: Question = parse(&body)?;
    let told = aside(move || host.query(&caller, &question)).await?;
    let mut response = Json(told.answer).into_response();
    let rests_on = told.rests_on.iter().map(|kind| kind.table()).collect::<Vec<_>>().join(" ");
    response.headers_mut().insert(
        RESTS_ON,
        HeaderValue::from_str(&rests_on).map_err(|error| Failure::new(FailureCode::Internal, error))?,
    );
    Ok(response)
}

async fn command<H: Host>(
    State(host): State<Arc<H>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    // A browser may be on another machine, whose clock is wrong.
    let told = headers.get(CLOCK).and_then(|clock| clock.to_str().ok()?.parse::<i64>().ok());
    let ahead_millis = told.map_or(0, |told| told.saturating_sub(now()));
    let wrong_by = if ahead_millis.saturating_abs() > SAME_TIME_MILLIS { ahead_millis } else { 0 };
    let command = parse::<Command>(&body)?.moved_by(-i128::from(wrong_by));
    aside(move || host.command(&caller, command)).await.map(|given| Json(given).into_response())
}

async fn action<H: Host>(State(host): State<Arc<H>>, caller: Caller, body: Bytes) -> Result<Response, Failure> {
    let action: Action = parse(&body)?;
    let name = cookie_name(&caller.base);
    let secure = if name == SECURE_COOKIE_NAME { "; Secure" } else { "" };
    let answered = host.action(caller, action).await?;
    let mut response = Json(answered.value).into_response();
    if let Some(session) = answered.session {
        let age = if session.is_empty() { 0 } else { 30 * 86_400 };
        let cookie = format!("{name}={session}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}");
        if let Ok(cookie) = cookie.parse() {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
    }
    Ok(response)
}

async fn notices<H: Host>(State(host): State<Arc<H>>, caller: Caller) -> Result<Response, Failure> {
    let (asked, whose) = (Arc::clone(&host), caller.clone());
    let mut notices = aside(move || asked.notices(&whose)).await?;
    let stream = async_stream::stream! {
        let mut look = tokio::time::interval(LISTENER);
        loop {
            let heard = tokio::select! {
                heard = notices.next() => match heard {
                    Some(notice) => Some(notice),
                    None => break,
                },
                _ = look.tick() => None,
            };
            // Who signed out, here or from elsewhere, hears nothing more.
            let (asked, whose) = (Arc::clone(&host), caller.clone());
            if aside(move || asked.admit(&whose)).await.is_err() {
                break;
            }
            let event = heard.map(|notice| Event::default().json_data(&notice));
            if let Some(Ok(event)) = event {
                yield Ok::<_, Infallible>(event);
            }
        }
    };
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()).into_response())
}

#[derive(Deserialize)]
struct Purpose {
    purpose: Option<String>,
}

async fn store_file<H: Host>(
    State(host): State<Arc<H>>,
    caller: Caller,
    Query(Purpose { purpose }): Query<Purpose>,
    body: Bytes,
) -> Result<Response, Failure> {
    let purpose = FilePurpose::from_word(purpose.as_deref().unwrap_or("file"))?;
    let own = PICTURES_OF_ONE.of_one(caller.session.as_deref().unwrap_or_default());
    let Ok(Ok(_own)) = tokio::time::timeout(limits::PATIENCE, own.acquire_owned()).await else { return Err(busy()) };
    aside(move || host.store_file(&caller, purpose, &body)).await.map(|stored| Json(stored).into_response())
}

async fn read_file<H: Host>(
    State(host): State<Arc<H>>,
    caller: Caller,
    Path(sha256): Path<String>,
) -> Result<Response, Failure> {
    let bytes = host.read_file(caller, sha256).await?;
    Ok(file_answer(bytes))
}

/// The answer that is a file. Its name is its hash, so it never changes; somebody else may have written it, so nothing in it is
/// done.
pub fn file_answer(bytes: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, picture::media_type(&bytes)),
        (CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        // Who signs in after somebody else in the same browser is given nothing of theirs out of its cache.
        (VARY, "Cookie, Authorization"),
    ];
    (headers, bytes).into_response()
}

fn busy() -> Failure {
    Failure::new(FailureCode::Busy, "other pictures are being read; try again in a moment")
}

async fn scan<H: Host>(State(host): State<Arc<H>>, caller: Caller, body: Bytes) -> Result<Response, Failure> {
    host.admit(&caller)?;
    let own = PICTURES_OF_ONE.of_one(caller.session.as_deref().unwrap_or_default());
    let turns = async { (own.acquire_owned().await, PICTURES.acquire().await) };
    let Ok((Ok(own), Ok(turn))) = tokio::time::timeout(limits::PATIENCE, turns).await else {
        return Err(busy());
    };
    // Whoever does not wait for it leaves it to be read all the same, and the next waits for that.
    let read = move || {
        let _turns = (own, turn);
        Ok(read_picture(&body, &ReadOptions::still())?)
    };
    aside(read).await.map(|reading| Json(reading).into_response())
}

async fn scan_frame<H: Host>(
    State(host): State<Arc<H>>,
    Extension(frames): Extension<Arc<Frames>>,
    caller: Caller,
    Query(mut frame): Query<Frame>,
    body: Bytes,
) -> Result<Json<Reading>, Failure> {
    host.admit(&caller)?;
    // Nobody's camera stops another's.
    frame.camera = format!("{}/{}", caller.session.unwrap_or_default(), frame.camera);
    let Some(reading) = frames.begin(frame)? else { return Ok(Json(Reading::default())) };
    // A page that leaves, or drops the frame, drops this function as well.
    let _waiting = reading.while_waited_for();
    aside(move || reading.read(&body)).await.map(Json)
}

async fn labels<H: Host>(State(host): State<Arc<H>>, caller: Caller, body: Bytes) -> Result<Response, Failure> {
    host.admit(&caller)?;
    let sheet: LabelSheet = parse(&body)?;
    if sheet.labels.len() > limits::LABELS {
        let most = limits::LABELS;
        return Err(Failure::new(
            FailureCode::TooLarge,
            format!("a sheet has {most} labels at most; print it in parts"),
        ));
    }
    let patience = tokio::time::timeout(limits::PATIENCE, SHEETS.acquire()).await;
    let Ok(Ok(turn)) = patience else {
        return Err(Failure::new(FailureCode::Busy, "other labels are being drawn; try again in a moment"));
    };
    let draw = move || {
        let _turn = turn;
        Ok(draw_labels(&sheet)?)
    };
    let file = aside(draw).await?;
    Ok(([(CONTENT_TYPE, file.media_type)], file.bytes).into_response())
}
