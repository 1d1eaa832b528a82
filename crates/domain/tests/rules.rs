//! The rules, case by case, over a map: what is refused where the person is, what is taken later, and what both leave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_domain::attention::{Attention, HandOverAttention, ResolveAttention};
use outpost_domain::customer::Site;
use outpost_domain::person::{Right, Role, User};
use outpost_domain::stock::*;
use outpost_domain::ticket::*;
use outpost_domain::workflow::{Demand, DemandKind, Node, TicketKind, Workflow};
use outpost_domain::{Act, AnyRecord, Code, Command, Decimal, Effects, Id, Kind, Place, Read, Record, Refusal, View};
use outpost_domain::{decide, person};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

const LI: u128 = 1;
const XU: u128 = 2;
const BOSS: u128 = 3;
const GONE: u128 = 4;
const SITE: u128 = 20;
const VAN: u128 = 30;
const FAR: u128 = 31;
const BELT: u128 = 40;
const FLOW: u128 = 50;

fn id(n: u128) -> Id {
    Uuid::from_u128(n)
}

#[derive(Clone)]
struct World {
    records: BTreeMap<(Kind, Id), AnyRecord>,
    missing: Read<AnyRecord>,
    acts: u128,
}

impl View for World {
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord> {
        self.records.get(&(kind, id)).cloned().map_or(self.missing.clone(), Read::Present)
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
    fn new() -> World {
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
        world.put(person::Region { id: id(10), name: "北".into(), name_en: String::new(), parent_id: None });
        for (n, role) in [(LI, 60), (XU, 60), (BOSS, 61), (GONE, 60)] {
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
        world.put(Part {
            id: id(BELT),
            number: "B".into(),
            name: "皮带".into(),
            name_en: "Belt".into(),
            unit: "pcs".into(),
            category: String::new(),
            minimum: Decimal::ZERO,
        });
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

    fn put(&mut self, record: impl Into<AnyRecord>) {
        let record = record.into();
        self.records.insert(record.name(), record);
    }

    fn get<T: Record>(&self, id: Id) -> T {
        Arc::unwrap_or_clone(T::from_any(self.records[&(T::KIND, id)].clone()).unwrap())
    }

    fn act(&mut self, who: u128, command: impl Into<Command>) -> Act {
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

    fn at(&mut self, place: Place, who: u128, command: impl Into<Command>) -> Result<Effects, Refusal> {
        let act = self.act(who, command);
        let effects = decide(self, &act, place)?;
        for put in &effects.puts {
            self.put(put.clone());
        }
        Ok(effects)
    }

    /// What must be taken without a murmur.
    fn done(&mut self, who: u128, command: impl Into<Command>) -> Effects {
        let effects = self.at(Place::Origin, who, command).unwrap();
        assert_eq!(effects.discrepancies, []);
        effects
    }

    fn refused(&mut self, who: u128, command: impl Into<Command>) -> Code {
        self.at(Place::Origin, who, command).unwrap_err().code
    }

    /// What a fact leaves when it is decided later.
    fn later(&mut self, who: u128, command: impl Into<Command>) -> Vec<Code> {
        let effects = self.at(Place::Later, who, command).unwrap();
        effects.discrepancies.iter().map(|refusal| refusal.code).collect()
    }

    fn ticket(&mut self, engineer: Option<u128>) -> Id {
        let open = OpenTicket {
            number: "T-1".into(),
            workflow_id: id(FLOW),
            title: "E27".into(),
            description: String::new(),
            urgency: Urgency::Normal,
            source: "app".into(),
            device_id: None,
            site_id: id(SITE),
            contact_id: None,
            engineer_id: engineer.map(id),
            planned_at: None,
            due_at: None,
            fault_code: String::new(),
            latitude: None,
            longitude: None,
        };
        self.done(LI, open);
        id(self.acts)
    }

    fn step(&self, ticket_id: Id, node: &str) -> Id {
        step_id(ticket_id, node)
    }

    fn level(&self, place: u128) -> Decimal {
        self.get::<StockLevel>(level_id(id(BELT), id(place))).quantity
    }
}

fn use_belt(ticket_id: Id, step_id: Option<Id>, quantity: i64) -> UsePart {
    UsePart { ticket_id, step_id, part_id: id(BELT), quantity: Decimal::from(quantity), from_id: id(VAN) }
}

#[test]
fn a_ticket_goes_through_its_steps() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let (arrive, repair) = (world.step(ticket_id, "arrive"), world.step(ticket_id, "repair"));
    assert_eq!(world.refused(LI, StartStep { step_id: repair }), Code::StepOutOfOrder);
    world.done(LI, StartStep { step_id: arrive });
    world.done(LI, CompleteStep { step_id: arrive });
    assert_eq!(world.refused(LI, CompleteStep { step_id: repair }), Code::DemandsMissing);
    let reading = |value: &str| RecordEntry { step_id: repair, demand: "current".into(), value: value.into() };
    assert_eq!(world.refused(LI, reading("11")), Code::ReadingImplausible);
    assert_eq!(world.refused(LI, reading("four")), Code::ReadingImplausible);
    world.done(LI, reading("4.2"));
    assert_eq!(world.get::<Step>(repair).state, StepState::Active, "who enters something has begun");
    world.done(LI, CompleteStep { step_id: repair });
    let ticket: Ticket = world.get(ticket_id);
    assert_eq!((ticket.state, ticket.node), (TicketState::Done, None));
    assert_eq!(world.refused(LI, CompleteStep { step_id: repair }), Code::StepDone);
}

#[test]
fn time_worked_leaves_pauses_out_and_a_clock_put_back_adds_nothing() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let arrive = world.step(ticket_id, "arrive");
    world.done(LI, StartStep { step_id: arrive });
    world.done(LI, PauseStep { step_id: arrive, reason: "waiting for the key".into() });
    world.acts += 500;
    world.done(LI, StartStep { step_id: arrive });
    world.acts -= 100;
    world.done(LI, CompleteStep { step_id: arrive });
    assert_eq!(world.get::<Step>(arrive).worked_millis, 1000);
}

#[test]
fn rights_and_ownership() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let arrive = world.step(ticket_id, "arrive");
    let assign = AssignTicket { ticket_id, engineer_id: Some(id(XU)), planned_at: None };
    assert_eq!(world.refused(XU, StartStep { step_id: arrive }), Code::TicketNotYours);
    assert_eq!(world.refused(LI, assign.clone()), Code::RightMissing);
    assert_eq!(world.refused(GONE, AddNote { ticket_id, text: "x".into() }), Code::ActorInactive);
    assert_eq!(world.refused(XU, ClaimTicket { ticket_id }), Code::TicketTaken);
    world.done(BOSS, assign);
    assert_eq!(world.refused(LI, StartStep { step_id: arrive }), Code::TicketNotYours);
    world.done(XU, StartStep { step_id: arrive });
    world.done(XU, HandOverTicket { ticket_id, engineer_id: id(LI), note: String::new() });
    assert_eq!(world.get::<Ticket>(ticket_id).engineer_id, Some(id(LI)));
}

#[test]
fn whoever_begins_an_unassigned_ticket_has_it() {
    let mut world = World::new();
    let ticket_id = world.ticket(None);
    assert_eq!(world.get::<Ticket>(ticket_id).state, TicketState::Open);
    let arrive = world.step(ticket_id, "arrive");
    world.done(XU, StartStep { step_id: arrive });
    assert_eq!(world.get::<Ticket>(ticket_id).engineer_id, Some(id(XU)));
}

#[test]
fn a_fact_that_comes_too_late_is_taken_and_shown_and_an_intent_is_refused() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let arrive = world.step(ticket_id, "arrive");
    world.done(BOSS, CancelTicket { ticket_id, reason: "mistake".into() });
    assert_eq!(world.refused(LI, StartStep { step_id: arrive }), Code::TicketClosed);
    assert_eq!(world.later(LI, CompleteStep { step_id: arrive }), [Code::TicketClosed]);
    assert_eq!(world.get::<Step>(arrive).state, StepState::Done, "the work is not lost");
    let claim = world.at(Place::Later, XU, ClaimTicket { ticket_id });
    assert_eq!(claim.unwrap_err().code, Code::TicketClosed);
    // More of the same joins the first matter.
    let repair = world.step(ticket_id, "repair");
    world.later(LI, StartStep { step_id: repair });
    assert_eq!(world.records.keys().filter(|key| key.0 == Kind::Attention).count(), 1);
}

