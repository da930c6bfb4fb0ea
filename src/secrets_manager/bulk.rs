//! Saves of many tokens: one look at the index for all, announcements together, writes at a pace.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::stream::{self, BoxStream};
use futures::{FutureExt as _, Stream, StreamExt as _};

use super::SecretsManagerTokenStore;
use super::builder::AccessTokenScan;
use super::find::{Answer, chosen};
use super::inner::Inner;
use super::pace::Pace;
use super::save::{Basis, By};
use crate::cache::Entry;
use crate::error::Error;
use crate::index::Snapshot;
use crate::rules::matching::{Field, Key, save_key};
use crate::rules::merge::merge;
use crate::rules::page::Claim;
use crate::{OAuthToken, SaveOutcome, Saved, TokenId};

/// The most tokens that are announced together.
const ANNOUNCED: usize = 1000;
/// How many seconds of writing are announced together: half of what an announcement is good for.
const ANNOUNCED_SECONDS: u32 = 30;

/// Many saves under way; from [`SecretsManagerTokenStore::save_tokens`].
///
/// A stream of outcomes, each with the position of its token, in no particular order. It does nothing
/// unless polled. Dropped, it breaks off what is under way, as if each save were dropped;
/// [`stop`](Self::stop) lets that end first.
#[must_use = "streams do nothing unless polled"]
pub struct BulkSave<'a> {
    outcomes: BoxStream<'a, (usize, Result<Saved, Error>)>,
    pace: Arc<Pace>,
}

impl BulkSave<'_> {
    /// Begins no further write. The stream ends once the writes under way have ended; tokens without
    /// an outcome by then were not saved.
    pub fn stop(&self) {
        self.pace.stop();
    }
}

impl fmt::Debug for BulkSave<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkSave").finish_non_exhaustive()
    }
}

impl Stream for BulkSave<'_> {
    type Item = (usize, Result<Saved, Error>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.outcomes.poll_next_unpin(context) {
            // What is left waits for a permit that will not come.
            Poll::Pending if self.pace.is_at_rest() => Poll::Ready(None),
            polled => polled,
        }
    }
}

impl SecretsManagerTokenStore {
    /// Saves many tokens, each as [`save_token`](Self::save_token) does, at a pace that leaves others
    /// their part of the account's quota.
    ///
    /// No more than `writes_per_second` records are written in a second; AWS takes 50 from all
    /// programs of an account and region. Up to 1,000 tokens share one look at the index and one
    /// announcement in it, so that each index page is written a few times and not once for each token.
    /// A token that is stored already costs a twentieth of a call, and no write.
    ///
    /// Each token has its own outcome. After errors, or if it was broken off, the same call can be
    /// made again: it writes what is missing. Tokens in one call that stand for the same record should
    /// be merged before: they are saved in any order.
    ///
    /// ```
    /// # #[cfg(feature = "simulator")]
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), zoho_token_store::Error> {
    /// use futures::StreamExt as _;
    /// use std::num::NonZeroU32;
    /// use zoho_token_store::simulator::Simulator;
    /// use zoho_token_store::{OAuthToken, SecretsManagerTokenStore};
    ///
    /// let store = SecretsManagerTokenStore::from_client(&Simulator::new().client())?;
    /// let token = |n| OAuthToken::new().with_user(format!("user {n}")).with_refresh_token("1000.r");
    /// let tokens: Vec<OAuthToken> = (0..100).map(token).collect();
    /// let pace = NonZeroU32::new(40).unwrap();
    /// let mut saving = store.save_tokens(&tokens, pace);
    /// while let Some((position, outcome)) = saving.next().await {
    ///     println!("{position}: {:?}", outcome?.outcome);
    /// }
    /// assert_eq!(store.get_tokens().await?.len(), 100);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "simulator"))]
    /// # fn main() {}
    /// ```
    pub fn save_tokens<'a>(
        &'a self,
        tokens: &'a [OAuthToken],
        writes_per_second: NonZeroU32,
    ) -> BulkSave<'a> {
        let pace = Arc::new(Pace::new(writes_per_second));
        let together = pace.writes_within(ANNOUNCED_SECONDS).min(ANNOUNCED);
        let (inner, own) = (&*self.inner, pace.clone());
        let outcomes = stream::iter(tokens.chunks(together).zip((0..).step_by(together)))
            .then(move |(tokens, first)| {
                let pace = own.clone();
                async move { inner.save_together(tokens, first, pace).await }.boxed()
            })
            .flatten();
        BulkSave {
            outcomes: outcomes.boxed(),
            pace,
        }
    }
}

