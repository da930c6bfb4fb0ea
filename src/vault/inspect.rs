//! Looks at secrets that are not for look-ups: the doctor's.

use super::Vault;
use crate::error::Error;
use crate::secrets::{Listed, Particulars, Refusal, Value, Version};

impl Vault {
    /// Secrets by the beginnings of their names, up to five minutes late.
    pub(crate) async fn list(&self, starts: &[String]) -> Result<Vec<Listed>, Error> {
        let listed = self.secrets.list(starts).await;
        listed.map_err(|refusal| refusal.into_error("*"))
    }

    /// A secret without its value; `None` if there is none.
    pub(crate) async fn particulars(&self, name: &str) -> Result<Option<Particulars>, Error> {
        known(name, self.secrets.particulars(name).await)
    }

    /// The value at one version, current or not; `None` if it is gone.
    pub(crate) async fn value_at(
        &self,
        name: &str,
        version: &Version,
    ) -> Result<Option<Value>, Error> {
        known(name, self.secrets.value_at(name, version).await)
    }
}

fn known<T>(name: &str, answer: Result<T, Refusal>) -> Result<Option<T>, Error> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Refusal::Missing | Refusal::Scheduled) => Ok(None),
        Err(other) => Err(other.into_error(name)),
    }
}
