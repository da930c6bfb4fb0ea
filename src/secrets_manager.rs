//! The store on AWS Secrets Manager: one secret for each token.

mod builder;
mod bulk;
mod create;
mod delete;
mod find;
mod inner;
mod list;
mod pace;
mod save;
mod turns;
mod update;

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;

pub use builder::{AccessTokenScan, DeletionPolicy, SecretsManagerTokenStoreBuilder};
pub use bulk::BulkSave;
pub use find::Freshness;

use crate::rules::matching::{Lookup, lookup};
use crate::{Error, OAuthToken, Saved, Stats, TokenId, TokenStore};
use inner::Inner;

/// Keeps tokens in AWS Secrets Manager.
///
/// Cloning is cheap, and clones share one cache. The methods are those of [`TokenStore`]; called on
/// this type, not through the trait, a look-up that the cache answers allocates nothing.
///
/// Guarantees, for any number of processes on one namespace (account, region, prefix):
/// - A save that returns is durable. Two saves of one record both survive, whoever comes first; two
///   saves of one new token make one record.
/// - What this store wrote it reads back at once, however late the service's own reads are.
/// - A record is never returned for a key that it does not have: every match is confirmed.
/// - Another process's change is seen once the cached record's time is over (5 minutes by default);
///   at once by [`find_token_with`](Self::find_token_with) and by a save.
///
/// Dropping a future cancels the operation: its effect is then unknown, and made again it finishes.
///
/// ```
/// # #[cfg(feature = "simulator")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), zoho_token_store::Error> {
/// use zoho_token_store::simulator::Simulator;
/// use zoho_token_store::{OAuthToken, SecretsManagerTokenStore};
///
/// let store = SecretsManagerTokenStore::from_client(&Simulator::new().client())?;
/// let token = OAuthToken::new()
///     .with_user("alice@example.com")
///     .with_client("1000.CLIENT", "client-secret")
///     .with_refresh_token("1000.refresh");
/// let saved = store.save_token(&token).await?;
/// let found = store.find_token(&token).await?;
/// assert_eq!(found, Some(saved.token));
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "simulator"))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug)]
pub struct SecretsManagerTokenStore {
    inner: Arc<Inner>,
}

impl SecretsManagerTokenStore {
    /// Configures a store.
    pub fn builder() -> SecretsManagerTokenStoreBuilder {
        SecretsManagerTokenStoreBuilder::default()
    }

    /// A store with defaults on this SDK client.
    ///
    /// # Errors
    /// None with the defaults; see [`SecretsManagerTokenStoreBuilder::build`].
    pub fn from_client(client: &Client) -> Result<Self, Error> {
        Self::builder().build(client)
    }

    /// A store with defaults on a client from the environment.
    ///
    /// # Errors
    /// See [`SecretsManagerTokenStoreBuilder::build_from_env`].
    pub async fn from_env() -> Result<Self, Error> {
        Self::builder().build_from_env().await
    }

    /// What this store did since it was built; clones count together.
    pub fn stats(&self) -> Stats {
        let mut stats = self.inner.counters.snapshot();
        stats.hits = self.inner.cache.hits();
        stats
    }

    /// As [`TokenStore::find_token`].
    #[allow(missing_docs, reason = "documented at the trait")]
    pub async fn find_token(&self, query: &OAuthToken) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.find_token_with(query, Freshness::Cached).await
    }

    /// As [`TokenStore::find_token`], with a say in how recent the answer must be.
    pub async fn find_token_with(
        &self,
        query: &OAuthToken,
        freshness: Freshness,
    ) -> Result<Option<Arc<OAuthToken>>, Error> {
        let wanted = lookup(query, self.inner.own_client())
            .map_err(|error| error.with_operation("find_token"))?;
        if freshness == Freshness::Cached
            && let Some(token) = self.inner.hit(&wanted)
        {
            return Ok(Some(token));
        }
        // Boxed, so that the future of a hit stays small.
        Box::pin(self.inner.ask(query, &wanted, freshness))
            .await
            .map_err(|error| error.with_operation("find_token"))
    }

    /// As [`TokenStore::save_token`].
    pub async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        Box::pin(self.inner.save(token))
            .await
            .map_err(|error| error.with_operation("save_token"))
    }

    /// As [`TokenStore::delete_token`].
    pub async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        Box::pin(self.inner.delete(id))
            .await
            .map_err(|error| error.with_operation("delete_token"))
    }

    /// As [`TokenStore::get_tokens`]. Calls: one for every 20 tokens, one for every 20 index pages.
    pub async fn get_tokens(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
        Box::pin(self.inner.list())
            .await
            .map_err(|error| error.with_operation("get_tokens"))
    }

    /// As [`TokenStore::delete_tokens`].
    pub async fn delete_tokens(&self) -> Result<usize, Error> {
        Box::pin(self.inner.delete_all())
            .await
            .map_err(|error| error.with_operation("delete_tokens"))
    }

    /// As [`TokenStore::find_token_by_id`].
    pub async fn find_token_by_id(&self, id: &TokenId) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.find_token_by_id_with(id, Freshness::Cached).await
    }

    /// As [`TokenStore::find_token_by_id`], with a say in how recent the answer must be.
    pub async fn find_token_by_id_with(
        &self,
        id: &TokenId,
        freshness: Freshness,
    ) -> Result<Option<Arc<OAuthToken>>, Error> {
        let wanted = Lookup::Id(id);
        if freshness == Freshness::Cached
            && let Some(token) = self.inner.hit(&wanted)
        {
            return Ok(Some(token));
        }
        Box::pin(async {
            let query = OAuthToken::new().with_id(id.clone());
            if query.id().is_none() {
                return Ok(None);
            }
            self.inner.ask(&query, &wanted, freshness).await
        })
        .await
        .map_err(|error| error.with_operation("find_token_by_id"))
    }
}

#[async_trait]
impl TokenStore for SecretsManagerTokenStore {
    async fn find_token(&self, query: &OAuthToken) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.find_token(query).await
    }

    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        self.save_token(token).await
    }

    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        self.delete_token(id).await
    }

    async fn get_tokens(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
        self.get_tokens().await
    }

    async fn delete_tokens(&self) -> Result<usize, Error> {
        self.delete_tokens().await
    }

    async fn find_token_by_id(&self, id: &TokenId) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.find_token_by_id(id).await
    }
}
