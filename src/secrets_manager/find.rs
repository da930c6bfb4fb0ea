//! Look-ups: cache, then the name derived from the key, then the index.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::builder::AccessTokenScan;
use super::inner::Inner;
use crate::cache::{Entry, Moment};
use crate::error::Error;
use crate::flight::Share;
use crate::index::Snapshot;
use crate::rules::matching::{Agreement, Field, Key, Lookup, Match, lookup};
use crate::rules::naming::derived_id;
use crate::rules::page::Claim;
use crate::stats::Event;
use crate::{OAuthToken, TokenId};

pub(super) type Answer = Result<Option<Arc<Entry>>, Error>;

/// How recent a look-up's answer must be.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Freshness {
    /// A cached record will do, within its time.
    #[default]
    Cached,
    /// Ask the service, and do not fall back to the cache: for when the CRM has refused the cached
    /// access token. Such look-ups at the same time share their requests all the same.
    MustAsk,
}

/// What a request under way asks for.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Errand {
    Id(TokenId),
    /// The id derived from the key: 160 bits stand for it.
    Key(TokenId),
}

/// What the look-up of a key found, and what it learnt on the way.
pub(super) struct Search {
    pub(super) entry: Option<Arc<Entry>>,
    /// The index, if it had to be asked.
    pub(super) snapshot: Option<Snapshot>,
    /// The name derived from the key belongs to a record with another key.
    pub(super) is_name_taken: bool,
}

impl Search {
    /// Why the answer is not certain: a page that cannot be read may name another.
    ///
    /// While a page is broken, a record under the very name that its key gives answers all the same.
    pub(super) fn gap(&self, key: &Key<'_>) -> Option<&Error> {
        let snapshot = self.snapshot.as_ref()?;
        let is_certain = self.entry.as_ref().is_some_and(|entry| {
            let is_own =
                key.agreement(entry.token()) == Agreement::Exact && entry.id == derived_id(key, 0);
            is_only_answer(key, entry) || (is_own && snapshot.doubt().is_none())
        });
        snapshot.gap().filter(|_| !is_certain)
    }
}

impl Inner {
    /// The cached answer, if it may be given without asking.
    #[inline]
    pub(super) fn hit(&self, wanted: &Lookup<'_>) -> Option<Arc<OAuthToken>> {
        let now = self.clock.now();
        match wanted {
            Lookup::Id(id) => self.cache.hit_id(id, now),
            Lookup::Key(key) => self.cache.hit_key(key, now),
        }
    }

    /// Asks the service, together with all who ask the same.
    ///
    /// `query` is what `wanted` was taken from.
    pub(super) async fn ask(
        self: &Arc<Self>,
        query: &OAuthToken,
        wanted: &Lookup<'_>,
        freshness: Freshness,
    ) -> Result<Option<Arc<OAuthToken>>, Error> {
        if freshness == Freshness::Cached
            && let Some(token) = self.serve_stale(wanted, |entry, now| entry.is_backing_off(now))
        {
            return Ok(Some(token));
        }
        let (errand, share) = (errand(wanted), share(freshness));
        loop {
            let since = self.cache.moment();
            let mut cached = None;
            // A request that ended since the caller looked has filled the cache.
            let request = || {
                if freshness == Freshness::Cached {
                    cached = self.hit(wanted);
                }
                cached
                    .is_none()
                    .then(|| self.clone().request(query.clone(), since))
            };
            let can_join = |began| self.is_current(wanted, began);
            let seat = self.flights.board(&errand, share, since, can_join, request);
            let Some(seat) = seat else {
                return Ok(cached);
            };
            self.counters.count(if seat.is_shared {
                Event::Coalesced
            } else {
                Event::Miss
            });
            let answer = seat.answer.await;
            self.flights.land(&errand);
            match answer {
                // Written here after that request had begun: it may have shown what was before.
                Ok(Some(entry))
                    if seat.is_shared && !self.cache.is_unchanged(&entry.id, seat.since) => {}
                Ok(entry) => return Ok(entry.map(|entry| entry.token().clone())),
                Err(error) => return self.without_service(wanted, freshness, error),
            }
        }
    }

    /// Whether a request that began then shows all that this process has written to what is wanted.
    fn is_current(&self, wanted: &Lookup<'_>, began: Moment) -> bool {
        match wanted {
            Lookup::Id(id) => self.cache.is_unchanged(id, began),
            Lookup::Key(key) => self.cache.is_key_unchanged(key, began),
        }
    }

    /// The answer when the service gives none.
    fn without_service(
        &self,
        wanted: &Lookup<'_>,
        freshness: Freshness,
        error: Error,
    ) -> Result<Option<Arc<OAuthToken>>, Error> {
        if freshness != Freshness::Cached || !error.is_retryable() {
            return Err(error);
        }
        let stale = self.serve_stale(wanted, |entry, now| {
            entry.note_failure(now);
            true
        });
        match stale {
            Some(token) => {
                tracing::warn!(id = ?token.id(), %error, "served from the cache beyond its time");
                Ok(Some(token))
            }
            None => Err(error),
        }
    }

