//! A replica with a large company's data.

use anyhow::{Context, Result};
use outpost_app::{KeyPlace, key_of};
use outpost_demo::large;
use outpost_domain::person::Replica as ReplicaRecord;
use outpost_domain::{AnyRecord, Id, derive};
use outpost_sync::{Identity, Replica};
use std::path::Path;

/// A replica that was made, and what to ask of it.
pub struct Prepared {
    /// The replica.
    pub replica: Replica,
    /// A ticket of its person that is under way.
    pub ticket_id: Id,
    /// A part of the catalogue.
    pub part_id: Id,
    /// The person's van.
    pub van_id: Id,
    /// Codes that stand for devices.
    pub codes: Vec<String>,
}

/// Makes an enrolled replica of about `records` records in a folder.
///
/// # Errors
/// When it cannot be written.
pub fn replica(folder: &Path, records: usize) -> Result<Prepared> {
    let made = large(7, outpost_app::now(), records);
    let replica = Replica::open(folder, &key_of(folder, KeyPlace::File)?)?;
    let store = replica.store();
    store.transaction(|| made.records.iter().try_for_each(|record| store.put(record)))?;
    store.sqlite()?.execute_batch("ANALYZE")?;
    let part_id = made.records.iter().find_map(|record| match record {
        AnyRecord::Part(part) => Some(part.id),
        _ => None,
    });
    let van_id = made.records.iter().find_map(|record| match record {
        AnyRecord::User(user) if user.id == made.engineer_id => user.van_id,
        _ => None,
    });
    replica.enrol(&Identity::alone(
        "http://127.0.0.1:9",
        "Large",
        ReplicaRecord {
            id: derive(made.engineer_id, "bench"),
            name: "bench".to_owned(),
            prefix: "BEN".to_owned(),
            user_id: made.engineer_id,
            enrolled_at: outpost_app::now(),
            revoked: false,
            forked_from_id: None,
        },
    ))?;
    Ok(Prepared {
        replica,
        ticket_id: made.ticket_id,
        part_id: part_id.context("there are no parts")?,
        van_id: van_id.context("the engineer has no van")?,
        codes: made.device_codes,
    })
}
