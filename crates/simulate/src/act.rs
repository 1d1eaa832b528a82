//! What can happen in a step.

use crate::company::{BOSS, CLERK, ENGINEERS, NORTH, PART, PLACES, SITES, SOUTH, workflow};
use crate::versions::of_its_age;
use crate::world::{Backup, Checked, Device, World};
use crate::{Fault, Trouble};
use outpost_domain::customer::Site;
use outpost_domain::person::User;
use outpost_domain::stock::{
    AdjustStock, CountStock, ReturnPart, Stand, StockLocation, StockMovement, TransferStock, UsePart,
};
use outpost_domain::ticket::{
    AddNote, AssignTicket, CancelTicket, ClaimTicket, HandOverTicket, OpenTicket, PauseStep, RecordEntry, StartStep,
    Step, Ticket, Urgency,
};
use outpost_domain::ticket::{CompleteStep, TicketState};
use outpost_domain::{Command, Id, Quantity, Record};
use outpost_store::Store;
use outpost_store::params;
use outpost_sync::image::effect_hash;
use outpost_sync::{FileStore, Given, Replica};
use std::collections::BTreeSet;

const DAY: i64 = 86_400_000;

impl World {
    /// One thing happens.
    pub(crate) fn act(&mut self) -> Result<Checked, Trouble> {
        let n = self.rng.usize(..self.devices.len());
        match self.rng.u8(0..100) {
            0..36 => self.give(n),
            36..60 => self.send(n),
            60..82 => self.listen(n),
            82..88 => self.boss(),
            88..91 if self.may(Fault::Reassign) => self.moves(),
            91..94 => self.arrive_late(),
            94 if self.may(Fault::Clone) => self.copy(n),
            95 if self.may(Fault::Restore) => self.back_up(),
            96 if self.may(Fault::Restore) => self.restore(),
            97 if self.may(Fault::Revoke) => self.lose_or_find(n),
            98 if self.may(Fault::Version) => self.of_tomorrow(n),
            99 if self.may(Fault::Clock) => {
                self.devices[n].skew = self.rng.i64(-2 * DAY..2 * DAY);
                let skew = self.devices[n].skew;
                self.say(|| format!("the clock of device {n} is {skew} ms ahead"));
                Ok(Ok(()))
            }
            _ => Ok(Ok(())),
        }
    }

    fn one_of<T: Record>(&mut self, store: &Store, tail: &str) -> Result<Option<T>, Trouble> {
        let mut all = store.select::<T>(&format!("{tail} ORDER BY id"), &[])?;
        if all.is_empty() {
            return Ok(None);
        }
        let n = self.rng.usize(..all.len());
        Ok(Some(all.swap_remove(n)))
    }

    /// Whatever an engineer may want to do with what their device shows.
    fn wish(&mut self, n: usize) -> Result<Option<Command>, Trouble> {
        let device = self.devices.remove(n);
        let wish = self.wish_on(device.replica.store(), device.user);
        self.devices.insert(n, device);
        wish
    }

    fn wish_on(&mut self, store: &Store, user: Id) -> Result<Option<Command>, Trouble> {
        let ticket = self.one_of::<Ticket>(store, "")?;
        let step = match &ticket {
            Some(ticket) => self.one_of::<Step>(store, &format!("WHERE ticket_id = '{}'", ticket.id))?,
            None => None,
        };
        let quantity = Quantity::from(self.rng.i64(1..6));
        let name = self.name();
        Ok(match (self.rng.u8(0..16), ticket, step) {
            (0..2, _, _) | (_, None, _) => Some(self.open(&[user])),
            (2..5, Some(ticket), _) => Some(AddNote { ticket_id: ticket.id, text: name.to_string() }.into()),
            (5..8, Some(ticket), _) => {
                let from_id = self.place();
                Some(UsePart { ticket_id: ticket.id, step_id: None, part_id: PART, quantity, from_id }.into())
            }
            (8, Some(ticket), _) => Some(ClaimTicket { ticket_id: ticket.id }.into()),
            (9, Some(ticket), _) => {
                let engineer_id = ENGINEERS[self.rng.usize(..3)];
                Some(HandOverTicket { ticket_id: ticket.id, engineer_id, note: String::new() }.into())
            }
            (10, _, _) => {
                let movement = self.one_of::<StockMovement>(store, "WHERE movement_kind = 'use'")?;
                movement.map(|used| ReturnPart { movement_id: used.id, quantity, to_id: self.place() }.into())
            }
            (11, _, _) => Some(
                TransferStock {
                    part_id: PART,
                    quantity,
                    from_id: self.place(),
                    to_id: self.place(),
                    note: String::new(),
                }
                .into(),
            ),
            (12, _, Some(step)) => Some(StartStep { step_id: step.id }.into()),
            (13, _, Some(step)) => Some(PauseStep { step_id: step.id, reason: "lunch".into() }.into()),
            (14, _, Some(step)) => Some(
                RecordEntry {
                    step_id: step.id,
                    demand: "greeted".into(),
                    from: String::new(),
                    value: name.to_string(),
                }
                .into(),
            ),
            (_, _, Some(step)) => Some(CompleteStep { step_id: step.id }.into()),
            _ => None,
        })
    }

