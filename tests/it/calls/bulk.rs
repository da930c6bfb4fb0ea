//! Saves of many tokens with one call: what they cost, and how fast they write.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::time::Duration;

use futures::StreamExt as _;
use libtest_mimic::{Failed, Trial};
use zoho_token_store::simulator::{Outcome, Rates, Request, Simulator};
use zoho_token_store::testkit::Op::{DeleteAll, Save};
use zoho_token_store::{OAuthToken, SecretsManagerTokenStore, TokenId, Verb};

use super::lookups::own;
use super::paused;
use super::row::{Do, Row, row};
use crate::contract::words::*;

pub fn rows() -> Vec<Row> {
    let together = |code, tokens: Vec<OAuthToken>| row(code).does(Do::Together(tokens));
    vec![
        together("together-none", vec![]).gives("").costs(""),
        together("together-one", vec![own()])
            .gives("created")
            .costs("Batch index, Create index, Create"),
        together("together-100", numbered(100))
            .stored([one()])
            .gives("100× created")
            .costs("Batch index, Put index, Create, Put index, 99× Create"),
        together("together-100-with-ids", with_ids(100))
            .gives("100× created")
            .costs("Batch index, Create index, Create, Put index, 99× Create"),
        together("together-100-again", numbered(100))
            .stored(numbered(100))
            .gives("100× unchanged")
            .costs("Batch index, 5× Batch"),
        together(
            "together-100-refreshed",
            numbered(100).into_iter().map(refreshed).collect(),
        )
        .stored(numbered(100))
        .gives("100× updated")
        .costs("Batch index, 5× Batch, 100× Put"),
        together("together-new-and-old", vec![two(), own(), refreshed(one())])
            .stored([one(), own()])
            .gives("created, unchanged, updated")
            .costs("Batch index, Batch, Put index, Put, Create"),
        // The second one waits for the first, and then finds its record.
        together("together-twice-the-same", vec![own(), own()])
            .gives("created, unchanged")
            .costs("Batch index, Create index, Create, Get"),
        together("together-deleted-before", vec![own()])
            .recoverable()
            .stored([own()])
            .elsewhere(DeleteAll)
            .gives("created")
            .costs("Batch index, Put index, Create, Restore, Get, Put, Tag"),
        // Any record may have the access token, so it is looked for in all of them.
        together("together-access-token-alone", vec![at("A9")])
            .stored([one()])
            .gives("created")
            .costs("Batch index, Get, Batch index, Get, Put index, Create"),
        together("together-saved-here", vec![own()])
            .after(Save(own()))
            .gives("unchanged")
            .costs("Batch index, Get"),
    ]
}

fn numbered(count: usize) -> Vec<OAuthToken> {
    let token = |n| user(&format!("u{n}")).rt(&format!("R{n}")).creds();
    (0..count).map(token).collect()
}

fn with_ids(count: usize) -> Vec<OAuthToken> {
    let ids = (1..).map(|n: usize| TokenId::from(n.to_string()));
    numbered(count)
        .into_iter()
        .zip(ids)
        .map(|(token, id)| token.with_id(id))
        .collect()
}

fn refreshed(token: OAuthToken) -> OAuthToken {
    token.at("B").exp(FAR + 1)
}

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("simulator::bulk::pace", || paused(pace())),
        Trial::test("simulator::bulk::stop", || paused(stop())),
        Trial::test("simulator::bulk::at-once", || paused(at_once())),
    ]
}

fn open(simulator: &Simulator) -> Result<SecretsManagerTokenStore, Failed> {
    let builder = SecretsManagerTokenStore::builder().clock(simulator.clock());
    Ok(builder.build(&simulator.client())?)
}

/// Saves; how often each outcome came.
async fn save(
    store: &SecretsManagerTokenStore,
    tokens: &[OAuthToken],
    per_second: u32,
) -> Result<BTreeMap<String, usize>, Failed> {
    let mut outcomes = BTreeMap::new();
    let per_second = NonZeroU32::new(per_second).ok_or("no pace")?;
    let mut saving = store.save_tokens(tokens, per_second);
    while let Some((_, outcome)) = saving.next().await {
        let outcome = format!("{:?}", outcome?.outcome);
        *outcomes.entry(outcome).or_default() += 1;
    }
    Ok(outcomes)
}

