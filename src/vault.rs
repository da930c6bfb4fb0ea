//! Secrets as this crate needs them: read-your-writes, compare-and-swap, and names that come back
//! after a deletion.

mod inspect;
mod lifecycle;
mod own_writes;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use zeroize::Zeroizing;

use crate::Timestamp;
use crate::clock::Clock;
use crate::error::{Error, ErrorKind};
use crate::rules::record::GRAVE;
use crate::rules::successor::{has_descendant, successor};
use crate::secrets::{BATCH, Refusal, Secrets, Value, Version};
use crate::stats::Event;
pub(crate) use own_writes::LATENESS;
use own_writes::{Judgement, OwnWrites};

/// Attempts at one compare-and-swap before giving up to the caller.
const ATTEMPTS: u32 = 48;
/// Lost attempts on an unchanged parent before its successor is suspected to be withdrawn: by then
/// the pauses add up to more than a second, and a merely late read has caught up.
const SUSPICIOUS: u32 = 6;
/// Further reads of a secret that was just written here and is reported missing, or as it was before:
/// the pauses before them add up to 0.9 to 3.5 seconds.
const REREADS: u32 = 7;

/// What a read found.
#[derive(Clone)]
pub(crate) enum Reading {
    Found(Value),
    Missing,
    /// Deleted, and restorable for now.
    Scheduled,
    /// There is a secret, and at this version it holds what a deletion left: no record.
    Buried(Version),
}

/// A reading, and whether it can be believed.
enum Judged {
    Sure(Reading),
    /// To be asked for again: it may be late.
    Doubtful(Reading),
}

/// What an attempt to make a secret came to.
pub(crate) enum Creation {
    Created(Value),
    Exists,
    /// The name belongs to a secret that is being deleted.
    Scheduled,
}

/// What to do with the value just read.
pub(crate) enum Edit<T> {
    Write(Zeroizing<String>, T),
    Stop(T),
}

/// What a revision came to.
pub(crate) enum Revision<T> {
    Written(T, Value),
    /// Written, and replaced by someone else's write since.
    Overtaken(T),
    Stopped(T),
    /// The secret is gone.
    Absent,
}

