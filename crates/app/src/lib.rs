//! What a screen may ask: commands, queries, actions and change notices.

mod actions;
mod failure;
pub mod questions;
pub mod typescript;

pub use actions::*;
pub use failure::{Failure, FailureCode};
/// STUB
pub struct Desk<'a> { _x: &'a () }
#[cfg(test)]
mod tests {
    #[test] fn gen_types() { crate::typescript::write(std::path::Path::new("../../ui/src/lib/types")).unwrap(); }
}
