//! An answer that is sent part by part, while others write.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_demo::large;
use outpost_domain::customer::Site;
use outpost_domain::device::{Device, DeviceModel};
use outpost_domain::person::{Region, Replica as ReplicaRecord, User};
use outpost_domain::ticket::Ticket;
use outpost_domain::{AnyRecord, Id, Kind, derive};
use outpost_headquarters::{Headquarters, HeadquartersError, Part, Stream};
use outpost_store::{Key, params};
use outpost_sync::image::travelling;
use outpost_sync::protocol::{Cursor, Frame, Pull, REVOKED};
use outpost_sync::{Identity, Replica};
use std::path::Path;

const NOW: i64 = 1_790_000_000_000;
const ROWS_PER_FRAME: usize = 50;

struct Company {
    hq: Headquarters,
    record: ReplicaRecord,
    user: User,
    ticket: Ticket,
}

fn company() -> Company {
    let hq = Headquarters::in_memory(None, ROWS_PER_FRAME).unwrap();
    let made = large(7, NOW, 1000);
    hq.store_records(&made.records).unwrap();
    let record = made.replica(NOW);
    hq.store_records(&[record.clone().into()]).unwrap();
    let user = hq.reader().get(made.engineer_id).unwrap().unwrap();
    let ticket = hq.reader().get(made.ticket_id).unwrap().unwrap();
    Company { hq, record, user, ticket }
}

impl Company {
    fn first(&self) -> Part {
        self.hq.part(Stream::new(self.record.id, &Pull::default(), NOW)).unwrap()
    }

    /// The frames of a stream that has begun, with something done between its first and its second part.
    fn frames(&self, between: impl FnOnce()) -> Vec<Frame> {
        let first = self.first();
        between();
        self.whole(first)
    }

    /// The frames of a part, and of all that follow it.
    fn whole(&self, part: Part) -> Vec<Frame> {
        let Part { mut frames, mut next } = part;
        while let Some(stream) = next {
            let part = self.hq.part(stream).unwrap();
            frames.extend(part.frames);
            next = part.next;
        }
        frames
    }

    /// A region that the person does not see, and with none below it.
    fn elsewhere(&self) -> Region {
        let regions: Vec<Region> = self.hq.reader().select("ORDER BY id", &[]).unwrap();
        let leaf = |region: &&Region| {
            region.id != self.ticket.region_id && !regions.iter().any(|other| other.parent_id == Some(region.id))
        };
        regions.iter().find(leaf).unwrap().clone()
    }

    /// With what code the next part is refused.
    fn refused(&self, stream: Stream) -> String {
        match self.hq.part(stream) {
            Err(HeadquartersError::Denied(denial)) => denial.code,
            other => panic!("{other:?}"),
        }
    }

    /// A device after these frames.
    fn device(&self, folder: &Path, frames: &[Frame]) -> Replica {
        let replica = Replica::open(folder, &Key::new([7; 32])).unwrap();
        replica.enrol(&Identity::alone("http://hq", "Large", self.record.clone())).unwrap();
        replica.absorb(frames, NOW, NOW).unwrap();
        replica
    }

    /// What a device has after these frames, if its sums are those of headquarters.
    fn tickets(&self, frames: &[Frame]) -> Vec<Ticket> {
        let folder = tempfile::tempdir().unwrap();
        let replica = self.device(folder.path(), frames);
        assert!(!replica.wants_more().unwrap(), "the sums differ");
        replica.store().select("ORDER BY id", &[]).unwrap()
    }
}

/// The frames with which an answer begins, and whether everything follows.
fn begun(frames: &[Frame]) -> Vec<bool> {
    frames.iter().filter_map(|frame| if let Frame::Begin { anew, .. } = frame { Some(*anew) } else { None }).collect()
}

fn cursor(frames: &[Frame]) -> Cursor {
    let Some(Frame::End { cursor }) = frames.last() else { panic!("no end") };
    cursor.clone()
}

