//! All secrets of the account, and what a reader may see of them while a write spreads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::Timestamp;

pub(super) use super::secret::Payload;
use super::secret::Secret;
use super::wire::Refused;

const ARN: &str = "arn:aws:secretsmanager:us-east-1:123456789012:secret:";
/// `-` and six characters, which the service appends to a name in an ARN.
const SUFFIX: usize = 7;

/// How the service behaves where AWS makes no promise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) read_lag: Duration,
    pub(super) list_lag: Duration,
    pub(super) deletion_delay: Duration,
    pub(super) version_quota: usize,
}

pub(super) struct State {
    pub(super) settings: Settings,
    names: BTreeMap<String, Entry>,
    rng: fastrand::Rng,
    created: u64,
    /// When the next scheduled deletion is due, so that other calls need not look for one.
    next_due: Option<Timestamp>,
}

/// What is known of a name.
#[derive(Default)]
struct Entry {
    newest: Option<Arc<Secret>>,
    /// Until when a deleted secret keeps its name.
    blocked_until: Option<Timestamp>,
    /// Earlier states that a reader may still see, oldest first.
    past: Vec<Past>,
}

struct Past {
    state: Option<Arc<Secret>>,
    replaced: Timestamp,
}

impl Entry {
    fn replace(&mut self, state: Option<Arc<Secret>>, now: Timestamp, longest_lag: Duration) {
        let old = std::mem::replace(&mut self.newest, state);
        self.past
            .retain(|past| past.replaced.saturating_add(longest_lag) > now);
        if !longest_lag.is_zero() {
            self.past.push(Past {
                state: old,
                replaced: now,
            });
        }
    }

    /// The state that a reader sees, of all it may see.
    fn seen(&self, lag: Duration, now: Timestamp, rng: &mut fastrand::Rng) -> Option<Arc<Secret>> {
        let open = |past: &&Past| past.replaced.saturating_add(lag) > now;
        let candidates = self.past.iter().rev().take_while(open).count();
        // Without a choice the generator stays untouched: reads do not disturb the seed.
        let back = if candidates == 0 {
            0
        } else {
            rng.usize(0..=candidates)
        };
        match back.checked_sub(1) {
            None => self.newest.clone(),
            Some(n) => self.past.iter().rev().nth(n)?.state.clone(),
        }
    }
}

impl State {
    pub(super) fn new(settings: Settings, seed: u64) -> Self {
        Self {
            settings,
            names: BTreeMap::new(),
            rng: fastrand::Rng::with_seed(seed),
            created: 0,
            next_due: None,
        }
    }

    pub(super) fn rng(&mut self) -> &mut fastrand::Rng {
        &mut self.rng
    }

