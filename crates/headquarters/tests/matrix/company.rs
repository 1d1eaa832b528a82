//! Two regions that mirror each other, and a person of every role in the North.

use crate::NOW;
use outpost_demo::{roles, workflows};
use outpost_domain::attention::{Attention, Cause};
use outpost_domain::customer::{Contact, Customer, Site, Tier};
use outpost_domain::device::{Device, DeviceModel, DeviceState};
use outpost_domain::person::{Region, Replica, Right, Role, User};
use outpost_domain::stock::{Part, ReceiveStock, StockLocation, StockLocationKind, UsePart};
use outpost_domain::ticket::{AddNote, OpenTicket, RecordEntry, StartStep, Urgency, step_id};
use outpost_domain::{Act, AnyRecord, Code, Command, Id, Quantity, Refusal, derive};
use outpost_headquarters::Headquarters;
use outpost_sync::protocol::Pushed;
use std::cell::Cell;
use uuid::Uuid;

/// Those that ship, and a company's own: who looks after the people of one region.
pub const ROLES: &[&str] = &["engineer", "clerk", "dispatcher", "manager", "finance", "branch", "admin"];
/// One's own, a colleague's of the same region, and another region's.
pub const WHOSE: &[&str] = &["own", "colleague", "elsewhere"];

pub fn id(name: &str) -> Id {
    derive(Uuid::from_u128(0x1000_0000_0000_4000_8000_0000_0000_0000), name)
}

pub struct Company {
    bytes: Vec<u8>,
    next: Cell<u64>,
}

fn region_of(whose: &str) -> &'static str {
    if whose == "elsewhere" { "south" } else { "north" }
}

impl Company {
    pub fn new() -> Company {
        let hq = Headquarters::in_memory(None, 1000).unwrap();
        hq.store_records(&records()).unwrap();
        // It was restored lately, so that what was lost may come back.
        let restored = "UPDATE tenant SET epoch_at = $1";
        hq.writer().execute(restored, outpost_store::params![NOW - 1]).unwrap();
        let company = Company { bytes: Vec::new(), next: Cell::new(1) };
        for place in places() {
            let (part_id, quantity, to_id) = (id("part"), Quantity::of(10), id(&place));
            let filled = ReceiveStock { part_id, quantity, to_id, note: String::new() };
            hq.give(id("admin"), company.fresh(), filled.into(), NOW).unwrap().unwrap();
        }
        // A ticket of each person, one of a colleague in each region, each begun, with a part used.
        let mut of: Vec<(&str, &str)> = ROLES.iter().map(|role| (*role, "north")).collect();
        of.extend([("colleague", "north"), ("stranger", "south")]);
        for (who, region) in of {
            let ticket = company.open(&hq, who, region);
            let step = step_id(ticket, "arrive");
            // Whoever cannot begin it has it all the same.
            let by = if ["colleague", "stranger", "engineer"].contains(&who) { id(who) } else { id("admin") };
            hq.give(by, company.fresh(), StartStep { step_id: step }.into(), NOW).unwrap().unwrap();
            for (value, by) in [("yes", by), ("no", id("admin"))] {
                let entry =
                    RecordEntry { step_id: step, demand: "greeted".into(), from: "yes".into(), value: value.into() };
                hq.give(by, company.fresh(), entry.into(), NOW).unwrap().unwrap();
            }
            let used = UsePart {
                ticket_id: ticket,
                step_id: None,
                part_id: id("part"),
                quantity: Quantity::of(2),
                from_id: id(&format!("van {who}")),
            };
            hq.give(id("admin"), id(&format!("use {who}")), used.into(), NOW).unwrap().unwrap();
            company.put_apart(&hq, who, region, ticket);
        }
        let bytes = hq.writer().to_bytes().unwrap();
        Company { bytes, ..company }
    }

    /// The same headquarters again, as if nothing had been tried.
    pub fn again(&self) -> Headquarters {
        Headquarters::in_memory(Some(&self.bytes), 1000).unwrap()
    }

