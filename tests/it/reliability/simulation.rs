//! Random work of several processes, from a seed: with late reads, faults, throttling and deaths.
//!
//! Writers number what they write, as the ledger explains. Besides the records that all share, every
//! writer has one of his own that he also deletes.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;
use futures::future::{join_all, select};
use libtest_mimic::{Failed, Trial};
use zoho_token_store::simulator::{Fault, Kind, Rates, Simulator, When};
use zoho_token_store::{
    DeletionPolicy, Error, ErrorKind, Freshness, OAuthToken, SecretsManagerTokenStore,
};

use super::world::World;
use crate::ledger::{FIELDS, Ledger, check, label, labelled, named, written};
use crate::target::Target;

/// Seeds run by one trial.
const PER_TRIAL: u64 = 25;
/// Seeds run unless `ZTOK_SEEDS` says otherwise.
const SEEDS: u64 = 100;
/// The field that a writer numbers in his own record.
const OWN_FIELD: &str = "refresh_token";
/// Steps that one writer takes.
const STEPS: u32 = 14;

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
    let seeds = number("ZTOK_SEEDS").unwrap_or(SEEDS);
    let trial = |first: u64| {
        let last = (first + PER_TRIAL).min(seeds);
        Trial::test(
            format!("simulator::seeds::{first}-{}", last - 1),
            move || (first..last).try_for_each(run),
        )
    };
    (0..seeds).step_by(PER_TRIAL as usize).map(trial).collect()
}

fn run(seed: u64) -> Result<(), Failed> {
    let outcome = Target::Simulator.block_on(async move {
        fastrand::seed(seed);
        work(seed).await.map_err(Failed::from)
    });
    outcome.map_err(|failed| {
        let message = failed.message().unwrap_or_default();
        format!("seed {seed}: {message}\nto run it again: ZTOK_SEED={seed} cargo test --all-features --test it simulator::seed").into()
    })
}

/// Who writes one field of every shared record.
#[derive(Clone, Copy)]
struct Owner {
    number: usize,
}

impl Owner {
    fn field(self) -> &'static str {
        FIELDS[self.number]
    }

    /// The record that is his alone.
    fn own(self) -> OAuthToken {
        named(&format!("own-{}", self.number), "C")
    }
}

/// The name of a record that all write.
fn shared(number: usize) -> OAuthToken {
    named(&format!("shared-{number}"), "C")
}

/// A writer and what it knows; outlives its process.
struct Writer {
    owner: Owner,
    ledger: RefCell<Ledger>,
    steps: Cell<u32>,
    rng: RefCell<Rng>,
}

async fn work(seed: u64) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let world = Rc::new(account(&mut rng, seed));
    let processes = rng.usize(2..=4);
    let writers: Vec<Rc<Writer>> = (0..FIELDS.len())
        .map(|number| {
            Rc::new(Writer {
                owner: Owner { number },
                ledger: RefCell::default(),
                steps: Cell::new(STEPS),
                rng: RefCell::new(rng.fork()),
            })
        })
        .collect();
    let lives = (0..processes).map(|number| {
        let own = writers.iter().skip(number).step_by(processes);
        live(world.clone(), own.cloned().collect(), rng.fork())
    });
    let lives = join_all(lives.collect::<Vec<_>>());
    let mut story = Story {
        world: &world,
        is_over: false,
    };
    let watch = Box::pin(watch(&world));
    match select(lives, watch).await {
        futures::future::Either::Left((ends, _)) => ends.into_iter().collect::<Result<(), _>>()?,
        futures::future::Either::Right((fault, _)) => return Err(fault),
    }
    settle(&world, &writers).await?;
    story.is_over = true;
    Ok(())
}

/// Tells what happened if the work ends early and a seed is run alone.
struct Story<'a> {
    world: &'a World,
    is_over: bool,
}

