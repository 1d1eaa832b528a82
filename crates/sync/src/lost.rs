//! What a restore of headquarters lost, and this replica still had: what only the console, or a device that does not come back, had
//! made. Work rests on it, which waits for it at headquarters.

use crate::replica::{Replica, ReplicaError};
use outpost_domain::ticket::{OpenTicket, Ticket, TicketState};
use outpost_domain::{Act, AnyRecord, BringBack, Command, Id, Instant, Kind, Lost, Pass, derive};
use outpost_store::params;

impl Replica {
    /// What headquarters had given it of what can be lost, if it has found another epoch since.
    pub(crate) fn held_before(&self) -> Result<Vec<AnyRecord>, ReplicaError> {
        if self.note::<bool>("returning")? != Some(true) {
            return Ok(Vec::new());
        }
        self.set_note("returning", &false)?;
        let mut held = Vec::new();
        for kind in Lost::KINDS.iter().chain([&Kind::Ticket]) {
            held.extend(self.store.select_any(*kind, "ORDER BY id", &[])?);
        }
        Ok(held)
    }

    /// Brings those back that headquarters does not have any more, tickets under their own names. Where it has one after all, which
    /// is only not to be seen here, nothing happens.
    pub(crate) fn bring_back(&self, mut held: Vec<AnyRecord>, now: Instant) -> Result<(), ReplicaError> {
        let me = self.is_member()?.replica.id;
        loop {
            let mut left = Vec::new();
            let before = held.len();
            for record in held {
                let (kind, id) = record.key();
                if self.store.get_any(kind, id)?.is_some() {
                    continue;
                }
                let act = match &record {
                    AnyRecord::Ticket(ticket) => self.opened_again(Ticket::clone(ticket))?,
                    // Each device has its own, since what another says of it may differ.
                    record => Lost::of(record.clone()).map(|lost| {
                        let name = derive(id, &format!("brought back by {me}"));
                        (name, now, BringBack { lost }.into())
                    }),
                };
                let Some((id, occurred_at, command)) = act else { continue };
                if !self.give_again(id, occurred_at, command)? {
                    left.push(record);
                }
            }
            // What another names comes after that, whichever stands first. What is left then others may bring who had it.
            if left.is_empty() || left.len() == before {
                return Ok(());
            }
            held = left;
        }
    }

    /// The command that opens a ticket again; none for one that was cancelled, unless something was done on it here.
    fn opened_again(&self, ticket: Ticket) -> Result<Option<(Id, Instant, Command)>, ReplicaError> {
        let id = ticket.id.to_string();
        let named = "SELECT (SELECT count(*) FROM outbox WHERE instr(act, $1) > 0)
                          + (SELECT count(*) FROM sent WHERE instr(act, $1) > 0)";
        if ticket.state == TicketState::Cancelled && self.store.number(named, params![id])? == 0 {
            return Ok(None);
        }
        let open = OpenTicket {
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
        };
        Ok(Some((ticket.id, ticket.opened_at, open.into())))
    }

    /// Gives a command of long ago, unless this device has given it: then it sends it again by itself. Whether it may be given.
    fn give_again(&self, id: Id, occurred_at: Instant, command: Command) -> Result<bool, ReplicaError> {
        let sql = "SELECT (SELECT count(*) FROM outbox WHERE id = $1) + (SELECT count(*) FROM sent WHERE id = $1)";
        if self.store.number(sql, params![id.to_string()])? > 0 {
            return Ok(true);
        }
        let identity = self.is_member()?;
        let (actor_id, replica_id) = (identity.replica.user_id, identity.replica.id);
        let act = Act { id, actor_id, replica_id, occurred_at, requires: Vec::new(), command };
        let (decided, reads) = self.decide_watched(&act, Pass::Rebase);
        let Ok(effects) = decided else { return Ok(false) };
        tracing::warn!(command = %act.id, name = act.command.name(), "headquarters lost something with a restore; it is brought back");
        let seq = self.keep(&act, 0)?;
        self.write_pending(seq, Some(&effects), &reads)?;
        Ok(true)
    }
}
