//! `ztok delete`: tokens out for good, or for as long as they can be restored.

use clap::Args;
use serde_json::json;
use zoho_token_store::{DeletionPolicy, Error, SecretsManagerTokenStore, TokenId};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store;
use crate::words::printable;

/// Delete tokens by their ids
///
/// If one of the ids names no token, the others are deleted, and the exit code is 3. Ctrl-C ends the
/// deletion that was begun, and stops.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ztok delete 7
  ztok delete --dry-run 7 8 9")]
pub struct Delete {
    /// Ids of tokens
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,

    #[command(flatten)]
    how: How,

    /// Say what would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

/// What becomes of the secrets.
#[derive(Debug, Args)]
pub struct How {
    /// Delete for good at once, instead of keeping the secrets restorable for 30 days
    #[arg(long)]
    immediate: bool,
}

impl How {
    /// The store that deletes in this way.
    pub async fn store(&self, context: &Context) -> Result<SecretsManagerTokenStore, Failure> {
        let policy = match self.immediate {
            true => DeletionPolicy::Immediate,
            false => DeletionPolicy::default(),
        };
        store::open_deleting(&context.global, policy).await
    }
}

/// What became of the ids.
#[derive(Debug, Default)]
struct Outcome {
    deleted: Vec<String>,
    absent: Vec<String>,
}

impl Delete {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let store = self.how.store(context).await?;
        let progress = context.console.progress("Deleting", self.ids.len() as u64);
        let mut outcome = Outcome::default();
        let mut failure = None;
        for id in &self.ids {
            if context.stop.is_requested() {
                progress.say("Stopping: what was begun is ended.");
                failure = Some(Failure::interrupted());
                break;
            }
            match self.delete(id, &store).await {
                Ok(true) => outcome.deleted.push(printable(id)),
                Ok(false) => outcome.absent.push(printable(id)),
                Err(error) => {
                    failure = Some(error.into());
                    break;
                }
            }
            progress.step();
        }
        progress.finish();
        self.tell(&outcome, context)?;
        match failure {
            Some(failure) => Err(failure),
            None if outcome.absent.is_empty() => Ok(Exit::Done),
            None => {
                let message = format!("no token has the id {}", outcome.absent.join(", "));
                Err(Failure::new(Exit::NotFound, message))
            }
        }
    }

    /// Whether there is, or was, such a token.
    async fn delete(&self, id: &str, store: &SecretsManagerTokenStore) -> Result<bool, Error> {
        let id = TokenId::from(id);
        match self.dry_run {
            true => Ok(store.find_token_by_id(&id).await?.is_some()),
            false => store.delete_token(&id).await,
        }
    }

    fn tell(
        &self,
        Outcome { deleted, absent }: &Outcome,
        context: &Context,
    ) -> Result<(), Failure> {
        let json = || json!({"deleted": deleted, "absent": absent, "dry_run": self.dry_run});
        let verb = if self.dry_run {
            "would delete"
        } else {
            "deleted"
        };
        let text = || deleted.iter().map(|id| format!("{verb} {id}\n")).collect();
        context.console.answer(text, json)
    }
}
