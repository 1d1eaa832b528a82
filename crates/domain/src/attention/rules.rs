use super::{Attention, Cause, HandOverAttention, ReleaseCommand, ResolveAttention};
use crate::desk::Desk;
use crate::person::Right;
use crate::{Act, Class, Code, Command, Id, Refusal, derive};
use std::sync::Arc;

/// The name of the matter that a command met.
pub fn matter_id(command_id: Id, code: Code) -> Id {
    derive(command_id, &format!("attention {}", code))
}

impl Attention {
    /// The matter that a command met: the same wherever it is noticed.
    pub fn of(act: &Act, cause: Cause, what: &Refusal, ticket_id: Option<Id>, region_id: Option<Id>) -> Attention {
        Attention {
            id: matter_id(act.id, what.code),
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
    may_close(desk, &attention)?;
    desk.short("resolution", &command.resolution, 2000)?;
    close(desk, attention, &command.resolution);
    Ok(())
}

pub(crate) fn hand_over_attention(desk: &mut Desk<'_>, command: &HandOverAttention) -> Result<(), Refusal> {
    let Some(attention) = desk.need::<Attention>(command.attention_id)? else { return Ok(()) };
    if attention.actor_id != desk.act.actor_id {
        may_close(desk, &attention)?;
    }
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

/// Headquarters does what was quarantined; here only the matter is closed.
pub(crate) fn release_command(desk: &mut Desk<'_>, command: &ReleaseCommand) -> Result<(), Refusal> {
    let Some(attention) = desk.need::<Attention>(command.attention_id)? else { return Ok(()) };
    desk.check(attention.cause == Cause::Quarantined && attention.resolved_at.is_none(), || {
        Refusal::new(Code::FieldInvalid).with("field", "attention").with("value", attention.id)
    })?;
    may_close(desk, &attention)?;
    desk.short("note", &command.note, 2000)?;
    close(desk, attention, &command.note);
    Ok(())
}

/// Who may close a matter: nobody one about what they did themselves, for it is there so that another looks at it; but what
/// they asked for and was not done, they may let go. Besides, whoever gives tickets out, and for stock whoever keeps it.
fn may_close(desk: &mut Desk<'_>, attention: &Attention) -> Result<(), Refusal> {
    if attention.actor_id == desk.act.actor_id {
        let asked = Command::class_of(&attention.command_name) == Some(Class::Intent);
        let undone = matches!(attention.cause, Cause::Refused | Cause::Held);
        return if asked && undone { Ok(()) } else { Err(Refusal::new(Code::AttentionNotYours)) };
    }
    desk.right(may_close_by(attention))?;
    if attention.cause == Cause::Quarantined {
        // To leave it undone for good is as much of a decision as to let it be done.
        desk.right(Command::rights_of(&attention.command_name).unwrap_or_default())?;
    }
    Ok(())
}

/// The rights of which one is needed to close somebody else's matter.
pub const fn may_close_by(attention: &Attention) -> &'static [Right] {
    match attention.code {
        Code::StockBelowZero | Code::ReturnExceedsUse => &[Right::AssignTicket, Right::KeepStock],
        _ if attention.ticket_id.is_none() => &[Right::AssignTicket, Right::KeepStock, Right::EditPerson],
        _ => &[Right::AssignTicket],
    }
}

/// Two people who close the same matter: the first stays, nobody needs to hear of it.
fn close(desk: &mut Desk<'_>, attention: Arc<Attention>, resolution: &str) {
    if attention.resolved_at.is_some() {
        return;
    }
    let mut attention = Arc::unwrap_or_clone(attention);
    attention.resolved_by_id = Some(desk.act.actor_id);
    attention.resolved_at = Some(desk.act.occurred_at);
    attention.resolution = resolution.to_owned();
    desk.put(attention);
}
