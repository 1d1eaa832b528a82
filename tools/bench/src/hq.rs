//! What the console asks, at a company of many tickets: each question beside the bare query that an index serves, as a person who
//! sees everything and as one who sees one region of ten.

use crate::series::Series;
use anyhow::{Context, Result, bail};
use outpost_app::questions::{AskAttention, AskBoard, AskList, AskSearch, AskStock, AskTicket, Question};
use outpost_app::{Caller, Host};
use outpost_cluster::{Cluster, Disk};
use outpost_domain::customer::{Customer, Site, Tier};
use outpost_domain::person::{Region, User};
use outpost_domain::stock::{Part, StockLevel, StockLocation, StockLocationKind, level_id};
use outpost_domain::ticket::{Ticket, TicketState, Urgency};
use outpost_domain::workflow::{TicketKind, Workflow};
use outpost_domain::{AnyRecord, Id, Kind, Quantity, derive};
use outpost_headquarters::{Actor, Console, Headquarters, Storage};
use std::sync::Arc;
use std::time::Instant;

/// How many regions there are below the company's.
const REGIONS: usize = 10;
/// How often each question is asked.
const TIMES: usize = 60;
/// What a question may take, in milliseconds, and how many times what the bare query takes.
const MOST_MILLIS: f64 = 20.0;
const MOST_TIMES: f64 = 3.0;
const PASSWORD: &str = "bench-only-8950";
const MINUTE: i64 = 60_000;

/// Measures companies of so many tickets.
pub(crate) fn run(sizes: &[usize], postgres: bool) -> Result<()> {
    let mut missed = Vec::new();
    for size in sizes {
        let cluster = postgres.then(|| Cluster::start(Disk::NotWaited)).transpose()?;
        let address = cluster.as_ref().map(|cluster| cluster.socket("postgres"));
        let home = tempfile::tempdir()?;
        let storage = Storage::new(home.path(), address.as_deref())?;
        let hq = Arc::new(storage.open("main", "Large")?);
        let begun = Instant::now();
        let company = Company::fill(&hq, *size)?;
        let engine = if postgres { "PostgreSQL" } else { "SQLite" };
        println!("{size} tickets, 2 % of them open, {engine}; made in {:.0} s", begun.elapsed().as_secs_f64());
        println!("{:34} {:>9} {:>9} {:>9} {:>6}", "milliseconds", "bare p95", "p50", "p95", "times");
        for (who, login) in [("all regions", "boss"), ("one region", "south")] {
            company.measure(&hq, who, login, &mut missed)?;
        }
        println!();
    }
    if missed.is_empty() {
        return Ok(());
    }
    bail!("more than {MOST_MILLIS} ms, or {MOST_TIMES} times the bare query: {}", missed.join("; "))
}

fn id(text: &str) -> Id {
    derive(Id::nil(), text)
}

struct Company {
    now: i64,
    /// One of the tickets in the middle.
    ticket_id: Id,
}

