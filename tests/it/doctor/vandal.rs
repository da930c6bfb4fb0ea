//! Random breakage from a seed, repaired while others work and things go wrong: every token that can
//! be read is listed and found by every key, none is deleted, and a second plan is empty.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fastrand::Rng;
use futures::future::join;
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use zoho_token_store::ErrorKind::Corrupt;
use zoho_token_store::simulator::{Fault, Kind, Simulator, When};
use zoho_token_store::{Error, FindingKind, OAuthToken, Remedy, SecretsManagerTokenStore, TokenId};

use super::damage::{Damage, Hand};
use super::disturbed::{open, records};
use super::row::found_by_every_key;
use crate::contract::words::*;
use crate::target::Target;

/// Seeds run by one trial, and in all unless `ZTOK_SEEDS` says otherwise.
const PER_TRIAL: u64 = 25;
const SEEDS: u64 = 100;
const SETTLED: Duration = Duration::from_secs(900);
const TOKENS: [&str; 8] = [
    "token/0", "token/1", "token/2", "token/3", "token/4", "token/5", "token/6", "token/7",
];
const PAGES: [&str; 3] = ["index/00", "index/01", "index/02"];

pub fn trials() -> Vec<Trial> {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    if let Some(seed) = number("ZTOK_SEED") {
        let trial = move || run(seed);
        return vec![Trial::test(format!("simulator::vandal::{seed}"), trial)];
    }
    let seeds = number("ZTOK_SEEDS").unwrap_or(SEEDS);
    let trial = |first: u64| {
        let last = (first + PER_TRIAL).min(seeds);
        let name = format!("simulator::vandals::{first}-{}", last - 1);
        Trial::test(name, move || (first..last).try_for_each(run))
    };
    (0..seeds).step_by(PER_TRIAL as usize).map(trial).collect()
}

fn run(seed: u64) -> Result<(), Failed> {
    let outcome = Target::Simulator.block_on(async move {
        fastrand::seed(seed);
        work(seed).await
    });
    outcome.map_err(|failed| {
        let message = failed.message().unwrap_or_default();
        format!("seed {seed}: {message}\nto run it again: ZTOK_SEED={seed} cargo test --all-features --test it simulator::vandal").into()
    })
}

async fn work(seed: u64) -> Result<(), Failed> {
    let mut rng = Rng::with_seed(seed);
    let mut builder = Simulator::builder()
        .seed(seed)
        .jitter(Duration::from_millis(rng.u64(0..40)))
        .list_lag(Duration::from_secs(rng.u64(0..=300)));
    if rng.bool() {
        builder = builder.read_lag(Duration::from_millis(rng.u64(1..800)));
    }
    let simulator = builder.build();
    let store = open(&simulator)?;
    for number in 0..8 {
        store.save_token(&token(&mut rng, number)).await?;
    }
    drop(store);
    if rng.bool() {
        simulator.advance(SETTLED);
    }
    let client = simulator.client();
    let prefix = "app".to_owned();
    let hand = Hand { client, prefix };
    let mut story = Vec::new();
    for _ in 0..rng.u8(1..6) {
        let damage = damage(&mut rng);
        // Some of it cannot be done: what is not there cannot be removed.
        if hand.does(&damage).await.is_ok() {
            story.push(damage);
        }
    }
    let told = |failed: Failed| -> Failed {
        format!("{}\nafter {story:?}", failed.message().unwrap_or_default()).into()
    };
    // Late reads of the vandal's own end, then it is known what there is.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = records(&simulator);
    for _ in 0..rng.u8(0..3) {
        if rng.bool() {
            simulator.advance(Duration::from_secs(rng.u64(0..400)));
        }
        simulator.inject(mishap(&mut rng));
        let (doctor, worker) = (open(&simulator)?, open(&simulator)?);
        let death = Duration::from_millis(rng.u64(10..5_000));
        let treat = tokio::time::timeout(death, treat(&doctor));
        let (_, worked) = join(treat, toil(&worker, &mut rng)).await;
        worked.map_err(|error| told(error.into()))?;
        simulator.clear_faults();
    }
    settle(&simulator, &before).await.map_err(told)
}

/// A token of its own user; some have no client, some no user.
fn token(rng: &mut Rng, number: u32) -> OAuthToken {
    let token = id(&number.to_string()).at(&format!("A{number}"));
    let token = match rng.u8(0..4) {
        0 => return token,
        1 => token.with_client("cid", "csec"),
        _ => token.user(&format!("user {number}")).creds(),
    };
    let token = token.rt(&format!("R{number}"));
    match rng.bool() {
        true => token.gt(&format!("G{number}")),
        false => token,
    }
}

