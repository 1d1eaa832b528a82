//! What should be, from what headquarters wrote at each commit. Knows the records, and nothing of scopes, cursors,
//! shadows or digests as the code under test has them.

use crate::Trouble;
use crate::company::{BOSS, NORTH, PLACES, ROOT, SOUTH, STOCK};
use outpost_domain::{Id, Kind, Quantity};
use outpost_headquarters::Headquarters;
use outpost_store::params;
use outpost_sync::Images;
use outpost_sync::image::record;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A record at headquarters, and when.
struct Version {
    revision: i64,
    image: Vec<u8>,
    fields: Value,
}

/// Every state that every record had.
#[derive(Default)]
pub(crate) struct Model {
    versions: BTreeMap<(Kind, Id), Vec<Version>>,
    pub(crate) head: i64,
}

impl Model {
    /// Looks at what headquarters wrote since the last time.
    pub(crate) fn observe(&mut self, headquarters: &Headquarters) -> Result<bool, Trouble> {
        let store = headquarters.reader();
        let head = store.number("SELECT revision FROM tenant", &[])?;
        if head == self.head {
            return Ok(false);
        }
        let sql = "SELECT kind, id, revision, image FROM entity WHERE revision > $1";
        type New = (String, String, i64, Vec<u8>);
        let new: Vec<New> =
            store.rows(sql, params![self.head], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        for (kind, id, revision, image) in new {
            let kind = Kind::from_table(&kind).ok_or_else(|| Trouble(format!("a kind {kind}")))?;
            let id = Id::parse_str(&id).map_err(|error| Trouble(error.to_string()))?;
            let fields = record(kind, &image)?.to_fields()?;
            self.versions.entry((kind, id)).or_default().push(Version { revision, image, fields });
        }
        self.head = head;
        Ok(true)
    }

    /// Headquarters is what it was at a commit.
    pub(crate) fn rewind(&mut self, head: i64) {
        for versions in self.versions.values_mut() {
            versions.retain(|version| version.revision <= head);
        }
        self.head = head;
    }

    fn at(&self, kind: Kind, id: Id, revision: i64) -> Option<&Version> {
        self.versions.get(&(kind, id))?.iter().rev().find(|version| version.revision <= revision)
    }

    fn id_in(&self, kind: Kind, id: Option<Id>, revision: i64, field: &str) -> Option<Id> {
        named(&self.at(kind, id?, revision)?.fields, field)
    }

    /// An older state of a record, if it had one.
    pub(crate) fn older(&self, kind: Kind, image: &[u8]) -> Option<Vec<u8>> {
        let of_kind = self.versions.iter().filter(|((of, _), _)| *of == kind);
        let versions =
            of_kind.map(|(_, versions)| versions).find(|all| all.last().is_some_and(|v| v.image == image))?;
        versions.iter().rev().nth(1).map(|version| version.image.clone())
    }

    /// The image of a record that a person may not see now.
    pub(crate) fn foreign(&self, user: Id) -> Option<(Kind, Vec<u8>)> {
        let regions = self.regions_of(user, self.head);
        let hidden = self.versions.keys().find(|(kind, id)| !self.is_visible(*kind, *id, self.head, user, &regions));
        hidden.and_then(|(kind, id)| Some((*kind, self.at(*kind, *id, self.head)?.image.clone())))
    }

    /// What a person's device is to hold at a commit.
    pub(crate) fn projection(&self, user: Id, revision: i64) -> Images {
        let regions = self.regions_of(user, revision);
        let mut images = Images::new();
        for (kind, id) in self.versions.keys() {
            if let Some(version) = self.at(*kind, *id, revision)
                && self.is_visible(*kind, *id, revision, user, &regions)
            {
                images.insert((*kind, *id), version.image.clone());
            }
        }
        images
    }

    fn regions_of(&self, user: Id, revision: i64) -> BTreeSet<Id> {
        match self.id_in(Kind::User, Some(user), revision, "region_id") {
            _ if user == BOSS => BTreeSet::from([ROOT, NORTH, SOUTH]),
            Some(ROOT) => BTreeSet::from([ROOT, NORTH, SOUTH]),
            Some(region) => BTreeSet::from([region]),
            None => BTreeSet::new(),
        }
    }

    fn is_visible(&self, kind: Kind, id: Id, revision: i64, user: Id, regions: &BTreeSet<Id>) -> bool {
        let Some(version) = self.at(kind, id, revision) else { return false };
        let fields = &version.fields;
        let seen = |region: Option<Id>| region.is_some_and(|region| regions.contains(&region));
        let of = |kind: Kind, field: &str| self.id_in(kind, named(fields, field), revision, "region_id");
        // Who has an open ticket sees it wherever it lies, with what it needs.
        let given = |ticket: &Value| {
            let open = !["done", "cancelled"].contains(&ticket["state"].as_str().unwrap_or_default());
            open && named(ticket, "engineer_id") == Some(user)
        };
        let of_ticket = |field: &str| {
            let ticket = named(fields, field).and_then(|id| self.at(Kind::Ticket, id, revision));
            seen(of(Kind::Ticket, field)) || ticket.is_some_and(|ticket| given(&ticket.fields))
        };
        let visits = |site: Id| {
            let tickets = self.versions.keys().filter(|(kind, _)| *kind == Kind::Ticket);
            let mut tickets = tickets.filter_map(|(_, id)| self.at(Kind::Ticket, *id, revision));
            tickets.any(|ticket| {
                let elsewhere = !seen(named(&ticket.fields, "region_id"));
                elsewhere && named(&ticket.fields, "site_id") == Some(site) && given(&ticket.fields)
            })
        };
        match kind {
            Kind::Region | Kind::Role | Kind::User | Kind::Workflow | Kind::DeviceModel | Kind::Part => true,
            Kind::StockLocation => seen(named(fields, "region_id")),
            Kind::Site => seen(named(fields, "region_id")) || visits(id),
            Kind::Ticket => seen(named(fields, "region_id")) || given(fields),
            Kind::Customer => {
                seen(named(fields, "region_id"))
                    || self.versions.keys().any(|(kind, site)| {
                        *kind == Kind::Site
                            && self.id_in(Kind::Site, Some(*site), revision, "customer_id") == Some(id)
                            && (seen(self.id_in(Kind::Site, Some(*site), revision, "region_id")) || visits(*site))
                    })
            }
            Kind::Step | Kind::Attachment => of_ticket("ticket_id"),
            Kind::Event if fields["ticket_id"].is_null() => seen(of(Kind::User, "actor_id")),
            Kind::Event => of_ticket("ticket_id"),
            Kind::StockLevel => seen(of(Kind::StockLocation, "location_id")),
            Kind::StockMovement => {
                seen(of(Kind::StockLocation, "from_id"))
                    || seen(of(Kind::StockLocation, "to_id"))
                    || of_ticket("ticket_id")
            }
            Kind::Attention => named(fields, "actor_id") == Some(user) || seen(named(fields, "region_id")),
            Kind::Replica => named(fields, "user_id") == Some(user) || seen(of(Kind::User, "user_id")),
            Kind::Contact => {
                let site = named(fields, "site_id");
                seen(of(Kind::Customer, "customer_id")) || seen(of(Kind::Site, "site_id")) || site.is_some_and(visits)
            }
            // There are none of these in this company.
            Kind::Device | Kind::Tag => false,
        }
    }

    pub(crate) fn newest(&self, kind: Kind, id: Id) -> Option<&Value> {
        self.versions.get(&(kind, id))?.last().map(|version| &version.fields)
    }

    /// Every state of each record of a kind, with the commit that wrote it.
    pub(crate) fn histories(&self, kind: Kind) -> impl Iterator<Item = (Id, Vec<(i64, &Value)>)> {
        let of_kind = self.versions.iter().filter(move |((of, _), _)| *of == kind);
        of_kind.map(|((_, id), versions)| {
            (*id, versions.iter().map(|version| (version.revision, &version.fields)).collect())
        })
    }

    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = &Value> {
        self.versions
            .iter()
            .filter(move |((of, _), _)| *of == kind)
            .filter_map(|(_, versions)| versions.last().map(|version| &version.fields))
    }

    /// That each level is what its movements add up to.
    pub(crate) fn levels(&self) -> Result<(), String> {
        let number = |value: &Value| value.as_str().and_then(|text| text.parse::<Quantity>().ok()).unwrap_or_default();
        for place in PLACES {
            let name = Value::from(place.to_string());
            let mut expected = Quantity::from(STOCK);
            for movement in self.all(Kind::StockMovement) {
                if movement["to_id"] == name {
                    expected += number(&movement["quantity"]);
                }
                if movement["from_id"] == name {
                    expected -= number(&movement["quantity"]);
                }
            }
            let known = self.all(Kind::StockLevel).find(|level| level["location_id"] == name);
            let known = known.map(|level| number(&level["quantity"])).unwrap_or_default();
            if known != expected {
                return Err(format!("place {place} says {known}, its movements {expected}"));
            }
        }
        Ok(())
    }

    /// That the steps of each ticket were done in their order, or somebody is told that they were not.
    pub(crate) fn workflows(&self) -> Result<(), String> {
        let mut steps: BTreeMap<&str, Vec<(i64, bool)>> = BTreeMap::new();
        for step in self.all(Kind::Step) {
            let done = step["state"] == "done";
            let position = step["position"].as_i64().unwrap_or_default();
            steps.entry(step["ticket_id"].as_str().unwrap_or_default()).or_default().push((position, done));
        }
        for (ticket, mut steps) in steps {
            steps.sort_unstable();
            let gap = steps.windows(2).any(|pair| !pair[0].1 && pair[1].1);
            let told = self.all(Kind::Attention).any(|attention| attention["ticket_id"] == ticket);
            if gap && !told {
                return Err(format!("ticket {ticket} was done out of order and nobody was told"));
            }
        }
        Ok(())
    }

    /// How often each note was written.
    pub(crate) fn notes(&self) -> BTreeMap<&str, usize> {
        let mut notes = BTreeMap::new();
        for event in self.all(Kind::Event) {
            if event["name"] == "NoteAdded" {
                *notes.entry(event["details"]["text"].as_str().unwrap_or_default()).or_default() += 1;
            }
        }
        notes
    }

    /// The commands that are matters of attention.
    pub(crate) fn attention(&self) -> BTreeSet<&str> {
        self.all(Kind::Attention).filter_map(|attention| attention["command_id"].as_str()).collect()
    }
}

fn named(fields: &Value, field: &str) -> Option<Id> {
    fields[field].as_str().and_then(|id| Id::parse_str(id).ok())
}
