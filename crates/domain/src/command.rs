//! Every command, and the envelope in which it travels.

use crate::desk::Desk;
use crate::{
    BringBack, Id, Instant, Refusal, Travels, attention::*, customer::*, device::*, person::*, stock::*, ticket::*,
};
use crate::{attention, customer, device, lost, person, stock, ticket};
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
    ($($class:ident $name:ident $version:literal [$($right:ident)*] $rule:path;)*) => {
        /// Whatever a person does. Nothing else changes data.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
        #[serde(tag = "name", content = "payload")]
        pub enum Command { $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name)),* }

        impl Command {
            /// Whether it sets a choice that this program does not know: then it is to be decided by one that does.
            pub(crate) fn sets_newer(&self) -> bool {
                match self { $(Command::$name(payload) => payload.has_newer()),* }
            }
            /// What it makes of the data, by its rule.
            pub(crate) fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
                match self { $(Command::$name(payload) => $rule(desk, payload)),* }
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

// Class, name, version of the payload, who may give it, and its rule, in which stands what else must hold.
commands! {
    Fact OpenTicket 1 [OpenTicket] ticket::open_ticket;
    Intent ClaimTicket 1 [WorkTicket] ticket::claim_ticket;
    Intent AssignTicket 1 [AssignTicket] ticket::assign_ticket;
    Intent HandOverTicket 1 [WorkTicket] ticket::hand_over_ticket;
    Intent TriageTicket 1 [AssignTicket] ticket::triage_ticket;
    Intent CancelTicket 1 [AssignTicket] ticket::cancel_ticket;
    Intent RemindTicket 1 [] ticket::remind_ticket;
    Fact StartStep 1 [WorkTicket] ticket::start_step;
    Fact PauseStep 1 [WorkTicket] ticket::pause_step;
    Fact RecordEntry 1 [WorkTicket] ticket::record_entry;
    Fact CompleteStep 1 [WorkTicket] ticket::complete_step;
    Intent ChooseEntry 1 [WorkTicket AssignTicket] ticket::choose_entry;
    Fact AddNote 1 [OpenTicket WorkTicket AssignTicket UsePart KeepStock] ticket::add_note;
    Fact AttachFile 1 [OpenTicket WorkTicket AssignTicket UsePart KeepStock] ticket::attach_file;
    Fact UsePart 1 [UsePart] stock::use_part;
    Fact ReturnPart 1 [UsePart] stock::return_part;
    Fact ReceiveStock 1 [KeepStock] stock::receive_stock;
    Fact IssueStock 1 [KeepStock] stock::issue_stock;
    Fact TransferStock 1 [KeepStock] stock::transfer_stock;
    Fact AdjustStock 1 [KeepStock] stock::adjust_stock;
    Fact CountStock 1 [KeepStock] stock::count_stock;
    Intent HandOverAttention 1 [] attention::hand_over_attention;
    Intent ResolveAttention 1 [] attention::resolve_attention;
    Intent ReleaseCommand 1 [] attention::release_command;
    Intent BindTag 1 [WorkTicket EditCustomer KeepStock EditCatalogue] device::bind_tag;
    Intent SaveCustomer 1 [EditCustomer] customer::save_customer;
    Intent SaveContact 1 [EditCustomer] customer::save_contact;
    Intent SaveSite 1 [EditCustomer] customer::save_site;
    Intent SaveDevice 1 [WorkTicket EditCustomer] device::save_device;
    Intent SaveDeviceModel 1 [EditCatalogue] device::save_device_model;
    Intent SavePart 1 [EditCatalogue] stock::save_part;
    Intent SaveStockLocation 1 [EditCatalogue] stock::save_stock_location;
    Intent SaveUser 1 [EditPerson] person::save_user;
    Intent SaveRegion 1 [EditPerson] person::save_region;
    Fact BringBack 1 [] lost::bring_back;
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
    /// Those that only a service of headquarters gives.
    pub const OF_HEADQUARTERS: &[&str] = &["RemindTicket"];

    /// Whether only a service of headquarters gives it.
    pub fn is_of_headquarters(&self) -> bool {
        Command::OF_HEADQUARTERS.contains(&self.name())
    }

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
