//! People change one contact on several devices and at headquarters, each from the copy that they see.

use crate::company::{BOSS, CONTACT};
use crate::world::{Checked, World};
use crate::{Planted, Trouble};
use outpost_domain::attention::Attention;
use outpost_domain::customer::{Contact, SaveContact};
use outpost_domain::{Act, Code, Command, Id};
use outpost_store::Store;
use outpost_store::params;
use std::collections::BTreeMap;

const FIELDS: [&str; 3] = ["name", "title", "phone"];

fn fields(contact: &Contact) -> [&str; 3] {
    [&contact.name, &contact.title, &contact.phone]
}

impl World {
    /// Perhaps somebody changes the contact, one field or two of it.
    pub(crate) fn act_on_contact(&mut self) -> Result<Checked, Trouble> {
        if self.rng.u8(0..12) > 0 {
            return Ok(Ok(()));
        }
        let n = self.rng.usize(..=self.devices.len());
        let seen = |store: &Store| store.get::<Contact>(CONTACT);
        let from = match self.devices.get(n) {
            Some(device) => seen(device.replica.store())?,
            None => seen(&self.headquarters.reader())?,
        };
        let Some(from) = from else { return Ok(Ok(())) };
        let (mut contact, wanted) = (from.clone(), self.name());
        let which = self.rng.u8(1..8);
        for (place, field) in [&mut contact.name, &mut contact.title, &mut contact.phone].into_iter().enumerate() {
            if which & 1 << place != 0 {
                *field = format!("{} {}", FIELDS[place], wanted.as_u128() & 0xffff_ffff);
            }
        }
        let command: Command = SaveContact { contact, from: Some(from) }.into();
        if n < self.devices.len() {
            return self.give_command(n, command);
        }
        let id = self.name();
        let done = self.headquarters.give(BOSS, id, command, self.now)?;
        self.say(|| format!("headquarters changes the contact: {}", done.is_ok()));
        Ok(Ok(()))
    }

    /// What somebody wrote into a field stands there until somebody who saw it writes another, or somebody is told.
    pub(crate) fn check_edits(&mut self) -> Result<Checked, Trouble> {
        if self.planted == Some(Planted::OverwriteField) {
            // As if a whole record had been written over another.
            let sql = "UPDATE contact SET title = 'caretaker', phone = '1' WHERE id = $1";
            self.headquarters.writer().execute(sql, params![CONTACT.to_string()])?;
        }
        let store = self.headquarters.reader();
        let Some(now) = store.get::<Contact>(CONTACT)? else { return Ok(Ok(())) };
        let mut contested: BTreeMap<Id, String> = BTreeMap::new();
        for matter in store.select::<Attention>("", &[])?.into_iter().filter(|it| it.code == Code::FieldContested) {
            contested.insert(matter.command_id, matter.details.get("fields").cloned().unwrap_or_default());
        }
        let sql = "SELECT act, version FROM command WHERE status IN ('applied', 'adjusted') ORDER BY revision, replica_id, seq";
        let acts = store.rows(sql, &[], |row| Ok((row.get::<String>(0)?, row.get::<i32>(1)?)))?;
        drop(store);
        let mut stands = crate::company::contact();
        for (text, _) in acts {
            let Ok(Act { id, command: Command::SaveContact(edit), .. }) = serde_json::from_str::<Act>(&text) else {
                continue;
            };
            let Some(from) = &edit.from else { continue };
            let told = contested.get(&id).map(String::as_str).unwrap_or_default();
            let mut next = stands.clone();
            let places = [&mut next.name, &mut next.title, &mut next.phone];
            for (place, field) in places.into_iter().enumerate() {
                let (saw, wants, stood) = (fields(from)[place], fields(&edit.contact)[place], fields(&stands)[place]);
                if saw == wants || stood == wants || told.split(' ').any(|name| name == FIELDS[place]) {
                    continue;
                }
                if saw != stood {
                    let what = format!("{} {stood:?} was written over by {id}, who had seen {saw:?}", FIELDS[place]);
                    return Ok(self.broken(21, what));
                }
                *field = wants.to_owned();
            }
            stands = next;
        }
        if fields(&now) != fields(&stands) {
            let what = format!("the contact is {:?}, and was made {:?}", fields(&now), fields(&stands));
            return Ok(self.broken(21, what));
        }
        Ok(Ok(()))
    }
}
