//! Access denied on one action: what works without it, as the README's table says.

use libtest_mimic::{Failed, Trial};
use zoho_token_store::simulator::Simulator;
use zoho_token_store::{DeletionPolicy, Error, ErrorKind, SecretsManagerTokenStore, TokenId, Verb};

use super::same;
use crate::contract::words::*;
use crate::target::Target;

/// What is done by a process that knows nothing yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Deed {
    FindById,
    FindByOwnKey,
    /// By a user without a client: the index is asked.
    FindByIndex,
    List,
    /// Into an account without tokens.
    SaveFirst,
    SaveNew,
    Refresh,
    /// A new refresh token: the index is told first.
    Rekey,
    /// The record gets another user: the tags follow.
    ChangeUser,
    SaveDeleted,
    /// Someone has scheduled the index page for deletion.
    SaveWithdrawn,
    Delete,
    DeleteAll,
}
use Deed::*;

const DEEDS: [Deed; 13] = [
    FindById,
    FindByOwnKey,
    FindByIndex,
    List,
    SaveFirst,
    SaveNew,
    Refresh,
    Rekey,
    ChangeUser,
    SaveDeleted,
    SaveWithdrawn,
    Delete,
    DeleteAll,
];

/// What a permission is needed for, and which action on which secret is refused. All else works.
const NEEDED: &[(Verb, &[(Deed, &str)])] = &[
    (
        Verb::GetSecretValue,
        &[
            (FindById, "GetSecretValue on app/token/1"),
            (FindByOwnKey, "GetSecretValue on app/token/"),
            (FindByIndex, "GetSecretValue on app/index/00"),
            (List, "GetSecretValue on app/index/00"),
            (SaveFirst, "GetSecretValue on app/token/1"),
            (SaveNew, "GetSecretValue on app/token/2"),
            (Refresh, "GetSecretValue on app/token/1"),
            (Rekey, "GetSecretValue on app/token/1"),
            (ChangeUser, "GetSecretValue on app/token/1"),
            (SaveDeleted, "GetSecretValue on app/token/1"),
            (SaveWithdrawn, "GetSecretValue on app/token/2"),
            (DeleteAll, "GetSecretValue on app/index/00"),
        ],
    ),
    // Secrets are read one by one instead.
    (Verb::BatchGetSecretValue, &[]),
    (
        Verb::CreateSecret,
        &[
            (SaveFirst, "CreateSecret on app/index/00"),
            (SaveNew, "CreateSecret on app/token/2"),
            (SaveDeleted, "CreateSecret on app/token/1"),
            (SaveWithdrawn, "CreateSecret on app/token/2"),
        ],
    ),
    (
        Verb::PutSecretValue,
        &[
            (SaveNew, "PutSecretValue on app/index/00"),
            (Refresh, "PutSecretValue on app/token/1"),
            (Rekey, "PutSecretValue on app/index/00"),
            (ChangeUser, "PutSecretValue on app/index/00"),
            (SaveDeleted, "PutSecretValue on app/index/00"),
            (SaveWithdrawn, "PutSecretValue on app/index/00"),
        ],
    ),
    // A secret is made with its tags.
    (
        Verb::TagResource,
        &[
            (SaveFirst, "CreateSecret on app/index/00"),
            (SaveNew, "CreateSecret on app/token/2"),
            (SaveDeleted, "CreateSecret on app/token/1"),
            (SaveWithdrawn, "CreateSecret on app/token/2"),
        ],
    ),
    (
        Verb::RestoreSecret,
        &[
            (SaveDeleted, "RestoreSecret on app/token/1"),
            (SaveWithdrawn, "RestoreSecret on app/index/00"),
        ],
    ),
    (Verb::DescribeSecret, &[]),
    (
        Verb::DeleteSecret,
        &[
            (Delete, "DeleteSecret on app/token/1"),
            (DeleteAll, "DeleteSecret on app/token/1"),
        ],
    ),
];

pub fn trials() -> Vec<Trial> {
    let target = Target::Simulator;
    let trial = |&(verb, needed): &'static (Verb, &[(Deed, &str)])| {
        let name = super::name(target, &format!("without-{verb}"));
        Trial::test(name, move || target.block_on(without(verb, needed)))
    };
    NEEDED.iter().map(trial).collect()
}

fn open(simulator: &Simulator) -> Result<SecretsManagerTokenStore, Error> {
    SecretsManagerTokenStore::builder()
        .prefix("app")
        .deletion(DeletionPolicy::Recoverable { days: 7 })
        .clock(simulator.clock())
        .build(&simulator.client())
}

