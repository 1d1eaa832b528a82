//! Pictures in, codes out; and labels, which are codes on paper.
//!
//! [`read_picture`] takes a picture file from anywhere, [`read_luma`] one frame of a camera; both walk a list of
//! stages (see `stages.rs`), cheapest first, until a code reads or the time is up. [`draw_labels`] lays codes with
//! their names out on a sheet.
//!
//! This crate opens no file and no camera; it only looks up the system's fonts when it draws text.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod change;
mod code;
mod engines;
mod error;
mod label;
mod picture;
mod read;
mod stages;

pub use code::{CodeFormat, FoundCode, ReadMode, ReadOptions, Reading};
pub use error::ScanError;
pub use label::{Label, LabelError, LabelFile, LabelOutput, LabelSheet, Paper, draw_labels, labels_from_csv};
pub use picture::MAX_PIXELS;
pub use read::{read_luma, read_picture};