    pub fn fresh(&self) -> Id {
        self.next.set(self.next.get() + 1);
        let time = uuid::Timestamp::from_unix(uuid::NoContext, NOW as u64 / 1000 + self.next.get(), 0);
        Uuid::new_v7(time)
    }

    pub fn person(&self, role: &str) -> Id {
        id(role)
    }

    pub fn replica(&self, role: &str) -> Id {
        id(&format!("replica {role}"))
    }

    /// Who stands for one's own, a colleague's, another region's.
    pub fn name(role: &str, whose: &str) -> String {
        match whose {
            "own" => role.to_owned(),
            "colleague" => "colleague".to_owned(),
            _ => "stranger".to_owned(),
        }
    }

    /// A thing of this name: `site`, `van`, `ticket` and so on.
    pub fn of(&self, what: &str, role: &str, whose: &str) -> Id {
        match what {
            "site" | "customer" | "contact" | "device" | "warehouse" | "region" => {
                id(&format!("{what} {}", region_of(whose)))
            }
            "user" => id(&Company::name(role, whose)),
            _ => id(&format!("{what} {}", Company::name(role, whose))),
        }
    }

    fn open(&self, hq: &Headquarters, who: &str, region: &str) -> Id {
        let ticket = id(&format!("ticket {who}"));
        let works = ["engineer", "manager", "admin", "colleague", "stranger"].contains(&who);
        let open = OpenTicket {
            number: String::new(),
            workflow_id: repair(),
            title: who.to_owned(),
            description: String::new(),
            urgency: Urgency::Normal,
            source: "console".into(),
            device_id: Some(id(&format!("device {region}"))),
            site_id: id(&format!("site {region}")),
            contact_id: None,
            engineer_id: works.then(|| id(who)),
            planned_at: None,
            due_at: None,
            fault_code: String::new(),
            latitude: None,
            longitude: None,
            again: false,
        };
        hq.give(id("admin"), ticket, open.into(), NOW).unwrap().unwrap();
        ticket
    }

    /// Something that a person may not do, kept apart; and a matter of theirs that was refused.
    fn put_apart(&self, hq: &Headquarters, who: &str, region: &str, ticket_id: Id) {
        let lost = replica(&format!("lost {who}"), who, true);
        hq.store_records(&[lost.clone().into()]).unwrap();
        let note = Command::from(AddNote { ticket_id, text: "from the lost one".into() });
        let command_id = id(&format!("apart {who}"));
        let act = Act {
            id: command_id,
            actor_id: id(who),
            replica_id: lost.id,
            occurred_at: NOW,
            requires: vec![],
            command: note,
        };
        let act_text = serde_json::to_string(&act).unwrap();
        let pushed = Pushed { id: command_id, seq: 1, version: 1, base_revision: 0, act: act_text };
        hq.receive(&lost, &[pushed], NOW).unwrap();
        let refused = Act { id: id(&format!("claim {who}")), ..act };
        let refusal = Refusal::new(Code::TicketTaken);
        let mut matter = Attention::of(&refused, Cause::Refused, &refusal, Some(ticket_id), Some(id_of(region)));
        matter.id = id(&format!("matter {who}"));
        matter.command_name = "ClaimTicket".into();
        hq.store_records(&[matter.into()]).unwrap();
    }
}

fn all_roles() -> Vec<Role> {
    let branch = Role {
        id: id("role branch"),
        key: "branch".into(),
        name: "branch".into(),
        name_en: "branch".into(),
        rights: vec![Right::EditPerson],
    };
    roles().into_iter().chain([branch]).collect()
}

fn id_of(region: &str) -> Id {
    id(&format!("region {region}"))
}

pub fn repair() -> Id {
    workflows().into_iter().find(|workflow| workflow.key == "repair").unwrap().id
}

pub fn user(name: &str, role: &str, region: &str) -> User {
    User {
        id: id(name),
        login: name.into(),
        name: name.into(),
        name_en: String::new(),
        phone: String::new(),
        role_id: all_roles().into_iter().find(|known| known.key == role).unwrap().id,
        region_id: id_of(region),
        van_id: None,
        active: true,
    }
}

