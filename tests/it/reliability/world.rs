//! An account with stores on it, and what must be true of it at every instant.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use zoho_token_store::simulator::{Builder, SecretSnapshot, Simulator};
use zoho_token_store::{DeletionPolicy, Error, ErrorKind, SecretsManagerTokenStore, Timestamp};

const PREFIX: &str = "app";
/// Secrets of other namespaces, whose names begin like those of this one.
const NEIGHBOURS: [&str; 3] = ["app2/token/1", "app/inner/token/1", "app/inner/index/00"];

/// One account of the simulator.
pub struct World {
    pub simulator: Simulator,
    deletion: DeletionPolicy,
}

/// The fields of one record.
pub type Fields = BTreeMap<String, String>;

impl World {
    pub fn new(builder: Builder, deletion: DeletionPolicy) -> Self {
        let simulator = builder.build();
        for name in NEIGHBOURS {
            simulator.put_by_hand(name, name);
        }
        Self {
            simulator,
            deletion,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.simulator.clock().now()
    }

    /// A store as another process would open it.
    pub fn process(&self) -> Result<SecretsManagerTokenStore, Error> {
        SecretsManagerTokenStore::builder()
            .prefix(PREFIX)
            .deletion(self.deletion)
            .clock(self.simulator.clock())
            .operation_timeout(Duration::from_secs(30))
            .build(&self.simulator.client())
    }

    /// Every record that can be read, by its id.
    pub fn records(&self) -> Result<BTreeMap<String, Fields>, String> {
        let mut records = BTreeMap::new();
        for (id, value) in self.values("token") {
            let Value::Object(fields) = value else {
                return Err(format!("the record {id} is no object"));
            };
            // What a deletion leaves for the moment before, and for whoever restores the secret.
            if fields.get("deleted") == Some(&Value::Bool(true)) {
                continue;
            }
            let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
            let fields: Fields = fields.iter().map(|(k, v)| (k.clone(), text(v))).collect();
            if fields.get("id") != Some(&id) {
                return Err(format!("the record {id} names another id"));
            }
            records.insert(id, fields);
        }
        Ok(records)
    }

    /// Every id that the index names.
    pub fn named(&self) -> Result<BTreeSet<String>, String> {
        let mut ids = BTreeSet::new();
        for (page, value) in self.values("index") {
            let Some(entries) = value.get("entries").and_then(Value::as_object) else {
                return Err(format!("the index page {page} has no entries"));
            };
            ids.extend(entries.keys().cloned());
        }
        Ok(ids)
    }

    /// At every instant: the index names every token, no two records have one key, and nobody else's
    /// secret was touched.
    pub fn check(&self) -> Result<(), String> {
        for name in NEIGHBOURS {
            let secret = self.simulator.secret(name);
            let is_as_it_was = |secret: &SecretSnapshot| {
                secret.value.as_deref() == Some(name) && secret.deleted_at.is_none()
            };
            if !secret.as_ref().is_some_and(is_as_it_was) {
                return Err(format!("{name} was touched: {secret:?}"));
            }
        }
        let (records, named) = (self.records()?, self.named()?);
        if let Some(id) = records.keys().find(|id| !named.contains(*id)) {
            return Err(format!("the index does not name the token {id}"));
        }
        for key in ["user_name", "refresh_token", "grant_token", "access_token"] {
            let mut owners = BTreeMap::new();
            for (id, fields) in &records {
                let Some(text) = fields.get(key) else {
                    continue;
                };
                let owner = (text, fields.get("client_id"));
                if let Some(other) = owners.insert(owner, id) {
                    return Err(format!("{other} and {id} have the same {key} and client"));
                }
            }
        }
        Ok(())
    }

    /// Lets the first index page look as if it had been written all day.
    pub fn spend_page(&self) -> Result<(), Error> {
        let name = format!("{PREFIX}/index/00");
        let page = self.simulator.secret(&name).and_then(|page| page.value);
        let page = page.and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let spent = page.map(|mut page| {
            page["writes"] = vec![self.now().as_millis() / 1000; 90].into();
            page.to_string()
        });
        let spent = spent.ok_or_else(|| Error::new(ErrorKind::Unexpected, "no index page"))?;
        self.simulator.put_by_hand(&name, &spent);
        Ok(())
    }

    fn values(&self, kind: &str) -> Vec<(String, Value)> {
        let head = format!("{PREFIX}/{kind}/");
        let secrets = self.simulator.secrets().into_iter();
        secrets
            .filter(|secret| secret.deleted_at.is_none())
            .filter_map(|secret| {
                let id = secret.name.strip_prefix(&head)?.to_owned();
                let value = serde_json::from_str(secret.value.as_deref()?);
                Some((id, value.unwrap_or(Value::Null)))
            })
            .collect()
    }
}
