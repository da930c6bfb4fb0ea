//! When this process last wrote what: so that a read that began before a write is not taken for one
//! that shows it.

use std::sync::atomic::{AtomicU64, Ordering};

/// A power of two. Names that share a slot make a read be thrown away now and then; no more.
const SLOTS: usize = 1024;

/// A moment between two writes.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Moment(u64);

/// The writes of this process, counted.
#[derive(Debug)]
pub(super) struct Journal {
    writes: AtomicU64,
    last: Box<[AtomicU64]>,
}

impl Journal {
    pub(super) fn new() -> Self {
        Self {
            writes: AtomicU64::new(0),
            last: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    pub(super) fn now(&self) -> Moment {
        Moment(self.writes.load(Ordering::SeqCst))
    }

    /// Something that these hashes stand for was written.
    pub(super) fn wrote(&self, hashes: impl IntoIterator<Item = u64>) {
        let number = self.writes.fetch_add(1, Ordering::SeqCst) + 1;
        for hash in hashes {
            self.slot(hash).fetch_max(number, Ordering::SeqCst);
        }
    }

    /// Whether nothing that this hash stands for was written since.
    pub(super) fn is_unchanged(&self, hash: u64, since: Moment) -> bool {
        self.slot(hash).load(Ordering::SeqCst) <= since.0
    }

    fn slot(&self, hash: u64) -> &AtomicU64 {
        &self.last[hash as usize % SLOTS]
    }
}
