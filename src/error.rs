//! The one error of the crate.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::{OAuthToken, TokenId};

/// What went wrong, told by meaning rather than by mechanism.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The service refused an action: permissions are missing.
    AccessDenied,
    /// More than one record answers the query.
    Ambiguous,
    /// The configuration, region or AWS credentials cannot work.
    Config,
    /// The save contradicts what is stored: its id names one record, its user another.
    Conflict,
    /// A stored secret cannot be read as what it should be. It was left as it is.
    Corrupt,
    /// The arguments cannot be acted on.
    InvalidInput,
    /// A quota of the service is used up and retrying now cannot help.
    QuotaExceeded,
    /// The service asked to slow down, and still did after the retries.
    Throttled,
    /// The record does not fit into a secret (65,536 bytes).
    TooLarge,
    /// The service could not be reached, did not answer in time or failed,
    /// or other writers kept changing the record.
    Unavailable,
    /// Anything else.
    Unexpected,
}

impl ErrorKind {
    fn describe(self) -> &'static str {
        match self {
            Self::AccessDenied => "access denied",
            Self::Ambiguous => "ambiguous",
            Self::Config => "configuration",
            Self::Conflict => "conflict",
            Self::Corrupt => "corrupt",
            Self::InvalidInput => "invalid input",
            Self::QuotaExceeded => "quota exceeded",
            Self::Throttled => "throttled",
            Self::TooLarge => "too large",
            Self::Unavailable => "unavailable",
            Self::Unexpected => "unexpected",
        }
    }
}

/// Why an operation failed.
///
/// Opaque and cheap to clone, so that callers who shared one request share its error too.
/// `Display` is one line without the [`source`](StdError::source); neither contains a credential.
///
/// ```
/// use zoho_token_store::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Unavailable, "no route to the service").with_operation("save_token");
/// assert!(error.is_retryable());
/// assert_eq!(error.to_string(), "save_token: unavailable: no route to the service");
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    operation: Option<&'static str>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    listing: Option<Arc<IncompleteListing>>,
}

impl Error {
    /// An error of this kind. The message must not contain a credential.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            source: None,
            listing: None,
        }))
    }

    /// Names the store operation that failed; the first name given stays.
    #[must_use]
    pub fn with_operation(self, operation: &'static str) -> Self {
        self.edit(|inner| {
            inner.operation.get_or_insert(operation);
        })
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.edit(|inner| inner.source = Some(Arc::new(source)))
    }

    /// The error of a listing that could not be completed.
    ///
    /// Its kind is that of the first failure.
    pub fn incomplete(listing: IncompleteListing) -> Self {
        let kind = listing
            .failures
            .first()
            .map_or(ErrorKind::Unexpected, |(_, error)| error.kind());
        let ids: Vec<&str> = listing.failures.iter().map(|(id, _)| id.as_str()).collect();
        let message = format!(
            "{} of {} records could not be read: {}",
            ids.len(),
            ids.len() + listing.tokens.len(),
            ids.join(", ")
        );
        let first = listing.failures.first().map(|(_, error)| error.clone());
        Self::new(kind, message).edit(|inner| {
            inner.source = first.map(|error| Arc::new(error) as _);
            inner.listing = Some(Arc::new(listing));
        })
    }

    /// The error of a listing that lacks the records of an index page.
    pub(crate) fn unlisted(listing: IncompleteListing, gap: &Self) -> Self {
        let message = format!(
            "{} records were read; those on an index page that cannot be read are missing",
            listing.tokens.len()
        );
        Self::new(gap.kind(), message)
            .with_source(gap.clone())
            .edit(|inner| inner.listing = Some(Arc::new(listing)))
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The [`TokenStore`](crate::TokenStore) method that failed.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Whether the same call may succeed if it is simply made again later.
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Throttled | ErrorKind::Unavailable)
    }

    /// What went wrong, without kind and operation.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    /// What `get_tokens` could read, and which records it could not.
    pub fn listing(&self) -> Option<&IncompleteListing> {
        self.0.listing.as_deref()
    }

    fn edit(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        write!(f, "{}: {}", self.0.kind.describe(), self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = StdError::source(self);
        while let Some(error) = cause {
            write!(f, "\n  caused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// A listing of which a part could not be read; reached by [`Error::listing`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IncompleteListing {
    /// The records that could be read, ordered by id.
    pub tokens: Vec<Arc<OAuthToken>>,
    /// The records that could not, ordered by id, each with the reason.
    pub failures: Vec<(TokenId, Error)>,
}

impl IncompleteListing {
    /// What was read and what was not.
    pub fn new(tokens: Vec<Arc<OAuthToken>>, failures: Vec<(TokenId, Error)>) -> Self {
        Self { tokens, failures }
    }
}
