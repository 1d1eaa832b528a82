use super::{Attention, Cause, HandOverAttention, ResolveAttention};
use crate::decide::Desk;
use crate::{Act, Id, Refusal, derive};
use std::sync::Arc;

impl Attention {
    /// The matter that a command met: the same wherever it is noticed.
    pub fn of(act: &Act, cause: Cause, what: &Refusal, ticket_id: Option<Id>, region_id: Option<Id>) -> Attention {
        Attention {
            id: derive(act.id, &format!("attention {:?}", what.code)),
            cause,
            code: what.code,
            details: what.details.clone(),
            command_id: act.id,
            command_name: act.command.name().to_owned(),
            ticket_id,
            actor_id: act.actor_id,
            replica_id: act.replica_id,
            region_id,
            raised_at: act.occurred_at,
            handed_over_by_id: None,
            handed_over_at: None,
            handed_over_note: String::new(),
            resolved_by_id: None,
            resolved_at: None,
            resolution: String::new(),
        }
    }
}

pub(crate) fn resolve_attention(desk: &mut Desk<'_>, command: &ResolveAttention) -> Result<(), Refusal> {
    let Some(attention) = desk.need::<Attention>(command.attention_id)? else { return Ok(()) };
    if attention.resolved_at.is_some() {
        // Two people closed the same matter: the first stays, nobody needs to hear of it.
        return Ok(());
    }
    desk.short("resolution", &command.resolution, 2000)?;
    let mut attention = Arc::unwrap_or_clone(attention);
    attention.resolved_by_id = Some(desk.act.actor_id);
    attention.resolved_at = Some(desk.act.occurred_at);
    attention.resolution = command.resolution.clone();
    desk.put(attention);
    Ok(())
}

pub(crate) fn hand_over_attention(desk: &mut Desk<'_>, command: &HandOverAttention) -> Result<(), Refusal> {
    let Some(attention) = desk.need::<Attention>(command.attention_id)? else { return Ok(()) };
    if attention.resolved_at.is_some() || attention.handed_over_at.is_some() {
        // Somebody was faster: what there is to do has been done.
        return Ok(());
    }
    desk.short("note", &command.note, 2000)?;
    let mut attention = Arc::unwrap_or_clone(attention);
    attention.handed_over_by_id = Some(desk.act.actor_id);
    attention.handed_over_at = Some(desk.act.occurred_at);
    attention.handed_over_note = command.note.clone();
    desk.put(attention);
    Ok(())
}
