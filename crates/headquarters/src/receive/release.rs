//! What was quarantined, and is done after all.

use crate::commit::Commit;
use crate::error::HeadquartersError;
use crate::judge::{Sight, counted_at, judge_released, not_theirs};
use outpost_domain::attention::Attention;
use outpost_domain::person::Replica;
use outpost_domain::{Act, Code, Id, Instant, Refusal};
use outpost_store::{Store, params};
use outpost_sync::image::effect_hash;
use outpost_sync::protocol::Status;

/// Does what was quarantined, on behalf of whoever releases it: which command that was, or why it cannot be done. The matter
/// of it is closed by the command that releases.
pub(super) fn release(
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
    let effects = match judge_released(store, sight, &act.as_of(happened_at, counted_at))? {
        Ok(effects) => effects,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let effect_hash = effect_hash(&effects)?;
    let status = if effects.discrepancies.is_empty() { Status::Applied } else { Status::Adjusted };
    commit.apply(effects, now)?;
    store.execute(
        "UPDATE command SET status = $1, refusal = NULL, revision = $2, effect_hash = $3 WHERE id = $4",
        params![status.name(), commit.revision, effect_hash, id],
    )?;
    commit.judged_again(attention.command_id);
    Ok(Ok(attention.command_id))
}
