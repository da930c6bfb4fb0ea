//! One secret: its versions, and the labels that move between them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Timestamp;

use super::limits::MAX_LABELS;
use super::wire::Refused;

pub(super) const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
/// Versions younger than this are never removed.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// A value as it came over the wire. Has no `Debug`, so that nothing prints it.
#[derive(Eq, PartialEq)]
pub(super) enum Payload {
    Text(String),
    Base64(String),
}

#[derive(Clone)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) payload: Arc<Payload>,
    pub(super) labels: Vec<String>,
    pub(super) created: Timestamp,
}

#[derive(Clone)]
pub(super) struct Secret {
    pub(super) name: String,
    pub(super) arn: String,
    /// Its place among all secrets in order of creation.
    pub(super) number: u64,
    pub(super) description: Option<String>,
    pub(super) kms_key_id: Option<String>,
    pub(super) tags: Vec<(String, String)>,
    /// Oldest first.
    pub(super) versions: Vec<Version>,
    pub(super) created: Timestamp,
    pub(super) changed: Timestamp,
    /// When a scheduled deletion is due.
    pub(super) deleted_at: Option<Timestamp>,
}

impl Secret {
    pub(super) fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }

    pub(super) fn holder(&self, label: &str) -> Option<&Version> {
        let holds = |version: &&Version| version.labels.iter().any(|l| l == label);
        self.versions.iter().find(holds)
    }

    /// Adds a version with these labels, taken from whichever versions have them now.
    pub(super) fn add(
        &mut self,
        id: &str,
        payload: Arc<Payload>,
        labels: &[String],
        quota: usize,
        now: Timestamp,
    ) -> Result<(), Refused> {
        self.make_room(quota, now)?;
        let first = self.versions.is_empty();
        self.versions.push(Version {
            id: id.to_owned(),
            payload,
            labels: Vec::new(),
            created: now,
        });
        for label in labels {
            self.move_label(label, Some(id));
        }
        // A secret with a value always has a current one.
        if first {
            self.move_label(CURRENT, Some(id));
        }
        self.changed = now;
        if self.versions.iter().map(|v| v.labels.len()).sum::<usize>() > MAX_LABELS {
            return Err(Refused::new(
                "LimitExceededException",
                "A secret takes no more than 20 staging labels.",
            ));
        }
        Ok(())
    }

    /// Removes the oldest deprecated versions, as far as the quota asks and their age allows.
    fn make_room(&mut self, quota: usize, now: Timestamp) -> Result<(), Refused> {
        while self.versions.len() >= quota {
            let removable = |version: &Version| {
                let age = now.since(version.created).unwrap_or_default();
                version.labels.is_empty() && age >= KEPT
            };
            let Some(at) = self.versions.iter().position(removable) else {
                return Err(Refused::new(
                    "LimitExceededException",
                    "The secret has reached the maximum number of versions.",
                ));
            };
            self.versions.remove(at);
        }
        Ok(())
    }

    /// Moves a label, or takes it away. `AWSPREVIOUS` follows to where `AWSCURRENT` was.
    pub(super) fn move_label(&mut self, label: &str, to: Option<&str>) {
        let from = self.holder(label).map(|version| version.id.clone());
        if from.as_deref() == to {
            return;
        }
        for version in &mut self.versions {
            version.labels.retain(|l| l != label);
            if Some(version.id.as_str()) == to {
                version.labels.push(label.to_owned());
            }
        }
        if label == CURRENT && from.is_some() {
            self.move_label(PREVIOUS, from.as_deref());
        }
    }

    /// The members that name the secret in every answer.
    pub(super) fn identity(&self) -> Value {
        json!({ "ARN": self.arn, "Name": self.name })
    }

    /// Like [`identity`](Self::identity), with a version.
    pub(super) fn identity_at(&self, version: &str) -> Value {
        json!({ "ARN": self.arn, "Name": self.name, "VersionId": version })
    }

    pub(super) fn tags_json(&self) -> Value {
        let tags = self.tags.iter();
        tags.map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect()
    }

    /// Versions that carry a label, with their labels.
    pub(super) fn stages_json(&self) -> Value {
        let labelled = self.versions.iter().filter(|v| !v.labels.is_empty());
        labelled
            .map(|v| (v.id.clone(), json!(v.labels)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

/// An instant as the service writes it: seconds since the epoch.
pub(super) fn seconds(at: Timestamp) -> Value {
    #[allow(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
    let millis = at.as_millis() as f64;
    json!(millis / 1000.0)
}
