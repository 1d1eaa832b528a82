//! Faults that strangers report: whoever stands in front of a device and scans its label with a phone of their own.

use crate::error::HeadquartersError;
use crate::headquarters::{Headquarters, new_id};
use outpost_domain::customer::Site;
use outpost_domain::device::Device;
use outpost_domain::person::{Region, Right, Role, User};
use outpost_domain::ticket::{OpenTicket, Ticket, Urgency};
use outpost_domain::workflow::{TicketKind, Workflow};
use outpost_domain::{Id, Instant, derive};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Which entry such tickets came in by.
const SOURCE: &str = "report";

/// What a report may hold, in characters.
pub(crate) const MOST_TEXT: usize = 1000;
pub(crate) const MOST_CONTACT: usize = 120;
/// As much of the text stands in the ticket's title.
const TITLE: usize = 60;

/// How many reports are taken in an hour: of one device, from one address, and in all. More than that is no longer people. Behind
/// one address there may be everybody in a building, or on a telephone network.
const HOUR_MILLIS: i64 = 3_600_000;
const MOST_OF_A_DEVICE: usize = 3;
const MOST_FROM_ONE: usize = 12;
const MOST_IN_ALL: usize = 60;

/// What a stranger may know of a device: what stands on its label anyway, and where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reportable {
    pub(crate) device_id: Id,
    site_id: Id,
    pub(crate) company: String,
    pub(crate) number: String,
    /// In the company's language, and in English if it is known.
    pub(crate) device: [String; 2],
    pub(crate) site: [String; 2],
}

/// What a stranger wrote.
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    /// Names this report, so that sending it twice makes one ticket.
    pub(crate) id: Option<Id>,
    pub(crate) text: String,
    pub(crate) contact: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reported {
    /// The number of its ticket.
    Taken(String),
    /// There is nothing in it.
    Empty,
    /// Too many came in the last hour.
    TooMany,
    /// This company takes no reports.
    NotTaken,
}

/// The reports of the last hour.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<VecDeque<(Instant, Id, String)>>);

impl Recent {
    /// Notes one more of this device, from this address, unless there were enough.
    fn note(&self, device_id: Id, from: &str, now: Instant) -> bool {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while recent.front().is_some_and(|(at, ..)| now - at >= HOUR_MILLIS) {
            recent.pop_front();
        }
        let of_device = recent.iter().filter(|(_, id, _)| *id == device_id).count();
        let from_one = recent.iter().filter(|(_, _, known)| known == from).count();
        let fits = of_device < MOST_OF_A_DEVICE && from_one < MOST_FROM_ONE && recent.len() < MOST_IN_ALL;
        if fits {
            recent.push_back((now, device_id, from.to_owned()));
        }
        fits
    }
}

impl Headquarters {
    /// The device that a link on a label leads to. Nothing for a link that was not signed here, whatever it names.
    pub(crate) fn reportable(&self, letters: &str) -> Result<Option<Reportable>, HeadquartersError> {
        let Some(device_id) = self.labelled(letters)? else { return Ok(None) };
        let company = self.company()?;
        let store = self.reader();
        let Some(device) = store.get::<Device>(device_id)? else { return Ok(None) };
        let site = store.get::<Site>(device.site_id)?;
        Ok(Some(Reportable {
            device_id,
            site_id: device.site_id,
            company,
            number: device.number,
            device: [device.name, device.name_en],
            site: site.map(|site| [site.name, site.name_en]).unwrap_or_default(),
        }))
    }

    /// Opens a ticket for what a stranger reported.
    pub(crate) fn report(
        &self,
        about: &Reportable,
        report: &Report,
        recent: &Recent,
        from: &str,
        now: Instant,
    ) -> Result<Reported, HeadquartersError> {
        let (text, contact) = (clean(&report.text, MOST_TEXT), clean(&report.contact, MOST_CONTACT));
        if text.is_empty() {
            return Ok(Reported::Empty);
        }
        let id = report.id.filter(|id| is_recent(*id, now)).unwrap_or_else(new_id);
        let known = self.reader().get::<Ticket>(id)?;
        if let Some(ticket) = known {
            return Ok(if ticket.source == SOURCE { Reported::Taken(ticket.number) } else { Reported::NotTaken });
        }
        let Some(workflow) = self.repair_workflow()? else { return Ok(Reported::NotTaken) };
        let Some(reporter) = self.reporter()? else { return Ok(Reported::NotTaken) };
        if !recent.note(about.device_id, from, now) {
            return Ok(Reported::TooMany);
        }
        let description = if contact.is_empty() { text.clone() } else { format!("{text}\n\n☎ {contact}") };
        let open = OpenTicket {
            // Headquarters gives its own.
            number: String::new(),
            workflow_id: workflow,
            title: title(&text),
            description,
            urgency: Urgency::Normal,
            source: SOURCE.to_owned(),
            device_id: Some(about.device_id),
            site_id: about.site_id,
            contact_id: None,
            engineer_id: None,
            planned_at: None,
            due_at: None,
            fault_code: String::new(),
            latitude: None,
            longitude: None,
            again: false,
        };
        Ok(match self.give(reporter, id, open.into(), now)? {
            Ok(_) => match self.reader().get::<Ticket>(id)? {
                Some(ticket) => Reported::Taken(ticket.number),
                None => Reported::NotTaken,
            },
            // An administrator may have taken the right away, or the person out of service: the door is closed then.
            Err(refusal) => {
                tracing::info!(%refusal, "a report was refused");
                Reported::NotTaken
            }
        })
    }

