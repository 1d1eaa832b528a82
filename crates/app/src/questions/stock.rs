//! Parts and how many there are where.

use super::MovementView;
use outpost_domain::device::Tag;
use outpost_domain::stock::{Part, StockLocation};
use outpost_domain::{Decimal, Id, Instant};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How many of each part are there?
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct AskStock {
    /// Only in this place; otherwise in all that the person may see.
    pub location_id: Option<Id>,
    /// Only parts found by these words.
    pub text: String,
    /// Only parts below their minimum.
    pub below_minimum: bool,
    /// Only parts of which there are some.
    pub in_stock: bool,
    /// First row.
    pub offset: u32,
    /// How many rows at most; 0 for 100.
    pub limit: u32,
}

/// One part with how many there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StockRow {
    /// The part.
    pub part: Part,
    /// In the asked place, or in all.
    #[ts(type = "string")]
    pub quantity: Decimal,
    /// In the asking person's van.
    #[ts(type = "string")]
    pub in_van: Decimal,
    /// In how many places there are some.
    pub places: u32,
    /// Whether the asked quantity is below the minimum.
    pub below_minimum: bool,
}

/// A page of the stock list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StockPage {
    /// The rows, by part number.
    pub rows: Vec<StockRow>,
    /// How many rows there are in all.
    pub total: u32,
    /// The places that the person may see: own van first, then warehouses, then the others.
    pub locations: Vec<StockLocation>,
}

/// One part with all that belongs to it?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskPart {
    /// Which.
    pub id: Id,
    /// How many movements at most; 0 for 100.
    pub movements: u32,
}

/// How many of a part are in one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LevelView {
    /// Where.
    pub location: StockLocation,
    /// How many.
    #[ts(type = "string")]
    pub quantity: Decimal,
    /// When it last changed.
    #[ts(type = "number")]
    pub changed_at: Instant,
    /// When this machine last heard of it: how old the knowledge is. None at headquarters.
    #[ts(type = "number | null")]
    pub known_at: Option<Instant>,
    /// Whether it is the asking person's van.
    pub own_van: bool,
}

/// One part with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PartView {
    /// The part, with all places together.
    pub row: StockRow,
    /// Level by place: own van first, then by quantity.
    pub levels: Vec<LevelView>,
    /// The ledger, newest first.
    pub movements: Vec<MovementView>,
    /// Its tags.
    pub tags: Vec<Tag>,
}

pub(super) fn stock(_desk: &crate::Desk<'_>, _ask: &AskStock) -> Result<StockPage, crate::Failure> { todo!() }

pub(super) fn part(_desk: &crate::Desk<'_>, _ask: &AskPart) -> Result<PartView, crate::Failure> { todo!() }
