//! How many tokens there are.

use zoho_token_store::{SecretsManagerTokenStore, Verb};

use crate::context::Context;
use crate::failure::Failure;

/// A count, and why it may be too low.
pub struct Count {
    pub tokens: u64,
    pub doubt: Option<Failure>,
}

/// Counts the tokens; those that cannot be read are there, and count.
pub async fn count(store: &SecretsManagerTokenStore, context: &Context) -> Result<Count, Failure> {
    let progress = context.console.progress("Counting tokens, requests", 0);
    let listing = progress
        .follow(store, Verb::BatchGetSecretValue, store.get_tokens())
        .await;
    let (tokens, doubt) = match listing {
        Ok(tokens) => (tokens.len(), None),
        Err(error) => match error.listing() {
            Some(part) => (part.tokens.len() + part.failures.len(), Some(error.into())),
            None => return Err(error.into()),
        },
    };
    Ok(Count {
        tokens: tokens as u64,
        doubt,
    })
}
