//! A company of a few thousand records on either engine, and the tablets of its engineer.

use outpost_cluster::{Cluster, Disk};
use outpost_demo::large;
use outpost_domain::person::User;
use outpost_domain::ticket::{AddNote, Ticket};
use outpost_domain::{Act, Command, Id, Record};
use outpost_headquarters::{Actor, Headquarters, HeadquartersError};
use outpost_postgres::Server;
use outpost_store::{Key, params};
use outpost_sync::protocol::{EnrolRequest, Frame, Outcome, Pushed};
use outpost_sync::{Files, Given, Identity, Older, Replica, SigningKey};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

/// Later than the commits that the machine's clock dates.
pub const NOW: i64 = 4_000_000_000_000;

/// What headquarters' database is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Tells stories on both engines: a test of each.
macro_rules! on_both_engines {
    ($($story:ident),* $(,)?) => { $(mod $story {
        use crate::world::Engine;
        #[test]
        fn on_sqlite() { super::$story(Engine::Sqlite); }
        #[test]
        fn on_postgresql() { super::$story(Engine::Postgres); }
    })* };
}
pub(crate) use on_both_engines;

/// Where a company's data lies while no program has it open.
pub struct Ground {
    folder: TempDir,
    server: Option<Cluster>,
}

impl Ground {
    pub fn open(&self) -> Result<Headquarters, HeadquartersError> {
        match &self.server {
            None => Headquarters::open(self.folder.path(), "Test"),
            Some(cluster) => {
                let server = Server::at(&cluster.socket("postgres")).unwrap();
                let files = Arc::new(Files::new(self.folder.path().join("files")));
                Headquarters::open_tenant(&server, "main", files, "Test")
            }
        }
    }
}

pub struct Company {
    pub hq: Headquarters,
    pub engineer_id: Id,
    /// One of the engineer's tickets that is under way.
    pub ticket: Ticket,
    pub ground: Ground,
}

/// The same while no program has it open.
pub struct Closed {
    engineer_id: Id,
    ticket: Ticket,
    ground: Ground,
}

impl Company {
    pub fn new(engine: Engine) -> Company {
        let server = (engine == Engine::Postgres).then(|| Cluster::start(Disk::NotWaited).unwrap());
        let ground = Ground { folder: tempfile::tempdir().unwrap(), server };
        let hq = ground.open().unwrap();
        let made = large(7, NOW, 6000);
        hq.store_records(&made.records).unwrap();
        let ticket = hq.reader().get(made.ticket_id).unwrap().unwrap();
        Company { hq, engineer_id: made.engineer_id, ticket, ground }
    }

    pub fn get<T: Record>(&self, id: Id) -> T {
        self.hq.reader().get(id).unwrap().unwrap()
    }

    pub fn number(&self, sql: &str) -> i64 {
        self.hq.reader().number(sql, &[]).unwrap()
    }

    pub fn text(&self, sql: &str, id: Id) -> String {
        self.hq.reader().one(sql, params![id.to_string()], |row| row.get(0)).unwrap().unwrap()
    }

    /// What became of a command.
    pub fn status(&self, id: Id) -> String {
        self.text("SELECT status FROM command WHERE id = $1", id)
    }

    /// What is not as it should be. The first levels came by no movement.
    pub fn wrong(&self) -> Vec<String> {
        let mut wrong = self.hq.check().unwrap().findings;
        wrong.retain(|finding| !finding.starts_with("the level") && !finding.ends_with("and no level"));
        wrong
    }

    pub fn matters(&self) -> i64 {
        self.number("SELECT count(*) FROM attention WHERE resolved_at IS NULL")
    }

    /// The engineer's next tablet, with everything on it.
    pub fn tablet(&self) -> Tablet {
        self.tablet_behind(Older::default())
    }

    /// The same with a program of before on it.
    pub fn tablet_behind(&self, older: Older) -> Tablet {
        let folder = tempfile::tempdir().unwrap();
        let (secret, _) = self.hq.invite(&Actor::machine(), self.engineer_id).unwrap();
        let key = SigningKey::generate().unwrap();
        let (device_name, version) = ("tablet".into(), "1".into());
        let request = EnrolRequest { secret, device_name, version, public_key: key.public() };
        let enrolled = self.hq.enrol(&request).unwrap();
        let replica = Replica::open(folder.path(), &Key::new([7; 32])).unwrap();
        replica.enrol(&Identity::of("http://hq", false, key, enrolled)).unwrap();
        let tablet = Tablet { folder, replica: replica.as_older(older).unwrap() };
        self.round(&tablet);
        tablet
    }

