//! What a flow is made of, and how it is run.

use std::collections::BTreeSet;

use futures::future::try_join_all;
use libtest_mimic::Failed;
use zoho_token_store::simulator::Simulator;
use zoho_token_store::testkit::Op;
use zoho_token_store::{DeletionPolicy, Error, SecretsManagerTokenStore, Verb};

use super::Role;
use crate::calls::{Do, measure};
use crate::doctor::{Clinic, Damage, findings};

/// What `OperatorWithoutValues` is granted on index pages alone.
const ON_PAGES_ONLY: [Verb; 3] = [
    Verb::GetSecretValue,
    Verb::PutSecretValue,
    Verb::RestoreSecret,
];

/// Something that a role does, in a process that knows nothing yet.
pub struct Flow {
    pub role: Role,
    pub name: String,
    deletion: DeletionPolicy,
    before: Vec<Before>,
    steps: Vec<Step>,
    leaves: Option<usize>,
}

/// What is done before, by others, to three tokens of long ago.
pub enum Before {
    Damaged(Damage),
    Done(Op),
    /// All three are gone, and the first index page is a secret without a value: as Terraform makes it.
    Provisioned,
    /// A person moves the label `AWSCURRENT` of a secret back to the version before.
    PutBack(&'static str),
}

pub enum Step {
    /// What comes out is told in words, as for the trials of costs.
    Does(Do, &'static str),
    /// Each in a process of its own, all at once.
    Race(Vec<Op>, &'static str),
    /// A diagnosis, and a repair of all that it can; what is found before and after.
    Treats {
        finds: &'static [&'static str],
        leaves: &'static [&'static str],
    },
}

/// What the role may do.
pub enum Allowed {
    Everything,
    Only(BTreeSet<String>),
}

pub fn flow(role: Role, name: impl Into<String>) -> Flow {
    Flow {
        role,
        name: name.into(),
        deletion: DeletionPolicy::default(),
        before: Vec::new(),
        steps: Vec::new(),
        leaves: None,
    }
}

impl Flow {
    pub fn deletes_at_once(mut self) -> Self {
        self.deletion = DeletionPolicy::Immediate;
        self
    }

    pub fn after(mut self, before: Before) -> Self {
        self.before.push(before);
        self
    }

    pub fn damaged(mut self, damage: impl IntoIterator<Item = Damage>) -> Self {
        self.before.extend(damage.into_iter().map(Before::Damaged));
        self
    }

    pub fn does(mut self, what: impl Into<Do>, gives: &'static str) -> Self {
        self.steps.push(Step::Does(what.into(), gives));
        self
    }

    /// So many tokens are listed in the end, by someone who may.
    pub fn leaves(mut self, tokens: usize) -> Self {
        self.leaves = Some(tokens);
        self
    }

    pub fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Runs it; the actions that the service received meanwhile.
    pub async fn run(self, allowed: Allowed) -> Result<BTreeSet<String>, Failed> {
        let clinic = Clinic::new(Simulator::builder().request_log(usize::MAX)).await?;
        for before in self.before {
            before.happens(&clinic).await?;
        }
        let simulator = &clinic.simulator;
        let seen = simulator.requests().len();
        if let Allowed::Only(actions) = allowed {
            let is_denied = |verb: &Verb| !actions.contains(verb.name());
            for verb in Verb::ALL.into_iter().filter(is_denied) {
                simulator.deny(verb);
            }
        }
        if self.role == Role::OperatorWithoutValues {
            for token in simulator
                .secrets()
                .iter()
                .filter(|s| s.name.contains("/token/"))
            {
                for verb in ON_PAGES_ONLY {
                    simulator.deny_on(verb, &token.name);
                }
            }
        }
        let open = || open(simulator, self.deletion);
        let store = open()?;
        for step in self.steps {
            match step {
                Step::Does(what, gives) => same(&measure(&store, &what).await?, gives)?,
                Step::Race(ops, gives) => {
                    let racers: Vec<_> = ops.iter().map(|_| open()).collect::<Result<_, _>>()?;
                    let deeds: Vec<Do> = ops.into_iter().map(Do::One).collect();
                    let race = racers.iter().zip(&deeds).map(|(s, deed)| measure(s, deed));
                    same(&try_join_all(race).await?.join(", "), gives)?;
                }
                Step::Treats { finds, leaves } => treat(&store, finds, leaves).await?,
            }
        }
        let requests = simulator.requests();
        simulator.allow_all();
        if let Some(tokens) = self.leaves {
            same(&open()?.get_tokens().await?.len(), &tokens)?;
        }
        Ok(requests[seen..].iter().map(|r| r.action.clone()).collect())
    }
}

impl Before {
    async fn happens(self, clinic: &Clinic) -> Result<(), Failed> {
        match self {
            Self::Damaged(damage) => clinic.damage([damage]).await,
            Self::Done(op) => {
                measure(&clinic.open()?, &Do::One(op)).await?;
                Ok(())
            }
            Self::Provisioned => {
                for secret in clinic.simulator.secrets() {
                    clinic.simulator.remove_by_hand(&secret.name);
                }
                let create = clinic.hand.client.create_secret();
                create.name("app/index/00").send().await?;
                Ok(())
            }
            Self::PutBack(secret) => clinic.hand.puts_back(secret).await,
        }
    }
}

fn open(
    simulator: &Simulator,
    deletion: DeletionPolicy,
) -> Result<SecretsManagerTokenStore, Error> {
    SecretsManagerTokenStore::builder()
        .prefix("app")
        .deletion(deletion)
        .clock(simulator.clock())
        .build(&simulator.client())
}

async fn treat(
    store: &SecretsManagerTokenStore,
    finds: &[&str],
    leaves: &[&str],
) -> Result<(), Failed> {
    let diagnosis = store.diagnose().await?;
    same(&findings(&diagnosis, "app"), &finds)?;
    let repair = store.repair(&diagnosis).await?;
    if !repair.is_complete() {
        return Err(format!("left undone: {:?}", repair.left).into());
    }
    same(&findings(&store.diagnose().await?, "app"), &leaves)
}

fn same<T: std::fmt::Debug + PartialEq<U> + ?Sized, U: std::fmt::Debug + ?Sized>(
    found: &T,
    expected: &U,
) -> Result<(), Failed> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("expected {expected:?}, got {found:?}").into()),
    }
}