    /// The newest way in which repairs are done.
    fn repair_workflow(&self) -> Result<Option<Id>, HeadquartersError> {
        let mut workflows = self.reader().select::<Workflow>("", &[])?;
        workflows.retain(|workflow| workflow.active && workflow.ticket_kind == TicketKind::Repair);
        // By age, so that a company's first way of repairing stays the one, in its newest version.
        workflows.sort_by(|one, other| other.version.cmp(&one.version).then(one.id.cmp(&other.id)));
        Ok(workflows.first().map(|workflow| workflow.id))
    }

    /// Who opens such tickets: a person that nobody is, so that the timeline tells the truth. Taking their right away, or
    /// setting them inactive, closes the page.
    fn reporter(&self) -> Result<Option<Id>, HeadquartersError> {
        let user_id = derive(Id::nil(), "report page");
        if self.reader().get::<User>(user_id)?.is_some() {
            return Ok(Some(user_id));
        }
        let mut regions = self.reader().select::<Region>("", &[])?;
        regions.sort_by_key(|region| (region.parent_id.is_some(), region.id));
        let Some(region) = regions.first() else { return Ok(None) };
        let role = Role {
            id: derive(Id::nil(), "report page role"),
            key: SOURCE.to_owned(),
            name: "扫码报修".to_owned(),
            name_en: "Report page".to_owned(),
            rights: vec![Right::OpenTicket],
        };
        let user = User {
            id: user_id,
            login: "report-page".to_owned(),
            name: "扫码报修".to_owned(),
            name_en: "Report page".to_owned(),
            phone: String::new(),
            role_id: role.id,
            region_id: region.id,
            van_id: None,
            active: true,
        };
        self.store_records(&[role.into(), user.into()])?;
        Ok(Some(user_id))
    }
}

/// Whether an id was made in the last day: an older one belongs to something else.
fn is_recent(id: Id, now: Instant) -> bool {
    const DAY_MILLIS: i64 = 86_400_000;
    let made = id.get_timestamp().map(|made| made.to_unix());
    made.and_then(|(seconds, _)| i64::try_from(seconds).ok())
        .is_some_and(|seconds| (now - seconds.saturating_mul(1000)).abs() < DAY_MILLIS)
}

/// What was typed, without what turns the direction of writing or cannot be seen, and not too long. Lines stay.
fn clean(text: &str, most: usize) -> String {
    let lines = text.lines().map(|line| outpost_scan::shown(line.trim(), most));
    let text = lines.collect::<Vec<_>>().join("\n");
    text.trim().chars().take(most).collect::<String>().trim_end().to_owned()
}

/// The beginning of the first line.
fn title(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(TITLE).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_few_reports_in_an_hour_and_all_together_not_many() {
        let recent = Recent::default();
        let device = |n: u128| Id::from_u128(n);
        let here = |n: u128| recent.note(device(n), "here", HOUR_MILLIS - 60_000);
        let taken = (0..5).filter(|minute| recent.note(device(1), "there", minute * 60_000)).count();
        assert_eq!(taken, MOST_OF_A_DEVICE);
        assert!(here(2));
        assert!(recent.note(device(1), "there", HOUR_MILLIS), "the first is an hour old");
        assert_eq!((100..200).filter(|n| here(*n)).count(), MOST_FROM_ONE - 1);
        let each = |n: &u128| recent.note(device(*n), &n.to_string(), HOUR_MILLIS + 60_000);
        let in_all = (1000..2000).filter(each).count();
        assert!(in_all < MOST_IN_ALL - MOST_FROM_ONE && in_all > MOST_IN_ALL - MOST_FROM_ONE - 5, "{in_all}");
    }

    #[test]
    fn what_is_written_is_made_fit_to_be_read() {
        assert_eq!(clean("  door\u{202e} stuck\u{0}\r\n\r\nfloor 3  ", 100), "door⟨202E⟩ stuck⟨00⟩\n\nfloor 3");
        assert_eq!(clean(&"门".repeat(5000), 10).chars().count(), 10);
        assert_eq!(clean(" \n \u{a0} ", 10), "");
        assert_eq!(title(&"x".repeat(80)), format!("{}…", "x".repeat(60)));
        assert_eq!(title("door\nstuck"), "door");
    }

    #[test]
    fn an_id_of_long_ago_is_not_taken_over() {
        let now = 1_790_000_000_000;
        assert!(!is_recent(Id::from_u128(1), now));
        assert!(!is_recent(derive(Id::nil(), "x"), now));
        assert!(is_recent(Id::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, 1_790_000_000, 0)), now));
        assert!(!is_recent(Id::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, 1_780_000_000, 0)), now));
    }
}