    /// The name that a `SecretId` means: itself, or the name in an ARN with or without its suffix.
    pub(super) fn name_of<'a>(&self, id: &'a str) -> &'a str {
        let Some(rest) = id.strip_prefix(ARN) else {
            return id;
        };
        let name = rest.len().checked_sub(SUFFIX).and_then(|at| rest.get(..at));
        name.filter(|name| self.names.contains_key(*name))
            .unwrap_or(rest)
    }

    /// The ARN of a secret, or the name where there is none.
    pub(super) fn resource(&self, name: &str) -> String {
        let entry = self.names.get(name);
        let arn = entry.and_then(|entry| Some(entry.newest.as_ref()?.arn.clone()));
        arn.unwrap_or_else(|| name.to_owned())
    }

    /// The secret as it is.
    pub(super) fn newest(&mut self, id: &str, now: Timestamp) -> Option<Arc<Secret>> {
        self.purge(now);
        let name = self.name_of(id);
        let secret = self.names.get(name)?.newest.clone();
        secret.filter(|secret| answers_to(secret, id))
    }

    /// The secret as it is, for a write: neither missing nor scheduled for deletion.
    pub(super) fn writable(&mut self, id: &str, now: Timestamp) -> Result<Arc<Secret>, Refused> {
        let secret = self.newest(id, now).ok_or_else(Refused::missing)?;
        match secret.deleted_at {
            Some(_) => Err(Refused::marked_for_deletion()),
            None => Ok(secret),
        }
    }

    /// The secret as this read happens to see it.
    pub(super) fn read(&mut self, id: &str, now: Timestamp) -> Result<Arc<Secret>, Refused> {
        self.purge(now);
        let lag = self.settings.read_lag;
        let entry = self.names.get(self.name_of(id));
        let seen = entry.and_then(|entry| entry.seen(lag, now, &mut self.rng));
        seen.filter(|secret| answers_to(secret, id))
            .ok_or_else(Refused::missing)
    }

    /// All secrets as this listing happens to see them.
    pub(super) fn listing(&mut self, now: Timestamp) -> Vec<Arc<Secret>> {
        self.purge(now);
        let lag = self.settings.list_lag;
        let rng = &mut self.rng;
        let entries = self.names.values();
        entries
            .filter_map(|entry| entry.seen(lag, now, rng))
            .collect()
    }

    /// All secrets as they are.
    pub(super) fn all(&mut self, now: Timestamp) -> Vec<Arc<Secret>> {
        self.purge(now);
        let entries = self.names.values();
        entries.filter_map(|entry| entry.newest.clone()).collect()
    }

    pub(super) fn store(&mut self, secret: Secret, now: Timestamp) {
        let lag = self.longest_lag();
        self.next_due = [self.next_due, secret.deleted_at]
            .into_iter()
            .flatten()
            .min();
        let entry = self.names.entry(secret.name.clone()).or_default();
        entry.replace(Some(Arc::new(secret)), now, lag);
    }

    /// A new secret, not stored yet; refused while a deleted one still holds the name.
    pub(super) fn blank(&mut self, name: &str, now: Timestamp) -> Result<Secret, Refused> {
        let entry = self.names.get(name);
        let blocked = entry.and_then(|entry| entry.blocked_until);
        if blocked.is_some_and(|until| until > now) {
            return Err(name_scheduled());
        }
        let suffix: String = std::iter::repeat_with(|| self.rng.alphanumeric())
            .take(SUFFIX - 1)
            .collect();
        self.created += 1;
        Ok(Secret {
            name: name.to_owned(),
            arn: format!("{ARN}{name}-{suffix}"),
            number: self.created,
            description: None,
            kms_key_id: None,
            tags: Vec::new(),
            versions: Vec::new(),
            created: now,
            changed: now,
            deleted_at: None,
        })
    }

    /// Removes a secret; its name stays taken for `delay`.
    pub(super) fn remove(&mut self, name: &str, delay: Duration, now: Timestamp) {
        let lag = self.longest_lag();
        if let Some(entry) = self.names.get_mut(name) {
            entry.replace(None, now, lag);
            entry.blocked_until = Some(now.saturating_add(delay));
        }
    }

    /// The ARN that `DeleteSecret` answers for a secret that does not exist.
    pub(super) fn arn_of_nothing(id: &str) -> String {
        match id.starts_with(ARN) {
            true => id.to_owned(),
            false => format!("{ARN}{id}"),
        }
    }

    /// Removes what has been scheduled for deletion and is due.
    fn purge(&mut self, now: Timestamp) {
        if self.next_due.is_none_or(|due| due > now) {
            return;
        }
        self.next_due = None;
        let lag = self.longest_lag();
        for entry in self.names.values_mut() {
            let due = entry.newest.as_ref().and_then(|secret| secret.deleted_at);
            match due {
                Some(due) if due <= now => entry.replace(None, now, lag),
                _ => self.next_due = [self.next_due, due].into_iter().flatten().min(),
            }
        }
    }

    fn longest_lag(&self) -> Duration {
        self.settings.read_lag.max(self.settings.list_lag)
    }
}

pub(super) fn name_scheduled() -> Refused {
    Refused::request(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
}

/// An ARN with a suffix means one secret only, not a later one of the same name.
fn answers_to(secret: &Secret, id: &str) -> bool {
    let is_full = id.starts_with(ARN) && id.len() == ARN.len() + secret.name.len() + SUFFIX;
    !is_full || secret.arn == id
}
