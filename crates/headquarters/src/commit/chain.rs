//! Chains: entries that each bear a hash over themselves and the one before, so that whoever changes one, takes one out, or
//! cuts off the end is found out. The record of security acts is one, the commits are another.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// Where a chain ends: the number and the hash of its newest entry. Written down elsewhere, it tells later whether all until
/// then is still there, even if somebody made the whole chain anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChainHead {
    /// 0 if there is none.
    pub number: i64,
    /// Empty if there is none.
    pub hash: String,
}

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl FromStr for ChainHead {
    type Err = String;

    fn from_str(text: &str) -> Result<ChainHead, String> {
        let wrong = || format!("{text:?} is no end of a chain, such as 17:3fc9…");
        let (number, hash) = text.trim().split_once(':').ok_or_else(wrong)?;
        Ok(ChainHead { number: number.parse().map_err(|_| wrong())?, hash: hash.to_owned() })
    }
}

/// The first place where a chain is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChainFault {
    /// The entry.
    pub number: i64,
    /// What is wrong there.
    pub why: String,
}

/// A chain as far as it was read.
pub(crate) struct Walk<'a> {
    noted: Option<&'a ChainHead>,
    pub(crate) last: ChainHead,
    pub(crate) fault: Option<ChainFault>,
}

impl<'a> Walk<'a> {
    /// From the beginning; `noted` is an end that was written down elsewhere before.
    pub(crate) fn new(noted: Option<&'a ChainHead>) -> Walk<'a> {
        Walk { noted, last: ChainHead::default(), fault: None }
    }

    /// Notes that the next entry is not as it was written.
    pub(crate) fn fault(&mut self, why: impl Into<String>) {
        self.fault_at(self.last.number + 1, why);
    }

    /// The same of any entry. The first that was found stands.
    pub(crate) fn fault_at(&mut self, number: i64, why: impl Into<String>) {
        self.fault.get_or_insert(ChainFault { number, why: why.into() });
    }

    /// Goes on to an entry with this number and hash, where the hash should be another.
    pub(crate) fn go_on(&mut self, number: i64, hash: String, should_be: &str) {
        if number != self.last.number + 1 {
            self.fault(format!("it is missing; {number} comes next"));
        } else if hash != should_be {
            self.fault("its hash does not fit: it was changed, or the one before it");
        } else if self.noted.is_some_and(|noted| noted.number == number && noted.hash != hash) {
            self.fault("it is another than the one whose hash was noted: all was made anew");
        } else {
            self.last = ChainHead { number, hash };
        }
    }

    /// Ends where headquarters says that it ends.
    pub(crate) fn end(mut self, head: &ChainHead) -> Option<ChainFault> {
        if self.fault.is_none() && self.last != *head {
            let newest = head.number;
            self.fault(format!("all ends before it, and headquarters knows of {newest}: the end was cut off"));
        }
        if let Some(noted) = self.noted.filter(|noted| noted.number > self.last.number) {
            let newest = noted.number;
            self.fault(format!("all ends before it, and {newest} was noted: cut off, or an older backup"));
        }
        self.fault
    }
}
