//! What the demo's engineers have to do today and tomorrow.

use crate::calendar::{HOUR, MINUTE};
use crate::people::{City, Person, engineers, person};
use crate::plan::{Fate, Planner};
use outpost_domain::ticket::Urgency;
use outpost_domain::workflow::TicketKind;

/// A rich day for the first engineer, a plain one for the others.
pub(crate) fn plan_today(planner: &mut Planner<'_>) {
    if let Some(li_wei) = person("li.wei") {
        door_fault(planner, li_wei);
        torn_seal(planner, li_wei);
        waiting_for_part(planner, li_wei);
        upkeep(planner, li_wei);
        done_this_morning(planner, li_wei);
        fitting_tomorrow(planner, li_wei);
    }
    for (engineer, city) in engineers().filter(|(engineer, _)| engineer.login != "li.wei") {
        plain_day(planner, engineer, city);
    }
}

/// Urgent, and due soon.
fn door_fault(planner: &mut Planner<'_>, engineer: &'static Person) {
    let calendar = planner.calendar();
    let unit = planner.find("harbour", 0, "3号电梯");
    let mut plan = planner.ticket(unit, TicketKind::Repair, calendar.now - 50 * MINUTE, Fate::Assigned);
    plan.fault = 0;
    plan.urgency = Urgency::Urgent;
    plan.engineer = Some(engineer);
    plan.planned_at = Some(calendar.today_in(20));
    plan.due_at = calendar.now + 2 * HOUR + 10 * MINUTE;
    plan.description = "早高峰开关门异响，12 层门关不严，已停梯并围挡。到场请先联系值班电工。";
    planner.add(plan);
}

/// Its part is not in the van, but in the warehouse.
fn torn_seal(planner: &mut Planner<'_>, engineer: &'static Person) {
    let calendar = planner.calendar();
    let unit = planner.find("lotus", 0, "2号烤箱");
    let mut plan = planner.ticket(unit, TicketKind::Repair, calendar.now - 19 * HOUR, Fate::Assigned);
    plan.fault = 1;
    plan.urgency = Urgency::High;
    plan.engineer = Some(engineer);
    plan.planned_at = Some(calendar.today_in(110));
    plan.due_at = calendar.now + 7 * HOUR;
    plan.description =
        "Steam escapes at the lower left corner. Needs a new door seal LW-10. Not between 11:30 and 13:30.";
    planner.add(plan);
}

/// Begun yesterday, and resting.
fn waiting_for_part(planner: &mut Planner<'_>, engineer: &'static Person) {
    let calendar = planner.calendar();
    let unit = planner.find("metro", 0, "1号空调");
    let start = calendar.at(-1, 15, 30);
    let mut plan = planner.ticket(unit, TicketKind::Repair, start - 4 * HOUR, Fate::Paused(start, 3));
    plan.fault = 1;
    plan.urgency = Urgency::Normal;
    plan.engineer = Some(engineer);
    plan.planned_at = Some(calendar.today_in(200));
    plan.due_at = calendar.now + 26 * HOUR;
    planner.add(plan);
}

fn upkeep(planner: &mut Planner<'_>, engineer: &'static Person) {
    let calendar = planner.calendar();
    let unit = planner.find("harbour", 2, "1号电梯");
    let mut plan = planner.ticket(unit, TicketKind::Maintenance, calendar.now - 44 * HOUR, Fate::Assigned);
    plan.urgency = Urgency::Normal;
    plan.engineer = Some(engineer);
    plan.planned_at = Some(calendar.today_in(270));
    plan.due_at = calendar.now + 30 * HOUR;
    planner.add(plan);
}

fn done_this_morning(planner: &mut Planner<'_>, engineer: &'static Person) {
    let calendar = planner.calendar();
    let unit = planner.find("harbour", 1, "1号电梯");
    let start = calendar.now - 165 * MINUTE;
    let mut plan = planner.ticket(unit, TicketKind::Maintenance, start - 20 * HOUR, Fate::Done(start, None));
    plan.urgency = Urgency::Normal;
    plan.engineer = Some(engineer);
    plan.planned_at = Some(start);
    planner.add(plan);
}

fn fitting_tomorrow(planner: &mut Planner<'_>, engineer: &'static Person) {
    let calendar = planner.calendar();
    let unit = planner.find("xiehe", 1, "1号空调");
    let mut plan = planner.ticket(unit, TicketKind::Installation, calendar.now - 30 * HOUR, Fate::Assigned);
    plan.urgency = Urgency::Normal;
    plan.engineer = Some(engineer);
    plan.planned_at = Some(calendar.at(1, 9, 30));
    plan.due_at = calendar.at(3, 18, 0);
    planner.add(plan);
}

/// One under way, two more today, one tomorrow.
fn plain_day(planner: &mut Planner<'_>, engineer: &'static Person, city: City) {
    let calendar = planner.calendar();
    let start = calendar.now - 75 * MINUTE;
    let unit = planner.idle_unit(Some(city));
    let mut plan = planner.ticket(unit, TicketKind::Repair, start - 3 * HOUR, Fate::Active(start, 2));
    plan.engineer = Some(engineer);
    plan.planned_at = Some(start);
    plan.due_at = calendar.now + 5 * HOUR;
    planner.add(plan);
    let times = [calendar.today_in(75), calendar.today_in(210), calendar.at(1, 10, 0)];
    for (index, planned_at) in times.into_iter().enumerate() {
        let (unit, kind) = (planner.idle_unit(Some(city)), planner.kind());
        let opened_at = calendar.now - (5 + 9 * index as i64) * HOUR;
        let mut plan = planner.ticket(unit, kind, opened_at, Fate::Assigned);
        plan.urgency = plan.urgency.min(Urgency::High);
        plan.engineer = Some(engineer);
        plan.planned_at = Some(planned_at);
        plan.due_at = planned_at + 6 * HOUR;
        planner.add(plan);
    }
}
