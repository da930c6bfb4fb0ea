//! Real processes of the operating system on one namespace of an emulator, and what they leave.
//!
//! The test binary starts itself again as a worker. A worker tells what it is about to send and what
//! was acknowledged, line by line, before it goes on: so whoever started it knows exactly what may be
//! lost with it. In `killed` the workers are killed at random moments, and others go on.
//!
//! `ZTOK_KILLS=n` kills n of them instead of 40; `ZTOK_SEED=n` repeats the choices of a run, not its
//! timing.

mod account;
mod crew;
mod death;
mod gate;
mod orders;
mod post;
mod verdict;
mod worker;
mod workload;

use std::process::ExitCode;

use aws_sdk_secretsmanager::Client;
use futures::future::join_all;
use libtest_mimic::{Failed, Trial};

use crate::target::{Handle, Options, Target};
use crew::Crew;
use orders::Mix;
use workload::WORKERS;

pub use gate::Gate;

/// Saves that each process has acknowledged where nobody is killed.
const SAVES: usize = 50;
/// Processes killed unless `ZTOK_KILLS` says otherwise.
const KILLS: usize = 40;

/// If this process was started as a worker, does the work.
pub fn as_worker() -> Option<ExitCode> {
    orders::from_environment().map(worker::run)
}

pub fn trials(target: Target) -> Vec<Trial> {
    if !matches!(target, Target::LocalStack | Target::Moto) {
        return Vec::new();
    }
    let name = |trial: &str| format!("{}::{trial}", target.name());
    let together = move || target.block_on(together(target));
    let killed = move || target.block_on(killed(target));
    let gate = move || target.block_on(gate(target));
    vec![
        Trial::test(name("real_processes::one_request_at_a_time"), gate),
        Trial::test(name("real_processes::eight_at_once"), together),
        Trial::test(name("killed::at_any_moment"), killed),
    ]
}

/// Of writers who use one request token at once, one wins: what the other trials stand on.
async fn gate(target: Target) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let gate = Gate::open(service.url().ok_or("no URL")?).await?;
    let config = service.client().config().to_builder();
    let client = Client::from_conf(config.endpoint_url(&gate.url).build());
    let secret = format!("{}/gate", service.prefix(Handle::First));
    let create = client.create_secret().name(&secret).secret_string("");
    create.send().await?;
    for round in 0..20 {
        let writes = (0..WORKERS).map(|writer| {
            let write = client.put_secret_value().secret_id(&secret);
            let write = write.client_request_token(format!("{round:032}"));
            write.secret_string(writer.to_string()).send()
        });
        let outcomes = join_all(writes).await;
        let winners = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        if winners != 1 {
            return Err(format!("round {round}: {winners} winners").into());
        }
    }
    let delete = client.delete_secret().secret_id(&secret);
    delete.force_delete_without_recovery(true).send().await?;
    Ok(())
}

/// Nobody dies: nothing is lost, nothing is there twice, and the index names the tokens and no others.
async fn together(target: Target) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let mut crew = Crew::new(service, seed()).await?;
    crew.work(Mix::Saves, SAVES).await?;
    let account = account::read(service).await?;
    account.check()?;
    verdict::nothing_is_lost(&crew, &account)?;
    let dangling = account.dangling();
    if !dangling.is_empty() {
        return Err(format!("the index names {dangling:?}, which no secret holds").into());
    }
    verdict::a_fresh_process_finds_all(&mut crew, &account).await?;
    eprintln!("{}: {}; {account}", target.name(), crew.figures());
    verdict::a_day_later_all_is_in_order(service, &account).await
}

/// Processes are killed, and others go on: what was acknowledged is there, once, and the index names
/// every token. What it names besides is harmless, and goes with a day's normal work.
async fn killed(target: Target) -> Result<(), Failed> {
    let kills = number("ZTOK_KILLS").map_or(KILLS, |kills| kills as usize);
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let mut crew = Crew::new(service, seed()).await?;
    crew.die_and_work(kills.div_ceil(WORKERS)).await?;
    let account = account::read(service).await?;
    account.check()?;
    verdict::nothing_is_lost(&crew, &account)?;
    verdict::a_fresh_process_finds_all(&mut crew, &account).await?;
    eprintln!("{}: {}; {account}", target.name(), crew.figures());
    verdict::a_day_later_all_is_in_order(service, &account).await
}

fn seed() -> u64 {
    number("ZTOK_SEED").unwrap_or_else(|| fastrand::u64(..))
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
