//! The actions on a secret as a whole: describe, tag, delete, restore.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::actions::Call;
use super::limits;
use super::secret::seconds;
use super::state::State;
use super::wire::{Refused, Reply};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const DEFAULT_WINDOW: u32 = 30;

impl Call<'_> {
    pub(super) fn describe_secret(self) -> Reply {
        let id = limits::secret_id(self.fields)?;
        let secret = self.state.read(id, self.now)?;
        let mut reply = json!({
            "ARN": secret.arn,
            "Name": secret.name,
            "CreatedDate": seconds(secret.created),
            "LastChangedDate": seconds(secret.changed),
            "VersionIdsToStages": secret.stages_json(),
        });
        for (field, value) in [
            ("Description", secret.description.as_ref()),
            ("KmsKeyId", secret.kms_key_id.as_ref()),
        ] {
            if let Some(value) = value {
                reply[field] = json!(value);
            }
        }
        if !secret.tags.is_empty() {
            reply["Tags"] = secret.tags_json();
        }
        if let Some(at) = secret.deleted_at {
            reply["DeletedDate"] = seconds(at);
        }
        Ok(reply)
    }

    pub(super) fn delete_secret(self) -> Reply {
        let id = limits::secret_id(self.fields)?;
        let window = self.fields.number("RecoveryWindowInDays")?;
        if !self.fields.flag("ForceDeleteWithoutRecovery")? {
            return self.schedule(id, window);
        }
        if window.is_some() {
            return Err(Refused::parameter(
                "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
            ));
        }
        // Forced deletion is idempotent: a secret that does not exist is no error.
        let mut reply = json!({ "ARN": State::arn_of_nothing(id), "Name": id });
        if let Some(secret) = self.state.newest(id, self.now) {
            reply = secret.identity();
            let delay = self.state.settings.deletion_delay;
            self.state.remove(&secret.name, delay, self.now);
        }
        reply["DeletionDate"] = seconds(self.now);
        Ok(reply)
    }

    fn schedule(self, id: &str, window: Option<i64>) -> Reply {
        let days = window.map_or(Ok(DEFAULT_WINDOW), u32::try_from);
        let Some(days) = days.ok().filter(|days| (7..=30).contains(days)) else {
            return Err(Refused::parameter(
                "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
            ));
        };
        let secret = self.state.newest(id, self.now);
        let secret = secret.ok_or_else(Refused::missing)?;
        if secret.deleted_at.is_some() {
            return Err(Refused::request(
                "You can't perform this operation on the secret because it was already scheduled for deletion.",
            ));
        }
        let due = self.now.saturating_add(DAY * days);
        let mut secret = Arc::unwrap_or_clone(secret);
        secret.deleted_at = Some(due);
        let mut reply = secret.identity();
        reply["DeletionDate"] = seconds(due);
        self.state.store(secret, self.now);
        Ok(reply)
    }

    pub(super) fn restore_secret(self) -> Reply {
        let id = limits::secret_id(self.fields)?;
        let secret = self.state.newest(id, self.now);
        let mut secret = Arc::unwrap_or_clone(secret.ok_or_else(Refused::missing)?);
        secret.deleted_at = None;
        let reply = secret.identity();
        self.state.store(secret, self.now);
        Ok(reply)
    }

    pub(super) fn tag_resource(self) -> Reply {
        let id = limits::secret_id(self.fields)?;
        let secret = self.state.writable(id, self.now)?;
        let mut secret = Arc::unwrap_or_clone(secret);
        secret.tags = limits::tags(self.fields, &secret.tags)?;
        self.state.store(secret, self.now);
        Ok(nothing())
    }

    pub(super) fn untag_resource(self) -> Reply {
        let id = limits::secret_id(self.fields)?;
        let keys = self.fields.texts("TagKeys")?.unwrap_or_default();
        let secret = self.state.writable(id, self.now)?;
        let mut secret = Arc::unwrap_or_clone(secret);
        secret.tags.retain(|(key, _)| !keys.contains(&key.as_str()));
        self.state.store(secret, self.now);
        Ok(nothing())
    }
}

fn nothing() -> Value {
    json!({})
}
