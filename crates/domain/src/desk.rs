//! The desk on which the rules work: what they look at, what they write, and how they say that something does not fit.

use crate::attention::{Attention, Cause};
use crate::decide::{Effects, Pass};
use crate::declared::{Declared, Text};
use crate::event::{Happened, RecordSaved, What};
use crate::person::{Region, Right, Role, User};
use crate::ticket::{Event, Ticket};
use crate::{Act, AnyRecord, Class, Code, Id, Instant, Kind, Read, Record, Refusal, Search, Service, View, derive};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A year, in milliseconds.
const YEAR_MILLIS: i64 = 366 * 86_400_000;

/// Nothing lies so deep in a tree: a ring that is there already cannot keep us here.
const DEEPEST: usize = 100;

/// Where the rules work: reads go through what was already written, writes are collected.
pub(crate) struct Desk<'a> {
    view: &'a dyn View,
    pub(crate) act: &'a Act,
    pass: Pass,
    written: BTreeMap<(Kind, Id), AnyRecord>,
    events: Vec<Happened>,
    discrepancies: Vec<Refusal>,
    provisional: bool,
    ticket_id: Option<Id>,
    region_id: Option<Id>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(view: &'a dyn View, act: &'a Act, pass: Pass) -> Self {
        Desk {
            view,
            act,
            pass,
            written: BTreeMap::new(),
            events: Vec::new(),
            discrepancies: Vec::new(),
            provisional: false,
            ticket_id: None,
            region_id: None,
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

    /// Finds records by something else than their names, as they were before the command, but for those that it wrote.
    pub(crate) fn search(&self, search: Search<'_>) -> Vec<AnyRecord> {
        let written = |record: &AnyRecord| self.written.contains_key(&record.key());
        self.view.search(search).into_iter().filter(|record| !written(record)).collect()
    }

    /// Whether the person who acts is there and can put right what does not fit.
    pub(crate) fn at_origin(&self) -> bool {
        self.pass == Pass::Origin
    }

    /// Whether it is decided where it was given, for the first time or again: by that clock, and with what was known there.
    pub(crate) fn is_where_it_was_given(&self) -> bool {
        self.pass != Pass::Headquarters
    }

    /// That nothing bears the name of what the command makes: a made-up name must not write over what is there.
    pub(crate) fn is_new<T: Record>(&mut self, id: Id) -> Result<(), Refusal> {
        match self.peek::<T>(id) {
            Read::Present(_) => Err(Refusal::new(Code::FieldInvalid).with("field", "id").with("value", id)),
            Read::Absent | Read::Unknown => Ok(()),
        }
    }

    /// Says that the command rests on data that this replica does not hold.
    pub(crate) fn provisional(&mut self) {
        self.provisional = true;
    }

    /// The record without which the command has nothing to work on; `None` if it is not held here. What is not there at all
    /// may come yet, also for a fact: headquarters holds it until then.
    pub(crate) fn need<T: Record>(&mut self, id: Id) -> Result<Option<Arc<T>>, Refusal> {
        match self.find::<T>(id) {
            Read::Present(record) => Ok(Some(record)),
            Read::Unknown => Ok(None),
            Read::Absent => Err(Refusal::new(Code::RecordMissing).with("kind", T::KIND.table()).with("id", id)),
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
        if self.act.command.class() == Class::Intent || self.pass == Pass::Origin {
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
        if value.chars().count() <= limit {
            return Ok(());
        }
        Err(Refusal::new(Code::FieldTooLong).with("field", field).with("limit", limit))
    }

    /// That the texts of a record are as long as they may be, as it is declared.
    pub(crate) fn fits(&mut self, record: &impl Declared) -> Result<(), Refusal> {
        record.texts().into_iter().try_for_each(|text| self.text_fits(&text))
    }

    /// That a text of a record is as long as it may be.
    pub(crate) fn text_fits(&mut self, text: &Text<'_>) -> Result<(), Refusal> {
        let check = if text.filled { Desk::text } else { Desk::short };
        check(self, text.field, text.text, text.most)
    }

    /// That a day, if there is one, is one of the calendar, written as 2026-11-28.
    pub(crate) fn day(&mut self, field: &str, value: Option<&str>) -> Result<(), Refusal> {
        let fits = value.is_none_or(is_day);
        self.check(fits, || {
            Refusal::new(Code::FieldInvalid).with("field", field).with("value", value.unwrap_or_default())
        })
    }

    /// The moment that a command sets, if it is one that somebody can mean: what was there already is not asked about again. One
    /// that a fact carries all the same is left out, and told.
    pub(crate) fn changed_moment(
        &mut self,
        field: &str,
        from: Option<Instant>,
        to: Option<Instant>,
    ) -> Result<Option<Instant>, Refusal> {
        let given_at = self.act.occurred_at;
        let meant = given_at.saturating_sub(YEAR_MILLIS)..=given_at.saturating_add(20 * YEAR_MILLIS);
        let fits = to == from || to.is_none_or(|moment| meant.contains(&moment));
        self.check(fits, || {
            Refusal::new(Code::FieldInvalid).with("field", field).with("value", to.unwrap_or_default())
        })?;
        Ok(if fits { to } else { from })
    }

    /// That a record does not lie below itself, however far down.
    pub(crate) fn not_below_itself<T: Record>(
        &mut self,
        id: Id,
        parent_id: Option<Id>,
        parent_of: impl Fn(&T) -> Option<Id>,
    ) -> Result<(), Refusal> {
        let mut above = parent_id;
        for _ in 0..DEEPEST {
            let Some(next) = above else { break };
            if next == id {
                return Err(Refusal::new(Code::FieldInvalid).with("field", "parent_id").with("value", next));
            }
            above = match self.find::<T>(next) {
                Read::Present(record) => parent_of(&record),
                Read::Absent | Read::Unknown => None,
            };
        }
        Ok(())
    }

    /// That the person who acts is still with the company, and has one of the rights that the command asks for; or that a service
    /// of headquarters gives what only those give.
    pub(crate) fn permission(&mut self) -> Result<(), Refusal> {
        let by_service = Service::of(self.act.actor_id).is_some();
        if by_service != self.act.command.is_of_headquarters() {
            return Err(Refusal::new(Code::RightMissing).with("right", "headquarters"));
        }
        if by_service {
            return Ok(());
        }
        let Some(actor) = self.need::<User>(self.act.actor_id)? else { return Ok(()) };
        if !actor.active {
            return Err(Refusal::new(Code::ActorInactive));
        }
        self.right(self.act.command.rights())
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

    /// Whether a region is the person's who acts: their own, or below it; unknown counts as yes.
    pub(crate) fn has_region(&mut self, region_id: Id) -> bool {
        let Read::Present(user) = self.find::<User>(self.act.actor_id) else { return true };
        if self.has_right(Right::SeeAllRegions) {
            return true;
        }
        let mut above = Some(region_id);
        for _ in 0..DEEPEST {
            match above {
                Some(id) if id == user.region_id => return true,
                None => return false,
                Some(id) => match self.find::<Region>(id) {
                    Read::Present(region) => above = region.parent_id,
                    Read::Absent | Read::Unknown => return true,
                },
            }
        }
        false
    }

    /// That the person who acts has one of these rights, if there are any.
    pub(crate) fn right(&mut self, any_of: &[Right]) -> Result<(), Refusal> {
        let Some(first) = any_of.first() else { return Ok(()) };
        if any_of.iter().any(|right| self.has_right(*right)) {
            return Ok(());
        }
        Err(Refusal::new(Code::RightMissing).with("right", first))
    }

    /// The record that an edit makes: as it is now, with those fields changed that the person changed. A field that
    /// somebody else has set to something else meanwhile stays, and both values are told: where the person is, they are
    /// asked to look again; later it is a matter for somebody.
    pub(crate) fn merge<T: Record>(&mut self, from: Option<&T>, to: &T) -> Result<T, Refusal> {
        let now = match self.find::<T>(to.id()) {
            Read::Present(now) => now,
            // What was changed may come yet: made of the change it would be what nobody saw.
            Read::Absent if from.is_some() => {
                return Err(Refusal::new(Code::RecordMissing).with("kind", T::KIND.table()).with("id", to.id()));
            }
            Read::Absent | Read::Unknown => {
                self.saved::<T>(to.id(), String::new());
                return Ok(to.clone());
            }
        };
        let fields = |record: &T| match Into::<AnyRecord>::into(record.clone()).to_fields() {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let (mut merged, to) = (fields(&now), fields(to));
        let mut changed = Vec::new();
        let from = from.map(fields);
        let mut contested = Vec::new();
        for (field, wanted) in to {
            let seen = from.as_ref().and_then(|from| from.get(&field));
            let known = merged.get(&field);
            if seen == Some(&wanted) || known == Some(&wanted) {
                continue;
            }
            if seen.is_some() && seen == known {
                changed.push(field.clone());
                merged.insert(field, wanted);
            } else {
                contested.push((field, wanted, known.cloned().unwrap_or_default()));
            }
        }
        if !contested.is_empty() {
            let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let names: Vec<&str> = contested.iter().map(|(field, ..)| field.as_str()).collect();
            let mut refusal =
                Refusal::new(Code::FieldContested).with("kind", T::KIND.table()).with("fields", names.join(" "));
            for (field, wanted, known) in &contested {
                refusal = refusal.with(&format!("mine_{field}"), said(wanted));
                refusal = refusal.with(&format!("theirs_{field}"), said(known));
            }
            if self.at_origin() {
                return Err(refusal);
            }
            self.flag(refusal);
        }
        self.saved::<T>(now.id(), changed.join(" "));
        let merged = AnyRecord::from_fields(T::KIND, Value::Object(merged)).ok();
        Ok(merged.and_then(T::from_any).map_or_else(|| T::clone(&now), Arc::unwrap_or_clone))
    }

    fn saved<T: Record>(&mut self, record_id: Id, fields: String) {
        self.happened(None, RecordSaved { kind: T::KIND, record_id, fields });
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

    /// The region whose people are to know what does not fit, where that is not the ticket's.
    pub(crate) fn concerns(&mut self, region_id: Id) {
        self.region_id = Some(region_id);
    }

    /// Writes a record.
    pub(crate) fn put(&mut self, record: impl Into<AnyRecord>) {
        let record = record.into();
        self.written.insert(record.key(), record);
    }

    /// Says what happened, and writes it into the timeline of a ticket and its device.
    pub(crate) fn event(&mut self, ticket: Option<&Ticket>, what: impl Into<What>) {
        let what = what.into();
        let id = self.happened(ticket.map(|ticket| ticket.id), what.clone());
        self.put(Event {
            id,
            name: what.name().to_owned(),
            version: what.version(),
            ticket_id: ticket.map(|ticket| ticket.id),
            device_id: ticket.and_then(|ticket| ticket.device_id),
            actor_id: self.act.actor_id,
            replica_id: self.act.replica_id,
            occurred_at: self.act.occurred_at,
            received_at: None,
            details: what.details(),
        });
    }

    /// Says what happened, to whoever reacts to it; its name.
    pub(crate) fn happened(&mut self, ticket_id: Option<Id>, what: impl Into<What>) -> Id {
        let id = derive(self.act.id, &format!("event {}", self.events.len()));
        self.events.push(Happened { id, ticket_id, occurred_at: self.act.occurred_at, what: what.into() });
        id
    }

    pub(crate) fn into_effects(mut self) -> Effects {
        if !self.discrepancies.is_empty() {
            let region_id = self.region_id();
            for discrepancy in self.discrepancies.clone() {
                let matter = self.matter(&discrepancy, region_id);
                self.put(matter);
            }
        }
        Effects {
            puts: self.written.into_values().collect(),
            events: self.events,
            discrepancies: self.discrepancies,
            provisional: self.provisional,
        }
    }

    /// The region whose people are to know what does not fit: that of the place whose stock it is, or the ticket's, or else
    /// that of the person who acts.
    fn region_id(&mut self) -> Option<Id> {
        if self.region_id.is_some() {
            return self.region_id;
        }
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
        let of_the_ticket = !matches!(
            discrepancy.code,
            Code::StockBelowZero | Code::ReturnExceedsUse | Code::EntryContested | Code::FieldContested
        );
        let (Some(ticket_id), true) = (self.ticket_id, of_the_ticket) else { return fresh };
        let id = derive(ticket_id, &format!("attention {} {}", discrepancy.code, self.act.replica_id));
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

/// Whether a text is a day of the Gregorian calendar, as in 2026-11-28.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u32>().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    // What is serviced was made by people who may still be asked.
    (1..=days).contains(&day) && (1900..=2199).contains(&year)
}
