//! How secrets come and go.

use zeroize::Zeroizing;

use super::own_writes::{Judgement, Removal};
use super::{Creation, REREADS, Reading, Vault, pause};
use crate::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::rules::record::GRAVE;
use crate::rules::successor::successor;
use crate::secrets::{Labels, Refusal, Version};

/// A record's version, and that of the grave in its place.
struct Burial {
    record: Version,
    grave: Version,
}

/// Attempts at leaving a grave while others write.
const BURIALS: u32 = 6;

impl Vault {
    /// Makes a secret, or gives the first value to one that was made without.
    pub(crate) async fn create(
        &self,
        name: &str,
        text: Zeroizing<String>,
        labels: &Labels,
    ) -> Result<Creation, Error> {
        let version = Version::new(&format!("{:032x}", fastrand::u128(..)));
        match self.secrets.create(name, &text, &version, labels).await {
            Ok(()) => return Ok(Creation::Created(self.wrote(name, text, version, None))),
            Err(Refusal::Exists) => {}
            Err(Refusal::Scheduled) => return Ok(Creation::Scheduled),
            Err(other) => return Err(other.into_error(name)),
        }
        match self.read(name).await? {
            // The reply to an attempt that had succeeded was lost on the way.
            Reading::Found(value) if value.version == version => {
                Ok(Creation::Created(self.wrote(name, text, version, None)))
            }
            Reading::Found(_) => Ok(Creation::Exists),
            Reading::Scheduled => Ok(Creation::Scheduled),
            Reading::Missing => self.fill(name, text).await,
            Reading::Buried(grave) => self.succeed(name, text, grave).await,
        }
    }

    /// Gives a secret without any value its first one.
    async fn fill(&self, name: &str, text: Zeroizing<String>) -> Result<Creation, Error> {
        match self.secrets.describe(name).await {
            Ok(found) if found.scheduled_for_deletion => return Ok(Creation::Scheduled),
            Ok(found) if found.labelled.is_empty() => {}
            Ok(_) | Err(Refusal::Missing) => return Ok(Creation::Exists),
            Err(other) => return Err(other.into_error(name)),
        }
        let version = Version::new(&successor(name, None, 0));
        match self.secrets.put(name, &text, &version).await {
            Ok(true) => Ok(Creation::Created(self.wrote(name, text, version, None))),
            Ok(false) | Err(Refusal::Exists) => Ok(Creation::Exists),
            Err(other) => Err(other.into_error(name)),
        }
    }

    /// Brings a secret that is scheduled for deletion back with a new value.
    ///
    /// `Scheduled` if the name cannot be used yet, `Exists` if someone else was first.
    pub(crate) async fn revive(
        &self,
        name: &str,
        text: Zeroizing<String>,
    ) -> Result<Creation, Error> {
        match self.secrets.restore(name).await {
            Ok(()) => {}
            // Deleted for good, or restored by someone else, in the meantime.
            Err(Refusal::Missing | Refusal::Scheduled) => return Ok(Creation::Scheduled),
            Err(other) => return Err(other.into_error(name)),
        }
        let parent = match self.secrets.get(name).await {
            Ok(value) => value.version,
            Err(Refusal::Missing) => return self.fill(name, text).await,
            Err(other) => return Err(other.into_error(name)),
        };
        self.succeed(name, text, parent).await
    }

    /// Writes over what a deletion left.
    async fn succeed(
        &self,
        name: &str,
        text: Zeroizing<String>,
        parent: Version,
    ) -> Result<Creation, Error> {
        let version = Version::new(&successor(name, Some(parent.as_str()), 0));
        match self.secrets.put(name, &text, &version).await {
            Ok(true) => {
                let value = self.wrote(name, text, version, Some(&parent));
                Ok(Creation::Created(value))
            }
            Ok(false) | Err(Refusal::Exists) => Ok(Creation::Exists),
            Err(Refusal::Scheduled) => Ok(Creation::Scheduled),
            Err(other) => Err(other.into_error(name)),
        }
    }

    /// Brings a secret that is scheduled for deletion back as it was; tells whether that was possible.
    pub(crate) async fn restore(&self, name: &str) -> Result<bool, Error> {
        match self.secrets.restore(name).await {
            Ok(()) => Ok(true),
            Err(Refusal::Missing | Refusal::Scheduled) => Ok(false),
            Err(other) => Err(other.into_error(name)),
        }
    }

    /// Deletes a secret; tells whether there was one.
    ///
    /// `recovery_days` is `None` to delete for good.
    pub(crate) async fn remove(
        &self,
        name: &str,
        recovery_days: Option<u8>,
    ) -> Result<bool, Error> {
        let mut rereads = 0;
        let (current, versions) = loop {
            let asked = self.clock.now();
            match self.secrets.describe(name).await {
                Ok(found) if !found.scheduled_for_deletion => {
                    let current = self.newest(name, found.current(), asked);
                    let versions = found.labelled.into_iter().map(|(version, _)| version);
                    break (current, versions.collect());
                }
                Err(Refusal::Missing) if self.is_just_written(name, asked) && rereads < REREADS => {
                    rereads += 1;
                    pause(rereads).await;
                }
                // A read may be late: it is deleted all the same. Deleting for good succeeds even if
                // nothing is there.
                Ok(_) | Err(Refusal::Missing) => {
                    let deleted = self.delete(name, recovery_days, Vec::new()).await?;
                    let was_there = deleted && recovery_days.is_some();
                    if !was_there || rereads == REREADS || !self.is_back(name).await? {
                        return Ok(was_there);
                    }
                    rereads += 1;
                    pause(rereads).await;
                }
                // Without this permission a late read cannot be recognised; the deletion can go on.
                Err(Refusal::Other(error)) if error.kind() == ErrorKind::AccessDenied => {
                    return self.delete(name, recovery_days, Vec::new()).await;
                }
                Err(other) => return Err(other.into_error(name)),
            }
        };
        self.remove_known(name, recovery_days, current, versions)
            .await
    }

