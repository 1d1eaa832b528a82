use super::reactions::is_untaken;
use super::{
    AddNote, AssignTicket, CancelTicket, ClaimTicket, HandOverTicket, OpenTicket, RemindTicket, Step, StepState,
    Ticket, TicketState, Triage, TriageTicket,
};
use crate::attention::{Attention, Cause};
use crate::customer::{Contact, Site, position};
use crate::desk::Desk;
use crate::device::Device;
use crate::event::{
    NoteAdded, TicketAssigned, TicketCancelled, TicketClaimed, TicketHandedOver, TicketOpened, TicketReminded,
    TicketTriaged, TicketUnassigned,
};
use crate::person::{Replica, Right, Role, User};
use crate::workflow::{TicketKind, Workflow};
use crate::{Code, Id, Read, Refusal, Search, derive};
use std::sync::Arc;

/// The name of the step of a ticket at a node.
pub fn step_id(ticket_id: Id, node: &str) -> Id {
    derive(ticket_id, node)
}

pub(crate) fn open_ticket(desk: &mut Desk<'_>, command: &OpenTicket) -> Result<(), Refusal> {
    let ticket_id = desk.act.id;
    desk.is_new::<Ticket>(ticket_id)?;
    desk.about(ticket_id);
    number(desk, command)?;
    desk.text("title", &command.title, 200)?;
    desk.short("description", &command.description, 10_000)?;
    desk.short("fault_code", &command.fault_code, 40)?;
    let (latitude, longitude) = position(desk, command.latitude, command.longitude)?;
    let planned_at = desk.changed_moment("planned_at", None, command.planned_at)?;
    let due_at = desk.changed_moment("due_at", None, command.due_at)?;
    let workflow = desk.need::<Workflow>(command.workflow_id)?;
    let site = desk.need::<Site>(command.site_id)?;
    if let Some(contact_id) = command.contact_id {
        let contact = desk.need::<Contact>(contact_id)?;
        let theirs = |contact: &Contact| {
            contact.site_id == Some(command.site_id)
                || site.as_ref().is_none_or(|site| site.customer_id == contact.customer_id)
        };
        fits(desk, "contact_id", contact_id, contact.as_deref().is_none_or(theirs))?;
    }
    if let Some(device_id) = command.device_id {
        let device = desk.need::<Device>(device_id)?;
        fits(desk, "device_id", device_id, device.is_none_or(|device| device.site_id == command.site_id))?;
    }
    let engineer_id = match command.engineer_id {
        Some(engineer_id) if opened_for(desk, command, engineer_id, site.as_deref())? => Some(engineer_id),
        _ => None,
    };
    let actor_region = match desk.find::<User>(desk.act.actor_id) {
        Read::Present(user) => user.region_id,
        _ => Id::nil(),
    };
    let ticket = Ticket {
        id: ticket_id,
        number: command.number.clone(),
        ticket_kind: workflow.as_ref().map_or(TicketKind::Repair, |workflow| workflow.ticket_kind),
        workflow_id: command.workflow_id,
        title: command.title.trim().to_owned(),
        description: command.description.clone(),
        urgency: command.urgency,
        state: if engineer_id.is_some() { TicketState::Assigned } else { TicketState::Open },
        source: command.source.clone(),
        device_id: command.device_id,
        site_id: command.site_id,
        customer_id: site.as_ref().map_or(Id::nil(), |site| site.customer_id),
        contact_id: command.contact_id,
        region_id: site.as_ref().map_or(actor_region, |site| site.region_id),
        engineer_id,
        opened_by_id: desk.act.actor_id,
        opened_at: desk.act.occurred_at,
        planned_at,
        due_at,
        closed_at: None,
        node: workflow.as_ref().and_then(|workflow| workflow.nodes.first()).map(|node| node.key.clone()),
        reason: String::new(),
        fault_code: command.fault_code.clone(),
        latitude,
        longitude,
    };
    for (position, node) in workflow.iter().flat_map(|workflow| workflow.nodes.iter()).enumerate() {
        desk.put(Step {
            id: step_id(ticket_id, &node.key),
            ticket_id,
            node: node.key.clone(),
            position: position as u32,
            state: StepState::Waiting,
            engineer_id: None,
            started_at: None,
            resumed_at: None,
            ended_at: None,
            worked_millis: 0,
            entries: Vec::new(),
        });
    }
    if command.again {
        let engineer = desk.name_of(Some(desk.act.actor_id));
        desk.flag(Refusal::new(Code::TicketBroughtBack).with("ticket", &ticket.number).with("engineer", engineer));
    }
    desk.event(Some(&ticket), TicketOpened {});
    if let Some(engineer_id) = engineer_id {
        desk.event(Some(&ticket), TicketAssigned { engineer_id });
    }
    desk.put(ticket);
    Ok(())
}

