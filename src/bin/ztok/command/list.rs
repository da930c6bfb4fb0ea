//! `ztok list`: every token, or those that expire soon.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::Value;
use zoho_token_store::{OAuthToken, Timestamp, Verb};

use crate::columns::{self, Reveal};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::words::{self, data_centre, parse_span, printable, relative, table};

/// List all tokens
///
/// The list is read afresh, and complete: if a token cannot be read, the others are listed and the
/// command fails.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ztok list
  ztok list --expiring 10m
  ztok list --output json | jq -r '.[].user_name'")]
pub struct List {
    /// Only tokens whose access token expires within this time, or has expired: 30s, 10m, 2h, 7d
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    expiring: Option<Duration>,

    /// Show credentials; with --output json only
    #[arg(long)]
    reveal: bool,
}

impl List {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let store = context.store().await?;
        let progress = context.console.progress("Reading tokens, requests", 0);
        let listing = progress
            .follow(&store, Verb::BatchGetSecretValue, store.get_tokens())
            .await;
        let (tokens, failure) = match listing {
            Ok(tokens) => (tokens, None),
            Err(error) => {
                let readable = error.listing().map(|listing| listing.tokens.clone());
                (readable.unwrap_or_default(), Some(Failure::from(error)))
            }
        };
        let now = context.now();
        let tokens = self.wanted(tokens, now);
        self.tell(&tokens, now, context)?;
        if let Some(failure) = failure {
            return Err(failure);
        }
        context.console.note(words::tokens(tokens.len() as u64));
        Ok(Exit::Done)
    }

    fn wanted(&self, tokens: Vec<Arc<OAuthToken>>, now: Timestamp) -> Vec<Arc<OAuthToken>> {
        let Some(within) = self.expiring else {
            return tokens;
        };
        let limit = now.saturating_add(within);
        let soon = |token: &Arc<OAuthToken>| token.is_expired(limit);
        tokens.into_iter().filter(soon).collect()
    }

    fn tell(
        &self,
        tokens: &[Arc<OAuthToken>],
        now: Timestamp,
        context: &Context,
    ) -> Result<(), Failure> {
        let reveal = if self.reveal {
            Reveal::Shown
        } else {
            Reveal::Hidden
        };
        let json = || {
            tokens
                .iter()
                .map(|token| columns::to_value(token, reveal))
                .collect()
        };
        let text = || {
            let rows: Vec<_> = tokens.iter().map(|token| row(token, now)).collect();
            match rows.is_empty() {
                true => String::new(),
                false => table(["ID", "USER", "CLIENT", "EXPIRES", "DC"], &rows),
            }
        };
        context.console.answer(text, || Value::Array(json()))
    }
}

fn row(token: &OAuthToken, now: Timestamp) -> [String; 5] {
    let text = |text: Option<&str>| text.map_or("-".to_owned(), printable);
    [
        text(token.id().map(|id| id.as_str())),
        text(token.user_name()),
        text(token.client_id()),
        token
            .expires_at()
            .map_or("-".to_owned(), |at| relative(at, now)),
        token.api_domain().map_or("-".to_owned(), data_centre),
    ]
}