#[test]
fn a_step_that_two_completed_stays_as_the_first_left_it() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let arrive = world.step(ticket_id, "arrive");
    world.done(LI, CompleteStep { step_id: arrive });
    let first: Step = world.get(arrive);
    assert_eq!(world.later(BOSS, CompleteStep { step_id: arrive }), [Code::RightMissing, Code::StepDone]);
    assert_eq!(world.get::<Step>(arrive), first);
}

#[test]
fn the_ledger_adds_up_and_below_zero_is_shown_never_refused() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let effects = world.at(Place::Origin, LI, use_belt(ticket_id, None, 2)).unwrap();
    assert_eq!(effects.discrepancies[0].code, Code::StockBelowZero);
    assert_eq!(world.level(VAN), Decimal::from(-2));
    let movement_id = id(world.acts);
    let back = |quantity: i64, to: u128| ReturnPart { movement_id, quantity: Decimal::from(quantity), to_id: id(to) };
    assert_eq!(world.refused(LI, back(3, VAN)), Code::ReturnExceedsUse);
    assert_eq!(world.refused(LI, back(0, VAN)), Code::QuantityNotPositive);
    world.done(LI, back(1, FAR));
    assert_eq!((world.level(VAN), world.level(FAR)), (Decimal::from(-2), Decimal::ONE));
    assert_eq!(world.refused(LI, use_belt(ticket_id, None, 0)), Code::QuantityNotPositive);
    assert_eq!(world.refused(BOSS, use_belt(ticket_id, None, 1)), Code::RightMissing);
}

