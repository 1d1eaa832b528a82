//! Headquarters: takes every command, decides it once more with the last word, and gives out what changed.
//!
//! [`Headquarters`] is the engine, without HTTP; [`http`] puts it on the network together with the console.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod access;
mod backup;
mod batch;
mod chain;
mod check;
mod commit;
mod console;
mod contact;
mod desk;
mod device_key;
mod epoch;
mod file;
mod file_bucket;
mod fill;
mod guess;
mod headquarters;
mod held;
pub mod http;
mod import;
mod judge;
mod label_key;
mod listener;
mod matter;
mod measures;
mod password;
mod place;
mod poke;
mod position;
mod pull;
mod receive;
mod reimage;
mod repair;
mod report;
mod restore;
mod room;
mod scope;
mod sealed;
mod security;
mod session;
mod urgent;
mod when;
mod write;
mod written;

pub use access::SignedIn;
pub use backup::Sums;
pub use chain::{ChainFault, ChainHead};
pub use check::Checked;
pub use console::Console;
pub use contact::ReplicaContact;
pub use file_bucket::FileBucket;
pub use headquarters::{Asked, Headquarters, HeadquartersError};
pub use label_key::LabelKeyRotated;
pub use outpost_demo::DemoSignIn;
pub use place::{MAIN, Place};
pub use poke::Touched;
pub use pull::{Part, Stream};
pub use repair::Repaired;
pub use restore::{Before, Restored};
pub use room::Swept;
pub use scope::Scope;
pub use sealed::{BackupKey, Sealing};
pub use security::{Actor, SecurityAct, Wanted};
