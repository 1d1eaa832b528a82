//! Authorised work: tickets, their steps, what happened to them, and what was attached.

mod commands;
mod reactions;
mod rules;
mod steps;

pub use commands::*;
pub use reactions::REMIND_AFTER_MILLIS;
pub(crate) use reactions::react;
pub(crate) use rules::{
    add_note, assign_ticket, cancel_ticket, claim_ticket, hand_over_ticket, mine, not_cancelled, open_ticket,
    remind_ticket, triage_ticket,
};
pub use rules::{step_id, untaken_id};
pub use steps::missing;
pub(crate) use steps::{
    attach_file, choose_entry, complete_step, entered, pause_step, record_entry, start_step, step_of,
};

use crate::choice::choice;
use crate::workflow::TicketKind;
use crate::{Details, Id, Instant, Record, Travels};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

choice! {
    /// How soon.
    Urgency {
        /// When it suits.
        Low = "low";
        /// As agreed.
        Normal = "normal";
        /// Before the others.
        High = "high";
        /// Now.
        Urgent = "urgent";
    }
}

choice! {
    /// Where a ticket stands.
    TicketState {
        /// Nobody has it.
        Open = "open";
        /// Someone has it and has not begun.
        Assigned = "assigned";
        /// Being worked on.
        Active = "active";
        /// Begun, and waiting for something.
        Paused = "paused";
        /// All steps are complete.
        Done = "done";
        /// Will not be done.
        Cancelled = "cancelled";
    }
}

impl TicketState {
    /// Whether nothing more is to be done.
    pub const fn is_closed(self) -> bool {
        matches!(self, TicketState::Done | TicketState::Cancelled)
    }
}

/// Authorised work, with steps, parts and evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "opened_at DESC")]
pub struct Ticket {
    /// Its name in the database: the id of the command that opened it.
    pub id: Id,
    /// What people call it, such as 7F3-0142. Final when given.
    #[record(detail)]
    pub number: String,
    /// What it is for.
    pub ticket_kind: TicketKind,
    /// The version of the workflow that it follows.
    #[record(of = Workflow)]
    pub workflow_id: Id,
    /// In a few words.
    #[record(title)]
    pub title: String,
    /// In more words; may be empty.
    #[record(found)]
    pub description: String,
    /// How soon.
    pub urgency: Urgency,
    /// Where it stands.
    pub state: TicketState,
    /// Which entry it came in by: scan, app, console, phone, and so on.
    pub source: String,
    /// What is to be serviced.
    #[record(of = Device)]
    pub device_id: Option<Id>,
    /// Where.
    #[record(of = Site)]
    pub site_id: Id,
    /// For whom.
    #[record(of = Customer)]
    pub customer_id: Id,
    /// Who is met there.
    #[record(of = Contact)]
    pub contact_id: Option<Id>,
    /// The region whose people see it.
    #[record(of = Region, lies)]
    pub region_id: Id,
    /// Whose it is.
    #[record(of = User)]
    pub engineer_id: Option<Id>,
    /// Who opened it.
    #[record(of = User)]
    pub opened_by_id: Id,
    /// When.
    #[ts(type = "number")]
    pub opened_at: Instant,
    /// When the visit is planned.
    #[ts(type = "number | null")]
    pub planned_at: Option<Instant>,
    /// When it must be done.
    #[ts(type = "number | null")]
    pub due_at: Option<Instant>,
    /// When it was done or cancelled.
    #[ts(type = "number | null")]
    pub closed_at: Option<Instant>,
    /// The node that comes next or is being done; none when all are complete.
    pub node: Option<String>,
    /// Why it is paused or was cancelled; empty otherwise.
    pub reason: String,
    /// The fault code that the device showed; may be empty.
    pub fault_code: String,
    /// Where it was opened, degrees north, WGS 84.
    pub latitude: Option<f64>,
    /// Where it was opened, degrees east, WGS 84.
    pub longitude: Option<f64>,
}

choice! {
    /// Where a step stands.
    StepState {
        /// Not begun.
        Waiting = "waiting";
        /// Being worked on.
        Active = "active";
        /// Begun, and waiting for something.
        Paused = "paused";
        /// Complete.
        Done = "done";
    }
}

