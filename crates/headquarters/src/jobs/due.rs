//! Timers that are due. Whichever process takes one away does what follows from it in the same commit, so that it is done once.

use super::reaction::followed;
use crate::commit::{Buckets, Commit, after_the_last};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_app::{Job, Jobs, now};
use outpost_domain::event::TimerDue;
use outpost_domain::{Choice, Happened, Id, Instant, Timer, derive};
use outpost_store::{Store, params};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked whether something is due.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// How many timers are run in one commit: after a standstill there may be a million.
const PORTION: i64 = 200;
/// After how long one is tried again that failed: that, doubled each time, at most the longest.
const AGAIN_AFTER_MILLIS: i64 = 30_000;
const AGAIN_AT_MOST_MILLIS: i64 = 3_600_000;
/// How many rows that cannot be read are passed over.
const MOST_SPOILED: i64 = 100;
/// How often a failure is counted.
const MOST_ATTEMPTS: i64 = 1_000_000;
/// How many characters of what went wrong are kept.
const MOST_SAID: usize = 300;

impl Headquarters {
    /// The timers that are set, the next ones by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn jobs(&self, most: i64, now: Instant) -> Result<Jobs, HeadquartersError> {
        let store = self.reader();
        let sql = "SELECT t.timer, t.subject_id, k.number, t.due_at, t.attempts, t.error
             FROM timer t LEFT JOIN ticket k ON k.id = t.subject_id ORDER BY t.due_at, t.subject_id LIMIT $1";
        let mut next = Vec::new();
        store.each(sql, params![most], |row| {
            let text = |place: usize| row.get::<String>(place);
            next.push(match (text(0), text(1), row.get(3), row.get(4)) {
                (Ok(timer), Ok(subject_id), Ok(due_at), Ok(attempts)) => {
                    Job { timer, subject_id, ticket: row.get(2)?, due_at, attempts, error: row.get(5)? }
                }
                _ => unreadable(),
            });
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(Jobs {
            set: store.number("SELECT count(*) FROM timer", &[])?,
            due: store.number("SELECT count(*) FROM timer WHERE due_at <= $1", params![now])?,
            failing: store.number("SELECT count(*) FROM timer WHERE attempts > 0", &[])?,
            next,
        })
    }

    /// Runs what is due by now, all of it; how many timers that were. One that fails is tried again later, and keeps no other from
    /// being run.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub fn run_due(&self, now: Instant) -> Result<u64, HeadquartersError> {
        let mut ran = 0;
        let mut before = Vec::new();
        loop {
            let due = due(&self.reader(), now, PORTION)?;
            if due.is_empty() {
                return Ok(ran);
            }
            if due == before {
                // It would go on for ever; the next look begins anew.
                return Err(HeadquartersError::System(format!("the timer for {} stays due", due[0].subject_id)));
            }
            ran += due.len() as u64;
            match self.run(&due, now) {
                Ok(()) => {}
                Err(_) if due.len() > 1 => {
                    for timer in &due {
                        if let Err(error) = self.run(std::slice::from_ref(timer), now) {
                            self.failed(timer, &error, now)?;
                        }
                    }
                }
                Err(error) => self.failed(&due[0], &error, now)?,
            }
            before = due;
        }
    }

    /// Runs timers in one commit, as far as they are still due.
    fn run(&self, due: &[Due], now: Instant) -> Result<(), HeadquartersError> {
        let store = self.writer();
        let touched = store.transaction_with_memory(|| {
            let at = after_the_last(&store, now)?;
            let mut commit = Commit::begin(&store, at)?;
            for Due { timer, subject_id, due_at } in due {
                let these = params![timer, subject_id, due_at];
                let which = "WHERE timer = $1 AND subject_id = $2 AND due_at = $3";
                if store.number(&format!("SELECT count(*) FROM timer {which}"), these)? == 0 {
                    // Another process was faster.
                    continue;
                }
                store.execute(&format!("DELETE FROM timer {which}"), these)?;
                let (Some(known), Ok(subject_id)) = (Timer::of(timer), Id::parse_str(subject_id)) else { continue };
                if known.is_newer() {
                    return Err(HeadquartersError::System(format!("only a newer program knows the timer {timer}")));
                }
                let id = derive(subject_id, &format!("timer {timer} {due_at}"));
                let what = TimerDue { timer: known, subject_id }.into();
                commit.tell(Happened { id, ticket_id: None, occurred_at: at, what });
            }
            let commit = followed(&store, commit, at)?;
            commit.has_written().then(|| commit.finish(&mut Buckets::default())).transpose()
        })?;
        drop(store);
        if let Some(touched) = touched {
            self.poke(touched);
        }
        Ok(())
    }

    /// Puts a timer off that could not be run.
    fn failed(&self, due: &Due, error: &HeadquartersError, now: Instant) -> Result<(), HeadquartersError> {
        let Due { timer, subject_id, due_at } = due;
        tracing::error!(timer, subject_id, %error, "what was due could not be done; it is tried again");
        let store = self.writer();
        store.transaction(|| {
            let known = params![timer, subject_id, due_at];
            let sql = "SELECT attempts FROM timer WHERE timer = $1 AND subject_id = $2 AND due_at = $3";
            let Some(attempts) = store.one(sql, known, |row| Ok(row.get::<i64>(0).unwrap_or_default()))? else {
                return Ok(());
            };
            let doubled = AGAIN_AFTER_MILLIS.saturating_mul(1 << attempts.clamp(0, 20));
            let next = now.saturating_add(doubled.min(AGAIN_AT_MOST_MILLIS));
            let said: String = error.to_string().chars().take(MOST_SAID).collect();
            let sql = "UPDATE timer SET due_at = $1, attempts = $2, error = $3 WHERE timer = $4 AND subject_id = $5";
            store
                .execute(sql, params![next, attempts.saturating_add(1).min(MOST_ATTEMPTS), said, timer, subject_id])?;
            Ok(())
        })
    }

    /// Runs what is due as long as the program runs.
    pub async fn run_timers(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK_AFTER).await;
            let this = Arc::clone(&self);
            match tokio::task::spawn_blocking(move || this.run_due(now())).await {
                Ok(Ok(0)) => {}
                Ok(Ok(ran)) => tracing::info!(ran, "timers were due"),
                Ok(Err(error)) => tracing::warn!(%error, "timers cannot be run; trying again"),
                Err(error) => tracing::error!(%error, "timers were not run"),
            }
        }
    }
}

/// A timer that is due, as it is written.
#[derive(PartialEq)]
struct Due {
    timer: String,
    subject_id: String,
    due_at: Instant,
}

/// What is due, as far as it can be read: a row that somebody has spoiled keeps no other from being run.
fn due(store: &Store, now: Instant, most: i64) -> Result<Vec<Due>, HeadquartersError> {
    let sql = "SELECT timer, subject_id, due_at FROM timer WHERE due_at <= $1 ORDER BY due_at, subject_id LIMIT $2";
    let mut due = Vec::new();
    store.each(sql, params![now, most + MOST_SPOILED], |row| {
        if let (Ok(timer), Ok(subject_id), Ok(due_at)) = (row.get(0), row.get(1), row.get(2)) {
            due.push(Due { timer, subject_id, due_at });
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(due)
}

/// What stands for a timer whose row cannot be read.
fn unreadable() -> Job {
    let (timer, subject_id) = ("?".to_owned(), "?".to_owned());
    let error = "this row of the table timer cannot be read; remove it".to_owned();
    Job { timer, subject_id, ticket: None, due_at: 0, attempts: 1, error }
}
