//! What the commands of one request are judged by, looked up once for each batch of them, and again only if others have
//! committed meanwhile.

use super::batch::Read;
use super::held::Name;
use crate::access::KNOWN_AGAIN_MILLIS;
use crate::commit::{Buckets, after};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use crate::judge::{Sight, possible, told_at};
use crate::visibility::{Scope, scopes_of_user};
use outpost_domain::person::{Replica, User};
use outpost_domain::{Act, AnyRecord, Code, Command, Effects, Envelope, Id, Instant, Kind, MOST_BYTES, Refusal};
use outpost_store::{Row, Store, StoreError, ToSql, params, places};
use outpost_sync::protocol::{Outcome, Pushed, Status};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::Value;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// How long what a person could see and do when they gave a fact counts after headquarters last told their replica.
pub(crate) const GRACE_MILLIS: i64 = 30 * 86_400_000;

/// How many characters of a command's name are kept beside it.
const MOST_NAMED: usize = 60;

/// The outcome that a row begins with: of a command and the commit that took it; none if there is no command in it.
fn outcome_of(row: &Row<'_>) -> Result<Option<Outcome>, StoreError> {
    let wrong = |error| StoreError::Row { table: "command", error };
    let unknown = |what: &str| wrong(serde_json::Error::custom(format!("this is no {what}")));
    let Some(id) = row.get::<Option<String>>(0)? else { return Ok(None) };
    let refusal = row.get::<Option<String>>(2)?;
    Ok(Some(Outcome {
        id: Id::parse_str(&id).map_err(|_| unknown("id"))?,
        status: Status::named(row.text(1)?).ok_or_else(|| unknown("status"))?,
        refusal: refusal.map(|refusal| serde_json::from_str(&refusal)).transpose().map_err(wrong)?,
        revision: row.get(3)?,
        tag: row.get(4)?,
        effect_hash: row.get(5)?,
    }))
}

/// The answer to a command whose id is that of another. It is in no commit: its id cannot be kept twice.
fn taken(id: Id) -> Outcome {
    let refusal = Refusal::new(Code::FieldInvalid).with("field", "id").with("value", id);
    let (tag, effect_hash) = (String::new(), String::new());
    Outcome { id, status: Status::Refused, refusal: Some(refusal), revision: 0, tag, effect_hash }
}

/// What can be told of a command, understood or not.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) occurred_at: Option<Instant>,
    pub(crate) named: Named,
    /// None if this program does not know it.
    pub(crate) act: Option<Act>,
    /// It is larger than any that a device gives.
    pub(crate) is_beyond_limit: bool,
}

/// What a command's payload names that most commands are about: for a person, and to look it up beforehand. What a command
/// may do is judged by what it does.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Named {
    pub(crate) ticket_id: Option<Id>,
    pub(crate) step_id: Option<Id>,
    pub(crate) movement_id: Option<Id>,
    pub(crate) from_id: Option<Id>,
    pub(crate) to_id: Option<Id>,
    pub(crate) location_id: Option<Id>,
}

impl Written {
    /// What it is called, for a person.
    pub(crate) fn shown_name(&self) -> &str {
        if self.name.is_empty() { "?" } else { &self.name }
    }

    /// Whether it brings back what was given long before.
    pub(crate) fn is_again(&self) -> bool {
        match self.act.as_ref().map(|act| &act.command) {
            Some(Command::OpenTicket(open)) => open.again,
            Some(Command::BringBack(_)) => true,
            _ => false,
        }
    }

    /// A name as it is kept: nobody calls a command by more.
    fn named(name: &str) -> String {
        name.chars().filter(|c| !c.is_control()).take(MOST_NAMED).collect()
    }

    /// Reads whatever is there: a command that nobody understands is kept and shown all the same.
    pub(crate) fn read(pushed: &Pushed) -> Written {
        let is_beyond_limit = pushed.act.len() > MOST_BYTES;
        if let Ok(envelope) = Envelope::read(&pushed.act) {
            return Written {
                name: Written::named(&envelope.name),
                occurred_at: Some(envelope.occurred_at),
                named: envelope.payload().unwrap_or_default(),
                act: envelope.open(pushed.version).filter(|_| !is_beyond_limit),
                is_beyond_limit,
            };
        }
        let written: Value = serde_json::from_str(&pushed.act).unwrap_or_default();
        let id = |name: &str| written.get("payload")?.get(name)?.as_str()?.parse().ok();
        Written {
            name: Written::named(written.get("name").and_then(Value::as_str).unwrap_or_default()),
            occurred_at: written.get("occurred_at").and_then(Value::as_i64),
            named: Named {
                ticket_id: id("ticket_id"),
                step_id: id("step_id"),
                movement_id: id("movement_id"),
                from_id: id("from_id"),
                to_id: id("to_id"),
                location_id: id("location_id"),
            },
            act: None,
            is_beyond_limit,
        }
    }
}

