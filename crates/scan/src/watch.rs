//! Work that may hang, on a thread of its own.
//!
//! The engines are libraries that nothing can stop from outside. So they run on a thread that is left behind when a
//! step of it takes too long; the next step begins on a new one. A thread that was left behind ends after its step, or
//! never; how many of those there may be is bounded.

use crate::ScanError;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// How many threads may be left behind at a time. With as many, nothing more is begun.
const MOST_LEFT_BEHIND: usize = 8;

/// How often the wish to stop is looked at while a step runs.
const GLANCE: Duration = Duration::from_millis(4);

static LEFT_BEHIND: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

/// A wish to stop that can be given from another thread, for example when a newer frame has come.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Stops all reading that was begun with this.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Steps that are done one after another. They own what they need, since they may outlive whoever asked.
pub(crate) trait Steps: Send + Sync + 'static {
    /// What a step gives.
    type Given: Clone + Send + 'static;

    /// How many there are.
    fn count(&self) -> usize;

    /// Does one, knowing what was given so far. Nothing means that the rest is not worth doing.
    fn step(&self, index: usize, so_far: &[Self::Given]) -> Option<Vec<Self::Given>>;
}

/// Does all steps and gathers what they give. A step that takes longer than `longest` is left behind.
pub(crate) fn watch<S: Steps>(steps: S, longest: Duration, cancel: &Cancel) -> Result<Vec<S::Given>, ScanError> {
    watch_among(&LEFT_BEHIND, steps, longest, cancel)
}

fn watch_among<S: Steps>(
    left_behind: &Arc<AtomicUsize>,
    steps: S,
    longest: Duration,
    cancel: &Cancel,
) -> Result<Vec<S::Given>, ScanError> {
    let steps = Arc::new(steps);
    let mut given: Vec<S::Given> = Vec::new();
    let mut next = 0;
    while next < steps.count() && !cancel.is_cancelled() {
        if left_behind.load(Ordering::Relaxed) >= MOST_LEFT_BEHIND {
            return Err(ScanError::Busy);
        }
        let (sender, results) = channel();
        let worker = Worker::start(left_behind, Arc::clone(&steps), next, given.clone(), sender)?;
        let mut limit = Instant::now() + longest;
        loop {
            let wait = limit.saturating_duration_since(Instant::now()).min(GLANCE);
            match results.recv_timeout(wait) {
                Ok((index, more)) => {
                    given.extend(more);
                    next = index + 1;
                    limit = Instant::now() + longest;
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(given),
                Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => {
                    worker.leave();
                    return Ok(given);
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() >= limit => {
                    worker.leave();
                    next += 1;
                    break;
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
    Ok(given)
}

const AT_WORK: u8 = 0;
const DONE: u8 = 1;
const LEFT: u8 = 2;

/// One thread, and whether somebody still waits for it.
struct Worker {
    state: Arc<AtomicU8>,
    left_behind: Arc<AtomicUsize>,
}

/// Says that a thread has ended, whatever ended it.
struct Ending(Worker);

impl Drop for Ending {
    fn drop(&mut self) {
        if self.0.state.swap(DONE, Ordering::AcqRel) == LEFT {
            self.0.left_behind.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Worker {
    fn start<S: Steps>(
        left_behind: &Arc<AtomicUsize>,
        steps: Arc<S>,
        first: usize,
        mut given: Vec<S::Given>,
        results: Sender<(usize, Vec<S::Given>)>,
    ) -> Result<Self, ScanError> {
        let worker = Self { state: Arc::new(AtomicU8::new(AT_WORK)), left_behind: Arc::clone(left_behind) };
        let ending = Ending(Self { state: Arc::clone(&worker.state), left_behind: Arc::clone(left_behind) });
        let work = move || {
            let ending = ending;
            for index in first..steps.count() {
                // Pictures come from outside, and the libraries index into them without checks of ours: a fault in a
                // step counts as nothing found.
                let step = || steps.step(index, &given);
                let more = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(step)) {
                    Ok(Some(more)) => more,
                    Ok(None) => break,
                    Err(_) => Vec::new(),
                };
                given.extend(more.iter().cloned());
                if results.send((index, more)).is_err() || ending.0.state.load(Ordering::Acquire) == LEFT {
                    break;
                }
            }
        };
        std::thread::Builder::new().name("scan".into()).spawn(work).map_err(|_| ScanError::Busy)?;
        Ok(worker)
    }

    /// Waits no longer.
    fn leave(&self) {
        self.left_behind.fetch_add(1, Ordering::Relaxed);
        if self.state.compare_exchange(AT_WORK, LEFT, Ordering::AcqRel, Ordering::Acquire).is_err() {
            self.left_behind.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its numbers, but hangs at one of them until it is let go, and panics at another.
    struct Numbers {
        count: usize,
        hangs_at: usize,
        panics_at: usize,
        let_go: Cancel,
    }

    impl Steps for Numbers {
        type Given = usize;

        fn count(&self) -> usize {
            self.count
        }

        fn step(&self, index: usize, _: &[usize]) -> Option<Vec<usize>> {
            assert_ne!(index, self.panics_at, "a fault that the test wants");
            while index == self.hangs_at && !self.let_go.is_cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Some(vec![index])
        }
    }

    /// Long enough for a fault to be printed with all that led to it.
    const SHORT: Duration = Duration::from_millis(1500);

    fn numbers(hangs_at: usize, panics_at: usize) -> (Numbers, Cancel) {
        let let_go = Cancel::default();
        (Numbers { count: 5, hangs_at, panics_at, let_go: let_go.clone() }, let_go)
    }

    #[test]
    fn a_step_that_hangs_is_left_behind_and_one_that_panics_gives_nothing() {
        let left_behind = Arc::default();
        let (steps, let_go) = numbers(1, 3);
        assert_eq!(watch_among(&left_behind, steps, SHORT, &Cancel::default()), Ok(vec![0, 2, 4]));
        assert_eq!(left_behind.load(Ordering::Relaxed), 1);
        let_go.cancel();
        let until = Instant::now() + Duration::from_secs(10);
        while left_behind.load(Ordering::Relaxed) > 0 {
            assert!(Instant::now() < until, "a thread that came back is still counted");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn no_more_than_a_few_threads_are_left_behind() {
        let left_behind = Arc::default();
        let let_go = Cancel::default();
        let answers: Vec<_> = (0..MOST_LEFT_BEHIND + 3)
            .map(|_| {
                let steps = Numbers { count: 1, hangs_at: 0, panics_at: 9, let_go: let_go.clone() };
                watch_among(&left_behind, steps, Duration::from_millis(2), &Cancel::default())
            })
            .collect();
        assert_eq!(left_behind.load(Ordering::Relaxed), MOST_LEFT_BEHIND);
        assert_eq!(answers.iter().filter(|answer| **answer == Err(ScanError::Busy)).count(), 3);
        let_go.cancel();
    }

    #[test]
    fn cancelling_does_not_wait_for_the_step() {
        let left_behind = Arc::default();
        let (steps, let_go) = numbers(2, 9);
        let cancel = Cancel::default();
        let from_outside = cancel.clone();
        std::thread::spawn(move || {
            std::thread::sleep(SHORT);
            from_outside.cancel();
        });
        let start = Instant::now();
        assert_eq!(watch_among(&left_behind, steps, Duration::from_secs(60), &cancel), Ok(vec![0, 1]));
        assert!(start.elapsed() < Duration::from_secs(30));
        let_go.cancel();
    }
}
