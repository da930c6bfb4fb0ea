//! Caches full of the same tokens, each read as its user would.

use std::future::Future;
use std::time::Duration;

use zoho_token_store::{CachePolicy, OAuthToken, SecretsManagerTokenStore, TokenId, TokenStore};

use crate::tokens;
use crate::wire::Wire;

#[cfg(feature = "peers")]
pub mod peers;

/// Longer than any measurement, so that nothing is read again.
const TTL: Duration = Duration::from_secs(24 * 3600);

/// A cache that has every token it will be asked for.
pub trait Cache: Send + Sync {
    /// Reads one token; gives the length of its access token, so that nothing is optimised away.
    fn hit(&self, n: usize) -> impl Future<Output = usize> + Send;
}

/// Ours, asked by id.
pub struct ById {
    store: SecretsManagerTokenStore,
    ids: Vec<TokenId>,
}

/// Ours, asked by another key.
pub struct ByKey {
    store: SecretsManagerTokenStore,
    queries: Vec<OAuthToken>,
}

/// Ours, asked by id through the trait.
pub struct ByTrait(pub ById);

impl ById {
    pub async fn filled(count: usize) -> Self {
        let ids = (0..count).map(|n| TokenId::from(tokens::id(n))).collect();
        let (store, wire) = store(count);
        let filled = Self { store, ids };
        for n in 0..count {
            wire.choose(n);
            filled.hit(n).await;
        }
        assert_all_hit(&filled.store, &filled, count).await;
        filled
    }
}

impl ByKey {
    pub async fn filled(count: usize, query: fn(usize) -> OAuthToken) -> Self {
        let queries = (0..count).map(query).collect();
        let (store, wire) = store(count);
        let filled = Self { store, queries };
        for n in 0..count {
            wire.choose(n);
            filled.hit(n).await;
        }
        assert_all_hit(&filled.store, &filled, count).await;
        filled
    }
}

impl Cache for ById {
    async fn hit(&self, n: usize) -> usize {
        let found = self.store.find_token_by_id(&self.ids[n]).await;
        length(found.expect("a hit").as_deref().expect("a token"))
    }
}

impl Cache for ByTrait {
    async fn hit(&self, n: usize) -> usize {
        let store: &dyn TokenStore = &self.0.store;
        let found = store.find_token_by_id(&self.0.ids[n]).await;
        length(found.expect("a hit").as_deref().expect("a token"))
    }
}

impl Cache for ByKey {
    async fn hit(&self, n: usize) -> usize {
        let found = self.store.find_token(&self.queries[n]).await;
        length(found.expect("a hit").as_deref().expect("a token"))
    }
}

fn store(count: usize) -> (SecretsManagerTokenStore, Wire) {
    let wire = Wire::default();
    // Twice the room: it is hits that are measured, not what goes when there is no room.
    let policy = CachePolicy::default()
        .with_ttl(TTL)
        .with_capacity(2 * count as u64);
    let store = SecretsManagerTokenStore::builder().cache(policy);
    (store.build(&wire.client()).expect("a store"), wire)
}

async fn assert_all_hit(store: &SecretsManagerTokenStore, cache: &impl Cache, count: usize) {
    let before = store.stats();
    for n in 0..count {
        cache.hit(n).await;
    }
    let since = store.stats().since(&before);
    assert_eq!((since.hits, since.total_calls()), (count as u64, 0));
}

fn length(token: &OAuthToken) -> usize {
    token.access_token().map_or(0, |token| token.expose().len())
}
