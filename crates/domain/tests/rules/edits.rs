//! Two people who change the same thing: nothing that somebody set disappears without a word.

use crate::world::*;
use outpost_domain::customer::*;
use outpost_domain::device::*;
use outpost_domain::stock::{Part, SavePart, SaveStockLocation, StockLocation};
use outpost_domain::ticket::*;
use outpost_domain::{AnyRecord, Code, Id, Pass, Quantity};

fn contact() -> Contact {
    Contact {
        id: id(70),
        customer_id: id(21),
        site_id: Some(id(SITE)),
        name: "陈".into(),
        title: "property manager".into(),
        phone: "139 4186 7474".into(),
    }
}

fn world_with_customer() -> World {
    let mut world = World::new();
    world.put(Customer {
        id: id(21),
        name: "Harbour".into(),
        name_en: String::new(),
        tier: Tier::Standard,
        region_id: id(10),
        note: String::new(),
    });
    world
}

#[test]
fn two_who_change_different_fields_both_win_and_the_same_field_is_a_matter() {
    let mut world = world_with_customer();
    world.done(BOSS, SaveContact { contact: contact(), from: None });
    let save = |change: fn(&mut Contact)| {
        let mut contact = contact();
        change(&mut contact);
        SaveContact { contact, from: Some(self::contact()) }
    };
    world.done(BOSS, save(|contact| contact.phone = "021-6234 5678".into()));
    assert_eq!(world.later(BOSS, save(|contact| contact.title = "caretaker".into())), []);
    let known: Contact = world.get(id(70));
    assert_eq!((known.phone.as_str(), known.title.as_str()), ("021-6234 5678", "caretaker"));
    let contested = save(|contact| {
        contact.phone = "110".into();
        contact.name = "陈明".into();
    });
    // Where the person is, they look again.
    assert_eq!(world.refused(BOSS, contested.clone()), Code::FieldContested);
    let effects = world.at(Pass::Headquarters, BOSS, contested).unwrap();
    let matter = &effects.discrepancies[0];
    assert_eq!((matter.code, matter.details["fields"].as_str()), (Code::FieldContested, "phone"));
    let sides = (matter.details["mine_phone"].as_str(), matter.details["theirs_phone"].as_str());
    assert_eq!(sides, ("110", "021-6234 5678"));
    let known: Contact = world.get(id(70));
    assert_eq!((known.phone.as_str(), known.name.as_str()), ("021-6234 5678", "陈明"), "the other field is set");
    // One that says nothing of what it saw overwrites nothing.
    let blind = SaveContact { contact: Contact { phone: String::new(), ..contact() }, from: None };
    assert_eq!(world.later(BOSS, blind), [Code::FieldContested]);
    assert_eq!(world.get::<Contact>(id(70)).phone, "021-6234 5678");
}

#[test]
fn a_triage_from_an_older_copy_leaves_plan_and_limit() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let from = Triage { urgency: Urgency::Normal, planned_at: None, due_at: None };
    let to = Triage { urgency: Urgency::Urgent, planned_at: Some(5), due_at: Some(9) };
    world.done(BOSS, TriageTicket { ticket_id, from, to });
    let later = TriageTicket { ticket_id, from, to: Triage { urgency: Urgency::Urgent, ..from } };
    assert_eq!(world.later(BOSS, later), []);
    let low = TriageTicket { ticket_id, from, to: Triage { urgency: Urgency::Low, ..from } };
    assert_eq!(world.later(BOSS, low), [Code::FieldContested]);
    let ticket: Ticket = world.get(ticket_id);
    assert_eq!((ticket.urgency, ticket.planned_at, ticket.due_at), (Urgency::Urgent, Some(5), Some(9)));
}

#[test]
fn two_who_assign_one_ticket_do_not_take_it_from_each_others_engineer() {
    let mut world = World::new();
    let ticket_id = world.ticket(None);
    let assign = |to: u128| AssignTicket {
        ticket_id,
        from_engineer_id: None,
        engineer_id: Some(id(to)),
        from_planned_at: None,
        planned_at: None,
    };
    world.done(BOSS, assign(LI));
    let second = world.at(Pass::Headquarters, BOSS, assign(XU)).unwrap_err();
    assert_eq!(second.code, Code::TicketTaken);
    assert_eq!(world.later(BOSS, assign(LI)), [], "both meant the same");
    // With who does not work on tickets, nobody would see it again.
    for who in [BOSS, HANA, CLERK, GONE] {
        let to = AssignTicket { from_engineer_id: Some(id(LI)), ..assign(who) };
        assert_eq!(world.refused(BOSS, to), Code::NotAnEngineer);
        let to = HandOverTicket { ticket_id, engineer_id: id(who), note: String::new() };
        assert_eq!(world.refused(LI, to), Code::NotAnEngineer);
    }
    assert_eq!(world.get::<Ticket>(ticket_id).engineer_id, Some(id(LI)));
}

