//! The store over a real PostgreSQL does what it does over SQLite.
#![allow(clippy::unwrap_used, clippy::panic)]

use outpost_cluster::{Cluster, Disk};
use outpost_domain::device::{Device, DeviceState};
use outpost_domain::stock::Part;
use outpost_domain::ticket::{Entry, Step, StepState};
use outpost_domain::{Id, Kind, Quantity, Search, View};
use outpost_postgres::Server;
use outpost_store::{Dialect, Holding, Store, StoreError, params};
use std::time::Duration;

fn part(number: &str, name: &str, name_en: &str) -> Part {
    Part {
        id: Id::from_u128(number.bytes().map(u128::from).fold(7, |sum, byte| sum * 131 + byte)),
        number: number.into(),
        name: name.into(),
        name_en: name_en.into(),
        unit: "pcs".into(),
        category: "misc".into(),
        minimum: Quantity::from_millionths(2_500_000),
    }
}

fn a_device_is_found_by_its_number_however_it_is_written(store: &Store) {
    let device = |n: u128, number: &str| Device {
        id: Id::from_u128(n),
        number: number.into(),
        name: "lift".into(),
        name_en: String::new(),
        model_id: Id::nil(),
        site_id: Id::nil(),
        customer_id: Id::nil(),
        place: String::new(),
        state: DeviceState::InService,
        installed_on: None,
        warranty_until_on: None,
        note: String::new(),
    };
    for (n, number) in [(1, "SN-12 a"), (2, "sn12A"), (3, "SN-13A"), (4, "门-12a")] {
        store.put(&device(n, number).into()).unwrap();
    }
    let found = store.search(Search::DevicesNumbered("Ｓｎ 12–A"));
    let found: Vec<u128> = found.iter().map(|device| device.id().as_u128()).collect();
    assert_eq!(found, [1, 2]);
    let plan = "EXPLAIN QUERY PLAN SELECT * FROM device WHERE upper(replace(replace(number, '-', ''), ' ', '')) = 'A'";
    if store.dialect() == Dialect::Sqlite {
        let plan = store.rows(plan, &[], |row| row.get::<String>(3)).unwrap().join("\n");
        assert!(plan.contains("device_number_alike"), "{plan}");
    }
}

/// Each way of the store over a company of its own.
fn both(tenant: &str, cluster: &Cluster, story: impl Fn(&Store)) {
    story(&Store::in_memory(Holding::Everything).unwrap());
    story(&over(tenant, cluster));
}

fn over(tenant: &str, cluster: &Cluster) -> Store {
    let server = Server::at(&cluster.socket("postgres")).unwrap();
    server.add(tenant).unwrap();
    let store = Store::over(Box::new(server.tenant(tenant).unwrap()), Holding::Everything).unwrap();
    store.execute("INSERT INTO tenant (company, epoch, commit_key, revision) VALUES ('', '', '', 0)", &[]).unwrap();
    store
}

#[test]
fn one_store_over_two_engines() {
    let cluster = Cluster::start(Disk::NotWaited).unwrap();
    both("records", &cluster, records_come_back_as_they_went);
    both("search", &cluster, words_find_in_both_languages);
    both("whole", &cluster, a_transaction_is_whole_or_not_at_all);
    both("fallen", &cluster, who_falls_over_leaves_no_transaction_open);
    both("odd", &cluster, odd_values_are_compared_alike);
    both("alike", &cluster, a_device_is_found_by_its_number_however_it_is_written);
    both("long", &cluster, a_question_ends_when_nobody_waits_any_more);
    what_cannot_be_sent_keeps_nothing(&over("unsent", &cluster));
    tenants_do_not_see_each_other(&cluster);
    one_writes_at_a_time(&cluster);
    a_server_that_is_not_on_this_machine_is_not_told_anything_in_clear_text(&cluster);
}

fn a_server_that_is_not_on_this_machine_is_not_told_anything_in_clear_text(cluster: &Cluster) {
    // Reached by the address of no machine in particular, nobody can tell that it is this one.
    let far = cluster.address("postgres").replace("127.0.0.1", "0.0.0.0");
    let refused = Server::at(&far).unwrap().tenants().unwrap_err().to_string();
    assert!(refused.contains("TLS") && refused.contains("sslmode=disable"), "{refused}");
    let separator = if far.contains('?') { '&' } else { '?' };
    Server::at(&format!("{far}{separator}sslmode=disable")).unwrap().tenants().unwrap();
}