    fn serve_stale(
        &self,
        wanted: &Lookup<'_>,
        test: impl Fn(&Entry, crate::Timestamp) -> bool,
    ) -> Option<Arc<OAuthToken>> {
        let now = self.clock.now();
        let held = self.held(wanted)?;
        let token = held.token().clone();
        (held.lifetime.is_servable(now) && test(&held, now)).then(|| {
            self.counters.count(Event::StaleServe);
            token
        })
    }

    fn held(&self, wanted: &Lookup<'_>) -> Option<Arc<Entry>> {
        match wanted {
            Lookup::Id(id) => self.cache.held_id(id),
            Lookup::Key(key) => self.cache.held_key(key),
        }
    }

    /// One request for all who share it. It owns its query: who began it may be gone.
    fn request(self: Arc<Self>, query: OAuthToken, since: Moment) -> BoxFuture<'static, Answer> {
        async move {
            let wanted = lookup(&query, self.own_client())?;
            let held = self.held(&wanted);
            let (answer, key) = match &wanted {
                Lookup::Id(id) => (self.read(id).await?, None),
                Lookup::Key(key) => (self.find_by_key(key).await?, Some(key)),
            };
            if let Some(held) = held
                && answer.as_ref().is_none_or(|entry| entry.id != held.id)
            {
                self.cache.forget(&held, since);
            }
            if let Some(entry) = &answer {
                self.cache.keep(entry, key, since);
            }
            Ok(answer)
        }
        .boxed()
    }

    async fn find_by_key(&self, key: &Key<'_>) -> Answer {
        let search = self.search(key).await?;
        match search.gap(key) {
            Some(gap) => Err(gap.clone()),
            None => Ok(search.entry),
        }
    }

    /// Looks a key up: by its own name, then in the index, and an access token in every record.
    pub(super) async fn search(&self, key: &Key<'_>) -> Result<Search, Error> {
        let mut is_name_taken = false;
        if has_own_name(key)
            && let Some(entry) = self.read(&derived_id(key, 0)).await?
        {
            if is_only_answer(key, &entry) {
                return Ok(Search {
                    entry: Some(entry),
                    snapshot: None,
                    is_name_taken,
                });
            }
            is_name_taken = !key.is_answered_by(entry.token());
        }
        let snapshot = self.index.read().await;
        let mut candidates = self.index.candidates(&snapshot, &Claim::from(key));
        if snapshot.gap().is_some() && snapshot.doubt().is_none() {
            // What a broken page names is not known; this name is.
            candidates.insert(derived_id(key, 0));
        }
        let mut entry = self.choose(key, candidates).await?;
        let may_scan = self.settings.scan == AccessTokenScan::Allowed;
        if entry.is_none() && may_scan && matches!(key.field, Field::Access(_)) {
            entry = self.choose(key, self.index.ids(&snapshot)).await?;
        }
        Ok(Search {
            entry,
            snapshot: Some(snapshot),
            is_name_taken,
        })
    }

    /// Reads the candidates and chooses the record that answers the key.
    pub(super) async fn choose(&self, key: &Key<'_>, candidates: BTreeSet<TokenId>) -> Answer {
        if candidates.is_empty() {
            return Ok(None);
        }
        let answers = self.read_all(candidates).await.into_iter();
        chosen(key, answers.map(|(_, answer)| answer))
    }
}

/// The record that answers the key, among all that may.
pub(super) fn chosen(key: &Key<'_>, candidates: impl IntoIterator<Item = Answer>) -> Answer {
    let (mut records, mut failure) = (Vec::new(), None);
    for answer in candidates {
        match answer {
            Ok(found) => records.extend(found),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    match (key.choose(records, |entry| entry.token()), failure) {
        (Match::Ambiguous(ids), _) => Err(key.ambiguous(&ids)),
        (Match::One(entry), None) => Ok(Some(entry)),
        (Match::One(entry), Some(_)) if is_only_answer(key, &entry) => Ok(Some(entry)),
        // The one that cannot be read may be the answer, or a second one.
        (_, Some(error)) => Err(error),
        (Match::None, None) => Ok(None),
    }
}

/// Whether the record that answers the key is most likely found under the name derived from it, and
/// can then be the only answer. A user without a client may have records of several clients.
fn has_own_name(key: &Key<'_>) -> bool {
    key.client.is_some() || !matches!(key.field, Field::User(_))
}

/// Whether the record answers the key so well that no other can answer it, too: it is of the very
/// client, or has the access token.
fn is_only_answer(key: &Key<'_>, entry: &Entry) -> bool {
    match (key.agreement(entry.token()), key.field) {
        (Agreement::None, _) => false,
        (_, Field::Access(_)) => true,
        (agreement, _) => key.client.is_some() && agreement == Agreement::Exact,
    }
}

fn errand(wanted: &Lookup<'_>) -> Errand {
    match wanted {
        Lookup::Id(id) => Errand::Id((*id).clone()),
        Lookup::Key(key) => Errand::Key(derived_id(key, 0)),
    }
}

fn share(freshness: Freshness) -> Share {
    match freshness {
        Freshness::Cached => Share::UnderWay,
        Freshness::MustAsk => Share::YetToBegin,
    }
}