impl Company {
    fn fill(hq: &Headquarters, size: usize) -> Result<Company> {
        let now = outpost_app::now();
        let region = |n: usize| id(&format!("region {n}"));
        let mut records: Vec<AnyRecord> = Vec::new();
        let root = id("root");
        let of = |id: Id, name: String, parent_id| Region { id, name, name_en: String::new(), parent_id };
        records.push(of(root, "All".into(), None).into());
        records.extend((0..REGIONS).map(|n| of(region(n), format!("Region {n}"), Some(root)).into()));
        let roles = outpost_demo::roles();
        let role = |key: &str| roles.iter().find(|role| role.key == key).map(|role| role.id).unwrap_or_default();
        for (login, key, region_id) in
            [("boss", "admin", root), ("south", "dispatcher", region(3)), ("li", "engineer", region(3))]
        {
            let user = User {
                id: id(login),
                login: login.to_owned(),
                name: login.to_owned(),
                name_en: String::new(),
                phone: String::new(),
                role_id: role(key),
                region_id,
                van_id: None,
                active: true,
            };
            records.push(user.into());
        }
        records.extend(roles.iter().cloned().map(Into::into).collect::<Vec<AnyRecord>>());
        let workflows: Vec<Workflow> = outpost_demo::workflows();
        let workflow_id = workflows.first().map(|workflow| workflow.id).unwrap_or_default();
        records.extend(workflows.into_iter().map(Into::into));
        let sites = 500;
        for n in 0..sites {
            let region_id = region(n % REGIONS);
            let customer = Customer {
                id: id(&format!("customer {n}")),
                name: format!("客户 {n}"),
                name_en: format!("Customer {n}"),
                tier: Tier::Standard,
                region_id,
                note: String::new(),
            };
            let site = Site {
                id: id(&format!("site {n}")),
                customer_id: customer.id,
                region_id,
                name: format!("现场 {n}"),
                name_en: format!("Site {n}"),
                address: format!("{n} Harbour Road"),
                latitude: None,
                longitude: None,
            };
            records.push(customer.into());
            records.push(site.into());
        }
        for n in 0..2000 {
            let part = Part {
                id: id(&format!("part {n}")),
                number: format!("P-{n:05}"),
                name: format!("备件 {n}"),
                name_en: format!("Part {n}"),
                unit: "pcs".into(),
                category: String::new(),
                minimum: Quantity::of(3),
            };
            records.push(part.into());
        }
        for n in 0..REGIONS {
            let place = StockLocation {
                id: id(&format!("place {n}")),
                location_kind: StockLocationKind::Warehouse,
                name: format!("仓库 {n}"),
                name_en: format!("Warehouse {n}"),
                region_id: region(n),
                parent_id: None,
                latitude: None,
                longitude: None,
            };
            for part in 0..2000 {
                let part_id = id(&format!("part {part}"));
                let quantity = Quantity::of((part as i64 + n as i64) % 7);
                let level = StockLevel {
                    id: level_id(part_id, place.id),
                    part_id,
                    location_id: place.id,
                    quantity,
                    changed_at: now,
                    counted_at: None,
                };
                records.push(level.into());
            }
            records.push(place.into());
        }
        hq.store_records(&records)?;
        let mut batch: Vec<AnyRecord> = Vec::with_capacity(1000);
        for n in 0..size {
            batch.push(ticket(n, size, sites, workflow_id, now).into());
            if batch.len() == 1000 || n + 1 == size {
                hq.store_records(&batch)?;
                batch.clear();
            }
        }
        for login in ["boss", "south"] {
            hq.set_password(&Actor::machine(), id(login), PASSWORD)?;
        }
        Ok(Company { now, ticket_id: id(&format!("ticket {}", size / 2)) })
    }