    fn open(&mut self, for_whom: &[Id]) -> Command {
        OpenTicket {
            number: String::new(),
            workflow_id: workflow(),
            title: "door fault".into(),
            description: String::new(),
            urgency: Urgency::Normal,
            source: "app".into(),
            device_id: None,
            site_id: SITES[self.rng.usize(..2)],
            contact_id: None,
            engineer_id: self.rng.bool().then(|| for_whom[self.rng.usize(..for_whom.len())]),
            planned_at: None,
            due_at: None,
            fault_code: String::new(),
            latitude: None,
            longitude: None,
            again: false,
        }
        .into()
    }

    fn place(&mut self) -> Id {
        PLACES[self.rng.usize(..2)]
    }

    /// Somebody does something on a device, which may crash over it.
    fn give(&mut self, n: usize) -> Result<Checked, Trouble> {
        let Some(command) = self.wish(n)? else { return Ok(Ok(())) };
        self.give_command(n, command)
    }

    pub(crate) fn give_command(&mut self, n: usize, command: Command) -> Result<Checked, Trouble> {
        let (id, name) = (self.name(), command.name());
        let alone = self.devices[n].replica.pending_count()? == 0;
        let head = self.devices[n].replica.cursor()?.filter(|cursor| alone && cursor.revision == self.model.head);
        // After a restore numbers come again: the commit that the device has seen may be another of the same number.
        let tag = "SELECT tag FROM revision WHERE revision = $1";
        let tag = self.headquarters.reader().one(tag, params![self.model.head], |row| row.get::<String>(0))?;
        let head = head.filter(|cursor| Some(&cursor.tag) == tag.as_ref()).map(|cursor| cursor.revision);
        let now = self.now + self.devices[n].skew;
        let crash = self.rng.u8(0..40) == 0 && self.may(Fault::DeviceCrash);
        if crash {
            let after = self.rng.u32(1..30);
            self.devices[n].replica.store_mut().break_off_after(Some(after))?;
        }
        let given = self.devices[n].replica.give(id, now, command);
        self.devices[n].replica.store_mut().break_off_after(None)?;
        match given {
            Ok(Given::Saved { effects, .. }) => {
                self.devices[n].given.insert(id);
                // With a clock that is wrong headquarters does the same as of another moment.
                // So does one that knows more.
                let told_right = self.devices[n].skew == 0 && !self.devices[n].is_older;
                let certain = head.filter(|_| told_right && !effects.provisional);
                let hash = effect_hash(&effects)?;
                self.given.insert(id, certain.map(|head| (head, hash)));
                self.say(|| format!("device {n} gives {name}"));
            }
            Ok(Given::Refused(refusal)) => self.say(|| format!("device {n} refuses {name}: {:?}", refusal.code)),
            Err(_) if crash => self.say(|| format!("device {n} crashes over {name}")),
            Err(error) => return Err(error.into()),
        }
        Ok(Ok(()))
    }

