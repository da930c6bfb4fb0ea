//! What a store must hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::show::show_all;
use crate::rules::merge::merge;
use crate::{Error, ErrorKind, OAuthToken, TokenId};

/// The records that a store must hold, ordered by id.
#[derive(Default)]
pub(super) struct Picture {
    tokens: BTreeMap<TokenId, OAuthToken>,
    /// Records that cannot be read any more.
    damaged: BTreeSet<TokenId>,
}

impl Picture {
    pub(super) fn holds(&self, id: &TokenId) -> bool {
        self.tokens.contains_key(id)
    }

    pub(super) fn put(&mut self, token: OAuthToken) {
        let id = token.id().cloned().unwrap_or_else(|| "no id".into());
        self.tokens.insert(id, token);
    }

    /// Changes the fields that `part` sets.
    pub(super) fn overwrite(&mut self, part: &OAuthToken) {
        if let Some(token) = part.id().and_then(|id| self.tokens.get_mut(id)) {
            *token = merge(token, part);
        }
    }

    pub(super) fn damage(&mut self, id: &TokenId) {
        self.remove(id);
        self.damaged.insert(id.clone());
    }

    pub(super) fn remove(&mut self, id: &TokenId) {
        self.tokens.remove(id);
        self.damaged.remove(id);
    }

    pub(super) fn clear(&mut self) {
        self.tokens.clear();
        self.damaged.clear();
    }

    pub(super) fn readable(&self) -> Vec<OAuthToken> {
        self.tokens.values().cloned().collect()
    }

    /// How a listing differs from it, order included. Where records cannot be read it must be an
    /// error that names them and gives the others.
    pub(super) fn check(&self, listed: &Result<Vec<Arc<OAuthToken>>, Error>) -> Result<(), String> {
        let tokens = match listed {
            Ok(tokens) if self.damaged.is_empty() => tokens,
            Ok(tokens) => {
                return Err(format!(
                    "  get_tokens must fail, as {:?} cannot be read, but gives {}",
                    self.damaged,
                    show_all(tokens.iter().map(|token| &**token))
                ));
            }
            Err(error) => match error.listing() {
                Some(listing) if !self.damaged.is_empty() && error.kind() == ErrorKind::Corrupt => {
                    if !self
                        .damaged
                        .iter()
                        .eq(listing.failures.iter().map(|(id, _)| id))
                    {
                        return Err(format!(
                            "  get_tokens must name {:?} as unreadable, but says: {error:?}",
                            self.damaged
                        ));
                    }
                    &listing.tokens
                }
                _ => return Err(format!("  then get_tokens failed: {error:?}")),
            },
        };
        if self.tokens.values().eq(tokens.iter().map(|token| &**token)) {
            return Ok(());
        }
        let wanted = show_all(self.tokens.values());
        let listed = show_all(tokens.iter().map(|token| &**token));
        Err(format!(
            "  the store must hold {wanted}\n  but get_tokens gives {listed}"
        ))
    }
}
