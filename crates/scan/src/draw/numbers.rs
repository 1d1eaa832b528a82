//! Numbers that look random and follow from a seed.

/// SplitMix64: every seed gives a good sequence, also small ones that follow one another.
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) fn new(seed: u64, index: u32) -> Self {
        let mut numbers = Self(seed);
        let start = numbers.next();
        Self(start ^ u64::from(index).wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, but not including, `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or(0)
    }

    pub(super) fn between(&mut self, least: f32, most: f32) -> f32 {
        let part = (self.next() >> 40) as f32 / (1_u64 << 24) as f32;
        least + part * (most - least)
    }

    /// Close to a normal distribution with deviation 1, without logarithms.
    pub(super) fn normal(&mut self) -> f32 {
        let bits = self.next();
        let sum: u64 = (0..4).map(|part| (bits >> (16 * part)) & 0xFFFF).sum();
        // Four even numbers have a deviation of sqrt(4 / 12) of their range.
        (sum as f32 / 65_536.0 - 2.0) * 1.732
    }
}
