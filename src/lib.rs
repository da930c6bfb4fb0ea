//! Keeps Zoho CRM OAuth tokens in AWS Secrets Manager, for programs without a local disk.

#![forbid(unsafe_code)]
#![warn(missing_debug_implementations, missing_docs, unreachable_pub)]
// A caller's futures must be sendable, its process not panic, its output be its own.
#![warn(clippy::future_not_send, clippy::exit)]
#![warn(clippy::expect_used, clippy::panic, clippy::unwrap_used)]
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod cache;
mod clock;
mod connect;
mod doctor;
mod error;
mod flight;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod index;
mod memory;
mod rules;
mod secret;
mod secrets;
mod secrets_manager;
#[cfg(feature = "simulator")]
pub mod simulator;
mod stats;
mod store;
#[cfg(feature = "testkit")]
pub mod testkit;
mod timestamp;
mod token;
mod vault;
#[cfg(test)]
mod wiping;

pub use cache::CachePolicy;
pub use clock::{Clock, SystemClock};
pub use doctor::{Diagnosis, Finding, FindingKind, PageUse, Remedy, Repair};
pub use error::{Error, ErrorKind, IncompleteListing};
pub use memory::MemoryTokenStore;
pub use rules::tags::UserTag;
pub use secret::Secret;
pub use secrets_manager::{
    AccessTokenScan, BulkSave, DeletionPolicy, Freshness, SecretsManagerTokenStore,
    SecretsManagerTokenStoreBuilder,
};
pub use stats::{Stats, Verb};
pub use store::{Listing, SaveOutcome, Saved, TokenStore};
pub use timestamp::Timestamp;
pub use token::{OAuthToken, TokenId, UserSignature};

/// The programs of the README are compiled, and run where they can be.
#[cfg(all(doctest, feature = "simulator"))]
#[doc = include_str!("../README.md")]
struct Readme;
