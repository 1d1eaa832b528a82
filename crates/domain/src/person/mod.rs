//! People, their roles and rights, the regions that isolate data, and the replicas they carry.

mod rules;
pub(crate) use rules::{save_region, save_user};

use crate::choice::choice;
use crate::{Id, Instant, Record, Travels};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A node of the tree that isolates data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(everybody, sight, order = "name")]
pub struct Region {
    /// Its name in the database.
    pub id: Id,
    /// Name in Chinese, or in the company's own language.
    #[record(most = 80, filled)]
    pub name: String,
    /// Name in English; may be empty.
    #[record(most = 80)]
    pub name_en: String,
    /// The region above; none for the root.
    #[record(of = Region)]
    pub parent_id: Option<Id>,
}

choice! {
    /// What a role may do.
    Right {
        /// Open tickets.
        OpenTicket = "open_ticket";
        /// Progress one's own tickets, and take unassigned ones.
        WorkTicket = "work_ticket";
        /// Assign, triage, cancel, and progress anybody's.
        AssignTicket = "assign_ticket";
        /// Use and return parts for a ticket.
        UsePart = "use_part";
        /// Receive, issue, transfer and adjust stock.
        KeepStock = "keep_stock";
        /// Change parts, device models and stock locations.
        EditCatalogue = "edit_catalogue";
        /// Change customers, contacts, sites and devices.
        EditCustomer = "edit_customer";
        /// Change people and regions.
        EditPerson = "edit_person";
        /// See every region's data.
        SeeAllRegions = "see_all_regions";
    }
}

/// A set of rights with a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(everybody, sight, order = "name")]
pub struct Role {
    /// Its name in the database.
    pub id: Id,
    /// One of engineer, clerk, dispatcher, manager, finance, admin, or a company's own.
    pub key: String,
    /// Name in the company's language.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// What it may do, ordered.
    pub rights: Vec<Right>,
}

/// A person who works with Outpost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(everybody, sight, order = "name")]
pub struct User {
    /// Its name in the database.
    pub id: Id,
    /// What they sign in with. It stays at headquarters: in every image it is empty, and a command that leaves it so does not
    /// touch it.
    #[record(detail, most = 60, filled)]
    pub login: String,
    /// Name in the company's language.
    #[record(title, most = 80, filled)]
    pub name: String,
    /// Name in Latin letters; may be empty.
    #[record(most = 80)]
    pub name_en: String,
    /// Telephone number; may be empty.
    #[record(most = 40)]
    pub phone: String,
    /// The role that gives the rights.
    #[record(of = Role)]
    pub role_id: Id,
    /// The region that they work in.
    #[record(of = Region, lies)]
    pub region_id: Id,
    /// The stock location that is their van.
    #[record(of = StockLocation)]
    pub van_id: Option<Id>,
    /// Someone who left stays in the history but can no longer act.
    pub active: bool,
}

/// One installation's copy of its part of the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "name")]
pub struct Replica {
    /// Its name in the database.
    pub id: Id,
    /// What its person calls it.
    pub name: String,
    /// What the ticket numbers given on it begin with.
    pub prefix: String,
    /// Whose it is.
    #[record(of = User, own, lies)]
    pub user_id: Id,
    /// When it was enrolled.
    #[ts(type = "number")]
    pub enrolled_at: Instant,
    /// A lost device: its pushes are quarantined, its pulls refused.
    pub revoked: bool,
    /// The replica that this one is a copy of; commands given before it was copied bear that one's name.
    #[record(of = Replica)]
    pub forked_from_id: Option<Id>,
}

/// Creates a person, or changes their record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct SaveUser {
    /// As it is to be.
    pub user: User,
    /// As the person saw it; none for a new one. What is the same in both stays as it is by then.
    pub from: Option<User>,
}

/// Creates a region, or changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct SaveRegion {
    /// As it is to be.
    pub region: Region,
    /// As the person saw it; none for a new one. What is the same in both stays as it is by then.
    pub from: Option<Region>,
}
