//! Listings of which a part cannot be read: an error that says which, and gives the rest.

use libtest_mimic::{Failed, Trial};
use zoho_token_store::ErrorKind::Corrupt;
use zoho_token_store::{Error, ErrorKind, OAuthToken, TokenStore};

use super::{Content, can_hold, fails, same, secret};
use crate::contract::words::*;
use crate::target::{Handle, Options, Target};

/// What someone makes of the second of three records.
const SPOILED: &[(&str, &str)] = &[
    ("listing-not-json", "{"),
    ("listing-schema-unknown", r#"{"schema":2,"id":"2"}"#),
    ("listing-binary", "(bytes)"),
];

pub fn trials(target: Target) -> Vec<Trial> {
    let rows = SPOILED
        .iter()
        .filter(|(_, content)| can_hold(target, content));
    let rows = rows.map(|(code, content)| {
        let trial = move || target.block_on(spoiled(target, Content::of(content)));
        Trial::test(super::name(target, code), trial)
    });
    #[cfg_attr(
        not(feature = "simulator"),
        allow(unused_mut, reason = "it has more rows")
    )]
    let mut trials: Vec<Trial> = rows.collect();
    #[cfg(feature = "simulator")]
    if target == Target::Simulator {
        trials.extend(unreadable::trials());
    }
    trials
}

/// A record that is no token: `Corrupt` wherever it is met, and left as it is.
async fn spoiled(target: Target, content: Content) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let before = stage.open(Handle::First)?;
    for token in three() {
        before.save_token(&token).await?;
    }
    let name = secret(service, "token/2");
    content.write(service, &name).await?;
    let store = stage.open(Handle::Second)?;
    let error = fails("a listing", store.get_tokens().await, Corrupt, &name)?;
    is_short_of(&error, &["2"], &["1", "3"])?;
    let found = store.find_token_by_id(&"2".into()).await;
    fails("a look-up", found, Corrupt, &name)?;
    let found = store.find_token(&user(BOB)).await;
    fails("a look-up by user", found, Corrupt, &name)?;
    let saved = store.save_token(&id("2").at("A2b")).await;
    fails("a save", saved, Corrupt, &name)?;
    same("the secret", Content::read(service, &name).await?, content)?;
    same("the way out", store.delete_token(&"2".into()).await?, true)?;
    same(
        "what is left",
        ids(&*store).await?,
        vec!["1".into(), "3".into()],
    )
}

/// Whether the error of a listing names just these ids, and gives just those records.
fn is_short_of(error: &Error, failed: &[&str], read: &[&str]) -> Result<(), Failed> {
    let listing = error.listing().ok_or("an error without a listing")?;
    let tokens = listing.tokens.iter().map(|token| text(token));
    same("what was read", tokens.collect::<Vec<_>>(), owned(read))?;
    let failures = listing.failures.iter().map(|(id, _)| id.to_string());
    same("what was not", failures.collect::<Vec<_>>(), owned(failed))?;
    for (id, cause) in &listing.failures {
        let named = error.to_string().contains(id.as_str());
        if !named || !format!("{cause:?}").contains("/token/") && cause.kind() == Corrupt {
            return Err(format!("{id} is not named: {error:?}: {cause:?}").into());
        }
    }
    same("the operation", error.operation(), Some("get_tokens"))
}

fn text(token: &OAuthToken) -> String {
    token.id().map(ToString::to_string).unwrap_or_default()
}

fn owned(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

async fn ids(store: &dyn TokenStore) -> Result<Vec<String>, Failed> {
    let tokens = store.get_tokens().await?;
    Ok(tokens.iter().map(|token| text(token)).collect())
}

/// On the simulator: records that the service does not give.
#[cfg(feature = "simulator")]
mod unreadable {
    use zoho_token_store::simulator::{Fault, Kind, Simulator};
    use zoho_token_store::{SecretsManagerTokenStore, Verb};

    use super::*;

    struct Row {
        code: &'static str,
        /// What keeps `token/02` from being read, and perhaps others.
        hinder: fn(&Simulator),
        kind: ErrorKind,
        /// How many of the 25 records, beginning with `01`, cannot be read; only `02` if it is 1.
        failed: usize,
    }

    const ROWS: &[Row] = &[
        Row {
            code: "listing-denied",
            hinder: |simulator| {
                simulator.deny_on(Verb::GetSecretValue, "zoho-token-store/token/02");
            },
            kind: ErrorKind::AccessDenied,
            failed: 1,
        },
        Row {
            code: "listing-denied-without-batches",
            hinder: |simulator| {
                simulator.deny(Verb::BatchGetSecretValue);
                simulator.deny_on(Verb::GetSecretValue, "zoho-token-store/token/02");
            },
            kind: ErrorKind::AccessDenied,
            failed: 1,
        },
        Row {
            code: "listing-throttled",
            hinder: |simulator| always(simulator, Kind::Error("ThrottlingException")),
            kind: ErrorKind::Throttled,
            failed: 20,
        },
        Row {
            code: "listing-unavailable",
            hinder: |simulator| always(simulator, Kind::Error("InternalServiceError")),
            kind: ErrorKind::Unavailable,
            failed: 20,
        },
        // Not a code of the service; LocalStack has it. The HTTP status tells.
        Row {
            code: "listing-unknown-error",
            hinder: |simulator| always(simulator, Kind::Error("InternalError")),
            kind: ErrorKind::Unavailable,
            failed: 20,
        },
        Row {
            code: "listing-unanswered",
            hinder: |simulator| always(simulator, Kind::Hang),
            kind: ErrorKind::Unavailable,
            failed: 20,
        },
    ];

    /// To the end: whatever the client tries.
    fn always(simulator: &Simulator, kind: Kind) {
        let fault = Fault::on(Verb::BatchGetSecretValue).for_name_containing("token/02");
        simulator.inject(fault.kind(kind).always());
    }

    pub fn trials() -> Vec<Trial> {
        let trial = |row: &'static Row| {
            let target = Target::Simulator;
            Trial::test(crate::bad_input::name(target, row.code), move || {
                target.block_on(check(row))
            })
        };
        ROWS.iter().map(trial).collect()
    }

    async fn check(row: &Row) -> Result<(), Failed> {
        let simulator = Simulator::new();
        let open = || SecretsManagerTokenStore::from_client(&simulator.client());
        let all: Vec<String> = (1..=25).map(|n| format!("{n:02}")).collect();
        let before = open()?;
        for id in &all {
            before.save_token(&at(&format!("A{id}")).keyed(id)).await?;
        }
        let store = open()?;
        (row.hinder)(&simulator);
        let error = fails("a listing", store.get_tokens().await, row.kind, "02")?;
        let ids: Vec<&str> = all.iter().map(String::as_str).collect();
        let (failed, read): (Vec<&str>, Vec<&str>) = match row.failed {
            1 => ids.iter().partition(|id| **id == "02"),
            many => (ids[..many].to_vec(), ids[many..].to_vec()),
        };
        is_short_of(&error, &failed, &read)?;
        simulator.clear_faults();
        simulator.allow_all();
        same("afterwards", super::ids(&store).await?, all)
    }
}