#[test]
fn a_finished_reading_stays_and_the_second_stands_beside_it_until_somebody_chooses() {
    let mut world = World::new();
    let ticket_id = world.ticket(None);
    let repair = world.step(ticket_id, "repair");
    let arrive = world.step(ticket_id, "arrive");
    let enter = |value: &str| RecordEntry {
        step_id: repair,
        demand: "current".into(),
        from: String::new(),
        value: value.into(),
    };
    world.done(LI, StartStep { step_id: arrive });
    world.done(LI, CompleteStep { step_id: arrive });
    world.done(LI, enter("3.8"));
    world.done(LI, enter("3.9"));
    world.done(LI, CompleteStep { step_id: repair });
    // Somebody else did the same without a connection.
    let codes = world.later(XU, enter("4.02"));
    assert_eq!(codes, [Code::EntryContested]);
    let step: Step = world.get(repair);
    let shown: Vec<_> = step.entries.iter().map(|entry| (entry.value.as_str(), entry.actor_id, entry.beside)).collect();
    assert_eq!(shown, [("3.9", id(LI), false), ("4.02", id(XU), true)]);
    assert_eq!(step.engineer_id, Some(id(LI)));
    // Their own correction comes too late as well: what is finished is chosen, not overwritten.
    assert_eq!(world.refused(LI, enter("4.1")), Code::StepDone);
    let choose = |who: u128, value: &str| ChooseEntry {
        step_id: repair,
        demand: "current".into(),
        actor_id: id(who),
        value: value.into(),
    };
    assert_eq!(world.refused(HANA, choose(XU, "4.02")), Code::RightMissing);
    assert_eq!(world.refused(BOSS, choose(XU, "5")), Code::FieldInvalid);
    world.done(BOSS, choose(XU, "4.02"));
    let step: Step = world.get(repair);
    let holds: Vec<_> = step.entries.iter().filter(|entry| !entry.beside).map(|entry| entry.value.as_str()).collect();
    assert_eq!(holds, ["4.02"]);
    assert_eq!(step.entries.len(), 2);
}

#[test]
fn a_reading_that_one_has_seen_may_be_corrected_and_one_unseen_stays() {
    let mut world = World::new();
    let ticket_id = world.ticket(None);
    let arrive = world.step(ticket_id, "arrive");
    let step_id = world.step(ticket_id, "repair");
    world.done(
        BOSS,
        AssignTicket {
            ticket_id,
            from_engineer_id: None,
            engineer_id: Some(id(LI)),
            from_planned_at: None,
            planned_at: None,
        },
    );
    world.done(LI, CompleteStep { step_id: arrive });
    let enter = |from: &str, value: &str| RecordEntry {
        step_id,
        demand: "current".into(),
        from: from.into(),
        value: value.into(),
    };
    world.done(LI, enter("", "4"));
    world.done(LI, HandOverTicket { ticket_id, engineer_id: id(XU), note: String::new() });
    assert_eq!(world.refused(XU, enter("", "5")), Code::EntryContested);
    world.done(XU, enter("4", "5"));
    let entries = world.get::<Step>(step_id).entries;
    assert_eq!((entries.len(), entries[0].value.as_str()), (1, "5"));
    // Who does not have the ticket any more puts theirs beside it, whatever they say that they have seen.
    assert_eq!(world.later(LI, enter("5", "6")), [Code::TicketNotYours, Code::EntryContested]);
    let step: Step = world.get(step_id);
    let shown: Vec<_> = step.entries.iter().map(|entry| (entry.value.as_str(), entry.beside)).collect();
    assert_eq!(shown, [("5", false), ("6", true)]);
}

#[test]
fn what_is_done_for_one_ticket_does_not_land_in_another() {
    let mut world = World::new();
    let (mine, theirs) = (world.ticket(Some(LI)), world.ticket(Some(XU)));
    let step_id = Some(world.step(theirs, "repair"));
    assert_eq!(world.refused(LI, use_belt(mine, step_id, 1)), Code::FieldInvalid);
    let effects = world.at(Pass::Headquarters, LI, use_belt(mine, step_id, 1)).unwrap();
    assert!(effects.discrepancies.iter().any(|refusal| refusal.code == Code::FieldInvalid));
    for put in &effects.puts {
        assert!(!matches!(put, AnyRecord::Step(_)), "it is in the step of another ticket");
        if let AnyRecord::StockMovement(movement) = put {
            assert_eq!((movement.ticket_id, movement.step_id), (Some(mine), None));
        }
    }
}

