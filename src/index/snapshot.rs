//! All pages as they were at one instant.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::rules::naming::Namespace;
use crate::rules::page::{Claim, Entry, Page};
use crate::secrets::{BATCH, Value, Version};
use crate::token::TokenId;
use crate::vault::{Reading, Vault};

/// How old remembered pages may be and still serve as the base of a compare-and-swap.
const MAX_AGE: Duration = Duration::from_secs(60);

/// The most pages: their numbers have two digits.
pub(super) const MAX_PAGES: usize = 100;

/// What is under the name of a page.
#[derive(Clone)]
pub(super) enum Slot {
    Absent,
    Page(Page, Value),
    /// The page cannot be understood. It is left as it is until it is repaired.
    Broken(Error, Value),
    /// The page could not be read this time.
    Unreadable(Error),
    /// Someone has scheduled the page for deletion; the next change to the index restores it first.
    Withdrawn(Error),
}

#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(super) slots: Vec<Slot>,
    pub(super) as_of: Timestamp,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot")
            .field("as_of", &self.as_of)
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    /// One call for every twenty pages, and one more if the twentieth is there.
    pub(super) async fn read(vault: &Vault, namespace: &Namespace, now: Timestamp) -> Self {
        let mut slots = Vec::new();
        loop {
            let names: Vec<String> = (slots.len()..slots.len() + BATCH)
                .map(|n| namespace.page(n))
                .collect();
            let readings = vault.read_batch(&names).await;
            slots.extend(
                names
                    .iter()
                    .zip(readings)
                    .map(|(name, reading)| Slot::from(name, reading)),
            );
            if matches!(
                slots.last(),
                None | Some(Slot::Absent | Slot::Unreadable(_))
            ) {
                break;
            }
        }
        while matches!(slots.last(), Some(Slot::Absent)) {
            slots.pop();
        }
        Self { slots, as_of: now }
    }

    /// When the pages were as they are here, or a little earlier.
    pub(crate) fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// The tokens whose records may answer the key.
    pub(crate) fn candidates(&self, claim: &Claim) -> BTreeSet<TokenId> {
        let entries = self.pages().flat_map(|page| &page.entries);
        entries
            .filter(|(_, entry)| entry.may_answer(claim))
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// Every token named.
    pub(crate) fn ids(&self) -> BTreeSet<TokenId> {
        self.pages()
            .flat_map(|page| page.entries.keys().cloned())
            .collect()
    }

    /// Whether the pages may be relied on, as a compare-and-swap corrects what is wrong.
    pub(super) fn is_young(&self, now: Timestamp) -> bool {
        now.since(self.as_of).is_none_or(|age| age < MAX_AGE)
    }

    /// The entry of a token; of the first page if it is on several.
    pub(crate) fn entry(&self, id: &TokenId) -> Option<&Entry> {
        self.pages().find_map(|page| page.entries.get(id))
    }

    /// Whether the token was announced a moment ago, so that its secret may not show yet.
    pub(crate) fn is_expected(&self, id: &TokenId, now: Timestamp) -> bool {
        self.any_entry(id, |entry| entry.may_still_be_coming(now, None))
    }

    /// Why the pages may name fewer tokens than there are.
    pub(crate) fn gap(&self) -> Option<&Error> {
        self.slots.iter().find_map(|slot| match slot {
            Slot::Broken(error, _) | Slot::Unreadable(error) | Slot::Withdrawn(error) => {
                Some(error)
            }
            Slot::Absent | Slot::Page(..) => None,
        })
    }

    /// The pages that have to be restored, by number.
    pub(crate) fn withdrawn(&self) -> Vec<usize> {
        let slots = self.slots.iter().enumerate();
        let withdrawn = slots.filter(|(_, slot)| matches!(slot, Slot::Withdrawn(_)));
        withdrawn.map(|(number, _)| number).collect()
    }

    /// Why nothing can be built on what the pages say: one of them could not be read this time. A page
    /// that is broken stays so, and is passed over until it is repaired.
    pub(crate) fn doubt(&self) -> Option<&Error> {
        self.slots.iter().find_map(|slot| match slot {
            Slot::Unreadable(error) => Some(error),
            _ => None,
        })
    }

    /// The pages that can be read, with their numbers.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, &Page)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(number, slot)| match slot {
            Slot::Page(page, _) => Some((number, page)),
            _ => None,
        })
    }

    /// The pages that are broken, each with its number and version.
    pub(crate) fn broken(&self) -> impl Iterator<Item = (usize, &Version)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(number, slot)| match slot {
            Slot::Broken(_, value) => Some((number, &value.version)),
            _ => None,
        })
    }

    /// Whether the pages name every token there is: each can be read, and there is room for more pages,
    /// so that no token can have been stored without an entry.
    pub(crate) fn is_complete(&self) -> bool {
        self.slots.len() < MAX_PAGES && self.gap().is_none()
    }

    /// Whether any page has an entry for `id` that passes the test.
    pub(super) fn any_entry(&self, id: &TokenId, test: impl Fn(&Entry) -> bool) -> bool {
        self.pages()
            .any(|page| page.entries.get(id).is_some_and(&test))
    }

    /// The secret behind a page.
    pub(super) fn value(&self, number: usize) -> Option<&Value> {
        match self.slots.get(number) {
            Some(Slot::Page(_, value) | Slot::Broken(_, value)) => Some(value),
            _ => None,
        }
    }

    /// Takes over a page that was just written.
    pub(super) fn put(&mut self, number: usize, page: Page, value: Value) {
        while self.slots.len() <= number {
            self.slots.push(Slot::Absent);
        }
        self.slots[number] = Slot::Page(page, value);
    }

    pub(super) fn pages(&self) -> impl Iterator<Item = &Page> {
        self.numbered().map(|(_, page)| page)
    }
}

impl Slot {
    pub(super) fn from(name: &str, reading: Result<Reading, Error>) -> Self {
        match reading {
            Ok(Reading::Missing | Reading::Buried(_)) => Self::Absent,
            Ok(Reading::Scheduled) => {
                let message = format!("the index secret {name} is scheduled for deletion");
                Self::Withdrawn(Error::new(ErrorKind::Corrupt, message))
            }
            Ok(Reading::Found(value)) => {
                let text = value.text.as_ref().map_or("", |text| text.as_str());
                match Page::decode(text) {
                    Ok(page) => Self::Page(page, value),
                    Err(fault) => {
                        let message = format!("the index secret {name} is broken");
                        let error = Error::new(ErrorKind::Corrupt, message);
                        Self::Broken(error.with_source(fault), value)
                    }
                }
            }
            Err(error) => Self::Unreadable(error),
        }
    }
}
