//! What a person at headquarters does: at the console, and on behalf of what lies there.

use super::held::TakeUp;
use super::release::release;
use crate::commit::{Buckets, Commit, after_the_last};
use crate::error::HeadquartersError;
use crate::headquarters::{Headquarters, console_replica_id};
use crate::jobs;
use crate::judge::{Sight, counted_here, judge, released_by};
use crate::visibility::scopes_of_user;
use outpost_domain::person::User;
use outpost_domain::{Act, Code, Command, Effects, Id, Instant, Pass, Refusal, legible};
use outpost_sync::image::effect_hash;
use outpost_sync::protocol::{Outcome, Pushed, Status};
use std::borrow::Cow;

impl Headquarters {
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
            let effects = match judge(&store, &sight, &act, Pass::Origin)? {
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
            let (given, fits) = (effects.clone(), effects.discrepancies.is_empty());
            commit.apply(effects, now)?;
            let outcome = Outcome {
                id,
                status: if fits { Status::Applied } else { Status::Adjusted },
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
            committed = Some((jobs::finish(&store, commit, &mut Buckets::default(), now)?, outcome, rest));
            Ok::<_, HeadquartersError>(Ok(given))
        })?;
        drop(store);
        if let Some((touched, outcome, rest)) = committed {
            self.tell_committed(console_replica_id(), &[&outcome], begun.elapsed());
            self.poke(touched);
            self.take_up(rest)?;
        }
        Ok(given)
    }
}
