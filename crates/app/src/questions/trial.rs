//! Asks the rules whether something could be done, without doing it.

use crate::Desk;
use outpost_domain::{Act, AnyRecord, Command, Id, Kind, Pass, Read, Refusal, Search, View, decide, derive};
use outpost_store::Store;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A view that remembers what it has read: each step of a ticket asks for the same few records.
struct Remembering<'a> {
    store: &'a Store,
    read: RefCell<BTreeMap<(Kind, Id), Read<AnyRecord>>>,
}

impl View for Remembering<'_> {
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord> {
        self.read.borrow_mut().entry((kind, id)).or_insert_with(|| self.store.read(kind, id)).clone()
    }

    fn search(&self, search: Search<'_>) -> Vec<AnyRecord> {
        self.store.search(search)
    }
}

/// The asking person, trying.
pub(super) struct Trial<'a> {
    desk: &'a Desk<'a>,
    view: Remembering<'a>,
}

impl<'a> Trial<'a> {
    /// On the data as it is now.
    pub(super) fn new(desk: &'a Desk<'a>) -> Trial<'a> {
        Trial { desk, view: Remembering { store: desk.store, read: RefCell::default() } }
    }

    /// Why the asking person could not do this now; none if they could, or if nobody asks.
    pub(super) fn refusal(&self, command: impl Into<Command>) -> Option<Refusal> {
        let actor_id = self.desk.user_id?;
        let act = Act {
            id: derive(actor_id, "trial"),
            actor_id,
            replica_id: self.desk.facts.replica_id.unwrap_or_default(),
            occurred_at: self.desk.now,
            requires: Vec::new(),
            command: command.into(),
        };
        decide(&self.view, &act, Pass::Origin).err()
    }
}
