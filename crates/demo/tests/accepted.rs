//! The demo passes the same rules as everybody's work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_demo::{Demo, demo, demo_at, received_at, roles, workflows};
use outpost_domain::person::Right;
use outpost_domain::stock::{StockLocation, StockMovement};
use outpost_domain::ticket::{Attachment, Ticket, TicketState, Urgency};
use outpost_domain::workflow::DemandKind;
use outpost_domain::{
    AnyRecord, Command, Id, Instant, Kind, Pass, Quantity, Read, Record, Search, View, alike, decide,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A Tuesday, 10:40 in Beijing.
const NOW: Instant = 1_795_488_000_000;
const HOUR: Instant = 3_600_000;

/// All data, as headquarters has it.
#[derive(Default)]
struct Data(BTreeMap<(Kind, Id), AnyRecord>);

impl View for Data {
    fn read(&self, kind: Kind, id: Id) -> Read<AnyRecord> {
        self.0.get(&(kind, id)).map_or(Read::Absent, |record| Read::Present(record.clone()))
    }

    fn search(&self, search: Search<'_>) -> Vec<AnyRecord> {
        let fits = |record: &&AnyRecord| match (record, search) {
            (AnyRecord::StockMovement(movement), Search::MovementsAfter { part_id, location_id, after }) => {
                let here = [movement.from_id, movement.to_id].contains(&Some(location_id));
                movement.part_id == part_id && here && movement.occurred_at > after
            }
            (AnyRecord::User(user), Search::PeopleSigningInAs(login)) => user.login == login,
            (AnyRecord::Device(device), Search::DevicesNumbered(number)) => {
                alike::key(&device.number) == alike::key(number)
            }
            (AnyRecord::Ticket(ticket), Search::TicketsNumbered(number)) => ticket.number == number,
            (AnyRecord::Ticket(ticket), Search::OpenTicketsOf(user_id)) => {
                ticket.engineer_id == Some(user_id) && !ticket.state.is_closed()
            }
            (AnyRecord::Ticket(ticket), Search::OpenTicketsAt(site_id)) => {
                ticket.site_id == site_id && !ticket.state.is_closed()
            }
            _ => false,
        };
        self.0.values().filter(fits).cloned().collect()
    }
}

impl Data {
    fn put(&mut self, record: AnyRecord) {
        self.0.insert(record.key(), record);
    }

    fn all<T: Record>(&self) -> Vec<T> {
        self.0.values().filter_map(|record| T::from_any(record.clone())).map(Arc::unwrap_or_clone).collect()
    }
}

/// Stores the records and gives every command; each must be taken, and leave nothing below zero at any time.
fn run(demo: &Demo) -> Data {
    let mut data = Data::default();
    for record in &demo.records {
        let known = data.read(record.kind(), record.id());
        assert_eq!(known, Read::Absent, "twice: {record:?}");
        data.put(record.clone());
    }
    for act in &demo.acts {
        let effects = decide(&data, act, Pass::Origin).unwrap_or_else(|refusal| panic!("{refusal}: {act:?}"));
        assert_eq!(effects.discrepancies, [], "{act:?}");
        assert!(!effects.provisional);
        for put in effects.puts {
            if let AnyRecord::StockLevel(level) = &put {
                assert!(level.quantity >= Quantity::ZERO, "{level:?}");
            }
            data.put(put);
        }
    }
    data
}

fn count(tickets: &[Ticket], state: TicketState) -> usize {
    tickets.iter().filter(|ticket| ticket.state == state).count()
}

#[test]
fn every_act_is_accepted_whatever_the_seed_and_the_hour() {
    for seed in 0..8 {
        let now = NOW + seed as i64 * (HOUR * 43 + 240_000);
        let demo = demo_at(seed, now, [480, 0, -300][seed as usize % 3]);
        let tickets = run(&demo).all::<Ticket>();
        assert_eq!(tickets.len(), 150);
        assert!(demo.acts.iter().all(|act| act.occurred_at <= now), "nothing happens in the future");
        assert!(demo.acts.iter().all(|act| act.occurred_at > now - 65 * 24 * HOUR));
    }
}

#[test]
fn tickets_stand_in_all_states() {
    let data = run(&demo(7, NOW));
    let tickets = data.all::<Ticket>();
    let states = [
        (TicketState::Open, 20),
        (TicketState::Assigned, 28),
        (TicketState::Active, 5),
        (TicketState::Paused, 8),
        (TicketState::Done, 77),
        (TicketState::Cancelled, 12),
    ];
    for (state, wanted) in states {
        assert_eq!(count(&tickets, state), wanted, "{state:?}");
    }
    let numbers: BTreeSet<_> = tickets.iter().map(|ticket| &ticket.number).collect();
    assert_eq!(numbers.len(), tickets.len());
    let histories = tickets.iter().filter_map(|ticket| ticket.device_id).fold(BTreeMap::new(), |mut all, id| {
        *all.entry(id).or_insert(0) += 1;
        all
    });
    assert!(histories.values().any(|count| *count > 12));
    let english = tickets.iter().filter(|ticket| ticket.title.is_ascii()).count();
    assert!((40..110).contains(&english), "{english} titles in English");
    assert!(data.all::<StockMovement>().len() > 800);
}

#[test]
fn the_same_seed_and_moment_make_the_same() {
    assert_eq!(demo(7, NOW), demo(7, NOW));
    assert_ne!(demo(7, NOW).acts, demo(8, NOW).acts);
}

#[test]
fn what_was_done_without_a_signal_arrived_later_and_in_order() {
    let demo = demo(7, NOW);
    let mut last = BTreeMap::new();
    let mut late = 0;
    for act in &demo.acts {
        let received_at = received_at(act, NOW);
        assert!(received_at >= act.occurred_at && received_at <= NOW);
        assert!(last.insert(act.replica_id, received_at).is_none_or(|before| before <= received_at));
        late += usize::from(received_at - act.occurred_at > HOUR / 2);
    }
    assert!((100..1_200).contains(&late), "{late} came late");
}

#[test]
fn the_size_is_as_promised() {
    let data = run(&demo(7, NOW));
    let count = |kind: Kind| data.0.keys().filter(|(of, _)| *of == kind).count();
    assert_eq!(count(Kind::Site), 60);
    assert_eq!(count(Kind::Device), 200);
    assert_eq!(count(Kind::Part), 300);
    assert_eq!(count(Kind::Customer), 20);
    assert_eq!(count(Kind::DeviceModel), 12);
    assert_eq!(count(Kind::StockLocation), 9);
    assert_eq!(count(Kind::Tag), 509);
    assert!(data.all::<StockLocation>().iter().all(|place| !place.name_en.is_empty()));
}

#[test]
fn whatever_is_pointed_at_is_there() {
    let demo = demo(7, NOW);
    let data = run(&demo);
    let models: Vec<outpost_domain::device::DeviceModel> = data.all();
    for part_id in models.iter().flat_map(|model| &model.part_ids) {
        assert!(matches!(data.read(Kind::Part, *part_id), Read::Present(_)));
    }
    let files: BTreeSet<_> = demo.files.iter().map(|(sha256, _)| sha256.clone()).collect();
    for attachment in data.all::<Attachment>() {
        assert!(files.contains(&attachment.sha256));
    }
    let logins: BTreeSet<_> = data
        .all::<outpost_domain::person::User>()
        .into_iter()
        .filter(|user| user.active)
        .map(|user| user.login)
        .collect();
    assert!(demo.people.iter().all(|person| logins.contains(&person.login)));
    let mut before = BTreeSet::new();
    for act in &demo.acts {
        assert!(act.requires.iter().all(|id| before.contains(id)), "{act:?}");
        assert!(before.insert(act.id));
        assert_eq!(act.id.get_version_num(), 7);
    }
}

#[test]
fn the_first_engineers_day_is_rich() {
    let demo = demo(7, NOW);
    let data = run(&demo);
    let users: Vec<outpost_domain::person::User> = data.all();
    let li_wei = users.iter().find(|user| user.login == "li.wei").unwrap();
    let mine: Vec<Ticket> = data.all::<Ticket>().into_iter().filter(|t| t.engineer_id == Some(li_wei.id)).collect();
    let urgent = mine.iter().find(|ticket| ticket.urgency == Urgency::Urgent && !ticket.state.is_closed()).unwrap();
    assert_eq!(urgent.title, "门机故障 E27，开关门异响");
    assert!(urgent.due_at.unwrap() - NOW < 3 * HOUR);
    assert!(mine.iter().any(|ticket| ticket.state == TicketState::Paused && ticket.reason == "Waiting for a part"));
    assert!(mine.iter().any(|ticket| ticket.closed_at.is_some_and(|at| at > NOW - 3 * HOUR)));
    let lacking = mine.iter().filter(|ticket| !ticket.state.is_closed()).filter(|ticket| {
        let Read::Present(AnyRecord::Device(device)) = data.read(Kind::Device, ticket.device_id.unwrap()) else {
            panic!("no device");
        };
        let Read::Present(AnyRecord::DeviceModel(model)) = data.read(Kind::DeviceModel, device.model_id) else {
            panic!("no model");
        };
        model.part_ids.iter().any(|part_id| {
            let id = outpost_domain::stock::level_id(*part_id, li_wei.van_id.unwrap());
            data.read(Kind::StockLevel, id) == Read::Absent
        })
    });
    assert_eq!(lacking.count(), 1);
}

#[test]
fn an_engineer_alone_can_complete_every_workflow() {
    let workflows = workflows();
    assert_eq!(workflows.len(), 3);
    let kinds = [
        DemandKind::Reading,
        DemandKind::Photo,
        DemandKind::Part,
        DemandKind::Note,
        DemandKind::Signature,
        DemandKind::Confirm,
    ];
    for workflow in &workflows {
        assert!((4..=6).contains(&workflow.nodes.len()));
        for node in &workflow.nodes {
            assert!(node.role_keys.is_empty() || node.role_keys.iter().any(|key| key == "engineer"));
            let keys: BTreeSet<_> = node.demands.iter().map(|demand| &demand.key).collect();
            assert_eq!(keys.len(), node.demands.len());
        }
        for kind in kinds {
            assert!(workflow.nodes.iter().flat_map(|node| &node.demands).any(|demand| demand.kind == kind), "{kind:?}");
        }
    }
    let roles = roles();
    assert_eq!(roles.len(), 6);
    let engineer = roles.iter().find(|role| role.key == "engineer").unwrap();
    assert!(engineer.rights.contains(&Right::WorkTicket) && engineer.rights.contains(&Right::UsePart));
    assert!(roles.iter().all(|role| role.rights.is_sorted()));
}

#[test]
fn there_is_something_of_everything_in_the_history() {
    let demo = demo(7, NOW);
    let names: BTreeSet<_> = demo.acts.iter().map(|act| act.command.name()).collect();
    // Nobody met anybody in this history, so there is nothing to choose, to release or to close; nothing was lost; and headquarters does nothing by itself.
    let rare = [
        "HandOverAttention",
        "ResolveAttention",
        "ReleaseCommand",
        "ChooseEntry",
        "CountStock",
        "BindTag",
        "BringBack",
        "RemindTicket",
    ];
    let saves = |name: &&&str| !name.starts_with("Save") && !rare.contains(*name);
    let wanted: BTreeSet<_> = Command::NAMES.iter().filter(saves).copied().collect();
    assert_eq!(names, wanted);
}
