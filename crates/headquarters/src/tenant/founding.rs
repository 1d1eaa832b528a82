//! A new company: what ships with the product, and the demo company.

use crate::access::{About, Actor, ReplicaContact, SecurityKind, check_password, write_down};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_demo::{Demo, DemoSignIn, demo_at, received_at};
use outpost_domain::person::{Replica, User};
use outpost_domain::{Instant, alike};
use outpost_sync::protocol::Pushed;

/// Always the same company.
const SEED: u64 = 2026;

impl Headquarters {
    /// Fills an empty headquarters with the demo company and its history; who can sign in.
    ///
    /// # Errors
    /// When it cannot be written, or a command of its history was not taken.
    pub fn fill_demo(&self, now: Instant) -> Result<Vec<DemoSignIn>, HeadquartersError> {
        let Demo { company, records, acts, people, files, .. } = demo_at(SEED, now, outpost_app::utc_offset_minutes());
        self.writer().execute("UPDATE tenant SET company = $1", &[&company])?;
        for (_, bytes) in &files {
            self.files().keep(bytes)?;
        }
        // Nothing of this is lost if it breaks off: it can be made again. So the disk is not waited for.
        self.writer().wait_for_disk(false)?;
        self.store_records(&records)?;
        // The history comes in as it would have from each person's device.
        for (index, act) in acts.iter().enumerate() {
            let replica = self.reader().get::<Replica>(act.replica_id)?;
            let replica =
                replica.ok_or_else(|| HeadquartersError::denied("not_here", "a device of the demo is missing"))?;
            let pushed = Pushed {
                id: act.id,
                seq: index as i64 + 1,
                version: act.command.version(),
                base_revision: 0,
                act: serde_json::to_string(act)?,
            };
            let outcomes = self.receive(&replica, &[pushed], received_at(act, now))?;
            if let Some(refusal) = outcomes.into_iter().find_map(|outcome| outcome.refusal) {
                return Err(HeadquartersError::denied("not_understood", format!("{}: {refusal}", act.command.name())));
            }
        }
        self.believe_attachments()?;
        let replicas = self.reader().select::<Replica>("ORDER BY enrolled_at, id", &[])?;
        for (minutes, replica) in (3..).step_by(11).zip(replicas) {
            let version = env!("CARGO_PKG_VERSION").to_owned();
            self.heard_of(replica.id, &ReplicaContact::first(version, now - minutes * 60_000))?;
        }
        self.writer().wait_for_disk(true)?;
        for person in &people {
            if let Some(user) = self.user_by_login(&person.login)? {
                self.set_password(&Actor::machine(), user.id, &person.password)?;
            }
        }
        // Everybody can read these passwords: they are to open nothing but a demo.
        self.writer().execute("UPDATE password SET demo = 1", &[])?;
        Ok(people)
    }

    /// Fills an empty headquarters with the roles and workflows that ship with the product, one region and one
    /// administrator who signs in with this name and password.
    ///
    /// # Errors
    /// When it cannot be written, or the password is too short.
    pub fn fill_new(&self, login: &str, password: &str) -> Result<(), HeadquartersError> {
        // Before anything is written: a company without anybody who can sign in is one that nobody ever enters.
        check_password(password)?;
        let region = outpost_domain::person::Region {
            id: crate::headquarters::new_id(),
            name: self.company()?,
            name_en: String::new(),
            parent_id: None,
        };
        let roles = outpost_demo::roles();
        let admin = roles.iter().find(|role| role.key == "admin").map(|role| role.id);
        let user = User {
            id: crate::headquarters::new_id(),
            login: alike::login(login),
            name: login.to_owned(),
            name_en: String::new(),
            phone: String::new(),
            role_id: admin.unwrap_or_default(),
            region_id: region.id,
            van_id: None,
            active: true,
        };
        let user_id = user.id;
        let mut records = vec![region.into()];
        records.extend(roles.into_iter().map(Into::into));
        records.extend(outpost_demo::workflows().into_iter().map(Into::into));
        records.push(user.into());
        self.commit(|store, commit| {
            records.iter().try_for_each(|record| commit.put(record))?;
            let about = About::person(user_id).with(login);
            write_down(store, outpost_app::now(), &Actor::machine(), SecurityKind::Founded, &about)
        })?;
        self.set_password(&Actor::machine(), user_id, password)
    }
}
