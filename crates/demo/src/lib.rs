//! The demo company: believable people, customers, devices, parts and two months of work, made by a seeded program.
//!
//! The same seed and moment give the same company on every machine. What a command can make is made by commands, so
//! the demo passes the same rules as everybody's work. This crate refuses to know: a database, a clock, a network.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod calendar;
mod customer_table;
mod customers;
mod devices;
mod files;
mod history;
mod large;
mod ledger;
mod models;
mod parts;
mod people;
mod plan;
mod random;
mod roles;
mod stock;
mod texts;
mod today;
mod work;
mod workflows;

pub use large::{Large, large};
pub use ledger::received_at;
pub use roles::roles;
pub use workflows::workflows;

use calendar::Calendar;
use files::Pictures;
use history::Historian;
use ledger::Ledger;
use outpost_domain::{Act, AnyRecord, Id, Instant};
use random::Random;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::uuid;

/// Below which everything that no command made has its id.
const NAMESPACE: Id = uuid!("1d0c6f0e-2f1b-5b7e-8a55-5f0b4d9c7e10");

/// The id of the thing with this name: the same for every seed.
fn id(name: &str) -> Id {
    outpost_domain::derive(NAMESPACE, name)
}

/// Everything of the demo company, in an order in which it can be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Demo {
    /// What the company is called.
    pub company: String,
    /// What was there before the first command.
    pub records: Vec<AnyRecord>,
    /// The history, in the order of time; every one is accepted, and none leaves a discrepancy.
    pub acts: Vec<Act>,
    /// The bytes of attached files by their SHA-256, each once.
    pub files: Vec<(String, Vec<u8>)>,
    /// Who can sign in.
    pub people: Vec<DemoSignIn>,
}

/// Someone who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct DemoSignIn {
    /// What they sign in with.
    pub login: String,
    /// Their password, the same for everybody.
    pub password: String,
    /// Their name, in Chinese and in Latin letters.
    pub name: String,
    /// Key of their role.
    pub role_key: String,
    /// What to try, in one English sentence.
    pub what: String,
}

/// The demo company as it stands at `now`, its working hours being those of China.
pub fn demo(seed: u64, now: Instant) -> Demo {
    demo_at(seed, now, 8 * 60)
}

/// The same with working hours in the time zone of whoever looks at it.
pub fn demo_at(seed: u64, now: Instant, utc_offset_minutes: i32) -> Demo {
    let calendar = Calendar::new(now, utc_offset_minutes);
    let mut random = Random::new(seed);
    let parts = parts::parts();
    let locations = stock::locations();
    let units = devices::units(&mut random, calendar);
    let contacts = customers::contacts(&mut random);
    let workflows = workflows();
    let pictures = Pictures::draw();
    let plans = plan::plans(&mut random, calendar, &units);

    let mut ledger = Ledger::new(random);
    let mut historian = Historian {
        ledger: &mut ledger,
        calendar,
        units: &units,
        contacts: &contacts,
        workflows: &workflows,
        pictures: &pictures,
        taken: Vec::new(),
        numbers: BTreeMap::new(),
    };
    for plan in &plans {
        historian.tell(plan);
    }
    let taken = historian.taken;
    stock::supply(&mut ledger, calendar, &parts, &taken);

    let tags = devices::tags(&units, &parts, &locations);
    let mut records = Vec::new();
    store(&mut records, people::regions());
    store(&mut records, roles());
    store(&mut records, locations);
    store(&mut records, people::users());
    store(&mut records, people::replicas(calendar));
    store(&mut records, workflows);
    store(&mut records, customers::customers());
    store(&mut records, customers::sites());
    store(&mut records, contacts);
    store(&mut records, parts);
    store(&mut records, models::device_models());
    store(&mut records, units.into_iter().map(|unit| unit.device));
    store(&mut records, tags);
    Demo {
        company: "远哨设备服务 Outpost Demo".into(),
        records,
        acts: ledger.finish(),
        files: pictures.files(),
        people: people::sign_ins(),
    }
}

fn store<T: Into<AnyRecord>>(records: &mut Vec<AnyRecord>, more: impl IntoIterator<Item = T>) {
    records.extend(more.into_iter().map(Into::into));
}
