//! Files in their lane: they are attached on a device, and travel piece by piece over a network that loses and garbles.

use crate::world::{Checked, World};
use crate::{Fault, Planted, Trouble};
use outpost_domain::ticket::{AttachFile, Purpose, Ticket};
use outpost_domain::{Id, Kind};
use outpost_headquarters::HeadquartersError;
use outpost_sync::{FileStore, Next, Sending, sha256_hex};

/// So small that most files are of several pieces.
const PIECE_BYTES: u64 = 100;
/// More requests than any file takes when nothing goes wrong.
const REQUESTS: usize = 60;

/// A piece that the network held back.
#[derive(Clone)]
pub(crate) struct LatePiece {
    sha256: String,
    from: Id,
    offset: u64,
    bytes: Vec<u8>,
    size: u64,
}

impl World {
    /// Perhaps a file is attached on a device, or a piece of one is sent.
    pub(crate) fn act_on_files(&mut self) -> Result<Checked, Trouble> {
        let n = self.rng.usize(..self.devices.len());
        match self.rng.u8(0..24) {
            0 => self.attach(n),
            1..4 => self.send_file(n),
            4 if !self.late_pieces.is_empty() => {
                let late = self.late_pieces.swap_remove(self.rng.usize(..self.late_pieces.len()));
                self.say(|| "a piece arrives late".into());
                // Its answer reaches nobody.
                let LatePiece { sha256, from, offset, bytes, size } = &late;
                let _ = self.headquarters.append_file(*from, sha256, *offset, bytes, *size);
                Ok(Ok(()))
            }
            _ => Ok(Ok(())),
        }
    }

    fn attach(&mut self, n: usize) -> Result<Checked, Trouble> {
        let tickets = self.devices[n].replica.store().select::<Ticket>("ORDER BY id", &[])?;
        if tickets.is_empty() {
            return Ok(Ok(()));
        }
        let ticket_id = tickets[self.rng.usize(..tickets.len())].id;
        // Some are the same as others: those travel once.
        let length = self.rng.usize(0..350);
        let bytes: Vec<u8> =
            if self.rng.u8(0..4) == 0 { vec![7; 150] } else { (0..length).map(|_| self.rng.u8(..)).collect() };
        let sha256 = self.devices[n].replica.keep_file(&bytes, None)?;
        self.devices[n].files.insert(sha256.clone());
        if self.rng.u8(0..20) == 0 && self.may(Fault::DeviceCrash) {
            self.say(|| format!("device {n} crashes after it kept a file"));
            return Ok(Ok(()));
        }
        let command = AttachFile {
            ticket_id,
            step_id: None,
            demand: String::new(),
            purpose: Purpose::Photo,
            sha256,
            media_type: "image/jpeg".into(),
            size_bytes: bytes.len() as u32,
            width: 0,
            height: 0,
            taken_at: None,
            latitude: None,
            longitude: None,
            thumbnail_sha256: String::new(),
            name: String::new(),
        };
        self.give_command(n, command.into())
    }

    /// One request for the file that waits longest; whatever the network does with it.
    fn send_file(&mut self, n: usize) -> Result<Checked, Trouble> {
        match self.rng.u8(0..16) {
            0 | 1 if self.may(Fault::Drop) => {
                // A device that heard nothing begins by asking.
                self.devices[n].sending = None;
                self.say(|| format!("a piece of device {n} is lost"));
                if self.rng.bool() {
                    self.file_request(n, Way::AnswerLost)?;
                    self.devices[n].sending = None;
                }
            }
            2 if self.may(Fault::Garbage) => self.file_request(n, Way::Garbled)?,
            3 if self.may(Fault::Duplicate) => self.file_request(n, Way::Twice)?,
            4 if self.may(Fault::HeadquartersCrash) => self.file_request(n, Way::Crash)?,
            _ => self.file_request(n, Way::Whole)?,
        }
        Ok(Ok(()))
    }

    /// All files of a device go up, with nothing in the way.
    pub(crate) fn send_all_files(&mut self, n: usize) -> Result<Checked, Trouble> {
        for _ in 0..REQUESTS * (1 + self.devices[n].replica.files_to_send()?.len()) {
            if self.devices[n].replica.files_to_send()?.is_empty() {
                return Ok(Ok(()));
            }
            self.file_request(n, Way::Whole)?;
        }
        Ok(self.broken(13, format!("the files of device {n} do not come to rest")))
    }

