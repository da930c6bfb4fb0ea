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