fn a_question_ends_when_nobody_waits_any_more(store: &Store) {
    let endless = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n";
    store.patience(Some(Duration::from_millis(1))).unwrap();
    for _ in 0..2 {
        let asked = store.number(endless, &[]);
        assert!(matches!(asked, Err(StoreError::TakesTooLong)), "{asked:?}");
    }
    store.patience(None).unwrap();
    // Long enough to have been broken off, and nobody is in a hurry any more.
    let long = endless.replace("FROM n)", "FROM n WHERE n < 200000)");
    assert_eq!(store.number(&long, &[]).unwrap(), 200_000);
}

fn records_come_back_as_they_went(store: &Store) {
    let step = Step {
        id: Id::from_u128(1),
        ticket_id: Id::from_u128(2),
        node: "repair".into(),
        position: 2,
        state: StepState::Paused,
        engineer_id: None,
        started_at: Some(5),
        resumed_at: None,
        ended_at: None,
        worked_millis: -3,
        entries: vec![Entry {
            key: "k".into(),
            value: "4.2 \"A\" 漏".into(),
            actor_id: Id::from_u128(3),
            entered_at: i64::MAX,
            beside: false,
        }],
    };
    store.put(&step.clone().into()).unwrap();
    assert_eq!(store.get::<Step>(step.id).unwrap(), Some(step.clone()));
    assert_eq!(
        store.select::<Step>("WHERE ticket_id = $1", &[&step.ticket_id.to_string()]).unwrap(),
        std::slice::from_ref(&step)
    );
    store.delete(Kind::Step, step.id).unwrap();
    assert_eq!(store.get::<Step>(step.id).unwrap(), None);
    assert_eq!(store.column_type(Kind::Step, "worked_millis"), Some("BIGINT"));
    assert_eq!(store.column_type(Kind::Step, "nothing"), None);
}

fn words_find_in_both_languages(store: &Store) {
    let seal = part("P-1", "门密封条", "Door seal");
    let breaker = part("P-2", "漏电保护器 E27", "Leakage breaker");
    for part in [&seal, &breaker] {
        store.put(&part.clone().into()).unwrap();
    }
    let find = |text: &str| store.find(text, &[Kind::Part], 10).unwrap();
    assert_eq!(find("漏"), [(Kind::Part, breaker.id)]);
    assert_eq!(find("漏电 leak"), [(Kind::Part, breaker.id)]);
    assert_eq!(find("电漏"), [], "neighbours in their order");
    assert_eq!(find("e27"), [(Kind::Part, breaker.id)]);
    assert_eq!(find("p"), [(Kind::Part, breaker.id), (Kind::Part, seal.id)], "newest first");
    assert_eq!(find("' & | ! <-> :*"), []);
    let (condition, value) = store.found_condition(Kind::Part, "part.id", 1, "seal").unwrap();
    assert_eq!(store.select::<Part>(&format!("WHERE {condition}"), &[&value]).unwrap(), std::slice::from_ref(&seal));
    store.put(&Part { name: "门".into(), name_en: "Door".into(), ..seal.clone() }.into()).unwrap();
    assert_eq!(find("seal"), []);
    assert_eq!(find("门"), [(Kind::Part, seal.id)]);
    store.delete(Kind::Part, seal.id).unwrap();
    assert_eq!(find("门"), []);
    let long = "长词".repeat(20_000) + &"x".repeat(5_000);
    store.put(&Part { name: long, ..seal.clone() }.into()).unwrap();
    assert_eq!(find("xxxx"), [(Kind::Part, seal.id)], "a text however long");
}

fn a_transaction_is_whole_or_not_at_all(store: &Store) {
    let (one, two) = (part("A", "a", "a"), part("B", "b", "b"));
    let failed = store.transaction(|| {
        store.put(&one.clone().into())?;
        assert!(store.get::<Part>(one.id)?.is_some(), "it is seen inside");
        Err::<(), StoreError>(StoreError::DiskFull)
    });
    assert!(matches!(failed, Err(StoreError::DiskFull)));
    assert_eq!(store.get::<Part>(one.id).unwrap(), None);
    // A statement that goes wrong is told at the latest by the end, and nothing is kept.
    let failed = store.transaction(|| {
        store.put(&two.clone().into())?;
        store.execute("INSERT INTO part (id) VALUES ($1)", params!["half"])?;
        Ok::<(), StoreError>(())
    });
    assert!(failed.is_err());
    assert_eq!(store.get::<Part>(two.id).unwrap(), None);
    store.transaction(|| store.put(&two.clone().into())).unwrap();
    assert_eq!(store.get::<Part>(two.id).unwrap(), Some(two.clone()));
    assert_eq!(store.snapshot(|| store.number("SELECT count(*) FROM part", &[])).unwrap().unwrap(), 1);
}

