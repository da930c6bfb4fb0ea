//! Animals that believe what they remember.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use zoho_token_store::{Error, OAuthToken, SaveOutcome, Saved, TokenId, TokenStore};

use super::animal::{Broken, over};
use super::den::Den;

type Found = Result<Option<Arc<OAuthToken>>, Error>;

/// Declares an animal that remembers something.
macro_rules! remembering {
    ($name:ident($memory:ty) { $($methods:tt)* }) => {
        #[derive(Debug)]
        pub struct $name(Den, Mutex<$memory>);

        impl $name {
            pub fn new(den: Den) -> Self {
                Self(den, Mutex::default())
            }

            fn memory(&self) -> MutexGuard<'_, $memory> {
                self.1.lock().unwrap_or_else(PoisonError::into_inner)
            }
        }

        #[async_trait]
        impl Broken for $name {
            fn den(&self) -> &Den {
                &self.0
            }
            $($methods)*
        }
    };
}

type ByUser = BTreeMap<String, Arc<OAuthToken>>;

fn user_of(query: &OAuthToken) -> String {
    query.user_name().unwrap_or_default().to_owned()
}

remembering!(ServesAfterDelete(ByUser) {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        let found = self.0.find_token(query).await?;
        let (None, Some(_)) = (&found, query.user_name()) else {
            self.memory().extend(found.clone().map(|token| (user_of(query), token)));
            return Ok(found);
        };
        Ok(self.memory().get(&user_of(query)).cloned())
    }
});

remembering!(ServesAfterDeletingAll(ByUser) {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        let found = self.0.find_token(query).await?;
        if found.is_none() && query.id().is_none() && query.client_id().is_none() {
            return Ok(self.memory().get(&user_of(query)).cloned());
        }
        self.memory().extend(found.clone().map(|token| (user_of(query), token)));
        Ok(found)
    }
    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        self.memory().clear();
        self.0.delete_token(id).await
    }
});

remembering!(RemembersMisses(Vec<String>) {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        let missed = user_of(query);
        if !missed.is_empty() && self.memory().contains(&missed) {
            return Ok(None);
        }
        let found = self.0.find_token(query).await?;
        if found.is_none() {
            self.memory().push(missed);
        }
        Ok(found)
    }
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        self.memory().clear();
        self.0.save_token(token).await
    }
});

remembering!(SavesFromCache(BTreeMap<TokenId, Arc<OAuthToken>>) {
    async fn find_token_by_id(&self, id: &TokenId) -> Found {
        let found = self.0.find_token_by_id(id).await?;
        self.memory().extend(found.clone().map(|token| (id.clone(), token)));
        Ok(found)
    }
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let named = |old: &&Arc<OAuthToken>| {
            token.id() == old.id() || (token.id().is_none() && token.user_name() == old.user_name())
        };
        let base = self.memory().values().find(named).cloned();
        let whole = base.map_or_else(|| token.clone(), |old| over(&old, token));
        let saved = self.0.save_token(&whole).await?;
        self.memory().clear();
        Ok(saved)
    }
});

remembering!(ListsFromCache(Option<Vec<Arc<OAuthToken>>>) {
    async fn get_tokens(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
        let cached = self.memory().clone();
        if let Some(listed) = cached {
            return Ok(listed);
        }
        let listed = self.0.get_tokens().await?;
        *self.memory() = Some(listed.clone());
        Ok(listed)
    }
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        self.memory().take();
        self.0.save_token(token).await
    }
    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        self.memory().take();
        self.0.delete_token(id).await
    }
    async fn delete_tokens(&self) -> Result<usize, Error> {
        self.memory().take();
        self.0.delete_tokens().await
    }
});

remembering!(AnswersToOldNames(BTreeMap<String, TokenId>) {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        let found = self.0.find_token(query).await?;
        let old = self.memory().get(&user_of(query)).cloned();
        match (found, old) {
            (None, Some(id)) => self.0.find_token_by_id(&id).await,
            (found, _) => Ok(found),
        }
    }
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let before = match token.id() {
            Some(id) => self.0.find_token_by_id(id).await?,
            None => None,
        };
        let saved = self.0.save_token(token).await?;
        let old_name = before.as_deref().and_then(OAuthToken::user_name);
        if let (SaveOutcome::Updated, Some(name), Some(id)) = (saved.outcome, old_name, token.id()) {
            self.memory().insert(name.to_owned(), id.clone());
        }
        Ok(saved)
    }
});
