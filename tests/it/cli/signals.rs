//! Ctrl-C, a request to terminate, and a reader that goes away.

use std::process::Stdio;

use libtest_mimic::{Failed, Trial};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use zoho_token_store::Verb;
use zoho_token_store::simulator::{Fault, Kind};

use super::block_on;
use super::place::Place;
use super::program::{Ended, finish, program};
use super::row::token;
use crate::target::Target;

pub fn trials() -> Vec<Trial> {
    let interrupted = |name, signal| {
        Trial::test(format!("simulator::cli::{name}"), move || {
            block_on(stops(signal))
        })
    };
    vec![
        interrupted("interrupted", Signal::INT),
        interrupted("terminated", Signal::TERM),
        Trial::test("simulator::cli::interrupted-deletion", || {
            block_on(stops_between())
        }),
        Trial::test("simulator::cli::broken-pipe", || block_on(broken_pipe())),
    ]
}

/// A command that waits for an answer stops when it is asked to, and says so.
async fn stops(signal: Signal) -> Result<(), Failed> {
    let mut place = Place::on(Target::Simulator).await?;
    let folder = TempDir::new()?;
    let mut command = program(
        &["find".into(), "--id".into(), "1".into()],
        &folder,
        Some(&place),
    );
    let server = place.server.as_mut().ok_or("the simulator has a server")?;
    server
        .simulator
        .inject(Fault::on(Verb::GetSecretValue).always().kind(Kind::Hang));
    let child = command.spawn()?;
    let pid = child
        .id()
        .and_then(|pid| Pid::from_raw(pid.try_into().ok()?));
    server.arrivals.recv().await.ok_or("no request arrived")?;
    kill_process(pid.ok_or("the program has ended")?, signal)?;
    let ended = finish(child, "").await?;
    expect(
        &ended,
        ended.code == 130 && ended.err.starts_with("ztok: interrupted"),
    )
}

/// A deletion that was begun is ended; what is said to be deleted is, and nothing else.
async fn stops_between() -> Result<(), Failed> {
    let mut place = Place::on(Target::Simulator).await?;
    let ids: Vec<String> = (1..=20).map(|n| n.to_string()).collect();
    let tokens: Vec<_> = ids.iter().map(|id| token(id, id)).collect();
    place.save(&tokens).await?;
    let words = ["--output", "json", "delete"].map(str::to_owned);
    let args: Vec<String> = words.into_iter().chain(ids.clone()).collect();
    let folder = TempDir::new()?;
    let child = program(&args, &folder, Some(&place)).spawn()?;
    let pid = child
        .id()
        .and_then(|pid| Pid::from_raw(pid.try_into().ok()?));
    let server = place.server.as_mut().ok_or("the simulator has a server")?;
    while server.arrivals.recv().await.ok_or("no deletion arrived")? != "DeleteSecret" {}
    kill_process(pid.ok_or("the program has ended")?, Signal::INT)?;
    let ended = finish(child, "").await?;
    let told: Value = serde_json::from_str(&ended.out)?;
    let left = place.store("")?.get_tokens().await?;
    let is_left = |id: &&String| {
        left.iter()
            .any(|token| token.id() == Some(&id.as_str().into()))
    };
    let gone: Vec<&String> = ids.iter().filter(|id| !is_left(id)).collect();
    let good = ended.code == 130 && told["deleted"] == json!(gone);
    expect(&ended, good && !gone.is_empty() && gone.len() < ids.len())
}

/// A reader that has seen enough is no failure.
async fn broken_pipe() -> Result<(), Failed> {
    let place = Place::on(Target::Simulator).await?;
    place.save(&[token("1", "u")]).await?;
    let folder = TempDir::new()?;
    for words in [
        "find --id 1",
        "list --quiet",
        "completions bash",
        "--help",
        "demo",
    ] {
        let args: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let (reader, writer) = std::io::pipe()?;
        drop(reader);
        let mut command = program(&args, &folder, Some(&place));
        let ended = finish(command.stdout(Stdio::from(writer)).spawn()?, "").await?;
        expect(&ended, ended.code == 0 && ended.err.is_empty())?;
    }
    Ok(())
}

fn expect(ended: &Ended, good: bool) -> Result<(), Failed> {
    good.then_some(())
        .ok_or_else(|| format!("{ended:#?}").into())
}
