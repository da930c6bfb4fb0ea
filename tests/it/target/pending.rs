//! Stands in for `service.rs` until the Secrets Manager store exists.

use std::sync::Arc;

use libtest_mimic::Failed;
use zoho_token_store::TokenStore;

use super::{Handle, Options};

const PENDING: &str = "the Secrets Manager store is not there yet";

/// What cannot be made yet.
pub enum Service {}

impl Service {
    pub fn simulator(_: Options) -> Result<Self, String> {
        Err(PENDING.into())
    }

    pub fn accept(_: String) -> Result<String, String> {
        Err(PENDING.into())
    }

    pub fn emulator(_: &str, _: Options) -> Self {
        unreachable!("{PENDING}")
    }

    pub fn open(&self, _: Handle) -> Result<Arc<dyn TokenStore>, Failed> {
        match *self {}
    }
}
