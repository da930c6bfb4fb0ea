//! What a program does that is written in an afternoon: a secret for each token, found with
//! `ListSecrets`, and one more secret that lists them all and is written again with each save.
//!
//! It is only a measure of calls. Listings are late, and two savers lose each other's index entries.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType, Tag};
use zoho_token_store::OAuthToken;

use crate::tokens;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const TOKENS: &str = "naive/token/";
const INDEX: &str = "naive/index";

pub struct Naive(pub Client);

impl Naive {
    pub async fn save(&self, n: usize) -> Outcome<()> {
        self.create(n).await?;
        let id = tokens::id(n);
        let index = self.0.get_secret_value().secret_id(INDEX).send().await;
        match index {
            Ok(index) => {
                let old = index.secret_string.unwrap_or_default();
                let new = self.0.put_secret_value().secret_id(INDEX);
                new.secret_string(format!("{old},{id}")).send().await?;
            }
            Err(_) => {
                let new = self.0.create_secret().name(INDEX);
                new.secret_string(id).send().await?;
            }
        }
        Ok(())
    }

    /// Without a place in the index.
    pub async fn create(&self, n: usize) -> Outcome<()> {
        let id = tokens::id(n);
        let new = self.0.create_secret().name(format!("{TOKENS}{id}"));
        let new = new.secret_string(tokens::record(n, &id));
        let of_user = Tag::builder().key("user").value(tokens::user(n)).build();
        new.tags(of_user).send().await?;
        Ok(())
    }

    pub async fn find(&self, user: &str) -> Outcome<Option<OAuthToken>> {
        let of_user = filter(FilterNameStringType::TagValue, user);
        match self.names(of_user).await?.first() {
            Some(name) => Ok(Some(self.read(name).await?)),
            None => Ok(None),
        }
    }

    pub async fn list(&self) -> Outcome<Vec<OAuthToken>> {
        let mut tokens = Vec::new();
        for name in self
            .names(filter(FilterNameStringType::Name, TOKENS))
            .await?
        {
            tokens.push(self.read(&name).await?);
        }
        Ok(tokens)
    }

    pub async fn purge(&self) -> Outcome<usize> {
        let names = self
            .names(filter(FilterNameStringType::Name, TOKENS))
            .await?;
        for name in &names {
            let deletion = self.0.delete_secret().secret_id(name);
            deletion.force_delete_without_recovery(true).send().await?;
        }
        Ok(names.len())
    }

    async fn read(&self, name: &str) -> Outcome<OAuthToken> {
        let reply = self.0.get_secret_value().secret_id(name).send().await?;
        let record: serde_json::Value =
            serde_json::from_str(reply.secret_string().unwrap_or_default())?;
        let text = |field: &str| record[field].as_str().unwrap_or_default().to_owned();
        Ok(OAuthToken::new()
            .with_id(text("id"))
            .with_user(text("user_name"))
            .with_access_token(text("access_token")))
    }

    async fn names(&self, filter: Filter) -> Outcome<Vec<String>> {
        let mut names = Vec::new();
        let mut next = None;
        loop {
            let call = self.0.list_secrets().filters(filter.clone());
            let page = call.max_results(100).set_next_token(next).send().await?;
            names.extend(
                page.secret_list()
                    .iter()
                    .filter_map(|s| s.name())
                    .map(str::to_owned),
            );
            next = page.next_token;
            if next.is_none() {
                return Ok(names);
            }
        }
    }
}

fn filter(by: FilterNameStringType, value: &str) -> Filter {
    Filter::builder().key(by).values(value).build()
}
