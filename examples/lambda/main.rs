//! An AWS Lambda function that looks up a user's token. Building, deploying and trying it: README.md.
//!
//! The store is built once, while the environment starts; every invocation uses it and its cache.

mod handler;
mod logs;

use std::env;
use std::time::Duration;

use lambda_runtime::service_fn;
use zoho_token_store::{SecretsManagerTokenStore, SecretsManagerTokenStoreBuilder};

use handler::Handler;

/// The longest that one request to Secrets Manager takes with its retries. An invocation seldom makes
/// more than three in a row, and should answer before its own time is over.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(4);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    logs::start();
    // Boxed, because finding credentials makes a large future.
    let store = Box::pin(configured().build_from_env()).await?;
    let handler = Handler::new(store);
    lambda_runtime::run(service_fn(|event| handler.answer(event))).await
}

/// The variables are those of the command `ztok`.
fn configured() -> SecretsManagerTokenStoreBuilder {
    let builder = SecretsManagerTokenStore::builder().operation_timeout(REQUEST_TIMEOUT);
    match env::var("ZTOK_PREFIX") {
        Ok(prefix) => builder.prefix(prefix),
        Err(_) => builder,
    }
}