/// That a number is one that this replica gives, and that no other ticket has: people call a ticket by it. At headquarters it
/// is given while the command is taken.
fn number(desk: &mut Desk<'_>, command: &OpenTicket) -> Result<(), Refusal> {
    let number = command.number.as_str();
    desk.text("number", number, 40)?;
    let ours = match desk.peek::<Replica>(desk.act.replica_id) {
        _ if command.again => true,
        Read::Present(replica) => number
            .strip_prefix(replica.prefix.as_str())
            .and_then(|number| number.strip_prefix('-'))
            .is_some_and(|count| count.len() >= 4 && count.bytes().all(|digit| digit.is_ascii_digit())),
        Read::Absent | Read::Unknown => true,
    };
    let given = desk.search(Search::TicketsNumbered(number)).iter().any(|ticket| ticket.id() != desk.act.id);
    fits(desk, "number", number, ours && !given)
}

/// That a value fits the rest of a command.
fn fits(desk: &mut Desk<'_>, field: &str, value: impl ToString, fits: bool) -> Result<(), Refusal> {
    desk.check(fits, || Refusal::new(Code::FieldInvalid).with("field", field).with("value", value))
}

/// Whether a ticket is opened for this person: by themselves, or by who gives tickets out, and if they work on any. Otherwise it
/// is nobody's yet. In a region that is not theirs nobody does either: who is there for the sake of one ticket would give themselves
/// the next.
fn opened_for(
    desk: &mut Desk<'_>,
    command: &OpenTicket,
    engineer_id: Id,
    site: Option<&Site>,
) -> Result<bool, Refusal> {
    // Whoever brings a ticket back brings it to who had it, if they are not lost as well.
    if command.again && matches!(desk.peek::<User>(engineer_id), Read::Absent) {
        return Ok(false);
    }
    let may = command.again
        || (engineer_id == desk.act.actor_id || desk.has_right(Right::AssignTicket))
            && site.is_none_or(|site| desk.has_region(site.region_id));
    desk.check(may, || Refusal::new(Code::RightMissing).with("right", "assign_ticket"))?;
    Ok(may && works(desk, engineer_id)?)
}

pub(crate) fn claim_ticket(desk: &mut Desk<'_>, command: &ClaimTicket) -> Result<(), Refusal> {
    let Some(mut ticket) = opened(desk, command.ticket_id)?.map(Arc::unwrap_or_clone) else { return Ok(()) };
    let holder = ticket.engineer_id;
    if holder == Some(desk.act.actor_id) {
        return Ok(());
    }
    let engineer = desk.name_of(holder);
    desk.check(holder.is_none(), || {
        Refusal::new(Code::TicketTaken).with("ticket", &ticket.number).with("engineer", engineer)
    })?;
    ticket.engineer_id = Some(desk.act.actor_id);
    ticket.state = TicketState::Assigned;
    desk.event(Some(&ticket), TicketClaimed { engineer_id: desk.act.actor_id });
    desk.put(ticket);
    Ok(())
}

