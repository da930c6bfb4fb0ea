//! The token: both the record that is kept and the query that finds it.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use crate::{Secret, Timestamp};

/// The store's key of one record; opaque.
///
/// Cloning is cheap. A store accepts an id for saving only if a secret name can hold it: one or more
/// ASCII letters, digits and `/_+=.@-`, of bounded length. Looking up any other id finds nothing.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TokenId(Arc<str>);

impl TokenId {
    /// An id from its text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for TokenId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for TokenId {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for TokenId {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// Whose token it is: free text that the application chose, compared byte by byte.
///
/// Zoho's SDKs derive `"<email>:<org id>"` when the application gives none.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UserSignature {
    name: Box<str>,
}

impl UserSignature {
    /// A signature with this name.
    pub fn new(name: impl Into<Box<str>>) -> Self {
        Self { name: name.into() }
    }

    /// The user's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// An OAuth token of one user and client, whole or in part.
///
/// Which fields are set decides what a look-up means and what a save overwrites; see
/// [`TokenStore`](crate::TokenStore). An empty string is the same as not set.
///
/// ```
/// use zoho_token_store::OAuthToken;
///
/// let token = OAuthToken::new()
///     .with_user("alice@example.com")
///     .with_client("1000.CLIENT", "client-secret")
///     .with_refresh_token("1000.refresh");
/// assert_eq!(token.user_name(), Some("alice@example.com"));
/// assert!(!format!("{token:?}").contains("1000.refresh"));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OAuthToken {
    pub(crate) id: Option<TokenId>,
    pub(crate) user_signature: Option<UserSignature>,
    pub(crate) client_id: Option<Box<str>>,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) access_token: Option<Secret>,
    pub(crate) grant_token: Option<Secret>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) redirect_url: Option<Box<str>>,
    pub(crate) api_domain: Option<Box<str>>,
}

impl OAuthToken {
    /// A token with no field set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the store's key.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<TokenId>) -> Self {
        self.id = Some(id.into()).filter(|id| !id.as_str().is_empty());
        self
    }

    /// Sets the user's name.
    #[must_use]
    pub fn with_user(mut self, name: impl Into<Box<str>>) -> Self {
        self.user_signature = Some(UserSignature::new(name)).filter(|user| !user.name.is_empty());
        self
    }

    /// Sets the OAuth client: its id and its secret.
    #[must_use]
    pub fn with_client(self, id: impl Into<Box<str>>, secret: impl Into<Secret>) -> Self {
        self.with_client_id(id).with_client_secret(secret)
    }

    /// Sets the OAuth client's id.
    #[must_use]
    pub fn with_client_id(mut self, id: impl Into<Box<str>>) -> Self {
        self.client_id = text(id);
        self
    }

    /// Sets the OAuth client's secret.
    #[must_use]
    pub fn with_client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.client_secret = credential(secret);
        self
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn with_refresh_token(mut self, token: impl Into<Secret>) -> Self {
        self.refresh_token = credential(token);
        self
    }

    /// Sets the access token.
    #[must_use]
    pub fn with_access_token(mut self, token: impl Into<Secret>) -> Self {
        self.access_token = credential(token);
        self
    }

    /// Sets the grant token (the one-time authorization code).
    #[must_use]
    pub fn with_grant_token(mut self, token: impl Into<Secret>) -> Self {
        self.grant_token = credential(token);
        self
    }

    /// Sets when the access token expires.
    #[must_use]
    pub fn with_expires_at(mut self, at: Timestamp) -> Self {
        self.expires_at = Some(at);
        self
    }

    /// Sets the redirect URL of the OAuth client.
    #[must_use]
    pub fn with_redirect_url(mut self, url: impl Into<Box<str>>) -> Self {
        self.redirect_url = text(url);
        self
    }

    /// Sets the base URL of the data centre.
    #[must_use]
    pub fn with_api_domain(mut self, url: impl Into<Box<str>>) -> Self {
        self.api_domain = text(url);
        self
    }

    /// The store's key; `None` until the token was saved or found.
    pub fn id(&self) -> Option<&TokenId> {
        self.id.as_ref()
    }

    /// Whose token it is.
    pub fn user_signature(&self) -> Option<&UserSignature> {
        self.user_signature.as_ref()
    }

    /// The user's name: [`user_signature`](Self::user_signature) as text.
    pub fn user_name(&self) -> Option<&str> {
        self.user_signature.as_ref().map(UserSignature::name)
    }

    /// The OAuth client's id.
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The OAuth client's secret.
    pub fn client_secret(&self) -> Option<&Secret> {
        self.client_secret.as_ref()
    }

    /// The refresh token.
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    /// The access token.
    pub fn access_token(&self) -> Option<&Secret> {
        self.access_token.as_ref()
    }

    /// The grant token; it stays a look-up key after it was spent.
    pub fn grant_token(&self) -> Option<&Secret> {
        self.grant_token.as_ref()
    }

    /// When the access token expires; `None` if unknown. The SDKs call this `expires_in`.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// The redirect URL of the OAuth client.
    pub fn redirect_url(&self) -> Option<&str> {
        self.redirect_url.as_deref()
    }

    /// The base URL of the data centre, for example `https://www.zohoapis.eu`.
    pub fn api_domain(&self) -> Option<&str> {
        self.api_domain.as_deref()
    }

    /// Whether the access token is known to have expired at `now`.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

fn text(value: impl Into<Box<str>>) -> Option<Box<str>> {
    Some(value.into()).filter(|text| !text.is_empty())
}

fn credential(value: impl Into<Secret>) -> Option<Secret> {
    Some(value.into()).filter(|secret| !secret.expose().is_empty())
}
