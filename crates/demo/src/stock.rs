//! Stock locations, and how the parts got there.

use crate::calendar::{Calendar, MINUTE};
use crate::id;
use crate::ledger::Ledger;
use crate::models::MODELS;
use crate::parts::part_id;
use crate::people::{City, Person, engineers, person, region_id};
use outpost_domain::stock::{
    AdjustStock, IssueStock, Part, ReceiveStock, StockLocation, StockLocationKind, TransferStock,
};
use outpost_domain::{Id, Instant, Quantity};
use std::collections::{BTreeMap, BTreeSet};

/// The part that the demo's first engineer lacks for one of today's visits.
pub(crate) const LACKING: (&str, &str) = ("li.wei", "SDR-102");

/// The day on which the warehouses were filled, and the one after it the vans.
const FILLED_ON: i64 = -63;

/// What a ticket took from a van.
pub(crate) struct Taken {
    pub(crate) engineer: &'static Person,
    pub(crate) part_id: Id,
    pub(crate) quantity: Quantity,
    pub(crate) at: Instant,
}

/// A warehouse as the table describes it.
struct Warehouse {
    city: City,
    name: &'static str,
    name_en: &'static str,
    clerk: &'static str,
    latitude: f64,
    longitude: f64,
    /// How many of a hundred parts it keeps.
    breadth: usize,
}

const WAREHOUSES: &[Warehouse] = &[
    Warehouse {
        city: City::Beijing,
        name: "北京中心仓",
        name_en: "Beijing warehouse",
        clerk: "wang.fang",
        latitude: 39.8021,
        longitude: 116.5062,
        breadth: 92,
    },
    Warehouse {
        city: City::Tianjin,
        name: "天津仓",
        name_en: "Tianjin warehouse",
        clerk: "wang.fang",
        latitude: 39.0853,
        longitude: 117.3205,
        breadth: 45,
    },
    Warehouse {
        city: City::Shenzhen,
        name: "深圳中心仓",
        name_en: "Shenzhen warehouse",
        clerk: "he.jing",
        latitude: 22.6329,
        longitude: 114.1302,
        breadth: 85,
    },
];

impl Warehouse {
    fn id(&self) -> Id {
        id(&format!("warehouse {}", self.name_en))
    }

    /// The one from which the vans of a city are filled.
    fn of(city: City) -> &'static Warehouse {
        match city {
            City::Beijing => &WAREHOUSES[0],
            City::Tianjin => &WAREHOUSES[1],
            City::Shenzhen | City::Guangzhou => &WAREHOUSES[2],
        }
    }
}

/// Three warehouses and six vans.
pub(crate) fn locations() -> Vec<StockLocation> {
    let warehouse = |warehouse: &Warehouse| StockLocation {
        id: warehouse.id(),
        location_kind: StockLocationKind::Warehouse,
        name: warehouse.name.into(),
        name_en: warehouse.name_en.into(),
        region_id: region_id(warehouse.city.region()),
        parent_id: None,
        latitude: Some(warehouse.latitude),
        longitude: Some(warehouse.longitude),
    };
    let van = |(person, city): (&Person, City)| StockLocation {
        id: person.van_id(),
        location_kind: StockLocationKind::Van,
        name: format!("{}的服务车", person.name),
        name_en: format!("{}'s van", person.name_en),
        region_id: region_id(city.region()),
        parent_id: None,
        latitude: None,
        longitude: None,
    };
    WAREHOUSES.iter().map(warehouse).chain(engineers().map(van)).collect()
}

/// One filling of a van.
struct Filling {
    warehouse: &'static Warehouse,
    van_id: Id,
    part_id: Id,
    quantity: Quantity,
    at: Instant,
    note: &'static str,
}

/// Fills the warehouses and the vans so that everything taken was there before, and some more.
pub(crate) fn supply(ledger: &mut Ledger, calendar: Calendar, parts: &[Part], taken: &[Taken]) {
    let fillings = fill_vans(ledger, calendar, taken);
    let mut spare = fill_warehouses(ledger, calendar, parts, &fillings);
    for filling in fillings {
        let Some(clerk) = person(filling.warehouse.clerk) else { continue };
        ledger.act(
            filling.at,
            clerk,
            Vec::new(),
            TransferStock {
                part_id: filling.part_id,
                quantity: filling.quantity,
                from_id: filling.warehouse.id(),
                to_id: filling.van_id,
                note: filling.note.into(),
            },
        );
    }
    count(ledger, calendar, &mut spare);
}

