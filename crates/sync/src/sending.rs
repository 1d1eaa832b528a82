//! A file on its way to headquarters, piece by piece: what to do next, from what headquarters said last. The bytes travel
//! in a lane of their own, so that a photo never delays a ticket.

use std::ops::Range;

/// How much of a file travels in one request.
const PIECE_BYTES: u64 = 256 * 1024;

/// How often in a row a piece may meet an offset that is not where headquarters is. Then somebody else sends the same.
const LOOKS: u32 = 3;

/// A file on its way.
#[derive(Debug)]
pub struct Sending {
    size: u64,
    piece: u64,
    offset: Option<u64>,
    whole: bool,
    looked: u32,
}

/// What to do next with a file on its way.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Ask headquarters how much of it is there.
    Ask,
    /// Send these bytes; none where all are there and headquarters has yet to verify them.
    Send(Range<u64>),
    /// Headquarters has verified it.
    Arrived,
}

impl Sending {
    /// A file of this size, of which nothing is known.
    pub fn new(size: u64) -> Sending {
        Sending { size, piece: PIECE_BYTES, offset: None, whole: false, looked: 0 }
    }

    /// The same with pieces of another size.
    #[must_use]
    pub fn in_pieces_of(self, piece: u64) -> Sending {
        Sending { piece, ..self }
    }

    /// What to do next.
    pub fn next(&self) -> Next {
        match self.offset {
            _ if self.whole => Next::Arrived,
            None => Next::Ask,
            Some(offset) => Next::Send(offset..self.size.min(offset + self.piece)),
        }
    }

    /// Headquarters said how many bytes are there, and whether that is the whole file, verified.
    pub fn heard(&mut self, offset: u64, whole: bool) {
        // More than there is can only be of another file: that begins anew.
        self.offset = Some(if offset > self.size { 0 } else { offset });
        self.whole = whole;
    }

    /// A piece went to where headquarters is not: it may have arrived without its answer. Whether to look again.
    pub fn missed(&mut self) -> bool {
        self.offset = None;
        self.looked += 1;
        self.looked <= LOOKS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_on_where_it_stands_and_has_arrived_only_when_it_was_verified() {
        let mut sending = Sending::new(PIECE_BYTES + 10);
        assert_eq!(sending.next(), Next::Ask);
        sending.heard(7, false);
        assert_eq!(sending.next(), Next::Send(7..PIECE_BYTES + 7));
        assert!(sending.missed());
        assert_eq!(sending.next(), Next::Ask);
        sending.heard(PIECE_BYTES + 10, false);
        assert_eq!(sending.next(), Next::Send(PIECE_BYTES + 10..PIECE_BYTES + 10), "all there, and not verified");
        sending.heard(PIECE_BYTES + 10, true);
        assert_eq!(sending.next(), Next::Arrived);
    }

    #[test]
    fn an_empty_file_is_sent_as_well() {
        let mut sending = Sending::new(0);
        sending.heard(0, false);
        assert_eq!(sending.next(), Next::Send(0..0));
        sending.heard(0, true);
        assert_eq!(sending.next(), Next::Arrived);
    }

    #[test]
    fn whoever_is_never_met_gives_up_for_this_time() {
        let mut sending = Sending::new(10);
        assert!((0..LOOKS).all(|_| sending.missed()));
        assert!(!sending.missed());
    }
}
