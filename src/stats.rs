//! Counters of what a store did.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// An action of Secrets Manager that the store uses; `Display` is its name in IAM policies.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are the service's own")]
pub enum Verb {
    BatchGetSecretValue,
    CreateSecret,
    DeleteSecret,
    DescribeSecret,
    GetSecretValue,
    ListSecrets,
    PutSecretValue,
    RestoreSecret,
    TagResource,
}

impl Verb {
    /// Every verb, in alphabetical order.
    pub const ALL: [Self; 9] = [
        Self::BatchGetSecretValue,
        Self::CreateSecret,
        Self::DeleteSecret,
        Self::DescribeSecret,
        Self::GetSecretValue,
        Self::ListSecrets,
        Self::PutSecretValue,
        Self::RestoreSecret,
        Self::TagResource,
    ];

    /// The verb of a request with this `X-Amz-Target` header.
    pub(crate) fn from_target(target: &str) -> Option<Self> {
        let name = target.rsplit('.').next()?;
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }

    /// The action's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::BatchGetSecretValue => "BatchGetSecretValue",
            Self::CreateSecret => "CreateSecret",
            Self::DeleteSecret => "DeleteSecret",
            Self::DescribeSecret => "DescribeSecret",
            Self::GetSecretValue => "GetSecretValue",
            Self::ListSecrets => "ListSecrets",
            Self::PutSecretValue => "PutSecretValue",
            Self::RestoreSecret => "RestoreSecret",
            Self::TagResource => "TagResource",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a store did since it was built; from `SecretsManagerTokenStore::stats`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// Look-ups answered from the cache.
    pub hits: u64,
    /// Look-ups that had to ask the service.
    pub misses: u64,
    /// Look-ups that shared another one's request.
    pub coalesced: u64,
    /// Look-ups answered from the cache past its time, because the service could not answer.
    pub stale_serves: u64,
    /// Writes that another writer forestalled, and that were tried again.
    pub conflicts: u64,
    calls: [u64; Verb::ALL.len()],
}

impl Stats {
    /// Requests sent with this verb, the SDK's retries included.
    pub fn calls(&self, verb: Verb) -> u64 {
        self.calls[verb as usize]
    }

    /// Requests sent in all.
    pub fn total_calls(&self) -> u64 {
        self.calls.iter().sum()
    }

    /// What happened since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            hits: self.hits - earlier.hits,
            misses: self.misses - earlier.misses,
            coalesced: self.coalesced - earlier.coalesced,
            stale_serves: self.stale_serves - earlier.stale_serves,
            conflicts: self.conflicts - earlier.conflicts,
            calls: std::array::from_fn(|n| self.calls[n] - earlier.calls[n]),
        }
    }
}

/// One thing counted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Miss,
    Coalesced,
    StaleServe,
    Conflict,
}

/// The live counters. Hits are counted where they are read: in the cache.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    events: [AtomicU64; 4],
    calls: [AtomicU64; Verb::ALL.len()],
}

impl Counters {
    pub(crate) fn count(&self, event: Event) {
        self.events[event as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_call(&self, verb: Verb) {
        self.calls[verb as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> Stats {
        let event = |event: Event| self.events[event as usize].load(Ordering::Relaxed);
        Stats {
            hits: 0,
            misses: event(Event::Miss),
            coalesced: event(Event::Coalesced),
            stale_serves: event(Event::StaleServe),
            conflicts: event(Event::Conflict),
            calls: std::array::from_fn(|n| self.calls[n].load(Ordering::Relaxed)),
        }
    }
}
