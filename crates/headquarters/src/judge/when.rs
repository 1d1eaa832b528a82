//! When something happened: a device's clock may be wrong, and be put right before anybody hears of it.

use crate::error::HeadquartersError;
use outpost_domain::stock::{CountStock, Stand};
use outpost_domain::{Act, Code, Command, Envelope, Id, Instant, Refusal, SAME_TIME_MILLIS};
use outpost_store::{Store, StoreError, params};
use serde::Deserialize;

/// How long ago something can have happened that comes now.
const EARLIEST_MILLIS: i64 = 400 * 86_400_000;

/// A clock that is wrong by ten years tells nothing.
const NO_TIME_MILLIS: i64 = 3_660 * 86_400_000;

/// How many commands a device gives at most between counting and confirming what was counted.
const GIVEN_MEANWHILE: i64 = 200;

/// When something happened that a device tells of, by headquarters' clock, as far as its own says: by how much that is wrong was
/// measured when it told it. None if it is so wrong that it says nothing.
pub(crate) fn told_at(told: Instant, ahead_millis: i64) -> Option<Instant> {
    let wrong_by = ahead_millis.saturating_abs();
    let right = if wrong_by > SAME_TIME_MILLIS { told.saturating_sub(ahead_millis) } else { told };
    (wrong_by < NO_TIME_MILLIS).then_some(right)
}

/// A moment at which something can have happened that comes now, not before another.
pub(crate) fn possible(at: Instant, not_before: Instant, now: Instant) -> Instant {
    at.clamp(now.saturating_sub(EARLIEST_MILLIS).max(not_before).min(now), now)
}

/// What is to be said of a device that told a moment at which nothing can have happened, by its clock as it was measured: a year
/// 1970 or 9999 in a ticket's history helps nobody, and a clock that jumped in between may have spoiled a count.
pub(crate) fn implausible(told: Instant, ahead_millis: i64, received_at: Instant) -> Option<Refusal> {
    const LATEST_MILLIS: i64 = 86_400_000;
    let plausible = received_at.saturating_sub(EARLIEST_MILLIS)..=received_at.saturating_add(LATEST_MILLIS);
    if told_at(told, ahead_millis).is_some_and(|at| plausible.contains(&at)) {
        return None;
    }
    Some(Refusal::new(Code::ClockImplausible).with("occurred_at", told).with("received_at", received_at))
}

/// When something was counted that was confirmed at a moment; none for a command that counts nothing. A clock that is wrong is wrong
/// about both. If nobody knows by how much (`is_moved`), it was counted as late as it can have been: after all that whoever counted
/// had been told. What the same device did before and after it began to count comes before and after: the count says after what it was
/// made, or else the clock that the device had then says it.
pub(crate) fn counted_at(
    store: &Store,
    act: &Act,
    seq: i64,
    confirmed_at: Instant,
    is_moved: bool,
) -> Result<Option<Instant>, HeadquartersError> {
    let Command::CountStock(CountStock { counted_at, after, part_id, .. }) = &act.command else { return Ok(None) };
    let before = act.occurred_at.saturating_sub(*counted_at);
    let was_put_back = before < 0;
    let at = if is_moved || was_put_back { confirmed_at } else { confirmed_at.saturating_sub(before) };
    // What comes by hand comes without its place.
    if seq <= 0 {
        return Ok(Some(at));
    }
    if let Some(after) = after {
        let (not_before, not_after) = between(store, act.replica_id, *part_id, *after, seq)?;
        return Ok(Some(at.min(not_after).max(not_before).min(confirmed_at)));
    }
    let (mut not_before, mut first, mut told_next) = (Instant::MIN, None, act.occurred_at);
    for (told, happened_at) in given_before(store, act.replica_id, seq)? {
        // One that a clock tells which has been put back since was given before that, as the count was unless it says more as well.
        if told <= *counted_at || (told > told_next && !was_put_back) {
            not_before = happened_at;
            break;
        }
        (first, told_next) = (Some((told, happened_at)), told);
    }
    let Some((told, happened_at)) = first else { return Ok(Some(at.max(not_before))) };
    // The first that it gave after it had begun to count says by how much its clock was wrong then, as far as anybody knows.
    let wrong_by = |told: Instant, at: Instant| i128::from(told) - i128::from(at);
    let differ = wrong_by(told, happened_at) - wrong_by(act.occurred_at, confirmed_at);
    let not_after = happened_at.saturating_sub(1);
    let at = if differ.unsigned_abs() > SAME_TIME_MILLIS.unsigned_abs().into() { not_after } else { at.min(not_after) };
    Ok(Some(at.max(not_before)))
}

