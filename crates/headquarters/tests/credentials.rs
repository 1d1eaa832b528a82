//! The life of a credential: what a device that was lost, or whose person left, gains by trying.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_demo::roles;
use outpost_domain::Id;
use outpost_domain::person::{Region, Right, Role, User};
use outpost_headquarters::{Actor, Headquarters, HeadquartersError, Wanted};
use outpost_store::params;
use outpost_sync::protocol::{EnrolRequest, Enrolled};
use uuid::Uuid;

const DAY: i64 = 86_400_000;
const NORTH: u128 = 2;
const SOUTH: u128 = 3;
const LI: u128 = 10;
const CHEN: u128 = 11;
const BRANCH: u128 = 12;
const LOOKER: u128 = 13;

fn id(n: u128) -> Id {
    Uuid::from_u128(n)
}

fn user(n: u128, role_id: Id, region: u128) -> User {
    User {
        id: id(n),
        login: n.to_string(),
        name: n.to_string(),
        name_en: String::new(),
        phone: String::new(),
        role_id,
        region_id: id(region),
        van_id: None,
        active: true,
    }
}

/// Li in the north, Chen in the south; one who looks after the people of the north, and one who looks after nobody.
fn company() -> Headquarters {
    let hq = Headquarters::in_memory(None, 1000).unwrap();
    let region = |n: u128| Region { id: id(n), name: n.to_string(), name_en: String::new(), parent_id: None };
    let engineer = roles().into_iter().find(|role| role.key == "engineer").unwrap();
    let branch = Role { id: id(70), key: "branch".into(), rights: vec![Right::EditPerson], ..engineer.clone() };
    let people = [(LI, engineer.id, NORTH), (CHEN, engineer.id, SOUTH), (BRANCH, branch.id, NORTH)];
    let people = people.into_iter().chain([(LOOKER, engineer.id, NORTH)]);
    let mut records = vec![region(NORTH).into(), region(SOUTH).into(), engineer.into(), branch.into()];
    records.extend(people.map(|(n, role, region)| user(n, role, region).into()));
    hq.store_records(&records).unwrap();
    hq
}

fn enrolled(hq: &Headquarters, n: u128) -> Enrolled {
    let (secret, _) = hq.invite(&Actor::machine(), id(n)).unwrap();
    hq.enrol(&EnrolRequest { secret, device_name: "tablet".into(), version: "1".into() }).unwrap()
}

/// That headquarters has answered `device_forked`.
fn told_to_fork(hq: &Headquarters, replica_id: Id) {
    let sql = "INSERT INTO fork_asked (replica_id) VALUES ($1)";
    hq.writer().execute(sql, params![replica_id.to_string()]).unwrap();
}

fn ends_at(hq: &Headquarters, replica_id: Id) -> Option<i64> {
    let sql = "SELECT ends_at FROM token WHERE replica_id = $1";
    hq.reader().one(sql, params![replica_id.to_string()], |row| row.get::<Option<i64>>(0)).unwrap().unwrap()
}

fn known(hq: &Headquarters, token: &str) -> bool {
    hq.who(token).unwrap().is_some()
}

#[test]
fn a_lost_device_gains_no_time_by_being_reported_again_or_by_copying_itself() {
    let hq = company();
    let Enrolled { replica, token, .. } = enrolled(&hq, LI);
    assert_eq!(ends_at(&hq, replica.id), None);
    let revoke = |revoked: bool| hq.revoke(&Actor::machine(), replica.id, revoked).unwrap();
    revoke(true);
    let soon = ends_at(&hq, replica.id).unwrap() - 29 * DAY;
    hq.writer().execute("UPDATE token SET ends_at = $1", params![soon]).unwrap();
    revoke(true);
    assert_eq!(ends_at(&hq, replica.id), Some(soon));
    told_to_fork(&hq, replica.id);
    let copy = hq.fork(&replica, "there").unwrap();
    assert!(copy.replica.revoked, "also where it was asked for before it was reported lost");
    assert_eq!(ends_at(&hq, copy.replica.id), Some(soon));
    assert!(known(&hq, &token) && known(&hq, &copy.token), "they hand in what they have");
    hq.writer().execute("UPDATE token SET ends_at = $1", params![outpost_app::now()]).unwrap();
    assert!(!known(&hq, &token) && !known(&hq, &copy.token));
    revoke(false);
    assert!(known(&hq, &token) && !known(&hq, &copy.token), "one was found, and the other was not");
}

