//! What the service accepts as a name, a tag, a token and a value.

use std::sync::Arc;

use super::state::Payload;
use super::wire::{Fields, Refused};

const MAX_NAME: usize = 512;
const MAX_ID: usize = 2_048;
const MAX_DESCRIPTION: usize = 2_048;
const MAX_VALUE: usize = 65_536;
const MAX_TAGS: usize = 50;
const MAX_TAG_KEY: usize = 128;
const MAX_TAG_VALUE: usize = 256;
/// Staging labels in one request, and on one secret.
pub(super) const MAX_LABELS: usize = 20;

pub(super) fn name(fields: &Fields) -> Result<&str, Refused> {
    let name = fields.required("Name")?;
    length("name", name, 1, MAX_NAME)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    if !name.chars().all(allowed) {
        return Err(Refused::new(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        ));
    }
    Ok(name)
}

pub(super) fn secret_id(fields: &Fields) -> Result<&str, Refused> {
    let id = fields.required("SecretId")?;
    length("secretId", id, 1, MAX_ID)?;
    Ok(id)
}

pub(super) fn description(fields: &Fields) -> Result<Option<&str>, Refused> {
    let description = fields.text("Description")?;
    length(
        "description",
        description.unwrap_or_default(),
        0,
        MAX_DESCRIPTION,
    )?;
    Ok(description)
}

/// The token that becomes the id of a new version.
pub(super) fn token(fields: &Fields) -> Result<&str, Refused> {
    let Some(token) = fields.text("ClientRequestToken")? else {
        return Err(Refused::request(
            "You must provide a ClientRequestToken value. We recommend a UUID-type value.",
        ));
    };
    if !(32..=64).contains(&token.chars().count()) {
        return Err(Refused::parameter(
            "ClientRequestToken must be 32-64 characters long.",
        ));
    }
    Ok(token)
}

/// The value in a request, if it carries one.
pub(super) fn payload(fields: &Fields) -> Result<Option<Arc<Payload>>, Refused> {
    let text = fields.text("SecretString")?;
    let bytes = fields.text("SecretBinary")?;
    let (field, size, payload) = match (text, bytes) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(Refused::parameter(
                "You can't specify both a binary secret value and a string secret value in the same secret.",
            ));
        }
        (Some(text), None) => ("secretString", text.len(), Payload::Text(text.to_owned())),
        (None, Some(base64)) => {
            let size = base64.trim_end_matches('=').len() * 3 / 4;
            ("secretBinary", size, Payload::Base64(base64.to_owned()))
        }
    };
    size_between(field, size, 1, MAX_VALUE)?;
    Ok(Some(Arc::new(payload)))
}

pub(super) fn labels(fields: &Fields) -> Result<Option<Vec<String>>, Refused> {
    let Some(labels) = fields.texts("VersionStages")? else {
        return Ok(None);
    };
    size_between("versionStages", labels.len(), 1, MAX_LABELS)?;
    for label in &labels {
        length("versionStages", label, 1, MAX_TAG_VALUE)?;
    }
    Ok(Some(labels.into_iter().map(str::to_owned).collect()))
}

/// `old` with the tags of a request on top.
pub(super) fn tags(
    fields: &Fields,
    old: &[(String, String)],
) -> Result<Vec<(String, String)>, Refused> {
    let mut tags = old.to_vec();
    let mut sent: Vec<String> = Vec::new();
    for tag in fields.objects("Tags")?.unwrap_or_default() {
        let key = tag.required("Key")?;
        let value = tag.text("Value")?.unwrap_or_default();
        length("tags.key", key, 1, MAX_TAG_KEY)?;
        length("tags.value", value, 0, MAX_TAG_VALUE)?;
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Refused::parameter(
                "aws: prefixed tag key names are not allowed for external use.",
            ));
        }
        let allowed = |c: char| c.is_alphanumeric() || c == ' ' || "+-=._:/@".contains(c);
        if !key.chars().chain(value.chars()).all(allowed) {
            return Err(Refused::parameter(
                "Tag keys and values take letters, digits, spaces and + - = . _ : / @ only.",
            ));
        }
        if sent.iter().any(|other| other == key) {
            return Err(Refused::parameter("Duplicate tag keys found."));
        }
        sent.push(key.to_owned());
        match tags.iter_mut().find(|(other, _)| other == key) {
            Some(tag) => value.clone_into(&mut tag.1),
            None => tags.push((key.to_owned(), value.to_owned())),
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(Refused::parameter("A secret takes no more than 50 tags."));
    }
    Ok(tags)
}

/// The size of a page.
pub(super) fn page(fields: &Fields, most: usize) -> Result<usize, Refused> {
    match fields.number("MaxResults")? {
        None => Ok(most),
        Some(asked) => {
            let asked = usize::try_from(asked).unwrap_or_default();
            size_between("maxResults", asked, 1, most)?;
            Ok(asked)
        }
    }
}

fn length(field: &str, text: &str, least: usize, most: usize) -> Result<(), Refused> {
    size_between(field, text.chars().count(), least, most)
}

pub(super) fn size_between(
    field: &str,
    size: usize,
    least: usize,
    most: usize,
) -> Result<(), Refused> {
    let (side, limit) = if size < least {
        ("greater", least)
    } else if size > most {
        ("less", most)
    } else {
        return Ok(());
    };
    Err(Refused::constraint(
        field,
        &format!("Member must have length {side} than or equal to {limit}"),
    ))
}
