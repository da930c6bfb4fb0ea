//! Animals that remove too little or too much, or say so.

use async_trait::async_trait;
use zoho_token_store::{Error, TokenId, TokenStore};

use super::animal::{Broken, animal};
use super::den::Den;

animal!(CrossesNamespaces {
    async fn delete_tokens(&self) -> Result<usize, Error> {
        let own = self.0.delete_tokens().await?;
        for den in self.0.neighbours() {
            den.delete_tokens().await?;
        }
        Ok(own)
    }
});

animal!(SaysRemoved {
    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        self.0.delete_token(id).await?;
        Ok(true)
    }
});

animal!(DeletesNothing {
    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        Ok(self.0.find_token_by_id(id).await?.is_some())
    }
});

animal!(DeletesOnePage {
    async fn delete_tokens(&self) -> Result<usize, Error> {
        let page: Vec<_> = self.0.all().await?.into_iter().take(20).collect();
        for id in page.iter().filter_map(|token| token.id()) {
            self.0.delete_token(id).await?;
        }
        Ok(page.len())
    }
});
