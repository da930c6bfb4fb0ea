//! Records read lately, by every key that led to them. The only file that uses moka.
//!
//! A hit reads one sharded hash table: no allocation once its thread has read the record, and no lock
//! or counter that readers on other threads write to.
//! moka decides what stays. It hears of a record's use at most every ten seconds, and while it is not
//! half full not at all.

mod entry;
mod journal;
mod lane;
mod table;

use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::quality::RandomState;
use moka::notification::RemovalCause;
use moka::sync::Cache as Policy;

pub(crate) use entry::Entry;
pub(crate) use journal::Moment;

use crate::rules::freshness::Limits;
use crate::rules::matching::{Field, Key, keys};
use crate::rules::record::Record;
use crate::secrets::Version;
use crate::{OAuthToken, Timestamp, TokenId};
use journal::Journal;
use lane::Lane;
use table::Table;

/// Locks that order the changes to one record's entry.
const LOCKS: usize = 64;
/// How old a cached record may be and still be the base of a compare-and-swap. The version that
/// replaced it is kept by the service for a day, and makes the swap fail.
const BASE_AGE: Duration = Duration::from_secs(3600);

/// How many records are kept in memory, and how long they are served without asking the service.
///
/// A record is never served beyond the life of its access token. What this process writes its cache
/// knows at once; what another process writes, once the time to live is over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CachePolicy {
    pub(crate) ttl: Duration,
    pub(crate) stale: Duration,
    pub(crate) capacity: u64,
}

impl CachePolicy {
    /// The longest time to live, and the longest stale limit.
    pub(crate) const MAX_TTL: Duration = Duration::from_secs(30 * 24 * 3600);

    /// Nothing is kept: every look-up asks the service.
    pub fn off() -> Self {
        Self {
            ttl: Duration::ZERO,
            stale: Duration::ZERO,
            capacity: 0,
        }
    }

    /// How long a record is served without asking. Default: 5 minutes.
    ///
    /// It is also how long another process's change may go unnoticed.
    #[must_use]
    pub fn with_ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// How much longer a record may be served while the service is unavailable or throttling, if its
    /// access token is still valid. Default: 30 minutes; zero turns it off.
    #[must_use]
    pub fn with_stale_limit(mut self, limit: Duration) -> Self {
        self.stale = limit;
        self
    }

    /// The most records kept. Default: 10,000.
    #[must_use]
    pub fn with_capacity(mut self, records: u64) -> Self {
        self.capacity = records;
        self
    }

    /// Whether records are kept at all.
    pub(crate) fn is_on(&self) -> bool {
        self.capacity > 0 && !self.ttl.is_zero()
    }
}

impl Default for CachePolicy {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(5 * 60),
            stale: Duration::from_secs(30 * 60),
            capacity: 10_000,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Cache {
    is_on: bool,
    capacity: u64,
    limits: Limits,
    /// Two keys of one hash cost a request now and then: that the record answers the key is always
    /// compared. That none answers it better, its place alone tells, so the client is hashed as well.
    hasher: RandomState,
    table: Arc<Table>,
    policy: Policy<TokenId, Arc<Entry>>,
    journal: Journal,
    locks: Box<[Mutex<()>]>,
}

impl Cache {
    pub(crate) fn new(policy: CachePolicy) -> Self {
        let table = Arc::new(Table::new());
        let evicted = table.clone();
        let held = Policy::builder()
            .max_capacity(policy.capacity)
            .time_to_live(policy.ttl.saturating_add(policy.stale))
            .eviction_listener(move |_, entry: Arc<Entry>, cause| {
                if matches!(cause, RemovalCause::Size | RemovalCause::Expired) {
                    evicted.revoke(&entry);
                }
            })
            .build();
        Self {
            is_on: policy.is_on(),
            capacity: policy.capacity,
            limits: Limits {
                ttl: policy.ttl,
                stale: policy.stale,
            },
            hasher: RandomState::default(),
            table,
            policy: held,
            journal: Journal::new(),
            locks: (0..LOCKS).map(|_| Mutex::default()).collect(),
        }
    }

    /// The record with this id, if it may be served without asking.
    #[inline]
    pub(crate) fn hit_id(&self, id: &TokenId, now: Timestamp) -> Option<Arc<OAuthToken>> {
        self.hit(self.id_hash(id), now, |entry, _| entry.id == *id)
    }

    /// The record that answers the key, if it may be served without asking.
    #[inline]
    pub(crate) fn hit_key(&self, key: &Key<'_>, now: Timestamp) -> Option<Arc<OAuthToken>> {
        self.hit(self.key_hash(key), now, |_, token| {
            key.is_answered_by(token)
        })
    }

    #[inline]
    fn hit(
        &self,
        hash: u64,
        now: Timestamp,
        answers: impl FnOnce(&Entry, &OAuthToken) -> bool,
    ) -> Option<Arc<OAuthToken>> {
        let lane = Lane::own();
        let (token, touched) = self.table.read(hash, lane, |entry| {
            let token = entry.is_fresh(now).then(|| entry.copy(lane))?;
            let due = || entry.is_touch_due(now).then(|| entry.id.clone());
            answers(entry, token).then(|| (token.clone(), due()))
        })?;
        self.table.count_hit(hash, lane);
        if let Some(id) = touched.filter(|_| self.may_have_to_evict()) {
            self.policy.get(&id);
        }
        Some(token)
    }

