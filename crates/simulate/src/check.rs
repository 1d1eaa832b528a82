//! What the whole promises, looked at after each step.

use crate::Trouble;
use crate::world::{Checked, World};
use outpost_domain::{Envelope, Id, Kind};
use outpost_store::params;
use outpost_sync::protocol::Status;
use outpost_sync::{Images, Replica};
use serde_json::Value;
use std::collections::BTreeSet;

impl World {
    /// What must hold after every step.
    pub(crate) fn check(&mut self) -> Result<Checked, Trouble> {
        let changed = self.model.observe(&self.headquarters)?;
        if let Err(broken) = self.check_reminded()? {
            return Ok(Err(broken));
        }
        if !changed {
            return self.check_outboxes();
        }
        if let Err(what) = self.model.levels() {
            return Ok(self.broken(11, what));
        }
        if let Err(what) = self.model.workflows() {
            return Ok(self.broken(12, what));
        }
        if let Some((note, _)) = self.model.notes().into_iter().find(|(_, times)| *times > 1) {
            return Ok(self.broken(2, format!("the note {note:?} was written twice")));
        }
        if let Err(broken) = self.check_order()?.and(self.check_rights()?).and(self.check_reminders()) {
            return Ok(Err(broken));
        }
        self.check_outboxes()
    }

