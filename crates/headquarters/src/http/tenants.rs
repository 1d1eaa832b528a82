//! Many tenants behind one address: the first word of the host's name says which, as in `harbour.example.com`.

use crate::place::{MAIN, Place};
use crate::{Console, Headquarters, HeadquartersError};
use axum::Router;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tower::ServiceExt;

/// How often a name that is not known is looked for among tenants that may have been added meanwhile.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The tenants that are open in this process. Each is opened when somebody first asks for it.
pub struct Tenants {
    place: Place,
    hint: String,
    public: Option<String>,
    open: Mutex<Open>,
}

struct Open {
    routes: BTreeMap<String, Router>,
    known: Vec<String>,
    looked: Instant,
}

impl Tenants {
    /// The tenants of a place; what the page that signs people in says besides; the address by which everybody reaches the
    /// main tenant. The others are reached by the address at which a browser found them.
    ///
    /// # Errors
    /// When the tenants cannot be read.
    pub fn new(place: Place, hint: String, public: Option<String>) -> Result<Arc<Tenants>, HeadquartersError> {
        let known = place.tenants()?;
        let open = Open { routes: BTreeMap::new(), known, looked: Instant::now() };
        Ok(Arc::new(Tenants { place, hint, public, open: Mutex::new(open) }))
    }

    /// Puts a tenant that is open already among them. Must be called where tasks can be started.
    pub fn add(&self, tenant: &str, headquarters: Arc<Headquarters>) {
        let routes = self.routes(tenant, headquarters);
        self.open().routes.insert(tenant.to_owned(), routes);
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
        if let Some(routes) = open.routes.get(name) {
            return Ok(routes.clone());
        }
        if !open.known.iter().any(|known| known == name) && open.looked.elapsed() > LOOK_AGAIN {
            open.looked = Instant::now();
            match self.place.tenants() {
                Ok(known) => open.known = known,
                // Those that are open go on being served.
                Err(error) => tracing::warn!(%error, "new tenants cannot be looked for; trying again"),
            }
        }
        let name = if open.known.iter().any(|known| known == name) { name } else { MAIN };
        if let Some(routes) = open.routes.get(name) {
            return Ok(routes.clone());
        }
        let routes = self.routes(name, Arc::new(self.place.open_known(name)?));
        open.routes.insert(name.to_owned(), routes.clone());
        Ok(routes)
    }

    fn routes(&self, tenant: &str, headquarters: Arc<Headquarters>) -> Router {
        let console = Console::new(Arc::clone(&headquarters), self.hint.clone());
        let public = self.public.clone().filter(|_| tenant == MAIN);
        let console = Arc::new(console.reached_at(public));
        tokio::spawn(Arc::clone(&console).watch());
        if self.place.is_shared() {
            tokio::spawn(Arc::clone(&headquarters).watch_others());
        }
        super::router(headquarters, console)
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unavailable(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "a tenant cannot be opened");
    (axum::http::StatusCode::SERVICE_UNAVAILABLE, "headquarters cannot reach its database; try again").into_response()
}
