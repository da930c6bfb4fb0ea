//! A store in memory: the contract in its plainest form.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::rules::matching::{Key, Lookup, Match, lookup, save_key};
use crate::rules::record::Record;
use crate::rules::{merge, naming};
use crate::{Error, ErrorKind, OAuthToken, Saved, TokenId, TokenStore};

type Tokens = BTreeMap<TokenId, Arc<OAuthToken>>;

/// Keeps tokens in this process, for tests and trials.
///
/// It follows the whole contract, scans for every look-up, and serves the tests of the other stores
/// as the judge.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), zoho_token_store::Error> {
/// use zoho_token_store::{MemoryTokenStore, OAuthToken, TokenStore};
///
/// let store = MemoryTokenStore::new();
/// let token = OAuthToken::new().with_user("alice").with_refresh_token("1000.r");
/// let saved = store.save_token(&token).await?;
/// let found = store.find_token(&OAuthToken::new().with_user("alice")).await?;
/// assert_eq!(found, Some(saved.token));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct MemoryTokenStore {
    client_id: Option<String>,
    tokens: Mutex<Tokens>,
}

impl MemoryTokenStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the client id that a query with a user name but no client id means.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into()).filter(|id| !id.is_empty());
        self
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let own_client = self.client_id.as_deref();
        let mut tokens = self.tokens();
        let key = save_key(token, own_client);
        let by_id = token.id().and_then(|id| tokens.get(id)).cloned();
        let stored = match (by_id, key) {
            (Some(stored), _) => {
                check_user(&tokens, &stored, &merge::merge(&stored, token))?;
                Some(stored)
            }
            (None, Some(key)) => select(&tokens, &key)?,
            (None, None) => None,
        };
        if let Some(stored) = stored {
            let merged = merge::merge(&stored, token);
            Record::new(merged.clone()).encode()?;
            if *stored == merged {
                return Ok(Saved::unchanged(stored));
            }
            let merged = Arc::new(merged);
            tokens.extend(merged.id().cloned().map(|id| (id, merged.clone())));
            return Ok(Saved::updated(merged));
        }
        merge::check_new(token)?;
        let id = match (token.id(), key) {
            (Some(id), _) if naming::is_usable_id(id) => id.clone(),
            (Some(id), _) => return Err(naming::unusable_id(id)),
            (None, Some(key)) => unused_id(&tokens, &key),
            (None, None) => {
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    "nothing names the token",
                ));
            }
        };
        let new = merge::complete(token, id.clone(), own_client);
        Record::new(new.clone()).encode()?;
        let new = Arc::new(new);
        tokens.insert(id, new.clone());
        Ok(Saved::created(new))
    }
}

fn select(tokens: &Tokens, key: &Key<'_>) -> Result<Option<Arc<OAuthToken>>, Error> {
    match key.choose(tokens.values(), |token| token) {
        Match::None => Ok(None),
        Match::One(token) => Ok(Some(token.clone())),
        Match::Ambiguous(ids) => Err(key.ambiguous(&ids)),
    }
}

/// Refuses a save whose id names `stored` and whose user names another record.
fn check_user(tokens: &Tokens, stored: &OAuthToken, merged: &OAuthToken) -> Result<(), Error> {
    let Some(key) = merge::claimed_user(stored, merged) else {
        return Ok(());
    };
    let others = tokens.values().filter(|other| other.id() != stored.id());
    match key.choose(others, |token| token) {
        Match::None => Ok(()),
        Match::One(other) => Err(merge::conflict(stored.id(), other.id())),
        Match::Ambiguous(ids) => Err(merge::conflict(stored.id(), ids.first())),
    }
}

fn unused_id(tokens: &Tokens, key: &Key<'_>) -> TokenId {
    let mut attempt = 0;
    loop {
        let id = naming::derived_id(key, attempt);
        if !tokens.contains_key(&id) {
            return id;
        }
        attempt += 1;
    }
}

#[async_trait]
impl TokenStore for MemoryTokenStore {
    async fn find_token(&self, query: &OAuthToken) -> Result<Option<Arc<OAuthToken>>, Error> {
        let found = match lookup(query, self.client_id.as_deref()) {
            Ok(Lookup::Id(id)) => Ok(self.tokens().get(id).cloned()),
            Ok(Lookup::Key(key)) => select(&self.tokens(), &key),
            Err(error) => Err(error),
        };
        found.map_err(|error| error.with_operation("find_token"))
    }

    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        self.save(token)
            .map_err(|error| error.with_operation("save_token"))
    }

    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        Ok(self.tokens().remove(id).is_some())
    }

    async fn get_tokens(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
        Ok(self.tokens().values().cloned().collect())
    }

    async fn delete_tokens(&self) -> Result<usize, Error> {
        Ok(std::mem::take(&mut *self.tokens()).len())
    }

    async fn find_token_by_id(&self, id: &TokenId) -> Result<Option<Arc<OAuthToken>>, Error> {
        Ok(self.tokens().get(id).cloned())
    }
}
