//! A large body of records for benchmarks: the device of an engineer who has been there for years.

use crate::calendar::{Calendar, DAY, HOUR, MINUTE};
use crate::devices::device_code;
use crate::models::{MODELS, Model};
use crate::people::{Person, engineers, region_id};
use crate::random::Random;
use crate::{customers, id, models, parts, people, roles, stock, store, workflows};
use outpost_domain::customer::{Contact, Site};
use outpost_domain::device::{Device, DeviceState, Tag, TagTarget, tag_id};
use outpost_domain::event::{StepCompleted, TicketOpened};
use outpost_domain::person::Replica;
use outpost_domain::stock::{MovementKind, Part, StockLevel, StockMovement, level_id};
use outpost_domain::ticket::{Entry, Event, Step, StepState, Ticket, TicketState, Urgency, step_id};
use outpost_domain::workflow::{DemandKind, Workflow};
use outpost_domain::{AnyRecord, Id, Instant, Quantity, What, derive};

/// Records for a benchmark, and what to ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Large {
    /// All records, in an order in which they can be stored.
    pub records: Vec<AnyRecord>,
    /// Whose device it is.
    pub engineer_id: Id,
    /// One of their tickets that is under way.
    pub ticket_id: Id,
    /// A device of which there is a long history.
    pub device_id: Id,
    /// Codes that stand for devices, of all of them.
    pub device_codes: Vec<String>,
}

impl Large {
    /// A device of the engineer's that is enrolled and holds nothing yet. It is not among the records.
    pub fn replica(&self, enrolled_at: Instant) -> Replica {
        Replica {
            id: derive(self.engineer_id, "large"),
            name: "large".to_owned(),
            prefix: "LAR".to_owned(),
            user_id: self.engineer_id,
            enrolled_at,
            revoked: false,
            forked_from_id: None,
        }
    }
}

/// About `records` plausible records, the same for the same seed and moment. They are made without commands: deciding
/// a hundred thousand would take longer than what is to be measured.
pub fn large(seed: u64, now: Instant, records: usize) -> Large {
    let calendar = Calendar::new(now, 8 * 60);
    let mut making = Making { random: Random::new(seed), calendar, records: Vec::with_capacity(records + 64) };
    making.people();
    let parts = making.parts(records / 60);
    let sites = making.sites(records / 50);
    let (devices, device_codes) = making.devices(records / 11, &sites);
    making.levels(records / 25, &parts);
    let ticket_id = making.tickets(records, &devices, &parts);
    let engineer_id = engineer().map(Person::id).unwrap_or_default();
    let device_id = devices.first().map(|device| device.id).unwrap_or_default();
    Large { records: making.records, engineer_id, ticket_id, device_id, device_codes }
}

/// Whose device it is.
fn engineer() -> Option<&'static Person> {
    engineers().next().map(|(person, _)| person)
}

/// Tickets of that engineer that are not closed.
const MINE: usize = 14;
/// Tickets that nobody has.
const UNASSIGNED: usize = 40;

struct Making {
    random: Random,
    calendar: Calendar,
    records: Vec<AnyRecord>,
}

impl Making {
    fn people(&mut self) {
        store(&mut self.records, people::regions());
        store(&mut self.records, roles());
        store(&mut self.records, stock::locations());
        store(&mut self.records, people::users());
        store(&mut self.records, people::replicas(self.calendar));
        store(&mut self.records, workflows());
        store(&mut self.records, customers::customers());
    }

    /// The catalogue over and over, each time in another edition, with tags.
    fn parts(&mut self, count: usize) -> Vec<Part> {
        let catalogue = parts::parts();
        let count = count.max(catalogue.len());
        let edition = |index: usize| {
            let part = &catalogue[index % catalogue.len()];
            let edition = index / catalogue.len();
            if edition == 0 {
                return part.clone();
            }
            Part {
                id: derive(part.id, &edition.to_string()),
                number: format!("{}-{edition:02}", part.number),
                name: format!("{} 第{edition}版", part.name),
                name_en: format!("{} rev. {edition}", part.name_en),
                ..part.clone()
            }
        };
        let parts: Vec<Part> = (0..count).map(edition).collect();
        store(&mut self.records, parts.iter().cloned());
        let tags = parts.iter().enumerate();
        let tags = tags.map(|(index, part)| tag(format!("OUT-P-{:05}", index + 1), TagTarget::Part, part.id));
        store(&mut self.records, tags);
        store(&mut self.records, models::device_models());
        parts
    }

