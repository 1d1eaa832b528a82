//! One company twice: whole, and as if nothing of the South had ever been. Whoever sees only the North must be answered in
//! the same words by both: then nothing of the South is told, be it a record, a number of them or a sum, and an id of the South is
//! answered as one that was made up, which it is in the other. What is the South's is worked out here from the records
//! alone, by none of the code that is looked at.

use crate::NOW;
use crate::company::{Company, ROLES, id};
use outpost_app::questions::Question;
use outpost_app::{Action, Caller, Failure, Host};
use outpost_domain::attention::Attention;
use outpost_domain::customer::{Contact, SaveContact};
use outpost_domain::device::{Device, Tag, TagTarget, tag_id};
use outpost_domain::stock::TransferStock;
use outpost_domain::ticket::{Attachment, Purpose, Step, Ticket, step_id};
use outpost_domain::{Act, AnyRecord, Id, Kind, Quantity, Record};
use outpost_headquarters::{Actor, Console, Headquarters};
use outpost_store::params;
use outpost_sync::protocol::Pushed;
use outpost_sync::{Files, sha256_hex};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use tempfile::TempDir;

/// Those who see every region.
pub const EVERYWHERE: &[&str] = &["finance", "admin"];

/// A company's headquarters with its console.
pub struct World {
    pub console: Arc<Console>,
}

pub struct Worlds {
    pub company: Company,
    whole: Vec<u8>,
    without: Vec<u8>,
    files: TempDir,
    /// The ids of all records.
    records: BTreeSet<String>,
    /// The ids of those of the South.
    south: BTreeSet<String>,
    /// Every text of a record of the South that stands in no other record: ids, names, numbers, addresses, hashes.
    secrets: BTreeSet<String>,
}

/// The words that find a thing and nothing else.
pub fn words(of: Id) -> String {
    of.to_string()[..8].to_owned()
}

/// What a thing of this id has in a field that says `before` in the company.
pub fn marked(before: &str, field: &str, of: Id) -> String {
    format!("{before} {field} {}", words(of))
}

pub fn photo(who: &str) -> Vec<u8> {
    format!("photo of {who}").into_bytes()
}

pub fn session(who: &str) -> String {
    format!("session of {who}")
}

/// Who asks; a role that is no person's shows no session.
pub fn caller(role: &str) -> Caller {
    let session = (role != "nobody").then(|| session(role));
    Caller { session, base: "http://hq.example".into(), from: "192.0.2.1".into() }
}

/// Records of these kinds are everybody's, wherever they are.
fn is_everybodys(kind: Kind) -> bool {
    matches!(kind, Kind::Region | Kind::Role | Kind::User | Kind::Workflow | Kind::DeviceModel | Kind::Part)
}

fn records(hq: &Headquarters) -> Vec<AnyRecord> {
    Kind::ALL.iter().flat_map(|kind| hq.reader().select_any(*kind, "", &[]).unwrap()).collect()
}

/// The code of a failure as a word.
pub fn why(failure: &Failure) -> String {
    serde_json::to_value(failure.code).unwrap().as_str().unwrap().to_owned()
}

/// The ids of the things in a value, without those that they name.
fn ids(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| ids(value, found)),
        Value::Object(values) => {
            found.extend(values.get("id").and_then(Value::as_str).map(str::to_owned));
            values.values().for_each(|value| ids(value, found));
        }
        _ => {}
    }
}

/// All texts in a value.
fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(values) => values.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// The first place where two answers differ.
fn difference(one: &Value, other: &Value) -> Option<String> {
    let within = |name: &dyn std::fmt::Display, one: &Value, other: &Value| {
        difference(one, other).map(|place| format!("{name}.{place}"))
    };
    match (one, other) {
        _ if one == other => None,
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            one.iter().find_map(|(name, value)| within(name, value, other.get(name).unwrap_or(&Value::Null)))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).enumerate().find_map(|(nth, (one, other))| within(&nth, one, other))
        }
        _ => Some(format!(" {one} is not {other}")),
    }
}

fn texts_of(record: &AnyRecord) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    texts(&serde_json::to_value(record).unwrap()["record"], &mut found);
    found
}

/// The record with texts that no other has.
fn mark(record: &AnyRecord) -> AnyRecord {
    let mut value = serde_json::to_value(record).unwrap();
    for field in ["name", "name_en", "title", "description", "number", "address", "phone", "note", "place"] {
        if let Some(Value::String(text)) = value["record"].get_mut(field) {
            *text = marked(text, field, record.id());
        }
    }
    serde_json::from_value(value).unwrap()
}

