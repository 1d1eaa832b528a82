//! What needs a person.

use outpost_domain::attention::Attention;
use outpost_domain::{Command, Id};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What needs me?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskAttention {
    /// Also what was looked at already.
    pub resolved: bool,
}

/// One matter with what its sentence needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AttentionCard {
    /// The matter.
    pub attention: Attention,
    /// Number of the ticket.
    pub ticket_number: String,
    /// Title of the ticket.
    pub ticket_title: String,
    /// Who gave the command.
    pub actor_name: String,
    /// The command itself, where this machine has it; it can be given again.
    pub command: Option<Command>,
    /// The part it is about, if one.
    pub part_id: Option<Id>,
}

/// What needs a person, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AttentionList {
    /// The matters.
    pub cards: Vec<AttentionCard>,
}

pub(super) fn attention(_desk: &crate::Desk<'_>, _ask: &AskAttention) -> Result<AttentionList, crate::Failure> { todo!() }
