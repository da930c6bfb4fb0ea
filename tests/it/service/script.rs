//! A line of a script: one call of the SDK, and its answer in a few words.
//!
//! `verb secret option…`, where secret names are local to the row. `#1` is a version id; `x*3` is
//! `xxx`; `key:k=v` is a tag; `stage=`, `to=`, `from=`, `days=` and the like are options. After
//! `verb?` any refusal by the service reads `refused`, for rules whose error code AWS does not
//! document; after `verb!` the message is shown with the code.

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};

use super::words::Words;

/// The calls of one row, under names of their own.
pub struct Script {
    client: Client,
    prefix: String,
}

impl Script {
    pub fn new(client: &Client, row: usize) -> Self {
        // Emulators answer 500 if another trial writes while they look a secret up. That is before
        // any effect, so asking again changes nothing.
        let retries = RetryConfig::standard().with_max_attempts(8);
        let retries = retries.with_initial_backoff(Duration::from_millis(1));
        let config = client.config().to_builder().retry_config(retries);
        Self {
            client: Client::from_conf(config.build()),
            prefix: format!("svc-{:08x}/{row}/", fastrand::u32(..)),
        }
    }

    pub async fn perform(&self, line: &str) -> String {
        let mut words = line.split_whitespace();
        let verb = words.next().unwrap_or_default();
        let words = Words::new(words.collect(), &self.prefix);
        let answer = self.call(verb.trim_end_matches(['?', '!']), &words).await;
        match answer {
            Ok(answer) if answer.is_empty() => "nothing".to_owned(),
            Ok(answer) => answer.trim().to_owned(),
            Err(fault) if verb.ends_with('?') && fault.status < 500 => "refused".to_owned(),
            Err(fault) if verb.ends_with('!') => format!("{}: {}", fault.code, self.plain(&fault)),
            Err(fault) => fault.code,
        }
    }

    /// Deletes every secret that these lines may have made.
    pub async fn clean_up(&self, lines: impl Iterator<Item = &str>) {
        for line in lines {
            let mut words = line.split_whitespace();
            if words.next().is_some_and(|verb| verb.starts_with("create")) {
                let words = Words::new(words.collect(), &self.prefix);
                let name = words.secret();
                let call = self.client.delete_secret().secret_id(name);
                // A secret that was not made, or is gone already, is as good.
                let _ = call.force_delete_without_recovery(true).send().await;
            }
        }
    }

    /// A message in one line, without the part of names that differs from run to run.
    fn plain(&self, fault: &Fault) -> String {
        let words: Vec<&str> = fault.message.split_whitespace().collect();
        words.join(" ").replace(&self.prefix, "")
    }

