//! Taking commands. Each is stored with its outcome before it is acknowledged, and its effects happen once.

use crate::batch::{Batch, Read, read_ahead};
use crate::commit::{Buckets, Commit};
use crate::desk::{Desk, Written};
use crate::epoch::{after_the_last, tag};
use crate::headquarters::{Headquarters, HeadquartersError};
use crate::held::{TakeUp, hold};
use crate::judge::{Sight, judge, judge_released, not_theirs, released_by};
use crate::matter::matter;
use crate::pull::Stream;
use crate::scope::scopes_of_user;
use crate::when::{counted_at, counted_here, implausible};
use outpost_domain::attention::Attention;
use outpost_domain::person::{Replica, User};
use outpost_domain::{Act, Class, Code, Command, Effects, Id, Instant, MOST_BYTES, Place, Refusal, derive, legible};
use outpost_store::{Memory, Store, StoreError, params};
use outpost_sync::image::effect_hash;
use outpost_sync::protocol::{Denial, Frame, Outcome, Pushed, REVOKED, Status, SyncRequest};
use std::borrow::Cow;

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
        self.answer_to(replica, user, request, now, now)
    }

    /// The same for a request that began to come before: on a slow line its body takes longer than a clock may be wrong.
    ///
    /// # Errors
    /// The same.
    pub fn answer_to(
        &self,
        replica: &Replica,
        user: &User,
        request: &SyncRequest,
        came_at: Instant,
        now: Instant,
    ) -> Result<(Vec<Frame>, Option<Stream>), HeadquartersError> {
        if let Some(pull) = &request.pull {
            self.notice_lost_commits(request.epoch.as_deref(), pull, now)?;
        }
        let (epoch, company) = self.epoch_and_company()?;
        let lags = request.epoch.as_ref().is_some_and(|known| *known != epoch);
        let ahead_millis = request.sent_at.saturating_sub(came_at);
        let outcomes = if lags {
            Ok(Vec::new())
        } else {
            self.receive_from(replica, &request.commands, (ahead_millis, request.before_epoch_seq), now)
        };
        if let Err(HeadquartersError::Denied(denial)) = &outcomes
            && denial.code == "device_forked"
        {
            self.ask_to_fork(replica.id)?;
        }
        let outcomes = outcomes?;
        let signature = self.sign_answer(replica.id, request, &epoch, now, &outcomes)?;
        let mut frames = vec![Frame::Answer { epoch: epoch.clone(), outcomes, now, company, signature }];
        if lags {
            // Also one that is not welcome hears the epoch: it has to send again what was lost.
            frames.push(Frame::Begin { epoch, anew: true, total: 0 });
            return Ok((frames, None));
        }
        if let Err(HeadquartersError::Denied(denial)) = welcome(replica, user) {
            let order = Some(self.sign_order(replica.id, request)?);
            return Err(HeadquartersError::Denied(Denial { order, ..denial }));
        }
        if let Some(cursor) = request.pull.as_ref().and_then(|pull| pull.cursor.as_ref())
            && cursor.epoch == epoch
            && tag(&self.reader(), cursor.revision)?.as_ref() == Some(&cursor.tag)
        {
            self.note_acknowledged(replica.id, cursor.revision);
        }
        Ok((frames, request.pull.as_ref().map(|pull| Stream::new(replica.id, pull, now))))
    }

    /// Takes what a replica did, in its order, where nothing is known of its clock: see [`Headquarters::receive_from`].
    ///
    /// # Errors
    /// The same.
    pub fn receive(
        &self,
        replica: &Replica,
        commands: &[Pushed],
        now: Instant,
    ) -> Result<Vec<Outcome>, HeadquartersError> {
        self.receive_from(replica, commands, (0, 0), now)
    }

    /// Takes what a replica pushed, in its order. A command that was received before has the same outcome again. The replica's
    /// clock is `ahead_millis` ahead: what it tells is done as of when that was here. What it gave up to a place of its order it gave
    /// before it heard of the present epoch.
    ///
    /// # Errors
    /// `device_forked` if another device pushes as this replica; and when the database cannot be written. What was
    /// committed until then keeps its outcomes; the replica asks again.
    pub fn receive_from(
        &self,
        replica: &Replica,
        commands: &[Pushed],
        (ahead_millis, before_epoch_seq): (i64, i64),
        now: Instant,
    ) -> Result<Vec<Outcome>, HeadquartersError> {
        let acknowledged = self.acknowledged(replica.id)?;
        let mut desk = Desk::of(replica, acknowledged, ahead_millis);
        desk.before_epoch_seq = before_epoch_seq;
        std::thread::scope(|scope| self.receive_batches(desk, read_ahead(scope, commands)?, now))
    }

    fn receive_batches<'a>(
        &self,
        mut desk: Desk<'_>,
        batches: impl Iterator<Item = Batch<'a>>,
        now: Instant,
    ) -> Result<Vec<Outcome>, HeadquartersError> {
        let mut memory = Memory::default();
        for batch in batches {
            let mut left = &batch[..];
            while !left.is_empty() {
                left = self.receive_batch(&mut desk, left, &mut memory, now)?;
            }
        }
        Ok(desk.outcomes)
    }

    /// Takes commands in one commit, and those that waited for them in more of them; what is left of the batch then.
    fn receive_batch<'b>(
        &self,
        desk: &mut Desk<'_>,
        batch: &'b [Read<'b>],
        memory: &mut Memory,
        now: Instant,
    ) -> Result<&'b [Read<'b>], HeadquartersError> {
        let store = self.writer();
        let begun = std::time::Instant::now();
        let (new, rest, left, touched) = store.transaction_after(memory, || {
            let (mut commit, mut new) = (None, Vec::with_capacity(batch.len()));
            let (mut rest, mut left) = (None, batch);
            desk.next(&store, batch, now)?;
            if desk.holds
                && let Some(own) = TakeUp::own(&store, desk.replica.id, &mut desk.tried)?
            {
                return Ok((new, Some(own), batch, None));
            }
            while let Some(((pushed, written), others)) = left.split_first() {
                left = others;
                if desk.answers_again(pushed) {
                    continue;
                }
                // What was brought back and refused is not kept: it may come once more, behind what came after it.
                if !written.is_again() {
                    desk.not_forked(pushed)?;
                }
                let commit = match &mut commit {
                    Some(commit) => commit,
                    empty => empty.insert(Commit::after(&store, desk.revision, desk.commits_at)?),
                };
                let outcome = take(&store, commit, desk, pushed, written, now)?;
                new.push(desk.answers(pushed.seq, outcome, pushed.act.clone()));
                if desk.holds {
                    rest = TakeUp::after(&std::mem::take(&mut desk.released)).begin(&store, commit, now)?;
                    desk.looks_again();
                    if rest.is_some() {
                        break;
                    }
                }
            }
            let touched = commit.map(|commit| commit.finish(&mut desk.buckets)).transpose()?;
            desk.revision = touched.as_ref().map_or(desk.revision, |touched| touched.revision);
            Ok::<_, HeadquartersError>((new, rest, left, touched))
        })?;
        drop(store);
        let new: Vec<&Outcome> = new.into_iter().map(|place| &desk.outcomes[place]).collect();
        self.tell_committed(desk.replica.id, &new, begun.elapsed());
        if let Some(touched) = touched {
            self.poke(touched);
        }
        self.take_up(rest)?;
        Ok(left)
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
            let (by_our_clock, now) = (now, after_the_last(&store, now)?);
            // What was counted was so as long before as our clock says.
            command = command.moved_by(i128::from(now) - i128::from(by_our_clock));
            if let Command::OpenTicket(open) = &mut command {
                open.again = false;
                open.number = Headquarters::next_number(&store)?;
            }
            let act = Act {
                id,
                actor_id: user_id,
                replica_id: console_replica_id(),
                occurred_at: now,
                requires: Vec::new(),
                command,
            };
            // As from a device: no text holds the character 0.
            let act = match legible(&serde_json::to_string(&act)?) {
                Cow::Borrowed(_) => act,
                Cow::Owned(text) => serde_json::from_str(&text)?,
            };
            let counted_at = counted_here(&store, &act)?;
            let act = act.as_of(now, counted_at);
            let Some(user) = store.get::<User>(user_id)? else {
                return Ok(Err(Refusal::new(Code::RecordMissing).with("kind", "user").with("id", user_id)));
            };
            let now_seen = scopes_of_user(&store, &user)?;
            let sight = Sight { now: &now_seen, then: None };
            let mut effects = match judge(&store, &sight, &act, Place::Origin)? {
                Ok(effects) => effects,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let mut commit = Commit::begin(&store, now)?;
            let released = match released_by(&act.command) {
                Some(attention_id) => match release(&store, &mut commit, &sight, attention_id, now)? {
                    Ok(command_id) => vec![command_id],
                    Err(refusal) => return Ok(Err(refusal)),
                },
                None => Vec::new(),
            };
            let effect_hash = effect_hash(&effects)?;
            effects.received(now);
            for put in &effects.puts {
                commit.put(put)?;
            }
            let outcome = Outcome {
                id,
                status: if effects.discrepancies.is_empty() { Status::Applied } else { Status::Adjusted },
                refusal: None,
                revision: commit.revision,
                tag: commit.tag.clone(),
                effect_hash,
            };
            let pushed = Pushed {
                id,
                seq: 0,
                version: act.command.version(),
                base_revision: 0,
                act: serde_json::to_string(&act)?,
            };
            commit.keep(&outcome, console_replica_id(), &pushed, 0, now, now)?;
            let rest = TakeUp::after(&released).begin(&store, &mut commit, now)?;
            committed = Some((commit.finish(&mut Buckets::default())?, outcome, rest));
            Ok::<_, HeadquartersError>(Ok(effects))
        })?;
        drop(store);
        if let Some((touched, outcome, rest)) = committed {
            self.tell_committed(console_replica_id(), &[&outcome], begun.elapsed());
            self.poke(touched);
            self.take_up(rest)?;
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
    let (happened_at, is_moved) = desk.happened_at(store, pushed, written, now)?;
    let judgement = match judged(store, commit, desk, pushed, written, (happened_at, is_moved), now) {
        // A row that nobody can read keeps back what rests on it, and not what comes after that.
        Err(HeadquartersError::Store(error @ StoreError::Row { .. })) => {
            tracing::error!(command = %pushed.id, %error, "a command rests on a row that cannot be read, and is held");
            Judgement::Not { status: Status::Held, refusal: Refusal::new(Code::CommandFaulty) }
        }
        judgement => judgement?,
    };
    match judgement {
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
        // What a device brings back that it may not: nothing of it is kept, not even its id, so that another may bring it.
        Judgement::Not { status: Status::Refused | Status::Quarantined, refusal } if written.is_again() => {
            let (tag, revision) = (String::new(), 0);
            return Ok(Outcome { status: Status::Refused, refusal: Some(refusal), revision, tag, ..outcome });
        }
        Judgement::Not { status, refusal } => {
            commit.put(&matter(store, replica, pushed, written, status, &refusal, now)?.into())?;
            if status == Status::Held {
                hold(store, pushed.id, written.shown_name(), &refusal)?;
                desk.holds = true;
            }
            outcome.status = status;
            outcome.refusal = Some(refusal);
        }
    }
    // Whoever judges it again believes no more of its past than is believed now.
    let base_revision = pushed.base_revision.max(desk.acknowledged);
    commit.keep(&outcome, replica.id, pushed, base_revision, happened_at, now)?;
    Ok(outcome)
}

