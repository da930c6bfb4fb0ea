//! Where an animal lives: a healthy store that all its processes share.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use zoho_token_store::testkit::{BoxError, Capabilities, Capability, Change, Harness, Opening};
use zoho_token_store::{
    Error, ErrorKind, IncompleteListing, MemoryTokenStore, OAuthToken, Saved, TokenId, TokenStore,
};

/// A healthy store in one namespace. Clones share it, as processes share a backend.
#[derive(Clone)]
pub struct Den {
    memory: Arc<MemoryTokenStore>,
    /// Records that should not be there: animals that duplicate put them here.
    pub annex: Arc<MemoryTokenStore>,
    /// Records that cannot be read.
    damaged: Arc<Mutex<BTreeSet<TokenId>>>,
    /// The dens of all namespaces.
    neighbours: Neighbours,
}

impl Den {
    fn new(client_id: Option<&'static str>, neighbours: &Neighbours) -> Self {
        let memory = MemoryTokenStore::new().with_client_id(client_id.unwrap_or_default());
        Self {
            memory: Arc::new(memory),
            annex: Arc::default(),
            damaged: Arc::default(),
            neighbours: neighbours.clone(),
        }
    }

    pub fn neighbours(&self) -> Vec<Self> {
        lock(&self.neighbours).values().cloned().collect()
    }

    /// All records, without a look at what cannot be read.
    pub async fn all(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
        let mut tokens = self.memory.get_tokens().await?;
        tokens.extend(self.annex.get_tokens().await?);
        tokens.sort_by_key(|token| token.id().cloned());
        Ok(tokens)
    }

    fn readable(
        &self,
        operation: &'static str,
        found: Option<Arc<OAuthToken>>,
    ) -> Result<Option<Arc<OAuthToken>>, Error> {
        match found {
            Some(token) if self.is_damaged(token.id()) => {
                Err(unreadable().with_operation(operation))
            }
            found => Ok(found),
        }
    }

    fn is_damaged(&self, id: Option<&TokenId>) -> bool {
        id.is_some_and(|id| lock(&self.damaged).contains(id))
    }
}

/// Without what it holds: its neighbours hold it too.
impl fmt::Debug for Den {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Den").finish_non_exhaustive()
    }
}

fn unreadable() -> Error {
    Error::new(ErrorKind::Corrupt, "the record is damaged")
}

#[async_trait]
impl TokenStore for Den {
    async fn find_token(&self, query: &OAuthToken) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.readable("find_token", self.memory.find_token(query).await?)
    }

    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        if self.is_damaged(token.id()) {
            return Err(unreadable().with_operation("save_token"));
        }
        self.memory.save_token(token).await
    }

    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        lock(&self.damaged).remove(id);
        self.memory.delete_token(id).await
    }

    async fn get_tokens(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
        let all = self.all().await?;
        let (bad, good): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|token| self.is_damaged(token.id()));
        if bad.is_empty() {
            return Ok(good);
        }
        let failure = |token: &Arc<OAuthToken>| Some((token.id()?.clone(), unreadable()));
        let failures = bad.iter().filter_map(failure).collect();
        let listing = IncompleteListing::new(good, failures);
        Err(Error::incomplete(listing).with_operation("get_tokens"))
    }

    async fn delete_tokens(&self) -> Result<usize, Error> {
        lock(&self.damaged).clear();
        self.memory.delete_tokens().await
    }

    async fn find_token_by_id(&self, id: &TokenId) -> Result<Option<Arc<OAuthToken>>, Error> {
        let found = self.memory.find_token_by_id(id).await?;
        self.readable("find_token_by_id", found)
    }
}

type Neighbours = Arc<Mutex<BTreeMap<&'static str, Den>>>;

/// One place for one animal; each store that is opened is a process of its own.
pub struct Zoo {
    open: fn(Den) -> Arc<dyn TokenStore>,
    dens: Neighbours,
}

impl Zoo {
    pub fn new(open: fn(Den) -> Arc<dyn TokenStore>) -> Self {
        let dens = Neighbours::default();
        Self { open, dens }
    }

    fn den(&self, suffix: &'static str, client_id: Option<&'static str>) -> Den {
        let new = || Den::new(client_id, &self.dens);
        lock(&self.dens).entry(suffix).or_insert_with(new).clone()
    }
}

#[async_trait]
impl Harness for Zoo {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new()
            .with(Capability::AtomicWrites)
            .with(Capability::ClientId)
            .with(Capability::Damage)
            .with(Capability::Namespaces)
            .with(Capability::Processes)
            .with(Capability::Removal)
            .with(Capability::SecretSize)
            .with(Capability::Wording)
    }

    async fn open(&self, opening: &Opening) -> Result<Arc<dyn TokenStore>, BoxError> {
        let den = self.den(opening.handle.suffix(), opening.client_id);
        Ok((self.open)(den))
    }

    async fn change(&self, change: &Change) -> Result<(), BoxError> {
        let den = self.den("", None);
        match change {
            Change::Remove(id) => {
                den.memory.delete_token(id).await?;
            }
            Change::Damage(id, _) => {
                lock(&den.damaged).insert(id.clone());
            }
            _ => return Err(format!("no way to make the change {change:?}").into()),
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