    fn file_request(&mut self, n: usize, way: Way) -> Result<(), Trouble> {
        let replica = &self.devices[n].replica;
        let Some(sha256) = replica.files_to_send()?.into_iter().next() else { return Ok(()) };
        let bytes = replica.files().read(&sha256).map_err(trouble)?.unwrap_or_default();
        let size = bytes.len() as u64;
        let kept = self.devices[n].sending.take().filter(|(of, _)| *of == sha256).map(|(_, sending)| sending);
        let mut sending = kept.unwrap_or_else(|| Sending::new(size).in_pieces_of(PIECE_BYTES));
        let from = self.devices[n].user;
        let goes_on = match sending.next() {
            Next::Arrived => false,
            Next::Ask => {
                let (arrived, whole) = self.headquarters.file_arrived(from, &sha256)?;
                sending.heard(arrived, whole);
                if self.planted == Some(Planted::ForgetFile) {
                    self.devices[n].replica.file_arrived(&sha256, self.now)?;
                }
                true
            }
            Next::Send(range) => {
                let mut piece = bytes.get(range.start as usize..range.end as usize).unwrap_or_default().to_vec();
                if way == Way::Garbled
                    && let Some(byte) = piece.first_mut()
                {
                    *byte ^= 1;
                }
                if way == Way::Twice {
                    let (sha256, bytes) = (sha256.clone(), piece.clone());
                    self.late_pieces.push(LatePiece { sha256, from, offset: range.start, bytes, size });
                }
                if way == Way::Crash {
                    // Headquarters breaks off over a piece: half of it is written, and nobody is answered.
                    self.say(|| "headquarters breaks off over a piece".into());
                    let _ = self.headquarters.append_file(from, &sha256, range.start, &piece[..piece.len() / 2], size);
                    return Ok(());
                }
                match self.headquarters.append_file(from, &sha256, range.start, &piece, size) {
                    Ok(arrived) => {
                        sending.heard(arrived, arrived == size);
                        true
                    }
                    Err(HeadquartersError::Denied(denial)) if denial.code == "wrong_offset" => sending.missed(),
                    // It was garbled, and begins anew.
                    Err(HeadquartersError::Denied(denial)) if denial.code == "wrong_hash" => false,
                    Err(error) => return Err(error.into()),
                }
            }
        };
        self.say(|| format!("device {n} sends of a file, {way:?}"));
        if way == Way::AnswerLost {
            return Ok(());
        }
        if sending.next() == Next::Arrived {
            self.devices[n].replica.file_arrived(&sha256, self.now)?;
            self.say(|| format!("a file of device {n} has arrived"));
        } else if goes_on {
            self.devices[n].sending = Some((sha256, sending));
        }
        Ok(())
    }

    /// Every file that headquarters has a record of is there, and is what it should be.
    pub(crate) fn check_files(&self) -> Result<Checked, Trouble> {
        for attachment in self.model.all(Kind::Attachment) {
            let sha256 = attachment["sha256"].as_str().unwrap_or_default();
            let bytes = self.headquarters.files().read(sha256).map_err(trouble)?;
            let is_right = bytes.as_ref().is_some_and(|bytes| sha256_hex(bytes) == sha256);
            let author = attachment["actor_id"].as_str().and_then(|id| Id::parse_str(id).ok()).unwrap_or_default();
            // It is given out only if whoever attached it is known to have sent it.
            let is_known = is_right && self.headquarters.file_arrived(author, sha256)?.1;
            if !is_known && !self.excused_files.contains(&(author, sha256.to_owned())) {
                let what = match bytes {
                    Some(_) if is_right => "is not known to come from its author",
                    Some(_) => "is another",
                    None => "never arrived",
                };
                return Ok(self.broken(17, format!("the file {sha256} {what}")));
            }
        }
        Ok(Ok(()))
    }
}

/// What becomes of a request in the lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Whole,
    AnswerLost,
    Garbled,
    Twice,
    Crash,
}

fn trouble(error: std::io::Error) -> Trouble {
    Trouble(error.to_string())
}
