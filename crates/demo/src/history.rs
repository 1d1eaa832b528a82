//! The tickets acted out: opened, given to somebody, worked through, paused, handed over, cancelled.

use crate::calendar::{Calendar, DAY, HOUR, MINUTE};
use crate::devices::Unit;
use crate::files::Pictures;
use crate::ledger::Ledger;
use crate::people::{Person, engineers, person};
use crate::plan::{Fate, Plan};
use crate::stock::Taken;
use crate::texts;
use crate::work::Work;
use crate::workflows::workflow_id;
use outpost_domain::customer::Contact;
use outpost_domain::ticket::{
    AddNote, AssignTicket, CancelTicket, ClaimTicket, HandOverTicket, OpenTicket, Triage, TriageTicket, Urgency,
};
use outpost_domain::workflow::{TicketKind, Workflow};
use outpost_domain::{Id, Instant};
use std::collections::BTreeMap;

/// Acts tickets out, one after the other.
pub(crate) struct Historian<'a> {
    pub(crate) ledger: &'a mut Ledger,
    pub(crate) calendar: Calendar,
    pub(crate) units: &'a [Unit],
    pub(crate) contacts: &'a [Contact],
    pub(crate) workflows: &'a [Workflow],
    pub(crate) pictures: &'a Pictures,
    pub(crate) taken: Vec<Taken>,
    /// How many tickets each device has given numbers to.
    pub(crate) numbers: BTreeMap<&'static str, u32>,
}

