//! A small company: two regions, five people, three devices, three parts. Each thing's id derives from a short word.

use outpost_app::questions::{Question, Seat, SyncState, SyncView, answer};
use outpost_app::{Desk, Facts, Failure};
use outpost_domain::customer::{Contact, Customer, Site, Tier};
use outpost_domain::device::{Device, DeviceModel, DeviceState, Tag, TagTarget, tag_id};
use outpost_domain::person::{Region, Right, Role, User};
use outpost_domain::stock::{Part, Stand, StockLevel, StockLocation, StockLocationKind, level_id};
use outpost_domain::ticket::{Ticket, TicketState, Urgency};
use outpost_domain::workflow::{Demand, DemandKind, Node, TicketKind, Workflow};
use outpost_domain::{Act, AnyRecord, Command, Effects, Id, Instant, Kind, Pass, decide, derive};
use outpost_store::{Holding, Store, params};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// 24 November 2026, 14:00 where the company works.
pub const NOW: Instant = 1_795_500_000_000;
pub const MINUTE: Instant = 60_000;
pub const HOUR: Instant = 60 * MINUTE;
pub const DAY: Instant = 24 * HOUR;

/// The id of the thing that these tests call so.
pub fn id(word: &str) -> Id {
    derive(Id::nil(), word)
}

pub fn facts(seat: Seat) -> Facts {
    Facts {
        seat,
        company: "海港服务".to_owned(),
        headquarters: "http://127.0.0.1:1".to_owned(),
        replica_id: (seat == Seat::Field).then(|| id("tablet")),
        scopes: None,
        sync: SyncView {
            state: if seat == Seat::Console { SyncState::Headquarters } else { SyncState::Settled },
            waiting: 0,
            files_waiting: 0,
            waiting_for_wifi: 0,
            wifi_only: false,
            attention: 0,
            synced_at: Some(NOW - 5 * MINUTE),
            running: false,
            arrived: 0,
            expected: 0,
            trouble: None,
            trouble_detail: String::new(),
            clock_ahead_millis: None,
            pending: Vec::new(),
        },
        stand: Stand { revision: 7, seq: 0 },
        waiting: BTreeSet::new(),
        files: std::sync::Arc::new(outpost_sync::Files::new("/nonexistent")),
        free_megabytes: Some(20_000),
        utc_offset_minutes: 480,
    }
}

/// At headquarters, signed in as someone who may see these scopes.
pub fn console(scopes: &[String]) -> Facts {
    Facts { scopes: Some(scopes.to_vec()), ..facts(Seat::Console) }
}

pub fn desk<'a>(store: &'a Store, facts: &'a Facts, user: &str) -> Desk<'a> {
    Desk { store, facts, user_id: Some(id(user)), now: NOW }
}

pub fn try_ask<T: DeserializeOwned>(desk: &Desk<'_>, question: &Question) -> Result<T, Failure> {
    answer(desk, question).map(|told| serde_json::from_value(told.answer).unwrap())
}

pub fn ask<T: DeserializeOwned>(desk: &Desk<'_>, question: &Question) -> T {
    try_ask(desk, question).unwrap()
}

pub fn put(store: &Store, record: impl Into<AnyRecord>) {
    store.put(&record.into()).unwrap();
}

/// Says at headquarters who may see a record.
pub fn scope(store: &Store, kind: Kind, id: Id, scope: &str) {
    let known = "SELECT bucket FROM bucket_scope WHERE scope = $1";
    let number = match store.number(known, params![scope]).unwrap() {
        0 => {
            let new = store.number("SELECT count(*) + 1 FROM bucket_scope", &[]).unwrap();
            store.execute("INSERT INTO bucket_scope (scope, bucket) VALUES ($1, $2)", params![scope, new]).unwrap();
            new
        }
        known => known,
    };
    let sql = "INSERT INTO entity (kind, id, revision, bucket, placed_revision, hash, image)
         VALUES ($1, $2, 1, $3, 1, 0, x'')";
    store.execute(sql, params![kind.table(), id.to_string(), number]).unwrap();
    let sql = "INSERT INTO bucket_digest (bucket, kind, count, sum) VALUES ($1, $2, 1, 0)
         ON CONFLICT (bucket, kind) DO UPDATE SET count = bucket_digest.count + 1";
    store.execute(sql, params![number, kind.table()]).unwrap();
}

pub fn region_scope(region: &str) -> String {
    format!("region:{}", id(region))
}

/// The command of that id, given and kept, as on the replica of `actor`.
pub fn give(store: &Store, word: &str, actor: &str, at: Instant, command: impl Into<Command>) -> Effects {
    let act = act(word, actor, at, command);
    let effects = decide(store, &act, Pass::Origin).unwrap();
    for record in &effects.puts {
        store.put(record).unwrap();
    }
    effects
}

