//! Sums of stock levels. Quantities are decimals as text, so they are added here and never by the database.

use super::StockRow;
use super::lookup::{id_at, in_lists};
use crate::Desk;
use outpost_domain::stock::Part;
use outpost_domain::{Decimal, Id, Kind};
use outpost_store::{Row, StoreError, ToSql};
use std::collections::HashMap;

/// How many of one part there are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    /// In the asked place, or in all.
    pub(super) quantity: Decimal,
    in_van: Decimal,
    places: u32,
}

/// Adds up levels of many parts.
pub(super) struct Sums {
    location_id: Option<Id>,
    van_id: Option<Id>,
    visible: String,
    by_part: HashMap<Id, Sum>,
}

impl Sums {
    /// Nothing yet, to become the quantities of the asked place, or of all places.
    pub(super) fn new(desk: &Desk<'_>, location_id: Option<Id>) -> Result<Sums, StoreError> {
        Ok(Sums {
            location_id,
            van_id: desk.user()?.and_then(|user| user.van_id),
            visible: desk.visible(Kind::StockLevel, "stock_level.id"),
            by_part: HashMap::new(),
        })
    }

    /// Adds what there is of these parts, everywhere.
    pub(super) fn add_parts(&mut self, desk: &Desk<'_>, ids: impl IntoIterator<Item = Id>) -> Result<(), StoreError> {
        in_lists(ids, |places, params| self.add(desk, &format!("part_id IN ({places})"), params))
    }

    /// Adds what there is of every part: in the asked place only, if one was asked for.
    pub(super) fn add_all(&mut self, desk: &Desk<'_>) -> Result<(), StoreError> {
        match self.location_id {
            Some(location_id) => self.add(desk, "location_id = $1", &[&location_id.to_string()]),
            None => self.add(desk, "1 = 1", &[]),
        }
    }

    fn add(&mut self, desk: &Desk<'_>, condition: &str, params: &[&dyn ToSql]) -> Result<(), StoreError> {
        let visible = &self.visible;
        let sql = format!("SELECT part_id, location_id, quantity FROM stock_level WHERE {condition}{visible}");
        for (part_id, place_id, quantity) in desk.store.rows(&sql, params, level)? {
            let sum = self.by_part.entry(part_id).or_default();
            if self.location_id.is_none_or(|asked| asked == place_id) {
                sum.quantity = sum.quantity.saturating_add(quantity);
            }
            if self.van_id == Some(place_id) {
                sum.in_van = sum.in_van.saturating_add(quantity);
            }
            sum.places += u32::from(quantity > Decimal::ZERO);
        }
        Ok(())
    }

    /// What was added of one part.
    pub(super) fn of(&self, part_id: Id) -> Sum {
        self.by_part.get(&part_id).copied().unwrap_or_default()
    }

    /// The row of a part.
    pub(super) fn row(&self, part: Part) -> StockRow {
        let sum = self.of(part.id);
        StockRow {
            quantity: sum.quantity.normalize(),
            in_van: sum.in_van.normalize(),
            places: sum.places,
            below_minimum: sum.quantity < part.minimum,
            part,
        }
    }
}

fn level(row: &Row<'_>) -> Result<(Id, Id, Decimal), StoreError> {
    // A quantity that is no number would be a fault of ours; it must not hide the others.
    let quantity = row.get::<String>(2)?.parse().unwrap_or_default();
    Ok((id_at(row, 0)?, id_at(row, 1)?, quantity))
}

/// The rows of these parts, in their order, with all places together.
pub(super) fn stock_rows(
    desk: &Desk<'_>,
    parts: Vec<Part>,
    location_id: Option<Id>,
) -> Result<Vec<StockRow>, StoreError> {
    let mut sums = Sums::new(desk, location_id)?;
    sums.add_parts(desk, parts.iter().map(|part| part.id))?;
    Ok(parts.into_iter().map(|part| sums.row(part)).collect())
}
