//! Which record a token asks for.
//!
//! The order of the rules is that of Zoho's SDK stores; unlike theirs, a query never falls back to an
//! arbitrary row, client ids are compared, and text is compared byte by byte.

use std::hash::{Hash, Hasher};

use crate::{Error, ErrorKind, OAuthToken, Secret, TokenId};

/// What a query or a save asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Lookup<'a> {
    Id(&'a TokenId),
    Key(Key<'a>),
}

/// One way to recognise a record, with the client that it must agree with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Key<'a> {
    pub(crate) field: Field<'a>,
    pub(crate) client: Option<&'a str>,
}

/// The field that recognises a record.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub(crate) enum Field<'a> {
    User(&'a str),
    Access(&'a str),
    Grant(&'a str),
    Refresh(&'a str),
}

impl Hash for Key<'_> {
    /// As the derived one, in fewer steps: every hit takes it.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (kind, text) = match self.field {
            Field::User(text) => (0, text),
            Field::Access(text) => (1, text),
            Field::Grant(text) => (2, text),
            Field::Refresh(text) => (3, text),
        };
        state.write(text.as_bytes());
        // What answers a key of one client need not answer the same key of another.
        state.write(self.client.unwrap_or_default().as_bytes());
        // The length tells where one text ends and the other begins.
        let kind = kind << 1 | u64::from(self.client.is_some());
        state.write_u64(kind << 32 | text.len() as u64);
    }
}

impl std::fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::User(_) => "user name",
            Self::Access(_) => "access token",
            Self::Grant(_) => "grant token",
            Self::Refresh(_) => "refresh token",
        })
    }
}

/// How well a record answers a key.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Agreement {
    None,
    /// The field is equal; one side names no client.
    Open,
    /// Field and client are equal.
    Exact,
}

/// The outcome of a search.
#[derive(Debug)]
pub(crate) enum Match<T> {
    None,
    One(T),
    Ambiguous(Vec<TokenId>),
}

/// What `find_token` looks for; the first rule whose guard holds decides.
///
/// `own_client` is the client id that the store is configured with.
pub(crate) fn lookup<'a>(
    token: &'a OAuthToken,
    own_client: Option<&'a str>,
) -> Result<Lookup<'a>, Error> {
    if let Some(id) = token.id() {
        return Ok(Lookup::Id(id));
    }
    guarded_key(token, own_client)
        .map(Lookup::Key)
        .ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidInput,
                format!("the query {}", missing(token)),
            )
        })
}

/// What `save_token` matches by, apart from the id: as `lookup`, and where no guard holds, whatever
/// the token could be recognised by, so that the same save made twice finds its own record.
pub(crate) fn save_key<'a>(token: &'a OAuthToken, own_client: Option<&'a str>) -> Option<Key<'a>> {
    let client = token.client_id();
    guarded_key(token, own_client).or_else(|| {
        let field = exposed(token.grant_token())
            .map(Field::Grant)
            .or_else(|| exposed(token.refresh_token()).map(Field::Refresh))
            .or_else(|| exposed(token.access_token()).map(Field::Access))?;
        Some(Key { field, client })
    })
}

fn guarded_key<'a>(token: &'a OAuthToken, own_client: Option<&'a str>) -> Option<Key<'a>> {
    let client = token.client_id();
    if let Some(name) = token.user_name() {
        return Some(Key {
            field: Field::User(name),
            client: client.or(own_client),
        });
    }
    match (exposed(token.access_token()), client, token.client_secret()) {
        (Some(access), None, None) => {
            return Some(Key {
                field: Field::Access(access),
                client: None,
            });
        }
        (_, Some(_), Some(_)) => {}
        _ => return None,
    }
    let field = exposed(token.grant_token())
        .map(Field::Grant)
        .or_else(|| exposed(token.refresh_token()).map(Field::Refresh))?;
    Some(Key { field, client })
}

fn missing(token: &OAuthToken) -> &'static str {
    let keyed = token.grant_token().is_some() || token.refresh_token().is_some();
    match (keyed, token.client_id(), token.client_secret()) {
        (true, None, None) => {
            "needs the client id and client secret beside its grant or refresh token"
        }
        (true, None, Some(_)) => "needs the client id beside its client secret",
        (true, Some(_), None) => "needs the client secret beside its client id",
        _ if token.access_token().is_some() => {
            "names a client and an access token, but no user, grant token or refresh token"
        }
        _ => "names no id, user, access token, grant token or refresh token",
    }
}

fn exposed(secret: Option<&Secret>) -> Option<&str> {
    secret.map(Secret::expose)
}

/// Every key that finds `token` and names its very client, or none.
pub(crate) fn keys(token: &OAuthToken) -> impl Iterator<Item = Key<'_>> {
    let fields = [
        token.user_name().map(Field::User),
        exposed(token.access_token()).map(Field::Access),
        exposed(token.grant_token()).map(Field::Grant),
        exposed(token.refresh_token()).map(Field::Refresh),
    ];
    let clients = [token.client_id().map(Some), Some(None)];
    fields.into_iter().flatten().flat_map(move |field| {
        let clients = clients.into_iter().flatten();
        clients.map(move |client| Key { field, client })
    })
}

