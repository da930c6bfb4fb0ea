//! Virtual time: tokio's, plus what was added by hand.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::{Clock, Timestamp};

/// The simulator's clock.
#[derive(Debug)]
pub(super) struct Time {
    start: Timestamp,
    passed: Mutex<Passed>,
}

#[derive(Debug)]
struct Passed {
    seen: Instant,
    total: Duration,
}

impl Time {
    pub(super) fn new(start: Timestamp) -> Self {
        let passed = Passed {
            seen: Instant::now(),
            total: Duration::ZERO,
        };
        Self {
            start,
            passed: Mutex::new(passed),
        }
    }

    pub(super) fn advance(&self, by: Duration) {
        self.tick(by);
    }

    /// Counts what tokio's clock moved since the last look. Runtimes with a paused clock disagree
    /// about the present; a step back counts as none, so that this clock never turns back.
    fn tick(&self, extra: Duration) -> Duration {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        let present = Instant::now();
        let moved = present.saturating_duration_since(passed.seen);
        passed.total += moved + extra;
        passed.seen = present;
        passed.total
    }
}

impl Clock for Time {
    fn now(&self) -> Timestamp {
        self.start.saturating_add(self.tick(Duration::ZERO))
    }
}

/// Waits on tokio's clock; gives how much longer it took, for one whose process stood still meanwhile.
/// Outside of a runtime there is nobody to wake the caller, so it goes on.
pub(super) async fn sleep(duration: Duration) -> Duration {
    let began = Instant::now();
    if !duration.is_zero() && Handle::try_current().is_ok() {
        tokio::time::sleep(duration).await;
    }
    began.elapsed().saturating_sub(duration)
}
