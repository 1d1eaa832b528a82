//! Headquarters on the network: sync at `/v1`, the console's door at `/api`, the report page of labels at `/r`, the screens
//! at `/`.

mod report;
mod sync;

use crate::{Console, Headquarters};
use axum::routing::get;
use axum::{Json, Router};
use std::sync::Arc;

/// All routes of a headquarters.
pub fn router(headquarters: Arc<Headquarters>, console: Arc<Console>) -> Router {
    let health = Arc::clone(&headquarters);
    Router::new()
        .route(
            "/health",
            get(move || async move {
                match health.revision() {
                    Ok(revision) => Ok(Json(serde_json::json!({ "status": "ready", "revision": revision }))),
                    Err(error) => {
                        tracing::error!(%error, "the database cannot be read");
                        Err(axum::http::StatusCode::SERVICE_UNAVAILABLE)
                    }
                }
            }),
        )
        .merge(report::router(Arc::clone(&headquarters)))
        .merge(sync::router(headquarters))
        .merge(outpost_app::door::router(console))
        .merge(outpost_app::pages::router())
}
