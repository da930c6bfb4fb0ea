//! Log lines of the library, on request. Those of the AWS SDK stay off at any level: they hold whole
//! requests, credentials included. For the same reason `RUST_LOG` is not read.

use std::io;

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// Shows the lines of this crate alone, from `-v` on.
pub fn start(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        .without_time();
    let ours = Targets::new().with_target("zoho_token_store", level);
    // Fails only if logging was started before, which nothing else does.
    let _ = tracing_subscriber::registry()
        .with(lines.with_filter(ours))
        .try_init();
}
