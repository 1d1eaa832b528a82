//! PostgreSQL behind the store's port. One tenant is one schema, so that many share a server without sharing a table.
//!
//! [`Server`] is a server with its tenants, [`Postgres`] one connection to one tenant's schema. Connections are made
//! when they are first used, and again after the server went away: a standby that takes over is found by itself when the
//! address names both, as in `postgres://one,two/outpost?target_session_attrs=read-write`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod cell;
mod connection;
mod engine;
mod server;

pub use engine::Postgres;
pub use server::Server;