    /// Sites in the engineer's region, with a contact each.
    fn sites(&mut self, count: usize) -> Vec<Site> {
        let north: Vec<Site> =
            customers::sites().into_iter().filter(|site| site.region_id == region_id("north")).collect();
        let mut sites = Vec::with_capacity(count);
        for index in 0..count.max(north.len()) {
            let known = &north[index % north.len()];
            let part = index / north.len();
            let near = |random: &mut Random| random.between(-900, 900) as f64 / 20_000.0;
            let site = Site {
                id: if part == 0 { known.id } else { derive(known.id, &part.to_string()) },
                name: if part == 0 { known.name.clone() } else { format!("{} {part} 期", known.name) },
                name_en: if part == 0 { known.name_en.clone() } else { format!("{}, phase {part}", known.name_en) },
                latitude: known.latitude.map(|degrees| degrees + near(&mut self.random)),
                longitude: known.longitude.map(|degrees| degrees + near(&mut self.random)),
                ..known.clone()
            };
            self.records.push(contact(&mut self.random, &site).into());
            self.records.push(site.clone().into());
            sites.push(site);
        }
        sites
    }

    fn devices(&mut self, count: usize, sites: &[Site]) -> (Vec<Device>, Vec<String>) {
        let mut devices = Vec::with_capacity(count);
        let mut codes = Vec::with_capacity(count);
        for index in 0..count.max(1) {
            let device = device(&mut self.random, self.calendar, index, &sites[index % sites.len()]);
            let code = device_code(index + 1);
            self.records.push(device.clone().into());
            self.records.push(tag(code.clone(), TagTarget::Device, device.id).into());
            devices.push(device);
            codes.push(code);
        }
        (devices, codes)
    }

    /// Levels in the van, then in the warehouses and the other vans.
    fn levels(&mut self, count: usize, parts: &[Part]) {
        let van_id = engineer().map(Person::van_id);
        let mut places: Vec<Id> = stock::locations().into_iter().map(|place| place.id).collect();
        places.sort_by_key(|place| Some(*place) != van_id);
        let count = count.min(parts.len() * places.len());
        for index in 0..count {
            let (part, location_id) = (&parts[index % parts.len()], places[index / parts.len()]);
            let level = StockLevel {
                id: level_id(part.id, location_id),
                part_id: part.id,
                location_id,
                quantity: Quantity::from(self.random.between(0, 12)),
                changed_at: self.calendar.now - self.random.between(1, 900) * HOUR,
                counted_at: None,
            };
            self.records.push(level.into());
        }
    }

    /// Tickets with steps, events and movements until there are enough records. The one to ask for.
    fn tickets(&mut self, records: usize, devices: &[Device], parts: &[Part]) -> Id {
        let workflows = workflows();
        let mut first = None;
        let mut index = 0;
        let before = std::mem::take(&mut self.records);
        let mut tickets: Vec<Vec<AnyRecord>> = Vec::new();
        let mut made = before.len();
        while made < records || index < MINE {
            // Every twentieth is for the first device, which so has a long history.
            let device = if index % 20 == 3 { &devices[0] } else { self.random.pick(devices) };
            let ticket_id = self.ticket(index, device, parts, &workflows[if index % 3 == 2 { 2 } else { 0 }]);
            first.get_or_insert(ticket_id);
            index += 1;
            made += self.records.len();
            tickets.push(std::mem::take(&mut self.records));
        }
        // The newest was made first, and a company stores it last.
        self.records = before.into_iter().chain(tickets.into_iter().rev().flatten()).collect();
        first.unwrap_or_default()
    }

