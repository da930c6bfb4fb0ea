//! What the operations share: reading and understanding records.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::StreamExt as _;

use super::builder::{AccessTokenScan, DeletionPolicy};
use super::find::{Answer, Errand};
use super::turns::Turns;
use crate::cache::Cache;
use crate::clock::Clock;
use crate::error::{Error, ErrorKind};
use crate::flight::Flights;
use crate::index::Index;
use crate::rules::naming::Namespace;
use crate::rules::record::Record;
use crate::rules::tags::UserTag;
use crate::secrets::{BATCH, Labels, Value};
use crate::stats::Counters;
use crate::vault::{Reading, Vault};
use crate::{OAuthToken, TokenId};

/// Batches read at the same time.
const BATCHES_AT_ONCE: usize = 4;

#[derive(Debug)]
pub(super) struct Settings {
    pub(super) namespace: Namespace,
    pub(super) own_client: Option<Box<str>>,
    /// Of a token's secret; the tags that tell whose token it is are added.
    pub(super) labels: Labels,
    pub(super) deletion: DeletionPolicy,
    pub(super) user_tag: UserTag,
    pub(super) scan: AccessTokenScan,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) settings: Settings,
    pub(super) vault: Arc<Vault>,
    pub(super) index: Index,
    pub(super) cache: Cache,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counters: Arc<Counters>,
    pub(super) flights: Flights<Errand, Answer>,
    pub(super) turns: Turns,
}

impl Inner {
    pub(super) fn new(
        settings: Settings,
        vault: Arc<Vault>,
        index: Index,
        cache: Cache,
        clock: Arc<dyn Clock>,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            settings,
            vault,
            index,
            cache,
            clock,
            counters,
            flights: Flights::default(),
            turns: Turns::default(),
        }
    }

    pub(super) fn own_client(&self) -> Option<&str> {
        self.settings.own_client.as_deref()
    }

    /// The secret of a token; `None` if no secret can have that name.
    pub(super) fn name(&self, id: &TokenId) -> Option<String> {
        self.settings.namespace.token(id)
    }

    /// Reads the record with this id.
    pub(super) async fn read(&self, id: &TokenId) -> Answer {
        match self.name(id) {
            Some(name) => self.understand(id, &name, self.vault.read(&name).await?),
            None => Ok(None),
        }
    }

    /// Reads many records, each with its own outcome.
    pub(super) async fn read_all(&self, ids: BTreeSet<TokenId>) -> Vec<(TokenId, Answer)> {
        let readings = self.readings(ids).await.into_iter();
        let answers = readings.map(|(id, name, reading)| {
            let answer = reading.and_then(|reading| self.understand(&id, &name, reading));
            (id, answer)
        });
        answers.collect()
    }

    /// Reads many secrets of tokens, each with its name and its own outcome. Ids that no secret can
    /// have are left out.
    pub(super) async fn readings(
        &self,
        ids: BTreeSet<TokenId>,
    ) -> Vec<(TokenId, String, Result<Reading, Error>)> {
        let named: Vec<_> = ids
            .into_iter()
            .filter_map(|id| self.name(&id).map(|name| (id, name)))
            .collect();
        let batches = named.chunks(BATCH).map(|batch| {
            let names: Vec<String> = batch.iter().map(|(_, name)| name.clone()).collect();
            async move { self.vault.read_batch(&names).await }
        });
        let batches: Vec<_> = batches.collect();
        let readings: Vec<_> = futures::stream::iter(batches)
            .buffered(BATCHES_AT_ONCE)
            .collect()
            .await;
        let readings = readings.into_iter().flatten();
        let readings = named.into_iter().zip(readings);
        readings
            .map(|((id, name), reading)| (id, name, reading))
            .collect()
    }

    fn understand(&self, id: &TokenId, name: &str, reading: Reading) -> Answer {
        let Reading::Found(value) = reading else {
            return Ok(None);
        };
        let record = decode(id, name, &value)?;
        Ok(self.cache.entry(record, value.version, self.clock.now()))
    }

    /// The tags of a token's secret.
    pub(super) fn labels(&self, token: &OAuthToken) -> Labels {
        let mut labels = self.settings.labels.clone();
        labels
            .tags
            .extend(crate::rules::tags::owner(token, self.settings.user_tag));
        labels
    }
}

/// The record in a secret; the error names the secret.
pub(super) fn decode(id: &TokenId, name: &str, value: &Value) -> Result<Record, Error> {
    let corrupt = |fault: Error| {
        let message = format!("the secret {name} does not hold a token");
        Error::new(ErrorKind::Corrupt, message).with_source(fault)
    };
    match &value.text {
        Some(text) => Record::decode(text, id).map_err(corrupt),
        None => Err(corrupt(Error::new(
            ErrorKind::Corrupt,
            "the value is not text",
        ))),
    }
}
