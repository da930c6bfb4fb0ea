//! What people, other programs and missing permissions do to the secrets, and what the store makes of
//! it: it never guesses, never lists too little, and names the secret that is concerned.
//!
//! Records that were edited by hand stand in `by_hand.rs`; text and sizes in `contract/input.rs`.

mod index_page;
mod listing;
#[cfg(feature = "simulator")]
mod permissions;
mod scheduled;

use aws_sdk_secretsmanager::primitives::Blob;
use libtest_mimic::{Failed, Trial};
use zoho_token_store::{Error, ErrorKind};

use crate::target::{Handle, Service, Target};

pub fn trials(target: Target) -> Vec<Trial> {
    if !target.has_namespaces() {
        return Vec::new();
    }
    let mut trials = index_page::trials(target);
    trials.extend(listing::trials(target));
    trials.extend(scheduled::trials(target));
    #[cfg(feature = "simulator")]
    if target == Target::Simulator {
        trials.extend(permissions::trials());
    }
    trials
}

fn name(target: Target, trial: &str) -> String {
    format!("{}::bad_input::{trial}", target.name())
}

/// What someone puts into a secret.
#[derive(Clone, Debug, PartialEq)]
enum Content {
    Text(String),
    Bytes,
}

impl Content {
    fn of(text: &str) -> Self {
        match text {
            "(bytes)" => Self::Bytes,
            text => Self::Text(text.to_owned()),
        }
    }

    async fn read(service: &Service, secret: &str) -> Result<Self, Failed> {
        let get = service.client().get_secret_value().secret_id(secret);
        // moto gives an old value where the stage is not named.
        let value = get.version_stage("AWSCURRENT").send().await?;
        Ok(match value.secret_string() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Bytes,
        })
    }

    async fn write(&self, service: &Service, secret: &str) -> Result<(), Failed> {
        let put = service.client().put_secret_value().secret_id(secret);
        let put = match self {
            Self::Text(text) => put.secret_string(text),
            Self::Bytes => put.secret_binary(Blob::new([0, 159, 146, 150])),
        };
        put.send().await?;
        Ok(())
    }
}

/// LocalStack answers a batch with an internal error once bytes were put into a secret made as text.
fn can_hold(target: Target, content: &str) -> bool {
    target != Target::LocalStack || Content::of(content) != Content::Bytes
}

/// The full name of a secret of the first store: `token/1`, `index/00`.
fn secret(service: &Service, rest: &str) -> String {
    format!("{}/{rest}", service.prefix(Handle::First))
}

/// The error of an outcome that must be one, of this kind, and name what it is about.
fn fails<T: std::fmt::Debug>(
    what: &str,
    outcome: Result<T, Error>,
    kind: ErrorKind,
    part: &str,
) -> Result<Error, Failed> {
    match outcome {
        Err(error) if error.kind() == kind && format!("{error:?}").contains(part) => Ok(error),
        other => Err(format!("{what}: expected {kind:?} with {part:?}, got {other:?}").into()),
    }
}

/// Fails unless both are the same.
fn same<T: std::fmt::Debug + PartialEq>(what: &str, got: T, expected: T) -> Result<(), Failed> {
    match got == expected {
        true => Ok(()),
        false => Err(format!("{what}:\n  expected: {expected:?}\n  got:      {got:?}").into()),
    }
}
