//! What `decide` may look at.

use crate::{AnyRecord, Id, Instant, Kind};
use std::cell::RefCell;

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

/// Records that are found by something else than their names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Search<'a> {
    /// The movements of a part into or out of a place that happened after a moment.
    MovementsAfter {
        /// Of what.
        part_id: Id,
        /// In or out of where.
        location_id: Id,
        /// The moment.
        after: Instant,
    },
    /// The devices with a serial number that is like this one; see [`crate::alike::key`].
    DevicesNumbered(&'a str),
    /// The tickets with a number, written just so.
    TicketsNumbered(&'a str),
    /// The open tickets that somebody has.
    OpenTicketsOf(Id),
    /// The open tickets at a site.
    OpenTicketsAt(Id),
    /// The people who sign in with a name, written just so.
    PeopleSigningInAs(&'a str),
}

impl Search<'_> {
    /// Of which kind the records are that it finds.
    pub const fn kind(&self) -> Kind {
        match self {
            Search::MovementsAfter { .. } => Kind::StockMovement,
            Search::DevicesNumbered(_) => Kind::Device,
            Search::TicketsNumbered(_) | Search::OpenTicketsOf(_) | Search::OpenTicketsAt(_) => Kind::Ticket,
            Search::PeopleSigningInAs(_) => Kind::User,
        }
    }
}

/// The data as one replica, or headquarters, sees it.
pub trait View {
    /// Looks up one record.
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord>;
    /// Finds records, as far as they are held here, in the order of their ids.
    fn search(&self, search: Search<'_>) -> Vec<AnyRecord>;
}

/// A view that remembers what was looked at: to know on what a command rests, and whether who gave it may see that.
pub struct Watched<'a> {
    view: &'a dyn View,
    looked_at: RefCell<Vec<(Kind, Id)>>,
    searched: RefCell<Vec<Kind>>,
}

impl<'a> Watched<'a> {
    /// Watches a view.
    pub fn new(view: &'a dyn View) -> Watched<'a> {
        Watched { view, looked_at: RefCell::default(), searched: RefCell::default() }
    }

    /// The kinds that were searched: any record of them that comes or goes may be one that is found.
    pub fn searched(&self) -> Vec<Kind> {
        self.searched.borrow().clone()
    }

    /// The records that were looked at, be they there or not, in the order in which they were: what the command names comes
    /// before what belongs to that.
    pub fn looked_at(self) -> Vec<(Kind, Id)> {
        self.looked_at.into_inner()
    }
}

impl View for Watched<'_> {
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord> {
        let mut looked_at = self.looked_at.borrow_mut();
        // Few are looked at.
        if !looked_at.contains(&(kind, id)) {
            looked_at.push((kind, id));
        }
        drop(looked_at);
        self.view.read(kind, id)
    }

    /// What is found was not named by whoever gave the command, so nothing rests on their seeing it.
    fn search(&self, search: Search<'_>) -> Vec<AnyRecord> {
        self.searched.borrow_mut().push(search.kind());
        self.view.search(search)
    }
}
