//! OAuth clients: which record of a user is meant, and what the configured client adds.
//!
//! Client ids agree if they are equal or one side has none. The record of the very client that is
//! named wins over one that names none (a decision: the contract's text only rules out guessing).

use crate::testkit::words::*;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("equal", "query and record name the same client")
            .seed([one()])
            .find(user(ALICE).with_client_id("cid"), gives(one()))
            .find(user(ALICE).creds(), gives(one())),
        case("different", "query and record name different clients")
            .seed([one()])
            .find(user(ALICE).of("OTHER"), nothing())
            .find(gt("G1").of("OTHER"), nothing())
            .find(rt("R1").of("OTHER"), nothing()),
        case("query-names-none", "the query names no client")
            .seed([one()])
            .find(user(ALICE), gives(one())),
        case("record-names-none", "the record names no client")
            .seed([id("1").user(ALICE).rt("R1").gt("G1")])
            .find(
                user(ALICE).of("ANY"),
                gives(id("1").user(ALICE).rt("R1").gt("G1")),
            )
            .find(
                gt("G1").of("ANY"),
                gives(id("1").user(ALICE).rt("R1").gt("G1")),
            )
            .find(
                rt("R1").of("ANY"),
                gives(id("1").user(ALICE).rt("R1").gt("G1")),
            ),
        case("byte-exact", "client ids are compared byte by byte")
            .seed([one()])
            .find(user(ALICE).with_client_id("CID"), nothing())
            .find(user(ALICE).with_client_id("cid "), nothing()),
        case(
            "user-of-two-clients",
            "one user, two clients: two records, each found by its client",
        )
        .save(
            user("u").rt("RA").of("A"),
            creates(id("$a").user("u").rt("RA").of("A")),
        )
        .save(
            user("u").rt("RB").of("B"),
            creates(id("$b").user("u").rt("RB").of("B")),
        )
        .find(
            user("u").with_client_id("A"),
            gives(id("$a").user("u").rt("RA").of("A")),
        )
        .find(
            user("u").with_client_id("B"),
            gives(id("$b").user("u").rt("RB").of("B")),
        )
        .find(user("u").with_client_id("C"), nothing())
        .find(user("u"), fails(Ambiguous)),
        case("client-of-two-users", "one client, two users: two records")
            .save(
                user("u").rt("RU").creds(),
                creates(id("$u").user("u").rt("RU").creds()),
            )
            .save(
                user("v").rt("RV").creds(),
                creates(id("$v").user("v").rt("RV").creds()),
            )
            .find(user("u"), gives(id("$u").user("u").rt("RU").creds()))
            .find(
                user("v").creds(),
                gives(id("$v").user("v").rt("RV").creds()),
            ),
        case(
            "same-tokens-two-clients",
            "two clients may hold tokens of the same text",
        )
        .save(
            rt("R").gt("G").of("A"),
            creates(id("$a").rt("R").gt("G").of("A")),
        )
        .save(
            rt("R").gt("G").of("B"),
            creates(id("$b").rt("R").gt("G").of("B")),
        )
        .find(rt("R").of("B"), gives(id("$b").rt("R").gt("G").of("B")))
        .find(gt("G").of("A"), gives(id("$a").rt("R").gt("G").of("A"))),
        case(
            "exact-wins",
            "the named client's record wins over one that names no client",
        )
        .seed([id("1").rt("R"), id("2").at("X").creds()])
        .save(id("2").rt("R"), updates(id("2").at("X").rt("R").creds()))
        .find(rt("R").creds(), gives(id("2").at("X").rt("R").creds()))
        .find(rt("R").of("OTHER"), gives(id("1").rt("R")))
        .save(
            rt("R").exp(5).creds(),
            updates(id("2").at("X").rt("R").exp(5).creds()),
        ),
        case("two-exact", "two records of the named client are ambiguous")
            .seed([id("1").rt("R").creds(), id("2").at("X").creds()])
            .save(id("2").rt("R"), updates(id("2").at("X").rt("R").creds()))
            .find(rt("R").creds(), fails_naming(Ambiguous, "1, 2"))
            .find(id("1"), gives(id("1").rt("R").creds())),
        case("two-open", "two records that name no client are ambiguous")
            .seed([id("1").rt("R"), id("2").at("X")])
            .save(id("2").rt("R"), updates(id("2").at("X").rt("R")))
            .find(rt("R").creds(), fails_naming(Ambiguous, "1, 2")),
        case(
            "ambiguous-save",
            "a save that two records answer writes to neither",
        )
        .seed([
            id("1").user("u").at("A").of("A"),
            id("2").user("u").at("B").of("B"),
        ])
        .save(user("u").at("X"), fails_naming(Ambiguous, "1, 2"))
        .save(
            user("u").at("X").with_client_id("B"),
            updates(id("2").user("u").at("X").of("B")),
        ),
        case(
            "ambiguous-access",
            "two records with one access token are ambiguous",
        )
        .seed([id("1").at("A"), id("2").rt("R")])
        .save(id("2").at("A"), updates(id("2").rt("R").at("A")))
        .find(at("A"), fails_naming(Ambiguous, "1, 2")),
        case(
            "client-added",
            "a record without a client takes the first that is named",
        )
        .seed([id("1").user("u").rt("R")])
        .save(
            user("u").of("A"),
            updates(id("1").user("u").rt("R").of("A")),
        )
        .save(
            user("u").rt("RB").of("B"),
            creates_new(user("u").rt("RB").of("B")),
        ),
        case(
            "own-chooses",
            "the configured client is meant where a query with a user names none",
        )
        .own_client("B")
        .seed([
            id("1").user("u").at("A").of("A"),
            id("2").user("u").at("B").of("B"),
        ])
        .find(user("u"), gives(id("2").user("u").at("B").of("B")))
        .find(
            user("u").with_client_id("A"),
            gives(id("1").user("u").at("A").of("A")),
        )
        .save(
            user("u").at("B2"),
            updates(id("2").user("u").at("B2").of("B")),
        ),
        case(
            "own-excludes",
            "with a configured client, another client's record is not the answer",
        )
        .own_client("B")
        .seed([id("1").user("u").at("A").of("A")])
        .find(user("u"), nothing())
        .find(user("u").of("A"), gives(id("1").user("u").at("A").of("A"))),
        case(
            "own-agrees-with-none",
            "a record that names no client agrees with the configured one",
        )
        .own_client("B")
        .seed([id("1").at("A")])
        .save(id("1").user("u"), updates(id("1").user("u").at("A")))
        .find(user("u"), gives(id("1").user("u").at("A"))),
        case(
            "own-completes",
            "a new record with a user belongs to the configured client",
        )
        .own_client("B")
        .seed([id("1").user("u").at("A").of("A")])
        .save(
            user("u").at("B"),
            creates_new(user("u").at("B").with_client_id("B")),
        )
        .save(
            user("u").at("B"),
            unchanged(id("$new").user("u").at("B").with_client_id("B")),
        ),
        case(
            "own-is-no-credential",
            "the configured client does not stand in for given credentials",
        )
        .own_client("cid")
        .seed([one()])
        .find(rt("R1"), fails(InvalidInput))
        .find(gt("G1").with_client_secret("csec"), fails(InvalidInput)),
        case(
            "own-and-access",
            "nor does it hide an access token that comes alone",
        )
        .own_client("B")
        .seed([id("1").at("A").of("A"), id("2").at("bare")])
        .find(at("A"), gives(id("1").at("A").of("A")))
        .find(at("bare"), gives(id("2").at("bare"))),
    ]
}
