//! Diagnosis: the facts are gathered here, and judged by the rules. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;

use super::inner::Inner;
use crate::TokenId;
use crate::doctor::Diagnosis;
use crate::error::{Error, ErrorKind};
use crate::index::Snapshot;
use crate::rules::diagnosis::{Content, Facts, Found, Plan, Sheet, plan};
use crate::rules::naming::Place;
use crate::rules::page::Page;
use crate::rules::record::Record;
use crate::rules::tags::{Drift, is_token};
use crate::secrets::{Listed, Version};
use crate::vault::Reading;

/// Secrets described at the same time.
const AT_ONCE: usize = 8;

/// What was found, with what a repair must know besides.
pub(super) struct Gathered {
    pub(super) facts: Facts,
    /// The versions of the broken pages.
    pub(super) broken: BTreeMap<usize, Version>,
}

impl Inner {
    pub(super) async fn diagnose(&self) -> Result<Diagnosis, Error> {
        let Gathered { facts, .. } = self.gather(BTreeSet::new()).await?;
        let Plan {
            findings,
            pages,
            pending,
            tokens,
            ..
        } = plan(&facts);
        tracing::debug!(findings = findings.len(), tokens, "diagnosed");
        Ok(Diagnosis {
            prefix: facts.namespace.prefix().to_owned(),
            findings,
            pages,
            pending,
            tokens,
        })
    }

    /// Gathers the facts; those of the tokens `asked` for even if neither the listing nor the index
    /// names them.
    ///
    /// The listing comes first: what it shows was announced before the pages are read, so that nobody's
    /// work under way looks like an orphan.
    pub(super) async fn gather(&self, asked: BTreeSet<TokenId>) -> Result<Gathered, Error> {
        let now = self.clock.now();
        let (namespace, mut ids) = (self.settings.namespace.clone(), asked);
        let (mut tags, mut strangers) = (BTreeMap::new(), BTreeSet::new());
        for Listed { name, tags: held } in self.vault.list(&namespace.starts()).await? {
            match namespace.place(&name) {
                Some(Place::Token(id)) => drop(tags.insert(id, held)),
                Some(Place::Other) => drop(strangers.insert(name)),
                Some(Place::Page) | None => {}
            }
        }
        let snapshot = self.index.read().await;
        if let Some(doubt) = snapshot.doubt() {
            return Err(doubt.clone());
        }
        let pages = self.sheets(&snapshot).await?;
        let before = pages.values().filter_map(|sheet| match sheet {
            Sheet::Broken { before, .. } => before.as_ref(),
            Sheet::Page(_) | Sheet::Withdrawn => None,
        });
        ids.extend(before.flat_map(|page| page.entries.keys().cloned()));
        ids.extend(self.index.ids(&snapshot));
        ids.extend(tags.keys().cloned());
        let mut secrets = self.contents(ids).await?;
        self.compare_tags(&mut secrets, tags).await?;
        let broken = snapshot.broken();
        let broken = broken.map(|(number, version)| (number, version.clone()));
        Ok(Gathered {
            broken: broken.collect(),
            facts: Facts {
                now,
                namespace,
                pages,
                secrets,
                strangers,
            },
        })
    }

    /// The pages, and of the broken ones what is known.
    pub(super) async fn sheets(
        &self,
        snapshot: &Snapshot,
    ) -> Result<BTreeMap<usize, Sheet>, Error> {
        let pages = snapshot.numbered();
        let pages = pages.map(|(number, page)| (number, Sheet::Page(page.clone())));
        let mut sheets: BTreeMap<usize, Sheet> = pages.collect();
        let withdrawn = snapshot.withdrawn().into_iter();
        sheets.extend(withdrawn.map(|number| (number, Sheet::Withdrawn)));
        for (number, version) in snapshot.broken() {
            sheets.insert(number, self.broken_sheet(number, version).await?);
        }
        Ok(sheets)
    }

    async fn broken_sheet(&self, number: usize, version: &Version) -> Result<Sheet, Error> {
        let name = self.settings.namespace.page(number);
        // A late description, of an earlier version, tells of an earlier past.
        let described = self.vault.particulars(&name).await?;
        let described = described.filter(|now| now.current.as_ref() == Some(version));
        let changed = described.as_ref().and_then(|now| now.changed);
        let previous = match described.and_then(|now| now.previous) {
            Some(previous) => self.vault.value_at(&name, &previous).await?,
            None => None,
        };
        let text = previous.and_then(|value| value.text);
        let before = text.and_then(|text| Page::decode(&text).ok());
        Ok(Sheet::Broken { before, changed })
    }

    /// What is under the names of these tokens.
    pub(super) async fn contents(
        &self,
        ids: BTreeSet<TokenId>,
    ) -> Result<BTreeMap<TokenId, Found>, Error> {
        let readings = self.readings(ids.clone()).await;
        // An id that no secret can have is nowhere.
        let nowhere = ids.into_iter().map(|id| (id, Found::default()));
        let mut contents: BTreeMap<TokenId, Found> = nowhere.collect();
        for (id, _, reading) in readings {
            let content = match reading {
                Ok(Reading::Missing) => Content::Missing,
                // The one who left a grave deletes the secret next, or died.
                Ok(Reading::Scheduled | Reading::Buried(_)) => Content::Scheduled,
                Ok(Reading::Found(value)) => {
                    match value.text.map(|text| Record::decode(&text, &id)) {
                        Some(Ok(record)) => Content::Record(record.token),
                        Some(Err(fault)) => Content::Corrupt(fault.message().to_owned()),
                        None => Content::Corrupt("the value is not text".to_owned()),
                    }
                }
                Err(error) if error.is_retryable() => return Err(error),
                Err(error) => Content::Unreadable(error.to_string()),
            };
            let found = Found {
                content,
                ..Found::default()
            };
            contents.insert(id, found);
        }
        Ok(contents)
    }

    /// Compares the tags in the listing with the records. What differs is described, as the listing
    /// may be late.
    async fn compare_tags(
        &self,
        secrets: &mut BTreeMap<TokenId, Found>,
        listed: BTreeMap<TokenId, Vec<(String, String)>>,
    ) -> Result<(), Error> {
        let prefix = self.settings.namespace.prefix();
        let mut differing = Vec::new();
        for (id, tags) in listed {
            let Some(found) = secrets.get_mut(&id) else {
                continue;
            };
            found.is_marked = is_token(&tags, prefix);
            if let Content::Record(token) = &found.content {
                let wanted = self.labels(token).tags;
                found.drift = Drift::between(&tags, &wanted);
                if !found.drift.is_none() {
                    differing.push((id, wanted));
                }
            }
        }
        let described = differing.into_iter().map(|(id, wanted)| async move {
            let name = self.name(&id).unwrap_or_default();
            match self.vault.particulars(&name).await {
                Ok(Some(now)) => Ok(Some((id, Drift::between(&now.tags, &wanted)))),
                // Gone by now.
                Ok(None) => Ok(Some((id, Drift::default()))),
                // Without this permission the listing must do.
                Err(error) if error.kind() == ErrorKind::AccessDenied => Ok(None),
                Err(error) => Err(error),
            }
        });
        let described: Vec<_> = described.collect();
        let mut described = futures::stream::iter(described).buffered(AT_ONCE);
        while let Some(drift) = described.next().await {
            if let Some((id, drift)) = drift? {
                secrets.entry(id).or_default().drift = drift;
            }
        }
        Ok(())
    }
}
