//! Taking commands. Each is stored with its outcome before it is acknowledged, and its effects happen once.

use crate::commit::{Buckets, Commit};
use crate::desk::{Desk, Named, Written};
use crate::headquarters::{Headquarters, HeadquartersError};
use crate::pull::Stream;
use outpost_domain::attention::{Attention, Cause};
use outpost_domain::person::{Replica, User};
use outpost_domain::stock::StockMovement;
use outpost_domain::ticket::{Step, Ticket};
use outpost_domain::{
    Act, AnyRecord, Class, Code, Command, Effects, Id, Instant, Kind, Place, Refusal, WrittenAct, decide, derive,
};
use outpost_store::{Memory, Store};
use outpost_sync::image::effect_hash;
use outpost_sync::protocol::{Frame, Outcome, Pushed, REVOKED, Status, SyncRequest};
use std::borrow::Cow;
use std::sync::mpsc::sync_channel;
use std::thread::Scope;

/// How many commands share one commit, and so one flush of the disk.
const COMMANDS_PER_COMMIT: usize = 100;

impl Headquarters {
    /// Answers a request: takes its commands and says what became of them; and the stream of what changed, if it pulled.
    ///
    /// # Errors
    /// `replica_revoked` if the device was reported lost or its person left: then its commands are stored all the same,
    /// and it is told nothing. `device_forked` if another device pushes as this replica; and when the database cannot be
    /// written. What was committed until then keeps its outcomes; the replica asks again.
    pub fn answer(
        &self,
        replica: &Replica,
        user: &User,
        request: &SyncRequest,
        now: Instant,
    ) -> Result<(Vec<Frame>, Option<Stream>), HeadquartersError> {
        if let Some(pull) = &request.pull {
            self.notice_lost_commits(request.epoch.as_deref(), pull)?;
        }
        let (epoch, company) = self.epoch_and_company()?;
        let lags = request.epoch.as_ref().is_some_and(|known| *known != epoch);
        let outcomes = if lags { Vec::new() } else { self.receive(replica, &request.commands, now)? };
        let mut frames = vec![Frame::Answer { epoch: epoch.clone(), outcomes, now, company }];
        if lags {
            // Also one that is not welcome hears the epoch: it has to send again what was lost.
            frames.push(Frame::Begin { epoch, anew: true, total: 0 });
            return Ok((frames, None));
        }
        welcome(replica, user)?;
        Ok((frames, request.pull.as_ref().map(|pull| Stream::new(replica.id, pull))))
    }

    /// Takes what a replica pushed, in its order. A command that was received before has the same outcome again.
    ///
    /// # Errors
    /// `device_forked` if another device pushes as this replica; and when the database cannot be written. What was
    /// committed until then keeps its outcomes; the replica asks again.
    pub fn receive(
        &self,
        replica: &Replica,
        commands: &[Pushed],
        now: Instant,
    ) -> Result<Vec<Outcome>, HeadquartersError> {
        std::thread::scope(|scope| self.receive_batches(replica, read_ahead(scope, commands)?, now))
    }

