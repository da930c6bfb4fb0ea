//! The only file that calls the AWS SDK: typed verbs of Secrets Manager, and nothing else.

mod client;
pub(crate) mod fault;
mod list;
mod veil;

use std::sync::Arc;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::types::Tag;
use aws_smithy_types::DateTime;
use zeroize::{Zeroize as _, Zeroizing};

pub(crate) use client::Timeouts;
pub(crate) use fault::Refusal;
pub(crate) use list::{Listed, Particulars};

use crate::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::stats::{Counters, Verb};

/// The label of the version that counts. Always sent with reads: an emulator without it may answer
/// with an older version.
const CURRENT: &str = "AWSCURRENT";
/// The most ids that one `BatchGetSecretValue` takes.
pub(crate) const BATCH: usize = 20;

/// The id of one version of a secret; opaque, as other programs choose ids of their own.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Version(Arc<str>);

impl Version {
    pub(crate) fn new(id: &str) -> Self {
        Self(id.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The value of a secret at one version.
#[derive(Clone)]
pub(crate) struct Value {
    /// `None` if the secret holds bytes instead of text.
    pub(crate) text: Option<Arc<Zeroizing<String>>>,
    pub(crate) version: Version,
    /// When the service made this version, by its own clock; `None` if that is not known.
    pub(crate) made: Option<Timestamp>,
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Value")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A secret without its value.
pub(crate) struct Description {
    /// Versions that carry a label, with their labels.
    pub(crate) labelled: Vec<(Version, Vec<String>)>,
    pub(crate) scheduled_for_deletion: bool,
}

impl Description {
    /// The version labelled `AWSCURRENT`.
    pub(crate) fn current(&self) -> Option<&Version> {
        self.labelled
            .iter()
            .find(|(_, labels)| labels.iter().any(|l| l == CURRENT))
            .map(|(v, _)| v)
    }
}

/// What a new secret carries beside its value.
#[derive(Clone, Debug)]
pub(crate) struct Labels {
    pub(crate) description: &'static str,
    pub(crate) kms_key_id: Option<String>,
    pub(crate) tags: Vec<(&'static str, String)>,
}

/// Typed verbs of Secrets Manager.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    client: Client,
    counters: Arc<Counters>,
}

impl Secrets {
    /// Uses `client` with this crate's retry rule, call counter, and the timeouts it leaves unset.
    pub(crate) fn new(client: &Client, timeouts: Timeouts, counters: Arc<Counters>) -> Self {
        Self {
            client: client::prepare(client, timeouts, counters.clone()),
            counters,
        }
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The current value.
    pub(crate) async fn get(&self, name: &str) -> Result<Value, Refusal> {
        let call = self
            .client
            .get_secret_value()
            .secret_id(name)
            .version_stage(CURRENT);
        let reply = call
            .send()
            .await
            .map_err(|e| refusal(Verb::GetSecretValue, name, &e))?;
        value(
            name,
            reply.version_id,
            reply.secret_string,
            reply.created_date,
        )
    }

    /// Whether a version exists, and if so whether it is the current one.
    pub(crate) async fn version_is_current(
        &self,
        name: &str,
        version: &Version,
    ) -> Result<bool, Refusal> {
        let call = self
            .client
            .get_secret_value()
            .secret_id(name)
            .version_id(version.as_str());
        let mut reply = call
            .send()
            .await
            .map_err(|e| refusal(Verb::GetSecretValue, name, &e))?;
        // Of no interest here, and wiped all the same.
        reply.secret_string.zeroize();
        Ok(reply.version_stages().iter().any(|stage| stage == CURRENT))
    }

    /// The current values of up to [`BATCH`] secrets, each with its own outcome.
    pub(crate) async fn get_batch(
        &self,
        names: &[String],
    ) -> Result<Vec<Result<Value, Refusal>>, Refusal> {
        let verb = Verb::BatchGetSecretValue;
        let call = self
            .client
            .batch_get_secret_value()
            .set_secret_id_list(Some(names.to_vec()));
        let reply = call.send().await.map_err(|e| refusal(verb, "*", &e))?;
        let mut outcomes: Vec<Option<Result<Value, Refusal>>> =
            names.iter().map(|_| None).collect();
        let position = |name: Option<&str>| names.iter().position(|n| Some(n.as_str()) == name);
        for failed in reply.errors.unwrap_or_default() {
            if let Some(at) = position(failed.secret_id()) {
                let code = failed.error_code().unwrap_or_default();
                let message = failed.message().unwrap_or_default();
                // A batch needs the permission for this verb on each secret.
                let single = Verb::GetSecretValue;
                let refused = fault::classify(single, &names[at], code, message);
                outcomes[at] = Some(Err(refused));
            }
        }
        for found in reply.secret_values.unwrap_or_default() {
            if let Some(at) = position(found.name()) {
                let (id, text, made) = (found.version_id, found.secret_string, found.created_date);
                outcomes[at] = Some(value(&names[at], id, text, made));
            }
        }
        // A secret that the reply passes over is no reason for a short listing.
        let silent = |name: &String| Err(fault::unanswered(verb, name));
        Ok(outcomes
            .into_iter()
            .zip(names)
            .map(|(o, name)| o.unwrap_or_else(|| silent(name)))
            .collect())
    }

    /// Makes a secret that does not exist; `version` becomes the id of its first version.
    pub(crate) async fn create(
        &self,
        name: &str,
        text: &str,
        version: &Version,
        labels: &Labels,
    ) -> Result<(), Refusal> {
        let tags = labels
            .tags
            .iter()
            .map(|(k, v)| Tag::builder().key(*k).value(v).build());
        let call = self.client.create_secret().name(name).secret_string(text);
        let call = call
            .client_request_token(version.as_str())
            .description(labels.description);
        let call = call
            .set_kms_key_id(labels.kms_key_id.clone())
            .set_tags(Some(tags.collect()));
        call.send()
            .await
            .map_err(|e| refusal(Verb::CreateSecret, name, &e))?;
        Ok(())
    }

    /// Writes a value as the version with this id; tells whether that version is the current one.
    pub(crate) async fn put(
        &self,
        name: &str,
        text: &str,
        version: &Version,
    ) -> Result<bool, Refusal> {
        let call = self
            .client
            .put_secret_value()
            .secret_id(name)
            .secret_string(text);
        let call = call.client_request_token(version.as_str());
        let reply = call
            .send()
            .await
            .map_err(|e| refusal(Verb::PutSecretValue, name, &e))?;
        Ok(reply.version_stages().iter().any(|stage| stage == CURRENT))
    }

    pub(crate) async fn describe(&self, name: &str) -> Result<Description, Refusal> {
        let call = self.client.describe_secret().secret_id(name);
        let reply = call
            .send()
            .await
            .map_err(|e| refusal(Verb::DescribeSecret, name, &e))?;
        let labelled = reply.version_ids_to_stages.unwrap_or_default().into_iter();
        Ok(Description {
            labelled: labelled
                .map(|(id, labels)| (Version::new(&id), labels))
                .collect(),
            scheduled_for_deletion: reply.deleted_date.is_some(),
        })
    }

    /// Deletes now, or after `recovery_days` during which a restore brings the secret back.
    pub(crate) async fn delete(
        &self,
        name: &str,
        recovery_days: Option<u8>,
    ) -> Result<(), Refusal> {
        let call = self.client.delete_secret().secret_id(name);
        let call = match recovery_days {
            Some(days) => call.recovery_window_in_days(days.into()),
            None => call.force_delete_without_recovery(true),
        };
        call.send()
            .await
            .map_err(|e| refusal(Verb::DeleteSecret, name, &e))?;
        Ok(())
    }

    pub(crate) async fn restore(&self, name: &str) -> Result<(), Refusal> {
        let call = self.client.restore_secret().secret_id(name);
        call.send()
            .await
            .map_err(|e| refusal(Verb::RestoreSecret, name, &e))?;
        Ok(())
    }

    pub(crate) async fn tag(
        &self,
        name: &str,
        tags: &[(&'static str, String)],
    ) -> Result<(), Refusal> {
        let tags = tags
            .iter()
            .map(|(k, v)| Tag::builder().key(*k).value(v).build());
        let call = self
            .client
            .tag_resource()
            .secret_id(name)
            .set_tags(Some(tags.collect()));
        call.send()
            .await
            .map_err(|e| refusal(Verb::TagResource, name, &e))?;
        Ok(())
    }
}

fn value(
    name: &str,
    version: Option<String>,
    text: Option<String>,
    made: Option<DateTime>,
) -> Result<Value, Refusal> {
    let text = text.map(|text| Arc::new(Zeroizing::new(text)));
    let Some(version) = version else {
        return Err(fault::unanswered(Verb::GetSecretValue, name));
    };
    Ok(Value {
        text,
        version: Version::new(&version),
        made: made
            .and_then(|made| made.to_millis().ok())
            .map(Timestamp::from_millis),
    })
}

/// The refusal behind an SDK error. The SDK's own error goes no further: its `Debug` prints the reply.
fn refusal<E>(verb: Verb, name: &str, error: &SdkError<E>) -> Refusal
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match error {
        SdkError::ServiceError(context) => {
            let code = context.err().code().unwrap_or_default();
            let message = context.err().message().unwrap_or_default();
            let status = context.raw().status().as_u16();
            if code.is_empty() || status >= 500 && !fault::is_known(code) {
                return fault::by_status(verb, name, status);
            }
            fault::classify(verb, name, code, message)
        }
        SdkError::TimeoutError(_) => fault::unreachable(verb, name, "no answer in time", None),
        SdkError::DispatchFailure(failure) => {
            let cause = failure
                .as_connector_error()
                .map(|error| fault::causes(error));
            if failure.is_io() || failure.is_timeout() {
                return fault::unreachable(verb, name, "the service cannot be reached", cause);
            }
            fault::unusable(verb, name, cause)
        }
        SdkError::ConstructionFailure(_) => fault::unusable(verb, name, None),
        SdkError::ResponseError(response) => {
            fault::by_status(verb, name, response.raw().status().as_u16())
        }
        _ => Refusal::Other(Error::new(
            ErrorKind::Unexpected,
            format!("{verb} on {name} failed"),
        )),
    }
}
