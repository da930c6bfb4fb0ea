//! Animals that lose, invent or misplace what is saved.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::task::yield_now;
use zoho_token_store::{
    Error, MemoryTokenStore, OAuthToken, SaveOutcome, Saved, Timestamp, TokenId, TokenStore,
};

use super::animal::{Broken, animal, over};
use super::den::Den;

/// The stored record that a save means, as far as a look-up can tell.
async fn meant(den: &Den, token: &OAuthToken) -> Option<Arc<OAuthToken>> {
    let by_id = match token.id() {
        Some(id) => den.find_token_by_id(id).await.ok().flatten(),
        None => None,
    };
    if by_id.is_some() {
        return by_id;
    }
    let rest = over(&OAuthToken::new(), token);
    den.find_token(&rest).await.ok().flatten()
}

/// An id that no record has.
fn fresh_id() -> TokenId {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("copy-{}", NEXT.fetch_add(1, Ordering::Relaxed)).into()
}

animal!(LosesUpdates {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let Some(stored) = meant(&self.0, token).await else {
            return self.0.save_token(token).await;
        };
        let whole = over(&stored, token);
        yield_now().await;
        self.0.save_token(&whole).await
    }
});

animal!(SwallowsErrors {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let saved = self.0.save_token(token).await;
        saved.or_else(|_| Ok(Saved::updated(Arc::new(token.clone()))))
    }
});

animal!(DuplicatesOnResave {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let saved = self.0.save_token(token).await?;
        if saved.outcome == SaveOutcome::Unchanged && token.id().is_none() {
            let copy = OAuthToken::new().with_access_token("copy");
            let copy = over(&copy.with_id(fresh_id()), token).with_user(fresh_id().as_str());
            return self.0.annex.save_token(&copy).await;
        }
        Ok(saved)
    }
});

animal!(CreatesTwice {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let before = meant(&self.0, token).await;
        yield_now().await;
        let saved = self.0.save_token(token).await?;
        if before.is_none() && saved.outcome != SaveOutcome::Created {
            return self.0.annex.save_token(&token.clone().with_id(fresh_id())).await;
        }
        Ok(saved)
    }
});

animal!(BlanksAbsentFields {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let saved = self.0.save_token(token).await?;
        let (SaveOutcome::Updated, Some(id)) = (saved.outcome, saved.token.id()) else {
            return Ok(saved);
        };
        self.0.delete_token(id).await?;
        let whole = self.0.save_token(&token.clone().with_id(id.clone())).await?;
        Ok(Saved::updated(whole.token))
    }
});

animal!(ReusesIds {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        if token.id().is_some() || meant(&self.0, token).await.is_some() {
            return self.0.save_token(token).await;
        }
        let next = self.0.all().await?.len() + 1;
        let token = token.clone().with_id(next.to_string());
        self.0.save_token(&token).await
    }
});

animal!(GivesAnotherId {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let mut saved = self.0.save_token(token).await?;
        if token.id().is_none() {
            let other = OAuthToken::clone(&saved.token).with_id(fresh_id());
            saved.token = Arc::new(other);
        }
        Ok(saved)
    }
});

animal!(KeepsUnknownId {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let mut saved = self.0.save_token(token).await?;
        if let Some(id) = token.id() {
            saved.token = Arc::new(OAuthToken::clone(&saved.token).with_id(id.clone()));
        }
        Ok(saved)
    }
});

animal!(RoundsExpiry {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let Some(at) = token.expires_at() else {
            return self.0.save_token(token).await;
        };
        let seconds = Timestamp::from_millis(at.as_millis() / 1000 * 1000);
        self.0
            .save_token(&token.clone().with_expires_at(seconds))
            .await
    }
});

animal!(SaysUnchanged {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let saved = self.0.save_token(token).await?;
        Ok(match saved.outcome {
            SaveOutcome::Updated => Saved::unchanged(saved.token),
            _ => saved,
        })
    }
});

animal!(LosesEverySecondSave {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        // Told from other saves by what is saved, so that it is the same in every run.
        let is_second = token.expires_at() == Some(Timestamp::from_millis(5));
        match meant(&self.0, token).await {
            Some(stored) if is_second => Ok(Saved::updated(Arc::new(over(&stored, token)))),
            _ => self.0.save_token(token).await,
        }
    }
});

/// Writes where no other process looks.
#[derive(Debug)]
pub struct KeepsToItself(Den, MemoryTokenStore);

impl KeepsToItself {
    pub fn new(den: Den) -> Self {
        Self(den, MemoryTokenStore::new())
    }
}

#[async_trait]
impl Broken for KeepsToItself {
    fn den(&self) -> &Den {
        &self.0
    }
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        self.1.save_token(token).await
    }
    async fn find_token(&self, query: &OAuthToken) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.1.find_token(query).await
    }
    async fn find_token_by_id(&self, id: &TokenId) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.1.find_token_by_id(id).await
    }
    async fn get_tokens(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
        self.1.get_tokens().await
    }
    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        self.1.delete_token(id).await
    }
    async fn delete_tokens(&self) -> Result<usize, Error> {
        self.1.delete_tokens().await
    }
}
