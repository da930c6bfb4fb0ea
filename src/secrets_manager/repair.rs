//! Repair: what a diagnosis proposes, as far as it is still so. Changes index pages and tags alone.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;

use super::diagnose::Gathered;
use super::inner::Inner;
use crate::TokenId;
use crate::doctor::{Diagnosis, Finding, FindingKind, Remedy, Repair};
use crate::error::{Error, ErrorKind};
use crate::index::{Anew, Answer, Change, Mending};
use crate::rules::diagnosis::{Content, Facts, Plan, plan};
use crate::rules::tags::Drift;
use crate::secrets::Version;

/// Secrets tagged at the same time.
const AT_ONCE: usize = 4;

/// Why something is still wrong.
#[derive(Default)]
struct Reasons {
    index: Option<Error>,
    tags: BTreeMap<TokenId, Error>,
}

impl Inner {
    pub(super) async fn repair(&self, diagnosis: &Diagnosis) -> Result<Repair, Error> {
        if diagnosis.prefix != self.settings.namespace.prefix() {
            let message = "the diagnosis is that of a store with another prefix";
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        let asked = diagnosis.findings.iter();
        let asked: Vec<&Finding> = asked
            .filter(|finding| finding.remedy() == Remedy::Repair)
            .collect();
        if asked.is_empty() {
            return Ok(Repair::of([], |_| None));
        }
        let ids = asked
            .iter()
            .flat_map(|finding| finding.ids().iter().cloned());
        let Gathered { mut facts, broken } = self.gather(ids.collect()).await?;
        let mut plan = plan(&facts).only(|found| asked.iter().any(|asked| asked.is_same(found)));
        let mut reasons = Reasons {
            tags: self.set_tags(&mut plan, &mut facts).await,
            index: None,
        };
        if let Err(error) = self.change_pages(&mut plan, &mut facts, broken).await {
            reasons.index = Some(error);
        }
        let repair = self.compare(plan.findings, facts, reasons).await;
        tracing::debug!(
            done = repair.done.len(),
            left = repair.left.len(),
            "repaired"
        );
        Ok(repair)
    }

    /// Sets the tags that are wrong; why some could not be set.
    async fn set_tags(&self, plan: &mut Plan, facts: &mut Facts) -> BTreeMap<TokenId, Error> {
        let tags = std::mem::take(&mut plan.tags);
        let set = tags.into_iter().map(|(id, tags)| async move {
            let name = self.name(&id).unwrap_or_default();
            let outcome = self.vault.tag(&name, &tags).await;
            (id, outcome)
        });
        let set: Vec<_> = set.collect();
        let mut set = futures::stream::iter(set).buffered(AT_ONCE);
        let mut failures = BTreeMap::new();
        while let Some((id, outcome)) = set.next().await {
            match (outcome, facts.secrets.get_mut(&id)) {
                (Err(error), _) => drop(failures.insert(id, error)),
                (Ok(()), Some(found)) => found.drift = Drift::default(),
                (Ok(()), None) => {}
            }
        }
        failures
    }

    async fn change_pages(
        &self,
        plan: &mut Plan,
        facts: &mut Facts,
        versions: BTreeMap<usize, Version>,
    ) -> Result<(), Error> {
        let anew = std::mem::take(&mut plan.anew).into_iter();
        let anew = anew.filter_map(|(number, page)| {
            let version = versions.get(&number)?.clone();
            Some((number, Anew { version, page }))
        });
        let mending = Mending {
            named: std::mem::take(&mut plan.named),
            single: std::mem::take(&mut plan.single),
            broken: anew.collect(),
        };
        // Any change restores pages first.
        let answer = match mending.is_empty() && !plan.is_restoring {
            true => Answer::Done,
            false => self.index.change(Change::Mend(mending), None).await?,
        };
        self.forget_gone(&plan.gone, facts).await?;
        match answer {
            Answer::Behind => {
                let message = "no index page can be written for now";
                Err(Error::new(ErrorKind::QuotaExceeded, message))
            }
            Answer::Done | Answer::Rivals(_) => Ok(()),
        }
    }

    /// Lets the index forget tokens that are still gone, and that nobody is about to make.
    async fn forget_gone(&self, gone: &BTreeSet<TokenId>, facts: &mut Facts) -> Result<(), Error> {
        if gone.is_empty() {
            return Ok(());
        }
        // From here on nobody in this process makes them.
        let mut turns = Vec::with_capacity(gone.len());
        for id in gone {
            turns.push(self.turns.take(id).await);
        }
        let at = self.clock.now();
        let snapshot = self.index.read().await;
        if let Some(doubt) = snapshot.doubt() {
            return Err(doubt.clone());
        }
        let mut ids = BTreeMap::new();
        for (id, found) in self.contents(gone.clone()).await? {
            if matches!(found.content, Content::Missing) && !snapshot.is_expected(&id, at) {
                ids.insert(id.clone(), None);
            }
            facts.secrets.insert(id, found);
        }
        let forget = Change::Forget { ids, at };
        self.index.change(forget, Some(snapshot)).await.map(drop)
    }

    /// What is right now and what is not, as the pages show.
    async fn compare(&self, asked: Vec<Finding>, mut facts: Facts, reasons: Reasons) -> Repair {
        let snapshot = self.index.read().await;
        let sheets = match snapshot.doubt() {
            Some(doubt) => Err(doubt.clone()),
            None => self.sheets(&snapshot).await,
        };
        let unread = sheets.map(|pages| facts.pages = pages).err();
        let is_full = || facts.is_any_page_used_up();
        let meanwhile = || match is_full() {
            true => {
                let message = "an index page was written too often today";
                Error::new(ErrorKind::QuotaExceeded, message)
            }
            false => {
                let message = "other writers changed it meanwhile";
                Error::new(ErrorKind::Unavailable, message)
            }
        };
        let wrong = plan(&facts).findings;
        Repair::of(asked, |finding| {
            let of_tags = finding.ids().first().and_then(|id| reasons.tags.get(id));
            if finding.kind() == FindingKind::TagDrift {
                return of_tags.cloned();
            }
            if unread.is_none() && !wrong.iter().any(|wrong| wrong.is_same(finding)) {
                return None;
            }
            let reason = reasons.index.clone().or_else(|| unread.clone());
            Some(reason.unwrap_or_else(meanwhile))
        })
    }
}
