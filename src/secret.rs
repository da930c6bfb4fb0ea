//! A credential that cannot be printed by accident.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// A credential: an access, refresh or grant token, or a client secret.
///
/// `Debug` and `Display` print `[redacted]`; the bytes are zeroized when the value is dropped.
/// Reading the text takes an explicit [`expose`](Secret::expose), which makes each use easy to find.
///
/// ```
/// use zoho_token_store::Secret;
///
/// let secret = Secret::new("1000.abc");
/// assert_eq!(format!("{secret:?} {secret}"), "[redacted] [redacted]");
/// assert_eq!(secret.expose(), "1000.abc");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes ownership of a credential.
    pub fn new(text: impl Into<String>) -> Self {
        // Copied and wiped: giving back spare capacity may leave the old bytes somewhere.
        let text = Zeroizing::new(text.into());
        Self(SecretString::from(text.as_str()))
    }

    /// The credential itself. Do not log it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use zeroize::ZeroizeOnDrop;

    use super::*;

    #[test]
    fn the_bytes_are_wiped_on_drop() {
        fn is_wiped(_: &impl ZeroizeOnDrop) {}
        is_wiped(&Secret::new("1000.abc").0);
    }
}
