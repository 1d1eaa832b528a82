//! Repeated measurements of one thing.

use std::time::{Duration, Instant};

/// How long a thing took, each time.
pub struct Series(Vec<Duration>);

impl From<Vec<Duration>> for Series {
    fn from(mut taken: Vec<Duration>) -> Series {
        taken.sort();
        Series(taken)
    }
}

impl Series {
    /// Does a thing `times` times; `n` counts from 0.
    ///
    /// # Errors
    /// The first error of the thing.
    pub fn of<E>(times: usize, mut thing: impl FnMut(usize) -> Result<(), E>) -> Result<Series, E> {
        let mut taken = Vec::with_capacity(times);
        for n in 0..times {
            let start = Instant::now();
            thing(n)?;
            taken.push(start.elapsed());
        }
        Ok(Series::from(taken))
    }

    /// The time that `percent` of a hundred did not exceed, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let index = (self.0.len().saturating_sub(1)) * percent / 100;
        self.0.get(index).map_or(0.0, |taken| taken.as_secs_f64() * 1000.0)
    }

    /// Median and 95th percentile, for a table.
    pub fn columns(&self) -> String {
        format!("{:8.3} {:8.3}", self.percentile(50), self.percentile(95))
    }
}

/// How many a second, of a baseline and of ours, measured by turns.
pub struct Turns(Vec<(f64, f64)>);

impl Turns {
    /// Measures both `times` times; `n` counts from 0.
    ///
    /// # Errors
    /// The first error of what is measured.
    pub fn of(times: usize, turn: impl FnMut(usize) -> anyhow::Result<(f64, f64)>) -> anyhow::Result<Turns> {
        Ok(Turns((0..times).map(turn).collect::<anyhow::Result<_>>()?))
    }

    /// How many a second the baseline does, in the middle.
    pub fn baseline(&self) -> f64 {
        middle(&self.sorted(|(baseline, _)| *baseline))
    }

    /// How many a second ours does, in the middle.
    pub fn ours(&self) -> f64 {
        middle(&self.sorted(|(_, ours)| *ours))
    }

    /// How much of the baseline ours does, in the middle.
    pub fn share(&self) -> f64 {
        middle(&self.shares())
    }

    /// The least and the most that ours did of the baseline.
    pub fn spread(&self) -> String {
        let shares = self.shares();
        let at = |share: Option<&f64>| share.copied().unwrap_or_default();
        format!("{:.2} to {:.2}", at(shares.first()), at(shares.last()))
    }

    fn shares(&self) -> Vec<f64> {
        self.sorted(|(baseline, ours)| ours / baseline)
    }

    fn sorted(&self, of: impl Fn(&(f64, f64)) -> f64) -> Vec<f64> {
        let mut sorted: Vec<f64> = self.0.iter().map(of).collect();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

fn middle(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
