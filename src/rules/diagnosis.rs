//! What is wrong with a namespace, and what is to be done about it: from facts that were gathered.
//!
//! No plan deletes a secret or changes a record. It adds names to the index, drops entries that name
//! nothing or are there twice, and sets tags.

mod facts;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::matching::{Field, Key, keys};
use super::page::{Entry, Fingerprints, Page, fingerprints};
use super::tags::Drift;
use crate::TokenId;
use crate::doctor::{Finding, FindingKind, PageUse, Remedy};
use facts::is_known;
pub(crate) use facts::{Content, Facts, Found, Sheet};

/// Findings, and the changes that put right those that can be.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) findings: Vec<Finding>,
    pub(crate) pages: Vec<PageUse>,
    /// Tokens scheduled for deletion.
    pub(crate) pending: Vec<TokenId>,
    pub(crate) tokens: usize,
    /// Tokens that the index must name, with these fingerprints.
    pub(crate) named: BTreeMap<TokenId, Fingerprints>,
    /// Tokens of which one page must have an entry, not several.
    pub(crate) single: BTreeSet<TokenId>,
    /// Whether pages that are scheduled for deletion must be restored.
    pub(crate) is_restoring: bool,
    /// What broken pages begin anew with.
    pub(crate) anew: BTreeMap<usize, Page>,
    /// Tokens that the index must not name.
    pub(crate) gone: BTreeSet<TokenId>,
    pub(crate) tags: BTreeMap<TokenId, Vec<(&'static str, String)>>,
}

pub(crate) fn plan(facts: &Facts) -> Plan {
    let mut plan = Plan::default();
    for secret in &facts.strangers {
        plan.foreign(secret);
    }
    for (number, sheet) in &facts.pages {
        plan.page(facts, *number, sheet);
    }
    for (id, found) in &facts.secrets {
        plan.secret(facts, id, found);
    }
    plan.duplicates(facts);
    plan.findings.sort();
    plan
}

impl Plan {
    /// Leaves out what was not asked for. A page that is restored or begins anew brings all names with
    /// it all the same: it makes listings succeed, and they must not be short.
    pub(crate) fn only(mut self, asked: impl Fn(&Finding) -> bool) -> Self {
        self.findings
            .retain(|finding| finding.remedy() == Remedy::Repair && asked(finding));
        let is_wanted = |kind: FindingKind| self.findings.iter().any(|found| found.kind() == kind);
        let wants = |kind: FindingKind, id: &TokenId| {
            let mut findings = self.findings.iter();
            findings.any(|finding| finding.kind() == kind && finding.ids().contains(id))
        };
        self.is_restoring = is_wanted(FindingKind::WithdrawnPage);
        if !is_wanted(FindingKind::BrokenPage) {
            self.anew.clear();
        }
        if self.anew.is_empty() && !self.is_restoring {
            let naming = [FindingKind::Orphan, FindingKind::HiddenKey];
            self.named
                .retain(|id, _| naming.iter().any(|kind| wants(*kind, id)));
        }
        self.single
            .retain(|id| wants(FindingKind::RepeatedEntry, id));
        self.gone.retain(|id| wants(FindingKind::DanglingEntry, id));
        self.tags.retain(|id, _| wants(FindingKind::TagDrift, id));
        self
    }

    fn foreign(&mut self, secret: &str) {
        let text = "is not a secret of this store";
        self.find(FindingKind::ForeignSecret, Remedy::ByHand, secret, [], text);
    }

    fn page(&mut self, facts: &Facts, number: usize, sheet: &Sheet) {
        let secret = facts.namespace.page(number);
        match sheet {
            Sheet::Page(page) => {
                if page.is_overfull(facts.now) {
                    let text = "is so large that it cannot be written again";
                    self.find(FindingKind::OverfullPage, Remedy::ByHand, &secret, [], text);
                }
                let (writes, writes_left) = page.writes(facts.now);
                self.pages.push(PageUse {
                    entries: page.entries.len(),
                    secret,
                    writes,
                    writes_left,
                });
            }
            Sheet::Withdrawn => {
                let text = "is scheduled for deletion; listings fail until it is restored";
                let kind = FindingKind::WithdrawnPage;
                self.find(kind, Remedy::Repair, &secret, [], text);
                self.is_restoring = true;
            }
            Sheet::Broken { before, changed } => {
                let remedy = match is_known(before.as_ref(), *changed, facts.now) {
                    true => Remedy::Repair,
                    false => Remedy::Later,
                };
                let text = "is not an index page; listings fail until it is repaired";
                self.find(FindingKind::BrokenPage, remedy, &secret, [], text);
                if remedy == Remedy::Repair {
                    let keeps = |id: &TokenId, entry: &Entry| facts.keeps(id, entry);
                    self.anew.insert(number, Page::anew(before.as_ref(), keeps));
                }
            }
        }
    }

