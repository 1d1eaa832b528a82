//! What a new device needs first: today's visits, before the rest has come.

use crate::commit::TOO_LARGE_TO_GIVE;
use crate::error::HeadquartersError;
use outpost_domain::customer::Site;
use outpost_domain::device::{Device, DeviceModel};
use outpost_domain::person::User;
use outpost_domain::stock::StockLevel;
use outpost_domain::ticket::Ticket;
use outpost_domain::{Id, Kind, Record};
use outpost_store::{Store, StoreError, ToSql, params, places};
use outpost_sync::protocol::Row;
use std::collections::{BTreeMap, BTreeSet};

/// More than anybody does in a day.
const TICKETS: &str = "30";

/// How many records are asked for in one question.
const AT_ONCE: usize = 1000;

/// The records of a person's next visits, as far as they lie in these buckets.
pub(crate) fn urgent(store: &Store, user: &User, buckets: &BTreeSet<i64>) -> Result<Vec<Row>, HeadquartersError> {
    let mut wanted = Wanted::default();
    for kind in [Kind::Region, Kind::Role, Kind::User, Kind::Workflow] {
        wanted.found(store, kind, "", &[])?;
    }
    let mut parts: Vec<Id> = Vec::new();
    if let Some(van) = user.van_id {
        wanted.add(Kind::StockLocation, [van]);
        let levels = sound::<StockLevel>(store, "WHERE location_id = $1", params![van.to_string()])?;
        wanted.add(Kind::StockLevel, levels.iter().map(|level| level.id));
        parts.extend(levels.iter().map(|level| level.part_id));
    }
    let own = format!(
        "WHERE engineer_id = $1 AND state NOT IN ('done', 'cancelled') ORDER BY planned_at IS NULL, planned_at LIMIT {TICKETS}"
    );
    let tickets = sound::<Ticket>(store, &own, params![user.id.to_string()])?;
    wanted.add(Kind::Ticket, tickets.iter().map(|ticket| ticket.id));
    wanted.add(Kind::Customer, tickets.iter().map(|ticket| ticket.customer_id));
    for kind in [Kind::Step, Kind::Event, Kind::Attachment] {
        wanted.of(store, kind, "ticket_id", tickets.iter().map(|ticket| ticket.id))?;
    }
    let sites = records::<Site>(store, tickets.iter().map(|ticket| ticket.site_id))?;
    wanted.add(Kind::Site, sites.iter().map(|site| site.id));
    wanted.of(store, Kind::Contact, "customer_id", sites.iter().map(|site| site.customer_id))?;
    let devices = records::<Device>(store, tickets.iter().filter_map(|ticket| ticket.device_id))?;
    wanted.add(Kind::Device, devices.iter().map(|device| device.id));
    wanted.of(store, Kind::Tag, "target_id", tickets.iter().filter_map(|ticket| ticket.device_id))?;
    let models = records::<DeviceModel>(store, devices.iter().map(|device| device.model_id))?;
    wanted.add(Kind::DeviceModel, models.iter().map(|model| model.id));
    parts.extend(models.iter().flat_map(|model| &model.part_ids));
    wanted.add(Kind::Part, parts);
    wanted.rows(store, buckets)
}

/// The ids of records, kind by kind, as they are written.
#[derive(Default)]
struct Wanted(BTreeMap<Kind, BTreeSet<String>>);

impl Wanted {
    fn add(&mut self, kind: Kind, ids: impl IntoIterator<Item = Id>) {
        self.0.entry(kind).or_default().extend(ids.into_iter().map(|id| id.to_string()));
    }

    /// Adds the records of a kind that SQL like `WHERE site_id = $1` finds.
    fn found(&mut self, store: &Store, kind: Kind, tail: &str, params: &[&dyn ToSql]) -> Result<(), HeadquartersError> {
        let sql = format!("SELECT id FROM \"{}\" {tail}", kind.table());
        self.0.entry(kind).or_default().extend(store.rows(&sql, params, |row| row.get::<String>(0))?);
        Ok(())
    }

    /// Adds the records of a kind in whose `column` one of these ids stands.
    fn of(
        &mut self,
        store: &Store,
        kind: Kind,
        column: &str,
        ids: impl IntoIterator<Item = Id>,
    ) -> Result<(), HeadquartersError> {
        let ids = texts(ids);
        for ids in ids.chunks(AT_ONCE) {
            self.found(store, kind, &format!("WHERE {column} IN ({})", places(1, ids.len())), &bound(ids))?;
        }
        Ok(())
    }

    /// Their images, as far as they lie in these buckets.
    fn rows(self, store: &Store, buckets: &BTreeSet<i64>) -> Result<Vec<Row>, HeadquartersError> {
        let mut rows = Vec::new();
        for (kind, ids) in self.0 {
            let (kind, ids) = (kind.table(), Vec::from_iter(ids));
            for ids in ids.chunks(AT_ONCE) {
                let mut params: Vec<&dyn ToSql> = vec![&kind];
                params.extend(bound(ids));
                let sql = format!(
                    "SELECT bucket, image FROM entity
                     WHERE kind = $1 AND id IN ({}) AND length(image) <= {TOO_LARGE_TO_GIVE}",
                    places(2, ids.len())
                );
                let found = store.rows(&sql, &params, |row| Ok((row.get::<i64>(0)?, row.bytes(1)?)))?;
                let seen = found.into_iter().filter(|(bucket, _)| buckets.contains(bucket));
                rows.extend(seen.map(|(_, image)| Row { kind: kind.to_owned(), image }));
            }
        }
        Ok(rows)
    }
}

/// The records with these ids. One question for many of them: where the database is another machine, each takes its way
/// there and back.
fn records<R: Record>(store: &Store, ids: impl IntoIterator<Item = Id>) -> Result<Vec<R>, HeadquartersError> {
    let ids = texts(ids);
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        found.extend(sound::<R>(store, &format!("WHERE id IN ({})", places(1, ids.len())), &bound(ids))?);
    }
    Ok(found)
}

/// The records that SQL finds, without those whose rows cannot be read: they are not to stop whoever asks for the others.
fn sound<R: Record>(store: &Store, tail: &str, params: &[&dyn ToSql]) -> Result<Vec<R>, HeadquartersError> {
    match store.select::<R>(tail, params) {
        Err(StoreError::Row { table, error }) => {
            tracing::error!(table, %error, "a row cannot be read; run hq check --repair");
        }
        found => return Ok(found?),
    }
    let ids =
        store.rows(&format!("SELECT id FROM \"{}\" {tail}", R::KIND.table()), params, |row| row.get::<String>(0))?;
    let mut found = Vec::new();
    for id in ids {
        match store.select::<R>("WHERE id = $1", params![id]) {
            Err(StoreError::Row { .. }) => {}
            one => found.extend(one?),
        }
    }
    Ok(found)
}

/// Each once.
fn texts(ids: impl IntoIterator<Item = Id>) -> Vec<String> {
    Vec::from_iter(BTreeSet::from_iter(ids.into_iter().map(|id| id.to_string())))
}

fn bound(ids: &[String]) -> Vec<&dyn ToSql> {
    ids.iter().map(|id| id as &dyn ToSql).collect()
}
