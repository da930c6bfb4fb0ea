//! Saves of a part of a record: what is given overwrites, what is not given stays.

use crate::OAuthToken;
use crate::testkit::words::*;

/// A record with every field set.
fn full() -> OAuthToken {
    one()
        .with_redirect_url("https://app.test/callback")
        .with_api_domain("https://www.zohoapis.eu")
}

/// A save of the record's user and one field more changes this field only.
fn field(code: &'static str, set: fn(OAuthToken) -> OAuthToken) -> Case {
    case(code, "only this field is given: the others stay")
        .seed([full()])
        .save(set(user(ALICE)), updates(set(full())))
        .save(set(user(ALICE)), unchanged(set(full())))
        .by_id("1", gives(set(full())))
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        field("client-secret", |token| token.with_client_secret("new")),
        field("refresh-token", |token| token.rt("new")),
        field("access-token", |token| token.at("new")),
        field("grant-token", |token| token.gt("new")),
        field("expiry", |token| token.exp(5)),
        field("redirect-url", |token| {
            token.with_redirect_url("https://new.test")
        }),
        field("api-domain", |token| {
            token.with_api_domain("https://www.zohoapis.in")
        }),
        case(
            "user-name",
            "only a new user name is given, by id: the other fields stay",
        )
        .seed([full()])
        .save(id("1").user("new"), updates(full().user("new"))),
        case(
            "client-id",
            "only a new client id is given, by id: the other fields stay",
        )
        .seed([full()])
        .save(
            id("1").with_client_id("new"),
            updates(full().with_client_id("new")),
        ),
        case(
            "empty-is-absent",
            "empty strings are not set, and overwrite nothing",
        )
        .seed([full()])
        .save(
            id("1")
                .user("")
                .rt("")
                .at("")
                .gt("")
                .with_client("", "")
                .with_redirect_url("")
                .with_api_domain(""),
            unchanged(full()),
        ),
        case(
            "refresh-response",
            "a refresh response without a refresh token keeps the old one",
        )
        .seed([full()])
        .save(
            id("1").at("A1b").exp(FAR + 1),
            updates(full().at("A1b").exp(FAR + 1)),
        )
        .find(rt("R1").creds(), gives(full().at("A1b").exp(FAR + 1))),
        case(
            "refresh-rotated",
            "a refresh response with a new refresh token replaces the old one",
        )
        .seed([full()])
        .save(
            id("1").rt("R1b").at("A1b"),
            updates(full().rt("R1b").at("A1b")),
        )
        .find(rt("R1").creds(), nothing())
        .find(rt("R1b").creds(), gives(full().rt("R1b").at("A1b"))),
        case("by-refresh-token", "a refresh by refresh token and client")
            .seed(three())
            .save(
                rt("R1").at("A1b").exp(5).creds(),
                updates(one().at("A1b").exp(5)),
            ),
        case(
            "by-access-token",
            "the expiry of a record that is known by its access token",
        )
        .seed(three())
        .save(at("A2").exp(5), updates(two().exp(5))),
        case(
            "spent-grant",
            "the spent grant token stays a key after the exchange",
        )
        .save(gt("G").creds(), creates(id("$it").gt("G").creds()))
        .save(
            gt("G").rt("R").at("A").exp(FAR).creds(),
            updates(id("$it").gt("G").rt("R").at("A").exp(FAR).creds()),
        )
        .find(
            gt("G").creds(),
            gives(id("$it").gt("G").rt("R").at("A").exp(FAR).creds()),
        ),
        case(
            "access-replaced",
            "the old access token finds nothing, the new one the record",
        )
        .seed(three())
        .find(at("A1"), gives(one()))
        .save(user(ALICE).at("A1b"), updates(one().at("A1b")))
        .find(at("A1"), nothing())
        .find(at("A1b"), gives(one().at("A1b"))),
        case(
            "nothing-new",
            "less than what is stored is nothing to write",
        )
        .seed([full()])
        .save(user(ALICE), unchanged(full()))
        .save(id("1"), unchanged(full()))
        .save(rt("R1").creds(), unchanged(full()))
        .save(user(ALICE).exp(FAR), unchanged(full())),
        case(
            "details-added",
            "details alone can be added to a stored record",
        )
        .seed([one()])
        .save(
            user(ALICE).with_api_domain("https://www.zohoapis.eu"),
            updates(one().with_api_domain("https://www.zohoapis.eu")),
        ),
        case(
            "back-and-forth",
            "a value that comes back after another is written again",
        )
        .seed([one()])
        .save(user(ALICE).at("B"), updates(one().at("B")))
        .save(user(ALICE).at("A1"), updates(one()))
        .save(user(ALICE).at("B"), updates(one().at("B")))
        .by_id("1", gives(one().at("B"))),
    ]
}
