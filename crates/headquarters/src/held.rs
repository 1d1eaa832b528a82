//! What is held: commands that wait for a record, for another command, or for a program that knows them. When that comes
//! they are judged again by themselves; nobody has to think of it.

use crate::commit::{Buckets, Commit, LOOKED_UP};
use crate::desk::{GRACE_MILLIS, Written};
use crate::epoch::after_the_last;
use crate::headquarters::{Headquarters, HeadquartersError};
use crate::judge::{Sight, implausible, judge, not_theirs};
use crate::matter::matter;
use crate::scope::scopes_of_user;
use outpost_app::now;
use outpost_domain::attention::{Attention, matter_id};
use outpost_domain::person::{Replica, User};
use outpost_domain::{Act, Code, Command, Id, Instant, Kind, Place, Refusal};
use outpost_store::{Store, ToSql, params, places};
use outpost_sync::image::effect_hash;
use outpost_sync::protocol::{Pushed, Status};
use std::collections::{BTreeMap, BTreeSet};

/// What waits for a command, and for a program; records are named by their kind.
const COMMAND: &str = "command";
const PROGRAM: &str = "program";

/// Notes what a command waits for that is held for this reason.
pub(crate) fn hold(store: &Store, command_id: Id, name: &str, refusal: &Refusal) -> Result<(), HeadquartersError> {
    let detail = |key: &str| refusal.details.get(key).cloned().unwrap_or_default();
    let (kind, id) = match refusal.code {
        Code::RecordMissing => (detail("kind"), detail("id")),
        Code::RequirementRefused => (COMMAND.to_owned(), detail("command")),
        _ => (PROGRAM.to_owned(), name.to_owned()),
    };
    let sql = "INSERT INTO held (command_id, kind, id) VALUES ($1, $2, $3)
         ON CONFLICT (command_id) DO UPDATE SET kind = excluded.kind, id = excluded.id";
    Ok(store.execute(sql, params![command_id.to_string(), kind, id])?)
}

/// Judges again what waited for the records that a commit has written since it was asked before, and what waited for that: at once,
/// since what its device did after it comes after it. A device that was found again is waited for by all that it had given.
pub(crate) fn take_up(
    store: &Store,
    commit: &mut Commit<'_>,
    released: Vec<Id>,
    now: Instant,
) -> Result<(), HeadquartersError> {
    // What waits may have come with that for which it waits.
    commit.write_commands()?;
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    let mut judged: BTreeSet<Id> = BTreeSet::new();
    let mut done = released;
    loop {
        let mut new: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let records = commit.news().into_iter().map(|(kind, id)| (kind.table().to_owned(), id.to_string()));
        let commands = done.drain(..).map(|id| (COMMAND.to_owned(), id.to_string()));
        for (kind, id) in records.chain(commands).collect::<Vec<_>>() {
            if known.insert((kind.clone(), id.clone())) {
                new.entry(kind).or_default().push(id);
            }
        }
        let mut waiting = Vec::new();
        for (kind, ids) in &new {
            for ids in ids.chunks(LOOKED_UP) {
                waiting.extend(waiting_for(store, kind, ids)?);
                if kind == Kind::Replica.table() {
                    waiting.extend(of_replicas(store, ids)?);
                }
            }
        }
        if waiting.is_empty() {
            return Ok(());
        }
        waiting.sort_unstable_by_key(|held| (held.revision, held.pushed.seq));
        for held in waiting {
            if judged.insert(held.pushed.id) && judge_again(store, commit, &held, now)? {
                done.push(held.pushed.id);
            }
        }
    }
}

/// A command that is held.
struct Held {
    pushed: Pushed,
    replica_id: Id,
    revision: i64,
    refusal: Option<Refusal>,
    happened_at: Instant,
    received_at: Instant,
}

fn waiting_for(store: &Store, kind: &str, ids: &[String]) -> Result<Vec<Held>, HeadquartersError> {
    let mut params: Vec<&dyn ToSql> = vec![&kind];
    params.extend(ids.iter().map(|id| id as &dyn ToSql));
    held_where(store, &format!("h.kind = $1 AND h.id IN ({})", places(2, ids.len())), &params)
}

/// All that these replicas had given and that is held, whatever it waits for.
fn of_replicas(store: &Store, ids: &[String]) -> Result<Vec<Held>, HeadquartersError> {
    let params: Vec<&dyn ToSql> = ids.iter().map(|id| id as &dyn ToSql).collect();
    held_where(store, &format!("c.replica_id IN ({})", places(1, ids.len())), &params)
}

fn held_where(store: &Store, condition: &str, params: &[&dyn ToSql]) -> Result<Vec<Held>, HeadquartersError> {
    let sql = format!(
        "SELECT c.id, c.replica_id, c.seq, c.act, c.base_revision, c.version, c.revision, c.refusal,
                coalesce(c.happened_at, c.received_at), c.received_at
         FROM held h JOIN command c ON c.id = h.command_id WHERE {condition}"
    );
    let id = |text: String| Id::parse_str(&text).unwrap_or_default();
    Ok(store.rows(&sql, params, |row| {
        let version = u32::try_from(row.get::<i64>(5)?).unwrap_or(0);
        let (seq, act, base_revision) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let refusal = row.get::<Option<String>>(7)?;
        Ok(Held {
            pushed: Pushed { id: id(row.get(0)?), seq, version, base_revision, act },
            replica_id: id(row.get(1)?),
            revision: row.get(6)?,
            refusal: refusal.and_then(|refusal| serde_json::from_str(&refusal).ok()),
            happened_at: row.get(8)?,
            received_at: row.get(9)?,
        })
    })?)
}