pub fn act(word: &str, actor: &str, at: Instant, command: impl Into<Command>) -> Act {
    Act {
        id: id(word),
        actor_id: id(actor),
        replica_id: id("tablet"),
        occurred_at: at,
        requires: Vec::new(),
        command: command.into(),
    }
}

/// The whole company in one store, with no ticket yet.
pub fn company(holding: Holding) -> Store {
    let store = Store::in_memory(holding).unwrap();
    people(&store);
    customers(&store);
    devices(&store);
    stock(&store);
    workflows(&store);
    store
}

fn people(store: &Store) {
    for (word, name, name_en, above) in [
        ("country", "全国", "Country", None),
        ("north", "北区", "North", Some("country")),
        ("city", "北区一片", "North city", Some("north")),
        ("south", "南区", "South", Some("country")),
    ] {
        put(store, Region { id: id(word), name: name.into(), name_en: name_en.into(), parent_id: above.map(id) });
    }
    let engineer = vec![Right::OpenTicket, Right::WorkTicket, Right::UsePart];
    let dispatcher = vec![Right::OpenTicket, Right::WorkTicket, Right::AssignTicket, Right::SeeAllRegions];
    for (key, rights) in [("engineer", engineer), ("dispatcher", dispatcher), ("clerk", vec![Right::KeepStock])] {
        put(store, Role { id: id(key), key: key.into(), name: key.into(), name_en: key.into(), rights });
    }
    for (word, name, role, region, van, active) in [
        ("li", "李强", "engineer", "north", Some("van-li"), true),
        ("wang", "王芳", "engineer", "north", Some("van-wang"), true),
        ("chen", "陈明", "engineer", "south", None, true),
        ("gone", "赵离", "engineer", "north", None, false),
        ("zhou", "周调", "dispatcher", "country", None, true),
        ("sun", "孙库", "clerk", "north", None, true),
    ] {
        put(
            store,
            User {
                id: id(word),
                login: word.into(),
                name: name.into(),
                name_en: word.into(),
                phone: String::new(),
                role_id: id(role),
                region_id: id(region),
                van_id: van.map(id),
                active,
            },
        );
    }
}

fn customers(store: &Store) {
    for (word, name, name_en, region) in
        [("harbour", "海港大厦", "Harbour Tower", "north"), ("lotus", "荷花厨房", "Lotus Kitchen", "south")]
    {
        put(
            store,
            Customer {
                id: id(word),
                name: name.into(),
                name_en: name_en.into(),
                tier: Tier::Standard,
                region_id: id(region),
                note: String::new(),
            },
        );
    }
    for (word, customer, region, name, position) in [
        ("tower", "harbour", "north", "主楼", Some((31.2304, 121.4737))),
        ("annex", "harbour", "city", "副楼", None),
        ("kitchen", "lotus", "south", "总店", None),
    ] {
        put(
            store,
            Site {
                id: id(word),
                customer_id: id(customer),
                region_id: id(region),
                name: name.into(),
                name_en: word.into(),
                address: format!("{name} 1 号"),
                latitude: position.map(|(latitude, _)| latitude),
                longitude: position.map(|(_, longitude)| longitude),
            },
        );
    }
    put(
        store,
        Contact {
            id: id("guard"),
            customer_id: id("harbour"),
            site_id: Some(id("tower")),
            name: "门卫".into(),
            title: String::new(),
            phone: "555".into(),
        },
    );
}

fn devices(store: &Store) {
    for (word, name, name_en, parts) in
        [("lift", "客梯", "Passenger lift", vec!["belt", "seal", "relay"]), ("oven", "烤箱", "Oven", Vec::new())]
    {
        put(
            store,
            DeviceModel {
                id: id(word),
                maker: "Acme".into(),
                name: name.into(),
                name_en: name_en.into(),
                category: word.into(),
                part_ids: parts.into_iter().map(id).collect(),
                faults: Vec::new(),
            },
        );
    }
    for (word, number, name, model, site, customer, warranty) in [
        ("lift-3", "LF-0003", "三号梯", "lift", "tower", "harbour", Some("2026-11-24")),
        ("lift-4", "LF-0004", "四号梯", "lift", "annex", "harbour", None),
        ("oven-2", "OV-0002", "二号烤箱", "oven", "kitchen", "lotus", Some("soon")),
    ] {
        put(
            store,
            Device {
                id: id(word),
                number: number.into(),
                name: name.into(),
                name_en: word.into(),
                model_id: id(model),
                site_id: id(site),
                customer_id: id(customer),
                place: "1F".into(),
                state: DeviceState::InService,
                installed_on: None,
                warranty_until_on: warranty.map(str::to_owned),
                note: String::new(),
            },
        );
    }
    for (code, target, of) in [
        ("QR-LIFT", TagTarget::Device, "lift-3"),
        ("https://maker.example/4", TagTarget::Device, "lift-4"),
        ("QR-BELT", TagTarget::Part, "belt"),
        ("QR-VAN", TagTarget::StockLocation, "van-li"),
        ("QR-FAR", TagTarget::Device, "not held"),
    ] {
        put(store, Tag { id: tag_id(code), code: code.into(), target, target_id: id(of) });
    }
}

