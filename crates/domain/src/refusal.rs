//! Why something was not done, or does not fit.

use crate::Details;
use crate::choice::choice;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! codes {
    ($($code:ident: $sentence:literal;)*) => {
        choice! {
            /// What does not fit. Stable: screens and scripts branch on it.
            Code { $(#[doc = $sentence] $code = stringify!($code);)* }
        }
        impl Code {
            /// Whether it is none of the business's rules but a limit, or something that the person may not do.
            pub const fn is_barred(self) -> bool {
                matches!(
                    self,
                    Code::RightMissing
                        | Code::ActorInactive
                        | Code::OutOfSight
                        | Code::StepNotYours
                        | Code::AttentionNotYours
                        | Code::FieldTooLong
                        | Code::QuantityNotPositive
                        | Code::QuantityImplausible
                )
            }
            const fn sentence(self) -> &'static str {
                match self {
                    $(Code::$code => $sentence,)*
                    Code::Newer(_) => "a newer program says why; this one does not know the reason",
                }
            }
        }
    };
}

codes! {
    RightMissing: "your role may not do this ({right})";
    ActorInactive: "this person has left and can no longer act";
    RecordMissing: "there is no such {kind}";
    FieldEmpty: "{field} must not be empty";
    FieldTooLong: "{field} is longer than {limit} characters";
    FieldInvalid: "{field} cannot be {value}";
    TicketNotYours: "ticket {ticket} belongs to {engineer}";
    TicketClosed: "ticket {ticket} is {state}";
    TicketTaken: "ticket {ticket} was taken by {engineer} before";
    TicketUntaken: "nobody has taken ticket {ticket} for {waited_minutes} minutes";
    TicketBroughtBack: "ticket {ticket} was lost with a restore, and comes back from {engineer}'s device";
    RecordBroughtBack: "{name} was lost with a restore, and comes back from {engineer}'s device";
    StepNotYours: "step {step} is for {roles}";
    StepDone: "step {step} was already completed by {engineer}";
    StepOutOfOrder: "step {step} comes after {before}, which is not complete";
    StepNotActive: "step {step} is not being worked on";
    DemandsMissing: "step {step} still needs {demands}";
    EntryContested: "{demand} is {theirs} by {engineer}; {mine} was entered as well";
    NotAnEngineer: "{engineer} does not work on tickets, or has left";
    ReadingImplausible: "{value} {unit} is outside {minimum} to {maximum}";
    QuantityNotPositive: "a quantity must be greater than zero";
    QuantityNotWhole: "{value} {unit} cannot be: {unit} are counted whole";
    QuantityImplausible: "{value} {unit} is more than anybody moves at once, or finer than anybody counts";
    StockBelowZero: "{location} has {level} {unit} of {part}, {quantity} were used";
    ReturnExceedsUse: "only {used} of {part} were used on ticket {ticket}";
    SamePlace: "the parts are already there";
    CodeTaken: "the code {code} already stands for {target}";
    DeviceKnown: "{device} has the number {number} already";
    FieldContested: "somebody else has changed {fields} meanwhile";
    AttentionNotYours: "a matter about what you did yourself is closed by somebody else";
    LoginTaken: "somebody else signs in as {login}";
    LastAdministrator: "nobody would be left who may change people; make somebody else an administrator first";
    CommandUnknown: "headquarters does not know the command {name} in version {version}";
    RequirementRefused: "it waits for {command}, which was not done";
    OutOfSight: "this {kind} is not one that you may see";
    CommandFaulty: "headquarters could not work this out; its log says why";
    ClockImplausible: "it is said to have happened at {occurred_at}, and arrived at {received_at}";
    ReplicaRevoked: "this device was reported lost";
}

/// Why something was not done; or, for a fact, what does not fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Refusal {
    /// What does not fit.
    pub code: Code,
    /// The values of the sentence.
    pub details: Details,
}

impl Refusal {
    /// A refusal without details yet.
    pub fn new(code: Code) -> Refusal {
        Refusal { code, details: Details::new() }
    }

    /// Adds one value of the sentence.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Refusal {
        self.details.insert(name.to_owned(), value.to_string());
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut sentence = self.code.sentence().to_owned();
        for (name, value) in &self.details {
            sentence = sentence.replace(&format!("{{{name}}}"), value);
        }
        f.write_str(&sentence)
    }
}

impl std::error::Error for Refusal {}
