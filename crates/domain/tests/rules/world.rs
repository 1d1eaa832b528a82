//! A small company in a map.

use outpost_domain::customer::Site;
use outpost_domain::person::{self, Right, Role, User};
use outpost_domain::stock::*;
use outpost_domain::ticket::*;
use outpost_domain::workflow::{Demand, DemandKind, Node, TicketKind, Workflow};
use outpost_domain::{
    Act, AnyRecord, Code, Command, Decimal, Effects, Id, Kind, Pass, Quantity, Read, Record, Refusal, Search, View,
    alike, decide,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

pub const LI: u128 = 1;
pub const XU: u128 = 2;
pub const BOSS: u128 = 3;
pub const GONE: u128 = 4;
pub const CLERK: u128 = 5;
pub const HANA: u128 = 6;
pub const CABLE: u128 = 41;
pub const SITE: u128 = 20;
pub const VAN: u128 = 30;
pub const FAR: u128 = 31;
pub const BELT: u128 = 40;
pub const FLOW: u128 = 50;

pub fn id(n: u128) -> Id {
    Uuid::from_u128(n)
}

#[derive(Clone)]
pub struct World {
    pub records: BTreeMap<(Kind, Id), AnyRecord>,
    pub missing: Read<AnyRecord>,
    pub acts: u128,
}

impl View for World {
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord> {
        self.records.get(&(kind, id)).cloned().map_or(self.missing.clone(), Read::Present)
    }

    fn search(&self, search: Search<'_>) -> Vec<AnyRecord> {
        let fits = |record: &&AnyRecord| match (record, search) {
            (AnyRecord::StockMovement(m), Search::MovementsAfter { part_id, location_id, after }) => {
                let here = m.from_id == Some(location_id) || m.to_id == Some(location_id);
                m.part_id == part_id && here && m.occurred_at > after
            }
            (AnyRecord::User(user), Search::PeopleSigningInAs(login)) => user.login == login,
            (AnyRecord::Device(device), Search::DevicesNumbered(number)) => {
                alike::key(&device.number) == alike::key(number)
            }
            (AnyRecord::Ticket(ticket), Search::TicketsNumbered(number)) => ticket.number == number,
            (AnyRecord::Ticket(ticket), Search::OpenTicketsOf(user_id)) => {
                ticket.engineer_id == Some(user_id) && !ticket.state.is_closed()
            }
            (AnyRecord::Ticket(ticket), Search::OpenTicketsAt(site_id)) => {
                ticket.site_id == site_id && !ticket.state.is_closed()
            }
            _ => false,
        };
        self.records.values().filter(fits).cloned().collect()
    }
}

fn demand(key: &str, kind: DemandKind, count: u32) -> Demand {
    Demand {
        key: key.into(),
        kind,
        name: key.into(),
        name_en: key.into(),
        unit: "A".into(),
        minimum: Some(Decimal::ONE),
        maximum: Some(Decimal::TEN),
        count,
    }
}

fn node(key: &str, demands: Vec<Demand>) -> Node {
    Node { key: key.into(), name: key.into(), name_en: key.into(), demands, role_keys: vec![], limit_minutes: None }
}

impl World {
    pub fn new() -> World {
        let mut world = World { records: BTreeMap::new(), missing: Read::Absent, acts: 1000 };
        let role = |n: u128, key: &str, rights: &[Right]| Role {
            id: id(n),
            key: key.into(),
            name: key.into(),
            name_en: key.into(),
            rights: rights.to_vec(),
        };
        let user = |n: u128, role: u128| User {
            id: id(n),
            login: n.to_string(),
            name: format!("person {n}"),
            name_en: String::new(),
            phone: String::new(),
            role_id: id(role),
            region_id: id(10),
            van_id: None,
            active: n != GONE,
        };
        use Right::*;
        world.put(role(60, "engineer", &[OpenTicket, WorkTicket, UsePart]));
        world.put(role(61, "dispatcher", &[OpenTicket, AssignTicket, EditCustomer]));
        world.put(role(62, "clerk", &[UsePart, KeepStock, EditCatalogue]));
        world.put(role(63, "finance", &[SeeAllRegions]));
        world.put(person::Region { id: id(10), name: "北".into(), name_en: String::new(), parent_id: None });
        for (n, role) in [(LI, 60), (XU, 60), (BOSS, 61), (GONE, 60), (CLERK, 62), (HANA, 63)] {
            world.put(user(n, role));
        }
        world.put(Site {
            id: id(SITE),
            customer_id: id(21),
            region_id: id(10),
            name: "Harbour Tower".into(),
            name_en: String::new(),
            address: "1".into(),
            latitude: None,
            longitude: None,
        });
        for place in [VAN, FAR] {
            world.put(StockLocation {
                id: id(place),
                location_kind: StockLocationKind::Van,
                name: "van".into(),
                name_en: String::new(),
                region_id: id(10),
                parent_id: None,
                latitude: None,
                longitude: None,
            });
        }
        for (n, number, name, name_en, unit) in [(BELT, "B", "皮带", "Belt", "pcs"), (CABLE, "C", "电缆", "Cable", "m")]
        {
            world.put(Part {
                id: id(n),
                number: number.into(),
                name: name.into(),
                name_en: name_en.into(),
                unit: unit.into(),
                category: String::new(),
                minimum: Quantity::ZERO,
            });
        }
        world.put(Workflow {
            id: id(FLOW),
            key: "repair".into(),
            version: 1,
            name: "维修".into(),
            name_en: "Repair".into(),
            ticket_kind: TicketKind::Repair,
            nodes: vec![
                node("arrive", vec![]),
                node("repair", vec![demand("current", DemandKind::Reading, 1), demand("belt", DemandKind::Part, 0)]),
            ],
            active: true,
        });
        world
    }

    pub fn put(&mut self, record: impl Into<AnyRecord>) {
        let record = record.into();
        self.records.insert(record.key(), record);
    }

    pub fn get<T: Record>(&self, id: Id) -> T {
        Arc::unwrap_or_clone(T::from_any(self.records[&(T::KIND, id)].clone()).unwrap())
    }

    pub fn act(&mut self, who: u128, command: impl Into<Command>) -> Act {
        self.acts += 1;
        Act {
            id: id(self.acts),
            actor_id: id(who),
            replica_id: id(900 + who),
            occurred_at: self.acts as i64 * 1000,
            requires: vec![],
            command: command.into(),
        }
    }

    pub fn at(&mut self, place: Pass, who: u128, command: impl Into<Command>) -> Result<Effects, Refusal> {
        let act = self.act(who, command);
        let effects = decide(self, &act, place)?;
        for put in &effects.puts {
            self.put(put.clone());
        }
        Ok(effects)
    }

    /// What must be taken without a murmur.
    pub fn done(&mut self, who: u128, command: impl Into<Command>) -> Effects {
        let effects = self.at(Pass::Origin, who, command).unwrap();
        assert_eq!(effects.discrepancies, []);
        effects
    }

    pub fn refused(&mut self, who: u128, command: impl Into<Command>) -> Code {
        self.at(Pass::Origin, who, command).unwrap_err().code
    }

    /// What a fact leaves when it is decided later.
    pub fn later(&mut self, who: u128, command: impl Into<Command>) -> Vec<Code> {
        let effects = self.at(Pass::Headquarters, who, command).unwrap();
        effects.discrepancies.iter().map(|refusal| refusal.code).collect()
    }

    pub fn ticket(&mut self, engineer: Option<u128>) -> Id {
        let open = OpenTicket { number: format!("T-{}", self.acts), engineer_id: engineer.map(id), ..an_open() };
        let opener = if engineer.is_none_or(|engineer| engineer == LI) { LI } else { BOSS };
        self.done(opener, open);
        id(self.acts)
    }

    pub fn step(&self, ticket_id: Id, node: &str) -> Id {
        step_id(ticket_id, node)
    }

    pub fn level(&self, place: u128) -> Quantity {
        self.get::<StockLevel>(level_id(id(BELT), id(place))).quantity
    }
}

pub fn use_belt(ticket_id: Id, step_id: Option<Id>, quantity: i64) -> UsePart {
    UsePart { ticket_id, step_id, part_id: id(BELT), quantity: Quantity::from(quantity), from_id: id(VAN) }
}

/// A ticket at the site, for nobody yet.
pub fn an_open() -> OpenTicket {
    OpenTicket {
        number: "T-9".into(),
        workflow_id: id(FLOW),
        title: "E27".into(),
        description: String::new(),
        urgency: Urgency::Normal,
        source: "app".into(),
        device_id: None,
        site_id: id(SITE),
        contact_id: None,
        engineer_id: None,
        planned_at: None,
        due_at: None,
        fault_code: String::new(),
        latitude: None,
        longitude: None,
        again: false,
    }
}
