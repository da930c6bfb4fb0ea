//! The conformance suite as another crate uses it: a harness, and one macro call.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use zoho_token_store::testkit::{BoxError, Capabilities, Capability, Change, Harness, Opening};
use zoho_token_store::{MemoryTokenStore, TokenStore};

/// A memory; its stores are the same one, opened again.
#[derive(Default)]
struct Memory(OnceLock<Arc<MemoryTokenStore>>);

#[async_trait]
impl Harness for Memory {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new()
            .with(Capability::AtomicWrites)
            .with(Capability::ClientId)
            .with(Capability::Processes)
            .with(Capability::Removal)
            .with(Capability::SecretSize)
            .with(Capability::Wording)
    }

    async fn open(&self, opening: &Opening) -> Result<Arc<dyn TokenStore>, BoxError> {
        let client_id = opening.client_id.unwrap_or_default();
        let new = || Arc::new(MemoryTokenStore::new().with_client_id(client_id));
        Ok(self.0.get_or_init(new).clone())
    }

    async fn change(&self, change: &Change) -> Result<(), BoxError> {
        let store = self.0.get().ok_or("no store is open")?;
        let Change::Remove(id) = change else {
            return Err(format!("a memory cannot make the change {change:?}").into());
        };
        store.delete_token(id).await?;
        Ok(())
    }
}

zoho_token_store::token_store_tests!(Memory::default);
