//! Which tickets there are: for which device, whose, when, and how far they got.

use crate::calendar::{Calendar, DAY, HOUR, MINUTE};
use crate::devices::Unit;
use crate::people::{City, Person, engineers, person};
use crate::random::Random;
use outpost_domain::Instant;
use outpost_domain::device::DeviceState;
use outpost_domain::ticket::Urgency;
use outpost_domain::workflow::TicketKind;
use std::collections::BTreeSet;

/// How far a ticket got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Open,
    Assigned,
    /// Begun at this time; so many steps are complete and the next is being done.
    Active(Instant, usize),
    /// The same, but the next step rests.
    Paused(Instant, usize),
    /// Begun at this time and complete; with a break of some days in between.
    Done(Instant, Option<i64>),
    Cancelled,
}

/// One ticket before it is acted out.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) unit: usize,
    pub(crate) kind: TicketKind,
    /// Which of the model's faults, for a repair.
    pub(crate) fault: usize,
    pub(crate) engineer: Option<&'static Person>,
    pub(crate) opened_at: Instant,
    pub(crate) planned_at: Option<Instant>,
    pub(crate) due_at: Instant,
    pub(crate) urgency: Urgency,
    pub(crate) fate: Fate,
    /// Opened by the engineer who met the device, not by a dispatcher.
    pub(crate) by_engineer: bool,
    pub(crate) description: &'static str,
}

/// How many tickets stand in each state.
pub(crate) const OPEN: usize = 20;
pub(crate) const ASSIGNED: usize = 28;
pub(crate) const PAUSED: usize = 8;
pub(crate) const DONE: usize = 77;
pub(crate) const CANCELLED: usize = 12;

pub(crate) struct Planner<'a> {
    random: &'a mut Random,
    calendar: Calendar,
    units: &'a [Unit],
    plans: Vec<Plan>,
    /// Devices that have a ticket which is not closed; a second one would confuse.
    busy: BTreeSet<usize>,
    /// Visits that are taken: who, on which day, which of the day.
    visits: BTreeSet<(&'static str, i64, usize)>,
}

/// All 150 tickets in the order in which they were opened.
pub(crate) fn plans(random: &mut Random, calendar: Calendar, units: &[Unit]) -> Vec<Plan> {
    let mut planner =
        Planner { random, calendar, units, plans: Vec::new(), busy: BTreeSet::new(), visits: BTreeSet::new() };
    crate::today::plan_today(&mut planner);
    planner.long_history();
    planner.fill();
    planner.plans.sort_by_key(|plan| plan.opened_at);
    planner.plans
}

