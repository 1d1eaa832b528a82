//! Who is here, and what they may do.

use super::lookup::Where;
use crate::{Desk, Failure};
use outpost_domain::Kind;
use outpost_domain::person::{Region, Replica, Right, Role, User};
use outpost_domain::stock::StockLocation;
use outpost_domain::workflow::Workflow;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who is here?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskSession {}

/// Where a screen runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// On a replica that belongs to one person.
    Field,
    /// At headquarters, signed in.
    Console,
    /// On a replica that nobody has enrolled yet.
    Unenrolled,
    /// At headquarters, not signed in.
    SignedOut,
    /// The database of this replica is damaged. Only `rescue` works.
    Damaged,
}

/// Who is here. The optional ones are there in the seats `field` and `console`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Session {
    /// Where this runs.
    pub seat: Seat,
    /// The company's name.
    pub company: String,
    /// The address of headquarters.
    pub headquarters: String,
    /// Who.
    pub user: Option<User>,
    /// Their role.
    pub role: Option<Role>,
    /// What they may do.
    pub rights: Vec<Right>,
    /// Their region.
    pub region: Option<Region>,
    /// Their van.
    pub van: Option<StockLocation>,
    /// The replica, in the seat `field`.
    pub replica: Option<Replica>,
    /// The workflows that new tickets may take.
    pub workflows: Vec<Workflow>,
    /// Of the program.
    pub version: String,
}

impl Session {
    /// Where nobody is known: signed out, or over a database that cannot be used.
    pub fn of_nobody(seat: Seat, company: String, headquarters: String) -> Session {
        Session {
            seat,
            company,
            headquarters,
            user: None,
            role: None,
            rights: Vec::new(),
            region: None,
            van: None,
            replica: None,
            workflows: Vec::new(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

pub(super) fn session(desk: &Desk<'_>, _ask: &AskSession) -> Result<Session, Failure> {
    let facts = desk.facts;
    let signed_in = matches!(facts.seat, Seat::Field | Seat::Console);
    let user = if signed_in { desk.user()? } else { None };
    // Everything here is the person's own, so it is read without asking what they may see.
    let role: Option<Role> = user.as_ref().map_or(Ok(None), |user| desk.store.get(user.role_id))?;
    let replica_id = facts.replica_id.filter(|_| facts.seat == Seat::Field);
    Ok(Session {
        seat: facts.seat,
        company: facts.company.clone(),
        headquarters: facts.headquarters.clone(),
        rights: role.as_ref().map(|role| role.rights.clone()).unwrap_or_default(),
        role,
        region: user.as_ref().map_or(Ok(None), |user| desk.store.get(user.region_id))?,
        van: user.as_ref().and_then(|user| user.van_id).map_or(Ok(None), |id| desk.store.get(id))?,
        replica: replica_id.map_or(Ok(None), |id| desk.store.get(id))?,
        workflows: if signed_in { workflows(desk)? } else { Vec::new() },
        user,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// The newest version that new tickets may take, of each workflow.
fn workflows(desk: &Desk<'_>) -> Result<Vec<Workflow>, Failure> {
    let mut active = Where::visible(desk, Kind::Workflow);
    active.and_with("active = {}", true);
    let tail = format!("{} ORDER BY \"key\", version DESC", active.sql());
    let mut newest: Vec<Workflow> = desk.store.readable(&tail, &active.params())?;
    newest.dedup_by(|later, first| later.key == first.key);
    Ok(newest)
}
