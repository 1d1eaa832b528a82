//! Who may see what. A record lies in scopes, a person has scopes; what they share may leave headquarters.

use crate::error::HeadquartersError;
use outpost_domain::person::{Region, Right, Role, User};
use outpost_domain::ticket::Ticket;
use outpost_domain::{AnyRecord, Choice, Id, Kind, Lies, Refers};
use outpost_store::{Store, StoreError};
use outpost_sync::sha256_hex;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter};
use std::sync::LazyLock;

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

/// The scopes that a record lies in. It looks at the records that it belongs to, so those are stored first.
pub(crate) fn scopes_of_record(store: &Store, record: &AnyRecord) -> Result<BTreeSet<Scope>, StoreError> {
    Lying { store, with_away: true }.scopes(record)
}

/// The same without those who have a ticket there from elsewhere, which are looked for: mostly nobody needs them to see it.
pub(crate) fn home_of_record(store: &Store, record: &AnyRecord) -> Result<BTreeSet<Scope>, StoreError> {
    Lying { store, with_away: false }.scopes(record)
}

/// Where records lie, by what they declare.
struct Lying<'a> {
    store: &'a Store,
    with_away: bool,
}

impl Lying<'_> {
    fn scopes(&self, record: &AnyRecord) -> Result<BTreeSet<Scope>, StoreError> {
        if record.kind().is_everybodys() {
            return Ok(BTreeSet::from([Scope::All]));
        }
        let mut scopes = self.at_home(record, true)?;
        for (kind, field) in &SHOWING[record.kind() as usize] {
            for other in self.store.select_any(*kind, &format!("WHERE {field} = $1"), &[&record.id().to_string()])? {
                scopes.extend(self.scopes(&other)?);
            }
        }
        Ok(scopes)
    }

    /// Where what lies with a record lies; `with_own`: where it lies itself, which may be a person's own.
    fn at_home(&self, record: &AnyRecord, with_own: bool) -> Result<BTreeSet<Scope>, StoreError> {
        let mut scopes = BTreeSet::new();
        let mut lies_somewhere = false;
        for lies in record.lies() {
            lies_somewhere |= matches!(lies, Lies::With(..));
            match lies {
                Lies::Own(id) if with_own => drop(scopes.insert(Scope::Person(id))),
                Lies::Own(_) | Lies::Shows(..) => {}
                Lies::With(Kind::Region, id) => drop(scopes.insert(Scope::Region(id))),
                Lies::With(kind, id) => {
                    if let Some(other) = self.store.get_any(kind, id)? {
                        scopes.extend(self.at_home(&other, false)?);
                    }
                }
            }
        }
        if !lies_somewhere && record.kind().is_everybodys() {
            scopes.insert(Scope::All);
        }
        match record {
            AnyRecord::Ticket(ticket) if self.with_away => scopes.extend(away(self.store, ticket)?),
            AnyRecord::Site(site) if self.with_away => scopes.extend(away_at(self.store, site.id)?),
            _ => {}
        }
        Ok(scopes)
    }
}

/// What [`showing`] says of each kind, worked out once.
static SHOWING: LazyLock<Vec<Vec<(Kind, &str)>>> =
    LazyLock::new(|| Kind::ALL.iter().map(|kind| showing(*kind).collect()).collect());

/// What [`lying_with`] says of each kind, worked out once.
static LYING_WITH: LazyLock<Vec<Vec<(Kind, String)>>> =
    LazyLock::new(|| Kind::ALL.iter().map(|kind| lying_with(*kind).collect()).collect());

/// The kinds of which those who see a record see this as well, and the field in which it names this.
fn showing(kind: Kind) -> impl Iterator<Item = (Kind, &'static str)> {
    let references = Kind::ALL.iter().flat_map(|other| other.references().iter().map(|field| (*other, field)));
    references.filter(move |(_, it)| it.shows && it.to == Refers::To(kind)).map(|(other, it)| (other, it.field))
}

/// The kinds of which records lie where one of this kind does, each with what SQL says of those that lie with `$1`.
fn lying_with(kind: Kind) -> impl Iterator<Item = (Kind, String)> {
    // What lies in a region, or with what lies nowhere itself, stays.
    let moves = kind != Kind::Region && kind.references().iter().any(|reference| reference.lies);
    let kinds = Kind::ALL.iter().filter(move |_| moves);
    kinds.filter_map(move |other| {
        let by = other.references().iter().filter(|reference| reference.lies).filter_map(|reference| {
            let field = reference.field;
            let named = match reference.to {
                Refers::To(to) => (to == kind).then(|| format!("{field} = $1")),
                Refers::ToEach(what) => Some(format!("{field} = $1 AND {what} = '{}'", kind.table())),
            }?;
            Some(match reference.unless {
                Some(first) => format!("({named} AND {first} IS NULL)"),
                None => format!("({named})"),
            })
        });
        let by: Vec<String> = by.collect();
        (!by.is_empty()).then(|| (*other, by.join(" OR ")))
    })
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
    let (kind, id) = (record.kind(), record.id().to_string());
    let mut found = Vec::new();
    for lies in record.lies() {
        if let Lies::Shows(kind, id) = lies {
            found.extend(store.get_any(kind, id)?);
        }
    }
    for (lying, condition) in &LYING_WITH[kind as usize] {
        found.extend(store.select_any(*lying, &format!("WHERE {condition}"), &[&id])?);
    }
    if kind == Kind::User {
        // What they have elsewhere is seen where they are.
        let theirs = "WHERE engineer_id = $1 AND state NOT IN ('done', 'cancelled')";
        found.extend(store.select_any(Kind::Ticket, theirs, &[&id])?);
    }
    Ok(found)
}
