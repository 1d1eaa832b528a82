use crate::company::{DAY, NOW, ask, company, desk, facts, id, put, ticket, ticket_of};
use outpost_app::questions::{AskCode, Meaning, Question, Seat};
use outpost_domain::Kind;
use outpost_domain::device::{Device, Tag, TagTarget, tag_id};
use outpost_domain::ticket::{Ticket, TicketState};
use outpost_scan::{CodeFormat, ShortLink};
use outpost_store::{Holding, Store};

fn meaning(store: &Store, user: &str, code: &str) -> Meaning {
    let facts = facts(Seat::Field);
    ask(&desk(store, &facts, user), &Question::AskCode(AskCode { code: code.to_owned(), ..AskCode::default() }))
}

/// A meaning in a few words.
fn short(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Device { device, elsewhere, .. } => {
            format!("device {}{}", device.number, if *elsewhere { " elsewhere" } else { "" })
        }
        Meaning::Devices { devices, .. } => format!("{} devices", devices.len()),
        Meaning::Part { row, .. } => format!("part {} {} in van", row.part.number, row.in_van),
        Meaning::StockLocation { name, .. } => format!("location {name}"),
        Meaning::Ticket { ticket } => format!("ticket {}", ticket.number),
        Meaning::Enrolment { link } => format!("enrolment {link}"),
        Meaning::OtherCompany { company, .. } => format!("company {company}"),
        Meaning::SignOff { ticket } => format!("sign off {}", ticket.number),
        Meaning::Link { address, .. } => format!("link {address}"),
        Meaning::Newer => "newer".into(),
        Meaning::Unknown { code, .. } => format!("unknown {code}"),
    }
}

#[test]
fn what_codes_mean() {
    let store = company(Holding::OnePerson);
    put(&store, ticket("7F3-0142"));
    let ours = |kind: &str, word: &str| format!("outpost://{kind}/{}", id(word));
    let table = [
        (ours("device", "lift-3"), "device LF-0003"),
        (ours("part", "belt"), "part P-001 1.5 in van"),
        (ours("location", "van-li"), "location 二号车"),
        (ours("ticket", "7F3-0142"), "ticket 7F3-0142"),
        (ours("sign-off", "7F3-0142"), "sign off 7F3-0142"),
        (ours("device", "lift-3") + "?c=%E6%B5%B7%E6%B8%AF%E6%9C%8D%E5%8A%A1", "device LF-0003"),
        (ours("device", "lift-3") + "?c=海港服务", "device LF-0003"),
        (ours("device", "lift-3") + "?c=Other%20Lifts", "company Other Lifts"),
        (ours("device", "lift-3") + "?c=100%", "company 100%"),
        (ours("DEVICE", "lift-3").replace("outpost", "OUTPOST"), "device LF-0003"),
        ("outpost://enrol?h=x".to_owned(), "enrolment outpost://enrol?h=x"),
        ("https://hq.example/enrol#secret".to_owned(), "enrolment https://hq.example/enrol#secret"),
        ("http://hq.example/a/enrol?x=1#s".to_owned(), "enrolment http://hq.example/a/enrol?x=1#s"),
        ("https://hq.example/enrolment".to_owned(), "link https://hq.example/enrolment"),
        ("QR-LIFT".to_owned(), "device LF-0003"),
        (" \u{1d}QR-LIFT\r\n".to_owned(), "device LF-0003"),
        ("https://maker.example/4".to_owned(), "device LF-0004"),
        ("QR-BELT".to_owned(), "part P-001 1.5 in van"),
        ("QR-VAN".to_owned(), "location 二号车"),
        ("QR-FAR".to_owned(), "unknown QR-FAR"),
        ("LF-0004".to_owned(), "device LF-0004"),
        ("OV-0002".to_owned(), "device OV-0002 elsewhere"),
        ("P-003".to_owned(), "part P-003 0 in van"),
        ("7F3-0142".to_owned(), "ticket 7F3-0142"),
        ("https://elsewhere.example/x".to_owned(), "link https://elsewhere.example/x"),
        ("6901234567892".to_owned(), "unknown 6901234567892"),
        ("' OR 1=1 --".to_owned(), "unknown ' OR 1=1 --"),
        (String::new(), "unknown "),
    ];
    for (code, expected) in table {
        assert_eq!(short(&meaning(&store, "li", &code)), expected, "{code}");
    }
    for code in ["outpost://device/nonsense", "outpost://robot/1"] {
        assert_eq!(short(&meaning(&store, "li", code)), format!("unknown {code}"));
    }
    let far = ours("device", "not held");
    assert_eq!(short(&meaning(&store, "li", &far)), format!("unknown {far}"));
    let Meaning::Unknown { code, .. } = meaning(&store, "li", &"漏".repeat(600)) else { panic!("not unknown") };
    assert_eq!(code.chars().count(), 500);
}

#[test]
fn elsewhere_is_only_for_whom_regions_are_limits() {
    let store = company(Holding::OnePerson);
    assert_eq!(short(&meaning(&store, "zhou", "OV-0002")), "device OV-0002");
    assert_eq!(short(&meaning(&store, "chen", "LF-0003")), "device LF-0003 elsewhere");
}

