//! What a screen may ask, and what it is answered.
//!
//! One file per noun holds the answer's types and how it is found. [`Question`] lists them all; a question is JSON
//! `{"name": "Today", "ask": {…}}` on every door.

mod attention;
mod board;
mod cards;
mod code;
mod device;
mod lists;
mod lookup;
mod movements;
mod order;
mod ready;
mod replicas;
mod session;
mod stock;
mod stock_rows;
mod sync;
mod ticket;
mod timeline;
mod today;
mod trial;

pub use attention::*;
pub use board::*;
pub use device::*;
pub use lists::*;
pub use replicas::*;
pub use session::*;
pub use stock::*;
pub use sync::*;
pub use ticket::*;
pub use today::*;

use crate::{Desk, Failure, FailureCode};
use outpost_domain::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// A position, degrees, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Position {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// An answer, and the kinds of records that it rests on: when one of these changes, the question may have another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// The answer.
    pub answer: serde_json::Value,
    /// On what it rests.
    pub rests_on: BTreeSet<Kind>,
}

impl Told {
    /// An answer that rests on no record.
    ///
    /// # Errors
    /// Never for a sound answer.
    pub fn of(answer: impl Serialize) -> Result<Told, Failure> {
        Ok(Told { answer: serde_json::to_value(answer)?, rests_on: BTreeSet::new() })
    }
}

macro_rules! questions {
    ($($name:ident -> $answer:ty = $find:path;)*) => {
        /// Everything that can be asked.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "name", content = "ask")]
        pub enum Question { $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name)),* }

        impl Question {
            /// The names of all questions.
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];
        }

        /// Answers a question from the data that `desk` may see, and says on what the answer rests.
        ///
        /// # Errors
        /// When what was asked for is not here, nobody is signed in at headquarters, or the database cannot be read.
        pub fn answer(desk: &Desk<'_>, question: &Question) -> Result<Told, Failure> {
            signed_in(desk, question)?;
            let (answer, rests_on) = desk.store.noting(|| match question { $(Question::$name(ask) => {
                let answer: $answer = $find(desk, ask)?;
                Ok::<_, Failure>(serde_json::to_value(answer)?)
            }),* });
            Ok(Told { answer: answer?, rests_on })
        }

        /// The lines of the TypeScript interface that pairs each question with its answer.
        pub fn pairs(config: &ts_rs::Config) -> Vec<(String, String, String)> {
            vec![$((stringify!($name).to_owned(), <$name as TS>::name(config), <$answer as TS>::name(config))),*]
        }

        /// Writes the types of all questions and answers.
        pub fn export(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
            $(<$name as TS>::export_all(config)?; <$answer as TS>::export_all(config)?;)*
            Ok(())
        }
    };
}

questions! {
    AskSession -> Session = session::session;
    AskToday -> Today = today::today;
    AskTicket -> TicketView = ticket::ticket;
    AskDevice -> DeviceView = device::device;
    AskCode -> Meaning = code::meaning;
    AskStock -> StockPage = stock::stock;
    AskPart -> PartView = stock::part;
    AskAttention -> AttentionList = attention::attention;
    AskSync -> SyncView = sync::sync;
    AskReady -> Ready = today::ready;
    AskBoard -> Board = board::board;
    AskSearch -> Hits = lists::search;
    AskList -> RecordPage = lists::list;
    AskReplicas -> ReplicaPage = replicas::replicas;
}

/// At headquarters, whoever is not signed in learns where they are, and nothing else.
fn signed_in(desk: &Desk<'_>, question: &Question) -> Result<(), Failure> {
    let for_everybody = matches!(question, Question::AskSession(_) | Question::AskSync(_));
    if desk.facts.seat == Seat::SignedOut && !for_everybody {
        return Err(Failure::new(FailureCode::SignedOut, "nobody is signed in"));
    }
    Ok(())
}
