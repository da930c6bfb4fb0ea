//! Group commit: one task writes for all that wait, and compare-and-swap decides between processes.
//!
//! Each round looks which changes the pages already show, stages the rest on copies of the pages,
//! and writes the copies. Whatever was lost to another writer is simply found missing in the next.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use super::snapshot::{MAX_PAGES, Slot};
use super::{Answer, Change, Index, Pending, Rival, Snapshot, State};
use crate::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::rules::page::{Claim, Entry, Fingerprints, Page};
use crate::secrets::Value;
use crate::token::TokenId;
use crate::vault::{Creation, Edit, Revision, pause};

/// Rounds before giving up on other writers.
const ROUNDS: u32 = 48;
/// Copies of pages with changes on them, by number.
pub(super) type Staged = BTreeMap<usize, Page>;

/// What one commit has learnt so far.
pub(super) struct Round {
    pub(super) started: Timestamp,
    /// Pages that the service refuses to write: their quota is used up.
    pub(super) refused: BTreeSet<usize>,
    /// Whether the pages were read, or written, since the commit began.
    fresh: bool,
}

impl Index {
    pub(super) async fn commit(&self, state: &mut State, batch: Vec<Pending>) {
        let started = self.clock.now();
        let mut round = Round {
            started,
            refused: BTreeSet::new(),
            fresh: false,
        };
        let mut pending = batch;
        for each in &pending {
            if let Change::Admit { id, .. } = &each.change {
                state.deferred.remove(id);
            }
        }
        for attempt in 1..=ROUNDS {
            let snapshot = self.current(state, &mut round, &pending).await;
            if let Some(doubt) = snapshot.doubt() {
                state.snapshot = None;
                return fail(pending, doubt);
            }
            // What a withdrawn page names would be lost if it were taken for a new one.
            let withdrawn = snapshot.withdrawn();
            if !withdrawn.is_empty() {
                state.snapshot = None;
                for number in withdrawn {
                    if let Err(error) = self.vault.restore(&self.namespace.page(number)).await {
                        return fail(pending, &error);
                    }
                }
                pause(attempt.min(4)).await;
                continue;
            }
            let mut staged = Staged::new();
            let mut waiting = Vec::new();
            for each in pending {
                match self.stage(&each.change, &snapshot, &mut staged, &round) {
                    Some(answer) => self.conclude(state, each, answer),
                    None => waiting.push(each),
                }
            }
            if waiting.is_empty() {
                return;
            }
            pending = waiting;
            self.stage_leftovers(state, &snapshot, &mut staged, &round);
            for (number, page) in staged {
                if let Err(error) = self.write(state, number, page, &mut round).await {
                    return fail(pending, &error);
                }
            }
            if attempt > 1 {
                pause(attempt.min(4)).await;
            }
        }
        let message = "other writers kept changing the index";
        fail(pending, &Error::new(ErrorKind::Unavailable, message));
    }

    /// The pages to work on. Removals look at fresh pages before they believe that nothing is there.
    async fn current(&self, state: &mut State, round: &mut Round, pending: &[Pending]) -> Snapshot {
        let held = state.snapshot.as_ref().filter(|held| {
            let young = held.is_young(round.started);
            let ids = || held.ids();
            let complete = || {
                pending.iter().all(|each| match &each.change {
                    Change::Forget { ids: gone, .. } => gone.keys().all(|id| ids().contains(id)),
                    Change::Admit { .. } => true,
                    Change::Mend(_) => false,
                })
            };
            round.fresh || (young && complete())
        });
        if let Some(held) = held {
            return held.clone();
        }
        round.fresh = true;
        let snapshot = self.read().await;
        state.snapshot = Some(snapshot.clone());
        snapshot
    }

