//! A service that has whatever it is asked for, to fill caches with 100,000 tokens in little time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_secretsmanager::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use zoho_token_store::simulator::Simulator;

use crate::tokens;

/// Answers each `GetSecretValue` with the token that was chosen last, under the name asked for.
#[derive(Clone, Debug, Default)]
pub struct Wire(Arc<AtomicUsize>);

impl Wire {
    /// Which token the next answers tell of.
    pub fn choose(&self, n: usize) {
        self.0.store(n, Ordering::Relaxed);
    }

    pub fn client(&self) -> Client {
        let config = Simulator::new().config().http_client(self.clone());
        Client::from_conf(config.build())
    }

    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let body = request.body().bytes().unwrap_or_default();
        let asked: Value = serde_json::from_slice(body).unwrap_or_default();
        let name = asked["SecretId"].as_str().unwrap_or_default();
        let id = name.rsplit('/').next().unwrap_or_default();
        let answer = json!({
            "ARN": format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-abcdef"),
            "Name": name,
            "VersionId": "01234567890123456789012345678901",
            "SecretString": tokens::record(self.0.load(Ordering::Relaxed), id),
            "VersionStages": ["AWSCURRENT"],
            "CreatedDate": 1_798_761_600,
        });
        let status = 200
            .try_into()
            .map_err(|error| ConnectorError::other(Box::new(error), None))?;
        Ok(HttpResponse::new(status, SdkBody::from(answer.to_string())))
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.answer(&request))
    }
}
