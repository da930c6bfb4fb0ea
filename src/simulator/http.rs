//! The simulator in the place of the SDK's HTTP client, or behind a server of the caller's own.

use std::fmt;
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

use super::service::Answer;
use super::time::sleep;
use super::{Core, Simulator};

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

/// An answer of the service, as it goes over the wire.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// For the header `X-Amzn-ErrorType`, if the answer is an error.
    pub error: Option<String>,
    /// JSON, secret values included.
    pub body: String,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl Simulator {
    /// Answers one request, for a server that lets other processes use the simulator.
    ///
    /// `target` is the request's header `X-Amz-Target`; signatures are not looked at. `None`: the
    /// connection breaks.
    pub async fn answer(&self, target: &str, body: &[u8]) -> Option<Response> {
        answer(&self.0, target, body).await
    }
}

async fn carry(core: &Core, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let body = request.body().bytes().unwrap_or_default();
    match answer(core, target, body).await {
        Some(answer) => http_response(answer),
        None => {
            let reset = io::Error::new(io::ErrorKind::ConnectionReset, "the connection was reset");
            Err(ConnectorError::io(reset.into()))
        }
    }
}

/// Takes effect half-way: a caller that gives up earlier changed nothing, one that gives up later
/// did. If the caller's process stands still before that, the service gives up on the connection.
async fn answer(core: &Core, target: &str, body: &[u8]) -> Option<Response> {
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
        Answer::Json { status, body } => Some(Response {
            status,
            error: body
                .get("__type")
                .and_then(Value::as_str)
                .map(str::to_owned),
            body: body.to_string(),
        }),
        Answer::Reset | Answer::Nothing => None,
    }
}

fn http_response(answer: Response) -> Result<HttpResponse, ConnectorError> {
    let status = answer.status.try_into();
    let status = status.map_err(|error| ConnectorError::other(Box::new(error), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    let headers = response.headers_mut();
    headers.insert("content-type", "application/x-amz-json-1.1");
    if let Some(code) = answer.error {
        headers.insert("x-amzn-errortype", code);
    }
    Ok(response)
}