    /// Brings back what was deleted without a grave, so that it gets one; tells whether it is back.
    async fn is_back(&self, name: &str) -> Result<bool, Error> {
        match self.restore(name).await {
            Err(error) if error.kind() == ErrorKind::AccessDenied => {
                tracing::info!(secret = name, %error, "deleted without a grave");
                Ok(false)
            }
            outcome => outcome,
        }
    }

    /// The current version, of a description that may be late.
    fn newest(&self, name: &str, described: Option<&Version>, asked: Timestamp) -> Option<Version> {
        let seen = described.map(|version| (version, None));
        self.own
            .judge(name, seen, asked, |judgement| match judgement {
                Judgement::Replaced(value) => Some(value.version.clone()),
                _ => described.cloned(),
            })
    }

    /// As [`remove`](Self::remove), for a secret whose versions were just read, `current` among them if
    /// it holds a record.
    pub(crate) async fn remove_known(
        &self,
        name: &str,
        recovery_days: Option<u8>,
        current: Option<Version>,
        mut versions: Vec<Version>,
    ) -> Result<bool, Error> {
        let mut burial = None;
        if let (Some(current), Some(_)) = (current, recovery_days) {
            let seen;
            (seen, burial) = self.bury(name, current).await?;
            versions.extend(seen);
        }
        let deleted = self.delete(name, recovery_days, versions).await;
        if let (Err(error), Some(burial)) = (&deleted, &burial)
            && is_final(error)
            && let Err(error) = self.exhume(name, burial).await
        {
            tracing::warn!(secret = name, %error, "the deletion was refused, and left a grave");
        }
        deleted
    }

    /// Puts the record back, as its deletion was refused.
    async fn exhume(&self, name: &str, burial: &Burial) -> Result<(), Error> {
        let value = self.secrets.value_at(name, &burial.record).await;
        let value = value.map_err(|refusal| refusal.into_error(name))?;
        let Some(text) = value.text else {
            return Ok(());
        };
        let put = self.succeed(name, (*text).clone(), burial.grave.clone());
        put.await.map(drop)
    }

    /// Leaves a grave in the place of the record, so that it does not come back when the secret is
    /// restored for another; gives the versions it has seen. The deletion goes on without one where
    /// permissions or the quota do not allow it.
    async fn bury(
        &self,
        name: &str,
        mut current: Version,
    ) -> Result<(Vec<Version>, Option<Burial>), Error> {
        let mut seen = vec![current.clone()];
        for attempt in 1..=BURIALS {
            let version = Version::new(&successor(name, Some(current.as_str()), 0));
            match self.secrets.put(name, GRAVE, &version).await {
                Ok(_) => {
                    seen.push(version.clone());
                    let (record, grave) = (current, version);
                    return Ok((seen, Some(Burial { record, grave })));
                }
                Err(Refusal::Exists) => pause(attempt).await,
                Err(Refusal::Missing | Refusal::Scheduled) => break,
                Err(Refusal::Other(error)) if is_final(&error) => {
                    tracing::info!(secret = name, %error, "deleted without a grave");
                    break;
                }
                Err(other) => return Err(other.into_error(name)),
            }
            // Someone else has written, or this process itself, and the description was late.
            let asked = self.clock.now();
            match self.secrets.describe(name).await {
                Ok(found) => match self.newest(name, found.current(), asked) {
                    Some(newer) => current = newer,
                    None => break,
                },
                // Late again: there was a secret to refuse the grave.
                Err(Refusal::Missing) => {}
                Err(Refusal::Scheduled) => break,
                Err(Refusal::Other(error)) if is_final(&error) => break,
                Err(other) => return Err(other.into_error(name)),
            }
            seen.push(current.clone());
        }
        Ok((seen, None))
    }

    async fn delete(
        &self,
        name: &str,
        recovery_days: Option<u8>,
        versions: Vec<Version>,
    ) -> Result<bool, Error> {
        let removed = match self.secrets.delete(name, recovery_days).await {
            Ok(()) => true,
            Err(Refusal::Missing | Refusal::Scheduled) => false,
            Err(other) => return Err(other.into_error(name)),
        };
        let removal = match recovery_days {
            Some(_) => Removal::Restorable,
            None => Removal::ForGood,
        };
        self.own.removed(name, versions, removal, self.clock.now());
        Ok(removed)
    }
}

fn is_final(error: &Error) -> bool {
    use ErrorKind::{AccessDenied, QuotaExceeded};
    matches!(error.kind(), AccessDenied | QuotaExceeded)
}
