//! What a scanned or typed code means: our own links first, then what was printed on tags and labels.

use super::cards::cards;
use super::lookup::{NOT_CLOSED, Where, here, regions_within};
use super::stock::stock_row;
use super::{AskCode, DeviceChoice, Meaning, TicketCard};
use crate::{Desk, Failure};
use jiff::{Timestamp, tz::TimeZone};
use outpost_domain::customer::Site;
use outpost_domain::device::{Device, Tag, TagTarget, tag_id};
use outpost_domain::person::{Right, Role};
use outpost_domain::stock::{Part, StockLocation};
use outpost_domain::ticket::Ticket;
use outpost_domain::{Id, Kind, Record};
use outpost_scan::{Gs1, ShortLink, gs1_of, host_of, shown};
use outpost_store::StoreError;

/// No code that we print, or that a label bears, is longer.
const LONGEST: usize = 500;

/// How many devices with one number are shown.
const MOST_CHOICES: usize = 20;

/// Longer texts are no names for a screen.
const MOST_SHOWN: usize = 200;

/// What a code says of itself, before anything is looked up.
#[derive(Debug, PartialEq)]
enum Said {
    /// One of our own links: the word for the kind, the id, and the company, if it names one.
    Ours {
        kind: String,
        id: Option<Id>,
        company: Option<String>,
    },
    /// The link on a label of ours that also leads to the report page of its device.
    Label(Id),
    Enrolment,
    Link,
    Anything,
}

pub(super) fn meaning(desk: &Desk<'_>, ask: &AskCode) -> Result<Meaning, Failure> {
    let code = clean(&ask.code);
    let said = said(&code);
    match &said {
        Said::Enrolment => return Ok(Meaning::Enrolment { link: code }),
        Said::Ours { company: Some(company), .. } if is_foreign(desk, company) => {
            return Ok(Meaning::OtherCompany { company: seen(company), shown: seen(&code) });
        }
        Said::Ours { kind, id, .. } => return Ok(thing(desk, kind, *id)?.unwrap_or_else(|| unknown(code, None))),
        Said::Label(id) => {
            let device = target(desk, TagTarget::Device, *id)?;
            // Somebody else's link of this shape is a link; ours may name a device that is not on this machine.
            return Ok(device.unwrap_or_else(|| if leads_home(desk, &code) { unknown(code, None) } else { link(code) }));
        }
        Said::Link | Said::Anything => {}
    }
    if let Some(tag) = here::<Tag>(desk, tag_id(&code))? {
        // A tag whose thing is not on this machine tells nothing here.
        return Ok(tagged(desk, &tag)?.unwrap_or_else(|| unknown(code, None)));
    }
    // The separators of an element string are control characters, so it is read from what came.
    let gs1 = gs1_of(ask.code.trim(), ask.format, ask.is_gs1.unwrap_or(false), year(desk));
    if let Some(gs1) = gs1 {
        return described(desk, code, gs1);
    }
    if let Some(found) = by_number(desk, &code)? {
        return Ok(found);
    }
    Ok(if said == Said::Link { link(code) } else { unknown(code, None) })
}

/// What follows GS1: by its article, by its serial number, or by the whole as a number of ours.
fn described(desk: &Desk<'_>, code: String, gs1: Gs1) -> Result<Meaning, Failure> {
    for article in gs1.articles() {
        let tag = here::<Tag>(desk, tag_id(article))?;
        if let Some(mut found) = tag.map(|tag| tagged(desk, &tag)).transpose()?.flatten() {
            describe(&mut found, gs1.clone());
            return Ok(found);
        }
    }
    let numbers = [gs1.serial.as_deref(), gs1.article(), Some(code.as_str())];
    for number in numbers.into_iter().flatten() {
        if let Some(mut found) = by_number(desk, number)? {
            describe(&mut found, gs1.clone());
            return Ok(found);
        }
    }
    // What is bound is the article: the next box of it has another batch and other serial numbers.
    let bound = gs1.article().map_or(code, str::to_owned);
    Ok(unknown(bound, Some(gs1)))
}

/// Adds what a code says besides to the thing that it names.
fn describe(meaning: &mut Meaning, said: Gs1) {
    if let Meaning::Device { gs1, .. } | Meaning::Part { gs1, .. } = meaning {
        *gs1 = Some(said);
    }
}

