//! Why a command failed: one line for people, an exit code for scripts.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::iter;

use zoho_token_store::{Error, ErrorKind};

use crate::exit::Exit;

/// The end of a command that did not do what it was asked for.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    /// `None`: the exit code says it all.
    message: Option<String>,
    hint: Option<String>,
    causes: Vec<String>,
}

impl Failure {
    /// A failure with this message, which must not contain a credential.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: Some(message.into()),
            hint: None,
            causes: Vec::new(),
        }
    }

    /// The arguments or the input cannot be acted on.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Ends the command with this code and says nothing more.
    pub fn silent(exit: Exit) -> Self {
        Self {
            exit,
            message: None,
            hint: None,
            causes: Vec::new(),
        }
    }

    /// The user has asked to stop.
    pub fn interrupted() -> Self {
        let message = "interrupted; the same command can be given again";
        Self::new(Exit::Interrupted, message)
    }

    /// Something outside of the store could not be read or written.
    pub fn io(what: impl fmt::Display, error: io::Error) -> Self {
        Self::new(Exit::Failed, format!("{what}: {error}"))
    }

    /// Says what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the cause, which `-v` shows.
    pub fn because(mut self, cause: &(dyn StdError + 'static)) -> Self {
        self.causes = chain(cause);
        self
    }

    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// One line, with the hint; `None` if there is nothing to say.
    pub fn line(&self) -> Option<String> {
        let message = self.message.as_ref()?;
        Some(match &self.hint {
            Some(hint) => format!("{message} (hint: {hint})"),
            None => message.clone(),
        })
    }

    /// The causes, outermost first.
    pub fn causes(&self) -> &[String] {
        &self.causes
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            exit: error.kind().into(),
            message: Some(error.to_string()),
            hint: hint(error.kind()).map(str::to_owned),
            causes: error.source().map(chain).unwrap_or_default(),
        }
    }
}

/// A writer to standard output: a reader that has gone needs no message.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::silent(Exit::Done),
            _ => Self::io("cannot write the output", error),
        }
    }
}

fn hint(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::AccessDenied => {
            "grant the action that is named; the README lists them under IAM"
        }
        ErrorKind::Ambiguous => "name the client with --client-id, or the token with --id",
        ErrorKind::Config => "see --region, --profile and the AWS_* variables",
        ErrorKind::Conflict => "leave out the id, or the user",
        ErrorKind::Corrupt => "`ztok doctor` shows what is wrong",
        ErrorKind::QuotaExceeded => "a secret takes about 100 writes a day; save less often",
        ErrorKind::Throttled => "try again later",
        ErrorKind::Unavailable => "check the network and --endpoint-url, and try again",
        _ => return None,
    })
}

/// The texts of an error and of its sources.
fn chain(error: &(dyn StdError + 'static)) -> Vec<String> {
    iter::successors(Some(error), |error| (*error).source())
        .map(ToString::to_string)
        .collect()
}
