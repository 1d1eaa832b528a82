//! Who may see a record: the scopes in which it lies, and those of a person.

mod scope;
mod visible;

pub use scope::Scope;
pub(crate) use scope::{dependents, home_of_record, join, scopes_of_record, scopes_of_user, set_name, split};
pub(crate) use visible::{LOOKED_UP, Visible, buckets_of, visible};
