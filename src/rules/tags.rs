//! Tags: for people, IAM policies and repair; never for looking a token up.

use sha2::{Digest, Sha256};

use crate::OAuthToken;

pub(crate) const PREFIX: &str = "zoho-token-store:prefix";
pub(crate) const KIND: &str = "zoho-token-store:kind";
pub(crate) const SCHEMA: &str = "zoho-token-store:schema";
pub(crate) const USER: &str = "zoho-token-store:user";
pub(crate) const CLIENT: &str = "zoho-token-store:client";

/// The most characters of a tag's value.
const MAX_VALUE: usize = 256;

/// How a token's secret is tagged with its user.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum UserTag {
    /// The user's name; characters that tags cannot have become `_`.
    #[default]
    Plain,
    /// The first 32 hex digits of the SHA-256 of the user's name.
    Digest,
}

/// The tags that every secret of a store carries.
pub(crate) fn common(prefix: &str, kind: &str) -> Vec<(&'static str, String)> {
    vec![
        (PREFIX, prefix.to_owned()),
        (KIND, kind.to_owned()),
        (SCHEMA, "1".to_owned()),
    ]
}

/// The tags that tell whose token it is.
pub(crate) fn owner(token: &OAuthToken, user_tag: UserTag) -> Vec<(&'static str, String)> {
    let user = token.user_name().map(|name| match user_tag {
        UserTag::Plain => sanitised(name),
        UserTag::Digest => digest(name),
    });
    let client = token.client_id().map(sanitised);
    let tags = [(USER, user), (CLIENT, client)];
    tags.into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
}

/// How the tags that a token's secret has differ from those that it should have.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Drift {
    /// Absent, or with another value.
    pub(crate) wrong: Vec<(&'static str, String)>,
    /// Tell of a user or client that the record does not name.
    pub(crate) surplus: Vec<&'static str>,
}

impl Drift {
    pub(crate) fn between(actual: &[(String, String)], wanted: &[(&'static str, String)]) -> Self {
        let held = |name: &str| {
            let mut tags = actual.iter();
            tags.find(|(key, _)| key == name).map(|(_, value)| value)
        };
        let wrong = |(key, value): &&(&'static str, String)| held(key) != Some(value);
        let surplus = |key: &&str| held(key).is_some() && wanted.iter().all(|(k, _)| k != key);
        Self {
            wrong: wanted.iter().filter(wrong).cloned().collect(),
            surplus: [USER, CLIENT].into_iter().filter(surplus).collect(),
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.wrong.is_empty() && self.surplus.is_empty()
    }
}

/// Whether a secret is tagged as one of this store's tokens.
pub(crate) fn is_token(tags: &[(String, String)], prefix: &str) -> bool {
    let mut common = common(prefix, "token").into_iter();
    common.all(|(key, value)| tags.iter().any(|(k, v)| k == key && *v == value))
}

/// `text` in the alphabet of tags: letters, digits, spaces and `_.:/=+-@`, 256 characters at most
/// ("Tag naming and usage conventions", AWS General Reference).
fn sanitised(text: &str) -> String {
    let allowed = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    text.chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .take(MAX_VALUE)
        .collect()
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_by_key_and_value() {
        let token = OAuthToken::new()
            .with_user("u")
            .with_client_id("C")
            .with_access_token("A");
        let all = |token: &OAuthToken| {
            let mut tags = common("app", "token");
            tags.extend(owner(token, UserTag::Plain));
            tags
        };
        let told = |tags: &[(&'static str, String)]| -> Vec<(String, String)> {
            let tags = tags.iter().cloned();
            tags.map(|(key, value)| (key.to_owned(), value)).collect()
        };
        let nobody = OAuthToken::new().with_access_token("A");
        let digest = owner(&token, UserTag::Digest);
        for (actual, wanted, wrong, surplus) in [
            (told(&all(&token)), all(&token), vec![], vec![]),
            (
                vec![],
                all(&token),
                vec![PREFIX, KIND, SCHEMA, USER, CLIENT],
                vec![],
            ),
            (told(&all(&nobody)), all(&token), vec![USER, CLIENT], vec![]),
            (told(&all(&token)), digest, vec![USER], vec![]),
            (told(&all(&token)), all(&nobody), vec![], vec![USER, CLIENT]),
            (
                [told(&all(&token)), vec![("team".into(), "crm".into())]].concat(),
                all(&token),
                vec![],
                vec![],
            ),
        ] {
            let drift = Drift::between(&actual, &wanted);
            let keys: Vec<&str> = drift.wrong.iter().map(|(key, _)| *key).collect();
            assert_eq!((keys, drift.surplus), (wrong, surplus), "{actual:?}");
        }
        let marked = |prefix| is_token(&told(&all(&token)), prefix);
        assert!(marked("app") && !marked("app2") && !marked("ap"));
        assert!(!is_token(&told(&common("app", "index")), "app"));
    }

    #[test]
    fn owners() {
        let long = "x".repeat(300);
        for (user, expected) in [
            ("alice@example.com:60001", "alice@example.com:60001"),
            ("Zoë Ågren", "Zoë Ågren"),
            ("'; DROP\r\n\u{1f511}", "__ DROP___"),
            (long.as_str(), &long[..256]),
        ] {
            let token = OAuthToken::new()
                .with_user(user)
                .with_client("1000.C", "secret");
            let tags = owner(&token, UserTag::Plain);
            assert_eq!(
                tags,
                [(USER, expected.to_owned()), (CLIENT, "1000.C".to_owned())]
            );
            let tags = owner(&token, UserTag::Digest);
            assert!(tags[0].1.len() == 32 && tags[0].1.bytes().all(|b| b.is_ascii_hexdigit()));
        }
        assert!(owner(&OAuthToken::new().with_refresh_token("R"), UserTag::Plain).is_empty());
    }
}
