//! Animals whose listings are short or in disorder.

use std::sync::Arc;

use async_trait::async_trait;
use zoho_token_store::{Error, OAuthToken, TokenStore};

use super::animal::{Broken, animal};
use super::den::Den;

type Listed = Result<Vec<Arc<OAuthToken>>, Error>;

animal!(ListsTwenty {
    async fn get_tokens(&self) -> Listed {
        Ok(self.0.get_tokens().await?.into_iter().take(20).collect())
    }
});

animal!(ListsHundred {
    async fn get_tokens(&self) -> Listed {
        Ok(self.0.get_tokens().await?.into_iter().take(100).collect())
    }
});

animal!(ListsInDisorder {
    async fn get_tokens(&self) -> Listed {
        let mut tokens = self.0.get_tokens().await?;
        // As numbers are ordered: 9 before 10.
        tokens.sort_by_key(|token| token.id().map(|id| (id.as_str().len(), id.clone())));
        Ok(tokens)
    }
});

animal!(ListsReadableOnly {
    async fn get_tokens(&self) -> Listed {
        match self.0.get_tokens().await {
            Err(error) => Ok(error.listing().map(|l| l.tokens.clone()).unwrap_or_default()),
            listed => listed,
        }
    }
});
