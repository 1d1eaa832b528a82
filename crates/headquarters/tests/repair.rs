//! What a check finds of records is set right from what a commit wrote, or set aside, and nothing of it is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_demo::large;
use outpost_domain::person::{Region, Replica as ReplicaRecord};
use outpost_domain::{AnyRecord, Id, Kind};
use outpost_headquarters::{Actor, Headquarters, Repaired};
use outpost_store::ToSql;
use outpost_sync::image::{image, image_hash, record as read};
use outpost_sync::protocol::{Frame, Pull};
use std::path::Path;

const NOW: i64 = 1_790_000_000_000;

struct Company {
    hq: Headquarters,
    replica: ReplicaRecord,
    records: Vec<AnyRecord>,
}

impl Company {
    fn new(folder: &Path) -> Company {
        let hq = Headquarters::open(folder, "Test").unwrap();
        let made = large(7, NOW, 60);
        hq.store_records(&made.records).unwrap();
        let replica = made.replica(NOW);
        hq.store_records(&[replica.clone().into()]).unwrap();
        let region = Region { id: Id::from_u128(7), name: "北区".into(), name_en: "North".into(), parent_id: None };
        hq.store_records(&[region.into()]).unwrap();
        Company { hq, replica, records: made.records }
    }

    fn execute(&self, sql: &str, params: &[&dyn ToSql]) {
        self.hq.writer().execute(sql, params).unwrap();
    }

    fn number(&self, sql: &str) -> i64 {
        self.hq.writer().number(sql, &[]).unwrap()
    }

    /// The first record of a kind.
    fn id(&self, kind: Kind) -> String {
        self.records.iter().find(|record| record.kind() == kind).unwrap().id().to_string()
    }

    fn wrong(&self) -> Vec<String> {
        // The levels of an invented company are no sums.
        self.hq.check().unwrap().findings.into_iter().filter(|found| !found.starts_with("the level of")).collect()
    }

    /// Repairs, after which nothing is wrong, the chain holds, and a backup can be made.
    fn repaired(&self) -> Repaired {
        let repaired = self.hq.repair(&Actor::machine()).unwrap();
        assert_eq!(self.wrong(), Vec::<String>::new(), "after {repaired:?}");
        assert_eq!(self.hq.verify_commits(None).unwrap(), None);
        self.hq.backup(&mut Vec::new()).unwrap();
        repaired
    }

    /// All that a device is told that goes on from a cursor.
    fn pulled(&self, pull: &Pull) -> Vec<Frame> {
        let mut next = Some(outpost_headquarters::Stream::new(self.replica.id, pull, NOW));
        let mut frames = Vec::new();
        while let Some(stream) = next {
            let part = self.hq.part(stream).unwrap();
            frames.extend(part.frames);
            next = part.next;
        }
        frames
    }
}