fn stock(store: &Store) {
    for (word, number, name, name_en, minimum) in [
        ("belt", "P-001", "门皮带", "Door belt", "15"),
        ("seal", "P-002", "防漏密封圈", "Leak seal", "0.3"),
        ("relay", "P-003", "继电器", "Relay", "0"),
    ] {
        put(
            store,
            Part {
                id: id(word),
                number: number.into(),
                name: name.into(),
                name_en: name_en.into(),
                unit: "pcs".into(),
                category: "lift".into(),
                minimum: minimum.parse().unwrap(),
            },
        );
    }
    for (word, kind, name, region) in [
        ("van-wang", StockLocationKind::Van, "一号车", "north"),
        ("store-south", StockLocationKind::Warehouse, "南仓", "south"),
        ("store-north", StockLocationKind::Warehouse, "北仓", "north"),
        ("van-li", StockLocationKind::Van, "二号车", "north"),
    ] {
        put(
            store,
            StockLocation {
                id: id(word),
                location_kind: kind,
                name: name.into(),
                name_en: word.into(),
                region_id: id(region),
                parent_id: None,
                latitude: None,
                longitude: None,
            },
        );
    }
    for (part, place, quantity) in [
        ("belt", "van-li", "1.5"),
        ("belt", "store-north", "2"),
        ("belt", "store-south", "10.1"),
        ("seal", "van-li", "0"),
        ("seal", "store-north", "0.1"),
        ("seal", "store-south", "0.2"),
    ] {
        put(
            store,
            StockLevel {
                id: level_id(id(part), id(place)),
                part_id: id(part),
                location_id: id(place),
                quantity: quantity.parse().unwrap(),
                changed_at: NOW - DAY,
                counted_at: None,
            },
        );
    }
}

fn workflows(store: &Store) {
    let demand = |key: &str, kind, name: &str| Demand {
        key: key.into(),
        kind,
        name: name.into(),
        name_en: key.into(),
        unit: String::new(),
        minimum: None,
        maximum: None,
        count: 1,
    };
    let node = |key: &str, name: &str, demands, roles: &[&str]| Node {
        key: key.into(),
        name: name.into(),
        name_en: key.into(),
        demands,
        role_keys: roles.iter().map(|role| (*role).to_owned()).collect(),
        limit_minutes: None,
    };
    let nodes = vec![
        node("arrive", "到达", vec![demand("there", DemandKind::Confirm, "已到")], &[]),
        node(
            "repair",
            "维修",
            vec![demand("current", DemandKind::Reading, "电流"), demand("fitted", DemandKind::Part, "备件")],
            &["engineer"],
        ),
        node("sign", "签字", vec![demand("customer", DemandKind::Signature, "客户签字")], &[]),
    ];
    for (word, key, version, active) in
        [("repair-1", "repair", 1, true), ("repair-2", "repair", 2, true), ("old-1", "old", 1, false)]
    {
        put(
            store,
            Workflow {
                id: id(word),
                key: key.into(),
                version,
                name: "维修".into(),
                name_en: "Repair".into(),
                ticket_kind: TicketKind::Repair,
                nodes: nodes.clone(),
                active,
            },
        );
    }
}

/// A ticket at the tower's lift that nobody has; its id derives from its number.
pub fn ticket(number: &str) -> Ticket {
    Ticket {
        id: id(number),
        number: number.into(),
        ticket_kind: TicketKind::Repair,
        workflow_id: id("repair-2"),
        title: format!("门故障 {number}"),
        description: String::new(),
        urgency: Urgency::Normal,
        state: TicketState::Open,
        source: "scan".into(),
        device_id: Some(id("lift-3")),
        site_id: id("tower"),
        customer_id: id("harbour"),
        contact_id: None,
        region_id: id("north"),
        engineer_id: None,
        opened_by_id: id("li"),
        opened_at: NOW - DAY,
        planned_at: None,
        due_at: None,
        closed_at: None,
        node: Some("arrive".into()),
        reason: String::new(),
        fault_code: String::new(),
        latitude: None,
        longitude: None,
    }
}

/// The same for one engineer, in a state.
pub fn ticket_of(number: &str, engineer: &str, state: TicketState) -> Ticket {
    Ticket { engineer_id: Some(id(engineer)), state, ..ticket(number) }
}