/// What belongs to the South or its person, or to something that does.
fn of_the_south(records: &[AnyRecord]) -> Vec<AnyRecord> {
    let mut known = BTreeSet::from([id("region south").to_string(), id("stranger").to_string()]);
    loop {
        let theirs = records.iter().filter(|it| !is_everybodys(it.kind()) && !texts_of(it).is_disjoint(&known));
        let theirs: Vec<AnyRecord> = theirs.cloned().collect();
        let before = known.len();
        known.extend(theirs.iter().map(|record| record.id().to_string()));
        if known.len() == before {
            return theirs;
        }
    }
}

impl Worlds {
    pub fn new() -> Worlds {
        let (company, files) = (Company::new(), tempfile::tempdir().unwrap());
        let hq = company.again().with_files(Arc::new(Files::new(files.path())));
        let people: Vec<&str> = ROLES.iter().copied().chain(["colleague", "stranger"]).collect();
        let local: Vec<AnyRecord> = records(&hq).iter().filter(|it| !is_everybodys(it.kind())).map(mark).collect();
        hq.store_records(&local).unwrap();
        for who in &people {
            has(&hq, who);
        }
        for region in ["north", "south"] {
            let target_id = id(&format!("device {region}"));
            let code = format!("CODE {region}");
            hq.store_records(&[Tag { id: tag_id(&code), code, target: TagTarget::Device, target_id }.into()]).unwrap();
        }
        let south = of_the_south(&records(&hq));
        borders(&hq, &company);
        let whole = hq.writer().to_bytes().unwrap();
        let gone: BTreeSet<Id> = south.iter().map(AnyRecord::id).collect();
        let left: Vec<AnyRecord> = records(&hq).into_iter().filter(|it| !gone.contains(&it.id())).collect();
        forget(&hq, &south);
        let without = hq.writer().to_bytes().unwrap();
        let known: BTreeSet<String> = left.iter().flat_map(texts_of).collect();
        let secrets: BTreeSet<String> = south.iter().flat_map(texts_of).collect();
        let names = |of: &[AnyRecord]| of.iter().map(|record| record.id().to_string()).collect::<BTreeSet<String>>();
        Worlds {
            company,
            whole,
            without,
            files,
            records: &names(&left) | &names(&south),
            south: names(&south),
            // What is shorter stands in other texts by chance.
            secrets: secrets.difference(&known).filter(|text| text.len() > 3).cloned().collect(),
        }
    }

    pub fn whole(&self) -> World {
        self.world(&self.whole)
    }

    pub fn without_the_south(&self) -> World {
        self.world(&self.without)
    }

    fn world(&self, bytes: &[u8]) -> World {
        let hq = Headquarters::in_memory(Some(bytes), 1000).unwrap();
        let hq = Arc::new(hq.with_files(Arc::new(Files::new(self.files.path()))));
        World { console: Arc::new(Console::new(hq, String::new())) }
    }

    /// What of the South an answer tells that the question did not.
    fn told(&self, asked: &str, answer: &str) -> Vec<&String> {
        self.secrets.iter().filter(|secret| answer.contains(*secret) && !asked.contains(*secret)).collect()
    }

    /// What an answer tells somebody of the North that it must not; `asked` is the question, as it was written.
    pub fn fault(
        &self,
        asked: &str,
        whole: &Result<Value, Failure>,
        without: &Result<Value, Failure>,
    ) -> Option<String> {
        let told = self.told(asked, &format!("{whole:?}"));
        if !told.is_empty() {
            return Some(format!("tells of the South {told:?}"));
        }
        let place = match (whole, without) {
            (Ok(whole), Ok(without)) => difference(whole, without)?,
            _ if whole == without => return None,
            _ => format!("{whole:?}, {without:?}"),
        };
        Some(format!("tells that there is a South: {place}"))
    }

    /// An answer in a word: how many records it shows, or `n+m` if m of them are the South's; or why there is none.
    pub fn word(&self, answer: &Result<Value, Failure>) -> String {
        let answer = match answer {
            Ok(answer) => answer,
            Err(failure) => return why(failure),
        };
        let mut shown = BTreeSet::new();
        ids(answer, &mut shown);
        shown.retain(|id| self.records.contains(id));
        match shown.intersection(&self.south).count() {
            0 => shown.len().to_string(),
            south => format!("{}+{south}", shown.len() - south),
        }
    }
}

impl World {
    pub fn ask(&self, role: &str, question: &Question) -> Result<Value, Failure> {
        self.console.query(&caller(role), question).map(|told| told.answer)
    }

    pub async fn act(&self, role: &str, action: Action) -> Result<Value, Failure> {
        Ok(Arc::clone(&self.console).action(caller(role), action).await?.value)
    }
}

