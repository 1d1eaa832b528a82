//! What a person can do with parts.

use super::{Part, StockLocation};
use crate::{Id, Instant, Quantity, Travels};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Uses a part for a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct UsePart {
    /// For which ticket.
    pub ticket_id: Id,
    /// In which step.
    pub step_id: Option<Id>,
    /// Which part.
    pub part_id: Id,
    /// How many; greater than zero.
    #[ts(type = "string")]
    pub quantity: Quantity,
    /// From which place.
    pub from_id: Id,
}

/// Puts a part that was taken for a ticket back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct ReturnPart {
    /// The movement that used it.
    pub movement_id: Id,
    /// How many; greater than zero.
    #[ts(type = "string")]
    pub quantity: Quantity,
    /// Into which place.
    pub to_id: Id,
}

/// Takes parts in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct ReceiveStock {
    /// Which part.
    pub part_id: Id,
    /// How many; greater than zero.
    #[ts(type = "string")]
    pub quantity: Quantity,
    /// Into which place.
    pub to_id: Id,
    /// Delivery note, or anything else.
    pub note: String,
}

/// Gives parts out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct IssueStock {
    /// Which part.
    pub part_id: Id,
    /// How many; greater than zero.
    #[ts(type = "string")]
    pub quantity: Quantity,
    /// From which place.
    pub from_id: Id,
    /// To whom, what for.
    pub note: String,
}

/// Moves parts from one place to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct TransferStock {
    /// Which part.
    pub part_id: Id,
    /// How many; greater than zero.
    #[ts(type = "string")]
    pub quantity: Quantity,
    /// From which place.
    pub from_id: Id,
    /// Into which place.
    pub to_id: Id,
    /// Anything else.
    pub note: String,
}

/// Puts the ledger right by a difference: what was booked by mistake, broken, or found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct AdjustStock {
    /// Which part.
    pub part_id: Id,
    /// Where.
    pub location_id: Id,
    /// What is there minus what is booked; not zero.
    #[ts(type = "string")]
    pub difference: Quantity,
    /// Why.
    pub reason: String,
}

/// Says how many there were when somebody counted. What happened before that moment and arrives later is in the count
/// already; what happens after it adds up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct CountStock {
    /// Which part.
    pub part_id: Id,
    /// Where.
    pub location_id: Id,
    /// How many; zero or more.
    #[ts(type = "string")]
    pub counted: Quantity,
    /// When they were counted, which may be a while before it was confirmed.
    #[ts(type = "number")]
    pub counted_at: Instant,
    /// After what they were counted, which no clock can make untrue; none where that was not noted.
    #[serde(default)]
    pub after: Option<Stand>,
    /// Anything else.
    pub note: String,
}

/// How far somebody had come: what they knew, and what they had done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, Travels)]
pub struct Stand {
    /// The newest commit of headquarters that they had been told of.
    #[ts(type = "number")]
    pub revision: i64,
    /// The place of the last command that was given on that replica; 0 at headquarters.
    #[ts(type = "number")]
    pub seq: i64,
}

/// Creates a part, or changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct SavePart {
    /// As it is to be.
    pub part: Part,
    /// As the person saw it; none for a new one. What is the same in both stays as it is by then.
    pub from: Option<Part>,
}

/// Creates a place, or changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct SaveStockLocation {
    /// As it is to be.
    pub stock_location: StockLocation,
    /// As the person saw it; none for a new one. What is the same in both stays as it is by then.
    pub from: Option<StockLocation>,
}
