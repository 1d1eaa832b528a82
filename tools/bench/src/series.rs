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

/// The same work done by a baseline and by ours, by turns: what the machine does meanwhile meets both.
#[derive(Default)]
pub struct Turns {
    work: f64,
    baseline: Duration,
    ours: Duration,
}

impl Turns {
    /// Adds a turn: how much was done, and how long either took.
    pub fn add(&mut self, work: usize, baseline: Duration, ours: Duration) {
        self.work += work as f64;
        self.baseline += baseline;
        self.ours += ours;
    }

    /// How much a second the baseline does.
    pub fn baseline(&self) -> f64 {
        self.work / self.baseline.as_secs_f64()
    }

    /// How much a second ours does.
    pub fn ours(&self) -> f64 {
        self.work / self.ours.as_secs_f64()
    }

    /// How much of the baseline ours does.
    pub fn share(&self) -> f64 {
        self.baseline.as_secs_f64() / self.ours.as_secs_f64()
    }
}
