use super::{Attention, Cause, ResolveAttention};
use crate::decide::Desk;
use crate::{Act, Id, Refusal, derive};

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
            resolved_by_id: None,
            resolved_at: None,
            resolution: String::new(),
        }
    }
}

pub(crate) fn resolve_attention(desk: &mut Desk<'_>, command: &ResolveAttention) -> Result<(), Refusal> {
    let Some(mut attention) = desk.need::<Attention>(command.attention_id)? else { return Ok(()) };
    if attention.resolved_at.is_some() {
        // Two people closed the same matter: the first stays, nobody needs to hear of it.
        return Ok(());
    }
    desk.short("resolution", &command.resolution, 2000)?;
    attention.resolved_by_id = Some(desk.act.actor_id);
    attention.resolved_at = Some(desk.act.occurred_at);
    attention.resolution = command.resolution.clone();
    desk.put(attention);
    Ok(())
}
