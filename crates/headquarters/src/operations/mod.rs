//! For those who run it: backup and restore, checking, verifying and repairing, what is measured.

mod backup;
mod check;
mod epoch;
mod measures;
mod reimage;
mod repair;
mod restore;
mod sealed;
mod verify;

pub use backup::Sums;
pub use check::Checked;
pub(crate) use measures::{Counters, Measures};
pub use repair::Repaired;
pub use restore::{Before, Restored};
pub(crate) use restore::{is_finished, take_in};
pub use sealed::{BackupKey, Sealing};
