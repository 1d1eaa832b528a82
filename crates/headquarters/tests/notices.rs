//! Who listens at the console hears of what concerns them, and of nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use futures::StreamExt;
use outpost_app::{Caller, Host, Notice, Notices};
use outpost_demo::roles;
use outpost_domain::customer::{Customer, Tier};
use outpost_domain::person::{Region, Right, Role, User};
use outpost_domain::stock::{StockLocation, StockLocationKind};
use outpost_domain::{AnyRecord, Id, Kind};
use outpost_headquarters::{Actor, Console, Headquarters};
use std::sync::Arc;
use uuid::Uuid;

const NORTH: u128 = 2;
const SOUTH: u128 = 3;
const LI: u128 = 10;
const CHEN: u128 = 11;
const BOSS: u128 = 12;
const PASSWORD: &str = "a good password";

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

fn customer(n: u128, region: u128) -> AnyRecord {
    Customer {
        id: id(n),
        name: n.to_string(),
        name_en: String::new(),
        region_id: id(region),
        tier: Tier::Standard,
        note: String::new(),
    }
    .into()
}

fn warehouse(n: u128, region: u128) -> AnyRecord {
    StockLocation {
        id: id(n),
        name: n.to_string(),
        name_en: String::new(),
        location_kind: StockLocationKind::Warehouse,
        region_id: id(region),
        parent_id: None,
        latitude: None,
        longitude: None,
    }
    .into()
}

struct Company {
    hq: Arc<Headquarters>,
    console: Arc<Console>,
    engineer: Role,
}

/// Li in the north, Chen in the south, and one who sees every region.
fn company() -> Company {
    let hq = Arc::new(Headquarters::in_memory(None, 1000).unwrap());
    let region = |n: u128| Region { id: id(n), name: n.to_string(), name_en: String::new(), parent_id: None };
    let engineer = roles().into_iter().find(|role| role.key == "engineer").unwrap();
    let boss = Role { id: id(70), key: "boss".into(), rights: vec![Right::SeeAllRegions], ..engineer.clone() };
    let mut records: Vec<AnyRecord> = vec![region(NORTH).into(), region(SOUTH).into()];
    records.extend([engineer.clone(), boss.clone()].map(AnyRecord::from));
    let people = [(LI, engineer.id, NORTH), (CHEN, engineer.id, SOUTH), (BOSS, boss.id, NORTH)];
    records.extend(people.map(|(n, role, region)| user(n, role, region).into()));
    hq.store_records(&records).unwrap();
    for (n, ..) in people {
        hq.set_password(&Actor::machine(), id(n), PASSWORD).unwrap();
    }
    let console = Arc::new(Console::new(Arc::clone(&hq), String::new()));
    Company { hq, console, engineer }
}

impl Company {
    fn listening(&self, n: u128) -> Notices {
        let session = Some(self.hq.sign_in(&n.to_string(), PASSWORD, "there").unwrap());
        self.console.notices(&Caller { session, ..Caller::default() }).unwrap()
    }

    fn store(&self, record: AnyRecord) {
        self.hq.store_records(&[record]).unwrap();
    }
}

async fn next(notices: &mut Notices) -> Vec<Kind> {
    match notices.next().await.unwrap() {
        Notice::Changed { kinds } => kinds,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn of_two_people_of_two_regions_each_hears_of_their_own() {
    let company = company();
    let [mut li, mut chen, mut boss] = [LI, CHEN, BOSS].map(|n| company.listening(n));
    // What does not concern somebody would come before what does.
    company.store(customer(20, NORTH));
    company.store(warehouse(21, SOUTH));
    assert_eq!(next(&mut li).await, [Kind::Customer]);
    assert_eq!(next(&mut chen).await, [Kind::StockLocation]);
    assert_eq!([next(&mut boss).await, next(&mut boss).await], [[Kind::Customer], [Kind::StockLocation]]);
    // People are seen by everybody.
    company.store(user(LI, company.engineer.id, NORTH).into());
    company.store(User { phone: "1".into(), ..user(LI, company.engineer.id, NORTH) }.into());
    assert_eq!(next(&mut chen).await, [Kind::User]);
}

#[tokio::test]
async fn who_is_moved_looks_at_everything_anew_and_hears_of_where_they_are_now() {
    let company = company();
    let [mut li, mut chen] = [LI, CHEN].map(|n| company.listening(n));
    company.store(user(CHEN, company.engineer.id, NORTH).into());
    assert_eq!(next(&mut chen).await, Kind::ALL, "all that they look at may have come, or gone");
    assert_eq!(next(&mut li).await, [Kind::User]);
    company.store(customer(20, SOUTH));
    company.store(warehouse(21, NORTH));
    assert_eq!(next(&mut chen).await, [Kind::StockLocation]);
    assert_eq!(next(&mut li).await, [Kind::StockLocation]);
}

#[tokio::test]
async fn a_new_region_is_heard_of_by_who_sees_it() {
    let company = company();
    let [mut li, mut chen] = [LI, CHEN].map(|n| company.listening(n));
    let below = Region { id: id(4), name: "4".into(), name_en: String::new(), parent_id: Some(id(NORTH)) };
    company.store(below.into());
    assert_eq!((next(&mut li).await, next(&mut chen).await), (Kind::ALL.to_vec(), vec![Kind::Region]));
    company.store(customer(20, 4));
    company.store(warehouse(21, SOUTH));
    assert_eq!(next(&mut li).await, [Kind::Customer]);
    assert_eq!(next(&mut chen).await, [Kind::StockLocation]);
}