/// What someone entered for a demand. A later entry for the same demand replaces an earlier one on the screen;
/// photos and parts add up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct Entry {
    /// The demand's key.
    pub key: String,
    /// A number, a text, or the id of an attachment or a stock movement.
    pub value: String,
    /// Who.
    pub actor_id: Id,
    /// When.
    #[ts(type = "number")]
    pub entered_at: Instant,
    /// Left out where false. Somebody else's entry holds for this demand; this one is shown beside it, until a person chooses.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub beside: bool,
}

/// One node of a ticket's workflow, being done or waited for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "ticket_id, position")]
pub struct Step {
    /// Its name in the database: `derive(ticket_id, node)`.
    pub id: Id,
    /// Whose.
    #[record(of = Ticket, lies)]
    pub ticket_id: Id,
    /// Key of the node.
    pub node: String,
    /// Place in the order, from 0.
    pub position: u32,
    /// Where it stands.
    pub state: StepState,
    /// Who does it, or did.
    #[record(of = User)]
    pub engineer_id: Option<Id>,
    /// When it was first begun.
    #[ts(type = "number | null")]
    pub started_at: Option<Instant>,
    /// When it was last taken up again, while active.
    #[ts(type = "number | null")]
    pub resumed_at: Option<Instant>,
    /// When it was completed.
    #[ts(type = "number | null")]
    pub ended_at: Option<Instant>,
    /// Time worked so far, without pauses and without the time since `resumed_at`.
    #[ts(type = "number")]
    pub worked_millis: i64,
    /// What was entered.
    pub entries: Vec<Entry>,
}

/// Something that happened; the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "occurred_at DESC")]
pub struct Event {
    /// Its name in the database: `derive(command's id, "event n")`, n counting the command's events from 0.
    pub id: Id,
    /// What happened, such as `TicketOpened`; `crates/domain/src/event.rs` lists them.
    pub name: String,
    /// The version of its values. Those of version 1 are words, in the language of whoever did it.
    #[serde(default = "first_version")]
    pub version: u32,
    /// On which ticket.
    #[record(of = Ticket, lies)]
    pub ticket_id: Option<Id>,
    /// On which device.
    #[record(of = Device)]
    pub device_id: Option<Id>,
    /// Who did it.
    #[record(of = User, lies, unless = ticket_id)]
    pub actor_id: Id,
    /// On which replica.
    #[record(of = Replica)]
    pub replica_id: Id,
    /// When it happened, by the clock of the replica.
    #[ts(type = "number")]
    pub occurred_at: Instant,
    /// When headquarters heard of it; none as long as it has not.
    #[ts(type = "number | null")]
    pub received_at: Option<Instant>,
    /// Its values: ids, quantities, and what a person wrote.
    pub details: Details,
}

const fn first_version() -> u32 {
    1
}

choice! {
    /// What an attachment is.
    Purpose {
        /// A photo.
        Photo = "photo";
        /// A drawn signature.
        Signature = "signature";
        /// Any other file.
        File = "file";
    }
}

/// A file that belongs to a ticket; its bytes travel in their own lane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "made_at DESC")]
pub struct Attachment {
    /// Its name in the database.
    pub id: Id,
    /// Whose.
    #[record(of = Ticket, lies)]
    pub ticket_id: Id,
    /// Of which step.
    #[record(of = Step)]
    pub step_id: Option<Id>,
    /// For which demand; empty if for none.
    pub demand: String,
    /// What it is.
    pub purpose: Purpose,
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// SHA-256 of its thumbnail, a file of its own; empty if it has none, as signatures and small pictures.
    #[serde(default)]
    pub thumbnail_sha256: String,
    /// Media type.
    pub media_type: String,
    /// Size of the file.
    pub size_bytes: u32,
    /// Of a picture, in pixels; 0 otherwise.
    pub width: u32,
    /// Of a picture, in pixels; 0 otherwise.
    pub height: u32,
    /// When a photo was taken, by the camera's clock.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub taken_at: Option<Instant>,
    /// Where a photo was taken, degrees north, WGS 84.
    #[serde(default)]
    pub latitude: Option<f64>,
    /// Where a photo was taken, degrees east, WGS 84.
    #[serde(default)]
    pub longitude: Option<f64>,
    /// Caption, or who signed.
    pub name: String,
    /// Who made it.
    #[record(of = User)]
    pub actor_id: Id,
    /// When.
    #[ts(type = "number")]
    pub made_at: Instant,
}

impl Attachment {
    /// The hashes of its files: its own, and that of its thumbnail if it has one.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        [self.sha256.as_str(), self.thumbnail_sha256.as_str()].into_iter().filter(|sha256| !sha256.is_empty())
    }
}