/// Between which moments somebody counted a part who had come so far and gave it as the command of a place in their replica's order:
/// after what they had been told and what they had given, before the first that they gave next and that moved this part.
fn between(
    store: &Store,
    replica_id: Id,
    part_id: Id,
    after: Stand,
    seq: i64,
) -> Result<(Instant, Instant), HeadquartersError> {
    let (replica_id, given) = (replica_id.to_string(), after.seq.clamp(0, seq - 1));
    let told = committed_at(store, after.revision)?;
    // Each comes after the one before it.
    let sql = "SELECT coalesce(happened_at, received_at) FROM command
         WHERE replica_id = $1 AND seq > 0 AND seq <= $2 ORDER BY seq DESC LIMIT 1";
    let before = store.one(sql, params![replica_id, given], |row| row.get::<Instant>(0))?;
    let sql = "SELECT act, coalesce(happened_at, received_at) FROM command
         WHERE replica_id = $1 AND seq > $2 AND seq < $3 ORDER BY seq LIMIT $4";
    let since = params![replica_id, given, seq, GIVEN_MEANWHILE];
    let since = store.rows(sql, since, |row| Ok((row.get::<String>(0)?, row.get::<Instant>(1)?)))?;
    let next = since.into_iter().find(|(act, _)| moves(act, part_id)).map(|(_, happened_at)| happened_at);
    Ok((told.max(before).unwrap_or(Instant::MIN), next.map_or(Instant::MAX, |next| next.saturating_sub(1))))
}

/// When a commit was made; none for one that nobody has made.
fn committed_at(store: &Store, revision: i64) -> Result<Option<Instant>, StoreError> {
    store.one("SELECT committed_at FROM revision WHERE revision = $1", params![revision], |row| row.get(0))
}

/// Whether a command moves a part.
fn moves(act: &str, moved_id: Id) -> bool {
    #[derive(Deserialize)]
    struct Named {
        part_id: Option<Id>,
        // Of what is brought back, only the use is named.
        movement_id: Option<Id>,
    }
    let named = Envelope::read(act).ok().and_then(|envelope| envelope.payload::<Named>().ok());
    named.is_some_and(|named| named.part_id == Some(moved_id) || named.movement_id.is_some())
}

/// When something was counted at the console: after what was there when that was begun, before what the same person moved since. None
/// for a command that counts nothing, or does not say after what.
pub(crate) fn counted_here(store: &Store, act: &Act) -> Result<Option<Instant>, HeadquartersError> {
    let Command::CountStock(CountStock { counted_at, after: Some(after), part_id, location_id, .. }) = &act.command
    else {
        return Ok(None);
    };
    let Some(told) = committed_at(store, after.revision)? else { return Ok(None) };
    let sql = "SELECT min(occurred_at) FROM stock_movement WHERE part_id = $1 AND occurred_at > $2 AND received_at > $2
         AND actor_id = $3 AND (from_id = $4 OR to_id = $4)";
    let (part_id, location_id) = (part_id.to_string(), location_id.to_string());
    let moved = params![part_id, told, act.actor_id.to_string(), location_id];
    let next = store.one(sql, moved, |row| row.get::<Option<Instant>>(0))?.flatten();
    let not_after = next.map_or(Instant::MAX, |next| next.saturating_sub(1));
    Ok(Some((*counted_at).min(not_after).max(told).min(act.occurred_at)))
}

/// What a device gave before a place in its order, the newest first: by its clock, and when it happened.
fn given_before(store: &Store, replica_id: Id, seq: i64) -> Result<Vec<(Instant, Instant)>, HeadquartersError> {
    let sql = "SELECT act, coalesce(happened_at, received_at) FROM command
         WHERE replica_id = $1 AND seq > 0 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    let params = params![replica_id.to_string(), seq, GIVEN_MEANWHILE];
    let given = store.rows(sql, params, |row| Ok((row.get::<String>(0)?, row.get::<Instant>(1)?)))?;
    let told = |act: &str| Envelope::read(act).ok().map(|envelope| envelope.occurred_at);
    Ok(given.into_iter().filter_map(|(act, happened_at)| Some((told(&act)?, happened_at))).collect())
}
