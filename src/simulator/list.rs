//! The actions that answer many: listings, filters, pages, batches.

use std::sync::Arc;

use serde_json::{Value, json};

use super::actions::Call;
use super::filter::{filters, not_one_of};
use super::limits::{self, size_between};
use super::secret::{CURRENT, Secret, seconds};
use super::values::value_of;
use super::wire::{Fields, Refused, Reply};
use crate::Verb;

const MAX_LISTED: usize = 100;
const MAX_BATCH: usize = 20;

impl Call<'_> {
    pub(super) fn list_secrets(self) -> Reply {
        let filters = filters(self.fields)?;
        let size = limits::page(self.fields, MAX_LISTED)?;
        let with_deleted = self.fields.flag("IncludePlannedDeletion")?;
        let order = match self.fields.text("SortOrder")? {
            None | Some("desc") => Order::Falling,
            Some("asc") => Order::Rising,
            Some(_) => return Err(not_one_of("sortOrder", "[asc, desc]")),
        };
        if !matches!(self.fields.text("SortBy")?, None | Some("created-date")) {
            return Err(Refused::parameter(
                "The simulator sorts by created-date only.",
            ));
        }
        let mut found = self.state.listing(self.now);
        found.retain(|secret| with_deleted || secret.deleted_at.is_none());
        found.retain(|secret| filters.iter().all(|filter| filter.matches(secret)));
        found.sort_by_key(|secret| secret.number);
        if matches!(order, Order::Falling) {
            found.reverse();
        }
        let numbers: Vec<u64> = found.iter().map(|secret| secret.number).collect();
        let (page, next) = page(self.fields, &numbers, size, order)?;
        let entries = &found[page];
        let mut reply = json!({ "SecretList": entries.iter().map(entry).collect::<Value>() });
        if let Some(next) = next {
            reply["NextToken"] = json!(next);
        }
        Ok(reply)
    }

    pub(super) fn batch_get_secret_value(mut self) -> Reply {
        let (ids, next) = match (
            self.fields.texts("SecretIdList")?,
            self.fields.has("Filters"),
        ) {
            (Some(_), true) => {
                return Err(Refused::parameter(
                    "Either 'SecretIdList' or 'Filters' must be provided, but not both.",
                ));
            }
            (None, false) => {
                return Err(Refused::parameter(
                    "Either 'SecretIdList' or 'Filters' must be provided.",
                ));
            }
            (Some(ids), false) => {
                size_between("secretIdList", ids.len(), 1, MAX_BATCH)?;
                if self.fields.has("MaxResults") || self.fields.has("NextToken") {
                    return Err(Refused::parameter(
                        "'MaxResults' and 'NextToken' go with 'Filters' only.",
                    ));
                }
                (ids.into_iter().map(str::to_owned).collect(), None)
            }
            (None, true) => {
                let filters = filters(self.fields)?;
                let size = limits::page(self.fields, MAX_BATCH)?;
                let mut found = self.state.listing(self.now);
                found.retain(|secret| secret.deleted_at.is_none());
                found.retain(|secret| filters.iter().all(|filter| filter.matches(secret)));
                found.sort_by_key(|secret| secret.number);
                let numbers: Vec<u64> = found.iter().map(|secret| secret.number).collect();
                let (page, next) = page(self.fields, &numbers, size, Order::Rising)?;
                let names: Vec<String> = found[page].iter().map(|s| s.name.clone()).collect();
                (names, next)
            }
        };
        let (mut values, mut errors) = (Vec::new(), Vec::new());
        for id in ids {
            match self.one_of_batch(&id) {
                Ok(value) => values.push(value),
                Err(refused) => errors.push(json!({
                    "SecretId": id,
                    "ErrorCode": refused.code,
                    "Message": refused.message,
                })),
            }
        }
        let mut reply = json!({ "SecretValues": values, "Errors": errors });
        if let Some(next) = next {
            reply["NextToken"] = json!(next);
        }
        Ok(reply)
    }

    fn one_of_batch(&mut self, id: &str) -> Reply {
        self.permit(Verb::GetSecretValue, id)?;
        let secret = self.state.read(id, self.now)?;
        value_of(&secret, None, Some(CURRENT))
    }

    pub(super) fn list_secret_version_ids(self) -> Reply {
        let id = limits::secret_id(self.fields)?;
        let deprecated = self.fields.flag("IncludeDeprecated")?;
        let size = limits::page(self.fields, MAX_LISTED)?;
        let secret = self.state.read(id, self.now)?;
        let versions: Vec<_> = secret
            .versions
            .iter()
            .enumerate()
            .filter(|(_, version)| deprecated || !version.labels.is_empty())
            .collect();
        let numbers: Vec<u64> = versions.iter().map(|(n, _)| *n as u64).collect();
        let (page, next) = page(self.fields, &numbers, size, Order::Rising)?;
        let key = secret.kms_key_id.as_deref();
        let entries = versions[page].iter().map(|(_, version)| {
            json!({
                "VersionId": version.id,
                "VersionStages": version.labels,
                "CreatedDate": seconds(version.created),
                "KmsKeyIds": [key.unwrap_or("DefaultEncryptionKey")],
            })
        });
        let mut reply = secret.identity();
        reply["Versions"] = entries.collect();
        if let Some(next) = next {
            reply["NextToken"] = json!(next);
        }
        Ok(reply)
    }
}

fn entry(secret: &Arc<Secret>) -> Value {
    let mut entry = secret.identity();
    entry["CreatedDate"] = seconds(secret.created);
    entry["LastChangedDate"] = seconds(secret.changed);
    entry["SecretVersionsToStages"] = secret.stages_json();
    entry["Tags"] = secret.tags_json();
    if let Some(description) = &secret.description {
        entry["Description"] = json!(description);
    }
    if let Some(key) = &secret.kms_key_id {
        entry["KmsKeyId"] = json!(key);
    }
    if let Some(at) = secret.deleted_at {
        entry["DeletedDate"] = seconds(at);
    }
    entry
}

/// The part of a list that a request asks for, and the token of the part after it. A token names the
/// last item handed out, so that pages neither repeat nor lose items while others come and go.
fn page(
    fields: &Fields,
    numbers: &[u64],
    size: usize,
    order: Order,
) -> Result<(std::ops::Range<usize>, Option<String>), Refused> {
    let start = match fields.text("NextToken")? {
        None => 0,
        Some(token) => {
            let last = token.strip_prefix("after-");
            let last: Option<u64> = last.and_then(|last| last.parse().ok());
            let invalid = || Refused::new("InvalidNextTokenException", "Invalid NextToken.");
            let last = last.ok_or_else(invalid)?;
            numbers.partition_point(|n| match order {
                Order::Rising => *n <= last,
                Order::Falling => *n >= last,
            })
        }
    };
    let end = numbers.len().min(start.saturating_add(size));
    let more = end < numbers.len();
    let last = numbers[..end].last();
    let next = last.filter(|_| more).map(|last| format!("after-{last}"));
    Ok((start..end, next))
}

#[derive(Clone, Copy)]
enum Order {
    Rising,
    Falling,
}
