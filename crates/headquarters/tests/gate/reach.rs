//! How far somebody reaches: who sees a place for the sake of a ticket works there, and takes nothing of it along; and what is
//! still to be done goes where its site goes.

use crate::company::*;
use outpost_domain::attention::Attention;
use outpost_domain::customer::{Contact, Customer, SaveContact, SaveSite, Site};
use outpost_domain::device::{Device, DeviceModel, DeviceState, SaveDevice};
use outpost_domain::person::{SaveUser, User};
use outpost_domain::ticket::{AssignTicket, OpenTicket, StartStep, Ticket, step_id};
use outpost_domain::{Code, Command, Id, Record};
use outpost_sync::protocol::Status;
use uuid::Uuid;

fn device(n: u128, region: u128) -> Device {
    Device {
        id: id(n),
        number: format!("SN-{n}"),
        name: "lift".into(),
        name_en: String::new(),
        model_id: id(70),
        site_id: id(20 + region),
        customer_id: id(if region == SOUTH { 27 } else { 29 }),
        place: String::new(),
        state: DeviceState::InService,
        installed_on: None,
        warranty_until_on: None,
        note: String::new(),
    }
}

fn contact(n: u128, region: u128) -> Contact {
    let (name, title, phone) = ("Wang".to_owned(), String::new(), String::new());
    Contact {
        id: id(n),
        customer_id: id(if region == SOUTH { 27 } else { 29 }),
        site_id: Some(id(20 + region)),
        name,
        title,
        phone,
    }
}

fn assign(ticket_id: Id, to: u128) -> AssignTicket {
    let engineer_id = Some(id(to));
    AssignTicket { ticket_id, from_engineer_id: None, engineer_id, from_planned_at: None, planned_at: None }
}

impl Company {
    fn get<T: Record>(&self, n: u128) -> T {
        self.hq.reader().get(id(n)).unwrap().unwrap()
    }

    fn refused(&self, who: u128, command: impl Into<Command>) -> Code {
        self.hq.give(id(who), Uuid::now_v7(), command.into(), NOW).unwrap().unwrap_err().code
    }
}

#[test]
fn who_sees_a_site_for_the_sake_of_a_ticket_takes_nothing_of_it_along() {
    let company = Company::new();
    let model = DeviceModel {
        id: id(70),
        maker: "Hoist".into(),
        name: "lift".into(),
        name_en: String::new(),
        category: "lift".into(),
        part_ids: vec![],
        faults: vec![],
    };
    company.hq.store_records(&[model.into(), device(71, SOUTH).into(), contact(72, SOUTH).into()]).unwrap();
    let another = Customer { id: id(28), region_id: id(NORTH), ..company.get::<Customer>(29) };
    let of_south = Customer { id: id(27), region_id: id(SOUTH), ..company.get::<Customer>(29) };
    let their_site = Site { customer_id: id(27), ..company.get::<Site>(20 + SOUTH) };
    company.hq.store_records(&[another.into(), of_south.into(), their_site.into()]).unwrap();
    let ticket = company.open(SOUTH);
    company.give(ADMIN, assign(ticket, BOSS));
    let site = company.get::<Site>(20 + SOUTH);
    let moved_site = SaveSite { site: Site { region_id: id(NORTH), ..site.clone() }, from: Some(site.clone()) };
    let moved_device = SaveDevice { device: device(71, NORTH), from: Some(device(71, SOUTH)), although_known: false };
    let moved_contact = SaveContact { contact: contact(72, NORTH), from: Some(contact(72, SOUTH)) };
    // Nor does it become another customer's, whom they see for other reasons.
    let of_another = SaveSite { site: Site { customer_id: id(28), ..site.clone() }, from: Some(site.clone()) };
    let moves: [Command; 4] = [moved_site.into(), moved_device.into(), moved_contact.into(), of_another.into()];
    for command in moves {
        assert_eq!(company.refused(BOSS, command.clone()), Code::RecordMissing, "{command:?}");
        assert_eq!(company.push(BOSS, company.act(BOSS, command), NOW).status, Status::Refused);
    }
    assert_eq!((company.get::<Site>(20 + SOUTH), company.get::<Device>(71)), (site.clone(), device(71, SOUTH)));
    // Who is there for one ticket gives themselves no other.
    let open = OpenTicket { engineer_id: Some(id(BOSS)), again: false, ..an_open(SOUTH) };
    assert_eq!(company.refused(BOSS, open.clone()), Code::RightMissing);
    let pushed = company.act(BOSS, OpenTicket { number: format!("{BOSS}-0001"), ..open });
    assert_eq!(company.push(BOSS, pushed.clone(), NOW).status, Status::Adjusted);
    assert_eq!(company.hq.reader().get::<Ticket>(pushed.id).unwrap().unwrap().engineer_id, None);
    // Nor do they bring its customer to their own region.
    let here = Site { id: id(75), customer_id: id(27), region_id: id(NORTH), ..site.clone() };
    assert_eq!(company.refused(BOSS, SaveSite { site: here, from: None }), Code::RecordMissing);
    // Nor do they carry things from one such site to another.
    let second = Site { id: id(76), ..site.clone() };
    company.hq.store_records(&[second.into()]).unwrap();
    let there = company.give(ADMIN, OpenTicket { site_id: id(76), ..an_open(SOUTH) });
    company.give(ADMIN, assign(there, BOSS));
    let carried = Device { site_id: id(76), ..device(71, SOUTH) };
    let carried = SaveDevice { device: carried, from: Some(device(71, SOUTH)), although_known: false };
    assert_eq!(company.refused(BOSS, carried), Code::RecordMissing);
    let nowhere = Contact { site_id: None, ..contact(72, SOUTH) };
    assert_eq!(
        company.refused(BOSS, SaveContact { contact: nowhere, from: Some(contact(72, SOUTH)) }),
        Code::RecordMissing
    );
    // What is new there is the site's customer's.
    let new = SaveContact { contact: Contact { customer_id: id(28), ..contact(74, SOUTH) }, from: None };
    assert_eq!(company.refused(BOSS, new), Code::FieldInvalid);
    // They write down what they find there, and it stays there.
    let found = SaveDevice { device: device(73, SOUTH), from: None, although_known: false };
    company.give(BOSS, found);
    let renamed = Site { name: "east gate".into(), ..site.clone() };
    company.give(BOSS, SaveSite { site: renamed, from: Some(site) });
    assert_eq!(company.get::<Site>(20 + SOUTH).region_id, id(SOUTH));
}

