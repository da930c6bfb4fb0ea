//! The example `lambda`, run as Lambda runs it: a process that asks a Runtime API for events.
//!
//! The Runtime API is a small one of the trial's own, on loopback; the program is the real one. What
//! it sends to Secrets Manager goes through a gate, and is counted there.

mod function;
mod row;
mod runtime_api;

use libtest_mimic::{Failed, Trial};
use serde_json::json;
use tokio::runtime::Builder;
use zoho_token_store::{OAuthToken, Timestamp};

use crate::cli::CANARY;
use crate::contract::words::{ALICE, BOB, FAR};
use crate::target::Target;
use row::Requests::{Asks, AsksNothing};
use row::Want::{Endless, Error, Expired, Found, Nothing};
use row::{Row, Step, invoke};

pub fn trials(target: Target) -> Vec<Trial> {
    if target == Target::Memory {
        return Vec::new();
    }
    let trial = |row: Row| {
        let name = format!("{}::lambda::{}", target.name(), row.name);
        Trial::test(name, move || block_on(row.check(target)))
    };
    rows().into_iter().map(trial).collect()
}

/// In real time: the program does not know of any other.
fn block_on(trial: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(trial)
}

/// What is stored before the function starts: tokens of two clients for Alice, an expired one of Bob's.
fn stored() -> [OAuthToken; 3] {
    let token = |id: &str, user: &str, client: &str| {
        OAuthToken::new()
            .with_id(id)
            .with_user(user)
            .with_client(client, format!("{CANARY}-secret"))
            .with_refresh_token(format!("{CANARY}-refresh-{id}"))
            .with_access_token(format!("{CANARY}-access-{id}"))
            .with_api_domain("https://www.zohoapis.eu")
    };
    let at = |millis| Timestamp::from_millis(millis);
    [
        token("1", ALICE, "one").with_expires_at(at(FAR)),
        token("2", ALICE, "two"),
        token("3", BOB, "one").with_expires_at(at(1)),
    ]
}

fn rows() -> Vec<Row> {
    let alice = |client: &str| json!({"user": ALICE, "client_id": client});
    let (bob, nobody) = (json!({"user": BOB}), json!({"user": "nobody@x.test"}));
    vec![
        Row {
            name: "cold-and-warm",
            steps: vec![
                invoke(alice("one"), Found("1"), Asks),
                invoke(alice("one"), Found("1"), AsksNothing),
                invoke(alice("two"), Endless("2"), Asks),
                invoke(alice("one"), Found("1"), AsksNothing),
                invoke(alice("two"), Endless("2"), AsksNothing),
            ],
        },
        // It is asked for every time: someone may have refreshed it.
        Row {
            name: "expired",
            steps: vec![
                invoke(bob.clone(), Expired("3"), Asks),
                invoke(bob, Expired("3"), Asks),
            ],
        },
        Row {
            name: "not-found",
            steps: vec![
                invoke(nobody.clone(), Nothing, Asks),
                invoke(alice("three"), Nothing, Asks),
            ],
        },
        // After an error the same process answers the next event.
        Row {
            name: "refused",
            steps: vec![
                invoke(json!({}), Error("InvalidInput"), AsksNothing),
                invoke(json!({"user": 1}), Error("InvalidInput"), AsksNothing),
                invoke(json!(["user"]), Error("InvalidInput"), AsksNothing),
                invoke(json!({"user": ALICE}), Error("Ambiguous"), Asks),
                invoke(alice("one"), Found("1"), Asks),
            ],
        },
        Row {
            name: "unreachable",
            steps: vec![
                Step::Unreachable,
                invoke(nobody, Error("Unavailable"), AsksNothing),
                invoke(json!({}), Error("InvalidInput"), AsksNothing),
            ],
        },
        Row {
            name: "misconfigured",
            steps: vec![Step::FailsToStart {
                prefix: "no//prefix",
                says: "configuration: the prefix must not",
            }],
        },
    ]
}
