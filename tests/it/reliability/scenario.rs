//! The operations of the matrix, each from a state in which it does something of its own.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use futures::StreamExt as _;
use zoho_token_store::{
    DeletionPolicy, Error, OAuthToken, SecretsManagerTokenStore, Timestamp, TokenId,
};

use super::world::World;

/// An operation and the state that it meets.
pub struct Scenario {
    pub name: &'static str,
    pub deletion: DeletionPolicy,
    pub stored: Vec<OAuthToken>,
    /// Ids deleted after that.
    pub deleted: &'static [&'static str],
    /// Whether the process that runs the operation has stored the tokens itself.
    pub basis: Basis,
    pub operation: Operation,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Basis {
    Cold,
    Warm,
}

pub enum Operation {
    Save(OAuthToken),
    SaveMany(Vec<OAuthToken>),
    Find(OAuthToken),
    Delete(&'static str),
    DeleteAll,
    List,
}

impl Operation {
    /// Runs it; the outcome as text, without what differs from run to run.
    pub async fn run(&self, store: &SecretsManagerTokenStore) -> Result<String, Error> {
        Ok(match self {
            Self::Save(token) => format!("{:?}", store.save_token(token).await?.token.user_name()),
            Self::SaveMany(tokens) => {
                let outcomes = store
                    .save_tokens(tokens, NonZeroU32::MAX)
                    .collect::<Vec<_>>();
                let mut users = BTreeMap::new();
                for (position, outcome) in outcomes.await {
                    users.insert(position, outcome?.token.user_name().map(str::to_owned));
                }
                format!("{users:?}")
            }
            Self::Find(query) => {
                let found = store.find_token(query).await?;
                format!("{:?}", found.map(|token| token.expires_at()))
            }
            Self::Delete(id) => {
                store.delete_token(&TokenId::from(*id)).await?;
                String::new()
            }
            Self::DeleteAll => {
                store.delete_tokens().await?;
                String::new()
            }
            Self::List => format!("{}", store.get_tokens().await?.len()),
        })
    }
}

impl Scenario {
    /// Brings about the state; the process that is to run the operation.
    pub async fn prepare(&self, world: &World) -> Result<SecretsManagerTokenStore, Error> {
        let store = world.process()?;
        for token in &self.stored {
            store.save_token(token).await?;
        }
        for id in self.deleted {
            store.delete_token(&TokenId::from(*id)).await?;
        }
        match self.basis {
            Basis::Cold => world.process(),
            Basis::Warm => Ok(store),
        }
    }
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

pub fn scenarios() -> Vec<Scenario> {
    use Basis::{Cold, Warm};
    use Operation::{Delete, DeleteAll, Find, List, Save, SaveMany};
    let days = DeletionPolicy::Recoverable { days: 7 };
    let three = || {
        vec![
            full("u").with_id("1"),
            full("v").with_id("2"),
            full("w").with_id("3"),
        ]
    };
    let scenario = |name, basis, stored, deleted, operation| Scenario {
        name,
        deletion: days,
        stored,
        deleted,
        basis,
        operation,
    };
    let mut all = vec![
        scenario("the first save", Cold, vec![], &[], Save(full("u"))),
        scenario("a further save", Cold, three(), &[], Save(full("x"))),
        scenario("a further save, warm", Warm, three(), &[], Save(full("x"))),
        scenario(
            "a save with an id",
            Cold,
            three(),
            &[],
            Save(full("x").with_id("9")),
        ),
        scenario("a save without a user", Cold, three(), &[], {
            Save(
                OAuthToken::new()
                    .with_client("C", "S")
                    .with_grant_token("G"),
            )
        }),
        scenario("a refresh", Cold, three(), &[], Save(refreshed("v"))),
        scenario("a refresh, warm", Warm, three(), &[], Save(refreshed("v"))),
        scenario("a refresh by id", Cold, three(), &[], {
            Save(refreshed("v").with_id("2"))
        }),
        scenario("the same again", Warm, three(), &[], Save(full("v"))),
        scenario("a new refresh token", Warm, three(), &[], {
            Save(of("v").with_refresh_token("R-new"))
        }),
        scenario(
            "another user",
            Cold,
            three(),
            &[],
            Save(of("x").with_id("2")),
        ),
        scenario(
            "a save after a deletion",
            Cold,
            vec![full("u")],
            &[],
            Save(full("v")),
        ),
        scenario("a save that restores", Cold, three(), &["2"], {
            Save(full("v").with_id("2"))
        }),
        scenario("saves together", Cold, three(), &["3"], {
            // One stored already, one changed, two new, one deleted before.
            SaveMany(vec![
                full("u"),
                refreshed("v"),
                full("x"),
                full("y").with_id("9"),
                full("w").with_id("3"),
            ])
        }),
        scenario("a deletion", Cold, three(), &[], Delete("2")),
        scenario("a deletion, warm", Warm, three(), &[], Delete("2")),
        scenario("a deletion of nothing", Cold, three(), &[], Delete("9")),
        scenario("a purge", Cold, three(), &[], DeleteAll),
        scenario("a listing", Cold, three(), &["1"], List),
        scenario("a look-up by id", Cold, three(), &[], {
            Find(OAuthToken::new().with_id("2"))
        }),
        scenario("a look-up by user", Cold, three(), &[], {
            Find(OAuthToken::new().with_user("v"))
        }),
        scenario("a look-up by access token", Cold, three(), &[], {
            Find(OAuthToken::new().with_access_token("A-w"))
        }),
    ];
    // The same with secrets that cannot be restored.
    let immediate = |mut scenario: Scenario, name| {
        scenario.name = name;
        scenario.deletion = DeletionPolicy::Immediate;
        scenario
    };
    all.extend([
        immediate(
            scenario("", Cold, three(), &["2"], Save(full("v"))),
            "a save after a deletion for good",
        ),
        immediate(
            scenario("", Cold, three(), &[], Delete("2")),
            "a deletion for good",
        ),
        immediate(
            scenario("", Cold, three(), &[], DeleteAll),
            "a purge for good",
        ),
    ]);
    all
}
