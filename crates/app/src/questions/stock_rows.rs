//! Sums of stock levels, which the database adds up.

use super::StockRow;
use super::lookup::{id_at, in_lists};
use crate::Desk;
use outpost_domain::stock::Part;
use outpost_domain::{Id, Kind, Quantity};
use outpost_store::StoreError;
use std::collections::HashMap;

/// How many of one part there are.
#[derive(Default)]
pub(super) struct Sum {
    /// In the asked place, or in all.
    quantity: Quantity,
    in_van: Quantity,
    /// In how many places there are some.
    places: u32,
}

impl Sum {
    /// The row of the part.
    pub(super) fn row(self, part: Part) -> StockRow {
        let Sum { quantity, in_van, places } = self;
        StockRow { quantity, in_van, places, below_minimum: quantity < part.minimum, part }
    }
}

/// The levels of a part that the asking person may see, in the asked place or in all: as SQL, for the sum of a column of `level`.
pub(super) fn levels_of(desk: &Desk<'_>, part: &str, location_id: Option<Id>) -> String {
    // An id is a UUID; as text in the statement it leaves the places to the parts.
    let there = location_id.map(|id| format!(" AND level.location_id = '{id}'")).unwrap_or_default();
    let visible = desk.visible(Kind::StockLevel, "level.id");
    format!("FROM stock_level level WHERE level.part_id = {part}{there}{visible}")
}

/// The sums of these parts, in the asked place or in all together; none of which there are no levels.
pub(super) fn sums(
    desk: &Desk<'_>,
    part_ids: impl IntoIterator<Item = Id>,
    location_id: Option<Id>,
) -> Result<HashMap<Id, Sum>, StoreError> {
    let of_place = |place: Option<Id>| match place {
        Some(id) => format!("sum(CASE WHEN location_id = '{id}' THEN quantity ELSE 0 END)"),
        None => "0".to_owned(),
    };
    let asked = location_id.map_or_else(|| "sum(quantity)".to_owned(), |id| of_place(Some(id)));
    let in_van = of_place(desk.user()?.and_then(|user| user.van_id));
    let visible = desk.visible(Kind::StockLevel, "stock_level.id");
    let mut sums = HashMap::new();
    in_lists(part_ids, |places, params| {
        // One engine's sum of integers is wider than an integer.
        let sql = format!(
            "SELECT part_id, CAST({asked} AS BIGINT), CAST({in_van} AS BIGINT), sum(CASE WHEN quantity > 0 THEN 1 ELSE 0 END)
             FROM stock_level WHERE part_id IN ({places}){visible} GROUP BY part_id"
        );
        sums.extend(desk.store.rows(&sql, params, |row| {
            let quantity = |place: usize| row.get::<i64>(place).map(Quantity::from_millionths);
            let places = row.get::<i64>(3)?.try_into().unwrap_or(u32::MAX);
            Ok((id_at(row, 0)?, Sum { quantity: quantity(1)?, in_van: quantity(2)?, places }))
        })?);
        Ok(())
    })?;
    Ok(sums)
}

/// The rows of these parts, in their order.
pub(super) fn stock_rows(
    desk: &Desk<'_>,
    parts: Vec<Part>,
    location_id: Option<Id>,
) -> Result<Vec<StockRow>, StoreError> {
    let mut sums = sums(desk, parts.iter().map(|part| part.id), location_id)?;
    Ok(parts.into_iter().map(|part| sums.remove(&part.id).unwrap_or_default().row(part)).collect())
}
