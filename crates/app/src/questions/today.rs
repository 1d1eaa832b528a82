//! What one person has to do today, and whether this device is ready for it.

use super::{Position, TicketCard};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is mine, in order?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskToday {
    /// Where the device is, for distances.
    pub position: Option<Position>,
}

/// One person's work, in the order in which to do it: begun first, then by plan, urgency and limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Today {
    /// My tickets that are not closed.
    pub mine: Vec<TicketCard>,
    /// Nobody's tickets in my region, at most 50.
    pub unassigned: Vec<TicketCard>,
    /// My tickets that were closed since midnight, local time of the device.
    pub done_today: Vec<TicketCard>,
    /// How many things are missing before leaving.
    pub missing: u32,
}

/// Is everything on this device that today's visits need?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskReady {}

/// What is looked at before leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReadyCheck {
    /// Nothing waits to be sent. `value`: how many commands do.
    Sent,
    /// Headquarters was heard recently. `value`: minutes since; empty if never.
    Fresh,
    /// Site and device of each ticket are on this device. `value`: what is missing.
    Data,
    /// The usual parts of each device are in the van. `value`: what is missing.
    Parts,
    /// There is room for photos. `value`: megabytes free.
    Room,
    /// Nothing needs attention. `value`: how many matters do.
    Attention,
}

/// One line of the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReadyLine {
    /// What was looked at.
    pub check: ReadyCheck,
    /// Whether it is as it should be.
    pub fine: bool,
    /// What stands in the sentence; see [`ReadyCheck`].
    pub value: String,
    /// The ticket it is about, if one.
    pub ticket_id: Option<outpost_domain::Id>,
    /// That ticket's number.
    pub ticket_number: Option<String>,
}

/// Whether this device is ready to leave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Ready {
    /// All lines, the ones that are not fine first.
    pub lines: Vec<ReadyLine>,
}

pub(super) fn today(_desk: &crate::Desk<'_>, _ask: &AskToday) -> Result<Today, crate::Failure> { todo!() }

pub(super) fn ready(_desk: &crate::Desk<'_>, _ask: &AskReady) -> Result<Ready, crate::Failure> { todo!() }
