//! All tickets by state, for who gives them out.

use super::TicketCard;
use super::cards::cards;
use super::lookup::{NOT_CLOSED, Where, count, counted, id_at, limit, word};
use crate::{Desk, Failure};
use outpost_domain::person::{Region, Right, Role, User};
use outpost_domain::ticket::{Ticket, TicketState, Urgency};
use outpost_domain::workflow::TicketKind;
use outpost_domain::{Id, Instant, Kind};
use outpost_store::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// Which tickets are there?
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct AskBoard {
    /// Only found by these words.
    pub text: String,
    /// Only of this region.
    pub region_id: Option<Id>,
    /// Only this person's.
    pub engineer_id: Option<Id>,
    /// Only of this kind.
    pub ticket_kind: Option<TicketKind>,
    /// Only this soon.
    pub urgency: Option<Urgency>,
    /// How many per column at most; 0 for 100.
    pub limit: u32,
}

/// Tickets in one state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct BoardColumn {
    /// The state.
    pub state: TicketState,
    /// How many there are, counted up to 300 or as many as were asked for: one more than that means that there are more.
    pub total: u32,
    /// The first of them.
    pub cards: Vec<TicketCard>,
}

/// A person who can be given tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Crew {
    /// Who.
    pub user: User,
    /// How many tickets they have that are not closed, in the regions that the asking person sees.
    pub load: u32,
}

/// All tickets by state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Board {
    /// One column per state, in their order.
    pub columns: Vec<BoardColumn>,
    /// Who can be given tickets.
    pub crew: Vec<Crew>,
    /// The regions that the person may see.
    pub regions: Vec<Region>,
}

pub(super) fn board(desk: &Desk<'_>, ask: &AskBoard) -> Result<Board, Failure> {
    let mut tickets: Vec<Ticket> = Vec::new();
    let mut sizes = Vec::new();
    for state in STATES {
        let (total, mut first) = column(desk, ask, state)?;
        sizes.push((state, total, first.len()));
        tickets.append(&mut first);
    }
    // The cards of all columns are made at once.
    let mut cards = cards(desk, &tickets, None)?.into_iter();
    let columns = sizes.into_iter().map(|(state, total, length)| BoardColumn {
        state,
        total,
        cards: cards.by_ref().take(length).collect(),
    });
    let columns = columns.collect();
    let regions = Where::visible(desk, Kind::Region);
    Ok(Board {
        columns,
        crew: crew(desk)?,
        regions: desk.store.readable(&format!("{} ORDER BY name, id", regions.sql()), &[])?,
    })
}

const STATES: [TicketState; 6] = [
    TicketState::Open,
    TicketState::Assigned,
    TicketState::Active,
    TicketState::Paused,
    TicketState::Done,
    TicketState::Cancelled,
];

/// How far tickets are counted.
const COUNTED: u32 = 300;

/// For so long a closed ticket stays on the board.
const CLOSED_MILLIS: Instant = 7 * 86_400_000;

/// How many tickets there are in a state, and the first of them.
fn column(desk: &Desk<'_>, ask: &AskBoard, state: TicketState) -> Result<(u32, Vec<Ticket>), StoreError> {
    let mut filter = Where::visible(desk, Kind::Ticket);
    filter.and_with("ticket.state = {}", word(state));
    if state.is_closed() {
        filter.and_with("ticket.closed_at >= {}", desk.now - CLOSED_MILLIS);
    } else {
        // Says nothing more than the state does, but to an index of what is still to be done.
        filter.and(&format!("ticket.state {NOT_CLOSED}"));
    }
    if let Some(region_id) = ask.region_id {
        filter.and_with("ticket.region_id = {}", region_id.to_string());
    }
    if let Some(engineer_id) = ask.engineer_id {
        filter.and_with("ticket.engineer_id = {}", engineer_id.to_string());
    }
    if let Some(ticket_kind) = ask.ticket_kind {
        filter.and_with("ticket.ticket_kind = {}", word(ticket_kind));
    }
    if let Some(urgency) = ask.urgency {
        filter.and_with("ticket.urgency = {}", word(urgency));
    }
    // People look for a ticket by what it is about as often as by its own words.
    let named = [
        (Kind::Ticket, "ticket.id"),
        (Kind::Site, "ticket.site_id"),
        (Kind::Customer, "ticket.customer_id"),
        (Kind::Device, "ticket.device_id"),
    ];
    filter.and_found(desk, &named, &ask.text);
    let limit = limit(ask.limit, 100);
    let total = counted(desk, "ticket", &filter, COUNTED.max(limit))?;
    // Each as an index has it, word for word: ticket_board, and ticket_closed.
    let order = if state.is_closed() {
        "ticket.closed_at DESC, ticket.id DESC"
    } else {
        "CASE ticket.urgency WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END,
         CASE WHEN ticket.due_at IS NULL THEN 1 ELSE 0 END, ticket.due_at, ticket.opened_at, ticket.id"
    };
    let most = filter.place(limit);
    let tail = format!("{} ORDER BY {order} LIMIT {most}", filter.sql());
    Ok((total, desk.store.readable(&tail, &filter.params())?))
}

/// The active people whose role may work on tickets, by name.
fn crew(desk: &Desk<'_>) -> Result<Vec<Crew>, StoreError> {
    let roles: Vec<Role> = desk.store.readable("", &[])?;
    let workers: BTreeSet<Id> =
        roles.iter().filter(|role| role.rights.contains(&Right::WorkTicket)).map(|role| role.id).collect();
    let mut active = Where::visible(desk, Kind::User);
    active.and_with("active = {}", true);
    let mut people: Vec<User> =
        desk.store.readable(&format!("{} ORDER BY name, id", active.sql()), &active.params())?;
    people.retain(|user| workers.contains(&user.role_id));
    // A ticket lies in its region, so that one index answers for everybody at once: not by person, which would lead through all
    // that they have ever closed.
    let within = desk.regions().map(|ids| format!(" AND region_id IN ({ids})")).unwrap_or_default();
    let sql = format!("SELECT engineer_id, count(*) FROM ticket WHERE state {NOT_CLOSED}{within} GROUP BY engineer_id");
    let loads = desk.store.rows(&sql, &[], |row| Ok((id_at(row, 0)?, count(row.get(1)?))))?;
    let loads: BTreeMap<Id, u32> = loads.into_iter().collect();
    Ok(people.into_iter().map(|user| Crew { load: loads.get(&user.id).copied().unwrap_or(0), user }).collect())
}