#[test]
fn a_second_device_of_one_maker_and_number_is_told_of() {
    let mut world = world_with_customer();
    let model = |n: u128, maker: &str| DeviceModel {
        id: id(n),
        maker: maker.into(),
        name: "lift".into(),
        name_en: String::new(),
        category: "lift".into(),
        part_ids: vec![],
        faults: vec![],
    };
    world.put(model(80, "Hoist"));
    world.put(model(81, "Hoist"));
    world.put(model(82, "Other"));
    let device = |n: u128, model: u128| Device {
        id: id(n),
        number: "SN-1".into(),
        name: format!("lift {n}"),
        name_en: String::new(),
        model_id: id(model),
        site_id: id(SITE),
        customer_id: id(21),
        place: String::new(),
        state: DeviceState::InService,
        installed_on: None,
        warranty_until_on: None,
        note: String::new(),
    };
    let save = |n: u128, model: u128| SaveDevice { device: device(n, model), from: None, although_known: false };
    world.done(LI, save(90, 80));
    let refusal = world.at(Pass::Origin, LI, save(91, 81)).unwrap_err();
    assert_eq!((refusal.code, refusal.details["device_id"].as_str()), (Code::DeviceKnown, id(90).to_string().as_str()));
    world.done(LI, save(92, 82));
    // However it is written.
    for number in ["sn-1", "ＳＮ－１", "SN 1", "SN\u{200b}-1", " sn–1"] {
        let spelled = SaveDevice { device: Device { number: number.into(), ..device(96, 80) }, ..save(96, 80) };
        assert_eq!(world.refused(LI, spelled), Code::DeviceKnown, "{number:?}");
    }
    // Two tablets that met it at the same time, and who says that this is another: a matter for somebody.
    assert_eq!(world.later(LI, save(93, 81)), [Code::DeviceKnown]);
    let another = SaveDevice { although_known: true, ..save(94, 80) };
    assert_eq!(world.at(Pass::Origin, LI, another).unwrap().discrepancies[0].code, Code::DeviceKnown);
    for day in ["2026-02-29", "2026-13-01", "26-1-1", "tomorrow", "2026-11-28T00:00", ""] {
        let save = SaveDevice { device: Device { installed_on: Some(day.into()), ..device(95, 82) }, ..save(95, 82) };
        assert_eq!(world.refused(LI, save), Code::FieldInvalid, "{day}");
    }
    // Who changes something else of it is not told again.
    let renamed = Device { name: "goods lift".into(), ..device(94, 80) };
    world.done(LI, SaveDevice { device: renamed, from: Some(device(94, 80)), although_known: false });
}

#[test]
fn a_region_does_not_lie_below_itself() {
    use outpost_domain::person::{Region, Right, Role, SaveRegion, User};
    let mut world = World::new();
    let region = |n: u128, parent: Option<u128>| Region {
        id: id(n),
        name: n.to_string(),
        name_en: String::new(),
        parent_id: parent.map(id),
    };
    let boss: User = world.get(id(BOSS));
    let role: Role = world.get(boss.role_id);
    world.put(Role { rights: vec![Right::EditPerson], ..role });
    for (n, parent) in [(500, None), (501, Some(500)), (502, Some(501))] {
        world.put(region(n, parent));
    }
    let save =
        |n: u128, from: Option<u128>, to: u128| SaveRegion { region: region(n, Some(to)), from: Some(region(n, from)) };
    for (n, from, to) in [(500, None, 502), (500, None, 500), (501, Some(500), 502)] {
        assert_eq!(world.refused(BOSS, save(n, from, to)), Code::FieldInvalid, "{n} below {to}");
    }
    world.done(BOSS, save(502, Some(501), 500));
}

#[test]
fn a_place_does_not_lie_in_itself_and_a_part_has_a_plausible_minimum() {
    let mut world = World::new();
    let place: StockLocation = world.get(id(VAN));
    let within = |parent: u128| SaveStockLocation {
        stock_location: StockLocation { parent_id: Some(id(parent)), ..place.clone() },
        from: Some(place.clone()),
    };
    assert_eq!(world.refused(CLERK, within(VAN)), Code::FieldInvalid);
    let part: Part = world.get(id(BELT));
    let minimum: Quantity = "100000000000000000000".parse().unwrap();
    let save = SavePart { part: Part { minimum, ..part.clone() }, from: Some(part) };
    assert_eq!(world.refused(CLERK, save), Code::FieldInvalid);
}

