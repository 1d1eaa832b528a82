//! Spare parts: the catalogue, the places, and the ledger of movements from which the levels follow.

mod commands;
mod rules;

pub use commands::*;
pub(crate) use rules::{
    adjust_stock, count_stock, issue_stock, receive_stock, return_part, save_part, save_stock_location, transfer_stock,
    use_part,
};

use crate::choice::choice;
use crate::{Id, Instant, Quantity, Record, derive};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A catalogue item that is used up or fitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(everybody, order = "number")]
pub struct Part {
    /// Its name in the database.
    pub id: Id,
    /// Catalogue number.
    #[record(detail, most = 60, filled)]
    pub number: String,
    /// Name in the company's language.
    #[record(title, most = 120, filled)]
    pub name: String,
    /// Name in English; may be empty.
    #[record(most = 120)]
    pub name_en: String,
    /// What it is counted in: pcs, m, l, kg.
    #[record(most = 12, filled)]
    pub unit: String,
    /// Group in the catalogue.
    #[record(found, most = 60)]
    pub category: String,
    /// What all places together should not fall below.
    #[ts(type = "string")]
    pub minimum: Quantity,
}

/// More than anybody moves at once, in any unit: a number beyond it is a code that a scanner typed, or a slip.
pub const MOST_AT_ONCE: i64 = 1_000_000;

/// The units of what is measured and can be split, in lower case. Everything else is counted in whole pieces, whatever a
/// company calls them.
const MEASURED: &[&str] = &[
    "m",
    "cm",
    "mm",
    "km",
    "m2",
    "m²",
    "m3",
    "m³",
    "kg",
    "g",
    "mg",
    "t",
    "l",
    "ml",
    "h",
    "min",
    "ft",
    "in",
    "lb",
    "oz",
    "gal",
    "米",
    "厘米",
    "毫米",
    "公里",
    "平方米",
    "平米",
    "立方米",
    "方",
    "千克",
    "公斤",
    "克",
    "斤",
    "吨",
    "升",
    "毫升",
    "小时",
    "分钟",
];

/// Whether a unit is counted in whole pieces.
pub fn is_counted_whole(unit: &str) -> bool {
    let unit = unit.trim().to_lowercase();
    !MEASURED.contains(&unit.as_str())
}

choice! {
    /// What kind of place.
    StockLocationKind {
        /// A warehouse.
        Warehouse = "warehouse";
        /// An engineer's van.
        Van = "van";
        /// A bin in a warehouse.
        Bin = "bin";
        /// A store of one project.
        Project = "project";
    }
}

/// A place where parts are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "location_kind DESC, name")]
pub struct StockLocation {
    /// Its name in the database.
    pub id: Id,
    /// What kind of place.
    pub location_kind: StockLocationKind,
    /// Name in the company's language.
    #[record(title, most = 120, filled)]
    pub name: String,
    /// Name in English; may be empty.
    #[record(most = 120)]
    pub name_en: String,
    /// The region whose people see it.
    #[record(of = Region, lies)]
    pub region_id: Id,
    /// The place that it is in.
    #[record(of = StockLocation)]
    pub parent_id: Option<Id>,
    /// Degrees north, WGS 84.
    pub latitude: Option<f64>,
    /// Degrees east, WGS 84.
    pub longitude: Option<f64>,
}

choice! {
    /// Why parts moved.
    MovementKind {
        /// Came in.
        Receive = "receive";
        /// Given out.
        Issue = "issue";
        /// From one place to another.
        Transfer = "transfer";
        /// Used for a ticket.
        Use = "use";
        /// Came back from a ticket.
        Return = "return";
        /// The count was different.
        Adjust = "adjust";
    }
}

/// One entry of the ledger; never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "occurred_at DESC")]
pub struct StockMovement {
    /// Its name in the database: the id of the command.
    pub id: Id,
    /// Why.
    pub movement_kind: MovementKind,
    /// Of what.
    #[record(of = Part)]
    pub part_id: Id,
    /// Out of which place.
    #[record(of = StockLocation, lies)]
    pub from_id: Option<Id>,
    /// Into which place.
    #[record(of = StockLocation, lies)]
    pub to_id: Option<Id>,
    /// How many; greater than zero, or zero where a count agreed with the books.
    #[ts(type = "string")]
    pub quantity: Quantity,
    /// Delivery note, reason, or anything else.
    pub note: String,
    /// The movement that this one takes back, in part or whole.
    #[record(of = StockMovement)]
    pub of_id: Option<Id>,
    /// Of a use: how many have come back since. The rest of an entry never changes.
    #[ts(type = "string")]
    pub returned: Quantity,
    /// For which ticket.
    #[record(of = Ticket, lies)]
    pub ticket_id: Option<Id>,
    /// In which step.
    #[record(of = Step)]
    pub step_id: Option<Id>,
    /// On which device.
    #[record(of = Device)]
    pub device_id: Option<Id>,
    /// Who.
    #[record(of = User)]
    pub actor_id: Id,
    /// When it happened, by the clock of the replica.
    #[ts(type = "number")]
    pub occurred_at: Instant,
    /// When headquarters heard of it; none as long as it has not.
    #[ts(type = "number | null")]
    pub received_at: Option<Instant>,
}

/// How many of a part are in a place: the sum of its movements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "part_id, location_id")]
pub struct StockLevel {
    /// Its name in the database: `derive(location_id, part_id as text)`.
    pub id: Id,
    /// Of what.
    #[record(of = Part)]
    pub part_id: Id,
    /// Where.
    #[record(of = StockLocation, lies)]
    pub location_id: Id,
    /// How many; below zero if more was used than was known to be there.
    #[ts(type = "string")]
    pub quantity: Quantity,
    /// When it last changed.
    #[ts(type = "number")]
    pub changed_at: Instant,
    /// When somebody last counted; what happened before that and arrives later changes nothing here.
    #[ts(type = "number | null")]
    pub counted_at: Option<Instant>,
}

/// The name of the level of a part in a place.
pub fn level_id(part_id: Id, location_id: Id) -> Id {
    derive(location_id, part_id.to_string().as_str())
}
