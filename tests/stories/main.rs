//! Stories through real processes: `outpost hq` and `outpost field`, talking HTTP on loopback, with the network cut, the
//! program killed, and headquarters answering what it should not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bad_days;
mod bucket;
mod coming_back;
mod crash;
mod credentials;
mod door;
mod lane;
mod latch;
mod limits;
mod line;
mod offline;
mod postgres;
mod reach;
mod restore;
mod sealed;
mod seen;
mod world;
mod wreck;
