//! What all animals share: whatever they do not break they leave to their den.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use zoho_token_store::{Error, OAuthToken, Saved, TokenId, TokenStore};

use super::den::Den;

/// A store whose methods are healthy unless they are overridden.
#[async_trait]
pub trait Broken: Debug + Send + Sync + 'static {
    fn den(&self) -> &Den;

    async fn find_token(&self, query: &OAuthToken) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.den().find_token(query).await
    }
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        self.den().save_token(token).await
    }
    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        self.den().delete_token(id).await
    }
    async fn get_tokens(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
        self.den().get_tokens().await
    }
    async fn delete_tokens(&self) -> Result<usize, Error> {
        self.den().delete_tokens().await
    }
    async fn find_token_by_id(&self, id: &TokenId) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.den().find_token_by_id(id).await
    }
}

/// Makes a store of an animal.
#[derive(Debug)]
pub struct Caged<A>(pub A);

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<A: Broken> TokenStore for Caged<A> {
    async fn find_token(&self, query: &OAuthToken) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.0.find_token(query).await
    }
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        self.0.save_token(token).await
    }
    async fn delete_token(&self, id: &TokenId) -> Result<bool, Error> {
        self.0.delete_token(id).await
    }
    async fn get_tokens(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
        self.0.get_tokens().await
    }
    async fn delete_tokens(&self) -> Result<usize, Error> {
        self.0.delete_tokens().await
    }
    async fn find_token_by_id(&self, id: &TokenId) -> Result<Option<Arc<OAuthToken>>, Error> {
        self.0.find_token_by_id(id).await
    }
}

/// An animal without a memory of its own.
macro_rules! animal {
    ($name:ident { $($methods:tt)* }) => {
        #[derive(Debug)]
        pub struct $name(pub Den);

        #[async_trait]
        impl Broken for $name {
            fn den(&self) -> &Den {
                &self.0
            }
            $($methods)*
        }
    };
}
pub(crate) use animal;

/// `stored` with the fields that `part` sets, as a whole token.
pub fn over(stored: &OAuthToken, part: &OAuthToken) -> OAuthToken {
    let mut whole = stored.clone();
    if let Some(name) = part.user_name() {
        whole = whole.with_user(name);
    }
    if let Some(id) = part.client_id() {
        whole = whole.with_client_id(id);
    }
    if let Some(secret) = part.client_secret() {
        whole = whole.with_client_secret(secret.clone());
    }
    if let Some(token) = part.refresh_token() {
        whole = whole.with_refresh_token(token.clone());
    }
    if let Some(token) = part.access_token() {
        whole = whole.with_access_token(token.clone());
    }
    if let Some(token) = part.grant_token() {
        whole = whole.with_grant_token(token.clone());
    }
    if let Some(at) = part.expires_at() {
        whole = whole.with_expires_at(at);
    }
    if let Some(url) = part.redirect_url() {
        whole = whole.with_redirect_url(url);
    }
    if let Some(url) = part.api_domain() {
        whole = whole.with_api_domain(url);
    }
    whole
}
