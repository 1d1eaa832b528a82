//! Guessing passwords and invitations takes time: after a few failures in a row each further one is answered only after a
//! wait that doubles. Nobody is locked out for longer than a few minutes, and a right answer forgets the wrong ones.

use crate::error::HeadquartersError;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Mistakes that cost nothing: people mistype.
const FREE: u32 = 5;
/// The same for an address, which a whole office may share, or everybody, behind a proxy.
const FREE_TOGETHER: u32 = 50;
const LONGEST: Duration = Duration::from_secs(300);
/// Who has not been heard of for so long begins anew.
const FORGOTTEN: Duration = Duration::from_secs(3600);
/// How many names and addresses are remembered. Beyond it the oldest goes.
const REMEMBERED: usize = 10_000;

/// Whose failures are counted.
pub(crate) struct Whose {
    name: String,
    free: u32,
}

impl Whose {
    /// Those of one, whom a right answer tells from those who guess.
    pub(crate) fn one(name: String) -> Whose {
        Whose { name, free: FREE }
    }

    /// Those of many together. One of them who answers right says nothing of the others: whoever has a password of their own
    /// could otherwise guess those of all in between.
    pub(crate) fn many(name: String) -> Whose {
        Whose { name, free: FREE_TOGETHER }
    }
}

/// Who shares an address: in IPv6 a house is given so many that each of its guesses could come from another.
pub(crate) fn house(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => {
            format!("{}/64", Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)))
        }
        _ => address.to_owned(),
    }
}

/// Failures in a row, by name or address.
#[derive(Default)]
pub(crate) struct Guesses {
    known: Mutex<HashMap<String, Failures>>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    fn wait(self, free: u32, now: Instant) -> Duration {
        let over = self.count.saturating_sub(free);
        if over == 0 {
            return Duration::ZERO;
        }
        let wait = Duration::from_secs(1 << over.min(16)).min(LONGEST);
        (self.last + wait).saturating_duration_since(now)
    }
}

impl Guesses {
    /// That none of these has to wait. Each of them counts one failure more until [`Guesses::right`] is told: who asks many
    /// times at once gains nothing.
    ///
    /// # Errors
    /// `too_many`, with how long to wait.
    pub(crate) fn guess(&self, whose: &[Whose], now: Instant) -> Result<(), HeadquartersError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let waits =
            whose.iter().filter_map(|whose| known.get(&whose.name).map(|failures| failures.wait(whose.free, now)));
        if let Some(wait) = waits.max().filter(|wait| !wait.is_zero()) {
            let seconds = wait.as_secs() + 1;
            let detail = format!("too many wrong answers; try again in {seconds} s");
            return Err(HeadquartersError::denied("too_many", detail));
        }
        for whose in whose {
            let failures = known.entry(whose.name.clone()).or_insert(Failures { count: 0, last: now });
            if now.saturating_duration_since(failures.last) > FORGOTTEN {
                failures.count = 0;
            }
            *failures = Failures { count: failures.count.saturating_add(1), last: now };
        }
        if known.len() > REMEMBERED {
            known.retain(|_, failures| now.saturating_duration_since(failures.last) < FORGOTTEN);
            let oldest = known.iter().min_by_key(|(_, failures)| failures.last).map(|(whose, _)| whose.clone());
            if let Some(oldest) = oldest.filter(|_| known.len() > REMEMBERED) {
                known.remove(&oldest);
            }
        }
        Ok(())
    }

    /// The answer was right.
    pub(crate) fn right(&self, whose: &[Whose]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for whose in whose {
            if whose.free == FREE {
                known.remove(&whose.name);
            } else if let Some(failures) = known.get_mut(&whose.name) {
                // This one was none.
                failures.count = failures.count.saturating_sub(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose(name: &str) -> [Whose; 1] {
        [Whose::one(name.to_owned())]
    }

    #[test]
    fn who_has_a_password_of_their_own_guesses_no_more_of_others_by_it() {
        let (guesses, now) = (Guesses::default(), Instant::now());
        let at = |name: &str| [Whose::one(name.to_owned()), Whose::many("there".to_owned())];
        let mut tried = 0;
        for n in 0..1000 {
            if guesses.guess(&at(&n.to_string()), now).is_err() {
                break;
            }
            tried += 1;
            if guesses.guess(&at("own"), now).is_ok() {
                guesses.right(&at("own"));
            }
        }
        assert!((50..=51).contains(&tried), "{tried}");
        guesses.guess(&whose("somebody elsewhere"), now).unwrap();
    }

    #[test]
    fn each_further_failure_waits_twice_as_long_and_a_right_answer_forgets_them() {
        let guesses = Guesses::default();
        let mut now = Instant::now();
        for _ in 0..FREE + 1 {
            guesses.guess(&whose("li"), now).unwrap();
        }
        assert!(guesses.guess(&whose("li"), now).is_err());
        guesses.guess(&whose("xu"), now).unwrap();
        now += Duration::from_secs(3);
        guesses.guess(&whose("li"), now).unwrap();
        now += Duration::from_secs(3);
        assert!(guesses.guess(&whose("li"), now).is_err(), "four seconds now");
        for _ in 0..40 {
            now += LONGEST;
            guesses.guess(&whose("li"), now).unwrap();
        }
        guesses.right(&whose("li"));
        guesses.guess(&whose("li"), now).unwrap();
    }

    #[test]
    fn names_without_end_take_no_memory_without_end() {
        let guesses = Guesses::default();
        let now = Instant::now();
        for name in 0..REMEMBERED + 50 {
            guesses.guess(&whose(&name.to_string()), now).unwrap();
        }
        assert!(guesses.known.lock().unwrap().len() <= REMEMBERED);
    }

    #[test]
    fn a_house_guesses_as_one_however_many_addresses_it_has() {
        assert_eq!(house("2001:db8:1:2::7"), house("2001:db8:1:2:ffff:1:2:3"));
        assert_ne!(house("2001:db8:1:2::7"), house("2001:db8:1:3::7"));
        assert_eq!((house("192.0.2.7"), house("")), ("192.0.2.7".into(), String::new()));
        assert_ne!(house("::ffff:192.0.2.7"), house("::ffff:192.0.2.8"));
    }
}