    fn receive_batches<'a>(
        &self,
        replica: &Replica,
        batches: impl Iterator<Item = Batch<'a>>,
        now: Instant,
    ) -> Result<Vec<Outcome>, HeadquartersError> {
        let (mut desk, mut memory) = (Desk::of(replica), Memory::default());
        for batch in batches {
            let store = self.writer();
            let begun = std::time::Instant::now();
            let (new, touched) = store.transaction_after(&mut memory, || {
                let (mut commit, mut new) = (None, Vec::with_capacity(batch.len()));
                desk.next(&store, &batch)?;
                for (pushed, written) in &batch {
                    if desk.answers_again(pushed.id) {
                        continue;
                    }
                    desk.not_forked(pushed)?;
                    let commit = match &mut commit {
                        Some(commit) => commit,
                        empty => empty.insert(Commit::after(&store, desk.revision)?),
                    };
                    let outcome = take(&store, commit, &mut desk, pushed, written, now)?;
                    new.push(desk.answers(pushed.seq, outcome));
                }
                let touched = commit.map(|commit| commit.finish(&mut desk.buckets)).transpose()?;
                desk.revision = touched.as_ref().map_or(desk.revision, |touched| touched.revision);
                Ok::<_, HeadquartersError>((new, touched))
            })?;
            drop(store);
            let new: Vec<&Outcome> = new.into_iter().map(|place| &desk.outcomes[place]).collect();
            self.tell_committed(replica.id, &new, begun.elapsed());
            if let Some(touched) = touched {
                self.poke(touched);
            }
        }
        Ok(desk.outcomes)
    }

    /// Takes commands that were exported from a device, in their order, as if the device had sent them. Those that were
    /// received before have the same outcome again.
    ///
    /// # Errors
    /// When a command is of a device that is not known here, or the database cannot be written.
    pub fn import(&self, acts: &[WrittenAct], now: Instant) -> Result<Vec<Outcome>, HeadquartersError> {
        let mut outcomes = Vec::with_capacity(acts.len());
        for written in acts {
            let of: Origin = serde_json::from_str(&written.act)?;
            let replica = self.reader().get::<Replica>(of.replica_id)?.ok_or_else(|| {
                HeadquartersError::denied("not_here", format!("the device {} is not known here", of.replica_id))
            })?;
            let (version, act) = (written.version, written.act.clone());
            let pushed = Pushed { id: of.id, seq: 0, version, base_revision: 0, act };
            outcomes.extend(self.receive(&replica, &[pushed], now)?);
        }
        Ok(outcomes)
    }

    /// Does what a person at headquarters wants. They are there to put right what does not fit, so it is refused.
    ///
    /// # Errors
    /// When the database cannot be written; then nothing changed.
    pub fn give(
        &self,
        user_id: Id,
        id: Id,
        mut command: Command,
        now: Instant,
    ) -> Result<Result<Effects, Refusal>, HeadquartersError> {
        let store = self.writer();
        let begun = std::time::Instant::now();
        let mut committed = None;
        let given = store.transaction_with_memory(|| {
            if let Command::OpenTicket(open) = &mut command {
                open.number = format!("HQ-{:04}", Headquarters::count(&store, "ticket")?);
            }
            let act = Act {
                id,
                actor_id: user_id,
                replica_id: console_replica_id(),
                occurred_at: now,
                requires: Vec::new(),
                command,
            };
            let mut effects = match decide(&*store, &act, Place::Origin) {
                Ok(effects) => effects,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let mut commit = Commit::begin(&store)?;
            let effect_hash = effect_hash(&effects)?;
            effects.received(now);
            for put in &effects.puts {
                commit.put(put)?;
            }
            let outcome = Outcome {
                id,
                status: Status::Applied,
                refusal: None,
                revision: commit.revision,
                tag: commit.tag.clone(),
                effect_hash,
            };
            commit.keep(&outcome, console_replica_id(), 0, &serde_json::to_string(&act)?, 0, now)?;
            committed = Some((commit.finish(&mut Buckets::default())?, outcome));
            Ok::<_, HeadquartersError>(Ok(effects))
        })?;
        drop(store);
        if let Some((touched, outcome)) = committed {
            self.tell_committed(console_replica_id(), &[&outcome], begun.elapsed());
            self.poke(touched);
        }
        Ok(given)
    }

    /// Counts what was committed, and writes it into the log: the field `command` is the same on the device and here.
    fn tell_committed(&self, replica_id: Id, outcomes: &[&Outcome], taken: std::time::Duration) {
        if outcomes.is_empty() {
            return;
        }
        self.measures.committed(outcomes, taken);
        for outcome in outcomes {
            let (command, status, revision) = (outcome.id, outcome.status, outcome.revision);
            tracing::info!(%command, %replica_id, ?status, revision, "committed");
        }
    }
}

/// Commands that share a commit, each as it was written and as far as it can be understood.
pub(crate) type Batch<'a> = Vec<(Cow<'a, Pushed>, Written)>;

fn read_batch(commands: &[Pushed]) -> Batch<'_> {
    let read = |pushed| {
        let pushed = legible(pushed);
        let written = Written::read(&pushed);
        (pushed, written)
    };
    commands.iter().map(read).collect()
}

