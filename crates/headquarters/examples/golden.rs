//! Writes the golden files of this version: a headquarters, a replica of its with a command of every kind in the outbox,
//! and each of those commands as it was written. `./dev golden` runs it.
//!
//! The files of a version that was released are never written again: tablets of that version exist, and will come back.

use outpost_demo::workflows;
use outpost_domain::person::{Replica as ReplicaRecord, Right, Role, User};
use outpost_domain::ticket::step_id;
use outpost_domain::{AnyRecord, Command, Id, Instant, derive};
use outpost_headquarters::Headquarters;
use outpost_store::rusqlite::OpenFlags;
use outpost_store::{Key, connect};
use outpost_sync::protocol::EnrolRequest;
use outpost_sync::{FileStore, Files, Given, Identity, Replica, SigningKey};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use uuid::Uuid;

type Done<T> = Result<T, Box<dyn Error>>;

/// When all of it happened.
const NOW: Instant = 1_790_000_000_000;
const LEVEL: i32 = 19;

fn main() -> Done<()> {
    let root = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run it with cargo")?).join("../..");
    let version = env!("CARGO_PKG_VERSION");
    let released = std::fs::read_to_string(root.join("CHANGELOG.md"))?
        .lines()
        .any(|line| line.strip_prefix("## ").is_some_and(|title| title.split_whitespace().next() == Some(version)));
    if released {
        return Err(format!("{version} was released: its golden files stay as they are").into());
    }
    write(&root.join("tests/golden").join(version))
}

fn write(folder: &PathBuf) -> Done<()> {
    let headquarters = Headquarters::in_memory(None, 1000)?;
    headquarters.store_records(&company()?)?;
    let (secret, _) = headquarters.invite(&outpost_headquarters::Actor::machine(), id(BOSS))?;
    let key = SigningKey::generate()?;
    let version = env!("CARGO_PKG_VERSION").into();
    let request = EnrolRequest { secret, device_name: "golden".into(), version, public_key: key.public() };
    let enrolled = headquarters.enrol(&request)?;
    let mut replica = Replica::in_memory(None)?;
    replica.enrol(&Identity::of("http://127.0.0.1:9", false, key, enrolled.clone()))?;
    round(&headquarters, &replica, &enrolled.replica)?;
    for (number, (name, payload)) in commands().into_iter().enumerate() {
        let command: Command = serde_json::from_value(json!({ "name": name, "payload": payload }))?;
        match replica.give(act_id(number), NOW + number as i64 * 1000, command)? {
            Given::Saved { .. } => {}
            Given::Refused(refusal) => return Err(format!("{name}: {refusal}").into()),
        }
    }

    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let acts = folder.join("commands");
    std::fs::create_dir_all(&acts)?;
    let mut written = BTreeSet::new();
    for pending in replica.pending(usize::MAX >> 1)? {
        let act: Value = serde_json::from_str(&pending.act)?;
        let name = act["name"].as_str().unwrap_or_default().to_owned();
        if written.insert(name.clone()) {
            std::fs::write(acts.join(format!("{name}.{}.json", pending.version)), &pending.act)?;
        }
    }
    let lacking: Vec<_> = Command::NAMES.iter().filter(|name| !written.contains(**name)).collect();
    if !lacking.is_empty() {
        return Err(format!("give these as well, in this program: {lacking:?}").into());
    }
    std::fs::write(
        folder.join("headquarters.db.zst"),
        zstd::bulk::compress(&headquarters.writer().to_bytes()?, LEVEL)?,
    )?;
    std::fs::write(folder.join("replica.db.zst"), zstd::bulk::compress(&replica.store_mut().to_bytes()?, LEVEL)?)?;
    encrypted(&folder.join("encrypted"))?;
    println!("{} commands, {} kinds: {}", replica.pending_count()?, written.len(), folder.display());
    Ok(())
}