#[test]
fn a_quantity_beyond_all_measure_breaks_nothing() {
    let mut world = World::new();
    for _ in 0..2 {
        let all = ReceiveStock { part_id: id(BELT), quantity: Decimal::MAX, to_id: id(VAN), note: String::new() };
        world.later(LI, all);
    }
    assert_eq!(world.level(VAN), Decimal::MAX);
}

#[test]
fn a_matter_is_handed_to_the_dispatcher_once_and_stays_open_until_somebody_closes_it() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let effects = world.at(Place::Origin, LI, use_belt(ticket_id, None, 2)).unwrap();
    let of = |put: &AnyRecord| if let AnyRecord::Attention(matter) = put { Some(matter.id) } else { None };
    let attention_id = effects.puts.iter().find_map(of).unwrap();
    let hand_over = |note: &str| HandOverAttention { attention_id, note: note.into() };
    world.done(LI, hand_over("the shelf says six"));
    let handed: Attention = world.get(attention_id);
    assert_eq!((handed.handed_over_by_id, handed.resolved_at), (Some(id(LI)), None));
    assert_eq!(handed.handed_over_note, "the shelf says six");
    world.done(XU, hand_over("again"));
    assert_eq!(world.get::<Attention>(attention_id), handed, "the first one stays");
    world.done(BOSS, ResolveAttention { attention_id, resolution: "counted".into() });
    let closed: Attention = world.get(attention_id);
    assert!(closed.resolved_at.is_some() && closed.handed_over_by_id == Some(id(LI)));
    world.done(LI, hand_over("too late"));
    assert_eq!(world.get::<Attention>(attention_id), closed);
    assert_eq!(world.refused(LI, HandOverAttention { attention_id: id(99), note: String::new() }), Code::RecordMissing);
}

