//! What travels between a replica and headquarters, as JSON over HTTP.
//!
//! `POST /v1/enroll` takes an [`EnrolRequest`] and answers [`Enrolled`]; `POST /v1/sync`, with the token as bearer,
//! takes a [`SyncRequest`] and answers a [`SyncResponse`]; `HEAD`, `PATCH` and `GET /v1/files/{sha256}` carry files;
//! `GET /v1/events` pokes with the newest revision. Every answer of headquarters bears the header [`MARK`], so that a
//! proxy's page with status 200 is not taken for one.

use outpost_domain::person::Replica;
use outpost_domain::{AnyRecord, Id, Instant, Kind, Refusal};
use serde::{Deserialize, Serialize};

/// The version of this protocol.
pub const PROTOCOL: u32 = 1;

/// The header that every answer of headquarters bears; its value is the protocol's version.
pub const MARK: &str = "x-outpost-protocol";

/// How many commands a request carries at most.
pub const COMMANDS_PER_REQUEST: usize = 500;

/// How many bytes of commands a request carries at most, beyond the first command.
pub const BYTES_PER_REQUEST: usize = 1 << 20;

/// Asks to belong to a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The secret of the invitation; works once.
    pub secret: String,
    /// What the device is to be called.
    pub device_name: String,
    /// The program's version.
    pub version: String,
}

/// The answer to an [`EnrolRequest`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enrolled {
    /// The replica that this device is from now on.
    pub replica: Replica,
    /// The company.
    pub company: String,
    /// What it shows from now on.
    pub token: String,
}

/// One round, or a part of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SyncRequest {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The program's version.
    pub version: String,
    /// The device's clock when this was made.
    pub sent_at: Instant,
    /// Commands that headquarters may not have, in the order in which they were given.
    pub commands: Vec<Pushed>,
    /// Left out while more commands are to come.
    pub pull: Option<Pull>,
}

/// One command on its way to headquarters.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pushed {
    /// Its id; headquarters takes each once.
    pub id: Id,
    /// Its place in the order of this replica.
    pub seq: i64,
    /// The version of its payload.
    pub version: u32,
    /// The revision that the replica had when it was given.
    pub base_revision: i64,
    /// The `outpost_domain::Act` as it was written; an older or newer program's may not be readable as one.
    pub act: serde_json::Value,
}

/// How far a replica has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Changes when headquarters lost commits.
    pub epoch: String,
    /// The newest commit that it has.
    pub revision: i64,
    /// The random tag of that commit.
    pub tag: String,
    /// A hash of what the person may see; when it changes, everything is sent anew.
    pub scope: String,
}

/// Asks for what changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pull {
    /// Since when; none for everything.
    pub cursor: Option<Cursor>,
}

/// What headquarters made of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It was done; discrepancies, if any, are matters of attention.
    Applied,
    /// It was not done; a matter of attention says why.
    Refused,
    /// It is kept until someone decides or headquarters is newer; a matter of attention says why.
    Held,
    /// It comes from a device that was reported lost; kept apart.
    Quarantined,
}

/// What headquarters made of a command, and in which commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which command.
    pub id: Id,
    /// What became of it.
    pub status: Status,
    /// Why it was not done.
    pub refusal: Option<Refusal>,
    /// The commit that holds its effects or its matter of attention.
    pub revision: i64,
    /// See `Effects::hash`; empty if there were none.
    pub effect_hash: String,
}

/// A record that a replica no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evicted {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub id: Id,
}

/// A part of what changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page {
    /// This is the first page of everything: what is not sent is not held any more.
    pub fresh: bool,
    /// Whole records.
    pub rows: Vec<AnyRecord>,
    /// Records to drop.
    pub evict: Vec<Evicted>,
    /// How far this page comes.
    pub cursor: Cursor,
    /// Whether more is to come before the round is whole.
    pub more: bool,
    /// How many records are still to come after this page; for the person who watches.
    pub remaining: u64,
}

/// The answer to a [`SyncRequest`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SyncResponse {
    /// Of each command that was sent.
    pub outcomes: Vec<Outcome>,
    /// What changed, if it was asked.
    pub page: Option<Page>,
    /// The clock of headquarters.
    pub now: Instant,
    /// The company.
    pub company: String,
}

/// Why headquarters did not do what was asked, with a status of 400 to 499.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Denial {
    /// `token_unknown`, `replica_revoked`, `invitation_invalid`, `not_understood`, `too_large`, `wrong_offset`, `wrong_hash`.
    pub code: String,
    /// A sentence for the technically minded.
    pub detail: String,
}