    /// Nobody's command, and none before one that was given before it on the same replica.
    fn check_order(&mut self) -> Result<Checked, Trouble> {
        let store = self.headquarters.reader();
        let sql = "SELECT id, replica_id, act, happened_at FROM command WHERE seq > 0 ORDER BY replica_id, seq";
        let rows = store.rows(sql, &[], |row| {
            Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<String>(2)?, row.get::<Option<i64>>(3)?))
        })?;
        drop(store);
        let outcomes = self.outcomes()?;
        let mut opened_again = BTreeSet::new();
        let (mut last, mut revision) = (String::new(), 0);
        for (id, replica, act, happened_at) in rows {
            let known = Id::parse_str(&id).ok().and_then(|id| outcomes.get(&id));
            let outcome = known.ok_or_else(|| Trouble(format!("the command {id} has no outcome")))?;
            // What headquarters had made itself comes back from a device when it was lost, or what may have been.
            let comes_back = self.restored && Envelope::read(&act).is_ok_and(|act| act.name == "BringBack");
            // Another device may have brought this ticket back before the one that opened it sent it again.
            if self.restored && opens_again(&act) {
                opened_again.insert(outcome.id);
            }
            if !self.given.contains_key(&outcome.id) && !self.opened.contains(&outcome.id) && !comes_back {
                return Ok(self.broken(2, format!("nobody gave the command {id}")));
            }
            // What was held is done when that comes for which it waited, after what was given later.
            if outcome.status == Status::Held || self.held.contains(&outcome.id) {
                self.held.insert(outcome.id);
                continue;
            }
            // It stands for no moment of its own, and comes once more where it was not kept.
            if comes_back {
                continue;
            }
            if replica == last && outcome.revision < revision {
                return Ok(self.broken(3, format!("command {id} came before its predecessor")));
            }
            if let Some(Some((head, hash))) = self.given.get(&outcome.id)
                && outcome.status.is_done()
                && outcome.revision == head + 1
                && *hash != outcome.effect_hash
                && !is_moved(&act, happened_at)
            {
                return Ok(self.broken(8, format!("command {id} did something else at headquarters")));
            }
            (last, revision) = (replica, outcome.revision);
        }
        for (n, device) in self.devices.iter().enumerate() {
            let mut revision = 0;
            // Names ascend in the order in which commands are given.
            let given = device.given.iter().filter(|id| !self.held.contains(*id) && !opened_again.contains(*id));
            for (id, outcome) in given.filter_map(|id| Some((id, outcomes.get(id)?))) {
                if outcome.revision < revision {
                    return Ok(self.broken(3, format!("command {id} of device {n} came after its successor")));
                }
                revision = outcome.revision;
            }
        }
        Ok(Ok(()))
    }

    /// A command is in the outbox exactly as long as the base does not hold its outcome.
    fn check_outboxes(&mut self) -> Result<Checked, Trouble> {
        let outcomes = self.outcomes()?;
        let epoch = self.headquarters.epoch()?;
        for (n, device) in self.devices.iter().enumerate() {
            let Some(cursor) = device.replica.cursor()? else { continue };
            let sql = "SELECT tag FROM revision WHERE revision = $1";
            let known: Option<String> =
                self.headquarters.reader().one(sql, params![cursor.revision], |row| row.get(0))?;
            // Headquarters was restored: this device has not noticed yet, or sends again what it did.
            if known.as_ref() != Some(&cursor.tag)
                || device.replica.epoch()? != Some(epoch.clone())
                || cursor.epoch != epoch
            {
                continue;
            }
            let waiting: BTreeSet<Id> =
                device.replica.pending(usize::MAX >> 1)?.into_iter().map(|pending| pending.id).collect();
            for id in &device.given {
                let arrived = outcomes.get(id).is_some_and(|outcome| outcome.revision <= cursor.revision);
                let waits = waiting.contains(id);
                // Two backups of different epochs: what is sent again because of the one may be in the other already.
                let again = self.restored && waits && was_sent(&device.replica, *id)?;
                // It left the outbox when it was held, and has another outcome since it was taken up.
                let taken_up = !waits && self.held.contains(id) && outcomes.contains_key(id);
                let excused = again || taken_up || waits && self.shared.contains(id);
                if arrived == waits && !excused {
                    let what = if arrived { "still waits" } else { "is gone" };
                    return Ok(self.broken(4, format!("command {id} {what} on device {n}")));
                }
            }
        }
        Ok(Ok(()))
    }

    /// After a device has settled: it holds what its person may see, and nothing else.
    pub(crate) fn check_settled(&mut self, n: usize) -> Result<Checked, Trouble> {
        self.rounds += 1;
        if let Err(broken) = self.check_base(n)? {
            return Ok(Err(broken));
        }
        if self.rng.u8(..) < 64 {
            let wrong = self.devices[n].replica.inspect()?;
            if let Some(wrong) = wrong.first() {
                return Ok(self.broken(7, format!("device {n}: {wrong}")));
            }
        }
        Ok(Ok(()))
    }

    pub(crate) fn check_base(&mut self, n: usize) -> Result<Checked, Trouble> {
        self.model.observe(&self.headquarters)?;
        let device = &self.devices[n];
        let Some(cursor) = device.replica.cursor()? else { return Ok(Ok(())) };
        let expected = self.model.projection(device.user, cursor.revision);
        let held: Images = device.replica.base()?;
        let names: BTreeSet<&(Kind, Id)> = expected.keys().chain(held.keys()).collect();
        for name @ (kind, id) in names {
            if self.lacks(n, *kind) {
                continue;
            }
            let (kind, what) = (kind.table(), (expected.get(name), held.get(name)));
            match what {
                (Some(expected), Some(held)) if expected == held => {}
                (Some(_), Some(_)) => return Ok(self.broken(5, format!("device {n} holds another {kind} {id}"))),
                (Some(_), None) => return Ok(self.broken(9, format!("device {n} lacks {kind} {id}"))),
                (None, _) => return Ok(self.broken(10, format!("device {n} must not hold {kind} {id}"))),
            }
        }
        Ok(Ok(()))
    }
}

/// Whether a command opens a ticket again that another had opened before a restore.
fn opens_again(act: &str) -> bool {
    let act: Value = serde_json::from_str(act).unwrap_or_default();
    act["name"] == "OpenTicket" && act["payload"]["again"] == true
}

/// Whether a command had left the outbox before.
fn was_sent(replica: &Replica, id: Id) -> Result<bool, Trouble> {
    Ok(replica.store().number("SELECT count(*) FROM sent WHERE id = $1", params![id.to_string()])? > 0)
}

/// Whether headquarters reckoned that a command was given at another moment than its device's clock said when it was: then it did the
/// same as of that moment.
fn is_moved(act: &str, happened_at: Option<i64>) -> bool {
    outpost_domain::Envelope::read(act).is_ok_and(|act| happened_at.is_some_and(|moment| moment != act.occurred_at))
}