#[test]
fn a_part_used_in_a_step_meets_its_demand() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let repair = world.step(ticket_id, "repair");
    world.at(Place::Origin, LI, use_belt(ticket_id, Some(repair), 1)).unwrap();
    assert_eq!(world.get::<Step>(repair).entries[0].key, "belt");
}

#[test]
fn what_is_not_held_here_makes_a_command_provisional_and_never_refused() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    world.missing = Read::Unknown;
    let effects = world.at(Place::Origin, LI, use_belt(id(77), None, 1)).unwrap();
    assert!(effects.provisional);
    assert!(effects.puts.iter().any(|put| put.kind() == Kind::StockMovement));
    world.missing = Read::Absent;
    assert_eq!(world.refused(LI, use_belt(id(78), None, 1)), Code::RecordMissing);
    assert_eq!(world.later(LI, use_belt(id(78), None, 1)), [Code::RecordMissing, Code::StockBelowZero]);
    assert!(!world.at(Place::Origin, LI, AddNote { ticket_id, text: "x".into() }).unwrap().provisional);
}

#[test]
fn the_same_view_and_command_give_the_same_effects_whenever_they_are_received() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let act = world.act(LI, AddNote { ticket_id, text: "漏水".into() });
    let here = decide(&world, &act, Place::Origin).unwrap();
    let mut there = decide(&world, &act, Place::Later).unwrap();
    assert_eq!(here, there);
    there.received(5);
    assert!(matches!(&there.puts[..], [AnyRecord::Event(event)] if event.received_at == Some(5)), "{there:?}");
    let other = world.act(LI, AddNote { ticket_id, text: "漏电".into() });
    assert_ne!(here, decide(&world, &other, Place::Later).unwrap());
}

#[test]
fn texts_are_bounded() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    assert_eq!(world.refused(LI, AddNote { ticket_id, text: "  ".into() }), Code::FieldEmpty);
    assert_eq!(world.refused(LI, AddNote { ticket_id, text: "漏".repeat(10_001) }), Code::FieldTooLong);
    world.done(LI, AddNote { ticket_id, text: "漏".repeat(10_000) });
}

#[test]
fn a_file_may_have_a_thumbnail_and_what_was_written_before_there_were_any_is_read() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let attach = |thumbnail: Option<&str>| {
        let mut written = serde_json::json!({
            "ticket_id": ticket_id, "step_id": null, "demand": "", "purpose": "photo", "sha256": "AB".repeat(32),
            "media_type": "image/jpeg", "size_bytes": 7, "width": 4, "height": 3, "name": "",
        });
        if let Some(thumbnail) = thumbnail {
            written["thumbnail_sha256"] = thumbnail.into();
        }
        serde_json::from_value::<AttachFile>(written).unwrap()
    };
    let files = |effects: Effects| {
        let attached = effects.puts.into_iter().find_map(|put| match put {
            AnyRecord::Attachment(attachment) => Some(attachment),
            _ => None,
        });
        attached.unwrap().files().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(files(world.done(LI, attach(None))), ["ab".repeat(32)]);
    assert_eq!(files(world.done(LI, attach(Some(&"CD".repeat(32))))), ["ab".repeat(32), "cd".repeat(32)]);
    assert_eq!(world.refused(LI, attach(Some("../secret"))), Code::FieldInvalid);
}

#[test]
fn every_command_and_record_survives_json() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let act = world.act(LI, use_belt(ticket_id, None, 3));
    let text = serde_json::to_string(&act).unwrap();
    assert!(text.starts_with("{\"id\":\""), "salvage looks for this beginning");
    assert_eq!(serde_json::from_str::<Act>(&text).unwrap(), act);
    for record in world.records.values() {
        let again = AnyRecord::from_fields(record.kind(), record.to_fields().unwrap()).unwrap();
        assert_eq!(&again, record);
    }
}

#[test]
fn a_sentence_names_its_values() {
    let refusal = Refusal::new(Code::TicketTaken).with("ticket", "7F3-0142").with("engineer", "李伟");
    assert_eq!(refusal.to_string(), "ticket 7F3-0142 was taken by 李伟 before");
}
