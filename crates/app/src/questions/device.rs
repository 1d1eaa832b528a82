//! A device with its history, and what a code means.

use super::{MovementView, StockRow, TicketCard};
use outpost_domain::Id;
use outpost_domain::customer::{Customer, Site};
use outpost_domain::device::{Device, DeviceModel, Tag};
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskCode {
    /// What a scanner read.
    pub code: String,
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
    },
    /// A part.
    Part {
        /// The part, with what is in the van and elsewhere.
        row: StockRow,
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
    /// An invitation to enrol; shown only when this replica is already enrolled.
    Enrolment {
        /// The link.
        link: String,
    },
    /// A code of ours that another company printed.
    OtherCompany {
        /// That company's name for itself.
        company: String,
        /// What was read.
        code: String,
    },
    /// A link to somewhere else; it is shown, never opened by itself.
    Link {
        /// The address.
        address: String,
    },
    /// Nothing that is known here: bind it or create something.
    Unknown {
        /// What was read, trimmed.
        code: String,
    },
}

pub(super) fn device(_desk: &crate::Desk<'_>, _ask: &AskDevice) -> Result<DeviceView, crate::Failure> { todo!() }

pub(super) fn meaning(_desk: &crate::Desk<'_>, _ask: &AskCode) -> Result<Meaning, crate::Failure> { todo!() }
