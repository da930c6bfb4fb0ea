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

use std::future::Future;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Builder;
use zoho_token_store::{MemoryTokenStore, TokenStore};

pub use endpoint::is_loopback;
pub use service::Service;

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

/// Which store of a stage. The first three share one namespace, as processes of one application do.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Handle {
    First,
    Second,
    /// Opened by the runner after the case, to look with an empty cache.
    Witness,
    /// Another namespace, whose prefix goes on where the first one's ends: `app` and `app2`.
    Longer,
    /// Another namespace below the first one's: `app` and `app/inner`.
    Below,
}

impl Handle {
    /// What its prefix adds to the first store's.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::First | Self::Second | Self::Witness => "",
            Self::Longer => "2",
            Self::Below => "/inner",
        }
    }
}

/// An empty place for one case: stores on one backend, under a prefix that nothing else uses.
pub enum Stage {
    Memory(Arc<MemoryTokenStore>),
    Service(Service),
}

impl Stage {
    /// Opens a store; each call is a process of its own, with its own cache, where there is one.
    pub fn open(&self, handle: Handle) -> Result<Arc<dyn TokenStore>, Failed> {
        match self {
            Self::Memory(store) if handle.suffix().is_empty() => Ok(store.clone()),
            Self::Memory(_) => Err("a store in memory has no namespaces".into()),
            Self::Service(service) => service.open(handle),
        }
    }

    /// The service behind the stores, for a trial that looks or tampers there.
    pub fn service(&self) -> Option<&Service> {
        match self {
            Self::Memory(_) => None,
            Self::Service(service) => Some(service),
        }
    }
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
                let store = MemoryTokenStore::new().with_client_id(client_id);
                Stage::Memory(Arc::new(store))
            }
            Self::Simulator => Stage::Service(Service::simulator(options)?),
            Self::LocalStack => {
                Stage::Service(Service::emulator(&endpoint::localstack()?, options))
            }
            Self::Moto => Stage::Service(Service::emulator(&endpoint::moto()?, options)),
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
