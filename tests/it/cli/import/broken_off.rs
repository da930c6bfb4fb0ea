//! Imports that are broken off and given again: nothing is lost, nothing is written twice.

use libtest_mimic::Failed;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use zoho_token_store::Verb;
use zoho_token_store::simulator::{Fault, Kind};

use super::{Summary, numbered};
use crate::cli::place::Place;
use crate::cli::program::{Ended, finish, program};
use crate::target::Target;

const TOKENS: usize = 60;

/// What breaks an import off.
#[derive(Clone, Copy, Debug)]
pub enum Mishap {
    CtrlC,
    Denied,
    /// The program ends where it stands.
    Killed,
}

pub async fn broken_off(mishap: Mishap) -> Result<(), Failed> {
    let mut place = Place::on(Target::Simulator).await?;
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join("tokens.json"), numbered(TOKENS))?;
    let server = place.server.as_mut().ok_or("the simulator has a server")?;
    let simulator = server.simulator.clone();
    if let Mishap::Denied = mishap {
        let denied = Fault::on(Verb::CreateSecret)
            .for_name_containing("/token/")
            .at(20);
        simulator.inject(denied.always().kind(Kind::Error("AccessDeniedException")));
    }
    let args = "import --from json tokens.json --output json --writes-per-second 50";
    let args: Vec<String> = args.split(' ').map(str::to_owned).collect();
    let child = program(&args, &folder, None)
        .env("AWS_ENDPOINT_URL", &server.url)
        .env("ZTOK_PREFIX", &place.prefix)
        .spawn()?;
    let pid = child
        .id()
        .and_then(|pid| Pid::from_raw(pid.try_into().ok()?));
    let signal = match mishap {
        Mishap::CtrlC => Some(Signal::INT),
        Mishap::Killed => Some(Signal::KILL),
        Mishap::Denied => None,
    };
    if let Some(signal) = signal {
        let mut created = 0;
        while created < 20 {
            let action = server.arrivals.recv().await.ok_or("it ended too early")?;
            created += usize::from(action == "CreateSecret");
        }
        kill_process(pid.ok_or("the program has ended")?, signal)?;
    }
    let ended = finish(child, "").await?;
    let (code, words) = match mishap {
        Mishap::CtrlC => (130, "tokens were not begun (hint: the same command saves"),
        Mishap::Denied => (
            4,
            "of 60 tokens were not saved (hint: the same command saves",
        ),
        Mishap::Killed => (-9, ""),
    };
    expect(&ended, ended.code == code && ended.err.contains(words))?;
    let stored = place.store("")?.get_tokens().await?.len();
    expect(&ended, (10..TOKENS).contains(&stored))?;
    if code > 0 {
        let told = Summary::of(&ended)?;
        expect(&ended, told.created == stored && told.read == TOKENS)?;
    }

    simulator.clear_faults();
    let ended = finish(program(&args, &folder, Some(&place)).spawn()?, "").await?;
    let told = Summary::of(&ended)?;
    let rest = told.created == TOKENS - stored && told.stored == stored;
    expect(&ended, ended.code == 0 && rest)?;
    let listed = place.store("")?.get_tokens().await?.len();
    expect(&ended, listed == TOKENS)?;

    let before = Verb::ALL.map(|verb| simulator.calls(verb));
    let ended = finish(program(&args, &folder, Some(&place)).spawn()?, "").await?;
    for (verb, before) in Verb::ALL.into_iter().zip(before) {
        let calls = simulator.calls(verb) - before;
        // The index, and twenty records at a time.
        let expected = if verb == Verb::BatchGetSecretValue {
            1 + TOKENS.div_ceil(20)
        } else {
            0
        };
        if calls != expected as u64 {
            return Err(format!("the third time {calls} calls of {verb}: {ended:#?}").into());
        }
    }
    expect(&ended, Summary::of(&ended)?.stored == TOKENS)
}

fn expect(ended: &Ended, good: bool) -> Result<(), Failed> {
    good.then_some(())
        .ok_or_else(|| format!("{ended:#?}").into())
}
