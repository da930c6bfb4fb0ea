//! What every command gets: the options, the ways out, and Ctrl-C.

use zoho_token_store::{Clock, SecretsManagerTokenStore, SystemClock, Timestamp};

use crate::args::Global;
use crate::failure::Failure;
use crate::output::Console;
use crate::stop::Stop;
use crate::store;

pub struct Context {
    pub global: Global,
    pub console: Console,
    pub stop: Stop,
}

impl Context {
    /// Opens the store that the options name. No request is made.
    pub async fn store(&self) -> Result<SecretsManagerTokenStore, Failure> {
        store::open(&self.global).await
    }

    pub fn now(&self) -> Timestamp {
        SystemClock::default().now()
    }
}
