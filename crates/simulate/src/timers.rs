//! Processes of headquarters look for what is due, by clocks that may be a minute off.

use crate::model::Model;
use crate::world::{Checked, World};
use crate::{Planted, Trouble};
use outpost_domain::{Id, Kind};
use outpost_store::params;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// After so long somebody is reminded of a ticket that nobody has taken, and so often again, in milliseconds.
const QUARTER: i64 = 15 * 60_000;

fn is_untaken(ticket: &Value) -> bool {
    ticket["engineer_id"].is_null() && ticket["state"] != "done" && ticket["state"] != "cancelled"
}

impl World {
    /// Perhaps some process looks for what is due.
    pub(crate) fn act_on_timers(&mut self) -> Result<Checked, Trouble> {
        if self.rng.u8(0..8) > 0 {
            return Ok(Ok(()));
        }
        if self.planted == Some(Planted::ForgetTimer) {
            self.headquarters.writer().execute("DELETE FROM timer", &[])?;
        }
        let at = self.now + self.rng.i64(-60_000..60_000);
        let ran = self.headquarters.run_due(at)?;
        self.say(|| format!("{ran} timers were due"));
        self.ran_at = Some(at);
        Ok(Ok(()))
    }

    /// Once somebody has looked for what is due, everybody is reminded who should be.
    pub(crate) fn check_reminded(&mut self) -> Result<Checked, Trouble> {
        let Some(at) = self.ran_at.take() else { return Ok(Ok(())) };
        let reminded = self.model.reminded();
        for (ticket, since) in self.model.untaken() {
            let sql = "SELECT committed_at FROM revision WHERE revision = $1";
            let since: Option<i64> = self.headquarters.reader().one(sql, params![since], |row| row.get(0))?;
            if since.is_some_and(|since| since <= at - QUARTER) && !reminded.contains(&ticket) {
                return Ok(self.broken(23, format!("nobody is reminded of ticket {ticket}")));
            }
        }
        Ok(Ok(()))
    }

    /// Nobody is reminded of what is taken, nor more often than each quarter of an hour.
    pub(crate) fn check_reminders(&mut self) -> Checked {
        for ticket in self.model.reminded() {
            let of = self.model.newest(Kind::Ticket, ticket);
            if of.is_none_or(|of| !is_untaken(of)) {
                return self.broken(23, format!("somebody is reminded of ticket {ticket}, which is taken"));
            }
        }
        let mut last: BTreeMap<&str, i64> = BTreeMap::new();
        let mut reminders: Vec<&Value> =
            self.model.all(Kind::Event).filter(|event| event["name"] == "TicketReminded").collect();
        reminders.sort_by_key(|event| event["occurred_at"].as_i64());
        for event in reminders {
            let (ticket, at) =
                (event["ticket_id"].as_str().unwrap_or_default(), event["occurred_at"].as_i64().unwrap_or_default());
            if last.insert(ticket, at).is_some_and(|before| at - before < QUARTER) {
                let what = format!("somebody was reminded of ticket {ticket} twice within a quarter of an hour");
                return self.broken(23, what);
            }
        }
        Ok(())
    }
}

impl Model {
    /// The tickets of which somebody is reminded.
    fn reminded(&self) -> BTreeSet<Id> {
        let open = self.all(Kind::Attention);
        let open = open.filter(|matter| matter["code"] == "TicketUntaken" && matter["resolved_at"].is_null());
        open.filter_map(|matter| matter["ticket_id"].as_str()?.parse().ok()).collect()
    }

    /// The tickets that nobody has, and since which commit.
    fn untaken(&self) -> Vec<(Id, i64)> {
        let since = |(id, versions): (Id, Vec<(i64, &Value)>)| {
            let waits = versions.iter().rev().take_while(|(_, ticket)| is_untaken(ticket));
            Some((id, waits.last()?.0))
        };
        self.histories(Kind::Ticket).filter_map(since).collect()
    }
}
