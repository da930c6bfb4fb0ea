//! Saves: which record a token belongs to, and what is told to the cache.

use std::sync::Arc;

use super::find::Search;
use super::inner::Inner;
use crate::cache::{Cache, Entry};
use crate::error::{Error, ErrorKind};
use crate::index::Snapshot;
use crate::rules::matching::{Field, Key, save_key};
use crate::rules::{naming, page};
use crate::vault::pause;
use crate::{Listing, OAuthToken, SaveOutcome, Saved, TokenId};

/// Times that a save starts again because another writer changed what it was about to rely on.
const RESTARTS: u32 = 24;

/// How a save recognised its record.
#[derive(Clone, Copy)]
pub(super) enum By<'a> {
    Id,
    Key(Key<'a>),
}

/// Whether a save builds on cached records, and a compare-and-swap corrects what they get wrong, or
/// on records that it has read itself.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Basis {
    Cached,
    Fresh,
}

/// The record that a save belongs to.
enum Target<'a> {
    Record(Arc<Entry>, Basis, By<'a>),
    /// There is none: what the search learnt.
    New(Option<Snapshot>, u32),
}

impl Inner {
    pub(super) async fn save(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let key = save_key(token, self.own_client());
        let mut basis = Basis::Cached;
        for restart in 1..=RESTARTS {
            let saved = match self.target(token, key, basis).await? {
                Target::Record(entry, basis, by) => self.update(token, entry, basis, by).await?,
                Target::New(snapshot, attempt) => {
                    self.create(token, key, snapshot, attempt, None).await?
                }
            };
            if let Some(saved) = saved {
                return Ok(saved);
            }
            if basis == Basis::Fresh {
                pause(restart).await;
            }
            basis = Basis::Fresh;
        }
        let message = "other writers kept changing the record that this token belongs to";
        Err(Error::new(ErrorKind::Unavailable, message))
    }

    /// The record with the token's id, else the one that answers its key.
    async fn target<'a>(
        &self,
        token: &OAuthToken,
        key: Option<Key<'a>>,
        basis: Basis,
    ) -> Result<Target<'a>, Error> {
        let since = self.cache.moment();
        let cached = |held: Option<Arc<Entry>>| {
            held.filter(|held| basis == Basis::Cached && Cache::is_base(held, self.clock.now()))
        };
        if let Some(id) = token.id() {
            if let Some(entry) = cached(self.cache.held_id(id)) {
                return Ok(Target::Record(entry, Basis::Cached, By::Id));
            }
            if let Some(entry) = self.read(id).await? {
                self.cache.keep(&entry, None, since);
                return Ok(Target::Record(entry, Basis::Fresh, By::Id));
            }
        }
        let Some(key) = key else {
            return Ok(Target::New(None, 0));
        };
        // Without a client the user may have come to have records of several; only the index tells.
        let is_certain = key.client.is_some() || !matches!(key.field, Field::User(_));
        if is_certain && let Some(entry) = cached(self.cache.held_key(&key)) {
            return Ok(Target::Record(entry, Basis::Cached, By::Key(key)));
        }
        let search = self.search(&key).await?;
        if let (Some(_), Some(gap)) = (&search.entry, search.gap(&key)) {
            return Err(gap.clone());
        }
        let Search {
            entry,
            snapshot,
            is_name_taken,
        } = search;
        if let Some(entry) = entry {
            self.cache.keep(&entry, Some(&key), since);
            return Ok(Target::Record(entry, Basis::Fresh, By::Key(key)));
        }
        if let Some(doubt) = snapshot.as_ref().and_then(Snapshot::doubt) {
            return Err(doubt.clone());
        }
        Ok(Target::New(snapshot, is_name_taken.into()))
    }

    /// The outcome of a write, told to the cache.
    pub(super) fn done(
        &self,
        write: Write<'_>,
        entry: &Arc<Entry>,
        by: By<'_>,
        outcome: SaveOutcome,
    ) -> Saved {
        let key = match &by {
            By::Id => None,
            By::Key(key) => Some(key),
        };
        self.index
            .stored(&entry.id, page::fingerprints(entry.token()));
        write.succeeded(entry, key);
        let token = entry.token().clone();
        tracing::debug!(id = ?token.id(), ?outcome, "saved");
        self.saved(&entry.id, token, outcome)
    }

    pub(super) fn saved(
        &self,
        id: &TokenId,
        token: Arc<OAuthToken>,
        outcome: SaveOutcome,
    ) -> Saved {
        let listing = match self.index.is_behind(id) {
            true => Listing::Behind,
            false => Listing::Current,
        };
        Saved {
            token,
            outcome,
            listing,
        }
    }

    /// Brings the tags up to date that tell whose token it is. They are no part of the promise.
    pub(super) async fn tag(&self, name: &str, token: &OAuthToken) {
        let tags = self.labels(token).tags;
        if let Err(error) = self.vault.tag(name, &tags).await {
            tracing::warn!(secret = name, %error, "the tags could not be updated");
        }
    }
}

/// A write under way. If it does not succeed, or nobody waits for it to its end, its effect is unknown:
/// then the cache forgets the record.
#[must_use]
pub(super) struct Write<'a> {
    cache: &'a Cache,
    id: &'a TokenId,
    before: Option<Arc<OAuthToken>>,
    is_open: bool,
}

impl<'a> Write<'a> {
    pub(super) fn begin(
        cache: &'a Cache,
        id: &'a TokenId,
        before: Option<Arc<OAuthToken>>,
    ) -> Self {
        Self {
            cache,
            id,
            before,
            is_open: true,
        }
    }

    fn succeeded(mut self, after: &Arc<Entry>, key: Option<&Key<'_>>) {
        self.is_open = false;
        let before = self.before.as_deref();
        self.cache.wrote(self.id, before, Some(after), key);
    }

    /// Nothing was sent.
    pub(super) fn abandon(mut self) {
        self.is_open = false;
    }
}

impl Drop for Write<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.cache
                .wrote(self.id, self.before.as_deref(), None, None);
        }
    }
}

/// The id and secret that a new record gets.
pub(super) fn new_name(
    inner: &Inner,
    token: &OAuthToken,
    key: &Key<'_>,
    attempt: u32,
) -> Result<(TokenId, String), Error> {
    let id = match token.id() {
        Some(id) => id.clone(),
        None => naming::derived_id(key, attempt),
    };
    match inner.name(&id) {
        Some(name) => Ok((id, name)),
        None => Err(naming::unusable_id(&id)),
    }
}

/// Whether an announcement in the index is so old that others may have taken it back.
pub(super) fn is_outdated(announced: crate::Timestamp, now: crate::Timestamp) -> bool {
    now.since(announced)
        .is_none_or(|age| age >= page::ADMISSION / 2)
}