fn replica(name: &str, who: &str, revoked: bool) -> Replica {
    Replica {
        id: id(name),
        name: name.into(),
        prefix: name.into(),
        user_id: id(who),
        enrolled_at: NOW,
        revoked,
        forked_from_id: None,
    }
}

pub fn place(name: &str, region: &str) -> StockLocation {
    StockLocation {
        id: id(name),
        location_kind: StockLocationKind::Van,
        name: name.into(),
        name_en: String::new(),
        region_id: id_of(region),
        parent_id: None,
        latitude: None,
        longitude: None,
    }
}

pub fn region(name: &str) -> Region {
    Region { id: id_of(name), name: name.into(), name_en: String::new(), parent_id: Some(id_of("root")) }
}

pub fn customer(region: &str) -> Customer {
    Customer {
        id: id(&format!("customer {region}")),
        name: region.into(),
        name_en: String::new(),
        tier: Tier::Standard,
        region_id: id_of(region),
        note: String::new(),
    }
}

pub fn site(region: &str) -> Site {
    Site {
        id: id(&format!("site {region}")),
        customer_id: id(&format!("customer {region}")),
        region_id: id_of(region),
        name: region.into(),
        name_en: String::new(),
        address: "1 Harbour Road".into(),
        latitude: None,
        longitude: None,
    }
}

pub fn contact(region: &str) -> Contact {
    Contact {
        id: id(&format!("contact {region}")),
        customer_id: id(&format!("customer {region}")),
        site_id: Some(id(&format!("site {region}"))),
        name: "陈".into(),
        title: String::new(),
        phone: "1".into(),
    }
}

pub fn model() -> DeviceModel {
    DeviceModel {
        id: id("model"),
        maker: "Hoist".into(),
        name: "lift".into(),
        name_en: String::new(),
        category: "lift".into(),
        part_ids: vec![],
        faults: vec![],
    }
}

pub fn device(region: &str) -> Device {
    Device {
        id: id(&format!("device {region}")),
        number: format!("SN {region}"),
        name: region.into(),
        name_en: String::new(),
        model_id: id("model"),
        site_id: id(&format!("site {region}")),
        customer_id: id(&format!("customer {region}")),
        place: String::new(),
        state: DeviceState::InService,
        installed_on: None,
        warranty_until_on: None,
        note: String::new(),
    }
}

pub fn part() -> Part {
    Part {
        id: id("part"),
        number: "B".into(),
        name: "皮带".into(),
        name_en: "Belt".into(),
        unit: "pcs".into(),
        category: String::new(),
        minimum: Quantity::ZERO,
    }
}

fn records() -> Vec<AnyRecord> {
    let root = Region { id: id_of("root"), name: "root".into(), name_en: String::new(), parent_id: None };
    let mut records: Vec<AnyRecord> = vec![root.into(), model().into(), part().into()];
    records.extend(all_roles().into_iter().map(Into::into));
    records.extend(workflows().into_iter().map(Into::into));
    for name in ["north", "south"] {
        records.extend([region(name).into(), customer(name).into(), site(name).into()]);
        records.extend([contact(name).into(), device(name).into()]);
        records.push(place(&format!("warehouse {name}"), name).into());
    }
    let mut people: Vec<(&str, &str, &str)> = ROLES.iter().map(|role| (*role, *role, "north")).collect();
    people.extend([("colleague", "engineer", "north"), ("stranger", "engineer", "south")]);
    people.push(("second admin", "admin", "root"));
    for (name, role, region) in people {
        records.extend([user(name, role, region).into(), place(&format!("van {name}"), region).into()]);
        records.push(replica(&format!("replica {name}"), name, false).into());
    }
    records
}

fn places() -> Vec<String> {
    let vans = ROLES.iter().chain(&["colleague", "stranger"]).map(|name| format!("van {name}"));
    vans.chain(["warehouse north", "warehouse south"].map(str::to_owned)).collect()
}
