//! Where damaged namespaces on the simulator are treated.

use std::time::Duration;

use libtest_mimic::Failed;
use zoho_token_store::simulator::{Builder, Simulator};
use zoho_token_store::{ErrorKind, SecretsManagerTokenStore, TokenId};

use super::damage::{Damage, Hand};
use super::disturbed::open;
use super::row::{findings, found_by_every_key};
use crate::contract::words::three;

pub type Outcome = Result<(), Failed>;

/// Trials named after their functions.
macro_rules! trials {
    ($($name:ident),* $(,)?) => {
        vec![$(libtest_mimic::Trial::test(
            concat!("simulator::doctor_limits::", stringify!($name)),
            || $crate::target::Target::Simulator.block_on($name()),
        )),*]
    };
}
pub(super) use trials;

/// Three tokens of long ago.
pub struct Clinic {
    pub simulator: Simulator,
    pub hand: Hand,
}

impl Clinic {
    pub async fn new(builder: Builder) -> Result<Self, Failed> {
        let simulator = builder.build();
        let client = simulator.client();
        let prefix = "app".to_owned();
        let hand = Hand { client, prefix };
        let clinic = Self { simulator, hand };
        for token in three() {
            clinic.open()?.save_token(&token).await?;
        }
        clinic.passes(900);
        Ok(clinic)
    }

    pub fn open(&self) -> Result<SecretsManagerTokenStore, Failed> {
        Ok(open(&self.simulator)?)
    }

    pub fn passes(&self, seconds: u64) {
        self.simulator.advance(Duration::from_secs(seconds));
    }

    pub async fn damage(&self, damage: impl IntoIterator<Item = Damage>) -> Outcome {
        for damage in damage {
            self.hand.does(&damage).await?;
        }
        Ok(())
    }

    pub async fn finds(&self, expected: &[&str]) -> Outcome {
        let found = findings(&self.open()?.diagnose().await?, "app");
        match found == expected {
            true => Ok(()),
            false => Err(format!("expected {expected:?}, found {found:?}").into()),
        }
    }

    /// Diagnoses and repairs; the reasons for what is left.
    pub async fn repairs(&self) -> Result<Vec<ErrorKind>, Failed> {
        let store = self.open()?;
        let repair = store.repair(&store.diagnose().await?).await?;
        Ok(repair.left.iter().map(|(_, error)| error.kind()).collect())
    }

    pub async fn lists(&self, ids: &str) -> Outcome {
        let store = self.open()?;
        let tokens = store.get_tokens().await?;
        let listed: Vec<&str> = tokens
            .iter()
            .filter_map(|t| t.id().map(TokenId::as_str))
            .collect();
        if listed.join(" ") != ids {
            return Err(format!("expected {ids}, listed {listed:?}").into());
        }
        for token in &tokens {
            found_by_every_key(&store, token).await?;
        }
        Ok(())
    }
}

/// Whether it is as expected; else, both.
pub fn is<T>(found: impl std::fmt::Debug + PartialEq<T>, expected: T) -> Outcome
where
    T: std::fmt::Debug,
{
    match found == expected {
        true => Ok(()),
        false => Err(format!("expected {expected:?}, found {found:?}").into()),
    }
}
