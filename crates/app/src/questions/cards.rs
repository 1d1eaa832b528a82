//! Makes the cards of many tickets at once: one statement per kind of thing that a card names.

use super::attention::OPEN;
use super::lookup::{by_ids, count, id_at, in_lists};
use super::{Position, TicketCard};
use crate::Desk;
use geo::{Distance, Haversine, Point};
use outpost_domain::customer::{Customer, Site};
use outpost_domain::device::{Device, DeviceModel};
use outpost_domain::person::User;
use outpost_domain::ticket::Ticket;
use outpost_domain::workflow::Workflow;
use outpost_domain::{Id, Kind};
use outpost_store::StoreError;
use std::collections::{BTreeMap, BTreeSet};

/// What is known around some tickets.
pub(super) struct Around {
    pub(super) sites: BTreeMap<Id, Site>,
    pub(super) devices: BTreeMap<Id, Device>,
    pub(super) models: BTreeMap<Id, DeviceModel>,
    customers: BTreeMap<Id, Customer>,
    engineers: BTreeMap<Id, User>,
    workflows: BTreeMap<Id, Workflow>,
    /// Of each ticket, how many steps are done and how many there are.
    steps: BTreeMap<Id, (u32, u32)>,
    attention: BTreeMap<Id, u32>,
    waiting: BTreeSet<Id>,
    /// Parts of which the asking person's van holds some.
    in_van: BTreeSet<Id>,
}

/// The cards of these tickets, in their order.
pub(super) fn cards(
    desk: &Desk<'_>,
    tickets: &[Ticket],
    position: Option<Position>,
) -> Result<Vec<TicketCard>, StoreError> {
    let around = Around::of(desk, tickets)?;
    Ok(tickets.iter().map(|ticket| around.card(ticket, position)).collect())
}

impl Around {
    /// Looks up what the cards of these tickets name.
    pub(super) fn of(desk: &Desk<'_>, tickets: &[Ticket]) -> Result<Around, StoreError> {
        let devices: BTreeMap<Id, Device> = by_ids(desk, tickets.iter().filter_map(|ticket| ticket.device_id))?;
        let models: BTreeMap<Id, DeviceModel> = by_ids(desk, devices.values().map(|device| device.model_id))?;
        let in_van = in_van(desk, models.values().flat_map(|model| model.part_ids.iter().copied()))?;
        Ok(Around {
            sites: by_ids(desk, tickets.iter().map(|ticket| ticket.site_id))?,
            customers: by_ids(desk, tickets.iter().map(|ticket| ticket.customer_id))?,
            engineers: by_ids(desk, tickets.iter().filter_map(|ticket| ticket.engineer_id))?,
            workflows: by_ids(desk, tickets.iter().map(|ticket| ticket.workflow_id))?,
            steps: steps(desk, tickets)?,
            attention: attention(desk, tickets)?,
            waiting: waiting(desk, tickets)?,
            devices,
            models,
            in_van,
        })
    }

    /// The usual parts of a ticket's device.
    pub(super) fn parts_wanted(&self, ticket: &Ticket) -> &[Id] {
        let device = ticket.device_id.and_then(|id| self.devices.get(&id));
        let model = device.and_then(|device| self.models.get(&device.model_id));
        model.map_or(&[], |model| &model.part_ids)
    }

    /// Whether the asking person's van holds some of a part.
    pub(super) fn is_in_van(&self, part_id: Id) -> bool {
        self.in_van.contains(&part_id)
    }

    /// The card of one of the tickets.
    pub(super) fn card(&self, ticket: &Ticket, position: Option<Position>) -> TicketCard {
        let site = self.sites.get(&ticket.site_id);
        let customer = self.customers.get(&ticket.customer_id);
        let device = ticket.device_id.and_then(|id| self.devices.get(&id));
        let engineer = ticket.engineer_id.and_then(|id| self.engineers.get(&id));
        let workflow = self.workflows.get(&ticket.workflow_id);
        let node = ticket.node.as_deref().and_then(|key| workflow?.node(key));
        let wanted = self.parts_wanted(ticket);
        // A ticket whose steps are not here still tells how long its way is.
        let unknown = (0, workflow.map_or(0, |workflow| workflow.nodes.len() as u32));
        let (steps_done, steps_total) = self.steps.get(&ticket.id).copied().unwrap_or(unknown);
        TicketCard {
            id: ticket.id,
            number: ticket.number.clone(),
            ticket_kind: ticket.ticket_kind,
            title: ticket.title.clone(),
            urgency: ticket.urgency,
            state: ticket.state,
            reason: ticket.reason.clone(),
            node_name: node.map(|node| node.name.clone()).unwrap_or_default(),
            node_name_en: node.map(|node| node.name_en.clone()).unwrap_or_default(),
            steps_done,
            steps_total,
            planned_at: ticket.planned_at,
            due_at: ticket.due_at,
            opened_at: ticket.opened_at,
            closed_at: ticket.closed_at,
            site_name: site.map(|site| site.name.clone()).unwrap_or_default(),
            site_name_en: site.map(|site| site.name_en.clone()).unwrap_or_default(),
            address: site.map(|site| site.address.clone()).unwrap_or_default(),
            latitude: site.and_then(|site| site.latitude),
            longitude: site.and_then(|site| site.longitude),
            distance_metres: site.and_then(|site| distance(position?, site)),
            device_id: ticket.device_id,
            device_name: device.map(|device| device.name.clone()).unwrap_or_default(),
            device_name_en: device.map(|device| device.name_en.clone()).unwrap_or_default(),
            customer_name: customer.map(|customer| customer.name.clone()).unwrap_or_default(),
            customer_name_en: customer.map(|customer| customer.name_en.clone()).unwrap_or_default(),
            engineer_id: ticket.engineer_id,
            engineer_name: engineer.map(|engineer| engineer.name.clone()).unwrap_or_default(),
            parts_wanted: wanted.len() as u32,
            parts_in_van: wanted.iter().filter(|part_id| self.is_in_van(**part_id)).count() as u32,
            waiting: self.waiting.contains(&ticket.id),
            attention: self.attention.get(&ticket.id).copied().unwrap_or(0),
        }
    }
}

