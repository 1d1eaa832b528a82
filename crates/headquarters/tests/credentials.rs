//! The life of a credential: what a device that was lost, or whose person left, gains by trying.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_demo::roles;
use outpost_domain::attention::ResolveAttention;
use outpost_domain::person::{Region, Replica, Right, Role, User};
use outpost_domain::{Act, Code, Id};
use outpost_headquarters::{Actor, Headquarters, HeadquartersError, Wanted};
use outpost_store::params;
use outpost_sync::protocol::{EnrolRequest, Pushed};
use outpost_sync::{Identity, SigningKey};
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

/// The role of everybody here who has no other.
fn role(hq: &Headquarters) -> Id {
    hq.reader().get::<User>(id(LI)).unwrap().unwrap().role_id
}

/// A device of a person: who it is, and its first token.
fn enrolled(hq: &Headquarters, n: u128) -> (Identity, String) {
    let (secret, _) = hq.invite(&Actor::machine(), id(n)).unwrap();
    let key = SigningKey::generate().unwrap();
    let (device_name, version) = ("tablet".into(), "1".into());
    let enrolled = hq.enrol(&EnrolRequest { secret, device_name, version, public_key: key.public() }).unwrap();
    let token = enrolled.token.clone();
    (Identity::of("http://hq", false, key, enrolled), token)
}

/// It asks for its next token: the token, or why it gets none.
fn token(hq: &Headquarters, of: &Identity, number: i64) -> Result<String, String> {
    said(hq.grant(&of.token_request(number), "there")).map(|granted| granted.token)
}

/// A copy of it asks to become a device of its own.
fn fork(hq: &Headquarters, of: &Identity) -> Result<(Identity, String), String> {
    let key = SigningKey::generate().unwrap();
    let enrolled = said(hq.fork(&of.fork_request(&key), "there"))?;
    let token = enrolled.token.clone();
    Ok((Identity::of("http://hq", false, key, enrolled), token))
}

fn said<T>(answer: Result<T, HeadquartersError>) -> Result<T, String> {
    answer.map_err(|error| match error {
        HeadquartersError::Denied(denial) => denial.code,
        error => panic!("{error}"),
    })
}

fn ends_at(hq: &Headquarters, replica_id: Id) -> Option<i64> {
    let sql = "SELECT ends_at FROM device_key WHERE replica_id = $1";
    hq.reader().one(sql, params![replica_id.to_string()], |row| row.get::<Option<i64>>(0)).unwrap().unwrap()
}

fn known(hq: &Headquarters, token: &str) -> bool {
    hq.who(token).unwrap().is_some()
}

#[test]
fn a_token_is_for_an_hour_and_only_the_device_s_own_key_gets_the_next() {
    let hq = company();
    let (tablet, first) = enrolled(&hq, LI);
    let second = token(&hq, &tablet, 1).unwrap();
    assert!(known(&hq, &first) && known(&hq, &second), "what is on its way with the one before arrives");
    hq.writer().execute("UPDATE token SET ends_at = $1", params![outpost_app::now()]).unwrap();
    assert!(!known(&hq, &first) && !known(&hq, &second));
    assert!(known(&hq, &token(&hq, &tablet, 7).unwrap()));
    assert_eq!(hq.reader().number("SELECT count(*) FROM token", &[]).unwrap(), 1, "what has ended is gone");

    // Another key, another's certificate, a certificate that was changed, a signature for another number or purpose.
    let (other, _) = enrolled(&hq, CHEN);
    let stolen = Identity { key: other.key.clone(), ..tablet.clone() };
    assert_eq!(token(&hq, &stolen, 8), Err("token_unknown".into()));
    let borrowed = Identity { certificate: other.certificate.clone(), ..tablet.clone() };
    assert_eq!(token(&hq, &borrowed, 8), Err("token_unknown".into()));
    let mut forged = tablet.clone();
    forged.certificate.text = forged.certificate.text.replace(&tablet.key.public(), &other.key.public());
    forged.key = other.key.clone();
    assert_eq!(token(&hq, &forged, 8), Err("token_unknown".into()));
    let mut request = tablet.token_request(8);
    request.number = 9;
    assert_eq!(said(hq.grant(&request, "there")).map(drop), Err("token_unknown".into()));
    request.signature = tablet.fork_request(&other.key).signature;
    assert_eq!(said(hq.grant(&request, "there")).map(drop), Err("token_unknown".into()));
    // Nobody who was told nothing of them knows whose they are either.
    assert_eq!(token(&company(), &tablet, 8), Err("token_unknown".into()));
    assert!(token(&hq, &tablet, 8).is_ok(), "none of that did the device any harm");
}