    pub fn receive(&self, tablet: &Tablet, pushed: &[Pushed]) -> Vec<Outcome> {
        let mine = tablet.replica.identity().unwrap().unwrap().replica;
        self.hq.receive(&mine, pushed, NOW).unwrap()
    }

    pub fn round(&self, tablet: &Tablet) {
        for _ in 0..20 {
            let request = tablet.replica.request(NOW).unwrap();
            let mine = tablet.replica.identity().unwrap().unwrap().replica;
            let user: User = self.get(self.engineer_id);
            let (mut frames, mut waiting): (Vec<Frame>, _) = self.hq.answer(&mine, &user, &request, NOW).unwrap();
            while let Some(stream) = waiting {
                let part = self.hq.part(stream).unwrap();
                frames.extend(part.frames);
                waiting = part.next;
            }
            tablet.replica.absorb(&frames, NOW, NOW).unwrap();
            if !tablet.replica.wants_more().unwrap() {
                return;
            }
        }
        panic!("the round does not end");
    }

    /// That a tablet holds what one holds that begins anew.
    pub fn as_on_a_new_one(&self, tablet: &Tablet) {
        let new = self.tablet();
        self.round(tablet);
        assert_eq!(tablet.replica.inspect().unwrap(), Vec::<String>::new());
        assert!(tablet.replica.images().unwrap() == new.replica.images().unwrap(), "all is as on a new tablet");
    }

    pub fn closed(self) -> Closed {
        let Company { hq, engineer_id, ticket, ground } = self;
        drop(hq);
        Closed { engineer_id, ticket, ground }
    }

    /// The same once the program was ended, and another has opened it.
    pub fn renewed(self) -> Company {
        self.closed().reopened().unwrap()
    }

    /// The same, where no commit after this one is taken: what would make it ends, as it does with its machine.
    pub fn with_a_limit_on_commits(self, last: i64) -> Closed {
        let postgres = self.ground.server.is_some();
        let refuse = if postgres {
            format!(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                     IF NEW.revision > {last} THEN RAISE EXCEPTION 'as if the machine had ended'; END IF; RETURN NEW;
                 END $$;
                 CREATE TRIGGER refuse BEFORE INSERT ON revision FOR EACH ROW EXECUTE FUNCTION refuse();"
            )
        } else {
            format!(
                "CREATE TRIGGER refuse BEFORE INSERT ON revision WHEN NEW.revision > {last}
                 BEGIN SELECT RAISE(ABORT, 'as if the machine had ended'); END;"
            )
        };
        let closed = self.closed();
        closed.run(&refuse);
        closed
    }
}

impl Closed {
    fn run(&self, sql: &str) {
        match &self.ground.server {
            Some(cluster) => {
                cluster.ask(&format!("SET search_path TO outpost_main; {sql}")).unwrap();
            }
            None => {
                let database = self.ground.folder.path().join(Headquarters::DATABASE);
                outpost_store::rusqlite::Connection::open(database).unwrap().execute_batch(sql).unwrap();
            }
        }
    }

    pub fn without_limit(&self) {
        self.run(if self.ground.server.is_some() { "DROP TRIGGER refuse ON revision" } else { "DROP TRIGGER refuse" });
    }

    pub fn open(&self) -> Result<Headquarters, HeadquartersError> {
        self.ground.open()
    }

    pub fn reopened(self) -> Result<Company, HeadquartersError> {
        let Closed { engineer_id, ticket, ground } = self;
        Ok(Company { hq: ground.open()?, engineer_id, ticket, ground })
    }
}

pub struct Tablet {
    folder: TempDir,
    pub replica: Replica,
}

impl Tablet {
    pub fn done(&self, command: impl Into<Command>) -> Id {
        match self.replica.give(Uuid::now_v7(), NOW, command.into()).unwrap() {
            Given::Saved { act, .. } => act.id,
            Given::Refused(refusal) => panic!("{refusal}"),
        }
    }

    pub fn note(&self, ticket_id: Id, text: &str) -> Id {
        self.done(AddNote { ticket_id, text: text.into() })
    }

    /// A command of its person's, as it travels.
    pub fn act(&self, command: &Command) -> Pushed {
        let mine = self.replica.identity().unwrap().unwrap().replica;
        let (id, version, command) = (Uuid::now_v7(), command.version(), command.clone());
        let act =
            Act { id, actor_id: mine.user_id, replica_id: mine.id, occurred_at: NOW, requires: Vec::new(), command };
        Pushed { id, seq: 0, version, base_revision: 0, act: serde_json::to_string(&act).unwrap() }
    }

    /// The same after its program was renewed.
    pub fn renewed(self) -> Tablet {
        let Tablet { folder, replica } = self;
        drop(replica);
        Tablet { replica: Replica::open(folder.path(), &Key::new([7; 32])).unwrap(), folder }
    }
}
