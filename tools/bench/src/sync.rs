//! A round between one device and headquarters, in one process, through the bytes that travel, without HTTP.
//! Headquarters is SQLite in a folder, or a tenant of a PostgreSQL server of its own.

use crate::baseline::{raw_inserts, same_rows};
use crate::series::{Series, Turns};
use anyhow::{Context, Result, anyhow, bail};
use outpost_app::now;
use outpost_cluster::{Cluster, Disk};
use outpost_demo::large;
use outpost_domain::Id;
use outpost_domain::person::{Replica as ReplicaRecord, User};
use outpost_domain::ticket::{AddNote, Ticket};
use outpost_headquarters::{Headquarters, Storage};
use outpost_store::Key;
use outpost_sync::protocol::{COMMANDS_PER_REQUEST, Frame, Pushed, SyncRequest};
use outpost_sync::wire::{Form, Frames};
use outpost_sync::{Given, Identity, Replica};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// What the device is encrypted with, and so is the database that it is measured against.
pub(crate) const KEY: Key = Key::new([7; 32]);
/// As many frames as the app takes at once at most, and as many as a fast line holds.
const FRAMES_AT_ONCE: usize = 16;
const FRAMES_UNDER_WAY: usize = 16;
const WAITING: usize = 1000;
/// Devices that have their first sync while its pace is measured.
const DEVICES: usize = 5;
/// Commands that are taken while their pace is measured: enough that it is the pace of a day and not of the first moment.
const TAKEN: usize = 20_000;
/// Of these, how many are about one ticket before the next one's turn comes, as a person works.
pub(crate) const ON_ONE_TICKET: usize = 10;
pub(crate) const BATCH: usize = 100;

/// Limits of the table at the end of the plan for sync.
const FIRST_SHARE: f64 = 0.6;
const UPLOAD_SHARE: f64 = 0.7;
const UPLOAD_PER_SECOND: f64 = 2000.0;
const REBASE_MILLIS: f64 = 300.0;
const FIRST_SECONDS: f64 = 5.0;
const ROW_BYTES: f64 = 120.0;
const QUIET_BYTES: f64 = 1024.0;

pub(crate) struct Both {
    pub(crate) headquarters: Headquarters,
    pub(crate) replica: Replica,
    pub(crate) record: ReplicaRecord,
    pub(crate) user: User,
    engineer_id: Id,
}

/// What a round took.
#[derive(Default)]
pub(crate) struct Round {
    pub(crate) rows: usize,
    down: usize,
    up: usize,
    requests: usize,
    at_headquarters: Duration,
    receiving: Duration,
    on_device: Duration,
    /// From its beginning until today's visits could be worked on.
    usable: Option<Duration>,
    settling: Duration,
}

