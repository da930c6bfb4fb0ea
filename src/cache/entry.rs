//! One cached record.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::lane::{LANES, Lane};
use crate::rules::freshness::Lifetime;
use crate::rules::record::Record;
use crate::secrets::Version;
use crate::{OAuthToken, Timestamp, TokenId};

/// How often a hit tells the eviction policy that the record is in use.
const TOUCH_EVERY: Duration = Duration::from_secs(10);
/// How long the service is left alone after it could not answer for a record that is still servable.
const BACK_OFF: Duration = Duration::from_secs(1);

/// A record as it was read, shared by all the keys that lead to it.
///
/// What a hit reads comes first, on two cache lines; among many records each line is fetched anew.
#[repr(C, align(64))]
pub(crate) struct Entry {
    pub(crate) id: TokenId,
    pub(crate) lifetime: Lifetime,
    touched: AtomicI64,
    revoked: AtomicBool,
    /// What hits give. Threads of one lane share a copy; it is made when the first of them asks.
    copies: [OnceLock<Arc<OAuthToken>>; LANES],
    pub(crate) record: Record,
    pub(crate) version: Version,
    failed: AtomicI64,
    links: Mutex<Vec<u64>>,
}

impl Entry {
    pub(crate) fn new(id: TokenId, record: Record, version: Version, lifetime: Lifetime) -> Self {
        let copies: [OnceLock<_>; LANES] = Default::default();
        // Whoever reads a record most likely goes on with it.
        let _ = copies[Lane::own().number()].set(record.token.clone());
        Self {
            id,
            record,
            version,
            lifetime,
            revoked: AtomicBool::new(false),
            touched: AtomicI64::new(i64::MIN),
            failed: AtomicI64::new(i64::MIN),
            links: Mutex::default(),
            copies,
        }
    }

    pub(crate) fn token(&self) -> &Arc<OAuthToken> {
        &self.record.token
    }

    /// The token as the threads of one lane get it.
    #[inline]
    pub(super) fn copy(&self, lane: Lane) -> &Arc<OAuthToken> {
        let copy = &self.copies[lane.number()];
        copy.get_or_init(|| Arc::new(OAuthToken::clone(&self.record.token)))
    }

    /// Whether a look-up may be answered with this record without asking the service.
    #[inline]
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        self.lifetime.is_fresh(now) && !self.is_revoked()
    }

    /// Whether the record was replaced or dropped.
    #[inline]
    pub(super) fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::Acquire)
    }

    pub(super) fn revoke(&self) {
        self.revoked.store(true, Ordering::Release);
    }

    /// The places of the table that lead here.
    pub(super) fn links(&self) -> MutexGuard<'_, Vec<u64>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the eviction policy is due to hear of this use; says so once.
    #[inline]
    pub(super) fn is_touch_due(&self, now: Timestamp) -> bool {
        is_due(&self.touched, TOUCH_EVERY, now)
            && self.touched.swap(now.as_millis(), Ordering::Relaxed) != now.as_millis()
    }

    /// Remembers that the service could not answer for this record.
    pub(crate) fn note_failure(&self, now: Timestamp) {
        self.failed.store(now.as_millis(), Ordering::Relaxed);
    }

    /// Whether the service failed to answer for this record a moment ago.
    pub(crate) fn is_backing_off(&self, now: Timestamp) -> bool {
        !is_due(&self.failed, BACK_OFF, now)
    }
}

#[inline]
fn is_due(last: &AtomicI64, every: Duration, now: Timestamp) -> bool {
    let last = last.load(Ordering::Relaxed);
    let next = Timestamp::from_millis(last).saturating_add(every);
    last == i64::MIN || next <= now || now.as_millis() < last
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("id", &self.id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::freshness::Limits;

    #[test]
    fn threads_of_different_lanes_get_different_copies() {
        let record = Record::new(OAuthToken::new().with_id("t").with_refresh_token("R"));
        let limits = Limits {
            ttl: Duration::MAX,
            stale: Duration::MAX,
        };
        let lifetime = limits.lifetime(&record.token, Timestamp::from_millis(0));
        let entry = Entry::new("t".into(), record, Version::new("1"), lifetime);
        for one in Lane::all() {
            let copy = entry.copy(one);
            assert_eq!(copy, entry.token());
            // Who made the entry needs none.
            assert_eq!(Arc::ptr_eq(copy, entry.token()), one == Lane::own());
            for other in Lane::all() {
                assert_eq!(Arc::ptr_eq(copy, entry.copy(other)), one == other);
            }
        }
    }
}
