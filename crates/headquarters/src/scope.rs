//! Who may see what. A record lies in scopes, a person has scopes; what they share may leave headquarters.

use crate::HeadquartersError;
use outpost_domain::customer::Site;
use outpost_domain::device::{Device, TagTarget};
use outpost_domain::person::{Region, Right, Role, User};
use outpost_domain::ticket::Ticket;
use outpost_domain::{AnyRecord, Choice, Id, Kind};
use outpost_store::{Store, StoreError};
use outpost_sync::sha256_hex;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter};

/// Where records lie together for all whom they concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// What everybody may see.
    All,
    /// What is one person's own.
    Person(Id),
    /// What belongs to a region.
    Region(Id),
    /// A right. Nothing lies there: what a person may do is remembered together with what they may see.
    Right(Right),
}

impl Scope {
    /// The scope of this name; none for one that this program does not know.
    fn of(name: &str) -> Option<Scope> {
        match name.split_once(':') {
            None => (name == "all").then_some(Scope::All),
            Some(("person", id)) => Id::parse_str(id).ok().map(Scope::Person),
            Some(("region", id)) => Id::parse_str(id).ok().map(Scope::Region),
            Some(("right", name)) => Right::of(name).map(Scope::Right),
            Some(_) => None,
        }
    }
}

impl Display for Scope {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Scope::All => out.write_str("all"),
            Scope::Person(id) => write!(out, "person:{id}"),
            Scope::Region(id) => write!(out, "region:{id}"),
            Scope::Right(right) => write!(out, "right:{}", right.word()),
        }
    }
}

/// A set of scopes as it is stored: their names, in order.
pub(crate) fn join(scopes: &BTreeSet<Scope>) -> String {
    scopes.iter().map(Scope::to_string).collect::<Vec<_>>().join(" ")
}

/// The name of a set of scopes, which is short however large the set.
pub(crate) fn set_name(scopes: &BTreeSet<Scope>) -> String {
    sha256_hex(join(scopes).as_bytes())[..32].to_owned()
}

/// A set of scopes as it was stored.
pub(crate) fn split(scopes: &str) -> BTreeSet<Scope> {
    scopes.split_whitespace().filter_map(Scope::of).collect()
}

/// The region that a record of its own belongs to.
fn region_of(record: &AnyRecord) -> Option<Id> {
    match record {
        AnyRecord::Customer(record) => Some(record.region_id),
        AnyRecord::Site(record) => Some(record.region_id),
        AnyRecord::Ticket(record) => Some(record.region_id),
        AnyRecord::User(record) => Some(record.region_id),
        AnyRecord::StockLocation(record) => Some(record.region_id),
        _ => None,
    }
}

/// The scopes that a record lies in. It looks at the records that it belongs to, so those are stored first.
pub(crate) fn scopes_of_record(store: &Store, record: &AnyRecord) -> Result<BTreeSet<Scope>, StoreError> {
    scopes(store, record, true)
}

/// The same without those who have a ticket there from elsewhere, which are looked for: mostly nobody needs them to see it.
pub(crate) fn home_of_record(store: &Store, record: &AnyRecord) -> Result<BTreeSet<Scope>, StoreError> {
    scopes(store, record, false)
}

