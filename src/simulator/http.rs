//! The simulator in the place of the SDK's HTTP client.

use std::future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

use super::Core;
use super::service::Answer;
use super::time::sleep;

/// How long the service waits for the rest of a request whose sender stands still.
const PATIENCE: Duration = Duration::from_secs(20);

/// Carries requests to a simulator.
#[derive(Clone, Debug)]
pub(super) struct Wire(pub(super) Arc<Core>);

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
        let core = self.0.clone();
        HttpConnectorFuture::new(async move { carry(&core, &request).await })
    }
}

/// Takes effect half-way: a caller that gives up earlier changed nothing, one that gives up later
/// did. If the caller's process stands still before that, the service gives up on the connection.
async fn carry(core: &Core, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let body = request.body().bytes().unwrap_or_default();
    let latency = core.latency();
    let answer = match sleep(latency / 2).await {
        late if late > PATIENCE => Answer::Reset,
        _ => core.receive(target, body),
    };
    if matches!(answer, Answer::Nothing) {
        return future::pending().await;
    }
    sleep(latency - latency / 2).await;
    match answer {
        Answer::Json { status, body } => response(status, &body),
        Answer::Reset | Answer::Nothing => {
            let reset = io::Error::new(io::ErrorKind::ConnectionReset, "the connection was reset");
            Err(ConnectorError::io(reset.into()))
        }
    }
}

fn response(status: u16, body: &Value) -> Result<HttpResponse, ConnectorError> {
    let status = status
        .try_into()
        .map_err(|error| ConnectorError::other(Box::new(error), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(body.to_string()));
    let headers = response.headers_mut();
    headers.insert("content-type", "application/x-amz-json-1.1");
    if let Some(code) = body.get("__type").and_then(Value::as_str) {
        headers.insert("x-amzn-errortype", code.to_owned());
    }
    Ok(response)
}
