//! Changes to a page by which it is repaired. They add names; an entry goes only where another page
//! has it, or where a page begins anew.

use super::{BUDGET, Entry, Fingerprints, Page};
use crate::{Timestamp, TokenId};

impl Entry {
    /// Whether the record with these fingerprints is found by all its keys.
    pub(crate) fn covers(&self, prints: &Fingerprints) -> bool {
        self.prints.is_superset(prints)
    }

    /// Takes over what another entry of the same token says.
    pub(crate) fn absorb(&mut self, other: &Self) {
        self.prints.extend(&other.prints);
        if other.admitted > self.admitted {
            (self.admitted, self.writer) = (other.admitted, other.writer);
        }
    }
}

impl Page {
    /// Names a token whose secret exists. An entry that is there only gains fingerprints: who
    /// announced it, and when, stays true.
    pub(crate) fn cover(
        &mut self,
        id: &TokenId,
        prints: &Fingerprints,
        writer: u32,
        now: Timestamp,
    ) {
        match self.entries.get_mut(id) {
            Some(entry) => entry.prints.extend(prints),
            None => self.admit(id, prints.clone(), writer, now),
        }
    }

    /// The page to write in place of a broken one: of what it held `before`, if that is known, the
    /// entries to be kept and the count of writes.
    pub(crate) fn anew(before: Option<&Self>, keeps: impl Fn(&TokenId, &Entry) -> bool) -> Self {
        let mut page = before.cloned().unwrap_or_default();
        page.entries.retain(|id, entry| keeps(id, entry));
        page
    }

    /// Whether a secret cannot hold the page as soon as it is written again.
    pub(crate) fn is_overfull(&self, now: Timestamp) -> bool {
        self.clone().encode(now).is_none()
    }

    /// How often the page was written during the last 24 hours, and how often it still can be.
    pub(crate) fn writes(&self, now: Timestamp) -> (usize, usize) {
        let writes = self.recent_writes(now);
        (writes, BUDGET.saturating_sub(writes))
    }
}
