//! The one pure function that decides commands, and the desk on which the rules work.

use crate::attention::{Attention, Cause};
use crate::person::{Right, Role, User};
use crate::ticket::{Event, Ticket};
use crate::{Act, AnyRecord, Class, Code, Command, Details, Id, Instant, Kind, Read, Record, Refusal, View, derive};
use crate::{attention, customer, device, person, stock, ticket};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a command is being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Where the person is, for the first time: whatever does not fit can still be put right, so it is refused.
    Origin,
    /// Again, on newer data, on the replica or at headquarters: a fact is taken, and what does not fit is shown.
    Later,
}

/// What a command makes of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// The records that it writes, whole, ordered by kind and id.
    pub puts: Vec<AnyRecord>,
    /// What does not fit, although it was taken.
    pub discrepancies: Vec<Refusal>,
    /// It rests on data that this replica does not hold; headquarters will tell.
    pub provisional: bool,
}

impl Effects {
    /// Notes when headquarters received the command, in all that bears it.
    pub fn received(&mut self, at: Instant) {
        for put in &mut self.puts {
            match put {
                AnyRecord::Event(event) => Arc::make_mut(event).received_at = Some(at),
                AnyRecord::StockMovement(movement) => Arc::make_mut(movement).received_at = Some(at),
                _ => {}
            }
        }
    }
}

/// Decides a command: what it makes of the data, or why it is not done.
pub fn decide(view: &dyn View, act: &Act, place: Place) -> Result<Effects, Refusal> {
    let mut desk = Desk::new(view, act, place);
    desk.actor()?;
    apply(&mut desk, &act.command)?;
    Ok(desk.into_effects())
}

fn apply(desk: &mut Desk<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::OpenTicket(c) => ticket::open_ticket(desk, c),
        Command::ClaimTicket(c) => ticket::claim_ticket(desk, c),
        Command::AssignTicket(c) => ticket::assign_ticket(desk, c),
        Command::HandOverTicket(c) => ticket::hand_over_ticket(desk, c),
        Command::TriageTicket(c) => ticket::triage_ticket(desk, c),
        Command::CancelTicket(c) => ticket::cancel_ticket(desk, c),
        Command::StartStep(c) => ticket::start_step(desk, c),
        Command::PauseStep(c) => ticket::pause_step(desk, c),
        Command::RecordEntry(c) => ticket::record_entry(desk, c),
        Command::CompleteStep(c) => ticket::complete_step(desk, c),
        Command::AddNote(c) => ticket::add_note(desk, c),
        Command::AttachFile(c) => ticket::attach_file(desk, c),
        Command::UsePart(c) => stock::use_part(desk, c),
        Command::ReturnPart(c) => stock::return_part(desk, c),
        Command::ReceiveStock(c) => stock::receive_stock(desk, c),
        Command::IssueStock(c) => stock::issue_stock(desk, c),
        Command::TransferStock(c) => stock::transfer_stock(desk, c),
        Command::AdjustStock(c) => stock::adjust_stock(desk, c),
        Command::HandOverAttention(c) => attention::hand_over_attention(desk, c),
        Command::ResolveAttention(c) => attention::resolve_attention(desk, c),
        Command::BindTag(c) => device::bind_tag(desk, c),
        Command::SaveCustomer(c) => customer::save_customer(desk, &c.customer),
        Command::SaveContact(c) => customer::save_contact(desk, &c.contact),
        Command::SaveSite(c) => customer::save_site(desk, &c.site),
        Command::SaveDevice(c) => device::save_device(desk, &c.device),
        Command::SaveDeviceModel(c) => device::save_device_model(desk, &c.device_model),
        Command::SavePart(c) => stock::save_part(desk, &c.part),
        Command::SaveStockLocation(c) => stock::save_stock_location(desk, &c.stock_location),
        Command::SaveUser(c) => person::save_user(desk, &c.user),
        Command::SaveRegion(c) => person::save_region(desk, &c.region),
    }
}

