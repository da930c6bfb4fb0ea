//! What the doctor looks at beside values: all secrets of a namespace, and one without its value.
//! All else in this crate knows the names of its secrets.

use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType, Tag};

use super::{CURRENT, Refusal, Secrets, Value, Version, fault, refusal, value};
use crate::Timestamp;
use crate::stats::Verb;

/// The label of the version that was current before.
const PREVIOUS: &str = "AWSPREVIOUS";

/// A secret as a listing shows it: up to five minutes late.
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) tags: Vec<(String, String)>,
}

/// A secret as it is, without its value.
pub(crate) struct Particulars {
    pub(crate) tags: Vec<(String, String)>,
    /// When anything about it was last changed.
    pub(crate) changed: Option<Timestamp>,
    pub(crate) current: Option<Version>,
    /// What was current before.
    pub(crate) previous: Option<Version>,
}

impl Secrets {
    /// Every secret whose name begins with one of these, of which there may be ten; those scheduled
    /// for deletion included.
    pub(crate) async fn list(&self, starts: &[String]) -> Result<Vec<Listed>, Refusal> {
        let verb = Verb::ListSecrets;
        let names = Filter::builder()
            .key(FilterNameStringType::Name)
            .set_values(Some(starts.to_vec()))
            .build();
        let call = self.client.list_secrets().include_planned_deletion(true);
        let call = call.filters(names);
        let (mut listed, mut next) = (Vec::new(), None);
        loop {
            let call = call.clone().set_next_token(next.clone());
            let reply = call.send().await.map_err(|e| refusal(verb, "*", &e))?;
            // A page may be empty although there are more.
            for secret in reply.secret_list.unwrap_or_default() {
                let tags = pairs(secret.tags);
                listed.extend(secret.name.map(|name| Listed { name, tags }));
            }
            match reply.next_token {
                None => return Ok(listed),
                // Else this could go on for ever.
                Some(token) if next.as_ref() == Some(&token) => {
                    return Err(fault::unanswered(verb, "*"));
                }
                token => next = token,
            }
        }
    }

    pub(crate) async fn particulars(&self, name: &str) -> Result<Particulars, Refusal> {
        let call = self.client.describe_secret().secret_id(name);
        let reply = call.send().await;
        let reply = reply.map_err(|e| refusal(Verb::DescribeSecret, name, &e))?;
        let changed = reply.last_changed_date.and_then(|at| at.to_millis().ok());
        let versions = reply.version_ids_to_stages.unwrap_or_default();
        let labelled = |label: &str| {
            let mut versions = versions.iter();
            let found = versions.find(|(_, labels)| labels.iter().any(|l| l == label));
            found.map(|(id, _)| Version::new(id))
        };
        Ok(Particulars {
            current: labelled(CURRENT),
            previous: labelled(PREVIOUS),
            tags: pairs(reply.tags),
            changed: changed.map(Timestamp::from_millis),
        })
    }

    /// The value at one version, current or not.
    pub(crate) async fn value_at(&self, name: &str, version: &Version) -> Result<Value, Refusal> {
        let call = self.client.get_secret_value().secret_id(name);
        let reply = call.version_id(version.as_str()).send().await;
        let reply = reply.map_err(|e| refusal(Verb::GetSecretValue, name, &e))?;
        value(
            name,
            reply.version_id,
            reply.secret_string,
            reply.created_date,
        )
    }
}

fn pairs(tags: Option<Vec<Tag>>) -> Vec<(String, String)> {
    let tags = tags.unwrap_or_default().into_iter();
    tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
        .collect()
}
