//! What a new device needs first: today's visits, before the rest has come.

use crate::headquarters::HeadquartersError;
use outpost_domain::customer::Site;
use outpost_domain::device::{Device, DeviceModel};
use outpost_domain::person::User;
use outpost_domain::stock::StockLevel;
use outpost_domain::ticket::Ticket;
use outpost_domain::{AnyRecord, Id, Kind, Record};
use outpost_store::{Store, ToSql, places};
use outpost_sync::protocol::Row;
use std::collections::BTreeSet;
use std::sync::Arc;

/// More than anybody does in a day.
const TICKETS: &str = "30";

/// How many records are asked for in one question.
const AT_ONCE: usize = 200;

/// The records of a person's next visits, as far as they lie in these buckets.
pub(crate) fn urgent(store: &Store, user: &User, buckets: &BTreeSet<i64>) -> Result<Vec<Row>, HeadquartersError> {
    let mut wanted: BTreeSet<(Kind, Id)> = BTreeSet::new();
    for kind in [Kind::Region, Kind::Role, Kind::User, Kind::Workflow] {
        wanted.extend(store.select_any(kind, "", &[])?.iter().map(|record| (kind, record.id())));
    }
    let mut parts: BTreeSet<Id> = BTreeSet::new();
    if let Some(van) = user.van_id {
        wanted.insert((Kind::StockLocation, van));
        for level in store.select::<StockLevel>("WHERE location_id = $1", &[&van.to_string()])? {
            wanted.insert((Kind::StockLevel, level.id));
            parts.insert(level.part_id);
        }
    }
    let own = format!(
        "WHERE engineer_id = $1 AND state NOT IN ('done', 'cancelled') ORDER BY planned_at IS NULL, planned_at LIMIT {TICKETS}"
    );
    let tickets = store.select::<Ticket>(&own, &[&user.id.to_string()])?;
    let ids: Vec<Id> = tickets.iter().map(|ticket| ticket.id).collect();
    wanted.extend(ids.iter().map(|id| (Kind::Ticket, *id)));
    for kind in [Kind::Step, Kind::Event, Kind::Attachment] {
        wanted.extend(named(&among(store, kind, "ticket_id", &ids)?));
    }
    let sites: Vec<Id> = tickets.iter().map(|ticket| ticket.site_id).collect();
    let sites: Vec<Arc<Site>> =
        among(store, Kind::Site, "id", &sites)?.into_iter().filter_map(Site::from_any).collect();
    let customers: Vec<Id> = sites.iter().map(|site| site.customer_id).collect();
    wanted.extend(sites.iter().map(|site| (Kind::Site, site.id)));
    wanted.extend(tickets.iter().map(|ticket| (Kind::Customer, ticket.customer_id)));
    wanted.extend(named(&among(store, Kind::Contact, "customer_id", &customers)?));
    let devices: Vec<Id> = tickets.iter().filter_map(|ticket| ticket.device_id).collect();
    wanted.extend(named(&among(store, Kind::Tag, "target_id", &devices)?));
    let devices = among(store, Kind::Device, "id", &devices)?.into_iter().filter_map(Device::from_any);
    let models: Vec<Id> = devices
        .map(|device| {
            wanted.insert((Kind::Device, device.id));
            device.model_id
        })
        .collect();
    for model in among(store, Kind::DeviceModel, "id", &models)?.into_iter().filter_map(DeviceModel::from_any) {
        wanted.insert((Kind::DeviceModel, model.id));
        parts.extend(&model.part_ids);
    }
    wanted.extend(parts.into_iter().map(|id| (Kind::Part, id)));

    let mut rows = Vec::with_capacity(wanted.len());
    let wanted: Vec<(Kind, Id)> = wanted.into_iter().collect();
    for of_kind in wanted.chunk_by(|one, other| one.0 == other.0) {
        for part in of_kind.chunks(AT_ONCE) {
            let (kind, ids) = (of_kind[0].0.table(), part.iter().map(|(_, id)| id.to_string()).collect::<Vec<_>>());
            let mut params: Vec<&dyn ToSql> = vec![&kind];
            params.extend(ids.iter().map(|id| id as &dyn ToSql));
            let sql = format!("SELECT bucket, image FROM entity WHERE kind = $1 AND id IN ({})", places(2, ids.len()));
            let found = store.rows(&sql, &params, |row| Ok((row.get::<i64>(0)?, row.get::<Vec<u8>>(1)?)))?;
            let seen = found.into_iter().filter(|(bucket, _)| buckets.contains(bucket));
            rows.extend(seen.map(|(_, image)| Row { kind: kind.to_owned(), image }));
        }
    }
    Ok(rows)
}

fn named(records: &[AnyRecord]) -> impl Iterator<Item = (Kind, Id)> + '_ {
    records.iter().map(AnyRecord::name)
}

/// The records of a kind in whose `column` one of these ids stands. One question for all of them: where the database is
/// another machine, each takes its way there and back.
fn among(store: &Store, kind: Kind, column: &str, ids: &[Id]) -> Result<Vec<AnyRecord>, HeadquartersError> {
    let ids: BTreeSet<String> = ids.iter().map(Id::to_string).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let params: Vec<&dyn ToSql> = ids.iter().map(|id| id as &dyn ToSql).collect();
    Ok(store.select_any(kind, &format!("WHERE {column} IN ({})", places(1, ids.len())), &params)?)
}
