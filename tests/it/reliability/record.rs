//! The records of a simulation. Every credential tells whose it is, and its number.

use zoho_token_store::{OAuthToken, Secret, TokenId};

/// The fields that are written, each with a writer of its own where all share a record.
pub const FIELDS: [&str; 5] = [
    "access_token",
    "refresh_token",
    "grant_token",
    "redirect_url",
    "api_domain",
];

/// One record that writers know of.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Record {
    /// What the texts of its fields begin with.
    pub name: String,
    shape: Shape,
}

/// What a record is recognised by.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Shape {
    /// The user, who has another record of the same kind with another client.
    Shared(usize, &'static str),
    User,
    GivenId,
    Grant,
    Refresh,
    /// A given id; it has no client, and its access token is a key.
    Access,
}

const CLIENTS: [&str; 2] = ["C1", "C2"];
/// Users with two records each, which all writers share.
const USERS: usize = 3;

impl Record {
    /// The records that all share.
    pub fn shared() -> Vec<Self> {
        let record = |user, client| Self {
            name: format!("shared-{user}@{client}"),
            shape: Shape::Shared(user, client),
        };
        (0..USERS)
            .flat_map(|user| CLIENTS.map(|client| record(user, client)))
            .collect()
    }

    /// The record of one writer alone.
    pub fn own(writer: usize) -> Self {
        let shapes = [
            Shape::User,
            Shape::GivenId,
            Shape::Grant,
            Shape::Refresh,
            Shape::Access,
        ];
        Self {
            name: format!("own-{writer}"),
            shape: shapes[writer % shapes.len()],
        }
    }

    /// The record that a stored token belongs to; all its fields must say the same.
    pub fn of(token: &OAuthToken, all: &[Self]) -> Result<Self, String> {
        let names: Vec<&str> = FIELDS
            .iter()
            .filter_map(|field| read(token, field).map(|(name, _)| name))
            .collect();
        let name = names
            .first()
            .ok_or_else(|| format!("{token:?} has no field that was written"))?;
        if let Some(other) = names.iter().find(|other| *other != name) {
            return Err(format!("a record has fields of {name} and of {other}"));
        }
        let record = all.iter().find(|record| record.name == *name);
        let record = record.ok_or_else(|| format!("nobody writes {name}"))?;
        let base = record.base();
        let same = token.user_name() == base.user_name() && token.client_id() == base.client_id();
        same.then(|| record.clone())
            .ok_or_else(|| format!("{name} is the record {token:?}"))
    }

    /// What every save and look-up of the record names.
    pub fn base(&self) -> OAuthToken {
        let token = OAuthToken::new();
        let key = |field| text(&self.name, field, 0);
        match self.shape {
            Shape::Shared(user, client) => token
                .with_user(format!("shared-{user}"))
                .with_client(client, "S"),
            Shape::User => token.with_user(&*self.name).with_client("C1", "S"),
            Shape::GivenId => token
                .with_id(&*self.name)
                .with_user(&*self.name)
                .with_client("C2", "S"),
            Shape::Grant => token
                .with_client("C1", "S")
                .with_grant_token(key("grant_token")),
            Shape::Refresh => token
                .with_client("C2", "S")
                .with_refresh_token(key("refresh_token")),
            Shape::Access => token.with_id(&*self.name),
        }
    }

    /// The field whose numbers count in a record of one writer alone.
    pub fn field(&self) -> &'static str {
        match self.shape {
            Shape::Refresh | Shape::Access => "access_token",
            _ => "refresh_token",
        }
    }

    /// The query for its user alone, if there may be more than one answer.
    pub fn user_alone(&self) -> Option<OAuthToken> {
        match self.shape {
            Shape::Shared(user, _) => Some(OAuthToken::new().with_user(format!("shared-{user}"))),
            _ => None,
        }
    }

    /// The record of the same user with another client.
    pub fn is_twin_of(&self, other: &Self) -> bool {
        match (self.shape, other.shape) {
            (Shape::Shared(a, one), Shape::Shared(b, another)) => a == b && one != another,
            _ => false,
        }
    }

    /// Every query that must find the record while its field has this number.
    pub fn queries(&self, field: &str, number: u64, id: Option<&TokenId>) -> Vec<OAuthToken> {
        let mut queries: Vec<OAuthToken> = id
            .map(|id| OAuthToken::new().with_id(id.clone()))
            .into_iter()
            .collect();
        queries.extend(self.by_field(field, number));
        queries.extend(self.by_name());
        queries
    }

    /// The queries by what never changes.
    pub fn by_name(&self) -> Vec<OAuthToken> {
        let base = self.base();
        let without_id = base.clone().with_id("");
        let mut queries = vec![base];
        if without_id != OAuthToken::new() && without_id != queries[0] {
            queries.push(without_id);
        }
        queries
    }

    /// The query by a field's text, if that is a key.
    pub fn by_field(&self, field: &str, number: u64) -> Option<OAuthToken> {
        let client = |token: OAuthToken| {
            let id = self.base().client_id().map(str::to_owned);
            id.map(|id| token.with_client(id, "S"))
        };
        let token = OAuthToken::new();
        let text = text(&self.name, field, number);
        match field {
            "access_token" => Some(token.with_access_token(text)),
            "refresh_token" => client(token.with_refresh_token(text)),
            "grant_token" => client(token.with_grant_token(text)),
            _ => None,
        }
    }

    /// What is saved: the record with one more number.
    pub fn written(&self, field: &str, number: u64) -> OAuthToken {
        let text = text(&self.name, field, number);
        let token = self.base();
        match field {
            "access_token" => token.with_access_token(text),
            "refresh_token" => token.with_refresh_token(text),
            "grant_token" => token.with_grant_token(text),
            "redirect_url" => token.with_redirect_url(text),
            _ => token.with_api_domain(text),
        }
    }
}

fn text(name: &str, field: &str, number: u64) -> String {
    format!("{name}:{field}:{number}")
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
    let name = parts.next()?;
    Some((name, parts.nth(1)?.parse().ok()?))
}