/// What was read for many saves together.
struct Survey {
    snapshot: Snapshot,
    records: HashMap<TokenId, Answer>,
}

/// What a survey tells of one token.
enum Known<'a> {
    Record(Arc<Entry>, By<'a>),
    /// There is no record that the token belongs to.
    New(Option<Key<'a>>),
    /// It takes a look of its own.
    Unsure,
}

impl Inner {
    /// Surveys what is stored, then saves all at once; only their writes wait for each other.
    async fn save_together<'a>(
        &'a self,
        tokens: &'a [OAuthToken],
        first: usize,
        pace: Arc<Pace>,
    ) -> BoxStream<'a, (usize, Result<Saved, Error>)> {
        let survey = self.survey(tokens).await;
        let known: Vec<_> = tokens
            .iter()
            .map(|token| self.known(token, survey.as_ref()))
            .collect();
        if let Some(survey) = survey {
            self.index.remember(survey.snapshot).await;
        }
        let saves = (first..).zip(tokens.iter().zip(known));
        let saves: Vec<_> = saves
            .map(move |(position, (token, known))| {
                let pace = pace.clone();
                let save = async move {
                    let saved = match known {
                        Ok(known) => self.save_known(token, known, &pace).await,
                        Err(error) => Err(error),
                    };
                    (position, saved.map_err(|e| e.with_operation("save_tokens")))
                };
                save.boxed()
            })
            .collect();
        stream::iter(saves).buffer_unordered(ANNOUNCED).boxed()
    }

    /// Reads the index and every record that one of the tokens may belong to; `None` if the index
    /// cannot tell all of them.
    async fn survey(&self, tokens: &[OAuthToken]) -> Option<Survey> {
        let since = self.cache.moment();
        let snapshot = self.index.read().await;
        if !snapshot.is_complete() {
            return None;
        }
        let named = self.index.ids(&snapshot);
        let mut candidates = BTreeSet::new();
        for token in tokens {
            candidates.extend(token.id().filter(|id| named.contains(*id)).cloned());
            if let Some(key) = save_key(token, self.own_client()) {
                candidates.extend(self.index.candidates(&snapshot, &Claim::from(&key)));
            }
        }
        let records: HashMap<_, _> = self.read_all(candidates).await.into_iter().collect();
        for entry in records.values().flatten().flatten() {
            self.cache.keep(entry, None, since);
        }
        Some(Survey { snapshot, records })
    }

    /// The record with the token's id, else the one that answers its key.
    fn known<'a>(
        &'a self,
        token: &'a OAuthToken,
        survey: Option<&Survey>,
    ) -> Result<Known<'a>, Error> {
        let Some(survey) = survey else {
            return Ok(Known::Unsure);
        };
        let read = |id: &TokenId| survey.records.get(id).cloned().unwrap_or(Ok(None));
        if let Some(id) = token.id()
            && let Some(entry) = read(id)?
        {
            return Ok(Known::Record(entry, By::Id));
        }
        let Some(key) = save_key(token, self.own_client()) else {
            return Ok(Known::New(None));
        };
        let ids = self.index.candidates(&survey.snapshot, &Claim::from(&key));
        if let Some(entry) = chosen(&key, ids.iter().map(read))? {
            return Ok(Known::Record(entry, By::Key(key)));
        }
        // Any record may have an access token that the index does not know.
        let may_scan = self.settings.scan == AccessTokenScan::Allowed;
        if may_scan && matches!(key.field, Field::Access(_)) {
            return Ok(Known::Unsure);
        }
        Ok(Known::New(Some(key)))
    }

    async fn save_known(
        &self,
        token: &OAuthToken,
        known: Known<'_>,
        pace: &Pace,
    ) -> Result<Saved, Error> {
        let saved = match known {
            Known::Record(entry, _) if merge(entry.token(), token) == **entry.token() => {
                let stored = entry.token().clone();
                return Ok(self.saved(&entry.id, stored, SaveOutcome::Unchanged));
            }
            Known::Record(entry, by) => {
                let _permit = pace.permit().await;
                self.update(token, entry, Basis::Fresh, by).await?
            }
            Known::New(key) => self.create(token, key, None, 0, Some(pace)).await?,
            Known::Unsure => None,
        };
        match saved {
            Some(saved) => Ok(saved),
            None => {
                let _permit = pace.permit().await;
                self.save(token).await
            }
        }
    }
}
