//! Keeps credentials out of the SDK's own log lines.
//!
//! At level TRACE the SDK logs each request and reply with `Debug`, which prints a body that is held in
//! memory, and not one that is a stream. So bodies are turned into streams of the very same bytes.
//! This is done where the bodies are, not where lines are filtered: it holds for every subscriber, for
//! the `log` crate, and for tasks that the SDK starts.

use aws_sdk_secretsmanager::config::interceptors::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_secretsmanager::config::{
    ConfigBag, HttpClient, Intercept, RuntimeComponents, SharedHttpClient,
};
use aws_sdk_secretsmanager::error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, SensitiveOutput};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_types::body::SdkBody;

/// Veils requests, and what the SDK has read of replies.
#[derive(Debug)]
pub(super) struct VeilBodies;

impl Intercept for VeilBodies {
    fn name(&self) -> &'static str {
        "VeilBodies"
    }

    /// Every reply is as confidential as the SDK knows `GetSecretValue`'s to be: a refusal may quote
    /// what was sent.
    fn read_before_serialization(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(SensitiveOutput);
        Ok(())
    }

    /// Once for all attempts: each of them sends a copy.
    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        veil(context.request_mut().body_mut());
        Ok(())
    }
}

/// Veils replies that an HTTP client holds in memory; those of the SDK's own client are streams.
#[derive(Debug)]
pub(super) struct VeilReplies(pub(super) SharedHttpClient);

impl HttpClient for VeilReplies {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(VeilConnector(self.0.http_connector(settings, components)))
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

#[derive(Debug)]
struct VeilConnector(SharedHttpConnector);

impl HttpConnector for VeilConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let reply = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let mut reply = reply.await?;
            veil(reply.body_mut());
            Ok(reply)
        })
    }
}

/// Makes a stream of a body. Signing, retries and the length are as before.
fn veil(body: &mut SdkBody) {
    let bare = std::mem::replace(body, SdkBody::taken());
    *body = bare.map_preserve_contents(SdkBody::from_body_1_x);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_veiled_body_differs_in_its_debug_only() {
        let mut body = SdkBody::from("1000.abc");
        assert!(
            format!("{body:?}").contains("1000.abc"),
            "no veil is needed"
        );
        veil(&mut body);
        let copy = body.try_clone();
        for body in [Some(body), copy.as_ref().and_then(SdkBody::try_clone), copy] {
            let body = body.expect("a retry needs a copy");
            assert!(!format!("{body:?}").contains("1000"), "{body:?}");
            assert_eq!(body.bytes(), Some(&b"1000.abc"[..]));
            assert_eq!(body.content_length(), Some(8));
        }
    }
}
