//! Whom a device believes: a stranger on the line knows the protocol, and has no key.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_domain::Id;
use outpost_domain::person::Replica as ReplicaRecord;
use outpost_sync::identity::{answer_words, order_words};
use outpost_sync::protocol::{Denial, Frame, MARK, Outcome, REVOKED, Status, SyncRequest};
use outpost_sync::wire::Form;
use outpost_sync::{Client, Identity, Replica, RoundError, SigningKey, is_this_machine};
use std::io::{Read, Write};
use std::net::TcpListener;

const NOW: i64 = 1_790_000_000_000;

fn record() -> ReplicaRecord {
    ReplicaRecord {
        id: Id::from_u128(1),
        name: "tablet".into(),
        prefix: "7F3".into(),
        user_id: Id::from_u128(2),
        enrolled_at: NOW,
        revoked: false,
        forked_from_id: None,
    }
}

/// A headquarters that says what it is told to, once, with the status and the bytes.
fn says(status: u16, body: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut call = listener.accept().unwrap().0;
        let _ = call.read(&mut [0; 65536]);
        let media_type = if status == 200 { Form::Compact.media_type() } else { "application/json" };
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\n{MARK}: 1\r\ncontent-type: {media_type}\r\n");
        let _ = write!(call, "{head}content-length: {length}\r\nconnection: close\r\n\r\n");
        let _ = call.write_all(&body);
    });
    address
}

/// A device whose headquarters has this key, and its next request.
fn device(key: &SigningKey, address: &str) -> (Client, SyncRequest) {
    let identity = Identity { headquarters_key: key.public(), ..Identity::alone(address, "company", record()) };
    let replica = Replica::in_memory(None).unwrap();
    replica.enrol(&identity).unwrap();
    (Client::of(&identity, "token").unwrap(), replica.request(NOW).unwrap())
}

fn outcome(status: Status) -> Outcome {
    let (refusal, tag, effect_hash) = (None, "tag".into(), String::new());
    Outcome { id: Id::from_u128(7), status, refusal, revision: 1, tag, effect_hash }
}

/// What the device makes of an answer to `asked` that says `said`, if what was signed is `signed`, for another request, or by another.
async fn hears(said: Status, signed: Status, same_request: bool, by: &SigningKey) -> Result<usize, RoundError> {
    let key = SigningKey::of_hex(&"07".repeat(32)).unwrap();
    let (_, request) = device(&key, "http://127.0.0.1:9");
    let nonce = if same_request { request.nonce.clone() } else { "another".into() };
    let signature = by.sign(&answer_words(record().id, &nonce, "epoch", NOW, &[outcome(signed)]));
    let (epoch, company, outcomes) = ("epoch".into(), "company".into(), vec![outcome(said)]);
    let frame = Frame::Answer { epoch, outcomes, now: NOW, company, signature };
    let (client, _) = device(&key, &says(200, Form::Compact.write_frame(&frame).unwrap()));
    let mut answer = client.sync(&request).await?;
    Ok(answer.next(4).await?.len())
}

#[tokio::test]
async fn outcomes_are_taken_from_headquarters_alone() {
    let key = SigningKey::of_hex(&"07".repeat(32)).unwrap();
    let other = SigningKey::generate().unwrap();
    assert_eq!(hears(Status::Applied, Status::Applied, true, &key).await.unwrap(), 1);
    let forged = [
        hears(Status::Refused, Status::Applied, true, &key).await,
        hears(Status::Applied, Status::Applied, false, &key).await,
        hears(Status::Applied, Status::Applied, true, &other).await,
    ];
    for heard in forged {
        assert!(matches!(heard, Err(RoundError::NotHeadquarters(_))), "{heard:?}");
    }
}

#[tokio::test]
async fn nobody_but_headquarters_has_a_device_emptied() {
    let key = SigningKey::generate().unwrap();
    let (_, request) = device(&key, "http://127.0.0.1:9");
    let signed = |by: &SigningKey, nonce: &str| Some(by.sign(&order_words(record().id, nonce)));
    let orders = [
        (None, false),
        (Some("00".repeat(64)), false),
        (signed(&SigningKey::generate().unwrap(), &request.nonce), false),
        // One that was given to it before, when it had been lost and was found again.
        (signed(&key, "another"), false),
        (signed(&key, &request.nonce), true),
    ];
    for (order, obeyed) in orders {
        let denial = Denial { code: REVOKED.into(), detail: "lost".into(), order };
        let (client, _) = device(&key, &says(403, serde_json::to_vec(&denial).unwrap()));
        match client.sync(&request).await {
            Err(RoundError::Denied(denial)) => assert!(obeyed && denial.code == REVOKED),
            Err(RoundError::NotHeadquarters(_)) => assert!(!obeyed),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn without_encryption_only_this_machine_is_spoken_to_unless_its_person_wants_that() {
    for here in ["http://127.0.0.1:7400", "http://localhost", "http://[::1]:7400", "http://127.9.9.9/x"] {
        assert!(is_this_machine(here), "{here}");
        assert!(Client::new(here, false).is_ok(), "{here}");
    }
    for elsewhere in [
        "http://192.168.1.9:7400",
        "http://hq.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "ftp://hq",
    ] {
        assert!(!is_this_machine(elsewhere), "{elsewhere}");
        assert!(matches!(Client::new(elsewhere, false), Err(RoundError::Plain(_))), "{elsewhere}");
    }
    assert!(Client::new("http://192.168.1.9:7400", true).is_ok());
    assert!(Client::new("https://hq.example.com", false).is_ok());
}
