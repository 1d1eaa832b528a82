//! All tickets by state, for who gives them out.

use super::TicketCard;
use outpost_domain::Id;
use outpost_domain::person::{Region, User};
use outpost_domain::ticket::{TicketState, Urgency};
use outpost_domain::workflow::TicketKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which tickets are there?
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct AskBoard {
    /// Only found by these words.
    pub text: String,
    /// Only of this region.
    pub region_id: Option<Id>,
    /// Only this person's.
    pub engineer_id: Option<Id>,
    /// Only of this kind.
    pub ticket_kind: Option<TicketKind>,
    /// Only this soon.
    pub urgency: Option<Urgency>,
    /// How many per column at most; 0 for 100.
    pub limit: u32,
}

/// Tickets in one state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct BoardColumn {
    /// The state.
    pub state: TicketState,
    /// How many there are.
    pub total: u32,
    /// The first of them.
    pub cards: Vec<TicketCard>,
}

/// A person who can be given tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Crew {
    /// Who.
    pub user: User,
    /// How many tickets they have that are not closed.
    pub load: u32,
}

/// All tickets by state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Board {
    /// One column per state, in their order.
    pub columns: Vec<BoardColumn>,
    /// Who can be given tickets.
    pub crew: Vec<Crew>,
    /// The regions that the person may see.
    pub regions: Vec<Region>,
}

pub(super) fn board(_desk: &crate::Desk<'_>, _ask: &AskBoard) -> Result<Board, crate::Failure> { todo!() }
