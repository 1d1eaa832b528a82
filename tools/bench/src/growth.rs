//! How what a round takes grows with what a device holds.

use crate::memory;
use crate::series::Series;
use crate::sync::Both;
use anyhow::{Result, bail};
use outpost_domain::ticket::Ticket;
use outpost_headquarters::Storage;
use std::time::Instant;

/// How many records change in the round that brings changes.
const CHANGED: usize = 100;
/// How many times the small things are done.
const TIMES: usize = 50;
/// How steeply a device's memory may grow from the last size but one to the last: hardly.
const MEMORY_SLOPE: f64 = 0.2;

/// What each thing took with so many records, in milliseconds.
struct Taken {
    rows: usize,
    millis: [f64; 5],
    /// The most memory that a device took while it was filled, in megabytes.
    megabytes: f64,
}

const THINGS: [&str; 5] = [
    "first sync",
    "a round with nothing to do",
    "a round with 100 changed records",
    "a note on the device",
    "100 notes going up",
];

/// Prints the figures for 1,000, 10,000… records, and how each grows: with slope 0 it stays as it is, with 1 it doubles
/// with twice the records.
///
/// # Errors
/// When something could not be measured.
pub fn run(most: usize) -> Result<()> {
    let sizes = std::iter::successors(Some(1000), |size| Some(size * 10)).take_while(|size| *size <= most);
    let taken = sizes.map(measure).collect::<Result<Vec<Taken>>>()?;
    let (Some(first), Some(last)) = (taken.first(), taken.last()) else {
        bail!("fewer than 1,000 records say nothing")
    };
    print!("{:36}", "milliseconds; records on the device");
    taken.iter().for_each(|taken| print!(" {:>10}", taken.rows));
    println!(" {:>8}", "slope");
    for (n, thing) in THINGS.iter().enumerate() {
        print!("{thing:36}");
        taken.iter().for_each(|taken| print!(" {:>10.2}", taken.millis[n]));
        println!(" {:>8.2}", slope(first, last, |taken| taken.millis[n]));
    }
    print!("{:36}", "megabytes while a device is filled");
    taken.iter().for_each(|taken| print!(" {:>10.1}", taken.megabytes));
    let before = taken.get(taken.len().saturating_sub(2)).unwrap_or(first);
    let grows = if taken.len() > 2 { slope(before, last, |taken| taken.megabytes) } else { 0.0 };
    println!(" {:>8.2}   {grows:.2} at the end, limit {MEMORY_SLOPE}", slope(first, last, |taken| taken.megabytes));
    if grows > MEMORY_SLOPE { bail!("the memory of a device grows with what it holds") } else { Ok(()) }
}

/// How steeply something grows from one size to another.
fn slope(from: &Taken, to: &Taken, what: impl Fn(&Taken) -> f64) -> f64 {
    (what(to) / what(from)).ln() / (to.rows as f64 / from.rows as f64).ln()
}

fn measure(records: usize) -> Result<Taken> {
    let home = tempfile::tempdir()?;
    let place = Storage::new(&home.path().join("hq"), None)?;
    let both = Both::prepare(home.path(), &place, "main", records)?;
    let other = place.open("main", "Large")?;
    let bytes = memory::of_first_sync(other, both.user.id, &home.path().join("other"))?;
    let millis = |begun: Instant| begun.elapsed().as_secs_f64() * 1000.0;
    let begun = Instant::now();
    let rows = both.round()?.rows;
    let first = millis(begun);
    let quiet = Series::of(TIMES, |_| both.round().map(drop))?.percentile(50);

    let mut tickets: Vec<Ticket> = both.replica.store().select("ORDER BY id LIMIT $1", &[&(CHANGED as i64)])?;
    let mut changed = Vec::new();
    for n in 0..5 {
        tickets.iter_mut().for_each(|ticket| ticket.reason = format!("changed {n}"));
        both.headquarters.store_records(&tickets.iter().cloned().map(Into::into).collect::<Vec<_>>())?;
        let begun = Instant::now();
        both.round()?;
        changed.push(begun.elapsed());
    }
    let note = Series::of(TIMES, |n| both.note(&tickets[n % tickets.len()], n))?;
    both.round()?;
    both.work(0, CHANGED, 1)?;
    let begun = Instant::now();
    both.round()?;
    let millis = [first, quiet, Series::from(changed).percentile(50), note.percentile(50), millis(begun)];
    Ok(Taken { rows, millis, megabytes: bytes as f64 / 1e6 })
}
