//! The latch at the door of a replica that is served as a page: it opens for whoever came by the address that the program has
//! printed. Other users of the same machine reach the same port, and so does whatever else runs there.

use crate::field::write_for_owner;
use crate::{Failure, FailureCode};
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, LOCATION, REFERRER_POLICY, SET_COOKIE,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use outpost_sync::sha256_hex;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

/// The file beside the data, which only its owner may read.
const NAME: &str = "door.secret";
/// What the path of the printed address begins with.
const WAY_IN: &str = "/open/";
/// How long a browser keeps what it got there.
const COOKIE_SECONDS: u32 = 30 * 86_400;

/// What is said to whoever came otherwise.
const WHY: &str = "open the address that `outpost field serve` has printed; nothing was shown or changed";
const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Outpost</title>\
    <style>body{max-width:36rem;margin:10vh auto;padding:0 1rem;font:1.1rem/1.6 system-ui,sans-serif;color-scheme:light dark}\
    h1{font-size:1.4rem}</style>\
    <main><h1>Come by the address that was printed</h1>\
    <p>This page is for whoever started Outpost on this machine. Open the whole address that \
    <code>outpost field serve</code> has printed. Nothing was shown or changed.</p>\
    <section lang=\"zh-CN\"><h2>请使用程序打印的地址</h2>\
    <p>此页面仅供在本机启动 Outpost 的人使用。请打开 <code>outpost field serve</code> 打印的完整地址。未显示也未更改任何内容。</p>\
    </section></main></html>";

/// Opens for who knows the secret.
pub struct Latch {
    secret: String,
    /// Cookies know no ports: of two doors on this machine each has a cookie of its own name.
    cookie: String,
}

impl Latch {
    /// The latch of the replica in a folder, served at an address. Its secret is made once, so that pages that stand open go on when
    /// the program is started again.
    ///
    /// # Errors
    /// When the secret can be neither read nor written.
    pub fn of(folder: &Path, served: SocketAddr) -> io::Result<Latch> {
        let cookie = format!("outpost_field_{}", served.port());
        let known = std::fs::read_to_string(folder.join(NAME)).ok();
        let is_whole = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let Some(secret) = known.filter(is_whole) {
            return Ok(Latch { secret, cookie });
        }
        let mut bits = [0; 32];
        getrandom::fill(&mut bits).map_err(io::Error::other)?;
        let secret = hex::encode(bits);
        write_for_owner(folder, NAME, &secret)?;
        Ok(Latch { secret, cookie })
    }

    /// The address by which its person comes in.
    pub fn address(&self, served: SocketAddr) -> String {
        format!("http://{served}{WAY_IN}{}", self.secret)
    }

    /// What a browser shows from then on. The secret itself is nowhere but in the printed address.
    fn pass(&self) -> String {
        sha256_hex(format!("a page of {}", self.secret).as_bytes())
    }

    fn is_open_to(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut shown =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
        shown.any(|(name, value)| name == self.cookie && is_same(value, &self.pass()))
    }

    fn lets_in(&self) -> Response {
        let (name, pass) = (&self.cookie, self.pass());
        let cookie = format!("{name}={pass}; Path=/; HttpOnly; SameSite=Strict; Max-Age={COOKIE_SECONDS}");
        let headers = [
            (SET_COOKIE, cookie.as_str()),
            (LOCATION, "/"),
            (CACHE_CONTROL, "no-store"),
            (REFERRER_POLICY, "no-referrer"),
        ];
        (StatusCode::SEE_OTHER, headers).into_response()
    }
}

/// Compared by their hashes, how long it takes tells nothing of how much of a guess is right.
fn is_same(guess: &str, right: &str) -> bool {
    sha256_hex(guess.as_bytes()) == sha256_hex(right.as_bytes())
}

/// Lets pass whoever has come by the printed address, and who only asks whether the program is ready.
pub async fn latched(State(latch): State<Arc<Latch>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if let Some(shown) = path.strip_prefix(WAY_IN) {
        return if is_same(shown, &latch.secret) { latch.lets_in() } else { turned_away() };
    }
    if path == "/health" || latch.is_open_to(request.headers()) {
        return next.run(request).await;
    }
    if path.starts_with("/api/") { Failure::new(FailureCode::WrongAddress, WHY).into_response() } else { turned_away() }
}

fn turned_away() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
    ];
    (StatusCode::FORBIDDEN, headers, PAGE).into_response()
}