    fn measure(&self, hq: &Arc<Headquarters>, who: &str, login: &str, missed: &mut Vec<String>) -> Result<()> {
        let console = Console::new(Arc::clone(hq), String::new());
        let session = hq.sign_in(login, PASSWORD, "127.0.0.1")?;
        let caller = Caller { session: Some(session), base: "http://127.0.0.1".into(), from: "127.0.0.1".into() };
        let list = |after: Option<String>| {
            let (kind, text) = (Kind::Ticket, String::new());
            Question::AskList(AskList { kind, text, field: None, value: None, after, limit: 100 })
        };
        let far = serde_json::to_string(&(self.now - 1_000_000 * MINUTE, Id::nil()))?;
        let deep = self.after_half(hq)?.unwrap_or(far);
        let search = |text: &str| Question::AskSearch(AskSearch { text: text.into(), kinds: Vec::new(), limit: 20 });
        let board = |text: &str| Question::AskBoard(AskBoard { text: text.into(), ..AskBoard::default() });
        let newest = "SELECT * FROM ticket ORDER BY opened_at DESC, id DESC LIMIT 100";
        let half = "SELECT * FROM ticket WHERE opened_at < (SELECT opened_at FROM ticket ORDER BY id LIMIT 1) \
             ORDER BY opened_at DESC, id DESC LIMIT 100";
        let open = "SELECT * FROM ticket WHERE state = 'open' AND state NOT IN ('done', 'cancelled') LIMIT 400";
        let found = "SELECT * FROM search_row WHERE kind = 'ticket' LIMIT 100";
        let parts = "SELECT * FROM part ORDER BY number LIMIT 100";
        let matters = "SELECT * FROM attention WHERE resolved_at IS NULL ORDER BY raised_at DESC LIMIT 100";
        let one = format!("SELECT * FROM ticket WHERE id = '{}'", self.ticket_id);
        let stock = |below_minimum| Question::AskStock(AskStock { below_minimum, limit: 100, ..AskStock::default() });
        let asked: Vec<(&str, Question, &str)> = vec![
            ("tickets, newest", list(None), newest),
            ("tickets, from the middle on", list(Some(deep)), half),
            ("board", board(""), open),
            ("board, found by a word", board("Harbour"), open),
            ("search, a rare word", search("pump777"), found),
            ("search, a word of every ticket", search("door"), found),
            ("stock", stock(false), parts),
            ("stock below its minimum", stock(true), parts),
            ("attention", Question::AskAttention(AskAttention { resolved: false, limit: None }), matters),
            ("history of a ticket", Question::AskTicket(AskTicket { id: self.ticket_id }), &one),
        ];
        for (name, question, bare) in asked {
            let reader = hq.reader();
            let bare = Series::of(TIMES, |_| reader.rows(bare, &[], |row| row.cells()).map(drop))?;
            drop(reader);
            let ours = Series::of(TIMES, |_| console.query(&caller, &question).map(drop));
            let ours = match ours {
                Ok(ours) => ours,
                // Who sees one region may not see the ticket.
                Err(failure) if failure.code == outpost_app::FailureCode::NotHere => continue,
                Err(failure) => bail!("{name}: {failure:?}"),
            };
            let (p95, base) = (ours.percentile(95), bare.percentile(95));
            let times = p95 / base;
            println!(
                "{:34} {base:>9.3} {:>9.3} {p95:>9.3} {times:>6.1}",
                format!("{name}, {who}"),
                ours.percentile(50)
            );
            if p95 > MOST_MILLIS {
                missed.push(format!("{name}, {who}: {p95:.0} ms"));
            }
        }
        Ok(())
    }

    /// The place in the list after about half of it.
    fn after_half(&self, hq: &Headquarters) -> Result<Option<String>> {
        let reader = hq.reader();
        let middle = reader.get::<Ticket>(self.ticket_id)?.context("the ticket in the middle")?;
        Ok(Some(serde_json::to_string(&(middle.opened_at, middle.id))?))
    }
}

fn ticket(n: usize, size: usize, sites: usize, workflow_id: Id, now: i64) -> Ticket {
    let age = (size - n) as i64;
    let open = n.is_multiple_of(50);
    // Open or not, they lie in all regions alike.
    let site = (n / 50 + n) % sites;
    let opened_at = now - age * MINUTE;
    Ticket {
        id: id(&format!("ticket {n}")),
        number: format!("HQ-{n:07}"),
        ticket_kind: TicketKind::Repair,
        workflow_id,
        title: if n % 5000 == 777 { "pump777".into() } else { "door stuck 门卡住".into() },
        description: String::new(),
        urgency: if n.is_multiple_of(3) { Urgency::High } else { Urgency::Normal },
        state: match (open, n % 100) {
            (true, 0) => TicketState::Open,
            (true, _) => TicketState::Assigned,
            _ => TicketState::Done,
        },
        source: "app".into(),
        device_id: None,
        site_id: id(&format!("site {site}")),
        customer_id: id(&format!("customer {site}")),
        contact_id: None,
        region_id: id(&format!("region {}", site % REGIONS)),
        engineer_id: (!n.is_multiple_of(100)).then(|| id("li")),
        opened_by_id: id("boss"),
        opened_at,
        planned_at: None,
        due_at: n.is_multiple_of(2).then_some(opened_at + 600 * MINUTE),
        closed_at: (!open).then_some(opened_at + 300 * MINUTE),
        node: None,
        reason: String::new(),
        fault_code: String::new(),
        latitude: None,
        longitude: None,
    }
}
