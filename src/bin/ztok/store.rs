//! Opening the store that the options and the environment name.

use zoho_token_store::{DeletionPolicy, SecretsManagerTokenStore, SecretsManagerTokenStoreBuilder};

use crate::args::{Global, UserTag};
use crate::failure::Failure;

/// A store with the defaults of the library.
pub async fn open(global: &Global) -> Result<SecretsManagerTokenStore, Failure> {
    build(builder(global)).await
}

/// A store with this deletion policy.
pub async fn open_deleting(
    global: &Global,
    deletion: DeletionPolicy,
) -> Result<SecretsManagerTokenStore, Failure> {
    build(builder(global).deletion(deletion)).await
}

async fn build(
    builder: SecretsManagerTokenStoreBuilder,
) -> Result<SecretsManagerTokenStore, Failure> {
    // Boxed, because finding credentials makes a large future.
    Ok(Box::pin(builder.build_from_env()).await?)
}

/// A store to be configured further.
pub fn builder(global: &Global) -> SecretsManagerTokenStoreBuilder {
    let mut builder = SecretsManagerTokenStore::builder()
        .prefix(&global.prefix)
        .user_tag(match global.user_tag {
            UserTag::Plain => zoho_token_store::UserTag::Plain,
            UserTag::Digest => zoho_token_store::UserTag::Digest,
        });
    if let Some(region) = &global.region {
        builder = builder.region(region);
    }
    if let Some(profile) = &global.profile {
        builder = builder.profile(profile);
    }
    if let Some(url) = &global.endpoint_url {
        builder = builder.endpoint_url(url);
    }
    if let Some(key) = &global.kms_key_id {
        builder = builder.kms_key_id(key);
    }
    builder
}
