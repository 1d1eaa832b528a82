//! What is held: commands that wait for a record, for another command, or for a program that knows them. When that comes
//! they are judged again by themselves; nobody has to think of it.

use super::attention::matter;
use super::sender::{GRACE_MILLIS, Written};
use crate::commit::{Buckets, Commit, LOOKED_UP, after_the_last};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use crate::jobs;
use crate::judge::{Sight, counted_at, implausible, judge, not_theirs};
use crate::visibility::scopes_of_user;
use outpost_app::now;
use outpost_domain::attention::{Attention, matter_id};
use outpost_domain::person::{Replica, User};
use outpost_domain::{Act, Code, Command, Id, Instant, Kind, Pass, Refusal};
use outpost_store::{Store, StoreError, ToSql, params, places};
use outpost_sync::image::effect_hash;
use outpost_sync::protocol::{Pushed, Status};
use parking_lot::MutexGuard;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

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

/// How many are judged again in one commit: others want to write as well.
const PORTION: usize = 200;

/// What waited for something that has come, and what waited for that. It is judged again at once, since what its device did after it
/// comes after it; what one commit does not hold comes in those that follow at once. A device that was found again is waited for by
/// all that it had given.
#[derive(Debug, Default)]
pub(crate) struct TakeUp {
    /// The records and commands that have come: those that nobody has looked at yet who waits for them, and the others.
    new: Vec<Name>,
    known: BTreeSet<Name>,
    /// The commands that are still to be judged, and those that were.
    waiting: VecDeque<Id>,
    judged: BTreeSet<Id>,
}

/// A record by its kind, or a command.
pub(crate) type Name = (String, String);

impl TakeUp {
    /// What waits for commands that were released.
    pub(crate) fn after(released: &[Id]) -> TakeUp {
        TakeUp { new: released.iter().map(command).collect(), ..TakeUp::default() }
    }

    /// What waits for these; nothing where there are none.
    fn of(new: Vec<Name>) -> Option<TakeUp> {
        (!new.is_empty()).then(|| TakeUp { new, ..TakeUp::default() })
    }

    /// What a replica gave before, and what waits for it, where that could be done now, except for what was tried: it comes before
    /// what the replica does next, whichever process is taking it up, or was.
    pub(crate) fn own(
        store: &Store,
        replica_id: Id,
        tried: &mut BTreeSet<Name>,
    ) -> Result<Option<TakeUp>, HeadquartersError> {
        let mut new = come(store, Some(replica_id))?;
        new.retain(|name| tried.insert(name.clone()));
        Ok(TakeUp::of(new))
    }

    /// Judges what waits for what a commit has written; what of it is left for those that follow.
    pub(crate) fn begin(
        mut self,
        store: &Store,
        commit: &mut Commit<'_>,
        now: Instant,
    ) -> Result<Option<TakeUp>, HeadquartersError> {
        let is_all = store.number("SELECT count(*) FROM held", &[])? == 0 || self.go_on(store, commit, now)?;
        Ok((!is_all).then_some(self))
    }

