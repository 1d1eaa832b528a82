use super::{Region, Right, Role, SaveRegion, SaveUser, User};
use crate::declared::Declared;
use crate::desk::Desk;
use crate::stock::StockLocation;
use crate::{AnyRecord, Code, Id, Read, Refusal, Search, Service, alike};
use std::collections::BTreeMap;

/// How many tickets are named of somebody who has left them behind.
const MOST_TOLD: usize = 20;

pub(crate) fn save_user(desk: &mut Desk<'_>, command: &SaveUser) -> Result<(), Refusal> {
    let mut user = desk.merge(command.from.as_ref(), &command.user)?;
    user.login = alike::login(&user.login);
    // What headquarters does by itself is nobody's.
    if Service::of(user.id).is_some() {
        return Err(Refusal::new(Code::FieldInvalid).with("field", "id").with("value", user.id));
    }
    // Of the people whom headquarters told a device of, it does not know what they sign in with.
    let is_told = matches!(desk.find::<User>(user.id), Read::Present(known) if known.login.is_empty());
    let may_be_empty = |field: &str| is_told && field == "login" && user.login.is_empty();
    user.texts().iter().filter(|text| !may_be_empty(text.field)).try_for_each(|text| desk.text_fits(text))?;
    let same = desk
        .search(Search::PeopleSigningInAs(&user.login))
        .into_iter()
        .any(|found| matches!(found, AnyRecord::User(other) if other.active && other.id != user.id));
    desk.check(!same || !user.active || user.login.is_empty(), || {
        Refusal::new(Code::LoginTaken).with("login", &user.login)
    })?;
    let role = desk.need::<Role>(user.role_id)?;
    desk.exists::<Region>(user.region_id)?;
    if let Some(van_id) = user.van_id {
        desk.exists::<StockLocation>(van_id)?;
    }
    let works = user.active && role.is_none_or(|role| role.rights.contains(&Right::WorkTicket));
    let has = if works { Vec::new() } else { desk.search(Search::OpenTicketsOf(user.id)) };
    let mut regions: BTreeMap<Id, Vec<String>> = BTreeMap::new();
    for found in &has {
        if let AnyRecord::Ticket(ticket) = found {
            regions.entry(ticket.region_id).or_default().push(ticket.number.clone());
        }
    }
    if let Some((region_id, numbers)) = regions.into_iter().max_by_key(|(_, numbers)| numbers.len()) {
        // Somebody has to give them to others: nobody works on them any more. Who has the region of most of them is told, and of
        // those alone.
        let tickets = numbers.into_iter().take(MOST_TOLD).collect::<Vec<_>>().join(" ");
        let refusal = Refusal::new(Code::NotAnEngineer)
            .with("engineer", &user.name)
            .with("engineer_en", &user.name_en)
            .with("engineer_id", user.id)
            .with("count", has.len())
            .with("tickets", tickets);
        desk.concerns(region_id);
        desk.flag(refusal);
    }
    desk.put(user);
    Ok(())
}

pub(crate) fn save_region(desk: &mut Desk<'_>, command: &SaveRegion) -> Result<(), Refusal> {
    let region = desk.merge(command.from.as_ref(), &command.region)?;
    desk.fits(&region)?;
    if let Some(parent_id) = region.parent_id {
        desk.exists::<Region>(parent_id)?;
    }
    // Whoever has a region has all that lie below it: one below its own descendant would give them everything.
    desk.not_below_itself(region.id, region.parent_id, |region: &Region| region.parent_id)?;
    desk.put(region);
    Ok(())
}