#[test]
fn of_two_that_have_the_same_key_one_becomes_another_device() {
    let hq = company();
    let (tablet, _) = enrolled(&hq, LI);
    assert_eq!(fork(&hq, &tablet).map(drop), Err("not_asked".into()));
    token(&hq, &tablet, 1).unwrap();
    token(&hq, &tablet, 2).unwrap();
    // The copy was made before the second time, and the same request again is worth nothing.
    assert_eq!(token(&hq, &tablet, 2), Err("device_forked".into()));
    let (copy, copied) = fork(&hq, &tablet).unwrap();
    assert!(known(&hq, &copied));
    assert_ne!(copy.replica.id, tablet.replica.id);
    assert_eq!(copy.replica.forked_from_id, Some(tablet.replica.id));
    assert_eq!(fork(&hq, &tablet).map(drop), Err("not_asked".into()), "once");
    assert_eq!(fork(&hq, &copy).map(drop), Err("not_asked".into()));
    assert!(token(&hq, &tablet, 3).is_ok() && token(&hq, &copy, 1).is_ok());
}

#[test]
fn a_device_that_a_restore_lost_is_known_again_by_its_key_for_as_long_as_that_can_be() {
    let lost = company();
    let backup = lost.writer().to_bytes().unwrap();
    // Somebody new, their device, and a device of somebody whom the backup has.
    lost.store_records(&[user(40, role(&lost), NORTH).into()]).unwrap();
    let [(new, _), (old, _)] = [40, LI].map(|n| enrolled(&lost, n));
    let hq = Headquarters::in_memory(Some(&backup), 1000).unwrap();
    assert!(hq.reader().get::<Replica>(old.replica.id).unwrap().is_none());

    // The certificate alone shows that a commit was lost: nobody has to have come before.
    let epoch = hq.epoch().unwrap();
    assert!(known(&hq, &token(&hq, &old, 1).unwrap()));
    assert_ne!(hq.epoch().unwrap(), epoch);
    assert!(known(&hq, &token(&hq, &new, 1).unwrap()));
    assert_eq!(hq.reader().get::<Replica>(old.replica.id).unwrap().unwrap(), old.replica);
    assert_eq!(hq.reader().get::<User>(id(40)).unwrap().unwrap().name, "40");
    let sql = "SELECT count(*) FROM security_act WHERE kind = 'returned'";
    assert_eq!(hq.reader().number(sql, &[]).unwrap(), 2, "whoever looks after devices sees that");

    // A copy that comes first brings the device with it of which it is one: what it did as that one is still theirs.
    let hq = Headquarters::in_memory(Some(&backup), 1000).unwrap();
    token(&lost, &old, 1).unwrap();
    assert_eq!(token(&lost, &old, 1), Err("device_forked".into()));
    let (copy, _) = fork(&lost, &old).unwrap();
    assert!(known(&hq, &token(&hq, &copy, 1).unwrap()));
    let act = Act {
        id: Uuid::now_v7(),
        actor_id: id(LI),
        replica_id: old.replica.id,
        occurred_at: outpost_app::now(),
        requires: Vec::new(),
        command: ResolveAttention { attention_id: id(77), resolution: "seen".into() }.into(),
    };
    let (name, version, act) = (act.id, act.command.version(), serde_json::to_string(&act).unwrap());
    let pushed = Pushed { id: name, seq: 1, version, base_revision: 0, act };
    let outcome = hq.receive(&copy.replica, &[pushed], outpost_app::now()).unwrap().remove(0);
    assert_eq!(outcome.refusal.unwrap().code, Code::RecordMissing, "and not that it is somebody else's");
    assert!(known(&hq, &token(&hq, &old, 2).unwrap()), "and the device itself comes back as well");

    // Laid back twice without a word, to before the epoch of the device: that epoch is not known here, which shows it.
    lost.begin_epoch().unwrap();
    let (later, _) = enrolled(&lost, LI);
    let hq = Headquarters::in_memory(Some(&backup), 1000).unwrap();
    assert!(known(&hq, &token(&hq, &later, 1).unwrap()));

    // Long after that nobody is believed who is not here.
    let hq = Headquarters::in_memory(Some(&backup), 1000).unwrap();
    hq.begin_epoch().unwrap();
    hq.writer().execute("UPDATE tenant SET epoch_at = $1", params![outpost_app::now() - 91 * DAY]).unwrap();
    assert_eq!(token(&hq, &old, 2), Err("token_unknown".into()));
    // Nor where nothing was lost: a device that was removed from the database by hand stays removed.
    let (removed, _) = enrolled(&hq, CHEN);
    hq.writer().execute("DELETE FROM replica WHERE id = $1", params![removed.replica.id.to_string()]).unwrap();
    assert_eq!(token(&hq, &removed, 1), Err("token_unknown".into()));
}

