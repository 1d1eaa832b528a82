//! Tickets on a list, and one with all that belongs to it.

use super::AttentionCard;
use super::attention::{OPEN, attention_cards};
use super::cards::cards;
use super::lookup::{Where, here, here_if, label, labels, need};
use super::movements::movement_views;
use super::timeline::event_views;
use super::trial::Trial;
use crate::{Desk, Failure};
use outpost_domain::attention::Attention;
use outpost_domain::customer::{Contact, Customer, Site};
use outpost_domain::device::{Device, DeviceModel};
use outpost_domain::stock::{Part, StockMovement};
use outpost_domain::ticket::{
    Attachment, Event, HandOverTicket, StartStep, Step, StepState, Ticket, TicketState, Urgency, missing,
};
use outpost_domain::workflow::{Node, TicketKind, Workflow};
use outpost_domain::{Command, Details, Id, Instant, Kind, Record, Refusal};
use outpost_store::StoreError;
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
    /// The words of its sentence: what its ids and keys are called here.
    pub words: Details,
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

pub(super) fn ticket(desk: &Desk<'_>, ask: &AskTicket) -> Result<TicketView, Failure> {
    let ticket: Ticket = need(desk, ask.id)?;
    let card = cards(desk, std::slice::from_ref(&ticket), None)?.remove(0);
    let device: Option<Device> = here_if(desk, ticket.device_id)?;
    let workflow: Option<Workflow> = here(desk, ticket.workflow_id)?;
    let steps: Vec<Step> = of_ticket(desk, ask.id, "position")?;
    let work_refusal = work_refusal(desk, &ticket, &steps);
    Ok(TicketView {
        card,
        site: here(desk, ticket.site_id)?,
        customer: here(desk, ticket.customer_id)?,
        contact: here_if(desk, ticket.contact_id)?,
        device_model: here_if(desk, device.as_ref().map(|device| device.model_id))?,
        device,
        steps: step_views(desk, steps, workflow.as_ref())?,
        timeline: event_views(desk, of_ticket(desk, ask.id, "occurred_at DESC, id DESC")?, workflow.as_ref())?,
        workflow,
        movements: movement_views(desk, of_ticket(desk, ask.id, "occurred_at, id")?)?,
        attachments: attachment_views(desk, of_ticket(desk, ask.id, "made_at, id")?)?,
        attention: attention_cards(desk, open_of_ticket(desk, ask.id)?)?,
        work_refusal,
        ticket,
    })
}

/// What belongs to a ticket.
fn of_ticket<T: Record>(desk: &Desk<'_>, ticket_id: Id, order: &str) -> Result<Vec<T>, StoreError> {
    let mut filter = Where::visible(desk, T::KIND);
    filter.and_with("ticket_id = {}", ticket_id.to_string());
    desk.store.readable(&format!("{} ORDER BY {order}", filter.sql()), &filter.params())
}

fn open_of_ticket(desk: &Desk<'_>, ticket_id: Id) -> Result<Vec<Attention>, StoreError> {
    let mut filter = Where::visible(desk, Kind::Attention);
    filter.and(OPEN);
    filter.and_with("ticket_id = {}", ticket_id.to_string());
    desk.store.readable(&format!("{} ORDER BY raised_at DESC, id DESC", filter.sql()), &filter.params())
}

fn step_views(desk: &Desk<'_>, steps: Vec<Step>, workflow: Option<&Workflow>) -> Result<Vec<StepView>, StoreError> {
    let engineers = labels(desk, Kind::User, "name", steps.iter().filter_map(|step| step.engineer_id))?;
    let trial = Trial::new(desk);
    let view = |step: Step| {
        let node = workflow.and_then(|workflow| workflow.node(&step.node)).cloned();
        let node = node.unwrap_or_else(|| unknown_node(&step.node));
        let startable = matches!(step.state, StepState::Waiting | StepState::Paused);
        StepView {
            missing: missing(&node, &step).into_iter().map(|demand| demand.key.clone()).collect(),
            start_refusal: startable.then(|| trial.refusal(StartStep { step_id: step.id })).flatten(),
            engineer_name: label(&engineers, step.engineer_id),
            node,
            step,
        }
    };
    Ok(steps.into_iter().map(view).collect())
}

/// A node whose workflow is not on this machine: it has only the name of its key.
fn unknown_node(key: &str) -> Node {
    Node {
        key: key.to_owned(),
        name: key.to_owned(),
        name_en: key.to_owned(),
        demands: Vec::new(),
        role_keys: Vec::new(),
        limit_minutes: None,
    }
}

/// Why the asking person cannot go on with the step that comes next; where none does, cannot work on the ticket at all.
fn work_refusal(desk: &Desk<'_>, ticket: &Ticket, steps: &[Step]) -> Option<Refusal> {
    let next = steps.iter().find(|step| step.state != StepState::Done);
    let command: Command = match next {
        Some(step) => StartStep { step_id: step.id }.into(),
        // Handing over asks for the same as any work, and needs no step.
        None => HandOverTicket { ticket_id: ticket.id, engineer_id: desk.user_id?, note: String::new() }.into(),
    };
    Trial::new(desk).refusal(command)
}

fn attachment_views(desk: &Desk<'_>, attachments: Vec<Attachment>) -> Result<Vec<AttachmentView>, StoreError> {
    let actors = labels(desk, Kind::User, "name", attachments.iter().map(|attachment| attachment.actor_id))?;
    let here = desk.facts.files.here(desk.store, &attachments)?;
    let views = attachments.into_iter().map(|attachment| AttachmentView {
        here: here.contains(&attachment.id),
        actor_name: label(&actors, Some(attachment.actor_id)),
        attachment,
    });
    Ok(views.collect())
}
