//! Names of secrets, and the ids that go into them.

use sha2::{Digest, Sha256};

use super::matching::{Field, Key};
use crate::{Error, ErrorKind, TokenId};

/// The longest name that Secrets Manager takes, in bytes.
const MAX_NAME: usize = 512;
/// The longest prefix: leaves room for ids.
const MAX_PREFIX: usize = 128;
/// Hex digits of a derived id: 160 bits. Not six, which a name must not end with after a hyphen
/// (CreateSecret documentation).
const ID_DIGITS: usize = 40;

/// The part of every secret name that belongs to one store.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Namespace {
    prefix: String,
}

impl Namespace {
    /// Checks the prefix: 1–128 of the characters that a secret name may have, as segments that are
    /// separated by single slashes. No two prefixes that pass share a secret.
    pub(crate) fn new(prefix: &str) -> Result<Self, Error> {
        let fault = if prefix.is_empty() || prefix.len() > MAX_PREFIX {
            "must have 1 to 128 characters"
        } else if !prefix.bytes().all(is_name_byte) {
            "may only have ASCII letters, digits and /_+=.@-"
        } else if prefix.split('/').any(str::is_empty) {
            "must not start or end with a slash, or have two in a row"
        } else if prefix
            .split('/')
            .any(|part| ["token", "index"].contains(&part))
        {
            // Ids may have slashes: `app` with the id `token/1` and `app/token` with `1` would both
            // own the secret `app/token/token/1`.
            "must not have `token` or `index` between slashes"
        } else {
            return Ok(Self {
                prefix: prefix.to_owned(),
            });
        };
        Err(Error::new(ErrorKind::Config, format!("the prefix {fault}")))
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The secret that holds a token; `None` if no secret can have that name.
    pub(crate) fn token(&self, id: &TokenId) -> Option<String> {
        let id = id.as_str();
        let holdable = !id.is_empty() && id.bytes().all(is_name_byte);
        let name = format!("{}/token/{id}", self.prefix);
        (holdable && name.len() <= MAX_NAME).then_some(name)
    }

    /// The secret that holds an index page.
    pub(crate) fn page(&self, number: usize) -> String {
        format!("{}/index/{number:02}", self.prefix)
    }

    /// What the names of all secrets of this namespace begin with, and of no other: a prefix has
    /// neither `token` nor `index` between slashes.
    pub(crate) fn starts(&self) -> [String; 2] {
        ["token", "index"].map(|kind| format!("{}/{kind}/", self.prefix))
    }

    /// What a secret of this name would hold in this namespace.
    pub(crate) fn place(&self, name: &str) -> Option<Place> {
        let [tokens, pages] = self.starts();
        if let Some(id) = name.strip_prefix(&tokens) {
            return Some(Place::Token(id.into())).filter(|_| !id.is_empty());
        }
        let digits = name.strip_prefix(&pages)?;
        let is_number = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some(if is_number { Place::Page } else { Place::Other })
    }
}

/// What a secret's name says of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    Token(TokenId),
    Page,
    /// Among the index pages, but not one of them.
    Other,
}

/// The error for an id that no secret name can hold.
pub(crate) fn unusable_id(id: &TokenId) -> Error {
    let rule = "an id may only have ASCII letters, digits and /_+=.@-, \
                and with the prefix at most 512 characters";
    Error::new(
        ErrorKind::InvalidInput,
        format!("the id {:?} cannot name a secret: {rule}", id.as_str()),
    )
}

/// Whether any store could keep a record under this id.
pub(crate) fn is_usable_id(id: &TokenId) -> bool {
    !id.as_str().is_empty()
        && id.as_str().len() <= MAX_NAME
        && id.as_str().bytes().all(is_name_byte)
}

