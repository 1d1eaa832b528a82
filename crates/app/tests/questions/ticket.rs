use crate::company::{HOUR, MINUTE, NOW, act, ask, company, desk, facts, give, id, put, ticket, ticket_of};
use outpost_app::questions::{AskTicket, Question, Seat, TicketView};
use outpost_domain::ticket::{
    AddNote, AttachFile, CompleteStep, OpenTicket, Purpose, RecordEntry, StartStep, StepState, Ticket, TicketState,
    Urgency, step_id,
};
use outpost_domain::{Code, Command, Kind, stock::UsePart};
use outpost_store::{Holding, Store, params};
use outpost_sync::FileStore;

fn view(store: &Store, number: &str, user: &str) -> TicketView {
    let facts = facts(Seat::Field);
    ask(&desk(store, &facts, user), &Question::AskTicket(AskTicket { id: id(number) }))
}

fn opened(store: &Store, number: &str) {
    let open = OpenTicket {
        number: number.into(),
        workflow_id: id("repair-2"),
        title: "门故障".into(),
        description: String::new(),
        urgency: Urgency::High,
        source: "scan".into(),
        device_id: Some(id("lift-3")),
        site_id: id("tower"),
        contact_id: Some(id("guard")),
        engineer_id: Some(id("li")),
        planned_at: None,
        due_at: None,
        fault_code: "E27".into(),
        latitude: None,
        longitude: None,
        again: false,
    };
    give(store, number, "li", NOW - HOUR, open);
}

fn photo(ticket: &str, sha256: &str) -> AttachFile {
    AttachFile {
        ticket_id: id(ticket),
        step_id: None,
        demand: String::new(),
        purpose: Purpose::Photo,
        sha256: sha256.to_owned(),
        thumbnail_sha256: String::new(),
        media_type: "image/jpeg".into(),
        size_bytes: 3,
        width: 1,
        height: 1,
        taken_at: None,
        latitude: None,
        longitude: None,
        name: String::new(),
    }
}

#[test]
fn a_ticket_comes_with_all_that_belongs_to_it() {
    let store = company(Holding::OnePerson);
    let folder = tempfile::tempdir().unwrap();
    let mut facts = facts(Seat::Field);
    let files = outpost_sync::Files::new(folder.path());
    let kept = files.keep(b"jpg").unwrap();
    facts.files = std::sync::Arc::new(files);
    let step = |node: &str| step_id(id("A-1"), node);
    opened(&store, "A-1");
    give(&store, "start", "li", NOW - 50 * MINUTE, StartStep { step_id: step("arrive") });
    let tick =
        RecordEntry { step_id: step("arrive"), demand: "there".into(), from: String::new(), value: "yes".into() };
    give(&store, "tick", "li", NOW - 49 * MINUTE, tick);
    give(&store, "arrived", "li", NOW - 48 * MINUTE, CompleteStep { step_id: step("arrive") });
    let used = UsePart {
        ticket_id: id("A-1"),
        step_id: Some(step("repair")),
        part_id: id("belt"),
        quantity: "2".parse().unwrap(),
        from_id: id("van-li"),
    };
    give(&store, "used", "li", NOW - 40 * MINUTE, used);
    let short = act("used", "li", NOW, Command::from(AddNote { ticket_id: id("A-1"), text: "x".into() }));
    let sql = "INSERT INTO sent (seq, id, version, act, base_revision, sent_at) VALUES (1, $1, 1, $2, 0, 0)";
    store.execute(sql, params![short.id.to_string(), serde_json::to_string(&short).unwrap()]).unwrap();
    give(&store, "here", "wang", NOW - 30 * MINUTE, photo("A-1", &kept));
    give(&store, "there", "li", NOW - 29 * MINUTE, photo("A-1", &"a".repeat(64)));
    let noted = give(&store, "noted", "li", NOW - 20 * MINUTE, AddNote { ticket_id: id("A-1"), text: "门很响".into() });
    facts.waiting = noted.puts.iter().map(outpost_domain::AnyRecord::key).collect();
    facts.waiting.insert((Kind::StockMovement, id("used")));

    let view: TicketView = ask(&desk(&store, &facts, "li"), &Question::AskTicket(AskTicket { id: id("A-1") }));
    assert_eq!(view.ticket.fault_code, "E27");
    assert_eq!(view.site.unwrap().id, id("tower"));
    assert_eq!(view.customer.unwrap().id, id("harbour"));
    assert_eq!(view.contact.unwrap().name, "门卫");
    assert_eq!(view.device.unwrap().number, "LF-0003");
    assert_eq!(view.device_model.unwrap().id, id("lift"));
    assert_eq!(view.workflow.unwrap().version, 2);
    assert_eq!(view.work_refusal, None);

    assert_eq!((view.card.steps_done, view.card.steps_total), (1, 3));
    assert_eq!((view.card.node_name.as_str(), view.card.attention), ("维修", 1));
    assert!(view.card.waiting);

    let steps: Vec<_> = view.steps.iter().map(|step| (step.node.key.as_str(), step.step.state)).collect();
    assert_eq!(steps, [("arrive", StepState::Done), ("repair", StepState::Waiting), ("sign", StepState::Waiting)]);
    assert_eq!(view.steps[0].engineer_name, "李强");
    assert!(view.steps[0].missing.is_empty());
    assert_eq!(view.steps[1].missing, ["current"]);
    let refusals: Vec<_> = view.steps.iter().map(|step| step.start_refusal.as_ref().map(|r| r.code)).collect();
    assert_eq!(refusals, [None, None, Some(Code::StepOutOfOrder)]);

    let movement = &view.movements[0];
    assert_eq!(movement.part.as_ref().unwrap().number, "P-001");
    assert_eq!((movement.from_name.as_str(), movement.to_name.as_str()), ("二号车", ""));
    assert_eq!((movement.actor_name.as_str(), movement.ticket_number.as_str()), ("李强", "A-1"));
    assert!(movement.waiting);

    let attachments: Vec<_> = view.attachments.iter().map(|it| (it.here, it.actor_name.as_str())).collect();
    assert_eq!(attachments, [(true, "王芳"), (false, "李强")]);

    let timeline: Vec<_> = view.timeline.iter().map(|it| (it.event.name.as_str(), it.waiting)).take(3).collect();
    assert_eq!(timeline, [("NoteAdded", true), ("FileAttached", false), ("FileAttached", false)]);

    // The van held 1.5 and 2 were used.
    let matter = &view.attention[0];
    assert_eq!(matter.attention.code, Code::StockBelowZero);
    assert_eq!((matter.part_id, matter.ticket_number.as_str()), (Some(id("belt")), "A-1"));
    assert_eq!(matter.command.as_ref().unwrap().name(), "AddNote");
}

