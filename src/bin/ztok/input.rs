//! What a command reads: standard input or a file, never an argument.

use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::failure::Failure;

/// The most bytes that are read as one token; a secret holds 65,536.
const MAX_TOKEN_BYTES: u64 = 1 << 20;

/// The most bytes that are read as a file of tokens: those of some 100,000.
const MAX_FILE_BYTES: u64 = 1 << 26;

/// Where a command reads from; `-` on the command line is standard input.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Source {
    Stdin,
    File(PathBuf),
}

impl FromStr for Source {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "-" => Ok(Self::Stdin),
            text if looks_like_a_credential(text) => {
                Err("credentials are not taken as arguments: name a file, or `-`")
            }
            path => Ok(Self::File(path.into())),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl Source {
    /// Reads a token's text. Waiting for a terminal does not hold up the rest of the program.
    pub async fn read_token(&self) -> Result<Zeroizing<String>, Failure> {
        let source = self.clone();
        let reading = tokio::task::spawn_blocking(move || source.read_at_most(MAX_TOKEN_BYTES));
        let text = reading.await.unwrap_or_else(|error| Err(error.into()));
        text.map_err(|error| {
            let failure = Failure::io(format!("cannot read {self}"), error);
            failure.hint("a token is read as JSON from a file, or from standard input with `-`")
        })
    }

    /// Reads a file of tokens.
    pub async fn read_tokens(&self) -> Result<Zeroizing<String>, Failure> {
        let source = self.clone();
        let reading = tokio::task::spawn_blocking(move || source.read_at_most(MAX_FILE_BYTES));
        let text = reading.await.unwrap_or_else(|error| Err(error.into()));
        text.map_err(|error| Failure::io(format!("cannot read {self}"), error))
    }

    fn read_at_most(&self, most: u64) -> io::Result<Zeroizing<String>> {
        let reader: Box<dyn Read> = match self {
            Self::Stdin => Box::new(io::stdin().lock()),
            Self::File(path) => Box::new(File::open(path)?),
        };
        // With all its room from the start, so that no shorter copy stays behind in memory.
        let mut text = Zeroizing::new(String::with_capacity(READ_AHEAD));
        let read = reader.take(most + 1).read_to_string(&mut text)?;
        if read as u64 > most {
            let fault = format!("more than {most} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, fault));
        }
        Ok(text)
    }

    /// Whether a person is about to type what is read.
    pub fn is_terminal(&self) -> bool {
        *self == Self::Stdin && io::stdin().is_terminal()
    }
}

/// Room for any token that a secret can hold.
const READ_AHEAD: usize = 1 << 17;

/// Whether an argument is what should have come from a file: JSON, or a token as Zoho writes them.
pub fn looks_like_a_credential(text: &str) -> bool {
    let zoho = || {
        let parts: Vec<&str> = text.split('.').collect();
        let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        parts.len() == 3 && number(parts[0]) && parts[1..].iter().all(|part| part.len() >= 6)
    };
    text.trim_start().starts_with(['{', '[']) || zoho()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_recognised() {
        for (text, expected) in [
            ("{\"access_token\": \"x\"}", true),
            (" [", true),
            ("1000.8cb99dxxxxxxxxxxxxx9be93.9b8xxxxxxxxxxxxxxxf", true),
            ("1000.CLIENT", false),
            ("token.json", false),
            ("2026.token.json", false),
            ("-", false),
            ("", false),
        ] {
            assert_eq!(looks_like_a_credential(text), expected, "{text}");
        }
    }
}
