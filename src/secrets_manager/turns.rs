//! One writer at a time for each record, in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::TokenId;

/// Writers of the same record wait for each other here, instead of meeting at the service. Only the
/// compare-and-swap there decides between processes.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<TokenId, Arc<AsyncMutex<()>>>>);

/// The right to write a record; ends when dropped.
#[must_use]
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    id: TokenId,
    held: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    pub(super) async fn take(&self, id: &TokenId) -> Turn<'_> {
        let lock = self.all().entry(id.clone()).or_default().clone();
        let mut turn = Turn {
            turns: self,
            id: id.clone(),
            held: None,
        };
        turn.held = Some(lock.lock_owned().await);
        turn
    }

    fn all(&self) -> MutexGuard<'_, HashMap<TokenId, Arc<AsyncMutex<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut all = self.turns.all();
        self.held = None;
        if all
            .get(&self.id)
            .is_some_and(|lock| Arc::strong_count(lock) == 1)
        {
            all.remove(&self.id);
        }
    }
}
