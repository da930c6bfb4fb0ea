//! How a simulator is set up.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::{Timestamp, Verb};

use super::fault::Plan;
use super::rates::{Rates, Throttle};
use super::service::Service;
use super::state::{Settings, State};
use super::time::Time;
use super::{Core, Simulator};

/// Sets up a [`Simulator`]; from [`Simulator::builder`].
#[derive(Clone, Debug)]
pub struct Builder {
    seed: u64,
    latency: Duration,
    jitter: Duration,
    rates: Rates,
    start: Timestamp,
    request_log: usize,
    settings: Settings,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            seed: 0,
            latency: Duration::from_millis(10),
            jitter: Duration::ZERO,
            rates: Rates::unlimited(),
            // 2027-01-01T00:00:00Z
            start: Timestamp::from_millis(1_798_761_600_000),
            request_log: 10_000,
            settings: Settings {
                read_lag: Duration::ZERO,
                list_lag: Duration::ZERO,
                deletion_delay: Duration::ZERO,
                version_quota: 100,
            },
        }
    }
}

impl Builder {
    /// Where everything random comes from. Default: 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The time from request to answer. Default: 10 ms.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// The most that chance adds to the latency, so that requests overtake each other. Default: none.
    #[must_use]
    pub fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = jitter;
        self
    }

    /// For how long after a write a read may still see what was before. Default: none.
    ///
    /// Writes always see the newest state: their conditions are exact.
    #[must_use]
    pub fn read_lag(mut self, lag: Duration) -> Self {
        self.settings.read_lag = lag;
        self
    }

    /// For how long after a write `ListSecrets` and the filters of `BatchGetSecretValue` may still
    /// see what was before; AWS says up to five minutes. Default: none.
    #[must_use]
    pub fn list_lag(mut self, lag: Duration) -> Self {
        self.settings.list_lag = lag;
        self
    }

    /// For how long a secret that was deleted without recovery keeps its name: it cannot be read, nor
    /// another one of that name be created. Default: none.
    #[must_use]
    pub fn deletion_delay(mut self, delay: Duration) -> Self {
        self.settings.deletion_delay = delay;
        self
    }

    /// How many versions a secret takes before those older than a day must make room. Default: 100.
    #[must_use]
    pub fn version_quota(mut self, quota: usize) -> Self {
        self.settings.version_quota = quota;
        self
    }

    /// The request rates past which the simulator answers `ThrottlingException`. Default:
    /// [`Rates::unlimited`].
    #[must_use]
    pub fn rates(mut self, rates: Rates) -> Self {
        self.rates = rates;
        self
    }

    /// The instant at which the account's clock starts. Default: the beginning of 2027, UTC.
    #[must_use]
    pub fn start(mut self, start: Timestamp) -> Self {
        self.start = start;
        self
    }

    /// How many requests [`Simulator::requests`] remembers. Default: 10,000.
    #[must_use]
    pub fn request_log(mut self, requests: usize) -> Self {
        self.request_log = requests;
        self
    }

    /// The simulator.
    pub fn build(self) -> Simulator {
        let service = Service {
            state: State::new(self.settings, self.seed),
            plan: Plan::default(),
            throttle: Throttle::new(self.rates, self.start),
            log: VecDeque::new(),
            log_limit: self.request_log,
            calls: [0; Verb::ALL.len()],
            total_calls: 0,
        };
        Simulator(Arc::new(Core {
            time: Arc::new(Time::new(self.start)),
            latency: self.latency,
            jitter: self.jitter,
            service: Mutex::new(service),
        }))
    }
}
