//! `ztok find`: one token out.

use clap::{ArgGroup, Args};
use zoho_token_store::{OAuthToken, Timestamp};

use crate::columns::{self, COLUMNS, Reveal};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::Source;
use crate::words::{printable, relative};

/// Find one token by any key
///
/// The first of these that is given decides: the id; the user, with an agreeing client; in a query
/// also the access token, or the grant or refresh token with client id and client secret.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("key").args(["id", "user", "query"]).required(true).multiple(true),
    after_help = "\
Examples:
  ztok find --user alice@example.com --client-id 1000.CLIENT
  ztok find --id 7 --reveal --output json | jq -r .access_token
  echo '{\"access_token\": \"...\"}' | ztok find --query -"
)]
pub struct Find {
    /// The token's id
    #[arg(long)]
    id: Option<String>,

    /// The user's name, byte by byte
    #[arg(long)]
    user: Option<String>,

    /// The OAuth client's id; needed where a user has tokens of several clients
    #[arg(long)]
    client_id: Option<String>,

    /// A file with a partial token as JSON, which may hold credentials; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "user", "client_id"])]
    query: Option<Source>,

    /// Show credentials
    #[arg(long)]
    reveal: bool,
}

impl Find {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let query = self.query().await?;
        let store = context.store().await?;
        let Some(token) = store.find_token(&query).await? else {
            return Err(Failure::new(Exit::NotFound, "no such token"));
        };
        let reveal = if self.reveal {
            Reveal::Shown
        } else {
            Reveal::Hidden
        };
        context.console.answer(
            || describe(&token, reveal, context.now()),
            || columns::to_value(&token, reveal),
        )?;
        Ok(Exit::Done)
    }

    async fn query(&self) -> Result<OAuthToken, Failure> {
        if let Some(source) = &self.query {
            let text = source.read_token().await?;
            return columns::parse(&text).map_err(Failure::usage);
        }
        let mut query = OAuthToken::new();
        if let Some(id) = &self.id {
            query = query.with_id(id.as_str());
        }
        if let Some(user) = &self.user {
            query = query.with_user(user.as_str());
        }
        if let Some(client) = &self.client_id {
            query = query.with_client_id(client.as_str());
        }
        Ok(query)
    }
}

/// A line for each column that is set.
fn describe(token: &OAuthToken, reveal: Reveal, now: Timestamp) -> String {
    let mut texts = columns::texts(token, reveal);
    if let Some(at) = token.expires_at() {
        texts[EXPIRY] = Some(relative(at, now));
    }
    let set = COLUMNS.iter().zip(texts).filter_map(|(name, text)| {
        let text = text?;
        Some(format!("{name:<14} {}\n", printable(&text)))
    });
    set.collect()
}

/// The place of `expiry_time` among the columns.
const EXPIRY: usize = 7;