/// Reads commands, batch by batch: while one is being committed, another thread reads the next.
fn read_ahead<'scope, 'env: 'scope>(
    scope: &'scope Scope<'scope, 'env>,
    commands: &'env [Pushed],
) -> Result<impl Iterator<Item = Batch<'env>>, HeadquartersError> {
    let mut batches = commands.chunks(COMMANDS_PER_COMMIT).map(read_batch);
    let first = batches.next();
    let mut ahead = None;
    if batches.len() > 0 {
        let (send, received) = sync_channel(1);
        // Nobody takes them any more if one went wrong.
        let read = move || batches.map(|batch| send.send(batch)).take_while(Result::is_ok).for_each(drop);
        std::thread::Builder::new().spawn_scoped(scope, read)?;
        ahead = Some(received);
    }
    Ok(first.into_iter().chain(ahead.into_iter().flatten()))
}

/// The replica that commands given at headquarters bear.
pub(crate) fn console_replica_id() -> Id {
    derive(Id::nil(), "console")
}

/// That a device is told anything: not one that was reported lost, nor one whose person left.
pub(crate) fn welcome(replica: &Replica, user: &User) -> Result<(), HeadquartersError> {
    if replica.revoked || !user.active {
        let why = "this device was reported lost, or its person left";
        return Err(HeadquartersError::denied(REVOKED, why));
    }
    Ok(())
}

fn take(
    store: &Store,
    commit: &mut Commit<'_>,
    desk: &mut Desk<'_>,
    pushed: &Pushed,
    written: &Written,
    now: Instant,
) -> Result<Outcome, HeadquartersError> {
    let replica = desk.replica;
    let mut outcome = Outcome {
        id: pushed.id,
        status: Status::Applied,
        refusal: None,
        revision: commit.revision,
        tag: commit.tag.clone(),
        effect_hash: String::new(),
    };
    match judge(store, desk, pushed, written)? {
        Judgement::Applied(mut effects) => {
            outcome.effect_hash = effect_hash(&effects)?;
            effects.received(now);
            desk.changes(&effects);
            for put in &effects.puts {
                commit.put_made(put)?;
            }
            if !effects.discrepancies.is_empty() {
                outcome.status = Status::Adjusted;
            }
        }
        Judgement::Not { status, refusal } => {
            commit.put(&matter(store, replica, pushed, written, status, &refusal, now)?.into())?;
            outcome.status = status;
            outcome.refusal = Some(refusal);
        }
    }
    commit.keep(&outcome, replica.id, pushed.seq, &pushed.act, pushed.base_revision, now)?;
    Ok(outcome)
}

/// A command without the character 0, which PostgreSQL keeps in no text: a device that sent one would be stuck with it.
fn legible(pushed: &Pushed) -> Cow<'_, Pushed> {
    if !pushed.act.contains('\0') && !pushed.act.contains("\\u0000") {
        return Cow::Borrowed(pushed);
    }
    let act = pushed.act.replace('\0', "\u{fffd}").replace("\\u0000", "\\ufffd");
    Cow::Owned(Pushed { act, ..pushed.clone() })
}

/// What must be legible of a command that was exported, whatever it asks for.
#[derive(serde::Deserialize)]
struct Origin {
    id: Id,
    replica_id: Id,
}

enum Judgement {
    Applied(Effects),
    Not { status: Status, refusal: Refusal },
}

fn judge(
    store: &Store,
    desk: &mut Desk<'_>,
    pushed: &Pushed,
    written: &Written,
) -> Result<Judgement, HeadquartersError> {
    let replica = desk.replica;
    let not = |status, refusal| Ok(Judgement::Not { status, refusal });
    if replica.revoked {
        return not(Status::Quarantined, Refusal::new(Code::ReplicaRevoked));
    }
    let Some(act) = &written.act else {
        let refusal =
            Refusal::new(Code::CommandUnknown).with("name", written.shown_name()).with("version", pushed.version);
        return not(Status::Held, refusal);
    };
    if act.id != pushed.id || act.actor_id != replica.user_id || !is_of(store, act, replica)? {
        let refusal = Refusal::new(Code::FieldInvalid).with("field", "actor").with("value", act.actor_id);
        return not(Status::Refused, refusal);
    }
    if act.command.class() == Class::Intent {
        for required in &act.requires {
            if desk.was_refused(store, *required)? {
                return not(Status::Held, Refusal::new(Code::RequirementRefused).with("command", required));
            }
        }
    }
    match decide(store, act, Place::Later) {
        Ok(effects) => match out_of_sight(store, desk, pushed, &effects)? {
            None => Ok(Judgement::Applied(effects)),
            Some(kind) => not(Status::Refused, Refusal::new(Code::OutOfSight).with("kind", kind.table())),
        },
        Err(refusal) => not(Status::Refused, refusal),
    }
}

