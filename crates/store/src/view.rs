//! The data as the rules see it.

use crate::{Holding, Store, StoreError, params};
use outpost_domain::{AnyRecord, Id, Kind, Read, Search, View, alike};

impl Store {
    /// Whether one of this kind does not exist if it is not here.
    fn is_certain(&self, kind: Kind) -> bool {
        // Who works here may be on the way still when they begin, on a device that is being filled: what they do is provisional.
        self.holding == Holding::Everything || kind.is_everybodys() && kind != Kind::User
    }

    fn looked_up(&self, kind: Kind, id: Id) -> Result<Read<AnyRecord>, StoreError> {
        Ok(match self.get_any(kind, id)? {
            Some(record) => Read::Present(record),
            None if self.is_certain(kind) && !self.is_unreadable(kind, id)? => Read::Absent,
            None => Read::Unknown,
        })
    }

    /// Whether a device holds a record that it cannot read, which is not to say that there is none.
    fn is_unreadable(&self, kind: Kind, id: Id) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) FROM newer WHERE kind = $1 AND id = $2 AND unreadable";
        Ok(self.holding == Holding::OnePerson && self.number(sql, params![kind.table(), id.to_string()])? > 0)
    }
}

impl View for Store {
    /// A row that does not have the shape of its record counts as unknown: one such row must not stand in the way of all
    /// that is given. A database that cannot be read is no such row: nothing may be decided from that, and so the
    /// transaction is undone.
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord> {
        self.looked_up(kind, id).unwrap_or_else(|error| {
            if !matches!(error, StoreError::Row { .. }) {
                self.unread.replace(Some(error));
            }
            Read::Unknown
        })
    }

    fn search(&self, search: Search<'_>) -> Vec<AnyRecord> {
        const OPEN: &str = "state NOT IN ('done', 'cancelled')";
        let by = |kind: Kind, condition: &str, value: String| {
            self.select_any(kind, &format!("WHERE {condition} ORDER BY id"), &[&value])
        };
        let found = match search {
            Search::MovementsAfter { part_id, location_id, after } => {
                let sql = "WHERE part_id = $1 AND occurred_at > $2 AND (from_id = $3 OR to_id = $3) ORDER BY id";
                self.select_any(Kind::StockMovement, sql, params![part_id.to_string(), after, location_id.to_string()])
            }
            Search::PeopleSigningInAs(login) => by(Kind::User, "login = $1", login.to_owned()),
            // As the index has it, and `alike::key` says.
            Search::DevicesNumbered(number) => {
                by(Kind::Device, "upper(replace(replace(number, '-', ''), ' ', '')) = $1", alike::key(number))
            }
            Search::TicketsNumbered(number) => by(Kind::Ticket, "number = $1", number.to_owned()),
            Search::OpenTicketsOf(id) => by(Kind::Ticket, &format!("engineer_id = $1 AND {OPEN}"), id.to_string()),
            Search::OpenTicketsAt(id) => by(Kind::Ticket, &format!("site_id = $1 AND {OPEN}"), id.to_string()),
        };
        found.unwrap_or_else(|error| {
            self.unread.replace(Some(error));
            Vec::new()
        })
    }
}
