//! Ctrl-C: the first asks the command to stop, the second ends the program.

use tokio::sync::watch;

use crate::exit::Exit;
use crate::failure::Failure;

/// Tells whether the user wants the command to stop. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Listens for Ctrl-C and for a polite request to terminate.
    pub fn listen() -> Self {
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            while asked().await {
                if sender.send_replace(true) {
                    std::process::exit(Exit::Interrupted as i32);
                }
            }
            // Without signals there is nobody to ask; the receivers wait for ever.
            std::future::pending::<()>().await;
        });
        Self(receiver)
    }

    /// Waits until the command is asked to stop.
    pub async fn requested(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether the command was asked to stop.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Runs `work` to its end, or drops it when the command is asked to stop.
    ///
    /// For what is whole wherever it ends, as all operations of the store are.
    pub async fn or_dropped<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            outcome = work => outcome,
            () = self.requested() => Err(Failure::interrupted()),
        }
    }
}

/// Waits for a request to stop; false if none can come.
#[cfg(unix)]
async fn asked() -> bool {
    use tokio::signal::unix::{SignalKind, signal};

    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return tokio::signal::ctrl_c().await.is_ok();
    };
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.is_ok(),
        terminated = terminate.recv() => terminated.is_some(),
    }
}

#[cfg(not(unix))]
async fn asked() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
