//! What must be true when all is done.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Failed;
use serde_json::Value;
use zoho_token_store::{Clock, DeletionPolicy, SecretsManagerTokenStore, SystemClock, Timestamp};

use super::account::{self, Account};
use super::crew::Crew;
use super::orders::Mix;
use crate::target::{Handle, Service};

/// Every number that was acknowledged, or a later one that was sent, is in its field.
pub fn nothing_is_lost(crew: &Crew, account: &Account) -> Result<(), String> {
    let text = |fields: &serde_json::Map<String, Value>, field: &str| {
        fields.get(field).and_then(Value::as_str).map(str::to_owned)
    };
    let mut records = BTreeMap::new();
    for fields in account.records.values() {
        let part = |field| text(fields, field).unwrap_or_default();
        let label = format!("{}/{}", part("user_name"), part("client_id"));
        if records.insert(label.clone(), fields).is_some() {
            return Err(format!("{label} is there twice"));
        }
    }
    for post in &crew.posts {
        for (label, expected) in post.ledger.all() {
            let field = post.field(&label);
            let stored = records.get(&label).and_then(|fields| text(fields, field));
            let head = format!("{label}:{field}:");
            let number = match &stored {
                Some(stored) => stored.strip_prefix(&head).and_then(|n| n.parse().ok()),
                None => Some(0),
            };
            if !number.is_some_and(|number: u64| expected.contains(&number)) {
                return Err(format!(
                    "{label}: {field} is {stored:?}, and not a number of {expected:?}"
                ));
            }
        }
    }
    Ok(())
}

/// A process that knows nothing lists every record, and finds each by every key.
pub async fn a_fresh_process_finds_all(crew: &mut Crew, account: &Account) -> Result<(), String> {
    let (prefix, url) = (crew.prefix.clone(), crew.gate.url.clone());
    let Some(post) = crew.posts.first_mut() else {
        return Err("no workers".to_owned());
    };
    post.live(&prefix, &url, (Mix::Audit, 0, 0), None).await?;
    match post.found.iter().eq(account.records.keys()) {
        true => Ok(()),
        false => Err(format!(
            "of {account}, a fresh process found {:?}",
            post.found
        )),
    }
}

/// A process that works a day later can forget what the index names in vain; then the index names the
/// tokens and no others. A purge leaves neither.
pub async fn a_day_later_all_is_in_order(
    service: &Service,
    before: &Account,
) -> Result<(), Failed> {
    let store = SecretsManagerTokenStore::builder()
        .prefix(service.prefix(Handle::First))
        .deletion(DeletionPolicy::Immediate)
        .clock(Arc::new(Tomorrow))
        .build(service.client())?;
    for id in before.dangling() {
        store.delete_token(&id.as_str().into()).await?;
    }
    let repaired = account::read(service).await?;
    repaired.check()?;
    if !repaired.dangling().is_empty()
        || !repaired.graves.is_empty()
        || !repaired.records.keys().eq(before.records.keys())
    {
        return Err(format!("the index is not repaired: {repaired}").into());
    }
    let removed = store.delete_tokens().await?;
    let left = account::read(service).await?;
    let is_empty = left.records.is_empty() && left.graves.is_empty() && left.named().is_empty();
    if removed != before.records.len() || !is_empty {
        return Err(format!("{removed} removed of {before}; left: {left}").into());
    }
    Ok(())
}

/// The next day: every page can be written again.
#[derive(Debug)]
struct Tomorrow;

impl Clock for Tomorrow {
    fn now(&self) -> Timestamp {
        let day = Duration::from_secs(25 * 60 * 60);
        let now = SystemClock::default().now();
        Timestamp::from_millis(now.as_millis() + day.as_millis() as i64)
    }
}
