//! One invocation: an event names a user, and the answer tells what is known of the user's token.

use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::{Value, json};
use tracing::info;
use zoho_token_store::{
    Clock, Error, ErrorKind, OAuthToken, SecretsManagerTokenStore, SystemClock,
};

pub struct Handler {
    store: SecretsManagerTokenStore,
    clock: SystemClock,
}

impl Handler {
    pub fn new(store: SecretsManagerTokenStore) -> Self {
        let clock = SystemClock::default();
        Self { store, clock }
    }

    /// Answers `{"user": …}`, or `{"user": …, "client_id": …}` where a user has tokens of several
    /// clients.
    pub async fn answer(&self, event: LambdaEvent<Value>) -> Result<Value, Failure> {
        let query = query(&event.payload)?;
        let before = self.store.stats();
        let found = self.store.find_token(&query).await;
        let requests = self.store.stats().since(&before).total_calls();
        let Some(token) = found? else {
            info!(requests, "no token");
            return Ok(json!({ "found": false }));
        };
        info!(requests, "found a token");
        // A program would now call the CRM: at `api_domain`, with `token.access_token()`.
        Ok(self.tell(&token))
    }

    /// All but the credentials: an answer may be logged wherever it passes.
    fn tell(&self, token: &OAuthToken) -> Value {
        let now = self.clock.now();
        let left = token.expires_at().map(|at| {
            // Zero if it has expired.
            at.since(now).unwrap_or_default().as_secs()
        });
        json!({
            "found": true,
            "id": token.id().map(ToString::to_string),
            "user": token.user_name(),
            "api_domain": token.api_domain(),
            "expires_in_seconds": left,
        })
    }
}

fn query(event: &Value) -> Result<OAuthToken, Failure> {
    let text = |field| event.get(field).and_then(Value::as_str);
    let Some(user) = text("user") else {
        let message = "the event has no text in the field `user`";
        return Err(Error::new(ErrorKind::InvalidInput, message).into());
    };
    let query = OAuthToken::new().with_user(user);
    Ok(match text("client_id") {
        Some(client) => query.with_client_id(client),
        None => query,
    })
}

/// The store's error as Lambda reports it: the kind is the type, so that a caller can tell what may
/// be tried again. Neither part holds a credential.
#[derive(Debug)]
pub struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Failure> for Diagnostic {
    fn from(Failure(error): Failure) -> Self {
        Self {
            error_type: format!("{:?}", error.kind()),
            error_message: error.to_string(),
        }
    }
}
