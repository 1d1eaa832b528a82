//! What a new device needs first: today's visits, before the rest has come.

use crate::headquarters::HeadquartersError;
use outpost_domain::customer::Site;
use outpost_domain::device::{Device, DeviceModel};
use outpost_domain::person::User;
use outpost_domain::stock::StockLevel;
use outpost_domain::ticket::Ticket;
use outpost_domain::{Id, Kind};
use outpost_store::{Store, params};
use outpost_sync::protocol::Row;
use std::collections::BTreeSet;

/// More than anybody does in a day.
const TICKETS: &str = "30";

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
    for ticket in store.select::<Ticket>(&own, &[&user.id.to_string()])? {
        wanted.insert((Kind::Ticket, ticket.id));
        wanted.insert((Kind::Customer, ticket.customer_id));
        let id = ticket.id.to_string();
        for kind in [Kind::Step, Kind::Event, Kind::Attachment] {
            let of_ticket = store.select_any(kind, "WHERE ticket_id = $1", &[&id])?;
            wanted.extend(of_ticket.iter().map(|record| (kind, record.id())));
        }
        if let Some(site) = store.get::<Site>(ticket.site_id)? {
            wanted.insert((Kind::Site, site.id));
            let contacts =
                store.select_any(Kind::Contact, "WHERE customer_id = $1", &[&site.customer_id.to_string()])?;
            wanted.extend(contacts.iter().map(|record| (Kind::Contact, record.id())));
        }
        if let Some(device) = ticket.device_id.map(|id| store.get::<Device>(id)).transpose()?.flatten() {
            wanted.insert((Kind::Device, device.id));
            let tags = store.select_any(Kind::Tag, "WHERE target_id = $1", &[&device.id.to_string()])?;
            wanted.extend(tags.iter().map(|record| (Kind::Tag, record.id())));
            wanted.insert((Kind::DeviceModel, device.model_id));
            parts.extend(store.get::<DeviceModel>(device.model_id)?.into_iter().flat_map(|model| model.part_ids));
        }
    }
    wanted.extend(parts.into_iter().map(|id| (Kind::Part, id)));

    let sql = "SELECT bucket, image FROM entity WHERE kind = $1 AND id = $2";
    let mut rows = Vec::with_capacity(wanted.len());
    for (kind, id) in wanted {
        let found = store
            .one(sql, params![kind.table(), id.to_string()], |row| Ok((row.get::<i64>(0)?, row.get::<Vec<u8>>(1)?)))?;
        if let Some((bucket, image)) = found
            && buckets.contains(&bucket)
        {
            rows.push(Row { kind: kind.table().to_owned(), image });
        }
    }
    Ok(rows)
}