    /// Puts a change on the copies, unless it can be answered now.
    fn stage(
        &self,
        change: &Change,
        snapshot: &Snapshot,
        staged: &mut Staged,
        round: &Round,
    ) -> Option<Answer> {
        let now = round.started;
        match change {
            Change::Admit {
                id,
                prints,
                claim,
                cleared,
            } => {
                let announced =
                    snapshot.any_entry(id, |entry| entry.announces(prints, self.writer, now));
                if announced {
                    return Some(Answer::Done);
                }
                let rivals = rivals(snapshot, staged, claim.as_ref(), id, cleared, now);
                if !rivals.is_empty() {
                    return Some(Answer::Rivals(rivals));
                }
                self.place(id, prints, snapshot, staged, round)
            }
            Change::Forget { ids, at } => {
                let mut changed = false;
                for (number, slot) in snapshot.slots.iter().enumerate() {
                    let Slot::Page(page, _) = slot else { continue };
                    let mut copy = staged.get(&number).unwrap_or(page).clone();
                    let due = ids
                        .iter()
                        .filter(|(id, seen)| copy.forget(id, seen.as_ref(), self.writer, *at))
                        .count();
                    if due > 0 && page.has_removal_budget(now) && !round.refused.contains(&number) {
                        staged.insert(number, copy);
                        changed = true;
                    }
                }
                (!changed).then_some(Answer::Done)
            }
            Change::Mend(mending) => self.stage_mending(mending, snapshot, staged, round),
        }
    }

    /// Puts an entry on the first page that can take it: the one that has it already, else in order.
    fn place(
        &self,
        id: &TokenId,
        prints: &Fingerprints,
        snapshot: &Snapshot,
        staged: &mut Staged,
        round: &Round,
    ) -> Option<Answer> {
        let Some(page) = page_for(id, prints, snapshot, staged, round) else {
            return Some(Answer::Behind);
        };
        page.admit(id, prints.clone(), self.writer, round.started);
        None
    }

    /// Adds to pages that are written anyway what had to wait for it.
    fn stage_leftovers(
        &self,
        state: &State,
        snapshot: &Snapshot,
        staged: &mut Staged,
        round: &Round,
    ) {
        for page in staged.values_mut() {
            for (id, entry) in &state.deferred {
                page.forget_unchanged(id, entry);
            }
            for (id, prints) in self.behind().iter() {
                if !snapshot.any_entry(id, |_| true) && page.has_room(id, prints) {
                    page.admit(id, prints.clone(), self.writer, round.started);
                }
            }
        }
    }

