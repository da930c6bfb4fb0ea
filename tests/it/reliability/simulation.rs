//! Random work of several processes, from a seed: with late reads, faults, throttling, used-up quotas,
//! processes that stand still, and deaths.
//!
//! Every field of a record that all share has one writer, who numbers what he writes. So a lost update
//! shows as a number that went back, and a mixed-up record as a field with another record's name in it.
//! Besides, every writer has a record of his own that he also deletes.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;
use futures::future::{Either, join_all, select};
use libtest_mimic::{Failed, Trial};
use zoho_token_store::DeletionPolicy;
use zoho_token_store::simulator::{Fault, Kind, Rates, Simulator, When};

use super::book::{Book, Graves};
use super::record::{FIELDS, Record};
use super::workload::{Common, Process, Writer};
use super::world::World;
use crate::target::Target;

/// Seeds run by one trial.
const PER_TRIAL: u64 = 25;
/// Seeds run unless `ZTOK_SEEDS` says otherwise.
const SEEDS: u64 = 300;
/// Seeds that found a bug once, beyond those that are always run.
const KEPT: &[u64] = &[
    321, 823, 977, 1904, 2023, 2377, 2495, 2897, 3263, 4155, 13770,
];
/// Longer than anything that a process began before it died, or stood still, may go on.
const CALM: Duration = Duration::from_secs(200);

pub fn trials() -> Vec<Trial> {
    let number = |name| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    if let Some(seed) = number("ZTOK_SEED") {
        return vec![Trial::test(format!("simulator::seed::{seed}"), move || {
            run(seed)
        })];
    }
    let (first, seeds) = (
        number("ZTOK_FIRST_SEED").unwrap_or(0),
        number("ZTOK_SEEDS").unwrap_or(SEEDS),
    );
    let end = first + seeds;
    let trial = |first: u64| {
        let end = (first + PER_TRIAL).min(end);
        Trial::test(
            format!("simulator::seeds::{first}-{}", end - 1),
            move || (first..end).try_for_each(run),
        )
    };
    let mut trials: Vec<Trial> = (first..end)
        .step_by(PER_TRIAL as usize)
        .map(trial)
        .collect();
    trials.push(Trial::test("simulator::seeds::kept", || {
        KEPT.iter().copied().try_for_each(run)
    }));
    trials
}

fn run(seed: u64) -> Result<(), Failed> {
    let outcome = Target::Simulator.block_on(async move {
        fastrand::seed(seed);
        work(seed).await.map_err(Failed::from)
    });
    outcome.map_err(|failed| {
        let message = failed.message().unwrap_or_default();
        format!("seed {seed}: {message}\nto run it again: make simulate SEED={seed}").into()
    })
}

async fn work(seed: u64) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let common = Rc::new(account(&mut rng, seed));
    let processes = rng.usize(2..=4);
    let writers: Vec<Rc<Writer>> = (0..FIELDS.len())
        .map(|number| Rc::new(Writer::new(number, rng.fork())))
        .collect();
    let births = Rc::new(Cell::new(0));
    let lives = (0..processes).map(|number| {
        let own = writers.iter().skip(number).step_by(processes);
        live(
            common.clone(),
            own.cloned().collect(),
            births.clone(),
            rng.fork(),
        )
    });
    let lives = join_all(lives.collect::<Vec<_>>());
    let mut story = Story {
        simulator: &common.world.simulator,
        is_over: false,
    };
    let watch = Box::pin(watch(&common.world));
    match select(lives, watch).await {
        Either::Left((ends, _)) => ends.into_iter().collect::<Result<(), _>>()?,
        Either::Right((fault, _)) => return Err(fault),
    }
    settle(common.clone()).await?;
    story.is_over = true;
    Ok(())
}

/// Tells what happened if the work ends early and a seed is run alone.
struct Story<'a> {
    simulator: &'a Simulator,
    is_over: bool,
}

impl Drop for Story<'_> {
    fn drop(&mut self) {
        if self.is_over || std::env::var_os("ZTOK_SEED").is_none() {
            return;
        }
        for request in self.simulator.requests() {
            let secrets = request.names.join(" ");
            eprintln!(
                "{} {} {secrets} {:?}",
                request.at, request.action, request.outcome
            );
            if std::env::var_os("ZTOK_BODIES").is_some() {
                eprintln!("    {}", request.body);
            }
        }
    }
}

