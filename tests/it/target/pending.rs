//! Stands in for `service.rs` until the Secrets Manager store exists.

use std::sync::Arc;

use aws_sdk_secretsmanager::Client;
use libtest_mimic::Failed;
use zoho_token_store::TokenStore;

use super::{Handle, Options};

const PENDING: &str = "the Secrets Manager store is not there yet";

/// What cannot be made yet.
pub struct Service;

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

    pub fn open_through(&self, _: &Client, _: Handle) -> Result<Arc<dyn TokenStore>, Failed> {
        unreachable!("{PENDING}")
    }

    pub fn client(&self) -> &Client {
        unreachable!("{PENDING}")
    }

    pub fn prefix(&self, _: Handle) -> String {
        unreachable!("{PENDING}")
    }

    pub fn open(&self, _: Handle) -> Result<Arc<dyn TokenStore>, Failed> {
        unreachable!("{PENDING}")
    }
}
