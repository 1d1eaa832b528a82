//! Who asks, and over which data: what every answer is made from.

use crate::questions::{Seat, SyncView};
use outpost_domain::person::{Right, Role, User};
use outpost_domain::stock::Stand;
use outpost_domain::ticket::Attachment;
use outpost_domain::{Id, Instant, Kind};
use outpost_store::{Store, StoreError};
use outpost_sync::Files;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is true of this installation while a question is answered.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Where the asking screen runs.
    pub seat: Seat,
    /// The company's name.
    pub company: String,
    /// The address of headquarters.
    pub headquarters: String,
    /// Which replica this is, in the seat `field`.
    pub replica_id: Option<Id>,
    /// At headquarters: the scopes that the asking person may see; none for everything that is in the store.
    pub scopes: Option<Vec<String>>,
    /// How we stand with headquarters.
    pub sync: SyncView,
    /// What it has been told, and what was given here.
    pub stand: Stand,
    /// The records that waiting commands wrote.
    pub waiting: BTreeSet<(Kind, Id)>,
    /// Where photos and signatures lie.
    pub files: Arc<dyn Shelf>,
    /// Room on the disk.
    pub free_megabytes: Option<u64>,
    /// Local time minus UTC, for "today".
    pub utc_offset_minutes: i32,
}

/// Where the files of attachments lie, as far as a screen needs to know.
pub trait Shelf: std::fmt::Debug + Send + Sync {
    /// Those of these attachments whose files can be shown from here.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn here(&self, store: &Store, attachments: &[Attachment]) -> Result<BTreeSet<Id>, StoreError>;
}

impl Shelf for Files {
    fn here(&self, _store: &Store, attachments: &[Attachment]) -> Result<BTreeSet<Id>, StoreError> {
        let here = attachments.iter().filter(|attachment| self.is_here(&attachment.sha256));
        Ok(here.map(|attachment| attachment.id).collect())
    }
}

/// One person asking over one store.
pub struct Desk<'a> {
    /// The records.
    pub store: &'a Store,
    /// The installation.
    pub facts: &'a Facts,
    /// Who asks.
    pub user_id: Option<Id>,
    /// Now.
    pub now: Instant,
}

impl Desk<'_> {
    /// The record of who asks.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn user(&self) -> Result<Option<User>, StoreError> {
        self.user_id.map_or(Ok(None), |id| self.store.get(id))
    }

    /// What who asks may do.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn rights(&self) -> Result<Vec<Right>, StoreError> {
        let Some(user) = self.user()?.filter(|user| user.active) else { return Ok(Vec::new()) };
        Ok(self.store.get::<Role>(user.role_id)?.map(|role| role.rights).unwrap_or_default())
    }

    /// A condition, beginning with `AND`, that is true for records of this kind which the asking person may see.
    /// `column` holds their ids. Empty where everything in the store may be seen.
    pub fn visible(&self, kind: Kind, column: &str) -> String {
        let Some(buckets) = self.buckets() else { return String::new() };
        let kind = kind.table();
        format!(
            " AND EXISTS (SELECT 1 FROM entity v WHERE v.kind = '{kind}' AND v.id = {column} AND v.bucket IN ({buckets}))"
        )
    }

    /// The ids of the regions that the asking person sees, as SQL lists them; none where everything in the store may be seen.
    pub fn regions(&self) -> Option<String> {
        let scopes = self.facts.scopes.as_ref()?;
        // Made of UUIDs, never of what a person typed.
        let ids: Vec<String> =
            scopes.iter().filter_map(|scope| scope.strip_prefix("region:")).map(|id| format!("'{id}'")).collect();
        Some(ids.join(", "))
    }

    /// How many records of a kind the asking person may see, as headquarters has added up with each commit; none where that is not
    /// kept.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn held(&self, kind: Kind) -> Result<Option<i64>, StoreError> {
        if self.facts.seat != Seat::Console {
            return Ok(None);
        }
        let buckets = self.buckets().unwrap_or_else(|| "SELECT bucket FROM bucket_scope".to_owned());
        let sql = format!(
            "SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM bucket_digest WHERE kind = $1 AND bucket IN ({buckets})"
        );
        let held = self.store.number(&sql, &[&kind.table()])?;
        Ok(Some(held))
    }

    /// A statement for the buckets in which lies what the asking person may see; none where everything in the store may be seen.
    pub fn buckets(&self) -> Option<String> {
        // Scopes are made of fixed words and UUIDs, never of what a person typed.
        let scopes: Vec<String> = self.facts.scopes.as_ref()?.iter().map(|scope| format!("'{scope}'")).collect();
        Some(format!("SELECT bucket FROM bucket_scope WHERE scope IN ({})", scopes.join(", ")))
    }

    /// Local midnight at which today began.
    pub fn midnight(&self) -> Instant {
        const DAY: i64 = 86_400_000;
        let offset = i64::from(self.facts.utc_offset_minutes) * 60_000;
        (self.now + offset).div_euclid(DAY) * DAY - offset
    }
}
