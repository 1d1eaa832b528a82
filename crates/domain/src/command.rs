//! Every command, and the envelope in which it travels.

use crate::{BringBack, Id, Instant, Travels, attention::*, customer::*, device::*, person::*, stock::*, ticket::*};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use ts_rs::TS;

/// Whether headquarters may say no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// It has already happened in the world; what does not fit becomes a discrepancy.
    Fact,
    /// It asks, and may be refused.
    Intent,
}

macro_rules! commands {
    ($($class:ident $name:ident $version:literal [$($right:ident)*])*) => {
        /// Whatever a person does. Nothing else changes data.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
        #[serde(tag = "name", content = "payload")]
        pub enum Command { $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name)),* }

        impl Command {
            /// Whether it sets a choice that this program does not know: then it is to be decided by one that does.
            pub(crate) fn sets_newer(&self) -> bool {
                match self { $(Command::$name(payload) => payload.has_newer()),* }
            }
            /// The names of all commands.
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];
            /// What it is called.
            pub const fn name(&self) -> &'static str { match self { $(Command::$name(_) => stringify!($name)),* } }
            /// Whether headquarters may say no.
            pub const fn class(&self) -> Class { match self { $(Command::$name(_) => Class::$class),* } }
            /// The version of its payload that this program writes.
            pub const fn version(&self) -> u32 { match self { $(Command::$name(_) => $version),* } }
            /// The same by its name; none for a command that this program does not know.
            pub fn version_of(name: &str) -> Option<u32> { match name { $(stringify!($name) => Some($version),)* _ => None } }
            /// Who may give it: whoever has one of these rights; everybody who is with the company if there are none.
            pub const fn rights(&self) -> &'static [Right] { match self { $(Command::$name(_) => &[$(Right::$right),*]),* } }
            /// The same by its name; none for a command that this program does not know.
            pub fn rights_of(name: &str) -> Option<&'static [Right]> {
                match name { $(stringify!($name) => Some(&[$(Right::$right),*]),)* _ => None }
            }
            /// Whether headquarters may say no, by its name; none for a command that this program does not know.
            pub fn class_of(name: &str) -> Option<Class> { match name { $(stringify!($name) => Some(Class::$class),)* _ => None } }
            /// Reads the payload of a command of this name from JSON, as this program writes it; none if it cannot, or if there is
            /// more in it: half of what somebody meant is not what they meant.
            pub(crate) fn read(name: &str, payload: &str) -> Option<Command> {
                match name { $(stringify!($name) => whole(payload).map(Command::$name),)* _ => None }
            }
        }
        $(impl From<$name> for Command { fn from(payload: $name) -> Command { Command::$name(payload) } })*
    };
}

/// What a text of JSON holds, unless it holds more.
fn whole<T: DeserializeOwned>(json: &str) -> Option<T> {
    let mut more = false;
    let mut reader = serde_json::Deserializer::from_str(json);
    let read = serde_ignored::deserialize(&mut reader, |_| more = true).ok()?;
    reader.end().ok()?;
    (!more).then_some(read)
}

// Class, name, version of the payload, and who may give it. What else must hold stands in its rule.
commands! {
    Fact OpenTicket 1 [OpenTicket]
    Intent ClaimTicket 1 [WorkTicket]
    Intent AssignTicket 1 [AssignTicket]
    Intent HandOverTicket 1 [WorkTicket]
    Intent TriageTicket 1 [AssignTicket]
    Intent CancelTicket 1 [AssignTicket]
    Fact StartStep 1 [WorkTicket]
    Fact PauseStep 1 [WorkTicket]
    Fact RecordEntry 1 [WorkTicket]
    Fact CompleteStep 1 [WorkTicket]
    Intent ChooseEntry 1 [WorkTicket AssignTicket]
    Fact AddNote 1 [OpenTicket WorkTicket AssignTicket UsePart KeepStock]
    Fact AttachFile 1 [OpenTicket WorkTicket AssignTicket UsePart KeepStock]
    Fact UsePart 1 [UsePart]
    Fact ReturnPart 1 [UsePart]
    Fact ReceiveStock 1 [KeepStock]
    Fact IssueStock 1 [KeepStock]
    Fact TransferStock 1 [KeepStock]
    Fact AdjustStock 1 [KeepStock]
    Fact CountStock 1 [KeepStock]
    Intent HandOverAttention 1 []
    Intent ResolveAttention 1 []
    Intent ReleaseCommand 1 []
    Intent BindTag 1 [WorkTicket EditCustomer KeepStock EditCatalogue]
    Intent SaveCustomer 1 [EditCustomer]
    Intent SaveContact 1 [EditCustomer]
    Intent SaveSite 1 [EditCustomer]
    Intent SaveDevice 1 [WorkTicket EditCustomer]
    Intent SaveDeviceModel 1 [EditCatalogue]
    Intent SavePart 1 [EditCatalogue]
    Intent SaveStockLocation 1 [EditCatalogue]
    Intent SaveUser 1 [EditPerson]
    Intent SaveRegion 1 [EditPerson]
    Fact BringBack 1 []
}

/// A command as someone gave it: who, where, when, and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Act {
    /// UUIDv7; headquarters takes each id once.
    pub id: Id,
    /// Who gave it.
    pub actor_id: Id,
    /// On which replica.
    pub replica_id: Id,
    /// When, by the clock of the replica.
    #[ts(type = "number")]
    pub occurred_at: Instant,
    /// Commands that must have been taken before it.
    pub requires: Vec<Id>,
    /// What.
    #[serde(flatten)]
    pub command: Command,
}

impl Act {
    /// The same as of another moment, and with what was counted as of another.
    #[must_use]
    pub fn as_of(&self, moment: Instant, counted_at: Option<Instant>) -> Cow<'_, Act> {
        let mut command = Cow::Borrowed(&self.command);
        if let (Command::CountStock(count), Some(counted_at)) = (&self.command, counted_at)
            && count.counted_at != counted_at
        {
            command = Cow::Owned(CountStock { counted_at, ..count.clone() }.into());
        }
        match command {
            Cow::Borrowed(_) if moment == self.occurred_at => Cow::Borrowed(self),
            command => Cow::Owned(Act { occurred_at: moment, command: command.into_owned(), ..self.clone() }),
        }
    }
}

impl Command {
    /// The same, told by a clock that is so much ahead of the one that told it, in milliseconds.
    #[must_use]
    pub fn moved_by(mut self, millis: i128) -> Command {
        if let Command::CountStock(count) = &mut self {
            let moved = i128::from(count.counted_at).saturating_add(millis);
            count.counted_at = moved.clamp(Instant::MIN.into(), Instant::MAX.into()) as Instant;
        }
        self
    }
}

/// A command as it was written, with the version of its payload: what leaves a device by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WrittenAct {
    /// The version of its payload.
    pub version: u32,
    /// The [`Act`] as JSON, byte for byte as it was written.
    pub act: String,
}
