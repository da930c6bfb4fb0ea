//! How long a cached record may be served.

use std::time::Duration;

use crate::{OAuthToken, Timestamp};

/// The limits that a cache keeps to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How long a record is served without asking the service.
    pub(crate) ttl: Duration,
    /// How much longer it may be served while the service does not answer.
    pub(crate) stale: Duration,
}

/// When a record was read, and until when it is good for what.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Lifetime {
    loaded_at: Timestamp,
    fresh_until: Timestamp,
    stale_until: Timestamp,
}

impl Limits {
    /// The lifetime of a record that was read at `now`: it ends with its access token at the latest.
    pub(crate) fn lifetime(&self, token: &OAuthToken, now: Timestamp) -> Lifetime {
        let usable_until = token
            .expires_at()
            .filter(|_| token.access_token().is_some())
            .unwrap_or(Timestamp::from_millis(i64::MAX));
        Lifetime {
            loaded_at: now,
            fresh_until: now.saturating_add(self.ttl).min(usable_until),
            stale_until: now
                .saturating_add(self.ttl)
                .saturating_add(self.stale)
                .min(usable_until),
        }
    }
}

impl Lifetime {
    /// Whether the record may be served without asking. A clock that went back makes nothing fresh.
    #[inline]
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        self.loaded_at <= now && now < self.fresh_until
    }

    /// Whether the record may be served if the service does not answer.
    pub(crate) fn is_servable(&self, now: Timestamp) -> bool {
        self.loaded_at <= now && now < self.stale_until
    }

    /// Whether the record was read at most `age` ago.
    pub(crate) fn is_younger_than(&self, age: Duration, now: Timestamp) -> bool {
        now.since(self.loaded_at).is_some_and(|past| past < age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        ttl: Duration::from_millis(300),
        stale: Duration::from_millis(200),
    };

    #[test]
    fn a_record_is_fresh_for_its_time_and_never_beyond_its_access_token() {
        let with_access = || OAuthToken::new().with_access_token("A");
        let expiring = |at| with_access().with_expires_at(Timestamp::from_millis(at));
        for (token, fresh_until, stale_until) in [
            (with_access(), 1300, 1500),
            (expiring(1200), 1200, 1200),
            (expiring(1400), 1300, 1400),
            (expiring(9999), 1300, 1500),
            (expiring(1000), 1000, 1000),
            (expiring(0), 1000, 1000),
            // Nothing that expires is held.
            (
                OAuthToken::new()
                    .with_refresh_token("R")
                    .with_expires_at(Timestamp::EPOCH),
                1300,
                1500,
            ),
        ] {
            let lifetime = LIMITS.lifetime(&token, Timestamp::from_millis(1000));
            for (now, fresh, servable) in [
                (999, false, false),
                (1000, 1000 < fresh_until, 1000 < stale_until),
                (fresh_until - 1, 1000 < fresh_until, 1000 < fresh_until),
                (fresh_until, false, fresh_until < stale_until),
                (stale_until, false, false),
            ] {
                let now = Timestamp::from_millis(now);
                assert_eq!(lifetime.is_fresh(now), fresh, "{token:?} at {now}");
                assert_eq!(lifetime.is_servable(now), servable, "{token:?} at {now}");
            }
        }
    }
}
