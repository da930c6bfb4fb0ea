//! Log lines, to standard error: Lambda hands them to CloudWatch.

use std::io;

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// Lets through what is safe to keep. The AWS SDK at TRACE, and the runtime at TRACE, print whole
/// requests and events; so there is no setting for more.
pub fn start() {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        // CloudWatch has its own.
        .without_time();
    let ours = Targets::new()
        .with_target(env!("CARGO_CRATE_NAME"), Level::INFO)
        .with_target("zoho_token_store", Level::INFO)
        .with_target("lambda_runtime", Level::WARN);
    tracing_subscriber::registry()
        .with(lines.with_filter(ours))
        .init();
}
