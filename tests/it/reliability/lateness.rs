//! Reads that come most of a second late: a process finds what it has just written, and what is
//! deleted leaves a grave, whoever wrote it and however late its deletion was described.

use std::time::Duration;

use libtest_mimic::Trial;
use zoho_token_store::simulator::Simulator;
use zoho_token_store::{DeletionPolicy, Freshness, OAuthToken, TokenId};

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
    let open = || world.process().map_err(|error| error.to_string());
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
