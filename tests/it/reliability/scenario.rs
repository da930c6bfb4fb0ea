//! The rows of the matrix: every operation, from every state in which it does something of its own.

use std::num::NonZeroU32;
use std::time::Duration;

use futures::StreamExt as _;
use zoho_token_store::simulator::{Fault, Kind};
use zoho_token_store::{
    DeletionPolicy, Error, OAuthToken, Saved, SecretsManagerTokenStore, Timestamp, TokenId, Verb,
};

use super::world::World;

/// An operation and the state that it meets.
#[derive(Clone, Copy)]
pub struct Scenario {
    pub state: State,
    pub operation: Operation,
}

/// What the account holds, and what the process that runs the operation knows of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Empty,
    /// Three records that another process has made.
    Three,
    /// Three records that this process has made.
    Warm,
    /// The record 2 was deleted, and can be restored.
    Deleted,
    /// The record 2 was deleted for good, and its name cannot be used for a while.
    DeletedForGood,
    /// Someone died after the index had named the new token, and before its secret was made.
    HalfMade,
    /// Someone died after the secret 2 was restored, and before it had its new value.
    HalfRestored,
    /// Someone died after the secret 2 was deleted, and before the index had forgotten it.
    HalfDeleted,
    /// The first index page has been written as often as it can be in a day.
    Spent,
}

pub const STATES: [State; 9] = [
    State::Empty,
    State::Three,
    State::Warm,
    State::Deleted,
    State::DeletedForGood,
    State::HalfMade,
    State::HalfRestored,
    State::HalfDeleted,
    State::Spent,
];

#[derive(Clone, Copy)]
pub struct Operation {
    pub name: &'static str,
    action: Action,
}

#[derive(Clone, Copy)]
enum Action {
    Save(fn() -> OAuthToken),
    SaveMany(fn() -> Vec<OAuthToken>),
    Find(fn() -> OAuthToken),
    Delete(&'static str),
    DeleteAll,
    List,
}

pub const OPERATIONS: &[Operation] = &[
    save("a new token", || full("x")),
    save("a new token with an id", || full("x").with_id("9")),
    save("a new token without a user", || {
        OAuthToken::new()
            .with_client("C", "S")
            .with_grant_token("G")
    }),
    save("a new access token alone", || {
        OAuthToken::new().with_access_token("A-alone")
    }),
    save("a token of another client", || {
        full("v").with_client("D", "S").with_refresh_token("R-D")
    }),
    save("a refresh", || refreshed("v")),
    save("a refresh by id", || refreshed("v").with_id("2")),
    save("the same again", || full("v")),
    save("a new refresh token", || {
        of("v").with_refresh_token("R-new")
    }),
    save("another user", || of("x").with_id("2")),
    save("a token with its id", || full("v").with_id("2")),
    Operation {
        name: "saves together",
        // One stored already, one changed, two new.
        action: Action::SaveMany(|| {
            let new = full("y").with_id("9");
            vec![
                full("u"),
                refreshed("v").with_refresh_token("R-v"),
                full("x"),
                new,
            ]
        }),
    },
    Operation {
        name: "a look-up by id",
        action: Action::Find(|| OAuthToken::new().with_id("2")),
    },
    Operation {
        name: "a look-up by user",
        action: Action::Find(|| OAuthToken::new().with_user("v")),
    },
    Operation {
        name: "a look-up by access token",
        action: Action::Find(|| OAuthToken::new().with_access_token("A-w")),
    },
    Operation {
        name: "a look-up by refresh token",
        action: Action::Find(|| {
            OAuthToken::new()
                .with_client("C", "S")
                .with_refresh_token("R-w")
        }),
    },
    Operation {
        name: "a deletion",
        action: Action::Delete("2"),
    },
    Operation {
        name: "a deletion of nothing",
        action: Action::Delete("9"),
    },
    Operation {
        name: "a purge",
        action: Action::DeleteAll,
    },
    Operation {
        name: "a listing",
        action: Action::List,
    },
];

const fn save(name: &'static str, token: fn() -> OAuthToken) -> Operation {
    let action = Action::Save(token);
    Operation { name, action }
}

impl Operation {
    /// Runs it; the outcome as text, without what differs from run to run. A refusal is an outcome, too.
    pub async fn run(&self, store: &SecretsManagerTokenStore) -> Result<String, Error> {
        let outcome = match self.action {
            Action::Save(token) => {
                let saved = store.save_token(&token()).await;
                saved.map(|saved| format!("{:?}", saved.token.user_name()))
            }
            Action::SaveMany(tokens) => save_many(store, &tokens()).await,
            Action::Find(query) => {
                let found = store.find_token(&query()).await;
                found.map(|found| format!("{:?}", found.map(|token| token.expires_at())))
            }
            Action::Delete(id) => {
                let removed = store.delete_token(&TokenId::from(id)).await;
                removed.map(|_| String::new())
            }
            Action::DeleteAll => store.delete_tokens().await.map(|_| String::new()),
            Action::List => {
                let tokens = store.get_tokens().await;
                tokens.map(|tokens| format!("{} tokens", tokens.len()))
            }
        };
        match outcome {
            Err(error) if !error.is_retryable() => Ok(format!("{:?}", error.kind())),
            outcome => outcome,
        }
    }
}

async fn save_many(
    store: &SecretsManagerTokenStore,
    tokens: &[OAuthToken],
) -> Result<String, Error> {
    let saving = store.save_tokens(tokens, NonZeroU32::MAX);
    let mut outcomes: Vec<_> = saving.collect().await;
    outcomes.sort_by_key(|(position, _)| *position);
    let user = |(_, outcome): (usize, Result<Saved, Error>)| {
        outcome.map(|saved| format!("{:?}", saved.token.user_name()))
    };
    let users = outcomes.into_iter().map(user);
    Ok(users.collect::<Result<Vec<_>, _>>()?.join(", "))
}

impl Scenario {
    pub fn deletion(&self) -> DeletionPolicy {
        match self.state {
            State::DeletedForGood => DeletionPolicy::Immediate,
            _ => DeletionPolicy::Recoverable { days: 7 },
        }
    }

