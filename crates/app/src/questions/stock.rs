//! Parts and how many there are where.

use super::lookup::{Where, by_ids, count, id_at, limit, need};
use super::movements::movement_views;
use super::stock_rows::{levels_of, stock_rows, sums};
use super::{MovementView, Seat};
use crate::{Desk, Failure};
use outpost_domain::device::Tag;
use outpost_domain::stock::{Part, Stand, StockLevel, StockLocation, StockLocationKind};
use outpost_domain::{Id, Instant, Kind, Quantity};
use outpost_store::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
    pub quantity: Quantity,
    /// In the asking person's van.
    #[ts(type = "string")]
    pub in_van: Quantity,
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
    pub quantity: Quantity,
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
    /// How far this replica had come when it answered: what is counted from now on is counted after that.
    pub stand: Stand,
}

pub(super) fn stock(desk: &Desk<'_>, ask: &AskStock) -> Result<StockPage, Failure> {
    let mut filter = Where::visible(desk, Kind::Part);
    filter.and_found(desk, &[(Kind::Part, "part.id")], &ask.text);
    let levels = levels_of(desk, "part.id", ask.location_id);
    let sum = format!("(SELECT coalesce(sum(level.quantity), 0) {levels})");
    if ask.below_minimum {
        filter.and(&format!("{sum} < part.minimum"));
    }
    if ask.in_stock {
        filter.and(&format!("{sum} > 0"));
    }
    if ask.below_minimum || ask.in_stock {
        // All of the catalogue has to be looked at; once is enough.
        let sql = format!("SELECT part.id FROM part {} ORDER BY part.number, part.id", filter.sql());
        let all = desk.store.rows(&sql, &filter.params(), |row| id_at(row, 0))?;
        let page = all.iter().skip(ask.offset as usize).take(limit(ask.limit, 100) as usize);
        let mut parts: BTreeMap<Id, Part> = by_ids(desk, page.clone().copied())?;
        let rows = stock_rows(desk, page.filter_map(|id| parts.remove(id)).collect(), ask.location_id)?;
        return Ok(StockPage { rows, total: count(all.len() as i64), locations: locations(desk)? });
    }
    let total = desk.store.number(&format!("SELECT count(*) FROM part {}", filter.sql()), &filter.params())?;
    let (limit, offset) = (filter.place(limit(ask.limit, 100)), filter.place(ask.offset));
    let tail = format!("{} ORDER BY part.number, part.id LIMIT {limit} OFFSET {offset}", filter.sql());
    let parts = desk.store.readable(&tail, &filter.params())?;
    let rows = stock_rows(desk, parts, ask.location_id)?;
    Ok(StockPage { rows, total: count(total), locations: locations(desk)? })
}

/// The places that the person may see: own van first, then warehouses, then the others.
fn locations(desk: &Desk<'_>) -> Result<Vec<StockLocation>, StoreError> {
    let van_id = desk.user()?.and_then(|user| user.van_id);
    let filter = Where::visible(desk, Kind::StockLocation);
    let mut places: Vec<StockLocation> = desk.store.readable(&format!("{} ORDER BY name, id", filter.sql()), &[])?;
    places.sort_by_key(|place| match place.location_kind {
        _ if van_id == Some(place.id) => 0,
        StockLocationKind::Warehouse => 1,
        StockLocationKind::Bin => 2,
        StockLocationKind::Project => 3,
        StockLocationKind::Van => 4,
        StockLocationKind::Newer(_) => 5,
    });
    Ok(places)
}

pub(super) fn part(desk: &Desk<'_>, ask: &AskPart) -> Result<PartView, Failure> {
    let part: Part = need(desk, ask.id)?;
    let mut moved = Where::visible(desk, Kind::StockMovement);
    moved.and_with("part_id = {}", ask.id.to_string());
    let most = moved.place(limit(ask.movements, 100));
    let tail = format!("{} ORDER BY occurred_at DESC, id DESC LIMIT {most}", moved.sql());
    let movements = desk.store.readable(&tail, &moved.params())?;
    Ok(PartView {
        row: stock_row(desk, part)?,
        levels: levels(desk, ask.id)?,
        movements: movement_views(desk, movements)?,
        tags: tags(desk, ask.id)?,
        stand: desk.facts.stand,
    })
}

/// The row of one part, with all places together.
pub(super) fn stock_row(desk: &Desk<'_>, part: Part) -> Result<StockRow, StoreError> {
    let sum = sums(desk, [part.id], None)?.remove(&part.id).unwrap_or_default();
    Ok(sum.row(part))
}

/// The tags that stand for a thing.
pub(super) fn tags(desk: &Desk<'_>, target_id: Id) -> Result<Vec<Tag>, StoreError> {
    let mut filter = Where::visible(desk, Kind::Tag);
    filter.and_with("target_id = {}", target_id.to_string());
    desk.store.readable(&format!("{} ORDER BY code", filter.sql()), &filter.params())
}

fn levels(desk: &Desk<'_>, part_id: Id) -> Result<Vec<LevelView>, StoreError> {
    let van_id = desk.user()?.and_then(|user| user.van_id);
    let known_at = desk.facts.sync.synced_at.filter(|_| desk.facts.seat == Seat::Field);
    let mut filter = Where::visible(desk, Kind::StockLevel);
    filter.and_with("part_id = {}", part_id.to_string());
    let levels: Vec<StockLevel> = desk.store.readable(filter.sql(), &filter.params())?;
    let mut places: BTreeMap<Id, StockLocation> = by_ids(desk, levels.iter().map(|level| level.location_id))?;
    let view = |level: StockLevel| {
        Some(LevelView {
            location: places.remove(&level.location_id)?,
            quantity: level.quantity,
            changed_at: level.changed_at,
            known_at,
            own_van: van_id == Some(level.location_id),
        })
    };
    let mut views: Vec<LevelView> = levels.into_iter().filter_map(view).collect();
    views.sort_by(|one, other| {
        let by_quantity = other.quantity.cmp(&one.quantity);
        other.own_van.cmp(&one.own_van).then(by_quantity).then_with(|| one.location.name.cmp(&other.location.name))
    });
    Ok(views)
}
