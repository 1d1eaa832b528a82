//! A company of two regions, its people, and what somebody sends who writes requests by hand.

use outpost_demo::{roles, workflows};
use outpost_domain::attention::Attention;
use outpost_domain::customer::{Customer, Site, Tier};
use outpost_domain::person::{Region, Replica, User};
use outpost_domain::stock::{Part, ReceiveStock, StockLevel, StockLocation, StockLocationKind, UsePart, level_id};
use outpost_domain::ticket::{OpenTicket, Urgency};
use outpost_domain::{Act, AnyRecord, Command, Id, Quantity};
use outpost_headquarters::Headquarters;
use outpost_sync::protocol::{Cursor, Frame, Outcome, PROTOCOL, Pull, Pushed, SyncRequest};
use uuid::Uuid;

/// Later than the commits that the machine's clock dates.
pub(crate) const NOW: i64 = 4_000_000_000_000;
pub(crate) const DAY: i64 = 86_400_000;

pub(crate) fn id(n: u128) -> Id {
    Uuid::from_u128(n)
}

pub(crate) const ROOT: u128 = 1;
pub(crate) const NORTH: u128 = 2;
pub(crate) const SOUTH: u128 = 3;
pub(crate) const LI: u128 = 10;
pub(crate) const CHEN: u128 = 11;
pub(crate) const CLERK: u128 = 12;
pub(crate) const BOSS: u128 = 13;
pub(crate) const ADMIN: u128 = 14;
pub(crate) const PART: u128 = 40;

pub(crate) fn user(n: u128, role: &str, region: u128) -> User {
    User {
        id: id(n),
        login: n.to_string(),
        name: n.to_string(),
        name_en: String::new(),
        phone: String::new(),
        role_id: roles().into_iter().find(|known| known.key == role).unwrap().id,
        region_id: id(region),
        van_id: None,
        active: true,
    }
}

pub(crate) struct Company {
    pub(crate) hq: Headquarters,
}

impl Company {
    pub(crate) fn new() -> Company {
        let hq = Headquarters::in_memory(None, 1000).unwrap();
        let region = |n: u128, parent: Option<u128>| Region {
            id: id(n),
            name: n.to_string(),
            name_en: String::new(),
            parent_id: parent.map(id),
        };
        let mut records: Vec<AnyRecord> =
            vec![region(ROOT, None).into(), region(NORTH, Some(ROOT)).into(), region(SOUTH, Some(ROOT)).into()];
        records.extend(roles().into_iter().map(Into::into));
        records.extend(workflows().into_iter().map(Into::into));
        for (n, role, region) in [
            (LI, "engineer", NORTH),
            (CHEN, "engineer", SOUTH),
            (CLERK, "clerk", SOUTH),
            (BOSS, "manager", NORTH),
            (ADMIN, "admin", ROOT),
        ] {
            records.push(user(n, role, region).into());
            records.push(replica(n).into());
        }
        for region in [NORTH, SOUTH] {
            records.push(
                Site {
                    id: id(20 + region),
                    customer_id: id(29),
                    region_id: id(region),
                    name: "site".into(),
                    name_en: String::new(),
                    address: "1".into(),
                    latitude: None,
                    longitude: None,
                }
                .into(),
            );
            records.push(
                StockLocation {
                    id: id(30 + region),
                    location_kind: StockLocationKind::Warehouse,
                    name: "warehouse".into(),
                    name_en: String::new(),
                    region_id: id(region),
                    parent_id: None,
                    latitude: None,
                    longitude: None,
                }
                .into(),
            );
        }
        records.push(
            Customer {
                id: id(29),
                name: "C".into(),
                name_en: String::new(),
                tier: Tier::Vip,
                region_id: id(NORTH),
                note: String::new(),
            }
            .into(),
        );
        records.push(
            Part {
                id: id(PART),
                number: "B".into(),
                name: "皮带".into(),
                name_en: "Belt".into(),
                unit: "pcs".into(),
                category: String::new(),
                minimum: Quantity::ZERO,
            }
            .into(),
        );
        hq.store_records(&records).unwrap();
        let company = Company { hq };
        for (by, region) in [(BOSS, NORTH), (CLERK, SOUTH)] {
            let quantity = Quantity::of(10);
            company.give(by, ReceiveStock { part_id: id(PART), quantity, to_id: id(30 + region), note: String::new() });
        }
        company
    }