/// Where the rules work: reads go through what was already written, writes are collected.
pub(crate) struct Desk<'a> {
    view: &'a dyn View,
    pub(crate) act: &'a Act,
    place: Place,
    written: BTreeMap<(Kind, Id), AnyRecord>,
    events: u32,
    discrepancies: Vec<Refusal>,
    provisional: bool,
    ticket_id: Option<Id>,
}

impl<'a> Desk<'a> {
    fn new(view: &'a dyn View, act: &'a Act, place: Place) -> Self {
        Desk {
            view,
            act,
            place,
            written: BTreeMap::new(),
            events: 0,
            discrepancies: Vec::new(),
            provisional: false,
            ticket_id: None,
        }
    }

    /// The record, if it is known to be there; an unknown one makes the command provisional.
    pub(crate) fn find<T: Record>(&mut self, id: Id) -> Read<Arc<T>> {
        let found = self.peek::<T>(id);
        self.provisional |= matches!(found, Read::Unknown);
        found
    }

    /// The record, if it is known to be there, where it does not matter if it is not.
    pub(crate) fn peek<T: Record>(&self, id: Id) -> Read<Arc<T>> {
        let read = match self.written.get(&(T::KIND, id)) {
            Some(record) => Read::Present(record.clone()),
            None => self.view.read(T::KIND, id),
        };
        match read {
            Read::Present(record) => T::from_any(record).map_or(Read::Absent, Read::Present),
            Read::Absent => Read::Absent,
            Read::Unknown => Read::Unknown,
        }
    }

    /// Says that the command rests on data that this replica does not hold.
    pub(crate) fn provisional(&mut self) {
        self.provisional = true;
    }

    /// The record without which the command has nothing to work on. `None`: it is not held here, or it is a fact
    /// about something that does not exist, which is then a discrepancy.
    pub(crate) fn need<T: Record>(&mut self, id: Id) -> Result<Option<Arc<T>>, Refusal> {
        match self.find::<T>(id) {
            Read::Present(record) => Ok(Some(record)),
            Read::Unknown => Ok(None),
            Read::Absent => {
                let missing = Refusal::new(Code::RecordMissing).with("kind", T::KIND.table()).with("id", id);
                self.check(false, || missing)?;
                Ok(None)
            }
        }
    }

    /// That something which is only pointed at exists, as far as this replica can tell.
    pub(crate) fn exists<T: Record>(&mut self, id: Id) -> Result<(), Refusal> {
        self.need::<T>(id).map(|_| ())
    }

    /// Holds a rule. An intent, or anything at its origin, is refused when it is broken; a fact that is decided
    /// later is taken, and the broken rule becomes a discrepancy.
    pub(crate) fn check(&mut self, holds: bool, otherwise: impl FnOnce() -> Refusal) -> Result<(), Refusal> {
        if holds {
            return Ok(());
        }
        if self.act.command.class() == Class::Intent || self.place == Place::Origin {
            return Err(otherwise());
        }
        self.flag(otherwise());
        Ok(())
    }

    /// Shows something that does not fit, and refuses nothing.
    pub(crate) fn flag(&mut self, discrepancy: Refusal) {
        if !self.discrepancies.iter().any(|known| known.code == discrepancy.code) {
            self.discrepancies.push(discrepancy);
        }
    }

    /// That a text is there and not longer than `limit` characters.
    pub(crate) fn text(&mut self, field: &str, value: &str, limit: usize) -> Result<(), Refusal> {
        self.check(!value.trim().is_empty(), || Refusal::new(Code::FieldEmpty).with("field", field))?;
        self.short(field, value, limit)
    }

    /// That a text, which may be empty, is not longer than `limit` characters.
    pub(crate) fn short(&mut self, field: &str, value: &str, limit: usize) -> Result<(), Refusal> {
        let fits = value.chars().count() <= limit;
        self.check(fits, || Refusal::new(Code::FieldTooLong).with("field", field).with("limit", limit))
    }

    /// That the person who acts is still with the company.
    fn actor(&mut self) -> Result<(), Refusal> {
        let Some(actor) = self.need::<User>(self.act.actor_id)? else { return Ok(()) };
        self.check(actor.active, || Refusal::new(Code::ActorInactive))
    }