#[test]
fn a_changed_row_or_image_is_set_right_by_what_its_commit_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let company = Company::new(folder.path());
    let name = "SELECT name_en FROM region WHERE id LIKE '%0007'";
    let name = || company.hq.writer().one(name, &[], |row| row.get::<String>(0)).unwrap().unwrap();
    assert_eq!(company.repaired(), Repaired::default());
    // The row.
    company.execute("UPDATE region SET name_en = 'Forged' WHERE id LIKE '%0007'", &[]);
    assert!(company.wrong()[0].contains("what is given out is not what is stored"), "{:?}", company.wrong());
    let repaired = company.repaired();
    assert_eq!((repaired.right.len(), repaired.aside.len(), name().as_str()), (1, 0, "North"));
    // The image, and the hash beside it, or not.
    for hash in ["hash", "hash + 1"] {
        let sql =
            format!("UPDATE entity SET hash = {hash}, image = CAST(image || x'00' AS BLOB) WHERE id LIKE '%0007'");
        company.execute(&sql, &[]);
        assert_eq!(company.repaired().right.len(), 1, "{hash}");
        assert_eq!(name(), "North");
    }
    // Only the hash, or the digest.
    company.execute("UPDATE entity SET hash = hash + 1 WHERE id LIKE '%0007'", &[]);
    assert_eq!(company.repaired().right.len(), 1);
    company.execute("UPDATE bucket_digest SET sum = sum + 1", &[]);
    assert!(!company.wrong().is_empty());
    company.repaired();
    // A row that nobody can read, one that is gone, and one that nobody was given.
    company.execute("UPDATE region SET parent_id = 'nobody' WHERE id LIKE '%0007'", &[]);
    assert!(company.wrong()[0].contains("cannot be read"), "{:?}", company.wrong());
    assert_eq!((company.repaired().right.len(), name().as_str()), (1, "North"));
    company.execute("DELETE FROM region WHERE id LIKE '%0007'", &[]);
    assert_eq!((company.repaired().right.len(), name().as_str()), (1, "North"));
    company.execute("DELETE FROM entity WHERE id LIKE '%0007'", &[]);
    assert_eq!((company.repaired().right.len(), name().as_str()), (1, "North"));
    assert!(company.number("SELECT count(*) FROM set_aside") > 6);
    assert_eq!(company.hq.security_acts(0, 100).unwrap()[0].kind, "repaired");
}

