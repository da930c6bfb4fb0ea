//! Animals that cannot keep a secret, or whose errors cannot be read.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use zoho_token_store::{Error, OAuthToken, Saved, Secret, TokenStore};

use super::animal::{Broken, animal};
use super::den::Den;

type Found = Result<Option<Arc<OAuthToken>>, Error>;

fn credential(token: &OAuthToken) -> String {
    let credentials = [token.refresh_token(), token.access_token()];
    let exposed = credentials.into_iter().flatten().map(Secret::expose);
    exposed.collect::<Vec<_>>().join(" ")
}

/// Declares an animal that shows in `Debug` what it saved last.
macro_rules! showing {
    ($name:ident, $show:expr) => {
        pub struct $name(Den, Mutex<String>);

        impl $name {
            pub fn new(den: Den) -> Self {
                Self(den, Mutex::default())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let last = self.1.lock().unwrap_or_else(PoisonError::into_inner);
                let show: fn(&str) -> String = $show;
                f.write_str(&show(&last))
            }
        }

        #[async_trait]
        impl Broken for $name {
            fn den(&self) -> &Den {
                &self.0
            }
            async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
                *self.1.lock().unwrap_or_else(PoisonError::into_inner) = credential(token);
                self.0.save_token(token).await
            }
        }
    };
}

showing!(PrintsTokens, |last| format!("last saved: {last}"));
showing!(PrintsBytes, |last| format!("{:?}", last.as_bytes()));

animal!(QuotesInErrors {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        let quoted = |error: Error| {
            let message = format!("no token for {}", credential(query));
            Error::new(error.kind(), message).with_operation("find_token")
        };
        self.0.find_token(query).await.map_err(quoted)
    }
});

animal!(QuotesInCauses {
    async fn save_token(&self, token: &OAuthToken) -> Result<Saved, Error> {
        let saved = self.0.save_token(token).await;
        saved.map_err(|error| error.with_source(std::io::Error::other(credential(token))))
    }
});

animal!(RamblesInErrors {
    async fn find_token(&self, query: &OAuthToken) -> Found {
        let found = self.0.find_token(query).await;
        found.map_err(|error| {
            let message = format!("{error}\nand that in several lines");
            Error::new(error.kind(), message).with_operation("find_token")
        })
    }
});