impl Key<'_> {
    /// Whether `record` answers this key.
    pub(crate) fn is_answered_by(&self, record: &OAuthToken) -> bool {
        self.agreement(record) != Agreement::None
    }

    /// How well `record` answers this key.
    pub(crate) fn agreement(&self, record: &OAuthToken) -> Agreement {
        let (wanted, held) = match self.field {
            Field::User(name) => (name, record.user_name()),
            Field::Access(token) => (token, exposed(record.access_token())),
            Field::Grant(token) => (token, exposed(record.grant_token())),
            Field::Refresh(token) => (token, exposed(record.refresh_token())),
        };
        if held != Some(wanted) {
            return Agreement::None;
        }
        match (self.client, record.client_id()) {
            (wanted, held) if wanted == held => Agreement::Exact,
            (Some(_), Some(_)) => Agreement::None,
            _ => Agreement::Open,
        }
    }

    /// Chooses among `records`, each named by its id.
    ///
    /// A record of the very client that the key names wins over one that names no client. Beyond
    /// that, two answers are ambiguous and never guessed between.
    pub(crate) fn choose<T>(
        &self,
        records: impl IntoIterator<Item = T>,
        token: impl Fn(&T) -> &OAuthToken,
    ) -> Match<T> {
        let mut best = Agreement::Open;
        let mut answers = Vec::new();
        for record in records {
            let agreement = self.agreement(token(&record));
            let decisive = self.client.is_some() && agreement == Agreement::Exact;
            if decisive && best != Agreement::Exact {
                best = Agreement::Exact;
                answers.clear();
            }
            if decisive || (agreement != Agreement::None && best == Agreement::Open) {
                answers.push(record);
            }
        }
        match answers.len() {
            0 | 1 => answers.pop().map_or(Match::None, Match::One),
            _ => Match::Ambiguous(
                answers
                    .iter()
                    .filter_map(|answer| token(answer).id().cloned())
                    .collect(),
            ),
        }
    }

    /// The error for a key that more than one record answers.
    pub(crate) fn ambiguous(&self, ids: &[TokenId]) -> Error {
        let mut ids: Vec<&str> = ids.iter().map(TokenId::as_str).collect();
        ids.sort_unstable();
        let message = format!(
            "the {:?} names more than one record: {}",
            self.field,
            ids.join(", ")
        );
        Error::new(ErrorKind::Ambiguous, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> OAuthToken {
        OAuthToken::new()
    }

    #[test]
    fn the_first_guard_that_holds_decides() {
        let client = || token().with_client("C", "S");
        let key = |field, client| Ok(Lookup::Key(Key { field, client }));
        let id = TokenId::from("7");
        for (query, own, expected) in [
            (
                token().with_id("7").with_user("u"),
                None,
                Ok(Lookup::Id(&id)),
            ),
            (
                client().with_user("u").with_refresh_token("R"),
                None,
                key(Field::User("u"), Some("C")),
            ),
            (
                token().with_user("u"),
                Some("own"),
                key(Field::User("u"), Some("own")),
            ),
            (
                token().with_user("u").with_client_id("C"),
                Some("own"),
                key(Field::User("u"), Some("C")),
            ),
            (
                token().with_user("").with_access_token("A"),
                None,
                key(Field::Access("A"), None),
            ),
            (
                token().with_access_token("A").with_refresh_token("R"),
                Some("own"),
                key(Field::Access("A"), None),
            ),
            (
                client().with_grant_token("G").with_refresh_token("R"),
                None,
                key(Field::Grant("G"), Some("C")),
            ),
            (
                client().with_access_token("A").with_refresh_token("R"),
                None,
                key(Field::Refresh("R"), Some("C")),
            ),
            (
                token().with_refresh_token("R"),
                None,
                Err("needs the client id and client secret"),
            ),
            (
                token().with_refresh_token("R").with_client_id("C"),
                None,
                Err("needs the client secret"),
            ),
            (
                token().with_grant_token("G").with_client_secret("S"),
                None,
                Err("needs the client id beside"),
            ),
            (
                client().with_access_token("A"),
                None,
                Err("names a client and an access token"),
            ),
            (client(), None, Err("names no id")),
            (token(), Some("own"), Err("names no id")),
        ] {
            match (lookup(&query, own), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected),
                (Err(error), Err(part)) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidInput);
                    assert!(error.to_string().contains(part), "{error}");
                }
                (found, expected) => panic!("{query:?}: {found:?}, expected {expected:?}"),
            }
        }
    }

    #[test]
    fn clients_must_agree_and_the_exact_client_wins() {
        let record =
            |id: &str, client: &str| token().with_id(id).with_user("u").with_client_id(client);
        let records = [record("1", "A"), record("2", "B"), record("3", "")];
        for (client, stored, expected) in [
            (Some("A"), &records[..], Ok(Some("1"))),
            (Some("A"), &records[1..], Ok(Some("3"))),
            (Some("A"), &records[1..2], Ok(None)),
            (None, &records[..1], Ok(Some("1"))),
            (None, &records[1..], Err(())),
            (Some("Z"), &records[..], Ok(Some("3"))),
        ] {
            let key = Key {
                field: Field::User("u"),
                client,
            };
            let found = match key.choose(stored, |record| record) {
                Match::None => Ok(None),
                Match::One(record) => Ok(record.id().map(TokenId::as_str)),
                Match::Ambiguous(_) => Err(()),
            };
            assert_eq!(found, expected, "client {client:?} among {}", stored.len());
        }
    }
}
