//! The index: which tokens there are. Secrets that name secrets, written rarely.
//!
//! Order of writes: the index names a token before its secret exists and forgets it after its secret
//! is gone. So at every instant, and after a crash anywhere, the index names every token.

mod commit;
mod mend;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, oneshot};

use crate::Timestamp;
use crate::clock::Clock;
use crate::error::Error;
use crate::rules::naming::Namespace;
use crate::rules::page::{Claim, Entry, Fingerprints};
use crate::secrets::Labels;
use crate::token::TokenId;
use crate::vault::{LATENESS, Vault};
pub(crate) use mend::{Anew, Mending};
pub(crate) use snapshot::Snapshot;

/// A change to the index.
#[derive(Clone)]
pub(crate) enum Change {
    /// Name a token that is about to be made, or the keys that it is about to have.
    Admit {
        id: TokenId,
        prints: Fingerprints,
        /// The key that no other token may have; an entry with it stands against the admission.
        claim: Option<Claim>,
        /// Entries that were looked into, and hold no record with that key.
        cleared: BTreeSet<TokenId>,
    },
    /// Forget tokens whose secrets were gone at `at`, each with its entry as it was seen before its
    /// secret was found and deleted.
    ///
    /// To be made while no other task of this process can announce them again.
    Forget {
        ids: BTreeMap<TokenId, Option<Entry>>,
        at: Timestamp,
    },
    /// Bring the pages in line with the records.
    Mend(Mending),
}

/// What became of a change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    Done,
    /// These entries may have the key: look into them first. Nothing was changed.
    Rivals(Vec<Rival>),
    /// No page can take the entry: quotas are used up.
    Behind,
}

/// An entry that stands against an admission.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Rival {
    pub(crate) id: TokenId,
    /// Announced a moment ago: its secret may be about to be made.
    pub(crate) is_expected: bool,
}

#[derive(Debug)]
pub(crate) struct Index {
    vault: Arc<Vault>,
    namespace: Namespace,
    labels: Labels,
    clock: Arc<dyn Clock>,
    /// Tells this process's announcements from those of others.
    writer: u32,
    queue: Mutex<Vec<Pending>>,
    state: AsyncMutex<State>,
    /// Tokens that this process stored and no page could take.
    behind: Mutex<BTreeMap<TokenId, Fingerprints>>,
    /// Tokens that this process stored lately, and when: a late read of a page may not name them.
    lately: Mutex<BTreeMap<TokenId, (Fingerprints, Timestamp)>>,
}

struct Pending {
    change: Change,
    reply: oneshot::Sender<Result<Answer, Error>>,
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pending")
    }
}

/// What the one task that writes at a time knows.
#[derive(Debug, Default)]
struct State {
    snapshot: Option<Snapshot>,
    /// When this process last wrote a page.
    written: Option<Timestamp>,
    /// Tokens whose entries could not be removed for lack of budget, with those entries: removed with
    /// the next write, unless announced again.
    deferred: BTreeMap<TokenId, Entry>,
}

impl Index {
    pub(crate) fn new(
        vault: Arc<Vault>,
        namespace: Namespace,
        labels: Labels,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            vault,
            namespace,
            labels,
            clock,
            writer: fastrand::u32(1..),
            queue: Mutex::default(),
            state: AsyncMutex::default(),
            behind: Mutex::default(),
            lately: Mutex::default(),
        }
    }

    /// Reads every page, afresh.
    pub(crate) async fn read(&self) -> Snapshot {
        Snapshot::read(&self.vault, &self.namespace, self.clock.now()).await
    }

    /// Makes a change durable, together with those of other tasks that are waiting.
    ///
    /// `snapshot` saves a read if it is newer than what the index remembers.
    pub(crate) async fn change(
        &self,
        change: Change,
        mut snapshot: Option<Snapshot>,
    ) -> Result<Answer, Error> {
        loop {
            let (reply, mut answer) = oneshot::channel();
            self.enqueue(Pending {
                change: change.clone(),
                reply,
            });
            let mut state = self.state.lock().await;
            if let Ok(answer) = answer.try_recv() {
                return answer;
            }
            if let Some(offered) = snapshot.take() {
                state.offer(offered);
            }
            let batch = self.drain();
            self.commit(&mut state, batch).await;
            drop(state);
            if let Ok(answer) = answer.try_recv() {
                return answer;
            }
            // The task that had taken this change over was cancelled: it is still to be made.
        }
    }

    /// Takes over pages that were just read, so that the next change need not read them.
    pub(crate) async fn remember(&self, snapshot: Snapshot) {
        self.state.lock().await.offer(snapshot);
    }

    /// What the pages say of a token, as of lately.
    pub(crate) async fn entry(&self, id: &TokenId) -> Option<Entry> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        let held = state.snapshot.as_ref();
        let held = held
            .filter(|held| held.is_young(now))
            .and_then(|held| held.entry(id));
        if let Some(entry) = held {
            return Some(entry.clone());
        }
        let snapshot = self.read().await;
        let entry = snapshot.entry(id).cloned();
        state.offer(snapshot);
        entry
    }

    /// Every token that the pages name, and those that this process knows beside them.
    pub(crate) fn ids(&self, snapshot: &Snapshot) -> BTreeSet<TokenId> {
        let mut ids = snapshot.ids();
        ids.extend(self.behind().keys().cloned());
        ids.extend(self.lately().keys().cloned());
        ids
    }

    /// The tokens whose records may answer the key.
    pub(crate) fn candidates(&self, snapshot: &Snapshot, claim: &Claim) -> BTreeSet<TokenId> {
        let mut ids = snapshot.candidates(claim);
        let behind = self.behind();
        let answers = behind.iter().filter(|(_, prints)| claim.fits(prints));
        ids.extend(answers.map(|(id, _)| id.clone()));
        let lately = self.lately();
        let answers = lately.iter().filter(|(_, (prints, _))| claim.fits(prints));
        ids.extend(answers.map(|(id, _)| id.clone()));
        ids
    }

    /// Takes note that this process has stored a token.
    pub(crate) fn stored(&self, id: &TokenId, prints: Fingerprints) {
        let now = self.clock.now();
        self.lately().insert(id.clone(), (prints, now));
    }

    /// Takes note that this process has removed a token.
    pub(crate) fn removed(&self, id: &TokenId) {
        self.lately().remove(id);
    }

    /// Whether no page could take the token's entry.
    pub(crate) fn is_behind(&self, id: &TokenId) -> bool {
        self.behind().contains_key(id)
    }

    fn behind(&self) -> MutexGuard<'_, BTreeMap<TokenId, Fingerprints>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lately(&self) -> MutexGuard<'_, BTreeMap<TokenId, (Fingerprints, Timestamp)>> {
        let now = self.clock.now();
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        lately.retain(|_, (_, at)| now.since(*at).is_none_or(|age| age < LATENESS));
        lately
    }

    fn enqueue(&self, pending: Pending) {
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(pending);
    }

    fn drain(&self) -> Vec<Pending> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *queue)
    }
}

impl State {
    /// Takes over a snapshot, unless it may show less than what is held: the pages as they were
    /// before this process's own last write.
    fn offer(&mut self, offered: Snapshot) {
        let as_of = offered.as_of();
        let is_newer = |held: &Snapshot| held.as_of() < as_of && self.written < Some(as_of);
        if self.snapshot.as_ref().is_none_or(is_newer) {
            self.snapshot = Some(offered);
        }
    }
}