enum Judgement {
    Applied(Effects),
    Not { status: Status, refusal: Refusal },
}

fn judged(
    store: &Store,
    commit: &mut Commit<'_>,
    desk: &mut Desk<'_>,
    pushed: &Pushed,
    written: &Written,
    (happened_at, is_moved): (Instant, bool),
    now: Instant,
) -> Result<Judgement, HeadquartersError> {
    let replica = desk.replica;
    let not = |status, refusal| Ok(Judgement::Not { status, refusal });
    if written.is_beyond_limit {
        let refusal = Refusal::new(Code::FieldTooLong).with("field", "payload").with("limit", MOST_BYTES);
        return not(Status::Refused, refusal);
    }
    if replica.revoked {
        return not(Status::Quarantined, Refusal::new(Code::ReplicaRevoked));
    }
    let Some(act) = &written.act else {
        let refusal =
            Refusal::new(Code::CommandUnknown).with("name", written.shown_name()).with("version", pushed.version);
        return not(Status::Held, refusal);
    };
    if let Some(refusal) = not_theirs(store, act, pushed.id, replica)? {
        return not(Status::Refused, refusal);
    }
    let opened_at = matches!(act.command, Command::OpenTicket(_)).then_some(act.occurred_at);
    if written.is_again() && !desk.may_be_lost(opened_at, now) {
        return not(Status::Refused, Refusal::new(Code::FieldInvalid).with("field", "again").with("value", true));
    }
    let fact = act.command.class() == Class::Fact;
    if !fact {
        for required in &act.requires {
            if desk.was_refused(store, *required)? {
                return not(Status::Held, Refusal::new(Code::RequirementRefused).with("command", required));
            }
        }
    }
    // Intents are judged by what their person may do today.
    let base_revision = fact.then_some(pushed.base_revision);
    let Some(sight) = desk.sight(store, base_revision, now)? else {
        let refusal = Refusal::new(Code::RecordMissing).with("kind", "user").with("id", replica.user_id);
        return not(Status::Quarantined, refusal);
    };
    if matches!(act.command, Command::CountStock(_)) {
        commit.write_commands()?;
    }
    let counted_at = counted_at(store, act, pushed.seq, happened_at, is_moved)?;
    match judge(store, &sight, &act.as_of(happened_at, counted_at), Place::Later)? {
        Ok(mut effects) => {
            if let Some(attention_id) = released_by(&act.command) {
                match release(store, commit, &sight, attention_id, now)? {
                    Ok(command_id) => desk.released.push(command_id),
                    Err(refusal) => return not(Status::Refused, refusal),
                }
            }
            if let Some(refusal) = implausible(act.occurred_at, desk.ahead_millis, now) {
                effects.puts.push(matter(store, replica, pushed, written, Status::Adjusted, &refusal, now)?.into());
                effects.discrepancies.push(refusal);
            }
            Ok(Judgement::Applied(effects))
        }
        Err(refusal) if refusal.code == Code::CommandFaulty => not(Status::Held, refusal),
        // It may come yet, as after a restore: whoever made it has not come back so far.
        Err(refusal)
            if refusal.code == Code::RecordMissing && (fact || desk.was_before_epoch(pushed.seq, happened_at)) =>
        {
            not(Status::Held, refusal)
        }
        // Nothing is lost, and nothing happened: somebody who may decides.
        Err(refusal) if fact && refusal.code.is_barred() => not(Status::Quarantined, refusal),
        Err(refusal) => not(Status::Refused, refusal),
    }
}

