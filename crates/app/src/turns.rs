//! Turns of each of many: whoever wants more than others waits for themselves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// How many of those who had a turn are remembered before the idle ones are forgotten.
const REMEMBERED: usize = 1000;

/// Turns of each of many, so many at once.
pub struct Turns {
    at_once: usize,
    known: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Turns {
    /// So many turns at once for each.
    #[must_use]
    pub fn of(at_once: usize) -> Turns {
        Turns { at_once, known: Mutex::default() }
    }

    /// The turns of one of them.
    pub fn of_one(&self, whose: &str) -> Arc<Semaphore> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED && !known.contains_key(whose) {
            known.retain(|_, turns| Arc::strong_count(turns) > 1);
        }
        Arc::clone(known.entry(whose.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.at_once))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_who_had_a_turn_are_forgotten() {
        let turns = Turns::of(1);
        let held = turns.of_one("li").acquire_owned().await.unwrap();
        for n in 0..5 * REMEMBERED {
            turns.of_one(&n.to_string());
        }
        assert!(turns.known.lock().unwrap().len() <= REMEMBERED);
        assert!(turns.of_one("li").try_acquire().is_err(), "but not who has one");
        drop(held);
    }
}
