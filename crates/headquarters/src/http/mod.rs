//! Headquarters on the network: sync at `/v1`, the console's door at `/api`, the report page of labels at `/r`, the screens
//! at `/`.

mod report;
mod seen;
mod sync;
mod tenants;

pub use tenants::Tenants;

use crate::{Console, Headquarters};
use axum::{Router, middleware};
use std::sync::Arc;

pub use seen::metrics_router;

/// All routes of a headquarters.
pub fn router(headquarters: Arc<Headquarters>, console: Arc<Console>) -> Router {
    let counted = Arc::clone(&headquarters);
    seen::health(Arc::clone(&headquarters))
        .merge(report::router(Arc::clone(&headquarters)))
        .merge(sync::router(headquarters))
        .merge(outpost_app::door::router(console))
        .merge(outpost_app::pages::router())
        .layer(middleware::from_fn_with_state(counted, seen::count))
}