/// Judges one again: whether it was done.
fn judge_again(store: &Store, commit: &mut Commit<'_>, held: &Held, now: Instant) -> Result<bool, HeadquartersError> {
    let pushed = &held.pushed;
    let id = pushed.id.to_string();
    let Some(replica) = store.get::<Replica>(held.replica_id)?.filter(|replica| !replica.revoked) else {
        return Ok(false);
    };
    let Some(user) = store.get::<User>(replica.user_id)? else { return Ok(false) };
    let Some(act) = Act::read(&pushed.act, pushed.version) else { return Ok(false) };
    let seen = scopes_of_user(store, &user)?;
    let fact = act.command.class() == outpost_domain::Class::Fact;
    let then = match fact {
        true => Headquarters::scopes_at(store, replica.id, pushed.base_revision, now - GRACE_MILLIS)?,
        false => None,
    };
    let sight = Sight { now: &seen, then: then.as_ref().map(|then| (pushed.base_revision, then)) };
    // One that no program knew was held before anybody looked whose it is.
    let judged = match not_theirs(store, &act, pushed.id, &replica)? {
        None => judge(store, &sight, &act.as_of(held.happened_at, false), Place::Later)?,
        Some(refusal) => Err(refusal),
    };
    let (status, hash, refusal) = match judged {
        Ok(mut effects) => {
            if let Some(refusal) = implausible(act.occurred_at, 0, held.received_at) {
                let written = Written::read(pushed);
                let told = matter(store, &replica, pushed, &written, Status::Adjusted, &refusal, now)?;
                effects.puts.push(told.into());
                effects.discrepancies.push(refusal);
            }
            let hash = effect_hash(&effects)?;
            effects.received(now);
            for put in &effects.puts {
                commit.put(put)?;
            }
            let fits = effects.discrepancies.is_empty();
            (if fits { Status::Applied } else { Status::Adjusted }, hash, None)
        }
        Err(refusal) if refusal.code == Code::RecordMissing => {
            // Something else that it rests on is not there either.
            hold(store, pushed.id, act.command.name(), &refusal)?;
            return Ok(false);
        }
        Err(refusal) if refusal.code == Code::CommandFaulty => return Ok(false),
        Err(refusal) => {
            let barred = fact && refusal.code.is_barred();
            (if barred { Status::Quarantined } else { Status::Refused }, String::new(), Some(refusal))
        }
    };
    let said = refusal.as_ref().map(serde_json::to_string).transpose()?;
    store.execute(
        "UPDATE command SET status = $1, refusal = $2, revision = $3, effect_hash = $4 WHERE id = $5",
        params![status.name(), said, commit.revision, hash, id],
    )?;
    commit.judged_again(pushed.id);
    store.execute("DELETE FROM held WHERE command_id = $1", params![id])?;
    // The matter that told that it waits is over.
    if let Some(code) = held.refusal.as_ref().map(|refusal| refusal.code)
        && let Some(waited) = store.get::<Attention>(matter_id(pushed.id, code))?
        && waited.resolved_at.is_none()
    {
        commit.put(&Attention { resolved_at: Some(now), ..waited }.into())?;
    }
    if let Some(refusal) = &refusal {
        commit.put(&matter(store, &replica, pushed, &Written::read(pushed), status, refusal, now)?.into())?;
    }
    tracing::info!(command = %pushed.id, ?status, "what was held was judged again");
    Ok(status.is_done())
}

impl Headquarters {
    /// Judges again what an older program did not know, or fell over.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub(crate) fn take_up_known(&self) -> Result<(), HeadquartersError> {
        let names: Vec<String> = Command::NAMES.iter().map(|name| (*name).to_owned()).collect();
        if waiting_for(&self.reader(), PROGRAM, &names)?.is_empty() {
            return Ok(());
        }
        let store = self.writer();
        let touched = store.transaction_with_memory(|| {
            let mut waiting = waiting_for(&store, PROGRAM, &names)?;
            waiting.sort_unstable_by_key(|held| (held.revision, held.pushed.seq));
            let now = after_the_last(&store, now())?;
            let mut commit = Commit::begin(&store, now)?;
            for held in waiting {
                if judge_again(&store, &mut commit, &held, now)? {
                    take_up(&store, &mut commit, vec![held.pushed.id], now)?;
                }
            }
            if !commit.has_written() {
                return Ok::<_, HeadquartersError>(None);
            }
            Ok(Some(commit.finish(&mut Buckets::default())?))
        })?;
        drop(store);
        if let Some(touched) = touched {
            self.poke(touched);
        }
        Ok(())
    }
}
