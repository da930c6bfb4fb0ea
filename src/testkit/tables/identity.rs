//! Saves that carry an id: which record they mean.

use crate::testkit::words::*;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case(
            "unknown-id-known-user",
            "the user's record is updated and keeps its id",
        )
        .seed(three())
        .save(id("99").user(ALICE).at("A1b"), updates(one().at("A1b")))
        .by_id("99", nothing()),
        case("unknown-id-known-refresh", "likewise by refresh token")
            .seed(three())
            .save(
                id("99").rt("R3").at("A3b").creds(),
                updates(third().at("A3b")),
            ),
        case("unknown-id-known-grant", "likewise by grant token")
            .seed(three())
            .save(
                id("99").gt("G2").at("A2b").creds(),
                updates(two().at("A2b")),
            ),
        case("unknown-id-known-access", "likewise by access token")
            .seed(three())
            .save(id("99").at("A2").exp(5), updates(two().exp(5))),
        case(
            "unknown-id-same-values",
            "likewise where there is nothing to write",
        )
        .seed(three())
        .save(two().keyed("99"), unchanged(two())),
        case(
            "unknown-id-other-client",
            "another client's record is not meant: a new one",
        )
        .seed(three())
        .save(
            id("99").user(ALICE).at("AX").of("OTHER"),
            creates(id("99").user(ALICE).at("AX").of("OTHER")),
        ),
        case(
            "unknown-id-ambiguous",
            "two records of the user: neither is written, nor a third",
        )
        .seed([
            id("1").user("u").at("A").of("A"),
            id("2").user("u").at("B").of("B"),
        ])
        .save(id("99").user("u").at("X"), fails(Ambiguous)),
        case("id-only", "the id is enough")
            .seed(three())
            .save(id("3").at("A3b"), updates(third().at("A3b"))),
        case(
            "id-decides",
            "id of one record, refresh token of another: the id decides",
        )
        .seed(three())
        .save(id("3").rt("R1").creds(), updates(third().rt("R1")))
        .find(rt("R1").creds(), fails_naming(Ambiguous, "1, 3")),
        case("same-user", "id and its own user")
            .seed(three())
            .save(id("1").user(ALICE).at("A1b"), updates(one().at("A1b"))),
        case(
            "user-given",
            "id of a record without a user, and a new user",
        )
        .seed(three())
        .save(id("3").user("carol"), updates(third().user("carol")))
        .find(user("carol").creds(), gives(third().user("carol"))),
        case(
            "user-taken",
            "id of a record without a user, and another record's user",
        )
        .seed(three())
        .save(id("3").user(BOB).at("AX"), fails_naming(Conflict, "2")),
        case(
            "user-taken-no-client",
            "the other record names no client: it is the user's all the same",
        )
        .seed([id("1").user("u").at("A"), id("2").at("B").creds()])
        .save(id("2").user("u"), fails(Conflict)),
        case(
            "user-of-another-client",
            "the user of another client's record may be this one's too",
        )
        .seed([
            id("1").user("u").at("A").of("A"),
            id("2").user("v").at("B").of("B"),
        ])
        .save(
            id("2").user("u"),
            updates(id("2").user("u").at("B").of("B")),
        )
        .find(
            user("u").with_client_id("A"),
            gives(id("1").user("u").at("A").of("A")),
        )
        .find(
            user("u").with_client_id("B"),
            gives(id("2").user("u").at("B").of("B")),
        ),
        case(
            "client-taken",
            "id and user of one record, client of the user's other record",
        )
        .seed([
            id("1").user("u").at("A").of("A"),
            id("2").user("u").at("B").of("B"),
        ])
        .save(id("2").user("u").of("A"), fails(Conflict)),
        case(
            "swap-back",
            "a user name that was given up can be taken by another record",
        )
        .seed(three())
        .save(id("1").user("alice2"), updates(one().user("alice2")))
        .save(id("2").user(ALICE), updates(two().user(ALICE)))
        .find(user(ALICE), gives(two().user(ALICE)))
        .find(user(BOB), nothing()),
        case(
            "chosen-ids",
            "ids that the store chose serve like given ones",
        )
        .save(nine(), creates_new(nine()))
        .by_id("$new", gives(nine().keyed("$new")))
        .find(id("$new"), gives(nine().keyed("$new")))
        .save(
            id("$new").at("A9b"),
            updates(nine().at("A9b").keyed("$new")),
        )
        .delete("$new", removes_one()),
        case(
            "chosen-id-taken",
            "the id that a new token would get is another record's by now",
        )
        .save(user("u").rt("R"), creates(id("$old").user("u").rt("R")))
        .save(id("$old").user("v"), updates(id("$old").user("v").rt("R")))
        .save(user("u").rt("R2"), creates_new(user("u").rt("R2")))
        .find(user("u"), gives(id("$new").user("u").rt("R2")))
        .find(user("v"), gives(id("$old").user("v").rt("R"))),
    ]
}
