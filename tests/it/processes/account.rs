//! What is stored, read through the SDK, past the store.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType};
use libtest_mimic::Failed;
use serde_json::{Map, Value};

use crate::target::{Handle, Service};

/// What the service keeps for a page at most, in writes a day.
const BUDGET: usize = 90;

/// The records and index pages of one namespace.
pub struct Account {
    /// By id.
    pub records: BTreeMap<String, Map<String, Value>>,
    /// Ids of secrets that a deletion which was broken off has left without a record.
    pub graves: BTreeSet<String>,
    pages: BTreeMap<String, Page>,
}

struct Page {
    ids: BTreeSet<String>,
    writes: usize,
}

/// Reads every secret of the namespace by its name.
pub async fn read(service: &Service) -> Result<Account, Failed> {
    let prefix = service.prefix(Handle::First);
    let (tokens, index) = (format!("{prefix}/token/"), format!("{prefix}/index/"));
    let mut account = Account {
        records: BTreeMap::new(),
        graves: BTreeSet::new(),
        pages: BTreeMap::new(),
    };
    for name in names(service, &prefix).await? {
        let get = service.client().get_secret_value().secret_id(&name);
        // moto gives an old value where the stage is not named.
        let value = get.version_stage("AWSCURRENT").send().await?;
        let value: Value = serde_json::from_str(value.secret_string().unwrap_or_default())?;
        if let (Some(id), Some(fields)) = (name.strip_prefix(&tokens), value.as_object()) {
            if fields.contains_key("deleted") {
                account.graves.insert(id.to_owned());
            } else {
                account.records.insert(id.to_owned(), fields.clone());
            }
        } else if let (Some(number), Some(page)) = (name.strip_prefix(&index), Page::of(&value)) {
            account.pages.insert(number.to_owned(), page);
        } else {
            return Err(format!("{name} is neither a token nor a page").into());
        }
    }
    Ok(account)
}

/// The names of all secrets of the namespace that are not scheduled for deletion.
async fn names(service: &Service, prefix: &str) -> Result<Vec<String>, Failed> {
    let by_name = Filter::builder()
        .key(FilterNameStringType::Name)
        .values(prefix)
        .build();
    let list = service.client().list_secrets().filters(by_name);
    let mut pages = list.into_paginator().send();
    let (mut names, below) = (Vec::new(), format!("{prefix}/"));
    while let Some(page) = pages.next().await {
        let page = page?;
        let listed = page.secret_list().iter().filter_map(|secret| secret.name());
        names.extend(listed.filter(|n| n.starts_with(&below)).map(str::to_owned));
    }
    Ok(names)
}

impl Page {
    fn of(value: &Value) -> Option<Self> {
        let entries = value.get("entries")?.as_object()?;
        Some(Self {
            ids: entries.keys().cloned().collect(),
            writes: value.get("writes")?.as_array()?.len(),
        })
    }
}

impl Account {
    /// Ids that the index names.
    pub fn named(&self) -> BTreeSet<&String> {
        self.pages.values().flat_map(|page| &page.ids).collect()
    }

    /// Ids that the index names and that have no record.
    pub fn dangling(&self) -> Vec<&String> {
        let has_no_record = |id: &&String| !self.records.contains_key(*id);
        self.named().into_iter().filter(has_no_record).collect()
    }

    /// The index names every secret, no two records have one key, no page was written too often.
    pub fn check(&self) -> Result<(), String> {
        let named = self.named();
        let mut secrets = self.records.keys().chain(&self.graves);
        if let Some(id) = secrets.find(|id| !named.contains(id)) {
            return Err(format!("the index does not name {id}"));
        }
        for key in ["user_name", "refresh_token", "grant_token", "access_token"] {
            let mut owners = BTreeMap::new();
            for (id, fields) in &self.records {
                let Some(text) = fields.get(key).and_then(Value::as_str) else {
                    continue;
                };
                let client = fields.get("client_id").and_then(Value::as_str);
                if let Some(other) = owners.insert((text, client), id) {
                    return Err(format!("{other} and {id} have the same {key} and client"));
                }
            }
        }
        match self.pages.iter().find(|(_, page)| page.writes > BUDGET) {
            Some((number, page)) => Err(format!("page {number}: {} writes", page.writes)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let writes: Vec<String> = self.pages.values().map(|p| p.writes.to_string()).collect();
        write!(
            f,
            "{} records, {} graves, {} dangling entries, index pages written {} times",
            self.records.len(),
            self.graves.len(),
            self.dangling().len(),
            writes.join(" + ")
        )
    }
}
