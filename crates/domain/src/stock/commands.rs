//! What a person can do with parts.

use super::{Part, StockLocation};
use crate::{Decimal, Id};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Uses a part for a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct UsePart {
    /// For which ticket.
    pub ticket_id: Id,
    /// In which step.
    pub step_id: Option<Id>,
    /// Which part.
    pub part_id: Id,
    /// How many; greater than zero.
    #[ts(type = "string")]
    pub quantity: Decimal,
    /// From which place.
    pub from_id: Id,
}

/// Puts a part that was taken for a ticket back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReturnPart {
    /// The movement that used it.
    pub movement_id: Id,
    /// How many; greater than zero.
    #[ts(type = "string")]
    pub quantity: Decimal,
    /// Into which place.
    pub to_id: Id,
}

/// Takes parts in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReceiveStock {
    /// Which part.
    pub part_id: Id,
    /// How many; greater than zero.
    #[ts(type = "string")]
    pub quantity: Decimal,
    /// Into which place.
    pub to_id: Id,
    /// Delivery note, or anything else.
    pub note: String,
}

/// Gives parts out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct IssueStock {
    /// Which part.
    pub part_id: Id,
    /// How many; greater than zero.
    #[ts(type = "string")]
    pub quantity: Decimal,
    /// From which place.
    pub from_id: Id,
    /// To whom, what for.
    pub note: String,
}

/// Moves parts from one place to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TransferStock {
    /// Which part.
    pub part_id: Id,
    /// How many; greater than zero.
    #[ts(type = "string")]
    pub quantity: Decimal,
    /// From which place.
    pub from_id: Id,
    /// Into which place.
    pub to_id: Id,
    /// Anything else.
    pub note: String,
}

/// Puts the ledger right where a count was different. It carries the difference and not the count,
/// so that uses which arrive later still add up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AdjustStock {
    /// Which part.
    pub part_id: Id,
    /// Where.
    pub location_id: Id,
    /// Counted minus known; not zero.
    #[ts(type = "string")]
    pub difference: Decimal,
    /// Why.
    pub reason: String,
}

/// Creates a part, or replaces its record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SavePart {
    /// The whole record.
    pub part: Part,
}

/// Creates a place, or replaces its record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SaveStockLocation {
    /// The whole record.
    pub stock_location: StockLocation,
}