/// The id of a new record, from the key that it is saved under: every program derives the same one.
///
/// `attempt` counts the ids already found to be taken by a record with another key.
pub(crate) fn derived_id(key: &Key<'_>, attempt: u32) -> TokenId {
    let (kind, text) = key_text(key);
    let mut hash = Sha256::new();
    hash.update(b"zoho-token-store id 1\0");
    hash.update(kind);
    // The client first and with its length: no two pairs of texts run together to the same bytes.
    hash_text(&mut hash, key.client);
    hash_text(&mut hash, Some(text));
    hash.update(attempt.to_be_bytes());
    let digest = hash.finalize();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    TokenId::from(&hex[..ID_DIGITS])
}

fn key_text<'a>(key: &Key<'a>) -> (&'static [u8], &'a str) {
    match key.field {
        Field::User(text) => (b"user", text),
        Field::Access(text) => (b"access", text),
        Field::Grant(text) => (b"grant", text),
        Field::Refresh(text) => (b"refresh", text),
    }
}

fn hash_text(hash: &mut Sha256, text: Option<&str>) {
    match text {
        None => hash.update([0]),
        Some(text) => {
            hash.update([1]);
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/_+=.@-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors that the Terraform module's input is held to as well.
    #[test]
    fn prefixes() {
        let vectors = include_str!("../../terraform/tests/prefixes.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        for (kind, good) in [("valid", true), ("invalid", false)] {
            let prefixes = vectors[kind].as_array().unwrap();
            assert!(prefixes.len() > 10, "{kind}");
            for prefix in prefixes {
                let prefix = prefix.as_str().unwrap();
                assert_eq!(Namespace::new(prefix).is_ok(), good, "{prefix:?}");
            }
        }
    }

    #[test]
    fn token_names() {
        let space = Namespace::new("app").unwrap();
        for (id, name) in [
            ("1", Some("app/token/1")),
            ("python_a.b_PRD_1f2e", Some("app/token/python_a.b_PRD_1f2e")),
            ("", None),
            ("x' or '1'='1", None),
            ("2 ", None),
            ("naïve", None),
        ] {
            assert_eq!(space.token(&id.into()).as_deref(), name, "{id:?}");
        }
        assert!(space.token(&"x".repeat(502).into()).is_some());
        assert!(space.token(&"x".repeat(503).into()).is_none());
    }

    #[test]
    fn names_are_recognised_as_those_of_one_namespace() {
        let space = Namespace::new("app").unwrap();
        let token = |id: &str| Some(Place::Token(id.into()));
        for (name, place) in [
            ("app/token/1", token("1")),
            ("app/token/a/index/00", token("a/index/00")),
            ("app/token/", None),
            ("app/index/00", Some(Place::Page)),
            ("app/index/7", Some(Place::Other)),
            ("app/index/000", Some(Place::Other)),
            ("app/index/x1", Some(Place::Other)),
            ("app/inner/token/1", None),
            ("app2/token/1", None),
            ("App/token/1", None),
            ("app", None),
        ] {
            assert_eq!(space.place(name), place, "{name}");
        }
    }

    #[test]
    fn derived_ids_differ_in_every_part_of_the_key() {
        let key = |field, client| derived_id(&Key { field, client }, 0);
        let ids = [
            key(Field::User("a"), Some("b")),
            key(Field::User("b"), Some("a")),
            key(Field::User("ab"), Some("")),
            key(Field::User("ab"), None),
            key(Field::Grant("a"), Some("b")),
            key(Field::Refresh("a"), Some("b")),
            key(Field::Access("a"), Some("b")),
            derived_id(
                &Key {
                    field: Field::User("a"),
                    client: Some("b"),
                },
                1,
            ),
        ];
        for (n, id) in ids.iter().enumerate() {
            assert_eq!(id.as_str().len(), ID_DIGITS);
            assert!(!ids[..n].contains(id), "{id} twice");
        }
        assert_eq!(
            key(Field::User("a"), Some("b")),
            ids[0],
            "the same key gives the same id"
        );
    }
}
