//! Somebody at the console who listens: they are told of the commits that concern them, and of no others.

use crate::commit::Touched;
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use crate::visibility::Scope;
use outpost_app::{Notice, Notices};
use outpost_domain::person::Right;
use outpost_domain::{Id, Kind};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

/// Who listens, and what they see.
struct Listener {
    headquarters: Arc<Headquarters>,
    user_id: Id,
    scopes: BTreeSet<Scope>,
}

/// What a person at the console is told from now on.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn notices(headquarters: Arc<Headquarters>, user_id: Id) -> Result<Notices, HeadquartersError> {
    // First the line, then what they see: a commit in between is looked at with what it has made of that.
    let mut pokes = headquarters.pokes();
    let scopes = headquarters.scopes_of(user_id)?;
    let mut listener = Listener { headquarters, user_id, scopes };
    Ok(Box::pin(async_stream::stream! {
        loop {
            let kinds = match pokes.recv().await {
                Ok(touched) => match listener.told(&touched).await {
                    Ok(kinds) => kinds,
                    // The line ends, and the browser begins another.
                    Err(error) => {
                        tracing::warn!(%error, "what somebody at the console sees cannot be read");
                        return;
                    }
                },
                Err(RecvError::Lagged(_)) => Kind::ALL.to_vec(),
                Err(RecvError::Closed) => return,
            };
            if !kinds.is_empty() {
                yield Notice::Changed { kinds };
            }
        }
    }))
}

impl Listener {
    /// Of which kinds they hear that something has changed.
    async fn told(&mut self, touched: &Touched) -> Result<Vec<Kind>, HeadquartersError> {
        // What a person may see follows from these.
        if touched.kinds.iter().any(|kind| kind.decides_sight()) {
            let (headquarters, user_id) = (Arc::clone(&self.headquarters), self.user_id);
            let looked = tokio::task::spawn_blocking(move || headquarters.scopes_of(user_id)).await;
            let scopes = looked.map_err(|error| HeadquartersError::System(error.to_string()))??;
            if scopes != self.scopes {
                // Whatever they look at may be there, or gone, by that alone.
                self.scopes = scopes;
                return Ok(Kind::ALL.to_vec());
            }
        }
        // Who sees every region sees at the console what lies in none as well.
        let everything = self.scopes.contains(&Scope::Right(Right::SeeAllRegions));
        let concerned = everything || touched.concerns(&self.scopes);
        Ok(if concerned { touched.kinds.iter().copied().collect() } else { Vec::new() })
    }
}
