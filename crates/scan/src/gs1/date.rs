//! Six digits that mean a day.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use ts_rs::TS;

/// A day, or a whole month where the code names no day. Written `2027-05-31` or `2027-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, TS)]
#[ts(type = "string")]
pub struct Gs1Date {
    year: u16,
    month: u8,
    day: Option<u8>,
}

impl Gs1Date {
    /// Reads `YYMMDD`; day 00 stands for the month. Two digits are the year that is nearest to this one.
    pub(super) fn parse(digits: &str, this_year: u16) -> Option<Self> {
        let part = |at: usize| digits.get(at..at + 2)?.parse::<u8>().ok();
        let (short, month, day) = (u16::from(part(0)?), part(2)?, part(4)?);
        let century = this_year / 100 * 100;
        let year = match i32::from(short) - i32::from(this_year % 100) {
            51.. => century.saturating_sub(100),
            ..=-50 => century.saturating_add(100),
            _ => century,
        }
        .saturating_add(short);
        Self::new(year, month, (day > 0).then_some(day))
    }

    fn new(year: u16, month: u8, day: Option<u8>) -> Option<Self> {
        let is_there = (1..=12).contains(&month) && day.is_none_or(|day| (1..=days(year, month)).contains(&day));
        is_there.then_some(Self { year, month, day })
    }

    /// Year, month and day; where only the month is known, its last day. That is how an expiry is meant.
    #[must_use]
    pub fn last_day(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day.unwrap_or_else(|| days(self.year, self.month)))
    }
}

fn days(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Gs1Date {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:04}-{:02}", self.year, self.month)?;
        self.day.map_or(Ok(()), |day| write!(to, "-{day:02}"))
    }
}

impl Serialize for Gs1Date {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Gs1Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::try_from(String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

impl TryFrom<String> for Gs1Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut parts = text.splitn(3, '-');
        let year = parts.next().and_then(|part| part.parse().ok());
        let month = parts.next().and_then(|part| part.parse().ok());
        let day = parts.next().map(|part| part.parse().map_err(|_| "no date")).transpose()?;
        year.zip(month).and_then(|(year, month)| Self::new(year, month, day)).ok_or("no date")
    }
}
