//! Versioned definitions of what a ticket's work consists of. A version never changes; a ticket names its own.

use crate::choice::choice;
use crate::{Decimal, Id, Record, Travels};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

choice! {
    /// What a step asks for.
    DemandKind {
        /// A number with a unit.
        Reading = "reading";
        /// Photos.
        Photo = "photo";
        /// Parts used.
        Part = "part";
        /// A text.
        Note = "note";
        /// A signature.
        Signature = "signature";
        /// A tick: "I have done this".
        Confirm = "confirm";
    }
}

/// One thing that a step asks for before it is complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct Demand {
    /// Its name within the node.
    pub key: String,
    /// What it asks for.
    pub kind: DemandKind,
    /// Name in the company's language.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Of a reading; empty otherwise.
    pub unit: String,
    /// The least plausible reading.
    #[ts(type = "string | null")]
    pub minimum: Option<Decimal>,
    /// The greatest plausible reading.
    #[ts(type = "string | null")]
    pub maximum: Option<Decimal>,
    /// How many are needed; 0 makes it optional.
    pub count: u32,
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct Node {
    /// Its name within the workflow.
    pub key: String,
    /// Name in the company's language.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// What it asks for, in order.
    pub demands: Vec<Demand>,
    /// Keys of the roles that may do it; empty for whoever works the ticket.
    pub role_keys: Vec<String>,
    /// How long it should take at most.
    pub limit_minutes: Option<u32>,
}

choice! {
    /// What a ticket is for.
    TicketKind {
        /// Something is broken.
        Repair = "repair";
        /// Something new is fitted.
        Installation = "installation";
        /// Something is kept well.
        Maintenance = "maintenance";
    }
}

/// One version of a definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(everybody, order = "\"key\", version DESC")]
pub struct Workflow {
    /// Its name in the database; another version has another.
    pub id: Id,
    /// What all versions have in common.
    pub key: String,
    /// Counts from 1.
    pub version: u32,
    /// Name in the company's language.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// What its tickets are for.
    pub ticket_kind: TicketKind,
    /// The steps in order.
    pub nodes: Vec<Node>,
    /// Whether new tickets may take it.
    pub active: bool,
}

impl Workflow {
    /// The node with this key.
    pub fn node(&self, key: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.key == key)
    }
}
