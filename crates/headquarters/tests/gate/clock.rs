//! Clocks that are wrong: what they told is done as of when that was at headquarters, and a count stops no level.

use crate::company::*;
use outpost_domain::stock::{CountStock, IssueStock, Stand, StockLevel, level_id};
use outpost_domain::{Act, Command, Id, Quantity};
use outpost_sync::protocol::{Pushed, Status};
use uuid::Uuid;

/// A day after the shelf was filled.
const THEN: i64 = NOW + DAY;
const HOUR: i64 = 3_600_000;

fn count(counted: i64, counted_at: i64) -> CountStock {
    let counted = Quantity::from(counted);
    CountStock { part_id: id(PART), location_id: id(30 + SOUTH), counted, counted_at, after: None, note: String::new() }
}

fn issue(quantity: i64) -> IssueStock {
    let quantity = Quantity::from(quantity);
    IssueStock { part_id: id(PART), from_id: id(30 + SOUTH), quantity, note: String::new() }
}

/// A command of the South's clerk that their device says was given at a moment, standing on a commit.
fn told(occurred_at: i64, base_revision: i64, command: impl Into<Command>) -> Pushed {
    told_by(CLERK, occurred_at, base_revision, command)
}

fn told_by(who: u128, occurred_at: i64, base_revision: i64, command: impl Into<Command>) -> Pushed {
    let (name, command) = (Uuid::now_v7(), command.into());
    let (actor_id, replica_id, version) = (id(who), id(900 + who), command.version());
    let act = Act { id: name, actor_id, replica_id, occurred_at, requires: vec![], command };
    Pushed { id: name, seq: 0, version, base_revision, act: serde_json::to_string(&act).unwrap() }
}

impl Company {
    /// Takes a command from a device whose clock is ahead by so much.
    fn take(&self, pushed: Pushed, ahead_millis: i64, now: i64) -> Status {
        let record = self.record(CLERK);
        let outcomes = self.hq.receive_from(&record, &[pushed], (ahead_millis, 0), now).unwrap();
        outcomes[0].status
    }

    fn counted_at(&self) -> Option<i64> {
        let level: Id = level_id(id(PART), id(30 + SOUTH));
        self.hq.reader().get::<StockLevel>(level).unwrap().unwrap().counted_at
    }
}

#[test]
fn a_count_by_a_clock_that_is_ahead_stops_no_level() {
    for ahead in [HOUR, 3 * DAY, 31 * DAY, 4000 * DAY] {
        let company = Company::new();
        company.take(told(THEN + ahead, 0, count(7, THEN + ahead - 500)), ahead, THEN);
        // Of a clock that is wrong by ten years nothing is believed.
        let counted_at = if ahead > 3660 * DAY { THEN } else { THEN - 500 };
        assert_eq!((company.level(SOUTH), company.counted_at()), (Quantity::from(7), Some(counted_at)), "{ahead}");
        assert_eq!(company.take(told(THEN + 10, 0, issue(2)), 0, THEN + 10), Status::Applied);
        assert_eq!(company.level(SOUTH), Quantity::from(5));
        // And another count holds.
        company.take(told(THEN + 20, 0, count(9, THEN + 20)), 0, THEN + 20);
        assert_eq!(company.level(SOUTH), Quantity::from(9));
        assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
    }
}

#[test]
fn a_clock_that_was_put_right_before_it_was_heard_stops_no_level_either() {
    let company = Company::new();
    // Counted by a clock a day ahead; by the time that it is heard, the clock is right.
    company.take(told(THEN + DAY, 0, count(7, THEN + DAY)), 0, THEN);
    assert_eq!(company.counted_at(), Some(THEN));
    company.take(told(THEN + 10, 0, issue(2)), 0, THEN + 10);
    assert_eq!(company.level(SOUTH), Quantity::from(5));
}

#[test]
fn what_somebody_took_after_they_knew_of_a_count_is_taken() {
    let company = Company::new();
    company.take(told(THEN, 0, count(7, THEN)), 0, THEN);
    let known = company.hq.revision().unwrap();
    for (taken, behind, ahead_millis) in [(1, 2 * HOUR, -2 * HOUR), (2, 2 * HOUR, 0), (3, 500 * DAY, 0)] {
        company.take(told(THEN + 10 - behind, known, issue(1)), ahead_millis, THEN + 10);
        assert_eq!(company.level(SOUTH), Quantity::from(7 - taken), "{behind} {ahead_millis}");
    }
    // What was taken before anybody counted, and is heard of late, is in the count.
    company.take(told(THEN - HOUR, known - 1, issue(1)), 0, THEN + 10);
    assert_eq!(company.level(SOUTH), Quantity::from(4));
}

