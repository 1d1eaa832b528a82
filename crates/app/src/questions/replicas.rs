//! The tablets and computers on which people work, as headquarters knows them.

use super::Seat;
use super::lookup::{Where, by_ids, count, id_at, in_lists, limit};
use crate::{Desk, Failure, FailureCode};
use outpost_domain::person::{Replica, User};
use outpost_domain::{Id, Instant, Kind};
use outpost_store::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Which tablets and computers are there, and how do they fare? Only headquarters knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskReplicas {
    /// Only this one.
    pub id: Option<Id>,
    /// Only those of this person.
    pub user_id: Option<Id>,
    /// First row.
    pub offset: u32,
    /// How many at most; 0 for 100, 1,000 at most.
    pub limit: u32,
}

/// One tablet or computer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReplicaCard {
    /// What it is.
    pub replica: Replica,
    /// Whose.
    pub person: String,
    /// The same in English.
    pub person_en: String,
    /// What it said of itself when it was last heard of; none if it never was since headquarters keeps that.
    pub contact: Option<ReplicaContact>,
    /// How many matters of attention that it raised are open.
    pub attention: u32,
}

/// What a tablet or computer said of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReplicaContact {
    /// The version of the program that it ran.
    pub version: String,
    /// When.
    #[ts(type = "number")]
    pub heard_at: Instant,
    /// How many commands it still held.
    pub waiting: u32,
    /// How many photos and signatures it still held.
    pub files_waiting: u32,
    /// How far its clock was ahead of headquarters, the way of the request included.
    #[ts(type = "number")]
    pub clock_ahead_millis: i64,
}

/// A page of tablets and computers, by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReplicaPage {
    /// They.
    pub replicas: Vec<ReplicaCard>,
    /// How many there are in all.
    pub total: u32,
}

pub(super) fn replicas(desk: &Desk<'_>, ask: &AskReplicas) -> Result<ReplicaPage, Failure> {
    if desk.facts.seat != Seat::Console {
        return Err(Failure::new(FailureCode::NotAllowed, "only headquarters knows other devices"));
    }
    let mut filter = Where::visible(desk, Kind::Replica);
    if let Some(id) = ask.id {
        filter.and_with("\"replica\".id = {}", id.to_string());
    }
    if let Some(id) = ask.user_id {
        filter.and_with("\"replica\".user_id = {}", id.to_string());
    }
    let total = desk.store.number(&format!("SELECT count(*) FROM \"replica\" {}", filter.sql()), &filter.params())?;
    let most = filter.place(limit(ask.limit, 100).min(1000));
    let offset = filter.place(ask.offset);
    let tail = format!("{} ORDER BY name, \"replica\".id LIMIT {most} OFFSET {offset}", filter.sql());
    let found: Vec<Replica> = desk.store.readable(&tail, &filter.params())?;
    let people: BTreeMap<Id, User> = by_ids(desk, found.iter().map(|replica| replica.user_id))?;
    let mut contacts = contacts(desk, &found)?;
    let matters = open_matters(desk, &found)?;
    let cards = found.into_iter().map(|replica| {
        let person = people.get(&replica.user_id);
        ReplicaCard {
            person: person.map(|person| person.name.clone()).unwrap_or_default(),
            person_en: person.map(|person| person.name_en.clone()).unwrap_or_default(),
            contact: contacts.remove(&replica.id),
            attention: matters.get(&replica.id).copied().unwrap_or_default(),
            replica,
        }
    });
    Ok(ReplicaPage { replicas: cards.collect(), total: count(total) })
}

fn contacts(desk: &Desk<'_>, of: &[Replica]) -> Result<BTreeMap<Id, ReplicaContact>, StoreError> {
    let mut found = BTreeMap::new();
    in_lists(of.iter().map(|replica| replica.id), |places, params| {
        let sql = format!(
            "SELECT replica_id, heard_at, waiting, files_waiting, clock_ahead_millis, version FROM replica_contact
             WHERE replica_id IN ({places})"
        );
        found.extend(desk.store.rows(&sql, params, |row| {
            let contact = ReplicaContact {
                version: row.get(5)?,
                heard_at: row.get(1)?,
                waiting: count(row.get(2)?),
                files_waiting: count(row.get(3)?),
                clock_ahead_millis: row.get(4)?,
            };
            Ok((id_at(row, 0)?, contact))
        })?);
        Ok(())
    })?;
    Ok(found)
}

fn open_matters(desk: &Desk<'_>, of: &[Replica]) -> Result<BTreeMap<Id, u32>, StoreError> {
    let visible = desk.visible(Kind::Attention, "\"attention\".id");
    let mut found = BTreeMap::new();
    in_lists(of.iter().map(|replica| replica.id), |places, params| {
        let sql = format!(
            "SELECT replica_id, count(*) FROM \"attention\" WHERE resolved_at IS NULL AND replica_id IN ({places}){visible}
             GROUP BY replica_id"
        );
        found.extend(desk.store.rows(&sql, params, |row| Ok((id_at(row, 0)?, count(row.get(1)?))))?);
        Ok(())
    })?;
    Ok(found)
}
