//! At headquarters two people ask the same and each is told only what is theirs.

use crate::company::{NOW, ask, company, console, desk, give, id, region_scope, scope, try_ask};
use outpost_app::questions::{
    AskBoard, AskCode, AskDevice, AskList, AskPart, AskSearch, AskStock, AskTicket, AskToday, Board, DeviceView, Hits,
    Meaning, PartView, Question, RecordPage, StockPage, TicketView, Today,
};
use outpost_app::{Desk, FailureCode};
use outpost_domain::stock::{ReceiveStock, level_id};
use outpost_domain::ticket::{OpenTicket, Urgency};
use outpost_domain::{AnyRecord, Kind};
use outpost_store::{Holding, Store};

/// Everything with its scope: regional what lies in a region, the rest for all.
fn headquarters() -> Store {
    let store = company(Holding::Everything);
    for (number, site, device, actor) in [("N-1", "tower", "lift-3", "li"), ("S-1", "kitchen", "oven-2", "chen")] {
        let open = OpenTicket {
            number: number.into(),
            workflow_id: id("repair-2"),
            title: "门故障".into(),
            description: String::new(),
            urgency: Urgency::Normal,
            source: "scan".into(),
            device_id: Some(id(device)),
            site_id: id(site),
            contact_id: None,
            engineer_id: None,
            planned_at: None,
            due_at: None,
            fault_code: String::new(),
            latitude: None,
            longitude: None,
            again: false,
        };
        give(&store, number, actor, NOW, open);
    }
    let received = ReceiveStock {
        part_id: id("belt"),
        quantity: "1".parse().unwrap(),
        to_id: id("store-south"),
        note: String::new(),
    };
    give(&store, "received", "sun", NOW, received);
    for kind in Kind::ALL {
        for record in store.select_any(*kind, "", &[]).unwrap() {
            scope(&store, *kind, record.id(), &scope_of(&record));
        }
    }
    store
}

fn scope_of(record: &AnyRecord) -> String {
    let south = [
        id("lotus"),
        id("kitchen"),
        id("oven-2"),
        id("S-1"),
        id("store-south"),
        id("chen"),
        id("received"),
        level_id(id("belt"), id("store-south")),
        level_id(id("seal"), id("store-south")),
    ];
    let fields = record.to_fields().unwrap();
    let ticket_id = fields.get("ticket_id").and_then(|id| id.as_str()).unwrap_or_default();
    let shared = [Kind::Region, Kind::Role, Kind::Workflow, Kind::Part, Kind::DeviceModel];
    if shared.contains(&record.kind()) {
        "all".to_owned()
    } else if south.contains(&record.id()) || ticket_id == id("S-1").to_string() {
        region_scope("south")
    } else {
        region_scope("north")
    }
}

fn not_here(desk: &Desk<'_>, question: Question) {
    let failure = try_ask::<serde_json::Value>(desk, &question).unwrap_err();
    assert_eq!(failure.code, FailureCode::NotHere, "{question:?}");
}

#[test]
fn nobody_is_told_of_another_region() {
    let store = headquarters();
    let north = console(&["all".to_owned(), region_scope("north")]);
    let desk = desk(&store, &north, "li");
    not_here(&desk, Question::AskTicket(AskTicket { id: id("S-1") }));
    not_here(&desk, Question::AskDevice(AskDevice { id: id("oven-2") }));

    let board: Board = ask(&desk, &Question::AskBoard(AskBoard::default()));
    let open: Vec<&str> = board.columns[0].cards.iter().map(|card| card.number.as_str()).collect();
    assert_eq!((open, board.columns[0].total), (vec!["N-1"], 1));
    let crew: Vec<&str> = board.crew.iter().map(|crew| crew.user.login.as_str()).collect();
    assert_eq!(crew, ["zhou", "li", "wang"]);

    let today: Today = ask(&desk, &Question::AskToday(AskToday { position: None }));
    assert_eq!(today.unassigned.len(), 1);

    for code in ["OV-0002", "S-1", &format!("outpost://ticket/{}", id("S-1"))] {
        let meaning: Meaning = ask(&desk, &Question::AskCode(AskCode { code: code.to_owned(), ..AskCode::default() }));
        assert!(matches!(meaning, Meaning::Unknown { code: said, .. } if said == code));
    }
    let hits: Hits = ask(&desk, &Question::AskSearch(AskSearch { text: "门故障".into(), kinds: Vec::new(), limit: 0 }));
    assert_eq!(hits.hits.iter().map(|hit| hit.detail.as_str()).collect::<Vec<_>>(), ["N-1"]);
    let list = AskList { kind: Kind::Step, text: String::new(), field: None, value: None, after: None, limit: 0 };
    let page: RecordPage = ask(&desk, &Question::AskList(list));
    assert_eq!((page.records.len(), page.total), (3, 3));
}

#[test]
fn stock_of_another_region_does_not_count() {
    let store = headquarters();
    let north = console(&["all".to_owned(), region_scope("north")]);
    let desk_north = desk(&store, &north, "li");
    let page: StockPage = ask(&desk_north, &Question::AskStock(AskStock::default()));
    assert_eq!((page.rows[0].quantity.to_string(), page.rows[0].places), ("3.5".to_owned(), 2));
    assert!(page.locations.iter().all(|place| place.id != id("store-south")));
    let part: PartView = ask(&desk_north, &Question::AskPart(AskPart { id: id("belt"), movements: 0 }));
    assert_eq!((part.levels.len(), part.movements.len()), (2, 0));

    let nobody = console(&[]);
    not_here(&desk(&store, &nobody, "li"), Question::AskPart(AskPart { id: id("belt"), movements: 0 }));
    let page: StockPage = ask(&desk(&store, &nobody, "li"), &Question::AskStock(AskStock::default()));
    assert_eq!((page.rows.len(), page.total, page.locations.len()), (0, 0, 0));
}

#[test]
fn a_record_that_left_the_scope_is_gone_and_what_it_named_is_not_told() {
    let store = headquarters();
    let north = console(&["all".to_owned(), region_scope("north")]);
    let desk = desk(&store, &north, "li");
    let question = Question::AskTicket(AskTicket { id: id("N-1") });
    assert_eq!(ask::<TicketView>(&desk, &question).site.unwrap().id, id("tower"));
    let leave = |id: outpost_domain::Id| {
        let sql = "UPDATE entity SET bucket = 0 WHERE id = $1";
        store.execute(sql, &[&id.to_string()]).unwrap();
    };
    leave(id("tower"));
    let view: TicketView = ask(&desk, &question);
    assert_eq!((view.site, view.card.site_name.as_str()), (None, ""));
    let device: DeviceView = ask(&desk, &Question::AskDevice(AskDevice { id: id("lift-3") }));
    assert_eq!(device.site, None);
    leave(id("N-1"));
    not_here(&desk, question);
}
