//! What a row of the doctor's table is made of, and how it is checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use libtest_mimic::Failed;
use zoho_token_store::{
    Clock, DeletionPolicy, Diagnosis, ErrorKind, Finding, FindingKind, OAuthToken,
    SecretsManagerTokenStore, Timestamp, Verb,
};

use super::damage::{Damage, Hand};
use crate::contract::words::*;
use crate::target::{Handle, Options, Target};

/// What is done to three tokens, what must be found, and what must be left after a repair.
pub struct Row {
    pub code: &'static str,
    pub damage: Vec<Damage>,
    /// `kind secret remedy`, in order.
    pub finds: &'static [&'static str],
    pub leaves: &'static [&'static str],
    /// The ids that a listing shows in the end; or why it fails.
    pub lists: Result<&'static str, ErrorKind>,
}

impl Row {
    /// Whether the target can take it. Once bytes were put into a secret, LocalStack answers every
    /// batch with that secret in it with an internal error: such rows are not for it.
    pub fn suits(&self, target: Target) -> bool {
        let bytes = |damage: &Damage| matches!(damage, Damage::Bytes(_));
        target != Target::LocalStack || !self.damage.iter().any(bytes)
    }
}

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct Hands(AtomicI64);

impl Hands {
    pub fn now() -> Arc<Self> {
        let now = Timestamp::from(SystemTime::now());
        Arc::new(Self(now.as_millis().into()))
    }

    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or_default();
        self.0.fetch_add(by, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Verbs that change something.
const WRITES: [Verb; 5] = [
    Verb::CreateSecret,
    Verb::DeleteSecret,
    Verb::PutSecretValue,
    Verb::RestoreSecret,
    Verb::TagResource,
];

impl Row {
    pub async fn check(self, target: Target) -> Result<(), Failed> {
        let stage = target.stage(Options::default())?;
        let service = stage.service().ok_or("no service")?;
        let clock = Hands::now();
        let open = |handle: Handle| {
            SecretsManagerTokenStore::builder()
                .prefix(service.prefix(handle))
                .clock(clock.clone())
                .deletion(DeletionPolicy::Immediate)
                .build(service.client())
        };
        for handle in [Handle::First, Handle::Longer, Handle::Below] {
            let store = open(handle)?;
            for token in three() {
                store.save_token(&token).await?;
            }
        }
        // By now no secret is on its way any more.
        clock.advance(Duration::from_secs(600));
        let hand = Hand {
            client: service.client().clone(),
            prefix: service.prefix(Handle::First),
        };
        let healthy = open(Handle::First)?.diagnose().await?;
        same("before the damage", &healthy, &hand.prefix, &[])?;
        for damage in &self.damage {
            hand.does(damage).await?;
        }
        let tokens = format!("{}/token/", hand.prefix);
        let siblings = [Handle::Longer, Handle::Below].map(|handle| service.prefix(handle));
        let before = everything(&hand, &tokens, &siblings).await?;

        let store = open(Handle::First)?;
        let diagnosis = store.diagnose().await?;
        same("diagnosis", &diagnosis, &hand.prefix, self.finds)?;
        let written: u64 = WRITES.iter().map(|verb| store.stats().calls(*verb)).sum();
        if written > 0 {
            return Err(format!("the diagnosis made {written} writing calls").into());
        }
        let repair = store.repair(&diagnosis).await?;
        if !repair.is_complete() {
            return Err(format!("left undone: {:?}", repair.left).into());
        }
        let repairable = diagnosis.findings().iter().filter(is_repairable);
        if !repair.done.iter().eq(repairable) {
            return Err(format!("done: {:?}", repair.done).into());
        }
        let after = everything(&hand, &tokens, &siblings).await?;
        if before != after {
            return Err(format!("a token or a sibling changed: {before:?}\n{after:?}").into());
        }
        self.is_well(&open(Handle::First)?, &hand).await
    }

    /// In the end: nothing is left to repair, listings are as they should be, and what they show is
    /// found by every key.
    async fn is_well(&self, store: &SecretsManagerTokenStore, hand: &Hand) -> Result<(), Failed> {
        let diagnosis = store.diagnose().await?;
        same("second diagnosis", &diagnosis, &hand.prefix, self.leaves)?;
        let again = store.repair(&diagnosis).await?;
        let written: u64 = WRITES.iter().map(|verb| store.stats().calls(*verb)).sum();
        if !again.done.is_empty() || written > 0 {
            return Err(format!("repaired again, with {written} writes: {:?}", again.done).into());
        }
        let listed = store.get_tokens().await;
        match (&listed, self.lists) {
            (Err(error), Err(kind)) if error.kind() == kind => {}
            (Ok(tokens), Ok(ids)) if ids == in_words(tokens) => {}
            _ => return Err(format!("listed: {listed:?}").into()),
        }
        let doubled = |token: &OAuthToken| {
            let mut findings = diagnosis.findings().iter();
            findings.any(|finding| {
                let ids = finding.ids();
                finding.kind() == FindingKind::DuplicateKey
                    && token.id().is_some_and(|id| ids.contains(id))
            })
        };
        for token in listed.iter().flatten().filter(|token| !doubled(token)) {
            found_by_every_key(store, token).await?;
        }
        Ok(())
    }
}

/// Ids in one word.
fn in_words(tokens: &[Arc<OAuthToken>]) -> String {
    let ids = tokens.iter().filter_map(|token| token.id());
    ids.map(|id| id.as_str()).collect::<Vec<_>>().join(" ")
}

pub fn is_repairable(finding: &&Finding) -> bool {
    finding.remedy() == zoho_token_store::Remedy::Repair
}

/// A token is found by its id and each of its keys.
pub async fn found_by_every_key(
    store: &SecretsManagerTokenStore,
    token: &OAuthToken,
) -> Result<(), Failed> {
    let text = |secret: Option<&zoho_token_store::Secret>| secret.map(|s| s.expose().to_owned());
    let of_client = |query: OAuthToken| match (token.client_id(), token.client_secret()) {
        (Some(id), Some(secret)) => Some(query.with_client(id, secret.clone())),
        _ => None,
    };
    let queries = [
        token.id().map(|id| OAuthToken::new().with_id(id.clone())),
        token.user_name().map(user),
        text(token.access_token()).map(|text| at(&text)),
        text(token.refresh_token()).and_then(|text| of_client(rt(&text))),
        text(token.grant_token()).and_then(|text| of_client(gt(&text))),
    ];
    for query in queries.into_iter().flatten() {
        let found = store.find_token(&query).await;
        let found = found.map_err(|error| format!("{query:?} of {:?}: {error}", token.id()))?;
        if found.as_deref() != Some(token) {
            return Err(format!("{query:?} finds {found:?} instead of {token:?}").into());
        }
    }
    Ok(())
}

/// The findings in words: kind, secret without its prefix, remedy.
pub fn findings(diagnosis: &Diagnosis, prefix: &str) -> Vec<String> {
    let word = |finding: &Finding| {
        let secret = finding.secret().strip_prefix(prefix).unwrap_or("elsewhere");
        let secret = secret.trim_start_matches('/');
        format!("{:?} {secret} {:?}", finding.kind(), finding.remedy())
    };
    diagnosis.findings().iter().map(word).collect()
}

fn same(when: &str, diagnosis: &Diagnosis, prefix: &str, expected: &[&str]) -> Result<(), Failed> {
    let found = findings(diagnosis, prefix);
    if found != expected || diagnosis.is_healthy() != expected.is_empty() {
        return Err(format!("{when}: expected {expected:?}, found {found:?}").into());
    }
    if let Some(text) = diagnosis
        .findings()
        .iter()
        .map(ToString::to_string)
        .find(|text| text.contains('\n'))
    {
        return Err(format!("not one line: {text:?}").into());
    }
    Ok(())
}

/// The records of the namespace, and all secrets of its siblings.
async fn everything(
    hand: &Hand,
    tokens: &str,
    siblings: &[String],
) -> Result<Vec<(String, String)>, Failed> {
    let mut all = hand.all(tokens).await?;
    for sibling in siblings {
        all.extend(hand.all(&format!("{sibling}/")).await?);
    }
    Ok(all)
}