/// Prints the figures.
///
/// # Errors
/// When something could not be measured; a figure that is missed is printed, and fails the run at its end.
pub fn run(records: usize, postgres: bool) -> Result<()> {
    let home = tempfile::tempdir()?;
    let cluster = postgres.then(|| Cluster::start(Disk::Waited)).transpose()?;
    let address = cluster.as_ref().map(|cluster| cluster.socket("postgres"));
    let engine = if postgres { "PostgreSQL" } else { "SQLite" };
    let storage = Storage::new(&home.path().join("hq"), address.as_deref())?;
    let mut both = Both::prepare(home.path(), &storage, "main", records)?;
    println!("one device, and headquarters on {engine}, {records} records, every commit safe on the disk");
    let mut missed = 0;

    let (turns, first) = both.first_rounds(home.path())?;
    println!("baseline: SQLite inserts the same rows        {:9.0} rows/s", turns.baseline());
    missed += judge("first sync", turns.ours(), "rows/s", turns.share(), FIRST_SHARE, turns.share() >= FIRST_SHARE);
    println!(
        "  at headquarters {:.2} s, on the device {:.2} s, {} rows",
        first.at_headquarters.as_secs_f64(),
        first.on_device.as_secs_f64(),
        first.rows
    );
    let usable = first.usable.context("today's visits never came")?.as_secs_f64();
    println!("  today's visits can be worked on after         {usable:9.3} s");
    let all = first.rows as f64 / turns.ours();
    missed += judge("  all is there after", all, "s", all, FIRST_SECONDS, all <= FIRST_SECONDS);
    let bytes = first.down as f64 / first.rows as f64;
    missed += judge("a row on the wire", bytes, "bytes", bytes, ROW_BYTES, bytes <= ROW_BYTES);

    let quiet = Series::of(50, |_| both.round().map(drop))?;
    let round = both.round()?;
    let bytes = (round.up + round.down) as f64;
    println!("a round with nothing to do                    {} ms", quiet.columns());
    missed += judge(
        "  on the wire, both ways",
        bytes,
        "bytes",
        bytes,
        QUIET_BYTES,
        bytes <= QUIET_BYTES && round.requests == 1,
    );

    let raw = both.copy(home.path(), &storage)?;
    // Both begin with an empty journal, and with nothing of the database in memory.
    let both = Both { headquarters: reopened(both.headquarters, &storage, "main")?, ..both };
    let raw = reopened(raw, &storage, "raw")?;
    let (turns, bytes) = both.taken(&raw)?;
    let taken = turns.ours();
    println!("baseline: {engine:10} commits the same new rows {:9.0} commands/s", turns.baseline());
    missed += judge("commands taken", taken, "commands/s", taken, UPLOAD_PER_SECOND, taken >= UPLOAD_PER_SECOND);
    let share = turns.share();
    missed += judge("  of the baseline", share, "", share, UPLOAD_SHARE, share >= UPLOAD_SHARE);
    println!("  bytes for each command on the wire            {bytes:9.1}");
    let rebase = both.rebase()?.as_secs_f64() * 1000.0;
    let what = format!("{WAITING} commands done again on {WAITING} changed rows");
    missed += judge(&what, rebase, "ms", rebase, REBASE_MILLIS, rebase <= REBASE_MILLIS);
    if missed > 0 { bail!("{missed} figures were missed") } else { Ok(()) }
}

fn reopened(headquarters: Headquarters, storage: &Storage, tenant: &str) -> Result<Headquarters> {
    drop(headquarters);
    Ok(storage.open(tenant, "Large")?)
}

/// A device that has nothing yet.
fn fresh(folder: &Path, record: &ReplicaRecord) -> Result<Replica> {
    let replica = Replica::open(folder, &KEY)?;
    replica.enrol(&Identity::alone("http://127.0.0.1:9", "Large", record.clone()))?;
    Ok(replica)
}

fn written(frames: &[Frame]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for frame in frames {
        bytes.extend(Form::Compact.write_frame(frame)?);
    }
    Ok(bytes)
}

fn frames_of(bytes: &[u8]) -> Result<Vec<Frame>> {
    let (mut line, mut frames) = (Frames::default(), Vec::new());
    line.push(bytes);
    while let Some(frame) = line.take()? {
        frames.push(frame);
    }
    Ok(frames)
}

fn judge(what: &str, figure: f64, unit: &str, against: f64, limit: f64, kept: bool) -> u32 {
    let word = if kept { "ok" } else { "MISSED" };
    println!("{what:45} {figure:9.1} {unit}  ({against:.2}, limit {limit}): {word}");
    u32::from(!kept)
}

impl Both {
    /// A company of so many records and one device that has none of them yet.
    pub(crate) fn prepare(home: &Path, storage: &Storage, tenant: &str, records: usize) -> Result<Both> {
        let made = large(7, now(), records);
        let headquarters = storage.open(tenant, "Large")?;
        headquarters.store_records(&made.records)?;
        let engineer_id = made.engineer_id;
        let record = made.replica(now());
        headquarters.store_records(&[record.clone().into()])?;
        let replica = fresh(&home.join("replica"), &record)?;
        let user = headquarters.reader().get::<User>(engineer_id)?.context("the engineer is missing")?;
        Ok(Both { headquarters, replica, record, user, engineer_id })
    }

    /// First syncs beside what the engine alone would insert, each of a device that has nothing yet; and the last of them.
    fn first_rounds(&mut self, home: &Path) -> Result<(Turns, Round)> {
        let (mut turns, mut last) = (Turns::default(), Round::default());
        for n in 0..DEVICES {
            let folder = home.join(format!("device-{n}"));
            self.replica = fresh(&folder, &self.record)?;
            let begun = Instant::now();
            last = self.first_round()?;
            let taken = begun.elapsed();
            turns.add(last.rows, raw_inserts(&folder)?, taken);
        }
        Ok((turns, last))
    }

