//! Devices whose program is older than headquarters', and is renewed some day.

use crate::world::{Checked, World};
use crate::{Planted, Trouble};
use outpost_domain::Kind;
use outpost_sync::{Older, Replica};

/// What the program before did not know: a kind, a field that may be missing, and one without which it can read nothing of a
/// kind.
fn older() -> Older {
    Older {
        kinds: [Kind::StockMovement].into(),
        fields: [(Kind::Attention, "handed_over_note"), (Kind::Event, "details")].into(),
    }
}

/// A replica as the program that its device has.
pub(crate) fn of_its_age(replica: Replica, is_older: bool) -> Result<Replica, Trouble> {
    Ok(if is_older { replica.as_older(older())? } else { replica })
}

impl World {
    /// Perhaps the program of a device is renewed, or one of before is put in its place.
    pub(crate) fn act_on_versions(&mut self) -> Result<Checked, Trouble> {
        if self.rng.u8(0..25) > 0 {
            return Ok(Ok(()));
        }
        let n = self.rng.usize(..self.devices.len());
        self.devices[n].is_older = !self.devices[n].is_older;
        self.program_begins(n)?;
        let which = if self.devices[n].is_older { "of before" } else { "of today" };
        self.say(|| format!("the program of device {n} is one {which}"));
        self.check_read(n)
    }

    /// All have the program of today.
    pub(crate) fn renew(&mut self) -> Result<Checked, Trouble> {
        for n in 0..self.devices.len() {
            self.devices[n].is_older = false;
            self.program_begins(n)?;
            if let Err(broken) = self.check_read(n)? {
                return Ok(Err(broken));
            }
        }
        Ok(Ok(()))
    }

    fn program_begins(&mut self, n: usize) -> Result<(), Trouble> {
        let device = &mut self.devices[n];
        if self.planted == Some(Planted::ForgetNewer) {
            device.replica.store().execute("DELETE FROM newer", &[])?;
        }
        let bytes = device.replica.store_mut().to_bytes()?;
        let files = device.replica.files().clone();
        device.replica = of_its_age(Replica::in_memory(Some(&bytes))?.with_files(files), device.is_older)?;
        (device.stream, device.sending) = (None, None);
        Ok(())
    }

    /// That a program of today leaves nothing unread that it knows.
    fn check_read(&self, n: usize) -> Result<Checked, Trouble> {
        let device = &self.devices[n];
        let unread = device.replica.store().number("SELECT count(*) FROM newer", &[])?;
        if !device.is_older && unread > 0 {
            return Ok(self.broken(19, format!("device {n} leaves {unread} records unread")));
        }
        // Whether the rest is as it should be is looked at when its next round is over.
        Ok(Ok(()))
    }

    /// Whether a device has no place for a kind.
    pub(crate) fn lacks(&self, n: usize, kind: Kind) -> bool {
        self.devices[n].is_older && older().kinds.contains(&kind)
    }
}
