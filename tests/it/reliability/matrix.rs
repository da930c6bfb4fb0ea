//! Every mishap at every request of every operation, and its future dropped at every await. After
//! each: the invariants hold, and the same operation run again by another process leaves what one
//! undisturbed run leaves.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use libtest_mimic::Trial;
use zoho_token_store::OAuthToken;
use zoho_token_store::simulator::Simulator;

use super::fault::{Mishap, Process, mishaps};
use super::scenario::{OPERATIONS, Operation, STATES, Scenario};
use super::world::{Fields, World};
use crate::target::Target;

/// What is left in the end: the records without the ids that were derived, and the outcome.
type Left = (BTreeSet<Fields>, String);

pub fn trials() -> Vec<Trial> {
    let trial = |(n, operation): (usize, &Operation)| {
        let operation = *operation;
        let name = format!("simulator::matrix::{}", operation.name.replace(' ', "-"));
        Trial::test(name, move || {
            Target::Simulator.block_on(async move {
                let mut total = 0;
                for state in STATES {
                    let scenario = Scenario { state, operation };
                    let runs = survey(&scenario, n as u64).await;
                    total += runs.map_err(|fault| format!("{state:?}: {fault}"))?;
                }
                eprintln!("matrix, {}: {total} runs, all recovered", operation.name);
                Ok(())
            })
        })
    };
    OPERATIONS.iter().enumerate().map(trial).collect()
}

/// Runs the whole row; the number of disturbed runs.
async fn survey(scenario: &Scenario, seed: u64) -> Result<usize, String> {
    let (calm, requests) = undisturbed(scenario, seed).await?;
    let mut runs = 0;
    for mishap in mishaps() {
        for k in 1..=requests {
            disturbed(scenario, seed, &calm, Disturbance::Mishap(&mishap, k))
                .await
                .map_err(|fault| format!("{} at request {k}: {fault}", mishap.name))?;
            runs += 1;
        }
    }
    for polls in 1.. {
        let ended = disturbed(scenario, seed, &calm, Disturbance::Drop(polls))
            .await
            .map_err(|fault| format!("dropped after {polls} polls: {fault}"))?;
        runs += 1;
        if ended == Ended::ByItself {
            break;
        }
    }
    Ok(runs)
}

#[derive(Clone, Copy)]
enum Disturbance<'a> {
    Mishap(&'a Mishap, u64),
    /// The future is dropped after so many polls.
    Drop(usize),
}

#[derive(PartialEq)]
enum Ended {
    ByItself,
    Dropped,
}

fn world(scenario: &Scenario, seed: u64) -> World {
    fastrand::seed(seed);
    let delay = Duration::from_secs(60);
    let builder = Simulator::builder().seed(seed).deletion_delay(delay);
    World::new(builder, scenario.deletion())
}

/// What one clean run leaves, and how many requests it takes.
async fn undisturbed(scenario: &Scenario, seed: u64) -> Result<(Left, u64), String> {
    let world = world(scenario, seed);
    let store = scenario.prepare(&world).await.map_err(|e| e.to_string())?;
    let before = world.simulator.total_calls();
    let outcome = scenario.run_to_the_end(&store).await;
    let outcome = outcome.map_err(|error| format!("undisturbed: {error:?}"))?;
    let requests = world.simulator.total_calls() - before;
    world.check()?;
    Ok((left(&world, outcome)?, requests))
}

async fn disturbed(
    scenario: &Scenario,
    seed: u64,
    calm: &Left,
    disturbance: Disturbance<'_>,
) -> Result<Ended, String> {
    let world = world(scenario, seed);
    let store = scenario.prepare(&world).await.map_err(|e| e.to_string())?;
    let before = world.simulator.total_calls();
    let running = scenario.operation.run(&store);
    let mut ended = Ended::ByItself;
    match disturbance {
        Disturbance::Mishap(mishap, k) => {
            world.simulator.inject(mishap.at(k));
            match mishap.process {
                // An error is fine; what matters is what comes after it.
                Process::Lives => drop(running.await),
                Process::Dies => tokio::select! {
                    _ = running => {}
                    () = struck(&world.simulator, before + k) => {}
                },
            }
        }
        Disturbance::Drop(polls) => {
            if !polled(running, polls).await {
                ended = Ended::Dropped;
            }
        }
    }
    drop(store);
    world.simulator.clear_faults();
    world
        .check()
        .map_err(|fault| format!("right after: {fault}"))?;
    let again = world.process().map_err(|error| error.to_string())?;
    let outcome = scenario.run_to_the_end(&again).await;
    let outcome = outcome.map_err(|error| format!("run again: {error:?}"))?;
    world
        .check()
        .map_err(|fault| format!("run again: {fault}"))?;
    let left = left(&world, outcome)?;
    if left != *calm {
        return Err(format!("left {left:?}\ninstead of {calm:?}"));
    }
    seen_alike(&world).await?;
    Ok(ended)
}

/// Waits until so many requests were received, and a little longer.
pub async fn struck(simulator: &Simulator, total: u64) {
    while simulator.total_calls() < total {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
}

/// Polls a future so many times, then drops it; tells whether it ended before.
pub async fn polled(future: impl Future, mut polls: usize) -> bool {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(false);
        }
        polls -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

fn left(world: &World, outcome: String) -> Result<Left, String> {
    let mut records = BTreeSet::new();
    for (id, mut fields) in world.records()? {
        // A name that cannot be used again makes the derived id another one.
        if id.len() == 40 {
            fields.remove("id");
        }
        records.insert(fields);
    }
    Ok((records, outcome))
}

/// A fresh process lists every record, and finds each by its id and its user.
async fn seen_alike(world: &World) -> Result<(), String> {
    let store = world.process().map_err(|error| error.to_string())?;
    let records = world.records()?;
    let listed = store
        .get_tokens()
        .await
        .map_err(|error| error.to_string())?;
    let ids = |id: &OAuthToken| id.id().map(ToString::to_string);
    let listed: BTreeSet<_> = listed.iter().filter_map(|token| ids(token)).collect();
    if !listed.iter().eq(records.keys()) {
        return Err(format!("listed {listed:?} of {:?}", records.keys()));
    }
    for (id, fields) in records {
        let by_id = OAuthToken::new().with_id(id.clone());
        let text = |field: &str| fields.get(field).cloned().unwrap_or_default();
        let by_user = fields.get("user_name").map(|name| {
            let user = OAuthToken::new().with_user(name.clone());
            user.with_client_id(text("client_id"))
        });
        for query in [Some(by_id), by_user].into_iter().flatten() {
            let found = store
                .find_token(&query)
                .await
                .map_err(|error| error.to_string())?;
            if found.as_deref().and_then(ids).as_ref() != Some(&id) {
                return Err(format!("{query:?} finds {found:?} instead of {id}"));
            }
        }
    }
    Ok(())
}