fn who_falls_over_leaves_no_transaction_open(store: &Store) {
    let fell = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.transaction_with_memory(|| -> Result<(), StoreError> {
            for n in 0..200 {
                store.add(&part(&format!("P-{n}"), "p", "p").into())?;
            }
            assert_eq!(store.number("SELECT count(*) FROM part", &[])?, 200);
            panic!("a rule that nobody thought of");
        })
    }));
    assert!(fell.is_err());
    store.transaction(|| store.put(&part("P-1", "p", "p").into())).unwrap();
    assert_eq!(store.number("SELECT count(*) FROM part", &[]).unwrap(), 1);
}

/// Nothing is committed behind a statement that never went, however much went before it.
fn what_cannot_be_sent_keeps_nothing(store: &Store) {
    let failed = store.transaction_with_memory(|| {
        for n in 0..200 {
            store.add(&part(&format!("P-{n}"), "p", "p").into())?;
        }
        assert_eq!(store.number("SELECT count(*) FROM part", &[])?, 200, "it is on its way");
        store.put(&part("P-1", "changed", "").into())?;
        // A day is no type that a parameter can have.
        store.execute("DELETE FROM part WHERE number = $1 AND CAST($2 AS date) IS NULL", params!["P-1", "x"])?;
        store.put(&part("P-2", "later", "").into())
    });
    assert!(matches!(failed, Err(StoreError::Engine(_))), "{failed:?}");
    assert_eq!(store.number("SELECT count(*) FROM part", &[]).unwrap(), 0);
    store.transaction(|| store.put(&part("P-1", "p", "p").into())).unwrap();
    assert_eq!(store.number("SELECT count(*) FROM part", &[]).unwrap(), 1);
}

fn odd_values_are_compared_alike(store: &Store) {
    let odd = part("O'; --", "\u{202e}rtl 👷", "tab\tnew\nline");
    store.put(&odd.clone().into()).unwrap();
    assert_eq!(store.get::<Part>(odd.id).unwrap(), Some(odd.clone()));
    let by = |condition: &str, value: &str| store.select::<Part>(&format!("WHERE {condition}"), &[&value]).unwrap();
    assert_eq!(by("number = $1", "O'; --"), std::slice::from_ref(&odd));
    assert_eq!(store.number("SELECT count(*) FROM step WHERE position = $1", &[&"no number"]).unwrap(), 0);
    assert_eq!(store.number("SELECT revision FROM tenant", &[]).unwrap_or(0), 0);
}

fn tenants_do_not_see_each_other(cluster: &Cluster) {
    let server = Server::at(&cluster.address("postgres")).unwrap();
    let (one, two) = (over("one", cluster), over("two", cluster));
    one.put(&part("A", "a", "a").into()).unwrap();
    assert_eq!(two.number("SELECT count(*) FROM part", &[]).unwrap(), 0);
    assert!(server.tenants().unwrap().contains(&"one".to_owned()));
    server.remove("one").unwrap();
    assert!(!server.tenants().unwrap().contains(&"one".to_owned()));
    assert!(one.number("SELECT count(*) FROM part", &[]).is_err());
}

fn one_writes_at_a_time(cluster: &Cluster) {
    drop(over("turns", cluster));
    let server = Server::at(&cluster.socket("postgres")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let engine = server.tenant("turns").unwrap();
                let store = Store::as_it_is(Box::new(engine), Holding::Everything).unwrap();
                for _ in 0..50 {
                    store
                        .transaction(|| {
                            let head = store.number("SELECT revision FROM tenant", &[])?;
                            store.execute("UPDATE tenant SET revision = $1", params![head + 1])
                        })
                        .unwrap();
                }
            });
        }
    });
    let store = Store::as_it_is(Box::new(server.tenant("turns").unwrap()), Holding::Everything).unwrap();
    assert_eq!(store.number("SELECT revision FROM tenant", &[]).unwrap(), 200);
}

#[test]
fn a_server_that_was_away_is_found_again() {
    let mut cluster = Cluster::start(Disk::Waited).unwrap();
    let store = over("away", &cluster);
    let kept = part("A", "a", "a");
    store.put(&kept.clone().into()).unwrap();
    let broken = store.transaction(|| {
        store.put(&part("B", "b", "b").into())?;
        assert_eq!(store.number("SELECT count(*) FROM part", &[])?, 2);
        cluster.kill().unwrap();
        store.put(&part("C", "c", "c").into())
    });
    assert!(matches!(broken, Err(StoreError::Unreachable(_))), "{broken:?}");
    assert!(matches!(store.get::<Part>(kept.id), Err(StoreError::Unreachable(_))));
    cluster.begin().unwrap();
    // What was committed is there, and nothing of what was not.
    assert_eq!(store.select::<Part>("", &[]).unwrap(), std::slice::from_ref(&kept));
    store.transaction(|| store.put(&part("D", "d", "d").into())).unwrap();
}
