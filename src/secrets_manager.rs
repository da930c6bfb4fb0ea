//! The store on AWS Secrets Manager: one secret for each token.

mod builder;
mod bulk;
mod create;
mod delete;
mod diagnose;
mod find;
mod inner;
mod list;
mod pace;
mod repair;
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
use crate::{Diagnosis, Error, OAuthToken, Repair, Saved, Stats, TokenId, TokenStore};
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

    /// As [`TokenStore::delete_tokens`]. More than twenty go at fifty a second: what the service
    /// [permits](https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html) to
    /// an account and region.
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

    /// Looks for what crashes, hand edits, quotas and other programs have left behind. Writes nothing,
    /// and needs no quiet: others may work meanwhile.
    ///
    /// It lists the secrets whose names are this store's (IAM action `secretsmanager:ListSecrets` on
    /// `*`, which nothing else here needs), and reads all pages and records. A listing is up to five
    /// minutes late: a secret that it does not show yet is known from the index, one that it still
    /// shows is read before it is believed. Calls: one for every 100 secrets listed, and those of
    /// [`get_tokens`](Self::get_tokens); one for each secret whose tags differ; two for each broken page.
    ///
    /// ```
    /// # #[cfg(feature = "simulator")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), zoho_token_store::Error> {
    /// use zoho_token_store::simulator::Simulator;
    /// use zoho_token_store::{FindingKind, OAuthToken, SecretsManagerTokenStore};
    ///
    /// let simulator = Simulator::new();
    /// let store = SecretsManagerTokenStore::from_client(&simulator.client())?;
    /// let token = OAuthToken::new().with_id("7").with_access_token("1000.access");
    /// store.save_token(&token).await?;
    ///
    /// simulator.put_by_hand("zoho-token-store/index/00", "edited by hand");
    /// assert!(store.get_tokens().await.is_err());
    ///
    /// let diagnosis = store.diagnose().await?;
    /// assert_eq!(diagnosis.findings()[0].kind(), FindingKind::BrokenPage);
    /// for finding in diagnosis.findings() {
    ///     println!("{finding} ({:?})", finding.remedy());
    /// }
    ///
    /// let repair = store.repair(&diagnosis).await?;
    /// assert!(repair.is_complete());
    /// assert_eq!(store.get_tokens().await?.len(), 1);
    /// assert!(store.diagnose().await?.is_healthy());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "simulator"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// Those of reading. A record that cannot be read, other than for the moment, is a finding.
    pub async fn diagnose(&self) -> Result<Diagnosis, Error> {
        Box::pin(self.inner.diagnose())
            .await
            .map_err(|error| error.with_operation("diagnose"))
    }

    /// Puts right what a diagnosis proposes with [`Remedy::Repair`](crate::Remedy), as far as it is
    /// still so: everything is read again first.
    ///
    /// It changes index pages, by the same compare-and-swap as all other writes, and tags. It never
    /// deletes a secret or changes a record, it loses nothing of what others write meanwhile, and made
    /// again it finds nothing more to do.
    ///
    /// A broken page begins anew with the entries of its previous version, if that is a page, and
    /// those of all tokens that no other page names. Its broken text stays in Secrets Manager as the
    /// secret's previous version. An entry without a secret stays until two minutes after it was
    /// announced, and while its page was written too often.
    ///
    /// # Errors
    /// `InvalidInput` if the diagnosis is that of another prefix, else those of
    /// [`diagnose`](Self::diagnose). What cannot be written is no error, but [`Repair::left`].
    pub async fn repair(&self, diagnosis: &Diagnosis) -> Result<Repair, Error> {
        Box::pin(self.inner.repair(diagnosis))
            .await
            .map_err(|error| error.with_operation("repair"))
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