    /// Commands that are taken, beside what the engine alone would need for what they led to: request by request as a device
    /// sends them that comes back after weeks. And the bytes of each on the wire.
    fn taken(&self, raw: &Headquarters) -> Result<(Turns, f64)> {
        self.work(0, TAKEN, ON_ONE_TICKET)?;
        let waiting: Vec<Pushed> = self.replica.pending(TAKEN)?.iter().map(Pushed::from).collect();
        let (mut turns, mut bytes) = (Turns::default(), 0);
        for commands in waiting.chunks(COMMANDS_PER_REQUEST) {
            let request = SyncRequest { commands: commands.to_vec(), pull: None, ..self.replica.request(now())? };
            let request = Form::Compact.write(&request)?;
            bytes += request.len();
            let since = self.headquarters.revision()?;
            let last = self.headquarters.reader().number("SELECT max(seq) FROM command", &[])?;
            let begun = Instant::now();
            let request = Form::Compact.read(&request)?;
            self.headquarters.answer(&self.record, &self.user, &request, now())?;
            let ours = begun.elapsed();
            turns.add(commands.len(), same_rows(&self.headquarters, raw, since, last, commands.len())?, ours);
        }
        // The device hears of it.
        self.round()?;
        Ok((turns, bytes as f64 / TAKEN as f64))
    }

    /// Another tenant that holds what headquarters holds.
    fn copy(&self, home: &Path, storage: &Storage) -> Result<Headquarters> {
        let backup = home.join("backup");
        self.headquarters.backup(&mut std::fs::File::create(&backup)?)?;
        let copy = storage.open("raw", "Raw")?;
        copy.restore(&mut std::fs::File::open(&backup)?)?;
        Ok(copy)
    }

    /// Requests until the device wants no more.
    pub(crate) fn round(&self) -> Result<Round> {
        let mut round = Round::default();
        loop {
            let begun = Instant::now();
            let request = Form::Compact.write(&self.replica.request(now())?)?;
            round.on_device += begun.elapsed();
            round.up += request.len();
            round.requests += 1;
            let begun = Instant::now();
            let request = Form::Compact.read(&request)?;
            let (frames, mut next) = self.headquarters.answer(&self.record, &self.user, &request, now())?;
            round.receiving += begun.elapsed();
            self.take(&frames, &mut round)?;
            while let Some(stream) = next {
                let begun = Instant::now();
                let part = self.headquarters.part(stream)?;
                round.at_headquarters += begun.elapsed();
                self.take(&part.frames, &mut round)?;
                next = part.next;
            }
            if !self.replica.wants_more()? {
                return Ok(round);
            }
        }
    }

    fn take(&self, frames: &[Frame], round: &mut Round) -> Result<()> {
        let begun = Instant::now();
        let bytes = written(frames)?;
        round.at_headquarters += begun.elapsed();
        self.arrived(&bytes, round)
    }

    /// What a device does with bytes that hold whole frames.
    fn arrived(&self, bytes: &[u8], round: &mut Round) -> Result<()> {
        round.down += bytes.len();
        let begun = Instant::now();
        let frames = frames_of(bytes)?;
        round.on_device += begun.elapsed();
        self.absorb(&frames, round)
    }

    fn absorb(&self, frames: &[Frame], round: &mut Round) -> Result<()> {
        let begun = Instant::now();
        for frame in frames {
            if let Frame::Rows { rows, .. } = frame {
                round.rows += rows.len();
            }
        }
        self.replica.absorb(frames, now(), now())?;
        round.on_device += begun.elapsed();
        if matches!(frames.last(), Some(Frame::End { .. })) {
            round.settling += begun.elapsed();
        }
        Ok(())
    }