    fn ticket(&mut self, index: usize, device: &Device, parts: &[Part], workflow: &Workflow) -> Id {
        let opened_at = if index < MINE + UNASSIGNED {
            self.calendar.now - (index as i64 + 2) * 3 * HOUR
        } else {
            self.calendar.now - 6 * DAY - index as i64 * 4 * HOUR
        };
        let (state, done) = match index {
            0 => (TicketState::Active, 2),
            1 => (TicketState::Paused, 1),
            _ if index < MINE => (TicketState::Assigned, 0),
            _ if index < MINE + UNASSIGNED => (TicketState::Open, 0),
            _ if index.is_multiple_of(17) => (TicketState::Cancelled, 0),
            _ => (TicketState::Done, workflow.nodes.len()),
        };
        let holder = if index < MINE || index.is_multiple_of(3) {
            engineer()
        } else {
            engineers().nth(index % 3).map(|(p, _)| p)
        };
        let holder_id = holder.filter(|_| state != TicketState::Open).map(Person::id);
        let model = model_of(device);
        let fault = &model.faults[index % model.faults.len()];
        let ticket_id = self.random.id(opened_at);
        let planned_at = opened_at + 7 * HOUR;
        let ticket = Ticket {
            id: ticket_id,
            number: format!("7F3-{:04}", index + 1),
            ticket_kind: workflow.ticket_kind,
            workflow_id: workflow.id,
            title: format!("{} {}，{}", fault.name, fault.code, fault.symptom),
            description: String::new(),
            urgency: [Urgency::Normal, Urgency::High, Urgency::Low, Urgency::Urgent][index % 4],
            state,
            source: "phone".into(),
            device_id: Some(device.id),
            site_id: device.site_id,
            customer_id: device.customer_id,
            contact_id: Some(derive(device.site_id, "contact")),
            region_id: region_id("north"),
            engineer_id: holder_id,
            opened_by_id: id("user zhao.min"),
            opened_at,
            planned_at: holder_id.map(|_| planned_at),
            due_at: Some(opened_at + 2 * DAY),
            closed_at: state.is_closed().then_some(planned_at + 2 * HOUR),
            node: workflow.nodes.get(done).map(|node| node.key.clone()),
            reason: if state == TicketState::Paused { "等配件到货".into() } else { String::new() },
            fault_code: fault.code.into(),
            latitude: None,
            longitude: None,
        };
        self.event(&ticket, TicketOpened {}, opened_at);
        if state == TicketState::Done {
            self.movement(&ticket, parts, planned_at + 70 * MINUTE);
        }
        self.steps(&ticket, workflow, done, planned_at);
        self.records.push(ticket.into());
        ticket_id
    }

    fn steps(&mut self, ticket: &Ticket, workflow: &Workflow, done: usize, begun_at: Instant) {
        for (position, node) in workflow.nodes.iter().enumerate() {
            let started_at = begun_at + position as i64 * 25 * MINUTE;
            let state = match (position.cmp(&done), ticket.state) {
                (std::cmp::Ordering::Less, _) => StepState::Done,
                (std::cmp::Ordering::Equal, TicketState::Active) => StepState::Active,
                (std::cmp::Ordering::Equal, TicketState::Paused) => StepState::Paused,
                _ => StepState::Waiting,
            };
            let begun = state != StepState::Waiting;
            let complete = state == StepState::Done;
            let actor_id = ticket.engineer_id.unwrap_or_default();
            let demands = node.demands.iter().filter(|demand| complete && demand.count > 0);
            let entries = demands.map(|demand| Entry {
                key: demand.key.clone(),
                value: match demand.kind {
                    DemandKind::Reading => "4.2".into(),
                    DemandKind::Confirm => "yes".into(),
                    DemandKind::Note => "更换磨损件后正常。".into(),
                    _ => derive(ticket.id, &demand.key).to_string(),
                },
                actor_id,
                entered_at: started_at + 10 * MINUTE,
                beside: false,
            });
            let step = Step {
                id: step_id(ticket.id, &node.key),
                ticket_id: ticket.id,
                node: node.key.clone(),
                position: position as u32,
                state,
                engineer_id: ticket.engineer_id.filter(|_| begun),
                started_at: begun.then_some(started_at),
                resumed_at: (state == StepState::Active).then_some(started_at),
                ended_at: complete.then_some(started_at + 20 * MINUTE),
                worked_millis: if complete { 20 * MINUTE } else { 0 },
                entries: entries.collect(),
            };
            self.records.push(step.into());
            if complete {
                let completed = StepCompleted { step_id: step_id(ticket.id, &node.key), node: node.key.clone() };
                self.event(ticket, completed, started_at + 20 * MINUTE);
            }
        }
    }