#[test]
fn a_device_comes_with_its_open_tickets_mine_first() {
    let store = company(Holding::OnePerson);
    put(&store, Ticket { opened_at: NOW, ..ticket("new") });
    put(&store, Ticket { opened_at: NOW - 2 * DAY, ..ticket_of("mine", "li", TicketState::Paused) });
    put(&store, ticket_of("closed", "li", TicketState::Done));
    let Meaning::Device { site, customer, open_tickets, .. } = meaning(&store, "li", "LF-0003") else {
        panic!("not a device")
    };
    let numbers: Vec<&str> = open_tickets.iter().map(|card| card.number.as_str()).collect();
    assert_eq!(numbers, ["mine", "new"]);
    assert_eq!((site.unwrap().name.as_str(), customer.unwrap().name.as_str()), ("主楼", "海港大厦"));
    let lift: Device = store.get(id("lift-3")).unwrap().unwrap();
    store.delete(Kind::Site, lift.site_id).unwrap();
    let Meaning::Device { site, elsewhere, .. } = meaning(&store, "li", "LF-0003") else { panic!("not a device") };
    assert_eq!((site, elsewhere), (None, false));
}

/// A scan of a code that says what kind it is.
fn scan(store: &Store, code: &str, format: Option<CodeFormat>, is_gs1: bool) -> Meaning {
    let facts = facts(Seat::Field);
    let ask_code = AskCode { code: code.to_owned(), format, is_gs1: Some(is_gs1) };
    ask(&desk(store, &facts, "li"), &Question::AskCode(ask_code))
}

fn bind(store: &Store, code: &str, part: &str) {
    let tag = Tag { id: tag_id(code), code: code.to_owned(), target: TagTarget::Part, target_id: id(part) };
    put(store, tag);
}

#[test]
fn what_follows_gs1_finds_its_part_by_the_article_alone() {
    let store = company(Holding::OnePerson);
    bind(&store, "4006381333931", "belt");
    let box_of_it = "010400638133393110A-7\u{1d}17280630\u{1d}21S9";
    for (code, format, is_gs1) in [
        ("4006381333931", Some(CodeFormat::Ean13), false),
        (box_of_it, Some(CodeFormat::DataMatrix), true),
        (box_of_it, None, false),
        ("(01)04006381333931(10)A-7", Some(CodeFormat::QrCode), false),
        ("https://id.maker.example/01/4006381333931", Some(CodeFormat::QrCode), false),
    ] {
        assert_eq!(short(&scan(&store, code, format, is_gs1)), "part P-001 1.5 in van", "{code}");
    }
    let Meaning::Part { gs1: Some(gs1), .. } = scan(&store, box_of_it, None, true) else { panic!("not a part") };
    assert_eq!((gs1.batch.as_deref(), gs1.serial.as_deref()), (Some("A-7"), Some("S9")));
    assert_eq!(gs1.expiry.unwrap().to_string(), "2028-06-30");
}

#[test]
fn of_an_article_that_nobody_knows_its_number_is_bound() {
    let store = company(Holding::OnePerson);
    let Meaning::Unknown { code, gs1: Some(gs1), .. } = scan(&store, "010400638133393110A-7", None, true) else {
        panic!("not unknown")
    };
    assert_eq!((code.as_str(), gs1.batch.as_deref()), ("4006381333931", Some("A-7")));
    // A device's type plate names it by its serial number.
    let plate = scan(&store, "010400638133393121LF-0003", Some(CodeFormat::DataMatrix), true);
    assert_eq!(short(&plate), "device LF-0003");
}

#[test]
fn the_link_on_a_label_is_read_without_its_key() {
    let store = company(Holding::OnePerson);
    let link = |word: &str, base: &str| ShortLink { code: id(word).as_u128(), proof: 5 }.write(base);
    for base in ["https://hq.example", "https://elsewhere.example/some/path"] {
        assert_eq!(short(&meaning(&store, "li", &link("lift-3", base))), "device LF-0003");
    }
    let far = link("not held", "https://elsewhere.example");
    assert_eq!(short(&meaning(&store, "li", &far)), format!("link {far}"));
    let home = link("not held", &facts(Seat::Field).headquarters);
    assert_eq!(short(&meaning(&store, "li", &home)), format!("unknown {home}"));
}

#[test]
fn a_strange_link_is_shown_with_its_host() {
    let store = company(Holding::OnePerson);
    let text = "https://bank.example\u{202e}@evil.example/\u{200b}login";
    let Meaning::Link { address, shown, host } = meaning(&store, "li", text) else { panic!("not a link") };
    assert_eq!((address.as_str(), host.as_str()), (text, "evil.example"));
    assert_eq!(shown, "https://bank.example⟨202E⟩@evil.example/⟨200B⟩login");
}

#[test]
fn a_number_that_two_devices_bear_is_asked_about() {
    let store = company(Holding::OnePerson);
    let known = store.get::<Device>(id("lift-3")).unwrap().unwrap();
    put(&store, Device { id: id("another lift"), name: "货梯".into(), ..known });
    let Meaning::Devices { shown, devices } = meaning(&store, "li", "LF-0003") else { panic!("it was guessed") };
    let ids: Vec<_> = devices.iter().map(|choice| choice.device.id).collect();
    assert_eq!((shown.as_str(), devices.len()), ("LF-0003", 2));
    assert!(ids.contains(&id("lift-3")) && ids.contains(&id("another lift")));
    assert!(devices[0].site.is_some());
}
