//! Requests: credentials are nowhere but in the value of a token's secret.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_secretsmanager::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_secretsmanager::error::BoxError;
use libtest_mimic::Failed;
use serde_json::Value;
use zoho_token_store::TokenId;

use super::bird::Bird;
use super::walk::{self, Texts};
use crate::target::{Handle, Options, Service, Target};

/// What went out, ready to be searched: a request's head, and its body.
type Request = (String, Vec<u8>);

/// Keeps a copy of all requests.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Vec<Request>>>);

impl Intercept for Recorder {
    fn name(&self) -> &'static str {
        "Recorder"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let headers: Vec<String> = request
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let head = format!("{}\n{}", request.uri(), headers.join("\n"));
        let body = request
            .body()
            .bytes()
            .ok_or("a request whose body is a stream")?;
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push((head, body.to_vec()));
        Ok(())
    }
}

/// Records all requests of a walk and searches them.
pub async fn requests(target: Target) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let Some(service) = stage.service() else {
        return Err("there is no service behind this target".into());
    };
    let recorder = Recorder::default();
    let config = service.client().config().to_builder();
    let client = Client::from_conf(config.interceptor(recorder.clone()).build());
    let store = service.open_through(&client, Handle::First)?;
    walk::every_operation(&*store, &mut Texts::default()).await;

    let tokens = format!("{}/token/", service.prefix(Handle::First));
    let mut in_values = 0;
    let requests = recorder.0.lock().unwrap_or_else(PoisonError::into_inner);
    for (head, body) in requests.iter() {
        let mut body: Value = serde_json::from_slice(body)?;
        let name = body.get("SecretId").or_else(|| body.get("Name"));
        let is_token = name
            .and_then(Value::as_str)
            .is_some_and(|name| name.starts_with(&tokens));
        if let (true, Some(fields)) = (is_token, body.as_object_mut()) {
            let value = fields.remove("SecretString").unwrap_or_default();
            in_values += usize::from(Bird::found_in(&value.to_string()).is_some());
        }
        let rest = format!("{head}\n{body}");
        if let Some(bird) = Bird::found_in(&rest) {
            return Err(format!("{bird} shows in a request:\n{rest}").into());
        }
    }
    if in_values == 0 {
        return Err(format!("no credential in any of {} requests", requests.len()).into());
    }
    Ok(())
}

/// Breaks a token's secret by hand, with credentials in what is broken.
pub async fn tamper(service: &Service, id: &TokenId) -> Result<(), Failed> {
    let name = format!("{}/token/{id}", service.prefix(Handle::First));
    let broken = format!("{{\"schema\":1,\"access_token\":{:?},", Bird::ACCESS);
    let put = service.client().put_secret_value();
    put.secret_id(name).secret_string(broken).send().await?;
    Ok(())
}
