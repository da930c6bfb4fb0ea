//! What a writer has written, and what may therefore be seen.
//!
//! Every field of a record that several write has one writer, who numbers what he writes. So a lost
//! update shows as a number that went back, and a mixed-up record as a field with another's label in
//! it. A record's label is its user and client.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::{Value, json};
use zoho_token_store::{OAuthToken, Secret};

/// The fields of a shared record, each with a writer of its own.
pub const FIELDS: [&str; 5] = [
    "access_token",
    "refresh_token",
    "grant_token",
    "redirect_url",
    "api_domain",
];

/// What names a record: a user of a client.
pub fn named(user: &str, client: &str) -> OAuthToken {
    OAuthToken::new().with_user(user).with_client(client, "S")
}

/// The label of a record so named.
pub fn label(token: &OAuthToken) -> String {
    let client = token.client_id().unwrap_or_default();
    format!("{}/{client}", token.user_name().unwrap_or_default())
}

/// The name of the record with this label.
pub fn labelled(label: &str) -> OAuthToken {
    let (user, client) = label.split_once('/').unwrap_or((label, ""));
    named(user, client)
}

/// `name` with one more field, whose text tells whose it is, and its number.
pub fn written(name: &OAuthToken, field: &str, number: u64) -> OAuthToken {
    let text = format!("{}:{field}:{number}", label(name));
    let token = name.clone();
    match field {
        "access_token" => token.with_access_token(text),
        "refresh_token" => token.with_refresh_token(text),
        "grant_token" => token.with_grant_token(text),
        "redirect_url" => token.with_redirect_url(text),
        "api_domain" => token.with_api_domain(text),
        _ => token,
    }
}

/// Whose a field's text is, and its number.
pub fn read<'a>(token: &'a OAuthToken, field: &str) -> Option<(&'a str, u64)> {
    let text = match field {
        "access_token" => token.access_token().map(Secret::expose),
        "refresh_token" => token.refresh_token().map(Secret::expose),
        "grant_token" => token.grant_token().map(Secret::expose),
        "redirect_url" => token.redirect_url(),
        _ => token.api_domain(),
    }?;
    let mut parts = text.split(':');
    let owner = parts.next()?;
    Some((owner, parts.nth(1)?.parse().ok()?))
}

/// Whether `token` is the record that `name` names, no field of it is another record's, and `field`
/// has an expected number; 0 is none.
pub fn check(
    token: &OAuthToken,
    name: &OAuthToken,
    field: &str,
    expected: RangeInclusive<u64>,
) -> Result<(), String> {
    let asked = label(name);
    if label(token) != asked {
        return Err(format!("asked for {asked}, got {token:?}"));
    }
    for each in FIELDS {
        if let Some((owner, _)) = read(token, each)
            && owner != asked
        {
            return Err(format!("the record {asked} has the {each} of {owner}"));
        }
    }
    let number = read(token, field).map_or(0, |(_, number)| number);
    if !expected.contains(&number) {
        return Err(format!(
            "{asked}: {field} is number {number}, not in {expected:?}"
        ));
    }
    Ok(())
}

/// Per label: the last number that was acknowledged, and the last that was sent.
#[derive(Default)]
pub struct Ledger {
    labels: BTreeMap<String, (u64, u64)>,
    numbers: u64,
}

impl Ledger {
    /// For a writer's next process.
    pub fn to_json(&self) -> Value {
        json!({ "labels": self.labels, "numbers": self.numbers })
    }

    /// As the writer's last process left it.
    pub fn from_json(value: &Value) -> Option<Self> {
        let row = |(label, row): (&String, &Value)| {
            Some((
                label.clone(),
                (row.get(0)?.as_u64()?, row.get(1)?.as_u64()?),
            ))
        };
        let labels = value.get("labels")?.as_object()?.iter();
        Some(Self {
            labels: labels.map(row).collect::<Option<_>>()?,
            numbers: value.get("numbers")?.as_u64()?,
        })
    }

    /// A number is about to be sent.
    pub fn begin(&mut self, label: &str) -> u64 {
        self.numbers += 1;
        self.labels.entry(label.to_owned()).or_default().1 = self.numbers;
        self.numbers
    }

    /// It was acknowledged.
    pub fn done(&mut self, label: &str, number: u64) {
        self.labels.insert(label.to_owned(), (number, number));
    }

    /// It was refused, and cannot be seen.
    pub fn void(&mut self, label: &str, number: u64) {
        if let Some((acknowledged, sent)) = self.labels.get_mut(label)
            && *sent == number
        {
            *sent = (*acknowledged).max(number - 1);
        }
    }

    /// A deletion was sent.
    pub fn doubt(&mut self, label: &str) {
        self.labels.entry(label.to_owned()).or_default().0 = 0;
    }

    /// It was acknowledged.
    pub fn gone(&mut self, label: &str) {
        self.labels.insert(label.to_owned(), (0, 0));
    }

    /// The numbers that may be seen; 0 is none.
    pub fn possible(&self, label: &str) -> RangeInclusive<u64> {
        let (acknowledged, sent) = self.labels.get(label).copied().unwrap_or_default();
        acknowledged..=sent.max(acknowledged)
    }

    pub fn all(&self) -> Vec<(String, RangeInclusive<u64>)> {
        let row = |label: &String| (label.clone(), self.possible(label));
        self.labels.keys().map(row).collect()
    }
}
