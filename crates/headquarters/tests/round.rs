//! Replicas and headquarters in one process, without a network: what must hold when rounds break off, arrive twice, or
//! meet the same ticket and the same part.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_app::Outbox;
use outpost_demo::{roles, workflows};
use outpost_domain::attention::{Attention, Cause};
use outpost_domain::customer::{Customer, SaveCustomer, Site, Tier};
use outpost_domain::device::{DeviceModel, DeviceState, SaveDevice, Tag, TagTarget, tag_id};
use outpost_domain::person::{Region, Right, Role, User};
use outpost_domain::stock::{Part, StockLevel, StockLocation, StockLocationKind, UsePart, level_id};
use outpost_domain::ticket::{
    AddNote, AssignTicket, AttachFile, Attachment, CancelTicket, ClaimTicket, Event, OpenTicket, Purpose, Step, Ticket,
    TicketState, Urgency,
};
use outpost_domain::ticket::{StartStep, step_id};
use outpost_domain::{AnyRecord, BringBack, Code, Command, Id, Kind, Lost, Quantity, Read, Refusal, View, WrittenAct};
use outpost_headquarters::Headquarters;
use outpost_store::{Key, StoreError, params};
use outpost_sync::image::{image, image_hash};
use outpost_sync::protocol::{EnrolRequest, Frame, Outcome, Pushed, SyncRequest};
use outpost_sync::{Given, Identity, Older, Replica, ReplicaError, SigningKey};
use tempfile::TempDir;
use uuid::Uuid;

/// Later than the commits that the machine's clock dates.
const NOW: i64 = 4_000_000_000_000;

struct Company {
    folder: TempDir,
    hq: Headquarters,
    region: Id,
    site: Id,
    part: Id,
    warehouse: Id,
    workflow: Id,
}

struct Device {
    folder: TempDir,
    replica: Replica,
    user: Id,
}

fn id(n: u128) -> Id {
    Uuid::from_u128(n)
}

fn user(n: u128, login: &str, role: &Role, region: Id) -> User {
    User {
        id: id(n),
        login: login.into(),
        name: login.into(),
        name_en: String::new(),
        phone: String::new(),
        role_id: role.id,
        region_id: region,
        van_id: None,
        active: true,
    }
}

fn lift_model(name: Id) -> DeviceModel {
    let (part_ids, faults, name_en) = (Vec::new(), Vec::new(), String::new());
    let (maker, category) = ("Mitsubishi".into(), "lift".into());
    DeviceModel { id: name, maker, name: "门机".into(), name_en, category, part_ids, faults }
}

fn lift(name: Id, model_id: Id, site_id: Id) -> outpost_domain::device::Device {
    outpost_domain::device::Device {
        id: name,
        number: "SN-4711".into(),
        name: "1号梯".into(),
        name_en: String::new(),
        model_id,
        site_id,
        customer_id: id(20),
        place: String::new(),
        state: DeviceState::InService,
        installed_on: None,
        warranty_until_on: None,
        note: String::new(),
    }
}

fn company() -> Company {
    let folder = tempfile::tempdir().unwrap();
    let hq = Headquarters::open(folder.path(), "Test").unwrap();
    let (root, region, other) = (id(1), id(2), id(3));
    let roles = roles();
    let role = |key: &str| roles.iter().find(|role| role.key == key).unwrap();
    let place = |n: u128, region_id: Id| StockLocation {
        id: id(n),
        location_kind: StockLocationKind::Warehouse,
        name: format!("仓库{n}"),
        name_en: String::new(),
        region_id,
        parent_id: None,
        latitude: None,
        longitude: None,
    };
    let site = |n: u128, region_id: Id| Site {
        id: id(n),
        customer_id: id(20),
        region_id,
        name: format!("site {n}"),
        name_en: String::new(),
        address: "1 Harbour Road".into(),
        latitude: None,
        longitude: None,
    };
    let area = |n: Id, parent_id| Region { id: n, name: n.to_string(), name_en: String::new(), parent_id };
    let part = Part {
        id: id(40),
        number: "P-1".into(),
        name: "轴承".into(),
        name_en: "Bearing".into(),
        unit: "pcs".into(),
        category: String::new(),
        minimum: Quantity::ONE,
    };
    let level = StockLevel {
        id: level_id(id(40), id(30)),
        part_id: id(40),
        location_id: id(30),
        quantity: Quantity::ONE,
        changed_at: NOW,
        counted_at: None,
    };
    let customer = Customer {
        id: id(20),
        name: "C".into(),
        name_en: String::new(),
        tier: Tier::Vip,
        region_id: region,
        note: String::new(),
    };
    let mut records: Vec<AnyRecord> = vec![area(root, None).into(), area(region, Some(root)).into()];
    records.push(area(other, Some(root)).into());
    records.extend(roles.iter().cloned().map(Into::into));
    records.extend(workflows().into_iter().map(Into::into));
    for (n, login, key, region) in [
        (10, "li", "engineer", region),
        (11, "xu", "engineer", region),
        (12, "south", "engineer", other),
        (13, "boss", "dispatcher", root),
    ] {
        records.push(user(n, login, role(key), region).into());
    }
    records.extend([customer.into(), site(21, region).into(), site(22, other).into()]);
    records.extend([place(30, region).into(), place(31, other).into(), part.into(), level.into()]);
    hq.store_records(&records).unwrap();
    let workflow = workflows().into_iter().find(|workflow| workflow.key == "repair").unwrap().id;
    Company { folder, hq, region, site: id(21), part: id(40), warehouse: id(30), workflow }
}

