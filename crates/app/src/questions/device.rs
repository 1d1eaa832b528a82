//! A device with its history, and what a code means.

use super::cards::cards;
use super::lookup::{Where, by_ids, here, need};
use super::movements::movement_views;
use super::stock::tags;
use super::stock_rows::stock_rows;
use super::{MovementView, StockRow, TicketCard};
use crate::{Desk, Failure};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use outpost_domain::customer::{Customer, Site};
use outpost_domain::device::{Device, DeviceModel, Tag};
use outpost_domain::stock::StockMovement;
use outpost_domain::ticket::Ticket;
use outpost_domain::{Id, Kind};
use outpost_scan::{CodeFormat, Gs1};
use outpost_store::StoreError;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One device with all that belongs to it?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskDevice {
    /// Which.
    pub id: Id,
}

/// One device with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DeviceView {
    /// The device.
    pub device: Device,
    /// What it is.
    pub device_model: Option<DeviceModel>,
    /// Where it stands.
    pub site: Option<Site>,
    /// Whose it is.
    pub customer: Option<Customer>,
    /// Whether the warranty still runs today; none when no date is known.
    pub in_warranty: Option<bool>,
    /// Its tickets that are not closed, newest first.
    pub open_tickets: Vec<TicketCard>,
    /// Its closed tickets, newest first.
    pub closed_tickets: Vec<TicketCard>,
    /// The model's usual parts with what is in the van and elsewhere.
    pub parts: Vec<StockRow>,
    /// What was fitted, newest first.
    pub movements: Vec<MovementView>,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// What does this code mean?
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct AskCode {
    /// What a scanner read.
    pub code: String,
    /// What kind of code it was, if that is known.
    #[serde(default)]
    #[ts(optional)]
    pub format: Option<CodeFormat>,
    /// Whether the code itself said that it follows GS1, if that is known.
    #[serde(default)]
    #[ts(optional)]
    pub is_gs1: Option<bool>,
}

/// One of several devices that a code may mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DeviceChoice {
    /// The device.
    pub device: Device,
    /// Where it stands.
    pub site: Option<Site>,
}

/// What a code means, and so what a person most likely wants next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "meaning", rename_all = "snake_case")]
pub enum Meaning {
    /// A device.
    Device {
        /// The device.
        device: Device,
        /// Where it stands.
        site: Option<Site>,
        /// Whose it is.
        customer: Option<Customer>,
        /// Its tickets that are not closed, the asking person's first.
        open_tickets: Vec<TicketCard>,
        /// Whether it lies outside the asking person's region.
        elsewhere: bool,
        /// What the code says besides, if it follows GS1.
        gs1: Option<Gs1>,
    },
    /// Several devices that have this number: two makers gave it, or one device stands here twice. The person says which.
    Devices {
        /// The number, for a person.
        shown: String,
        /// Those of the person's region first, at most 20.
        devices: Vec<DeviceChoice>,
    },
    /// A part.
    Part {
        /// The part, with what is in the van and elsewhere.
        row: StockRow,
        /// What the code says besides, if it follows GS1.
        gs1: Option<Gs1>,
    },
    /// A stock location.
    StockLocation {
        /// Which.
        id: Id,
        /// Its name.
        name: String,
        /// The same in English.
        name_en: String,
    },
    /// A ticket.
    Ticket {
        /// The ticket.
        ticket: TicketCard,
    },
    /// The end of a ticket, to be confirmed by a signature.
    SignOff {
        /// The ticket.
        ticket: TicketCard,
    },
    /// An invitation to enrol; shown only when this replica is already enrolled.
    Enrolment {
        /// The link.
        link: String,
    },
    /// A code of ours that another company printed.
    OtherCompany {
        /// That company's name for itself.
        company: String,
        /// What was read, fit to be seen.
        shown: String,
    },
    /// A link to somewhere else; it is shown, never opened by itself.
    Link {
        /// The address.
        address: String,
        /// The same fit to be seen.
        shown: String,
        /// Where it would lead, as a browser understands it; empty where it leads to no host.
        host: String,
    },
    /// A thing of a kind that only a newer program shows.
    Newer,
    /// Nothing that is known here: bind it or create something.
    Unknown {
        /// What to bind: what was read, trimmed; of an article its number alone, without batch and serial number.
        code: String,
        /// The same fit to be seen.
        shown: String,
        /// What the code says, if it follows GS1.
        gs1: Option<Gs1>,
    },
}

pub(super) fn device(desk: &Desk<'_>, ask: &AskDevice) -> Result<DeviceView, Failure> {
    let device: Device = need(desk, ask.id)?;
    let device_model: Option<DeviceModel> = here(desk, device.model_id)?;
    let mut filter = Where::visible(desk, Kind::Ticket);
    filter.and_with("device_id = {}", ask.id.to_string());
    let tail = format!("{} ORDER BY opened_at DESC, id DESC", filter.sql());
    let tickets: Vec<Ticket> = desk.store.readable(&tail, &filter.params())?;
    let (closed_tickets, open_tickets) =
        cards(desk, &tickets, None)?.into_iter().partition(|card| card.state.is_closed());
    Ok(DeviceView {
        site: here(desk, device.site_id)?,
        customer: here(desk, device.customer_id)?,
        in_warranty: in_warranty(desk, &device),
        open_tickets,
        closed_tickets,
        parts: usual_parts(desk, device_model.as_ref())?,
        movements: movement_views(desk, fitted(desk, ask.id)?)?,
        tags: tags(desk, ask.id)?,
        device_model,
        device,
    })
}

/// Whether today, where the device that asks is, is not after the last day.
fn in_warranty(desk: &Desk<'_>, device: &Device) -> Option<bool> {
    let last: Date = device.warranty_until_on.as_deref()?.parse().ok()?;
    let local = desk.now + i64::from(desk.facts.utc_offset_minutes) * 60_000;
    let today = Timestamp::from_millisecond(local).ok()?.to_zoned(TimeZone::UTC).date();
    Some(today <= last)
}

/// The model's usual parts, in the model's order.
fn usual_parts(desk: &Desk<'_>, model: Option<&DeviceModel>) -> Result<Vec<StockRow>, StoreError> {
    let Some(model) = model else { return Ok(Vec::new()) };
    let mut parts = by_ids(desk, model.part_ids.iter().copied())?;
    stock_rows(desk, model.part_ids.iter().filter_map(|id| parts.remove(id)).collect(), None)
}

fn fitted(desk: &Desk<'_>, device_id: Id) -> Result<Vec<StockMovement>, StoreError> {
    let mut filter = Where::visible(desk, Kind::StockMovement);
    filter.and_with("device_id = {}", device_id.to_string());
    desk.store.readable(&format!("{} ORDER BY occurred_at DESC, id DESC", filter.sql()), &filter.params())
}