/// What each person has: a browser that is signed in, a line in the record of security acts, a photo of their ticket, a van
/// that bears a code.
fn has(hq: &Headquarters, who: &str) {
    let sql =
        "INSERT INTO token (token_hash, user_id, issued_at, used_at, ends_at, address) VALUES ($1, $2, $3, $4, $4, $5)";
    // One that was used just now is not noted again, so two worlds say the same.
    let (hash, until) = (sha256_hex(session(who).as_bytes()), i64::MAX);
    hq.writer().execute(sql, params![hash, id(who).to_string(), NOW, until, format!("at {who}")]).unwrap();
    hq.invite(&Actor::person(id("second admin"), "192.0.2.9"), id(who)).unwrap();
    let ticket_id = id(&format!("ticket {who}"));
    let sha256 = hq.keep_file(id(who), &photo(who)).unwrap();
    let thumbnail_sha256 = hq.keep_file(id(who), &photo(&format!("{who}, small"))).unwrap();
    let photo = Attachment {
        id: id(&format!("photo {who}")),
        ticket_id,
        step_id: Some(step_id(ticket_id, "arrive")),
        demand: "before".into(),
        purpose: Purpose::Photo,
        sha256,
        thumbnail_sha256,
        media_type: "image/jpeg".into(),
        size_bytes: 7,
        width: 1,
        height: 1,
        taken_at: None,
        latitude: None,
        longitude: None,
        name: format!("the door of {who}"),
        actor_id: id(who),
        made_at: NOW,
    };
    let (code, target_id) = (format!("VAN {who}"), id(&format!("van {who}")));
    let tag = Tag { id: tag_id(&code), code, target: TagTarget::StockLocation, target_id };
    hq.store_records(&[photo.into(), tag.into()]).unwrap();
}

fn get<T: Record>(hq: &Headquarters, name: &str) -> T {
    hq.reader().get(id(name)).unwrap().unwrap()
}

/// What lies in the North and names what is hidden from it.
fn borders(hq: &Headquarters, company: &Company) {
    let moved = TransferStock {
        part_id: id("part"),
        quantity: Quantity::ONE,
        from_id: id("warehouse south"),
        to_id: id("van engineer"),
        note: String::new(),
    };
    hq.give(id("admin"), company.fresh(), moved.into(), NOW).unwrap().unwrap();
    let ticket = Ticket {
        id: id("ticket border"),
        number: "BORDER".into(),
        title: "border".into(),
        device_id: Some(id("device south")),
        customer_id: id("customer south"),
        contact_id: Some(id("contact south")),
        engineer_id: Some(id("stranger")),
        ..get(hq, "ticket colleague")
    };
    let like: Step = hq.reader().get(step_id(id("ticket colleague"), "arrive")).unwrap().unwrap();
    let step = Step { id: step_id(ticket.id, "arrive"), ticket_id: ticket.id, engineer_id: ticket.engineer_id, ..like };
    // What a person tried with what they do not see is their own matter.
    let matter = Attention {
        id: id("matter border"),
        ticket_id: Some(id("ticket stranger")),
        region_id: Some(id("region south")),
        actor_id: id("engineer"),
        ..get(hq, "matter colleague")
    };
    let device = Device { id: id("device border"), customer_id: id("customer south"), ..get(hq, "device north") };
    let device = Device { number: "DEVICE BORDER".into(), ..device };
    hq.store_records(&[ticket.into(), step.into(), matter.into(), device.into()]).unwrap();
    // Who was in the South once still has what they saw there, and sends it: the people of the North look at the matter.
    let from: Contact = get(hq, "contact south");
    let command = SaveContact { contact: Contact { title: "x".into(), ..from.clone() }, from: Some(from) }.into();
    let (actor_id, replica_id, act_id) = (id("colleague"), id("replica colleague"), id("act border"));
    let act = Act { id: act_id, actor_id, replica_id, occurred_at: NOW, requires: vec![], command };
    let act = serde_json::to_string(&act).unwrap();
    let pushed = Pushed { id: act_id, seq: 1, version: 1, base_revision: 0, act };
    hq.receive(&get(hq, "replica colleague"), &[pushed], NOW).unwrap();
}

/// Removes records, and what headquarters noted about the person to whom they belong.
fn forget(hq: &Headquarters, records: &[AnyRecord]) {
    let store = hq.writer();
    for record in records {
        store.delete(record.kind(), record.id()).unwrap();
        let sql = "DELETE FROM entity WHERE kind = $1 AND id = $2";
        store.execute(sql, params![record.kind().table(), record.id().to_string()]).unwrap();
    }
    let stranger = id("stranger").to_string();
    for sql in ["DELETE FROM security_act WHERE about_user_id = $1", "DELETE FROM token WHERE user_id = $1"] {
        store.execute(sql, params![stranger]).unwrap();
    }
}
