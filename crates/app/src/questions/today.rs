//! What one person has to do today, and whether this device is ready for it.

use super::cards::Around;
use super::lookup::{NOT_CLOSED, Where, regions_within};
use super::ready::lines;
use super::{Position, TicketCard};
use crate::{Desk, Failure};
use outpost_domain::ticket::{Ticket, TicketState};
use outpost_domain::{Instant, Kind};
use outpost_store::StoreError;
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};
use ts_rs::TS;

/// What is mine, in order?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskToday {
    /// Where the device is, for distances.
    pub position: Option<Position>,
}

/// One person's work, in the order in which to do it: what is being worked on, then by plan, urgency and limit, and last
/// what is paused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Today {
    /// My tickets that are not closed.
    pub mine: Vec<TicketCard>,
    /// Nobody's tickets in my region, at most 50.
    pub unassigned: Vec<TicketCard>,
    /// My tickets that were closed since midnight, local time of the device.
    pub done_today: Vec<TicketCard>,
    /// How many things are missing before leaving.
    pub missing: u32,
}

/// Is everything on this device that today's visits need?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskReady {}

/// What is looked at before leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReadyCheck {
    /// Nothing waits to be sent. `value`: how many commands do.
    Sent,
    /// Headquarters was heard recently. `value`: minutes since; empty if never.
    Fresh,
    /// Site and device of each ticket are on this device. `value`: what is missing.
    Data,
    /// The usual parts of each device are in the van. `value`: what is missing.
    Parts,
    /// There is room for photos. `value`: megabytes free.
    Room,
    /// Nothing needs attention. `value`: how many matters do.
    Attention,
}

/// One line of the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReadyLine {
    /// What was looked at.
    pub check: ReadyCheck,
    /// Whether it is as it should be.
    pub fine: bool,
    /// What stands in the sentence; see [`ReadyCheck`]. Of missing data, the kinds of the records.
    pub value: String,
    /// The same in English.
    pub value_en: String,
    /// The ticket it is about, if one.
    pub ticket_id: Option<outpost_domain::Id>,
    /// That ticket's number.
    pub ticket_number: Option<String>,
}

/// Whether this device is ready to leave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Ready {
    /// All lines, the ones that are not fine first.
    pub lines: Vec<ReadyLine>,
}

pub(super) fn today(desk: &Desk<'_>, ask: &AskToday) -> Result<Today, Failure> {
    let mine = mine(desk)?;
    let unassigned = unassigned(desk)?;
    let done = done_today(desk)?;
    let all: Vec<Ticket> = mine.iter().chain(&unassigned).chain(&done).cloned().collect();
    let around = Around::of(desk, &all)?;
    let cards = |tickets: &[Ticket]| tickets.iter().map(|ticket| around.card(ticket, ask.position)).collect();
    let lines = lines(desk, &mine, &around)?;
    Ok(Today {
        mine: cards(&mine),
        unassigned: cards(&unassigned),
        done_today: cards(&done),
        missing: lines.iter().filter(|line| !line.fine).count() as u32,
    })
}

pub(super) fn ready(desk: &Desk<'_>, _ask: &AskReady) -> Result<Ready, Failure> {
    let mine = mine(desk)?;
    let around = Around::of(desk, &mine)?;
    let mut lines = lines(desk, &mine, &around)?;
    lines.sort_by_key(|line| line.fine);
    Ok(Ready { lines })
}

/// The asking person's tickets that are not closed, in the order in which to do them.
fn mine(desk: &Desk<'_>) -> Result<Vec<Ticket>, StoreError> {
    let Some(user_id) = desk.user_id else { return Ok(Vec::new()) };
    let mut filter = Where::visible(desk, Kind::Ticket);
    filter.and_with("engineer_id = {}", user_id.to_string());
    filter.and(&format!("state {NOT_CLOSED}"));
    let mut tickets: Vec<Ticket> = desk.store.readable(filter.sql(), &filter.params())?;
    tickets.sort_by(in_order);
    Ok(tickets)
}

/// What is being worked on first, what waits for something last, and by plan, urgency and limit. What has no plan or no
/// limit comes after what has.
fn in_order(one: &Ticket, other: &Ticket) -> Ordering {
    let key = |ticket: &Ticket| {
        let begun = match ticket.state {
            TicketState::Active => 0,
            TicketState::Paused => 2,
            _ => 1,
        };
        let planned = ticket.planned_at.unwrap_or(Instant::MAX);
        (begun, planned, Reverse(ticket.urgency), ticket.due_at.unwrap_or(Instant::MAX), ticket.opened_at)
    };
    key(one).cmp(&key(other)).then_with(|| one.number.cmp(&other.number))
}

/// Nobody's tickets in the asking person's region and what lies in it.
fn unassigned(desk: &Desk<'_>) -> Result<Vec<Ticket>, StoreError> {
    let Some(user) = desk.user()? else { return Ok(Vec::new()) };
    let regions: Vec<String> =
        regions_within(desk.store, user.region_id)?.iter().map(|region_id| format!("'{region_id}'")).collect();
    let mut filter = Where::visible(desk, Kind::Ticket);
    filter.and(&format!("engineer_id IS NULL AND state {NOT_CLOSED} AND region_id IN ({})", regions.join(", ")));
    let order = "ORDER BY CASE state WHEN 'active' THEN 0 WHEN 'paused' THEN 2 ELSE 1 END,
         CASE WHEN planned_at IS NULL THEN 1 ELSE 0 END, planned_at,
         CASE urgency WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END,
         CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, due_at, opened_at, number LIMIT 50";
    desk.store.readable(&format!("{} {order}", filter.sql()), &filter.params())
}

/// The asking person's tickets that were closed since midnight, the last one first.
fn done_today(desk: &Desk<'_>) -> Result<Vec<Ticket>, StoreError> {
    let Some(user_id) = desk.user_id else { return Ok(Vec::new()) };
    let mut filter = Where::visible(desk, Kind::Ticket);
    filter.and_with("engineer_id = {}", user_id.to_string());
    filter.and_with("closed_at >= {}", desk.midnight());
    desk.store.readable(&format!("{} ORDER BY closed_at DESC, number", filter.sql()), &filter.params())
}
