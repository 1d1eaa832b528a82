//! Requests and answers on their way, as bytes, and what becomes of them.

use crate::world::{ADDRESS, Checked, World};
use crate::{Fault, Planted, Trouble};
use outpost_domain::person::Replica as ReplicaRecord;
use outpost_domain::{Id, Kind};
use outpost_headquarters::{HeadquartersError, Stream};
use outpost_store::params;
use outpost_sync::protocol::{Frame, Outcome, Pushed, REVOKED, Row, Status, SyncRequest};
use outpost_sync::wire::{Form, Frames};
use outpost_sync::{Identity, SigningKey};
use std::collections::VecDeque;

/// An answer that is arriving.
pub(crate) struct Arriving {
    frames: VecDeque<Frame>,
    next: Option<Stream>,
    sent_at: i64,
}

/// What headquarters says to a request.
enum Said {
    Answer(Box<Arriving>),
    Forked,
    /// That the device was reported lost.
    TurnedAway,
    Nothing(&'static str),
}

/// What a device is after a frame.
enum Taken {
    /// The answer goes on.
    On,
    /// The answer is over, or of no more use.
    Over,
    /// A round is whole.
    Settled,
}

/// The request as it arrives: what is written must be readable.
fn carried(request: &SyncRequest) -> Result<(SyncRequest, usize), Trouble> {
    let bytes = Form::Compact.write(request)?;
    Ok((Form::Compact.read(&bytes)?, bytes.len()))
}

impl World {
    /// A device sends; whatever the network does with it.
    pub(crate) fn send(&mut self, n: usize) -> Result<Checked, Trouble> {
        // A device makes one request after the other: what it was listening to is given up.
        self.devices[n].stream = None;
        let sent_at = self.now + self.devices[n].skew;
        let (request, _) = carried(&self.devices[n].replica.request(sent_at)?)?;
        let record = match self.record(n)? {
            Some(record) => record,
            None => return self.unknown(n),
        };
        let fate = self.rng.u8(0..20);
        if fate == 0 && self.may(Fault::Drop) {
            self.say(|| format!("device {n} sends {} commands into nowhere", request.commands.len()));
            return Ok(Ok(()));
        }
        if fate == 1 && self.may(Fault::Late) {
            self.say(|| format!("device {n} sends {} commands, which are held back", request.commands.len()));
            self.late.push((record.id, request));
            return Ok(Ok(()));
        }
        if fate == 2 && self.may(Fault::Duplicate) {
            self.late.push((record.id, request.clone()));
        }
        let crash = self.rng.u8(0..24) == 0 && self.may(Fault::HeadquartersCrash);
        if crash {
            let after = self.rng.u32(1..60);
            self.headquarters.writer().break_off_after(Some(after))?;
        }
        let said = self.ask(&record, &request, sent_at);
        self.headquarters.writer().break_off_after(None)?;
        let said = match said {
            Err(trouble) if crash => {
                self.say(|| format!("headquarters crashed: {}", trouble.0));
                Said::Nothing("a crash")
            }
            said => said?,
        };
        if fate == 3 && self.may(Fault::Drop) {
            self.say(|| format!("device {n} sent {} commands; the answer is lost", request.commands.len()));
            return Ok(Ok(()));
        }
        self.hear(n, said, &request)
    }

    /// A request that the network held back arrives, perhaps long after its device has gone on.
    pub(crate) fn arrive_late(&mut self) -> Result<Checked, Trouble> {
        if self.late.is_empty() {
            return Ok(Ok(()));
        }
        let (id, request) = self.late.swap_remove(self.rng.usize(..self.late.len()));
        let record = self.headquarters.reader().get::<ReplicaRecord>(id)?;
        if let Some(record) = record {
            self.say(|| format!("{} commands arrive late", request.commands.len()));
            self.ask(&record, &request, self.now)?;
        }
        Ok(Ok(()))
    }

