//! An AWS Secrets Manager inside the process, for tests and for trying out.
//!
//! [`Simulator::client`] is the real SDK client with the simulator in the place of its HTTP client:
//! serialisation, retries, timeouts and error classification are the SDK's own. The simulator keeps
//! the rules of the service that emulators tend to miss: which version a request token stands for,
//! how labels move, recovery windows, the version quota, size and tag limits. On request it also
//! behaves as AWS may: [late reads](Builder::read_lag), [throttling](Rates), deletion that
//! [takes its time](Builder::deletion_delay), and [faults](Fault) before or after a call takes effect.
//!
//! Time is tokio's, so that under `tokio::time::pause` everything happens at once, and
//! [`Simulator::advance`] adds days to it. Everything random comes from one seed.
//!
//! Replication, rotation, resource policies and random passwords are not simulated; their actions
//! are refused as unknown.

mod actions;
mod builder;
mod fault;
mod filter;
mod http;
mod lifecycle;
mod limits;
mod list;
mod rates;
mod secret;
mod service;
mod state;
#[cfg(test)]
mod tests;
mod time;
mod truth;
mod values;
mod wire;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::{
    self, BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig,
};

use crate::{Clock, Timestamp, Verb};

pub use builder::Builder;
pub use fault::{Fault, Kind, Outcome, When};
pub use http::Response;
pub use rates::Rates;
pub use service::Request;
pub use truth::SecretSnapshot;

use service::{Answer, Service};
use time::Time;

/// An AWS Secrets Manager inside the process: one account in one region.
///
/// A clone is another handle on the same account, and so is each [`client`](Self::client): give one
/// client to each store to have many processes share the account.
///
/// ```
/// use zoho_token_store::Verb;
/// use zoho_token_store::simulator::Simulator;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = Simulator::new();
/// let client = simulator.client();
/// client.create_secret().name("app/1").secret_string("value").send().await?;
/// let reply = client.get_secret_value().secret_id("app/1").send().await?;
/// assert_eq!(reply.secret_string(), Some("value"));
/// assert_eq!(simulator.calls(Verb::GetSecretValue), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Simulator(Arc<Core>);

struct Core {
    time: Arc<Time>,
    latency: Duration,
    jitter: Duration,
    service: Mutex<Service>,
}

impl Core {
    fn lock(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn latency(&self) -> Duration {
        if self.jitter.is_zero() {
            return self.latency;
        }
        let part = self.lock().state.rng().f64();
        self.latency + self.jitter.mul_f64(part)
    }

    fn receive(&self, target: &str, body: &[u8]) -> Answer {
        // The clock is read under the lock, so that time never runs backwards within the account.
        let mut service = self.lock();
        let now = self.time.now();
        service.receive(target, body, now)
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").finish_non_exhaustive()
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Default for Simulator {
    fn default() -> Self {
        Self::new()
    }
}

impl Simulator {
    /// An empty account that answers each request after 10 ms, without faults, lag or throttling.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Starts to configure a simulator.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A client of this account. Nothing it does leaves the process.
    pub fn client(&self) -> Client {
        Client::from_conf(self.config().build())
    }

    /// The configuration of [`client`](Self::client), to be changed before use.
    pub fn config(&self) -> config::Builder {
        config::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new(
                "simulator",
                "simulator",
                None,
                None,
                "simulator",
            ))
            // Answers come in one piece; watching for stalls would only mix real with virtual time.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .http_client(http::Wire(self.0.clone()))
    }

    /// The clock of the account.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.0.time.clone()
    }

    /// Moves the clock. Timers of the program, which keep to tokio's clock, do not notice.
    pub fn advance(&self, by: Duration) {
        self.0.time.advance(by);
    }

    /// Plans a fault. Where several strike one call, the one injected first does.
    pub fn inject(&self, fault: Fault) {
        self.0.lock().plan.inject(fault);
    }

    /// Drops all planned faults.
    pub fn clear_faults(&self) {
        self.0.lock().plan.clear_faults();
    }

    /// Takes away the permission for a verb.
    ///
    /// As on AWS, `BatchGetSecretValue` needs the permission for `GetSecretValue` on each secret, and
    /// `CreateSecret` with tags the one for `TagResource`.
    pub fn deny(&self, verb: Verb) {
        self.0.lock().plan.deny(verb, None);
    }

    /// Takes away the permission for a verb on one secret.
    pub fn deny_on(&self, verb: Verb, name: &str) {
        self.0.lock().plan.deny(verb, Some(name));
    }

    /// Gives back all permissions.
    pub fn allow_all(&self) {
        self.0.lock().plan.allow_all();
    }

    /// Requests received with this verb, retries included.
    pub fn calls(&self, verb: Verb) -> u64 {
        self.0.lock().calls[verb as usize]
    }

    /// Requests received in all, retries and unknown actions included.
    pub fn total_calls(&self) -> u64 {
        self.0.lock().total_calls
    }

    /// The latest requests received, oldest first; [`Builder::request_log`] says how many.
    pub fn requests(&self) -> Vec<Request> {
        self.0.lock().log.iter().cloned().collect()
    }

    fn now(&self) -> Timestamp {
        self.0.time.now()
    }
}
