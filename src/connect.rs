//! A client from the environment, as AWS users expect it. The only file that uses aws-config.

mod transport;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_secretsmanager::Client;

use crate::error::{Error, ErrorKind};
use transport::Transport;

/// Attempts at one request, the first included.
const ATTEMPTS: u32 = 4;

/// What goes before the environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) region: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) endpoint_url: Option<String>,
}

/// A client with the region, credentials and endpoint that the AWS CLI would use.
pub(crate) async fn client(overrides: &Overrides) -> Result<Client, Error> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(Transport::default())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    if let Some(region) = &overrides.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &overrides.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &overrides.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let config = loader.load().await;
    if config.region().is_none() {
        let message = "no AWS region: set AWS_REGION, or the region of the profile";
        return Err(Error::new(ErrorKind::Config, message));
    }
    Ok(Client::new(&config))
}