/// 1,000 tokens under the service's quotas: nothing is throttled, nothing is slower than it must be,
/// and the index is written a few times.
async fn pace() -> Result<(), Failed> {
    let simulator = Simulator::builder().rates(Rates::aws()).build();
    let began = simulator.clock().now();
    let (tokens, store) = (with_ids(1000), open(&simulator)?);
    let outcomes = save(&store, &tokens, 50).await?;
    let time = simulator.clock().now().since(began).unwrap_or_default();
    let requests = simulator.requests();
    let writes = index_writes(&requests);
    let throttled = requests
        .iter()
        .filter(|request| request.outcome != Outcome::Done);
    let (calls, throttled) = (requests.len(), throttled.count());
    let figures = format!(
        "1000 tokens: {calls} calls, {throttled} refused, index writes {writes:?}, {time:?}"
    );
    eprintln!("{figures}");
    let good = outcomes == BTreeMap::from([("Created".to_owned(), 1000)])
        && calls <= 1020
        && throttled == 0
        && writes.values().all(|writes| *writes <= 5)
        && (19..=21).contains(&time.as_secs());
    if !good {
        return Err(format!("{outcomes:?}; {figures}").into());
    }
    let outcomes = save(&open(&simulator)?, &tokens, 50).await?;
    let again = simulator.requests().split_off(calls);
    let written = again
        .iter()
        .filter(|request| !request.action.contains("Get"));
    if outcomes != BTreeMap::from([("Unchanged".to_owned(), 1000)]) || written.count() > 0 {
        return Err(format!("again: {outcomes:?}").into());
    }
    eprintln!("1000 tokens again: {} calls, nothing written", again.len());
    Ok(())
}

/// Writes of each index page.
fn index_writes(requests: &[Request]) -> BTreeMap<String, usize> {
    let mut writes = BTreeMap::new();
    let changes = |request: &&Request| !request.action.contains("Get");
    for name in requests
        .iter()
        .filter(changes)
        .flat_map(|request| &request.names)
    {
        if let Some((_, page)) = name.split_once("/index/") {
            *writes.entry(page.to_owned()).or_default() += 1;
        }
    }
    writes
}

/// Once stopped, what was begun is ended, told and kept; the same call saves the rest.
async fn stop() -> Result<(), Failed> {
    let simulator = Simulator::new();
    let (tokens, store) = (numbered(200), open(&simulator)?);
    let mut saving = store.save_tokens(&tokens, NonZeroU32::MIN);
    let mut saved = 0;
    while let Some((_, outcome)) = saving.next().await {
        outcome?;
        saved += 1;
        if saved == 20 {
            saving.stop();
        }
    }
    let stored = simulator.calls(Verb::CreateSecret) - 1;
    let listed = open(&simulator)?.get_tokens().await?.len();
    if !(20..=30).contains(&saved) || stored != saved || listed as u64 != saved {
        return Err(format!("{saved} told, {stored} stored, {listed} listed").into());
    }
    let outcomes = save(&open(&simulator)?, &tokens, 50).await?;
    let expected = [("Created", 200 - saved), ("Unchanged", saved)];
    let expected = expected.map(|(word, count)| (word.to_owned(), count as usize));
    if outcomes != BTreeMap::from(expected) {
        return Err(format!("the rest: {outcomes:?}").into());
    }
    Ok(())
}

/// Several processes save the same tokens, with ids and without, under quotas and with late reads:
/// one record comes of each.
async fn at_once() -> Result<(), Failed> {
    for seed in 0..3 {
        let simulator = Simulator::builder()
            .seed(seed)
            .jitter(Duration::from_millis(50))
            .read_lag(Duration::from_secs(2))
            .rates(Rates::aws())
            .build();
        let (own, given) = (numbered(60), with_ids(60));
        let stores = [open(&simulator)?, open(&simulator)?, open(&simulator)?];
        let singly = async {
            for token in own.iter().step_by(10) {
                stores[2].save_token(token).await?;
            }
            Ok::<_, Failed>(())
        };
        let (first, second, third) = tokio::join!(
            save(&stores[0], &own, 20),
            save(&stores[1], &given, 20),
            singly
        );
        third?;
        let listed = open(&simulator)?.get_tokens().await?;
        let users: BTreeSet<_> = listed
            .iter()
            .filter_map(|token| token.user_name())
            .collect();
        if listed.len() != 60 || users.len() != 60 {
            let (records, users) = (listed.len(), users.len());
            let outcomes = format!("{:?} {:?}", first?, second?);
            return Err(
                format!("seed {seed}: {records} records of {users} users: {outcomes}").into(),
            );
        }
        first?;
        second?;
    }
    Ok(())
}
