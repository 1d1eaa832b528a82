//! Who is here, and what they may do.

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

pub(super) fn session(_desk: &crate::Desk<'_>, _ask: &AskSession) -> Result<Session, crate::Failure> { todo!() }
