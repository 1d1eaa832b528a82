//! Every question over real SQLite: on a replica, which may lack anything, and at headquarters, where not everybody may
//! see everything.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attention;
mod board;
mod codes;
mod company;
mod device;
mod lists;
mod replicas;
mod session;
mod stock;
mod ticket;
mod today;
mod visibility;
