//! Instants, in the unit that Zoho's SDKs persist.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An instant in milliseconds since the Unix epoch.
///
/// Zoho's SDKs call the field `expires_in` and store it as `expiry_time`; in spite of the name it is
/// an absolute time, written as a decimal string of epoch milliseconds.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z: for an access token, "expired".
    pub const EPOCH: Self = Self(0);

    /// An instant from epoch milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Epoch milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The instant `duration` later; saturates.
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// Time from `earlier` to `self`, or `None` when `earlier` is the later one.
    pub fn since(self, earlier: Self) -> Option<Duration> {
        let span = self.0.checked_sub(earlier.0)?;
        u64::try_from(span).ok().map(Duration::from_millis)
    }

    /// Reads `expiry_time` as Zoho's SDKs write it.
    ///
    /// Text that is not a decimal number means expired, never "no expiry".
    pub(crate) fn from_expiry_text(text: &str) -> Self {
        text.trim().parse().map_or(Self::EPOCH, Self)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Self(millis(after)),
            Err(before) => Self(-millis(before.duration())),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn millis(duration: Duration) -> i64 {
    // Without the 128 bits of `as_millis`: every hit reads the clock.
    let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    let millis = seconds.saturating_mul(1000);
    millis.saturating_add(duration.subsec_millis().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_text() {
        for (text, millis) in [
            ("4102444800000", 4_102_444_800_000),
            ("5", 5),
            ("", 0),
            ("soon", 0),
            ("1.5e12", 0),
            ("99999999999999999999", 0),
        ] {
            assert_eq!(
                Timestamp::from_expiry_text(text).as_millis(),
                millis,
                "{text:?}"
            );
        }
    }
}
