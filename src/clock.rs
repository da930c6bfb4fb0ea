//! The only place that reads the clock.

use std::fmt::Debug;
use std::time::SystemTime;

use crate::Timestamp;

/// Tells the time. The default is the system's clock; tests and the simulator bring their own.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }
}