#[test]
fn what_nobody_can_read_is_set_aside_and_devices_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let company = Company::new(folder.path());
    let Some(Frame::End { cursor }) = company.pulled(&Pull::default()).pop() else { panic!("no end") };
    let id = company.id(Kind::Workflow);
    let sql = "UPDATE entity SET image = CAST('no record' AS BLOB) WHERE kind = 'workflow' AND id = $1";
    company.execute(sql, &[&id]);
    company.execute("UPDATE workflow SET nodes = CAST(x'ff' AS BLOB) WHERE id = $1", &[&id]);
    let repaired = company.repaired();
    assert_eq!((repaired.right.len(), repaired.aside.len()), (0, 1), "{repaired:?}");
    assert!(repaired.aside[0].contains(&id));
    assert_eq!(company.hq.check().unwrap().aside, 1);
    // Its bytes are kept: the image, and the row with a cell that is no text.
    let kept = "SELECT bytes FROM set_aside WHERE id = $1 AND what = $2";
    let kept = |what: &str| company.hq.writer().one(kept, &[&id, &what], |row| row.get::<Vec<u8>>(0)).unwrap().unwrap();
    assert_eq!(kept("image"), b"no record");
    assert!(String::from_utf8(kept("row")).unwrap().contains(r#"{"hex":"ff"}"#));
    // A device that had it is told that it left; a new one gets all the rest.
    let frames = company.pulled(&Pull { cursor: Some(cursor), ..Pull::default() });
    let gone = frames.iter().any(
        |frame| matches!(frame, Frame::Evict { records, .. } if records.iter().any(|gone| gone.id.to_string() == id)),
    );
    assert!(gone, "{frames:?}");
    assert!(matches!(company.pulled(&Pull::default()).last(), Some(Frame::End { .. })));
    // Somebody writes it anew: it is back.
    let workflow = company.records.iter().find(|record| record.id().to_string() == id).unwrap();
    company.hq.store_records(std::slice::from_ref(workflow)).unwrap();
    assert_eq!(company.wrong(), Vec::<String>::new());
    assert_eq!(company.hq.check().unwrap().aside, 0);
    assert_eq!(company.hq.verify_commits(None).unwrap(), None);
}

#[test]
fn what_is_too_large_is_cut_or_set_aside_and_kept_whole() {
    let folder = tempfile::tempdir().unwrap();
    let company = Company::new(folder.path());
    let AnyRecord::Ticket(ticket) =
        company.records.iter().find(|record| record.kind() == Kind::Ticket).unwrap().clone()
    else {
        panic!("no ticket")
    };
    let id = ticket.id.to_string();
    let long = outpost_domain::ticket::Ticket { description: "门".repeat(12_000), ..(*ticket).clone() };
    company.hq.store_records(&[long.into()]).unwrap();
    assert!(company.wrong()[0].contains("description has 12000 characters"), "{:?}", company.wrong());
    let repaired = company.repaired();
    assert_eq!((repaired.right.len(), repaired.aside.len()), (1, 0), "{repaired:?}");
    assert_eq!(company.number("SELECT max(length(description)) FROM ticket"), 10_000);
    let whole = "SELECT sum(length(bytes)) FROM set_aside WHERE what = 'image'";
    assert!(company.number(whole) > 36_000);
    // A frame could not hold this one, and no text of it alone is too long.
    let model = company.records.iter().find_map(|record| match record {
        AnyRecord::DeviceModel(model) => Some(model.clone()),
        _ => None,
    });
    let model = model.unwrap();
    let part_ids = (0..1_200_000).map(Id::from_u128).collect();
    let vast = outpost_domain::device::DeviceModel { part_ids, ..(*model).clone() };
    company.hq.store_records(&[vast.into()]).unwrap();
    let no_backup = company.hq.backup(&mut Vec::new()).unwrap_err().to_string();
    assert!(no_backup.contains("check --repair"), "{no_backup}");
    let repaired = company.repaired();
    assert_eq!((repaired.right.len(), repaired.aside.len()), (0, 1), "{repaired:?}");
    assert!(company.number(whole) > 16_000_000);
    assert_ne!(company.number(&format!("SELECT count(*) FROM ticket WHERE id = '{id}'")), 0);
}

/// Something spoils a row or an image where it lies: whoever asks for the others gets them, and a check says so.
#[test]
fn what_is_spoiled_stops_nobody_who_asks_for_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let company = Company::new(folder.path());
    let own =
        format!("WHERE engineer_id = '{}' AND state NOT IN ('done', 'cancelled') LIMIT 1", company.replica.user_id);
    company.execute("UPDATE ticket SET engineer_id = $1, state = 'assigned'", &[&company.replica.user_id.to_string()]);
    let ticket = company.hq.writer().one(&format!("SELECT id FROM ticket {own}"), &[], |row| row.get::<String>(0));
    let ticket = ticket.unwrap().unwrap();
    company.execute("UPDATE ticket SET urgency = 'no such' WHERE id = $1", &[&ticket]);
    let (model, workflow, step) = (company.id(Kind::DeviceModel), company.id(Kind::Workflow), company.id(Kind::Step));
    company.execute("UPDATE device_model SET part_ids = 'none' WHERE id = $1", &[&model]);
    company.execute("UPDATE entity SET image = 'text' WHERE kind = 'workflow' AND id = $1", &[&workflow]);
    company.execute("UPDATE entity SET image = zeroblob(20000000) WHERE kind = 'step' AND id = $1", &[&step]);
    let frames = company.pulled(&Pull::default());
    assert!(matches!(frames.last(), Some(Frame::End { .. })));
    let rows = frames.iter().map(|frame| if let Frame::Rows { rows, .. } = frame { rows.len() } else { 0 });
    assert!(rows.sum::<usize>() >= company.records.len(), "all but one, and some of them twice");
    let wrong = company.wrong();
    for id in [&ticket, &model, &workflow, &step] {
        assert!(wrong.iter().any(|found| found.contains(id.as_str())), "{id} {wrong:?}");
    }
    company.hq.repair(&Actor::machine()).unwrap();
    assert!(!company.wrong().iter().any(|found| found.contains("cannot be read")), "{:?}", company.wrong());
}

