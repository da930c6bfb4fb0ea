//! Every operation of a store, with credentials to give away and with every error that it can make.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt::Debug;

use libtest_mimic::Failed;
use zoho_token_store::{Error, ErrorKind, OAuthToken, TokenId, TokenStore};

use super::bird::Bird;

/// Texts that came out, each with where from.
#[derive(Default)]
pub struct Texts {
    texts: Vec<(String, String)>,
    kinds: BTreeSet<String>,
}

impl Texts {
    pub fn add(&mut self, origin: &str, text: String) {
        self.texts.push((origin.to_owned(), text));
    }

    pub fn debug(&mut self, origin: &str, value: &impl Debug) {
        self.add(&format!("Debug of {origin}"), format!("{value:?}"));
        self.add(&format!("Debug of {origin}"), format!("{value:#?}"));
    }

    /// Whose `Debug` was printed.
    pub fn origins(&self) -> BTreeSet<&str> {
        let origins = self.texts.iter().map(|(origin, _)| origin.as_str());
        origins
            .filter_map(|origin| origin.strip_prefix("Debug of "))
            .collect()
    }

    /// An error with its causes and its listing.
    pub fn error(&mut self, origin: &str, error: &Error) {
        self.kinds.insert(format!("{:?}", error.kind()));
        self.debug(origin, error);
        self.debug(origin, &error.listing());
        self.add(&format!("Display of {origin}"), error.to_string());
        let mut cause = error.source();
        while let Some(error) = cause {
            self.add(
                &format!("Debug of a cause of {origin}"),
                format!("{error:?}"),
            );
            self.add(
                &format!("Display of a cause of {origin}"),
                error.to_string(),
            );
            cause = error.source();
        }
    }

    fn result(&mut self, origin: &str, result: &Result<impl Debug, Error>) {
        match result {
            Ok(value) => self.debug(&format!("what {origin} gives"), value),
            Err(error) => self.error(&format!("the error of {origin}"), error),
        }
    }

    /// Whether the walk came along an error of this kind: else it proves little.
    pub fn must_show(&self, kind: ErrorKind) -> Result<(), Failed> {
        let seen = self.kinds.contains(&format!("{kind:?}"));
        seen.then_some(())
            .ok_or_else(|| format!("no error was {kind:?}").into())
    }

    pub fn check(&self) -> Result<(), Failed> {
        for (origin, text) in &self.texts {
            if let Some(bird) = Bird::found_in(text) {
                return Err(format!("{bird} shows in {origin}:\n{text}").into());
            }
        }
        Ok(())
    }
}

/// Saves, finds, lists and removes; leaves records behind.
pub async fn every_operation(store: &dyn TokenStore, texts: &mut Texts) {
    let bird = Bird::token;
    let too_large = Bird::ACCESS.repeat(65_536 / Bird::ACCESS.len() + 1);
    let other = |token: OAuthToken| token.with_client("other", Bird::SECRET);
    for token in [
        bird().with_id("1").with_user("u"),
        bird().with_id("1").with_user("u"),
        other(bird()).with_id("2").with_user("u"),
        bird().with_user("v"),
        bird()
            .with_user("v")
            .with_api_domain("https://www.zohoapis.eu"),
        bird(),
        OAuthToken::new().with_access_token(Bird::ACCESS),
        OAuthToken::new().with_refresh_token(Bird::REFRESH),
        // Ambiguous, Conflict, InvalidInput twice, TooLarge.
        OAuthToken::new()
            .with_user("u")
            .with_access_token(Bird::ACCESS),
        bird().with_id("1").with_user("v"),
        bird().with_id("not usable").with_user("w"),
        OAuthToken::new().with_client("client", Bird::SECRET),
        bird().with_user("v").with_access_token(too_large),
    ] {
        texts.result("save_token", &store.save_token(&token).await);
    }
    every_look_up(store, texts).await;
    for id in ["2", "99", "not usable"] {
        texts.result("delete_token", &store.delete_token(&id.into()).await);
    }
    texts.result("get_tokens", &store.get_tokens().await);
    texts.result("delete_tokens", &store.delete_tokens().await);
    let again = bird().with_id("1").with_user("u");
    texts.result("save_token", &store.save_token(&again).await);
    let again = bird().with_id("2").with_user("v");
    texts.result("save_token", &store.save_token(&again).await);
}

/// Finds by every key, and lists.
pub async fn every_look_up(store: &dyn TokenStore, texts: &mut Texts) {
    let client = || OAuthToken::new().with_client("client", Bird::SECRET);
    for query in [
        OAuthToken::new().with_id("1"),
        OAuthToken::new().with_user("u"),
        OAuthToken::new().with_user("v"),
        OAuthToken::new().with_access_token(Bird::ACCESS),
        OAuthToken::new().with_refresh_token(Bird::REFRESH),
        client(),
        client().with_access_token(Bird::ACCESS),
        client().with_refresh_token(Bird::REFRESH),
        client().with_grant_token(Bird::GRANT),
        client().with_grant_token(format!("{} unknown", Bird::GRANT)),
    ] {
        texts.result("find_token", &store.find_token(&query).await);
    }
    for id in ["1", "2", "not usable"] {
        texts.result(
            "find_token_by_id",
            &store.find_token_by_id(&id.into()).await,
        );
    }
    texts.result("get_tokens", &store.get_tokens().await);
    texts.add("Debug of the store", format!("{store:?}"));
    texts.add("Debug of the store", format!("{store:#?}"));
}

/// The id of a record that the store holds.
pub async fn some_id(store: &dyn TokenStore) -> Result<TokenId, Failed> {
    let tokens = store.get_tokens().await?;
    let id = tokens.first().and_then(|token| token.id().cloned());
    id.ok_or_else(|| "the walk left no record".into())
}
