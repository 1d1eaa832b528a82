//! Numbers that look random and are the same for the same seed on every machine.

use outpost_domain::{Id, Instant};

/// Splitmix64: small, fast, and good enough to scatter a demo.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `limit - 1`; 0 when `limit` is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        // The bias of a remainder is far below what a demo could show.
        (self.next() % limit.max(1) as u64) as usize
    }

    /// From `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below((most - least + 1).max(1) as usize) as i64
    }

    /// Whether something happens that does so `percent` times in a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several; there must be at least one.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A UUIDv7 of this time.
    pub(crate) fn id(&mut self, at: Instant) -> Id {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        uuid::Builder::from_unix_timestamp_millis(at.max(0) as u64, &bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_bear_their_time_and_version() {
        let mut random = Random::new(1);
        let earlier = random.id(1_790_000_000_000);
        let later = random.id(1_790_000_000_001);
        assert_eq!(earlier.get_version_num(), 7);
        assert!(earlier < later);
    }
}
