//! The account as it is, and changes made behind everyone's back.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::Timestamp;

use super::Simulator;
use super::secret::{CURRENT, Payload, Secret};

/// A secret as it is, without lag.
///
/// Its `Debug` leaves out the value.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct SecretSnapshot {
    /// The name.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// Tags, in the order in which they were set.
    pub tags: Vec<(String, String)>,
    /// The id of the KMS key, if one was named.
    pub kms_key_id: Option<String>,
    /// The current value; `None` if there is none, or if it is not text.
    pub value: Option<String>,
    /// The id of the current version.
    pub version_id: Option<String>,
    /// How many versions there are, those without a label included.
    pub versions: usize,
    /// When the secret will be gone, if it is scheduled for deletion.
    pub deleted_at: Option<Timestamp>,
}

impl fmt::Debug for SecretSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretSnapshot")
            .field("name", &self.name)
            .field("version_id", &self.version_id)
            .field("versions", &self.versions)
            .field("deleted_at", &self.deleted_at)
            .finish_non_exhaustive()
    }
}

impl SecretSnapshot {
    fn of(secret: &Secret) -> Self {
        let current = secret.holder(CURRENT);
        let text = |payload: &Payload| match payload {
            Payload::Text(text) => Some(text.clone()),
            Payload::Base64(_) => None,
        };
        Self {
            name: secret.name.clone(),
            description: secret.description.clone(),
            tags: secret.tags.clone(),
            kms_key_id: secret.kms_key_id.clone(),
            value: current.and_then(|version| text(&version.payload)),
            version_id: current.map(|version| version.id.clone()),
            versions: secret.versions.len(),
            deleted_at: secret.deleted_at,
        }
    }
}

impl Simulator {
    /// All secrets as they are, those scheduled for deletion included, in the order of their names.
    pub fn secrets(&self) -> Vec<SecretSnapshot> {
        let secrets = self.0.lock().state.all(self.now());
        secrets.iter().map(|s| SecretSnapshot::of(s)).collect()
    }

    /// One secret as it is.
    pub fn secret(&self, name: &str) -> Option<SecretSnapshot> {
        let secret = self.0.lock().state.newest(name, self.now())?;
        Some(SecretSnapshot::of(&secret))
    }

    /// Sets a value as a person in the console does: past faults, permissions and quotas, under a
    /// version id of its own. Makes or restores the secret where needed.
    pub fn put_by_hand(&self, name: &str, text: &str) {
        let now = self.now();
        let state = &mut self.0.lock().state;
        let secret = match state.newest(name, now) {
            Some(secret) => Some(Arc::unwrap_or_clone(secret)),
            None => {
                state.remove(name, Duration::ZERO, now);
                state.blank(name, now).ok()
            }
        };
        let Some(mut secret) = secret else { return };
        secret.deleted_at = None;
        let id = format!("{:032x}", state.rng().u128(..));
        let payload = Arc::new(Payload::Text(text.to_owned()));
        let current = [CURRENT.to_owned()];
        // Fails only where labels run out, of which this adds none but to a new secret.
        let _ = secret.add(&id, payload, &current, usize::MAX, now);
        state.store(secret, now);
    }

    /// Removes a secret at once, with no recovery and no delay.
    pub fn remove_by_hand(&self, name: &str) {
        let now = self.now();
        self.0.lock().state.remove(name, Duration::ZERO, now);
    }
}