#[test]
fn todays_visits_come_before_the_rest() {
    let company = company();
    let mut frames = company.first().frames;
    let usable = frames.iter().position(|frame| matches!(frame, Frame::Usable)).unwrap();
    frames.truncate(usable + 1);
    let folder = tempfile::tempdir().unwrap();
    let replica = company.device(folder.path(), &frames);
    assert!(replica.is_usable().unwrap() && replica.wants_more().unwrap());

    let hq = company.hq.reader();
    let same = |kind: Kind, column: &str, id: Id| {
        let (tail, id) = (format!("WHERE {column} = $1 ORDER BY id"), id.to_string());
        let there = hq.select_any(kind, &tail, params![id]).unwrap();
        let there: Vec<AnyRecord> = there.iter().map(|record| travelling(record).into_owned()).collect();
        assert_eq!(replica.store().select_any(kind, &tail, params![id]).unwrap(), there, "{kind:?} of {column} {id}");
        there.len()
    };
    let mine = "WHERE engineer_id = $1 AND state NOT IN ('done', 'cancelled')";
    let tickets = hq.select::<Ticket>(mine, params![company.user.id.to_string()]).unwrap();
    assert!(!tickets.is_empty());
    let mut found = 0;
    for ticket in tickets {
        let site: Site = hq.get(ticket.site_id).unwrap().unwrap();
        let device: Device = hq.get(ticket.device_id.unwrap()).unwrap().unwrap();
        let model: DeviceModel = hq.get(device.model_id).unwrap().unwrap();
        for (kind, column, id) in [
            (Kind::Ticket, "id", ticket.id),
            (Kind::Site, "id", site.id),
            (Kind::Customer, "id", site.customer_id),
            (Kind::Device, "id", device.id),
            (Kind::Tag, "target_id", device.id),
            (Kind::DeviceModel, "id", model.id),
            (Kind::Workflow, "id", ticket.workflow_id),
            (Kind::User, "id", company.user.id),
        ] {
            assert_ne!(same(kind, column, id), 0, "{kind:?}");
        }
        found += same(Kind::Step, "ticket_id", ticket.id) + same(Kind::Event, "ticket_id", ticket.id);
        same(Kind::Contact, "customer_id", site.customer_id);
        model.part_ids.iter().for_each(|part| assert_eq!(same(Kind::Part, "id", *part), 1));
    }
    assert_ne!(found, 0, "no ticket has a history");
    assert_ne!(same(Kind::StockLevel, "location_id", company.user.van_id.unwrap()), 0);
}

#[test]
fn an_answer_goes_on_from_each_position_that_it_wrote() {
    let company = company();
    let frames = company.frames(|| ());
    let usable = frames.iter().position(|frame| matches!(frame, Frame::Usable)).unwrap();
    let mut gone_on = 0;
    for (n, frame) in frames.iter().enumerate().skip(usable) {
        let Frame::Rows { position, .. } = frame else { continue };
        let pull = Pull { position: Some(position.clone()), ..Pull::default() };
        let rest = company.whole(company.hq.part(Stream::new(company.record.id, &pull, NOW)).unwrap());
        assert_eq!(format!("{rest:?}"), format!("{:?}", &frames[n + 1..]));
        gone_on += 1;
    }
    assert!(gone_on > 5, "{gone_on}");
}

#[test]
fn nobody_goes_on_from_a_position_that_was_not_given_to_them() {
    let company = company();
    let frames = company.frames(|| ());
    let Some(Frame::Rows { position, .. }) = frames.iter().rfind(|frame| matches!(frame, Frame::Rows { .. })) else {
        panic!("no rows")
    };
    let another = ReplicaRecord { id: derive(company.record.id, "another"), ..company.record.clone() };
    company.hq.store_records(&[another.clone().into()]).unwrap();
    let began = position.find("\"began\":").unwrap() + 8;
    let digits = position[began..].find(',').unwrap();
    let changed = format!("{}0{}", &position[..began], &position[began + digits..]);
    let begins = |id: Id, position: &str| {
        let pull = Pull { position: Some(position.to_owned()), ..Pull::default() };
        let part = company.hq.part(Stream::new(id, &pull, NOW)).unwrap();
        matches!(part.frames[0], Frame::Begin { anew: true, .. })
    };
    // The commit of the other device came in between, and what was given goes on all the same.
    assert!(!begins(company.record.id, position));
    for (id, position) in
        [(another.id, &position[..]), (company.record.id, &changed), (company.record.id, &position[24..])]
    {
        assert!(begins(id, position), "{position}");
    }
}

#[test]
fn what_changes_between_two_parts_comes_with_a_later_one() {
    let company = company();
    let title = "renamed".to_owned();
    let changed = Ticket { title, ..company.ticket.clone() };
    let frames = company.frames(|| company.hq.store_records(&[changed.clone().into()]).unwrap());
    assert_eq!(begun(&frames), [true]);
    assert!(company.tickets(&frames).contains(&changed));
    assert_eq!(cursor(&frames).revision, company.hq.revision().unwrap());
}

