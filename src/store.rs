//! The contract of a token store.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{Error, OAuthToken, TokenId};

/// Keeps OAuth tokens: the six methods that Zoho's SDKs ask of a store.
///
/// # What a query finds
///
/// The first rule whose guard holds decides; a miss under it is a miss. Text is compared byte by byte.
///
/// | set in the query | finds the record with |
/// |---|---|
/// | id | that id |
/// | user name | that user name and an agreeing client id |
/// | access token, and neither client id nor client secret | that access token |
/// | grant token, client id and client secret | that grant token and an agreeing client id |
/// | refresh token, client id and client secret | that refresh token and an agreeing client id |
/// | anything else | error [`InvalidInput`](crate::ErrorKind::InvalidInput) |
///
/// Client ids agree if they are equal or one side has none. A record of the very client named wins
/// over one that names none; two answers beyond that are
/// [`Ambiguous`](crate::ErrorKind::Ambiguous), never guessed between.
///
/// # Writing one's own
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::{Arc, Mutex};
/// use async_trait::async_trait;
/// use zoho_token_store::{Error, ErrorKind, OAuthToken, Saved, TokenId, TokenStore};
///
/// /// Knows ids only; [`MemoryTokenStore`](zoho_token_store::MemoryTokenStore) knows every key.
/// #[derive(Debug, Default)]
/// struct ById(Mutex<BTreeMap<TokenId, Arc<OAuthToken>>>);
///
/// fn id(token: &OAuthToken) -> Result<&TokenId, Error> {
///     token.id().ok_or_else(|| Error::new(ErrorKind::InvalidInput, "this store needs an id"))
/// }
///
/// #[async_trait]
/// impl TokenStore for ById {
///     async fn find_token(&self, query: &OAuthToken) -> Result<Option<Arc<OAuthToken>>, Error> {
///         self.find_token_by_id(id(query)?).await
///     }
///     async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
///         let (key, token) = (id(token)?.clone(), Arc::new(token.clone()));
///         let old = self.0.lock().unwrap().insert(key, token.clone());
///         Ok(if old.is_some() { Saved::updated(token) } else { Saved::created(token) })
///     }
///     async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
///         Ok(self.0.lock().unwrap().remove(id).is_some())
///     }
///     async fn get_tokens(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
///         Ok(self.0.lock().unwrap().values().cloned().collect())
///     }
///     async fn delete_tokens(&self) -> Result<usize, Error> {
///         Ok(std::mem::take(&mut *self.0.lock().unwrap()).len())
///     }
///     async fn find_token_by_id(&self, id: &TokenId) -> Result<Option<Arc<OAuthToken>>, Error> {
///         Ok(self.0.lock().unwrap().get(id).cloned())
///     }
/// }
/// ```
#[async_trait]
pub trait TokenStore: Debug + Send + Sync + 'static {
    /// Finds the token that `query` asks for, whole and as it is stored; `None` on a miss.
    ///
    /// # Errors
    /// `InvalidInput` if the query sets too little, `Ambiguous` if two records answer it.
    async fn find_token(&self, query: &OAuthToken) -> Result<Option<Arc<OAuthToken>>, Error>;

    /// Stores the fields that `token` sets: into the record with its id, else into the record that it
    /// finds as a query would, else into a new record.
    ///
    /// Fields that are not set keep their stored value. Success means durable; after an error the
    /// same call can be made again.
    ///
    /// # Errors
    /// `Conflict` if the id names one record and the user another, `InvalidInput` if there is nothing
    /// to store or the id cannot be used, `TooLarge` if the record does not fit.
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error>;

    /// Removes a token; tells whether there was one.
    ///
    /// After it returns no look-up through this store finds the token, whatever key it uses.
    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error>;

    /// Every stored token, ordered by id, read afresh.
    ///
    /// # Errors
    /// A list that would be short is an error; [`Error::listing`] gives what could be read.
    async fn get_tokens(&self) -> Result<Vec<Arc<OAuthToken>>, Error>;

    /// Removes every token; tells how many there were. Called again after an error it goes on.
    async fn delete_tokens(&self) -> Result<usize, Error>;

    /// Finds the token with this id; `None` on a miss.
    ///
    /// Zoho's SDKs call it before every API request.
    async fn find_token_by_id(&self, id: &TokenId) -> Result<Option<Arc<OAuthToken>>, Error>;
}

/// What a save did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SaveOutcome {
    /// A new record was made.
    Created,
    /// Nothing was written: every given field was stored already.
    Unchanged,
    /// A stored record was changed.
    Updated,
}

/// Whether a listing will show the saved token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Listing {
    /// The token is stored, but no index page could take its entry: it is found by its id and its own
    /// key, and this process lists it, but other processes do not until the index is repaired.
    Behind,
    /// It will.
    Current,
}

/// The stored record after a save, and what the save did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Saved {
    /// The record as it is stored, with its id.
    pub token: Arc<OAuthToken>,
    /// What was written.
    pub outcome: SaveOutcome,
    /// Whether listings know the record.
    pub listing: Listing,
}

impl Saved {
    /// A new record was made.
    pub fn created(token: Arc<OAuthToken>) -> Self {
        Self::new(token, SaveOutcome::Created)
    }

    /// A stored record was changed.
    pub fn updated(token: Arc<OAuthToken>) -> Self {
        Self::new(token, SaveOutcome::Updated)
    }

    /// Nothing had to be written.
    pub fn unchanged(token: Arc<OAuthToken>) -> Self {
        Self::new(token, SaveOutcome::Unchanged)
    }

    fn new(token: Arc<OAuthToken>, outcome: SaveOutcome) -> Self {
        Self {
            token,
            outcome,
            listing: Listing::Current,
        }
    }
}