#[test]
fn a_count_of_long_ago_is_told_and_changes_nothing_that_is_older() {
    let company = Company::new();
    let before = company.level(SOUTH);
    company.take(told(THEN, 0, issue(3)), 0, THEN);
    for counted_at in [0, i64::MIN, THEN - 400 * DAY] {
        let now = THEN + 10;
        assert_eq!(company.take(told(now, 0, count(7, counted_at)), 0, now), Status::Adjusted, "{counted_at}");
        assert!(company.counted_at().unwrap() >= now - 31 * DAY);
        let at_once = company.hq.give(id(CLERK), Uuid::now_v7(), count(7, counted_at).into(), now).unwrap();
        assert_eq!(at_once.unwrap_err().details["field"], "counted_at");
    }
    // As of 31 days ago there were seven: what came and went since is added to that.
    assert_eq!((before, company.level(SOUTH)), (Quantity::of(10), Quantity::from(7 + 10 - 3)));
}

/// One device does one thing after the other, whatever its clock says in between.
#[test]
fn what_one_device_did_later_comes_later() {
    // What its clock told of each, before it was put right; the count says 10.
    let (count_at, take_at) = (|at: i64| told(at, 0, count(10, at)), |at: i64| told(at, 0, issue(2)));
    let stories = [
        // Counted by a clock an hour ahead, then it was put right, then two were taken.
        (vec![count_at(THEN + HOUR), take_at(THEN - 120_000)], 8),
        // Taken by a clock an hour ahead, then it was put right, then counted: they are in the count.
        (vec![take_at(THEN + HOUR), count_at(THEN - 120_000)], 10),
        // The same, counted a moment before it was confirmed.
        (vec![take_at(THEN + HOUR), told(THEN - 120_000, 0, count(10, THEN - 120_030))], 10),
        // Both by the clock that was ahead.
        (vec![take_at(THEN + HOUR), told(THEN + HOUR + 90, 0, count(10, THEN + HOUR + 60))], 10),
        // Counted, then the clock fell back by an hour, and two were taken.
        (vec![count_at(THEN - 600_000), take_at(THEN - HOUR)], 8),
    ];
    for (n, (story, level)) in stories.into_iter().enumerate() {
        for at_once in [true, false] {
            let company = Company::new();
            let record = company.record(CLERK);
            let story: Vec<Pushed> =
                story.iter().zip(1..).map(|(pushed, seq)| Pushed { seq, ..pushed.clone() }).collect();
            for part in story.chunks(if at_once { 2 } else { 1 }) {
                company.hq.receive_from(&record, part, (0, 0), THEN).unwrap();
            }
            assert_eq!(company.level(SOUTH), Quantity::from(level), "{n} {at_once}");
        }
    }
}

#[test]
fn a_clock_that_says_nothing_is_told_and_spoils_no_count() {
    for (occurred_at, ahead) in [(i64::MIN, i64::MIN), (i64::MAX, i64::MAX), (THEN + 30 * DAY, 0)] {
        let company = Company::new();
        assert_eq!(company.take(told(occurred_at, 0, count(7, occurred_at)), ahead, THEN), Status::Adjusted);
        assert_eq!((company.level(SOUTH), company.counted_at()), (Quantity::from(7), Some(THEN)), "{occurred_at}");
    }
}

/// By how much a clock was wrong that was put right before it was heard, nobody knows. What was counted was so after all that whoever
/// counted had been told: none of it is added again.
#[test]
fn a_count_by_a_slow_clock_adds_nothing_that_was_known() {
    let company = Company::new();
    company.take(told(THEN, 0, issue(3)), 0, THEN);
    let known = company.hq.revision().unwrap();
    let slow = THEN + 1000 - HOUR;
    company.take(told(slow, known, count(7, slow - 20)), 0, THEN + 1000);
    assert_eq!(company.level(SOUTH), Quantity::from(7));
}

