//! Somebody writes requests by hand: commands that their rights do not allow, in the name of others, and with made-up histories.

use crate::company::{BOSS, CLERK, ENGINEERS, PART, role_named};
use crate::world::{Checked, World};
use crate::{Planted, Trouble};
use outpost_domain::attention::{Attention, ReleaseCommand};
use outpost_domain::person::{Replica, SaveUser, User};
use outpost_domain::stock::AdjustStock;
use outpost_domain::ticket::{CancelTicket, Ticket};
use outpost_domain::{Act, Command, Id, Quantity};
use outpost_store::params;
use outpost_sync::protocol::Pushed;

impl World {
    /// Perhaps somebody forges a command, or one of those is released by who may.
    pub(crate) fn act_on_rights(&mut self) -> Result<Checked, Trouble> {
        match self.rng.u8(0..24) {
            0 | 1 => self.forge(),
            2 => self.release(),
            _ => Ok(Ok(())),
        }
    }

    fn forge(&mut self) -> Result<Checked, Trouble> {
        let n = self.rng.usize(..self.devices.len());
        let Some(identity) = self.devices[n].replica.identity()? else { return Ok(Ok(())) };
        let store = self.headquarters.reader();
        let replica = store.get::<Replica>(identity.replica.id)?;
        let tickets = store.select::<Ticket>("ORDER BY id", &[])?;
        let user = store.get::<User>(self.devices[n].user)?;
        let boss = store.get::<User>(BOSS)?;
        drop(store);
        // A restore may have lost the device.
        let (Some(replica), Some(user), Some(boss)) = (replica, user, boss) else { return Ok(Ok(())) };
        let location_id = crate::company::PLACES[self.rng.usize(..2)];
        let adjust = AdjustStock { part_id: PART, location_id, difference: Quantity::from(-500), reason: "x".into() };
        let (actor_id, command): (Id, Command) = match self.rng.u8(0..4) {
            0 => (user.id, adjust.into()),
            // In the name of one who may.
            1 => (CLERK, adjust.into()),
            2 if !tickets.is_empty() => {
                let ticket_id = tickets[self.rng.usize(..tickets.len())].id;
                (user.id, CancelTicket { ticket_id, reason: "x".into() }.into())
            }
            _ => (user.id, SaveUser { user: User { role_id: boss.role_id, ..user.clone() }, from: Some(user) }.into()),
        };
        let id = self.name();
        let (name, version) = (command.name(), command.version());
        let occurred_at = [self.now, 0, i64::MAX, i64::MIN][self.rng.usize(..4)];
        let act = Act { id, actor_id, replica_id: replica.id, occurred_at, requires: vec![], command };
        let base_revision = [0, self.model.head, i64::MAX][self.rng.usize(..3)];
        let act = serde_json::to_string(&act).map_err(|error| Trouble(error.to_string()))?;
        self.headquarters.receive(&replica, &[Pushed { id, seq: 0, version, base_revision, act }], self.now)?;
        if self.planted == Some(Planted::IgnoreRights) {
            let sql = "UPDATE command SET status = 'applied' WHERE id = $1";
            self.headquarters.writer().execute(sql, params![id.to_string()])?;
        }
        self.forged.insert(id);
        self.say(|| format!("the person of device {n} forges {name}"));
        Ok(Ok(()))
    }

    /// Whoever keeps stock lets one of them be done after all.
    fn release(&mut self) -> Result<Checked, Trouble> {
        let sql = "WHERE command_name = 'AdjustStock' AND cause = 'quarantined' AND resolved_at IS NULL ORDER BY id";
        let matters = self.headquarters.reader().select::<Attention>(sql, &[])?;
        let Some(matter) = matters.first() else { return Ok(Ok(())) };
        let command = ReleaseCommand { attention_id: matter.id, note: String::new() }.into();
        let id = self.name();
        let done = self.headquarters.give(CLERK, id, command, self.now)?;
        if done.is_ok() {
            self.released.insert(matter.command_id);
        }
        self.say(|| format!("a forged command is released: {}", done.is_ok()));
        Ok(Ok(()))
    }

    /// What somebody may not do changed nothing, and somebody sees that it was tried.
    pub(crate) fn check_rights(&self) -> Result<Checked, Trouble> {
        if self.forged.is_empty() {
            return Ok(Ok(()));
        }
        let store = self.headquarters.reader();
        let sql = "SELECT id, status FROM command WHERE seq = 0";
        let statuses = store.rows(sql, &[], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))?;
        let seen = self.model.attention();
        for (text, status) in statuses {
            let Some(id) = Id::parse_str(&text).ok().filter(|id| self.forged.contains(id)) else { continue };
            let is_done = matches!(status.as_str(), "applied" | "adjusted");
            if is_done && !self.released.contains(&id) {
                return Ok(self.broken(20, format!("the command {id} was done, and nobody could allow it")));
            }
            if !is_done && !seen.contains(text.as_str()) {
                return Ok(self.broken(20, format!("nobody is told that the command {id} was tried")));
            }
            let moved = "SELECT count(*) FROM stock_movement WHERE id = $1";
            if store.number(moved, params![id.to_string()])? > i64::from(is_done) {
                return Ok(self.broken(20, format!("the command {id} moved stock, and was not done")));
            }
        }
        let engineer_role = role_named("engineer");
        for engineer in ENGINEERS {
            let is_more = store.get::<User>(engineer)?.is_some_and(|user| user.role_id != engineer_role);
            if is_more {
                return Ok(self.broken(20, format!("the engineer {engineer} has another role")));
            }
        }
        Ok(Ok(()))
    }
}