impl Reading {
    fn of(value: Value) -> Self {
        match &value.text {
            Some(text) if text.as_str() == GRAVE => Self::Buried(value.version),
            _ => Self::Found(value),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Vault {
    secrets: Secrets,
    clock: Arc<dyn Clock>,
    own: OwnWrites,
    batch_denied: std::sync::atomic::AtomicBool,
}

impl Vault {
    pub(crate) fn new(secrets: Secrets, clock: Arc<dyn Clock>) -> Self {
        Self {
            secrets,
            clock,
            own: OwnWrites::default(),
            batch_denied: false.into(),
        }
    }

    /// Reads one secret; never an older state than this process left.
    pub(crate) async fn read(&self, name: &str) -> Result<Reading, Error> {
        let mut rereads = 0;
        loop {
            // Before: this process may stand still while it waits for the answer.
            let asked = self.clock.now();
            let answer = self.secrets.get(name).await;
            match self.judged(name, answer, asked)? {
                Judged::Doubtful(_) if rereads < REREADS => {
                    rereads += 1;
                    pause(rereads).await;
                }
                Judged::Sure(reading) | Judged::Doubtful(reading) => return Ok(reading),
            }
        }
    }

    /// Reads up to [`BATCH`] secrets in one call, or one by one where batches are not permitted.
    pub(crate) async fn read_batch(&self, names: &[String]) -> Vec<Result<Reading, Error>> {
        use std::sync::atomic::Ordering::Relaxed;
        debug_assert!(names.len() <= BATCH);
        if names.len() > 1 && !self.batch_denied.load(Relaxed) {
            let asked = self.clock.now();
            match self.secrets.get_batch(names).await {
                Ok(answers) => return self.settle(names, answers, asked).await,
                Err(Refusal::Other(error)) if error.kind() == ErrorKind::AccessDenied => {
                    tracing::info!("BatchGetSecretValue is not permitted: reading one by one");
                    self.batch_denied.store(true, Relaxed);
                }
                // moto and LocalStack refuse the whole batch if one of its secrets has no value yet.
                Err(Refusal::Missing) => {}
                Err(refusal) => {
                    let error = refusal.into_error("batch");
                    return names.iter().map(|_| Err(error.clone())).collect();
                }
            }
        }
        use futures::StreamExt as _;
        let reads: Vec<_> = names.iter().map(|name| self.read(name)).collect();
        futures::stream::iter(reads).buffered(8).collect().await
    }

    /// Turns the answers of a batch into readings; those in doubt are asked for again, one by one.
    async fn settle(
        &self,
        names: &[String],
        answers: Vec<Result<Value, Refusal>>,
        asked: Timestamp,
    ) -> Vec<Result<Reading, Error>> {
        let mut readings = Vec::with_capacity(names.len());
        for (name, answer) in names.iter().zip(answers) {
            let retry = matches!(&answer, Err(Refusal::Other(error)) if error.is_retryable());
            readings.push(match self.judged(name, answer, asked) {
                Ok(Judged::Sure(reading)) => Ok(reading),
                Err(error) if !retry => Err(error),
                _ => self.read(name).await,
            });
        }
        readings
    }

    /// What an answer means in the light of this process's own writes.
    fn judged(
        &self,
        name: &str,
        answer: Result<Value, Refusal>,
        asked: Timestamp,
    ) -> Result<Judged, Error> {
        let (found, absent) = match answer {
            Ok(value) => (Some(value), Reading::Missing),
            Err(Refusal::Missing) => (None, Reading::Missing),
            Err(Refusal::Scheduled) => (None, Reading::Scheduled),
            Err(other) => return Err(other.into_error(name)),
        };
        let seen = found.as_ref().map(|value| (&value.version, value.made));
        Ok(self
            .own
            .judge(name, seen, asked, |judgement| match judgement {
                Judgement::Replaced(value) => Judged::Sure(Reading::of(value.clone())),
                Judgement::Removed => Judged::Sure(Reading::Missing),
                Judgement::AskAgain => Judged::Doubtful(found.clone().map_or(absent, Reading::of)),
                Judgement::Trust => Judged::Sure(found.clone().map_or(absent, Reading::of)),
            }))
    }

    /// Changes a value by compare-and-swap: `edit` is asked again whenever someone else was faster.
    ///
    /// `start` saves the first read.
    pub(crate) async fn revise<T>(
        &self,
        name: &str,
        start: Option<Value>,
        mut edit: impl FnMut(&Value) -> Result<Edit<T>, Error>,
    ) -> Result<Revision<T>, Error> {
        let mut parent = match start {
            Some(value) => value,
            None => match self.read(name).await? {
                Reading::Found(value) => value,
                _ => return Ok(Revision::Absent),
            },
        };
        let (mut rung, mut lost_on_parent) = (0, 0);
        for attempt in 1..=ATTEMPTS {
            let (text, outcome) = match edit(&parent)? {
                Edit::Write(text, outcome) => (text, outcome),
                Edit::Stop(outcome) => return Ok(Revision::Stopped(outcome)),
            };
            let version = Version::new(&successor(name, Some(parent.version.as_str()), rung));
            let stands = match self.secrets.put(name, &text, &version).await {
                Ok(true) => {
                    let value = self.wrote(name, text, version, Some(&parent.version));
                    return Ok(Revision::Written(outcome, value));
                }
                // These very bytes are stored as that version, yet it is not the current one.
                Ok(false) => Some(text),
                Err(Refusal::Exists) => None,
                Err(Refusal::Missing | Refusal::Scheduled) => return Ok(Revision::Absent),
                Err(other) => return Err(other.into_error(name)),
            };
            self.secrets.counters().count(Event::Conflict);
            lost_on_parent += 1;
            pause(if lost_on_parent > 1 {
                lost_on_parent
            } else {
                attempt.min(4)
            })
            .await;
            let Reading::Found(current) = self.read(name).await? else {
                return Ok(Revision::Absent);
            };
            if current.version != parent.version {
                if let Some(text) = stands {
                    // Remembered, so that no late read shows what was before it.
                    let own = self.wrote(name, text, version, Some(&parent.version));
                    if current.version == own.version {
                        // LocalStack does not say so at once when the same write is sent twice.
                        return Ok(Revision::Written(outcome, current));
                    }
                    if !is_before(name, &current.version, &own.version) {
                        let now = self.clock.now();
                        self.own.wrote(name, &current, Some(&own.version), now);
                    }
                    return Ok(Revision::Overtaken(outcome));
                }
                (rung, lost_on_parent) = (0, 0);
            } else if lost_on_parent >= SUSPICIOUS
                && self.is_withdrawn(name, &parent.version, &version).await?
            {
                rung += 1;
                lost_on_parent = 0;
            }
            parent = current;
        }
        let message = format!("other writers kept changing the secret {name}");
        Err(Error::new(ErrorKind::Unavailable, message))
    }

    /// Whether `successor` exists although `AWSCURRENT` is, or is again, on `parent`: someone moved
    /// the label back by hand.
    async fn is_withdrawn(
        &self,
        name: &str,
        parent: &Version,
        successor: &Version,
    ) -> Result<bool, Error> {
        let description = self
            .secrets
            .describe(name)
            .await
            .map_err(|r| r.into_error(name))?;
        if description.current() != Some(parent) {
            return Ok(false);
        }
        match self.secrets.version_is_current(name, successor).await {
            Ok(is_current) => Ok(!is_current),
            Err(Refusal::Missing) => Ok(false),
            Err(other) => Err(other.into_error(name)),
        }
    }

    /// Replaces tags.
    pub(crate) async fn tag(
        &self,
        name: &str,
        tags: &[(&'static str, String)],
    ) -> Result<(), Error> {
        self.secrets
            .tag(name, tags)
            .await
            .map_err(|refusal| refusal.into_error(name))
    }

    fn is_just_written(&self, name: &str, asked: Timestamp) -> bool {
        self.own.judge(name, None, asked, |judgement| {
            matches!(judgement, Judgement::AskAgain)
        })
    }

    fn wrote(
        &self,
        name: &str,
        text: Zeroizing<String>,
        version: Version,
        parent: Option<&Version>,
    ) -> Value {
        let value = Value {
            text: Some(Arc::new(text)),
            version,
            made: None,
        };
        self.own.wrote(name, &value, parent, self.clock.now());
        value
    }
}

/// Whether one version led to the other, so that who sees it sees it late.
fn is_before(name: &str, version: &Version, later: &Version) -> bool {
    has_descendant(name, version.as_str(), |id| id == later.as_str())
}

/// Waits before another attempt: longer each time, up to a second, with full jitter so that writers
/// who met do not meet again.
pub(crate) async fn pause(attempt: u32) {
    let ceiling = (25_u64 << attempt.min(6)).min(1_000);
    sleep(Duration::from_millis(fastrand::u64(ceiling / 4..=ceiling))).await;
}