    /// Whether the person who acts has a right; unknown counts as yes, headquarters will tell.
    pub(crate) fn has_right(&mut self, right: Right) -> bool {
        let role = match self.find::<User>(self.act.actor_id) {
            Read::Present(user) => self.find::<Role>(user.role_id),
            Read::Absent => return false,
            Read::Unknown => return true,
        };
        match role {
            Read::Present(role) => role.rights.contains(&right),
            Read::Absent => false,
            Read::Unknown => true,
        }
    }

    /// That the person who acts has a right.
    pub(crate) fn right(&mut self, right: Right) -> Result<(), Refusal> {
        let has = self.has_right(right);
        self.check(has, || {
            let name = serde_json::to_value(right).ok().and_then(|name| name.as_str().map(str::to_owned));
            Refusal::new(Code::RightMissing).with("right", name.unwrap_or_default())
        })
    }

    /// A person's name for a sentence.
    pub(crate) fn name_of(&mut self, user_id: Option<Id>) -> String {
        match user_id.map(|id| self.find::<User>(id)) {
            Some(Read::Present(user)) => user.name.clone(),
            _ => "?".to_owned(),
        }
    }

    /// The ticket that discrepancies of this command belong to.
    pub(crate) fn about(&mut self, ticket_id: Id) {
        self.ticket_id = Some(ticket_id);
    }

    /// Writes a record.
    pub(crate) fn put(&mut self, record: impl Into<AnyRecord>) {
        let record = record.into();
        self.written.insert(record.name(), record);
    }

    /// Writes into the timeline of a ticket and its device.
    pub(crate) fn event(&mut self, name: &str, ticket: Option<&Ticket>, details: Details) {
        let id = derive(self.act.id, &format!("event {}", self.events));
        self.events += 1;
        self.put(Event {
            id,
            name: name.to_owned(),
            ticket_id: ticket.map(|ticket| ticket.id),
            device_id: ticket.and_then(|ticket| ticket.device_id),
            actor_id: self.act.actor_id,
            replica_id: self.act.replica_id,
            occurred_at: self.act.occurred_at,
            received_at: None,
            details,
        });
    }

    fn into_effects(mut self) -> Effects {
        if !self.discrepancies.is_empty() {
            let region_id = self.region_id();
            for discrepancy in self.discrepancies.clone() {
                let matter = self.matter(&discrepancy, region_id);
                self.put(matter);
            }
        }
        Effects {
            puts: self.written.into_values().collect(),
            discrepancies: self.discrepancies,
            provisional: self.provisional,
        }
    }

    /// The region whose people are to know what does not fit: the ticket's, or else that of the person who acts.
    fn region_id(&mut self) -> Option<Id> {
        match self.ticket_id.map(|id| self.find::<Ticket>(id)) {
            Some(Read::Present(ticket)) => Some(ticket.region_id),
            _ => match self.find::<User>(self.act.actor_id) {
                Read::Present(user) => Some(user.region_id),
                _ => None,
            },
        }
    }

    /// The matter of attention for a discrepancy. Whatever else does not fit for the same reason on the same ticket
    /// joins the first: twenty things done to a ticket that was cancelled meanwhile are one matter, not twenty.
    fn matter(&self, discrepancy: &Refusal, region_id: Option<Id>) -> Attention {
        let fresh = Attention::of(self.act, Cause::Discrepancy, discrepancy, self.ticket_id, region_id);
        let of_the_ticket = !matches!(discrepancy.code, Code::StockBelowZero | Code::ReturnExceedsUse);
        let (Some(ticket_id), true) = (self.ticket_id, of_the_ticket) else { return fresh };
        let id = derive(ticket_id, &format!("attention {:?} {}", discrepancy.code, self.act.replica_id));
        match self.peek::<Attention>(id) {
            Read::Present(known) if known.resolved_at.is_some() => fresh,
            Read::Present(known) => {
                let mut known = Arc::unwrap_or_clone(known);
                let more = known.details.get("more").and_then(|more| more.parse::<u32>().ok()).unwrap_or(0);
                known.details.insert("more".into(), (more + 1).to_string());
                known
            }
            _ => Attention { id, ..fresh },
        }
    }
}