    fn event(&mut self, ticket: &Ticket, what: impl Into<What>, at: Instant) {
        let what = what.into();
        let event = Event {
            id: self.random.id(at),
            name: what.name().into(),
            version: what.version(),
            ticket_id: Some(ticket.id),
            device_id: ticket.device_id,
            actor_id: ticket.engineer_id.unwrap_or(ticket.opened_by_id),
            replica_id: id("replica li.wei"),
            occurred_at: at,
            received_at: Some(at + 4 * MINUTE),
            details: what.details(),
        };
        self.records.push(event.into());
    }

    fn movement(&mut self, ticket: &Ticket, parts: &[Part], at: Instant) {
        let movement = StockMovement {
            id: self.random.id(at),
            movement_kind: MovementKind::Use,
            part_id: self.random.pick(parts).id,
            from_id: engineer().map(Person::van_id),
            to_id: None,
            quantity: Quantity::ONE,
            note: String::new(),
            of_id: None,
            returned: Quantity::ZERO,
            ticket_id: Some(ticket.id),
            step_id: Some(step_id(ticket.id, "repair")),
            device_id: ticket.device_id,
            actor_id: ticket.engineer_id.unwrap_or_default(),
            occurred_at: at,
            received_at: Some(at + 4 * MINUTE),
        };
        self.records.push(movement.into());
    }
}

fn tag(code: String, target: TagTarget, target_id: Id) -> Tag {
    Tag { id: tag_id(&code), code, target, target_id }
}

fn contact(random: &mut Random, site: &Site) -> Contact {
    Contact {
        id: derive(site.id, "contact"),
        customer_id: site.customer_id,
        site_id: Some(site.id),
        name: format!("{}经理", random.pick(&["王", "李", "陈", "赵", "孙"])),
        title: "物业经理".into(),
        phone: format!("139 {:04} {:04}", random.between(100, 9999), random.between(100, 9999)),
    }
}

fn model_of(device: &Device) -> &'static Model {
    MODELS.iter().find(|model| model.id() == device.model_id).unwrap_or(&MODELS[0])
}

fn device(random: &mut Random, calendar: Calendar, index: usize, site: &Site) -> Device {
    let model = if index == 0 { &MODELS[0] } else { random.pick(MODELS) };
    let installed = random.between(80, 3600);
    let number = index % 5 + 1;
    Device {
        id: id(&format!("device {}", index + 1)),
        number: format!("{}-{index:07}", model.key),
        name: format!("{number}号{}", model.noun),
        name_en: format!("{} {number}", model.noun_en),
        model_id: model.id(),
        site_id: site.id,
        customer_id: site.customer_id,
        place: format!("{}F", random.between(1, 24)),
        state: DeviceState::InService,
        installed_on: Some(calendar.date(-installed)),
        warranty_until_on: Some(calendar.date(730 - installed)),
        note: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_is_as_large_as_asked_and_the_same_again() {
        let made = large(3, 1_795_541_400_000, 20_000);
        assert!((20_000..20_040).contains(&made.records.len()), "{} records", made.records.len());
        assert_eq!(made, large(3, 1_795_541_400_000, 20_000));
        let ids: BTreeSet<_> = made.records.iter().map(AnyRecord::key).collect();
        assert_eq!(ids.len(), made.records.len());
        assert!(made.device_codes.len() > 1_000);
    }
}
