//! Look-ups by what a token holds, and by id.

use crate::testkit::words::*;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("F01", "user name, held")
            .seed(three())
            .find(user(ALICE), gives(one())),
        case(
            "F02",
            "unknown user name beside a known refresh token: a miss does not fall through",
        )
        .seed(three())
        .find(user("carol@x.test:org3").rt("R1").creds(), nothing()),
        case("F03", "user name in another case")
            .seed(three())
            .find(user("ALICE@x.test:org1"), nothing()),
        case("F04", "user name with a trailing blank")
            .seed(three())
            .find(user("alice@x.test:org1 "), nothing()),
        case("user-part", "the beginning of a user name, or more than it")
            .seed(three())
            .find(user("alice"), nothing())
            .find(user("alice@x.test:org"), nothing())
            .find(user("alice@x.test:org12"), nothing()),
        case("F05", "access token alone, held")
            .seed(three())
            .find(at("A2"), gives(two())),
        case("F06", "access token alone, unknown")
            .seed(three())
            .find(at("nope"), nothing()),
        case(
            "F07",
            "access token with a client: no rule for it, and never another's record",
        )
        .seed(three())
        .find(
            at("A2").creds(),
            fails_naming(InvalidInput, "no user, grant token or refresh token"),
        ),
        case(
            "F08",
            "access token of one record, refresh token of another: the latter's, whole",
        )
        .seed(three())
        .find(at("A2").rt("R1").creds(), gives(one())),
        case("F09", "refresh token with its client")
            .seed(three())
            .find(rt("R3").creds(), gives(third())),
        case("F10", "refresh token without a client")
            .seed(three())
            .find(
                rt("R1"),
                fails_naming(InvalidInput, "client id and client secret"),
            ),
        case("F11", "grant token with its client")
            .seed(three())
            .find(gt("G2").creds(), gives(two())),
        case("F12", "grant token without a client")
            .seed(three())
            .find(
                gt("G2"),
                fails_naming(InvalidInput, "client id and client secret"),
            ),
        case(
            "F13",
            "grant token of one record, refresh token of another: the grant token decides",
        )
        .seed(three())
        .find(gt("G2").rt("R1").creds(), gives(two())),
        case("F14", "refresh token with another client")
            .seed(three())
            .find(rt("R1").of("OTHER"), nothing()),
        case("F15", "id alone")
            .seed(three())
            .find(id("2"), gives(two())),
        case(
            "F16",
            "user name that is empty: not set, so nothing is asked for",
        )
        .seed(three())
        .find(user(""), fails_naming(InvalidInput, "names no id, user")),
        case(
            "F17",
            "user name beside a stale access token: the store's token comes back",
        )
        .seed(three())
        .find(user(ALICE).at("STALE").exp(1), gives(one())),
        case("F18", "record without API domain: it stays without")
            .seed([one(), two().with_api_domain("https://www.zohoapis.eu")])
            .find(user(ALICE), gives(one()))
            .find(
                user(BOB),
                gives(two().with_api_domain("https://www.zohoapis.eu")),
            ),
        case("F19", "empty store").find(rt("R1").creds(), nothing()),
        case("F20", "user name that is SQL")
            .seed(three())
            .find(user("x' or '1'='1"), nothing()),
        case(
            "F21",
            "user name that two records have, one for each client: not guessed between",
        )
        .seed([
            id("1").user("dup").rt("R1").at("A1").creds(),
            id("2").user("dup").rt("R2").at("A2").of("OTHER"),
        ])
        .find(user("dup"), fails_naming(Ambiguous, "1, 2")),
        case(
            "F22",
            "access token that is empty: not set, so nothing is asked for",
        )
        .seed(three())
        .find(at(""), fails_naming(InvalidInput, "names no id, user")),
        case(
            "F23",
            "refresh token of a record with a user: the user comes along",
        )
        .seed(three())
        .find(rt("R2").creds(), gives(two())),
        case("F24", "access token with a client id but no client secret")
            .seed(three())
            .find(at("A2").with_client_id("cid"), fails(InvalidInput)),
        case(
            "F25",
            "grant token that is empty: the refresh token decides",
        )
        .seed(three())
        .find(gt("").rt("R1").creds(), gives(one())),
        case("I01", "by id, held")
            .seed(three())
            .by_id("2", gives(two())),
        case("I02", "by id, unknown: none, not an error")
            .seed(three())
            .by_id("99", nothing()),
        case("I03", "by an id that is a column's name")
            .seed(three())
            .by_id("id", nothing()),
        case("I04", "by an id that is SQL")
            .seed(three())
            .by_id("x' or '1'='1", nothing()),
        case("I05", "by an id with a leading zero")
            .seed(three())
            .by_id("02", nothing()),
        case("I06", "by an id with a trailing blank")
            .seed(three())
            .by_id("2 ", nothing()),
        case(
            "Z01",
            "what is no token cannot be passed; a token with nothing set asks for nothing",
        )
        .seed(three())
        .find(token(), fails_naming(InvalidInput, "names no id, user")),
        case(
            "id-first",
            "id beside everything of another record: the id decides",
        )
        .seed(three())
        .find(one().keyed("2"), gives(two())),
        case(
            "id-miss",
            "unknown id beside a known user: a miss does not fall through",
        )
        .seed(three())
        .find(user(ALICE).keyed("99"), nothing()),
        case(
            "grant-miss",
            "unknown grant token beside a known refresh token: no falling through",
        )
        .seed(three())
        .find(gt("G9").rt("R1").creds(), nothing()),
        case(
            "access-first",
            "access token and refresh token without a client: by the access token",
        )
        .seed(three())
        .find(at("A2").rt("R1"), gives(two()))
        .find(at("A9").rt("R1"), nothing()),
        case(
            "access-byte-exact",
            "credentials are compared byte by byte too",
        )
        .seed(three())
        .find(at("a2"), nothing())
        .find(at("A2 "), nothing())
        .find(rt("r1").creds(), nothing())
        .find(gt("G1 ").creds(), nothing()),
        case(
            "half-client",
            "refresh or grant token with half a client: what is missing is named",
        )
        .seed(three())
        .find(
            rt("R1").with_client_id("cid"),
            fails_naming(InvalidInput, "client secret"),
        )
        .find(
            rt("R1").with_client_secret("csec"),
            fails_naming(InvalidInput, "client id"),
        )
        .find(
            gt("G1").with_client_id("cid"),
            fails_naming(InvalidInput, "client secret"),
        ),
        case(
            "wrong-secret",
            "the client secret is needed but is no key: it may have been renewed",
        )
        .seed(three())
        .find(rt("R1").with_client("cid", "renewed"), gives(one())),
        case(
            "only-client",
            "a client alone, or details alone, ask for nothing",
        )
        .seed(three())
        .find(token().creds(), fails(InvalidInput))
        .find(
            token().with_api_domain("https://www.zohoapis.eu").exp(FAR),
            fails(InvalidInput),
        ),
        case("expired", "an access token that has expired is still found")
            .seed([one().exp(1)])
            .find(at("A1"), gives(one().exp(1)))
            .find(user(ALICE), gives(one().exp(1))),
    ]
}