#[test]
fn what_is_to_be_done_at_a_site_goes_where_the_site_goes() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    let site = company.get::<Site>(20 + NORTH);
    let moved = Site { region_id: id(SOUTH), ..site.clone() };
    company.give(ADMIN, SaveSite { site: moved, from: Some(site) });
    assert_eq!(company.hq.reader().get::<Ticket>(ticket).unwrap().unwrap().region_id, id(SOUTH));
    company.give(CHEN, outpost_domain::ticket::ClaimTicket { ticket_id: ticket });
    company.give(CHEN, StartStep { step_id: step_id(ticket, "arrive") });
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
}

#[test]
fn who_leaves_with_open_tickets_is_told_to_who_gives_tickets_out() {
    let company = Company::new();
    let ticket = company.open(NORTH);
    company.give(ADMIN, assign(ticket, LI));
    let li = company.get::<User>(LI);
    let save = SaveUser { user: User { active: false, ..li.clone() }, from: Some(li) };
    let command = company.give(ADMIN, save);
    let matter: Attention = company.matter(command);
    assert_eq!((matter.code, matter.region_id), (Code::NotAnEngineer, Some(id(NORTH))));
    let number = company.hq.reader().get::<Ticket>(ticket).unwrap().unwrap().number;
    assert_eq!((&matter.details["tickets"], matter.details["count"].as_str()), (&number, "1"));
    company.give(
        BOSS,
        outpost_domain::attention::ResolveAttention { attention_id: matter.id, resolution: "given to others".into() },
    );
}

#[test]
fn a_customer_leaves_sight_with_its_last_site_there() {
    let company = Company::new();
    let customer = company.get::<Customer>(29);
    let another = Customer { id: id(28), region_id: id(NORTH), ..customer.clone() };
    let of_south = Customer { id: id(27), region_id: id(SOUTH), ..customer };
    let site = Site { customer_id: id(27), ..company.get::<Site>(20 + SOUTH) };
    company.hq.store_records(&[another.into(), of_south.into(), site.clone().into()]).unwrap();
    let ticket = company.open(SOUTH);
    company.give(ADMIN, assign(ticket, LI));
    let (_, cursor) = company.pull(LI, None, NOW);
    let moved = Site { customer_id: id(28), ..site.clone() };
    company.give(ADMIN, SaveSite { site: moved, from: Some(site) });
    let (frames, _) = company.pull(LI, Some(cursor), NOW);
    let gone = frames.iter().filter_map(|frame| match frame {
        outpost_sync::protocol::Frame::Evict { records, .. } => Some(records),
        _ => None,
    });
    let gone: Vec<Id> = gone.flatten().map(|record| record.id).collect();
    assert!(gone.contains(&id(27)), "{gone:?}");
}
