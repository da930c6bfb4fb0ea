//! `ztok save`: one token in.

use clap::Args;
use serde_json::json;
use zoho_token_store::{Listing, MemoryTokenStore, OAuthToken, SaveOutcome, Saved, TokenStore};

use crate::columns;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::Source;

/// Save one token; print its id
///
/// The token is JSON with the ten columns of Zoho's SDKs: id, user_name, client_id, client_secret,
/// refresh_token, access_token, grant_token, expiry_time (epoch milliseconds), redirect_url,
/// api_domain. Columns that are absent, null or empty keep what is stored.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ztok save token.json
  ztok save --dry-run - < token.json")]
pub struct Save {
    /// A file with the token; `-` is standard input
    #[arg(default_value = "-")]
    file: Source,

    /// Say what would be done, and write nothing; reads all tokens
    #[arg(long)]
    dry_run: bool,
}

impl Save {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        if self.file.is_terminal() {
            context
                .console
                .note("Type or paste the token as JSON, then Ctrl-D.");
        }
        let text = self.file.read_token().await?;
        let token = columns::parse(&text).map_err(Failure::usage)?;
        let store = context.store().await?;
        let saved = if self.dry_run {
            rehearse(&store.get_tokens().await?, &token).await?
        } else {
            store.save_token(&token).await?
        };
        self.tell(&saved, context)
    }

    fn tell(&self, saved: &Saved, context: &Context) -> Result<Exit, Failure> {
        let id = saved
            .token
            .id()
            .map(ToString::to_string)
            .unwrap_or_default();
        let outcome = match saved.outcome {
            SaveOutcome::Created => "created",
            SaveOutcome::Updated => "updated",
            SaveOutcome::Unchanged => "unchanged",
            _ => "saved",
        };
        let behind = saved.listing == Listing::Behind;
        let json = || {
            json!({
                "id": id,
                "outcome": outcome,
                "listing": if behind { "behind" } else { "current" },
                "dry_run": self.dry_run,
            })
        };
        context.console.answer(|| format!("{id}\n"), json)?;
        let would = if self.dry_run { "would be " } else { "" };
        context.console.note(format!("{would}{outcome}"));
        if behind {
            context
                .console
                .note("Listings do not know the token yet: run `ztok doctor --fix`.");
        }
        Ok(Exit::Done)
    }
}

/// The same save into a copy in memory, which keeps the same contract.
async fn rehearse(
    stored: &[std::sync::Arc<OAuthToken>],
    token: &OAuthToken,
) -> Result<Saved, Failure> {
    let copy = MemoryTokenStore::new();
    for token in stored {
        copy.save_token(token).await?;
    }
    Ok(copy.save_token(token).await?)
}
