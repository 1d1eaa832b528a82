//! Many tenants behind one address: the first word of the host's name says which, as in `harbour.example.com`.

use super::gate::Gate;
use crate::measures::Counters;
use crate::place::{MAIN, Place};
use crate::{Console, Headquarters, HeadquartersError};
use axum::Router;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::response::{IntoResponse, Response};
use outpost_domain::Instant;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tower::ServiceExt;

/// How often a name that is not known is looked for among tenants that may have been added meanwhile.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The tenants that are open in this process. Each is opened when somebody first asks for it.
pub struct Tenants {
    place: Place,
    hint: String,
    public: Option<String>,
    counters: Counters,
    gate: Arc<Gate>,
    open: Mutex<Open>,
}

struct Open {
    tenants: BTreeMap<String, Tenant>,
    known: Vec<String>,
    looked: std::time::Instant,
}

/// A tenant that is open.
struct Tenant {
    headquarters: Arc<Headquarters>,
    routes: Router,
}

impl Tenants {
    /// The tenants of a place; what the page that signs people in to the main one
    /// says besides; the address by which everybody reaches the
    /// main tenant. The others are reached by the address at which a browser found them.
    ///
    /// # Errors
    /// When the tenants cannot be read.
    pub fn new(place: Place, hint: String, public: Option<String>) -> Result<Arc<Tenants>, HeadquartersError> {
        let known = place.tenants()?;
        let open = Open { tenants: BTreeMap::new(), known, looked: std::time::Instant::now() };
        let counters = Counters::default();
        let (gate, open) = (Arc::default(), Mutex::new(open));
        Ok(Arc::new(Tenants { place, hint, public, counters, gate, open }))
    }

    /// Puts a tenant that is open already among them. Must be called where tasks can be started.
    pub fn add(&self, tenant: &str, headquarters: Headquarters) -> Arc<Headquarters> {
        let tenant_now = self.tenant(tenant, headquarters);
        let headquarters = Arc::clone(&tenant_now.headquarters);
        self.open().tenants.insert(tenant.to_owned(), tenant_now);
        headquarters
    }

    /// What is measured of all tenants that are open in this process, in the text format of Prometheus (OpenMetrics 1.0). One
    /// whose database cannot be read keeps the numbers that it had.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn measures_text(&self, now: Instant) -> Result<String, HeadquartersError> {
        let open: Vec<Arc<Headquarters>> =
            self.open().tenants.values().map(|tenant| Arc::clone(&tenant.headquarters)).collect();
        for headquarters in open {
            if let Err(error) = headquarters.measure(now) {
                tracing::error!(%error, "a tenant cannot be measured");
            }
        }
        self.counters.text()
    }

    /// All routes of all tenants.
    pub fn router(self: Arc<Self>) -> Router {
        Router::new().fallback(move |request: Request| {
            let tenants = Arc::clone(&self);
            async move { tenants.answer(request).await }
        })
    }

    async fn answer(self: Arc<Self>, request: Request) -> Response {
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let name = host.split(['.', ':']).next().unwrap_or_default().to_ascii_lowercase();
        let found = tokio::task::spawn_blocking(move || self.find(&name)).await;
        match found {
            // The router of one tenant answers everything, whatever it is.
            Ok(Ok(routes)) => routes.oneshot(request).await.unwrap_or_else(|never| match never {}),
            Ok(Err(error)) => unavailable(&error),
            Err(error) => unavailable(&error),
        }
    }

    /// The routes of a tenant of this name; of the main one if there is none.
    fn find(&self, name: &str) -> Result<Router, HeadquartersError> {
        let mut open = self.open();
        if let Some(tenant) = open.tenants.get(name) {
            return Ok(tenant.routes.clone());
        }
        if !open.known.iter().any(|known| known == name) && open.looked.elapsed() > LOOK_AGAIN {
            open.looked = std::time::Instant::now();
            match self.place.tenants() {
                Ok(known) => open.known = known,
                // Those that are open go on being served.
                Err(error) => tracing::warn!(%error, "new tenants cannot be looked for; trying again"),
            }
        }
        let name = if open.known.iter().any(|known| known == name) { name } else { MAIN };
        if let Some(tenant) = open.tenants.get(name) {
            return Ok(tenant.routes.clone());
        }
        let tenant = self.tenant(name, self.place.open_known(name)?);
        let routes = tenant.routes.clone();
        open.tenants.insert(name.to_owned(), tenant);
        Ok(routes)
    }

    fn tenant(&self, tenant: &str, headquarters: Headquarters) -> Tenant {
        let headquarters = Arc::new(headquarters.measured(&self.counters, tenant));
        // Who signs in to the main company is nobody of another.
        let hint = if tenant == MAIN { self.hint.clone() } else { String::new() };
        let console = Console::new(Arc::clone(&headquarters), hint);
        let public = self.public.clone().filter(|_| tenant == MAIN);
        let console = Arc::new(console.reached_at(public));
        tokio::spawn(Arc::clone(&console).watch());
        if self.place.is_shared() {
            tokio::spawn(Arc::clone(&headquarters).watch_others());
        }
        let routes = super::router_behind(Arc::clone(&self.gate), Arc::clone(&headquarters), console);
        Tenant { headquarters, routes }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unavailable(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "a tenant cannot be opened");
    (axum::http::StatusCode::SERVICE_UNAVAILABLE, "headquarters cannot reach its database; try again").into_response()
}
