//! The facts that a diagnosis is made from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::rules::naming::Namespace;
use crate::rules::page::{ADMISSION, Entry, Page};
use crate::rules::tags::Drift;
use crate::{OAuthToken, Timestamp, TokenId};

/// How late a listing may be.
const LIST_LAG: Duration = Duration::from_secs(300);

/// What was read, in this order: the listing, the pages, the secrets.
#[derive(Clone)]
pub(crate) struct Facts {
    pub(crate) now: Timestamp,
    pub(crate) namespace: Namespace,
    pub(crate) pages: BTreeMap<usize, Sheet>,
    /// All that the listing, a page or a page's past names.
    pub(crate) secrets: BTreeMap<TokenId, Found>,
    /// Secrets among the pages that are none.
    pub(crate) strangers: BTreeSet<String>,
}

/// What is in an index secret.
#[derive(Clone)]
pub(crate) enum Sheet {
    Page(Page),
    /// Scheduled for deletion. What it names shows when it is restored.
    Withdrawn,
    Broken {
        /// The page in the secret's previous version, if that is one.
        before: Option<Page>,
        /// When the secret was last changed, if that is known.
        changed: Option<Timestamp>,
    },
}

/// What is under the name of a token.
#[derive(Clone, Default)]
pub(crate) struct Found {
    pub(crate) content: Content,
    pub(crate) drift: Drift,
    /// Whether its tags say that it is of this store.
    pub(crate) is_marked: bool,
}

#[derive(Clone, Default)]
pub(crate) enum Content {
    #[default]
    Missing,
    /// Scheduled for deletion: it may be restored.
    Scheduled,
    Record(Arc<OAuthToken>),
    /// Something else; what is wrong with it.
    Corrupt(String),
    /// It is there, and reading it was refused for this reason.
    Unreadable(String),
}

impl Facts {
    /// Whether a page takes no more removals today.
    pub(crate) fn is_any_page_used_up(&self) -> bool {
        let mut sheets = self.pages.values();
        sheets.any(|sheet| matches!(sheet, Sheet::Page(page) if !page.has_removal_budget(self.now)))
    }

    pub(super) fn entries<'a>(
        &'a self,
        id: &'a TokenId,
    ) -> impl Iterator<Item = (&'a Page, &'a Entry)> {
        self.pages.values().filter_map(move |sheet| match sheet {
            Sheet::Page(page) => Some((page, page.entries.get(id)?)),
            Sheet::Withdrawn | Sheet::Broken { .. } => None,
        })
    }

    /// Whether a page names it, one that is broken did so before, or one that is withdrawn may do so.
    pub(super) fn is_named(&self, id: &TokenId) -> bool {
        let mut sheets = self.pages.values();
        sheets.any(|sheet| match sheet {
            Sheet::Page(page) => page.entries.contains_key(id),
            Sheet::Withdrawn => true,
            Sheet::Broken { before, .. } => before
                .as_ref()
                .is_some_and(|page| page.entries.contains_key(id)),
        })
    }

    /// Whether a page that begins anew keeps an entry of before.
    pub(super) fn keeps(&self, id: &TokenId, entry: &Entry) -> bool {
        let content = self.secrets.get(id).map(|found| &found.content);
        let is_there = !matches!(content, None | Some(Content::Missing));
        let is_elsewhere = self.entries(id).next().is_some();
        entry.may_still_be_coming(self.now, None) || (is_there && !is_elsewhere)
    }

    /// The name of a token's secret; that of its page if no secret can have the name.
    pub(super) fn secret_of(&self, id: &TokenId) -> String {
        let name = self.namespace.token(id);
        let holds =
            |sheet: &Sheet| matches!(sheet, Sheet::Page(page) if page.entries.contains_key(id));
        let page = || {
            let mut pages = self.pages.iter();
            pages
                .find(|(_, sheet)| holds(sheet))
                .map(|(number, _)| *number)
        };
        name.unwrap_or_else(|| self.namespace.page(page().unwrap_or_default()))
    }
}

/// Whether all tokens are known that a broken page may have named: the page before tells, or the
/// listing shows by now every token announced on it.
pub(super) fn is_known(before: Option<&Page>, changed: Option<Timestamp>, now: Timestamp) -> bool {
    let age = changed.and_then(|changed| now.since(changed));
    before.is_some() || age.is_some_and(|age| age >= LIST_LAG + ADMISSION)
}