/// What is looked up once for all the commands of a batch, and what of it holds for the batches after it.
pub(crate) struct Sender<'a> {
    pub(crate) replica: &'a Replica,
    /// What became of the commands of this request so far, in their order.
    pub(crate) outcomes: Vec<Outcome>,
    /// Where each of them has its outcome there.
    places: BTreeMap<Id, (usize, String)>,
    /// What became of those of the batch that were received before.
    stored: BTreeMap<Id, (Outcome, String)>,
    /// The last commit, as long as the batch's transaction holds the right to the next one.
    pub(crate) revision: i64,
    /// The last place in the replica's order that a command has.
    last: i64,
    pub(crate) buckets: Buckets,
    /// Whether commands are held that may be done once something comes.
    pub(crate) holds: bool,
    /// What of it has come and was taken up, or could not be, before the replica's own next commands.
    pub(crate) tried: BTreeSet<Name>,
    /// The commands that others of this batch have released.
    pub(crate) released: Vec<Id>,
    /// What its person may see now; none until it is asked for.
    sight: Option<BTreeSet<Scope>>,
    /// The same at earlier commits.
    sights: BTreeMap<i64, Option<BTreeSet<Scope>>>,
    /// The newest commit of which the replica has said in an earlier request that it holds it.
    pub(crate) acknowledged: i64,
    /// The place of the last command that the replica gave before it heard of this epoch, as it says.
    pub(crate) before_epoch_seq: i64,
    /// How far the replica's clock is ahead.
    pub(crate) ahead_millis: i64,
    /// When the replica's last command was given.
    last_at: Instant,
    /// Those of the batch that a clock told which has been put back since: the moment of a later one.
    at_most: BTreeMap<Id, Instant>,
    /// When commits were made on which its commands stand.
    committed: BTreeMap<i64, Instant>,
    /// When this epoch began.
    epoch_at: Instant,
    /// When the next commit is made.
    pub(crate) commits_at: Instant,
}

