//! Animals that find the wrong record, or none.

use std::sync::Arc;

use async_trait::async_trait;
use zoho_token_store::{Error, ErrorKind, OAuthToken, TokenId, TokenStore};

use super::animal::{Broken, animal};
use super::den::Den;

type Found = Result<Option<Arc<OAuthToken>>, Error>;

/// The first record whose user is right by another measure.
async fn by_user(den: &Den, query: &OAuthToken, is_like: fn(&str, &str) -> bool) -> Found {
    let Some(wanted) = query.user_name().filter(|_| query.id().is_none()) else {
        return Ok(None);
    };
    let all = den.all().await?;
    let like =
        |token: &&Arc<OAuthToken>| token.user_name().is_some_and(|name| is_like(name, wanted));
    Ok(all.iter().find(like).cloned())
}

animal!(ForgetsSecondKey {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        let by_other_key = query.id().is_none() && query.user_name().is_none();
        let found = self.0.find_token(query).await?;
        Ok(found.filter(|token| !by_other_key || token.user_name().is_none()))
    }
});

animal!(MatchesByPrefix {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        match self.0.find_token(query).await? {
            None => by_user(&self.0, query, |name, wanted| name.starts_with(wanted)).await,
            found => Ok(found),
        }
    }
});

animal!(IgnoresCase {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        match self.0.find_token(query).await? {
            None => by_user(&self.0, query, str::eq_ignore_ascii_case).await,
            found => Ok(found),
        }
    }
});

animal!(TrimsBlanks {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        match self.0.find_token(query).await? {
            None => by_user(&self.0, query, |name, wanted| name == wanted.trim()).await,
            found => Ok(found),
        }
    }
});

animal!(IgnoresClient {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        match self.0.find_token(query).await? {
            None => by_user(&self.0, query, |name, wanted| name == wanted).await,
            found => Ok(found),
        }
    }
});

animal!(GivesAnyRecord {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        match self.0.find_token(query).await {
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                Ok(self.0.all().await?.first().cloned())
            }
            found => found,
        }
    }
});

animal!(Guesses {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        match self.0.find_token(query).await {
            Err(error) if error.kind() == ErrorKind::Ambiguous => {
                by_user(&self.0, query, |name, wanted| name == wanted).await
            }
            found => found,
        }
    }
});

animal!(FallsThrough {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        let found = self.0.find_token(query).await?;
        let (None, Some(refresh), Some(id), Some(secret)) = (
            &found,
            query.refresh_token(),
            query.client_id(),
            query.client_secret(),
        ) else {
            return Ok(found);
        };
        let rest = OAuthToken::new().with_client(id, secret.clone());
        self.0
            .find_token(&rest.with_refresh_token(refresh.clone()))
            .await
    }
});

animal!(MasksStored {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        let found = self.0.find_token(query).await?;
        let mask = |token: Arc<OAuthToken>| match query.access_token() {
            Some(own) => Arc::new(OAuthToken::clone(&token).with_access_token(own.clone())),
            None => token,
        };
        Ok(found.map(mask))
    }
});

animal!(RaisesOnMiss {
    async fn find_token_by_id(&self, id: &TokenId) -> Found {
        let found = self.0.find_token_by_id(id).await?;
        let missing = || Error::new(ErrorKind::InvalidInput, "there is no such token");
        found.map(Some).ok_or_else(missing)
    }
});

animal!(HidesExpired {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        let found = self.0.find_token(query).await?;
        Ok(found.filter(|token| token.expires_at().is_none_or(|at| at.as_millis() > 1_000_000)))
    }
});

animal!(MissesUnreadable {
    async fn find_token_by_id(&self, id: &TokenId) -> Found {
        match self.0.find_token_by_id(id).await {
            Err(error) if error.kind() == ErrorKind::Corrupt => Ok(None),
            found => found,
        }
    }
});
