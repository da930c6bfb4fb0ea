//! Where output goes: answers to standard output, notes and errors to standard error.

use std::fmt::Display;
use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::Value;

use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Progress;

/// The form of answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// For people; may change.
    Text,
    /// For programs: one JSON document; stable.
    Json,
}

/// How much is said beside the answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Notes {
    Shown,
    Hidden,
}

/// The ways out of the program.
#[derive(Clone, Debug)]
pub struct Console {
    format: Format,
    notes: Notes,
    verbose: u8,
}

impl Console {
    pub fn new(global: &Global) -> Self {
        Self {
            format: global.output,
            notes: if global.quiet {
                Notes::Hidden
            } else {
                Notes::Shown
            },
            verbose: global.verbose,
        }
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// Gives the answer: text and JSON say the same.
    pub fn answer(
        &self,
        text: impl FnOnce() -> String,
        json: impl FnOnce() -> Value,
    ) -> Result<(), Failure> {
        let answer = match self.format {
            Format::Text => text(),
            Format::Json => format!("{:#}\n", json()),
        };
        Ok(write_out(&answer)?)
    }

    /// Says something on the side, unless --quiet forbids it.
    pub fn note(&self, line: impl Display) {
        if self.notes == Notes::Shown {
            complain(&line.to_string());
        }
    }

    /// Follows long work of `total` steps; shows nothing with --quiet.
    pub fn progress(&self, doing: &'static str, total: u64) -> Progress {
        Progress::new(self.notes, doing, total)
    }

    /// Tells why the command failed: one line, and with -v its causes.
    pub fn fail(&self, failure: &Failure) {
        let Some(line) = failure.line() else { return };
        complain(&format!("ztok: {line}"));
        if self.verbose > 0 {
            for cause in failure.causes() {
                complain(&format!("  caused by: {cause}"));
            }
        }
    }
}

/// Writes to standard output.
pub fn write_out(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes help; a reader that goes away early has seen enough.
pub fn write_help(text: &str) -> Exit {
    match write_out(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Failed,
        _ => Exit::Done,
    }
}

/// Writes a line to standard error, as far as that can be done.
pub fn complain(line: &str) {
    // In one write, so that the lines of a pipe's other programs do not fall in between.
    let _ = io::stderr()
        .lock()
        .write_all(format!("{line}\n").as_bytes());
}
