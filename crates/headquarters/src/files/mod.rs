//! Photos, signatures and other files: taken piece by piece, given to who may see them, and the room they take.

mod bucket;
mod file;
mod room;

pub use bucket::FileBucket;
pub(crate) use file::Sent;
pub(crate) use room::Room;
pub use room::Swept;