    /// The dispatcher or the clerk does something at headquarters.
    fn boss(&mut self) -> Result<Checked, Trouble> {
        let store = self.headquarters.reader();
        let tickets = store.select::<Ticket>("ORDER BY id", &[])?;
        drop(store);
        let id = self.name();
        let command: Command = if tickets.is_empty() {
            self.open(&ENGINEERS)
        } else {
            let ticket = &tickets[self.rng.usize(..tickets.len())];
            let (ticket_id, from_engineer_id) = (ticket.id, ticket.engineer_id);
            match self.rng.u8(0..7) {
                0 => CancelTicket { ticket_id, reason: "customer called".into() }.into(),
                1 => {
                    let (location_id, difference) = (self.place(), Quantity::from(self.rng.i64(1..5)));
                    AdjustStock { part_id: PART, location_id, difference, reason: "found".into() }.into()
                }
                2 => {
                    // What happened before the count may arrive after it.
                    let (location_id, counted) = (self.place(), Quantity::from(self.rng.i64(0..30)));
                    let counted_at = self.now - self.rng.i64(0..2 * DAY);
                    let revision = self.rng.i64(0..=self.model.head);
                    let after = self.rng.bool().then_some(Stand { revision, seq: 0 });
                    CountStock { part_id: PART, location_id, counted, counted_at, after, note: String::new() }.into()
                }
                3 => self.open(&ENGINEERS),
                _ => {
                    let engineer_id = Some(ENGINEERS[self.rng.usize(..3)]);
                    AssignTicket { ticket_id, from_engineer_id, engineer_id, from_planned_at: None, planned_at: None }
                        .into()
                }
            }
        };
        let name = command.name();
        let who = if matches!(command, Command::AdjustStock(_) | Command::CountStock(_)) { CLERK } else { BOSS };
        if name == "OpenTicket" {
            self.opened.insert(id);
        }
        let done = self.headquarters.give(who, id, command, self.now)?;
        let how = done.map_or_else(|refusal| format!("{:?}", refusal.code), |_| "done".into());
        self.say(|| format!("headquarters gives {name}: {how}"));
        Ok(Ok(()))
    }

    /// Something or somebody moves to the other region.
    fn moves(&mut self) -> Result<Checked, Trouble> {
        let other = |region: Id| if region == NORTH { SOUTH } else { NORTH };
        let store = self.headquarters.reader();
        let tickets = store.select::<Ticket>("ORDER BY id", &[])?;
        let users = store.select::<User>("ORDER BY id", &[])?;
        let sites = store.select::<Site>("ORDER BY id", &[])?;
        let places = store.select::<StockLocation>("ORDER BY id", &[])?;
        drop(store);
        let which = self.rng.u8(0..10);
        let (what, record) = match which {
            0..5 if !tickets.is_empty() => {
                let mut ticket = tickets[self.rng.usize(..tickets.len())].clone();
                ticket.region_id = other(ticket.region_id);
                if ticket.state == TicketState::Done {
                    ticket.reason = "archived".into();
                }
                ("a ticket", ticket.into())
            }
            5..7 => {
                let mut user = users[self.rng.usize(..3)].clone();
                user.region_id = other(user.region_id);
                ("somebody", user.into())
            }
            7 => {
                let mut place = places[self.rng.usize(..places.len())].clone();
                place.region_id = other(place.region_id);
                ("a place", place.into())
            }
            _ => {
                let mut site = sites[self.rng.usize(..sites.len())].clone();
                site.region_id = other(site.region_id);
                ("a site", site.into())
            }
        };
        self.headquarters.store_records(&[record])?;
        self.say(|| format!("{what} moves to the other region"));
        Ok(Ok(()))
    }

    /// A device is copied, as phones' backups do; both go on as the same.
    fn copy(&mut self, n: usize) -> Result<Checked, Trouble> {
        if self.devices.len() >= 6 {
            return Ok(Ok(()));
        }
        let bytes = self.devices[n].replica.store_mut().to_bytes()?;
        let (user, skew, given) = (self.devices[n].user, self.devices[n].skew, self.devices[n].given.clone());
        let files = self.devices[n].files.clone();
        // Without files there is no name to be drawn, and a history stays as it was.
        let folder = if files.is_empty() { Id::nil() } else { self.name() };
        let copies = self.files_of(folder);
        for sha256 in self.devices[n].replica.files().names().map_err(io)? {
            let bytes = self.devices[n].replica.files().read(&sha256).map_err(io)?;
            copies.keep(&bytes.unwrap_or_default()).map_err(io)?;
        }
        let is_older = self.devices[n].is_older;
        let replica = of_its_age(Replica::in_memory(Some(&bytes))?.with_files(copies), is_older)?;
        self.shared.extend(replica.pending(usize::MAX >> 1)?.iter().map(|pending| pending.id));
        self.devices.push(Device { replica, user, skew, stream: None, sending: None, given, files, is_older });
        self.say(|| format!("device {n} is copied"));
        Ok(Ok(()))
    }

    fn back_up(&mut self) -> Result<Checked, Trouble> {
        let bytes = self.ground.backup(&self.headquarters)?;
        let files = self.files_of_headquarters().names().map_err(io)?;
        self.backups.push(Backup { bytes, head: self.headquarters.revision()?, files, sent: self.sent()? });
        self.say(|| "headquarters is backed up".into());
        Ok(Ok(()))
    }

