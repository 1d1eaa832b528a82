//! The one judge. Whatever is to change data comes past it, from a replica, from the console, from an import or from a page
//! of headquarters' own: who gives it, which right it asks for, whether they may see what it looks at and what it changes,
//! before and after, and then the rules.

mod when;

use crate::error::HeadquartersError;
use crate::visibility::{Scope, home_of_record, scopes_of_record, split};
use outpost_domain::customer::{Customer, Site};
use outpost_domain::person::{Replica, Right, Role, User};
use outpost_domain::{
    Act, AnyRecord, Class, Code, Command, Effects, Id, Kind, Pass, Read, Refusal, Search, View, Watched, decide,
};
use outpost_store::{Store, params};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
pub(crate) use when::{counted_at, counted_here, implausible, possible, told_at};

/// What somebody may see and do.
pub(crate) struct Sight<'a> {
    /// At this moment.
    pub(crate) now: &'a BTreeSet<Scope>,
    /// For a fact: at the commit that their replica stood on when it was given, if that was not too long ago.
    pub(crate) then: Option<(i64, &'a BTreeSet<Scope>)>,
}

impl Sight<'_> {
    /// Whether they see a record, or saw it when they gave the command; also one that is not here, which is new.
    fn sees(&self, store: &Store, kind: Kind, id: Id) -> Result<bool, HeadquartersError> {
        let Some(record) = store.get_any(kind, id)? else { return Ok(true) };
        for scopes_of in [home_of_record, scopes_of_record] {
            if scopes_of(store, &record)?.iter().any(|scope| self.now.contains(scope)) {
                return Ok(true);
            }
        }
        let Some((revision, then)) = self.then else { return Ok(false) };
        let sql = "SELECT b.scopes FROM entity e JOIN bucket b ON b.number = e.bucket
             WHERE e.kind = $1 AND e.id = $2 AND e.placed_revision <= $3
             UNION ALL SELECT b.scopes FROM stay s JOIN bucket b ON b.number = s.bucket
             WHERE s.kind = $1 AND s.id = $2 AND s.placed_revision <= $3 AND s.left_revision > $3";
        let lay = store.rows(sql, params![kind.table(), id.to_string(), revision], |row| row.get::<String>(0))?;
        Ok(lay.iter().any(|scopes| !split(scopes).is_disjoint(then)))
    }

    fn has_region(&self, id: Id) -> bool {
        let region = Scope::Region(id);
        self.now.contains(&region) || self.then.is_some_and(|(_, then)| then.contains(&region))
    }

    fn has_right(&self, right: Right) -> bool {
        self.now.contains(&Scope::Right(right))
    }

    /// The rights that they had when they gave the command.
    fn rights_then(&self) -> Vec<Right> {
        let then = self.then.into_iter().flat_map(|(_, then)| then);
        then.filter_map(|scope| if let Scope::Right(right) = scope { Some(*right) } else { None }).collect()
    }
}

