//! What a writer has written, and what may therefore be seen.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use zoho_token_store::{OAuthToken, Secret};

/// The fields of a shared record, each with a writer of its own.
pub const FIELDS: [&str; 5] = [
    "access_token",
    "refresh_token",
    "grant_token",
    "redirect_url",
    "api_domain",
];

/// A writer.
#[derive(Clone, Copy)]
pub struct Owner {
    pub number: usize,
}

impl Owner {
    /// The field that is his in every shared record.
    pub fn field(self) -> &'static str {
        FIELDS[self.number]
    }

    /// The record that is his alone.
    pub fn own(self) -> OAuthToken {
        named(&format!("own-{}", self.number))
    }
}

/// The name of a record that all write.
pub fn shared(number: usize) -> OAuthToken {
    named(&format!("shared-{number}"))
}

fn named(user: &str) -> OAuthToken {
    OAuthToken::new().with_user(user).with_client("C", "S")
}

/// `name` with one more field, whose text tells whose it is, and its number.
pub fn written(name: &OAuthToken, field: &str, number: u64) -> OAuthToken {
    let text = format!("{}:{field}:{number}", name.user_name().unwrap_or_default());
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

/// Per user: the last number that was acknowledged, and the last that was sent.
#[derive(Default)]
pub struct Ledger {
    users: BTreeMap<String, (u64, u64)>,
    /// The last number that the present process has had acknowledged.
    lately: BTreeMap<String, u64>,
    numbers: u64,
}

impl Ledger {
    /// A number is about to be sent.
    pub fn begin(&mut self, user: &str) -> u64 {
        self.numbers += 1;
        self.users.entry(user.to_owned()).or_default().1 = self.numbers;
        self.numbers
    }

    /// It was acknowledged.
    pub fn done(&mut self, user: &str, number: u64) {
        self.users.insert(user.to_owned(), (number, number));
        self.lately.insert(user.to_owned(), number);
    }

    /// The process died; what it wrote, the next one may see late.
    pub fn reborn(&mut self) {
        self.lately.clear();
    }

    /// The numbers that the present process may see.
    pub fn visible(&self, user: &str) -> RangeInclusive<u64> {
        let lately = self.lately.get(user).copied().unwrap_or_default();
        lately..=*self.possible(user).end()
    }

    /// It was refused, and cannot be seen.
    pub fn void(&mut self, user: &str, number: u64) {
        if let Some((acknowledged, sent)) = self.users.get_mut(user)
            && *sent == number
        {
            *sent = (*acknowledged).max(number - 1);
        }
    }

    /// A deletion was sent.
    pub fn doubt(&mut self, user: &str) {
        self.users.entry(user.to_owned()).or_default().0 = 0;
    }

    /// It was acknowledged.
    pub fn gone(&mut self, user: &str) {
        self.users.insert(user.to_owned(), (0, 0));
    }

    /// The numbers that may be seen; 0 is none.
    pub fn possible(&self, user: &str) -> RangeInclusive<u64> {
        let (acknowledged, sent) = self.users.get(user).copied().unwrap_or_default();
        acknowledged..=sent.max(acknowledged)
    }

    pub fn all(&self) -> Vec<(String, RangeInclusive<u64>)> {
        let user = |user: &String| (user.clone(), self.possible(user));
        self.users.keys().map(user).collect()
    }
}
