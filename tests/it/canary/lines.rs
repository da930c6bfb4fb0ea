//! What is logged at its most talkative: by this crate, by the SDK and by all that is below it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::Failed;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Collects the lines of this thread, of every target, for as long as it lives.
pub struct Lines {
    buffer: Buffer,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

/// Logged by the test itself, through both interfaces, to know that lines arrive.
const MARKS: [&str; 2] = ["the capture works", "the capture of the log crate works"];

impl Lines {
    pub fn capture() -> Self {
        // For the whole program, once; a second time changes nothing.
        let _ = tracing_log::LogTracer::init();
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new("trace"))
            .with_span_events(FmtSpan::FULL)
            .with_writer(move || writer.clone())
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        tracing::trace!("{}", MARKS[0]);
        tracing_log::log::trace!("{}", MARKS[1]);
        Self {
            buffer,
            _guard: guard,
        }
    }

    /// The lines so far.
    pub fn text(&self) -> Result<String, Failed> {
        let text = {
            let bytes = self.buffer.0.lock().unwrap_or_else(PoisonError::into_inner);
            String::from_utf8_lossy(&bytes).into_owned()
        };
        for mark in MARKS {
            if !text.contains(mark) {
                return Err(format!("no line was captured that says {mark:?}").into());
            }
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
