//! Headquarters on the network: sync at `/v1`, the console's door at `/api`, the report page of labels at `/r`, the screens
//! at `/`.

mod gate;
mod reach;
mod report;
mod seen;
mod sync;
mod tenants;

pub use reach::{Network, Reach};
pub use tenants::{Serving, Tenants};

use crate::{Console, Headquarters};
use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use gate::Gate;
use outpost_app::{Caller, limits};
use std::sync::Arc;

pub use seen::metrics_router;

/// All routes of a headquarters that is alone in its process.
pub fn router(headquarters: Arc<Headquarters>, console: Arc<Console>) -> Router {
    router_behind(Arc::default(), headquarters, console)
}

/// The same for one of several, which share a gate.
fn router_behind(gate: Arc<Gate>, headquarters: Arc<Headquarters>, console: Arc<Console>) -> Router {
    let counted = Arc::clone(&headquarters);
    let at_console = {
        let gate = Arc::clone(&gate);
        move |caller: Caller, request: Request, next: Next| gate::at_console(Arc::clone(&gate), caller, request, next)
    };
    let small = middleware::from_fn_with_state(limits::SMALL_BODY_TIME, limits::in_time);
    seen::health(Arc::clone(&headquarters))
        .merge(report::router(Arc::clone(&headquarters)).layer(small))
        .merge(sync::router(headquarters, gate))
        .merge(outpost_app::door::router(console).layer(middleware::from_fn(at_console)))
        .merge(outpost_app::pages::router())
        .layer(middleware::from_fn_with_state(counted, seen::count))
}
