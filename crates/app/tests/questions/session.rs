use crate::company::{ask, company, desk, facts, id, put, try_ask};
use outpost_app::FailureCode;
use outpost_app::questions::{AskBoard, AskSession, AskSync, Question, Seat, Session, SyncState, SyncView};
use outpost_domain::person::{Replica, Right};
use outpost_store::Holding;

#[test]
fn who_is_here_comes_with_rights_van_and_newest_workflows() {
    let store = company(Holding::OnePerson);
    put(
        &store,
        Replica {
            id: id("tablet"),
            name: "Tablet".into(),
            prefix: "7F3".into(),
            user_id: id("li"),
            enrolled_at: 0,
            revoked: false,
            forked_from_id: None,
        },
    );
    let facts = facts(Seat::Field);
    let session: Session = ask(&desk(&store, &facts, "li"), &Question::AskSession(AskSession {}));
    assert_eq!(session.user.unwrap().name, "李强");
    assert_eq!(session.role.unwrap().key, "engineer");
    assert_eq!(session.rights, [Right::OpenTicket, Right::WorkTicket, Right::UsePart]);
    assert_eq!(session.region.unwrap().name_en, "North");
    assert_eq!(session.van.unwrap().id, id("van-li"));
    assert_eq!(session.replica.unwrap().prefix, "7F3");
    let workflows: Vec<_> =
        session.workflows.iter().map(|workflow| (workflow.key.as_str(), workflow.version)).collect();
    assert_eq!(workflows, [("repair", 2)]);
    assert_eq!(session.company, "海港服务");
}

#[test]
fn who_is_not_signed_in_learns_nothing_else() {
    let store = company(Holding::Everything);
    let facts = facts(Seat::SignedOut);
    let desk = desk(&store, &facts, "li");
    let session: Session = ask(&desk, &Question::AskSession(AskSession {}));
    assert_eq!((session.user, session.replica, session.workflows.len()), (None, None, 0));
    let failure = try_ask::<serde_json::Value>(&desk, &Question::AskBoard(AskBoard::default())).unwrap_err();
    assert_eq!(failure.code, FailureCode::SignedOut);
}

#[test]
fn the_chip_says_that_something_needs_a_person() {
    let store = company(Holding::OnePerson);
    crate::attention::matter(&store, "refused", "li", None);
    let mut facts = facts(Seat::Field);
    for (before, after) in [
        (SyncState::Settled, SyncState::NeedsYou),
        (SyncState::Waiting, SyncState::NeedsYou),
        (SyncState::Offline, SyncState::Offline),
    ] {
        facts.sync.state = before;
        let sync: SyncView = ask(&desk(&store, &facts, "li"), &Question::AskSync(AskSync {}));
        assert_eq!((sync.state, sync.attention), (after, 1));
    }
    facts.sync.state = SyncState::Settled;
    let sync: SyncView = ask(&desk(&store, &facts, "wang"), &Question::AskSync(AskSync {}));
    assert_eq!((sync.state, sync.attention), (SyncState::Settled, 0));
}