fn distance(from: Position, site: &Site) -> Option<u32> {
    let to = Point::new(site.longitude?, site.latitude?);
    let metres = Haversine.distance(Point::new(from.longitude, from.latitude), to);
    metres.is_finite().then(|| metres.round() as u32)
}

fn in_van(desk: &Desk<'_>, part_ids: impl Iterator<Item = Id>) -> Result<BTreeSet<Id>, StoreError> {
    let Some(van_id) = desk.user()?.and_then(|user| user.van_id) else { return Ok(BTreeSet::new()) };
    // A van's id is a UUID that was read from a record; as text in the statement it leaves the places to the parts.
    let tail = format!("location_id = '{van_id}'{}", desk.visible(Kind::StockLevel, "stock_level.id"));
    let mut held = BTreeSet::new();
    in_lists(part_ids, |places, params| {
        let sql = format!("SELECT part_id FROM stock_level WHERE part_id IN ({places}) AND quantity > 0 AND {tail}");
        held.extend(desk.store.rows(&sql, params, |row| id_at(row, 0))?);
        Ok(())
    })?;
    Ok(held)
}

fn steps(desk: &Desk<'_>, tickets: &[Ticket]) -> Result<BTreeMap<Id, (u32, u32)>, StoreError> {
    let visible = desk.visible(Kind::Step, "step.id");
    let mut counts = BTreeMap::new();
    in_lists(tickets.iter().map(|ticket| ticket.id), |places, params| {
        let sql = format!(
            "SELECT ticket_id, sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END), count(*) FROM step
             WHERE ticket_id IN ({places}){visible} GROUP BY ticket_id"
        );
        let read = desk.store.rows(&sql, params, |row| Ok((id_at(row, 0)?, (row.get::<u32>(1)?, row.get(2)?))))?;
        counts.extend(read);
        Ok(())
    })?;
    Ok(counts)
}

fn attention(desk: &Desk<'_>, tickets: &[Ticket]) -> Result<BTreeMap<Id, u32>, StoreError> {
    let visible = desk.visible(Kind::Attention, "attention.id");
    let mut counts = BTreeMap::new();
    in_lists(tickets.iter().map(|ticket| ticket.id), |places, params| {
        let sql = format!(
            "SELECT ticket_id, count(*) FROM attention
             WHERE ticket_id IN ({places}) AND {OPEN}{visible} GROUP BY ticket_id"
        );
        counts.extend(desk.store.rows(&sql, params, |row| Ok((id_at(row, 0)?, count(row.get(1)?))))?);
        Ok(())
    })?;
    Ok(counts)
}

/// The tickets to which something was done here that waits to be sent.
fn waiting(desk: &Desk<'_>, tickets: &[Ticket]) -> Result<BTreeSet<Id>, StoreError> {
    let waits = |kind: Kind, id: Id| desk.facts.waiting.contains(&(kind, id));
    if desk.facts.waiting.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut found: BTreeSet<Id> =
        tickets.iter().map(|ticket| ticket.id).filter(|id| waits(Kind::Ticket, *id)).collect();
    // Whatever is done to a ticket is told in its timeline, and what was not sent was not received.
    in_lists(tickets.iter().map(|ticket| ticket.id), |places, params| {
        let sql = format!("SELECT id, ticket_id FROM event WHERE ticket_id IN ({places}) AND received_at IS NULL");
        let events = desk.store.rows(&sql, params, |row| Ok((id_at(row, 0)?, id_at(row, 1)?)))?;
        found.extend(events.into_iter().filter(|(id, _)| waits(Kind::Event, *id)).map(|(_, ticket_id)| ticket_id));
        Ok(())
    })?;
    Ok(found)
}
