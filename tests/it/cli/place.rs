//! Where a row runs: a service at a URL, and a namespace that nothing else uses.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Builder, Credentials, Region};
use libtest_mimic::Failed;
use zoho_token_store::{OAuthToken, SecretsManagerTokenStore};

use super::server::Server;
use crate::target::Target;

pub struct Place {
    pub url: String,
    pub prefix: String,
    /// Where the service is a simulator.
    pub server: Option<Server>,
    client: Client,
}

impl Place {
    pub async fn on(target: Target) -> Result<Self, Failed> {
        let server = match target {
            Target::Simulator => Some(Server::start().await?),
            _ => None,
        };
        let url = match &server {
            Some(server) => server.url.clone(),
            None => target.url()?,
        };
        let config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
            .endpoint_url(&url)
            // LocalStack fails requests during which another secret is made.
            .retry_config(RetryConfig::standard().with_max_attempts(10));
        Ok(Self {
            url,
            prefix: format!("it/{:016x}", fastrand::u64(..)),
            server,
            client: Client::from_conf(config.build()),
        })
    }

    /// A store in this process, below the prefix or one that goes on where it ends.
    pub fn store(&self, suffix: &str) -> Result<SecretsManagerTokenStore, Failed> {
        let prefix = format!("{}{suffix}", self.prefix);
        Ok(SecretsManagerTokenStore::builder()
            .prefix(prefix)
            .build(&self.client)?)
    }

    pub async fn save(&self, tokens: &[OAuthToken]) -> Result<(), Failed> {
        let store = self.store("")?;
        for token in tokens {
            store.save_token(token).await?;
        }
        Ok(())
    }

    /// How often each index page was written.
    pub async fn index_writes(&self) -> Result<Vec<usize>, Failed> {
        let mut writes = Vec::new();
        loop {
            let list = self.client.list_secret_version_ids();
            let page = format!("{}/index/{:02}", self.prefix, writes.len());
            match list.secret_id(page).include_deprecated(true).send().await {
                Ok(versions) => writes.push(versions.versions().len()),
                Err(_) => return Ok(writes),
            }
        }
    }

    /// Makes a secret something else, as a person in the console can.
    pub async fn edit(&self, secret: &str) -> Result<(), Failed> {
        let put = self.client.put_secret_value();
        let put = put.secret_id(format!("{}/{secret}", self.prefix));
        put.secret_string("edited by hand").send().await?;
        Ok(())
    }
}
