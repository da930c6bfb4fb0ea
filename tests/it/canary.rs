//! No credential shows where it does not belong.
//!
//! Credentials that can be recognised in any disguise go through every operation of a store. None may
//! show in `Debug` or `Display` of anything public, in a tracing line of this crate, or in a request
//! outside the value of a token's secret.

pub mod bird;
pub mod lines;
mod walk;
mod wire;

use libtest_mimic::{Failed, Trial};
use zoho_token_store::{Error, ErrorKind, IncompleteListing, Saved, Secret, Stats, UserSignature};

use crate::target::{Handle, Options, Target};
use bird::{Bird, disguises};
use lines::Lines;
use walk::Texts;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("canary::disguises", recognised),
        Trial::test("canary::types", types),
    ]
}

/// The trials that need a store.
pub fn trials_on(target: Target) -> Vec<Trial> {
    let name = |trial: &str| format!("{}::canary::{trial}", target.name());
    let texts = move || target.block_on(texts(target));
    let mut trials = vec![Trial::test(name("texts"), texts)];
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

/// Every public type that can hold a credential.
fn types() -> Result<(), Failed> {
    let token = std::sync::Arc::new(Bird::token());
    let secret = Secret::new(Bird::REFRESH);
    let error = Error::new(ErrorKind::Corrupt, "the value is not JSON");
    let listing = IncompleteListing::new(vec![token.clone()], vec![("1".into(), error)]);
    let mut texts = Texts::default();
    texts.debug("OAuthToken", &token);
    texts.debug("Secret", &secret);
    texts.add("Secret, displayed", secret.to_string());
    texts.debug("UserSignature", &UserSignature::new("alice"));
    texts.debug("Saved", &Saved::created(token.clone()));
    texts.debug("Saved", &Saved::updated(token.clone()));
    texts.debug("Saved", &Saved::unchanged(token));
    texts.debug("IncompleteListing", &listing);
    texts.error("Error::incomplete", &Error::incomplete(listing));
    texts.debug("Stats", &Stats::default());
    texts.check()
}

/// Everything that a store gives out, and all that it logs.
async fn texts(target: Target) -> Result<(), Failed> {
    let lines = Lines::capture();
    let stage = target.stage(Options::default())?;
    let store = stage.open(Handle::First)?;
    let mut texts = Texts::default();
    walk::every_operation(&*store, &mut texts).await;
    if let Some(service) = stage.service() {
        let id = walk::some_id(&*store).await?;
        wire::tamper(service, &id).await?;
        walk::every_look_up(&*stage.open(Handle::Second)?, &mut texts).await;
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
    texts.add("a line of tracing", lines.text()?);
    texts.check()
}
