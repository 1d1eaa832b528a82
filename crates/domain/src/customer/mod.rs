//! Who is served, and where.

mod rules;
pub(crate) use rules::{of_customer, position, save_contact, save_customer, save_site};

use crate::choice::choice;
use crate::{Id, Record, Travels};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

choice! {
    /// How a customer is served.
    Tier {
        /// As agreed for everybody.
        Standard = "standard";
        /// With a service agreement.
        Member = "member";
        /// First.
        Vip = "vip";
    }
}

/// Who is served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "name")]
pub struct Customer {
    /// Its name in the database.
    pub id: Id,
    /// Name in the company's language.
    #[record(title, most = 120, filled)]
    pub name: String,
    /// Name in English; may be empty.
    #[record(most = 120)]
    pub name_en: String,
    /// How they are served.
    pub tier: Tier,
    /// The region that looks after them.
    #[record(of = Region, lies)]
    pub region_id: Id,
    /// Anything else.
    #[record(most = 4000)]
    pub note: String,
}

/// A person at a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "name")]
pub struct Contact {
    /// Its name in the database.
    pub id: Id,
    /// Whose.
    #[record(of = Customer, lies)]
    pub customer_id: Id,
    /// Where they are met, if at one site.
    #[record(of = Site, lies)]
    pub site_id: Option<Id>,
    /// Their name.
    #[record(title, most = 80, filled)]
    pub name: String,
    /// Their function there.
    #[record(most = 80)]
    pub title: String,
    /// Telephone number.
    #[record(detail, most = 40)]
    pub phone: String,
}

/// Where devices stand and work happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "name")]
pub struct Site {
    /// Its name in the database.
    pub id: Id,
    /// Whose.
    #[record(of = Customer, shows)]
    pub customer_id: Id,
    /// The region it lies in.
    #[record(of = Region, lies)]
    pub region_id: Id,
    /// Name in the company's language.
    #[record(title, most = 120, filled)]
    pub name: String,
    /// Name in English; may be empty.
    #[record(most = 120)]
    pub name_en: String,
    /// Postal address.
    #[record(detail, most = 300, filled)]
    pub address: String,
    /// Degrees north, WGS 84.
    pub latitude: Option<f64>,
    /// Degrees east, WGS 84.
    pub longitude: Option<f64>,
}

/// Creates a customer, or changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct SaveCustomer {
    /// As it is to be.
    pub customer: Customer,
    /// As the person saw it; none for a new one. What is the same in both stays as it is by then.
    pub from: Option<Customer>,
}

/// Creates a contact, or changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct SaveContact {
    /// As it is to be.
    pub contact: Contact,
    /// As the person saw it; none for a new one. What is the same in both stays as it is by then.
    pub from: Option<Contact>,
}

/// Creates a site, or changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct SaveSite {
    /// As it is to be.
    pub site: Site,
    /// As the person saw it; none for a new one. What is the same in both stays as it is by then.
    pub from: Option<Site>,
}