impl Drop for Story<'_> {
    fn drop(&mut self) {
        if self.is_over || std::env::var_os("ZTOK_SEED").is_none() {
            return;
        }
        for request in self.world.simulator.requests() {
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
fn account(rng: &mut Rng, seed: u64) -> World {
    let milliseconds = |rng: &mut Rng, max: u64| Duration::from_millis(rng.u64(0..=max));
    let mut builder = Simulator::builder()
        .seed(seed)
        .jitter(milliseconds(rng, 40))
        .list_lag(milliseconds(rng, 300_000));
    if rng.bool() {
        builder = builder.read_lag(milliseconds(rng, 800));
    }
    if rng.bool() {
        builder = builder.deletion_delay(Duration::from_secs(rng.u64(1..=60)));
    }
    if rng.u8(0..4) == 0 {
        builder = builder.rates(Rates::all(rng.u32(10..=60)));
    }
    let deletion = match rng.bool() {
        true => DeletionPolicy::Immediate,
        false => DeletionPolicy::Recoverable { days: 7 },
    };
    World::new(builder, deletion)
}

/// What must hold at every instant is looked at again and again.
async fn watch(world: &World) -> String {
    loop {
        if let Err(fault) = world.check() {
            return fault;
        }
        tokio::time::sleep(Duration::from_millis(7)).await;
    }
}

/// One process after the other, each killed at some moment, until the work is done.
async fn live(world: Rc<World>, writers: Vec<Rc<Writer>>, mut rng: Rng) -> Result<(), String> {
    while writers.iter().any(|writer| writer.steps.get() > 0) {
        let store = world.process().map_err(|error| error.to_string())?;
        for writer in &writers {
            writer.ledger.borrow_mut().reborn();
        }
        let busy = writers.iter().map(|writer| toil(&store, writer));
        let busy = join_all(busy.collect::<Vec<_>>());
        for _ in 0..rng.u8(0..3) {
            world.simulator.inject(mishap(&mut rng));
        }
        let death = tokio::time::sleep(Duration::from_millis(rng.u64(50..20_000)));
        match select(busy, Box::pin(death)).await {
            futures::future::Either::Left((ends, _)) => {
                ends.into_iter().collect::<Result<(), _>>()?;
            }
            futures::future::Either::Right(_) => {}
        }
    }
    Ok(())
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

async fn toil(store: &SecretsManagerTokenStore, writer: &Writer) -> Result<(), String> {
    while writer.steps.get() > 0 {
        writer.steps.set(writer.steps.get() - 1);
        let (choice, user) = {
            let mut rng = writer.rng.borrow_mut();
            (rng.u8(0..10), rng.usize(..3))
        };
        match choice {
            0..4 => save(store, writer, &shared(user), writer.owner.field()).await?,
            4..7 => look(store, writer, user).await?,
            7 => save(store, writer, &writer.owner.own(), OWN_FIELD).await?,
            8 => delete(store, writer).await?,
            _ => list(store).await?,
        }
    }
    Ok(())
}

/// Whether an operation's error is one that a calling program has to live with.
fn excusable(error: &Error) -> Result<(), String> {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::Throttled => Ok(()),
        _ => Err(format!("{error:?}")),
    }
}

/// Saves the next number, in the field that is this writer's.
async fn save(
    store: &SecretsManagerTokenStore,
    writer: &Writer,
    name: &OAuthToken,
    field: &str,
) -> Result<(), String> {
    let user = label(name);
    let number = writer.ledger.borrow_mut().begin(&user);
    let token = written(name, field, number);
    match store.save_token(&token).await {
        Ok(saved) => {
            writer.ledger.borrow_mut().done(&user, number);
            check(&saved.token, name, field, number..=number)
        }
        // The fields that are no token cannot make a record.
        Err(error) if error.kind() == ErrorKind::InvalidInput && !field.ends_with("_token") => {
            writer.ledger.borrow_mut().void(&user, number);
            Ok(())
        }
        Err(error) => excusable(&error).map_err(|fault| format!("save of {user}: {fault}")),
    }
}

/// Finds a shared record: it must be the right one and show what this writer has written.
async fn look(
    store: &SecretsManagerTokenStore,
    writer: &Writer,
    user: usize,
) -> Result<(), String> {
    let name = shared(user);
    let freshness = match writer.rng.borrow_mut().bool() {
        true => Freshness::Cached,
        false => Freshness::MustAsk,
    };
    let expected = writer.ledger.borrow().visible(&label(&name));
    match store.find_token_with(&name, freshness).await {
        Ok(Some(token)) => check(&token, &name, writer.owner.field(), expected),
        Ok(None) if *expected.start() == 0 => Ok(()),
        Ok(None) => Err(format!("{} is not found", label(&name))),
        Err(error) => excusable(&error).map_err(|fault| format!("look-up: {fault}")),
    }
}

/// Deletes the writer's own record; from then on it must not be found.
async fn delete(store: &SecretsManagerTokenStore, writer: &Writer) -> Result<(), String> {
    let name = writer.owner.own();
    let user = label(&name);
    let id = match store.find_token_with(&name, Freshness::MustAsk).await {
        Ok(Some(token)) => token.id().cloned(),
        Ok(None) => None,
        Err(error) => return excusable(&error),
    };
    let Some(id) = id else { return Ok(()) };
    writer.ledger.borrow_mut().doubt(&user);
    match store.delete_token(&id).await {
        Ok(_) => {
            writer.ledger.borrow_mut().gone(&user);
            match store.find_token(&name).await {
                Ok(Some(_)) => Err(format!("{user} is found after its deletion")),
                Ok(None) => Ok(()),
                Err(error) => excusable(&error),
            }
        }
        Err(error) => excusable(&error).map_err(|fault| format!("deletion: {fault}")),
    }
}

async fn list(store: &SecretsManagerTokenStore) -> Result<(), String> {
    match store.get_tokens().await {
        Ok(_) => Ok(()),
        Err(error) => excusable(&error).map_err(|fault| format!("listing: {fault}")),
    }
}

/// The faults stop: everything must be there, once, in its last state.
async fn settle(world: &World, writers: &[Rc<Writer>]) -> Result<(), String> {
    world.simulator.clear_faults();
    tokio::time::sleep(Duration::from_secs(200)).await;
    world.check()?;
    let store = world.process().map_err(|error| error.to_string())?;
    let records = world.records()?;
    let listed = store
        .get_tokens()
        .await
        .map_err(|error| error.to_string())?;
    let labels: BTreeMap<_, _> = listed.iter().map(|token| (label(token), token)).collect();
    if listed.len() != records.len() || labels.len() != records.len() {
        return Err(format!(
            "{} records, {} listed",
            records.len(),
            listed.len()
        ));
    }
    for writer in writers {
        let ledger = writer.ledger.borrow();
        for (user, expected) in ledger.all() {
            let is_own = user == label(&writer.owner.own());
            let field = if is_own {
                OWN_FIELD
            } else {
                writer.owner.field()
            };
            match labels.get(&user) {
                Some(token) => check(token, &labelled(&user), field, expected)?,
                None if *expected.start() == 0 => {}
                None => return Err(format!("{user} is lost")),
            }
        }
    }
    // And the index is in order again: the next deletion leaves nothing behind.
    let removed = store
        .delete_tokens()
        .await
        .map_err(|error| format!("purge: {error:?}"))?;
    if removed != records.len() || !world.records()?.is_empty() {
        return Err(format!("{removed} of {} removed", records.len()));
    }
    Ok(())
}