#[test]
fn invitations_do_not_outlive_a_restore() {
    let hq = company();
    let (secret, _) = hq.invite(&Actor::machine(), id(LI)).unwrap();
    hq.begin_epoch().unwrap();
    let (device_name, version) = ("tablet".into(), "1".into());
    let again = EnrolRequest { secret, device_name, version, public_key: "00".repeat(32) };
    assert_eq!(
        said(hq.enrol(&again)).map(drop),
        Err("invitation_invalid".into()),
        "it may have been used in what was lost"
    );
}

#[test]
fn a_lost_device_gains_no_time_by_being_reported_again_or_by_copying_itself() {
    let hq = company();
    let (tablet, first) = enrolled(&hq, LI);
    let replica = tablet.replica.clone();
    assert_eq!(ends_at(&hq, replica.id), None);
    let revoke = |revoked: bool| hq.revoke(&Actor::machine(), replica.id, revoked).unwrap();
    revoke(true);
    let soon = ends_at(&hq, replica.id).unwrap() - 29 * DAY;
    hq.writer().execute("UPDATE device_key SET ends_at = $1", params![soon]).unwrap();
    revoke(true);
    assert_eq!(ends_at(&hq, replica.id), Some(soon));
    // A copy that comes meanwhile is as lost as it.
    token(&hq, &tablet, 1).unwrap();
    assert_eq!(token(&hq, &tablet, 1), Err("device_forked".into()));
    let (copy, copied) = fork(&hq, &tablet).unwrap();
    assert!(copy.replica.revoked, "also where it was asked for before it was reported lost");
    assert_eq!(ends_at(&hq, copy.replica.id), Some(soon));
    assert!(known(&hq, &first) && known(&hq, &copied), "they hand in what they have");
    assert!(token(&hq, &tablet, 2).is_ok() && token(&hq, &copy, 1).is_ok());
    hq.writer().execute("UPDATE device_key SET ends_at = $1", params![outpost_app::now()]).unwrap();
    assert!(!known(&hq, &first) && !known(&hq, &copied));
    assert_eq!(token(&hq, &tablet, 3), Err("token_unknown".into()));
    revoke(false);
    assert!(token(&hq, &tablet, 3).is_ok(), "one was found");
    assert_eq!(token(&hq, &copy, 2), Err("token_unknown".into()), "and the other was not");
}

#[test]
fn a_leavers_device_hands_in_for_a_month_from_the_day_they_left_and_is_welcome_when_they_come_back() {
    let hq = company();
    let (tablet, first) = enrolled(&hq, LI);
    let li = hq.reader().get::<User>(id(LI)).unwrap().unwrap();
    hq.store_records(&[User { active: false, ..li.clone() }.into()]).unwrap();
    let tries = std::cell::Cell::new(1);
    let left = |days: i64| {
        let sql = "UPDATE revision SET committed_at = $1";
        hq.writer().execute(sql, params![outpost_app::now() - days * DAY]).unwrap();
        let gets_another = token(&hq, &tablet, tries.replace(tries.get() + 1)).is_ok();
        assert_eq!(gets_another, known(&hq, &first));
        gets_another
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
    let [mine, elsewhere] = [LI, CHEN].map(|n| enrolled(&hq, n).0.replica.id);
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

#[test]
fn who_guesses_keeps_nobody_out_who_has_signed_in_from_there_before() {
    let hq = company();
    for n in [LI, CHEN] {
        hq.set_password(&Actor::machine(), id(n), "a good password").unwrap();
    }
    let sign_in = |n: u128| said(hq.sign_in(&n.to_string(), "a good password", "the office").map(drop));
    assert_eq!(sign_in(LI), Ok(()));
    let guess = |n: usize| said(hq.sign_in(&format!("mallory {n}"), "a guess", "the office").map(drop));
    let guesses = (0..100).map(guess).take_while(|said| *said == Err("wrong_password".to_owned())).count();
    assert!((40..60).contains(&guesses), "{guesses}");
    assert_eq!(sign_in(CHEN), Err("too_many".to_owned()), "nobody knows them there");
    assert_eq!(sign_in(LI), Ok(()));
    // Nor does who guesses their password elsewhere.
    let elsewhere = |_| said(hq.sign_in(&LI.to_string(), "a guess", "a hotel").map(drop));
    assert!((0..20).map(elsewhere).any(|said| said == Err("too_many".to_owned())));
    assert_eq!(sign_in(LI), Ok(()));
    // Nor does who knows that name guess more than a few of its passwords.
    let guess = || said(hq.sign_in(&LI.to_string(), "a guess", "the office").map(drop));
    let guesses = (0..20).map(|_| guess()).take_while(|said| *said == Err("wrong_password".to_owned())).count();
    assert!(guesses < 10, "{guesses}");
}