fn by_number(desk: &Desk<'_>, number: &str) -> Result<Option<Meaning>, StoreError> {
    let mut devices: Vec<Device> = numbered(desk, number, MOST_CHOICES)?;
    if devices.len() > 1 {
        return Ok(Some(choice(desk, number, devices)?));
    }
    if let Some(device) = devices.pop() {
        return Ok(Some(of_device(desk, device)?));
    }
    if let Some(part) = numbered(desk, number, 1)?.pop() {
        return Ok(Some(Meaning::Part { row: stock_row(desk, part)?, gs1: None }));
    }
    numbered(desk, number, 1)?.pop().map(|ticket| of_ticket(desk, ticket)).transpose()
}

/// Devices of which the person says which is meant, those of their region first.
fn choice(desk: &Desk<'_>, number: &str, devices: Vec<Device>) -> Result<Meaning, StoreError> {
    let mut choices = Vec::with_capacity(devices.len());
    for device in devices {
        let site: Option<Site> = here(desk, device.site_id)?;
        let elsewhere = site.as_ref().map_or(Ok(true), |site| is_elsewhere(desk, site))?;
        choices.push((elsewhere, DeviceChoice { device, site }));
    }
    choices.sort_by_key(|(elsewhere, _)| *elsewhere);
    let devices = choices.into_iter().map(|(_, choice)| choice).collect();
    Ok(Meaning::Devices { shown: seen(number), devices })
}

fn unknown(code: String, gs1: Option<Gs1>) -> Meaning {
    Meaning::Unknown { shown: seen(&code), code, gs1 }
}

fn link(address: String) -> Meaning {
    let host = host_of(&address).map(|host| seen(&host)).unwrap_or_default();
    Meaning::Link { shown: seen(&address), host, address }
}

fn seen(text: &str) -> String {
    shown(text, MOST_SHOWN)
}

fn is_foreign(desk: &Desk<'_>, company: &str) -> bool {
    let ours = &desk.facts.company;
    !ours.is_empty() && company != ours
}

/// Whether a link leads to our headquarters.
fn leads_home(desk: &Desk<'_>, link: &str) -> bool {
    host_of(link).is_some_and(|host| host_of(&desk.facts.headquarters) == Some(host))
}

/// This year in UTC; GS1 writes two digits of a year and means the nearest.
fn year(desk: &Desk<'_>) -> u16 {
    let now = Timestamp::from_millisecond(desk.now).unwrap_or_default();
    u16::try_from(now.to_zoned(TimeZone::UTC).year()).unwrap_or_default()
}

/// What a scanner adds around a code, and what no code can hold, is left out.
fn clean(code: &str) -> String {
    let printable: String = code.chars().filter(|c| !c.is_control()).collect();
    let short: String = printable.trim().chars().take(LONGEST).collect();
    short.trim_end().to_owned()
}

fn said(code: &str) -> Said {
    if let Some(link) = ShortLink::parse(code) {
        return Said::Label(Id::from_u128(link.code));
    }
    let Some((scheme, rest)) = code.split_once("://") else { return Said::Anything };
    let path = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    match scheme.to_ascii_lowercase().as_str() {
        "outpost" if path.to_ascii_lowercase().starts_with("enrol") => Said::Enrolment,
        "outpost" => {
            let (kind, id) = path.split_once('/').unwrap_or((path, ""));
            Said::Ours { kind: kind.to_ascii_lowercase(), id: Id::parse_str(id).ok(), company: company(rest) }
        }
        "http" | "https" if path.contains('/') && path.ends_with("/enrol") => Said::Enrolment,
        "http" | "https" => Said::Link,
        _ => Said::Anything,
    }
}

/// The value of `c` in a link's query.
fn company(rest: &str) -> Option<String> {
    let query = rest.split_once('?')?.1.split('#').next()?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix("c="))?;
    let company = unescape(value);
    (!company.is_empty()).then_some(company)
}