fn scopes(store: &Store, record: &AnyRecord, with_away: bool) -> Result<BTreeSet<Scope>, StoreError> {
    let away = |ticket: &Ticket| if with_away { away(store, ticket) } else { Ok(None) };
    let away_at = |site_id: Id| if with_away { away_at(store, site_id) } else { Ok(Vec::new()) };
    let at = |kind: Kind, id: Id| {
        Ok::<_, StoreError>(store.get_any(kind, id)?.and_then(|record| region_of(&record)).map(Scope::Region))
    };
    let of_site = |id: Id| {
        let mut scopes = away_at(id)?;
        scopes.extend(at(Kind::Site, id)?);
        Ok::<_, StoreError>(scopes)
    };
    let of_ticket = |id: Id| {
        let Some(ticket) = store.get::<Ticket>(id)? else { return Ok(Vec::new()) };
        let mut scopes: Vec<Scope> = away(&ticket)?.into_iter().collect();
        scopes.push(Scope::Region(ticket.region_id));
        Ok::<_, StoreError>(scopes)
    };
    let of_user = |id: Id| at(Kind::User, id);
    let of_place = |id: Id| at(Kind::StockLocation, id);
    let mut scopes = BTreeSet::new();
    match record {
        AnyRecord::Region(_)
        | AnyRecord::Role(_)
        | AnyRecord::User(_)
        | AnyRecord::Workflow(_)
        | AnyRecord::DeviceModel(_)
        | AnyRecord::Part(_) => {
            scopes.insert(Scope::All);
        }
        AnyRecord::Customer(record) => {
            scopes.insert(Scope::Region(record.region_id));
            for site in store.select::<Site>("WHERE customer_id = $1", &[&record.id.to_string()])? {
                scopes.extend(of_site(site.id)?);
            }
        }
        AnyRecord::Contact(record) => {
            scopes.extend(at(Kind::Customer, record.customer_id)?);
            if let Some(site_id) = record.site_id {
                scopes.extend(of_site(site_id)?);
            }
        }
        AnyRecord::Site(record) => {
            scopes.insert(Scope::Region(record.region_id));
            scopes.extend(away_at(record.id)?);
        }
        AnyRecord::Device(record) => scopes.extend(of_site(record.site_id)?),
        AnyRecord::Tag(record) => match record.target {
            TagTarget::Device => {
                if let Some(device) = store.get::<Device>(record.target_id)? {
                    scopes.extend(of_site(device.site_id)?);
                }
            }
            TagTarget::Part => {
                scopes.insert(Scope::All);
            }
            TagTarget::StockLocation => scopes.extend(of_place(record.target_id)?),
            // Where that lies only a newer program knows.
            TagTarget::Newer(_) => {}
        },
        AnyRecord::Ticket(record) => {
            scopes.insert(Scope::Region(record.region_id));
            scopes.extend(away(record)?);
        }
        AnyRecord::Step(record) => scopes.extend(of_ticket(record.ticket_id)?),
        AnyRecord::Event(record) => match record.ticket_id {
            Some(id) => scopes.extend(of_ticket(id)?),
            None => scopes.extend(of_user(record.actor_id)?),
        },
        AnyRecord::Attachment(record) => scopes.extend(of_ticket(record.ticket_id)?),
        AnyRecord::StockLocation(record) => {
            scopes.insert(Scope::Region(record.region_id));
        }
        AnyRecord::StockLevel(record) => scopes.extend(of_place(record.location_id)?),
        AnyRecord::StockMovement(record) => {
            for place in [record.from_id, record.to_id].into_iter().flatten() {
                scopes.extend(of_place(place)?);
            }
            if let Some(id) = record.ticket_id {
                scopes.extend(of_ticket(id)?);
            }
        }
        AnyRecord::Attention(record) => {
            scopes.insert(Scope::Person(record.actor_id));
            scopes.extend(record.region_id.map(Scope::Region));
        }
        AnyRecord::Replica(record) => {
            scopes.insert(Scope::Person(record.user_id));
            scopes.extend(of_user(record.user_id)?);
        }
    }
    Ok(scopes)
}

/// The scope of whoever has an open ticket that does not lie where they see: who is given a ticket sees what it needs.
fn away(store: &Store, ticket: &Ticket) -> Result<Option<Scope>, StoreError> {
    let Some(engineer_id) = ticket.engineer_id.filter(|_| !ticket.state.is_closed()) else { return Ok(None) };
    let Some(engineer) = store.get::<User>(engineer_id)? else { return Ok(None) };
    let mut region = Some(ticket.region_id);
    // No tree is so deep: a ring cannot keep us here.
    for _ in 0..100 {
        let Some(id) = region else { break };
        if id == engineer.region_id {
            return Ok(None);
        }
        region = store.get::<Region>(id)?.and_then(|region| region.parent_id);
    }
    let role = store.get::<Role>(engineer.role_id)?;
    let everywhere = role.is_some_and(|role| role.rights.contains(&Right::SeeAllRegions));
    Ok((!everywhere).then_some(Scope::Person(engineer_id)))
}

/// The scopes of those who have an open ticket at a site that does not lie where they see.
fn away_at(store: &Store, site_id: Id) -> Result<Vec<Scope>, StoreError> {
    let open = "WHERE site_id = $1 AND engineer_id IS NOT NULL AND state NOT IN ('done', 'cancelled')";
    let tickets = store.select::<Ticket>(open, &[&site_id.to_string()])?;
    let away: Result<Vec<Option<Scope>>, StoreError> = tickets.iter().map(|ticket| away(store, ticket)).collect();
    Ok(away?.into_iter().flatten().collect())
}

