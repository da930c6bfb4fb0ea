//! What people, crashes and other programs do to a namespace, done through the service itself.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType, Tag};
use libtest_mimic::Failed;
use serde_json::{Value, json};

/// One thing done to a namespace.
#[derive(Clone, Debug)]
pub enum Damage {
    /// A secret, named from its kind on, is set to this text, and made if there is none.
    Text(&'static str, String),
    /// A secret gets bytes for a value.
    Bytes(&'static str),
    /// A secret is deleted for good.
    Gone(&'static str),
    /// A secret is scheduled for deletion.
    Scheduled(&'static str),
    /// A page's entry of this token is removed.
    EntryGone(&'static str, &'static str),
    /// A page's entry of this token keeps only fingerprints that begin with this letter.
    EntryKeeps(&'static str, &'static str, char),
    /// The first page's entry of a token is copied to a page.
    EntryCopied(&'static str, &'static str),
    /// A page gets an entry without fingerprints, announced at this time.
    EntryAdded(&'static str, &'static str, i64),
    /// A page counts so many writes, at this time in seconds.
    #[cfg(feature = "simulator")]
    Written(&'static str, usize, i64),
    Tagged(&'static str, &'static str, &'static str),
    Untagged(&'static str, &'static str),
}

/// A namespace as a person in the console sees it.
#[derive(Clone)]
pub struct Hand {
    pub client: Client,
    pub prefix: String,
}

const EMPTY: &str = r#"{"schema":1,"writes":[],"entries":{}}"#;

impl Hand {
    pub async fn does(&self, damage: &Damage) -> Result<(), Failed> {
        match damage {
            Damage::Text(secret, text) => self.put(secret, text).await,
            Damage::Bytes(secret) => {
                let call = self.client.put_secret_value().secret_id(self.name(secret));
                let bytes = aws_sdk_secretsmanager::primitives::Blob::new([0, 255]);
                call.secret_binary(bytes).send().await?;
                Ok(())
            }
            Damage::Gone(secret) => {
                let call = self.client.delete_secret().secret_id(self.name(secret));
                call.force_delete_without_recovery(true).send().await?;
                Ok(())
            }
            Damage::Scheduled(secret) => {
                let call = self.client.delete_secret().secret_id(self.name(secret));
                call.recovery_window_in_days(7).send().await?;
                Ok(())
            }
            Damage::EntryGone(page, id) => {
                let remove = |page: &mut Value| {
                    let entries = page["entries"].as_object_mut();
                    entries.and_then(|entries| entries.remove(*id));
                };
                self.edit(page, remove).await
            }
            Damage::EntryKeeps(page, id, letter) => {
                let thin = |page: &mut Value| {
                    let prints = page.pointer_mut(&format!("/entries/{id}/0"));
                    let Some(Value::String(prints)) = prints else {
                        return;
                    };
                    let chunks = prints.as_bytes().chunks(25);
                    let kept = chunks.filter(|chunk| chunk[0] == *letter as u8);
                    let kept = kept.collect::<Vec<_>>().concat();
                    *prints = String::from_utf8_lossy(&kept).into_owned();
                };
                self.edit(page, thin).await
            }
            Damage::EntryCopied(id, page) => {
                let first = self.page("index/00").await?;
                let entry = first.pointer(&format!("/entries/{id}")).cloned();
                let entry = entry.ok_or("the first page has no such entry")?;
                self.edit(page, |page| page["entries"][*id] = entry).await
            }
            Damage::EntryAdded(page, id, at) => {
                self.edit(page, |page| page["entries"][*id] = json!(["", at, 1]))
                    .await
            }
            #[cfg(feature = "simulator")]
            Damage::Written(page, times, at) => {
                let count = |page: &mut Value| page["writes"] = json!(vec![at; *times]);
                self.edit(page, count).await
            }
            Damage::Tagged(secret, key, value) => {
                let tag = Tag::builder().key(*key).value(*value).build();
                let call = self.client.tag_resource().secret_id(self.name(secret));
                call.tags(tag).send().await?;
                Ok(())
            }
            Damage::Untagged(secret, key) => {
                let call = self.client.untag_resource().secret_id(self.name(secret));
                call.tag_keys(*key).send().await?;
                Ok(())
            }
        }
    }

    /// Moves the label `AWSCURRENT` back to the version before.
    #[cfg(feature = "simulator")]
    pub async fn puts_back(&self, secret: &str) -> Result<(), Failed> {
        let name = self.name(secret);
        let call = self.client.describe_secret().secret_id(&name);
        let stages = call.send().await?.version_ids_to_stages;
        let stages = stages.unwrap_or_default();
        let holder = |label: &str| {
            let mut stages = stages.iter();
            let held = stages.find(|(_, labels)| labels.iter().any(|l| l == label));
            held.map(|(version, _)| version.clone())
        };
        let call = self.client.update_secret_version_stage().secret_id(&name);
        let call = call.version_stage("AWSCURRENT");
        let call = call.set_move_to_version_id(holder("AWSPREVIOUS"));
        let call = call.set_remove_from_version_id(holder("AWSCURRENT"));
        call.send().await?;
        Ok(())
    }

    /// Names and values of all secrets whose names begin with this, as they are; `deleted` for those
    /// that cannot be read.
    pub async fn all(&self, start: &str) -> Result<Vec<(String, String)>, Failed> {
        let filter = Filter::builder()
            .key(FilterNameStringType::Name)
            .values(start)
            .build();
        let call = self.client.list_secrets().filters(filter);
        let mut pages = call.include_planned_deletion(true).into_paginator().send();
        let mut all = Vec::new();
        while let Some(page) = pages.next().await {
            for secret in page?.secret_list.unwrap_or_default() {
                let name = secret.name.unwrap_or_default();
                let text = self.text(&name).await;
                all.push((name, text.unwrap_or_else(|| "deleted".to_owned())));
            }
        }
        all.sort();
        Ok(all)
    }

    pub fn name(&self, secret: &str) -> String {
        format!("{}/{secret}", self.prefix)
    }

    async fn put(&self, secret: &str, text: &str) -> Result<(), Failed> {
        let name = self.name(secret);
        let call = self.client.put_secret_value().secret_id(&name);
        if call.secret_string(text).send().await.is_err() {
            let call = self.client.create_secret().name(&name);
            call.secret_string(text).send().await?;
        }
        Ok(())
    }

    async fn edit(&self, page: &str, change: impl FnOnce(&mut Value)) -> Result<(), Failed> {
        let mut value = self.page(page).await?;
        change(&mut value);
        self.put(page, &value.to_string()).await
    }

    async fn page(&self, page: &str) -> Result<Value, Failed> {
        let text = self.text(&self.name(page)).await;
        Ok(serde_json::from_str(text.as_deref().unwrap_or(EMPTY))?)
    }

    async fn text(&self, name: &str) -> Option<String> {
        let call = self.client.get_secret_value().secret_id(name);
        let reply = call.version_stage("AWSCURRENT").send().await.ok()?;
        Some(reply.secret_string.unwrap_or_else(|| "bytes".to_owned()))
    }
}
