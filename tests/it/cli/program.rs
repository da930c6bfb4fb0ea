//! One invocation of `ztok`, in surroundings that hold nothing but what the row gives.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use libtest_mimic::Failed;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::place::Place;

/// The longest that an invocation may take: one that hangs is a failure, not a test run without end.
const LIMIT: Duration = Duration::from_secs(120);

/// The program as it was built for these tests.
pub const ZTOK: &str = env!("CARGO_BIN_EXE_ztok");

/// How an invocation ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// The program with its arguments; in the folder, at the place.
pub fn program(args: &[String], folder: &TempDir, place: Option<&Place>) -> Command {
    let mut command = Command::new(ZTOK);
    command.args(args);
    surround(command, folder, place)
}

/// A command that starts the program, in the same surroundings.
pub fn surround(mut command: Command, folder: &TempDir, place: Option<&Place>) -> Command {
    command
        .current_dir(folder.path())
        .env_clear()
        .env("HOME", folder.path())
        .env("TERM", "xterm")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        // Where nothing listens, unless there is a place.
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if let Some(place) = place {
        command
            .env("AWS_ENDPOINT_URL", &place.url)
            .env("ZTOK_PREFIX", &place.prefix);
    }
    command
}

/// Gives it its input, and waits for its end.
pub async fn finish(mut child: Child, stdin: &str) -> Result<Ended, Failed> {
    let mut input = child.stdin.take();
    let writing = async {
        if let Some(input) = &mut input {
            // It may end without reading.
            let _ = input.write_all(stdin.as_bytes()).await;
        }
        drop(input);
    };
    let ended = async { tokio::join!(writing, child.wait_with_output()).1 };
    let output = timeout(LIMIT, ended)
        .await
        .map_err(|_| format!("no end after {LIMIT:?}"))??;
    Ok(Ended {
        code: code(output.status),
        out: String::from_utf8(output.stdout)?,
        err: String::from_utf8(output.stderr)?,
    })
}

/// The exit code; of a program that a signal ended, minus the signal.
pub fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;

    let signal = status.signal().map(|signal| -signal);
    status.code().or(signal).unwrap_or(i32::MIN)
}
