//! Headquarters, its devices, the network between them, and what is checked after each step.

use crate::company::{BEGIN, ENGINEERS};
use crate::ground::replica;
use crate::lane::LatePiece;
use crate::model::Model;
use crate::network::Arriving;
use crate::{Broken, Fault, Ground, Options, Planted, Trouble};
use fastrand::Rng;
use outpost_domain::Id;
use outpost_domain::person::{Replica as ReplicaRecord, User};
use outpost_headquarters::Headquarters;
use outpost_sync::protocol::{Outcome, SyncRequest};
use outpost_sync::{Files, Identity, Replica, Sending, SigningKey};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

/// One device.
pub(crate) struct Device {
    pub(crate) replica: Replica,
    pub(crate) user: Id,
    /// How far its clock is ahead.
    pub(crate) skew: i64,
    /// An answer that is arriving.
    pub(crate) stream: Option<Arriving>,
    /// A file on its way, by its hash.
    pub(crate) sending: Option<(String, Sending)>,
    /// What was given on it, or on the device that it is a copy of.
    pub(crate) given: BTreeSet<Id>,
    /// The files that were made on it, or on the device that it is a copy of.
    pub(crate) files: BTreeSet<String>,
    /// Its program is one of before.
    pub(crate) is_older: bool,
}

/// The folder of its files.
const HEADQUARTERS: &str = "headquarters";

/// Where a device believes its headquarters to be.
pub(crate) const ADDRESS: &str = "http://headquarters";

/// Headquarters as it was.
pub(crate) struct Backup {
    pub(crate) bytes: Vec<u8>,
    pub(crate) head: i64,
    pub(crate) files: Vec<String>,
    /// Who had sent which file.
    pub(crate) sent: BTreeSet<(Id, String)>,
}

/// The whole of it.
pub(crate) struct World {
    pub(crate) rng: Rng,
    pub(crate) now: i64,
    /// By which clock a process last looked for what is due, as long as nobody has looked what came of it.
    pub(crate) ran_at: Option<i64>,
    pub(crate) headquarters: Headquarters,
    pub(crate) devices: Vec<Device>,
    pub(crate) model: Model,
    /// Requests that the network holds back, to deliver them later or once more.
    pub(crate) late: Vec<(Id, SyncRequest)>,
    pub(crate) late_pieces: Vec<LatePiece>,
    pub(crate) backups: Vec<Backup>,
    /// Whether headquarters ever came back from a backup: then devices send again what they had sent.
    pub(crate) restored: bool,
    /// Every command that was given on a device: on which, and its hash there if nothing could come between.
    pub(crate) given: BTreeMap<Id, Option<(i64, String)>>,
    /// Commands that waited on a device when it was copied. Whichever copy pushes first, the other learns of it when it
    /// pushes the same itself: until then such a command may wait although its effects are there.
    pub(crate) shared: BTreeSet<Id>,
    /// Commands that somebody gave who may not, and those that somebody released who may.
    pub(crate) forged: BTreeSet<Id>,
    pub(crate) released: BTreeSet<Id>,
    /// Commands that were held once.
    pub(crate) held: BTreeSet<Id>,
    /// The tickets that headquarters opened.
    pub(crate) opened: BTreeSet<Id>,
    /// Commands that were handed in by devices which then removed everything, with the commits of their outcomes.
    pub(crate) handed_in: BTreeMap<Id, i64>,
    /// Commands and files that only a device had which was emptied, and that a backup does not have: they are lost, and no
    /// protocol could keep them.
    pub(crate) excused: BTreeSet<Id>,
    pub(crate) excused_files: BTreeSet<(Id, String)>,
    pub(crate) ground: Ground,
    pub(crate) planted: Option<Planted>,
    /// Outcomes as of a commit.
    pub(crate) known_outcomes: Option<(i64, Rc<BTreeMap<Id, Outcome>>)>,
    /// Removed with everything in it when the history is over.
    folder: tempfile::TempDir,
    faults: BTreeSet<Fault>,
    names: u128,
    pub(crate) rounds: usize,
    seed: u64,
    step: usize,
    log: Option<Vec<String>>,
}

/// What a check says.
pub(crate) type Checked = Result<(), Broken>;

impl World {
    pub(crate) fn new(options: &Options) -> Result<World, Trouble> {
        // In memory where there is such a place: the disk has no part in a history.
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::tempdir_in(place).map_err(|error| Trouble(error.to_string()))?;
        let mut world = World {
            rng: Rng::with_seed(options.seed),
            now: BEGIN,
            ran_at: None,
            headquarters: options.ground.headquarters(Files::new(folder.path().join(HEADQUARTERS)))?,
            devices: Vec::new(),
            model: Model::default(),
            late: Vec::new(),
            late_pieces: Vec::new(),
            backups: Vec::new(),
            restored: false,
            given: BTreeMap::new(),
            shared: BTreeSet::new(),
            forged: BTreeSet::new(),
            released: BTreeSet::new(),
            held: BTreeSet::new(),
            opened: BTreeSet::new(),
            handed_in: BTreeMap::new(),
            excused: BTreeSet::new(),
            excused_files: BTreeSet::new(),
            known_outcomes: None,
            folder,
            ground: options.ground.clone(),
            planted: options.planted,
            faults: options.faults.clone(),
            names: 0,
            rounds: 0,
            seed: options.seed,
            step: 0,
            log: options.log.then(Vec::new),
        };
        for n in 0..options.devices {
            let device = world.enrol(ENGINEERS[n % ENGINEERS.len()])?;
            world.devices.push(device);
        }
        world.model.observe(&world.headquarters)?;
        Ok(world)
    }

