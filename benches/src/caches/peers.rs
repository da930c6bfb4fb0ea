//! What ours is compared with.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use aws_secretsmanager_caching::SecretsManagerCachingClient;
use serde::Deserialize;
use zoho_token_store::OAuthToken;

use super::{Cache, TTL, length};
use crate::tokens;
use crate::wire::Wire;

/// AWS's own cache, read and left at that: a string of JSON.
pub struct Aws {
    client: SecretsManagerCachingClient,
    names: Vec<String>,
}

/// AWS's own cache, and what its user has to do to have a token.
pub struct AwsParsed(pub Aws);

/// A moka cache for async code.
pub struct MokaFuture {
    cache: moka::future::Cache<String, Arc<OAuthToken>>,
    ids: Vec<String>,
}

/// A moka cache for code with threads.
pub struct MokaSync {
    cache: moka::sync::Cache<String, Arc<OAuthToken>>,
    ids: Vec<String>,
}

/// The limit: a map that nobody writes to.
pub struct Map {
    map: HashMap<String, Arc<OAuthToken>>,
    ids: Vec<String>,
}

/// The record, as a program without the crate would declare it.
#[derive(Deserialize)]
#[allow(
    dead_code,
    reason = "one field is read; the others cost their parsing all the same"
)]
struct Record {
    id: String,
    user_name: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    refresh_token: Option<String>,
    access_token: Option<String>,
    grant_token: Option<String>,
    expiry_time: Option<String>,
    redirect_url: Option<String>,
    api_domain: Option<String>,
}

impl Aws {
    pub async fn filled(count: usize) -> Self {
        let wire = Wire::default();
        let size = NonZeroUsize::new(2 * count).expect("tokens");
        let client = SecretsManagerCachingClient::new(wire.client(), size, TTL, false);
        let name = |n| format!("zoho-token-store/token/{}", tokens::id(n));
        let filled = Self {
            client: client.expect("a client"),
            names: (0..count).map(name).collect(),
        };
        for n in 0..count {
            wire.choose(n);
            filled.text(n).await;
        }
        filled
    }

    async fn text(&self, n: usize) -> String {
        let read = self
            .client
            .get_secret_value(&self.names[n], None, None, false);
        read.await.expect("a hit").secret_string.expect("a text")
    }
}

impl MokaFuture {
    pub async fn filled(count: usize) -> Self {
        let builder = moka::future::Cache::builder().max_capacity(2 * count as u64);
        let cache = builder.time_to_live(TTL).build();
        for n in 0..count {
            cache
                .insert(tokens::id(n), Arc::new(tokens::token(n)))
                .await;
        }
        cache.run_pending_tasks().await;
        Self {
            cache,
            ids: ids(count),
        }
    }
}

impl MokaSync {
    pub fn filled(count: usize) -> Self {
        let builder = moka::sync::Cache::builder().max_capacity(2 * count as u64);
        let cache = builder.time_to_live(TTL).build();
        for n in 0..count {
            cache.insert(tokens::id(n), Arc::new(tokens::token(n)));
        }
        cache.run_pending_tasks();
        Self {
            cache,
            ids: ids(count),
        }
    }
}

impl Map {
    pub fn filled(count: usize) -> Self {
        let entry = |n| (tokens::id(n), Arc::new(tokens::token(n)));
        Self {
            map: (0..count).map(entry).collect(),
            ids: ids(count),
        }
    }
}

impl Cache for Aws {
    async fn hit(&self, n: usize) -> usize {
        self.text(n).await.len()
    }
}

impl Cache for AwsParsed {
    async fn hit(&self, n: usize) -> usize {
        let record: Record = serde_json::from_str(&self.0.text(n).await).expect("a record");
        record.access_token.expect("an access token").len()
    }
}

impl Cache for MokaFuture {
    async fn hit(&self, n: usize) -> usize {
        length(&self.cache.get(&self.ids[n]).await.expect("a hit"))
    }
}

impl Cache for MokaSync {
    async fn hit(&self, n: usize) -> usize {
        length(&self.cache.get(&self.ids[n]).expect("a hit"))
    }
}

impl Cache for Map {
    async fn hit(&self, n: usize) -> usize {
        let token = self.map.get(&self.ids[n]).expect("a hit").clone();
        length(&token)
    }
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(tokens::id).collect()
}