/// Does what was quarantined, on behalf of whoever releases it: which command that was, or why it cannot be done. The matter
/// of it is closed by the command that releases.
fn release(
    store: &Store,
    commit: &mut Commit<'_>,
    sight: &Sight<'_>,
    attention_id: Id,
    now: Instant,
) -> Result<Result<Id, Refusal>, HeadquartersError> {
    let missing = |kind: &str, id: Id| Err(Refusal::new(Code::RecordMissing).with("kind", kind).with("id", id));
    let Some(attention) = store.get::<Attention>(attention_id)? else { return Ok(missing("attention", attention_id)) };
    let gone = || missing("command", attention.command_id);
    let sql = "SELECT act, version, replica_id, coalesce(happened_at, received_at), seq FROM command
         WHERE id = $1 AND status = 'quarantined'";
    let id = attention.command_id.to_string();
    let kept: Option<(String, i64, String, i64, i64)> =
        store.one(sql, params![id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
    let Some((text, version, replica_id, happened_at, seq)) = kept else { return Ok(gone()) };
    let Some(act) = Act::read(&text, u32::try_from(version).unwrap_or(0)) else { return Ok(gone()) };
    // What a lost device sent was kept apart before anybody looked whose it is.
    let replica = Id::parse_str(&replica_id).ok().map(|id| store.get::<Replica>(id)).transpose()?.flatten();
    let Some(replica) = replica else { return Ok(gone()) };
    if let Some(refusal) = not_theirs(store, &act, attention.command_id, &replica)? {
        return Ok(Err(refusal));
    }
    let counted_at = counted_at(store, &act, seq, happened_at, false)?;
    let mut effects = match judge_released(store, sight, &act.as_of(happened_at, counted_at))? {
        Ok(effects) => effects,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let effect_hash = effect_hash(&effects)?;
    effects.received(now);
    for put in &effects.puts {
        commit.put(put)?;
    }
    let status = if effects.discrepancies.is_empty() { Status::Applied } else { Status::Adjusted };
    store.execute(
        "UPDATE command SET status = $1, refusal = NULL, revision = $2, effect_hash = $3 WHERE id = $4",
        params![status.name(), commit.revision, effect_hash, id],
    )?;
    commit.judged_again(attention.command_id);
    Ok(Ok(attention.command_id))
}

#[cfg(test)]
#[path = "receive_tests.rs"]
mod tests;
