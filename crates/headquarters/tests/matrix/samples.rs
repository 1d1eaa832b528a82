//! One sound command of each name, about what somebody has.

use crate::NOW;
use crate::company::{self, Company, id};
use outpost_domain::attention::*;
use outpost_domain::customer::*;
use outpost_domain::device::*;
use outpost_domain::person::*;
use outpost_domain::stock::*;
use outpost_domain::ticket::*;
use outpost_domain::{BringBack, Command, Lost, Quantity};

/// A command of this name; one that nobody wrote a sample for fails the test.
pub fn sample(name: &str, company: &Company, role: &str, whose: &str) -> Command {
    let of = |what: &str| company.of(what, role, whose);
    let region = if whose == "elsewhere" { "south" } else { "north" };
    let (ticket_id, part_id, van) = (of("ticket"), id("part"), of("van"));
    let (step_id, one) = (step_id(ticket_id, "arrive"), Quantity::ONE);
    let (note, demand) = (String::new(), "greeted".to_owned());
    let engineer = id("engineer");
    let works = ["engineer", "manager", "admin"].contains(&role) || whose != "own";
    let holder = works.then(|| id(&Company::name(role, whose)));
    let triage = Triage { urgency: Urgency::Normal, planned_at: None, due_at: None };
    match name {
        "OpenTicket" => OpenTicket {
            number: String::new(),
            workflow_id: company::repair(),
            title: "door".into(),
            description: String::new(),
            urgency: Urgency::Normal,
            source: "app".into(),
            device_id: Some(of("device")),
            site_id: of("site"),
            contact_id: Some(of("contact")),
            engineer_id: None,
            planned_at: None,
            due_at: None,
            fault_code: String::new(),
            latitude: None,
            longitude: None,
            again: false,
        }
        .into(),
        "ClaimTicket" => ClaimTicket { ticket_id }.into(),
        "AssignTicket" => {
            let to = if whose == "elsewhere" { id("stranger") } else { engineer };
            AssignTicket {
                ticket_id,
                from_engineer_id: holder,
                engineer_id: Some(to),
                from_planned_at: None,
                planned_at: None,
            }
            .into()
        }
        "HandOverTicket" => HandOverTicket { ticket_id, engineer_id: engineer, note }.into(),
        "TriageTicket" => {
            TriageTicket { ticket_id, from: triage, to: Triage { urgency: Urgency::High, ..triage } }.into()
        }
        "CancelTicket" => CancelTicket { ticket_id, reason: "mistake".into() }.into(),
        "RemindTicket" => RemindTicket { ticket_id }.into(),
        "StartStep" => StartStep { step_id }.into(),
        "PauseStep" => PauseStep { step_id, reason: "lunch".into() }.into(),
        "RecordEntry" => RecordEntry { step_id, demand, from: "no".into(), value: "perhaps".into() }.into(),
        "CompleteStep" => CompleteStep { step_id }.into(),
        "ChooseEntry" => ChooseEntry { step_id, demand, actor_id: id("admin"), value: "no".into() }.into(),
        "AddNote" => AddNote { ticket_id, text: "x".into() }.into(),
        "AttachFile" => AttachFile {
            ticket_id,
            step_id: Some(step_id),
            demand: "before".into(),
            purpose: Purpose::Photo,
            sha256: "ab".repeat(32),
            thumbnail_sha256: String::new(),
            media_type: "image/jpeg".into(),
            size_bytes: 7,
            width: 1,
            height: 1,
            taken_at: None,
            latitude: None,
            longitude: None,
            name: String::new(),
        }
        .into(),
        "UsePart" => UsePart { ticket_id, step_id: None, part_id, quantity: one, from_id: van }.into(),
        "ReturnPart" => ReturnPart { movement_id: of("use"), quantity: one, to_id: van }.into(),
        "ReceiveStock" => ReceiveStock { part_id, quantity: one, to_id: of("warehouse"), note }.into(),
        "IssueStock" => IssueStock { part_id, quantity: one, from_id: of("warehouse"), note }.into(),
        "TransferStock" => {
            TransferStock { part_id, quantity: one, from_id: of("warehouse"), to_id: id("van engineer"), note }.into()
        }
        "AdjustStock" => {
            AdjustStock { part_id, location_id: of("warehouse"), difference: -one, reason: "broken".into() }.into()
        }
        "CountStock" => {
            CountStock { part_id, location_id: of("warehouse"), counted: one, counted_at: NOW, after: None, note }
                .into()
        }
        "HandOverAttention" => HandOverAttention { attention_id: of("matter"), note }.into(),
        "ResolveAttention" => ResolveAttention { attention_id: of("matter"), resolution: "seen".into() }.into(),
        "ReleaseCommand" => {
            let attention_id = matter_id(of("apart"), outpost_domain::Code::ReplicaRevoked);
            ReleaseCommand { attention_id, note }.into()
        }
        "BindTag" => {
            BindTag { code: format!("CODE {region}"), target: TagTarget::Device, target_id: of("device") }.into()
        }
        "SaveCustomer" => {
            let from = company::customer(region);
            SaveCustomer { customer: Customer { note: "x".into(), ..from.clone() }, from: Some(from) }.into()
        }
        "SaveContact" => {
            let from = company::contact(region);
            SaveContact { contact: Contact { phone: "2".into(), ..from.clone() }, from: Some(from) }.into()
        }
        // Another region's is pulled into the own, which would bring it into sight with all that lies there.
        "SaveSite" => {
            let from = company::site(region);
            let site = Site { region_id: id("region north"), name: "moved".into(), ..from.clone() };
            SaveSite { site, from: Some(from) }.into()
        }
        "SaveDevice" => {
            let from = company::device(region);
            let (site_id, customer_id) = (id("site north"), id("customer north"));
            let device = Device { site_id, customer_id, place: "roof".into(), ..from.clone() };
            SaveDevice { device, from: Some(from), although_known: false }.into()
        }
        "SaveDeviceModel" => {
            let from = company::model();
            let device_model = DeviceModel { category: region.into(), ..from.clone() };
            SaveDeviceModel { device_model, from: Some(from) }.into()
        }
        "SavePart" => {
            let from = company::part();
            SavePart { part: Part { category: region.into(), ..from.clone() }, from: Some(from) }.into()
        }
        "SaveStockLocation" => {
            let from = company::place(&format!("warehouse {region}"), region);
            let moved = StockLocation { region_id: id("region north"), name: "moved".into(), ..from.clone() };
            SaveStockLocation { stock_location: moved, from: Some(from) }.into()
        }
        "SaveUser" => {
            let name = Company::name(role, whose);
            let of_role = if whose == "own" { role } else { "engineer" };
            let from = company::user(&name, of_role, region);
            SaveUser { user: User { phone: "2".into(), ..from.clone() }, from: Some(from) }.into()
        }
        "SaveRegion" => {
            let from = company::region(region);
            SaveRegion { region: Region { name_en: "x".into(), ..from.clone() }, from: Some(from) }.into()
        }
        "BringBack" => {
            let lost = Customer { id: of("lost customer"), ..company::customer(region) };
            BringBack { lost: Lost::Customer(lost) }.into()
        }
        other => panic!("write a sample of {other}, so that it is tried as every role"),
    }
}