#[test]
fn a_ticket_that_a_device_opened_for_who_works_on_none_is_nobodys_yet() {
    let mut world = World::new();
    let open = OpenTicket { number: "T-1".into(), engineer_id: Some(id(HANA)), ..an_open() };
    // Nor does anybody give tickets to others who may not give them out.
    let for_xu = OpenTicket { number: "T-2".into(), engineer_id: Some(id(XU)), ..open.clone() };
    for (who, open, code) in [(BOSS, open, Code::NotAnEngineer), (LI, for_xu, Code::RightMissing)] {
        assert_eq!(world.refused(who, open.clone()), code);
        let effects = world.at(Pass::Headquarters, who, open).unwrap();
        assert!(effects.discrepancies.iter().any(|refusal| refusal.code == code));
        let ticket = effects.puts.iter().find_map(|put| match put {
            AnyRecord::Ticket(ticket) => Some(ticket),
            _ => None,
        });
        let ticket = ticket.unwrap();
        assert_eq!((ticket.engineer_id, ticket.state), (None, TicketState::Open));
    }
}

#[test]
fn who_gives_a_ticket_on_from_an_older_copy_leaves_the_plan_as_it_is() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let assign = |to: u128, from_planned_at: Option<i64>, planned_at: Option<i64>| AssignTicket {
        ticket_id,
        from_engineer_id: Some(id(LI)),
        engineer_id: Some(id(to)),
        from_planned_at,
        planned_at,
    };
    world.done(BOSS, assign(LI, None, Some(5)));
    assert_eq!(world.later(BOSS, assign(XU, None, None)), []);
    let ticket = world.get::<Ticket>(ticket_id);
    assert_eq!((ticket.engineer_id, ticket.planned_at), (Some(id(XU)), Some(5)));
    // Two who plan it differently are told.
    let again = AssignTicket { from_engineer_id: Some(id(XU)), ..assign(XU, None, Some(7)) };
    assert_eq!(world.refused(BOSS, again), Code::FieldContested);
    let put_back = AssignTicket { from_engineer_id: Some(id(XU)), ..assign(XU, Some(5), None) };
    world.done(BOSS, put_back);
    assert_eq!(world.get::<Ticket>(ticket_id).planned_at, None);
}

#[test]
fn who_reads_the_same_takes_nobodys_reading_away() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let step_id = world.step(ticket_id, "repair");
    world.done(LI, CompleteStep { step_id: world.step(ticket_id, "arrive") });
    let enter = || RecordEntry { step_id, demand: "current".into(), from: String::new(), value: "4".into() };
    world.done(LI, enter());
    world.later(XU, enter());
    let readings: Vec<_> = world.get::<Step>(step_id).entries;
    let readings: Vec<_> = readings.iter().filter(|entry| entry.key == "current").collect();
    assert_eq!((readings.len(), readings[0].actor_id), (1, id(LI)));
}

#[test]
fn what_cannot_be_a_moment_or_a_place_is_left_out_and_told() {
    let mut world = World::new();
    let ticket_id = world.ticket(None);
    let open = OpenTicket {
        planned_at: Some(i64::MIN),
        due_at: Some(i64::MAX),
        latitude: Some(1e308),
        longitude: Some(2.0),
        ..an_open()
    };
    assert_eq!(world.refused(LI, open.clone()), Code::FieldInvalid);
    let effects = world.at(Pass::Headquarters, LI, open).unwrap();
    assert!(effects.discrepancies.iter().any(|refusal| refusal.code == Code::FieldInvalid));
    let found = effects.puts.iter().find_map(|put| if let AnyRecord::Ticket(it) = put { Some(it) } else { None });
    let ticket = found.unwrap();
    assert_eq!((ticket.planned_at, ticket.due_at, ticket.latitude, ticket.longitude), (None, None, None, None));
    let from = Triage { urgency: Urgency::Normal, planned_at: None, due_at: None };
    for to in [Triage { planned_at: Some(i64::MAX), ..from }, Triage { due_at: Some(i64::MIN), ..from }] {
        assert_eq!(world.refused(BOSS, TriageTicket { ticket_id, from, to }), Code::FieldInvalid);
    }
    let assign = AssignTicket {
        ticket_id,
        from_engineer_id: None,
        engineer_id: Some(id(LI)),
        from_planned_at: None,
        planned_at: Some(i64::MAX),
    };
    assert_eq!(world.refused(BOSS, assign), Code::FieldInvalid);
    let photo = AttachFile {
        ticket_id,
        step_id: None,
        demand: String::new(),
        purpose: Purpose::Photo,
        sha256: "a".repeat(64),
        thumbnail_sha256: String::new(),
        media_type: "image/jpeg".into(),
        size_bytes: 1,
        width: 1,
        height: 1,
        taken_at: Some(i64::MAX),
        latitude: None,
        longitude: Some(f64::MAX),
        name: String::new(),
    };
    let effects = world.at(Pass::Headquarters, LI, photo.clone()).unwrap();
    let found = effects.puts.iter().find_map(|put| if let AnyRecord::Attachment(it) = put { Some(it) } else { None });
    let attachment = found.unwrap();
    assert_eq!((attachment.taken_at, attachment.longitude), (None, None));
    assert_eq!(
        world.refused(LI, AttachFile { size_bytes: 0, taken_at: None, longitude: None, ..photo }),
        Code::FieldInvalid
    );
}