    /// Runs the operation undisturbed. Where the state has to pass first, it is made again when it has.
    pub async fn run_to_the_end(&self, store: &SecretsManagerTokenStore) -> Result<String, Error> {
        let passes = matches!(self.state, State::HalfMade | State::DeletedForGood);
        match self.operation.run(store).await {
            Err(error) if error.is_retryable() && passes => {
                tokio::time::sleep(PASSES).await;
                self.operation.run(store).await
            }
            outcome => outcome,
        }
    }

    /// Brings about the state; the process that is to run the operation.
    pub async fn prepare(&self, world: &World) -> Result<SecretsManagerTokenStore, Error> {
        let store = world.process()?;
        if self.state != State::Empty {
            for (id, user) in [("1", "u"), ("2", "v"), ("3", "w")] {
                store.save_token(&full(user).with_id(id)).await?;
            }
        }
        let two = TokenId::from("2");
        match self.state {
            State::Empty | State::Three => {}
            State::Warm => return Ok(store),
            State::Deleted | State::DeletedForGood => {
                store.delete_token(&two).await?;
            }
            State::HalfMade => die(world, &store, Verb::CreateSecret, &full("x")).await,
            State::HalfRestored => {
                store.delete_token(&two).await?;
                die(
                    world,
                    &store,
                    Verb::PutSecretValue,
                    &refreshed("v").with_id("2"),
                )
                .await;
            }
            State::HalfDeleted => {
                let fault = Fault::on(Verb::PutSecretValue).kind(Kind::Hang);
                world.simulator.inject(fault.always());
                let deletion = store.delete_token(&two);
                let _ = tokio::time::timeout(LIFE, deletion).await;
                world.simulator.clear_faults();
            }
            State::Spent => world.spend_page()?,
        }
        world.process()
    }
}

/// Longer than an announcement in the index holds, and than a name is taken after a deletion for good.
const PASSES: Duration = Duration::from_secs(150);
/// Longer than a save takes, shorter than the timeout of a request.
const LIFE: Duration = Duration::from_secs(3);

/// A process that saves dies at its first request with this verb.
async fn die(world: &World, store: &SecretsManagerTokenStore, verb: Verb, token: &OAuthToken) {
    let on_token = Fault::on(verb).kind(Kind::Hang).always();
    world
        .simulator
        .inject(on_token.for_name_containing("/token/"));
    let _ = tokio::time::timeout(LIFE, store.save_token(token)).await;
    world.simulator.clear_faults();
}

fn of(user: &str) -> OAuthToken {
    OAuthToken::new().with_user(user).with_client("C", "S")
}

fn full(user: &str) -> OAuthToken {
    of(user)
        .with_refresh_token(format!("R-{user}"))
        .with_access_token(format!("A-{user}"))
        .with_expires_at(Timestamp::from_millis(4_102_444_800_000))
}

/// What a token endpoint answers to a refresh.
fn refreshed(user: &str) -> OAuthToken {
    of(user)
        .with_access_token("A-new")
        .with_expires_at(Timestamp::from_millis(4_102_444_900_000))
}