    pub(crate) fn give(&self, who: u128, command: impl Into<Command>) -> Id {
        let name = Uuid::now_v7();
        self.hq.give(id(who), name, command.into(), NOW).unwrap().unwrap();
        name
    }

    pub(crate) fn open(&self, region: u128) -> Id {
        self.give(ADMIN, an_open(region))
    }

    pub(crate) fn record(&self, n: u128) -> Replica {
        self.hq.reader().get(id(900 + n)).unwrap().unwrap()
    }

    pub(crate) fn act(&self, who: u128, command: impl Into<Command>) -> Pushed {
        let (name, command) = (Uuid::now_v7(), command.into());
        let (actor_id, replica_id, version) = (id(who), id(900 + who), command.version());
        let act = Act { id: name, actor_id, replica_id, occurred_at: NOW, requires: vec![], command };
        Pushed { id: name, seq: 0, version, base_revision: 0, act: serde_json::to_string(&act).unwrap() }
    }

    pub(crate) fn push(&self, who: u128, pushed: Pushed, now: i64) -> Outcome {
        self.hq.receive(&self.record(who), &[pushed], now).unwrap().remove(0)
    }

    /// Everything that a replica is told, and the cursor that it has then.
    pub(crate) fn pull(&self, who: u128, cursor: Option<Cursor>, now: i64) -> (Vec<Frame>, Cursor) {
        let user = self.hq.reader().get::<User>(id(who)).unwrap().unwrap();
        let epoch = cursor.as_ref().map(|cursor| cursor.epoch.clone());
        let pull = Some(Pull { cursor, ..Pull::default() });
        let request = SyncRequest {
            protocol: PROTOCOL,
            version: "1".into(),
            sent_at: now,
            nonce: String::new(),
            epoch,
            before_epoch_seq: 0,
            waiting: 0,
            files_waiting: 0,
            commands: vec![],
            pull,
        };
        let (mut frames, mut next) = self.hq.answer(&self.record(who), &user, &request, now).unwrap();
        while let Some(stream) = next {
            let part = self.hq.part(stream).unwrap();
            frames.extend(part.frames);
            next = part.next;
        }
        let Some(Frame::End { cursor }) = frames.last().cloned() else { panic!("{frames:?}") };
        (frames, cursor)
    }

    pub(crate) fn matter(&self, command: Id) -> Attention {
        let found = self.hq.reader().select("WHERE command_id = $1", &[&command.to_string()]).unwrap();
        found.into_iter().next().unwrap()
    }

    pub(crate) fn level(&self, region: u128) -> Quantity {
        self.hq.reader().get::<StockLevel>(level_id(id(PART), id(30 + region))).unwrap().unwrap().quantity
    }
}

pub(crate) fn replica(n: u128) -> Replica {
    Replica {
        id: id(900 + n),
        name: n.to_string(),
        prefix: n.to_string(),
        user_id: id(n),
        enrolled_at: NOW,
        revoked: false,
        forked_from_id: None,
    }
}

pub(crate) fn use_of(ticket_id: Id, region: u128) -> UsePart {
    UsePart { ticket_id, step_id: None, part_id: id(PART), quantity: Quantity::ONE, from_id: id(30 + region) }
}

/// A ticket at the site of a region.
pub(crate) fn an_open(region: u128) -> OpenTicket {
    OpenTicket {
        number: String::new(),
        workflow_id: workflows().into_iter().find(|workflow| workflow.key == "repair").unwrap().id,
        title: "door".into(),
        description: String::new(),
        urgency: Urgency::Normal,
        source: "console".into(),
        device_id: None,
        site_id: id(20 + region),
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
