//! Every mishap at every request of a repair, and its future dropped at every await. No record is
//! touched, listings are never short, and the next repair ends the work.

use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use zoho_token_store::simulator::Simulator;
use zoho_token_store::{DeletionPolicy, Error, OAuthToken, SecretsManagerTokenStore};

use super::damage::Damage::{self, EntryAdded, EntryCopied, EntryGone, EntryKeeps, Tagged, Text};
use super::damage::Hand;
use super::row::{found_by_every_key, is_repairable};
use crate::contract::words::{one, three};
use crate::reliability::fault::{Mishap, Process, mishaps};
use crate::reliability::matrix::{polled, struck};
use crate::target::Target;

const PREFIX: &str = "app";
/// By then no secret is on its way, and no listing late.
const SETTLED: Duration = Duration::from_secs(900);

struct Scenario {
    name: &'static str,
    damage: Vec<Damage>,
    /// Whether listings fail before the repair, and must be complete as soon as they do not.
    fails_before: bool,
}

fn scenarios() -> Vec<Scenario> {
    let broken = |page| Text(page, "edited by hand".to_owned());
    let moved = || [EntryCopied("1", "index/01"), EntryGone("index/00", "1")];
    let scenario = |name, fails_before, damage: &[&[Damage]]| Scenario {
        name,
        damage: damage.concat(),
        fails_before,
    };
    vec![
        // The past of the one can be read, that of the other cannot.
        scenario(
            "broken-pages",
            true,
            &[
                &moved(),
                &[broken("index/00"), broken("index/01"), broken("index/01")],
            ],
        ),
        scenario(
            "small-faults",
            false,
            &[&[
                EntryCopied("1", "index/01"),
                EntryKeeps("index/00", "1", 'u'),
                EntryGone("index/00", "2"),
                EntryAdded("index/00", "9", 0),
                Tagged("token/3", "zoho-token-store:client", "other"),
            ]],
        ),
    ]
}

pub fn trials() -> Vec<Trial> {
    let trial = |scenario: Scenario| {
        let name = format!("simulator::doctor_disturbed::{}", scenario.name);
        Trial::test(name, move || {
            Target::Simulator.block_on(async move {
                let total = survey(&scenario).await?;
                eprintln!(
                    "repair of {}: {total} runs disturbed, all recovered",
                    scenario.name
                );
                Ok(())
            })
        })
    };
    scenarios().into_iter().map(trial).collect()
}

#[derive(Clone, Copy)]
enum Disturbance<'a> {
    None,
    Mishap(&'a Mishap, u64),
    Drop(usize),
}

async fn survey(scenario: &Scenario) -> Result<usize, Failed> {
    let requests = run(scenario, Disturbance::None).await?.requests;
    let mut runs = 0;
    for mishap in mishaps() {
        for k in 1..=requests {
            let run = run(scenario, Disturbance::Mishap(&mishap, k)).await;
            run.map_err(|fault| fail(&format!("{} at request {k}", mishap.name), &fault))?;
            runs += 1;
        }
    }
    for polls in 1.. {
        let run = run(scenario, Disturbance::Drop(polls)).await;
        let run = run.map_err(|fault| fail(&format!("dropped after {polls} polls"), &fault))?;
        runs += 1;
        if run.has_ended {
            break;
        }
    }
    Ok(runs)
}

fn fail(when: &str, fault: &Failed) -> Failed {
    format!("{when}: {}", fault.message().unwrap_or_default()).into()
}

struct Run {
    requests: u64,
    has_ended: bool,
}

async fn run(scenario: &Scenario, disturbance: Disturbance<'_>) -> Result<Run, Failed> {
    fastrand::seed(7);
    let simulator = Simulator::builder().seed(7).build();
    let store = open(&simulator)?;
    for token in three() {
        store.save_token(&token).await?;
    }
    simulator.advance(SETTLED);
    let hand = Hand {
        client: simulator.client(),
        prefix: PREFIX.to_owned(),
    };
    for damage in &scenario.damage {
        hand.does(damage).await?;
    }
    simulator.advance(SETTLED);
    let records = records(&simulator);

    let store = open(&simulator)?;
    let before = simulator.total_calls();
    let mut has_ended = true;
    {
        let work = work(&store);
        match disturbance {
            Disturbance::None => work.await?,
            Disturbance::Mishap(mishap, k) => {
                simulator.inject(mishap.at(k));
                match mishap.process {
                    Process::Lives => drop(work.await),
                    Process::Dies => tokio::select! {
                        _ = work => {}
                        () = struck(&simulator, before + k) => {}
                    },
                }
            }
            Disturbance::Drop(polls) => has_ended = polled(work, polls).await,
        }
    }
    let requests = simulator.total_calls() - before;
    drop(store);
    simulator.clear_faults();

    let listed = open(&simulator)?.get_tokens().await;
    if scenario.fails_before && listed.is_ok_and(|tokens| tokens.len() != three().len()) {
        return Err("the listing is short".into());
    }
    // What is on its way stays for now; later, the next repair takes it along.
    work(&open(&simulator)?).await?;
    simulator.advance(SETTLED);
    let store = open(&simulator)?;
    let mut diagnosis = store.diagnose().await?;
    if !diagnosis.is_healthy() {
        let repair = store.repair(&diagnosis).await?;
        if !repair.is_complete() {
            return Err(format!("left: {:?}", repair.left).into());
        }
        diagnosis = store.diagnose().await?;
    }
    if !diagnosis.is_healthy() {
        return Err(format!("still wrong: {:?}", diagnosis.findings()).into());
    }
    let listed = store.get_tokens().await?;
    let listed: Vec<&OAuthToken> = listed.iter().map(|token| &**token).collect();
    if listed != three().iter().collect::<Vec<_>>() {
        return Err(format!("listed: {listed:?}").into());
    }
    // That the index knows every key the diagnosis has told; this one was damaged.
    found_by_every_key(&store, &one()).await?;
    if records != self::records(&simulator) {
        return Err("a record was changed".into());
    }
    Ok(Run {
        requests,
        has_ended,
    })
}

/// A diagnosis, and the repair that it proposes.
async fn work(store: &SecretsManagerTokenStore) -> Result<(), Error> {
    let diagnosis = store.diagnose().await?;
    let repair = store.repair(&diagnosis).await?;
    let asked = diagnosis.findings().iter().filter(is_repairable).count();
    if repair.done.len() + repair.left.len() > asked {
        let message = format!("{} asked for, {repair:?}", asked);
        return Err(Error::new(zoho_token_store::ErrorKind::Unexpected, message));
    }
    Ok(())
}

pub fn open(simulator: &Simulator) -> Result<SecretsManagerTokenStore, Error> {
    SecretsManagerTokenStore::builder()
        .prefix(PREFIX)
        .deletion(DeletionPolicy::Recoverable { days: 7 })
        .clock(simulator.clock())
        .operation_timeout(Duration::from_secs(30))
        .build(&simulator.client())
}

/// Names and values of all records.
pub fn records(simulator: &Simulator) -> Vec<(String, Option<String>)> {
    let secrets = simulator.secrets().into_iter();
    secrets
        .filter(|secret| secret.name.starts_with("app/token/") && secret.deleted_at.is_none())
        .map(|secret| (secret.name, secret.value))
        .collect()
}