/// Decides a command for who gives it: what it makes of the data, or why it is not done.
///
/// What they may not see is told no otherwise than what is not there; but a fact from a device, which is work that was done, is kept
/// apart for somebody who may decide about it, where one about nothing waits. So whoever has the id of a record, which is random,
/// can learn that it exists, and nothing more of it.
pub(crate) fn judge(
    store: &Store,
    sight: &Sight<'_>,
    act: &Act,
    pass: Pass,
) -> Result<Result<Effects, Refusal>, HeadquartersError> {
    let seen = Seen { store, sight };
    let (decided, looked_at) = decided(&seen, act, pass);
    let rights = sight.rights_then();
    let (decided, looked_at) = match decided {
        // Yesterday's work is not void because of today's reassignment.
        Err(refusal) if refusal.code.is_barred() && act.command.class() == Class::Fact && !rights.is_empty() => {
            self::decided(&Granting { view: &seen, user_id: act.actor_id, rights }, act, pass)
        }
        first => (first, looked_at),
    };
    // Looking at what everybody sees tells nobody anything.
    for (kind, id) in looked_at.iter().filter(|(kind, _)| !kind.is_everybodys()) {
        if !sight.sees(store, *kind, *id)? {
            return Ok(Err(hidden(act, pass, *kind, *id)));
        }
    }
    let effects = match decided {
        Ok(effects) => effects,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for put in &effects.puts {
        let (kind, id) = put.key();
        let looked_at = looked_at.contains(&(kind, id)) || kind == Kind::Event;
        if !looked_at && !sight.sees(store, kind, id)? {
            return Ok(Err(hidden(act, pass, kind, id)));
        }
        if let Some(refusal) = out_of_reach(store, sight, act, pass, put)? {
            return Ok(Err(refusal));
        }
    }
    Ok(Ok(effects))
}

/// Lets a command be done that was quarantined: decided for who gave it, on behalf of who releases it. They may do it
/// themselves, and see all of it.
pub(crate) fn judge_released(
    store: &Store,
    sight: &Sight<'_>,
    act: &Act,
) -> Result<Result<Effects, Refusal>, HeadquartersError> {
    let rights = act.command.rights().to_vec();
    if !rights.is_empty() && !rights.iter().any(|right| sight.has_right(*right)) {
        return Ok(Err(Refusal::new(Code::RightMissing).with("right", rights[0])));
    }
    let released = Sight { now: sight.now, then: None };
    let seen = Seen { store, sight: &released };
    let (decided, looked_at) =
        decided(&Granting { view: &seen, user_id: act.actor_id, rights }, act, Pass::Headquarters);
    let effects = match decided {
        Ok(effects) => effects,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let written = effects.puts.iter().map(AnyRecord::key).filter(|(kind, _)| *kind != Kind::Event);
    for (kind, id) in looked_at.into_iter().chain(written).filter(|(kind, _)| !kind.is_everybodys()) {
        if !released.sees(store, kind, id)? {
            return Ok(Err(hidden(act, Pass::Origin, kind, id)));
        }
    }
    for put in &effects.puts {
        if let Some(refusal) = out_of_reach(store, &released, act, Pass::Origin, put)? {
            return Ok(Err(refusal));
        }
    }
    Ok(Ok(effects))
}

/// Decides what a service of headquarters gives, which sees everything, and gives nothing that a person may.
pub(crate) fn judge_service(store: &Store, act: &Act) -> Result<Effects, Refusal> {
    decided(store, act, Pass::Headquarters).0
}

/// Decides, and says what was looked at. A rule that falls over must not stop whoever gave the command for good: the
/// command is kept, and the fault is ours.
fn decided(view: &dyn View, act: &Act, pass: Pass) -> (Result<Effects, Refusal>, Vec<(Kind, Id)>) {
    let watched = Watched::new(view);
    let decided = catch_unwind(AssertUnwindSafe(|| decide(&watched, act, pass)));
    let decided = decided.unwrap_or_else(|_| {
        tracing::error!(command = %act.id, name = act.command.name(), "a rule fell over; the command is held");
        Err(Refusal::new(Code::CommandFaulty))
    });
    (decided, watched.looked_at())
}

/// A record that they may not see.
fn hidden(act: &Act, pass: Pass, kind: Kind, id: Id) -> Refusal {
    if pass == Pass::Headquarters && act.command.class() == Class::Fact {
        return Refusal::new(Code::OutOfSight).with("kind", kind.table());
    }
    Refusal::new(Code::RecordMissing).with("kind", kind.table()).with("id", id)
}

/// Why somebody may not put a record where it is to lie, or take it from where it lies: a region that is not theirs to act in.
/// People and regions are seen by everybody, and changed only by who has their region; who sees a site for the sake of a ticket
/// that was given to them may work there, and takes nothing of it along.
fn out_of_reach(
    store: &Store,
    sight: &Sight<'_>,
    act: &Act,
    pass: Pass,
    put: &AnyRecord,
) -> Result<Option<Refusal>, HeadquartersError> {
    const LYING: &[Kind] =
        &[Kind::Customer, Kind::Site, Kind::Contact, Kind::Device, Kind::StockLocation, Kind::User, Kind::Region];
    if !LYING.contains(&put.kind()) {
        return Ok(None);
    }
    let missing = |id: Id| Some(hidden(act, pass, Kind::Region, id));
    let before = store.get_any(put.kind(), put.id())?;
    match (&before, put) {
        (Some(AnyRecord::User(user)), _) if !sight.has_region(user.region_id) => return Ok(missing(user.region_id)),
        (Some(AnyRecord::Region(region)), _) if !sight.has_region(region.id) => return Ok(missing(region.id)),
        (None, AnyRecord::Region(region)) if region.parent_id.is_none() && !sight.has_right(Right::SeeAllRegions) => {
            return Ok(Some(Refusal::new(Code::RightMissing).with("right", Right::SeeAllRegions)));
        }
        _ => {}
    }
    let from = before.as_ref().map(|before| lies(store, before)).transpose()?.flatten();
    let to = lies(store, put)?;
    // What is new at a site lies where that does, whose people see it.
    let is_found_there = before.is_none() && matches!(put.kind(), Kind::Contact | Kind::Device);
    let place_of = |record| (customer_of(record), site_of(record));
    let moves = from != to || before.as_ref().is_some_and(|before| place_of(before) != place_of(put));
    if moves && !is_found_there {
        let regions = [to, from].into_iter().flatten();
        if let Some(region) = regions.into_iter().find(|region| !sight.has_region(*region)) {
            return Ok(missing(region));
        }
    }
    // A customer is seen where its sites are: one that somebody sees for the sake of a ticket is not to come to their region.
    if let AnyRecord::Site(site) = put
        && before.as_ref().and_then(customer_of) != Some(site.customer_id)
        && let Some(customer) = store.get_any(Kind::Customer, site.customer_id)?
        && !home_of_record(store, &customer)?.iter().any(|scope| sight.now.contains(scope))
    {
        return Ok(Some(hidden(act, pass, Kind::Customer, site.customer_id)));
    }
    if let AnyRecord::User(user) = put {
        let before = match &before {
            Some(AnyRecord::User(before)) => Some(&**before),
            _ => None,
        };
        return person(store, sight, before, user);
    }
    Ok(None)
}

/// The customer whose a record is; who sees the one sees something of the other.
fn customer_of(record: &AnyRecord) -> Option<Id> {
    match record {
        AnyRecord::Site(record) => Some(record.customer_id),
        AnyRecord::Device(record) => Some(record.customer_id),
        AnyRecord::Contact(record) => Some(record.customer_id),
        _ => None,
    }
}

/// The site at which a record stands.
fn site_of(record: &AnyRecord) -> Option<Id> {
    match record {
        AnyRecord::Device(record) => Some(record.site_id),
        AnyRecord::Contact(record) => record.site_id,
        _ => None,
    }
}

/// The region in which a record lies, and by which it is decided who sees it.
fn lies(store: &Store, record: &AnyRecord) -> Result<Option<Id>, HeadquartersError> {
    let at = |site_id: Id| Ok::<_, HeadquartersError>(store.get::<Site>(site_id)?.map(|site| site.region_id));
    Ok(match record {
        AnyRecord::Customer(record) => Some(record.region_id),
        AnyRecord::Site(record) => Some(record.region_id),
        AnyRecord::Device(record) => at(record.site_id)?,
        AnyRecord::Contact(record) => match record.site_id {
            Some(site_id) => at(site_id)?,
            None => store.get::<Customer>(record.customer_id)?.map(|customer| customer.region_id),
        },
        AnyRecord::StockLocation(record) => Some(record.region_id),
        AnyRecord::User(record) => Some(record.region_id),
        AnyRecord::Region(record) => record.parent_id,
        _ => None,
    })
}

/// Who may see every region is named by who may, too; and somebody must be left who can change people.
fn person(
    store: &Store,
    sight: &Sight<'_>,
    before: Option<&User>,
    user: &User,
) -> Result<Option<Refusal>, HeadquartersError> {
    let rights = |user: &User| -> Result<Vec<Right>, HeadquartersError> {
        let role = if user.active { store.get::<Role>(user.role_id)? } else { None };
        Ok(role.map(|role| role.rights).unwrap_or_default())
    };
    let role = |id: Id| -> Result<Vec<Right>, HeadquartersError> {
        Ok(store.get::<Role>(id)?.map(|role| role.rights).unwrap_or_default())
    };
    let everywhere = before.map(|before| role(before.role_id)).transpose()?.unwrap_or_default();
    let everywhere = everywhere.contains(&Right::SeeAllRegions) || role(user.role_id)?.contains(&Right::SeeAllRegions);
    if everywhere && !sight.has_right(Right::SeeAllRegions) {
        return Ok(Some(Refusal::new(Code::RightMissing).with("right", Right::SeeAllRegions)));
    }
    let rules = |rights: &[Right]| rights.contains(&Right::EditPerson) && rights.contains(&Right::SeeAllRegions);
    if before.map(&rights).transpose()?.is_some_and(|had| rules(&had)) && !rules(&rights(user)?) {
        for other in store.select::<User>("WHERE active", &[])? {
            if other.id != user.id && rules(&rights(&other)?) && gets_in(store, other.id)? {
                return Ok(None);
            }
        }
        return Ok(Some(Refusal::new(Code::LastAdministrator)));
    }
    Ok(None)
}

/// Whether somebody has a password, or a device that is not lost: without either they may do what they want, and cannot.
fn gets_in(store: &Store, user_id: Id) -> Result<bool, HeadquartersError> {
    let sql = "SELECT (SELECT count(*) FROM password WHERE user_id = $1)
                    + (SELECT count(*) FROM replica WHERE user_id = $1 AND NOT revoked)";
    Ok(store.number(sql, params![user_id.to_string()])? > 0)
}

/// Everything that is here, of which only that is found which somebody may see: what is like theirs and hidden is told to nobody.
/// What they name themselves is read all the same, and judged afterwards.
struct Seen<'a> {
    store: &'a Store,
    sight: &'a Sight<'a>,
}

impl View for Seen<'_> {
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord> {
        self.store.read(kind, id)
    }

    fn search(&self, search: Search<'_>) -> Vec<AnyRecord> {
        let mut found = self.store.search(search);
        if let Search::DevicesNumbered(_) = search {
            found.retain(|device| {
                self.sight.sees(self.store, device.kind(), device.id()).unwrap_or_else(|error| {
                    tracing::error!(%error, "whether a device may be named could not be told; it is not");
                    false
                })
            });
        }
        found
    }
}

