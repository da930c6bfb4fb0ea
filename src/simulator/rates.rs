//! Request rates per account and region.

use crate::Timestamp;

use super::wire::Refused;

/// How many requests a second each group of actions takes before it answers `ThrottlingException`.
///
/// Each group may burst to one second's worth.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Rates {
    /// `BatchGetSecretValue`.
    pub batch: u32,
    /// `CreateSecret`.
    pub create: u32,
    /// `DeleteSecret`.
    pub delete: u32,
    /// `ListSecrets`.
    pub list: u32,
    /// `GetSecretValue` and `DescribeSecret` together.
    pub read: u32,
    /// `RestoreSecret`.
    pub restore: u32,
    /// `TagResource` and `UntagResource` together.
    pub tag: u32,
    /// `ListSecretVersionIds`.
    pub versions: u32,
    /// `PutSecretValue`, `UpdateSecret` and `UpdateSecretVersionStage` together.
    pub write: u32,
}

impl Rates {
    /// The rates of AWS.
    pub const fn aws() -> Self {
        Self {
            batch: 100,
            create: 50,
            delete: 50,
            list: 100,
            read: 10_000,
            restore: 50,
            tag: 50,
            versions: 50,
            write: 50,
        }
    }

    /// No throttling.
    pub const fn unlimited() -> Self {
        Self::all(u32::MAX)
    }

    /// The same rate for every group.
    pub const fn all(rate: u32) -> Self {
        Self {
            batch: rate,
            create: rate,
            delete: rate,
            list: rate,
            read: rate,
            restore: rate,
            tag: rate,
            versions: rate,
            write: rate,
        }
    }

    const fn groups(self) -> [u32; GROUPS] {
        [
            self.batch,
            self.create,
            self.delete,
            self.list,
            self.read,
            self.restore,
            self.tag,
            self.versions,
            self.write,
        ]
    }
}

const GROUPS: usize = 9;

fn group(action: &str) -> Option<usize> {
    Some(match action {
        "BatchGetSecretValue" => 0,
        "CreateSecret" => 1,
        "DeleteSecret" => 2,
        "ListSecrets" => 3,
        "DescribeSecret" | "GetSecretValue" => 4,
        "RestoreSecret" => 5,
        "TagResource" | "UntagResource" => 6,
        "ListSecretVersionIds" => 7,
        "PutSecretValue" | "UpdateSecret" | "UpdateSecretVersionStage" => 8,
        _ => return None,
    })
}

/// One bucket of permits for each group.
#[derive(Debug)]
pub(super) struct Throttle {
    buckets: [Bucket; GROUPS],
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    rate: u32,
    permits: f64,
    filled: Timestamp,
}

impl Throttle {
    pub(super) fn new(rates: Rates, now: Timestamp) -> Self {
        let buckets = rates.groups().map(|rate| Bucket {
            rate,
            permits: f64::from(rate),
            filled: now,
        });
        Self { buckets }
    }

    /// Takes one permit for `action`.
    pub(super) fn admit(&mut self, action: &str, now: Timestamp) -> Result<(), Refused> {
        let Some(bucket) = group(action).map(|n| &mut self.buckets[n]) else {
            return Ok(());
        };
        let passed = now.since(bucket.filled).unwrap_or_default();
        let rate = f64::from(bucket.rate);
        bucket.permits = (bucket.permits + passed.as_secs_f64() * rate).min(rate);
        bucket.filled = now;
        if bucket.permits < 1.0 {
            return Err(Refused::new("ThrottlingException", "Rate exceeded"));
        }
        bucket.permits -= 1.0;
        Ok(())
    }
}
