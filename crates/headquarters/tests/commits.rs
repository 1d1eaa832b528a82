//! Commits are chained: whoever changes what one wrote, or what it says of itself, or cuts off the end, is found out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_demo::large;
use outpost_domain::person::Region;
use outpost_domain::ticket::AddNote;
use outpost_domain::{Act, Command, Id};
use outpost_headquarters::{ChainHead, Headquarters, MAIN, Storage};
use outpost_store::ToSql;
use outpost_sync::protocol::Pushed;
use std::path::Path;

const NOW: i64 = 1_790_000_000_000;

/// A company with records that were written once and again, and commands of every outcome.
fn lived(folder: &Path) -> Headquarters {
    let hq = Headquarters::open(folder, "Test").unwrap();
    let made = large(7, NOW, 60);
    hq.store_records(&made.records).unwrap();
    let replica = made.replica(NOW);
    hq.store_records(&[replica.clone().into()]).unwrap();
    let ticket_id = made.records.iter().find(|record| record.kind() == outpost_domain::Kind::Ticket).unwrap().id();
    let pushed = |n: u128, ticket_id: Id, version: u32| {
        let command = Command::from(AddNote { ticket_id, text: format!("note {n}") });
        let (id, occurred_at) = (Id::from_u128(n), NOW + n as i64);
        let (actor_id, replica_id) = (replica.user_id, replica.id);
        let act = Act { id, actor_id, replica_id, occurred_at, requires: Vec::new(), command };
        Pushed { id, seq: n as i64, version, base_revision: 0, act: serde_json::to_string(&act).unwrap() }
    };
    // Done; held, as what it is about is not there, and as nobody here knows it.
    let commands = [pushed(1, ticket_id, 1), pushed(2, Id::from_u128(99), 1), pushed(3, ticket_id, 1000)];
    hq.receive(&replica, &commands, NOW).unwrap();
    // Comes, and what waits for it is judged again in its commit.
    let ticket = made.records.iter().find(|record| record.id() == ticket_id).unwrap();
    let outpost_domain::AnyRecord::Ticket(ticket) = ticket.clone() else { panic!("no ticket") };
    let ticket = outpost_domain::ticket::Ticket { id: Id::from_u128(99), ..(*ticket).clone() };
    hq.store_records(&[ticket.into()]).unwrap();
    hq.receive(&replica, &[pushed(4, Id::from_u128(99), 1)], NOW).unwrap();
    for name in ["North", "Far North"] {
        let region = Region { id: Id::from_u128(7), name: "北区".into(), name_en: name.into(), parent_id: None };
        hq.store_records(&[region.into()]).unwrap();
    }
    hq
}

/// The number of the first commit that is not as it was written.
fn wrong(hq: &Headquarters) -> Option<i64> {
    hq.verify_commits(None).unwrap().map(|fault| fault.number)
}

fn execute(hq: &Headquarters, sql: &str, params: &[&dyn ToSql]) {
    hq.writer().execute(sql, params).unwrap();
}

fn number(hq: &Headquarters, sql: &str) -> i64 {
    hq.writer().number(sql, &[]).unwrap()
}

/// One letter, digit or byte more or less, by the column's type.
fn changed(column: &str) -> String {
    match column {
        "names" | "image" => format!("CAST({column} || x'00' AS BLOB)"),
        "revision" => "revision + 1000".to_owned(),
        "committed_at" | "seq" | "base_revision" | "version" | "received_at" => format!("{column} + 1"),
        "hash" | "tag" => {
            format!(
                "substr({column}, 1, 9) || CASE substr({column}, 10, 1) WHEN '0' THEN '1' ELSE '0' END || substr({column}, 11)"
            )
        }
        _ => format!("coalesce({column}, '') || 'x'"),
    }
}

/// Changes one cell of each row of a table by turns, and looks whether that is found.
fn each_cell(hq: &Headquarters, table: &str, columns: &[&str]) {
    // Some of many: each is looked at the same way.
    let sql = format!("SELECT rowid FROM {table} WHERE (SELECT count(*) FROM {table}) < 40 OR rowid % 13 = 0");
    let rows = hq.writer().rows(&sql, &[], |row| row.get::<i64>(0)).unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        for column in columns {
            let kept = format!("CREATE TEMP TABLE kept AS SELECT {column} AS cell FROM {table} WHERE rowid = $1");
            execute(hq, &kept, &[&row]);
            execute(hq, &format!("UPDATE {table} SET {column} = {} WHERE rowid = $1", changed(column)), &[&row]);
            assert!(wrong(hq).is_some(), "{column} of {table} {row}");
            let back = format!("UPDATE {table} SET {column} = (SELECT cell FROM kept) WHERE rowid = $1");
            execute(hq, &back, &[&row]);
            execute(hq, "DROP TABLE kept", &[]);
        }
    }
    assert_eq!(wrong(hq), None);
}

