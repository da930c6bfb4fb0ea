//! `ztok`: Zoho OAuth tokens in AWS Secrets Manager, for people and scripts.

#![forbid(unsafe_code)]
#![warn(clippy::expect_used, clippy::panic, clippy::unwrap_used)]
// Output goes through `output`: a reader that goes away is no reason to panic.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod args;
mod bill;
mod columns;
mod command;
mod context;
mod exit;
mod failure;
mod format;
mod import;
mod input;
mod inventory;
mod logs;
mod output;
mod progress;
mod stop;
mod store;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    match args::parse() {
        Ok(cli) => command::run(cli).into(),
        Err(exit) => exit.into(),
    }
}
