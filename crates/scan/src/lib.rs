//! Pictures in, codes out; what codes mean; and labels, which are codes on paper.
//!
//! [`read_picture`] takes a picture file from anywhere, [`read_luma`] one frame of a camera; both walk a list of
//! stages (see `stages.rs`), cheapest first, until a code reads or the time is up. [`draw_labels`] lays codes with
//! their names out on a sheet.
//!
//! [`draw`](mod@draw) draws hard pictures from a seed, [`score`](mod@score) says how well a folder of pictures is read.
//!
//! This crate opens no camera and no file, but those of a folder that is scored, and the system's fonts for text.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod change;
mod code;
pub mod draw;
mod engines;
mod error;
mod gs1;
mod label;
mod link;
mod picture;
mod read;
pub mod score;
mod shown;
mod stages;
mod watch;

pub use code::{CodeFormat, FoundCode, ReadMode, ReadOptions, Reading};
pub use error::ScanError;
pub use gs1::{Gs1, Gs1Date, Gs1Element, Gs1Error, gs1_of, parse_gs1};
pub use label::{Label, LabelError, LabelFile, LabelOutput, LabelSheet, Paper, draw_labels, labels_from_csv};
pub use link::{PROOF_BITS, ShortLink, host_of};
pub use picture::MAX_PIXELS;
pub use read::{read_luma, read_luma_until, read_picture, read_picture_until};
pub use shown::shown;
pub use watch::Cancel;