#[test]
fn a_leavers_device_hands_in_for_a_month_from_the_day_they_left_and_is_welcome_when_they_come_back() {
    let hq = company();
    let Enrolled { token, .. } = enrolled(&hq, LI);
    let li = hq.reader().get::<User>(id(LI)).unwrap().unwrap();
    hq.store_records(&[User { active: false, ..li.clone() }.into()]).unwrap();
    let left = |days: i64| {
        let sql = "UPDATE revision SET committed_at = $1";
        hq.writer().execute(sql, params![outpost_app::now() - days * DAY]).unwrap();
        known(&hq, &token)
    };
    assert!(left(0) && left(29));
    // It was never heard of until now; the month is over all the same.
    assert!(!left(31));
    hq.store_records(&[li.into()]).unwrap();
    assert!(left(31) && left(300), "nothing of it stays once they are back");
}

#[test]
fn who_asks_about_a_device_elsewhere_hears_what_they_hear_of_one_that_is_not() {
    let hq = company();
    let [mine, elsewhere] = [LI, CHEN].map(|n| enrolled(&hq, n).replica.id);
    let says = |who: u128, replica_id: Id| {
        let who = hq.reader().get::<User>(id(who)).unwrap().unwrap();
        match hq.may_look_after_device(&who, replica_id) {
            Ok(()) => "yes".to_owned(),
            Err(HeadquartersError::Denied(denial)) => format!("{}: {}", denial.code, denial.detail),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(says(BRANCH, mine), "yes");
    assert_eq!(says(BRANCH, elsewhere), "not_here: no such device");
    assert_eq!(says(BRANCH, elsewhere), says(BRANCH, id(999)));
    assert!(says(LOOKER, mine).starts_with("not_allowed"));
    assert_eq!(says(LOOKER, mine), says(LOOKER, id(999)));
}

#[test]
fn a_session_has_an_end_and_leaves_a_trace() {
    let hq = company();
    hq.set_password(&Actor::machine(), id(LI), "a good password").unwrap();
    let sign_in = || hq.sign_in(&LI.to_string(), "a good password", "there").unwrap();
    let (one, other) = (sign_in(), sign_in());
    hq.sign_out(&one, "there").unwrap();
    assert!(!known(&hq, &one) && known(&hq, &other));
    let number = |sql: &str| hq.reader().number(sql, &[]).unwrap();
    assert_eq!(number("SELECT count(*) FROM token WHERE ended_at >= issued_at"), 1);
    // When it was used is known to the hour.
    let ago = outpost_app::now() - 2 * 3_600_000;
    hq.writer().execute("UPDATE token SET issued_at = $1, used_at = $1", params![ago]).unwrap();
    assert!(known(&hq, &other));
    assert_eq!(number("SELECT count(*) FROM token WHERE used_at > issued_at"), 1);
    hq.writer().execute("UPDATE token SET ended_at = $1 WHERE ended_at IS NOT NULL", params![ago - 91 * DAY]).unwrap();
    sign_in();
    assert_eq!(number("SELECT count(*) FROM token"), 2, "what ended long ago is gone");
    hq.sign_out_everywhere(&Actor::person(id(LI), "there"), id(LI)).unwrap();
    assert!(!known(&hq, &other));
}

#[test]
fn everybody_sees_their_own_sessions_and_ends_none_of_others() {
    let hq = company();
    let sign_in = |n: u128, from: &str| {
        hq.set_password(&Actor::machine(), id(n), "a good password").unwrap();
        hq.sign_in(&n.to_string(), "a good password", from).unwrap()
    };
    let chen = sign_in(CHEN, "elsewhere");
    hq.set_password(&Actor::machine(), id(LI), "a good password").unwrap();
    let [one, other] =
        ["the office", "a hotel"].map(|from| hq.sign_in(&LI.to_string(), "a good password", from).unwrap());
    let own = hq.own_sessions(id(LI), &one).unwrap();
    let mut seen: Vec<_> = own.iter().map(|session| (session.address.as_str(), session.here)).collect();
    seen.sort_unstable();
    assert_eq!(seen, [("a hotel", false), ("the office", true)]);
    let hotel = own.iter().find(|session| !session.here).unwrap();
    let end = |whose: u128| hq.end_session(&Actor::person(id(whose), "there"), id(whose), &hotel.id);
    assert!(matches!(end(CHEN), Err(HeadquartersError::Denied(denial)) if denial.code == "not_here"));
    end(LI).unwrap();
    assert!(end(LI).is_err(), "it has ended");
    assert!(known(&hq, &one) && !known(&hq, &other) && known(&hq, &chen));
    assert!(!known(&hq, &hotel.id), "its name is of no use to come in");
    assert_eq!(hq.own_sessions(id(LI), &one).unwrap().len(), 1);
}

#[test]
fn the_record_is_shown_to_whom_it_is_about_and_to_who_looks_after_them() {
    let hq = company();
    enrolled(&hq, LI);
    enrolled(&hq, CHEN);
    for n in [LI, CHEN] {
        hq.set_password(&Actor::machine(), id(n), "a good password").unwrap();
        hq.sign_in(&n.to_string(), "a good password", "there").unwrap();
    }
    hq.sign_in("mallory", "a guess", "there").unwrap_err();
    let seen = |n: u128, before: Option<i64>| {
        let who = hq.reader().get::<User>(id(n)).unwrap().unwrap();
        hq.security_acts_for(&who, Wanted { before, ..Wanted::default() }).unwrap()
    };
    let whom = |n: u128| {
        let mut about: Vec<_> = seen(n, None).acts.into_iter().map(|act| act.about_name).collect();
        about.dedup();
        about
    };
    assert_eq!((whom(LI), whom(CHEN)), (vec![LI.to_string()], vec![CHEN.to_string()]));
    assert_eq!(whom(BRANCH), [LI.to_string()], "those of the north, and nobody's name is tried before them");
    assert!(whom(LOOKER).is_empty());
    let kinds: Vec<String> = seen(LI, None).acts.into_iter().map(|act| act.kind).collect();
    assert_eq!(kinds, ["signed_in", "password_set", "enrolled", "invited"], "the newest first");
    // More than a page of it.
    for _ in 0..150 {
        hq.sign_out_everywhere(&Actor::person(id(LI), "there"), id(LI)).unwrap();
    }
    let first = seen(LI, None);
    let second = seen(LI, first.next);
    assert_eq!((first.acts.len(), second.acts.len(), second.next), (100, 54, None));
    assert!(first.acts.last().unwrap().number > second.acts[0].number);
    // Of one person, or since a moment.
    let only = |wanted: Wanted| {
        let who = hq.reader().get::<User>(id(BRANCH)).unwrap().unwrap();
        hq.security_acts_for(&who, wanted).unwrap().acts
    };
    assert!(only(Wanted { user_id: Some(id(CHEN)), ..Wanted::default() }).is_empty(), "they look after others");
    assert_eq!(only(Wanted { user_id: Some(id(LI)), ..Wanted::default() }).len(), 100);
    assert!(only(Wanted { user_id: Some(id(BRANCH)), ..Wanted::default() }).is_empty(), "they have done nothing");
    let now = outpost_app::now();
    assert!(only(Wanted { since: Some(now + 1), ..Wanted::default() }).is_empty());
    assert_eq!(only(Wanted { since: Some(now - DAY), ..Wanted::default() }).len(), 100, "a page of them");
}
