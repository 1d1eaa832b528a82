//! What whoever comes over the network may take of this machine: time, room, and how much of it at once. One table, so that
//! whoever adds a way in sees what the others may. What a record, a text or a file may hold is limited where it is decided.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How many lines may be open at once, and how many of them from one address. Behind a proxy that is trusted there is no
/// address to count: all come from it.
pub const LINES: usize = 10_000;
/// See [`LINES`].
pub const LINES_FROM_ONE: usize = 2_500;
/// How long the head of a request may take, and how long a line may wait for its next request.
pub const HEAD_TIME: Duration = Duration::from_secs(10);
/// How large the head of a request may be.
pub const HEAD_BYTES: usize = 64 * 1024;
/// How long the body of a request may stay silent.
pub const BODY_SILENCE: Duration = Duration::from_secs(20);
/// How long a body may take that is small, or comes from somebody who is not known yet.
pub const SMALL_BODY_TIME: Duration = Duration::from_secs(30);
/// How long any other may take: 8 MB at 27 KB a second.
pub const LARGE_BODY_TIME: Duration = Duration::from_secs(300);
/// How long whoever is answered may take in nothing.
pub const ANSWER_SILENCE: Duration = Duration::from_secs(60);

/// What a question, a command and an action may have at most: a command has 64 KB.
pub const ASKED_BYTES: usize = 128 * 1024;
/// The same from somebody who is not signed in: a sign-in and a password of a kilobyte.
pub const STRANGER_BYTES: usize = 8 * 1024;
/// What a file, and a picture that is to be scanned, may have at most.
pub const FILE_BYTES: usize = 40 << 20;
/// What the list of labels may have at most.
pub const LABELS_BYTES: usize = 2 << 20;
/// How many labels a sheet may have that is asked for over the network: 15 ms each on a small machine.
pub const LABELS: usize = 500;
/// How many sheets of labels are drawn at once.
pub const SHEETS_AT_ONCE: usize = 2;
/// How many pictures are unpacked at once to be scanned.
pub const PICTURES_AT_ONCE: usize = 1;

/// How many threads read databases, hash passwords and draw, at most; what more there is to do waits for one of them.
pub const WORKERS: usize = 64;
/// How many requests of one session, or of one device, are worked on at once; the next one waits.
pub const REQUESTS_OF_ONE: usize = 12;
/// How many large bodies of one are taken in at once, and how much of all: each lies in memory until it is whole, and a slow line
/// may take minutes for it.
pub const BODIES_OF_ONE: usize = 2;
/// See [`BODIES_OF_ONE`].
pub const BODIES_KILOBYTES: u32 = 256 * 1024;
/// What a device's request may have at most when it is unpacked: ours send a megabyte of commands at once.
pub const REQUEST_BYTES_UNPACKED: usize = 4 << 20;
/// How many requests of devices are unpacked and taken in at once; their commands are committed one after the other anyway.
pub const REQUESTS_TAKEN_IN: usize = 8;
/// What a photo from a camera has at most, or a piece of a file: half of the room for bodies is for these.
pub const PHOTO_BODY: u64 = 8 << 20;
/// What is larger than this is large.
pub const LARGE_BODY: u64 = 64 * 1024;
/// How long a request waits for its turn.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How many streams of notices may be open: of one session, of one device, from one address. The oldest of a session's ends
/// when it opens one more: its line broke, and nobody has noticed.
pub const STREAMS_OF_SESSION: usize = 8;
/// See [`STREAMS_OF_SESSION`].
pub const STREAMS_OF_DEVICE: usize = 2;
/// See [`STREAMS_OF_SESSION`].
pub const STREAMS_FROM_ONE: usize = 2_000;

/// Ends a request whose body does not come in time: whoever is slow holds memory and a turn.
pub async fn in_time(State(most): State<Duration>, request: Request, next: Next) -> Response {
    let late = Arc::new(AtomicBool::new(false));
    let response = next.run(request.map(|body| timed(body, most, BODY_SILENCE, Arc::clone(&late)))).await;
    if late.load(Ordering::Relaxed) {
        return (StatusCode::REQUEST_TIMEOUT, "the request did not come in time; nothing was changed, send it again")
            .into_response();
    }
    response
}

fn timed(body: Body, most: Duration, silence: Duration, late: Arc<AtomicBool>) -> Body {
    Body::from_stream(async_stream::stream! {
        let until = Instant::now() + most;
        let mut data = body.into_data_stream();
        loop {
            let next = until.min(Instant::now() + silence);
            match tokio::time::timeout_at(next, data.next()).await {
                Ok(Some(Ok(bytes))) => yield Ok::<Bytes, io::Error>(bytes),
                Ok(Some(Err(error))) => {
                    yield Err(io::Error::other(error));
                    return;
                }
                Ok(None) => return,
                Err(_) => {
                    late.store(true, Ordering::Relaxed);
                    yield Err(io::ErrorKind::TimedOut.into());
                    return;
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;

    /// How much comes of a body that sends three pieces and then nothing, or ends; and whether it was given up.
    async fn taken(ends: bool, most: Duration, silence: Duration) -> (usize, bool) {
        let late = Arc::new(AtomicBool::new(false));
        let pieces = stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from_static(b"x"))).take(3);
        let more = if ends { stream::empty().left_stream() } else { stream::pending().right_stream() };
        let body = Body::from_stream(pieces.chain(more));
        let pieces: Vec<_> = timed(body, most, silence, Arc::clone(&late)).into_data_stream().collect().await;
        (pieces.into_iter().filter(Result::is_ok).count(), late.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn a_body_that_drips_or_stops_is_given_up() {
        const LONG: Duration = Duration::from_secs(3600);
        assert_eq!(taken(true, LONG, LONG).await, (3, false));
        assert_eq!(taken(false, LONG, Duration::ZERO).await, (3, true), "it was silent");
        assert_eq!(taken(false, Duration::ZERO, LONG).await, (3, true), "it took too long");
    }
}