fn damage(rng: &mut Rng) -> Damage {
    let token = TOKENS[rng.usize(..TOKENS.len())];
    let page = PAGES[if rng.bool() {
        0
    } else {
        rng.usize(..PAGES.len())
    }];
    let id = &token["token/".len()..];
    let copy = r#"{"schema":1,"id":"7","user_name":"user 3","client_id":"cid","access_token":"x"}"#;
    match rng.u8(0..14) {
        0..2 => Damage::Text(page, "edited by hand".into()),
        2 => Damage::Text(page, r#"{"schema":1,"writes":[],"entries":{}}"#.into()),
        3 => Damage::Gone(page),
        4 => Damage::Scheduled(page),
        5 => Damage::EntryGone(page, id),
        6 => Damage::EntryKeeps(page, id, ['u', 'c', 'r', 'a'][rng.usize(..4)]),
        7 => Damage::EntryCopied(id, page),
        8 => Damage::EntryAdded(page, "absent", 0),
        9 => Damage::Gone(token),
        10 => Damage::Scheduled(token),
        11 => Damage::Text(token, "edited by hand".into()),
        12 => Damage::Text("token/7", copy.into()),
        _ => Damage::Tagged(token, "zoho-token-store:prefix", "other"),
    }
}

fn mishap(rng: &mut Rng) -> Fault {
    let kinds = [
        Kind::Error("InternalServiceError"),
        Kind::Error("ThrottlingException"),
        Kind::Reset,
        Kind::Hang,
    ];
    let when = [When::Before, When::After][rng.usize(..2)];
    Fault::on_any()
        .at(rng.u64(1..30))
        .times(rng.u64(1..=4))
        .kind(kinds[rng.usize(..kinds.len())])
        .when(when)
}

/// A diagnosis and a repair, as far as they come.
async fn treat(doctor: &SecretsManagerTokenStore) -> Result<(), Error> {
    let diagnosis = doctor.diagnose().await?;
    doctor.repair(&diagnosis).await.map(drop)
}

/// Another process saves a new token, refreshes one, and gives one new keys.
async fn toil(worker: &SecretsManagerTokenStore, rng: &mut Rng) -> Result<(), Error> {
    let number = rng.u32(..1000);
    for token in [
        id(&rng.u8(..7).to_string()).at(&format!("new A{number}")),
        user(&format!("new {number}")).rt("R").creds(),
        id(&rng.u8(..7).to_string()).rt(&format!("new R{number}")),
    ] {
        match worker.save_token(&token).await {
            Ok(_) => {}
            Err(error) if error.is_retryable() || error.kind() == Corrupt => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The others rest; the doctor comes until it has nothing more to do.
async fn settle(simulator: &Simulator, before: &[(String, Option<String>)]) -> Result<(), Failed> {
    for visit in 1.. {
        tokio::time::sleep(Duration::from_secs(1)).await;
        simulator.advance(SETTLED);
        let store = open(simulator)?;
        let repair = store.repair(&store.diagnose().await?).await?;
        // A page that was restored may still look deleted for a moment.
        let is_late = repair.left.iter().all(|(_, error)| error.is_retryable());
        if !is_late || (visit > 3 && !repair.is_complete()) {
            return Err(format!("left: {:?}", repair.left).into());
        }
        if visit > 1 && repair.is_complete() {
            break;
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let store = open(simulator)?;
    let diagnosis = store.diagnose().await?;
    let by_hand = |remedy| remedy == Remedy::ByHand;
    if !diagnosis.findings().iter().all(|f| by_hand(f.remedy())) {
        return Err(format!("still wrong: {:?}", diagnosis.findings()).into());
    }
    let now = records(simulator);
    let names = |records: &[(String, Option<String>)]| -> BTreeSet<String> {
        records.iter().map(|(name, _)| name.clone()).collect()
    };
    let lost: Vec<String> = names(before).difference(&names(&now)).cloned().collect();
    if !lost.is_empty() {
        return Err(format!("deleted: {lost:?}").into());
    }
    let listed = match store.get_tokens().await {
        Ok(tokens) => tokens,
        Err(error) => match error.listing() {
            Some(listing) if error.kind() == Corrupt => listing.tokens.clone(),
            _ => return Err(error.into()),
        },
    };
    let ids = listed.iter().filter_map(|token| token.id());
    let ids: Vec<&str> = ids.map(TokenId::as_str).collect();
    let readable = readable(&now);
    if !readable.keys().map(String::as_str).eq(ids.iter().copied()) {
        return Err(format!("listed {ids:?} of {:?}", readable.keys()).into());
    }
    let doubled: BTreeSet<&TokenId> = diagnosis
        .findings()
        .iter()
        .filter(|finding| finding.kind() == FindingKind::DuplicateKey)
        .flat_map(|finding| finding.ids())
        .collect();
    for token in &listed {
        if token.id().is_some_and(|id| !doubled.contains(id)) {
            found_by_every_key(&store, token).await?;
        }
    }
    Ok(())
}

/// The records among the values, by id.
fn readable(records: &[(String, Option<String>)]) -> BTreeMap<String, Value> {
    let record = |(name, text): &(String, Option<String>)| {
        let id = name.strip_prefix("app/token/")?.to_owned();
        let value: Value = serde_json::from_str(text.as_deref()?).ok()?;
        (value.get("id")? == id.as_str()).then_some((id, value))
    };
    records.iter().filter_map(record).collect()
}
