//! Steps of several callers at the same time. Each is a task: in a runtime with several threads they
//! run in parallel, else they take turns wherever the store waits.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::picture::Picture;
use super::{Run, leaks, show};
use crate::testkit::harness::Handle;
use crate::testkit::words::{Fields, id};
use crate::{Error, OAuthToken, Saved, Timestamp, TokenStore};

/// The id of the record with the counters.
const COUNTED: &str = "1";
/// How often a save is made again after an error that says that it may be.
const TRIES: u32 = 10;

impl Run<'_> {
    pub(super) async fn at_once(
        &mut self,
        callers: &[(Handle, Vec<OAuthToken>)],
        leaves: &[OAuthToken],
    ) -> Result<(), String> {
        let mut tasks = JoinSet::new();
        for (handle, tokens) in callers {
            let (store, tokens) = (self.store(*handle).await?, tokens.clone());
            tasks.spawn(async move {
                let mut results = Vec::new();
                for token in tokens {
                    results.push(store.save_token(&token).await);
                }
                results
            });
        }
        let results: Vec<Result<Saved, Error>> =
            joined(tasks).await?.into_iter().flatten().collect();
        let handle = callers.first().map_or(Handle::First, |(handle, _)| *handle);
        let listed = self.store(handle).await?.get_tokens().await;
        if let Some(leak) = results
            .iter()
            .find_map(leaks::in_result)
            .or_else(|| leaks::in_result(&listed))
        {
            return Err(format!("  {leak}"));
        }
        for token in leaves {
            let like = |found: &&Arc<OAuthToken>| {
                found
                    .id()
                    .is_some_and(|id| **found == Arc::new(token.clone().with_id(id.clone())))
            };
            let listed = listed.iter().flatten();
            if let Some(id) = listed.clone().find(like).and_then(|found| found.id()) {
                self.name(token, id);
            }
        }
        let mut picture = Picture::default();
        leaves
            .iter()
            .for_each(|token| picture.put(self.known(token)));
        let got = || {
            let outcomes: Vec<String> = results.iter().map(show::saved).collect();
            outcomes.join("\n            ")
        };
        let kept = |result: &Result<Saved, Error>| {
            let id = result.as_ref().ok().and_then(|saved| saved.token.id());
            id.is_some_and(|id| picture.holds(id))
        };
        let fault = picture.check(&listed).err();
        if fault.is_some() || !results.iter().all(kept) {
            let fault = fault.unwrap_or_default();
            return Err(format!("  got:      {}\n{fault}", got()));
        }
        self.pictures.insert(handle.suffix(), picture);
        Ok(())
    }

    /// Every process reads its own counter from the stored record, adds one and saves it: a lost
    /// update, whenever it happens, takes from the sum.
    pub(super) async fn count(&mut self, times: u32) -> Result<(), String> {
        let mut tasks = JoinSet::new();
        for (handle, counter) in Handle::PROCESSES.into_iter().zip(COUNTERS) {
            let store = self.store(handle).await?;
            tasks.spawn(async move { counter.add(&*store, times).await });
        }
        let failed = joined(tasks).await?.into_iter().find_map(Result::err);
        failed.map_or(Ok(()), |error| Err(format!("  got:      {error:?}")))?;
        let stored = stored(&*self.store(Handle::First).await?).await;
        let stored = stored.map_err(|error| format!("  then get_tokens failed: {error:?}"))?;
        let counts = COUNTERS.map(|counter| (counter.read)(&stored));
        let acknowledged = u64::from(times) * COUNTERS.len() as u64;
        if counts.iter().sum::<u64>() != acknowledged {
            return Err(format!(
                "  expected: counters that add up to {acknowledged}, every one acknowledged\n  got:      {counts:?}"
            ));
        }
        let mut token = id(COUNTED);
        for counter in COUNTERS {
            token = (counter.write)(token, times.into());
        }
        let picture = self.picture(Handle::First);
        picture.overwrite(&token);
        self.check_listing(Handle::First).await
    }
}

/// A field that one process has to itself, as a number.
#[derive(Clone, Copy)]
struct Counter {
    read: fn(&OAuthToken) -> u64,
    write: fn(OAuthToken, u64) -> OAuthToken,
}

/// No two share a field, and none is a key that other records are told apart by.
const COUNTERS: [Counter; 5] = [
    Counter {
        read: |token| number(token.access_token().map(|token| token.expose())),
        write: |token, n| token.at(&n.to_string()),
    },
    Counter {
        read: |token| number(token.client_secret().map(|secret| secret.expose())),
        write: |token, n| token.with_client_secret(n.to_string()),
    },
    Counter {
        read: |token| number(token.redirect_url()),
        write: |token, n| token.with_redirect_url(n.to_string()),
    },
    Counter {
        read: |token| number(token.api_domain()),
        write: |token, n| token.with_api_domain(n.to_string()),
    },
    Counter {
        read: |token| {
            let at = token.expires_at().unwrap_or_default();
            u64::try_from(at.as_millis()).unwrap_or_default()
        },
        write: |token, n| {
            token.with_expires_at(Timestamp::from_millis(i64::try_from(n).unwrap_or(i64::MAX)))
        },
    },
];

impl Counter {
    async fn add(self, store: &dyn TokenStore, times: u32) -> Result<(), Error> {
        for _ in 0..times {
            let next = (self.read)(&stored(store).await?) + 1;
            let part = (self.write)(id(COUNTED), next);
            let mut tries = 0;
            loop {
                tries += 1;
                match store.save_token(&part).await {
                    Ok(_) => break,
                    Err(error) if error.is_retryable() && tries < TRIES => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

fn number(text: Option<&str>) -> u64 {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// The record with the counters as it is stored now: only listings are never from a cache.
async fn stored(store: &dyn TokenStore) -> Result<OAuthToken, Error> {
    let tokens = store.get_tokens().await?;
    let found = tokens
        .iter()
        .find(|token| token.id().is_some_and(|id| id.as_str() == COUNTED));
    Ok(found
        .map(|token| OAuthToken::clone(token))
        .unwrap_or_default())
}

/// What the tasks gave.
async fn joined<T: 'static>(mut tasks: JoinSet<T>) -> Result<Vec<T>, String> {
    let mut results = Vec::new();
    while let Some(result) = tasks.join_next().await {
        results.push(result.map_err(|error| format!("  a caller did not return: {error}"))?);
    }
    Ok(results)
}
