//! What arrives is measured before it is believed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_domain::person::Region;
use outpost_domain::{AnyRecord, Id};
use outpost_sync::image::image;
use outpost_sync::protocol::{Frame, Row, Status, SyncRequest};
use outpost_sync::wire::{Form, Frames, MESSAGE_BYTES, PACKED_BYTES};

fn rows() -> Frame {
    let region: AnyRecord =
        Region { id: Id::from_u128(7), name: "北区".into(), name_en: "North".into(), parent_id: None }.into();
    let row = Row { kind: "region".into(), image: image(&region).unwrap() };
    Frame::Rows { rows: vec![row; 50], position: "{}".into() }
}

fn taken(bytes: &[u8]) -> Result<Option<Frame>, outpost_sync::NotUnderstood> {
    let mut frames = Frames::default();
    frames.push(bytes);
    frames.take()
}

#[test]
fn frames_come_back_however_they_are_cut() {
    let stream: Vec<u8> =
        [rows(), Frame::Usable, rows()].iter().flat_map(|frame| Form::Compact.write_frame(frame).unwrap()).collect();
    for size in [1, 2, 3, 7, 100, stream.len()] {
        let mut frames = Frames::default();
        let mut came = Vec::new();
        for piece in stream.chunks(size) {
            frames.push(piece);
            while let Some(frame) = frames.take::<Frame>().unwrap() {
                came.push(frame);
            }
        }
        assert_eq!(came, [rows(), Frame::Usable, rows()]);
        assert!(!frames.is_amid());
    }
}

#[test]
fn half_a_frame_is_waited_for_and_never_read() {
    let whole = Form::Compact.write_frame(&rows()).unwrap();
    for cut in 0..whole.len() {
        assert_eq!(taken(&whole[..cut]).unwrap(), None, "{cut}");
    }
}

#[test]
fn a_flipped_byte_is_an_error_or_another_frame_and_never_a_panic() {
    let whole = Form::Compact.write_frame(&rows()).unwrap();
    for place in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[place] ^= 1 << bit;
            let _ = taken(&bytes);
        }
    }
}

#[test]
fn a_bomb_is_not_unpacked() {
    let bomb = zstd::bulk::compress(&vec![0; 4 * MESSAGE_BYTES], 1).unwrap();
    assert!(bomb.len() < 10_000);
    let framed: Vec<u8> = (bomb.len() as u32).to_be_bytes().into_iter().chain(bomb.iter().copied()).collect();
    assert!(taken(&framed).unwrap_err().to_string().contains("longer than"));
    assert!(Form::Compact.read::<SyncRequest>(&bomb).is_err());
    let long = u32::try_from(PACKED_BYTES).unwrap() + 1;
    assert!(taken(&long.to_be_bytes()).is_err(), "a length that nobody waits for");
}

#[test]
fn what_is_deep_or_claims_to_be_long_is_an_error() {
    // Ten thousand arrays in one another; an array, a map and a text that claim to have 2^60 members.
    let deep = vec![0x81; 10_000];
    let long = |kind: u8| [[kind].as_slice(), (1_u64 << 60).to_be_bytes().as_slice()].concat();
    for plain in [deep, long(0x9b), long(0xbb), long(0x7b), long(0x5b), vec![0xff], Vec::new()] {
        let packed = zstd::bulk::compress(&plain, 1).unwrap();
        assert!(Form::Compact.read::<Frame>(&packed).is_err());
        assert!(Form::Compact.read::<SyncRequest>(&packed).is_err());
    }
}

#[test]
fn curious_people_read_fields_and_ids_as_text() {
    let line = String::from_utf8(Form::Json.write_frame(&rows()).unwrap()).unwrap();
    assert!(line.ends_with('\n'));
    let frame: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(frame["rows"]["rows"][0]["image"]["name"], "北区");
    assert_eq!(frame["rows"]["rows"][0]["image"]["id"], Id::from_u128(7).to_string());
}

#[test]
fn what_became_of_a_command_has_the_same_name_wherever_it_is_written() {
    for status in [Status::Applied, Status::Adjusted, Status::Refused, Status::Held, Status::Quarantined] {
        assert_eq!(serde_json::to_value(status).unwrap(), status.name());
    }
}