#[test]
fn a_device_has_seen_what_it_said_that_it_holds() {
    let company = Company::new();
    company.take(told(THEN, 0, count(20, THEN)), 0, THEN);
    let (_, cursor) = company.pull(CLERK, None, THEN);
    company.pull(CLERK, Some(cursor), THEN);
    for (n, base_revision) in [(1, 0), (2, -5), (3, 1 << 62)] {
        let taken = Pushed { seq: n, ..told(THEN - 300_000, base_revision, issue(1)) };
        company.take(taken, 0, THEN + 10);
        assert_eq!(company.level(SOUTH), Quantity::from(20 - n), "{base_revision}");
    }
}

/// Whoever gives a command chooses its id, and could choose the one that an entry of the ledger is going to have.
#[test]
fn no_entry_of_the_ledger_is_written_over() {
    let company = Company::new();
    let late = told(THEN - 1000, 0, issue(5));
    let going_to = outpost_domain::derive(late.id, &format!("counted {}", id(30 + SOUTH)));
    let first = told(THEN - 2000, 0, issue(1));
    let first = Pushed { id: going_to, act: first.act.replace(&first.id.to_string(), &going_to.to_string()), ..first };
    assert_eq!(company.take(first, 0, THEN), Status::Applied);
    company.take(told(THEN, 0, count(9, THEN)), 0, THEN);
    assert_eq!(company.take(late, 0, THEN + 1), Status::Applied);
    assert_eq!(company.level(SOUTH), Quantity::from(9));
    assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
}

/// Headquarters' own clock may be wrong, and be put right: what was done by who knew of a count is done after it.
#[test]
fn a_count_by_headquarters_clock_that_was_ahead_stops_no_level() {
    for ahead in [60_000, HOUR, 800 * DAY] {
        let company = Company::new();
        // Counted by a right clock, which headquarters measured as slow.
        company.take(told(THEN, 0, count(10, THEN)), -ahead, THEN + ahead);
        let known = company.hq.revision().unwrap();
        assert_eq!(company.take(told(THEN + 10, known, issue(2)), 0, THEN + 10), Status::Applied, "{ahead}");
        assert_eq!(company.level(SOUTH), Quantity::from(8), "{ahead}");
        let known = company.hq.revision().unwrap();
        company.take(told(THEN + 20, known, count(5, THEN + 20)), 0, THEN + 20);
        assert_eq!(company.level(SOUTH), Quantity::from(5), "{ahead}");
        // And at the console.
        let given = company.hq.give(id(CLERK), Uuid::now_v7(), issue(1).into(), THEN + 30).unwrap();
        assert!(given.is_ok());
        assert_eq!(company.level(SOUTH), Quantity::from(4), "{ahead}");
    }
}

/// Taken by a clock that is ahead, which was put right before somebody began to count; the use is heard of in between.
#[test]
fn a_count_that_was_begun_after_a_clock_was_put_right_has_what_was_taken_before() {
    let company = Company::new();
    let record = company.record(CLERK);
    let story = [told(THEN + HOUR, 0, issue(2)), told(THEN + 600, 0, count(8, THEN - 300))];
    for (seq, pushed) in (1..).zip(story) {
        company.hq.receive_from(&record, &[Pushed { seq, ..pushed }], (0, 0), THEN + seq * 300).unwrap();
    }
    assert_eq!(company.level(SOUTH), Quantity::from(8));
}

