//! What a question may cost, in steps of the engine and not in seconds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_demo::large;
use outpost_headquarters::{Headquarters, Stream};
use outpost_sync::protocol::Pull;

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
    // The first part tells besides what is sent first and how much there is.
    let mut next = hq.part(Stream::new(replica.id, &Pull::default())).unwrap().next;
    let mut parts = 1;
    while let Some(stream) = next {
        hq.writer().break_off_after(Some(PART_STEPS)).unwrap();
        let part = hq.part(stream);
        hq.writer().break_off_after(None).unwrap();
        next = part.unwrap_or_else(|error| panic!("part {parts} takes more than {PART_STEPS}00 steps: {error}")).next;
        parts += 1;
    }
    assert!(parts > RECORDS / ROWS_PER_FRAME / 2, "{parts} parts");
}
