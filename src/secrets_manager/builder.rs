//! How a store is configured. Setters cannot fail; `build` checks everything.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_secretsmanager::Client;

use super::SecretsManagerTokenStore;
use super::inner::{Inner, Settings};
use crate::cache::{Cache, CachePolicy};
use crate::clock::{Clock, SystemClock};
use crate::connect::{self, Overrides};
use crate::error::{Error, ErrorKind};
use crate::index::Index;
use crate::rules::naming::Namespace;
use crate::rules::tags::{self, UserTag};
use crate::secrets::{Labels, Secrets, Timeouts};
use crate::stats::Counters;
use crate::vault::Vault;

/// The first part of every secret's name, unless another is given.
const DEFAULT_PREFIX: &str = "zoho-token-store";
/// The recovery windows that the service takes, in days.
const RECOVERY_DAYS: std::ops::RangeInclusive<u8> = 7..=30;

/// What becomes of a deleted token's secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DeletionPolicy {
    /// It is deleted for good at once. For about a minute its name cannot be used again.
    Immediate,
    /// It can be restored for so many days, 7 to 30. Saving the token again restores the secret, but
    /// none of the deleted fields: what was deleted is the secret's previous version, to which a person
    /// can move the label `AWSCURRENT` back. Costs one more request than `Immediate`.
    Recoverable {
        /// The recovery window in days.
        days: u8,
    },
}

impl Default for DeletionPolicy {
    fn default() -> Self {
        Self::Recoverable { days: 30 }
    }
}

impl DeletionPolicy {
    pub(super) fn recovery_days(self) -> Option<u8> {
        match self {
            Self::Immediate => None,
            Self::Recoverable { days } => Some(days),
        }
    }
}

/// What to do about a look-up by an access token that the index cannot answer.
///
/// Access tokens change hourly; the index has only those of records without client credentials.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum AccessTokenScan {
    /// Read all records, twenty per call.
    #[default]
    Allowed,
    /// Find nothing.
    Forbidden,
}

/// Configures a [`SecretsManagerTokenStore`].
///
/// ```no_run
/// # async fn example() -> Result<(), zoho_token_store::Error> {
/// use zoho_token_store::{DeletionPolicy, SecretsManagerTokenStore};
///
/// let store = SecretsManagerTokenStore::builder()
///     .prefix("crm/prod")
///     .client_id("1000.CLIENT")
///     .deletion(DeletionPolicy::Recoverable { days: 7 })
///     .build_from_env()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SecretsManagerTokenStoreBuilder {
    prefix: String,
    client_id: Option<String>,
    kms_key_id: Option<String>,
    deletion: DeletionPolicy,
    user_tag: UserTag,
    scan: AccessTokenScan,
    cache: CachePolicy,
    timeouts: Timeouts,
    clock: Arc<dyn Clock>,
    overrides: Overrides,
}

impl Default for SecretsManagerTokenStoreBuilder {
    fn default() -> Self {
        Self {
            prefix: DEFAULT_PREFIX.to_owned(),
            client_id: None,
            kms_key_id: None,
            deletion: DeletionPolicy::default(),
            user_tag: UserTag::default(),
            scan: AccessTokenScan::default(),
            cache: CachePolicy::default(),
            timeouts: Timeouts {
                connect: Duration::from_secs(2),
                attempt: Duration::from_secs(5),
                operation: Duration::from_secs(15),
            },
            clock: Arc::new(SystemClock),
            overrides: Overrides::default(),
        }
    }
}

impl SecretsManagerTokenStoreBuilder {
    /// The first part of every secret's name: the namespace of this store.
    ///
    /// 1 to 128 ASCII letters, digits and `/_+=.@-`, in segments separated by single slashes.
    /// Default: `zoho-token-store`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// The application's OAuth client id: what a token or query that names a user but no client means.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// The KMS key that encrypts new secrets: id, ARN or alias. Default: `aws/secretsmanager`.
    pub fn kms_key_id(mut self, key: impl Into<String>) -> Self {
        self.kms_key_id = Some(key.into()).filter(|key| !key.is_empty());
        self
    }

    /// What becomes of a deleted token's secret. Default: recoverable for 30 days.
    pub fn deletion(mut self, policy: DeletionPolicy) -> Self {
        self.deletion = policy;
        self
    }