/// Whoever counts and uses something meanwhile has used it since they counted, and whoever used something before has counted without
/// it, whatever the clock was when they did: it may be put right before it is confirmed, or before anybody hears of it. What they knew
/// of is in the count as well.
#[test]
fn what_one_device_took_while_it_counted_is_taken_from_the_count() {
    // How far the clock was ahead when the count began, when two were taken, when the count was confirmed, and when it was heard of.
    let right_before_sync: fn(i64) -> [i64; 4] = |off| [off, off, off, 0];
    let right_before_confirming: fn(i64) -> [i64; 4] = |off| [off, off, 0, 0];
    let wrong_when_sent: fn(i64) -> [i64; 4] = |off| [0, 0, 0, off];
    let all_along: fn(i64) -> [i64; 4] = |off| [off, off, off, off];
    let clocks = [right_before_sync, right_before_confirming, wrong_when_sent, all_along];
    let offs = [0, 20_000, -20_000, HOUR, -HOUR, 12 * HOUR, -12 * HOUR, 4000 * DAY];
    for (clock, off) in clocks.into_iter().flat_map(|clock| offs.map(|off| (clock, off))) {
        let [begun, taken, confirmed, heard] = clock(off);
        for ((taken_at, level), at_once) in [(1500, 8), (500, 10)].into_iter().flat_map(|it| [(it, true), (it, false)])
        {
            let company = Company::new();
            let record = company.record(CLERK);
            // They knew of this.
            company.take(told(THEN, 0, issue(3)), 0, THEN);
            let base = company.hq.revision().unwrap();
            let story = [
                told(THEN + taken_at + taken, base, issue(2)),
                told(THEN + 3000 + confirmed, base, count(10, THEN + 1000 + begun)),
            ];
            let story: Vec<Pushed> = story.into_iter().zip(1..).map(|(pushed, seq)| Pushed { seq, ..pushed }).collect();
            for part in story.chunks(if at_once { 2 } else { 1 }) {
                company.hq.receive_from(&record, part, (heard, 0), THEN + 4000).unwrap();
            }
            let case = format!("{:?} {taken_at} {at_once}", clock(off));
            assert_eq!(company.level(SOUTH), Quantity::from(level), "{case}");
            // And whoever knows of it takes one more.
            let known = company.hq.revision().unwrap();
            company.take(told(THEN + 4001, known, issue(1)), 0, THEN + 4001);
            assert_eq!(company.level(SOUTH), Quantity::from(level - 1), "{case}");
        }
    }
}

/// A clock of headquarters that was ahead, and put right: what is counted at the console then was counted after that.
#[test]
fn a_count_at_the_console_after_its_clock_was_put_right_counts() {
    let company = Company::new();
    let at_console = |counted: i64, now: i64| {
        let given = company.hq.give(id(CLERK), Uuid::now_v7(), count(counted, now - 20).into(), now).unwrap();
        assert!(given.is_ok());
        company.level(SOUTH)
    };
    assert_eq!(at_console(7, THEN + HOUR), Quantity::from(7));
    assert_eq!(at_console(5, THEN + 1000), Quantity::from(5));
    assert_eq!(at_console(4, THEN + 2000), Quantity::from(4));
}

/// The same where the count says after what it was made: whatever any clock says at any moment.
#[test]
fn a_count_that_says_after_what_it_was_made_is_moved_by_no_clock() {
    let offs = [0, 20_000, HOUR, -HOUR];
    let all = |n: usize| [n / 64, n / 16 % 4, n / 4 % 4, n % 4].map(|which| offs[which]);
    for [begun, taken, confirmed, heard] in (0..256).map(all) {
        // Two were taken after they had begun to count, or before; the page says that they were counted no earlier than the level.
        for (seq, level, clamped) in [(0, 8, false), (0, 8, true), (1, 10, false), (1, 10, true)] {
            let company = Company::new();
            let record = company.record(CLERK);
            company.take(told(THEN, 0, issue(3)), 0, THEN);
            let base = company.hq.revision().unwrap();
            let by_clock = THEN + 1000 + begun;
            let counted_at = if clamped { by_clock.max(THEN) } else { by_clock };
            let after = Some(Stand { revision: base, seq });
            let story = [
                told(THEN + 1000 + taken, base, issue(2)),
                told(THEN + 3000 + confirmed, base, CountStock { after, ..count(10, counted_at) }),
            ];
            let story: Vec<Pushed> = (1..).zip(story).map(|(seq, pushed)| Pushed { seq, ..pushed }).collect();
            company.hq.receive_from(&record, &story, (heard, 0), THEN + 4000).unwrap();
            let case = format!("{begun} {taken} {confirmed} {heard} {seq} {clamped}");
            assert_eq!(company.level(SOUTH), Quantity::from(level), "{case}");
            let known = company.hq.revision().unwrap();
            company.take(told(THEN + 4001, known, issue(1)), 0, THEN + 4001);
            assert_eq!(company.level(SOUTH), Quantity::from(level - 1), "{case}");
        }
    }
}

