//! What the doctor tells: findings, what a repair can do about them, and what it has done.
//!
//! The rules are in `rules::diagnosis`, the work is in `secrets_manager`.

use std::fmt;

use crate::error::Error;
use crate::token::TokenId;

/// What is wrong.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum FindingKind {
    /// An index page is not one: listings fail.
    BrokenPage,
    /// A token's secret holds something else.
    CorruptRecord,
    /// The index names a token that has no secret, and that nobody is about to make.
    DanglingEntry,
    /// Two records or more answer one key of one client: look-ups by it are ambiguous.
    DuplicateKey,
    /// A secret has a name of this store, but is not of its making.
    ForeignSecret,
    /// The index does not know every key of a record: look-ups by it may miss.
    HiddenKey,
    /// No index page names the token: listings pass it over.
    Orphan,
    /// An index page is so large that it cannot be written again.
    OverfullPage,
    /// More than one index page names the token.
    RepeatedEntry,
    /// The tags of a token's secret are not those of its record.
    TagDrift,
    /// A token's secret exists, but reading it is refused.
    UnreadableRecord,
    /// An index page is scheduled for deletion: listings fail.
    WithdrawnPage,
}

/// What can be done about a finding.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Remedy {
    /// [`repair`](crate::SecretsManagerTokenStore::repair) puts it right.
    Repair,
    /// Not yet: the service may still show too little, or the page was written too often today.
    /// Diagnose again later.
    Later,
    /// It takes a person to decide. The doctor only reports it.
    ByHand,
}

/// One thing that is wrong. `Display` is one line without a credential.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Finding {
    kind: FindingKind,
    secret: String,
    ids: Vec<TokenId>,
    text: String,
    remedy: Remedy,
}

impl Finding {
    pub(crate) fn new(
        kind: FindingKind,
        remedy: Remedy,
        secret: impl Into<String>,
        ids: impl IntoIterator<Item = TokenId>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            secret: secret.into(),
            ids: ids.into_iter().collect(),
            text: text.into(),
            remedy,
        }
    }

    /// What is wrong.
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// The name of the secret concerned; the first of several.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The tokens concerned, in order; none if it is an index page or a foreign secret.
    pub fn ids(&self) -> &[TokenId] {
        &self.ids
    }

    /// What can be done about it.
    pub fn remedy(&self) -> Remedy {
        self.remedy
    }

    /// Whether two findings, of different times, are of the same fault.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (self.kind, &self.secret, &self.ids) == (other.kind, &other.secret, &other.ids)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.secret, self.text)
    }
}

/// How full an index page is, and how often it can still be written.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PageUse {
    /// The name of its secret.
    pub secret: String,
    /// The tokens that it names; some 350 find room.
    pub entries: usize,
    /// Writes during the last 24 hours.
    pub writes: usize,
    /// Writes that the store still makes before it turns to another page, until some of those are a
    /// day old. The service itself takes about ten more.
    pub writes_left: usize,
}

/// What [`diagnose`](crate::SecretsManagerTokenStore::diagnose) found.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    pub(crate) prefix: String,
    pub(crate) findings: Vec<Finding>,
    pub(crate) pages: Vec<PageUse>,
    pub(crate) pending: Vec<TokenId>,
    pub(crate) tokens: usize,
}

impl Diagnosis {
    /// All that is wrong, ordered by kind and secret.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether nothing is wrong.
    pub fn is_healthy(&self) -> bool {
        self.findings.is_empty()
    }

    /// The index pages that can be read, in order.
    pub fn pages(&self) -> &[PageUse] {
        &self.pages
    }

    /// Tokens whose secrets are scheduled for deletion, in order. This is no fault: a deletion leaves
    /// them for as long as they can be restored.
    pub fn pending_deletion(&self) -> &[TokenId] {
        &self.pending
    }

    /// How many tokens could be read.
    pub fn tokens(&self) -> usize {
        self.tokens
    }
}

/// What [`repair`](crate::SecretsManagerTokenStore::repair) did.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[must_use = "a repair may leave something undone"]
pub struct Repair {
    /// What was wrong and is right now.
    pub done: Vec<Finding>,
    /// What is still wrong, each with the reason. Diagnose and repair again later.
    pub left: Vec<(Finding, Error)>,
}

impl Repair {
    /// Sorts findings by whether there is a reason why they are still so.
    pub(crate) fn of(
        findings: impl IntoIterator<Item = Finding>,
        reason: impl Fn(&Finding) -> Option<Error>,
    ) -> Self {
        let (mut done, mut left) = (Vec::new(), Vec::new());
        for finding in findings {
            match reason(&finding) {
                None => done.push(finding),
                Some(error) => left.push((finding, error)),
            }
        }
        Self { done, left }
    }

    /// Whether everything that could be repaired is.
    pub fn is_complete(&self) -> bool {
        self.left.is_empty()
    }
}
