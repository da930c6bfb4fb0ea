//! What this crate adds to an SDK client: timeouts, a call counter, one retry rule, and discretion.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::interceptors::{
    BeforeTransmitInterceptorContextRef, InterceptorContext,
};
use aws_sdk_secretsmanager::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_secretsmanager::error::BoxError;

use super::veil::{VeilBodies, VeilReplies};
use crate::stats::{Counters, Verb};

/// How long to wait for the service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    /// One attempt.
    pub(crate) attempt: Duration,
    /// One call with all its retries.
    pub(crate) operation: Duration,
}

/// `client` with this crate's additions. What its owner has configured stays.
pub(super) fn prepare(client: &Client, timeouts: Timeouts, counters: Arc<Counters>) -> Client {
    let config = client.config();
    let defaults = TimeoutConfig::builder()
        .connect_timeout(timeouts.connect)
        .operation_attempt_timeout(timeouts.attempt)
        .operation_timeout(timeouts.operation)
        .build();
    let mut merged = config
        .timeout_config()
        .cloned()
        .unwrap_or_else(|| defaults.clone());
    merged.take_defaults_from(&defaults);
    let mut prepared = config
        .to_builder()
        .timeout_config(merged)
        .retry_classifier(QuotaIsFinal)
        .interceptor(CountCalls(counters))
        .interceptor(VeilBodies);
    if let Some(own) = config.http_client() {
        prepared = prepared.http_client(VeilReplies(own));
    }
    Client::from_conf(prepared.build())
}

/// Counts every request sent, retries included.
#[derive(Debug)]
struct CountCalls(Arc<Counters>);

impl Intercept for CountCalls {
    fn name(&self) -> &'static str {
        "CountCalls"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context
            .request()
            .headers()
            .get("x-amz-target")
            .unwrap_or_default();
        if let Some(verb) = Verb::from_target(target) {
            self.0.count_call(verb);
        }
        Ok(())
    }
}

/// Keeps the SDK from retrying `LimitExceededException`, which it takes for throttling: the version
/// quota of a secret stays used up for hours.
#[derive(Debug)]
struct QuotaIsFinal;

impl ClassifyRetry for QuotaIsFinal {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(response) = context
            .response()
            .filter(|response| response.status().is_client_error())
        else {
            return RetryAction::NoActionIndicated;
        };
        let code = b"LimitExceededException";
        let body = response.body().bytes().unwrap_or_default();
        if body.windows(code.len()).any(|window| window == code) {
            return RetryAction::RetryForbidden;
        }
        RetryAction::NoActionIndicated
    }

    fn name(&self) -> &'static str {
        "QuotaIsFinal"
    }
}
