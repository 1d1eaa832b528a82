//! The page that the link on a label opens on a stranger's phone. It needs no sign-in and no script, and shows nothing that
//! does not stand on the label, but where the device is.

use crate::report::{MOST_CONTACT, MOST_TEXT, Recent, Report, Reportable, Reported};
use crate::{Headquarters, HeadquartersError};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Extension, Path, State};
use axum::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use outpost_app::now;
use outpost_domain::Id;
use std::net::SocketAddr;
use std::sync::Arc;

/// A report of the longest text, in which every character needs nine bytes, and the rest of the form.
const MOST_BYTES: usize = 9 * (MOST_TEXT + MOST_CONTACT) + 512;

/// Nothing from elsewhere, no scripts, and nobody shows it inside a page of theirs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

struct Door {
    headquarters: Arc<Headquarters>,
    recent: Recent,
}

pub(super) fn router(headquarters: Arc<Headquarters>) -> Router {
    let door = Arc::new(Door { headquarters, recent: Recent::default() });
    let mut routes = Router::new();
    // Labels bear it in upper case.
    for path in ["/r/{letters}", "/R/{letters}"] {
        routes = routes.route(path, get(show).post(send));
    }
    routes.layer(DefaultBodyLimit::max(MOST_BYTES)).with_state(door)
}

async fn show(State(door): State<Arc<Door>>, Path(letters): Path<String>, headers: HeaderMap) -> Response {
    let words = Words::of(&headers);
    aside(words, move || {
        Ok(match door.headquarters.reportable(&letters)? {
            Some(about) => page(words, StatusCode::OK, &form(words, &about, None)),
            None => unknown(words),
        })
    })
    .await
}

async fn send(
    State(door): State<Arc<Door>>,
    Path(letters): Path<String>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let from = from.map(|Extension(from)| from.0.ip().to_string()).unwrap_or_default();
    let words = Words::of(&headers);
    aside(words, move || {
        let Some(about) = door.headquarters.reportable(&letters)? else { return Ok(unknown(words)) };
        let filled = Filled::of(&body);
        if !filled.trap.is_empty() {
            // Only a machine fills in what nobody sees; it is told that all went well.
            return Ok(page(words, StatusCode::OK, &thanks(words, &about, "")));
        }
        Ok(match door.headquarters.report(&about, &filled.report, &door.recent, &from, now())? {
            Reported::Taken(number) => page(words, StatusCode::OK, &thanks(words, &about, &number)),
            Reported::Empty => {
                let again = form(words, &about, Some((words.empty, &filled.report)));
                page(words, StatusCode::UNPROCESSABLE_ENTITY, &again)
            }
            Reported::TooMany => {
                let again = form(words, &about, Some((words.too_many, &filled.report)));
                page(words, StatusCode::TOO_MANY_REQUESTS, &again)
            }
            Reported::NotTaken => page(words, StatusCode::FORBIDDEN, &said(words.not_taken)),
        })
    })
    .await
}

/// Databases are not read on the threads that answer.
async fn aside(
    words: &'static Words,
    work: impl FnOnce() -> Result<Response, HeadquartersError> + Send + 'static,
) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(response)) => response,
        failed => {
            tracing::error!(?failed, "the report page failed");
            page(words, StatusCode::INTERNAL_SERVER_ERROR, &said(words.failed))
        }
    }
}

/// A form that was sent.
#[derive(Default)]
struct Filled {
    report: Report,
    trap: String,
}

impl Filled {
    fn of(body: &[u8]) -> Self {
        let mut filled = Self::default();
        for pair in body.split(|byte| *byte == b'&') {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = halves.next().unwrap_or_default();
            let value = unescaped(halves.next().unwrap_or_default());
            match name {
                b"text" => filled.report.text = value,
                b"contact" => filled.report.contact = value,
                b"id" => filled.report.id = Id::parse_str(&value).ok(),
                b"website" => filled.trap = value,
                _ => {}
            }
        }
        filled
    }
}

