//! What each question is asked: about nothing, and about whatever somebody has.

use crate::company::{Company, id};
use crate::worlds::{marked, words};
use outpost_app::questions::*;
use outpost_domain::{Id, Kind};
use outpost_scan::ShortLink;

/// Asks of this name about what this role has; `any` asks for all there is. One that nobody wrote fails the test.
pub fn asks(name: &str, company: &Company, role: &str, whose: &str) -> Vec<(String, Question)> {
    if whose == "any" { about_nothing(name) } else { about(name, &|what| company.of(what, role, whose), whose) }
}

fn about_nothing(name: &str) -> Vec<(String, Question)> {
    let one = |question| vec![(String::new(), question)];
    let of = |word: &str, question| (word.to_owned(), question);
    let stock = |below_minimum, in_stock| {
        Question::AskStock(AskStock { below_minimum, in_stock, limit: 1000, ..AskStock::default() })
    };
    match name {
        "AskSession" => one(Question::AskSession(AskSession {})),
        "AskToday" => one(Question::AskToday(AskToday { position: None })),
        "AskReady" => one(Question::AskReady(AskReady {})),
        "AskSync" => one(Question::AskSync(AskSync {})),
        "AskBoard" => one(Question::AskBoard(AskBoard::default())),
        "AskPart" => one(Question::AskPart(AskPart { id: id("part"), movements: 1000 })),
        "AskAttention" => [("open", false), ("all", true)].map(|(word, resolved)| of(word, attention(resolved))).into(),
        "AskStock" => {
            vec![of("all", stock(false, false)), of("low", stock(true, false)), of("there", stock(false, true))]
        }
        "AskSearch" => vec![of("a word of all", search("name")), of("a name of all", search("border"))],
        "AskReplicas" => one(replicas(None, None)),
        "AskList" => {
            let mut all: Vec<_> = Kind::ALL.iter().map(|kind| of(kind.table(), list(*kind, "", None))).collect();
            all.extend(
                Kind::ALL
                    .iter()
                    .filter(|kind| kind.is_searched())
                    .map(|kind| of(&format!("{} by a word", kind.table()), list(*kind, "name", None))),
            );
            all
        }
        // These are asked about something alone; here, about what is in sight and names what may not be.
        "AskTicket" => {
            vec![of("that names what is hidden", Question::AskTicket(AskTicket { id: id("ticket border") }))]
        }
        "AskDevice" => {
            vec![of("that names what is hidden", Question::AskDevice(AskDevice { id: id("device border") }))]
        }
        "AskCode" => {
            vec![of("number of such a ticket", code("BORDER")), of("number of such a device", code("DEVICE BORDER"))]
        }
        other => panic!("write what {other} is asked, so that it is asked as every role"),
    }
}

fn about(name: &str, of: &dyn Fn(&str) -> Id, whose: &str) -> Vec<(String, Question)> {
    let region = if whose == "elsewhere" { "south" } else { "north" };
    let each = |things: &[&str], ask: &dyn Fn(&str, Id) -> Question| -> Vec<(String, Question)> {
        things.iter().map(|thing| ((*thing).to_owned(), ask(thing, of(thing)))).collect()
    };
    match name {
        "AskTicket" => each(&["ticket"], &|_, id| Question::AskTicket(AskTicket { id })),
        "AskDevice" => each(&["device"], &|_, id| Question::AskDevice(AskDevice { id })),
        "AskCode" => {
            let mut all = each(&["device", "location", "ticket", "sign-off"], &|word, _| {
                let thing = match word {
                    "location" => of("van"),
                    "sign-off" => of("ticket"),
                    thing => of(thing),
                };
                code(&format!("outpost://{word}/{thing}"))
            });
            let label = ShortLink { code: of("device").as_u128(), proof: 0 }.write("http://hq.example");
            let number = marked(&format!("SN {region}"), "number", of("device"));
            for (word, text) in [("label", label), ("tag", format!("CODE {region}")), ("number", number)] {
                all.push((word.to_owned(), code(&text)));
            }
            all
        }
        "AskStock" => each(&["van", "warehouse"], &|_, id| {
            Question::AskStock(AskStock { location_id: Some(id), in_stock: true, ..AskStock::default() })
        }),
        "AskBoard" => each(&["region", "user", "ticket", "customer", "site", "device"], &|thing, id| {
            let (mut ask, is) = (AskBoard::default(), |what: &str| thing == what);
            ask.region_id = is("region").then_some(id);
            ask.engineer_id = is("user").then(|| of("user"));
            ask.text = if is("region") || is("user") { String::new() } else { words(id) };
            Question::AskBoard(ask)
        }),
        "AskSearch" => {
            let things = ["customer", "contact", "site", "device", "ticket", "van", "warehouse"];
            each(&things, &|_, id| search(&words(id)))
        }
        "AskList" => {
            Kind::ALL.iter().filter_map(|kind| Some((kind.table().to_owned(), by_field(*kind, of)?))).collect()
        }
        "AskReplicas" => {
            let mut all = each(&["replica"], &|_, id| replicas(Some(id), None));
            all.push(("person".to_owned(), replicas(None, Some(of("user")))));
            all
        }
        _ => Vec::new(),
    }
}

/// The records of a kind that belong to what somebody has.
fn by_field(kind: Kind, of: &dyn Fn(&str) -> Id) -> Option<Question> {
    let (field, value) = match kind {
        Kind::Customer => ("id", of("customer")),
        Kind::Site | Kind::Contact => ("customer_id", of("customer")),
        Kind::Device | Kind::Ticket => ("site_id", of("site")),
        Kind::Tag => ("target_id", of("device")),
        Kind::Step | Kind::Event | Kind::Attachment | Kind::StockMovement => ("ticket_id", of("ticket")),
        Kind::StockLocation => ("region_id", of("region")),
        Kind::StockLevel => ("location_id", of("van")),
        Kind::Replica => ("user_id", of("user")),
        Kind::Attention => ("actor_id", of("user")),
        Kind::Region | Kind::Role | Kind::User | Kind::Workflow | Kind::DeviceModel | Kind::Part => return None,
    };
    Some(list(kind, "", Some((field, value))))
}

fn attention(resolved: bool) -> Question {
    Question::AskAttention(AskAttention { resolved, limit: None })
}

fn code(code: &str) -> Question {
    Question::AskCode(AskCode { code: code.to_owned(), ..AskCode::default() })
}

fn search(text: &str) -> Question {
    Question::AskSearch(AskSearch { text: text.to_owned(), kinds: vec![], limit: 1000 })
}

fn replicas(id: Option<Id>, user_id: Option<Id>) -> Question {
    Question::AskReplicas(AskReplicas { id, user_id, offset: 0, limit: 1000 })
}

fn list(kind: Kind, text: &str, field: Option<(&str, Id)>) -> Question {
    Question::AskList(AskList {
        kind,
        text: text.to_owned(),
        field: field.map(|(field, _)| field.to_owned()),
        value: field.map(|(_, value)| value.to_string()),
        after: None,
        limit: 1000,
    })
}
