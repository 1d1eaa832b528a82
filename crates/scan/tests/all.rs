//! One program for all tests of this crate.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "all/bounds.rs"]
mod bounds;
#[path = "all/draw.rs"]
mod draw;
#[path = "all/hostile.rs"]
mod hostile;
#[path = "all/labels.rs"]
mod labels;
#[path = "all/reading.rs"]
mod reading;
