//! What the rules promise for any input: checked by the unit tests on random bytes and on the corpus,
//! and by the targets in `fuzz/` for as long as one likes.
//!
//! A property takes bytes, makes of them what it needs, and panics where the promise is broken.

mod codecs;
mod names;
mod queries;
mod replies;

use arbitrary::{Result, Unstructured};

use crate::{OAuthToken, Timestamp};

/// The name of a fuzz target, and what it checks.
pub type Property = (&'static str, fn(&[u8]));

/// Every property.
pub const PROPERTIES: [Property; 9] = [
    ("fault", replies::fault),
    ("merge", queries::merge),
    ("names", names::names),
    ("page_life", codecs::page_life),
    ("page_text", codecs::page_text),
    ("query", queries::query),
    ("record_text", codecs::record_text),
    ("record_token", codecs::record_token),
    ("timestamp", replies::timestamp),
];

/// Checks the property with this name.
pub fn check(name: &str, data: &[u8]) {
    let known = PROPERTIES.iter().find(|(known, _)| *known == name);
    assert!(known.is_some(), "no property is named {name}");
    if let Some((_, property)) = known {
        property(data);
    }
}

/// Runs a property on what it makes of the bytes; too few bytes prove nothing.
fn with<'a>(data: &'a [u8], property: impl FnOnce(&mut Unstructured<'a>) -> Result<()>) {
    let _ = property(&mut Unstructured::new(data));
}

/// A text: mostly one of a few, so that texts are equal now and then.
fn text<'a>(input: &mut Unstructured<'a>) -> Result<&'a str> {
    const FEW: [&str; 8] = [
        "",
        "a",
        "b",
        "A",
        "ä",
        "\"\\\r\n\u{0}\u{7f}",
        "1000.x",
        "null",
    ];
    if input.ratio(3, 4)? {
        return input.choose(&FEW).copied();
    }
    input.arbitrary()
}

fn maybe<T>(
    input: &mut Unstructured<'_>,
    set: impl FnOnce(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Option<T>> {
    Ok(if input.arbitrary()? {
        Some(set(input)?)
    } else {
        None
    })
}

fn instant(input: &mut Unstructured<'_>) -> Result<Timestamp> {
    input.arbitrary().map(Timestamp::from_millis)
}

/// A token with any of its fields, but no id.
fn token(input: &mut Unstructured<'_>) -> Result<OAuthToken> {
    type Set = fn(OAuthToken, &str) -> OAuthToken;
    const SETTERS: [Set; 8] = [
        |token, text| token.with_user(text),
        |token, text| token.with_client_id(text),
        |token, text| token.with_client_secret(text),
        |token, text| token.with_refresh_token(text),
        |token, text| token.with_access_token(text),
        |token, text| token.with_grant_token(text),
        |token, text| token.with_redirect_url(text),
        |token, text| token.with_api_domain(text),
    ];
    let mut token = OAuthToken::new();
    for set in SETTERS {
        if input.arbitrary()? {
            token = set(token, text(input)?);
        }
    }
    if let Some(at) = maybe(input, instant)? {
        token = token.with_expires_at(at);
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, any};
    use proptest::test_runner::TestRunner;

    use super::*;

    #[test]
    fn properties_hold_for_random_bytes() {
        for (name, property) in PROPERTIES {
            let config = ProptestConfig {
                failure_persistence: None,
                ..ProptestConfig::with_cases(256)
            };
            let outcome = TestRunner::new(config).run(&vec(any::<u8>(), 0..600), |data| {
                property(&data);
                Ok(())
            });
            assert!(outcome.is_ok(), "{name}: {}", outcome.unwrap_err());
        }
    }

    #[test]
    fn properties_hold_for_the_corpus() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
        for (name, property) in PROPERTIES {
            let mut seeds = 0;
            for file in std::fs::read_dir(corpus.join(name)).expect(name) {
                property(&std::fs::read(file.unwrap().path()).unwrap());
                seeds += 1;
            }
            assert!(seeds > 0, "{name} has no seed in fuzz/corpus");
        }
    }

    #[test]
    fn every_property_has_its_target() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        let targets = std::fs::read_dir(root.join("fuzz_targets")).unwrap();
        let targets: BTreeSet<String> = targets
            .map(|file| file.unwrap().path())
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let names: BTreeSet<String> = PROPERTIES.map(|(name, _)| name.to_owned()).into();
        assert_eq!(targets, names);
        let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
        for name in names {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
            let source = root.join("fuzz_targets").join(format!("{name}.rs"));
            let source = std::fs::read_to_string(source).unwrap();
            assert!(
                source.contains(&format!("check(\"{name}\", data)")),
                "{name}"
            );
        }
    }
}
