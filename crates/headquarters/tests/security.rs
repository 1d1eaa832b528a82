//! The record of security acts: it says who let whom in, and whoever changes it is found out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_domain::Id;
use outpost_headquarters::{Actor, Headquarters, SecurityAct};
use outpost_store::ToSql;
use outpost_sync::protocol::EnrolRequest;
use std::path::Path;

const PASSWORD: &str = "correct horse";
const THERE: &str = "192.0.2.7";

/// A company of one person, who has done this and that.
struct Day {
    hq: Headquarters,
    chen: Id,
    secrets: Vec<String>,
}

fn lived(folder: &Path) -> Day {
    let hq = Headquarters::open(folder, "Test").unwrap();
    hq.fill_new("chen", PASSWORD).unwrap();
    let chen = hq.user_by_login("chen").unwrap().unwrap().id;
    let person = Actor::person(chen, THERE);
    let session = hq.sign_in("chen", PASSWORD, THERE).unwrap();
    for _ in 0..3 {
        hq.sign_in("chen", "battery staple", "198.51.100.1").unwrap_err();
    }
    hq.sign_in("pass phrase typed too early", PASSWORD, "198.51.100.1").unwrap_err();
    let (secret, _) = hq.invite(&person, chen).unwrap();
    let request = EnrolRequest {
        secret: secret.clone(),
        device_name: "tablet".into(),
        version: "1".into(),
        public_key: "00".repeat(32),
    };
    let enrolled = hq.enrol_from(&request, "203.0.113.5").unwrap();
    hq.enrol_from(&request, "203.0.113.6").unwrap_err();
    hq.revoke(&person, enrolled.replica.id, true).unwrap();
    hq.revoke(&Actor::machine(), enrolled.replica.id, false).unwrap();
    hq.change_password(&person, chen, "not this", "another horse").unwrap_err();
    hq.change_password(&person, chen, PASSWORD, "another horse").unwrap();
    hq.sign_out_everywhere(&person, chen).unwrap();
    let mut secrets = vec![secret, enrolled.token, session];
    secrets.extend([PASSWORD, "battery staple", "another horse", "pass phrase typed too early"].map(str::to_owned));
    Day { hq, chen, secrets }
}

fn acts(hq: &Headquarters) -> Vec<SecurityAct> {
    hq.security_acts(0, 1000).unwrap()
}

/// The number of the first act that is not as it was written.
fn wrong(hq: &Headquarters) -> Option<i64> {
    hq.verify_security(None).unwrap().map(|fault| fault.number)
}

fn execute(hq: &Headquarters, sql: &str, params: &[&dyn ToSql]) {
    hq.writer().execute(sql, params).unwrap();
}

#[test]
fn who_lets_whom_in_is_written_down_and_what_was_not_done_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let Day { hq, chen, secrets } = lived(folder.path());
    let person = chen.to_string();
    let who = |act: &SecurityAct| match act.actor.as_str() {
        actor if actor == person => "chen".to_owned(),
        actor => actor.to_owned(),
    };
    let all: Vec<String> =
        acts(&hq).iter().map(|act| format!("{} by {} at {:?}", act.kind, who(act), act.address)).collect();
    let expected = [
        r#"founded by machine at """#,
        r#"password_set by machine at """#,
        r#"signed_in by chen at "192.0.2.7""#,
        r#"sign_in_failed by nobody at "198.51.100.1""#,
        r#"sign_in_failed by nobody at "198.51.100.1""#,
        r#"invited by chen at "192.0.2.7""#,
        r#"enrolled by chen at "203.0.113.5""#,
        r#"revoked by chen at "192.0.2.7""#,
        r#"found by machine at """#,
        r#"password_changed by chen at "192.0.2.7""#,
        r#"signed_out_everywhere by chen at "192.0.2.7""#,
    ];
    assert_eq!(all, expected);
    let failed: Vec<Option<String>> =
        acts(&hq).into_iter().filter(|act| act.kind == "sign_in_failed").map(|act| act.about_user_id).collect();
    assert_eq!(failed, [Some(person), None], "once a minute for each name");
    let text = serde_json::to_string(&acts(&hq)).unwrap();
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} is no part of the record");
    }
    assert_eq!(wrong(&hq), None);
}

