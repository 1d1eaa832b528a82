//! The company of every history: three regions, five people, two sites, two places with one part.

use outpost_demo::{roles, workflows};
use outpost_domain::customer::{Contact, Customer, Site, Tier};
use outpost_domain::person::{Region, Right, Role, User};
use outpost_domain::stock::{Part, StockLevel, StockLocation, StockLocationKind, level_id};
use outpost_domain::{AnyRecord, Id, Quantity};
use uuid::Uuid;

/// When every history begins: later than the clock of any machine that runs this, so that what headquarters stamps by that
/// comes before.
pub(crate) const BEGIN: i64 = 4_000_000_000_000;

pub(crate) const ROOT: Id = Uuid::from_u128(1);
pub(crate) const NORTH: Id = Uuid::from_u128(2);
pub(crate) const SOUTH: Id = Uuid::from_u128(3);
pub(crate) const ENGINEERS: [Id; 3] = [Uuid::from_u128(10), Uuid::from_u128(11), Uuid::from_u128(12)];
pub(crate) const BOSS: Id = Uuid::from_u128(13);
/// Counts at headquarters, in every region.
pub(crate) const CLERK: Id = Uuid::from_u128(14);
pub(crate) const SITES: [Id; 2] = [Uuid::from_u128(21), Uuid::from_u128(22)];
pub(crate) const PLACES: [Id; 2] = [Uuid::from_u128(30), Uuid::from_u128(31)];
pub(crate) const CONTACT: Id = Uuid::from_u128(50);
pub(crate) const PART: Id = Uuid::from_u128(40);
/// How many of the part each place has at the beginning.
pub(crate) const STOCK: i64 = 20;

/// The workflow that tickets follow.
pub(crate) fn workflow() -> Id {
    workflows().into_iter().find(|workflow| workflow.key == "repair").map(|workflow| workflow.id).unwrap_or_default()
}

/// The id of the role with this key.
pub(crate) fn role_named(key: &str) -> Id {
    roles().into_iter().find(|role| role.key == key).map(|role| role.id).unwrap_or_default()
}

fn correcting(mut role: Role) -> Role {
    if role.key == "engineer" {
        role.rights.push(Right::EditCustomer);
    }
    role
}

/// The one contact, at a site.
pub(crate) fn contact() -> Contact {
    Contact {
        id: CONTACT,
        customer_id: Uuid::from_u128(20),
        site_id: Some(SITES[0]),
        name: "guard".into(),
        title: "caretaker".into(),
        phone: "1".into(),
    }
}

/// Everything that headquarters has at the beginning.
pub(crate) fn records() -> Vec<AnyRecord> {
    // Here engineers correct what they find of a contact.
    let roles: Vec<Role> = roles().into_iter().map(correcting).collect();
    let role = |key: &str| roles.iter().find(|role| role.key == key).map(|role| role.id).unwrap_or_default();
    let empty = String::new;
    let region = |id, parent_id| Region { id, name: format!("region {id}"), name_en: empty(), parent_id };
    let user = |id: Id, key: &str, region_id| User {
        id,
        login: id.to_string(),
        name: format!("user {id}"),
        name_en: empty(),
        phone: empty(),
        role_id: role(key),
        region_id,
        van_id: None,
        active: true,
    };
    let customer = Uuid::from_u128(20);
    let site = |id, region_id| Site {
        id,
        customer_id: customer,
        region_id,
        name: format!("site {id}"),
        name_en: empty(),
        address: "1 Harbour Road".into(),
        latitude: None,
        longitude: None,
    };
    let place = |id, region_id| StockLocation {
        id,
        location_kind: StockLocationKind::Warehouse,
        name: format!("place {id}"),
        name_en: empty(),
        region_id,
        parent_id: None,
        latitude: None,
        longitude: None,
    };
    let level = |location_id| StockLevel {
        id: level_id(PART, location_id),
        part_id: PART,
        location_id,
        quantity: Quantity::from(STOCK),
        changed_at: BEGIN,
        counted_at: None,
    };
    let mut all: Vec<AnyRecord> =
        vec![region(ROOT, None).into(), region(NORTH, Some(ROOT)).into(), region(SOUTH, Some(ROOT)).into()];
    all.extend(roles.iter().cloned().map(Into::into));
    all.extend(workflows().into_iter().filter(|workflow| workflow.key == "repair").map(Into::into));
    all.extend([
        user(ENGINEERS[0], "engineer", NORTH).into(),
        user(ENGINEERS[1], "engineer", NORTH).into(),
        user(ENGINEERS[2], "engineer", SOUTH).into(),
        user(BOSS, "dispatcher", ROOT).into(),
        user(CLERK, "clerk", ROOT).into(),
    ]);
    let customer = Customer {
        id: customer,
        name: "customer".into(),
        name_en: empty(),
        tier: Tier::Vip,
        region_id: NORTH,
        note: empty(),
    };
    let part = Part {
        id: PART,
        number: "P-1".into(),
        name: "bearing".into(),
        name_en: empty(),
        unit: "pc".into(),
        category: empty(),
        minimum: Quantity::ZERO,
    };
    all.extend([
        contact().into(),
        customer.into(),
        part.into(),
        site(SITES[0], NORTH).into(),
        site(SITES[1], SOUTH).into(),
    ]);
    all.extend([place(PLACES[0], NORTH).into(), place(PLACES[1], SOUTH).into()]);
    all.extend([level(PLACES[0]).into(), level(PLACES[1]).into()]);
    all
}
