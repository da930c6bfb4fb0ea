//! A token's secret that someone has scheduled for deletion.

use std::collections::BTreeMap;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use zoho_token_store::SaveOutcome;

use super::{same, secret};
use crate::contract::words::*;
use crate::target::{Handle, Options, Service, Target};

pub fn trials(target: Target) -> Vec<Trial> {
    let mut trials = vec![
        Trial::test(super::name(target, "scheduled"), move || {
            target.block_on(cold(target))
        }),
        Trial::test(super::name(target, "scheduled-deletion"), move || {
            target.block_on(deletion(target))
        }),
    ];
    // The emulators accept Put on such a secret, and leave it scheduled.
    if target == Target::Simulator {
        let warm = move || target.block_on(warm(target));
        trials.push(Trial::test(super::name(target, "scheduled-warm"), warm));
    }
    trials
}

async fn schedule(service: &Service, id: &str) -> Result<(), Failed> {
    let name = secret(service, &format!("token/{id}"));
    let delete = service.client().delete_secret().secret_id(name);
    delete.recovery_window_in_days(7).send().await?;
    Ok(())
}

/// No key finds it and no listing has it. A save restores it, with the fields and tags of the new
/// token and none of the old one's.
async fn cold(target: Target) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let before = stage.open(Handle::First)?;
    for token in three() {
        before.save_token(&token).await?;
    }
    schedule(service, "1").await?;

    let store = stage.open(Handle::Second)?;
    for query in [
        id("1"),
        user(ALICE),
        user(ALICE).creds(),
        gt("G1").creds(),
        rt("R1").creds(),
        at("A1"),
    ] {
        same(&format!("{query:?}"), store.find_token(&query).await?, None)?;
    }
    let others = vec![Arc::new(two()), Arc::new(third())];
    same("the others", store.get_tokens().await?, others)?;

    let new = id("1").user("carol@x.test").rt("R1c").of("other");
    let saved = store.save_token(&new).await?;
    same(
        "a save",
        (saved.outcome, &*saved.token),
        (SaveOutcome::Created, &new),
    )?;
    let fresh = stage.open(Handle::Witness)?;
    let all = vec![Arc::new(new.clone()), Arc::new(two()), Arc::new(third())];
    same("all", fresh.get_tokens().await?, all)?;
    for query in [user(ALICE).creds(), gt("G1").creds(), rt("R1").creds()] {
        same(&format!("{query:?}"), fresh.find_token(&query).await?, None)?;
    }
    for query in [id("1"), user("carol@x.test"), rt("R1c").of("other")] {
        let found = fresh.find_token(&query).await?;
        same(&format!("{query:?}"), found.as_deref(), Some(&new))?;
    }
    let name = secret(service, "token/1");
    let described = service.client().describe_secret().secret_id(name).send();
    let described = described.await?;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let tags = described.tags().iter();
    let tags: BTreeMap<_, _> = tags
        .map(|tag| (text(tag.key()), text(tag.value())))
        .collect();
    let tag = |key: &str| tags.get(&format!("zoho-token-store:{key}")).cloned();
    same(
        "the user's tag",
        tag("user"),
        Some("carol@x.test".to_owned()),
    )?;
    same("the client's tag", tag("client"), Some("other".to_owned()))
}

/// There is nothing to delete, for one and for all.
async fn deletion(target: Target) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let before = stage.open(Handle::First)?;
    for token in three() {
        before.save_token(&token).await?;
    }
    schedule(service, "1").await?;
    schedule(service, "2").await?;
    let store = stage.open(Handle::Second)?;
    same("a deletion", store.delete_token(&"1".into()).await?, false)?;
    same(
        "a look-up",
        store.find_token_by_id(&"1".into()).await?,
        None,
    )?;
    same("a purge", store.delete_tokens().await?, 1)?;
    same("all", store.get_tokens().await?, Vec::new())
}

/// A process that has the record in its cache notices at its next save.
async fn warm(target: Target) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let store = stage.open(Handle::First)?;
    store.save_token(&one()).await?;
    schedule(service, "1").await?;
    let new = id("1").at("A1b");
    let saved = store.save_token(&new).await?;
    same(
        "a save",
        (saved.outcome, &*saved.token),
        (SaveOutcome::Created, &new),
    )?;
    let fresh = stage.open(Handle::Second)?;
    let found = fresh.find_token_by_id(&"1".into()).await?;
    same("a look-up", found.as_deref(), Some(&new))
}
