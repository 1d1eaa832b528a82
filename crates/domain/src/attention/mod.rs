//! What a person must look at.

mod rules;
pub(crate) use rules::{hand_over_attention, release_command, resolve_attention};
pub use rules::{matter_id, may_close_by};

use crate::choice::choice;
use crate::{Code, Details, Id, Instant, Record, Travels};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

choice! {
    /// Why it needs a person.
    Cause {
        /// Headquarters said no to an intent.
        Refused = "refused";
        /// It waits for something else that was refused, or for a newer headquarters.
        Held = "held";
        /// A fact that does not fit what headquarters knows; it was taken, and this shows it.
        Discrepancy = "discrepancy";
        /// Whoever gave the command may not do that, or not there. It is kept, byte for byte, and nothing of it is done until
        /// someone who may releases it.
        Quarantined = "quarantined";
        /// Something is left undone.
        Reminder = "reminder";
    }
}

/// One matter that a person must look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "raised_at DESC")]
pub struct Attention {
    /// Its name in the database.
    pub id: Id,
    /// Why it needs a person.
    pub cause: Cause,
    /// What does not fit.
    pub code: Code,
    /// Both sides' values, for the sentence.
    pub details: Details,
    /// The command that met it.
    #[record(no_record)]
    pub command_id: Id,
    /// What that command was called.
    pub command_name: String,
    /// The ticket it belongs to.
    #[record(of = Ticket)]
    pub ticket_id: Option<Id>,
    /// Who gave the command.
    #[record(of = User, own)]
    pub actor_id: Id,
    /// On which replica.
    #[record(of = Replica)]
    pub replica_id: Id,
    /// The region whose people see it.
    #[record(of = Region, lies)]
    pub region_id: Option<Id>,
    /// When the command was given.
    #[ts(type = "number")]
    pub raised_at: Instant,
    /// Who handed it over to the dispatcher.
    #[serde(default)]
    #[record(of = User)]
    pub handed_over_by_id: Option<Id>,
    /// When.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub handed_over_at: Option<Instant>,
    /// What the dispatcher is asked, in the person's words.
    #[serde(default)]
    pub handed_over_note: String,
    /// Who looked at it.
    #[record(of = User)]
    pub resolved_by_id: Option<Id>,
    /// When.
    #[ts(type = "number | null")]
    pub resolved_at: Option<Instant>,
    /// What they decided, in their words.
    pub resolution: String,
}

/// Closes a matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct ResolveAttention {
    /// Which.
    pub attention_id: Id,
    /// What was decided, in the person's words.
    pub resolution: String,
}

/// Asks the dispatcher to look at a matter: it is theirs from now on, and still to be seen by who handed it over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct HandOverAttention {
    /// Which.
    pub attention_id: Id,
    /// What the dispatcher should know; may be empty.
    pub note: String,
}

/// Lets a command that was quarantined be done, as whoever gave it meant it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct ReleaseCommand {
    /// The matter that tells of it.
    pub attention_id: Id,
    /// Why, in the person's words; may be empty.
    pub note: String,
}
