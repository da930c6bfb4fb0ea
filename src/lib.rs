//! Keeps Zoho CRM OAuth tokens in AWS Secrets Manager, for programs without a local disk.

#![forbid(unsafe_code)]
#![allow(dead_code, reason = "the store on top of these layers follows")]

mod clock;
mod error;
mod index;
mod memory;
mod rules;
mod secret;
mod secrets;
#[cfg(feature = "simulator")]
pub mod simulator;
mod stats;
mod store;
mod timestamp;
mod token;
mod vault;

pub use clock::{Clock, SystemClock};
pub use error::{Error, ErrorKind, IncompleteListing};
pub use memory::MemoryTokenStore;
pub use secret::Secret;
pub use stats::{Stats, Verb};
pub use store::{Listing, SaveOutcome, Saved, TokenStore};
pub use timestamp::Timestamp;
pub use token::{OAuthToken, TokenId, UserSignature};