/// What a key does to a database and to a file.
fn encrypted(folder: &Path) -> Done<()> {
    std::fs::create_dir_all(folder)?;
    let key = Key::new([0x60; 32]);
    let conn = connect(&folder.join("small.db"), Some(&key), OpenFlags::default())?;
    conn.execute_batch("CREATE TABLE golden (word TEXT NOT NULL)")?;
    conn.execute("INSERT INTO golden VALUES ($1)", [env!("CARGO_PKG_VERSION")])?;
    let home = tempfile::tempdir()?;
    let sha256 = Files::sealed(home.path(), &key).keep(env!("CARGO_PKG_VERSION").as_bytes())?;
    std::fs::copy(home.path().join(&sha256[..2]).join(&sha256), folder.join("file"))?;
    Ok(())
}

fn round(headquarters: &Headquarters, replica: &Replica, record: &ReplicaRecord) -> Done<()> {
    let user = headquarters.reader().get::<User>(record.user_id)?.ok_or("nobody")?;
    loop {
        let (mut frames, mut next) = headquarters.answer(record, &user, &replica.request(NOW)?, NOW)?;
        while let Some(stream) = next {
            let part = headquarters.part(stream)?;
            frames.extend(part.frames);
            next = part.next;
        }
        replica.absorb(&frames, NOW, NOW)?;
        if !replica.wants_more()? {
            return Ok(());
        }
    }
}

fn id(n: u128) -> Id {
    Uuid::from_u128(n)
}

fn act_id(number: usize) -> Id {
    derive(id(0), &format!("golden {number}"))
}

const REGION: u128 = 1;
const ROLE: u128 = 2;
const BOSS: u128 = 10;
const COLLEAGUE: u128 = 11;
const CUSTOMER: u128 = 20;
const SITE: u128 = 21;
const CONTACT: u128 = 22;
const WAREHOUSE: u128 = 30;
const VAN: u128 = 31;
const PART: u128 = 40;
const MODEL: u128 = 50;
const DEVICE: u128 = 51;
const MATTER: u128 = 60;
const APART: u128 = 63;

/// The least company in which everything can be done, by one person who may do everything.
fn company() -> Done<Vec<AnyRecord>> {
    let rights = vec![
        Right::OpenTicket,
        Right::WorkTicket,
        Right::AssignTicket,
        Right::UsePart,
        Right::KeepStock,
        Right::EditCatalogue,
        Right::EditCustomer,
        Right::EditPerson,
        Right::SeeAllRegions,
    ];
    let role = Role { id: id(ROLE), key: "all".into(), name: "all".into(), name_en: "all".into(), rights };
    let mut records: Vec<AnyRecord> = Vec::new();
    for (kind, record) in
        [("region", region("总部")), ("user", user(BOSS, "boss")), ("user", user(COLLEAGUE, "colleague"))]
    {
        records.push(serde_json::from_value(json!({ "kind": kind, "record": record }))?);
    }
    records.insert(1, role.into());
    records.extend(workflows().into_iter().filter(|workflow| workflow.key == "repair").map(Into::into));
    for (kind, record) in [
        ("customer", customer("客户")),
        ("site", site("一号楼")),
        ("contact", contact("周先生")),
        ("stock_location", place(WAREHOUSE, "warehouse")),
        ("stock_location", place(VAN, "van")),
        ("part", part("轴承")),
        ("device_model", model("电梯")),
        ("device", device("三号梯")),
        ("attention", matter()),
        ("attention", matter_apart()),
    ] {
        records.push(serde_json::from_value(json!({ "kind": kind, "record": record }))?);
    }
    Ok(records)
}

fn region(name: &str) -> Value {
    json!({ "id": id(REGION), "name": name, "name_en": "Root", "parent_id": null })
}

fn user(of: u128, login: &str) -> Value {
    json!({
        "id": id(of), "login": login, "name": login, "name_en": "", "phone": "", "role_id": id(ROLE),
        "region_id": id(REGION), "van_id": null, "active": true,
    })
}

