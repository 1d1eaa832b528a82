//! What a restore of headquarters lost, and this replica still had: tickets that only the console, or a device that does not
//! come back, had opened. Work was done on them, which waits for them at headquarters.

use crate::replica::{Replica, ReplicaError};
use outpost_domain::ticket::{OpenTicket, Ticket};
use outpost_domain::{Act, Kind, Place};
use outpost_store::params;

impl Replica {
    /// The tickets that headquarters had given it, if it has found another epoch since.
    pub(crate) fn held_before(&self) -> Result<Vec<Ticket>, ReplicaError> {
        if self.note::<bool>("returning")? != Some(true) {
            return Ok(Vec::new());
        }
        self.set_note("returning", &false)?;
        Ok(self.store.select::<Ticket>("ORDER BY id", &[])?)
    }

    /// Opens those again that headquarters does not have any more, under their own names. Where it has one after all, which is only
    /// not to be seen here, it knows the name, and nothing happens.
    pub(crate) fn bring_back(&self, held: Vec<Ticket>) -> Result<(), ReplicaError> {
        let identity = self.is_member()?;
        let me = identity.replica.user_id;
        for ticket in held {
            let sql = "SELECT (SELECT count(*) FROM outbox WHERE id = $1) + (SELECT count(*) FROM sent WHERE id = $1)";
            let is_own = self.store.number(sql, params![ticket.id.to_string()])? > 0;
            if is_own || self.store.get_any(Kind::Ticket, ticket.id)?.is_some() {
                continue;
            }
            let act = Act {
                id: ticket.id,
                actor_id: me,
                replica_id: identity.replica.id,
                occurred_at: ticket.opened_at,
                requires: Vec::new(),
                command: OpenTicket {
                    number: ticket.number,
                    workflow_id: ticket.workflow_id,
                    title: ticket.title,
                    description: ticket.description,
                    urgency: ticket.urgency,
                    source: ticket.source,
                    device_id: ticket.device_id,
                    site_id: ticket.site_id,
                    contact_id: ticket.contact_id,
                    engineer_id: ticket.engineer_id,
                    planned_at: ticket.planned_at,
                    due_at: ticket.due_at,
                    fault_code: ticket.fault_code,
                    latitude: ticket.latitude,
                    longitude: ticket.longitude,
                    again: true,
                }
                .into(),
            };
            let (decided, reads) = self.decide_watched(&act, Place::Later);
            // Whoever may open none leaves that to others who had it.
            let Ok(effects) = decided else { continue };
            tracing::warn!(ticket = %act.id, "headquarters lost a ticket with a restore; it is brought back");
            let seq = self.keep(&act, 0)?;
            self.write_pending(seq, Some(&effects), &reads)?;
        }
        Ok(())
    }
}
