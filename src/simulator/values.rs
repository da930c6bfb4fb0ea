//! The actions on values: create, read, write, and move a label.

use std::sync::Arc;

use serde_json::{Value, json};

use super::actions::Call;
use super::limits;
use super::secret::{CURRENT, Payload, Secret, Version, seconds};
use super::state::name_scheduled;
use super::wire::{Refused, Reply};

impl Call<'_> {
    pub(super) fn create_secret(self) -> Reply {
        let name = limits::name(self.fields)?;
        let token = limits::token(self.fields)?;
        let payload = limits::payload(self.fields)?;
        let description = limits::description(self.fields)?.map(str::to_owned);
        let kms_key_id = self.fields.text("KmsKeyId")?.map(str::to_owned);
        let tags = limits::tags(self.fields, &[])?;
        if let Some(old) = self.state.newest(name, self.now) {
            if old.deleted_at.is_some() {
                return Err(name_scheduled());
            }
            let same = |version: &Version| Some(&version.payload) == payload.as_ref();
            if old.version(token).is_some_and(same) {
                return Ok(old.identity_at(token));
            }
            return Err(Refused::new(
                "ResourceExistsException",
                format!("The operation failed because the secret {name} already exists."),
            ));
        }
        let mut secret = self.state.blank(name, self.now)?;
        (secret.description, secret.kms_key_id) = (description, kms_key_id);
        secret.tags = tags;
        let reply = match payload {
            None => secret.identity(),
            Some(payload) => {
                secret.add(token, payload, &[], usize::MAX, self.now)?;
                secret.identity_at(token)
            }
        };
        self.state.store(secret, self.now);
        Ok(reply)
    }

    pub(super) fn get_secret_value(self) -> Reply {
        let id = limits::secret_id(self.fields)?;
        let version = self.fields.text("VersionId")?;
        let stage = self.fields.text("VersionStage")?;
        let secret = self.state.read(id, self.now)?;
        value_of(&secret, version, stage)
    }

    pub(super) fn put_secret_value(self) -> Reply {
        let id = limits::secret_id(self.fields)?;
        let token = limits::token(self.fields)?;
        let Some(payload) = limits::payload(self.fields)? else {
            return Err(Refused::request(
                "You must provide either SecretString or SecretBinary.",
            ));
        };
        let labels = limits::labels(self.fields)?;
        let secret = self.state.writable(id, self.now)?;
        if let Some(version) = secret.version(token) {
            if version.payload != payload {
                return Err(token_in_use(&secret, token));
            }
            return Ok(put_reply(&secret, version));
        }
        let labels = labels.unwrap_or_else(|| vec![CURRENT.to_owned()]);
        let mut secret = Arc::unwrap_or_clone(secret);
        let quota = self.state.settings.version_quota;
        secret.add(token, payload, &labels, quota, self.now)?;
        let reply = secret.version(token).map(|v| put_reply(&secret, v));
        self.state.store(secret, self.now);
        Ok(reply.unwrap_or_default())
    }

    pub(super) fn update_secret(self) -> Reply {
        let id = limits::secret_id(self.fields)?;
        let token = limits::token(self.fields)?;
        let payload = limits::payload(self.fields)?;
        let description = limits::description(self.fields)?;
        let kms_key_id = self.fields.text("KmsKeyId")?;
        let mut secret = Arc::unwrap_or_clone(self.state.writable(id, self.now)?);
        if let Some(description) = description {
            secret.description = Some(description.to_owned());
        }
        if let Some(key) = kms_key_id {
            secret.kms_key_id = Some(key.to_owned());
        }
        let mut reply = secret.identity();
        if let Some(payload) = payload {
            // Unlike PutSecretValue, even the same value is refused under a token in use.
            if secret.version(token).is_some() {
                return Err(token_in_use(&secret, token));
            }
            let labels = [CURRENT.to_owned()];
            let quota = self.state.settings.version_quota;
            secret.add(token, payload, &labels, quota, self.now)?;
            reply = secret.identity_at(token);
        }
        secret.changed = self.now;
        self.state.store(secret, self.now);
        Ok(reply)
    }

    pub(super) fn update_secret_version_stage(self) -> Reply {
        let id = limits::secret_id(self.fields)?;
        let label = self.fields.required("VersionStage")?;
        let to = self.fields.text("MoveToVersionId")?;
        let from = self.fields.text("RemoveFromVersionId")?;
        let secret = self.state.writable(id, self.now)?;
        let holder = secret.holder(label).map(|version| version.id.as_str());
        for version in [to, from].into_iter().flatten() {
            if secret.version(version).is_none() {
                return Err(Refused::missing_value(&format!("VersionId: {version}")));
            }
        }
        match (holder, from, to) {
            (_, None, None) => {
                return Err(Refused::parameter(
                    "You must provide MoveToVersionId, RemoveFromVersionId, or both.",
                ));
            }
            (Some(_), Some(_), None) if label == CURRENT => {
                return Err(Refused::parameter(
                    "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
                ));
            }
            (Some(holder), None, Some(to)) if holder != to => {
                return Err(Refused::parameter(format!(
                    "The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to version {holder}, so you must explicitly reference that version in RemoveFromVersionId."
                )));
            }
            (holder, Some(from), _) if holder != Some(from) => {
                return Err(Refused::parameter(format!(
                    "The parameter RemoveFromVersionId must be set to the version that currently has the staging label {label}."
                )));
            }
            _ => {}
        }
        let mut secret = Arc::unwrap_or_clone(secret);
        secret.move_label(label, to);
        secret.changed = self.now;
        let reply = secret.identity();
        self.state.store(secret, self.now);
        Ok(reply)
    }
}

fn put_reply(secret: &Secret, version: &Version) -> Value {
    json!({
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": version.id,
        "VersionStages": version.labels,
    })
}

fn token_in_use(secret: &Secret, token: &str) -> Refused {
    let arn = &secret.arn;
    Refused::new(
        "ResourceExistsException",
        format!(
            "You can't use ClientRequestToken {token} because that value is already in use for a version of secret {arn}."
        ),
    )
}

/// The answer of `GetSecretValue`, and an entry of `BatchGetSecretValue`.
pub(super) fn value_of(secret: &Secret, version: Option<&str>, stage: Option<&str>) -> Reply {
    if secret.deleted_at.is_some() {
        return Err(Refused::marked_for_deletion());
    }
    let version = match (version, stage) {
        (Some(id), stage) => {
            let version = secret.version(id);
            let version =
                version.ok_or_else(|| Refused::missing_value(&format!("VersionId: {id}")))?;
            if stage.is_some_and(|stage| !version.labels.iter().any(|l| l == stage)) {
                return Err(Refused::request(
                    "You provided a VersionStage that is not associated to the provided VersionId.",
                ));
            }
            version
        }
        (None, stage) => {
            let stage = stage.unwrap_or(CURRENT);
            let version = secret.holder(stage);
            version.ok_or_else(|| Refused::missing_value(&format!("staging label: {stage}")))?
        }
    };
    let (field, value) = match &*version.payload {
        Payload::Text(text) => ("SecretString", text),
        Payload::Base64(bytes) => ("SecretBinary", bytes),
    };
    Ok(json!({
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": version.id,
        field: value,
        "VersionStages": version.labels,
        "CreatedDate": seconds(version.created),
    }))
}
