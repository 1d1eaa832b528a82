//! Taking commands. Each is stored with its outcome before it is acknowledged, and its effects happen once.

mod attention;
mod batch;
mod give;
mod held;
mod import;
mod own;
mod release;
mod sender;

use attention::matter;
use batch::{Batch, Read, read_ahead};
use held::{TakeUp, hold};
use release::release;
use sender::{Sender, Written};

use crate::access::welcome;
use crate::commit::{Commit, tag};
use crate::delivery::Stream;
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use crate::jobs;
use crate::judge::{counted_at, implausible, judge, not_theirs, released_by};
use outpost_domain::person::{Replica, User};
use outpost_domain::{Class, Code, Command, Effects, Id, Instant, MOST_BYTES, Pass, Refusal};
use outpost_store::{Memory, Store, StoreError};
use outpost_sync::image::effect_hash;
use outpost_sync::protocol::{Denial, Frame, Outcome, Pushed, Status, SyncRequest};

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
        let mut sender = Sender::of(replica, acknowledged, ahead_millis);
        sender.before_epoch_seq = before_epoch_seq;
        std::thread::scope(|scope| self.receive_batches(sender, read_ahead(scope, commands)?, now))
    }

    fn receive_batches<'a>(
        &self,
        mut sender: Sender<'_>,
        batches: impl Iterator<Item = Batch<'a>>,
        now: Instant,
    ) -> Result<Vec<Outcome>, HeadquartersError> {
        let mut memory = Memory::default();
        for batch in batches {
            let mut left = &batch[..];
            while !left.is_empty() {
                left = self.receive_batch(&mut sender, left, &mut memory, now)?;
            }
        }
        Ok(sender.outcomes)
    }

    /// Takes commands in one commit, and those that waited for them in more of them; what is left of the batch then.
    fn receive_batch<'b>(
        &self,
        sender: &mut Sender<'_>,
        batch: &'b [Read<'b>],
        memory: &mut Memory,
        now: Instant,
    ) -> Result<&'b [Read<'b>], HeadquartersError> {
        let store = self.writer();
        let begun = std::time::Instant::now();
        let (new, rest, left, touched) = store.transaction_after(memory, || {
            let (mut commit, mut new) = (None, Vec::with_capacity(batch.len()));
            let (mut rest, mut left) = (None, batch);
            sender.next(&store, batch, now)?;
            if sender.holds
                && let Some(own) = TakeUp::own(&store, sender.replica.id, &mut sender.tried)?
            {
                return Ok((new, Some(own), batch, None));
            }
            while let Some(((pushed, written), others)) = left.split_first() {
                left = others;
                if sender.answers_again(pushed) {
                    continue;
                }
                // What was brought back and refused is not kept: it may come once more, behind what came after it.
                if !written.is_again() {
                    sender.not_forked(pushed)?;
                }
                let commit = match &mut commit {
                    Some(commit) => commit,
                    empty => empty.insert(Commit::after(&store, sender.revision, sender.commits_at)?),
                };
                let outcome = take(&store, commit, sender, pushed, written, now)?;
                new.push(sender.answers(pushed.seq, outcome, pushed.act.clone()));
                if sender.holds {
                    rest = TakeUp::after(&std::mem::take(&mut sender.released)).begin(&store, commit, now)?;
                    sender.looks_again();
                    if rest.is_some() {
                        break;
                    }
                }
            }
            let touched = commit.map(|commit| jobs::finish(&store, commit, &mut sender.buckets, now)).transpose()?;
            sender.revision = touched.as_ref().map_or(sender.revision, |touched| touched.revision);
            Ok::<_, HeadquartersError>((new, rest, left, touched))
        })?;
        drop(store);
        let new: Vec<&Outcome> = new.into_iter().map(|place| &sender.outcomes[place]).collect();
        self.tell_committed(sender.replica.id, &new, begun.elapsed());
        if let Some(touched) = touched {
            self.poke(touched);
        }
        self.take_up(rest)?;
        Ok(left)
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

fn take(
    store: &Store,
    commit: &mut Commit<'_>,
    sender: &mut Sender<'_>,
    pushed: &Pushed,
    written: &Written,
    now: Instant,
) -> Result<Outcome, HeadquartersError> {
    let replica = sender.replica;
    let mut outcome = Outcome {
        id: pushed.id,
        status: Status::Applied,
        refusal: None,
        revision: commit.revision,
        tag: commit.tag.clone(),
        effect_hash: String::new(),
    };
    let (happened_at, is_moved) = sender.happened_at(store, pushed, written, now)?;
    let judgement = match judged(store, commit, sender, pushed, written, (happened_at, is_moved), now) {
        // A row that nobody can read keeps back what rests on it, and not what comes after that.
        Err(HeadquartersError::Store(error @ StoreError::Row { .. })) => {
            tracing::error!(command = %pushed.id, %error, "a command rests on a row that cannot be read, and is held");
            Judgement::Not { status: Status::Held, refusal: Refusal::new(Code::CommandFaulty) }
        }
        judgement => judgement?,
    };
    match judgement {
        Judgement::Applied(effects) => {
            outcome.effect_hash = effect_hash(&effects)?;
            sender.changes(&effects);
            if !effects.discrepancies.is_empty() {
                outcome.status = Status::Adjusted;
            }
            commit.apply(effects, now)?;
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
                sender.holds = true;
            }
            outcome.status = status;
            outcome.refusal = Some(refusal);
        }
    }
    // Whoever judges it again believes no more of its past than is believed now.
    let base_revision = pushed.base_revision.max(sender.acknowledged);
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
    sender: &mut Sender<'_>,
    pushed: &Pushed,
    written: &Written,
    (happened_at, is_moved): (Instant, bool),
    now: Instant,
) -> Result<Judgement, HeadquartersError> {
    let replica = sender.replica;
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
    if written.is_again() && !sender.may_be_lost(opened_at, now) {
        return not(Status::Refused, Refusal::new(Code::FieldInvalid).with("field", "again").with("value", true));
    }
    let fact = act.command.class() == Class::Fact;
    if !fact {
        for required in &act.requires {
            if sender.was_refused(store, *required)? {
                return not(Status::Held, Refusal::new(Code::RequirementRefused).with("command", required));
            }
        }
    }
    // Intents are judged by what their person may do today.
    let base_revision = fact.then_some(pushed.base_revision);
    let Some(sight) = sender.sight(store, base_revision, now)? else {
        let refusal = Refusal::new(Code::RecordMissing).with("kind", "user").with("id", replica.user_id);
        return not(Status::Quarantined, refusal);
    };
    if matches!(act.command, Command::CountStock(_)) {
        commit.write_commands()?;
    }
    let counted_at = counted_at(store, act, pushed.seq, happened_at, is_moved)?;
    match judge(store, &sight, &act.as_of(happened_at, counted_at), Pass::Headquarters)? {
        Ok(mut effects) => {
            if let Some(attention_id) = released_by(&act.command) {
                match release(store, commit, &sight, attention_id, now)? {
                    Ok(command_id) => sender.released.push(command_id),
                    Err(refusal) => return not(Status::Refused, refusal),
                }
            }
            if let Some(refusal) = implausible(act.occurred_at, sender.ahead_millis, now) {
                effects.puts.push(matter(store, replica, pushed, written, Status::Adjusted, &refusal, now)?.into());
                effects.discrepancies.push(refusal);
            }
            Ok(Judgement::Applied(effects))
        }
        Err(refusal) if refusal.code == Code::CommandFaulty => not(Status::Held, refusal),
        // It may come yet, as after a restore: whoever made it has not come back so far.
        Err(refusal)
            if refusal.code == Code::RecordMissing && (fact || sender.was_before_epoch(pushed.seq, happened_at)) =>
        {
            not(Status::Held, refusal)
        }
        // Nothing is lost, and nothing happened: somebody who may decides.
        Err(refusal) if fact && refusal.code.is_barred() => not(Status::Quarantined, refusal),
        Err(refusal) => not(Status::Refused, refusal),
    }
}

#[cfg(test)]
mod tests;