    /// Judges what waits for what a commit has written since this was asked before. Whether that was all.
    fn go_on(&mut self, store: &Store, commit: &mut Commit<'_>, now: Instant) -> Result<bool, HeadquartersError> {
        // What waits may have come with that for which it waits.
        commit.write_commands()?;
        let mut left = PORTION;
        loop {
            while left > 0 && !self.waiting.is_empty() {
                let part = self.waiting.drain(..self.waiting.len().min(left).min(LOOKED_UP));
                let part: Vec<Id> = part.collect();
                left -= part.len();
                for held in held_named(store, &part)? {
                    match judge_again(store, commit, &held, now) {
                        Ok(true) => self.new.push(command(&held.pushed.id)),
                        Ok(false) => {}
                        // It goes on waiting, and keeps nobody from anything else: headquarters has to open to be repaired.
                        Err(HeadquartersError::Store(error @ StoreError::Row { .. })) => {
                            tracing::error!(command = %held.pushed.id, %error, "what is held rests on a row that cannot be read");
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
            let written = commit.news().into_iter().map(|(kind, id)| (kind.table().to_owned(), id.to_string()));
            self.new.extend(written);
            if !self.waiting.is_empty() {
                return Ok(false);
            }
            let mut new: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (kind, id) in std::mem::take(&mut self.new) {
                if self.known.insert((kind.clone(), id.clone())) {
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
            waiting.sort_unstable();
            let judged = &mut self.judged;
            self.waiting = waiting.into_iter().map(|(.., id)| id).filter(|id| judged.insert(*id)).collect();
            if self.waiting.is_empty() {
                return Ok(true);
            }
        }
    }
}

fn command(id: &Id) -> Name {
    (COMMAND.to_owned(), id.to_string())
}

/// A command that is held, behind its place: the commit that took it, and where it stood among those of its replica.
type Waiting = (i64, i64, Id);

fn waiting_for(store: &Store, kind: &str, ids: &[String]) -> Result<Vec<Waiting>, HeadquartersError> {
    let mut params: Vec<&dyn ToSql> = vec![&kind];
    params.extend(ids.iter().map(|id| id as &dyn ToSql));
    waiting_where(store, &format!("h.kind = $1 AND h.id IN ({})", places(2, ids.len())), &params)
}

/// All that these replicas had given and that is held, whatever it waits for.
fn of_replicas(store: &Store, ids: &[String]) -> Result<Vec<Waiting>, HeadquartersError> {
    let params: Vec<&dyn ToSql> = ids.iter().map(|id| id as &dyn ToSql).collect();
    waiting_where(store, &format!("c.replica_id IN ({})", places(1, ids.len())), &params)
}

fn waiting_where(store: &Store, condition: &str, params: &[&dyn ToSql]) -> Result<Vec<Waiting>, HeadquartersError> {
    let sql =
        format!("SELECT c.revision, c.seq, c.id FROM held h JOIN command c ON c.id = h.command_id WHERE {condition}");
    let id = |text: String| Id::parse_str(&text).unwrap_or_default();
    Ok(store.rows(&sql, params, |row| Ok((row.get(0)?, row.get(1)?, id(row.get(2)?))))?)
}

/// For what commands wait that is here, of one replica or of all. What waits for a program is not among it: one that fell over falls
/// over again.
fn come(store: &Store, replica_id: Option<Id>) -> Result<Vec<Name>, HeadquartersError> {
    let theirs = replica_id.map(|id| id.to_string());
    let given = "held h JOIN command c ON c.id = h.command_id";
    let whose = "($1 = '' OR c.replica_id = $1)";
    let mut come = Vec::new();
    let params = params![theirs.unwrap_or_default()];
    for kind in
        store.rows(&format!("SELECT DISTINCT h.kind FROM {given} WHERE {whose}"), params, |row| row.get::<String>(0))?
    {
        let here = match Kind::from_table(&kind) {
            Some(kind) => format!("JOIN {} t ON t.id = h.id", kind.table()),
            None if kind == COMMAND => {
                "JOIN command t ON t.id = h.id AND t.status IN ('applied', 'adjusted')".to_owned()
            }
            None => continue,
        };
        let sql = format!("SELECT DISTINCT h.id FROM {given} {here} WHERE {whose} AND h.kind = $2");
        let ids = store.rows(&sql, &[params[0], &kind], |row| row.get::<String>(0))?;
        come.extend(ids.into_iter().map(|id| (kind.clone(), id)));
    }
    Ok(come)
}

/// A command that is held.
struct Held {
    pushed: Pushed,
    replica_id: Id,
    refusal: Option<Refusal>,
    happened_at: Instant,
    received_at: Instant,
}

/// Those of these commands that are still held, in the order of their places.
fn held_named(store: &Store, ids: &[Id]) -> Result<Vec<Held>, HeadquartersError> {
    let names: Vec<String> = ids.iter().map(Id::to_string).collect();
    let params: Vec<&dyn ToSql> = names.iter().map(|name| name as &dyn ToSql).collect();
    let sql = format!(
        "SELECT c.id, c.replica_id, c.seq, c.act, c.base_revision, c.version, c.refusal,
                coalesce(c.happened_at, c.received_at), c.received_at
         FROM held h JOIN command c ON c.id = h.command_id WHERE h.command_id IN ({}) ORDER BY c.revision, c.seq, c.id",
        places(1, names.len())
    );
    let id = |text: String| Id::parse_str(&text).unwrap_or_default();
    Ok(store.rows(&sql, &params, |row| {
        let version = u32::try_from(row.get::<i64>(5)?).unwrap_or(0);
        let (seq, act, base_revision) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let refusal = row.get::<Option<String>>(6)?;
        Ok(Held {
            pushed: Pushed { id: id(row.get(0)?), seq, version, base_revision, act },
            replica_id: id(row.get(1)?),
            refusal: refusal.and_then(|refusal| serde_json::from_str(&refusal).ok()),
            happened_at: row.get(7)?,
            received_at: row.get(8)?,
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
        None => {
            let counted_at = counted_at(store, &act, pushed.seq, held.happened_at, false)?;
            judge(store, &sight, &act.as_of(held.happened_at, counted_at), Pass::Headquarters)?
        }
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
            let fits = effects.discrepancies.is_empty();
            commit.apply(effects, now)?;
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
    /// Goes on with what waits and did not find room in the commit before, each time in another commit: whoever wants to write
    /// meanwhile comes in between, and takes up first what is their own.
    ///
    /// # Errors
    /// When the database cannot be read or written. What was committed is done; the rest is taken up later.
    pub(crate) fn take_up(&self, waiting: Option<TakeUp>) -> Result<(), HeadquartersError> {
        let Some(mut waiting) = waiting else { return Ok(()) };
        loop {
            let store = self.writer();
            let (is_all, touched) = store.transaction_with_memory(|| {
                let now = after_the_last(&store, now())?;
                let mut commit = Commit::begin(&store, now)?;
                let is_all = waiting.go_on(&store, &mut commit, now)?;
                let touched = commit
                    .has_written()
                    .then(|| jobs::finish(&store, commit, &mut Buckets::default(), now))
                    .transpose()?;
                Ok::<_, HeadquartersError>((is_all, touched))
            })?;
            MutexGuard::unlock_fair(store);
            if let Some(touched) = touched {
                self.poke(touched);
            }
            if is_all {
                return Ok(());
            }
        }
    }

    /// Judges again what waits for something that is here: a process was ended amid taking it up.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub(crate) fn take_up_come(&self) -> Result<(), HeadquartersError> {
        let come = come(&self.reader(), None)?;
        self.take_up(TakeUp::of(come))
    }

    /// The same, and what an older program did not know, or fell over.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub(crate) fn take_up_known(&self) -> Result<(), HeadquartersError> {
        let store = self.reader();
        let names = store.rows("SELECT DISTINCT id FROM held WHERE kind = $1", params![PROGRAM], |row| row.get(0))?;
        let known = names.into_iter().filter(|name: &String| Command::NAMES.contains(&name.as_str()));
        let mut new: Vec<Name> = known.map(|name| (PROGRAM.to_owned(), name)).collect();
        new.extend(come(&store, None)?);
        drop(store);
        self.take_up(TakeUp::of(new))
    }
}
