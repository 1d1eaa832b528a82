//! Serving routes on an address until Ctrl-C, to whoever asks in time and takes what they are answered.

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use outpost_app::limits;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Waker, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;
use tower::ServiceExt;

/// How long nobody is let in when the system gives out no more lines.
const BREATH: Duration = Duration::from_millis(500);

/// Takes an address; says what to do if somebody else has it.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be taken; another program may have it. Choose one with --listen"))
}

/// Answers until Ctrl-C or a request to end. From an address that is `shared`, such as that of a proxy, come many.
pub async fn serve(listener: TcpListener, routes: Router, shared: impl Fn(IpAddr) -> bool) -> Result<()> {
    // Open streams of notices would keep a graceful end waiting for ever: whoever listens connects again.
    tokio::select! {
        () = take_lines(listener, routes, shared) => Ok(()),
        () = asked_to_end() => Ok(()),
    }
}

async fn take_lines(listener: TcpListener, routes: Router, shared: impl Fn(IpAddr) -> bool) {
    let lines = Arc::new(Lines::default());
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                let address = (!shared(from.ip())).then_some(from.ip());
                // Whoever has too many is not answered: every word costs.
                if let Some(open) = Lines::open(&lines, address) {
                    tokio::spawn(answer(stream, from, routes.clone(), open));
                }
            }
            Err(error) if is_of_one_line(&error) => {}
            Err(error) => {
                tracing::error!(%error, "nobody can be let in for a moment");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

fn is_of_one_line(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Answers what comes over a line, as long as that takes.
async fn answer(stream: TcpStream, from: SocketAddr, routes: Router, _open: Open) {
    // An answer comes in several pieces: without this each but the first would wait up to 40 ms for the other side to say
    // that it has the one before.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a line stays slower than it could be");
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(from));
        routes.clone().oneshot(request.map(Body::new))
    });
    let line = TokioIo::new(Line { stream, stalled: None });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD_TIME)
        .max_buf_size(limits::HEAD_BYTES)
        .serve_connection(line, service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a line broke");
    }
}

/// The lines that are open.
#[derive(Default)]
struct Lines(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    all: usize,
    from: HashMap<IpAddr, usize>,
}

impl Lines {
    /// Counts one more, unless there are enough.
    fn open(lines: &Arc<Lines>, from: Option<IpAddr>) -> Option<Open> {
        let mut counted = lines.counted();
        let of_one = from.map_or(0, |from| counted.from.get(&from).copied().unwrap_or_default());
        if counted.all >= limits::LINES || of_one >= limits::LINES_FROM_ONE {
            return None;
        }
        counted.all += 1;
        if let Some(from) = from {
            counted.from.insert(from, of_one + 1);
        }
        Some(Open { lines: Arc::clone(lines), from })
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A line that counts until it is dropped.
struct Open {
    lines: Arc<Lines>,
    from: Option<IpAddr>,
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut counted = self.lines.counted();
        counted.all -= 1;
        let Some(from) = self.from else { return };
        match counted.from.get_mut(&from) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(counted.from.remove(&from)),
        }
    }
}

/// A line that breaks when the other side takes in nothing for too long: what it has not taken lies in memory.
struct Line {
    stream: TcpStream,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Line {
    fn waits<T>(&mut self, written: Poll<io::Result<T>>, waker: &mut Waker<'_>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(limits::ANSWER_SILENCE)));
        ready!(stalled.as_mut().poll(waker));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, waker: &mut Waker<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(waker, to)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, waker: &mut Waker<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(waker, bytes);
        self.waits(written, waker)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        waker: &mut Waker<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(waker, pieces);
        self.waits(written, waker)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, waker: &mut Waker<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(waker)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, waker: &mut Waker<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(waker)
    }
}

async fn asked_to_end() {
    let ctrl_c = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = ctrl_c => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = ctrl_c.await;
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_all_lines_and_gives_back_those_that_end() {
        let lines = Arc::new(Lines::default());
        let one = Some(IpAddr::from([192, 0, 2, 1]));
        let mut open: Vec<Open> = (0..9_000).map_while(|_| Lines::open(&lines, one)).collect();
        assert_eq!(open.len(), limits::LINES_FROM_ONE);
        open.pop();
        open.push(Lines::open(&lines, one).unwrap());
        // A proxy's lines are those of everybody.
        open.extend((0..20_000).map_while(|_| Lines::open(&lines, None)));
        assert_eq!(open.len(), limits::LINES);
        assert!(Lines::open(&lines, Some(IpAddr::from([192, 0, 2, 2]))).is_none());
        drop(open);
        let counted = lines.counted();
        assert_eq!((counted.all, counted.from.len()), (0, 0));
    }
}