/// The first filling holds twice what any week took, and each Monday what the week took is put back, so a level
/// never falls below zero whatever the order within a day.
fn fill_vans(ledger: &mut Ledger, calendar: Calendar, taken: &[Taken]) -> Vec<Filling> {
    let mondays: Vec<Instant> = (FILLED_ON + 2..=0)
        .filter(|day| calendar.weekday(*day) == 0)
        .map(|day| calendar.at(day, 7, 30))
        .filter(|at| *at < calendar.now - 60 * MINUTE)
        .collect();
    let usual: BTreeSet<Id> = MODELS.iter().flat_map(|model| model.parts).map(|number| part_id(number)).collect();
    let mut fillings = Vec::new();
    for (engineer, city) in engineers() {
        let mut weeks: BTreeMap<Id, BTreeMap<usize, Quantity>> =
            usual.iter().map(|id| (*id, BTreeMap::new())).collect();
        for taken in taken.iter().filter(|taken| taken.engineer.login == engineer.login) {
            let week = mondays.iter().take_while(|monday| **monday <= taken.at).count();
            *weeks.entry(taken.part_id).or_default().entry(week).or_default() += taken.quantity;
        }
        if engineer.login == LACKING.0 {
            weeks.remove(&part_id(LACKING.1));
        }
        for (index, (part_id, weeks)) in weeks.into_iter().enumerate() {
            let second = index as i64 * 20_000;
            let most = weeks.values().copied().max().unwrap_or_default();
            let first = if most.is_zero() { Quantity::from(ledger.random.between(1, 3)) } else { most + most };
            let mut fill = |quantity, at, note| {
                let warehouse = Warehouse::of(city);
                fillings.push(Filling { warehouse, van_id: engineer.van_id(), part_id, quantity, at, note });
            };
            fill(first, calendar.at(FILLED_ON + 1, 8, 0) + second, "首次装车 First load");
            for (week, monday) in mondays.iter().enumerate() {
                if let Some(quantity) = weeks.get(&week) {
                    fill(*quantity, monday + second, "每周补货 Weekly refill");
                }
            }
        }
    }
    fillings
}

/// What each warehouse holds beyond what goes to the vans.
type Spare = BTreeMap<(usize, Id), Quantity>;

fn fill_warehouses(ledger: &mut Ledger, calendar: Calendar, parts: &[Part], fillings: &[Filling]) -> Spare {
    let mut spare = Spare::new();
    for (index, warehouse) in WAREHOUSES.iter().enumerate() {
        let Some(clerk) = person(warehouse.clerk) else { continue };
        let mut at = calendar.at(FILLED_ON, 8, 10 + 5 * index as i64);
        for part in parts {
            let mine = |filling: &&Filling| filling.warehouse.city == warehouse.city && filling.part_id == part.id;
            let out: Quantity = fillings.iter().filter(mine).map(|filling| filling.quantity).sum();
            let minimum = part.minimum.units();
            let kept = ledger.random.chance(warehouse.breadth);
            let rest = if kept { ledger.random.between(minimum / 3, minimum * 2 + 2) } else { 0 };
            let quantity = out + Quantity::from(rest);
            if quantity.is_zero() {
                continue;
            }
            at += 20_000 + ledger.random.between(0, 15_000);
            let note = format!("送货单 DN-{}-{:02}", calendar.date(FILLED_ON).replace('-', ""), index + 1);
            ledger.act(at, clerk, Vec::new(), ReceiveStock { part_id: part.id, quantity, to_id: warehouse.id(), note });
            spare.insert((index, part.id), Quantity::from(rest));
        }
    }
    spare
}

const COUNT_REASONS: &[&str] = &[
    "盘点：包装破损",
    "盘点：货架上少一件",
    "Count: one was damaged",
    "盘点：过期报废",
    "Count: taken without a note",
];
const ISSUE_NOTES: &[&str] =
    &["外包队领用，王师傅", "Subcontractor, site handover", "展厅样机", "Training room", "退供应商"];

/// Counts, issues, later deliveries and transfers between warehouses, none of more than what is spare.
fn count(ledger: &mut Ledger, calendar: Calendar, spare: &mut Spare) {
    for round in 0..44 {
        let keys: Vec<(usize, Id)> =
            spare.iter().filter(|(_, quantity)| **quantity >= Quantity::of(2)).map(|(key, _)| *key).collect();
        let (index, part_id) = *ledger.random.pick(&keys);
        let warehouse = &WAREHOUSES[index];
        let Some(clerk) = person(warehouse.clerk) else { continue };
        let day = ledger.random.between(-58, -1);
        let (hour, minute) = (ledger.random.between(9, 17), ledger.random.between(0, 59));
        let at = calendar.at(day, hour, minute);
        let one = Quantity::ONE;
        let here = warehouse.id();
        match round % 4 {
            0 => {
                let reason = (*ledger.random.pick(COUNT_REASONS)).to_owned();
                ledger.act(at, clerk, Vec::new(), AdjustStock { part_id, location_id: here, difference: -one, reason });
                *spare.entry((index, part_id)).or_default() -= one;
            }
            1 => {
                let note = (*ledger.random.pick(ISSUE_NOTES)).to_owned();
                ledger.act(at, clerk, Vec::new(), IssueStock { part_id, quantity: one, from_id: here, note });
                *spare.entry((index, part_id)).or_default() -= one;
            }
            2 => {
                let quantity = Quantity::from(ledger.random.between(2, 12));
                let note = format!("送货单 DN-{}-09", calendar.date(day).replace('-', ""));
                ledger.act(at, clerk, Vec::new(), ReceiveStock { part_id, quantity, to_id: here, note });
            }
            _ => {
                // The two northern warehouses help each other out.
                if index > 1 {
                    continue;
                }
                let there = WAREHOUSES[1 - index].id();
                let note = "调拨 Balance between warehouses".to_owned();
                let transfer = TransferStock { part_id, quantity: one, from_id: here, to_id: there, note };
                ledger.act(at, clerk, Vec::new(), transfer);
                *spare.entry((index, part_id)).or_default() -= one;
            }
        }
    }
}
