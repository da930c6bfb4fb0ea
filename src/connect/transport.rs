//! The SDK's HTTP client, except that the system's root certificates are read for the first request
//! over TLS.
//!
//! The SDK reads them when a client is configured, and parses them again for each client and for its
//! first request: most of what a short-lived program does before it has its first token.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{
    RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_types::config_bag::ConfigBag;
use hyper_util::client::proxy::matcher::Matcher;

/// An HTTP client; clones share their connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Transport(Arc<Mutex<Vec<(Kind, SharedHttpConnector)>>>);

/// What connections have in common that are kept together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Kind {
    trust: Trust,
    connect_timeout: Option<Duration>,
    read_timeout: Option<Duration>,
}

/// Whose certificates are accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Trust {
    /// Nobody's: the connection has no TLS.
    Nobody,
    System,
}

/// Makes the connection once it is known where to.
#[derive(Debug)]
struct OnDemand {
    transport: Transport,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpClient for Transport {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(OnDemand {
            transport: self.clone(),
            settings: settings.clone(),
            components: components.clone(),
        })
    }

    /// The SDK's own client reads the root certificates here.
    fn validate_base_client_config(
        &self,
        _components: &RuntimeComponentsBuilder,
        _config: &ConfigBag,
    ) -> Result<(), BoxError> {
        Ok(())
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("hyper", Some(Cow::Borrowed("1.x"))))
    }
}

impl HttpConnector for OnDemand {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match self.connector(trust(request.uri(), &Matcher::from_env())) {
            Ok(connector) => connector.call(request),
            Err(error) => HttpConnectorFuture::ready(Err(ConnectorError::user(error))),
        }
    }
}

impl OnDemand {
    fn connector(&self, trust: Trust) -> Result<SharedHttpConnector, BoxError> {
        let kind = Kind {
            trust,
            connect_timeout: self.settings.connect_timeout(),
            read_timeout: self.settings.read_timeout(),
        };
        let mut made = self
            .transport
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((_, connector)) = made.iter().find(|(made, _)| *made == kind) {
            return Ok(connector.clone());
        }
        let roots = match trust {
            Trust::Nobody => TrustStore::empty(),
            Trust::System => TrustStore::default(),
        };
        let mut builder = Connector::builder()
            .connector_settings(self.settings.clone())
            .proxy_config(ProxyConfig::from_env())
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(TlsContext::builder().with_trust_store(roots).build()?);
        builder.set_sleep_impl(self.components.sleep_impl());
        let connector = SharedHttpConnector::new(builder.build());
        made.push((kind, connector.clone()));
        Ok(connector)
    }
}

/// Whom a connection for this request must trust. A proxy may take TLS where the service does not.
fn trust(uri: &str, proxies: &Matcher) -> Trust {
    let is_direct = |uri| proxies.intercept(&uri).is_none();
    if uri.starts_with("http://") && uri.parse().is_ok_and(is_direct) {
        Trust::Nobody
    } else {
        Trust::System
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_read_where_there_may_be_tls() {
        let proxied = |proxy| Matcher::builder().http(proxy).no("localhost").build();
        for (uri, proxy, expected) in [
            (
                "https://secretsmanager.eu-west-1.amazonaws.com/",
                "",
                Trust::System,
            ),
            ("http://127.0.0.1:4566/", "", Trust::Nobody),
            ("http://emulator:4566/", "https://proxy:3128", Trust::System),
            ("http://emulator:4566/", "http://proxy:3128", Trust::System),
            (
                "http://localhost:4566/",
                "https://proxy:3128",
                Trust::Nobody,
            ),
            ("HTTPS://service/", "", Trust::System),
            ("http:// /", "", Trust::System),
        ] {
            assert_eq!(
                trust(uri, &proxied(proxy)),
                expected,
                "{uri} by way of {proxy:?}"
            );
        }
    }
}
