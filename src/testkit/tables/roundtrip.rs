//! What was saved comes back: every field, alone and with all others, through a store that did not
//! save it.

use crate::OAuthToken;
use crate::testkit::harness::Handle::Second;
use crate::testkit::words::*;

/// A new record with one field beside its id and access token.
fn with(code: &'static str, set: fn(OAuthToken) -> OAuthToken) -> Case {
    let token = set(id("1").at("A1"));
    case(code, "only this field beside id and access token")
        .save(token.clone(), creates(token.clone()))
        .find(id("1"), gives(token.clone()))
        .via(Second)
        .by_id("1", gives(token))
}

pub(super) fn cases() -> Vec<Case> {
    let all = || {
        one()
            .with_redirect_url("https://app.test/callback?a=b&c=%20#d")
            .with_api_domain("https://www.zohoapis.eu")
            .exp(FAR + 123)
    };
    vec![
        with("user-name", |token| token.user(ALICE)),
        with("client-id", |token| token.with_client_id("cid")),
        with("client-secret", |token| token.with_client_secret("csec")),
        with("refresh-token", |token| token.rt("R1")),
        with("grant-token", |token| token.gt("G1")),
        with("expiry", |token| token.exp(FAR + 123)),
        with("redirect-url", |token| {
            token.with_redirect_url("https://app.test/callback")
        }),
        with("api-domain", |token| {
            token.with_api_domain("https://www.zohoapis.eu")
        }),
        case("all-fields", "every field, by every key")
            .save(all(), creates(all()))
            .by_id("1", gives(all()))
            .via(Second)
            .by_id("1", gives(all()))
            .find(user(ALICE).creds(), gives(all()))
            .find(gt("G1").creds(), gives(all()))
            .find(rt("R1").creds(), gives(all()))
            .find(at("A1"), gives(all())),
        case("long-tokens", "credentials of 2,000 characters")
            .save(
                rt(&"r".repeat(2000)).at(&"a".repeat(2000)).creds(),
                creates_new(rt(&"r".repeat(2000)).at(&"a".repeat(2000)).creds()),
            )
            .via(Second)
            .find(
                rt(&"r".repeat(2000)).creds(),
                gives(
                    id("$new")
                        .rt(&"r".repeat(2000))
                        .at(&"a".repeat(2000))
                        .creds(),
                ),
            ),
    ]
}