/// The scopes that a person has: the own region and those below it, or every region for a role that sees them all; and the
/// rights of who is with the company.
pub(crate) fn scopes_of_user(store: &Store, user: &User) -> Result<BTreeSet<Scope>, HeadquartersError> {
    let mut scopes = BTreeSet::from([Scope::All, Scope::Person(user.id)]);
    let regions = store.select::<Region>("", &[])?;
    let role = store.get::<Role>(user.role_id)?;
    if user.active {
        scopes.extend(role.iter().flat_map(|role| &role.rights).map(|right| Scope::Right(*right)));
    }
    if role.is_some_and(|role| role.rights.contains(&Right::SeeAllRegions)) {
        scopes.extend(regions.iter().map(|known| Scope::Region(known.id)));
    } else {
        let mut below: BTreeMap<Option<Id>, Vec<Id>> = BTreeMap::new();
        for known in &regions {
            below.entry(known.parent_id).or_default().push(known.id);
        }
        let mut waiting = vec![user.region_id];
        while let Some(id) = waiting.pop() {
            if scopes.insert(Scope::Region(id)) {
                waiting.extend(below.get(&Some(id)).into_iter().flatten());
            }
        }
    }
    Ok(scopes)
}

/// The records that lie where this one lies, and move with it. A new one can have some already: facts about a ticket
/// that was lost with a backup come in before the ticket itself.
///
/// A ticket that comes to somebody from elsewhere, or leaves them, takes its site along, and what is seen where that is;
/// `is_new` says that it has moved from nowhere.
pub(crate) fn dependents(store: &Store, record: &AnyRecord, is_new: bool) -> Result<Vec<AnyRecord>, StoreError> {
    if let AnyRecord::Ticket(ticket) = record
        && (!is_new || away(store, ticket)?.is_some())
    {
        let mut found: Vec<AnyRecord> = store.get_any(Kind::Site, ticket.site_id)?.into_iter().collect();
        found.extend(dependents_by(store, record)?);
        return Ok(found);
    }
    dependents_by(store, record)
}

fn dependents_by(store: &Store, record: &AnyRecord) -> Result<Vec<AnyRecord>, StoreError> {
    let moved: &[(Kind, &str)] = match record {
        // A customer is seen where its sites are.
        AnyRecord::Site(site) => {
            let id = site.id.to_string();
            let mut found: Vec<AnyRecord> = store.get_any(Kind::Customer, site.customer_id)?.into_iter().collect();
            found.extend(store.select_any(Kind::Contact, "WHERE site_id = $1", &[&id])?);
            found.extend(store.select_any(Kind::Device, "WHERE site_id = $1", &[&id])?);
            return Ok(found);
        }
        AnyRecord::Customer(_) => &[(Kind::Contact, "customer_id = $1")],
        AnyRecord::Device(_) => &[(Kind::Tag, "target = 'device' AND target_id = $1")],
        AnyRecord::Ticket(_) => &[
            (Kind::Step, "ticket_id = $1"),
            (Kind::Event, "ticket_id = $1"),
            (Kind::Attachment, "ticket_id = $1"),
            (Kind::StockMovement, "ticket_id = $1"),
        ],
        AnyRecord::StockLocation(_) => &[
            (Kind::StockLevel, "location_id = $1"),
            (Kind::StockMovement, "from_id = $1 OR to_id = $1"),
            (Kind::Tag, "target = 'stock_location' AND target_id = $1"),
        ],
        AnyRecord::User(_) => &[
            (Kind::Replica, "user_id = $1"),
            (Kind::Event, "actor_id = $1 AND ticket_id IS NULL"),
            (Kind::Ticket, "engineer_id = $1 AND state NOT IN ('done', 'cancelled')"),
        ],
        _ => return Ok(Vec::new()),
    };
    let (mut found, id) = (Vec::new(), record.id().to_string());
    for (kind, condition) in moved {
        found.extend(store.select_any(*kind, &format!("WHERE {condition}"), &[&id])?);
    }
    Ok(found)
}