/// Whether a command was given on this replica, or on the one that it is a copy of.
fn is_of(store: &Store, act: &Act, replica: &Replica) -> Result<bool, HeadquartersError> {
    let (mut id, mut copied_from) = (replica.id, replica.forked_from_id);
    // As often as a device may be copied: a ring cannot keep us here.
    for _ in 0..100 {
        if id == act.replica_id {
            return Ok(true);
        }
        let ancestor = copied_from.map(|id| store.get::<Replica>(id)).transpose()?.flatten();
        let Some(ancestor) = ancestor else { return Ok(false) };
        (id, copied_from) = (ancestor.id, ancestor.forked_from_id);
    }
    Ok(false)
}

/// The kind of a record that a command changes although its person could not see it: neither when the command was given
/// nor now. What headquarters derives by itself, such as levels, is nobody's to see or not; the ticket is, of which it tells.
fn out_of_sight(
    store: &Store,
    desk: &mut Desk<'_>,
    pushed: &Pushed,
    effects: &Effects,
) -> Result<Option<Kind>, HeadquartersError> {
    let of_ticket = |ticket_id: Option<Id>| ticket_id.map(|id| (Kind::Ticket, id));
    let changes = |put: &AnyRecord| match put {
        AnyRecord::Event(event) => of_ticket(event.ticket_id),
        AnyRecord::StockMovement(movement) => of_ticket(movement.ticket_id),
        AnyRecord::StockLevel(_) => None,
        other => Some(other.name()),
    };
    let mut changed: Vec<(Kind, Id)> = effects.puts.iter().filter_map(changes).collect();
    changed.sort_unstable();
    changed.dedup();
    if changed.is_empty() {
        return Ok(None);
    }
    if !desk.sight(store, pushed.base_revision)? {
        return Ok(None);
    }
    for (kind, id) in changed {
        if !desk.sees(store, kind, id, pushed.base_revision)? {
            return Ok(Some(kind));
        }
    }
    Ok(None)
}

/// The matter of attention for a command that was not done.
fn matter(
    store: &Store,
    replica: &Replica,
    pushed: &Pushed,
    written: &Written,
    status: Status,
    refusal: &Refusal,
    now: Instant,
) -> Result<Attention, HeadquartersError> {
    let cause = if status == Status::Refused { Cause::Refused } else { Cause::Held };
    let ticket_id = ticket_of(store, &written.named)?;
    let region_id = match ticket_id.map(|id| store.get::<Ticket>(id)).transpose()?.flatten() {
        Some(ticket) => Some(ticket.region_id),
        None => store.get::<User>(replica.user_id)?.map(|user| user.region_id),
    };
    Ok(Attention {
        id: derive(pushed.id, &format!("attention {:?}", refusal.code)),
        cause,
        code: refusal.code,
        details: refusal.details.clone(),
        command_id: pushed.id,
        command_name: written.shown_name().to_owned(),
        ticket_id,
        actor_id: replica.user_id,
        replica_id: replica.id,
        region_id,
        raised_at: written.occurred_at.unwrap_or(now),
        handed_over_by_id: None,
        handed_over_at: None,
        handed_over_note: String::new(),
        resolved_by_id: None,
        resolved_at: None,
        resolution: String::new(),
    })
}

/// The ticket that a command is about, by whatever its payload names.
fn ticket_of(store: &Store, named: &Named) -> Result<Option<Id>, HeadquartersError> {
    if named.ticket_id.is_some() {
        return Ok(named.ticket_id);
    }
    if let Some(id) = named.step_id {
        return Ok(store.get::<Step>(id)?.map(|step| step.ticket_id));
    }
    if let Some(id) = named.movement_id {
        return Ok(store.get::<StockMovement>(id)?.and_then(|movement| movement.ticket_id));
    }
    Ok(None)
}

#[cfg(test)]
#[path = "receive_tests.rs"]
mod tests;