    /// The first round of a device, with headquarters on a thread of its own, as it is on a machine of its own: it sends
    /// what comes next while the device takes what came. The device reads its line on a thread of its own as well, as the
    /// app does.
    fn first_round(&self) -> Result<Round> {
        let begun = Instant::now();
        let (mut round, (line, arriving)) = (Round::default(), sync_channel(FRAMES_UNDER_WAY));
        let (read, waiting) = sync_channel(FRAMES_UNDER_WAY);
        let request = Form::Compact.write(&self.replica.request(now())?)?;
        let (headquarters, record, user) = (&self.headquarters, &self.record, &self.user);
        std::thread::scope(|scope| {
            let sending = scope.spawn(move || -> Result<Duration> {
                let (mut busy, mut begun) = (Duration::ZERO, Instant::now());
                let (mut frames, mut next) =
                    headquarters.answer(record, user, &Form::Compact.read(&request)?, now())?;
                loop {
                    for frame in &frames {
                        let bytes = written(std::slice::from_ref(frame))?;
                        busy += begun.elapsed();
                        // Nobody takes it any more when the device has failed, which says why.
                        if line.send(bytes).is_err() {
                            return Ok(busy);
                        }
                        begun = Instant::now();
                    }
                    let Some(stream) = next else { return Ok(busy) };
                    let part = headquarters.part(stream)?;
                    (frames, next) = (part.frames, part.next);
                }
            });
            let reading = scope.spawn(move || -> Result<usize> {
                let mut down = 0;
                for bytes in arriving {
                    down += bytes.len();
                    for frame in frames_of(&bytes)? {
                        if read.send(frame).is_err() {
                            return Ok(down);
                        }
                    }
                }
                Ok(down)
            });
            // Ended with this, so that nobody waits for a device that has failed.
            let waiting = waiting;
            while let Ok(first) = waiting.recv() {
                let frames: Vec<Frame> =
                    std::iter::once(first).chain(waiting.try_iter().take(FRAMES_AT_ONCE - 1)).collect();
                self.absorb(&frames, &mut round)?;
                if round.usable.is_none() && self.replica.is_usable()? {
                    round.usable = Some(begun.elapsed());
                }
            }
            round.down = reading.join().map_err(|_| anyhow!("the device does not read any more"))??;
            round.at_headquarters = sending.join().map_err(|_| anyhow!("headquarters fell over"))??;
            Ok(round)
        })
    }

    /// As many notes, so many in a row on each of the tickets, from one of them on and again from the first.
    pub(crate) fn work(&self, from: usize, times: usize, on_each: usize) -> Result<()> {
        let tickets = self.tickets()?;
        let tickets = tickets.iter().cycle().skip(from).flat_map(|ticket| std::iter::repeat_n(ticket, on_each));
        tickets.take(times).enumerate().try_for_each(|(n, ticket)| self.note(ticket, n))
    }

    /// One note on a ticket.
    pub(crate) fn note(&self, ticket: &Ticket, n: usize) -> Result<()> {
        let note = AddNote { ticket_id: ticket.id, text: format!("note {n}") };
        match self.replica.give(uuid::Uuid::now_v7(), now(), note.into())? {
            Given::Saved { .. } => Ok(()),
            Given::Refused(refusal) => bail!("{refusal}"),
        }
    }

    fn tickets(&self) -> Result<Vec<Ticket>> {
        Ok(self.replica.store().select("ORDER BY id LIMIT $1", &[&(WAITING as i64)])?)
    }

    /// How long it takes to settle when everything that waits rests on something that changed.
    fn rebase(&self) -> Result<Duration> {
        let mut tickets = self.tickets()?;
        self.work(0, WAITING, 1)?;
        for ticket in &mut tickets {
            ticket.reason = "changed meanwhile".to_owned();
        }
        let changed: Vec<_> = tickets.into_iter().map(Into::into).collect();
        self.headquarters.store_records(&changed)?;
        // The commands themselves do not arrive yet: all of them are done again.
        let mut request = self.replica.request(now())?;
        request.commands.clear();
        request.pull = Some(outpost_sync::protocol::Pull { cursor: self.replica.cursor()?, ..Default::default() });
        let mut round = Round::default();
        let (frames, mut next) = self.headquarters.answer(&self.record, &self.user, &request, now())?;
        self.take(&frames, &mut round)?;
        while let Some(stream) = next {
            let part = self.headquarters.part(stream)?;
            self.take(&part.frames, &mut round)?;
            next = part.next;
        }
        if self.replica.pending_count()? != WAITING as u64 {
            bail!("commands went where they should have stayed, of {}", self.engineer_id);
        }
        Ok(round.settling)
    }
}