#[test]
fn a_ticket_has_a_number_of_its_own_and_what_stands_where_it_is() {
    let mut world = world_with_customer();
    world.ticket(None);
    let taken = world.get::<Ticket>(id(world.acts)).number;
    let open = |number: &str, device_id: Option<Id>| OpenTicket { number: number.into(), device_id, ..an_open() };
    assert_eq!(world.refused(LI, open(&taken, None)), Code::FieldInvalid);
    let elsewhere = Device {
        id: id(90),
        number: "1".into(),
        name: "lift".into(),
        name_en: String::new(),
        model_id: id(80),
        site_id: id(91),
        customer_id: id(92),
        place: String::new(),
        state: DeviceState::InService,
        installed_on: None,
        warranty_until_on: None,
        note: String::new(),
    };
    world.put(elsewhere);
    assert_eq!(world.refused(LI, open("T-77", Some(id(90)))), Code::FieldInvalid);
    assert!(world.at(Pass::Headquarters, LI, open("T-77", Some(id(90)))).is_ok(), "it has happened");
}

#[test]
fn who_changes_only_the_plan_leaves_the_ticket_with_whoever_has_it() {
    let mut world = World::new();
    let ticket_id = world.ticket(None);
    let plan = AssignTicket {
        ticket_id,
        from_engineer_id: None,
        engineer_id: None,
        from_planned_at: None,
        planned_at: Some(7),
    };
    world.done(LI, ClaimTicket { ticket_id });
    assert_eq!(world.later(BOSS, plan), []);
    let ticket = world.get::<Ticket>(ticket_id);
    assert_eq!((ticket.engineer_id, ticket.planned_at), (Some(id(LI)), Some(7)));
}

#[test]
fn no_word_stands_for_a_photo_and_no_file_is_without_bytes() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let step_id = world.step(ticket_id, "repair");
    world.done(LI, CompleteStep { step_id: world.step(ticket_id, "arrive") });
    let photo = RecordEntry { step_id, demand: "photo".into(), from: String::new(), value: "a photo".into() };
    assert_eq!(world.refused(LI, photo.clone()), Code::FieldInvalid);
    assert_eq!(world.later(LI, photo), [Code::FieldInvalid]);
    assert!(world.get::<Step>(step_id).entries.iter().all(|entry| entry.key != "photo"));
    let file = |sha256: &str, size_bytes: u32| AttachFile {
        ticket_id,
        step_id: None,
        demand: String::new(),
        purpose: Purpose::File,
        sha256: sha256.into(),
        thumbnail_sha256: String::new(),
        media_type: "text/plain".into(),
        size_bytes,
        width: 0,
        height: 0,
        taken_at: None,
        latitude: None,
        longitude: None,
        name: String::new(),
    };
    let sha256 = "ab".repeat(32);
    for wrong in [file("", 1), file("zz", 1), file(&sha256[1..], 1)] {
        assert_eq!(world.at(Pass::Headquarters, LI, wrong).unwrap_err().code, Code::FieldInvalid);
    }
    assert_eq!(world.refused(LI, file(&sha256, 101 << 20)), Code::FieldInvalid);
    assert_eq!(world.refused(LI, AttachFile { latitude: Some(1.0), ..file(&sha256, 1) }), Code::FieldInvalid);
    // For what was cancelled nothing is done any more; what was done before is told.
    world.done(BOSS, CancelTicket { ticket_id, reason: "mistake".into() });
    assert_eq!(world.refused(LI, file(&sha256, 1)), Code::TicketClosed);
    assert_eq!(world.later(LI, file(&sha256, 1)), [Code::TicketClosed]);
    assert_eq!(world.refused(LI, use_belt(ticket_id, None, 1)), Code::TicketClosed);
}
