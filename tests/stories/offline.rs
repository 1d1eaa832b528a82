//! A ticket done offline.

use crate::line::{Line, Proxy};
use crate::world::{Engine, Field, Headquarters, on_both_engines, work_through};
use serde_json::{Value, json};

on_both_engines!(
    a_ticket_is_opened_and_done_without_a_network_and_arrives_whole,
    two_engineers_complete_one_ticket_and_everything_that_both_did_is_there,
    work_on_a_ticket_that_was_cancelled_meanwhile_is_kept_and_shown
);

fn a_ticket_is_opened_and_done_without_a_network_and_arrives_whole(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo_on(engine, home.path());
    let proxy = Proxy::new(Line::To(hq.address));
    let li = Field::enrolled(home.path(), &hq, "li.wei", proxy.address);
    let photo = home.path().join("photo.png");
    std::fs::write(&photo, include_bytes!("../../icons/icon.png")).unwrap();

    proxy.set(Line::Cut);
    let session = li.ask("AskSession", json!({}));
    let ticket_id = open_repair(&li, session["user"]["id"].clone());
    work_through(&li, &ticket_id, &photo);
    let offline = li.sync();
    assert_eq!(offline["state"], "offline");
    assert_eq!(offline["trouble"], "unreachable");
    assert!(offline["waiting"].as_u64().unwrap() > 10, "{offline}");
    let view = li.ask("AskTicket", json!({ "id": ticket_id }));
    assert_eq!(view["ticket"]["state"], "done");
    assert!(view["timeline"].as_array().unwrap().iter().all(|event| event["waiting"] == true));
    assert_eq!(hq.number(&format!("SELECT count(*) FROM ticket WHERE id = '{ticket_id}'")), 0);

    proxy.set(Line::To(hq.address));
    let settled = li.sync();
    assert_eq!((settled["state"].as_str(), settled["waiting"].as_u64()), (Some("settled"), Some(0)), "{settled}");
    assert_eq!(settled["files_waiting"], 0);
    let done = format!("SELECT count(*) FROM ticket WHERE id = '{ticket_id}' AND state = 'done'");
    assert_eq!(hq.number(&done), 1);
    let after = li.ask("AskTicket", json!({ "id": ticket_id }));
    assert!(after["timeline"].as_array().unwrap().iter().all(|event| event["event"]["received_at"].is_i64()));
    assert_eq!(after["ticket"]["number"], view["ticket"]["number"]);
    // The photo is at headquarters, whole.
    let sha256 = after["attachments"][0]["attachment"]["sha256"].as_str().unwrap();
    assert!(hq.data.join("files").join(&sha256[..2]).join(sha256).is_file());

    // A colleague sees it all.
    let colleague = Field::enrolled(home.path(), &hq, "zhang.lei", proxy.address);
    let same = colleague.ask("AskTicket", json!({ "id": ticket_id }));
    assert_eq!(same["ticket"], after["ticket"]);
    assert_eq!(same["movements"].as_array().unwrap().len(), view["movements"].as_array().unwrap().len());
}

/// Opens a repair of Lift 3, for this engineer or for nobody; its id.
fn open_repair(field: &Field, engineer_id: Value) -> String {
    let meaning = field.ask("AskCode", json!({ "code": "OUT-D-000003" }));
    assert_eq!(meaning["meaning"], "device");
    let session = field.ask("AskSession", json!({}));
    let workflows = session["workflows"].as_array().unwrap();
    let repair = workflows.iter().find(|workflow| workflow["ticket_kind"] == "repair").unwrap();
    field.give(
        "OpenTicket",
        json!({
            "number": "", "workflow_id": repair["id"], "title": "门机故障 E27", "description": "", "urgency": "urgent",
            "source": "scan", "device_id": meaning["device"]["id"], "site_id": meaning["device"]["site_id"],
            "contact_id": null, "engineer_id": engineer_id, "planned_at": null, "due_at": null,
            "fault_code": "E27", "latitude": 39.9, "longitude": 116.4
        }),
    )
}

/// Uses one of the device's usual parts from the engineer's own van.
fn use_part(field: &Field, ticket_id: &str) {
    let view = field.ask("AskTicket", json!({ "id": ticket_id }));
    let van = field.ask("AskSession", json!({}))["van"]["id"].clone();
    let part_id = &view["device_model"]["part_ids"][0];
    field.give(
        "UsePart",
        json!({ "ticket_id": ticket_id, "step_id": null, "part_id": part_id, "quantity": "1", "from_id": van }),
    );
}