/// As a device has them: it does not know what they sign in with.
fn colleague(phone: &str) -> Value {
    let mut user = user(COLLEAGUE, "colleague");
    user["login"] = "".into();
    user["phone"] = phone.into();
    user
}

fn customer(name: &str) -> Value {
    json!({ "id": id(CUSTOMER), "name": name, "name_en": "C", "tier": "vip", "region_id": id(REGION), "note": "" })
}

fn site(name: &str) -> Value {
    json!({
        "id": id(SITE), "customer_id": id(CUSTOMER), "region_id": id(REGION), "name": name, "name_en": "One",
        "address": "1 Harbour Road", "latitude": 39.9, "longitude": 116.4,
    })
}

fn contact(name: &str) -> Value {
    json!({ "id": id(CONTACT), "customer_id": id(CUSTOMER), "site_id": id(SITE), "name": name, "title": "", "phone": "1" })
}

fn place(of: u128, kind: &str) -> Value {
    json!({
        "id": id(of), "location_kind": kind, "name": kind, "name_en": kind, "region_id": id(REGION), "parent_id": null,
        "latitude": null, "longitude": null,
    })
}

fn part(name: &str) -> Value {
    json!({
        "id": id(PART), "number": "P-1", "name": name, "name_en": "Bearing", "unit": "pcs", "category": "", "minimum": "1.5",
    })
}

fn model(name: &str) -> Value {
    json!({
        "id": id(MODEL), "maker": "Harbour", "name": name, "name_en": "Lift", "category": "lift", "part_ids": [id(PART)],
        "faults": [{ "code": "E27", "name": "门机", "name_en": "Door" }],
    })
}

fn device(name: &str) -> Value {
    json!({
        "id": id(DEVICE), "number": "L-3", "name": name, "name_en": "Lift 3", "model_id": id(MODEL), "site_id": id(SITE),
        "customer_id": id(CUSTOMER), "place": "", "state": "in_service", "installed_on": "2020-02-29",
        "warranty_until_on": null, "note": "",
    })
}

fn matter() -> Value {
    json!({
        "id": id(MATTER), "cause": "refused", "code": "TicketTaken", "details": {}, "command_id": id(61),
        "command_name": "ClaimTicket", "ticket_id": null, "actor_id": id(BOSS), "replica_id": id(62),
        "region_id": id(REGION), "raised_at": NOW, "resolved_by_id": null, "resolved_at": null, "resolution": "",
    })
}

fn matter_apart() -> Value {
    json!({
        "id": id(APART), "cause": "quarantined", "code": "RightMissing", "details": {}, "command_id": id(64),
        "command_name": "AddNote", "ticket_id": null, "actor_id": id(COLLEAGUE), "replica_id": id(62),
        "region_id": id(REGION), "raised_at": NOW, "resolved_by_id": null, "resolved_at": null, "resolution": "",
    })
}

fn open(title: &str) -> Value {
    json!({
        "number": "", "workflow_id": workflow(), "title": title, "description": "", "urgency": "urgent", "source": "app",
        "device_id": id(DEVICE), "site_id": id(SITE), "contact_id": id(CONTACT), "engineer_id": null, "planned_at": null,
        "due_at": NOW, "fault_code": "E27", "latitude": null, "longitude": null,
    })
}

fn workflow() -> Id {
    workflows().iter().find(|workflow| workflow.key == "repair").map(|workflow| workflow.id).unwrap_or_default()
}