impl Historian<'_> {
    /// One ticket, from its opening to where it stands now.
    pub(crate) fn tell(&mut self, plan: &Plan) {
        let Some((dispatcher, opener)) = self.openers(plan) else { return };
        let ticket_id = self.open(plan, opener);
        let mut at = plan.opened_at;
        if opener.login == dispatcher.login {
            at = self.give(plan, ticket_id, dispatcher, at);
        }
        match plan.fate {
            Fate::Open => self.triage(plan, ticket_id, dispatcher),
            Fate::Assigned => {}
            Fate::Cancelled => {
                let reason = self.say(texts::CANCELLATIONS, plan);
                let later = at + self.ledger.random.between(1, 20) * HOUR;
                self.ledger.act(later, dispatcher, vec![ticket_id], CancelTicket { ticket_id, reason });
            }
            Fate::Active(start, nodes) => {
                self.work(plan, ticket_id, start, Progress { nodes, rests: false, pause: None })
            }
            Fate::Paused(start, nodes) => {
                self.work(plan, ticket_id, start, Progress { nodes, rests: true, pause: None })
            }
            Fate::Done(start, pause) => {
                let nodes = usize::MAX;
                self.work(plan, ticket_id, start, Progress { nodes, rests: false, pause });
            }
        }
    }

    fn english(&self, plan: &Plan) -> bool {
        self.units[plan.unit].client.english
    }

    fn say(&mut self, from: &[(&'static str, &'static str)], plan: &Plan) -> String {
        let english = self.english(plan);
        texts::say(&mut self.ledger.random, from, english)
    }

    /// Who gives the ticket out, and who opened it.
    fn openers(&mut self, plan: &Plan) -> Option<(&'static Person, &'static Person)> {
        let south = self.units[plan.unit].city.region() == "south";
        let login = if south && self.ledger.random.chance(70) { "sun.qiang" } else { "zhao.min" };
        let dispatcher = person(login)?;
        let opener = if plan.by_engineer { plan.engineer.unwrap_or(dispatcher) } else { dispatcher };
        Some((dispatcher, opener))
    }

    fn open(&mut self, plan: &Plan, opener: &'static Person) -> Id {
        let unit = &self.units[plan.unit];
        let english = unit.client.english;
        let count = self.numbers.entry(opener.prefix).or_insert(0);
        *count += 1;
        let number = format!("{}-{count:04}", opener.prefix);
        let random = &mut self.ledger.random;
        let title = texts::title(random, plan.kind, unit.model, plan.fault, english);
        let described = plan.kind == TicketKind::Repair && random.chance(55);
        let description = match plan.description {
            "" if described => texts::say(random, texts::DESCRIPTIONS, english),
            description => description.to_owned(),
        };
        let source = if plan.by_engineer { "scan" } else { *random.pick(&["phone", "phone", "console"]) };
        let place = &unit.client.sites[unit.site];
        let (key, fault_code) = match plan.kind {
            TicketKind::Repair => ("repair", unit.model.faults[plan.fault % unit.model.faults.len()].code),
            TicketKind::Installation => ("installation", ""),
            TicketKind::Maintenance | TicketKind::Newer(_) => ("maintenance", ""),
        };
        let command = OpenTicket {
            number,
            workflow_id: workflow_id(key),
            title,
            description,
            urgency: plan.urgency,
            source: source.into(),
            device_id: Some(unit.device.id),
            site_id: unit.device.site_id,
            contact_id: Some(unit.client.contact_id(unit.site)),
            engineer_id: plan.engineer.filter(|_| plan.by_engineer).map(Person::id),
            planned_at: plan.planned_at.filter(|_| plan.by_engineer),
            due_at: Some(plan.due_at),
            fault_code: fault_code.into(),
            latitude: plan.by_engineer.then_some(place.latitude),
            longitude: plan.by_engineer.then_some(place.longitude),
            again: false,
        };
        self.ledger.act(plan.opened_at, opener, Vec::new(), command)
    }

    /// Lets someone have it, sometimes by a detour, before the work begins. When that was.
    fn give(&mut self, plan: &Plan, ticket_id: Id, dispatcher: &'static Person, opened_at: Instant) -> Instant {
        let Some(engineer) = plan.engineer else { return opened_at };
        let until = match plan.fate {
            Fate::Active(start, _) | Fate::Paused(start, _) | Fate::Done(start, _) => start,
            Fate::Cancelled => opened_at + HOUR,
            Fate::Open | Fate::Assigned => self.calendar.now,
        };
        let wait = (self.ledger.random.between(6, 70) * MINUTE).min((until - opened_at) * 2 / 5);
        let at = opened_at + wait;
        let assign = |to: &Person| AssignTicket {
            ticket_id,
            from_engineer_id: plan.engineer.filter(|_| plan.by_engineer).map(Person::id),
            engineer_id: Some(to.id()),
            from_planned_at: plan.planned_at.filter(|_| plan.by_engineer),
            planned_at: plan.planned_at,
        };
        let requires = vec![ticket_id];
        let colleague = colleague_of(engineer).filter(|_| self.ledger.random.chance(12));
        if plan.fate == Fate::Cancelled || self.ledger.random.chance(86) && colleague.is_none() {
            self.ledger.act(at, dispatcher, requires, assign(engineer));
        } else if let Some(colleague) = colleague {
            self.ledger.act(at, dispatcher, requires.clone(), assign(colleague));
            let note = self.say(texts::HAND_OVERS, plan);
            let command = HandOverTicket { ticket_id, engineer_id: engineer.id(), note };
            self.ledger.act(at + wait.max(2_000) / 2, colleague, requires, command);
        } else {
            let from = plan.triage();
            let command = TriageTicket { ticket_id, from, to: Triage { planned_at: plan.planned_at, ..from } };
            self.ledger.act(at, dispatcher, requires.clone(), command);
            self.ledger.act(at + wait.max(2_000) / 2, engineer, requires, ClaimTicket { ticket_id });
        }
        at
    }

    /// Some that nobody has yet were found to be more pressing.
    fn triage(&mut self, plan: &Plan, ticket_id: Id, dispatcher: &'static Person) {
        if plan.urgency >= Urgency::High || !self.ledger.random.chance(25) {
            return;
        }
        let due_at = Some(plan.due_at.min(self.calendar.now + 20 * HOUR));
        let from = plan.triage();
        let command = TriageTicket { ticket_id, from, to: Triage { urgency: Urgency::High, due_at, ..from } };
        self.ledger.act(plan.opened_at + 9 * MINUTE, dispatcher, vec![ticket_id], command);
    }

    fn work(&mut self, plan: &Plan, ticket_id: Id, start: Instant, progress: Progress) {
        let Some(engineer) = plan.engineer else { return };
        let Some(workflow) = self.workflows.iter().find(|workflow| workflow.ticket_kind == plan.kind) else { return };
        let unit = &self.units[plan.unit];
        let contact_id = unit.client.contact_id(unit.site);
        let contact = self.contacts.iter().find(|contact| contact.id == contact_id);
        let fresh = start > self.calendar.now - 4 * HOUR;
        let mut work = Work {
            ledger: &mut *self.ledger,
            pictures: self.pictures,
            taken: &mut self.taken,
            ticket_id,
            engineer,
            unit,
            fault: (plan.kind == TicketKind::Repair).then_some(plan.fault),
            contact: contact.map_or("", |contact| contact.name.as_str()),
            at: start,
            pace: if fresh { 4 } else { 7 },
        };
        for (index, node) in workflow.nodes.iter().enumerate() {
            work.start(node);
            if index >= progress.nodes {
                if progress.rests {
                    work.pause(node);
                }
                break;
            }
            if let Some(days) = progress.pause.filter(|_| index == workflow.nodes.len() / 2) {
                work.pause(node);
                work.at = start + days * DAY;
                work.start(node);
            }
            work.complete(node);
        }
        let at = work.at;
        if self.ledger.random.chance(30) {
            let text = self.say(texts::PASSING, plan);
            // Before the last thing that was done: nobody writes notes about a visit after leaving.
            self.ledger.act(start.midpoint(at), engineer, vec![ticket_id], AddNote { ticket_id, text });
        }
    }
}

impl Plan {
    /// How soon it is to be done, as it was opened.
    fn triage(&self) -> Triage {
        let planned_at = self.planned_at.filter(|_| self.by_engineer);
        Triage { urgency: self.urgency, planned_at, due_at: Some(self.due_at) }
    }
}

/// How far the work got.
struct Progress {
    /// So many steps are complete.
    nodes: usize,
    /// Whether the next one rests.
    rests: bool,
    /// A break of so many days.
    pause: Option<i64>,
}

/// Someone else with a van in the same city.
fn colleague_of(engineer: &Person) -> Option<&'static Person> {
    let mut others = engineers().filter(|(other, city)| other.login != engineer.login && Some(*city) == engineer.city);
    others.next().map(|(other, _)| other)
}