    /// Who has sent which file, as headquarters has noted it.
    fn sent(&self) -> Result<BTreeSet<(Id, String)>, Trouble> {
        let rows = self.headquarters.reader().rows("SELECT user_id, sha256 FROM file_sent", &[], |row| {
            Ok((row.get::<String>(0)?, row.get::<String>(1)?))
        })?;
        Ok(rows.into_iter().filter_map(|(user, sha256)| Some((Id::parse_str(&user).ok()?, sha256))).collect())
    }

    /// Headquarters comes back as it was.
    fn restore(&mut self) -> Result<Checked, Trouble> {
        let Some(Backup { bytes, head, files, sent }) = self.backups.pop() else { return Ok(Ok(())) };
        let kept = self.files_of_headquarters();
        for sha256 in kept.names().map_err(io)?.into_iter().filter(|sha256| !files.contains(sha256)) {
            kept.remove(&sha256).map_err(io)?;
        }
        let made: BTreeSet<(Id, String)> = self
            .devices
            .iter()
            .flat_map(|device| device.files.iter().map(|sha256| (device.user, sha256.clone())))
            .collect();
        // Nobody has it any more.
        self.excused_files.extend(self.sent()?.into_iter().filter(|it| !sent.contains(it) && !made.contains(it)));
        self.headquarters = self.ground.restored(&bytes, kept)?;
        self.known_outcomes = None;
        // Whoever restores says so, or lays the files of the database back as they were; then nobody can tell that files
        // are missing which arrived after the last commit that was seen.
        if self.may(Fault::File) && self.rng.bool() {
            self.headquarters.begin_epoch()?;
        } else {
            self.excused_files.extend(made.into_iter().filter(|it| !sent.contains(it)));
        }
        let lost = self.handed_in.iter().filter(|(_, on)| **on > head).map(|(id, _)| *id);
        let lost: Vec<Id> = lost.filter(|id| !self.devices.iter().any(|device| device.given.contains(id))).collect();
        self.excused.extend(lost);
        self.model.rewind(head);
        self.restored = true;
        // The commit that these were given on is lost, and its number may be given to another.
        for given in self.given.values_mut() {
            *given = given.take().filter(|(on, _)| *on <= head);
        }
        for device in &mut self.devices {
            device.stream = None;
        }
        // Something happens there before the first device comes: numbers are given twice.
        if self.rng.bool() {
            let command = self.open(&ENGINEERS);
            let id = self.name();
            self.opened.insert(id);
            let _ = self.headquarters.give(BOSS, id, command, self.now)?;
        }
        self.say(|| "headquarters is restored".into());
        Ok(Ok(()))
    }

    fn lose_or_find(&mut self, n: usize) -> Result<Checked, Trouble> {
        if let Some(record) = self.record(n)? {
            let (id, revoked) = (record.id, !record.revoked);
            self.headquarters.revoke(&outpost_headquarters::Actor::machine(), id, revoked)?;
            self.say(|| format!("device {n} is reported {}", if revoked { "lost" } else { "found" }));
        }
        Ok(Ok(()))
    }

    /// A command that headquarters does not know yet, as a newer program would give it.
    fn of_tomorrow(&mut self, n: usize) -> Result<Checked, Trouble> {
        let replica = &self.devices[n].replica;
        let Some(identity) = replica.identity()? else { return Ok(Ok(())) };
        let conn = replica.store().sqlite()?;
        let seq: Option<String> =
            conn.query_row("SELECT (SELECT value FROM note WHERE name = 'seq')", [], |row| row.get(0))?;
        let seq = seq.and_then(|seq| seq.parse::<i64>().ok()).unwrap_or(0) + 1;
        let id = self.name();
        let act = serde_json::json!({
            "id": id, "actor_id": identity.replica.user_id, "replica_id": identity.replica.id,
            "occurred_at": self.now, "requires": [], "name": "FoldTicket", "payload": {}
        });
        let conn = self.devices[n].replica.store().sqlite()?;
        conn.execute(
            "INSERT INTO note (name, value) VALUES ('seq', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![seq.to_string()],
        )?;
        conn.execute(
            "INSERT INTO outbox (seq, id, version, act, base_revision) VALUES ($1, $2, 9, $3, 0)",
            params![seq, id.to_string(), act.to_string()],
        )?;
        self.devices[n].given.insert(id);
        self.given.insert(id, None);
        self.say(|| format!("device {n} gives a command of tomorrow"));
        Ok(Ok(()))
    }
}

fn io(error: std::io::Error) -> Trouble {
    Trouble(error.to_string())
}
