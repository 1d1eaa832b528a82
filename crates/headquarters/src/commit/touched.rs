//! What a commit touched: all that those who wait for it need to know.

use crate::visibility::{Scope, split};
use outpost_domain::Kind;
use outpost_store::{Row, StoreError};
use std::collections::BTreeSet;

/// What a commit touched, or several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// The number of the newest of them.
    pub revision: i64,
    /// Kinds of which records were written.
    pub kinds: BTreeSet<Kind>,
    /// Scopes in which records lie that were written, or lay until then.
    pub scopes: BTreeSet<Scope>,
}

impl Touched {
    /// Whether it concerns somebody who may see these scopes.
    pub(crate) fn concerns(&self, scopes: &BTreeSet<Scope>) -> bool {
        !self.scopes.is_disjoint(scopes)
    }

    pub(crate) fn join(&mut self, other: Touched) {
        self.revision = self.revision.max(other.revision);
        self.kinds.extend(other.kinds);
        self.scopes.extend(other.scopes);
    }

    pub(crate) fn read(row: &Row<'_>) -> Result<Touched, StoreError> {
        let (kinds, scopes): (String, String) = (row.get(1)?, row.get(2)?);
        let kinds = kinds.split_whitespace().filter_map(Kind::from_table).collect();
        Ok(Touched { revision: row.get(0)?, kinds, scopes: split(&scopes) })
    }
}
