//! Records in a database: one generic mapping between records and rows, search in Chinese and English, migrations, and the
//! port behind which SQLite and PostgreSQL stand.
//!
//! This crate refuses to know: what a command is, who may see what, how anything travels.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod cells;
mod engine;
mod error;
mod given;
mod key;
mod memory;
mod migrate;
mod noted;
mod search;
mod shape;
mod sqlite;
mod store;
mod view;

pub use engine::{Access, Dialect, Engine, Insert, Reader, Row, places};
pub use error::StoreError;
pub use given::{Adding, Readier, Ready};
pub use key::Key;
pub use memory::Memory;
pub use rusqlite::types::Value;
pub use rusqlite::{self, ToSql, params};
pub use search::{Term, words};
pub use sqlite::connect;
pub use store::{Holding, Store};
