//! The table from what the service says to what it means.

use std::error::Error as StdError;
use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::stats::Verb;

/// Why the service did not do as asked.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// The secret, or the version asked for, does not exist.
    Missing,
    /// A secret or version of that name exists already, with another value.
    Exists,
    /// The secret is scheduled for deletion.
    Scheduled,
    Other(Error),
}

impl Refusal {
    /// The error to report where none of the expected refusals can be acted on.
    pub(crate) fn into_error(self, name: &str) -> Error {
        let fault = match self {
            Self::Other(error) => return error,
            Self::Missing => "does not exist",
            Self::Exists => "exists already",
            Self::Scheduled => "is scheduled for deletion",
        };
        Error::new(
            ErrorKind::Unavailable,
            format!("the secret {name} {fault}, although just seen otherwise"),
        )
    }
}

/// Error codes of Secrets Manager and of AWS in general.
const KINDS: &[(&str, ErrorKind)] = &[
    ("AccessDenied", ErrorKind::AccessDenied),
    ("AccessDeniedException", ErrorKind::AccessDenied),
    ("DecryptionFailure", ErrorKind::AccessDenied),
    ("EncryptionFailure", ErrorKind::AccessDenied),
    ("ExpiredToken", ErrorKind::Config),
    ("ExpiredTokenException", ErrorKind::Config),
    ("IncompleteSignature", ErrorKind::Config),
    ("InternalError", ErrorKind::Unavailable),
    ("InternalFailure", ErrorKind::Unavailable),
    ("InternalServiceError", ErrorKind::Unavailable),
    ("InvalidClientTokenId", ErrorKind::Config),
    // A listing that took too long; begun again it may succeed.
    ("InvalidNextTokenException", ErrorKind::Unavailable),
    ("InvalidSignatureException", ErrorKind::Config),
    ("LimitExceededException", ErrorKind::QuotaExceeded),
    ("MissingAuthenticationToken", ErrorKind::Config),
    ("NotAuthorized", ErrorKind::AccessDenied),
    ("OptInRequired", ErrorKind::Config),
    ("RequestExpired", ErrorKind::Config),
    ("RequestLimitExceeded", ErrorKind::Throttled),
    ("ServiceUnavailable", ErrorKind::Unavailable),
    ("SlowDown", ErrorKind::Throttled),
    ("Throttling", ErrorKind::Throttled),
    ("ThrottlingException", ErrorKind::Throttled),
    ("TooManyRequestsException", ErrorKind::Throttled),
    ("UnrecognizedClientException", ErrorKind::Config),
];

/// What an error code means. The service's message is kept only where it names who lacks which
/// permission: a validation message can quote the value that was sent.
pub(crate) fn classify(verb: Verb, name: &str, code: &str, message: &str) -> Refusal {
    match code {
        "ResourceNotFoundException" => return Refusal::Missing,
        "ResourceExistsException" => return Refusal::Exists,
        // The one state of a secret in which the verbs used here are refused with this code; the
        // text differs between verbs and emulators.
        "InvalidRequestException" if mentions_deletion(message) => return Refusal::Scheduled,
        _ => {}
    }
    let known = KINDS.iter().find(|(known, _)| *known == code);
    let kind = known.map_or(ErrorKind::Unexpected, |(_, kind)| *kind);
    let error = Error::new(kind, format!("{verb} on {name} was answered with {code}"));
    if kind == ErrorKind::AccessDenied && !message.is_empty() {
        return Refusal::Other(error.with_source(Cause(message.to_owned())));
    }
    Refusal::Other(error)
}

/// Whether the table has this code. What is not in it, the HTTP status tells.
pub(super) fn is_known(code: &str) -> bool {
    KINDS.iter().any(|(known, _)| *known == code)
}

fn mentions_deletion(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("deleted") || message.contains("deletion")
}

/// A reply without an error code that says more, judged by its HTTP status.
pub(super) fn by_status(verb: Verb, name: &str, status: u16) -> Refusal {
    let kind = match status {
        429 => ErrorKind::Throttled,
        500.. => ErrorKind::Unavailable,
        _ => ErrorKind::Unexpected,
    };
    Refusal::Other(Error::new(
        kind,
        format!("{verb} on {name} was answered with HTTP status {status}"),
    ))
}

/// The service left a secret out of its reply.
pub(super) fn unanswered(verb: Verb, name: &str) -> Refusal {
    let message = format!("{verb} gave no complete answer for {name}");
    Refusal::Other(Error::new(ErrorKind::Unavailable, message))
}

pub(super) fn unreachable(verb: Verb, name: &str, what: &str, cause: Option<Cause>) -> Refusal {
    with_cause(
        Error::new(ErrorKind::Unavailable, format!("{verb} on {name}: {what}")),
        cause,
    )
}

/// The request could not be made: no region, no credentials, a bad endpoint.
pub(super) fn unusable(verb: Verb, name: &str, cause: Option<Cause>) -> Refusal {
    let message =
        format!("{verb} on {name} could not be sent: check the region and AWS credentials");
    with_cause(Error::new(ErrorKind::Config, message), cause)
}

fn with_cause(error: Error, cause: Option<Cause>) -> Refusal {
    Refusal::Other(match cause {
        Some(cause) => error.with_source(cause),
        None => error,
    })
}

/// The texts of an error and its sources, in one line.
pub(super) fn causes(error: &dyn StdError) -> Cause {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    Cause(text)
}

/// A cause outside this crate, reduced to text that is known to hold no request or reply.
#[derive(Debug)]
pub(super) struct Cause(String);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Cause {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_kind() {
        for (code, kind) in KINDS
            .iter()
            .copied()
            .chain([("ValidationException", ErrorKind::Unexpected)])
        {
            match classify(Verb::GetSecretValue, "app/token/1", code, "the reason") {
                Refusal::Other(error) => {
                    assert_eq!(error.kind(), kind, "{code}");
                    assert!(
                        error.to_string().contains("GetSecretValue on app/token/1"),
                        "{error}"
                    );
                    assert_eq!(
                        format!("{error:?}").contains("the reason"),
                        kind == ErrorKind::AccessDenied,
                        "{code}: only a denial may quote the service"
                    );
                }
                other => panic!("{code}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_texts_of_a_scheduled_deletion() {
        for message in [
            "You can't perform this operation on the secret because it was marked for deletion.",
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
            "You tried to perform the operation on a secret that's currently marked deleted.",
        ] {
            let refusal = classify(
                Verb::PutSecretValue,
                "n",
                "InvalidRequestException",
                message,
            );
            assert!(matches!(refusal, Refusal::Scheduled), "{message}");
        }
        let other = classify(
            Verb::PutSecretValue,
            "n",
            "InvalidRequestException",
            "no token",
        );
        assert!(matches!(other, Refusal::Other(_)));
    }
}
