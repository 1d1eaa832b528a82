//! What an operator's programs ask: whether it lives, whether it can work, and what it has done.

use super::Tenants;
use crate::Headquarters;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use outpost_app::now;
use std::sync::Arc;
use std::time::Instant;

/// `/health`: the process answers. `/ready`: so does its database, in the shape that this program knows.
pub(super) fn health(headquarters: Arc<Headquarters>) -> Router {
    Router::new()
        .route("/health", get(|| async { axum::Json(serde_json::json!({ "status": "alive" })) }))
        .route("/ready", get(ready))
        .with_state(headquarters)
}

/// The routes for an address of their own, which the public does not reach: `/metrics`, and the two of [`health`].
pub fn metrics_router(tenants: Arc<Tenants>, main: Arc<Headquarters>) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(tenants).merge(health(main))
}

async fn ready(State(headquarters): State<Arc<Headquarters>>) -> Response {
    match tokio::task::spawn_blocking(move || headquarters.is_ready()).await {
        Ok(Ok(revision)) => axum::Json(serde_json::json!({ "status": "ready", "revision": revision })).into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "not ready");
            let said = serde_json::json!({ "status": "not_ready", "detail": error.to_string() });
            (StatusCode::SERVICE_UNAVAILABLE, axum::Json(said)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "not ready");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn metrics(State(tenants): State<Arc<Tenants>>) -> Response {
    let text = tokio::task::spawn_blocking(move || tenants.measures_text(now())).await;
    match text {
        Ok(Ok(text)) => {
            ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
        }
        Ok(Err(error)) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    }
}

/// Counts a request by its route; what is no route counts as `other`, so that nobody can invent names without end.
pub(super) async fn count(State(headquarters): State<Arc<Headquarters>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let (route, status) = (route.as_deref().unwrap_or("other"), response.status().as_u16());
    let method = if known(&method) { method.as_str() } else { "other" };
    headquarters.measures.answered(method, route, status, begun.elapsed());
    tracing::debug!(method, route, status, millis = begun.elapsed().as_millis() as u64, "answered");
    response
}

fn known(method: &axum::http::Method) -> bool {
    use axum::http::Method;
    [Method::GET, Method::POST, Method::HEAD, Method::PATCH, Method::PUT, Method::DELETE, Method::OPTIONS]
        .contains(method)
}
