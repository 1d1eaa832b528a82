//! Reactions to what a commit tells, inside it.

use crate::commit::{Buckets, Commit, Touched};
use crate::error::HeadquartersError;
use crate::headquarters::console_replica_id;
use crate::judge::judge_service;
use outpost_domain::{Act, Command, Happened, Id, Instant, Reaction, Service, Timer, View, derive, react};
use outpost_store::{Store, params};
use outpost_sync::image::effect_hash;
use outpost_sync::protocol::{Outcome, Pushed, Status};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How often in a row something is done about what was done by itself: a ring of reactions ends here.
const DEEPEST: usize = 8;

/// Finishes a commit, after all has been done that follows from what happened in it.
pub(crate) fn finish(
    store: &Store,
    commit: Commit<'_>,
    buckets: &mut Buckets,
    now: Instant,
) -> Result<Touched, HeadquartersError> {
    followed(store, commit, now)?.finish(buckets)
}

/// A commit in which all has been done that follows from what happened in it.
pub(crate) fn followed<'a>(
    store: &Store,
    mut commit: Commit<'a>,
    now: Instant,
) -> Result<Commit<'a>, HeadquartersError> {
    follow(store, &mut commit, now, react)?;
    Ok(commit)
}

/// Does what follows from what happened in a commit, and from what follows from that.
fn follow(
    store: &Store,
    commit: &mut Commit<'_>,
    now: Instant,
    react: impl Fn(&dyn View, &Happened, Instant) -> Vec<Reaction>,
) -> Result<(), HeadquartersError> {
    for _ in 0..DEEPEST {
        let happened = commit.happened();
        if happened.is_empty() {
            return Ok(());
        }
        for happened in happened {
            let name = happened.what.name();
            // One that falls over is a fault of ours, and must not keep from being done what was asked for.
            let reactions = catch_unwind(AssertUnwindSafe(|| react(store, &happened, now))).unwrap_or_else(|_| {
                tracing::error!(event = name, id = %happened.id, "a reaction fell over; nothing follows from this event");
                Vec::new()
            });
            for (n, reaction) in reactions.into_iter().enumerate() {
                match reaction {
                    Reaction::Give(service, command) => {
                        give(store, commit, service, *command, derive(happened.id, &format!("reaction {n}")), now)?;
                    }
                    Reaction::Set { timer, subject_id, due_at } => set(store, timer, subject_id, due_at)?,
                    Reaction::Clear { timer, subject_id } => clear(store, timer, subject_id)?,
                }
            }
        }
    }
    let left: Vec<&str> = commit.happened().iter().map(|happened| happened.what.name()).collect();
    if !left.is_empty() {
        tracing::error!(events = left.join(" "), "reactions follow from each other without an end; they end here");
    }
    Ok(())
}

/// A service gives a command. What it has done already under this id it does not do again.
fn give(
    store: &Store,
    commit: &mut Commit<'_>,
    service: Service,
    command: Command,
    id: Id,
    now: Instant,
) -> Result<(), HeadquartersError> {
    if store.number("SELECT count(*) FROM command WHERE id = $1", params![id.to_string()])? > 0 {
        return Ok(());
    }
    let (actor_id, replica_id) = (service.id(), console_replica_id());
    let act = Act { id, actor_id, replica_id, occurred_at: now, requires: Vec::new(), command };
    let (mut status, mut hash, mut refused) = (Status::Applied, String::new(), None);
    match judge_service(store, &act) {
        Ok(effects) => {
            hash = effect_hash(&effects)?;
            if !effects.discrepancies.is_empty() {
                status = Status::Adjusted;
            }
            commit.apply(effects, now)?;
        }
        Err(refusal) => {
            tracing::warn!(command = %id, name = act.command.name(), ?service, %refusal, "what a service gave was not done");
            (status, refused) = (Status::Refused, Some(refusal));
        }
    }
    let (revision, tag) = (commit.revision, commit.tag.clone());
    let outcome = Outcome { id, status, refusal: refused, revision, tag, effect_hash: hash };
    let (version, text) = (act.command.version(), serde_json::to_string(&act)?);
    let pushed = Pushed { id, seq: 0, version, base_revision: 0, act: text };
    commit.keep(&outcome, replica_id, &pushed, 0, now, now)
}

fn set(store: &Store, timer: Timer, subject_id: Id, due_at: Instant) -> Result<(), HeadquartersError> {
    let sql = "INSERT INTO timer (timer, subject_id, due_at) VALUES ($1, $2, $3)
         ON CONFLICT (timer, subject_id) DO UPDATE SET due_at = excluded.due_at, attempts = 0, error = ''";
    store.execute(sql, params![timer.to_string(), subject_id.to_string(), due_at])?;
    Ok(())
}

fn clear(store: &Store, timer: Timer, subject_id: Id) -> Result<(), HeadquartersError> {
    let sql = "DELETE FROM timer WHERE timer = $1 AND subject_id = $2";
    store.execute(sql, params![timer.to_string(), subject_id.to_string()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Headquarters;
    use outpost_domain::event::TicketTriaged;
    use outpost_domain::ticket::{RemindTicket, Ticket};

    const NOW: Instant = 1_790_000_000_000;

    #[test]
    fn reactions_that_follow_from_each_other_without_an_end_end() {
        let headquarters = Headquarters::in_memory(None, 1000).unwrap();
        headquarters.fill_demo(NOW).unwrap();
        let store = headquarters.writer();
        let ticket = store.select::<Ticket>("WHERE engineer_id IS NULL LIMIT 1", &[]).unwrap().remove(0);
        let mut given = std::cell::Cell::new(0);
        store
            .transaction_with_memory(|| {
                let mut commit = Commit::begin(&store, NOW)?;
                let what = TicketTriaged {}.into();
                commit.tell(Happened { id: Id::from_u128(7), ticket_id: Some(ticket.id), occurred_at: NOW, what });
                follow(&store, &mut commit, NOW, |_, _, _| {
                    given.set(given.get() + 1);
                    vec![Reaction::Give(Service::Reminders, Box::new(RemindTicket { ticket_id: ticket.id }.into()))]
                })?;
                commit.finish(&mut Buckets::default()).map(drop)
            })
            .unwrap();
        assert_eq!(*given.get_mut(), DEEPEST);
    }

    #[test]
    fn a_reaction_that_falls_over_keeps_nothing_from_being_done() {
        let headquarters = Headquarters::in_memory(None, 1000).unwrap();
        let store = headquarters.writer();
        store
            .transaction_with_memory(|| {
                let mut commit = Commit::begin(&store, NOW)?;
                let what = TicketTriaged {}.into();
                commit.tell(Happened { id: Id::from_u128(7), ticket_id: None, occurred_at: NOW, what });
                follow(&store, &mut commit, NOW, |_, _, _| panic!("a reaction that falls over"))
            })
            .unwrap();
    }
}