#[test]
fn who_is_given_what_is_looked_after() {
    let folder = tempfile::tempdir().unwrap();
    let company = Company::new(folder.path());
    let spoil = |sql: &str| {
        company.hq.writer().execute(sql, &[]).unwrap();
        company.wrong()
    };
    assert_eq!(company.wrong(), Vec::<String>::new());
    let regions = "SELECT scope FROM bucket_scope WHERE scope LIKE 'region:%' ORDER BY scope LIMIT 1";
    let region = company.hq.writer().one(regions, &[], |row| row.get::<String>(0)).unwrap().unwrap();
    let bucket = format!("SELECT bucket FROM bucket_scope WHERE scope = '{region}' LIMIT 1");
    let found = spoil(&format!("INSERT INTO bucket_scope (scope, bucket) SELECT 'person:x', ({bucket})"));
    assert!(found[0].contains("others find it"), "{found:?}");
    spoil("DELETE FROM bucket_scope WHERE scope = 'person:x'");
    let found = spoil(&format!("UPDATE entity SET bucket = ({bucket}) WHERE kind = 'workflow'"));
    assert!(found.iter().any(|found| found.starts_with("workflow") && found.contains("lies where")), "{found:?}");
}

/// The image of a record as a program wrote it that had its fields in another order.
fn of_another_program(record: &AnyRecord) -> Vec<u8> {
    let cbor4ii::core::Value::Map(mut fields) = cbor4ii::serde::from_slice(&image(record).unwrap()).unwrap() else {
        panic!("an image is a map");
    };
    fields.reverse();
    cbor4ii::serde::to_vec(Vec::new(), &cbor4ii::core::Value::Map(fields)).unwrap()
}

#[test]
fn what_another_program_wrote_is_given_out_as_this_one_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    let company = Company::new(folder.path());
    let was = company.number("SELECT revision FROM tenant");
    let mut count = 0;
    for record in company.records.iter().filter(|record| record.kind() == Kind::Site) {
        let (older, now) = (of_another_program(record), image(record).unwrap());
        assert_eq!(read(Kind::Site, &older).unwrap(), *record);
        let sql = "UPDATE entity SET image = $1, hash = $2 WHERE kind = 'site' AND id = $3";
        company.execute(sql, &[&older, &image_hash(&older), &record.id().to_string()]);
        let of = "kind = 'site' AND bucket = (SELECT bucket FROM entity WHERE kind = 'site' AND id = $1)";
        let id = record.id().to_string();
        let sum: i64 = {
            let store = company.hq.writer();
            let sql = format!("SELECT sum FROM bucket_digest WHERE {of}");
            store.one(&sql, &[&id], |row| row.get(0)).unwrap().unwrap()
        };
        let sum = sum.wrapping_sub(image_hash(&now)).wrapping_add(image_hash(&older));
        let of = of.replace("$1", "$2");
        company.execute(&format!("UPDATE bucket_digest SET sum = $1 WHERE {of}"), &[&sum, &id]);
        count += 1;
    }
    // One whose row says something else was not written otherwise, but changed: that is for a check to say.
    company.execute("UPDATE region SET name_en = 'Forged' WHERE id LIKE '%0007'", &[]);
    let Company { hq, replica, records } = company;
    hq.writer().execute("DELETE FROM shape WHERE kind IN ('site', 'region')", &[]).unwrap();
    drop(hq);
    let hq = Headquarters::open(folder.path(), "").unwrap();
    let company = Company { hq, replica, records };
    assert!(count > 3);
    assert_eq!(company.number("SELECT revision FROM tenant"), was + 1, "in one commit, for they are few");
    for record in company.records.iter().filter(|record| record.kind() == Kind::Site) {
        let sql = "SELECT image FROM entity WHERE kind = 'site' AND id = $1";
        let is = company.hq.writer().one(sql, &[&record.id().to_string()], |row| row.bytes(0)).unwrap().unwrap();
        assert_eq!(is, image(record).unwrap());
    }
    let wrong = company.wrong();
    assert!(wrong.len() == 1 && wrong[0].contains("region"), "{wrong:?}");
    company.repaired();
    drop(company.hq);
    let again = Headquarters::open(folder.path(), "").unwrap();
    let revision = again.reader().number("SELECT revision FROM tenant", &[]).unwrap();
    assert!(revision <= was + 2, "and not again");
}