    /// A name that no other has; they sort by when they were made.
    pub(crate) fn name(&mut self) -> Id {
        self.names += 1;
        Id::from_u128(1 << 64 | self.names)
    }

    /// A device that belongs to a person and has nothing yet.
    pub(crate) fn enrol(&mut self, user: Id) -> Result<Device, Trouble> {
        let record = ReplicaRecord {
            id: self.name(),
            name: "device".into(),
            prefix: format!("D{}", self.names),
            user_id: user,
            enrolled_at: self.now,
            revoked: false,
            forked_from_id: None,
        };
        let replica = replica()?.with_files(self.files_of(record.id));
        let key = SigningKey::generate()?;
        let enrolled = self.headquarters.vouch(record, &key.public())?;
        replica.enrol(&Identity::of(ADDRESS, false, key, enrolled))?;
        let (given, files) = (BTreeSet::new(), BTreeSet::new());
        Ok(Device { replica, user, skew: 0, stream: None, sending: None, given, files, is_older: false })
    }

    /// Where headquarters keeps its files.
    pub(crate) fn files_of_headquarters(&self) -> Files {
        Files::new(self.folder.path().join(HEADQUARTERS))
    }

    /// Where a device keeps its files.
    pub(crate) fn files_of(&self, device: Id) -> Files {
        Files::new(self.folder.path().join(device.to_string()))
    }

    /// The record of a device as headquarters has it. Tokens are of no interest here.
    pub(crate) fn record(&self, device: usize) -> Result<Option<ReplicaRecord>, Trouble> {
        let identity = self.devices[device].replica.identity()?.ok_or_else(|| Trouble("not enrolled".into()))?;
        Ok(self.headquarters.reader().get(identity.replica.id)?)
    }

    pub(crate) fn user(&self, id: Id) -> Result<User, Trouble> {
        self.headquarters.reader().get(id)?.ok_or_else(|| Trouble("nobody".into()))
    }

    pub(crate) fn say(&mut self, line: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log {
            log.push(format!("{:>4} {}", self.step, line()));
        }
    }

