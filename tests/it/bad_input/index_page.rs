//! An index page that is broken, withdrawn, or full.

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use zoho_token_store::ErrorKind::Corrupt;
use zoho_token_store::{Listing, OAuthToken, SaveOutcome, TokenStore};

use super::{Content, can_hold, fails, same, secret};
use crate::contract::words::*;
use crate::target::{Handle, Options, Target};

/// What someone makes of the page.
const BROKEN: &[(&str, &str)] = &[
    ("not-json", r#"{"schema":1,"#),
    ("not-an-object", "[]"),
    ("no-fields", "{}"),
    ("a-token", r#"{"schema":1,"id":"1","access_token":"A1"}"#),
    ("schema-unknown", r#"{"schema":2,"writes":[],"entries":{}}"#),
    ("schema-absent", r#"{"writes":[],"entries":{}}"#),
    ("writes-absent", r#"{"schema":1,"entries":{}}"#),
    (
        "writes-of-wrong-type",
        r#"{"schema":1,"writes":["1"],"entries":{}}"#,
    ),
    (
        "entries-of-wrong-type",
        r#"{"schema":1,"writes":[],"entries":[]}"#,
    ),
    (
        "entry-of-wrong-type",
        r#"{"schema":1,"writes":[],"entries":{"1":"u"}}"#,
    ),
    (
        "entry-without-writer",
        r#"{"schema":1,"writes":[],"entries":{"1":["",0]}}"#,
    ),
    (
        "fingerprint-cut-off",
        r#"{"schema":1,"writes":[],"entries":{"1":["uab",0,1]}}"#,
    ),
    ("binary", "(bytes)"),
];

pub fn trials(target: Target) -> Vec<Trial> {
    let rows = BROKEN
        .iter()
        .filter(|(_, content)| can_hold(target, content));
    let rows = rows.map(|(code, content)| {
        let name = super::name(target, &format!("page-{code}"));
        let trial = move || target.block_on(broken(target, Content::of(content)));
        Trial::test(name, trial)
    });
    let mut trials: Vec<Trial> = rows.collect();
    trials.push(Trial::test(
        super::name(target, "page-scheduled"),
        move || target.block_on(scheduled(target)),
    ));
    if target == Target::Simulator {
        trials.push(Trial::test(super::name(target, "page-full"), move || {
            target.block_on(full(target))
        }));
    }
    trials
}

/// A record under an id that its key gives.
fn by_own_key() -> OAuthToken {
    user("u").rt("R9").at("A9").creds()
}

fn newcomer() -> OAuthToken {
    user("v").rt("RV").creds()
}

async fn must_find(
    store: &dyn TokenStore,
    query: OAuthToken,
    want: &OAuthToken,
) -> Result<(), Failed> {
    let found = store.find_token(&query).await?;
    same(&format!("{query:?}"), found.as_deref(), Some(want))
}

/// Tokens stay findable by id and by their own key, and can be saved and deleted; what needs the page
/// is an error that names it, until it is repaired.
async fn broken(target: Target, content: Content) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let before = stage.open(Handle::First)?;
    before.save_token(&one()).await?;
    let mut known = OAuthToken::clone(&before.save_token(&by_own_key()).await?.token);
    let page = secret(service, "index/00");
    let good = Content::read(service, &page).await?;
    content.write(service, &page).await?;

    let store = stage.open(Handle::Second)?;
    must_find(&*store, id("1"), &one()).await?;
    must_find(
        &*store,
        token().with_id(known.id().ok_or("no id")?.clone()),
        &known,
    )
    .await?;
    must_find(&*store, user("u").creds(), &known).await?;
    // Only the page leads from a user to a record with a given id, or tells that there is none.
    for query in [
        user(ALICE).creds(),
        user("nobody").creds(),
        user("u"),
        at("A9"),
    ] {
        let found = store.find_token(&query).await;
        fails(&format!("{query:?}"), found, Corrupt, &page)?;
    }
    let error = fails("listing", store.get_tokens().await, Corrupt, &page)?;
    let good_ones = error.listing().map(|listing| listing.tokens.len());
    same("what could be listed", good_ones, Some(0))?;

    known = known.at("A9b");
    let saved = store.save_token(&user("u").at("A9b").creds()).await?;
    same(
        "a refresh",
        (saved.outcome, &*saved.token),
        (SaveOutcome::Updated, &known),
    )?;
    let saved = store.save_token(&newcomer()).await?;
    let outcome = (saved.outcome, saved.listing);
    same(
        "a new token",
        outcome,
        (SaveOutcome::Created, Listing::Current),
    )?;
    let fresh = stage.open(Handle::Witness)?;
    must_find(&*fresh, newcomer(), &saved.token).await?;
    let error = fails("listing", fresh.get_tokens().await, Corrupt, &page)?;
    let good_ones = error.listing().map(|listing| listing.tokens.clone());
    same("what could be listed", good_ones, Some(vec![saved.token]))?;

    same("a deletion", fresh.delete_token(&"1".into()).await?, true)?;
    same(
        "what is deleted",
        fresh.find_token_by_id(&"1".into()).await?,
        None,
    )?;
    fails("a purge", fresh.delete_tokens().await, Corrupt, &page)?;
    same("the page", Content::read(service, &page).await?, content)?;

    good.write(service, &page).await?;
    let repaired = stage.open(Handle::Witness)?;
    same("all", repaired.get_tokens().await?, vec![Arc::new(known)])?;
    same("a purge", repaired.delete_tokens().await?, 1)
}

/// Someone deletes the page. While it can be restored it is not as if it had never been: listings are
/// an error that names it, and the next save restores it with all that it names.
async fn scheduled(target: Target) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let before = stage.open(Handle::First)?;
    before.save_token(&one()).await?;
    before.save_token(&two()).await?;
    let page = secret(service, "index/00");
    let delete = service.client().delete_secret().secret_id(&page);
    delete.recovery_window_in_days(7).send().await?;

    let store = stage.open(Handle::Second)?;
    must_find(&*store, id("1"), &one()).await?;
    fails("listing", store.get_tokens().await, Corrupt, &page)?;
    fails(
        "a look-up",
        store.find_token(&user(ALICE)).await,
        Corrupt,
        &page,
    )?;
    fails("a purge", store.delete_tokens().await, Corrupt, &page)?;
    // The user's record has a given id, to which only the page leads.
    let saved = store.save_token(&user(ALICE).at("A1b").creds()).await?;
    let expected = one().at("A1b");
    same(
        "a save",
        (saved.outcome, &*saved.token),
        (SaveOutcome::Updated, &expected),
    )?;
    let fresh = stage.open(Handle::Witness)?;
    let all = vec![Arc::new(expected), Arc::new(two())];
    same("all", fresh.get_tokens().await?, all)?;
    must_find(&*fresh, user(BOB), &two()).await
}

/// A page that is full passes new entries to the next; none has more than a secret holds.
async fn full(target: Target) -> Result<(), Failed> {
    const TOKENS: usize = 450;
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let store = stage.open(Handle::First)?;
    let tokens: Vec<_> = (0..TOKENS)
        .map(|n| user(&format!("user-{n}")).rt(&format!("R{n}")).creds())
        .collect();
    let saves = tokens.iter().map(|token| store.save_token(token));
    for saved in futures::future::try_join_all(saves).await? {
        same("a save", saved.listing, Listing::Current)?;
    }
    for page in ["index/00", "index/01"] {
        let Content::Text(text) = Content::read(service, &secret(service, page)).await? else {
            return Err(format!("{page} is not text").into());
        };
        if text.len() > 65_536 {
            return Err(format!("{page} has {} bytes", text.len()).into());
        }
    }
    let fresh = stage.open(Handle::Second)?;
    same("all", fresh.get_tokens().await?.len(), TOKENS)
}