async fn without(verb: Verb, needed: &[(Deed, &str)]) -> Result<(), Failed> {
    let mut faults = String::new();
    for deed in DEEDS {
        let refusal = needed.iter().find(|(each, _)| *each == deed);
        if let Err(fault) = attempt(deed, verb, refusal.map(|(_, what)| *what)).await {
            faults += &format!("\n  {deed:?}: {}", fault.message().unwrap_or_default());
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.into()),
    }
}

/// Does it without the permission, and after a refusal with it: nothing stands in the way.
async fn attempt(deed: Deed, verb: Verb, refusal: Option<&str>) -> Result<(), Failed> {
    let simulator = Simulator::new();
    deed.prepare(&simulator).await?;
    let tags = tags(&simulator);
    simulator.deny(verb);
    let outcome = deed.run(&open(&simulator)?).await;
    if (deed, verb) == (ChangeUser, Verb::TagResource) {
        same("the tags", self::tags(&simulator), tags)?;
    }
    simulator.allow_all();
    match (refusal, outcome) {
        (None, outcome) => same("without it", outcome?, deed.outcome())?,
        (Some(what), Err(error)) => {
            // The service says which permission is missing.
            let said = format!("secretsmanager:{verb} ");
            let text = format!("{error:?}");
            let is_named = text.contains(what) && text.contains(&said);
            if error.kind() != ErrorKind::AccessDenied || !is_named {
                return Err(format!("expected the refusal of {what}, got {error:?}").into());
            }
            same(
                "with it",
                deed.run(&open(&simulator)?).await?,
                deed.outcome(),
            )?;
        }
        (Some(_), Ok(outcome)) => return Err(format!("works without it: {outcome}").into()),
    }
    let listed = open(&simulator)?.get_tokens().await?;
    same("tokens in the end", listed.len(), deed.leaves())
}

/// Those of the record that gets another user.
fn tags(simulator: &Simulator) -> Vec<(String, String)> {
    let secret = simulator.secret("app/token/1");
    secret.map(|secret| secret.tags).unwrap_or_default()
}

impl Deed {
    async fn prepare(self, simulator: &Simulator) -> Result<(), Failed> {
        if self == SaveFirst {
            return Ok(());
        }
        let store = open(simulator)?;
        store.save_token(&one()).await?;
        store.save_token(&user("u").rt("RU").creds()).await?;
        if self == SaveDeleted {
            store.delete_token(&"1".into()).await?;
        }
        if self == SaveWithdrawn {
            let delete = simulator.client().delete_secret();
            delete.secret_id("app/index/00").send().await?;
        }
        Ok(())
    }

    async fn run(self, store: &SecretsManagerTokenStore) -> Result<String, Error> {
        let first = TokenId::from("1");
        let found = |found: Option<_>| if found.is_some() { "found" } else { "nothing" };
        let token = match self {
            FindById => return Ok(found(store.find_token_by_id(&first).await?).to_owned()),
            FindByOwnKey => {
                let query = user("u").creds();
                return Ok(found(store.find_token(&query).await?).to_owned());
            }
            FindByIndex => return Ok(found(store.find_token(&user(ALICE)).await?).to_owned()),
            List => return Ok(store.get_tokens().await?.len().to_string()),
            Delete => return Ok(store.delete_token(&first).await?.to_string()),
            DeleteAll => return Ok(store.delete_tokens().await?.to_string()),
            SaveFirst | SaveDeleted => one(),
            SaveNew | SaveWithdrawn => two(),
            Refresh => id("1").at("A1b"),
            Rekey => id("1").rt("R1b"),
            ChangeUser => id("1").user("carol@x.test"),
        };
        Ok(format!("{:?}", store.save_token(&token).await?.outcome))
    }

    /// What comes of it where nothing is denied.
    fn outcome(self) -> String {
        let text = match self {
            FindById | FindByOwnKey | FindByIndex => "found",
            List | DeleteAll => "2",
            SaveFirst | SaveNew | SaveDeleted | SaveWithdrawn => "Created",
            Refresh | Rekey | ChangeUser => "Updated",
            Delete => "true",
        };
        text.to_owned()
    }

    /// Tokens that there are afterwards.
    fn leaves(self) -> usize {
        match self {
            SaveFirst | Delete => 1,
            SaveNew | SaveWithdrawn => 3,
            DeleteAll => 0,
            _ => 2,
        }
    }
}