#[test]
fn what_leaves_sight_between_two_parts_is_taken_back() {
    let company = company();
    let region_id = company.elsewhere().id;
    let left = Ticket { region_id, engineer_id: None, ..company.ticket.clone() };
    let frames = company.frames(|| company.hq.store_records(&[left.clone().into()]).unwrap());
    assert_eq!(begun(&frames), [true]);
    let gone = frames.iter().any(
        |frame| matches!(frame, Frame::Evict { records, .. } if records.iter().any(|record| record.id == left.id)),
    );
    assert!(gone);
    assert!(company.tickets(&frames).iter().all(|ticket| ticket.id != left.id));
}

#[test]
fn who_is_moved_between_two_parts_is_sent_what_they_see_now() {
    let company = company();
    let region_id = company.elsewhere().id;
    let theirs = Ticket { id: derive(company.ticket.id, "elsewhere"), region_id, ..company.ticket.clone() };
    company.hq.store_records(&[theirs.clone().into()]).unwrap();
    let moved = User { region_id, ..company.user.clone() };
    let frames = company.frames(|| company.hq.store_records(&[moved.into()]).unwrap());
    assert_eq!(begun(&frames), [true, true]);
    let sent = company.tickets(&frames);
    assert!(sent.contains(&theirs));
    // What they have still to do stays theirs, wherever it lies.
    let own = |ticket: &Ticket| ticket.engineer_id == Some(company.user.id) && !ticket.state.is_closed();
    assert!(sent.iter().all(|ticket| ticket.region_id == region_id || own(ticket)));
    assert!(sent.iter().any(|ticket| ticket.region_id != region_id));
}

#[test]
fn whose_region_grows_between_two_parts_is_sent_what_they_see_now() {
    let company = company();
    let elsewhere = company.elsewhere();
    let id = derive(company.ticket.id, "elsewhere");
    let more = Ticket { id, region_id: elsewhere.id, engineer_id: None, ..company.ticket.clone() };
    company.hq.store_records(&[more.clone().into()]).unwrap();
    let below = Region { parent_id: Some(company.user.region_id), ..elsewhere };
    let frames = company.frames(|| company.hq.store_records(&[below.into()]).unwrap());
    assert_eq!(begun(&frames), [true, true]);
    assert!(company.tickets(&frames).contains(&more));
}

#[test]
fn commits_that_are_lost_between_two_parts_are_noticed() {
    let company = company();
    let since = cursor(&company.frames(|| ()));
    let pull = Pull { cursor: Some(since), again: vec!["ticket".to_owned(), "event".to_owned()], ..Pull::default() };
    let begin = |stream: Option<Stream>| begun(&company.hq.part(stream.unwrap()).unwrap().frames);

    let first = company.hq.part(Stream::new(company.record.id, &pull, NOW)).unwrap();
    assert_eq!(begun(&first.frames), [false]);
    // Another commit with the number of the newest one, as after a standby took over that did not have it.
    let sql = "UPDATE revision SET tag = 'another' WHERE revision = $1";
    let newest = company.hq.revision().unwrap();
    company.hq.writer().execute(sql, params![newest]).unwrap();
    assert_eq!(begin(first.next), [true]);

    let first = company.first();
    company.hq.begin_epoch().unwrap();
    assert_eq!(begin(first.next), [true]);
}

#[test]
fn who_must_not_hear_anything_any_more_does_not_hear_the_rest() {
    let company = company();
    let stream = company.first().next.unwrap();
    company.hq.revoke(&outpost_headquarters::Actor::machine(), company.record.id, true).unwrap();
    assert_eq!(company.refused(stream), REVOKED);
    company.hq.revoke(&outpost_headquarters::Actor::machine(), company.record.id, false).unwrap();

    let stream = company.first().next.unwrap();
    company.hq.store_records(&[User { active: false, ..company.user.clone() }.into()]).unwrap();
    assert_eq!(company.refused(stream), REVOKED);
}

/// Or it would ask without an end: it asks until it hears that it holds what it should.
#[test]
fn who_asks_again_for_what_nobody_knows_here_hears_what_they_should_hold() {
    let company = company();
    let newest = cursor(&company.frames(|| ()));
    let asked = |again: &[&str]| {
        let again = again.iter().map(|kind| (*kind).to_owned()).collect();
        let pull = Pull { cursor: Some(newest.clone()), again, ..Pull::default() };
        let frames = company.hq.part(Stream::new(company.record.id, &pull, NOW)).unwrap().frames;
        frames.iter().any(|frame| matches!(frame, Frame::Digest { .. }))
    };
    assert!(asked(&["a_kind_of_tomorrow"]));
    assert!(!asked(&[]));
}
