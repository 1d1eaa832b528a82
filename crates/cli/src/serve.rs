//! Serving routes on an address until Ctrl-C.

use anyhow::{Context, Result};
use axum::Router;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Takes an address; says what to do if somebody else has it.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be taken; another program may have it. Choose one with --listen"))
}

/// Answers until Ctrl-C or a request to end.
pub async fn serve(listener: TcpListener, routes: Router) -> Result<()> {
    // An answer comes in several pieces: without this each but the first would wait up to 40 ms for the other side to say
    // that it has the one before.
    let listener = listener.tap_io(|line| {
        if let Err(error) = line.set_nodelay(true) {
            tracing::debug!(%error, "a line stays slower than it could be");
        }
    });
    // Open streams of notices would keep a graceful end waiting for ever: whoever listens connects again.
    tokio::select! {
        done = axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>()) => done.context("the server stopped"),
        () = asked_to_end() => Ok(()),
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
