//! Which of a few copies a thread reads.
//!
//! Even to take a lock for reading, or to count a reference, is to write, and what one core has written
//! another has to fetch. So threads that read the same use different copies.

use std::array::from_fn;
use std::cell::Cell;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A power of two: how many copies there are. More threads than that share them.
pub(super) const LANES: usize = 4;

/// The number of a copy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Lane(usize);

/// How many threads have each lane.
static THREADS: Mutex<[usize; LANES]> = Mutex::new([0; LANES]);

thread_local! {
    /// As in `SEAT`, without the look whether the thread is ending.
    static OWN: Cell<Option<Lane>> = const { Cell::new(None) };
    static SEAT: Seat = Seat::take();
}

/// A thread's lane: one that the fewest other threads have. Given up as the thread ends.
struct Seat(Lane);

impl Lane {
    /// That of this thread.
    #[inline]
    pub(super) fn own() -> Self {
        OWN.get().unwrap_or_else(Self::first_time)
    }

    #[cold]
    fn first_time() -> Self {
        // A thread that is ending gets none of its own any more.
        let lane = SEAT.try_with(|seat| seat.0).unwrap_or(Self(0));
        OWN.set(Some(lane));
        lane
    }

    #[cfg(test)]
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..LANES).map(Self)
    }

    #[inline]
    pub(super) fn number(self) -> usize {
        self.0 % LANES
    }
}

impl Seat {
    fn take() -> Self {
        let mut threads = threads();
        let numbers: [usize; LANES] = from_fn(|number| number);
        let number = numbers.into_iter().min_by_key(|number| threads[*number]);
        let number = number.unwrap_or_default();
        threads[number] += 1;
        Self(Lane(number))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        threads()[self.0.number()] -= 1;
    }
}

fn threads() -> MutexGuard<'static, [usize; LANES]> {
    THREADS.lock().unwrap_or_else(PoisonError::into_inner)
}
