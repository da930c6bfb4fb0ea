//! What the contract is run against, and how each is reached.
//!
//! - `memory`: always.
//! - `simulator`: with the crate's feature `simulator`; in virtual time.
//! - `localstack`, `moto`: if `ZTOK_IT_LOCALSTACK`, `ZTOK_IT_MOTO` hold their URLs, which
//!   `localstack/env` prints.
//!
//! Trials of a target that is not there are ignored, with one line that says so; with
//! `ZTOK_IT_REQUIRE=1` they are one failure instead.

mod endpoint;
mod service;
mod stage;

use std::future::Future;

use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Builder;
use zoho_token_store::MemoryTokenStore;
use zoho_token_store::testkit::{Capabilities, Capability};

pub use endpoint::is_loopback;
pub use service::Service;
pub use stage::Stage;
pub use zoho_token_store::testkit::Handle;

/// Something that keeps tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    Memory,
    Simulator,
    LocalStack,
    Moto,
}

/// How a case wants its stores configured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The application's client id.
    pub client_id: Option<&'static str>,
}

impl Target {
    pub const ALL: [Self; 4] = [Self::Memory, Self::Simulator, Self::LocalStack, Self::Moto];

    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Simulator => "simulator",
            Self::LocalStack => "localstack",
            Self::Moto => "moto",
        }
    }

    /// Where its emulator listens, for programs that are given the URL.
    #[cfg(feature = "cli")]
    pub fn url(self) -> Result<String, String> {
        match self {
            Self::LocalStack => endpoint::localstack(),
            Self::Moto => endpoint::moto(),
            Self::Memory | Self::Simulator => Err(format!("{} has no URL", self.name())),
        }
    }

    /// Whether stores on it are told apart by their prefixes.
    pub fn has_namespaces(self) -> bool {
        self != Self::Memory
    }

    /// What its stages can do.
    pub fn capabilities(self) -> Capabilities {
        let any = Capabilities::new()
            .with(Capability::ClientId)
            .with(Capability::Processes)
            .with(Capability::Removal)
            .with(Capability::SecretSize)
            .with(Capability::Wording);
        let service = || {
            any.clone()
                .with(Capability::Damage)
                .with(Capability::Namespaces)
        };
        match self {
            Self::Memory => any.with(Capability::AtomicWrites),
            Self::Simulator => service().with(Capability::AtomicWrites),
            // Asked by several at once they now and then accept one ClientRequestToken with two
            // values, which AWS rules out.
            Self::LocalStack | Self::Moto => service(),
        }
    }

    /// Whether it can be used now; if not, why, and how to get it.
    fn missing(self) -> Option<String> {
        match self {
            Self::Memory => None,
            Self::Simulator => Service::simulator(Options::default()).err(),
            Self::LocalStack => endpoint::localstack().err(),
            Self::Moto => endpoint::moto().err(),
        }
    }

    /// The trials as they can be run now; see the module's documentation.
    pub fn admit(self, trials: Vec<Trial>, arguments: &Arguments) -> Vec<Trial> {
        let Some(reason) = self.missing() else {
            return trials;
        };
        let name = self.name();
        let notice = format!("{name}: {} trials did not run: {reason}", trials.len());
        if std::env::var_os("ZTOK_IT_REQUIRE").is_some_and(|value| value == "1") {
            let fail = move || Err(Failed::from(notice));
            return vec![Trial::test(format!("{name}::required"), fail)];
        }
        if !arguments.list {
            eprintln!("SKIPPED {notice}");
        }
        let ignore = |trial: Trial| trial.with_ignored_flag(true);
        trials.into_iter().map(ignore).collect()
    }

    /// A fresh, empty stage. To be called inside [`block_on`](Self::block_on).
    pub fn stage(self, options: Options) -> Result<Stage, Failed> {
        Ok(match self {
            Self::Memory => {
                let client_id = options.client_id.unwrap_or_default();
                Stage::of_memory(MemoryTokenStore::new().with_client_id(client_id))
            }
            Self::Simulator => Stage::of_service(self, Service::simulator(options)?),
            Self::LocalStack => {
                let service = Service::emulator(&endpoint::localstack()?, options);
                Stage::of_service(self, service)
            }
            Self::Moto => Stage::of_service(self, Service::emulator(&endpoint::moto()?, options)),
        })
    }

    /// Runs a trial in the kind of runtime that the target needs.
    pub fn block_on(self, trial: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
        Builder::new_current_thread()
            .enable_all()
            .start_paused(self == Self::Simulator)
            .build()?
            .block_on(trial)
    }
}
