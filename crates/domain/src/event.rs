//! What can happen, each with the ids and values that tell it: never words of a language, which whoever reads looks up.
//!
//! Rules say what happened as they decide ([`crate::Effects::events`]); what belongs to a ticket stands in its timeline as a
//! record besides. Headquarters reacts to events ([`crate::react`]).

use crate::react::Timer;
use crate::ticket::Purpose;
use crate::{Details, Id, Instant, Kind, Quantity};
use serde::Serialize;
use serde_json::Value;

/// Something that happened, and when and by what.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// Its name: where it stands in a timeline, that of the record.
    pub id: Id,
    /// On which ticket.
    pub ticket_id: Option<Id>,
    /// When, as far as anybody knows.
    pub occurred_at: Instant,
    /// What.
    pub what: What,
}

macro_rules! events {
    ($($(#[doc = $about:literal])+ $name:ident $version:literal {
        $($(#[doc = $means:literal])+ $field:ident: $type:ty $(, of $kind:ident)?;)*
    })*) => {
        $(
            $(#[doc = $about])+
            #[derive(Debug, Clone, PartialEq, Serialize)]
            pub struct $name { $($(#[doc = $means])+ pub $field: $type),* }
            impl From<$name> for What { fn from(values: $name) -> What { What::$name(values) } }
        )*

        /// What happened.
        #[derive(Debug, Clone, PartialEq)]
        pub enum What { $($(#[doc = $about])+ $name($name)),* }

        impl What {
            /// The names of all events.
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];
            /// What it is called.
            pub const fn name(&self) -> &'static str { match self { $(What::$name(_) => stringify!($name)),* } }
            /// The version of its values.
            pub const fn version(&self) -> u32 { match self { $(What::$name(_) => $version),* } }
            /// Its values by their names, as texts.
            pub fn details(&self) -> Details { match self { $(What::$name(values) => details(values)),* } }
            /// The values of an event of this name that are ids of records, and of which kind.
            pub fn references(name: &str) -> &'static [(&'static str, Kind)] {
                match name { $(stringify!($name) => &[$($((stringify!($field), Kind::$kind),)?)*],)* _ => &[] }
            }
        }
    };
}

/// The fields of an event as texts; what is none is left out.
fn details(values: &impl Serialize) -> Details {
    let Ok(Value::Object(fields)) = serde_json::to_value(values) else { return Details::new() };
    let text = |value: Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect()
}

events! {
    /// A ticket came in.
    TicketOpened 2 {}
    /// Somebody took it.
    TicketClaimed 2 {
        /// Who has it now.
        engineer_id: Id, of User;
    }
    /// It was given to somebody.
    TicketAssigned 2 {
        /// Who has it now.
        engineer_id: Id, of User;
    }
    /// It was put back, for anybody.
    TicketUnassigned 2 {}
    /// Whoever had it gave it on.
    TicketHandedOver 2 {
        /// Who has it now.
        engineer_id: Id, of User;
        /// What they should know, in the person's words; may be empty.
        note: String;
    }
    /// Its urgency, its plan or its limit was changed.
    TicketTriaged 2 {}
    /// Nobody has taken it so far.
    TicketReminded 2 {
        /// How long ago it came in, in whole minutes.
        waited_minutes: i64;
    }
    /// It will not be done.
    TicketCancelled 2 {
        /// Why, in the person's words.
        reason: String;
    }
    /// All its steps are complete.
    TicketCompleted 2 {}
    /// A step was begun.
    StepStarted 2 {
        /// Which.
        step_id: Id, of Step;
        /// Its node.
        node: String;
    }
    /// It was taken up again.
    StepResumed 2 {
        /// Which.
        step_id: Id, of Step;
        /// Its node.
        node: String;
    }
    /// It waits.
    StepPaused 2 {
        /// Which.
        step_id: Id, of Step;
        /// Its node.
        node: String;
        /// Why, in the person's words.
        reason: String;
    }
    /// It is complete.
    StepCompleted 2 {
        /// Which.
        step_id: Id, of Step;
        /// Its node.
        node: String;
    }
    /// Somebody completed it who had not heard that it was.
    StepCompletedAgain 2 {
        /// Which.
        step_id: Id, of Step;
        /// Its node.
        node: String;
    }
    /// Something was entered for a demand.
    EntryRecorded 2 {
        /// In which step.
        step_id: Id, of Step;
        /// Its node.
        node: String;
        /// The demand's key.
        demand: String;
        /// What.
        value: String;
    }
    /// Something was entered for a demand that has an entry of somebody else.
    EntryContested 2 {
        /// In which step.
        step_id: Id, of Step;
        /// Its node.
        node: String;
        /// The demand's key.
        demand: String;
        /// What was entered as well.
        value: String;
        /// What holds.
        holds: String;
    }
    /// Of several entries for a demand somebody chose the one that holds.
    EntryChosen 2 {
        /// In which step.
        step_id: Id, of Step;
        /// Its node.
        node: String;
        /// The demand's key.
        demand: String;
        /// What holds now.
        value: String;
        /// Who had entered it.
        engineer_id: Id, of User;
    }
    /// Somebody wrote something.
    NoteAdded 2 {
        /// What.
        text: String;
    }
    /// A photo, a signature or another file was added.
    FileAttached 2 {
        /// Which.
        attachment_id: Id, of Attachment;
        /// What it is.
        purpose: Purpose;
        /// Caption, or who signed.
        name: String;
    }
    /// A part was used.
    PartUsed 2 {
        /// Of what.
        part_id: Id, of Part;
        /// How many.
        quantity: Quantity;
    }
    /// A part came back.
    PartReturned 2 {
        /// Of what.
        part_id: Id, of Part;
        /// How many.
        quantity: Quantity;
    }
    /// An entry of the ledger was written.
    StockMoved 1 {
        /// Which.
        movement_id: Id, of StockMovement;
        /// Of what.
        part_id: Id, of Part;
        /// Out of which place.
        from_id: Option<Id>, of StockLocation;
        /// Into which place.
        to_id: Option<Id>, of StockLocation;
        /// How many.
        quantity: Quantity;
    }
    /// A record was made or changed by a person.
    RecordSaved 1 {
        /// Of which kind.
        kind: Kind;
        /// Which.
        record_id: Id;
        /// The fields that are others than before, with a space between; none where it is new.
        fields: String;
    }
    /// A moment came for which a timer was set.
    TimerDue 1 {
        /// Which timer.
        timer: Timer;
        /// What it is about.
        subject_id: Id;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_an_event_are_texts_under_the_names_of_its_fields() {
        let used = What::from(PartUsed { part_id: Id::from_u128(7), quantity: "2.5".parse().unwrap() });
        assert_eq!((used.name(), used.version()), ("PartUsed", 2));
        assert_eq!(used.details()["quantity"], "2.5");
        assert_eq!(used.details()["part_id"], Id::from_u128(7).to_string());
        assert_eq!(What::references("PartUsed"), [("part_id", Kind::Part)]);
        let reminded = What::from(TicketReminded { waited_minutes: 30 });
        assert_eq!(reminded.details()["waited_minutes"], "30");
        let moved = StockMoved {
            movement_id: Id::nil(),
            part_id: Id::nil(),
            from_id: None,
            to_id: Some(Id::nil()),
            quantity: Quantity::ONE,
        };
        assert!(!What::from(moved).details().contains_key("from_id"), "what is none is left out");
        assert!(What::references("of a newer program").is_empty());
    }
}