impl Planner<'_> {
    pub(crate) fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// The device of a customer's site that people call so.
    pub(crate) fn find(&self, client: &str, site: usize, name: &str) -> usize {
        let fits = |unit: &Unit| unit.client.key == client && unit.site == site && unit.device.name == name;
        self.units.iter().position(fits).unwrap_or_default()
    }

    /// A ticket for a device, opened at a time; the rest is usual.
    pub(crate) fn ticket(&mut self, unit: usize, kind: TicketKind, opened_at: Instant, fate: Fate) -> Plan {
        let urgency = match (kind, self.random.below(100)) {
            (TicketKind::Repair, 0..=11) => Urgency::Urgent,
            (TicketKind::Repair, 12..=39) => Urgency::High,
            (TicketKind::Maintenance, 0..=29) => Urgency::Low,
            _ => Urgency::Normal,
        };
        let limit = match urgency {
            Urgency::Urgent => 8 * HOUR,
            Urgency::High => DAY,
            Urgency::Normal | Urgency::Newer(_) => 4 * DAY,
            Urgency::Low => 10 * DAY,
        };
        Plan {
            unit,
            kind,
            fault: self.random.below(self.units[unit].model.faults.len()),
            engineer: None,
            opened_at,
            planned_at: None,
            due_at: opened_at + limit,
            urgency,
            fate,
            by_engineer: false,
            description: "",
        }
    }

    pub(crate) fn add(&mut self, plan: Plan) {
        if !matches!(plan.fate, Fate::Done(..) | Fate::Cancelled) {
            self.busy.insert(plan.unit);
        }
        self.plans.push(plan);
    }

    /// A device in a city, or anywhere, that has no ticket which is not closed.
    pub(crate) fn idle_unit(&mut self, city: Option<City>) -> usize {
        let fits = |(index, unit): &(usize, &Unit)| {
            unit.device.state != DeviceState::Retired
                && city.is_none_or(|city| city == unit.city)
                && !self.busy.contains(index)
        };
        let idle: Vec<usize> = self.units.iter().enumerate().filter(fits).map(|(index, _)| index).collect();
        *self.random.pick(&idle)
    }

    pub(crate) fn kind(&mut self) -> TicketKind {
        match self.random.below(100) {
            0..=57 => TicketKind::Repair,
            58..=89 => TicketKind::Maintenance,
            _ => TicketKind::Installation,
        }
    }

    /// Someone who works in the city of a device.
    pub(crate) fn engineer_of(&mut self, unit: usize) -> Option<&'static Person> {
        let city = self.units[unit].city;
        let here: Vec<_> = engineers().filter(|(_, works_in)| *works_in == city).map(|(person, _)| person).collect();
        if here.is_empty() { None } else { Some(*self.random.pick(&here)) }
    }

    /// A visit on a working day between two days that this person has no other visit for.
    pub(crate) fn visit(&mut self, engineer: &'static Person, first: i64, last: i64) -> Instant {
        const HOURS: [(i64, i64); 3] = [(8, 40), (11, 10), (14, 20)];
        for _ in 0..200 {
            let day = self.random.between(first, last);
            let of_day = self.random.below(HOURS.len());
            if self.calendar.weekday(day) < 5 && self.visits.insert((engineer.login, day, of_day)) {
                let (hour, minute) = HOURS[of_day];
                return self.calendar.at(day, hour, minute) + self.random.between(0, 4) * 5 * MINUTE;
            }
        }
        // So many visits do not fit into these days: a Saturday.
        self.calendar.at(first, 17, 0) + self.random.between(0, 59) * MINUTE
    }

    /// Some time before a visit, when people call.
    fn before(&mut self, visit: Instant, days: i64) -> Instant {
        let back = self.random.between(0, days);
        if back == 0 {
            return visit - self.random.between(90, 170) * MINUTE;
        }
        visit - back * DAY - self.random.between(-120, 180) * MINUTE
    }

    /// Lift 3 of Harbour Tower comes back every few days.
    fn long_history(&mut self) {
        let unit = self.find("harbour", 0, "3号电梯");
        for round in 0..12 {
            let login = if round % 3 == 1 { "zhang.lei" } else { "li.wei" };
            let Some(engineer) = person(login) else { continue };
            let day = -57 + round * 4 + i64::from(round > 9) * 2;
            let start = self.visit(engineer, day, day + 3);
            let kind = if round % 4 == 0 { TicketKind::Maintenance } else { TicketKind::Repair };
            let opened_at = self.before(start, 1);
            let pause = (round == 6).then_some(1);
            let mut plan = self.ticket(unit, kind, opened_at, Fate::Done(start, pause));
            plan.fault = if round % 2 == 1 { 0 } else { plan.fault };
            plan.engineer = Some(engineer);
            plan.planned_at = Some(start);
            self.add(plan);
        }
    }

    fn count(&self, fits: fn(Fate) -> bool) -> usize {
        self.plans.iter().filter(|plan| fits(plan.fate)).count()
    }

    fn fill(&mut self) {
        while self.count(|fate| matches!(fate, Fate::Done(..))) < DONE {
            self.done();
        }
        while self.count(|fate| matches!(fate, Fate::Paused(..))) < PAUSED {
            self.paused();
        }
        while self.count(|fate| fate == Fate::Assigned) < ASSIGNED {
            self.assigned(2, 6);
        }
        while self.count(|fate| fate == Fate::Open) < OPEN {
            let opened_at = self.recently(3 * 24 * 60);
            let (unit, kind) = (self.idle_unit(None), self.kind());
            let plan = self.ticket(unit, kind, opened_at, Fate::Open);
            self.add(plan);
        }
        while self.count(|fate| fate == Fate::Cancelled) < CANCELLED {
            let opened_at =
                self.calendar.at(self.random.between(-55, -3), 10, 0) + self.random.between(0, 400) * MINUTE;
            let (unit, kind) = (self.idle_unit(None), self.kind());
            let mut plan = self.ticket(unit, kind, opened_at, Fate::Cancelled);
            plan.engineer = if self.random.chance(50) { self.engineer_of(unit) } else { None };
            self.add(plan);
        }
    }

    /// Within the last minutes, but not in this very one.
    fn recently(&mut self, minutes: i64) -> Instant {
        self.calendar.now - self.random.between(12, minutes) * MINUTE
    }

    fn done(&mut self) {
        let (unit, kind) = (self.idle_unit(None), self.kind());
        let Some(engineer) = self.engineer_of(unit) else { return };
        let start = self.visit(engineer, -58, -1);
        let room_for_pause = start < self.calendar.now - 5 * DAY;
        let pause = (room_for_pause && self.random.chance(15)).then_some(self.random.between(1, 3));
        let by_engineer = self.random.chance(15);
        let opened_at = if by_engineer { start - self.random.between(2, 9) * MINUTE } else { self.before(start, 2) };
        let mut plan = self.ticket(unit, kind, opened_at, Fate::Done(start, pause));
        plan.engineer = Some(engineer);
        plan.planned_at = Some(start);
        plan.by_engineer = by_engineer;
        self.add(plan);
    }

    fn paused(&mut self) {
        let unit = self.idle_unit(None);
        let Some(engineer) = self.engineer_of(unit) else { return };
        let start = self.visit(engineer, -6, -1);
        let opened_at = self.before(start, 2);
        let nodes = self.random.between(1, 3) as usize;
        let mut plan = self.ticket(unit, TicketKind::Repair, opened_at, Fate::Paused(start, nodes));
        plan.engineer = Some(engineer);
        plan.planned_at = Some(start);
        plan.due_at = self.calendar.now + self.random.between(-8, 60) * HOUR;
        self.add(plan);
    }

    /// A visit on one of the next days.
    pub(crate) fn assigned(&mut self, first: i64, last: i64) {
        let (unit, kind) = (self.idle_unit(None), self.kind());
        let Some(engineer) = self.engineer_of(unit) else { return };
        let planned_at = self.visit(engineer, first, last);
        let opened_at = self.recently(2 * 24 * 60);
        let mut plan = self.ticket(unit, kind, opened_at, Fate::Assigned);
        plan.urgency = plan.urgency.min(Urgency::High);
        plan.engineer = Some(engineer);
        plan.planned_at = Some(planned_at);
        plan.due_at = planned_at + self.random.between(4, 40) * HOUR;
        self.add(plan);
    }
}
