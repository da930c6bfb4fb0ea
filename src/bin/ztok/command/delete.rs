//! `ztok delete`: tokens out for good, or for as long as they can be restored.

use clap::Args;
use serde_json::json;
use zoho_token_store::{DeletionPolicy, SecretsManagerTokenStore, TokenId};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store;
use crate::words::printable;

/// Delete tokens by their ids
///
/// All ids are tried; if one of them names no token, the exit code is 3.
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

impl Delete {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let store = self.how.store(context).await?;
        let (mut deleted, mut absent) = (Vec::new(), Vec::new());
        let ids = self.ids.iter().map(|id| TokenId::from(id.as_str()));
        for id in ids {
            let was_there = if self.dry_run {
                store.find_token_by_id(&id).await?.is_some()
            } else {
                store.delete_token(&id).await?
            };
            let list = if was_there { &mut deleted } else { &mut absent };
            list.push(printable(id.as_str()));
        }
        let json = || json!({"deleted": deleted, "absent": absent, "dry_run": self.dry_run});
        let verb = if self.dry_run {
            "would delete"
        } else {
            "deleted"
        };
        let text = || deleted.iter().map(|id| format!("{verb} {id}\n")).collect();
        context.console.answer(text, json)?;
        if absent.is_empty() {
            return Ok(Exit::Done);
        }
        let message = format!("no token has the id {}", absent.join(", "));
        Err(Failure::new(Exit::NotFound, message))
    }
}
