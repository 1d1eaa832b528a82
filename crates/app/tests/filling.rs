//! A device that was enrolled a moment ago, before its data has come.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_app::questions::{AskCode, AskSync, Question};
use outpost_app::{Action, Caller, Field, Host, KeyPlace, key_of};
use outpost_domain::device::{Device, DeviceState, Tag, TagTarget, tag_id};
use outpost_domain::person::Replica as ReplicaRecord;
use outpost_domain::{AnyRecord, Id};
use outpost_sync::image::image;
use outpost_sync::protocol::{Cursor, Frame, Row};
use outpost_sync::{Identity, Replica};
use serde_json::Value;
use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

const CODE: &str = "OUT-D-000003";
const NOW: i64 = 1_795_500_000_000;

fn enrolled(folder: &Path, headquarters: &str) -> Replica {
    let replica = Replica::open(folder, &key_of(folder, KeyPlace::File).unwrap()).unwrap();
    let record = ReplicaRecord {
        id: Id::from_u128(1),
        name: "tablet".into(),
        prefix: "7F3".into(),
        user_id: Id::from_u128(2),
        enrolled_at: NOW,
        revoked: false,
        forked_from_id: None,
    };
    replica.enrol(&Identity::alone(headquarters, "海港服务", record)).unwrap();
    replica
}

fn rows(records: &[AnyRecord]) -> Frame {
    let row = |record: &AnyRecord| Row { kind: record.kind().table().into(), image: image(record).unwrap() };
    Frame::Rows { rows: records.iter().map(row).collect(), position: "{}".into() }
}

fn device() -> AnyRecord {
    Device {
        id: Id::from_u128(3),
        number: "L-3".into(),
        name: "三号梯".into(),
        name_en: "Lift 3".into(),
        model_id: Id::from_u128(4),
        site_id: Id::from_u128(5),
        customer_id: Id::from_u128(6),
        place: String::new(),
        state: DeviceState::InService,
        installed_on: None,
        warranty_until_on: None,
        note: String::new(),
    }
    .into()
}

fn ask(field: &Field, question: Question) -> Value {
    field.query(&Caller::default(), &question).unwrap().answer
}

fn sync(field: &Field) -> Value {
    ask(field, Question::AskSync(AskSync {}))
}

fn meaning(field: &Field) -> Value {
    ask(field, Question::AskCode(AskCode { code: CODE.into(), format: None, is_gs1: None }))["meaning"].clone()
}

#[test]
fn it_says_that_it_is_being_filled_until_all_has_come() {
    let folder = tempfile::tempdir().unwrap();
    let replica = enrolled(folder.path(), "http://127.0.0.1:9");
    let field = Field::open(folder.path(), KeyPlace::File).unwrap();
    assert_eq!(sync(&field)["state"], "filling", "nothing has come: nothing is settled");
    assert_eq!(meaning(&field), "unknown");

    let tag = Tag { id: tag_id(CODE), code: CODE.into(), target: TagTarget::Device, target_id: Id::from_u128(3) };
    let take = |frame: &Frame| drop(replica.absorb(std::slice::from_ref(frame), NOW, NOW).unwrap());
    take(&Frame::Begin { epoch: "e".into(), anew: true, total: 2 });
    take(&rows(&[tag.into()]));
    let view = sync(&field);
    assert_eq!((&view["state"], &view["arrived"], &view["expected"]), (&"filling".into(), &1.into(), &2.into()));
    assert_eq!(meaning(&field), "unknown", "the tag alone is of no use");
    take(&rows(&[device()]));
    assert_eq!(meaning(&field), "device", "what has come can be used");
    assert_eq!(sync(&field)["state"], "filling");
    let cursor = Cursor { epoch: "e".into(), revision: 1, tag: "t".into(), view: "v".into() };
    take(&Frame::End { cursor });
    assert_eq!(sync(&field)["state"], "settled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_on_a_line_that_says_nothing_is_stopped_by_its_person() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    drop(enrolled(folder.path(), &format!("http://{}", listener.local_addr().unwrap())));
    let field = Field::open(folder.path(), KeyPlace::File).unwrap();
    let round = tokio::spawn({
        let field = Arc::clone(&field);
        async move { field.round().await }
    });
    // The request has come, so the round is under way; it is never answered.
    let call = tokio::task::spawn_blocking(move || {
        let mut call = listener.accept().unwrap().0;
        call.read_exact(&mut [0; 16]).unwrap();
        call
    });
    let call = call.await.unwrap();
    assert!(field.sync_view().unwrap().running);
    Arc::clone(&field).action(Caller::default(), Action::StopSync {}).await.unwrap();
    round.await.unwrap().unwrap_err();
    let view = sync(&field);
    assert_eq!((&view["running"], &view["trouble"]), (&false.into(), &"stopped".into()));
    assert_eq!(view["state"], "filling", "it is not offline, it was stopped");
    drop(call);
}
