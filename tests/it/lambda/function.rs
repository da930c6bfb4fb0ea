//! The function's process: the example as it is built, in surroundings as Lambda gives them.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use libtest_mimic::Failed;
use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::runtime_api::{Report, RuntimeApi};
use crate::cli::CANARY;

/// The longest that an answer, a start or an end may take: a function that hangs is a failure.
const LIMIT: Duration = Duration::from_secs(60);

pub struct Function {
    api: RuntimeApi,
    process: Child,
    /// All that it writes to standard error, once it has ended.
    lines: JoinHandle<std::io::Result<String>>,
}

impl Function {
    pub async fn start(endpoint: &str, prefix: &str) -> Result<Self, Failed> {
        let api = RuntimeApi::start().await?;
        let mut process = Command::new(program()?)
            .env_clear()
            .env("AWS_LAMBDA_FUNCTION_NAME", "find-token")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_RUNTIME_API", &api.authority)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", CANARY)
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("ZTOK_PREFIX", prefix)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut stderr = process.stderr.take().ok_or("no standard error")?;
        let lines = tokio::spawn(async move {
            let mut lines = String::new();
            stderr.read_to_string(&mut lines).await?;
            Ok(lines)
        });
        Ok(Self {
            api,
            process,
            lines,
        })
    }

    /// Hands it an event, and waits for its report.
    pub async fn invoke(&mut self, event: &Value) -> Result<Report, Failed> {
        let report = timeout(LIMIT, async {
            tokio::select! {
                report = self.api.invoke(event) => report,
                status = self.process.wait() => Err(format!("it ended: {status:?}").into()),
            }
        });
        report
            .await
            .map_err(|_| format!("no report of {event} after {LIMIT:?}"))?
    }

    /// Ends it. What it has logged.
    pub async fn stop(mut self) -> Result<String, Failed> {
        self.process.kill().await?;
        Ok(self.lines.await??)
    }

    /// Waits for it to end with a failure, before it has asked for an event. What it has logged.
    pub async fn fails(mut self) -> Result<String, Failed> {
        let ended = timeout(LIMIT, self.process.wait()).await;
        let status = ended.map_err(|_| format!("it still runs after {LIMIT:?}"))??;
        if status.success() || self.api.was_asked() {
            return Err(format!("it started, and ended with {status}").into());
        }
        Ok(self.lines.await??)
    }
}

/// Cargo builds examples together with the tests, unless it is told to build one test alone.
fn program() -> Result<PathBuf, Failed> {
    let tests = std::env::current_exe()?;
    let profile = tests.ancestors().nth(2).ok_or("no target folder")?;
    let program = profile.join("examples/lambda");
    if !program.exists() {
        let build = "cargo build --locked --all-features --example lambda";
        return Err(format!("the example is not built: run `{build}`, then this again").into());
    }
    Ok(program)
}
