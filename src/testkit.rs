//! A conformance suite for token stores: whoever writes a [`TokenStore`](crate::TokenStore) learns
//! whether it loses, duplicates, mixes up or leaks tokens.
//!
//! Write a [`Harness`], which opens stores on an empty place of the backend, and hand
//! [`token_store_tests!`](crate::token_store_tests) a way to make one. `cargo test` then runs every
//! case of the contract, a test for each group:
//!
//! ```
//! use std::sync::Arc;
//! use async_trait::async_trait;
//! use zoho_token_store::testkit::{BoxError, Capabilities, Capability, Harness, Opening, test_group};
//! use zoho_token_store::{MemoryTokenStore, TokenStore};
//!
//! /// One place to keep tokens; this one is memory.
//! #[derive(Default)]
//! struct Place(Arc<MemoryTokenStore>);
//!
//! #[async_trait]
//! impl Harness for Place {
//!     fn capabilities(&self) -> Capabilities {
//!         Capabilities::new().with(Capability::Processes)
//!     }
//!     async fn open(&self, _: &Opening) -> Result<Arc<dyn TokenStore>, BoxError> {
//!         Ok(self.0.clone())
//!     }
//! }
//!
//! #[cfg(test)]
//! mod conformance {
//!     zoho_token_store::token_store_tests!(super::Place::default);
//! }
//!
//! // What each of these tests does:
//! let summary = test_group("processes", Place::default)?;
//! assert!(summary.passed() > 10);
//! # Ok::<(), zoho_token_store::testkit::Summary>(())
//! ```
//!
//! Backends differ in what they can do. A harness declares its [`Capabilities`]; a case that needs
//! more is reported as one that does not apply, with what it needs, and is not counted as passed.
//! The tests print that (`cargo test -- --show-output`).
//!
//! # The groups
//!
//! | Group | Asks |
//! |---|---|
//! | `roundtrip` | does every field come back? |
//! | `find` | which record does a query mean, and which rule goes first? |
//! | `clients` | are a user's clients kept apart, and a client's users? |
//! | `save` | is a record made, changed, or left as it is? |
//! | `partial` | do fields that are not given stay? |
//! | `identity` | which record does a save with an id mean? |
//! | `delete` | does any key still find what was removed? |
//! | `list` | are listings complete and in order, beyond 20 and 100 records? |
//! | `input` | is text of every kind kept, and bad input refused? |
//! | `processes` | do stores on one backend see and keep each other's writes, and namespaces none? |
//! | `races` | is any of 50 acknowledged writes lost? |
//! | `behind` | are records that someone removed or damaged reported as what they are? |
//! | `redaction` | does a credential show in `Debug` or an error? |
//!
//! # Other ways to run it
//!
//! [`cases`] lists all cases, [`run`] puts one to a harness, in a runtime of the caller's choice: so
//! each case can be a trial of its own in a test binary that makes its tests at run time.
//! Rows of one's own are written like the suite's, with the [`words`].
//!
//! # Versions
//!
//! Minor versions add cases, capabilities and handles, and may make cases stricter: a store that
//! breaks the contract may then begin to fail. A case is removed or weakened only if it asked for
//! something that the contract does not say. Names of groups stay within a major version, as do the
//! traits and types here; codes of cases and the texts of reports are for people and may change.

pub mod canary;
mod case;
mod harness;
mod report;
mod runner;
mod suite;
mod tables;
pub mod words;

pub use case::{Case, Op, Want, case};
pub use harness::{BoxError, Capabilities, Capability, Change, Handle, Harness, Opening};
pub use report::{Failure, Summary, Verdict};
pub use suite::{cases, run, run_all, test_group};

/// Makes a `#[test]` for each group of the [`testkit`](crate::testkit), and one that tells whether
/// these are all.
///
/// The argument is called without arguments before each case and gives a fresh
/// [`Harness`](crate::testkit::Harness): a path such as `Place::default`, or a closure. The tests
/// have the groups' names, so give them a module of their own.
#[macro_export]
macro_rules! token_store_tests {
    ($fresh:expr) => {
        $crate::token_store_tests!(
            @groups $fresh,
            roundtrip find clients save partial identity delete list input processes races behind
            redaction
        );
    };
    (@groups $fresh:expr, $($group:ident)*) => {
        $(
            #[test]
            #[allow(clippy::print_stdout, reason = "shown on request: which cases do not apply")]
            fn $group() -> Result<(), $crate::testkit::Summary> {
                let summary = $crate::testkit::test_group(stringify!($group), $fresh)?;
                ::std::println!("{}: {summary}", stringify!($group));
                Ok(())
            }
        )*

        #[test]
        fn no_group_is_left_out() {
            let tested = [$(stringify!($group)),*];
            for case in $crate::testkit::cases() {
                assert!(tested.contains(&case.group()), "{} is not tested", case.name());
            }
        }
    };
}
