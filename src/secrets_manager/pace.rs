//! How fast many records are written or deleted, and how that is stopped.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Mutex as AsyncMutex;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Lets writes, or deletions, begin at regular intervals.
#[derive(Debug)]
pub(super) struct Pace {
    per_second: NonZeroU32,
    beat: AsyncMutex<Option<Interval>>,
    is_stopped: AtomicBool,
    under_way: AtomicUsize,
}

/// The right to write one record; ends when dropped.
#[must_use]
pub(super) struct Permit<'a>(&'a Pace);

impl Pace {
    pub(super) fn new(per_second: NonZeroU32) -> Self {
        Self {
            per_second,
            beat: AsyncMutex::default(),
            is_stopped: AtomicBool::new(false),
            under_way: AtomicUsize::new(0),
        }
    }

    /// How many writes begin within this time.
    pub(super) fn writes_within(&self, seconds: u32) -> usize {
        usize::try_from(self.per_second.get().saturating_mul(seconds)).unwrap_or(usize::MAX)
    }

    /// Waits for the next write's time; for ever once stopped.
    pub(super) async fn permit(&self) -> Permit<'_> {
        let mut beat = self.beat.lock().await;
        if !self.is_stopped() {
            // Made here, as it needs the runtime.
            beat.get_or_insert_with(|| regular(self.per_second))
                .tick()
                .await;
        }
        drop(beat);
        if self.is_stopped() {
            std::future::pending::<()>().await;
        }
        self.under_way.fetch_add(1, Ordering::SeqCst);
        Permit(self)
    }

    /// Lets no further write begin.
    pub(super) fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
    }

    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::SeqCst)
    }

    /// Whether it was stopped, and no write is under way any more.
    pub(super) fn is_at_rest(&self) -> bool {
        self.is_stopped() && self.under_way.load(Ordering::SeqCst) == 0
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Late beats are not made up for: the service counts every burst.
fn regular(per_second: NonZeroU32) -> Interval {
    let period = Duration::from_secs(1) / per_second.get();
    let mut beat = interval(period.max(Duration::from_nanos(1)));
    beat.set_missed_tick_behavior(MissedTickBehavior::Skip);
    beat
}
