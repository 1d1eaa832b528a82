//! Many tenants behind one address: the first word of the host's name says which, as in `harbour.example.com`.

use super::gate::Gate;
use super::reach::{self, Reach};
use crate::operations::Counters;
use crate::tenant::{MAIN, Storage};
use crate::{Console, Headquarters, HeadquartersError};
use axum::Router;
use axum::extract::Request;
use axum::http::header::STRICT_TRANSPORT_SECURITY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use outpost_app::door::Reached;
use outpost_domain::Instant;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tower::ServiceExt;

/// How often tenants are looked for that nobody has asked for.
const OPEN_AGAIN: Duration = Duration::from_secs(60);
/// How often a name that is not known is looked for among tenants that may have been added meanwhile.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// That a browser is to come by https alone, for a year.
const ONLY_HTTPS: &str = "max-age=31536000";

/// What holds for all tenants that are served together.
#[derive(Debug, Clone, Default)]
pub struct Serving {
    /// By which address the main tenant is reached, and through whom all are. The others are reached by the address at which a
    /// browser found them.
    pub reach: Reach,
    /// What the page that signs people in to the main tenant says besides, if the sign-ins of the demo company may be used.
    pub demo: Option<String>,
    /// How much room the files of each may take, in bytes.
    pub files_quota: Option<u64>,
}

/// The tenants that are open in this process. One that is new is opened when somebody first asks for it.
pub struct Tenants {
    storage: Storage,
    serving: Serving,
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
    /// The tenants of a storage.
    ///
    /// # Errors
    /// When the tenants cannot be read.
    pub fn new(storage: Storage, serving: Serving) -> Result<Arc<Tenants>, HeadquartersError> {
        let known = storage.tenants()?;
        let open = Open { tenants: BTreeMap::new(), known, looked: std::time::Instant::now() };
        let counters = Counters::default();
        let (gate, open) = (Arc::default(), Mutex::new(open));
        Ok(Arc::new(Tenants { storage, serving, counters, gate, open }))
    }

    /// Puts a tenant that is open already among them. Must be called where tasks can be started.
    pub fn add(&self, tenant: &str, headquarters: Headquarters) -> Arc<Headquarters> {
        let tenant_now = self.tenant(tenant, headquarters);
        let headquarters = Arc::clone(&tenant_now.headquarters);
        self.open().tenants.insert(tenant.to_owned(), tenant_now);
        headquarters
    }

    /// Keeps every tenant open, for as long as the program runs: what is due is done also where nobody has asked for anything yet.
    pub async fn keep_open(self: Arc<Self>) {
        loop {
            let this = Arc::clone(&self);
            let opened = tokio::task::spawn_blocking(move || this.open_known()).await;
            if let Err(error) = opened.unwrap_or_else(|error| Err(HeadquartersError::System(error.to_string()))) {
                tracing::warn!(%error, "not all tenants can be opened; trying again");
            }
            tokio::time::sleep(OPEN_AGAIN).await;
        }
    }

    fn open_known(&self) -> Result<(), HeadquartersError> {
        for name in self.storage.tenants()? {
            let mut open = self.open();
            if !open.tenants.contains_key(&name) {
                // One that cannot be opened keeps no other from it.
                match self.storage.open_known(&name) {
                    Ok(headquarters) => drop(open.tenants.insert(name.clone(), self.tenant(&name, headquarters))),
                    Err(error) => tracing::error!(tenant = name, %error, "a tenant cannot be opened"),
                }
            }
        }
        Ok(())
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

    async fn answer(self: Arc<Self>, mut request: Request) -> Response {
        let scheme = self.serving.reach.told(&mut request);
        let base = format!("{scheme}://{}", reach::host(request.headers()));
        request.extensions_mut().insert(Reached { base });
        let name = reach::name_of(reach::host(request.headers()));
        let found = tokio::task::spawn_blocking(move || self.find(&name)).await;
        let mut response = match found {
            // The router of one tenant answers everything, whatever it is.
            Ok(Ok(Some(routes))) => routes.oneshot(request).await.unwrap_or_else(|never| match never {}),
            Ok(Ok(None)) => {
                let why = "nobody is here under this name; whoever gave you the address knows the right one";
                (StatusCode::MISDIRECTED_REQUEST, why).into_response()
            }
            Ok(Err(error)) => unavailable(&error),
            Err(error) => unavailable(&error),
        };
        if scheme == "https" {
            response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_HTTPS));
        }
        response
    }

    /// The routes of the tenant that a host's name means. Where there are several, a name that is nobody's is not answered by the
    /// main one: a browser would take it for the one that it was asked for.
    fn find(&self, host: &str) -> Result<Option<Router>, HeadquartersError> {
        let own = self.serving.reach.is_public_name(host) || reach::is_address(host);
        let asked = match host.split('.').next() {
            _ if own => MAIN,
            Some(first) if self.serving.reach.may_be_ours(host) => first,
            _ => "",
        };
        let mut open = self.open();
        if let Some(tenant) = open.tenants.get(asked) {
            return Ok(Some(tenant.routes.clone()));
        }
        if !open.known.iter().any(|known| known == asked) && open.looked.elapsed() > LOOK_AGAIN {
            open.looked = std::time::Instant::now();
            match self.storage.tenants() {
                Ok(known) => open.known = known,
                // Those that are open go on being served.
                Err(error) => tracing::warn!(%error, "new tenants cannot be looked for; trying again"),
            }
        }
        let is_known = open.known.iter().any(|known| known == asked);
        if !is_known && open.known.iter().any(|known| known != MAIN) {
            return Ok(None);
        }
        let name = if is_known { asked } else { MAIN };
        if let Some(tenant) = open.tenants.get(name) {
            return Ok(Some(tenant.routes.clone()));
        }
        let tenant = self.tenant(name, self.storage.open_known(name)?);
        let routes = tenant.routes.clone();
        open.tenants.insert(name.to_owned(), tenant);
        Ok(Some(routes))
    }

    fn tenant(&self, tenant: &str, headquarters: Headquarters) -> Tenant {
        let headquarters = headquarters.with_room(self.serving.files_quota).measured(&self.counters, tenant);
        // Who signs in to the main company is nobody of another.
        let demo = self.serving.demo.clone().filter(|_| tenant == MAIN);
        let headquarters = Arc::new(headquarters.with_demo_sign_ins(demo.is_some()));
        let console = Console::new(Arc::clone(&headquarters), demo.unwrap_or_default());
        let public = self.serving.reach.public().map(str::to_owned).filter(|_| tenant == MAIN);
        let console = Arc::new(console.reached_at(public));
        tokio::spawn(Arc::clone(&headquarters).run_timers());
        if self.storage.is_shared() {
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
    (StatusCode::SERVICE_UNAVAILABLE, "headquarters cannot reach its database; try again").into_response()
}
