//! What a question may cost, in steps of the engine and not in seconds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_demo::large;
use outpost_headquarters::{Headquarters, Stream};
use outpost_sync::protocol::{Frame, Pull};

const NOW: i64 = 1_790_000_000_000;
const RECORDS: usize = 6000;
const ROWS_PER_FRAME: usize = 100;
/// Hundreds of steps of SQLite that a part may take. The dearest takes between 20 and 30.
const PART_STEPS: u32 = 60;

/// A first answer of many parts: if each began by reading what was sent before, the last ones would cost as much as all.
#[test]
fn no_part_of_an_answer_costs_more_because_much_was_sent_before() {
    let hq = Headquarters::in_memory(None, ROWS_PER_FRAME).unwrap();
    let made = large(7, NOW, RECORDS);
    hq.store_records(&made.records).unwrap();
    let replica = made.replica(NOW);
    hq.store_records(&[replica.clone().into()]).unwrap();
    let part = |stream: Stream| {
        hq.writer().break_off_after(Some(PART_STEPS)).unwrap();
        let part = hq.part(stream);
        hq.writer().break_off_after(None).unwrap();
        part
    };
    // The first part tells besides what is sent first and how much there is.
    let mut last = hq.part(Stream::new(replica.id, &Pull::default(), NOW)).unwrap();
    let mut parts = 1;
    while let Some(stream) = last.next {
        let too_much = |error| panic!("part {parts} takes more than {PART_STEPS}00 steps: {error}");
        // Also where it goes on after a break, and everything is looked up anew.
        let Some(Frame::Rows { position, .. }) = last.frames.last() else { panic!("no position") };
        let pull = Pull { position: Some(position.clone()), ..Pull::default() };
        let resumed = part(Stream::new(replica.id, &pull, NOW)).unwrap_or_else(too_much);
        last = part(stream).unwrap_or_else(too_much);
        assert_eq!(format!("{:?}", resumed.frames), format!("{:?}", last.frames));
        parts += 1;
    }
    assert!(parts > RECORDS / ROWS_PER_FRAME / 2, "{parts} parts");
}