    /// After a restore from before its enrolment headquarters does not know a device, and knows it again by its key.
    fn unknown(&mut self, n: usize) -> Result<Checked, Trouble> {
        let replica = &self.devices[n].replica;
        let identity = replica.identity()?.ok_or_else(|| Trouble("not enrolled".into()))?;
        let request = identity.token_request(replica.next_number()?);
        match self.headquarters.grant(&request, "") {
            Ok(granted) => {
                self.devices[n].replica.is_now(granted.replica)?;
                self.say(|| format!("device {n} is unknown, and is known again by its key"));
                Ok(Ok(()))
            }
            Err(HeadquartersError::Denied(denial)) => {
                Ok(self.broken(13, format!("device {n} was lost with the restore, and stays out: {}", denial.code)))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn ask(&mut self, record: &ReplicaRecord, request: &SyncRequest, sent_at: i64) -> Result<Said, Trouble> {
        let mut commands = request.commands.clone();
        let mut outcomes = Vec::new();
        self.plant_before(record, &mut commands, &mut outcomes)?;
        let request = SyncRequest { commands, ..request.clone() };
        let user = self.user(record.user_id)?;
        let (mut frames, next) = match self.headquarters.answer(record, &user, &request, self.now) {
            Ok(answered) => answered,
            Err(HeadquartersError::Denied(denial)) if denial.code == REVOKED => {
                self.plant_after()?;
                let heard = self.may(Fault::Wipe);
                return Ok(if heard { Said::TurnedAway } else { Said::Nothing("it was reported lost") });
            }
            Err(HeadquartersError::Denied(denial)) if denial.code == "device_forked" => return Ok(Said::Forked),
            Err(error) => return Err(error.into()),
        };
        self.plant_after()?;
        if let Some(Frame::Answer { outcomes: said, .. }) = frames.first_mut() {
            said.extend(outcomes);
        }
        Ok(Said::Answer(Box::new(Arriving { frames: frames.into(), next, sent_at })))
    }

    fn hear(&mut self, n: usize, said: Said, request: &SyncRequest) -> Result<Checked, Trouble> {
        let commands = request.commands.len();
        match said {
            Said::TurnedAway => {
                self.say(|| format!("device {n} sent {commands} commands and hears that it was reported lost"));
                let planted = self.planted == Some(Planted::WipeUnsent);
                if self.devices[n].replica.turned_away(request)? || planted {
                    return self.wipe(n);
                }
            }
            Said::Nothing(why) => self.say(|| format!("device {n} sent {commands} commands and heard nothing: {why}")),
            Said::Answer(stream) => {
                self.say(|| format!("device {n} sent {commands} commands and hears"));
                self.devices[n].stream = Some(*stream);
            }
            Said::Forked => {
                let of = self.record(n)?.ok_or_else(|| Trouble("gone".into()))?;
                if of.revoked && !self.may(Fault::Wipe) {
                    self.say(|| format!("device {n} was copied, and reported lost"));
                    return Ok(Ok(()));
                }
                let id = self.name();
                let key = SigningKey::generate()?;
                let enrolled = self.headquarters.fork_as(of.id, id, &key.public(), self.now)?;
                self.devices[n].replica.fork(&Identity::of(ADDRESS, false, key, enrolled))?;
                self.say(|| format!("device {n} was copied, and becomes one of its own"));
            }
        }
        Ok(Ok(()))
    }

    /// A device that was reported lost has handed in its commands: its files go the same way, and then it is empty, and
    /// its person gets it back as a new one.
    fn wipe(&mut self, n: usize) -> Result<Checked, Trouble> {
        if let Err(broken) = self.send_all_files(n)? {
            return Ok(Err(broken));
        }
        if !self.devices[n].replica.is_handed_in()? {
            return Ok(self.broken(13, format!("device {n} has something left to be handed in")));
        }
        let outcomes = self.outcomes()?;
        for id in self.devices[n].given.clone() {
            match outcomes.get(&id) {
                Some(outcome) => self.handed_in.insert(id, outcome.revision),
                None if self.excused.contains(&id) => None,
                None => return Ok(self.broken(1, format!("command {id} went with device {n}"))),
            };
        }
        let fresh = self.enrol(self.devices[n].user)?;
        self.devices[n] = fresh;
        self.say(|| format!("device {n} is empty, and begins anew"));
        Ok(Ok(()))
    }

    /// Some frames of an answer arrive; perhaps it breaks off.
    pub(crate) fn listen(&mut self, n: usize) -> Result<Checked, Trouble> {
        for _ in 0..self.rng.usize(1..8) {
            if self.devices[n].stream.is_none() {
                return Ok(Ok(()));
            }
            match self.rng.u8(0..40) {
                0 if self.may(Fault::Drop) => {
                    self.say(|| format!("the answer to device {n} breaks off"));
                    self.devices[n].stream = None;
                    return Ok(Ok(()));
                }
                1 if self.may(Fault::Garbage) => return self.garbage(n),
                2 if self.may(Fault::DeviceCrash) => {
                    let after = self.rng.u32(1..80);
                    self.devices[n].replica.store_mut().break_off_after(Some(after))?;
                    let taken = self.frame(n);
                    self.devices[n].replica.store_mut().break_off_after(None)?;
                    if let Ok(Taken::Settled) = taken {
                        self.devices[n].stream = None;
                        return self.check_settled(n);
                    }
                    self.say(|| format!("device {n} crashes while it listens"));
                    self.devices[n].stream = None;
                    return Ok(Ok(()));
                }
                _ => {}
            }
            match self.frame(n)? {
                Taken::On => {}
                Taken::Over => self.devices[n].stream = None,
                Taken::Settled => {
                    self.devices[n].stream = None;
                    self.say(|| format!("device {n} has settled"));
                    return self.check_settled(n);
                }
            }
        }
        Ok(Ok(()))
    }

    /// What is no frame changes nothing.
    fn garbage(&mut self, n: usize) -> Result<Checked, Trouble> {
        let before = self.devices[n].replica.images()?;
        let mut bytes: Vec<u8> = b"<html>Welcome, guest!</html>".to_vec();
        bytes.extend((0..self.rng.usize(0..200)).map(|_| self.rng.u8(..)));
        let mut frames = Frames::default();
        frames.push(&bytes);
        if let Ok(Some(frame)) = frames.take::<Frame>() {
            return Ok(self.broken(13, format!("garbage was read as {frame:?}")));
        }
        self.say(|| format!("device {n} hears garbage"));
        self.devices[n].stream = None;
        if self.devices[n].replica.images()? != before {
            return Ok(self.broken(5, "garbage changed something"));
        }
        Ok(Ok(()))
    }

    /// The next frames of an answer are made, if there are none yet, and one or several of them taken at once, as the line
    /// is slow or fast at that moment.
    fn frame(&mut self, n: usize) -> Result<Taken, Trouble> {
        let Some(mut stream) = self.devices[n].stream.take() else { return Ok(Taken::Over) };
        if stream.frames.is_empty() {
            let Some(next) = stream.next.take() else { return Ok(Taken::Over) };
            let part = match self.headquarters.part(next) {
                Ok(part) => part,
                Err(HeadquartersError::Denied(denial)) if denial.code == REVOKED => {
                    self.say(|| format!("the answer to device {n} breaks off, for it was reported lost"));
                    return Ok(Taken::Over);
                }
                Err(error) => return Err(error.into()),
            };
            stream.frames.extend(part.frames);
            stream.next = part.next;
        }
        let most = self.now.rem_euclid(4) as usize + 1;
        let frames: Vec<Frame> = stream.frames.drain(..most.min(stream.frames.len())).collect();
        if frames.is_empty() {
            return Ok(Taken::Over);
        }
        let sent_at = stream.sent_at;
        self.devices[n].stream = Some(stream);
        let mut line = Frames::default();
        for mut frame in frames {
            self.plant_frame(n, &mut frame)?;
            line.push(&Form::Compact.write_frame(&frame)?);
        }
        let mut carried = Vec::new();
        while let Some(frame) = line.take::<Frame>()? {
            carried.push(frame);
        }
        let absorbed = self.devices[n].replica.absorb(&carried, sent_at, self.now + self.devices[n].skew)?;
        Ok(match carried.last() {
            None => return Err(Trouble("a frame was not whole".into())),
            _ if absorbed.again => Taken::Over,
            Some(Frame::End { .. }) => Taken::Settled,
            _ => Taken::On,
        })
    }

    /// Rounds without faults until a device wants no more.
    pub(crate) fn whole_round(&mut self, n: usize) -> Result<Checked, Trouble> {
        for _ in 0..30 {
            let sent_at = self.now + self.devices[n].skew;
            let request = self.devices[n].replica.request(sent_at)?;
            let Some(record) = self.record(n)? else {
                let _ = self.unknown(n)?;
                continue;
            };
            let said = self.ask(&record, &request, sent_at)?;
            let _ = self.hear(n, said, &request)?;
            loop {
                match self.frame(n)? {
                    Taken::On => {}
                    Taken::Over => break,
                    Taken::Settled => {
                        if let Err(broken) = self.check_settled(n)? {
                            return Ok(Err(broken));
                        }
                        break;
                    }
                }
            }
            self.devices[n].stream = None;
            if !self.devices[n].replica.wants_more()? {
                return Ok(Ok(()));
            }
        }
        Ok(self.broken(13, format!("device {n} does not come to rest")))
    }

    /// How many requests and bytes a round takes in which nothing is to do.
    pub(crate) fn quiet_round(&mut self, n: usize) -> Result<(usize, usize), Trouble> {
        let (mut requests, mut bytes) = (0, 0);
        loop {
            let (request, length) = carried(&self.devices[n].replica.request(self.now)?)?;
            requests += 1;
            bytes += length;
            let record = self.record(n)?.ok_or_else(|| Trouble("gone".into()))?;
            let Said::Answer(stream) = self.ask(&record, &request, self.now)? else { return Ok((requests, bytes)) };
            self.devices[n].stream = Some(*stream);
            while let Some(stream) = &self.devices[n].stream {
                bytes +=
                    stream.frames.front().map_or(Ok(0), |frame| Form::Compact.write_frame(frame).map(|b| b.len()))?;
                if !matches!(self.frame(n)?, Taken::On) {
                    self.devices[n].stream = None;
                }
            }
            if !self.devices[n].replica.wants_more()? || requests > 5 {
                return Ok((requests, bytes));
            }
        }
    }

    fn plant_before(
        &mut self,
        record: &ReplicaRecord,
        commands: &mut Vec<Pushed>,
        outcomes: &mut Vec<Outcome>,
    ) -> Result<(), Trouble> {
        match self.planted {
            Some(Planted::AcknowledgeBeforeCommit) if self.rng.u8(0..4) == 0 => {
                let revision = self.headquarters.revision()?;
                outcomes.extend(commands.drain(..).map(|pushed| Outcome {
                    id: pushed.id,
                    status: Status::Applied,
                    refusal: None,
                    revision,
                    tag: String::new(),
                    effect_hash: String::new(),
                }));
            }
            Some(Planted::DeduplicateBySequence) => {
                let sql = "SELECT max(seq) FROM command WHERE replica_id = $1";
                let newest = self.headquarters.reader().number(sql, &[&record.id.to_string()])?;
                let revision = self.headquarters.revision()?;
                commands.retain(|pushed| {
                    if pushed.seq <= newest {
                        let (status, refusal) = (Status::Applied, None);
                        let (tag, effect_hash) = (String::new(), String::new());
                        outcomes.push(Outcome { id: pushed.id, status, refusal, revision, tag, effect_hash });
                    }
                    pushed.seq > newest
                });
            }
            Some(Planted::WipeUnsent) if record.revoked => commands.clear(),
            Some(Planted::ApplyTwice) => {
                for pushed in commands.clone() {
                    let id = self.name();
                    let act = pushed.act.replace(&pushed.id.to_string(), &id.to_string());
                    commands.push(Pushed { id, seq: pushed.seq + 1_000_000, act, ..pushed });
                }
            }
            Some(Planted::Reorder) => {
                // One commit each, or the order within one could not be seen.
                for pushed in commands.drain(..).rev().collect::<Vec<_>>() {
                    match self.headquarters.receive(record, std::slice::from_ref(&pushed), self.now) {
                        Ok(received) => outcomes.extend(received),
                        // Headquarters takes what comes too late for another device's.
                        Err(HeadquartersError::Denied(_)) => commands.push(pushed),
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn plant_after(&mut self) -> Result<(), Trouble> {
        let sql = match self.planted {
            Some(Planted::LoseAttention) => "DELETE FROM entity WHERE kind = 'attention'",
            Some(Planted::DriftLevel) => {
                let store = self.headquarters.reader();
                let level = store.select::<outpost_domain::stock::StockLevel>("ORDER BY id LIMIT 1", &[])?.pop();
                drop(store);
                if let Some(mut level) = level {
                    level.quantity += outpost_domain::Quantity::ONE;
                    self.headquarters.store_records(&[level.into()])?;
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        self.headquarters.writer().execute(sql, &[])?;
        Ok(())
    }

    fn plant_frame(&mut self, n: usize, frame: &mut Frame) -> Result<(), Trouble> {
        let replica = &self.devices[n].replica;
        match (self.planted, frame) {
            (Some(Planted::DropEvict), Frame::Evict { records, .. }) => records.clear(),
            (Some(Planted::DropRow), Frame::Rows { rows, .. }) => {
                rows.pop();
            }
            (Some(Planted::SendStaleRow), Frame::Rows { rows, .. }) => {
                for row in rows {
                    let kind = Kind::from_table(&row.kind).ok_or_else(|| Trouble(row.kind.clone()))?;
                    if let Some(image) = self.model.older(kind, &row.image) {
                        row.image = image;
                    }
                }
            }
            (Some(Planted::LeakRow), Frame::Rows { rows, .. }) => {
                if let Some((kind, image)) = self.model.foreign(self.devices[n].user) {
                    rows.push(Row { kind: kind.table().into(), image });
                }
            }
            (Some(Planted::CursorAhead), Frame::End { cursor }) => {
                let head = self.headquarters.revision()?;
                if head > cursor.revision {
                    cursor.revision = head;
                    let sql = "SELECT tag FROM revision WHERE revision = $1";
                    let tag = self.headquarters.reader().one(sql, params![head], |row| row.get(0))?;
                    cursor.tag = tag.unwrap_or_default();
                }
            }
            (Some(Planted::DropOnAnswer), Frame::Answer { outcomes, .. }) => {
                for outcome in outcomes {
                    let id: Id = outcome.id;
                    replica.store().execute("DELETE FROM outbox WHERE id = $1", params![id.to_string()])?;
                }
            }
            (Some(Planted::SkipUndo), Frame::End { .. }) => {
                let sql = "DELETE FROM shadow WHERE rowid = (SELECT min(rowid) FROM shadow WHERE base IS NOT NULL)";
                replica.store().execute(sql, &[])?;
            }
            (Some(Planted::LoseCommand), Frame::Begin { .. }) => {
                let sql = "DELETE FROM outbox WHERE seq = (SELECT max(seq) FROM outbox WHERE outcome IS NULL)";
                replica.store().execute(sql, &[])?;
            }
            _ => {}
        }
        Ok(())
    }
}
