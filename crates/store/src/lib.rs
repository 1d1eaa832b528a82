//! Records in SQLite: one generic mapping between records and rows, search in Chinese and English, migrations.
//!
//! This crate refuses to know: what a command is, who may see what, how anything travels.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod error;
mod migrate;
mod search;
mod shape;
mod store;

pub use error::StoreError;
pub use migrate::Migrations;
pub use rusqlite::{self, ToSql, params};
pub use search::words;
pub use store::{Holding, Store};
