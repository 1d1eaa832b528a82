//! What is looked at before leaving.

use super::attention::open_matters;
use super::cards::Around;
use super::lookup::by_ids;
use super::{ReadyCheck, ReadyLine};
use crate::Desk;
use outpost_domain::stock::Part;
use outpost_domain::ticket::Ticket;
use outpost_domain::{Id, Instant};
use outpost_store::StoreError;
use std::collections::BTreeMap;

/// What was heard of headquarters longer ago than this is not what today's visits should rest on.
const FRESH_MINUTES: i64 = 60;

/// Room for a day's photos.
const ROOM_MEGABYTES: u64 = 500;

/// All lines, in the order of the checks. `mine` are the asking person's tickets that are not closed.
pub(super) fn lines(desk: &Desk<'_>, mine: &[Ticket], around: &Around) -> Result<Vec<ReadyLine>, StoreError> {
    let sync = &desk.facts.sync;
    let minutes = sync.synced_at.map(|at| (desk.now - at).max(0) / 60_000);
    let matters = open_matters(desk)?;
    let text = |value: Option<String>| value.unwrap_or_default();
    let mut lines = vec![
        line(ReadyCheck::Sent, sync.waiting == 0, sync.waiting.to_string()),
        line(
            ReadyCheck::Fresh,
            minutes.is_some_and(|minutes| minutes <= FRESH_MINUTES),
            text(minutes.map(|minutes| minutes.to_string())),
        ),
    ];
    let visits: Vec<&Ticket> = mine.iter().filter(|ticket| is_today(desk, ticket)).collect();
    per_ticket(&mut lines, ReadyCheck::Data, &visits, |ticket| data_missing(ticket, around));
    let parts = parts_missing(desk, &visits, around)?;
    per_ticket(&mut lines, ReadyCheck::Parts, &visits, |ticket| parts.get(&ticket.id).cloned().unwrap_or_default());
    let megabytes = desk.facts.free_megabytes;
    lines.push(line(
        ReadyCheck::Room,
        megabytes.is_none_or(|megabytes| megabytes >= ROOM_MEGABYTES),
        text(megabytes.map(|megabytes| megabytes.to_string())),
    ));
    lines.push(line(ReadyCheck::Attention, matters == 0, matters.to_string()));
    Ok(lines)
}

fn line(check: ReadyCheck, fine: bool, value: String) -> ReadyLine {
    ReadyLine { check, fine, value_en: value.clone(), value, ticket_id: None, ticket_number: None }
}

/// A visit that is planned for a later day is not looked at yet; one without a plan may be made today.
fn is_today(desk: &Desk<'_>, ticket: &Ticket) -> bool {
    const DAY: Instant = 86_400_000;
    ticket.planned_at.is_none_or(|at| at < desk.midnight() + DAY)
}

/// One line for each ticket that lacks something, or one that says that none does.
fn per_ticket(
    lines: &mut Vec<ReadyLine>,
    check: ReadyCheck,
    visits: &[&Ticket],
    missing: impl Fn(&Ticket) -> Vec<(String, String)>,
) {
    let before = lines.len();
    for ticket in visits {
        let missing = missing(ticket);
        if !missing.is_empty() {
            lines.push(ReadyLine {
                check,
                fine: false,
                value: join(missing.iter().map(|names| names.0.as_str())),
                value_en: join(missing.iter().map(|names| if names.1.is_empty() { &*names.0 } else { &*names.1 })),
                ticket_id: Some(ticket.id),
                ticket_number: Some(ticket.number.clone()),
            });
        }
    }
    if lines.len() == before {
        lines.push(line(check, true, String::new()));
    }
}

fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// The kinds of records that a visit needs and that are not on this machine.
fn data_missing(ticket: &Ticket, around: &Around) -> Vec<(String, String)> {
    let site = !around.sites.contains_key(&ticket.site_id);
    let device = ticket.device_id.is_some_and(|id| !around.devices.contains_key(&id));
    [("site", site), ("device", device)]
        .into_iter()
        .filter(|(_, missing)| *missing)
        .map(|(kind, _)| (kind.to_owned(), String::new()))
        .collect()
}

/// Of each ticket, the names, in both languages, of the usual parts that are not in the van.
fn parts_missing(
    desk: &Desk<'_>,
    visits: &[&Ticket],
    around: &Around,
) -> Result<BTreeMap<Id, Vec<(String, String)>>, StoreError> {
    let lacking = |ticket: &Ticket| {
        let wanted = around.parts_wanted(ticket).iter().copied();
        wanted.filter(|part_id| !around.is_in_van(*part_id)).collect::<Vec<Id>>()
    };
    let of: Vec<(Id, Vec<Id>)> = visits.iter().map(|ticket| (ticket.id, lacking(ticket))).collect();
    let parts: BTreeMap<Id, Part> = by_ids(desk, of.iter().flat_map(|(_, part_ids)| part_ids.iter().copied()))?;
    let names = |id: &Id| match parts.get(id) {
        Some(part) => (part.name.clone(), part.name_en.clone()),
        None => ("?".to_owned(), String::new()),
    };
    Ok(of.into_iter().map(|(id, part_ids)| (id, part_ids.iter().map(names).collect())).collect())
}
