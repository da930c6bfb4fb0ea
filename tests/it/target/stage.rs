//! An empty place for one case.

use std::sync::Arc;

use async_trait::async_trait;
use libtest_mimic::Failed;
use zoho_token_store::testkit::{BoxError, Capabilities, Change, Harness, Opening};
use zoho_token_store::{MemoryTokenStore, TokenStore};

use super::{Handle, Service, Target};

/// Stores on one backend, under a prefix that nothing else uses.
pub struct Stage {
    target: Target,
    place: Place,
}

enum Place {
    Memory(Arc<MemoryTokenStore>),
    Service(Service),
}

impl Stage {
    pub fn of_memory(store: MemoryTokenStore) -> Self {
        Self {
            target: Target::Memory,
            place: Place::Memory(Arc::new(store)),
        }
    }

    pub fn of_service(target: Target, service: Service) -> Self {
        Self {
            target,
            place: Place::Service(service),
        }
    }

    /// Opens a store; each call is a process of its own, with its own cache, where there is one.
    pub fn open(&self, handle: Handle) -> Result<Arc<dyn TokenStore>, Failed> {
        match &self.place {
            Place::Memory(store) if handle.suffix().is_empty() => Ok(store.clone()),
            Place::Memory(_) => Err("a store in memory has no namespaces".into()),
            Place::Service(service) => service.open(handle),
        }
    }

    /// The service behind the stores, for a trial that looks or tampers there.
    pub fn service(&self) -> Option<&Service> {
        match &self.place {
            Place::Memory(_) => None,
            Place::Service(service) => Some(service),
        }
    }
}

#[async_trait]
impl Harness for Stage {
    fn capabilities(&self) -> Capabilities {
        self.target.capabilities()
    }

    /// The stage was set up for the case, with its client id.
    async fn open(&self, opening: &Opening) -> Result<Arc<dyn TokenStore>, BoxError> {
        let opened = Self::open(self, opening.handle);
        opened.map_err(|failed| failed.message().unwrap_or("it cannot be opened").into())
    }

    async fn change(&self, change: &Change) -> Result<(), BoxError> {
        match (&self.place, change) {
            (Place::Memory(store), Change::Remove(id)) => {
                store.delete_token(id).await?;
            }
            (Place::Service(service), Change::Remove(id)) => service.remove(id).await?,
            (Place::Service(service), Change::Damage(id, text)) => {
                service.overwrite(id, text).await?;
            }
            _ => return Err(format!("no way to make the change {change:?}").into()),
        }
        Ok(())
    }
}
