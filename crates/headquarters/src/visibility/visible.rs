//! What a person may see, as the buckets in which it lies.

use super::scope::{Scope, scopes_of_user, set_name, split};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_domain::Id;
use outpost_domain::person::User;
use outpost_store::{Store, ToSql, params, places};
use outpost_sync::protocol::Cursor;
use std::collections::{BTreeMap, BTreeSet};

/// How many things are looked up at once.
pub(crate) const LOOKED_UP: usize = 500;

/// What a person may see, and what that was at the cursor.
#[derive(Debug, Clone)]
pub(crate) struct Visible {
    pub(crate) view: String,
    pub(crate) scopes: BTreeSet<Scope>,
    /// At the cursor; the same as now where everything begins anew.
    pub(crate) before: BTreeSet<Scope>,
    /// Number of each visible bucket, and whether it was visible at the cursor.
    pub(crate) buckets: BTreeMap<i64, bool>,
}

pub(crate) fn buckets_of(store: &Store, scopes: &BTreeSet<Scope>) -> Result<BTreeSet<i64>, HeadquartersError> {
    let sql = format!("SELECT DISTINCT bucket FROM bucket_scope WHERE scope IN ({})", places(1, scopes.len()));
    let names: Vec<String> = scopes.iter().map(Scope::to_string).collect();
    let params: Vec<&dyn ToSql> = names.iter().map(|name| name as &dyn ToSql).collect();
    Ok(store.rows(&sql, &params, |row| row.get::<i64>(0))?.into_iter().collect())
}

/// What a person may see now. `since` is the cursor that is gone on from; if that is where `head` is, and they see what
/// they saw then, no bucket can hold anything new, and none is looked up.
///
/// What a cursor says that was seen then is believed only where headquarters told that to this replica (`continues` in delivery/pull.rs).
pub(crate) fn visible(
    store: &Store,
    user: &User,
    since: Option<&Cursor>,
    head: Option<i64>,
) -> Result<Visible, HeadquartersError> {
    let scopes = scopes_of_user(store, user)?;
    let view = set_name(&scopes);
    let (before, buckets) = match since {
        Some(cursor) if cursor.view == view && Some(cursor.revision) == head => (scopes.clone(), BTreeMap::new()),
        Some(cursor) if cursor.view != view => {
            let sql = "SELECT scopes FROM view WHERE name = $1";
            let before = store.one(sql, params![cursor.view], |row| row.get::<String>(0))?;
            let before = before.map_or_else(|| scopes.clone(), |scopes| split(&scopes));
            let known = buckets_of(store, &before)?;
            let buckets = buckets_of(store, &scopes)?.into_iter().map(|bucket| (bucket, known.contains(&bucket)));
            (before, buckets.collect())
        }
        _ => (scopes.clone(), buckets_of(store, &scopes)?.into_iter().map(|bucket| (bucket, true)).collect()),
    };
    Ok(Visible { view, scopes, before, buckets })
}

impl Headquarters {
    /// That a person may see all of these devices: a link on a label opens one.
    ///
    /// # Errors
    /// `not_here` if they do not see one of them, whether it is there or not.
    pub(crate) fn may_see_devices(&self, user: &User, device_ids: &[Id]) -> Result<(), HeadquartersError> {
        let store = self.reader();
        let visible = visible(&store, user, None, None)?;
        let ids: BTreeSet<String> = device_ids.iter().map(Id::to_string).collect();
        let ids: Vec<&dyn ToSql> = ids.iter().map(|id| id as &dyn ToSql).collect();
        let mut seen = 0;
        for ids in ids.chunks(LOOKED_UP) {
            let sql = format!("SELECT bucket FROM entity WHERE kind = 'device' AND id IN ({})", places(1, ids.len()));
            let buckets = store.rows(&sql, ids, |row| row.get::<i64>(0))?;
            seen += buckets.iter().filter(|bucket| visible.buckets.contains_key(bucket)).count();
        }
        if seen < ids.len() {
            return Err(HeadquartersError::denied("not_here", "one of these devices is not here"));
        }
        Ok(())
    }
}