#[test]
fn one_changed_byte_is_found_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let hq = lived(folder.path());
    assert_eq!(wrong(&hq), None);
    let statuses = hq.writer().rows("SELECT DISTINCT status FROM command ORDER BY 1", &[], |row| row.get::<String>(0));
    assert_eq!(statuses.unwrap(), ["applied", "held"]);
    each_cell(&hq, "revision", &["tag", "committed_at", "kinds", "scopes", "hash"]);
    each_cell(&hq, "written", &["names", "revision"]);
    let command =
        ["id", "replica_id", "seq", "act", "base_revision", "version", "received_at", "status", "refusal", "revision"];
    each_cell(&hq, "command", &command);
    each_cell(&hq, "command", &["effect_hash"]);
    each_cell(&hq, "entity", &["image", "id", "kind", "revision"]);
    // And what rules and screens look at, of which devices are given an image.
    each_cell(&hq, "region", &["name", "name_en", "parent_id"]);
    each_cell(&hq, "\"user\"", &["name", "phone", "role_id", "region_id"]);
    each_cell(&hq, "role", &["key", "name"]);
    // Bytes that are no text any more.
    execute(&hq, "UPDATE command SET act = CAST(x'ff' AS TEXT) WHERE seq = 1", &[]);
    assert!(wrong(&hq).is_some());
}

#[test]
fn what_was_added_taken_out_or_put_back_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let hq = lived(folder.path());
    let head = number(&hq, "SELECT revision FROM tenant");
    let region = "SELECT hash, image FROM entity WHERE kind = 'region' AND id LIKE '%0007'";
    let (hash, image): (i64, Vec<u8>) =
        hq.writer().one(region, &[], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().unwrap();
    // A record in the name of a commit that did not write it.
    let add = "INSERT INTO entity (kind, id, revision, bucket, placed_revision, hash, image)
         SELECT kind, '00000000-0000-0000-0000-000000000001', revision, bucket, placed_revision, hash, image
         FROM entity WHERE kind = 'region' AND id LIKE '%0007'";
    execute(&hq, add, &[]);
    assert!(wrong(&hq).is_some());
    execute(&hq, "DELETE FROM entity WHERE id LIKE '%0001' AND kind = 'region'", &[]);
    assert_eq!(wrong(&hq), None);
    // What a commit before wrote, as if the last one had not been.
    execute(&hq, "UPDATE entity SET revision = revision - 1 WHERE kind = 'region' AND id LIKE '%0007'", &[]);
    assert_eq!(wrong(&hq), Some(head));
    execute(&hq, "DELETE FROM entity WHERE kind = 'region' AND id LIKE '%0007'", &[]);
    assert_eq!(wrong(&hq), Some(head));
    let back = "INSERT INTO entity (kind, id, revision, bucket, placed_revision, hash, image)
         SELECT 'region', '00000000-0000-0000-0000-000000000007', $1, bucket, $1, $2, $3 FROM entity WHERE kind = 'region' LIMIT 1";
    execute(&hq, back, &[&head, &hash, &image]);
    assert_eq!(wrong(&hq), None);
    execute(&hq, "DELETE FROM command WHERE seq = 3", &[]);
    assert!(wrong(&hq).is_some());
}

#[test]
fn a_cut_tail_is_found_also_when_it_grew_again() {
    let folder = tempfile::tempdir().unwrap();
    let hq = lived(folder.path());
    let noted = hq.commit_head().unwrap();
    assert_eq!(hq.verify_commits(Some(&noted)).unwrap(), None);
    assert_eq!(noted.to_string().parse(), Ok(noted.clone()));
    // The two commits that wrote the region, and all that they did.
    let cut = noted.number - 2;
    execute(&hq, "DELETE FROM revision WHERE revision > $1", &[&cut]);
    execute(&hq, "DELETE FROM written WHERE revision > $1", &[&cut]);
    execute(&hq, "DELETE FROM entity WHERE kind = 'region' AND id LIKE '%0007'", &[]);
    execute(&hq, "DELETE FROM region WHERE id LIKE '%0007'", &[]);
    assert_eq!(wrong(&hq), Some(cut + 1));
    // Also where the company's row is made to fit, if its head was noted.
    let sql = "UPDATE tenant SET revision = $1, commit_hash = (SELECT hash FROM revision WHERE revision = $1)";
    execute(&hq, sql, &[&cut]);
    assert_eq!(wrong(&hq), None);
    let fault = |noted: &ChainHead| hq.verify_commits(Some(noted)).unwrap().map(|fault| fault.number);
    assert_eq!(fault(&noted), Some(cut + 1));
    // And where it grew again meanwhile.
    for n in 0..5 {
        let region = Region { id: Id::from_u128(7), name: "南区".into(), name_en: n.to_string(), parent_id: None };
        hq.store_records(&[region.into()]).unwrap();
    }
    assert_eq!(wrong(&hq), None);
    assert_eq!(fault(&noted), Some(noted.number));
}

#[test]
fn the_chain_goes_on_after_a_restore_which_says_from_where() {
    let home = tempfile::tempdir().unwrap();
    let hq = lived(&home.path().join("hq"));
    let noted = hq.commit_head().unwrap();
    let mut backup = Vec::new();
    hq.backup(&mut backup).unwrap();
    let file = home.path().join("backup.outpost");
    std::fs::write(&file, backup).unwrap();
    let storage = Storage::new(&home.path().join("restored"), None).unwrap();
    assert_eq!(storage.restore(MAIN, &file, None).unwrap().head, noted);
    let back = storage.open_known(MAIN).unwrap();
    let region = Region { id: Id::from_u128(8), name: "南区".into(), name_en: "South".into(), parent_id: None };
    back.store_records(&[region.into()]).unwrap();
    assert_eq!(back.verify_commits(Some(&noted)).unwrap(), None);
    assert_eq!(back.commit_head().unwrap().number, noted.number + 1);
    let acts = back.security_acts(0, 100).unwrap();
    let begun = acts.iter().find(|act| act.kind == "epoch_begun").unwrap();
    assert_eq!(begun.detail, format!("goes on from commit {noted}"));
}