impl Company {
    fn device(&self, user: u128) -> Device {
        let folder = tempfile::tempdir().unwrap();
        let (secret, _) = self.hq.invite(&outpost_headquarters::Actor::machine(), id(user)).unwrap();
        let key = SigningKey::generate().unwrap();
        let (device_name, version) = ("tablet".into(), "1".into());
        let request = EnrolRequest { secret, device_name, version, public_key: key.public() };
        let enrolled = self.hq.enrol(&request).unwrap();
        assert!(self.hq.enrol(&request).is_err(), "an invitation works once");
        let replica = Replica::open(folder.path(), &Key::new([7; 32])).unwrap();
        replica.enrol(&Identity::of("http://hq", false, key, enrolled)).unwrap();
        let device = Device { folder, replica, user: id(user) };
        self.round(&device);
        device
    }

    /// The whole answer to a request.
    fn answer(&self, device: &Device, request: &SyncRequest) -> Vec<Frame> {
        let mine = device.replica.identity().unwrap().unwrap().replica;
        let user = self.hq.reader().get::<User>(device.user).unwrap().unwrap();
        let (mut frames, mut waiting) = self.hq.answer(&mine, &user, request, NOW).unwrap();
        while let Some(stream) = waiting {
            let part = self.hq.part(stream).unwrap();
            frames.extend(part.frames);
            waiting = part.next;
        }
        frames
    }

    fn round(&self, device: &Device) {
        for _ in 0..20 {
            let request = device.replica.request(NOW).unwrap();
            device.absorb(&self.answer(device, &request), NOW);
            if !device.replica.wants_more().unwrap() {
                return;
            }
        }
        panic!("the round does not end");
    }

