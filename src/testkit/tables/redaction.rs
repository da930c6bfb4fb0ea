//! Credentials show neither in `Debug` nor in errors. The runner looks through all that comes out of
//! every case; these rows give it credentials that it recognises, in every outcome there is.

use crate::OAuthToken;
use crate::testkit::canary::{ACCESS_TOKEN, CLIENT_SECRET, GRANT_TOKEN, REFRESH_TOKEN};
use crate::testkit::harness::Capability;
use crate::testkit::harness::Handle::Second;
use crate::testkit::words::*;

/// A token of no user with all four credentials.
fn bird() -> OAuthToken {
    of("client")
        .rt(REFRESH_TOKEN)
        .at(ACCESS_TOKEN)
        .gt(GRANT_TOKEN)
}

/// A client.
fn of(client: &str) -> OAuthToken {
    token().with_client(client, CLIENT_SECRET)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("saved", "what saves give: new, changed and as it was")
            .save(bird().user("u"), creates_new(bird().user("u")))
            .save(bird().user("u"), unchanged(bird().user("u").keyed("$new")))
            .save(
                user("u").exp(FAR),
                updates(bird().user("u").exp(FAR).keyed("$new")),
            ),
        case("found", "what look-ups give, by every key")
            .seed([bird().keyed("1").user("u")])
            .by_id("1", gives(bird().keyed("1").user("u")))
            .find(user("u"), gives(bird().keyed("1").user("u")))
            .via(Second)
            .find(
                of("client").gt(GRANT_TOKEN),
                gives(bird().keyed("1").user("u")),
            )
            .find(
                of("client").rt(REFRESH_TOKEN),
                gives(bird().keyed("1").user("u")),
            )
            .find(at(ACCESS_TOKEN), gives(bird().keyed("1").user("u")))
            .list([bird().keyed("1").user("u")]),
        case("missed", "look-ups that find nothing")
            .seed([one()])
            .find(of("client").gt(GRANT_TOKEN), nothing())
            .find(of("client").rt(REFRESH_TOKEN), nothing())
            .find(at(ACCESS_TOKEN), nothing()),
        case("removed", "the store after a removal")
            .seed([bird().keyed("1"), bird().keyed("2").of("other")])
            .delete("1", removes_one())
            .delete_all(removes_all(1)),
        case("invalid-query", "errors of look-ups that name too little")
            .seed([bird().keyed("1")])
            .find(rt(REFRESH_TOKEN), fails(InvalidInput))
            .find(gt(GRANT_TOKEN), fails(InvalidInput))
            .find(
                rt(REFRESH_TOKEN).with_client_id("client"),
                fails(InvalidInput),
            )
            .find(of("client").at(ACCESS_TOKEN), fails(InvalidInput))
            .find(of("client"), fails(InvalidInput)),
        case("invalid-save", "errors of saves that cannot be made")
            .seed([bird().keyed("1")])
            .save(of("client").user("u"), fails(InvalidInput))
            .save(bird().of("x").keyed("not usable"), fails(InvalidInput)),
        case("ambiguous", "errors where two records answer")
            .seed([
                bird().keyed("1").user("u"),
                id("2").at("A").with_client("client", CLIENT_SECRET),
            ])
            .save(
                id("2").rt(REFRESH_TOKEN),
                updates(
                    id("2")
                        .at("A")
                        .rt(REFRESH_TOKEN)
                        .with_client("client", CLIENT_SECRET),
                ),
            )
            .find(of("client").rt(REFRESH_TOKEN), fails(Ambiguous))
            .save(
                of("client").rt(REFRESH_TOKEN).at(ACCESS_TOKEN),
                fails(Ambiguous),
            ),
        case(
            "conflict",
            "the error of an id and a user that name two records",
        )
        .seed([bird().keyed("1").user("u"), id("2").user("v").at("A")])
        .save(bird().keyed("1").user("v"), fails(Conflict)),
        case("too-large", "the error of a record that does not fit")
            .requires(Capability::SecretSize)
            .seed([bird().keyed("1").user("u")])
            .save(
                user("u").at(&ACCESS_TOKEN.repeat(65_536 / ACCESS_TOKEN.len() + 1)),
                fails(TooLarge),
            ),
    ]
}