    /// Whether something may go wrong in this history.
    pub(crate) fn may(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    pub(crate) fn broken(&self, invariant: u8, what: impl Into<String>) -> Checked {
        Err(Broken { step: self.step, invariant, what: what.into() })
    }

    /// Takes one step. What it is follows from the seed and its number alone, so that a history without it stays the same
    /// otherwise.
    pub(crate) fn step(&mut self, step: usize) -> Result<Checked, Trouble> {
        self.step = step;
        self.rng = Rng::with_seed(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (step as u64 + 1));
        self.now += self.rng.i64(1..60_000);
        let mut checked = self.act()?;
        if self.may(Fault::File) {
            // By numbers of their own, so that a history without files stays the same otherwise.
            self.rng = Rng::with_seed(self.seed.wrapping_mul(0xd6e8_feb8_6659_fd93) ^ (step as u64 + 1));
            checked = checked.and(self.act_on_files()?);
        }
        if self.may(Fault::Forge) {
            self.rng = Rng::with_seed(self.seed.wrapping_mul(0xa076_1d64_78bd_642f) ^ (step as u64 + 1));
            checked = checked.and(self.act_on_rights()?);
        }
        if self.may(Fault::Edit) {
            self.rng = Rng::with_seed(self.seed.wrapping_mul(0xe703_7ed1_a0b4_28db) ^ (step as u64 + 1));
            checked = checked.and(self.act_on_contact()?);
        }
        if self.may(Fault::Older) {
            self.rng = Rng::with_seed(self.seed.wrapping_mul(0x9fb2_1c65_1e98_df25) ^ (step as u64 + 1));
            checked = checked.and(self.act_on_versions()?);
        }
        if self.may(Fault::Timer) {
            self.rng = Rng::with_seed(self.seed.wrapping_mul(0x8ebc_6af0_9c88_c6e3) ^ (step as u64 + 1));
            checked = checked.and(self.act_on_timers()?);
        }
        Ok(checked.and(self.check()?))
    }

    /// Faults stop, everybody is let in, everything drains: what was promised for then.
    pub(crate) fn peace(&mut self, step: usize) -> Result<Checked, Trouble> {
        self.step = step;
        self.rng = Rng::with_seed(self.seed);
        self.say(|| "peace".into());
        for device in 0..self.devices.len() {
            if let Some(record) = self.record(device)?.filter(|record| record.revoked) {
                self.headquarters.revoke(&outpost_headquarters::Actor::machine(), record.id, false)?;
            }
        }
        if let Err(broken) = self.renew()? {
            return Ok(Err(broken));
        }
        for _ in 0..4 {
            for device in 0..self.devices.len() {
                if let Err(broken) = self.whole_round(device)? {
                    return Ok(Err(broken));
                }
            }
        }
        for device in 0..self.devices.len() {
            if let Err(broken) = self.send_all_files(device)? {
                return Ok(Err(broken));
            }
        }
        if let Err(broken) = self.check()?.and(self.check_files()?).and(self.check_edits()?) {
            return Ok(Err(broken));
        }
        self.at_rest()
    }

    fn at_rest(&mut self) -> Result<Checked, Trouble> {
        for n in 0..self.devices.len() {
            let waiting = self.devices[n].replica.pending_count()?;
            if waiting > 0 {
                return Ok(self.broken(13, format!("device {n} still has {waiting} commands")));
            }
            let wrong = self.devices[n].replica.inspect()?;
            if let Some(wrong) = wrong.first() {
                return Ok(self.broken(6, format!("device {n}: {wrong}")));
            }
            if let Err(broken) = self.check_base(n)? {
                return Ok(Err(broken));
            }
        }
        let outcomes = self.outcomes()?;
        let attention = self.model.attention();
        for id in self.given.keys() {
            match outcomes.get(id) {
                None if self.excused.contains(id) => {}
                None => return Ok(self.broken(1, format!("command {id} was lost"))),
                Some(outcome) if !outcome.status.is_done() && !attention.contains(id.to_string().as_str()) => {
                    return Ok(self.broken(1, format!("command {id} is {:?}, and nobody is told", outcome.status)));
                }
                Some(_) => {}
            }
        }
        // A new device sees what an old one does, and a round with nothing to do is small.
        for user in self.devices.iter().map(|device| device.user).collect::<BTreeSet<_>>() {
            let fresh = self.enrol(user)?;
            self.devices.push(fresh);
            let n = self.devices.len() - 1;
            if let Err(broken) = self.whole_round(n)? {
                return Ok(Err(broken));
            }
            if let Err(broken) = self.check_base(n)? {
                return Ok(Err(Broken { invariant: 16, ..broken }));
            }
            let (requests, bytes) = self.quiet_round(n)?;
            if requests != 1 || bytes > 1024 {
                return Ok(self.broken(18, format!("nothing to do took {requests} requests and {bytes} bytes")));
            }
            self.devices.pop();
        }
        if let Some(fault) = self.headquarters.verify_commits(None)? {
            return Ok(self.broken(22, format!("commit {}: {}", fault.number, fault.why)));
        }
        Ok(Ok(()))
    }

    /// What headquarters made of each command. With each new one there is a commit.
    pub(crate) fn outcomes(&mut self) -> Result<Rc<BTreeMap<Id, Outcome>>, Trouble> {
        let head = self.headquarters.revision()?;
        if let Some((_, known)) = self.known_outcomes.as_ref().filter(|(on, _)| *on == head) {
            return Ok(Rc::clone(known));
        }
        let store = self.headquarters.reader();
        let sql = "SELECT c.id, c.status, c.refusal, c.revision, r.tag, c.effect_hash
             FROM command c JOIN revision r ON r.revision = c.revision WHERE c.seq > 0";
        let rows = store.rows(sql, &[], |row| {
            let refusal = row.get::<Option<String>>(2)?;
            Ok(serde_json::json!({
                "id": row.text(0)?,
                "status": row.text(1)?,
                "refusal": refusal.and_then(|refusal| serde_json::from_str::<serde_json::Value>(&refusal).ok()),
                "revision": row.get::<i64>(3)?,
                "tag": row.text(4)?,
                "effect_hash": row.text(5)?,
            }))
        })?;
        let mut outcomes = BTreeMap::new();
        for row in rows {
            let outcome: Outcome = serde_json::from_value(row).map_err(|error| Trouble(error.to_string()))?;
            outcomes.insert(outcome.id, outcome);
        }
        drop(store);
        let outcomes = Rc::new(outcomes);
        self.known_outcomes = Some((head, Rc::clone(&outcomes)));
        Ok(outcomes)
    }

    pub(crate) fn counted(&self) -> (usize, usize) {
        (self.given.len(), self.rounds)
    }

    pub(crate) fn into_log(self) -> Vec<String> {
        self.log.unwrap_or_default()
    }
}

macro_rules! trouble {
    ($($error:ty),*) => { $(impl From<$error> for Trouble {
        fn from(error: $error) -> Trouble { Trouble(error.to_string()) }
    })* };
}

trouble!(
    std::io::Error,
    outpost_headquarters::HeadquartersError,
    outpost_store::StoreError,
    outpost_store::rusqlite::Error,
    outpost_sync::ReplicaError,
    outpost_sync::NotUnderstood,
    serde_json::Error
);
