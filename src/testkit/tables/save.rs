//! Saves: the cases observed at Zoho's stores.

use crate::testkit::words::*;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("S01", "a full new token, no id, no user")
            .seed(three())
            .save(nine(), creates_new(nine())),
        case("S02", "the first token of an empty store").save(nine(), creates_new(nine())),
        case(
            "S03",
            "known user name, new access token: the other fields stay",
        )
        .seed(three())
        .save(
            user(ALICE).at("A1b").exp(5),
            updates(one().at("A1b").exp(5)),
        ),
        case("S04", "id of one record, user name of another")
            .seed(three())
            .save(
                id("2").user(ALICE).at("AX").rt("RX").creds(),
                fails(Conflict),
            ),
        case(
            "S05",
            "unknown id, unknown user, with tokens: stored under that id",
        )
        .seed(three())
        .save(
            id("77").user("zoe").at("AZ").rt("RZ").creds(),
            creates(id("77").user("zoe").at("AZ").rt("RZ").creds()),
        ),
        case("S06", "unknown id, no token")
            .seed(three())
            .save(id("77").creds(), fails(InvalidInput)),
        case(
            "S07",
            "after a refresh: id, refresh token, new access token",
        )
        .seed(three())
        .save(
            id("3").rt("R3").at("A3b").exp(9).creds(),
            updates(third().at("A3b").exp(9)),
        ),
        case("S08", "record with only an access token: renewed by id")
            .seed([id("4").at("A4")])
            .save(id("4").at("A4b"), updates(id("4").at("A4b"))),
        case("S09", "access token with a client, nothing else")
            .seed(three())
            .save(at("A9").creds(), creates_new(at("A9").creds())),
        case(
            "S10",
            "a new refresh token that nothing ties to its old record: a new record",
        )
        .seed(three())
        .save(
            rt("R3b").at("A3b").creds(),
            creates_new(rt("R3b").at("A3b").creds()),
        ),
        case("S11", "known grant token, new refresh token")
            .seed(three())
            .save(
                gt("G1").rt("R1b").at("A1b").creds(),
                updates(one().rt("R1b").at("A1b")),
            ),
        case("S12", "the same again, with its id")
            .seed(three())
            .save(one(), unchanged(one())),
        case("S12b", "the same again, without its id")
            .seed(three())
            .save(
                user(ALICE).rt("R1").at("A1").gt("G1").exp(FAR).creds(),
                unchanged(one()),
            ),
        case("S13", "ids 9 and 10 exist: the next id is an unused one")
            .seed([one().keyed("9"), two().keyed("10")])
            .save(nine(), creates_new(nine())),
        case(
            "S14",
            "an id that is no number exists: the next id is an unused one",
        )
        .seed([one().keyed("abc")])
        .save(nine(), creates_new(nine())),
        case(
            "S15",
            "user name that is empty: not set, and the token is stored without",
        )
        .seed(three())
        .save(nine().user(""), creates_new(nine())),
        case("S16", "comma, quote and line break in values")
            .save(
                user("a,\"b\"").rt("R\r\n9").at("A9").creds(),
                creates_new(user("a,\"b\"").rt("R\r\n9").at("A9").creds()),
            )
            .find(
                user("a,\"b\""),
                gives(id("$new").user("a,\"b\"").rt("R\r\n9").at("A9").creds()),
            ),
        case("S17", "user name with an apostrophe, new").save(
            user("o'brien@x.test").at("A9").rt("R9").creds(),
            creates_new(user("o'brien@x.test").at("A9").rt("R9").creds()),
        ),
        case("S17b", "user name with an apostrophe, known")
            .seed([id("1").user("o'brien@x.test").at("A1").rt("R1").creds()])
            .save(
                user("o'brien@x.test").at("A9").rt("R9").creds(),
                updates(id("1").user("o'brien@x.test").at("A9").rt("R9").creds()),
            ),
        case(
            "S18",
            "known user name, no client given: the stored one comes back",
        )
        .seed(three())
        .save(user(BOB).at("A2b"), updates(two().at("A2b"))),
        case("S19", "access token of 300 characters").save(
            at(&"x".repeat(300)).rt("R9"),
            creates_new(at(&"x".repeat(300)).rt("R9")),
        ),
        case(
            "S20",
            "an id that is a column's name is an id like any other",
        )
        .seed(three())
        .save(
            id("id").at("AH").rt("RH").creds(),
            creates(id("id").at("AH").rt("RH").creds()),
        ),
        case("S21", "access token alone, new")
            .seed(three())
            .save(at("A9"), creates_new(at("A9"))),
        case(
            "S22",
            "access token alone, known: nothing to write, the whole record comes back",
        )
        .seed(three())
        .save(at("A2"), unchanged(two())),
        case("S23", "id with a user name that nobody has: renamed")
            .seed(three())
            .save(
                id("1").user("alice2").at("A1").rt("R1").creds(),
                updates(one().user("alice2")),
            )
            .find(user(ALICE), nothing())
            .find(user("alice2"), gives(one().user("alice2"))),
        case(
            "S24",
            "known user name with another client: that client's own record",
        )
        .seed(three())
        .save(
            user(ALICE).rt("RQ").at("AQ").of("OTHER"),
            creates_new(user(ALICE).rt("RQ").at("AQ").of("OTHER")),
        ),
        case("S25", "user name that is SQL, new")
            .seed(three())
            .save(
                user("bob' or '1'='1").at("AX").rt("RX").creds(),
                creates_new(user("bob' or '1'='1").at("AX").rt("RX").creds()),
            ),
        case(
            "Z02",
            "what is no token cannot be passed; a token with nothing set is nothing to store",
        )
        .seed(three())
        .save(token(), fails(InvalidInput)),
        case("user-only", "unknown user name, no token")
            .seed(three())
            .save(
                user("carol").creds(),
                fails_naming(InvalidInput, "no access, refresh or grant token"),
            ),
        case("details-only", "unknown user name, only details").save(
            user("carol")
                .exp(FAR)
                .with_api_domain("https://www.zohoapis.eu"),
            fails(InvalidInput),
        ),
        case(
            "twice",
            "the same new token twice, whatever it is recognised by: one record",
        )
        .save(user("u").at("A1"), creates(id("$user").user("u").at("A1")))
        .save(
            user("u").at("A1"),
            unchanged(id("$user").user("u").at("A1")),
        )
        .save(gt("G").creds(), creates(id("$grant").gt("G").creds()))
        .save(gt("G").creds(), unchanged(id("$grant").gt("G").creds()))
        .save(rt("R").creds(), creates(id("$refresh").rt("R").creds()))
        .save(rt("R").creds(), unchanged(id("$refresh").rt("R").creds()))
        .save(at("A"), creates(id("$access").at("A")))
        .save(at("A"), unchanged(id("$access").at("A")))
        .save(rt("bare"), creates(id("$bare").rt("bare")))
        .save(rt("bare"), unchanged(id("$bare").rt("bare")))
        .save(at("AC").creds(), creates(id("$half").at("AC").creds()))
        .save(at("AC").creds(), unchanged(id("$half").at("AC").creds())),
    ]
}