    /// The secret as the row calls it.
    fn short<'a>(&self, name: Option<&'a str>) -> &'a str {
        let name = name.unwrap_or_default();
        name.strip_prefix(&self.prefix).unwrap_or(name)
    }

    async fn call(&self, verb: &str, words: &Words<'_>) -> Result<String, Fault> {
        let client = &self.client;
        let id = words.secret();
        Ok(match verb {
            "create" => {
                let call = client.create_secret().name(id).set_tags(words.tags());
                let call = call.set_description(words.option("desc"));
                let call = call.set_kms_key_id(words.option("kms"));
                let call = call.set_secret_string(words.value());
                let call = call.set_secret_binary(words.bytes());
                let reply = call.set_client_request_token(words.token()).send().await?;
                format!("created {}", version(reply.version_id()))
            }
            "get" => {
                let call = client
                    .get_secret_value()
                    .secret_id(self.address(words).await?);
                let call = call.set_version_stage(words.option("stage"));
                let reply = call.set_version_id(words.token()).send().await?;
                let bytes = reply
                    .secret_binary()
                    .map(|b| String::from_utf8_lossy(b.as_ref()));
                let value = reply.secret_string().map(str::to_owned);
                let value = value.or(bytes.map(|b| format!("bytes:{b}")));
                format!(
                    "{} {} {}",
                    value.unwrap_or_default(),
                    version(reply.version_id()),
                    labels(reply.version_stages())
                )
            }
            "put" => {
                let call = client.put_secret_value().secret_id(id);
                let call = call.set_secret_string(words.value());
                let call = call.set_version_stages(words.stages());
                let reply = call.set_client_request_token(words.token()).send().await?;
                let labels = labels(reply.version_stages());
                format!("{} {labels}", version(reply.version_id()))
            }
            "puts" => {
                let most = words.option("most").and_then(|n| n.parse().ok());
                for done in 0..most.unwrap_or(0) {
                    let call = client.put_secret_value().secret_id(&id);
                    if let Err(error) = call.secret_string(done.to_string()).send().await {
                        let code = Fault::from(error).code;
                        return Ok(format!("{code} after {done}"));
                    }
                }
                "all written".to_owned()
            }
            "update" => {
                let call = client.update_secret().secret_id(id);
                let call = call.set_description(words.option("desc"));
                let call = call.set_kms_key_id(words.option("kms"));
                let call = call.set_secret_string(words.value());
                let reply = call.set_client_request_token(words.token()).send().await?;
                format!("updated {}", version(reply.version_id()))
            }
            "move" => {
                let call = client.update_secret_version_stage().secret_id(id);
                let call = call.set_version_stage(words.option("stage"));
                let call = call.set_move_to_version_id(words.option("to"));
                let call = call.set_remove_from_version_id(words.option("from"));
                call.send().await?;
                "moved".to_owned()
            }
            "describe" => {
                let reply = client.describe_secret().secret_id(id).send().await?;
                let tags = reply.tags().iter();
                let tags = tags.map(|tag| format!("{}={}", or(tag.key()), or(tag.value())));
                let mut parts: Vec<String> = tags.collect();
                parts.sort();
                parts.extend(reply.description().map(|text| format!("desc={text}")));
                parts.extend(reply.kms_key_id().map(|key| format!("kms={key}")));
                parts.extend(reply.deleted_date().map(|_| "deleted".to_owned()));
                parts.join(" ")
            }
            "stages" => {
                let reply = client.describe_secret().secret_id(id).send().await?;
                let stages = reply.version_ids_to_stages.unwrap_or_default();
                let one = |(id, on): (&String, &Vec<String>)| {
                    format!("{}:{}", version(Some(id)), labels(on))
                };
                sorted(stages.iter().map(one))
            }
            "versions" => {
                let call = client.list_secret_version_ids().secret_id(id);
                let deprecated = words.has("deprecated").then_some(true);
                let reply = call.set_include_deprecated(deprecated).send().await?;
                sorted(reply.versions().iter().map(|v| version(v.version_id())))
            }
            "delete" => {
                let call = client.delete_secret().secret_id(id);
                let days = words.option("days").and_then(|days| days.parse().ok());
                let call = call.set_recovery_window_in_days(days);
                let force = words.has("force").then_some(true);
                call.set_force_delete_without_recovery(force).send().await?;
                "deleted".to_owned()
            }
            "restore" => {
                client.restore_secret().secret_id(id).send().await?;
                "restored".to_owned()
            }
            "tag" => {
                let call = client.tag_resource().secret_id(id);
                call.set_tags(words.tags()).send().await?;
                "tagged".to_owned()
            }
            "untag" => {
                let call = client.untag_resource().secret_id(id);
                call.set_tag_keys(words.list("keys")).send().await?;
                "untagged".to_owned()
            }
            "batch" => {
                let call = client.batch_get_secret_value();
                let call = call.set_filters(words.filters());
                let call = call.set_secret_id_list(words.secrets());
                let reply = call.send().await?;
                let found = reply.secret_values().iter();
                let found =
                    found.map(|v| format!("{}={}", self.short(v.name()), or(v.secret_string())));
                let errors = reply.errors().iter();
                let errors =
                    errors.map(|e| format!("{}!{}", self.short(e.secret_id()), or(e.error_code())));
                few(found.chain(errors))
            }
            "list" => self.list(words).await?,
            _ => format!("there is no verb {verb}"),
        })
    }

    /// All pages of a listing.
    async fn list(&self, words: &Words<'_>) -> Result<String, Fault> {
        let (mut names, mut pages, mut next) = (Vec::new(), 0, words.option("next"));
        loop {
            let call = self.client.list_secrets().set_filters(words.filters());
            let call = call.set_sort_order(words.option("order").map(|o| o.as_str().into()));
            let call = call.set_max_results(words.option("max").and_then(|n| n.parse().ok()));
            let deleted = words.has("deleted").then_some(true);
            let call = call.set_include_planned_deletion(deleted);
            let reply = call.set_next_token(next).send().await?;
            let page = reply.secret_list().iter();
            names.extend(page.map(|secret| self.short(secret.name()).to_owned()));
            pages += 1;
            next = reply.next_token;
            if next.is_none() || pages == 10 {
                break;
            }
        }
        if words.option("order").is_none() {
            names.sort();
        }
        Ok(format!("[{}] in {pages}", names.join(" ")))
    }

    /// The secret's name, or with `by=arn` and `by=partial` its ARN with and without the suffix.
    async fn address(&self, words: &Words<'_>) -> Result<String, Fault> {
        let Some(by) = words.option("by") else {
            return Ok(words.secret());
        };
        let call = self.client.describe_secret().secret_id(words.secret());
        let mut arn = call.send().await?.arn.unwrap_or_default();
        if by == "partial" {
            arn.truncate(arn.len() - "-123456".len());
        }
        Ok(arn)
    }
}

/// A version id as rows write it.
fn version(id: Option<&str>) -> String {
    let Some(id) = id else {
        return "-".to_owned();
    };
    match id.trim_start_matches('0') {
        number if id.len() == 32 && number.parse::<u32>().is_ok() => format!("#{number}"),
        _ => "#?".to_owned(),
    }
}

fn labels(labels: &[String]) -> String {
    few(labels
        .iter()
        .map(|label| label.trim_start_matches("AWS").to_lowercase()))
    .replace(' ', ",")
}

fn sorted(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    words.sort();
    words.join(" ")
}

/// Like [`sorted`], but of many words only their number.
fn few(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.len() {
        0..10 => sorted(words.into_iter()),
        many => format!("{many}-in-all"),
    }
}

fn or(text: Option<&str>) -> &str {
    text.unwrap_or("-")
}

/// Why a call failed.
struct Fault {
    code: String,
    message: String,
    status: u16,
}

impl<E: ProvideErrorMetadata> From<SdkError<E>> for Fault {
    fn from(error: SdkError<E>) -> Self {
        // Without an answer there is no status; that is no refusal either.
        let status = error
            .raw_response()
            .map_or(599, |raw| raw.status().as_u16());
        let code = error.code().map(str::to_owned);
        Self {
            code: code.unwrap_or_else(|| format!("HTTP {status}")),
            message: error.message().unwrap_or_default().to_owned(),
            status,
        }
    }
}
