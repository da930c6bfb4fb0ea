//! Which of a few copies a thread reads.
//!
//! Even to take a lock for reading, or to count a reference, is to write, and what one core has written
//! another has to fetch. So threads that read the same use different copies.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A power of two: how many copies there are. More threads than that share them.
pub(super) const LANES: usize = 4;

thread_local! {
    static OWN: Cell<usize> = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        Cell::new(NEXT.fetch_add(1, Ordering::Relaxed))
    };
}

/// The number of a copy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Lane(usize);

impl Lane {
    /// That of this thread.
    #[inline]
    pub(super) fn own() -> Self {
        // A thread that is ending has none of its own any more.
        Self(OWN.try_with(Cell::get).unwrap_or_default() % LANES)
    }

    #[cfg(test)]
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..LANES).map(Self)
    }

    #[inline]
    pub(super) fn number(self) -> usize {
        self.0
    }
}