    fn an_open(&self) -> OpenTicket {
        OpenTicket {
            number: String::new(),
            workflow_id: self.workflow,
            title: "Door fault E27".into(),
            description: String::new(),
            urgency: Urgency::Urgent,
            source: "app".into(),
            device_id: None,
            site_id: self.site,
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

    fn open(&self, device: &Device) -> Id {
        device.done(self.an_open())
    }

    fn bearing(&self, ticket_id: Id) -> UsePart {
        UsePart { ticket_id, step_id: None, part_id: self.part, quantity: Quantity::ONE, from_id: self.warehouse }
    }

    fn level(&self) -> Quantity {
        self.hq.reader().get::<StockLevel>(level_id(self.part, self.warehouse)).unwrap().unwrap().quantity
    }

    fn attention(&self) -> Vec<Attention> {
        self.hq.reader().select("", &[]).unwrap()
    }
}

fn outcomes(frames: &[Frame]) -> &[Outcome] {
    match &frames[0] {
        Frame::Answer { outcomes, .. } => outcomes,
        other => panic!("{other:?}"),
    }
}

impl Device {
    fn absorb(&self, frames: &[Frame], now: i64) {
        self.replica.absorb(frames, now, now).unwrap();
    }

    fn give(&self, command: impl Into<Command>) -> Given {
        self.replica.give(Uuid::now_v7(), NOW, command.into()).unwrap()
    }

    fn done(&self, command: impl Into<Command>) -> Id {
        match self.give(command) {
            Given::Saved { act, .. } => act.id,
            Given::Refused(refusal) => panic!("{refusal}"),
        }
    }

    fn refused(&self, command: impl Into<Command>) -> Refusal {
        match self.give(command) {
            Given::Refused(refusal) => refusal,
            Given::Saved { .. } => panic!("it was taken"),
        }
    }

    fn ticket(&self, ticket_id: Id) -> Option<Ticket> {
        self.replica.store().get(ticket_id).unwrap()
    }

    /// Every record, as text: two devices or two moments are compared by it.
    fn dump(&self) -> String {
        let mut dump = String::new();
        for kind in Kind::ALL {
            for record in self.replica.store().select_any(*kind, "ORDER BY id", &[]).unwrap() {
                dump += &format!("{}\n", record.to_fields().unwrap());
            }
        }
        dump
    }
}

#[test]
fn what_was_done_offline_arrives_once_however_often_it_is_sent() {
    let company = company();
    let li = company.device(10);
    let ticket_id = company.open(&li);
    li.done(company.bearing(ticket_id));
    let request = li.replica.request(NOW).unwrap();
    assert_eq!(request.commands.len(), 2);
    // The answer is lost a hundred times.
    let first = company.answer(&li, &request);
    for _ in 0..100 {
        assert_eq!(outcomes(&company.answer(&li, &request)), outcomes(&first));
    }
    assert_eq!(company.level(), Quantity::ZERO);
    company.round(&li);
    assert_eq!(li.replica.pending_count().unwrap(), 0);
    let number = li.ticket(ticket_id).unwrap().number;
    assert_eq!(company.hq.reader().get::<Ticket>(ticket_id).unwrap().unwrap().number, number);
    assert!(number.ends_with("-0001"), "{number}");
}

#[test]
fn a_command_stays_in_the_outbox_until_its_revision_is_here() {
    let company = company();
    let li = company.device(10);
    let ticket_id = company.open(&li);
    let request = li.replica.request(NOW).unwrap();
    let response = company.answer(&li, &request);
    li.absorb(&response[..1], NOW);
    assert_eq!(li.replica.pending_count().unwrap(), 1, "the push alone drops nothing");
    assert!(li.ticket(ticket_id).is_some());
    company.round(&li);
    assert_eq!(li.replica.pending_count().unwrap(), 0);
}

#[test]
fn after_a_round_both_sides_hold_the_same_and_a_new_device_too() {
    let company = company();
    let (li, xu) = (company.device(10), company.device(11));
    let ticket_id = company.open(&li);
    li.done(AddNote { ticket_id, text: "漏水".into() });
    company.round(&li);
    company.round(&xu);
    assert_eq!(li.dump(), xu.dump());
    let late = company.device(11);
    company.round(&li);
    company.round(&xu);
    assert_eq!(late.dump(), xu.dump());
}

#[test]
fn a_round_with_nothing_new_leaves_the_disk_alone() {
    let company = company();
    let li = company.device(10);
    company.open(&li);
    company.round(&li);
    // The first that brings nothing may note that.
    company.round(&li);
    let journal = li.folder.path().join(format!("{}-wal", Replica::DATABASE));
    let before = std::fs::read(&journal).unwrap();
    for later in [NOW, NOW + 20_000, NOW + 59_000] {
        let answer = company.answer(&li, &li.replica.request(later).unwrap());
        li.absorb(&answer, NOW);
    }
    assert!(!before.is_empty() && before == std::fs::read(&journal).unwrap());
    assert_eq!(li.replica.synced_at().unwrap(), Some(NOW));
    let answer = company.answer(&li, &li.replica.request(NOW).unwrap());
    li.absorb(&answer, NOW + 60_000);
    assert_eq!(li.replica.synced_at().unwrap(), Some(NOW + 60_000));
    assert_ne!(before, std::fs::read(&journal).unwrap(), "every minute the time is noted");
}

/// Puts an image that no program of this version can read in the place of a ticket's, in the digest too.
fn of_another_version(frames: &mut [Frame], ticket_id: Id) {
    let strange = Region { id: ticket_id, name: "?".into(), name_en: String::new(), parent_id: None };
    let strange = image(&strange.into()).unwrap();
    let mut known = 0;
    for row in
        frames.iter_mut().flat_map(|frame| if let Frame::Rows { rows, .. } = frame { &mut rows[..] } else { &mut [] })
    {
        if row.kind == "ticket" {
            known = image_hash(&row.image);
            row.image.clone_from(&strange);
        }
    }
    for frame in frames {
        if let Frame::Digest { kinds } = frame {
            let tickets = kinds.iter_mut().find(|kind| kind.kind == "ticket").unwrap();
            tickets.sum = tickets.sum.wrapping_sub(known).wrapping_add(image_hash(&strange));
        }
    }
}

#[test]
fn a_record_of_another_version_counts_as_held_until_one_comes_that_can_be_read() {
    let company = company();
    let (li, xu) = (company.device(10), company.device(11));
    let ticket_id = company.open(&li);
    company.round(&li);
    let change = |reason: &str| {
        let ticket = company.hq.reader().get::<Ticket>(ticket_id).unwrap().unwrap();
        company.hq.store_records(&[Ticket { reason: reason.into(), ..ticket }.into()]).unwrap();
    };
    for (turn, known) in [("first", false), ("second", true)] {
        change(turn);
        let mut answer = company.answer(&xu, &xu.replica.request(NOW).unwrap());
        of_another_version(&mut answer, ticket_id);
        xu.absorb(&answer, NOW);
        assert!(!xu.replica.wants_more().unwrap(), "the digests agree");
        assert_eq!(xu.ticket(ticket_id).is_some(), known, "what was here stays, and nothing strange is shown");
        assert_eq!(xu.replica.digest(Kind::Ticket).unwrap().0, 1);

        change("changed again");
        company.round(&li);
        // Headquarters' digest is right, and so was what the device noted of the strange one.
        company.round(&xu);
        assert_eq!(xu.dump(), li.dump());
        assert_eq!(xu.replica.inspect().unwrap(), Vec::<String>::new());
    }
}

/// A device as a program of before, which lacks a kind, a field that may be missing, and one without which it can read nothing.
fn older(device: Device) -> Device {
    let older = Older {
        kinds: [Kind::Tag].into(),
        fields: [(Kind::Step, "entries"), (Kind::Attachment, "thumbnail_sha256"), (Kind::Role, "rights")].into(),
    };
    let Device { folder, replica, user } = device;
    Device { folder, replica: replica.as_older(older).unwrap(), user }
}

/// The same device after the program was renewed.
fn renewed(device: Device) -> Device {
    let Device { folder, replica, user } = device;
    drop(replica);
    Device { replica: Replica::open(folder.path(), &Key::new([7; 32])).unwrap(), folder, user }
}

#[test]
fn what_an_old_program_cannot_read_is_there_as_soon_as_it_is_renewed() {
    let company = company();
    let li = company.device(10);
    let xu = older(company.device(11));
    let ticket_id = company.open(&li);
    let photo = AttachFile {
        ticket_id,
        step_id: None,
        demand: String::new(),
        purpose: Purpose::Photo,
        sha256: "ab".repeat(32),
        thumbnail_sha256: "cd".repeat(32),
        media_type: "image/jpeg".into(),
        size_bytes: 10,
        width: 2,
        height: 2,
        taken_at: None,
        latitude: None,
        longitude: None,
        name: String::new(),
    };
    li.done(photo);
    company.round(&li);
    let tag = Tag { id: tag_id("T-1"), code: "T-1".into(), target: TagTarget::Part, target_id: company.part };
    let role = roles().into_iter().find(|role| role.key == "engineer").unwrap();
    company.hq.store_records(&[tag.into(), Role { name_en: "Technician".into(), ..role.clone() }.into()]).unwrap();
    company.round(&xu);

    // It works on with what it knows, and nobody is locked out because a role cannot be read.
    let steps = xu.replica.store().select::<Step>("", &[]).unwrap();
    assert!(steps.is_empty(), "what cannot be read is not shown");
    let files = xu.replica.store().select::<Attachment>("", &[]).unwrap();
    assert_eq!(files[0].thumbnail_sha256, "");
    assert!(matches!(xu.replica.store().read(Kind::Role, role.id), Read::Present(_)), "as it was before");
    assert!(matches!(xu.replica.store().read(Kind::Tag, tag_id("T-1")), Read::Unknown));
    assert!(!xu.replica.wants_more().unwrap(), "the digests agree");
    xu.done(AddNote { ticket_id, text: "seen by an old program".into() });
    assert_eq!(xu.replica.inspect().unwrap(), Vec::<String>::new());

    let xu = renewed(xu);
    let files = xu.replica.store().select::<Attachment>("", &[]).unwrap();
    assert_eq!(files[0].thumbnail_sha256, "cd".repeat(32), "read again, without a line");
    assert_eq!(xu.replica.pending_count().unwrap(), 1);
    assert_eq!(xu.replica.inspect().unwrap(), Vec::<String>::new());
    company.round(&xu);
    let new = company.device(11);
    company.round(&xu);
    assert!(xu.dump() == new.dump(), "all is as on a new device");
}

#[test]
fn a_role_that_cannot_be_read_is_not_one_that_is_not_there() {
    let company = company();
    let xu = company.device(11);
    let older = Older { kinds: [].into(), fields: [(Kind::Role, "rights")].into() };
    let xu = Device { replica: xu.replica.as_older(older).unwrap(), ..xu };
    let role = Role {
        id: id(90),
        key: "night".into(),
        name: "夜班".into(),
        name_en: "Night".into(),
        rights: vec![Right::WorkTicket],
    };
    let person = User { role_id: id(90), ..company.hq.reader().get::<User>(id(11)).unwrap().unwrap() };
    company.hq.store_records(&[role.into(), person.into()]).unwrap();
    let li = company.device(10);
    let ticket_id = company.open(&li);
    company.round(&li);
    company.round(&xu);
    assert!(matches!(xu.replica.store().read(Kind::Role, id(90)), Read::Unknown));
    xu.done(ClaimTicket { ticket_id });
    company.round(&xu);
    assert_eq!(company.hq.reader().get::<Ticket>(ticket_id).unwrap().unwrap().engineer_id, Some(id(11)));
    let xu = renewed(xu);
    assert!(matches!(xu.replica.store().read(Kind::Role, id(90)), Read::Present(_)));
}

#[test]
fn waiting_work_is_done_again_on_what_arrives_and_base_and_view_stay_apart() {
    let company = company();
    let (li, xu) = (company.device(10), company.device(11));
    let ticket_id = company.open(&li);
    company.round(&li);
    company.round(&xu);
    xu.done(AddNote { ticket_id, text: "from xu".into() });
    company.round(&xu);
    li.done(AddNote { ticket_id, text: "from li".into() });
    // Li's round pulls before the new note is pushed: it waits on top of what came.
    let request = SyncRequest { commands: Vec::new(), ..li.replica.request(NOW).unwrap() };
    li.absorb(&company.answer(&li, &request), NOW);
    assert_eq!(li.replica.pending_count().unwrap(), 1);
    let notes = "SELECT count(*) FROM event WHERE name = 'NoteAdded'";
    assert_eq!(li.replica.store().number(notes, &[]).unwrap(), 2);
    company.round(&li);
    company.round(&xu);
    assert_eq!(li.dump(), xu.dump());
}

#[test]
fn waiting_work_that_searched_is_done_again_when_something_comes_that_it_would_have_found() {
    let company = company();
    let model = lift_model(id(60));
    company.hq.store_records(&[model.into()]).unwrap();
    let (li, xu) = (company.device(10), company.device(11));
    let device = |n: u128| SaveDevice { device: lift(id(n), id(60), company.site), from: None, although_known: false };
    li.done(device(70));
    xu.done(device(71));
    company.round(&xu);
    let request = SyncRequest { commands: Vec::new(), ..li.replica.request(NOW).unwrap() };
    li.absorb(&company.answer(&li, &request), NOW);
    assert_eq!(li.replica.pending_count().unwrap(), 1);
    assert_eq!(li.replica.inspect().unwrap(), Vec::<String>::new());
    assert_eq!(li.replica.store().select::<Attention>("", &[]).unwrap().len(), 1);
}

#[test]
fn the_last_bearing_used_twice_is_taken_twice_and_shown() {
    let company = company();
    let (li, xu) = (company.device(10), company.device(11));
    let ticket_id = company.open(&li);
    company.round(&li);
    company.round(&xu);
    li.done(company.bearing(ticket_id));
    xu.done(company.bearing(ticket_id));
    company.round(&li);
    company.round(&xu);
    company.round(&li);
    assert_eq!(company.level(), Quantity::of(-1));
    let attention = company.attention();
    assert_eq!(attention.len(), 1);
    assert_eq!((attention[0].cause, attention[0].code), (Cause::Discrepancy, Code::StockBelowZero));
    assert_eq!(attention[0].details["level"], "0");
    assert_eq!(li.dump(), xu.dump());
}

#[test]
fn two_who_claim_one_ticket_get_one_owner_and_one_explanation() {
    let company = company();
    let (li, xu) = (company.device(10), company.device(11));
    let ticket_id = company.open(&li);
    company.round(&li);
    company.round(&xu);
    li.done(ClaimTicket { ticket_id });
    xu.done(ClaimTicket { ticket_id });
    company.round(&li);
    company.round(&xu);
    assert_eq!(xu.ticket(ticket_id).unwrap().engineer_id, Some(li.user));
    let matters: Vec<Attention> = xu.replica.store().select("", &[]).unwrap();
    assert_eq!(matters.len(), 1);
    assert_eq!((matters[0].cause, matters[0].code), (Cause::Refused, Code::TicketTaken));
    assert_eq!(matters[0].actor_id, xu.user);
    assert_eq!(matters[0].details["engineer"], "li");
}

#[test]
fn yesterdays_work_counts_in_spite_of_todays_reassignment() {
    let company = company();
    let (li, xu) = (company.device(10), company.device(11));
    let ticket_id = company.open(&li);
    li.done(ClaimTicket { ticket_id });
    company.round(&li);
    company.round(&xu);
    let first =
        company.hq.reader().select::<Step>("WHERE ticket_id = $1 ORDER BY position LIMIT 1", &[&ticket_id.to_string()]);
    let step = first.unwrap().remove(0);
    li.done(StartStep { step_id: step.id });
    let assign = AssignTicket {
        ticket_id,
        from_engineer_id: Some(li.user),
        engineer_id: Some(xu.user),
        from_planned_at: None,
        planned_at: None,
    };
    company.hq.give(id(13), Uuid::now_v7(), assign.into(), NOW).unwrap().unwrap();
    company.round(&li);
    let ticket = company.hq.reader().get::<Ticket>(ticket_id).unwrap().unwrap();
    assert_eq!(ticket.state, TicketState::Active, "the fact was taken");
    assert_eq!(company.attention()[0].code, Code::TicketNotYours);
    // On the device, before it is sent, the same is refused: there it can still be put right.
    assert_eq!(li.refused(StartStep { step_id: step_id(ticket_id, &step.node) }).code, Code::TicketNotYours);
}

#[test]
fn nothing_of_another_region_leaves_headquarters_and_what_moves_away_is_dropped() {
    let company = company();
    let (li, south) = (company.device(10), company.device(12));
    let ticket_id = company.open(&li);
    company.round(&li);
    company.round(&south);
    assert!(south.ticket(ticket_id).is_none());
    assert!(south.replica.store().get::<Site>(company.site).unwrap().is_none());
    // The ticket moves to the other region.
    let mut ticket = li.ticket(ticket_id).unwrap();
    ticket.region_id = id(3);
    company.hq.store_records(&[ticket.into()]).unwrap();
    company.round(&li);
    company.round(&south);
    assert!(li.ticket(ticket_id).is_none());
    assert!(south.ticket(ticket_id).is_some());
    assert_ne!(company.region, id(3));
}

#[test]
fn a_restored_headquarters_gets_again_what_it_lost() {
    let company = company();
    let li = company.device(10);
    let backup = company.folder.path().join("backup.db");
    copy_database(&company, &backup);
    let ticket_id = company.open(&li);
    li.done(company.bearing(ticket_id));
    company.round(&li);
    assert_eq!(li.replica.pending_count().unwrap(), 0);
    // Headquarters comes back as it was before, and goes on with other work under the same numbers.
    let restored_folder = tempfile::tempdir().unwrap();
    std::fs::copy(&backup, restored_folder.path().join("headquarters.db")).unwrap();
    let restored = Company { hq: Headquarters::open(restored_folder.path(), "Test").unwrap(), ..company };
    assert!(restored.hq.reader().get::<Ticket>(ticket_id).unwrap().is_none());
    let note = user(50, "new", &roles()[0], restored.region);
    restored.hq.store_records(&[note.clone().into()]).unwrap();
    restored.hq.store_records(&[note.into()]).unwrap();
    restored.round(&li);
    assert!(restored.hq.reader().get::<Ticket>(ticket_id).unwrap().is_some());
    assert_eq!(restored.level(), Quantity::ZERO, "once, not twice");
    assert_eq!(li.replica.pending_count().unwrap(), 0);
    assert_eq!(
        li.replica.store().get::<StockLevel>(level_id(id(40), id(30))).unwrap().unwrap().quantity,
        Quantity::ZERO
    );
}

fn copy_database(company: &Company, to: &std::path::Path) {
    let conn = outpost_store::rusqlite::Connection::open(company.folder.path().join("headquarters.db")).unwrap();
    conn.execute("VACUUM INTO $1", params![to.to_string_lossy()]).unwrap();
}

#[test]
fn what_headquarters_cannot_read_is_held_and_kept_and_the_rest_goes_on() {
    let company = company();
    let li = company.device(10);
    let ticket_id = company.open(&li);
    let mut request = li.replica.request(NOW).unwrap();
    let mut strange = request.commands[0].clone();
    strange.id = Uuid::now_v7();
    strange.version = 9;
    request.commands[0].seq += 1;
    let act = serde_json::json!({ "id": strange.id, "name": "FoldTicket", "payload": { "ticket_id": ticket_id } });
    strange.act = act.to_string();
    request.commands.insert(0, strange.clone());
    let response = company.answer(&li, &request);
    let outcomes = outcomes(&response);
    assert_eq!(outcomes[0].refusal.as_ref().unwrap().code, Code::CommandUnknown);
    assert!(outcomes[1].refusal.is_none());
    let sql = "SELECT act FROM command WHERE id = $1";
    let kept = company.hq.reader().one(sql, params![strange.id.to_string()], |row| row.get::<String>(0)).unwrap();
    let kept = kept.unwrap();
    assert!(kept.contains("FoldTicket"));
    assert_eq!(company.attention()[0].cause, Cause::Held);
}

#[test]
fn a_text_with_the_character_0_is_taken_without_it() {
    let company = company();
    let li = company.device(10);
    let ticket_id = company.open(&li);
    li.done(AddNote { ticket_id, text: "a\0b".into() });
    let mut request = li.replica.request(NOW).unwrap();
    // Ours gives none, so that both ends decide the same; another program may.
    let last = request.commands.last_mut().unwrap();
    assert!(last.act.contains("a\u{fffd}b"), "{}", last.act);
    last.act = last.act.replace("a\u{fffd}b", "a\\u0000b");
    assert!(outcomes(&company.answer(&li, &request)).iter().all(|outcome| outcome.refusal.is_none()));
    let sql = "SELECT details FROM event WHERE name = 'NoteAdded'";
    let details = company.hq.reader().one(sql, &[], |row| row.get::<String>(0)).unwrap().unwrap();
    assert!(details.contains("a\u{fffd}b"), "{details}");
}

#[test]
fn a_device_cannot_speak_for_another_person() {
    let company = company();
    let (li, xu) = (company.device(10), company.device(11));
    company.open(&li);
    let request = li.replica.request(NOW).unwrap();
    let stolen = company.answer(&xu, &SyncRequest { pull: None, ..request });
    assert_eq!(outcomes(&stolen)[0].refusal.as_ref().unwrap().code, Code::FieldInvalid);
}

#[test]
fn nobody_changes_what_they_cannot_see_however_it_is_written() {
    let company = company();
    let (li, south) = (company.device(10), company.device(12));
    let ticket_id = company.open(&li);
    let used = li.done(company.bearing(ticket_id));
    li.done(company.bearing(ticket_id));
    company.round(&li);
    company.round(&south);
    let matter = company.attention()[0].id;
    let mine = south.replica.identity().unwrap().unwrap().replica;
    let push = |name: &str, payload: serde_json::Value| {
        let id = Uuid::now_v7();
        let act = serde_json::json!({
            "id": id, "actor_id": south.user, "replica_id": mine.id, "occurred_at": NOW, "requires": [],
            "name": name, "payload": payload,
        });
        let base_revision = company.hq.revision().unwrap();
        let pushed = Pushed { id, seq: 0, version: 1, base_revision, act: act.to_string() };
        company.hq.receive(&mine, &[pushed], NOW).unwrap().remove(0).refusal.map(|refusal| refusal.code)
    };
    let elsewhere = Uuid::now_v7();
    let back = serde_json::json!({ "movement_id": used, "quantity": "1", "to_id": id(31) });
    let mut back_to_another = back.clone();
    back_to_another["ticket_id"] = serde_json::json!(elsewhere);
    for (name, payload, code) in [
        ("AddNote", serde_json::json!({ "ticket_id": ticket_id, "text": "x" }), Code::OutOfSight),
        (
            "AddNote",
            serde_json::json!({ "ticket_id": ticket_id, "text": "x", "step_id": elsewhere }),
            Code::CommandUnknown,
        ),
        ("AddNote", serde_json::json!([ticket_id, "x"]), Code::CommandUnknown),
        ("ReturnPart", back, Code::OutOfSight),
        ("ReturnPart", back_to_another, Code::CommandUnknown),
        // Of what was never seen, not even that it is there.
        ("ResolveAttention", serde_json::json!({ "attention_id": matter, "resolution": "x" }), Code::RecordMissing),
    ] {
        assert_eq!(push(name, payload.clone()), Some(code), "{name} {payload}");
    }
    let unresolved = |matter: &Attention| matter.resolved_at.is_none();
    assert!(company.attention().iter().all(unresolved));
    let notes = company.hq.reader().number("SELECT count(*) FROM event WHERE name = 'NoteAdded'", &[]).unwrap();
    assert_eq!(notes, 0);
}

#[test]
fn an_export_with_something_illegible_in_it_is_taken_whole() {
    let company = company();
    let li = company.device(10);
    let ticket_id = company.open(&li);
    let opened = li.replica.request(NOW).unwrap().commands.remove(0);
    let mine = li.replica.identity().unwrap().unwrap().replica;
    let half = serde_json::json!({ "id": Uuid::now_v7(), "replica_id": mine.id }).to_string();
    let acts = [WrittenAct { version: 1, act: half }, WrittenAct { version: opened.version, act: opened.act }];
    let outbox = Outbox::of(acts.to_vec(), li.replica.identity().unwrap().as_ref());
    let outcomes = company.hq.import(&outbox, false, NOW).unwrap();
    let codes: Vec<_> = outcomes.iter().map(|outcome| outcome.refusal.as_ref().map(|refusal| refusal.code)).collect();
    assert_eq!(codes, [Some(Code::CommandUnknown), None]);
    assert!(company.hq.reader().get::<Ticket>(ticket_id).unwrap().is_some());
}

#[test]
fn a_lost_device_is_kept_apart() {
    let company = company();
    let li = company.device(10);
    let ticket_id = company.open(&li);
    let mine = li.replica.identity().unwrap().unwrap().replica;
    company.hq.revoke(&outpost_headquarters::Actor::machine(), mine.id, true).unwrap();
    let revoked = company.hq.reader().get(mine.id).unwrap().unwrap();
    let request = li.replica.request(NOW).unwrap();
    let outcomes = company.hq.receive(&revoked, &request.commands, NOW).unwrap();
    assert_eq!(outcomes[0].refusal.as_ref().unwrap().code, Code::ReplicaRevoked);
    assert!(company.hq.reader().get::<Ticket>(ticket_id).unwrap().is_none());
}

#[test]
fn a_full_disk_is_said_keeps_what_was_saved_and_goes_on_when_there_is_room() {
    let company = company();
    let li = company.device(10);
    let ticket_id = company.open(&li);
    let conn = li.replica.store().sqlite().unwrap();
    let pages: i64 = conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    let long = || AddNote { ticket_id, text: "漏".repeat(9_000) };
    let full = loop {
        match li.replica.give(Uuid::now_v7(), NOW, long().into()) {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(matches!(full, ReplicaError::Store(StoreError::DiskFull)), "{full}");
    let waiting = li.replica.pending_count().unwrap();
    assert!(li.ticket(ticket_id).is_some() && waiting >= 1);
    let notes = "SELECT count(*) FROM event WHERE name = 'NoteAdded'";
    assert_eq!(li.replica.store().number(notes, &[]).unwrap() as u64, waiting - 1, "no half note");
    conn.query_row("PRAGMA max_page_count = 1000000", [], |_| Ok(())).unwrap();
    li.done(long());
    company.round(&li);
    assert_eq!(li.replica.pending_count().unwrap(), 0);
}

#[test]
fn what_a_clock_two_days_ahead_tells_is_put_right() {
    const AHEAD: i64 = 2 * 86_400_000;
    let company = company();
    let li = company.device(10);
    let ticket_id = company.open(&li);
    company.round(&li);
    let text = "by a clock of the future".to_owned();
    let given = li.replica.give(Uuid::now_v7(), NOW + AHEAD, AddNote { ticket_id, text }.into()).unwrap();
    assert!(matches!(given, Given::Saved { .. }));
    let request = li.replica.request(NOW + AHEAD).unwrap();
    li.absorb(&company.answer(&li, &request), NOW + AHEAD);
    assert_eq!(li.replica.clock_ahead_millis().unwrap(), Some(AHEAD));
    let events: Vec<Event> = li.replica.store().select("WHERE name = 'NoteAdded'", &[]).unwrap();
    assert_eq!(
        (events[0].occurred_at, events[0].received_at),
        (NOW + 1, Some(NOW)),
        "after the commit that it had seen"
    );
    assert_eq!(li.replica.pending_count().unwrap(), 0);
}

#[test]
fn a_headquarters_that_is_closed_leaves_one_file() {
    let Company { folder, hq, .. } = company();
    let database = folder.path().join(Headquarters::DATABASE);
    let journal = folder.path().join(format!("{}-wal", Headquarters::DATABASE));
    assert!(journal.metadata().unwrap().len() > 0);
    drop(hq);
    assert!(database.exists() && !journal.exists());
}

/// What only the console had opened is in no outbox: the devices that had it bring it back, in whatever order they return.
#[test]
fn tickets_that_a_restore_lost_come_back_from_who_still_has_them() {
    for order in [[0, 1], [1, 0]] {
        let company = company();
        let (li, xu) = (company.device(10), company.device(11));
        let backup = company.folder.path().join("backup.db");
        copy_database(&company, &backup);
        let open = |engineer: Option<u128>| {
            let open = OpenTicket {
                source: "phone".into(),
                engineer_id: engineer.map(id),
                due_at: Some(NOW + 5),
                ..company.an_open()
            };
            let name = Uuid::now_v7();
            company.hq.give(id(13), name, open.into(), NOW).unwrap().unwrap();
            name
        };
        let (given, claimed) = (open(Some(10)), open(None));
        company.round(&li);
        company.round(&xu);
        li.done(StartStep { step_id: step_id(given, "arrive") });
        li.done(company.bearing(given));
        xu.done(ClaimTicket { ticket_id: claimed });
        xu.done(AddNote { ticket_id: claimed, text: "on my way".into() });
        xu.done(StartStep { step_id: step_id(claimed, "arrive") });
        for device in [&li, &xu, &li] {
            company.round(device);
        }
        let number = company.hq.reader().get::<Ticket>(given).unwrap().unwrap().number;

        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(&backup, folder.path().join("headquarters.db")).unwrap();
        let restored = Company { hq: Headquarters::open(folder.path(), "Test").unwrap(), ..company };
        assert!(restored.hq.reader().get::<Ticket>(given).unwrap().is_none());
        // What shows that commits were lost; the number of the newest may be another's by then.
        let another = user(50, "new", &roles()[0], restored.region);
        restored.hq.store_records(&[another.into()]).unwrap();
        for n in order.into_iter().chain(order) {
            restored.round([&li, &xu][n]);
        }
        let ticket = |id: Id| restored.hq.reader().get::<Ticket>(id).unwrap().unwrap();
        assert_eq!((ticket(given).engineer_id, ticket(given).state), (Some(li.user), TicketState::Active), "{order:?}");
        assert_eq!((ticket(claimed).engineer_id, ticket(claimed).state), (Some(xu.user), TicketState::Active));
        assert_eq!((ticket(given).number, ticket(given).due_at), (number, Some(NOW + 5)));
        assert_eq!(restored.level(), Quantity::ZERO, "used once");
        let notes = restored.hq.reader().number("SELECT count(*) FROM event WHERE name = 'NoteAdded'", &[]);
        assert_eq!(notes.unwrap(), 1);
        let told = |code: Code| restored.attention().iter().filter(|matter| matter.code == code).count();
        assert_eq!(told(Code::TicketBroughtBack), 2, "{:?}", restored.attention());
        let waits = restored.hq.reader().number("SELECT count(*) FROM held", &[]).unwrap();
        assert_eq!(waits, 0, "nothing waits for what has come");
        // The first bearing came by no movement.
        let findings = restored.hq.check().unwrap().findings;
        assert!(findings.iter().all(|finding| finding.starts_with("the level")), "{findings:?}");
        for device in [&li, &xu] {
            restored.round(device);
            assert_eq!(device.replica.pending_count().unwrap(), 0);
        }
    }
}

/// What a ticket stands on may be lost as well, and what was cancelled is not to come back to life.
#[test]
fn what_only_the_console_had_made_comes_back_from_whoever_still_has_it() {
    let company = company();
    let (li, xu, boss) = (company.device(10), company.device(11), company.device(13));
    let backup = company.folder.path().join("backup.db");
    copy_database(&company, &backup);
    let reader = company.hq.reader();
    let area = |n: u128, parent: u128| Region {
        id: id(n),
        parent_id: Some(id(parent)),
        ..reader.get(id(2)).unwrap().unwrap()
    };
    let (below, lowest) = (area(69, 2), area(68, 69));
    let customer = Customer { id: id(60), name: "New".into(), ..reader.get(id(20)).unwrap().unwrap() };
    let site = Site { id: id(61), customer_id: id(60), region_id: id(68), ..reader.get(id(21)).unwrap().unwrap() };
    let colleague = User { id: id(67), login: "colleague".into(), ..reader.get(id(11)).unwrap().unwrap() };
    let part = Part { id: id(62), number: "P-2".into(), ..reader.get(id(40)).unwrap().unwrap() };
    let bin = StockLocation { id: id(63), parent_id: Some(id(30)), ..reader.get(id(30)).unwrap().unwrap() };
    drop(reader);
    let lift = lift(id(65), id(64), site.id);
    let lift = outpost_domain::device::Device { customer_id: id(60), ..lift };
    let made: Vec<AnyRecord> = vec![
        below.into(),
        lowest.into(),
        customer.clone().into(),
        site.into(),
        part.into(),
        bin.into(),
        lift_model(id(64)).into(),
        lift.into(),
    ];
    company.hq.store_records(&made).unwrap();
    company.hq.store_records(&[colleague.into()]).unwrap();
    let open = |command: OpenTicket| {
        let name = Uuid::now_v7();
        company.hq.give(id(13), name, command.into(), NOW).unwrap().unwrap();
        name
    };
    let on_it = OpenTicket { site_id: id(61), device_id: Some(id(65)), engineer_id: Some(id(10)), ..company.an_open() };
    let (ticket, cancelled) = (open(on_it.clone()), open(on_it.clone()));
    let (theirs, worked) = (open(OpenTicket { engineer_id: Some(id(67)), ..on_it.clone() }), open(on_it));
    let cancel = |ticket_id: Id| {
        let cancel = CancelTicket { ticket_id, reason: "opened twice".into() };
        company.hq.give(id(13), Uuid::now_v7(), cancel.into(), NOW).unwrap().unwrap();
    };
    cancel(cancelled);
    for device in [&li, &xu] {
        company.round(device);
    }
    li.done(StartStep { step_id: step_id(ticket, "arrive") });
    li.done(UsePart { part_id: id(62), from_id: id(63), ..company.bearing(ticket) });
    xu.done(AddNote { ticket_id: theirs, text: "seen".into() });
    li.done(AddNote { ticket_id: worked, text: "done before it was cancelled".into() });
    let renamed = Customer { name_en: "Newer".into(), ..customer.clone() };
    boss.done(SaveCustomer { customer: renamed.clone(), from: Some(customer.clone()) });
    for device in [&li, &xu, &boss] {
        company.round(device);
    }
    cancel(worked);
    company.round(&li);

    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(&backup, folder.path().join("headquarters.db")).unwrap();
    let restored = Company { hq: Headquarters::open(folder.path(), "Test").unwrap(), ..company };
    restored.hq.store_records(&[user(50, "new", &roles()[0], restored.region).into()]).unwrap();
    for device in [&boss, &li, &xu, &li, &boss] {
        restored.round(device);
        assert_eq!(device.replica.pending_count().unwrap(), 0);
    }
    let reader = restored.hq.reader();
    for made in &made {
        let made = if made.id() == renamed.id { &AnyRecord::from(renamed.clone()) } else { made };
        assert_eq!(reader.get_any(made.kind(), made.id()).unwrap().as_ref(), Some(made));
    }
    assert_eq!(reader.get::<Ticket>(ticket).unwrap().unwrap().state, TicketState::Active);
    assert!(reader.get::<Ticket>(cancelled).unwrap().is_none(), "it stays cancelled");
    assert!(reader.get::<Ticket>(worked).unwrap().is_some(), "something was done on it");
    assert_eq!(reader.get::<Ticket>(theirs).unwrap().unwrap().engineer_id, None, "they are lost as well");
    assert_eq!(reader.number("SELECT count(*) FROM held", &[]).unwrap(), 0);
    let level = reader.get::<StockLevel>(level_id(id(62), id(63))).unwrap().unwrap();
    assert_eq!(level.quantity, -Quantity::ONE, "used once");
    drop(reader);
    let told = restored.attention().into_iter().filter(|matter| matter.code == Code::RecordBroughtBack).count();
    assert_eq!(told, made.len(), "once each");
    // Later nobody brings anything back, and by hand nobody ever does.
    let mut lost = restored.hq.reader().get::<Customer>(id(60)).unwrap().unwrap();
    lost.id = id(66);
    let lost = Lost::Customer(lost);
    let given = restored.hq.give(id(13), Uuid::now_v7(), BringBack { lost }.into(), NOW).unwrap();
    assert_eq!(given.unwrap_err().code, Code::FieldInvalid);
}
