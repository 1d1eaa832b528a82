use super::{Region, Role, SaveRegion, SaveUser, User};
use crate::desk::Desk;
use crate::stock::StockLocation;
use crate::{AnyRecord, Code, Read, Refusal, Search};

pub(crate) fn save_user(desk: &mut Desk<'_>, command: &SaveUser) -> Result<(), Refusal> {
    let user = desk.merge(command.from.as_ref(), &command.user)?;
    // Of the people whom headquarters told a device of, it does not know what they sign in with.
    let is_told = matches!(desk.find::<User>(user.id), Read::Present(known) if known.login.is_empty());
    if !(is_told && user.login.is_empty()) {
        desk.text("login", &user.login, 60)?;
    }
    let same = desk
        .search(Search::PeopleSigningInAs(user.login.trim()))
        .into_iter()
        .any(|found| matches!(found, AnyRecord::User(other) if other.active && other.id != user.id));
    desk.check(!same || !user.active || user.login.is_empty(), || {
        Refusal::new(Code::LoginTaken).with("login", &user.login)
    })?;
    desk.text("name", &user.name, 80)?;
    desk.short("name_en", &user.name_en, 80)?;
    desk.short("phone", &user.phone, 40)?;
    desk.exists::<Role>(user.role_id)?;
    desk.exists::<Region>(user.region_id)?;
    if let Some(van_id) = user.van_id {
        desk.exists::<StockLocation>(van_id)?;
    }
    desk.put(user);
    Ok(())
}

pub(crate) fn save_region(desk: &mut Desk<'_>, command: &SaveRegion) -> Result<(), Refusal> {
    let region = desk.merge(command.from.as_ref(), &command.region)?;
    desk.text("name", &region.name, 80)?;
    desk.short("name_en", &region.name_en, 80)?;
    if let Some(parent_id) = region.parent_id {
        desk.exists::<Region>(parent_id)?;
    }
    // Whoever has a region has all that lie below it: one below its own descendant would give them everything.
    desk.not_below_itself(region.id, region.parent_id, |region: &Region| region.parent_id)?;
    desk.put(region);
    Ok(())
}