    /// How secrets are tagged with their user. Default: plainly.
    pub fn user_tag(mut self, tag: UserTag) -> Self {
        self.user_tag = tag;
        self
    }

    /// Whether a look-up by access token may read all records. Default: it may.
    pub fn access_token_scan(mut self, scan: AccessTokenScan) -> Self {
        self.scan = scan;
        self
    }

    /// How long records are kept in memory, and how many.
    pub fn cache(mut self, policy: CachePolicy) -> Self {
        self.cache = policy;
        self
    }

    /// How long to wait for a connection. Default: 2 s. A client's own setting goes before it.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// How long to wait for one answer. Default: 5 s. A client's own setting goes before it.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.attempt = timeout;
        self
    }

    /// How long one request may take with all its retries. Default: 15 s. A client's own setting
    /// goes before it.
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.operation = timeout;
        self
    }

    /// The clock that decides what has expired. Default: the system's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The AWS region, for [`build_from_env`](Self::build_from_env). Default: that of the environment.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.overrides.region = Some(region.into());
        self
    }

    /// The AWS profile, for [`build_from_env`](Self::build_from_env). Default: that of the
    /// environment.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.overrides.profile = Some(profile.into());
        self
    }

    /// The URL of the service, for [`build_from_env`](Self::build_from_env). Default: that of the
    /// environment (`AWS_ENDPOINT_URL_SECRETS_MANAGER`, `AWS_ENDPOINT_URL`), else that of the region.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.overrides.endpoint_url = Some(url.into());
        self
    }

    /// A store on this SDK client.
    ///
    /// # Errors
    /// `Config` names the setting that cannot work. No request is made.
    pub fn build(self, client: &Client) -> Result<SecretsManagerTokenStore, Error> {
        let namespace = self.check()?;
        let counters = Arc::new(Counters::default());
        let secrets = Secrets::new(client, self.timeouts, counters.clone());
        let vault = Arc::new(Vault::new(secrets, self.clock.clone()));
        let labels = |kind: &str, description| Labels {
            description,
            kms_key_id: self.kms_key_id.clone(),
            tags: tags::common(&self.prefix, kind),
        };
        let index = Index::new(
            vault.clone(),
            namespace.clone(),
            labels(
                "index",
                "Index of Zoho OAuth tokens; written by zoho-token-store",
            ),
            self.clock.clone(),
        );
        let settings = Settings {
            namespace,
            own_client: self.client_id.map(Into::into),
            labels: labels("token", "Zoho OAuth token; written by zoho-token-store"),
            deletion: self.deletion,
            user_tag: self.user_tag,
            scan: self.scan,
        };
        let cache = Cache::new(self.cache);
        let inner = Inner::new(settings, vault, index, cache, self.clock, counters);
        Ok(SecretsManagerTokenStore {
            inner: Arc::new(inner),
        })
    }

    /// A store on a client from the environment: region, profile, credentials, role and
    /// `AWS_ENDPOINT_URL` work as in the AWS CLI. It makes up to 4 attempts at a request.
    ///
    /// # Errors
    /// `Config` names the setting that cannot work. Credentials are first used by the first request.
    pub async fn build_from_env(self) -> Result<SecretsManagerTokenStore, Error> {
        self.check()?;
        let client = connect::client(&self.overrides).await?;
        self.build(&client)
    }

    fn check(&self) -> Result<Namespace, Error> {
        let fault = |message: String| Err(Error::new(ErrorKind::Config, message));
        if let DeletionPolicy::Recoverable { days } = self.deletion
            && !RECOVERY_DAYS.contains(&days)
        {
            return fault(format!("a recovery window has 7 to 30 days, not {days}"));
        }
        for (name, timeout) in [
            ("connect", self.timeouts.connect),
            ("attempt", self.timeouts.attempt),
            ("operation", self.timeouts.operation),
        ] {
            if timeout.is_zero() {
                return fault(format!("the {name} timeout is zero"));
            }
        }
        if self.cache.ttl > CachePolicy::MAX_TTL || self.cache.stale > CachePolicy::MAX_TTL {
            return fault("a cache may keep records for 30 days at most".to_owned());
        }
        Namespace::new(&self.prefix)
    }
}
