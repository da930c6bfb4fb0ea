//! `ztok delete-all`: the namespace empty.

use std::io::{self, BufRead, IsTerminal};

use clap::Args;
use serde_json::json;
use zoho_token_store::Verb;

use super::delete::How;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inventory;
use crate::output;
use crate::words::tokens;

/// Delete every token under the prefix, and of no other
///
/// Shows how many there are, and asks.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ztok delete-all --dry-run
  ztok delete-all --prefix crm/test --yes")]
pub struct DeleteAll {
    /// Do not ask; needed where no terminal is
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    how: How,

    /// Say how many would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

impl DeleteAll {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        if !self.yes && !self.dry_run && !io::stdin().is_terminal() {
            let fault = Failure::usage("there is no terminal to ask on");
            return Err(fault.hint("give --yes to delete all tokens without a question"));
        }
        let store = self.how.store(context).await?;
        // What cannot be read is deleted, too; what cannot be listed makes the deletion fail.
        let count = inventory::count(&store, context).await?.tokens;
        if self.dry_run {
            let prefix = &context.global.prefix;
            return self.tell(
                count,
                format!("would delete {} under {prefix}", tokens(count)),
                context,
            );
        }
        if !self.yes && count > 0 && !confirmed(count, context).await? {
            return Err(Failure::new(Exit::Failed, "nothing was deleted"));
        }
        let progress = context.console.progress("Deleting tokens", count);
        let deleted = progress
            .follow(&store, Verb::DeleteSecret, store.delete_tokens())
            .await? as u64;
        self.tell(deleted, format!("deleted {}", tokens(deleted)), context)
    }

    fn tell(&self, count: u64, text: String, context: &Context) -> Result<Exit, Failure> {
        let json = || json!({"deleted": count, "dry_run": self.dry_run});
        context.console.answer(|| format!("{text}\n"), json)?;
        Ok(Exit::Done)
    }
}

async fn confirmed(count: u64, context: &Context) -> Result<bool, Failure> {
    let prefix = &context.global.prefix;
    output::complain(&format!(
        "Delete {} under {prefix}? Type yes to go on.",
        tokens(count)
    ));
    let reading = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    let line = reading.await.unwrap_or_else(|error| Err(error.into()));
    let line = line.map_err(|error| Failure::io("cannot read the answer", error))?;
    Ok(line.trim() == "yes")
}
