//! What a store must hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use zoho_token_store::{OAuthToken, TokenId};

use super::show::show_all;

/// The records that a store must hold, ordered by id.
#[derive(Default)]
pub struct Picture(BTreeMap<TokenId, OAuthToken>);

impl Picture {
    pub fn holds(&self, id: &TokenId) -> bool {
        self.0.contains_key(id)
    }

    pub fn put(&mut self, token: OAuthToken) {
        let id = token.id().cloned().unwrap_or_else(|| "no id".into());
        self.0.insert(id, token);
    }

    pub fn remove(&mut self, id: &TokenId) {
        self.0.remove(id);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// How a listing differs from it, order included.
    pub fn differs(&self, listed: &[Arc<OAuthToken>]) -> Option<String> {
        let same = self.0.values().eq(listed.iter().map(|token| &**token));
        let wanted = show_all(self.0.values());
        let listed = show_all(listed.iter().map(|token| &**token));
        (!same).then(|| format!("  the store must hold {wanted}\n  but get_tokens gives {listed}"))
    }
}
