//! Versioned definitions of what a ticket's work consists of. A version never changes; a ticket names its own.

use crate::{Decimal, Id};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a step asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DemandKind {
    /// A number with a unit.
    Reading,
    /// Photos.
    Photo,
    /// Parts used.
    Part,
    /// A text.
    Note,
    /// A signature.
    Signature,
    /// A tick: "I have done this".
    Confirm,
}

/// One thing that a step asks for before it is complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
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

/// What a ticket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    /// Something is broken.
    Repair,
    /// Something new is fitted.
    Installation,
    /// Something is kept well.
    Maintenance,
}

/// One version of a definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
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
