//! Repair, by the same compare-and-swap as all other writes.
//!
//! At every instant between two writes the pages name at least what they named before. A broken page,
//! which makes listings fail, begins anew only with the write after which all tokens are named: so
//! listings are never short.

use std::collections::{BTreeMap, BTreeSet};

use super::commit::{Round, Staged, page_for};
use super::{Answer, Index, Snapshot};
use crate::rules::page::{Entry, Fingerprints, Page};
use crate::secrets::Version;
use crate::token::TokenId;

/// What the pages are to say.
#[derive(Clone, Default)]
pub(crate) struct Mending {
    /// Tokens that exist, each with the fingerprints that its entry must have.
    pub(crate) named: BTreeMap<TokenId, Fingerprints>,
    /// Tokens of which one page is to have an entry, not several.
    pub(crate) single: BTreeSet<TokenId>,
    /// Broken pages, by number.
    pub(crate) broken: BTreeMap<usize, Anew>,
}

impl Mending {
    pub(crate) fn is_empty(&self) -> bool {
        self.named.is_empty() && self.single.is_empty() && self.broken.is_empty()
    }
}

/// How a broken page begins anew.
#[derive(Clone)]
pub(crate) struct Anew {
    /// The version that is broken; another one is left alone.
    pub(crate) version: Version,
    /// The entries to begin with.
    pub(crate) page: Page,
}

impl Index {
    /// Puts the next step of a repair on the copies; answers if there is none.
    pub(super) fn stage_mending(
        &self,
        mending: &Mending,
        snapshot: &Snapshot,
        staged: &mut Staged,
        round: &Round,
    ) -> Option<Answer> {
        let is_named = |id: &TokenId, prints: &Fingerprints| {
            snapshot.any_entry(id, |entry| entry.covers(prints))
        };
        let mut missing = mending.named.clone();
        missing.retain(|id, prints| !is_named(id, prints));
        if let Some((number, page)) = self.begin_anew(mending, snapshot, &mut missing, round) {
            staged.insert(number, page);
            return None;
        }
        let (mut is_changed, mut is_behind) = (false, false);
        for (id, prints) in &missing {
            match page_for(id, prints, snapshot, staged, round) {
                Some(page) => {
                    page.cover(id, prints, self.writer, round.started);
                    is_changed = true;
                }
                None => is_behind = true,
            }
        }
        for id in &mending.single {
            is_changed |= unite(id, snapshot, staged, round);
        }
        match (is_changed, is_behind) {
            (true, _) => None,
            (false, true) => Some(Answer::Behind),
            (false, false) => Some(Answer::Done),
        }
    }

    /// The next broken page with its new content, if it can be written now; `missing` keeps what it
    /// does not take.
    fn begin_anew(
        &self,
        mending: &Mending,
        snapshot: &Snapshot,
        missing: &mut BTreeMap<TokenId, Fingerprints>,
        round: &Round,
    ) -> Option<(usize, Page)> {
        let mut broken = snapshot.broken();
        let due = |(number, version): (usize, &Version)| {
            let anew = mending.broken.get(&number)?;
            let is_due = anew.version == *version && !round.refused.contains(&number);
            is_due.then(|| (number, anew.page.clone()))
        };
        let (number, mut page) = snapshot.broken().find_map(due)?;
        missing.retain(|id, prints| {
            let held = page.entries.get(id);
            let fits = held.is_some_and(|held| held.covers(prints)) || page.has_room(id, prints);
            if fits {
                page.cover(id, prints, self.writer, round.started);
            }
            !fits
        });
        // While another one is broken, listings fail all the same.
        let is_last = broken.all(|(other, _)| other == number);
        (missing.is_empty() || !is_last).then_some((number, page))
    }
}

/// Makes one entry of several: first one page gets all that they say, then the others lose theirs.
/// Tells whether there was something to do that can be done now.
fn unite(id: &TokenId, snapshot: &Snapshot, staged: &mut Staged, round: &Round) -> bool {
    let now = round.started;
    let holders = snapshot.numbered();
    let holders = holders.filter_map(|(number, page)| Some((number, page, page.entries.get(id)?)));
    let holders: Vec<(usize, &Page, &Entry)> = holders.collect();
    let Some(((_, _, first), others)) = holders.split_first() else {
        return false;
    };
    let is_expected = |(_, _, entry): &(usize, &Page, &Entry)| entry.may_still_be_coming(now, None);
    if others.is_empty() || holders.iter().any(is_expected) {
        return false;
    }
    let mut whole = (*first).clone();
    others.iter().for_each(|(_, _, entry)| whole.absorb(entry));
    let keeper = holders
        .iter()
        .find(|(_, _, held)| held.covers(&whole.prints));
    let can_write = |number: &usize| !round.refused.contains(number);
    let Some((keeper, ..)) = keeper else {
        let taker = holders.iter().find(|(number, page, _)| {
            let page = staged.get(number).unwrap_or(page);
            page.has_budget(now) && page.has_room(id, &whole.prints) && can_write(number)
        });
        let Some((number, page, _)) = taker else {
            return false;
        };
        let copy = staged.entry(*number).or_insert_with(|| (*page).clone());
        copy.entries.insert(id.clone(), whole);
        return true;
    };
    let mut is_changed = false;
    for (number, page, _) in &holders {
        if number != keeper && page.has_removal_budget(now) && can_write(number) {
            let copy = staged.entry(*number).or_insert_with(|| (*page).clone());
            is_changed |= copy.entries.remove(id).is_some();
        }
    }
    is_changed
}
