//! No credential shows where it does not belong.
//!
//! Credentials that can be recognised in any disguise go through every operation of a store. None may
//! show in `Debug` or `Display` of anything public, in a panic's message, in a log line of anyone at
//! level TRACE, or in a request outside the value of a token's secret.

pub mod bird;
mod exports;
pub mod lines;
mod panics;
mod sdk;
mod serde;
mod walk;
mod wire;

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;
use zoho_token_store::{
    Error, ErrorKind, IncompleteListing, MemoryTokenStore, Saved, Secret, TokenStore as _,
};

use crate::target::{Handle, Options, Target};
use bird::{Bird, disguises};
use lines::Lines;
use walk::Texts;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("canary::disguises", recognised),
        Trial::test("canary::exports", exports::listed),
        Trial::test("canary::not_serialised", serde::not_serialised),
        Trial::test("canary::panics", panics::panics),
        Trial::test("canary::types", || Target::Memory.block_on(types())),
    ]
}

/// The trials that need a store.
pub fn trials_on(target: Target) -> Vec<Trial> {
    let name = |trial: &str| format!("{}::canary::{trial}", target.name());
    let texts = move || target.block_on(texts(target));
    let mut trials = vec![Trial::test(name("texts"), texts)];
    #[cfg(feature = "simulator")]
    if target == Target::Simulator {
        let bare = move || target.block_on(sdk::bare());
        trials.push(Trial::test(name("sdk_alone"), bare));
    }
    if target != Target::Memory {
        let requests = move || target.block_on(wire::requests(target));
        trials.push(Trial::test(name("requests"), requests));
    }
    trials
}

/// The search finds what it must find.
fn recognised() -> Result<(), Failed> {
    let token = Bird::token();
    let secret = token.access_token().map(Secret::expose).unwrap_or_default();
    for (disguise, text) in disguises(secret) {
        if Bird::found_in(&text).is_none() {
            return Err(format!("not recognised as {disguise}: {text}").into());
        }
    }
    let innocent = "find_token: invalid input: the query names no id, user";
    match Bird::found_in(innocent) {
        None => Ok(()),
        Some(bird) => Err(format!("{bird} found in {innocent:?}").into()),
    }
}

/// Every public type that can hold a credential and can be made here.
async fn types() -> Result<(), Failed> {
    let token = Arc::new(Bird::token());
    let secret = Secret::new(Bird::REFRESH);
    let error = || Error::new(ErrorKind::Corrupt, "the value is not JSON");
    let listing = IncompleteListing::new(vec![token.clone()], vec![("1".into(), error())]);
    let store = MemoryTokenStore::new();
    store.save_token(&token).await?;
    let mut texts = Texts::default();
    texts.debug("OAuthToken", &token);
    texts.debug("Secret", &secret);
    texts.add("Secret", secret.to_string());
    texts.debug("MemoryTokenStore", &store);
    texts.debug("Saved", &Saved::created(token.clone()));
    texts.debug("Saved", &Saved::updated(token.clone()));
    texts.debug("Saved", &Saved::unchanged(token));
    texts.debug("IncompleteListing", &listing);
    texts.error("Error", &Error::incomplete(listing.clone()));
    texts.error("Error", &error().with_source(Error::incomplete(listing)));
    #[cfg(feature = "simulator")]
    simulated(&mut texts).await?;
    exports::printed(&texts.origins())?;
    texts.check()
}

/// A simulator that holds credentials, and has received some.
#[cfg(feature = "simulator")]
async fn simulated(texts: &mut Texts) -> Result<(), Failed> {
    use zoho_token_store::SecretsManagerTokenStore;
    use zoho_token_store::simulator::{Response, Simulator};
    let simulator = Simulator::new();
    let create = simulator.client().create_secret().name("app/token/1");
    create.secret_string(Bird::ACCESS).send().await?;
    let requests = simulator.requests();
    let holds = requests
        .iter()
        .any(|request| Bird::found_in(&request.body).is_some());
    if !holds {
        return Err("the simulator has not kept the request".into());
    }
    texts.debug("simulator::Simulator", &simulator);
    texts.debug("simulator::Request", &requests);
    texts.debug("simulator::SecretSnapshot", &simulator.secrets());
    let ask = br#"{"SecretId":"app/token/1"}"#;
    let response = simulator.answer("secretsmanager.GetSecretValue", ask).await;
    let shows = |response: &Response| Bird::found_in(&response.body).is_some();
    if !response.as_ref().is_some_and(shows) {
        return Err("the simulator has not answered with the value".into());
    }
    texts.debug("simulator::Response", &response);
    let store = SecretsManagerTokenStore::from_client(&simulator.client())?;
    let tokens = [Bird::token()];
    let saving = store.save_tokens(&tokens, std::num::NonZeroU32::MIN);
    texts.debug("BulkSave", &saving);
    Ok(())
}

/// Everything that a store gives out, and all that is logged meanwhile.
async fn texts(target: Target) -> Result<(), Failed> {
    let lines = Lines::capture();
    let stage = target.stage(Options::default())?;
    let open = |handle| match stage.service() {
        Some(service) => service.open_through(&sdk::talkative(service), handle),
        None => stage.open(handle),
    };
    let store = open(Handle::First)?;
    let mut texts = Texts::default();
    walk::every_operation(&*store, &mut texts).await;
    if let Some(service) = stage.service() {
        let id = walk::some_id(&*store).await?;
        // Not through the store: the SDK by itself would say what is written.
        let tampering = wire::tamper(service, &id);
        tampering.with_subscriber(NoSubscriber::default()).await?;
        walk::every_look_up(&*open(Handle::Second)?, &mut texts).await;
        walk::every_look_up(&*store, &mut texts).await;
        texts.must_show(ErrorKind::Corrupt)?;
    }
    for kind in [
        ErrorKind::Ambiguous,
        ErrorKind::Conflict,
        ErrorKind::InvalidInput,
        ErrorKind::TooLarge,
    ] {
        texts.must_show(kind)?;
    }
    let lines = lines.text()?;
    if stage.service().is_some() {
        sdk::must_be_talkative(&lines)?;
    }
    texts.add("the lines logged", lines);
    texts.check()
}
