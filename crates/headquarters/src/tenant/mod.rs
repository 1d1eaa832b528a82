//! Companies: where their data lies, and how one begins.

mod founding;
mod storage;

pub use storage::{MAIN, Storage};