#[test]
fn what_waits_marks_its_ticket_even_when_the_ticket_itself_was_not_written() {
    let store = company(Holding::OnePerson);
    opened(&store, "A-1");
    opened(&store, "A-2");
    let noted = give(&store, "noted", "li", NOW, AddNote { ticket_id: id("A-1"), text: "门很响".into() });
    assert!(noted.puts.iter().all(|record| record.kind() == Kind::Event));
    let mut facts = facts(Seat::Field);
    facts.waiting = noted.puts.iter().map(outpost_domain::AnyRecord::key).collect();
    let desk = desk(&store, &facts, "li");
    for (number, waiting) in [("A-1", true), ("A-2", false)] {
        let view: TicketView = ask(&desk, &Question::AskTicket(AskTicket { id: id(number) }));
        assert_eq!(view.card.waiting, waiting, "{number}");
    }
}

#[test]
fn why_one_cannot_work_on_a_ticket_is_what_the_rules_say() {
    let store = company(Holding::OnePerson);
    opened(&store, "A-1");
    put(&store, ticket_of("done", "li", TicketState::Done));
    let refusal = |number: &str, user: &str| view(&store, number, user).work_refusal;
    assert_eq!(refusal("A-1", "li"), None);
    let other = refusal("A-1", "wang").unwrap();
    assert_eq!((other.code, other.details["engineer"].as_str()), (Code::TicketNotYours, "李强"));
    assert_eq!(refusal("A-1", "sun").unwrap().code, Code::RightMissing);
    assert_eq!(refusal("A-1", "gone").unwrap().code, Code::ActorInactive);
    assert_eq!(refusal("A-1", "zhou"), None);
    assert_eq!(refusal("done", "li").unwrap().code, Code::TicketClosed);
    let cancelled: Ticket = store.get(id("A-1")).unwrap().unwrap();
    put(&store, Ticket { state: TicketState::Cancelled, ..cancelled });
    assert_eq!(refusal("A-1", "li").unwrap().code, Code::TicketClosed);
}

#[test]
fn a_step_for_another_role_says_so() {
    let store = company(Holding::OnePerson);
    opened(&store, "A-1");
    let tick = RecordEntry {
        step_id: step_id(id("A-1"), "arrive"),
        demand: "there".into(),
        from: String::new(),
        value: "yes".into(),
    };
    give(&store, "tick", "li", NOW, tick);
    give(&store, "arrived", "li", NOW, CompleteStep { step_id: step_id(id("A-1"), "arrive") });
    let view = view(&store, "A-1", "zhou");
    assert_eq!(view.steps[1].start_refusal.as_ref().unwrap().code, Code::StepNotYours);
    assert_eq!(view.work_refusal.unwrap().code, Code::StepNotYours);
}

#[test]
fn a_ticket_whose_surroundings_are_not_here_is_still_shown() {
    let store = Store::in_memory(Holding::OnePerson).unwrap();
    put(&store, ticket("A-1"));
    let view = view(&store, "A-1", "li");
    assert_eq!((view.site, view.customer, view.device, view.workflow), (None, None, None, None));
    assert!(view.steps.is_empty() && view.timeline.is_empty());
    assert_eq!(view.work_refusal, None);
}

#[test]
fn a_step_whose_workflow_is_not_here_bears_its_key() {
    let store = company(Holding::OnePerson);
    opened(&store, "A-1");
    store.delete(Kind::Workflow, id("repair-2")).unwrap();
    let view = view(&store, "A-1", "li");
    assert_eq!(view.steps[1].node.name, "repair");
    assert_eq!(view.card.node_name, "");
}
