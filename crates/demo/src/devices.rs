//! Devices at the sites, and the tags that name devices, parts and stock locations.

use crate::calendar::Calendar;
use crate::customer_table::CUSTOMERS;
use crate::customers::{Client, Trade};
use crate::models::{Group, MODELS, Model};
use crate::people::City;
use crate::{id, random::Random};
use outpost_domain::device::{Device, DeviceState, Tag, TagTarget, tag_id};
use outpost_domain::stock::{Part, StockLocation};
use std::collections::BTreeMap;

/// A device with what the history needs to know about it.
pub(crate) struct Unit {
    pub(crate) device: Device,
    pub(crate) model: &'static Model,
    pub(crate) client: &'static Client,
    pub(crate) site: usize,
    pub(crate) city: City,
}

/// The code on a device's label; devices count from 1.
pub(crate) fn device_code(count: usize) -> String {
    format!("OUT-D-{count:06}")
}

/// 200 devices at 60 sites: every third site has four, the others three.
pub(crate) fn units(random: &mut Random, calendar: Calendar) -> Vec<Unit> {
    let mut units = Vec::new();
    for client in CUSTOMERS {
        for site in 0..client.sites.len() {
            let count = if site == 0 { 4 } else { 3 };
            // One site buys its lifts from one maker.
            let lift_model = choose(random, Group::Lift, client, site);
            let mut numbers = BTreeMap::new();
            for position in 0..count {
                let group = group(client.trade, count, position);
                let model = if group == Group::Lift { lift_model } else { choose(random, group, client, site) };
                let number = numbers.entry(model.noun).or_insert(0);
                *number += 1;
                units.push(unit(random, calendar, client, site, model, *number, units.len() + 1));
            }
        }
    }
    units
}

/// What stands at a site of a trade.
fn group(trade: Trade, count: usize, position: usize) -> Group {
    use Group::*;
    let four = match trade {
        Trade::Building => [Lift, Lift, Lift, AirConditioning],
        Trade::Mall => [Lift, Escalator, Escalator, AirConditioning],
        Trade::Food => [Oven, Oven, Kitchen, AirConditioning],
        Trade::Hotel => [Lift, Lift, Oven, AirConditioning],
        Trade::Plant => [GoodsLift, AirConditioning, AirConditioning, Kitchen],
    };
    let three = match trade {
        Trade::Building => [Lift, Lift, AirConditioning],
        Trade::Mall => [Lift, Escalator, AirConditioning],
        Trade::Food => [Kitchen, Kitchen, AirConditioning],
        Trade::Hotel => [Lift, AirConditioning, Kitchen],
        Trade::Plant => [GoodsLift, AirConditioning, Kitchen],
    };
    if count == 4 { four[position] } else { three[position] }
}

fn choose(random: &mut Random, group: Group, client: &Client, site: usize) -> &'static Model {
    // The device with the long history is the same for every seed.
    if group == Group::Lift && client.key == "harbour" && site == 0 {
        return &MODELS[0];
    }
    let fitting: Vec<&'static Model> = MODELS.iter().filter(|model| model.group == group).collect();
    fitting[random.below(fitting.len())]
}

fn unit(
    random: &mut Random,
    calendar: Calendar,
    client: &'static Client,
    site: usize,
    model: &'static Model,
    number: u32,
    count: usize,
) -> Unit {
    let installed = random.between(80, 3600);
    // Two years from installation, so about a quarter still has its warranty.
    let warranty = 730 - installed;
    let state = match random.below(100) {
        0..=91 => DeviceState::InService,
        92..=97 => DeviceState::Stopped,
        _ => DeviceState::Retired,
    };
    let state = if client.key == "harbour" || client.key == "lotus" { DeviceState::InService } else { state };
    let installed_on = calendar.date(-installed);
    let device = Device {
        id: id(&format!("device {count}")),
        number: format!("{}-{}{:05}", model.key, &installed_on[2..4], random.between(10_000, 99_999)),
        name: format!("{number}号{}", model.noun),
        name_en: format!("{} {number}", model.noun_en),
        model_id: model.id(),
        site_id: client.site_id(site),
        customer_id: client.id(),
        place: place(random, model, client.english),
        state,
        installed_on: Some(installed_on),
        warranty_until_on: Some(calendar.date(warranty)),
        note: String::new(),
    };
    Unit { device, model, client, site, city: client.sites[site].city }
}

const SIDES: &[(&str, &str)] = &[("东侧", "East"), ("西侧", "West"), ("中央", "Central"), ("北侧", "North")];

fn place(random: &mut Random, model: &Model, english: bool) -> String {
    let floor = random.between(2, 24);
    let (chinese, in_english) = match model.group {
        Group::Lift => {
            let side = random.below(SIDES.len());
            (format!("{}井道", SIDES[side].0), format!("{} shaft", SIDES[side].1))
        }
        Group::GoodsLift => ("卸货区".to_owned(), "Loading bay".to_owned()),
        Group::Escalator => (format!("{floor}F 中庭"), format!("Level {}, atrium", floor % 4 + 1)),
        Group::AirConditioning if floor % 3 == 0 => ("屋顶".to_owned(), "Roof".to_owned()),
        Group::AirConditioning => (format!("{floor}F 机房"), format!("Floor {floor}, plant room")),
        Group::Oven | Group::Kitchen => ("B1 后厨".to_owned(), "Basement, kitchen".to_owned()),
    };
    if english { in_english } else { chinese }
}

/// A tag for every device, part and stock location.
pub(crate) fn tags(units: &[Unit], parts: &[Part], locations: &[StockLocation]) -> Vec<Tag> {
    let tag = |code: String, target, target_id| Tag { id: tag_id(&code), code, target, target_id };
    let devices = units.iter().enumerate();
    let devices = devices.map(|(index, unit)| tag(device_code(index + 1), TagTarget::Device, unit.device.id));
    let parts = parts.iter().enumerate();
    let parts = parts.map(|(index, part)| tag(format!("OUT-P-{:05}", index + 1), TagTarget::Part, part.id));
    let locations = locations.iter().enumerate();
    let locations =
        locations.map(|(index, place)| tag(format!("OUT-L-{:04}", index + 1), TagTarget::StockLocation, place.id));
    devices.chain(parts).chain(locations).collect()
}
