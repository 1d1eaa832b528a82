use crate::company::{ask, company, console, desk, facts, id, put, region_scope, scope, ticket, try_ask};
use outpost_app::questions::{AskList, AskSearch, Hits, Question, RecordPage, Seat};
use outpost_app::{Desk, FailureCode};
use outpost_domain::customer::Customer;
use outpost_domain::stock::Part;
use outpost_domain::{AnyRecord, Kind};
use outpost_store::Holding;

fn found(desk: &Desk<'_>, text: &str, kinds: &[Kind], limit: u32) -> Vec<String> {
    let hits: Hits = ask(desk, &Question::AskSearch(AskSearch { text: text.into(), kinds: kinds.to_vec(), limit }));
    hits.hits.iter().map(|hit| format!("{} {} {}", hit.kind.table(), hit.title, hit.detail)).collect()
}

fn list_of(kind: Kind) -> AskList {
    AskList { kind, text: String::new(), field: None, value: None, after: None, limit: 0 }
}

fn by(kind: Kind, field: &str, value: Option<&str>) -> AskList {
    AskList { field: Some(field.into()), value: value.map(str::to_owned), ..list_of(kind) }
}

fn names(page: &RecordPage) -> Vec<String> {
    let name = |record: &AnyRecord| {
        let fields = record.to_fields().unwrap();
        let name = fields.get("number").or(fields.get("name")).or(fields.get("code")).unwrap();
        name.as_str().unwrap().to_owned()
    };
    page.records.iter().map(name).collect()
}

#[test]
fn one_chinese_character_or_the_beginning_of_a_word_suffices() {
    let store = company(Holding::OnePerson);
    put(&store, ticket("7F3-0142"));
    let facts = facts(Seat::Field);
    let desk = desk(&store, &facts, "li");
    assert_eq!(found(&desk, "漏", &[], 0), ["part 防漏密封圈 P-002"]);
    assert_eq!(found(&desk, "SEA", &[], 0), ["part 防漏密封圈 P-002"]);
    assert_eq!(found(&desk, "0142", &[], 0), ["ticket 门故障 7F3-0142 7F3-0142"]);
    assert_eq!(found(&desk, "harbour", &[], 0), ["customer 海港大厦 "]);
    assert_eq!(found(&desk, "王", &[], 0), ["user 王芳 wang"]);
    assert_eq!(found(&desk, "555", &[Kind::Contact], 0), ["contact 门卫 555"]);
    assert_eq!(found(&desk, "主楼", &[Kind::Site], 0), ["site 主楼 主楼 1 号"]);
    assert_eq!(found(&desk, "南仓", &[], 0), ["stock_location 南仓 "]);
    assert_eq!(found(&desk, "acme oven", &[], 0), ["device_model 烤箱 Acme"]);
    assert_eq!(found(&desk, "梯", &[Kind::Device], 0).len(), 2);
    assert_eq!(found(&desk, "梯", &[], 1).len(), 1);
    assert!(found(&desk, "  *\"' ", &[], 0).is_empty());
}

#[test]
fn what_is_called_exactly_so_comes_first() {
    let store = company(Holding::OnePerson);
    let belt: Part = store.get(id("belt")).unwrap().unwrap();
    for name_en in ["Big belt", "Belt", "Belt tightener", "Long belt"] {
        put(&store, Part { id: id(name_en), name_en: name_en.into(), ..belt.clone() });
    }
    let facts = facts(Seat::Field);
    let hits: Hits = ask(
        &desk(&store, &facts, "li"),
        &Question::AskSearch(AskSearch { text: "belt".into(), kinds: vec![Kind::Part], limit: 3 }),
    );
    let titles: Vec<&str> = hits.hits.iter().map(|hit| hit.title_en.as_str()).collect();
    assert_eq!(titles, ["Belt", "Belt tightener", "Long belt"]);
}

#[test]
fn a_list_is_chosen_by_a_field_that_the_kind_has() {
    let store = company(Holding::OnePerson);
    let facts = facts(Seat::Field);
    let desk = desk(&store, &facts, "li");
    let list = |ask_list: AskList| ask::<RecordPage>(&desk, &Question::AskList(ask_list));
    let harbour = id("harbour").to_string().to_uppercase();
    assert_eq!(names(&list(by(Kind::Device, "customer_id", Some(&harbour)))), ["LF-0003", "LF-0004"]);
    assert_eq!(names(&list(by(Kind::User, "active", Some("false")))), ["赵离"]);
    assert_eq!(names(&list(by(Kind::Region, "parent_id", None))), ["全国"]);
    assert_eq!(list(by(Kind::Workflow, "version", Some("2"))).total, 1);
    assert_eq!(names(&list(AskList { text: "leak".into(), ..list_of(Kind::Part) })), ["P-002"]);
    let first = list(AskList { limit: 1, ..list_of(Kind::Part) });
    let second = list(AskList { after: first.next, limit: 1, ..list_of(Kind::Part) });
    assert_eq!((names(&second), second.total), (vec!["P-002".to_owned()], 3));
    for kind in Kind::ALL {
        let (whole, mut paged, mut after) = (list(list_of(*kind)).records, Vec::new(), None);
        loop {
            let page = list(AskList { after, limit: 2, ..list_of(*kind) });
            paged.extend(page.records);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole, "{kind:?}: page after page is the whole");
    }
    for nonsense in ["", "[]", "[1]", "{}", "[null, null]", "[[1], [2]]", "[\"a\", \"b\", \"c\"]"] {
        let ask_list = AskList { after: Some(nonsense.into()), ..list_of(Kind::Part) };
        let failure = try_ask::<RecordPage>(&desk, &Question::AskList(ask_list)).unwrap_err();
        assert_eq!(failure.code, FailureCode::NotUnderstood, "{nonsense}");
    }
    for field in ["nonsense", "id\" = '' OR 1=1 --", ""] {
        let failure = try_ask::<RecordPage>(&desk, &Question::AskList(by(Kind::Device, field, Some("x")))).unwrap_err();
        assert_eq!(failure.code, FailureCode::NotUnderstood, "{field}");
    }
    assert_eq!(list(by(Kind::Device, "number", Some("x' OR '1'='1"))).total, 0);
}

#[test]
fn at_headquarters_the_newest_of_others_hides_nothing_of_ones_own() {
    let store = company(Holding::Everything);
    scope(&store, Kind::Customer, id("harbour"), &region_scope("north"));
    let harbour: Customer = store.get(id("harbour")).unwrap().unwrap();
    for number in 0..900 {
        put(&store, Customer { id: id(&format!("c{number}")), name_en: "Harbour".into(), ..harbour.clone() });
    }
    let north = console(&[region_scope("north")]);
    let desk = desk(&store, &north, "li");
    assert_eq!(found(&desk, "harbour", &[], 2), ["customer 海港大厦 "]);
    let page: RecordPage =
        ask(&desk, &Question::AskList(AskList { text: "harbour".into(), ..list_of(Kind::Customer) }));
    assert_eq!((names(&page), page.total), (vec!["海港大厦".to_owned()], 1));
}