/// A view in which somebody is with the company and has these rights besides their own.
struct Granting<'a> {
    view: &'a dyn View,
    user_id: Id,
    rights: Vec<Right>,
}

impl View for Granting<'_> {
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord> {
        match self.view.read(kind, id) {
            Read::Present(AnyRecord::User(user)) if id == self.user_id => {
                Read::Present(User { active: true, ..User::clone(&user) }.into())
            }
            Read::Present(AnyRecord::Role(role)) if self.is_own(id) => {
                let mut role = Role::clone(&role);
                role.rights.extend(&self.rights);
                Read::Present(role.into())
            }
            read => read,
        }
    }

    fn search(&self, search: Search<'_>) -> Vec<AnyRecord> {
        self.view.search(search)
    }
}

impl Granting<'_> {
    fn is_own(&self, role_id: Id) -> bool {
        matches!(self.view.read(Kind::User, self.user_id),
            Read::Present(AnyRecord::User(user)) if user.role_id == role_id)
    }
}

/// Why a command is none that its replica's person gave there, or on the one that it is a copy of; none if it is.
pub(crate) fn not_theirs(
    store: &Store,
    act: &Act,
    id: Id,
    replica: &Replica,
) -> Result<Option<Refusal>, HeadquartersError> {
    if act.id == id && act.actor_id == replica.user_id && is_of(store, act, replica)? {
        return Ok(None);
    }
    Ok(Some(Refusal::new(Code::FieldInvalid).with("field", "actor").with("value", act.actor_id)))
}

