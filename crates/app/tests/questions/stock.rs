use crate::company::{DAY, MINUTE, NOW, ask, company, desk, facts, give, id, put};
use outpost_app::questions::{AskPart, AskStock, PartView, Question, Seat, StockPage};
use outpost_domain::stock::{Part, ReceiveStock, StockLevel, TransferStock, level_id};
use outpost_store::{Holding, Store};

fn page(store: &Store, ask_stock: AskStock) -> StockPage {
    let facts = facts(Seat::Field);
    ask(&desk(store, &facts, "li"), &Question::AskStock(ask_stock))
}

/// Number, quantity, in van, places, and whether it is below the minimum.
fn short(page: &StockPage) -> Vec<String> {
    let row = |row: &outpost_app::questions::StockRow| {
        let below = if row.below_minimum { " below" } else { "" };
        format!("{} {} {} {}{below}", row.part.number, row.quantity, row.in_van, row.places)
    };
    page.rows.iter().map(row).collect()
}

#[test]
fn stock_is_added_up_exactly() {
    let store = company(Holding::OnePerson);
    let all = page(&store, AskStock::default());
    // 0.1 + 0.2 is not below 0.3.
    assert_eq!(short(&all), ["P-001 13.6 1.5 3 below", "P-002 0.3 0 2", "P-003 0 0 0"]);
    assert_eq!(all.total, 3);
    let places: Vec<&str> = all.locations.iter().map(|place| place.name.as_str()).collect();
    assert_eq!(places, ["二号车", "北仓", "南仓", "一号车"]);
}

#[test]
fn stock_of_one_place() {
    let store = company(Holding::OnePerson);
    let north = AskStock { location_id: Some(id("store-north")), ..AskStock::default() };
    assert_eq!(short(&page(&store, north.clone())), ["P-001 2 1.5 3 below", "P-002 0.1 0 2 below", "P-003 0 0 0"]);
    let held = page(&store, AskStock { in_stock: true, ..north });
    assert_eq!((short(&held), held.total), (vec!["P-001 2 1.5 3 below".into(), "P-002 0.1 0 2 below".into()], 2));
    let van = AskStock { location_id: Some(id("van-li")), in_stock: true, ..AskStock::default() };
    assert_eq!(short(&page(&store, van)), ["P-001 1.5 1.5 3 below"]);
}

#[test]
fn stock_is_found_in_both_languages_and_filtered() {
    let store = company(Holding::OnePerson);
    let found = |text: &str| short(&page(&store, AskStock { text: text.into(), ..AskStock::default() }));
    assert_eq!(found("漏"), ["P-002 0.3 0 2"]);
    assert_eq!(found("seal"), ["P-002 0.3 0 2"]);
    assert_eq!(found("p-00"), found(""));
    assert_eq!(found("\" OR *"), Vec::<String>::new());
    let below = AskStock { below_minimum: true, ..AskStock::default() };
    assert_eq!(short(&page(&store, below.clone())), ["P-001 13.6 1.5 3 below"]);
    assert!(page(&store, AskStock { text: "漏".into(), ..below }).rows.is_empty());
    let some = AskStock { in_stock: true, ..AskStock::default() };
    assert_eq!(short(&page(&store, some)), ["P-001 13.6 1.5 3 below", "P-002 0.3 0 2"]);
}

#[test]
fn many_parts_come_in_pages() {
    let store = company(Holding::OnePerson);
    let belt: Part = store.get(id("belt")).unwrap().unwrap();
    for number in 0..1200 {
        let part_id = id(&format!("part {number}"));
        put(&store, Part { id: part_id, number: format!("Q-{number:04}"), ..belt.clone() });
        let level_id = level_id(part_id, id("van-li"));
        let quantity = (number % 2).into();
        put(
            &store,
            StockLevel {
                id: level_id,
                part_id,
                location_id: id("van-li"),
                quantity,
                changed_at: NOW,
                counted_at: None,
            },
        );
    }
    let second = page(&store, AskStock { offset: 100, ..AskStock::default() });
    assert_eq!((second.rows.len(), second.total), (100, 1203));
    assert_eq!(second.rows[0].part.number, "Q-0097");
    let held = page(&store, AskStock { in_stock: true, offset: 600, limit: 10, ..AskStock::default() });
    assert_eq!((short(&held), held.total), (vec!["Q-1197 1 1 1 below".into(), "Q-1199 1 1 1 below".into()], 602));
    let in_van = Some(id("van-li"));
    let below = page(&store, AskStock { location_id: in_van, below_minimum: true, limit: 1, ..AskStock::default() });
    assert_eq!(below.total, 1202);
    assert!(page(&store, AskStock { offset: 9999, in_stock: true, ..AskStock::default() }).rows.is_empty());
}

#[test]
fn a_part_comes_with_levels_and_ledger() {
    let store = company(Holding::OnePerson);
    let received = ReceiveStock {
        part_id: id("belt"),
        quantity: "5".parse().unwrap(),
        to_id: id("store-north"),
        note: "D-17".into(),
    };
    give(&store, "received", "sun", NOW - DAY, received);
    let moved = TransferStock {
        part_id: id("belt"),
        quantity: "1".parse().unwrap(),
        from_id: id("store-north"),
        to_id: id("van-wang"),
        note: String::new(),
    };
    give(&store, "moved", "sun", NOW, moved);
    let question = |movements| Question::AskPart(AskPart { id: id("belt"), movements });
    let field = facts(Seat::Field);
    let view: PartView = ask(&desk(&store, &field, "li"), &question(0));
    assert_eq!((view.row.quantity.to_string(), view.row.places), ("18.6".to_owned(), 4));
    let levels: Vec<_> =
        view.levels.iter().map(|it| (it.location.name.as_str(), it.quantity.to_string(), it.own_van)).collect();
    assert_eq!(
        levels,
        [
            ("二号车", "1.5".to_owned(), true),
            ("南仓", "10.1".to_owned(), false),
            ("北仓", "6".to_owned(), false),
            ("一号车", "1".to_owned(), false),
        ]
    );
    assert!(view.levels.iter().all(|it| it.known_at == Some(NOW - 5 * MINUTE)));
    let movements: Vec<_> =
        view.movements.iter().map(|it| (it.from_name.as_str(), it.to_name.as_str(), it.actor_name.as_str())).collect();
    assert_eq!(movements, [("北仓", "一号车", "孙库"), ("", "北仓", "孙库")]);
    assert_eq!(view.tags[0].code, "QR-BELT");
    let view: PartView = ask(&desk(&store, &field, "li"), &question(1));
    assert_eq!(view.movements.len(), 1);
    let console = facts(Seat::Console);
    let view: PartView = ask(&desk(&store, &console, "zhou"), &question(1));
    assert!(view.levels.iter().all(|it| it.known_at.is_none() && !it.own_van));
}
