//! Headquarters: takes every command, decides it once more with the last word, and gives out what changed.
//!
//! [`Headquarters`] is the engine, without HTTP; [`http`] puts it on the network together with the console.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod access;
mod commit;
mod console;
mod delivery;
mod error;
mod files;
mod headquarters;
pub mod http;
mod jobs;
mod judge;
mod operations;
mod receive;
mod report;
mod tenant;
mod visibility;

pub use access::{Actor, LabelKeyRotated, ReplicaContact, SecurityAct, SignedIn, Wanted};
pub use commit::{ChainFault, ChainHead, Touched};
pub use console::Console;
pub use delivery::{Part, Stream};
pub use error::HeadquartersError;
pub use files::{FileBucket, Swept};
pub use headquarters::{Asked, Headquarters};
pub use operations::{BackupKey, Before, Checked, Repaired, Restored, Sealing, Sums};
pub use outpost_demo::DemoSignIn;
pub use tenant::{MAIN, Storage};
pub use visibility::Scope;
