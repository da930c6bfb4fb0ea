//! Names of secrets, derived ids and tags.

use arbitrary::{Result, Unstructured};

use super::{text, token, with};
use crate::rules::matching::{Field, Key};
use crate::rules::naming::{Namespace, derived_id, is_usable_id};
use crate::rules::tags::{self, UserTag};
use crate::{Secret, TokenId};

/// No two namespaces, tokens or pages share a secret, and no two keys an id; names and tags are such
/// as the service takes, and hold no credential.
pub(super) fn names(data: &[u8]) {
    with(data, |input| {
        let (one, other) = (path(input)?, path(input)?);
        let (first, second) = (TokenId::from(path(input)?), TokenId::from(path(input)?));
        if let (Ok(space), Ok(another)) = (Namespace::new(&one), Namespace::new(&other)) {
            let (name, another_name) = (space.token(&first), another.token(&second));
            if name.is_some() && name == another_name {
                assert!(one == other && first == second, "{name:?} is shared");
            }
            for name in name.iter().chain(&another_name) {
                is_name(name);
            }
            let number = input.int_in_range(0..=99)?;
            let page = another.page(number);
            is_name(&page);
            assert_ne!(
                name,
                Some(page.clone()),
                "a token and a page share a secret"
            );
            assert_eq!(page == space.page(number), one == other);
            assert!(name.is_none() || is_usable_id(&first));
        }
        derived(input)?;
        tagged(input)
    });
}

fn is_name(name: &str) {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+=.@-".contains(&byte);
    assert!(
        !name.is_empty() && name.len() <= 512 && name.bytes().all(allowed),
        "{name:?}"
    );
}

fn derived(input: &mut Unstructured<'_>) -> Result<()> {
    let (one, other) = (key(input)?, key(input)?);
    let (attempt, again) = (input.int_in_range(0..=2)?, input.int_in_range(0..=2)?);
    let (id, other_id) = (derived_id(&one, attempt), derived_id(&other, again));
    assert_eq!(id == other_id, one == other && attempt == again);
    assert!(Namespace::new("app").is_ok_and(|space| space.token(&id).is_some()));
    Ok(())
}

fn tagged(input: &mut Unstructured<'_>) -> Result<()> {
    let token = token(input)?;
    let user_tag = *input.choose(&[UserTag::Plain, UserTag::Digest])?;
    let mut bare = token.clone();
    let secrets = [
        &mut bare.client_secret,
        &mut bare.refresh_token,
        &mut bare.access_token,
        &mut bare.grant_token,
    ];
    for secret in secrets {
        *secret = Some(Secret::new("other"));
    }
    let tags = tags::owner(&token, user_tag);
    assert_eq!(
        tags,
        tags::owner(&bare, user_tag),
        "a tag depends on a credential"
    );
    for (_, value) in tags {
        let allowed = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
        assert!(
            value.chars().count() <= 256 && value.chars().all(allowed),
            "{value:?}"
        );
    }
    Ok(())
}

/// A prefix or an id; many have the words and slashes that names are made of.
fn path(input: &mut Unstructured<'_>) -> Result<String> {
    const PARTS: [&str; 10] = ["/", "/", "token", "index", "app", "a", "00", "-", "", " "];
    let mut path = String::new();
    for _ in 0..input.int_in_range(0..=6)? {
        path += input.choose(&PARTS)?;
    }
    if input.ratio(1, 8)? {
        path += input.arbitrary::<&str>()?;
    }
    Ok(path)
}

fn key<'a>(input: &mut Unstructured<'a>) -> Result<Key<'a>> {
    let field = *input.choose(&[Field::User, Field::Access, Field::Grant, Field::Refresh])?;
    let text = text(input)?;
    let client = if input.arbitrary()? {
        Some(self::text(input)?)
    } else {
        None
    };
    Ok(Key {
        field: field(text),
        client,
    })
}