    /// Whether it counts by now what is used and what is not. moka sets the same mark.
    fn may_have_to_evict(&self) -> bool {
        self.policy.entry_count() > self.capacity / 2
    }

    pub(crate) fn hits(&self) -> u64 {
        self.table.hits()
    }

    /// The record with this id, fresh or not.
    pub(crate) fn held_id(&self, id: &TokenId) -> Option<Arc<Entry>> {
        self.table.read(self.id_hash(id), Lane::own(), |entry| {
            (entry.id == *id && !entry.is_revoked()).then(|| entry.clone())
        })
    }

    /// The record that answered the key, fresh or not.
    pub(crate) fn held_key(&self, key: &Key<'_>) -> Option<Arc<Entry>> {
        self.table.read(self.key_hash(key), Lane::own(), |entry| {
            (key.is_answered_by(entry.token()) && !entry.is_revoked()).then(|| entry.clone())
        })
    }

    /// Whether an entry can be the base of a compare-and-swap.
    pub(crate) fn is_base(entry: &Entry, now: Timestamp) -> bool {
        entry.lifetime.is_younger_than(BASE_AGE, now)
    }

    /// A record as it was just read or written.
    pub(crate) fn entry(
        &self,
        record: Record,
        version: Version,
        now: Timestamp,
    ) -> Option<Arc<Entry>> {
        let id = record.token.id().cloned()?;
        let lifetime = self.limits.lifetime(&record.token, now);
        Some(Arc::new(Entry::new(id, record, version, lifetime)))
    }

    pub(crate) fn moment(&self) -> Moment {
        self.journal.now()
    }

    /// Whether this process has not written the record since.
    pub(crate) fn is_unchanged(&self, id: &TokenId, since: Moment) -> bool {
        self.journal.is_unchanged(self.id_hash(id), since)
    }

    /// Whether this process has not written since any record that the key might find.
    pub(crate) fn is_key_unchanged(&self, key: &Key<'_>, since: Moment) -> bool {
        self.journal
            .is_unchanged(self.field_hash(&key.field), since)
    }

    /// Keeps what a read that began at `since` found, unless this process has written it meanwhile.
    ///
    /// `key` is the key that it answered.
    pub(crate) fn keep(&self, entry: &Arc<Entry>, key: Option<&Key<'_>>, since: Moment) {
        let _order = self.order(&entry.id);
        if !self.is_unchanged(&entry.id, since) {
            return;
        }
        self.replace(entry, key);
        // Looked at afterwards: a write that is noted later takes the key away itself.
        if let Some(key) = key.filter(|key| !self.is_key_unchanged(key, since)) {
            self.table.detach(self.key_hash(key), entry);
        }
    }

    /// Drops what a read that began at `since` has found to be outdated.
    pub(crate) fn forget(&self, entry: &Arc<Entry>, since: Moment) {
        let _order = self.order(&entry.id);
        if self.is_unchanged(&entry.id, since) {
            self.drop_entry(entry);
        }
    }

    /// Takes note of a write: `before` and `after` are what it made of the record, as far as known.
    ///
    /// From here on no read that began earlier is kept, and no hit shows another state than `after`.
    pub(crate) fn wrote(
        &self,
        id: &TokenId,
        before: Option<&OAuthToken>,
        after: Option<&Arc<Entry>>,
        key: Option<&Key<'_>>,
    ) {
        let _order = self.order(id);
        let held = self.held_id(id);
        let states = [
            before,
            held.as_ref().map(|held| &**held.token()),
            after.map(|new| &**new.token()),
        ];
        let fields = states
            .into_iter()
            .flatten()
            .flat_map(keys)
            .map(|key| self.field_hash(&key.field));
        self.journal.wrote(fields.chain([self.id_hash(id)]));
        let Some(after) = after else {
            if let Some(held) = held {
                self.drop_entry(&held);
            }
            return;
        };
        // A key that another record answered until now may find this one, or both, from here on.
        for key in keys(after.token()) {
            self.table.unlink(self.key_hash(&key), after);
        }
        self.replace(after, key);
    }

    fn replace(&self, entry: &Arc<Entry>, key: Option<&Key<'_>>) {
        if !self.is_on {
            return;
        }
        let held = self.held_id(&entry.id);
        let own = [self.id_hash(&entry.id)];
        for hash in own.into_iter().chain(key.map(|key| self.key_hash(key))) {
            self.table.link(hash, entry);
        }
        if let Some(held) = held {
            self.table.pass_on(&held, entry);
            self.table.revoke(&held);
        }
        self.policy.insert(entry.id.clone(), entry.clone());
    }

    fn drop_entry(&self, entry: &Arc<Entry>) {
        self.table.revoke(entry);
        self.policy.invalidate(&entry.id);
    }

    fn order(&self, id: &TokenId) -> MutexGuard<'_, ()> {
        let lock = &self.locks[self.id_hash(id) as usize % LOCKS];
        lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn id_hash(&self, id: &TokenId) -> u64 {
        self.hasher.hash_one(id)
    }

    fn key_hash(&self, key: &Key<'_>) -> u64 {
        self.hasher.hash_one(key)
    }

    fn field_hash(&self, field: &Field<'_>) -> u64 {
        self.hasher.hash_one(field)
    }
}