/// At the console too, also while commits lie ahead of headquarters' clock.
#[test]
fn what_somebody_issued_at_the_console_while_they_counted_is_taken_from_the_count() {
    for (begun, moved, confirmed) in
        [(0, 0, 0), (0, 0, -HOUR), (-HOUR, -HOUR, -HOUR), (-60_000, -60_000, -60_000), (0, HOUR, 0)]
    {
        let company = Company::new();
        let give = |command: Command, now: i64| {
            company.hq.give(id(CLERK), Uuid::now_v7(), command, now).unwrap().unwrap();
        };
        give(issue(3).into(), THEN);
        let after = Some(Stand { revision: company.hq.revision().unwrap(), seq: 0 });
        let counted_at = THEN + 1000 + begun;
        give(issue(1).into(), THEN + 2000 + moved);
        give(CountStock { after, ..count(5, counted_at) }.into(), THEN + 3000 + confirmed);
        assert_eq!(company.level(SOUTH), Quantity::from(4), "{begun} {moved} {confirmed}");
        // What was issued before is in the count.
        let after = Some(Stand { revision: company.hq.revision().unwrap(), seq: 0 });
        give(CountStock { after, ..count(9, THEN + 3500 + begun) }.into(), THEN + 4000 + confirmed);
        assert_eq!(company.level(SOUTH), Quantity::from(9), "{begun} {moved} {confirmed}");
    }
}

/// A device knows whether it had heard of a restore when it did something, whatever its clock says.
#[test]
fn an_intent_of_before_a_restore_is_held_whatever_its_clock_says() {
    let company = Company::new();
    company.hq.begin_epoch().unwrap();
    let now = 1_900_000_000_000;
    let record = company.record(BOSS);
    let claim = |seq: i64| {
        let command = outpost_domain::ticket::CancelTicket { ticket_id: id(7777), reason: "called off".into() };
        Pushed { seq, ..told_by(BOSS, now + HOUR, 0, command) }
    };
    let take = |seq: i64| company.hq.receive_from(&record, &[claim(seq)], (0, 1), now).unwrap()[0].status;
    assert_eq!([take(1), take(2)], [Status::Held, Status::Refused]);
}

/// A ticket that comes back was opened when headquarters had said so, whatever the clock says of the device that brings it.
#[test]
fn a_ticket_comes_back_as_of_when_it_was_opened_by_whatever_clock() {
    use outpost_domain::ticket::{AddNote, OpenTicket, Ticket};
    for off in [-3 * DAY, -2 * HOUR, 0, 2 * HOUR] {
        let company = Company::new();
        company.hq.begin_epoch().unwrap();
        let (opened_at, record) = (1_790_000_000_000, company.record(CHEN));
        let again = OpenTicket { number: "HQ-0007".into(), again: true, ..an_open(SOUTH) };
        let open = Pushed { seq: 1, ..told_by(CHEN, opened_at, 0, again) };
        let note = AddNote { ticket_id: open.id, text: "there".into() };
        let note = Pushed { seq: 2, ..told_by(CHEN, opened_at + 60_000 + off, 0, note) };
        company.hq.receive_from(&record, &[open.clone(), note], (off, 2), opened_at + 120_000).unwrap();
        assert_eq!(company.hq.reader().get::<Ticket>(open.id).unwrap().unwrap().opened_at, opened_at, "{off}");
    }
}

/// Whoever says after what they counted may say nonsense: it helps them to nothing that the clock could not have said.
#[test]
fn a_count_after_what_never_was_is_a_count_by_its_clock() {
    for (revision, seq) in [(i64::MIN, i64::MIN), (i64::MAX, i64::MAX), (-1, i64::MAX), (i64::MAX, 0)] {
        let company = Company::new();
        let record = company.record(CLERK);
        let after = Some(Stand { revision, seq });
        let counted = CountStock { after, ..count(7, THEN) };
        let story = [told(THEN - 100, 0, issue(1)), told(THEN + 50, 0, counted.clone()), told(THEN + 60, 0, issue(2))];
        let story: Vec<Pushed> = (1..).zip(story).map(|(seq, pushed)| Pushed { seq, ..pushed }).collect();
        company.hq.receive_from(&record, &story, (0, i64::MAX), THEN + 70).unwrap();
        assert_eq!(company.level(SOUTH), Quantity::from(if seq <= 0 { 4 } else { 5 }), "{revision} {seq}");
        company.hq.give(id(CLERK), Uuid::now_v7(), counted.into(), THEN + 80).unwrap().unwrap();
        assert_eq!(company.hq.check().unwrap().findings, Vec::<String>::new());
    }
}