/// Undoes percent-encoding; what is no escape stays as it is.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = match after {
            [high, low, after @ ..] if *first == b'%' => digit(*high).zip(digit(*low)).map(|pair| (pair, after)),
            _ => None,
        };
        let (byte, after) = escaped.map_or((*first, after), |((high, low), after)| (high * 16 + low, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// What one of our own links names, if it is here.
fn thing(desk: &Desk<'_>, kind: &str, id: Option<Id>) -> Result<Option<Meaning>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    match kind {
        "device" => target(desk, TagTarget::Device, id),
        "part" => target(desk, TagTarget::Part, id),
        "location" => target(desk, TagTarget::StockLocation, id),
        "ticket" => here::<Ticket>(desk, id)?.map(|ticket| of_ticket(desk, ticket)).transpose(),
        "sign-off" => here::<Ticket>(desk, id)?.map(|ticket| sign_off(desk, ticket)).transpose(),
        _ => Ok(None),
    }
}

fn tagged(desk: &Desk<'_>, tag: &Tag) -> Result<Option<Meaning>, StoreError> {
    target(desk, tag.target, tag.target_id)
}

fn target(desk: &Desk<'_>, target: TagTarget, id: Id) -> Result<Option<Meaning>, StoreError> {
    Ok(match target {
        TagTarget::Device => here::<Device>(desk, id)?.map(|device| of_device(desk, device)).transpose()?,
        TagTarget::Part => match here::<Part>(desk, id)? {
            Some(part) => Some(Meaning::Part { row: stock_row(desk, part)?, gs1: None }),
            None => None,
        },
        TagTarget::StockLocation => here::<StockLocation>(desk, id)?.map(|place| Meaning::StockLocation {
            id,
            name: place.name,
            name_en: place.name_en,
        }),
        TagTarget::Newer(_) => Some(Meaning::Newer),
    })
}

/// The records with this number, at most so many.
fn numbered<T: Record>(desk: &Desk<'_>, number: &str, limit: usize) -> Result<Vec<T>, StoreError> {
    if number.is_empty() {
        return Ok(Vec::new());
    }
    let mut filter = Where::visible(desk, T::KIND);
    filter.and_with("number = {}", number.to_owned());
    desk.store.readable(&format!("{} ORDER BY id LIMIT {limit}", filter.sql()), &filter.params())
}

fn of_ticket(desk: &Desk<'_>, ticket: Ticket) -> Result<Meaning, StoreError> {
    Ok(Meaning::Ticket { ticket: cards(desk, &[ticket], None)?.remove(0) })
}

/// The end of a ticket; one that is closed already is only shown.
fn sign_off(desk: &Desk<'_>, ticket: Ticket) -> Result<Meaning, StoreError> {
    if ticket.state.is_closed() {
        return of_ticket(desk, ticket);
    }
    Ok(Meaning::SignOff { ticket: cards(desk, &[ticket], None)?.remove(0) })
}

fn of_device(desk: &Desk<'_>, device: Device) -> Result<Meaning, StoreError> {
    let site: Option<Site> = here(desk, device.site_id)?;
    Ok(Meaning::Device {
        customer: here(desk, device.customer_id)?,
        open_tickets: open_tickets(desk, device.id)?,
        elsewhere: site.as_ref().map_or(Ok(false), |site| is_elsewhere(desk, site))?,
        gs1: None,
        site,
        device,
    })
}

/// The device's tickets that are not closed: the asking person's first, then the newest.
fn open_tickets(desk: &Desk<'_>, device_id: Id) -> Result<Vec<TicketCard>, StoreError> {
    let mut filter = Where::visible(desk, Kind::Ticket);
    filter.and_with("device_id = {}", device_id.to_string());
    filter.and(&format!("state {NOT_CLOSED}"));
    let tail = format!("{} ORDER BY opened_at DESC, id DESC", filter.sql());
    let mut tickets: Vec<Ticket> = desk.store.readable(&tail, &filter.params())?;
    tickets.sort_by_key(|ticket| ticket.engineer_id.is_none() || ticket.engineer_id != desk.user_id);
    cards(desk, &tickets, None)
}

/// Whether a site lies outside the asking person's region, for a person to whom regions are limits.
fn is_elsewhere(desk: &Desk<'_>, site: &Site) -> Result<bool, StoreError> {
    let Some(user) = desk.user()? else { return Ok(false) };
    if user.region_id == site.region_id {
        return Ok(false);
    }
    let role: Option<Role> = desk.store.get(user.role_id)?;
    let everywhere = role.is_some_and(|role| role.rights.contains(&Right::SeeAllRegions));
    Ok(!everywhere && !regions_within(desk.store, user.region_id)?.contains(&site.region_id))
}
