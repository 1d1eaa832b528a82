//! A round that a person stops. It is looked at between two frames and while the line is waited for, so that whatever came
//! is whole: it stays staged, and the next round goes on after it.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// Whether the round that runs is to end.
#[derive(Default)]
pub(super) struct Stop {
    asked: AtomicBool,
    told: Notify,
}

impl Stop {
    /// A round begins: nobody has asked it to end.
    pub(super) fn begin(&self) {
        self.asked.store(false, Ordering::SeqCst);
    }

    /// Asks the round that runs to end.
    pub(super) fn ask(&self) {
        self.asked.store(true, Ordering::SeqCst);
        self.told.notify_waiters();
    }

    /// What a wait for the line brings; none if the round is to end. Only what may be dropped half-way is waited for so.
    pub(super) async fn or<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        // Made before the flag is looked at: from then on it hears of whoever asks.
        let told = self.told.notified();
        if self.asked.load(Ordering::SeqCst) {
            return None;
        }
        tokio::select! {
            biased;
            () = told => None,
            done = wait => Some(done),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_round_ends_where_it_waits_and_the_next_one_runs() {
        let stop = Stop::default();
        stop.begin();
        assert_eq!(stop.or(async { 1 }).await, Some(1));
        let (ended, ()) = tokio::join!(stop.or(std::future::pending::<()>()), async { stop.ask() });
        assert_eq!(ended, None);
        assert_eq!(stop.or(async { 2 }).await, None, "also before the next wait");
        stop.begin();
        assert_eq!(stop.or(async { 3 }).await, Some(3));
    }
}
