//! A replica behind the door: what its person does is done at once, and a task keeps in touch with headquarters.

mod act;
mod key;
mod stop;
mod touch;
mod wipe;

pub(crate) use self::key::write_for_owner;
use self::key::{Keeper, NoKey};
pub use self::key::{KeyPlace, key_of};
use self::stop::Stop;
use crate::questions::{AskSync, PendingView, Question, Seat, Session, SyncState, SyncTrouble, SyncView, Told, answer};
use crate::{Caller, Desk, Facts, Failure, FailureCode, Notice, Notices};
use outpost_domain::{Id, Instant, Kind};
use outpost_store::{Holding, Store, StoreError};
use outpost_sync::{Client, Files, Replica, ReplicaError};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, broadcast};

/// How many waiting commands are shown one by one.
const PENDING_SHOWN: usize = 100;

/// A replica, or what is left of one.
enum Body {
    Sound(Box<Replica>),
    /// The database cannot be used: it is left as it is, and only the outbox can be got out of it. The reason in words.
    Damaged(String),
    /// The key store does not give the key at this moment. The reason in words.
    Locked(String),
}

impl Body {
    fn open(folder: &Path, keeper: &Keeper) -> Result<Body, Failure> {
        std::fs::create_dir_all(folder).map_err(ReplicaError::Io)?;
        let key = match keeper.key() {
            Ok(key) => key,
            Err(NoKey::Locked(detail)) => {
                tracing::error!(%detail, "the key store does not give the key of the data");
                return Ok(Body::Locked(detail));
            }
            Err(NoKey::Gone(detail)) => {
                tracing::error!(%detail, "the key of the data is gone");
                return Ok(Body::Damaged(detail));
            }
            Err(failed @ NoKey::Failed(_)) => return Err(failed.into()),
        };
        match Replica::open(folder, &key) {
            Ok(replica) => Ok(Body::Sound(Box::new(replica))),
            Err(ReplicaError::Store(error)) => {
                tracing::error!(%error, "the database cannot be used");
                Ok(Body::Damaged(error.to_string()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The replica; why not, if it cannot be used.
    fn sound(&self) -> Result<&Replica, Failure> {
        match self {
            Body::Sound(replica) => Ok(replica),
            Body::Damaged(detail) => Err(Failure::new(FailureCode::Damaged, detail)),
            Body::Locked(detail) => Err(Failure::new(FailureCode::Locked, detail)),
        }
    }
}

/// How the last round went.
#[derive(Debug, Clone, Default)]
struct Line {
    running: bool,
    /// Something happened that another round is to see.
    called: bool,
    trouble: Option<(SyncTrouble, String)>,
}

/// A replica behind the door.
pub struct Field {
    folder: PathBuf,
    keeper: Keeper,
    body: Mutex<Body>,
    line: Mutex<Line>,
    stop: Stop,
    /// With the address and the token that it was made for.
    client: Mutex<Option<((String, String), Client)>>,
    /// Held by whoever asks for a token.
    asking: tokio::sync::Mutex<()>,
    notices: broadcast::Sender<Notice>,
    wake: Notify,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while it was held left no transaction open: SQLite rolls back what was not committed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Now, by the clock of this machine.
pub fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    since.as_millis() as Instant
}

/// Local time minus UTC on this machine.
pub fn utc_offset_minutes() -> i32 {
    jiff::Zoned::now().offset().seconds() / 60
}

impl Field {
    /// Opens the replica in a folder, or makes one that nobody has enrolled; then its key is kept in `place`. One whose
    /// database is damaged, or was written by a newer program, or whose key cannot be had, opens too, and says so on the
    /// screen.
    ///
    /// # Errors
    /// When the folder cannot be used at all.
    pub fn open(folder: &Path, place: KeyPlace) -> Result<Arc<Field>, Failure> {
        let keeper = Keeper::new(folder, place);
        let body = Body::open(folder, &keeper)?;
        let notices = broadcast::channel(256).0;
        Ok(Arc::new(Field {
            folder: folder.to_owned(),
            keeper,
            body: Mutex::new(body),
            line: Mutex::new(Line::default()),
            stop: Stop::default(),
            client: Mutex::new(None),
            asking: tokio::sync::Mutex::default(),
            notices,
            wake: Notify::new(),
        }))
    }

    /// Reads the whole database once, away from the screen, to find damage before a person does.
    pub fn check(&self) {
        if lock(&self.body).sound().is_err() {
            return;
        }
        let Ok(key) = self.keeper.key() else { return };
        let path = self.folder.join(Replica::DATABASE);
        let checked = Store::open_reader(&path, Holding::OnePerson, Some(&key)).and_then(|store| store.check());
        if let Err(StoreError::Damaged(detail)) = checked {
            self.damaged(detail);
        }
    }

    fn damaged(&self, detail: String) {
        tracing::error!(%detail, "the database is damaged");
        *lock(&self.body) = Body::Damaged(detail);
        self.tell(Notice::Changed { kinds: Kind::ALL.to_vec() });
    }

    /// Tries again if the key could not be had: whoever asks has perhaps unlocked the key store. Nothing waits for that.
    fn unlock(&self) -> Result<(), Failure> {
        if !matches!(*lock(&self.body), Body::Locked(_)) {
            return Ok(());
        }
        let opened = Body::open(&self.folder, &self.keeper)?;
        let mut body = lock(&self.body);
        if matches!(*body, Body::Locked(_)) {
            *body = opened;
        }
        Ok(())
    }

    /// Works with the replica. Damage that shows on the way is kept in mind.
    fn with<T>(&self, work: impl FnOnce(&Replica) -> Result<T, Failure>) -> Result<T, Failure> {
        let body = lock(&self.body);
        let done = body.sound().and_then(work);
        let was_sound = matches!(*body, Body::Sound(_));
        drop(body);
        if let Err(failure) = &done
            && failure.code == FailureCode::Damaged
            && was_sound
        {
            self.damaged(failure.detail.clone());
        }
        done
    }

    /// What happens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    fn tell(&self, notice: Notice) {
        // Nobody listening is no fault.
        let _ = self.notices.send(notice);
    }

    fn tell_changed(&self, kinds: BTreeSet<Kind>) {
        if !kinds.is_empty() {
            self.tell(Notice::Changed { kinds: kinds.into_iter().collect() });
        }
        self.tell_sync();
    }

    fn tell_sync(&self) {
        // What nobody hears is not looked up.
        if self.notices.receiver_count() == 0 {
            return;
        }
        if let Ok(sync) = self.sync_view() {
            self.tell(Notice::Sync { sync });
        }
    }

    /// How this replica stands with headquarters.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sync_view(&self) -> Result<SyncView, Failure> {
        self.with(|replica| {
            let told = self.answer(replica, &Question::AskSync(AskSync {}))?;
            Ok(serde_json::from_value(told.answer)?)
        })
    }

    fn answer(&self, replica: &Replica, question: &Question) -> Result<Told, Failure> {
        let identity = replica.identity()?;
        let facts = Facts {
            seat: if identity.is_some() { Seat::Field } else { Seat::Unenrolled },
            company: identity.as_ref().map(|identity| identity.company.clone()).unwrap_or_default(),
            headquarters: identity.as_ref().map(|identity| identity.headquarters.clone()).unwrap_or_default(),
            replica_id: identity.as_ref().map(|identity| identity.replica.id),
            scopes: None,
            sync: self.line_view(replica)?,
            stand: replica.stand()?,
            waiting: replica.touched()?,
            files: Arc::new(replica.files().clone()),
            free_megabytes: fs4::available_space(&self.folder).ok().map(|bytes| bytes >> 20),
            utc_offset_minutes: utc_offset_minutes(),
        };
        let user_id: Option<Id> = identity.map(|identity| identity.replica.user_id);
        answer(&Desk { store: replica.store(), facts: &facts, user_id, now: now() }, question)
    }

    /// What is known of the line without looking at matters of attention.
    fn line_view(&self, replica: &Replica) -> Result<SyncView, Failure> {
        let line = lock(&self.line).clone();
        let waiting = replica.pending_count()? as u32;
        let files_waiting = replica.files_waiting()? as u32;
        // Before the first round has ended there is nothing that could be at headquarters already.
        let is_new = replica.identity()?.is_some() && replica.cursor()?.is_none();
        let state = match &line.trouble {
            Some((trouble, _)) if *trouble != SyncTrouble::Stopped => SyncState::Offline,
            _ if is_new => SyncState::Filling,
            _ if waiting > 0 || files_waiting > 0 => SyncState::Waiting,
            _ => SyncState::Settled,
        };
        let pending = replica.pending(PENDING_SHOWN)?.into_iter().map(|pending| {
            let act: serde_json::Value = serde_json::from_str(&pending.act).unwrap_or_default();
            PendingView {
                id: pending.id,
                name: act.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned(),
                occurred_at: act.get("occurred_at").and_then(serde_json::Value::as_i64).unwrap_or_default(),
                received: pending.outcome.is_some(),
            }
        });
        let arriving = replica.arriving()?.unwrap_or_default();
        let wiped = replica.wiped_at()?.map(|_| (SyncTrouble::Revoked, String::new()));
        let trouble = line.trouble.or(wiped);
        Ok(SyncView {
            state,
            waiting,
            files_waiting,
            waiting_for_wifi: replica.files_waiting_for_wifi()? as u32,
            wifi_only: replica.wifi_only()?,
            attention: 0,
            synced_at: replica.synced_at()?,
            running: line.running,
            arrived: arriving.0.min(u64::from(u32::MAX)) as u32,
            expected: arriving.1.min(u64::from(u32::MAX)) as u32,
            trouble: trouble.as_ref().map(|trouble| trouble.0),
            trouble_detail: trouble.map(|trouble| trouble.1).unwrap_or_default(),
            clock_ahead_millis: replica.clock_ahead_millis()?,
            pending: pending.collect(),
        })
    }

    pub(crate) fn files(&self) -> Result<Files, Failure> {
        self.with(|replica| Ok(replica.files().clone()))
    }
}

impl crate::Host for Field {
    fn query(&self, _: &Caller, question: &Question) -> Result<Told, Failure> {
        if matches!(question, Question::AskSession(_)) {
            self.unlock()?;
            if matches!(*lock(&self.body), Body::Damaged(_)) {
                return Told::of(Session::of_nobody(Seat::Damaged, String::new(), String::new()));
            }
        }
        self.with(|replica| self.answer(replica, question))
    }

    fn command(&self, _: &Caller, command: outpost_domain::Command) -> Result<crate::Given, Failure> {
        self.give(command)
    }

    async fn action(self: Arc<Self>, _: Caller, action: crate::Action) -> Result<crate::Answered, Failure> {
        self.act(action).await.map(|value| crate::Answered { value, session: None })
    }

    fn admit(&self, _: &Caller) -> Result<(), Failure> {
        Ok(())
    }

    fn notices(&self, _: &Caller) -> Result<Notices, Failure> {
        Ok(crate::all_of(self.subscribe()))
    }

    fn store_file(&self, _: &Caller, purpose: crate::FilePurpose, bytes: &[u8]) -> Result<crate::StoredFile, Failure> {
        let prepared = crate::picture::prepare(purpose, bytes)?;
        self.with(|replica| Ok(replica.keep_file(&prepared.bytes, prepared.thumbnail.as_deref())?))?;
        Ok(prepared.stored)
    }

    async fn read_file(self: Arc<Self>, _: Caller, sha256: String) -> Result<Vec<u8>, Failure> {
        self.file(&sha256).await
    }
}
