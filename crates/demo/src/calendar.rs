//! Days and hours of the demo company, counted from the day on which it is made.

use outpost_domain::Instant;

pub(crate) const MINUTE: Instant = 60_000;
pub(crate) const HOUR: Instant = 60 * MINUTE;
pub(crate) const DAY: Instant = 24 * HOUR;

/// The moment for which the demo is made, and the company's distance from UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    pub(crate) now: Instant,
    offset: Instant,
}

impl Calendar {
    pub(crate) fn new(now: Instant, utc_offset_minutes: i32) -> Calendar {
        Calendar { now, offset: Instant::from(utc_offset_minutes) * MINUTE }
    }

    /// Days since 1970-01-01 at the company, today being 0.
    fn day_number(self, day: i64) -> i64 {
        (self.now + self.offset).div_euclid(DAY) + day
    }

    /// A time of a day; today is 0, yesterday -1.
    pub(crate) fn at(self, day: i64, hour: i64, minute: i64) -> Instant {
        self.day_number(day) * DAY - self.offset + hour * HOUR + minute * MINUTE
    }

    /// From 0 for Monday to 6 for Sunday.
    pub(crate) fn weekday(self, day: i64) -> i64 {
        // 1970-01-01 was a Thursday.
        (self.day_number(day) + 3).rem_euclid(7)
    }

    /// A time later today: `minutes` from now, on a quarter of an hour, but not after midnight.
    pub(crate) fn today_in(self, minutes: i64) -> Instant {
        let quarter = 15 * MINUTE;
        let wanted = (self.now + minutes * MINUTE + quarter - 1).div_euclid(quarter) * quarter;
        wanted.min(self.at(1, 0, 0) - quarter).max(self.now + MINUTE)
    }

    /// A date as `YYYY-MM-DD`.
    pub(crate) fn date(self, day: i64) -> String {
        let (year, month, day) = civil(self.day_number(day));
        format!("{year:04}-{month:02}-{day:02}")
    }
}

/// The Gregorian date of a day counted from 1970-01-01, in eras of 400 years that begin on 1 March.
fn civil(day_number: i64) -> (i64, i64, i64) {
    let shifted = day_number + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(-1), (1969, 12, 31));
    }

    #[test]
    fn the_day_is_the_companys() {
        // 2026-11-24T17:30Z is already the 25th, a Wednesday, in Beijing.
        let calendar = Calendar::new(1_795_541_400_000, 480);
        assert_eq!(calendar.date(0), "2026-11-25");
        assert_eq!(calendar.weekday(0), 2);
        assert_eq!(calendar.at(0, 1, 30), calendar.now);
    }

    #[test]
    fn later_today_is_still_today() {
        let calendar = Calendar::new(1_795_541_400_000 - 2 * HOUR, 480);
        assert_eq!(calendar.date(0), "2026-11-24");
        assert!(calendar.today_in(600) < calendar.at(1, 0, 0));
        assert!(calendar.today_in(600) > calendar.now);
    }
}
