//! A process stands still in the middle of a save, as a Lambda does between two events, while another
//! one works on the same user. When it goes on, it must not make what the other has made meanwhile.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use zoho_token_store::simulator::Simulator;
use zoho_token_store::{
    DeletionPolicy, Error, ErrorKind, OAuthToken, Saved, SecretsManagerTokenStore, TokenId,
};

use super::world::World;
use crate::target::Target;

/// For how long the process stands still: longer than any announcement in the index holds.
const LONG: Duration = Duration::from_secs(600);

/// A save that is interrupted, by name.
type Save = (&'static str, fn() -> OAuthToken);

const SAVES: &[Save] = &[
    ("new", || of("u").with_refresh_token("R")),
    ("new-with-an-id", || {
        of("u").with_refresh_token("R").with_id("9")
    }),
    ("another-user", || of("u").with_id("1")),
    ("another-key", || of("v").with_refresh_token("R")),
];

/// What another process does meanwhile.
#[derive(Clone, Copy, Debug)]
enum Meanwhile {
    /// Makes a record of the same user, under an id of its own choice.
    Saves,
    SavesWithId,
    /// Removes everything.
    Purges,
    RemovesAndSaves,
}

pub fn trials() -> Vec<Trial> {
    let trial = |(name, token): &'static Save| {
        Trial::test(format!("simulator::suspended::{name}"), move || {
            Target::Simulator.block_on(async move {
                let runs = survey(*token).await.map_err(Failed::from)?;
                eprintln!("suspended, {name}: {runs} runs, all recovered");
                Ok(())
            })
        })
    };
    SAVES.iter().map(trial).collect()
}

fn of(user: &str) -> OAuthToken {
    OAuthToken::new().with_user(user).with_client("C", "S")
}

async fn survey(token: fn() -> OAuthToken) -> Result<usize, String> {
    use Meanwhile::{Purges, RemovesAndSaves, Saves, SavesWithId};
    let mut runs = 0;
    for meanwhile in [Saves, SavesWithId, Purges, RemovesAndSaves] {
        for deletion in [
            DeletionPolicy::Immediate,
            DeletionPolicy::Recoverable { days: 7 },
        ] {
            for polls in 1.. {
                let run = suspended(&token(), meanwhile, deletion, polls).await;
                let run = run.map_err(|fault| {
                    format!("suspended after {polls} polls, {meanwhile:?}, {deletion:?}: {fault}")
                })?;
                runs += 1;
                if run == Went::Through {
                    break;
                }
            }
        }
    }
    Ok(runs)
}

#[derive(PartialEq)]
enum Went {
    Suspended,
    /// It was done before.
    Through,
}

async fn suspended(
    token: &OAuthToken,
    meanwhile: Meanwhile,
    deletion: DeletionPolicy,
    polls: usize,
) -> Result<Went, String> {
    fastrand::seed(polls as u64);
    let world = World::new(Simulator::builder().seed(polls as u64), deletion);
    let open = || world.process().map_err(|error| error.to_string());
    let other = open()?;
    for (id, user) in [("1", "v"), ("2", "w")] {
        let stored = of(user).with_id(id).with_refresh_token(format!("R-{user}"));
        let saved = other.save_token(&stored).await;
        saved.map_err(|error| format!("seed: {error:?}"))?;
    }
    let store = open()?;
    let mut saving = pin!(store.save_token(token));
    let mut went = Went::Through;
    let saved = match polled(saving.as_mut(), polls).await {
        Some(saved) => saved,
        None => {
            went = Went::Suspended;
            tokio::time::sleep(LONG / 2).await;
            let did = act(&other, meanwhile).await;
            did.map_err(|error| format!("meanwhile: {error:?}"))?;
            tokio::time::sleep(LONG / 2).await;
            saving.await
        }
    };
    world.check()?;
    let fresh = open()?;
    let mut is_refused = false;
    if saved.is_err() {
        match fresh.save_token(token).await {
            Ok(_) => {}
            // By now the user has the record that was made meanwhile.
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            // What it would have added to is gone.
            Err(error) if error.kind() == ErrorKind::InvalidInput => is_refused = true,
            Err(error) => return Err(format!("saved again: {error:?}")),
        }
        world.check()?;
    }
    let listed = fresh.get_tokens().await;
    let listed = listed.map_err(|error| format!("listing: {error:?}"))?;
    if listed.len() != world.records()?.len() {
        return Err(format!("listed {listed:?}"));
    }
    let of_user = listed
        .iter()
        .filter(|listed| listed.user_name() == token.user_name())
        .count();
    let removed = matches!(meanwhile, Meanwhile::Purges | Meanwhile::RemovesAndSaves);
    let may_be_gone = removed && (saved.is_ok() || is_refused);
    match of_user {
        1 => Ok(went),
        0 if may_be_gone => Ok(went),
        n => Err(format!("{n} records of the user: {listed:?}")),
    }
}

async fn act(store: &SecretsManagerTokenStore, meanwhile: Meanwhile) -> Result<(), Error> {
    let save = |token: OAuthToken| async move { store.save_token(&token).await.map(drop) };
    let theirs = || of("u").with_access_token("A");
    match meanwhile {
        Meanwhile::Saves => save(theirs()).await,
        Meanwhile::SavesWithId => save(theirs().with_id("7")).await,
        Meanwhile::Purges => store.delete_tokens().await.map(drop),
        Meanwhile::RemovesAndSaves => {
            store.delete_token(&TokenId::from("1")).await?;
            save(theirs()).await
        }
    }
}

/// Polls a save so many times; its outcome if that is all it takes.
async fn polled(
    mut saving: Pin<&mut impl Future<Output = Result<Saved, Error>>>,
    mut polls: usize,
) -> Option<Result<Saved, Error>> {
    std::future::poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(None);
        }
        polls -= 1;
        saving.as_mut().poll(context).map(Some)
    })
    .await
}