/// Undoes how forms are sent; what is no escape stays as it is.
fn unescaped(value: &[u8]) -> String {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((first, after)) = rest.split_first() {
        let escaped = match after {
            [high, low, ..] if *first == b'%' => digit(*high).zip(digit(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => bytes.push(high * 16 + low),
            None => bytes.push(if *first == b'+' { b' ' } else { *first }),
        }
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What the page says, in one language.
struct Words {
    language: &'static str,
    english: bool,
    title: &'static str,
    what: &'static str,
    contact: &'static str,
    send: &'static str,
    staff: &'static str,
    empty: &'static str,
    too_many: &'static str,
    not_taken: &'static str,
    unknown: &'static str,
    failed: &'static str,
    thanks: &'static str,
    number: &'static str,
}

static CHINESE: Words = Words {
    language: "zh-CN",
    english: false,
    title: "报修",
    what: "出了什么问题？",
    contact: "您的姓名和电话（选填，便于联系）",
    send: "提交报修",
    staff: "我是工作人员，在 Outpost 中打开",
    empty: "请用几个字说明问题。",
    too_many: "这台设备刚收到多次报修，维修人员已知晓。如有危险，请直接致电。",
    not_taken: "目前不接受在线报修，请直接致电。",
    unknown: "此标签在这里无法识别。请检查链接是否完整，或直接致电。",
    failed: "暂时出错，报修未提交。请稍后再试，或直接致电。",
    thanks: "谢谢，报修已收到。",
    number: "工单号",
};

static ENGLISH: Words = Words {
    language: "en",
    english: true,
    title: "Report a fault",
    what: "What is wrong?",
    contact: "Your name and telephone number (optional, so that we can reach you)",
    send: "Send report",
    staff: "I work here: open it in Outpost",
    empty: "Please say in a few words what is wrong.",
    too_many: "This device was reported several times just now; it is known. If there is danger, please call.",
    not_taken: "Reports are not taken here at the moment. Please call instead.",
    unknown: "This label is not known here. Check that the link is complete, or call.",
    failed: "Something went wrong, and the report was not sent. Try again in a moment, or call.",
    thanks: "Thank you. Your report has arrived.",
    number: "Its number",
};

impl Words {
    /// In the language that the browser asks for first, of the two that there are.
    fn of(headers: &HeaderMap) -> &'static Self {
        let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let first = asked.split(',').map(str::trim).find(|one| one.starts_with("zh") || one.starts_with("en"));
        if first.is_some_and(|one| one.starts_with("zh")) { &CHINESE } else { &ENGLISH }
    }

    fn name<'a>(&self, [own, english]: &'a [String; 2]) -> &'a str {
        if self.english && !english.is_empty() { english } else { own }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// What is said of the device.
fn facts(words: &Words, about: &Reportable) -> String {
    let place = words.name(&about.site);
    let detail: Vec<String> = [place, &about.number].into_iter().filter(|text| !text.is_empty()).map(escape).collect();
    let (company, name) = (escape(&about.company), escape(words.name(&about.device)));
    format!("<p class=\"quiet\">{company}</p><h1>{name}</h1><p>{}</p>", detail.join(" · "))
}

/// The form; after a fault it says what is wrong, and keeps what was typed.
fn form(words: &Words, about: &Reportable, fault: Option<(&str, &Report)>) -> String {
    let (said, typed) = match fault {
        Some((said, report)) => (format!("<p class=\"fault\" role=\"alert\">{said}</p>"), report.clone()),
        None => (String::new(), Report::default()),
    };
    let id = typed.id.unwrap_or_else(crate::headquarters::new_id);
    format!(
        "{facts}<form method=\"post\">{said}\
         <label for=\"text\">{what}</label>\
         <textarea id=\"text\" name=\"text\" rows=\"5\" maxlength=\"{MOST_TEXT}\" required>{text}</textarea>\
         <label for=\"contact\">{contact}</label>\
         <input id=\"contact\" name=\"contact\" maxlength=\"{MOST_CONTACT}\" autocomplete=\"tel\" value=\"{typed_contact}\">\
         <div class=\"trap\" aria-hidden=\"true\"><input name=\"website\" tabindex=\"-1\" autocomplete=\"off\"></div>\
         <input type=\"hidden\" name=\"id\" value=\"{id}\">\
         <button type=\"submit\">{send}</button></form>\
         <p><a href=\"../#/scan?code=outpost%3A%2F%2Fdevice%2F{device_id}\">{staff}</a></p>",
        facts = facts(words, about),
        what = words.what,
        text = escape(&typed.text),
        contact = words.contact,
        typed_contact = escape(&typed.contact),
        send = words.send,
        staff = words.staff,
        device_id = about.device_id,
    )
}

fn thanks(words: &Words, about: &Reportable, number: &str) -> String {
    let number = match number {
        "" => String::new(),
        number => format!("<p>{}: <strong>{}</strong></p>", words.number, escape(number)),
    };
    format!("{}<p class=\"done\" role=\"status\">✓ {}</p>{number}", facts(words, about), words.thanks)
}

fn said(text: &str) -> String {
    format!("<p role=\"alert\">{text}</p>")
}

/// The same for a link that was never signed and for a device that is gone: nothing can be learned from it.
fn unknown(words: &Words) -> Response {
    page(words, StatusCode::NOT_FOUND, &said(words.unknown))
}

const STYLE: &str = "\
    :root{color-scheme:light dark}body{max-width:32rem;margin:0 auto;padding:1rem;font:1.0625rem/1.5 system-ui,sans-serif}\
    h1{margin:0;font-size:1.375rem}p{margin:.5rem 0}.quiet{opacity:.75}.fault{font-weight:600}\
    form{display:flex;flex-direction:column;gap:.5rem;margin-top:1.5rem}label{margin-top:.5rem;font-weight:600}\
    textarea,input,button{box-sizing:border-box;width:100%;min-height:3rem;padding:.5rem;border:1px solid;\
    border-radius:.5rem;font:inherit}button{margin-top:1rem;background:CanvasText;color:Canvas;font-weight:600}\
    a{display:inline-block;padding:.75rem 0}.trap{position:absolute;left:-99rem}";

fn page(words: &Words, status: StatusCode, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title><style>{STYLE}</style><body><main>{body}</main></body></html>",
        language = words.language,
        title = words.title,
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, html).into_response()
}