    fn secret(&mut self, facts: &Facts, id: &TokenId, found: &Found) {
        let entries: Vec<(&Page, &Entry)> = facts.entries(id).collect();
        let is_expected = |(_, entry): &(&Page, &Entry)| entry.may_still_be_coming(facts.now, None);
        let can_drop = || {
            let mut pages = entries.iter().map(|(page, _)| page);
            match pages.all(|page| page.has_removal_budget(facts.now)) {
                true => Remedy::Repair,
                false => Remedy::Later,
            }
        };
        let secret = facts.secret_of(id);
        let prints = match &found.content {
            Content::Missing => {
                if !entries.is_empty() && !entries.iter().any(is_expected) {
                    let text = "the index names it, but there is no such secret";
                    let kind = FindingKind::DanglingEntry;
                    self.find(kind, can_drop(), &secret, [id.clone()], text);
                    self.gone.insert(id.clone());
                }
                return;
            }
            Content::Scheduled => {
                self.pending.push(id.clone());
                return;
            }
            Content::Record(token) => {
                self.tokens += 1;
                self.drift(&secret, id, &found.drift);
                fingerprints(token)
            }
            Content::Corrupt(_) if !found.is_marked && !facts.is_named(id) => {
                return self.foreign(&secret);
            }
            Content::Corrupt(fault) => {
                let text = format!("does not hold a token: {fault}");
                let kind = FindingKind::CorruptRecord;
                self.find(kind, Remedy::ByHand, &secret, [id.clone()], text);
                Fingerprints::new()
            }
            Content::Unreadable(reason) => {
                let text = format!("cannot be read: {reason}");
                let kind = FindingKind::UnreadableRecord;
                self.find(kind, Remedy::ByHand, &secret, [id.clone()], text);
                // It may be another's: named by the index, it would make every listing fail.
                if !found.is_marked && !facts.is_named(id) {
                    return;
                }
                Fingerprints::new()
            }
        };
        if !facts.is_named(id) {
            let text = "no index page names it: listings pass it over";
            let kind = FindingKind::Orphan;
            self.find(kind, Remedy::Repair, &secret, [id.clone()], text);
        } else if !entries.is_empty() && !entries.iter().any(|(_, entry)| entry.covers(&prints)) {
            let text = "the index does not know every key of its record";
            let kind = FindingKind::HiddenKey;
            self.find(kind, Remedy::Repair, &secret, [id.clone()], text);
        }
        self.named.insert(id.clone(), prints);
        if entries.len() > 1 && !entries.iter().any(is_expected) {
            let text = "more than one index page names it";
            let kind = FindingKind::RepeatedEntry;
            self.find(kind, can_drop(), &secret, [id.clone()], text);
            self.single.insert(id.clone());
        }
    }

    fn drift(&mut self, secret: &str, id: &TokenId, drift: &Drift) {
        if drift.is_none() {
            return;
        }
        let wrong = drift.wrong.iter().map(|(key, _)| *key);
        let keys: Vec<&str> = wrong.chain(drift.surplus.iter().copied()).collect();
        let text = format!("its tags are not those of its record: {}", keys.join(", "));
        // A tag that should not be there tells more than the record does; who set it must say why.
        let remedy = match drift.wrong.is_empty() {
            true => Remedy::ByHand,
            false => Remedy::Repair,
        };
        self.find(FindingKind::TagDrift, remedy, secret, [id.clone()], text);
        self.tags.insert(id.clone(), drift.wrong.clone());
    }

    /// Records of one client that answer the same key. An access token is looked up without a client.
    fn duplicates(&mut self, facts: &Facts) {
        let mut owners: HashMap<Key<'_>, Vec<&TokenId>> = HashMap::new();
        for (id, found) in &facts.secrets {
            let Content::Record(token) = &found.content else {
                continue;
            };
            for key in keys(token) {
                let client = match key.field {
                    Field::Access(_) => None,
                    _ => token.client_id(),
                };
                if key.client == client {
                    owners.entry(key).or_default().push(id);
                }
            }
        }
        let mut groups: BTreeMap<Vec<&TokenId>, BTreeSet<String>> = BTreeMap::new();
        for (key, ids) in owners.into_iter().filter(|(_, ids)| ids.len() > 1) {
            let fields = groups.entry(ids).or_default();
            fields.insert(format!("{:?}", key.field));
        }
        for (ids, fields) in groups {
            let fields: Vec<String> = fields.into_iter().collect();
            let others: Vec<&str> = ids[1..].iter().map(|id| id.as_str()).collect();
            let text = format!(
                "has the same {} as {}",
                fields.join(", "),
                others.join(", ")
            );
            let secret = facts.secret_of(ids[0]);
            let ids = ids.into_iter().cloned();
            let kind = FindingKind::DuplicateKey;
            self.find(kind, Remedy::ByHand, &secret, ids, text);
        }
    }

    fn find(
        &mut self,
        kind: FindingKind,
        remedy: Remedy,
        secret: &str,
        ids: impl IntoIterator<Item = TokenId>,
        text: impl Into<String>,
    ) {
        self.findings
            .push(Finding::new(kind, remedy, secret, ids, text));
    }
}

#[cfg(test)]
mod tests;
