//! Saves a token and finds it again, in the AWS account that the environment names.

use zoho_token_store::{Error, OAuthToken, SecretsManagerTokenStore};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let store = SecretsManagerTokenStore::from_env().await?;

    let alice = OAuthToken::new()
        .with_user("alice@example.com")
        .with_client("1000.CLIENT", "client-secret");
    let granted = alice.clone().with_refresh_token("1000.refresh");
    let saved = store.save_token(&granted).await?;
    println!("{:?} {:?}", saved.outcome, saved.token); // credentials do not show

    let found = store.find_token(&alice).await?;
    assert_eq!(found, Some(saved.token));
    Ok(())
}