pub(crate) fn assign_ticket(desk: &mut Desk<'_>, command: &AssignTicket) -> Result<(), Refusal> {
    let Some(mut ticket) = opened(desk, command.ticket_id)?.map(Arc::unwrap_or_clone) else { return Ok(()) };
    if let Some(engineer_id) = command.engineer_id {
        works(desk, engineer_id)?;
    }
    let given_on = command.engineer_id != command.from_engineer_id;
    if given_on && ticket.engineer_id != command.from_engineer_id && ticket.engineer_id != command.engineer_id {
        let engineer = desk.name_of(ticket.engineer_id);
        return desk.check(false, || {
            Refusal::new(Code::TicketTaken).with("ticket", &ticket.number).with("engineer", engineer)
        });
    }
    let planned_at = desk.changed_moment("planned_at", command.from_planned_at, command.planned_at)?;
    let planned = |planned_at| Ticket { planned_at, ..ticket.clone() };
    let (from, to) = (planned(command.from_planned_at), planned(planned_at));
    ticket.planned_at = desk.merge(Some(&from), &to)?.planned_at;
    if !given_on {
        // Only the plan is another; whoever has it by then keeps it.
        desk.event(Some(&ticket), TicketTriaged {});
        desk.put(ticket);
        return Ok(());
    }
    ticket.engineer_id = command.engineer_id;
    if matches!(ticket.state, TicketState::Open | TicketState::Assigned) {
        ticket.state = if ticket.engineer_id.is_some() { TicketState::Assigned } else { TicketState::Open };
    }
    match command.engineer_id {
        Some(engineer_id) => desk.event(Some(&ticket), TicketAssigned { engineer_id }),
        None => desk.event(Some(&ticket), TicketUnassigned {}),
    }
    desk.put(ticket);
    Ok(())
}

pub(crate) fn hand_over_ticket(desk: &mut Desk<'_>, command: &HandOverTicket) -> Result<(), Refusal> {
    desk.short("note", &command.note, 2000)?;
    let Some(mut ticket) = opened(desk, command.ticket_id)?.map(Arc::unwrap_or_clone) else { return Ok(()) };
    mine(desk, &ticket)?;
    works(desk, command.engineer_id)?;
    ticket.engineer_id = Some(command.engineer_id);
    if ticket.state == TicketState::Open {
        ticket.state = TicketState::Assigned;
    }
    let (engineer_id, note) = (command.engineer_id, command.note.clone());
    desk.event(Some(&ticket), TicketHandedOver { engineer_id, note });
    desk.put(ticket);
    Ok(())
}

pub(crate) fn triage_ticket(desk: &mut Desk<'_>, command: &TriageTicket) -> Result<(), Refusal> {
    let Some(ticket) = opened(desk, command.ticket_id)?.map(Arc::unwrap_or_clone) else { return Ok(()) };
    let Triage { urgency, planned_at, due_at } = command.from;
    let from = Ticket { urgency, planned_at, due_at, ..ticket.clone() };
    let Triage { urgency, planned_at, due_at } = command.to;
    let planned_at = desk.changed_moment("planned_at", command.from.planned_at, planned_at)?;
    let due_at = desk.changed_moment("due_at", command.from.due_at, due_at)?;
    let to = Ticket { urgency, planned_at, due_at, ..ticket };
    let ticket = desk.merge(Some(&from), &to)?;
    desk.event(Some(&ticket), TicketTriaged {});
    desk.put(ticket);
    Ok(())
}

pub(crate) fn cancel_ticket(desk: &mut Desk<'_>, command: &CancelTicket) -> Result<(), Refusal> {
    desk.text("reason", &command.reason, 500)?;
    let Some(mut ticket) = opened(desk, command.ticket_id)?.map(Arc::unwrap_or_clone) else { return Ok(()) };
    ticket.state = TicketState::Cancelled;
    ticket.closed_at = Some(desk.act.occurred_at);
    ticket.reason = command.reason.clone();
    desk.event(Some(&ticket), TicketCancelled { reason: command.reason.clone() });
    desk.put(ticket);
    Ok(())
}

pub(crate) fn add_note(desk: &mut Desk<'_>, command: &AddNote) -> Result<(), Refusal> {
    desk.about(command.ticket_id);
    desk.text("text", &command.text, 10_000)?;
    let Some(ticket) = desk.need::<Ticket>(command.ticket_id)? else { return Ok(()) };
    desk.event(Some(&ticket), NoteAdded { text: command.text.clone() });
    Ok(())
}

