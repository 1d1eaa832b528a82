//! Tickets on a list, and one with all that belongs to it.

use super::AttentionCard;
use outpost_domain::customer::{Contact, Customer, Site};
use outpost_domain::device::{Device, DeviceModel};
use outpost_domain::stock::{Part, StockMovement};
use outpost_domain::ticket::{Attachment, Event, Step, Ticket, TicketState, Urgency};
use outpost_domain::workflow::{Node, TicketKind, Workflow};
use outpost_domain::{Id, Instant, Refusal};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A ticket on a list. Names come in both languages; the English one may be empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TicketCard {
    /// Its name in the database.
    pub id: Id,
    /// What people call it.
    pub number: String,
    /// What it is for.
    pub ticket_kind: TicketKind,
    /// In a few words.
    pub title: String,
    /// How soon.
    pub urgency: Urgency,
    /// Where it stands.
    pub state: TicketState,
    /// Why it is paused.
    pub reason: String,
    /// The step that comes next.
    pub node_name: String,
    /// The same in English.
    pub node_name_en: String,
    /// Steps done.
    pub steps_done: u32,
    /// Steps in all.
    pub steps_total: u32,
    /// When the visit is planned.
    #[ts(type = "number | null")]
    pub planned_at: Option<Instant>,
    /// When it must be done.
    #[ts(type = "number | null")]
    pub due_at: Option<Instant>,
    /// When it was opened.
    #[ts(type = "number")]
    pub opened_at: Instant,
    /// When it was closed.
    #[ts(type = "number | null")]
    pub closed_at: Option<Instant>,
    /// Where.
    pub site_name: String,
    /// The same in English.
    pub site_name_en: String,
    /// Where that is.
    pub address: String,
    /// Degrees north, for navigation.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// From the asked position, along the earth's surface.
    pub distance_metres: Option<u32>,
    /// What is serviced.
    pub device_id: Option<Id>,
    /// What people call it.
    pub device_name: String,
    /// The same in English.
    pub device_name_en: String,
    /// For whom.
    pub customer_name: String,
    /// The same in English.
    pub customer_name_en: String,
    /// Whose it is.
    pub engineer_id: Option<Id>,
    /// Their name.
    pub engineer_name: String,
    /// How many of the model's usual parts there are.
    pub parts_wanted: u32,
    /// How many of those the asking person's van holds.
    pub parts_in_van: u32,
    /// Whether something done to it here waits to be sent.
    pub waiting: bool,
    /// How many open matters need attention.
    pub attention: u32,
}

/// One ticket with all that belongs to it?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskTicket {
    /// Which.
    pub id: Id,
}

/// A step with what its node says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StepView {
    /// The step.
    pub step: Step,
    /// Its node.
    pub node: Node,
    /// Keys of the demands that are not met yet.
    pub missing: Vec<String>,
    /// Why it cannot be started now; none if it can be. Absent also when it is active or done.
    pub start_refusal: Option<Refusal>,
    /// Who does it, or did.
    pub engineer_name: String,
}

/// An entry of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EventView {
    /// What happened.
    pub event: Event,
    /// Who did it.
    pub actor_name: String,
    /// Whether it waits to be sent from this device.
    pub waiting: bool,
}

/// A part that was used or returned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MovementView {
    /// The movement.
    pub movement: StockMovement,
    /// Of what.
    pub part: Option<Part>,
    /// Out of which place.
    pub from_name: String,
    /// The same in English.
    pub from_name_en: String,
    /// Into which place.
    pub to_name: String,
    /// The same in English.
    pub to_name_en: String,
    /// Who.
    pub actor_name: String,
    /// For which ticket.
    pub ticket_number: String,
    /// Whether it waits to be sent from this device.
    pub waiting: bool,
}

/// An attachment, and whether its bytes are on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AttachmentView {
    /// The attachment.
    pub attachment: Attachment,
    /// Whether its bytes can be shown here.
    pub here: bool,
    /// Who made it.
    pub actor_name: String,
}

/// One ticket with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TicketView {
    /// The ticket.
    pub ticket: Ticket,
    /// The same ticket as it stands on lists.
    pub card: TicketCard,
    /// Where.
    pub site: Option<Site>,
    /// For whom.
    pub customer: Option<Customer>,
    /// Who is met there.
    pub contact: Option<Contact>,
    /// What is serviced.
    pub device: Option<Device>,
    /// What that is.
    pub device_model: Option<DeviceModel>,
    /// The version that it follows.
    pub workflow: Option<Workflow>,
    /// Its steps in order.
    pub steps: Vec<StepView>,
    /// Parts used and returned, oldest first.
    pub movements: Vec<MovementView>,
    /// Photos, signatures, files, oldest first.
    pub attachments: Vec<AttachmentView>,
    /// What happened, newest first.
    pub timeline: Vec<EventView>,
    /// What needs attention, open ones only.
    pub attention: Vec<AttentionCard>,
    /// Why the asking person cannot work on it; none if they can.
    pub work_refusal: Option<Refusal>,
}

pub(super) fn ticket(_desk: &crate::Desk<'_>, _ask: &AskTicket) -> Result<TicketView, crate::Failure> { todo!() }
