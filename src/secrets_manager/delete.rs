//! Deletions: first the secret, then its entry in the index.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use futures::StreamExt as _;

use super::inner::Inner;
use super::pace::Pace;
use super::save::Write;
use crate::TokenId;
use crate::error::Error;
use crate::index::{Change, Snapshot};
use crate::rules::page::Entry;
use crate::secrets::{BATCH, Version};
use crate::vault::Reading;

/// Secrets deleted at the same time.
const AT_ONCE: usize = 8;
/// Secrets deleted in a second, after the first batch: what the service permits to an account and
/// region.
const PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(49);
/// Ids that an error lists at most.
const LISTED: usize = 20;

impl Inner {
    /// Removes a token; tells whether there was one.
    pub(super) async fn delete(&self, id: &TokenId) -> Result<bool, Error> {
        let Some(name) = self.name(id) else {
            return Ok(false);
        };
        // Kept until the index has forgotten the token: nobody here makes it again meanwhile.
        let _turn = self.turns.take(id).await;
        let entry = self.index.entry(id).await;
        let removed = self.delete_unseen(id, &name).await?;
        let seen = entry.filter(|_| removed);
        self.forget([(id.clone(), seen)].into()).await;
        tracing::debug!(%id, removed, "deleted");
        Ok(removed)
    }

    /// Removes every token; tells how many there were.
    pub(super) async fn delete_all(&self) -> Result<usize, Error> {
        let snapshot = self.index.read().await;
        let ids: Vec<TokenId> = self.index.ids(&snapshot).into_iter().collect();
        // In the order of the ids, so that two who take all do not wait for each other.
        let mut turns = Vec::with_capacity(ids.len());
        for id in &ids {
            turns.push(self.turns.take(id).await);
        }
        let (mut removed, mut gone, mut left) = (0, BTreeMap::new(), Vec::new());
        let pace = Pace::new(PER_SECOND);
        for (batch, first) in ids.chunks(BATCH).zip((0..).step_by(BATCH)) {
            let pace = (first > 0).then_some(&pace);
            for (id, outcome) in self.delete_batch(batch, &snapshot, pace).await {
                match outcome {
                    Ok(was_there) => {
                        removed += usize::from(was_there);
                        let seen = snapshot.entry(&id).filter(|_| was_there);
                        gone.insert(id, seen.cloned());
                    }
                    Err(error) => left.push((id, error)),
                }
            }
        }
        if !gone.is_empty() {
            self.forget(gone).await;
        }
        tracing::debug!(removed, left = left.len(), "deleted all");
        match (left.first(), snapshot.gap()) {
            (Some((_, error)), _) => Err(remainder(&left, error.clone())),
            (None, Some(gap)) => Err(unlisted(removed, gap)),
            (None, None) => Ok(removed),
        }
    }

    /// Deletes up to [`BATCH`] tokens, which one read saves describing one by one.
    async fn delete_batch(
        &self,
        ids: &[TokenId],
        snapshot: &Snapshot,
        pace: Option<&Pace>,
    ) -> Vec<(TokenId, Result<bool, Error>)> {
        let named = ids.iter().filter_map(|id| Some((id, self.name(id)?)));
        let (ids, names): (Vec<&TokenId>, Vec<String>) = named.unzip();
        let readings = self.vault.read_batch(&names).await;
        let deletions = ids.into_iter().zip(&names).zip(readings);
        let deletions = deletions.map(|((id, name), reading)| async move {
            let is_gone = matches!(reading, Ok(Reading::Missing | Reading::Scheduled));
            let _permit = match pace.filter(|_| !is_gone) {
                Some(pace) => Some(pace.permit().await),
                None => None,
            };
            let outcome = match reading {
                Ok(Reading::Found(value)) => self.delete_seen(id, name, Some(value.version)).await,
                // A deletion that was broken off is brought to its end.
                Ok(Reading::Buried(_)) => self.delete_seen(id, name, None).await.map(|_| false),
                // A read may be late; a deletion never is.
                Ok(Reading::Missing | Reading::Scheduled)
                    if snapshot.is_expected(id, self.clock.now()) =>
                {
                    self.delete_unseen(id, name).await
                }
                Ok(Reading::Missing | Reading::Scheduled) => Ok(false),
                Err(error) => Err(error),
            };
            (id.clone(), outcome)
        });
        let deletions: Vec<_> = deletions.collect();
        futures::stream::iter(deletions)
            .buffered(AT_ONCE)
            .collect()
            .await
    }

    async fn delete_unseen(&self, id: &TokenId, name: &str) -> Result<bool, Error> {
        let _write = Write::begin(&self.cache, id, None);
        let days = self.settings.deletion.recovery_days();
        let removed = self.vault.remove(name, days).await?;
        self.index.removed(id);
        Ok(removed)
    }

    /// As above, if the secret was just read: `current` is the version of its record.
    async fn delete_seen(
        &self,
        id: &TokenId,
        name: &str,
        current: Option<Version>,
    ) -> Result<bool, Error> {
        let _write = Write::begin(&self.cache, id, None);
        let days = self.settings.deletion.recovery_days();
        let versions = current.iter().cloned().collect();
        let removed = self.vault.remove_known(name, days, current, versions);
        let removed = removed.await?;
        self.index.removed(id);
        Ok(removed)
    }

    /// Lets the index forget tokens that are gone. An entry that stays is harmless: look-ups confirm
    /// against the record, and the next deletion takes it along.
    async fn forget(&self, ids: BTreeMap<TokenId, Option<Entry>>) {
        let at = self.clock.now();
        if let Err(error) = self.index.change(Change::Forget { ids, at }, None).await {
            tracing::warn!(%error, "the index still names deleted tokens");
        }
    }
}

fn remainder(left: &[(TokenId, Error)], cause: Error) -> Error {
    let ids: Vec<&str> = left
        .iter()
        .map(|(id, _)| id.as_str())
        .take(LISTED)
        .collect();
    let more = match left.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("{} tokens remain: {}{more}", left.len(), ids.join(", "));
    Error::new(cause.kind(), message).with_source(cause)
}

fn unlisted(removed: usize, gap: &Error) -> Error {
    let message = format!("{removed} tokens removed; those on a page that cannot be read remain");
    Error::new(gap.kind(), message).with_source(gap.clone())
}