/// An account with some of the service's bad manners.
fn account(rng: &mut Rng, seed: u64) -> Common {
    let milliseconds = |rng: &mut Rng, max: u64| Duration::from_millis(rng.u64(0..=max));
    let mut builder = Simulator::builder()
        .seed(seed)
        .jitter(milliseconds(rng, 40))
        .list_lag(milliseconds(rng, 300_000));
    let mut lag = Duration::ZERO;
    if rng.bool() {
        lag = milliseconds(rng, 800);
        builder = builder.read_lag(lag);
    }
    if rng.bool() {
        builder = builder.deletion_delay(Duration::from_secs(rng.u64(1..=60)));
    }
    if rng.u8(0..4) == 0 {
        builder = builder.rates(Rates::all(rng.u32(10..=60)));
    }
    let is_scarce = rng.u8(0..4) == 0;
    if is_scarce {
        builder = builder.version_quota(rng.usize(6..=40));
    }
    let deletion = match rng.bool() {
        true => DeletionPolicy::Immediate,
        false => DeletionPolicy::Recoverable { days: 7 },
    };
    let graves = match (deletion, is_scarce) {
        (DeletionPolicy::Recoverable { .. }, true) => Graves::MayLack,
        _ => Graves::Always,
    };
    let mut records = Record::shared();
    records.extend((0..FIELDS.len()).map(Record::own));
    Common {
        world: World::new(builder, deletion),
        book: Book::new(lag, graves),
        records,
        is_scarce,
    }
}

/// What must hold at every instant is looked at after every few requests.
async fn watch(world: &World) -> String {
    let mut seen = None;
    loop {
        let requests = Some(world.simulator.total_calls());
        if seen != requests
            && let Err(fault) = world.check()
        {
            return fault;
        }
        seen = requests;
        tokio::time::sleep(Duration::from_millis(7)).await;
    }
}

/// One process after the other, each killed at some moment, until the work is done.
async fn live(
    common: Rc<Common>,
    writers: Vec<Rc<Writer>>,
    births: Rc<Cell<u64>>,
    mut rng: Rng,
) -> Result<(), String> {
    while writers.iter().any(|writer| writer.steps.get() > 0) {
        let process = born(&common, &births)?;
        let busy = writers.iter().map(|writer| writer.toil(&process));
        let busy = join_all(busy.collect::<Vec<_>>());
        for _ in 0..rng.u8(0..3) {
            common.world.simulator.inject(mishap(&mut rng));
        }
        let pause = Pause::any(&mut rng);
        let age = pause.stretched(Duration::from_millis(rng.u64(50..20_000)));
        let busy = standing_still(busy, pause);
        let death = tokio::time::sleep(age);
        match select(Box::pin(busy), Box::pin(death)).await {
            Either::Left((ends, _)) => ends.into_iter().collect::<Result<(), _>>()?,
            Either::Right(_) => {}
        }
    }
    Ok(())
}

fn born(common: &Rc<Common>, births: &Cell<u64>) -> Result<Process, String> {
    births.set(births.get() + 1);
    let store = common.world.process().map_err(|error| error.to_string())?;
    Ok(Process {
        common: common.clone(),
        store,
        life: births.get(),
    })
}

/// A time during which a process stands still, as a Lambda does between two events: nothing in it
/// goes on, and what it had begun it finds as it left it.
#[derive(Clone, Copy)]
struct Pause {
    after: Duration,
    length: Duration,
}

impl Pause {
    /// None, mostly.
    fn any(rng: &mut Rng) -> Self {
        let length = match rng.u8(0..3) {
            0 => rng.u64(0..400_000),
            _ => 0,
        };
        Self {
            after: Duration::from_millis(rng.u64(0..5_000)),
            length: Duration::from_millis(length),
        }
    }

    /// How long it takes to get as old, if the time stood still does not count.
    fn stretched(self, age: Duration) -> Duration {
        match self.after < age {
            true => age + self.length,
            false => age,
        }
    }
}

async fn standing_still<F: Future + Unpin>(work: F, pause: Pause) -> F::Output {
    match select(work, Box::pin(tokio::time::sleep(pause.after))).await {
        Either::Left((output, _)) => output,
        Either::Right((_, work)) => {
            tokio::time::sleep(pause.length).await;
            work.await
        }
    }
}

fn mishap(rng: &mut Rng) -> Fault {
    let kinds = [
        Kind::Error("InternalServiceError"),
        Kind::Error("ThrottlingException"),
        Kind::Reset,
        Kind::Hang,
    ];
    let when = if rng.bool() {
        When::Before
    } else {
        When::After
    };
    Fault::on_any()
        .at(rng.u64(1..60))
        .times(rng.u64(1..=4))
        .kind(kinds[rng.usize(..kinds.len())])
        .when(when)
}

/// The faults stop, and quotas are free again: everything must be there, once, in its last state.
async fn settle(common: Rc<Common>) -> Result<(), String> {
    let world = &common.world;
    world.simulator.clear_faults();
    tokio::time::sleep(CALM).await;
    world.simulator.advance(Duration::from_secs(25 * 3600));
    world.check()?;
    let last = born(&common, &Cell::new(u64::MAX - 1))?;
    last.inspect().await?;
    let there = world.records()?.len();
    let removed = last.store.delete_tokens().await;
    let removed = removed.map_err(|error| format!("purge: {error:?}"))?;
    if removed != there || !world.records()?.is_empty() {
        return Err(format!("{removed} of {there} removed"));
    }
    world.check()
}
