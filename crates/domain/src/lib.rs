//! Records, commands and the pure rules that decide them.
//!
//! The one door is [`decide`]: a view of the data, a command and where it is decided go in, effects or a refusal come out.
//! The same function runs on the tablet at once and again at headquarters, which has the last word.
//!
//! This crate refuses to know: a database, a network, a clock, randomness, a screen. Nothing in it iterates over
//! an unordered map, and no float takes part in money or stock.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod alike;
pub mod attention;
mod choice;
mod command;
pub mod customer;
mod decide;
mod declared;
mod desk;
pub mod device;
pub mod event;
mod id;
mod limits;
mod lost;
pub mod person;
mod quantity;
mod react;
mod record;
mod refusal;
pub mod stock;
pub mod ticket;
mod upcast;
mod view;
pub mod workflow;

pub use choice::{Choice, Newer};
pub use command::{Act, Class, Command, WrittenAct};
pub use decide::{Effects, Pass, decide};
pub use declared::{Called, Field, Lies, Reference, Refers, Structure, Travels, Value};
pub use event::{Happened, What};
pub use id::{Id, derive};
pub use limits::{MOST_BYTES, SAME_TIME_MILLIS, legible};
pub use lost::{BringBack, Lost};
pub(crate) use outpost_derive::{Record, Travels};
pub use quantity::{NoQuantity, Quantity};
pub use react::{Reaction, Service, Timer, react};
pub use record::{AnyRecord, Kind, Record};
pub use refusal::{Code, Refusal};
pub use rust_decimal::Decimal;
pub use upcast::Envelope;
pub use view::{Read, Search, View, Watched};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Instant = i64;

/// Open-ended named values; ordered, so that hashing and comparing them is the same everywhere.
pub type Details = std::collections::BTreeMap<String, String>;