/// At least one command of every kind, in an order in which each is taken.
fn commands() -> Vec<(&'static str, Value)> {
    let (ticket, second, used) = (act_id(0), act_id(1), act_id(9));
    let step = step_id(ticket, "arrive");
    vec![
        ("OpenTicket", open("Door fault E27")),
        ("OpenTicket", open("Opened twice")),
        ("ClaimTicket", json!({ "ticket_id": ticket })),
        ("StartStep", json!({ "step_id": step })),
        ("PauseStep", json!({ "step_id": step, "reason": "waiting for the key" })),
        ("StartStep", json!({ "step_id": step })),
        ("RecordEntry", json!({ "step_id": step, "demand": "greeted", "from": "", "value": "yes" })),
        ("ChooseEntry", json!({ "step_id": step, "demand": "greeted", "actor_id": id(BOSS), "value": "yes" })),
        (
            "AttachFile",
            json!({
                "ticket_id": ticket, "step_id": step, "demand": "before", "purpose": "photo", "sha256": "ab".repeat(32),
                "thumbnail_sha256": "cd".repeat(32), "media_type": "image/jpeg", "size_bytes": 7, "width": 4, "height": 3, "name": "before.jpg",
            }),
        ),
        (
            "UsePart",
            json!({ "ticket_id": ticket, "step_id": null, "part_id": id(PART), "quantity": "2", "from_id": id(VAN) }),
        ),
        ("ReturnPart", json!({ "movement_id": used, "quantity": "1", "to_id": id(VAN) })),
        ("CompleteStep", json!({ "step_id": step })),
        ("AddNote", json!({ "ticket_id": ticket, "text": "门已调整" })),
        (
            "TriageTicket",
            json!({
                "ticket_id": ticket,
                "from": { "urgency": "urgent", "planned_at": null, "due_at": NOW },
                "to": { "urgency": "high", "planned_at": NOW, "due_at": null },
            }),
        ),
        ("HandOverTicket", json!({ "ticket_id": ticket, "engineer_id": id(COLLEAGUE), "note": "my shift ends" })),
        (
            "AssignTicket",
            json!({
                "ticket_id": ticket, "from_engineer_id": id(COLLEAGUE), "engineer_id": id(BOSS), "planned_at": null,
            }),
        ),
        ("CancelTicket", json!({ "ticket_id": second, "reason": "opened twice" })),
        ("ReceiveStock", json!({ "part_id": id(PART), "quantity": "10", "to_id": id(WAREHOUSE), "note": "" })),
        ("IssueStock", json!({ "part_id": id(PART), "quantity": "1", "from_id": id(WAREHOUSE), "note": "" })),
        (
            "TransferStock",
            json!({
                "part_id": id(PART), "quantity": "3", "from_id": id(WAREHOUSE), "to_id": id(VAN), "note": "",
            }),
        ),
        (
            "AdjustStock",
            json!({ "part_id": id(PART), "location_id": id(VAN), "difference": "-1", "reason": "one was broken" }),
        ),
        (
            "CountStock",
            json!({ "part_id": id(PART), "location_id": id(VAN), "counted": "7", "counted_at": NOW, "note": "" }),
        ),
        ("HandOverAttention", json!({ "attention_id": id(MATTER), "note": "which of us goes back?" })),
        ("ResolveAttention", json!({ "attention_id": id(MATTER), "resolution": "spoken with both" })),
        ("ReleaseCommand", json!({ "attention_id": id(APART), "note": "he was there" })),
        ("BindTag", json!({ "code": "OUT-D-000003", "target": "device", "target_id": id(DEVICE) })),
        ("SaveCustomer", json!({ "customer": customer("客户二"), "from": customer("客户") })),
        ("SaveContact", json!({ "contact": contact("吴女士"), "from": contact("周先生") })),
        ("SaveSite", json!({ "site": site("二号楼"), "from": site("一号楼") })),
        ("SaveDevice", json!({ "device": device("四号梯"), "from": device("三号梯") })),
        ("SaveDeviceModel", json!({ "device_model": model("货梯"), "from": model("电梯") })),
        ("SavePart", json!({ "part": part("滚珠轴承"), "from": part("轴承") })),
        ("SaveStockLocation", json!({ "stock_location": place(VAN, "bin"), "from": place(VAN, "van") })),
        ("SaveUser", json!({ "user": colleague("138 0010 2301"), "from": colleague("") })),
        ("SaveRegion", json!({ "region": region("北方"), "from": region("总部") })),
        ("BringBack", json!({ "lost": { "kind": "customer", "record": customer("客户三") } })),
    ]
}
