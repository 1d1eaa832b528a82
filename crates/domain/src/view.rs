//! What `decide` may look at.

use crate::{AnyRecord, Id, Kind};

/// The answer of a view that may hold only a part of the data.
#[derive(Debug, Clone, PartialEq)]
pub enum Read<T> {
    /// It is here.
    Present(T),
    /// It is certain that there is none.
    Absent,
    /// This replica does not hold that part of the data.
    Unknown,
}

/// The data as one replica, or headquarters, sees it.
pub trait View {
    /// Looks up one record.
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord>;
}