/// Whether a command was given on this replica, or on the one that it is a copy of.
fn is_of(store: &Store, act: &Act, replica: &Replica) -> Result<bool, HeadquartersError> {
    let (mut id, mut copied_from) = (replica.id, replica.forked_from_id);
    // As often as a device may be copied: a ring cannot keep us here.
    for _ in 0..100 {
        if id == act.replica_id {
            return Ok(true);
        }
        let ancestor = copied_from.map(|id| store.get::<Replica>(id)).transpose()?.flatten();
        let Some(ancestor) = ancestor else { return Ok(false) };
        (id, copied_from) = (ancestor.id, ancestor.forked_from_id);
    }
    Ok(false)
}

/// The matter that a command releases, if it does.
pub(crate) const fn released_by(command: &Command) -> Option<Id> {
    match command {
        Command::ReleaseCommand(release) => Some(release.attention_id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_domain::ticket::AddNote;

    struct FallsOver;

    impl View for FallsOver {
        fn read(&self, kind: Kind, _id: Id) -> Read<AnyRecord> {
            panic!("a rule that looks at a {}", kind.table())
        }

        fn search(&self, _search: Search<'_>) -> Vec<AnyRecord> {
            Vec::new()
        }
    }

    #[test]
    fn a_rule_that_falls_over_is_a_fault_and_not_the_end() {
        let id = Id::from_u128(7);
        let command = Command::from(AddNote { ticket_id: id, text: "x".into() });
        let occurred_at: outpost_domain::Instant = 1;
        let act = Act { id, actor_id: id, replica_id: id, occurred_at, requires: vec![], command };
        let (decided, looked_at) = decided(&FallsOver, &act, Pass::Headquarters);
        assert_eq!(decided.unwrap_err().code, Code::CommandFaulty);
        assert_eq!(looked_at.len(), 1);
    }
}