    /// Writes one page if it is still as the snapshot says; else only learns how it is now.
    async fn write(
        &self,
        state: &mut State,
        number: usize,
        mut page: Page,
        round: &mut Round,
    ) -> Result<(), Error> {
        let name = self.namespace.page(number);
        let Some(text) = page.encode(round.started).map(Zeroizing::new) else {
            round.refused.insert(number);
            return Ok(());
        };
        let base = state
            .snapshot
            .as_ref()
            .and_then(|snapshot| snapshot.value(number))
            .cloned();
        let is_new = base.is_none();
        let written = match base {
            Some(base) => self.replace(&name, base, text).await,
            None => self.make(&name, text).await,
        };
        match written {
            Ok(Some(value)) => {
                state
                    .deferred
                    .retain(|id, entry| page.entries.get(id) == Some(entry));
                self.behind().retain(|id, _| !page.entries.contains_key(id));
                if let Some(snapshot) = &mut state.snapshot {
                    snapshot.put(number, page, value);
                }
                state.written = Some(self.clock.now());
                // The write has proved that the page was as the snapshot says.
                round.fresh = true;
                Ok(())
            }
            Ok(None) => {
                state.snapshot = None;
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::QuotaExceeded => {
                let snapshot = state.snapshot.as_ref();
                let absent = (0..MAX_PAGES).filter(|number| is_absent(snapshot, *number));
                // Refused two new pages, it is the account that takes no more secrets.
                if is_new && absent.clone().any(|other| round.refused.contains(&other)) {
                    round.refused.extend(absent);
                }
                round.refused.insert(number);
                Ok(())
            }
            Err(error) => {
                state.snapshot = None;
                Err(error)
            }
        }
    }

    async fn replace(
        &self,
        name: &str,
        base: Value,
        text: Zeroizing<String>,
    ) -> Result<Option<Value>, Error> {
        // Asked again on the same version, the successor may have been withdrawn by hand.
        let version = base.version.clone();
        let revision = self.vault.revise(name, Some(base), |now| {
            Ok(match now.version == version {
                true => Edit::Write(text.clone(), ()),
                false => Edit::Stop(()),
            })
        });
        Ok(match revision.await? {
            Revision::Written((), value) => Some(value),
            Revision::Overtaken(()) | Revision::Stopped(()) | Revision::Absent => None,
        })
    }

    async fn make(&self, name: &str, text: Zeroizing<String>) -> Result<Option<Value>, Error> {
        Ok(match self.vault.create(name, text, &self.labels).await? {
            Creation::Created(value) => Some(value),
            Creation::Exists => None,
            // Scheduled for deletion since the pages were read: with what it names it comes back.
            Creation::Scheduled if self.vault.restore(name).await? => None,
            Creation::Scheduled => {
                let message = format!("the index secret {name} is being deleted");
                return Err(Error::new(ErrorKind::Unavailable, message));
            }
        })
    }

    /// Answers, and remembers what an answer leaves to do.
    fn conclude(&self, state: &mut State, pending: Pending, answer: Answer) {
        match (&pending.change, &answer) {
            (Change::Forget { ids, at }, _) => {
                let pages = state.snapshot.iter().flat_map(Snapshot::pages);
                let is_due = |id: &TokenId, entry: &Entry| {
                    let seen = ids.get(id);
                    seen.is_some_and(|seen| entry.is_due(seen.as_ref(), self.writer, *at))
                };
                let left = pages
                    .flat_map(|page| &page.entries)
                    .filter(|(id, entry)| is_due(id, entry));
                let left: Vec<_> = left
                    .map(|(id, entry)| (id.clone(), entry.clone()))
                    .collect();
                state.deferred.extend(left);
                self.behind().retain(|id, _| !ids.contains_key(id));
            }
            (Change::Admit { id, prints, .. }, Answer::Behind) => {
                self.behind().insert(id.clone(), prints.clone());
            }
            (Change::Admit { .. } | Change::Mend(_), _) => {}
        }
        // A caller that no longer waits has nothing to be told.
        let _ = pending.reply.send(Ok(answer));
    }
}

/// The copy of the first page that can take an entry: of one that has it already, else in order.
pub(super) fn page_for<'a>(
    id: &TokenId,
    prints: &Fingerprints,
    snapshot: &Snapshot,
    staged: &'a mut Staged,
    round: &Round,
) -> Option<&'a mut Page> {
    let absent = Page::default();
    let held = |number: usize| match snapshot.slots.get(number) {
        Some(Slot::Page(page, _)) => Some(page),
        Some(Slot::Broken(..) | Slot::Unreadable(_) | Slot::Withdrawn(_)) => None,
        Some(Slot::Absent) | None => Some(&absent),
    };
    let can_take = |number: &usize| {
        let Some(page) = held(*number).filter(|page| page.has_budget(round.started)) else {
            return false;
        };
        let page = staged.get(number).unwrap_or(page);
        !round.refused.contains(number) && page.has_room(id, prints)
    };
    let has = |number: &usize| held(*number).is_some_and(|page| page.entries.contains_key(id));
    let numbers = 0..MAX_PAGES;
    let mut owners = numbers.clone().filter(has);
    let number = owners
        .find(can_take)
        .or_else(|| numbers.clone().find(can_take))?;
    let page = held(number).cloned().unwrap_or_default();
    Some(staged.entry(number).or_insert(page))
}

/// Entries other than `id` that may have the key and were not looked into.
fn rivals(
    snapshot: &Snapshot,
    staged: &Staged,
    claim: Option<&Claim>,
    id: &TokenId,
    cleared: &BTreeSet<TokenId>,
    now: Timestamp,
) -> Vec<Rival> {
    let Some(claim) = claim else {
        return Vec::new();
    };
    let stands = |rival: &TokenId, entry: &Entry| {
        rival != id && !cleared.contains(rival) && entry.may_answer(claim)
    };
    // A token may have entries on more than one page.
    let mut rivals = BTreeMap::new();
    for page in snapshot.pages().chain(staged.values()) {
        for (rival, entry) in page.entries.iter().filter(|(id, entry)| stands(id, entry)) {
            *rivals.entry(rival.clone()).or_default() |= entry.may_still_be_coming(now, None);
        }
    }
    rivals
        .into_iter()
        .map(|(id, is_expected)| Rival { id, is_expected })
        .collect()
}

fn is_absent(snapshot: Option<&Snapshot>, number: usize) -> bool {
    let slot = snapshot.and_then(|snapshot| snapshot.slots.get(number));
    matches!(slot, None | Some(Slot::Absent))
}

fn fail(pending: Vec<Pending>, error: &Error) {
    for each in pending {
        let _ = each.reply.send(Err(error.clone()));
    }
}
