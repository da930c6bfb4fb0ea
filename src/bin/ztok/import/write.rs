//! The writes of an import, and what came of them.

use std::num::NonZeroU32;

use futures::StreamExt as _;
use zoho_token_store::{Error, Listing, OAuthToken, SaveOutcome, Saved, SecretsManagerTokenStore};

use super::plan::Plan;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::stop::Stop;

/// How often a token is tried whose error may pass.
const PASSES: u32 = 3;

/// What came of the writes.
#[derive(Debug, Default)]
pub struct Written {
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
    /// Saved, but not listed yet.
    pub behind: usize,
    /// What failed in the end, with its place in the plan.
    pub failures: Vec<(usize, Error)>,
}

/// Saves what is planned. On Ctrl-C it ends what it has begun.
pub async fn write(
    plan: &Plan,
    store: &SecretsManagerTokenStore,
    writes_per_second: NonZeroU32,
    progress: &Progress,
    stop: &Stop,
) -> Written {
    let mut written = Written::default();
    let mut pending: Vec<usize> = (0..plan.tokens.len()).collect();
    for pass in 1..=PASSES {
        let tokens: Vec<OAuthToken> = pending.iter().map(|at| plan.tokens[*at].clone()).collect();
        let (mut again, mut is_stopping) = (Vec::new(), stop.is_requested());
        let mut saving = store.save_tokens(&tokens, writes_per_second);
        if is_stopping {
            saving.stop();
        }
        loop {
            let outcome = tokio::select! {
                outcome = saving.next() => outcome,
                () = stop.requested(), if !is_stopping => {
                    is_stopping = true;
                    saving.stop();
                    progress.say("Stopping: what was begun is ended.");
                    continue;
                }
            };
            let Some((position, outcome)) = outcome else {
                break;
            };
            let at = pending[position];
            match outcome {
                Ok(saved) => written.count(&saved),
                Err(error) if error.is_retryable() && pass < PASSES && !is_stopping => {
                    again.push(at);
                    continue;
                }
                Err(error) => written.failures.push((at, error)),
            }
            progress.step();
        }
        pending = again;
        if pending.is_empty() {
            break;
        }
        progress.say(&format!("{} tokens are tried again.", pending.len()));
    }
    written
}

impl Written {
    fn count(&mut self, saved: &Saved) {
        self.behind += usize::from(saved.listing == Listing::Behind);
        match saved.outcome {
            SaveOutcome::Created => self.created += 1,
            SaveOutcome::Unchanged => self.unchanged += 1,
            _ => self.updated += 1,
        }
    }

    /// How many tokens have an outcome.
    pub fn ended(&self) -> usize {
        self.created + self.updated + self.unchanged + self.failures.len()
    }

    /// How an import of so many tokens ends.
    pub fn end(self, all: usize) -> Result<Exit, Failure> {
        let (failed, left) = (self.failures.len(), all - self.ended());
        let failure = match self.failures.first() {
            Some((_, error)) => {
                let message = format!("{failed} of {all} tokens were not saved");
                Failure::new(error.kind().into(), message).because(error)
            }
            None if left > 0 => {
                let message = format!("interrupted: {left} of {all} tokens were not begun");
                Failure::new(Exit::Interrupted, message)
            }
            None => return Ok(Exit::Done),
        };
        Err(failure.hint("the same command saves what is missing"))
    }
}
