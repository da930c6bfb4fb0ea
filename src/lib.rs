//! Keeps Zoho CRM OAuth tokens in AWS Secrets Manager, for programs without a local disk.

#![forbid(unsafe_code)]

mod clock;
mod error;
mod memory;
mod rules;
mod secret;
mod store;
mod timestamp;
mod token;

pub use clock::{Clock, SystemClock};
pub use error::{Error, ErrorKind, IncompleteListing};
pub use memory::MemoryTokenStore;
pub use secret::Secret;
pub use store::{Listing, SaveOutcome, Saved, TokenStore};
pub use timestamp::Timestamp;
pub use token::{OAuthToken, TokenId, UserSignature};
