//! How this replica stands with headquarters.

use super::Seat;
use super::attention::open_matters;
use crate::{Desk, Failure};
use outpost_domain::{Id, Instant};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How do we stand with headquarters?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskSync {}

/// The one word on the chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// Everything is at headquarters.
    Settled,
    /// A new device that does not hold all of its data yet: what is not found here may be on its way.
    Filling,
    /// Something waits and is being sent.
    Waiting,
    /// No connection; everything is saved here.
    Offline,
    /// Something needs a person.
    NeedsYou,
    /// At headquarters itself.
    Headquarters,
}

/// Why the last round did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncTrouble {
    /// Headquarters cannot be reached.
    Unreachable,
    /// It answered, but not as headquarters does: a proxy or a sign-in page stands between.
    NotHeadquarters,
    /// It answered that something is wrong on its side.
    HeadquartersFailing,
    /// The sign-in has expired; work goes on and waits.
    SignInExpired,
    /// This device was reported lost.
    Revoked,
    /// The disk of this device is full.
    DiskFull,
    /// Its person stopped it; what came stays, and it goes on later.
    Stopped,
    /// Something in this program.
    Internal,
}

/// One command that waits to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PendingView {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// When it was given.
    #[ts(type = "number")]
    pub occurred_at: Instant,
    /// Whether headquarters has it already and only the answer's data is on its way.
    pub received: bool,
}

/// How this replica stands with headquarters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SyncView {
    /// The one word.
    pub state: SyncState,
    /// How many commands wait.
    pub waiting: u32,
    /// How many photos and signatures wait; a photo and its thumbnail are one.
    pub files_waiting: u32,
    /// How many of them wait for Wi-Fi, because the line is metered and its person wishes so.
    pub waiting_for_wifi: u32,
    /// Whether photos and signatures go only over Wi-Fi.
    pub wifi_only: bool,
    /// How many matters need this person.
    pub attention: u32,
    /// The end of the last round that succeeded.
    #[ts(type = "number | null")]
    pub synced_at: Option<Instant>,
    /// Whether a round is running.
    pub running: bool,
    /// How many records have come of an answer that is not whole yet.
    pub arrived: u32,
    /// Of about how many; 0 if none is on its way.
    pub expected: u32,
    /// Why the last round did not succeed.
    pub trouble: Option<SyncTrouble>,
    /// The same for the technically minded.
    pub trouble_detail: String,
    /// How far this device's clock is ahead of headquarters, as last measured.
    #[ts(type = "number | null")]
    pub clock_ahead_millis: Option<i64>,
    /// What waits, oldest first, at most 100.
    pub pending: Vec<PendingView>,
}

pub(super) fn sync(desk: &Desk<'_>, _ask: &AskSync) -> Result<SyncView, Failure> {
    let mut sync = desk.facts.sync.clone();
    // What happened elsewhere is not told to whoever is not signed in.
    if matches!(desk.facts.seat, Seat::Field | Seat::Console) {
        sync.attention = open_matters(desk)?;
    }
    if sync.attention > 0 && matches!(sync.state, SyncState::Settled | SyncState::Waiting) {
        sync.state = SyncState::NeedsYou;
    }
    Ok(sync)
}
