//! The rules, case by case, over a map: what is refused where the person is, what is taken later, and what both leave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod edits;
mod matters;
mod stock;
mod world;

use outpost_domain::ticket::*;
use outpost_domain::{Act, AnyRecord, Code, Effects, Kind, Pass, Read, Refusal, decide};
use world::*;

#[test]
fn a_ticket_goes_through_its_steps() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let (arrive, repair) = (world.step(ticket_id, "arrive"), world.step(ticket_id, "repair"));
    assert_eq!(world.refused(LI, StartStep { step_id: repair }), Code::StepOutOfOrder);
    world.done(LI, StartStep { step_id: arrive });
    world.done(LI, CompleteStep { step_id: arrive });
    assert_eq!(world.refused(LI, CompleteStep { step_id: repair }), Code::DemandsMissing);
    let reading = |value: &str| RecordEntry {
        step_id: repair,
        demand: "current".into(),
        from: String::new(),
        value: value.into(),
    };
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
    let assign = AssignTicket {
        ticket_id,
        from_engineer_id: Some(id(LI)),
        engineer_id: Some(id(XU)),
        from_planned_at: None,
        planned_at: None,
    };
    assert_eq!(world.refused(XU, StartStep { step_id: arrive }), Code::TicketNotYours);
    assert_eq!(world.refused(LI, assign.clone()), Code::RightMissing);
    let barred = world.at(Pass::Headquarters, BOSS, CompleteStep { step_id: arrive }).unwrap_err();
    assert_eq!((barred.code, barred.code.is_barred()), (Code::RightMissing, true), "no fact of business, also later");
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
    let claim = world.at(Pass::Headquarters, XU, ClaimTicket { ticket_id });
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
    assert_eq!(world.later(XU, CompleteStep { step_id: arrive }), [Code::StepDone]);
    assert_eq!(world.get::<Step>(arrive), first);
}

#[test]
fn a_part_used_in_a_step_meets_its_demand() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let repair = world.step(ticket_id, "repair");
    world.at(Pass::Origin, LI, use_belt(ticket_id, Some(repair), 1)).unwrap();
    assert_eq!(world.get::<Step>(repair).entries[0].key, "belt");
}

#[test]
fn what_is_not_held_here_makes_a_command_provisional_and_never_refused() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    world.missing = Read::Unknown;
    let effects = world.at(Pass::Origin, LI, use_belt(id(77), None, 1)).unwrap();
    assert!(effects.provisional);
    assert!(effects.puts.iter().any(|put| put.kind() == Kind::StockMovement));
    world.missing = Read::Absent;
    assert_eq!(world.refused(LI, use_belt(id(78), None, 1)), Code::RecordMissing);
    // It may come yet: headquarters holds the fact until then.
    let later = world.at(Pass::Headquarters, LI, use_belt(id(78), None, 1)).unwrap_err();
    assert_eq!((later.code, later.code.is_barred()), (Code::RecordMissing, false));
    assert!(!world.at(Pass::Origin, LI, AddNote { ticket_id, text: "x".into() }).unwrap().provisional);
}

#[test]
fn the_same_view_and_command_give_the_same_effects_whenever_they_are_received() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let act = world.act(LI, AddNote { ticket_id, text: "漏水".into() });
    let here = decide(&world, &act, Pass::Origin).unwrap();
    let mut there = decide(&world, &act, Pass::Headquarters).unwrap();
    assert_eq!(here, there);
    there.received(5);
    assert!(matches!(&there.puts[..], [AnyRecord::Event(event)] if event.received_at == Some(5)), "{there:?}");
    let other = world.act(LI, AddNote { ticket_id, text: "漏电".into() });
    assert_ne!(here, decide(&world, &other, Pass::Headquarters).unwrap());
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
