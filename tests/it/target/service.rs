//! Stores on Secrets Manager, real in all but the service.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Builder, Credentials, Region};
use libtest_mimic::Failed;
use zoho_token_store::testkit::BoxError;
use zoho_token_store::{Clock, DeletionPolicy, SecretsManagerTokenStore, TokenId, TokenStore};

use super::{Handle, Options};

/// A service, and the prefix under which one trial has it to itself.
pub struct Service {
    client: Client,
    clock: Option<Arc<dyn Clock>>,
    prefix: String,
    options: Options,
    url: Option<String>,
}

impl Service {
    /// A simulator of its own, in virtual time.
    #[cfg(feature = "simulator")]
    pub fn simulator(options: Options) -> Result<Self, String> {
        let simulator = zoho_token_store::simulator::Simulator::new();
        Ok(Self::new(
            simulator.client(),
            Some(simulator.clock()),
            options,
        ))
    }

    /// A simulator of its own, in virtual time.
    #[cfg(not(feature = "simulator"))]
    pub fn simulator(_: Options) -> Result<Self, String> {
        Err("it needs the feature: `cargo test --features simulator`, or `make test`".into())
    }

    /// The emulator at this URL.
    pub fn emulator(url: &str, options: Options) -> Self {
        let config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
            .endpoint_url(url)
            // LocalStack fails a batch during which another trial makes a secret ("dictionary changed
            // size during iteration"); the default of 3 attempts is too few for many at once.
            .retry_config(RetryConfig::standard().with_max_attempts(10))
            // It takes turns, so many trials at once wait for each other: seconds are no failure here.
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(Duration::from_secs(30))
                    .operation_timeout(Duration::from_secs(100))
                    .build(),
            )
            .build();
        Self {
            url: Some(url.to_owned()),
            ..Self::new(Client::from_conf(config), None, options)
        }
    }

    fn new(client: Client, clock: Option<Arc<dyn Clock>>, options: Options) -> Self {
        // Random, because emulators outlive the tests.
        let prefix = format!("it/{:016x}", fastrand::u64(..));
        Self {
            client,
            clock,
            prefix,
            options,
            url: None,
        }
    }

    /// Opens a store; each call is a process of its own.
    pub fn open(&self, handle: Handle) -> Result<Arc<dyn TokenStore>, Failed> {
        self.open_through(&self.client, handle)
    }

    /// Opens a store that uses this client, which may be [`client`](Self::client) with changes.
    pub fn open_through(
        &self,
        client: &Client,
        handle: Handle,
    ) -> Result<Arc<dyn TokenStore>, Failed> {
        let mut builder = SecretsManagerTokenStore::builder()
            .prefix(self.prefix(handle))
            .deletion(DeletionPolicy::Immediate);
        if let Some(client_id) = self.options.client_id {
            builder = builder.client_id(client_id);
        }
        if let Some(clock) = &self.clock {
            builder = builder.clock(clock.clone());
        }
        Ok(Arc::new(builder.build(client)?))
    }

    /// Removes a token's secret for good, behind the stores' back.
    pub async fn remove(&self, id: &TokenId) -> Result<(), BoxError> {
        let request = self.client.delete_secret().secret_id(self.secret(id));
        request.force_delete_without_recovery(true).send().await?;
        Ok(())
    }

    /// Writes another text into a token's secret, behind the stores' back.
    pub async fn overwrite(&self, id: &TokenId, text: &str) -> Result<(), BoxError> {
        let request = self.client.put_secret_value().secret_id(self.secret(id));
        request.secret_string(text).send().await?;
        Ok(())
    }

    fn secret(&self, id: &TokenId) -> String {
        format!("{}/token/{id}", self.prefix(Handle::First))
    }

    /// For a trial that looks or tampers behind the store's back.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Where other processes reach it, if they can.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The prefix of the secrets of this handle's store.
    pub fn prefix(&self, handle: Handle) -> String {
        format!("{}{}", self.prefix, handle.suffix())
    }
}
