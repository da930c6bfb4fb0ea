//! Exit codes: what a script can tell without reading.

use std::process::ExitCode;

use zoho_token_store::ErrorKind;

/// How the command ended. The numbers are documented and do not change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
    /// Done, or found.
    Done = 0,
    /// Any failure that has no code of its own.
    Failed = 1,
    /// The arguments or the input cannot be acted on.
    Usage = 2,
    /// What was asked for is not there.
    NotFound = 3,
    AccessDenied = 4,
    /// The service is unavailable or throttles; the same command may succeed later.
    Unavailable = 5,
    /// The save contradicts what is stored, or several tokens answer.
    Conflict = 6,
    /// A stored secret is not what it should be.
    Corrupt = 7,
    /// Ctrl-C; as shells have it.
    Interrupted = 130,
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::InvalidInput => Self::Usage,
            ErrorKind::AccessDenied => Self::AccessDenied,
            ErrorKind::Throttled | ErrorKind::Unavailable => Self::Unavailable,
            ErrorKind::Ambiguous | ErrorKind::Conflict => Self::Conflict,
            ErrorKind::Corrupt => Self::Corrupt,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_code() {
        for (kind, code) in [
            (ErrorKind::AccessDenied, 4),
            (ErrorKind::Ambiguous, 6),
            (ErrorKind::Config, 1),
            (ErrorKind::Conflict, 6),
            (ErrorKind::Corrupt, 7),
            (ErrorKind::InvalidInput, 2),
            (ErrorKind::QuotaExceeded, 1),
            (ErrorKind::Throttled, 5),
            (ErrorKind::TooLarge, 1),
            (ErrorKind::Unavailable, 5),
            (ErrorKind::Unexpected, 1),
        ] {
            assert_eq!(Exit::from(kind) as u8, code, "{kind:?}");
        }
    }
}