fn two_engineers_complete_one_ticket_and_everything_that_both_did_is_there(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo_on(engine, home.path());
    let proxy = Proxy::new(Line::To(hq.address));
    let li = Field::enrolled(home.path(), &hq, "li.wei", proxy.address);
    let zhang = Field::enrolled(home.path(), &hq, "zhang.lei", proxy.address);
    let photo = home.path().join("photo.png");
    std::fs::write(&photo, include_bytes!("../../icons/icon.png")).unwrap();
    let ticket_id = open_repair(&li, Value::Null);
    li.sync();
    zhang.sync();

    proxy.set(Line::Cut);
    for engineer in [&li, &zhang] {
        use_part(engineer, &ticket_id);
        work_through(engineer, &ticket_id, &photo);
    }
    proxy.set(Line::To(hq.address));
    assert_eq!(li.sync()["waiting"], 0);
    let second = zhang.sync();
    assert_eq!((second["waiting"].as_u64(), second["state"].as_str()), (Some(0), Some("needs_you")), "{second}");

    // The first is the one whose work counts as the ticket's; the second is told so, once for each reason.
    let ticket = zhang.ask("AskTicket", json!({ "id": ticket_id }));
    assert_eq!(ticket["ticket"]["state"], "done");
    assert_eq!(ticket["card"]["engineer_name"], "李伟");
    let cards = zhang.ask("AskAttention", json!({ "resolved": false }));
    let mut codes: Vec<&str> =
        cards["cards"].as_array().unwrap().iter().map(|card| card["attention"]["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert!(codes.contains(&"StepDone"), "{codes:?}");
    let before = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), before, "one matter for each reason: {codes:?}");
    // Both used a part from their own van: both left the shelf, so both are in the ledger.
    let used = format!("SELECT count(*) FROM stock_movement WHERE ticket_id = '{ticket_id}' AND movement_kind = 'use'");
    let by_one = format!("{used} AND actor_id = (SELECT id FROM \"user\" WHERE login = 'li.wei')");
    assert!(hq.number(&by_one) > 0);
    assert_eq!(hq.number(&used), 2 * hq.number(&by_one));
    let signatures =
        format!("SELECT count(*) FROM attachment WHERE ticket_id = '{ticket_id}' AND purpose = 'signature'");
    assert_eq!(hq.number(&signatures), 2);
}

fn work_on_a_ticket_that_was_cancelled_meanwhile_is_kept_and_shown(engine: Engine) {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::demo_on(engine, home.path());
    let proxy = Proxy::new(Line::To(hq.address));
    let li = Field::enrolled(home.path(), &hq, "li.wei", proxy.address);
    let zhao = Field::enrolled(home.path(), &hq, "zhao.min", proxy.address);
    let ticket = li.ask("AskToday", json!({ "position": null }))["mine"][0].clone();
    let ticket_id = ticket["id"].as_str().unwrap();
    let steps = li.ask("AskTicket", json!({ "id": ticket_id }))["steps"].clone();
    let open = steps.as_array().unwrap().iter().find(|step| step["step"]["state"] != "done").unwrap();
    let step_id = open["step"]["id"].as_str().unwrap();
    let photo = home.path().join("photo.png");
    std::fs::write(&photo, include_bytes!("../../icons/icon.png")).unwrap();

    proxy.set(Line::Cut);
    work_through(&li, ticket_id, &photo);
    // The dispatcher cancels it meanwhile, offline too.
    zhao.give("CancelTicket", json!({ "ticket_id": ticket_id, "reason": "customer called" }));
    proxy.set(Line::To(hq.address));
    zhao.sync();
    let settled = li.sync();
    assert_eq!(settled["waiting"], 0);
    assert_eq!(settled["state"], "needs_you", "{settled}");
    let cards = li.ask("AskAttention", json!({ "resolved": false }));
    let card =
        cards["cards"].as_array().unwrap().iter().find(|card| card["attention"]["ticket_id"] == ticket_id).unwrap();
    assert_eq!(card["attention"]["cause"], "discrepancy");
    assert_eq!(card["attention"]["code"], "TicketClosed");
    // Nothing of the work was lost.
    let done = format!("SELECT count(*) FROM step WHERE id = '{step_id}' AND state = 'done'");
    assert_eq!(hq.number(&done), 1);
    // Somebody else looks at it than whoever did it.
    assert_eq!(card["may_close"], false);
    let close = json!({ "attention_id": card["attention"]["id"], "resolution": "work was done" });
    assert_eq!(li.try_give("ResolveAttention", close.clone())["refusal"]["code"], "AttentionNotYours");
    zhao.sync();
    zhao.give("ResolveAttention", close);
    zhao.sync();
    let seen = "SELECT count(*) FROM attention WHERE resolution = 'work was done' AND resolved_at IS NOT NULL";
    assert_eq!(hq.number(seen), 1);
    assert_eq!(li.sync()["state"], "settled");
}
