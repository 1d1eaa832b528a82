//! Time spent, not time passed: other programs run on the same machine.

use serde::Serialize;
use std::time::Instant;

/// Milliseconds of several pictures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Spread {
    /// Half take no longer.
    pub median: f64,
    /// Of a hundred, 95 take no longer.
    pub p95: f64,
    /// The longest.
    pub longest: f64,
}

impl Spread {
    /// The spread of these times.
    #[must_use]
    pub fn of(times: &[f64]) -> Self {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let index = (times.len() as f64 * part).ceil() as usize;
            times.get(index.saturating_sub(1)).copied().unwrap_or_default()
        };
        Self { median: at(0.5), p95: at(0.95), longest: at(1.0) }
    }
}

/// Measures the CPU time of this process where the system tells it, else the time that passes.
pub(super) struct Clock {
    cpu: Option<f64>,
    wall: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { cpu: cpu_millis(), wall: Instant::now() }
    }

    pub(super) fn millis(&self) -> f64 {
        match (self.cpu, cpu_millis()) {
            (Some(start), Some(end)) => end - start,
            _ => self.wall.elapsed().as_secs_f64() * 1000.0,
        }
    }
}

/// What all threads of this process have spent, those included that have ended.
#[cfg(unix)]
fn cpu_millis() -> Option<f64> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(time.tv_sec as f64 * 1000.0 + time.tv_nsec as f64 / 1_000_000.0)
}

#[cfg(not(unix))]
fn cpu_millis() -> Option<f64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_made_of_times_that_were_measured() {
        let times: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(Spread::of(&times), Spread { median: 10.0, p95: 19.0, longest: 20.0 });
        assert_eq!(Spread::of(&[]), Spread::default());
    }

    #[test]
    fn waiting_is_not_work() {
        // The clock is the whole program's, and other tests work meanwhile: once in many times is enough.
        let waited = || {
            let clock = Clock::start();
            std::thread::sleep(std::time::Duration::from_millis(60));
            clock.millis() < 50.0
        };
        assert!(cfg!(not(unix)) || (0..200).any(|_| waited()));
    }
}