#[test]
fn one_changed_byte_is_found_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let Day { hq, .. } = lived(folder.path());
    let columns = ["at", "actor", "address", "kind", "about_user_id", "about_replica_id", "detail", "hash"];
    for act in acts(&hq) {
        for column in columns {
            let number = act.number;
            let sql = format!("CREATE TEMP TABLE kept AS SELECT {column} AS cell FROM security_act WHERE number = $1");
            execute(&hq, &sql, &[&number]);
            let changed = match column {
                "at" => "at + 1".to_owned(),
                "hash" => "substr(hash, 1, 63) || CASE substr(hash, 64) WHEN '0' THEN '1' ELSE '0' END".to_owned(),
                // Nothing became something, or one letter more.
                _ => format!("coalesce({column}, '') || 'x'"),
            };
            execute(&hq, &format!("UPDATE security_act SET {column} = {changed} WHERE number = $1"), &[&number]);
            assert_eq!(wrong(&hq), Some(number), "{column} of act {number}");
            let back = format!("UPDATE security_act SET {column} = (SELECT cell FROM kept) WHERE number = $1");
            execute(&hq, &back, &[&number]);
            execute(&hq, "DROP TABLE kept", &[]);
            assert_eq!(wrong(&hq), None);
        }
    }
    // Bytes that are no text any more.
    execute(&hq, "UPDATE security_act SET detail = CAST(x'ff' AS TEXT) WHERE number = 3", &[]);
    assert_eq!(wrong(&hq), Some(3));
}

#[test]
fn what_is_cut_off_taken_out_or_made_anew_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let Day { hq, .. } = lived(folder.path());
    let (all, head) = (acts(&hq), hq.security_head().unwrap());
    assert_eq!((head.number, &head.hash), (11, &all[10].hash));
    assert_eq!(hq.verify_security(Some(&head)).unwrap(), None);
    assert_eq!(head.to_string().parse(), Ok(head.clone()));
    // The end is cut off, and what is done afterwards does not hide it.
    execute(&hq, "DELETE FROM security_act WHERE number > 9", &[]);
    assert_eq!(wrong(&hq), Some(10));
    let chen = hq.user_by_login("chen").unwrap().unwrap().id;
    hq.invite(&Actor::machine(), chen).unwrap();
    assert_eq!(wrong(&hq), Some(10));
    // Also where the company's row is made to fit, if its head was noted.
    execute(&hq, "DELETE FROM security_act WHERE number > 9", &[]);
    execute(&hq, "UPDATE tenant SET security_number = 9, security_hash = $1", &[&all[8].hash]);
    assert_eq!(wrong(&hq), None);
    assert_eq!(hq.verify_security(Some(&head)).unwrap().unwrap().number, 10);
    // And where it grew again meanwhile.
    for _ in 0..5 {
        hq.invite(&Actor::machine(), chen).unwrap();
    }
    assert_eq!(wrong(&hq), None);
    assert_eq!(hq.verify_security(Some(&head)).unwrap().unwrap().number, 11);
    execute(&hq, "DELETE FROM security_act WHERE number = 4", &[]);
    assert_eq!(wrong(&hq), Some(4));
    execute(&hq, "DELETE FROM security_act", &[]);
    assert_eq!(wrong(&hq), Some(1));
}

#[test]
fn a_backup_carries_the_record_and_it_goes_on_after_a_restore() {
    let [one, other] = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let Day { hq, chen, .. } = lived(one.path());
    let mut backup = Vec::new();
    hq.backup(&mut backup).unwrap();
    let restored = Headquarters::open(other.path(), "").unwrap();
    restored.restore(&mut backup.as_slice()).unwrap();
    assert_eq!(acts(&restored), acts(&hq));
    restored.invite(&Actor::machine(), chen).unwrap();
    assert_eq!((wrong(&restored), acts(&restored).len()), (None, 12));
}