/// The ticket, if it is known here, after the rule that it is not closed.
pub(super) fn opened(desk: &mut Desk<'_>, ticket_id: Id) -> Result<Option<Arc<Ticket>>, Refusal> {
    desk.about(ticket_id);
    let Some(ticket) = desk.need::<Ticket>(ticket_id)? else { return Ok(None) };
    let state = if ticket.state == TicketState::Done { "done" } else { "cancelled" };
    desk.check(!ticket.state.is_closed(), || {
        Refusal::new(Code::TicketClosed).with("ticket", &ticket.number).with("state", state)
    })?;
    Ok(Some(ticket))
}

/// The rule that nothing is done for a ticket that was cancelled. Of one that is done something may be written down later.
pub(crate) fn not_cancelled(desk: &mut Desk<'_>, ticket: &Ticket) -> Result<(), Refusal> {
    desk.check(ticket.state != TicketState::Cancelled, || {
        Refusal::new(Code::TicketClosed).with("ticket", &ticket.number).with("state", "cancelled")
    })
}

/// The rule that a ticket is worked by whoever has it, or by who may assign it to anybody.
pub(crate) fn mine(desk: &mut Desk<'_>, ticket: &Ticket) -> Result<(), Refusal> {
    let actor_id = desk.act.actor_id;
    let fits = ticket.engineer_id.is_none_or(|id| id == actor_id) || desk.has_right(Right::AssignTicket);
    if fits {
        return Ok(());
    }
    let engineer = desk.name_of(ticket.engineer_id);
    desk.check(false, || Refusal::new(Code::TicketNotYours).with("ticket", &ticket.number).with("engineer", engineer))
}

/// That a ticket is given to somebody who works on tickets: with anybody else nobody would see it again.
fn works(desk: &mut Desk<'_>, engineer_id: Id) -> Result<bool, Refusal> {
    let Some(engineer) = desk.need::<User>(engineer_id)? else { return Ok(true) };
    let may = match desk.find::<Role>(engineer.role_id) {
        Read::Present(role) => role.rights.contains(&Right::WorkTicket),
        Read::Absent => false,
        Read::Unknown => true,
    };
    let works = engineer.active && may;
    desk.check(works, || {
        Refusal::new(Code::NotAnEngineer).with("engineer", &engineer.name).with("engineer_en", &engineer.name_en)
    })?;
    Ok(works)
}

/// The name of the matter that nobody has taken a ticket: there is one, however often somebody is reminded.
pub fn untaken_id(ticket_id: Id) -> Id {
    derive(ticket_id, "attention ticket_untaken")
}

/// Shows that nobody has taken a ticket; or, if somebody has, or nobody needs it any more, that this is over.
pub(crate) fn remind_ticket(desk: &mut Desk<'_>, command: &RemindTicket) -> Result<(), Refusal> {
    let Some(ticket) = desk.need::<Ticket>(command.ticket_id)? else { return Ok(()) };
    let now = desk.act.occurred_at;
    let id = untaken_id(ticket.id);
    if !is_untaken(&ticket) {
        if let Read::Present(shown) = desk.find::<Attention>(id)
            && shown.resolved_at.is_none()
        {
            let resolved_by_id = ticket.engineer_id;
            desk.put(Attention { resolved_by_id, resolved_at: Some(now), ..Arc::unwrap_or_clone(shown) });
        }
        return Ok(());
    }
    let waited_minutes = now.saturating_sub(ticket.opened_at).max(0) / 60_000;
    let refusal =
        Refusal::new(Code::TicketUntaken).with("ticket", &ticket.number).with("waited_minutes", waited_minutes);
    let matter = Attention::of(desk.act, Cause::Reminder, &refusal, Some(ticket.id), Some(ticket.region_id));
    desk.put(Attention { id, ..matter });
    desk.event(Some(&ticket), TicketReminded { waited_minutes });
    Ok(())
}
