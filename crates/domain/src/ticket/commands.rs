//! What a person can do with a ticket.

use super::{Purpose, Urgency};
use crate::{Id, Instant, Travels};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Opens a ticket. The ticket's id is the command's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct OpenTicket {
    /// What people will call it; given by the replica from its prefix and counter.
    pub number: String,
    /// The version of the workflow to follow.
    pub workflow_id: Id,
    /// In a few words.
    pub title: String,
    /// In more words; may be empty.
    pub description: String,
    /// How soon.
    pub urgency: Urgency,
    /// Which entry it came in by.
    pub source: String,
    /// What is to be serviced.
    pub device_id: Option<Id>,
    /// Where.
    pub site_id: Id,
    /// Who is met there.
    pub contact_id: Option<Id>,
    /// Whose it will be.
    pub engineer_id: Option<Id>,
    /// When the visit is planned.
    #[ts(type = "number | null")]
    pub planned_at: Option<Instant>,
    /// When it must be done.
    #[ts(type = "number | null")]
    pub due_at: Option<Instant>,
    /// The fault code that the device showed; may be empty.
    pub fault_code: String,
    /// Degrees north, WGS 84.
    pub latitude: Option<f64>,
    /// Degrees east, WGS 84.
    pub longitude: Option<f64>,
    /// It was opened before, and headquarters lost it with a restore: a device that still had it brings it back, under its name
    /// and its number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub again: bool,
}

/// Asks for an unassigned ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct ClaimTicket {
    /// Which.
    pub ticket_id: Id,
}

/// Gives a ticket to somebody, or to nobody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct AssignTicket {
    /// Which.
    pub ticket_id: Id,
    /// Whose it was when the person looked; if somebody else has it by then, it stays theirs.
    pub from_engineer_id: Option<Id>,
    /// To whom; none puts it back.
    pub engineer_id: Option<Id>,
    /// When the visit was planned as the person saw it. If that is to stay it stays as it is by then.
    #[ts(type = "number | null")]
    pub from_planned_at: Option<Instant>,
    /// When the visit is planned.
    #[ts(type = "number | null")]
    pub planned_at: Option<Instant>,
}

/// Gives one's own ticket to a colleague.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct HandOverTicket {
    /// Which.
    pub ticket_id: Id,
    /// To whom.
    pub engineer_id: Id,
    /// What they should know.
    pub note: String,
}

/// How soon a ticket is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, Travels)]
pub struct Triage {
    /// How soon.
    pub urgency: Urgency,
    /// When the visit is planned.
    #[ts(type = "number | null")]
    pub planned_at: Option<Instant>,
    /// When it must be done.
    #[ts(type = "number | null")]
    pub due_at: Option<Instant>,
}

/// Says how soon a ticket is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct TriageTicket {
    /// Which.
    pub ticket_id: Id,
    /// As the person saw it. What is the same in both stays as it is by then.
    pub from: Triage,
    /// As it is to be.
    pub to: Triage,
}

/// Ends a ticket without doing it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct CancelTicket {
    /// Which.
    pub ticket_id: Id,
    /// Why.
    pub reason: String,
}

/// Reminds of a ticket that nobody has taken, or ends that once somebody has. Only headquarters gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct RemindTicket {
    /// Which.
    pub ticket_id: Id,
}

/// Begins a step, or takes it up again after a pause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct StartStep {
    /// Which.
    pub step_id: Id,
}

/// Leaves a step for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct PauseStep {
    /// Which.
    pub step_id: Id,
    /// Why.
    pub reason: String,
}

/// Enters a reading, a note or a tick for a demand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct RecordEntry {
    /// Of which step.
    pub step_id: Id,
    /// For which demand.
    pub demand: String,
    /// What stood there when the person entered it; empty if nothing did.
    #[serde(default)]
    pub from: String,
    /// The number or the text.
    pub value: String,
}

/// Says which of several entries for one demand holds. The others stay beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct ChooseEntry {
    /// Of which step.
    pub step_id: Id,
    /// For which demand.
    pub demand: String,
    /// Whose entry.
    pub actor_id: Id,
    /// Its value.
    pub value: String,
}

/// Says that a step is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct CompleteStep {
    /// Which.
    pub step_id: Id,
}

/// Writes something into the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct AddNote {
    /// Of which ticket.
    pub ticket_id: Id,
    /// What.
    pub text: String,
}

/// Attaches a photo, a signature or a file whose bytes this replica already holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct AttachFile {
    /// To which ticket.
    pub ticket_id: Id,
    /// To which step.
    pub step_id: Option<Id>,
    /// For which demand; empty if for none.
    pub demand: String,
    /// What it is.
    pub purpose: Purpose,
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// SHA-256 of its thumbnail, a file of its own; empty if it has none.
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
}