impl<'a> Sender<'a> {
    pub(crate) fn of(replica: &'a Replica, acknowledged: i64, ahead_millis: i64) -> Sender<'a> {
        let (outcomes, places, stored) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let (buckets, sights) = (Buckets::default(), BTreeMap::new());
        Sender {
            replica,
            outcomes,
            places,
            stored,
            revision: 0,
            last: 0,
            buckets,
            holds: false,
            tried: BTreeSet::new(),
            released: Vec::new(),
            sight: None,
            sights,
            acknowledged,
            ahead_millis,
            committed: BTreeMap::new(),
            epoch_at: 0,
            before_epoch_seq: 0,
            commits_at: 0,
            last_at: Instant::MIN,
            at_most: BTreeMap::new(),
        }
    }

    /// Looks up what the next batch needs, inside its transaction: where the database is another machine, each question takes
    /// as long as a command.
    pub(crate) fn next(&mut self, store: &Store, batch: &[Read<'_>], now: Instant) -> Result<(), HeadquartersError> {
        let sql = format!(
            "SELECT c.id, c.status, c.refusal, c.revision, r.tag, c.effect_hash,
                    t.revision, (SELECT max(seq) FROM command WHERE replica_id = $1), (SELECT count(*) FROM held), c.act,
                    t.epoch_at,
                    (SELECT happened_at FROM command WHERE replica_id = $1 AND seq > 0 ORDER BY seq DESC LIMIT 1),
                    l.committed_at
             FROM tenant t LEFT JOIN revision l ON l.revision = t.revision
             LEFT JOIN command c ON c.id IN ({}) LEFT JOIN revision r ON r.revision = c.revision",
            places(2, batch.len())
        );
        let names = std::iter::once(self.replica.id).chain(batch.iter().map(|(pushed, _)| pushed.id));
        let names: Vec<String> = names.map(|id| id.to_string()).collect();
        let names: Vec<&dyn ToSql> = names.iter().map(|name| name as &dyn ToSql).collect();
        let before = self.revision;
        store.each(&sql, &names, |row| {
            (self.revision, self.last) = (row.get(6)?, row.get::<Option<i64>>(7)?.unwrap_or_default());
            self.holds = row.get::<i64>(8)? > 0;
            self.epoch_at = row.get(10)?;
            self.last_at = row.get::<Option<i64>>(11)?.unwrap_or(Instant::MIN);
            self.commits_at = after(row.get(12)?, now);
            if let Some(outcome) = outcome_of(row)? {
                self.stored.insert(outcome.id, (outcome, row.get(9)?));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if self.revision != before {
            // Others have committed since.
            store.forget()?;
            (self.buckets, self.sight, self.sights) = (Buckets::default(), None, BTreeMap::new());
        }
        self.at_most.clear();
        let mut earliest = now;
        for (pushed, written) in batch.iter().rev() {
            let at = written.occurred_at.and_then(|told| told_at(told, self.ahead_millis)).filter(|at| *at <= now);
            // What comes back bears headquarters' own moment, and no clock of its device.
            if written.is_again() {
                continue;
            }
            if at.is_none() {
                self.at_most.insert(pushed.id, earliest);
            }
            earliest = earliest.min(at.unwrap_or(earliest)).saturating_sub(1);
        }
        let new = batch.iter().filter(|(pushed, _)| !self.stored.contains_key(&pushed.id));
        look_up(store, &new.map(|(_, written)| &written.named).collect::<Vec<_>>())
    }

    /// Answers a command that was received before with what became of it then; false for a new one. One that bears the id of
    /// another and is not it, byte for byte, is told so, and nothing of the other.
    pub(crate) fn answers_again(&mut self, pushed: &Pushed) -> bool {
        let known = self.places.get(&pushed.id).map(|(place, act)| (self.outcomes[*place].clone(), act.clone()));
        let Some((outcome, act)) = known.or_else(|| self.stored.remove(&pushed.id)) else { return false };
        if act == pushed.act {
            self.answers(0, outcome, act);
        } else {
            // The id is still that of the other.
            self.outcomes.push(taken(pushed.id));
        }
        true
    }

    /// Answers a command; the place of its outcome.
    pub(crate) fn answers(&mut self, seq: i64, outcome: Outcome, act: String) -> usize {
        let place = self.outcomes.len();
        self.places.insert(outcome.id, (place, act));
        self.outcomes.push(outcome);
        self.last = self.last.max(seq);
        place
    }

    /// Whether a command was received and not done.
    pub(crate) fn was_refused(&self, store: &Store, id: Id) -> Result<bool, HeadquartersError> {
        let known = self
            .places
            .get(&id)
            .map(|(place, _)| &self.outcomes[*place])
            .or_else(|| self.stored.get(&id).map(|(outcome, _)| outcome));
        match known {
            // It may have been done since, with that for which it waited.
            Some(outcome) if outcome.status == Status::Held => {
                let sql = "SELECT count(*) FROM command WHERE id = $1 AND status IN ('applied', 'adjusted')";
                return Ok(store.number(sql, params![id.to_string()])? == 0);
            }
            Some(outcome) => return Ok(!outcome.status.is_done()),
            None => {}
        }
        let sql = "SELECT count(*) FROM command WHERE id = $1 AND status NOT IN ('applied', 'adjusted')";
        Ok(store.number(sql, params![id.to_string()])? > 0)
    }

    /// That no command of this replica came before that was given at this place or later: two devices that both believe to
    /// be this one.
    pub(crate) fn not_forked(&self, pushed: &Pushed) -> Result<(), HeadquartersError> {
        // Exported by hand, a command comes without its place.
        if pushed.seq != 0 && pushed.seq <= self.last {
            return Err(HeadquartersError::denied("device_forked", "another device pushes as this one; it must fork"));
        }
        Ok(())
    }

    /// Forgets what the person may see: something was done that had waited, and may have changed it.
    pub(crate) fn looks_again(&mut self) {
        self.sight = None;
    }

    /// Forgets what the person may see if that may be about to change.
    pub(crate) fn changes(&mut self, effects: &Effects) {
        let moves = |put: &AnyRecord| put.kind().decides_sight();
        if effects.puts.iter().any(moves) {
            self.sight = None;
        }
    }

    /// What the person may see and do now; for a fact also what they could when they gave it, as far as headquarters remembers
    /// that by itself. None if they are not here.
    ///
    /// A replica says on which commit it stood. It cannot have stood on one before that which it has said since that it
    /// holds, and it was told what its person may see no longer ago than the grace.
    pub(crate) fn sight(
        &mut self,
        store: &Store,
        base_revision: Option<i64>,
        now: Instant,
    ) -> Result<Option<Sight<'_>>, HeadquartersError> {
        if self.sight.is_none() {
            let Some(user) = store.get::<User>(self.replica.user_id)? else { return Ok(None) };
            self.sight = Some(scopes_of_user(store, &user)?);
        }
        let then = base_revision.map(|revision| revision.max(self.acknowledged));
        if let Some(revision) = then
            && let Entry::Vacant(empty) = self.sights.entry(revision)
        {
            empty.insert(Headquarters::scopes_at(store, self.replica.id, revision, now - GRACE_MILLIS)?);
        }
        let then = then.and_then(|revision| Some((revision, self.sights.get(&revision)?.as_ref()?)));
        Ok(self.sight.as_ref().map(|now| Sight { now, then }))
    }

    /// Whether something can have been lost with a restore, and come back now; a ticket that was opened then.
    pub(crate) fn may_be_lost(&self, opened_at: Option<Instant>, now: Instant) -> bool {
        // The clock by which it was opened may have been ahead of the one that is here now.
        const OTHER_CLOCK_MILLIS: i64 = 86_400_000;
        opened_at.is_none_or(|opened_at| self.is_before_epoch(opened_at.saturating_sub(OTHER_CLOCK_MILLIS)))
            && now.saturating_sub(self.epoch_at) < KNOWN_AGAIN_MILLIS
    }

    /// Whether something was given before a restore: what it rests on may have been lost with it, and come yet.
    pub(crate) fn is_before_epoch(&self, at: Instant) -> bool {
        at <= self.epoch_at
    }

    /// The same of a command: its device knows whether it had heard of the restore, whatever its clock says.
    pub(crate) fn was_before_epoch(&self, seq: i64, at: Instant) -> bool {
        self.is_before_epoch(at) || (1..=self.before_epoch_seq).contains(&seq)
    }

    /// When a command was given, by our clock: after the one that was given before it on the same device, whatever that device's
    /// clock says. One that its device says was given before this epoch began was so before whatever was committed since, though
    /// commits of these numbers were made in both. Besides, whether that is another moment than its device told, measured by how wrong
    /// its clock is.
    pub(crate) fn happened_at(
        &mut self,
        store: &Store,
        pushed: &Pushed,
        written: &Written,
        now: Instant,
    ) -> Result<(Instant, bool), HeadquartersError> {
        // A ticket comes back as of when headquarters had said that it was opened.
        let ahead_millis = if written.is_again() { 0 } else { self.ahead_millis };
        let by_its_clock = written.occurred_at.and_then(|told| told_at(told, ahead_millis));
        let told = self.at_most.get(&pushed.id).copied().or(by_its_clock).unwrap_or(now);
        // A replica cannot have stood before what it has said since that it holds, nor on a commit that nobody has made.
        let stood = pushed.base_revision.min(self.revision);
        let stood = if pushed.seq > 0 { stood.max(self.acknowledged) } else { stood };
        let base = match self.committed.entry(stood) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(empty) => {
                let sql = "SELECT committed_at FROM revision WHERE revision = $1";
                let found = store.one(sql, params![stood], |row| row.get(0))?;
                *empty.insert(found.unwrap_or(Instant::MIN))
            }
        };
        // What was done on it comes after all that it tells.
        let base = if told <= base { base.saturating_add(1) } else { base };
        let not_before = if self.is_before_epoch(told) && base >= self.epoch_at { Instant::MIN } else { base };
        // What comes by hand comes without its place.
        let is_in_order = pushed.seq > 0 && !written.is_again();
        // What its device's order moves is told from what it moves it behind.
        let after_the_last = if told < self.last_at { self.last_at.saturating_add(1) } else { self.last_at };
        let not_before = if is_in_order { not_before.max(after_the_last) } else { not_before };
        let at = possible(told, not_before, now.max(not_before));
        if is_in_order {
            self.last_at = at;
        }
        Ok((at, Some(at) != by_its_clock))
    }
}

/// Looks up the steps and tickets that commands are about, all at once.
fn look_up(store: &Store, named: &[&Named]) -> Result<(), HeadquartersError> {
    let steps: BTreeSet<Id> = named.iter().filter_map(|named| named.step_id).collect();
    let mut tickets: BTreeSet<Id> = named.iter().filter_map(|named| named.ticket_id).collect();
    for step in store.remember(Kind::Step, &steps)? {
        if let AnyRecord::Step(step) = step {
            tickets.insert(step.ticket_id);
        }
    }
    store.remember(Kind::Ticket, &tickets)?;
    Ok(())
}
