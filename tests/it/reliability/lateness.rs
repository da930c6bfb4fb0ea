//! Reads that come most of a second late: a process finds what it has just written, and what is
//! deleted leaves a grave, whoever wrote it and however late its deletion was described. And an answer
//! that comes after a write by the same process: it is not kept for longer than it was true.

use std::time::Duration;

use libtest_mimic::Trial;
use zoho_token_store::simulator::{Fault, Kind, Simulator, When};
use zoho_token_store::{
    DeletionPolicy, ErrorKind, Freshness, OAuthToken, SecretsManagerTokenStore, TokenId, Verb,
};

use super::world::World;
use crate::target::Target;

/// Rounds of one trial, each with other lateness and pauses.
const ROUNDS: u64 = 100;
const LAG: Duration = Duration::from_millis(800);

pub fn trials() -> Vec<Trial> {
    let trial = |name: &str, writer: Writer| {
        let name = format!("simulator::late_reads::{name}");
        Trial::test(name, move || {
            Target::Simulator.block_on(async move {
                for seed in 0..ROUNDS {
                    fastrand::seed(seed);
                    let outcome = round(seed, writer).await;
                    outcome.map_err(|fault| format!("round {seed}: {fault}"))?;
                }
                Ok(())
            })
        })
    };
    vec![
        trial("of-its-own-writes", Writer::Itself),
        trial("of-others-writes", Writer::Another),
        Trial::test("simulator::late_reads::of-a-record-before", || {
            Target::Simulator.block_on(async {
                for seed in 0..ROUNDS {
                    let outcome = made_again(seed).await;
                    outcome.map_err(|fault| format!("round {seed}: {fault}"))?;
                }
                Ok(())
            })
        }),
        Trial::test("simulator::late_reads::of-a-key-now-ambiguous", || {
            Target::Simulator.block_on(async { Ok(ambiguous().await?) })
        }),
        Trial::test(
            "simulator::late_reads::again-of-a-key-now-ambiguous",
            || Target::Simulator.block_on(async { Ok(ambiguous_and_read_again().await?) }),
        ),
    ]
}

/// Who writes the record that a process then deletes.
#[derive(Clone, Copy, PartialEq)]
enum Writer {
    Itself,
    Another,
}

async fn round(seed: u64, writer: Writer) -> Result<(), String> {
    let service = Simulator::builder().seed(seed).read_lag(LAG);
    let world = World::new(service, DeletionPolicy::Recoverable { days: 7 });
    let open = || world.process().map_err(told);
    let store = open()?;
    let token = OAuthToken::new()
        .with_user("u")
        .with_client("C", "S")
        .with_refresh_token("R");
    let by_refresh = OAuthToken::new()
        .with_client("C", "S")
        .with_refresh_token("R");
    let saver = match writer {
        Writer::Itself => store.clone(),
        Writer::Another => open()?,
    };
    let id = saver.save_token(&token).await;
    let id = id.map_err(told)?.token.id().cloned().ok_or("no id")?;
    // A second version: the first is what a late description names.
    let again = token.clone().with_access_token("A");
    saver.save_token(&again).await.map_err(told)?;
    if writer == Writer::Itself {
        let found = store.find_token_with(&by_refresh, Freshness::MustAsk).await;
        found.map_err(told)?.ok_or("it is not found")?;
    }
    if !store.delete_token(&id).await.map_err(told)? {
        return Err("there was nothing to delete".to_owned());
    }
    has_a_grave(&world, &id)
}

/// One process deletes a record for good, and another makes one of that name.
async fn made_again(seed: u64) -> Result<(), String> {
    fastrand::seed(seed);
    let service = Simulator::builder().seed(seed).read_lag(LAG);
    let world = World::new(service, DeletionPolicy::Immediate);
    let store = world.process().map_err(told)?;
    let saved = store.save_token(&of("C").with_access_token("before")).await;
    let id = saved.map_err(told)?.token.id().cloned().ok_or("no id")?;
    store.delete_token(&id).await.map_err(told)?;
    let store = world.process().map_err(told)?;
    let token = of("C").with_access_token("again");
    let saved = store.save_token(&token).await.map_err(told)?.token;
    let found = store.find_token_with(&token, Freshness::MustAsk).await;
    match found.map_err(told)? {
        Some(found) if found == saved => Ok(()),
        found => Err(format!("saved {saved:?}, found {found:?}")),
    }
}

fn user() -> OAuthToken {
    OAuthToken::new().with_user("u")
}

fn of(client: &str) -> OAuthToken {
    let token = user().with_client(client, "S");
    token.with_refresh_token(format!("R of {client}"))
}

/// While someone looks up the user's only record, the same process saves a second one.
async fn ambiguous() -> Result<(), String> {
    let world = World::new(Simulator::builder(), DeletionPolicy::Immediate);
    let open = || world.process().map_err(told);
    open()?.save_token(&of("C1")).await.map_err(told)?;
    // The look-up reads the index, and then waits for the record until it asks again.
    let hang = Fault::on(Verb::GetSecretValue).kind(Kind::Hang);
    world.simulator.inject(hang.when(When::After));
    let store = open()?;
    let query = user();
    let look = store.find_token(&query);
    let save = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        store.save_token(&of("C2")).await
    };
    let (found, saved) = futures::join!(look, save);
    saved.map_err(told)?;
    found.map_err(told)?.ok_or("the only record is not found")?;
    is_ambiguous(&store).await
}

/// The user's only record is found, then there is a second one, and then the first is read again.
async fn ambiguous_and_read_again() -> Result<(), String> {
    let world = World::new(Simulator::builder(), DeletionPolicy::Immediate);
    let store = world.process().map_err(told)?;
    store.save_token(&of("C1")).await.map_err(told)?;
    let found = store.find_token(&user()).await.map_err(told)?;
    found.ok_or("the only record is not found")?;
    store.save_token(&of("C2")).await.map_err(told)?;
    let again = store.find_token_with(&of("C1"), Freshness::MustAsk).await;
    again.map_err(told)?.ok_or("the first is not found")?;
    is_ambiguous(&store).await
}

async fn is_ambiguous(store: &SecretsManagerTokenStore) -> Result<(), String> {
    match store.find_token(&user()).await {
        Err(error) if error.kind() == ErrorKind::Ambiguous => Ok(()),
        other => Err(format!("of two records, one is the answer: {other:?}")),
    }
}

fn has_a_grave(world: &World, id: &TokenId) -> Result<(), String> {
    let secret = world.simulator.secret(&format!("app/token/{id}"));
    let secret = secret.ok_or("the secret is gone for good")?;
    let value = secret.value.as_deref().unwrap_or_default();
    if secret.deleted_at.is_none() {
        return Err("it is not deleted".to_owned());
    }
    match value.contains("\"deleted\":true") {
        true => Ok(()),
        false => Err("it was deleted without a grave".to_owned()),
    }
}

fn told(error: zoho_token_store::Error) -> String {
    format!("{error:?}")
}
