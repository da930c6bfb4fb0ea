//! What this crate logs at its most talkative.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::Failed;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Collects the lines of this thread for as long as it lives.
pub struct Lines {
    buffer: Buffer,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

/// Logged by the test itself, to know that lines arrive.
const MARK: &str = "the capture works";

impl Lines {
    pub fn capture() -> Self {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new("zoho_token_store=trace"))
            .with_span_events(FmtSpan::FULL)
            .with_writer(move || writer.clone())
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        tracing::trace!(target: "zoho_token_store::tests", "{MARK}");
        Self {
            buffer,
            _guard: guard,
        }
    }

    /// The lines so far.
    pub fn text(&self) -> Result<String, Failed> {
        let bytes = self.buffer.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if !text.contains(MARK) {
            return Err("no line was captured, not even the test's own".into());
        }
        Ok(text)
    }
}

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut buffer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buffer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
