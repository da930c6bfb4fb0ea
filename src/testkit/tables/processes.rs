//! Several processes on one namespace, and several namespaces on one backend.
//!
//! A process may serve look-ups from its cache for a while; what it saves must be based on what is
//! stored now.

use crate::testkit::harness::Handle::{Below, First, Longer, Second};
use crate::testkit::words::*;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case(
            "second-finds",
            "what one process saved, another finds by every key",
        )
        .save(nine().user("u"), creates_new(nine().user("u")))
        .via(Second)
        .by_id("$new", gives(nine().user("u").keyed("$new")))
        .find(user("u"), gives(nine().user("u").keyed("$new")))
        .find(user("u").creds(), gives(nine().user("u").keyed("$new")))
        .find(gt("G9").creds(), gives(nine().user("u").keyed("$new")))
        .find(rt("R9").creds(), gives(nine().user("u").keyed("$new")))
        .find(at("A9"), gives(nine().user("u").keyed("$new"))),
        case(
            "second-missed-before",
            "a miss is not remembered against a later save elsewhere",
        )
        .via(Second)
        .find(user(ALICE).creds(), nothing())
        .by_id("1", nothing())
        .via(First)
        .save(one(), creates(one()))
        .via(Second)
        .find(user(ALICE).creds(), gives(one()))
        .by_id("1", gives(one())),
        case(
            "second-lists-changes",
            "listings show what another process changed and removed",
        )
        .seed(three())
        .via(Second)
        .list(three())
        .via(First)
        .save(user(ALICE).at("A1b"), updates(one().at("A1b")))
        .delete("2", removes_one())
        .via(Second)
        .list([one().at("A1b"), third()]),
        case(
            "second-removes-all",
            "one process removes what another saved",
        )
        .seed(three())
        .via(Second)
        .delete_all(removes_all(3))
        .via(First)
        .list([]),
        case(
            "stale-save",
            "a partial save adds to what is stored now, not to what was cached",
        )
        .seed([one()])
        .by_id("1", gives(one()))
        .via(Second)
        .save(
            user(ALICE).at("A1b").exp(5),
            updates(one().at("A1b").exp(5)),
        )
        .via(First)
        .save(
            user(ALICE).with_api_domain("https://d"),
            updates(one().at("A1b").exp(5).with_api_domain("https://d")),
        ),
        case(
            "stale-no-op",
            "whether there is something to write is judged by what is stored now",
        )
        .seed([one()])
        .by_id("1", gives(one()))
        .via(Second)
        .save(user(ALICE).at("B"), updates(one().at("B")))
        .via(First)
        .save(user(ALICE).at("A1"), updates(one())),
        case(
            "stale-resurrection",
            "what another process removed does not come back with a save",
        )
        .seed([one()])
        .by_id("1", gives(one()))
        .via(Second)
        .delete("1", removes_one())
        .via(First)
        .save(user(ALICE).at("A9"), creates_new(user(ALICE).at("A9"))),
        case(
            "removed-elsewhere",
            "a second removal, by another process, has nothing to remove",
        )
        .seed([one()])
        .via(Second)
        .delete("1", removes_one())
        .via(First)
        .delete("1", removes_none())
        .delete_all(removes_all(0)),
        case(
            "at-once-user",
            "two processes save one new token of a user: one record",
        )
        .save_at_once(
            [First, Second].map(|process| (process, nine().user("u"))),
            [nine().user("u").keyed("$it")],
        ),
        case(
            "at-once-grant",
            "likewise a token that is known by its grant token",
        )
        .save_at_once(
            [First, Second].map(|process| (process, nine())),
            [nine().keyed("$it")],
        ),
        case("at-once-refresh", "likewise by its refresh token").save_at_once(
            [First, Second].map(|process| (process, rt("R").at("A").creds())),
            [rt("R").at("A").creds().keyed("$it")],
        ),
        case("at-once-access", "likewise by its access token alone").save_at_once(
            [First, Second].map(|process| (process, at("A"))),
            [at("A").keyed("$it")],
        ),
        case("at-once-id", "likewise under a given id")
            .save_at_once([First, Second].map(|process| (process, one())), [one()]),
        case(
            "at-once-partial",
            "two partial saves of one record: both survive",
        )
        .seed([one()])
        .save_at_once(
            [
                (First, user(ALICE).at("A1b").exp(5)),
                (Second, user(ALICE).with_api_domain("https://d")),
            ],
            [one().at("A1b").exp(5).with_api_domain("https://d")],
        ),
        case(
            "at-once-partial-new",
            "two parts of one new record: both survive in one record",
        )
        .save_at_once(
            [
                (First, user("u").at("A").creds()),
                (Second, user("u").rt("R").creds()),
            ],
            [user("u").at("A").rt("R").creds().keyed("$it")],
        ),
        case(
            "at-once-fields",
            "a part from each of six callers in two processes: all survive",
        )
        .seed([one()])
        .save_at_once(
            [
                (First, id("1").at("A1b")),
                (Second, id("1").rt("R1b")),
                (First, id("1").gt("G1b")),
                (Second, id("1").exp(5)),
                (First, id("1").with_redirect_url("https://r")),
                (Second, id("1").with_api_domain("https://d")),
            ],
            [one()
                .at("A1b")
                .rt("R1b")
                .gt("G1b")
                .exp(5)
                .with_redirect_url("https://r")
                .with_api_domain("https://d")],
        ),
        case(
            "at-once-different",
            "new tokens of six users from two processes: six records",
        )
        .save_at_once(
            (0..6).map(|n| {
                let process = if n % 2 == 0 { First } else { Second };
                (process, user(&format!("user {n}")).rt("R").creds())
            }),
            (0..6)
                .map(|n| {
                    user(&format!("user {n}"))
                        .rt("R")
                        .creds()
                        .keyed(&format!("${n}"))
                })
                .collect::<Vec<_>>(),
        ),
        case(
            "prefix-goes-on",
            "a namespace whose prefix begins like another's does not see it",
        )
        .seed(three())
        .via(Longer)
        .list([])
        .by_id("1", nothing())
        .find(user(ALICE), nothing())
        .find(at("A1"), nothing())
        .delete("1", removes_none())
        .delete_all(removes_all(0))
        .save(one(), creates(one()))
        .save(user(ALICE).at("mine"), updates(one().at("mine")))
        .via(First)
        .by_id("1", gives(one()))
        .delete_all(removes_all(3))
        .via(Longer)
        .list([one().at("mine")]),
        case(
            "prefix-below",
            "a namespace inside another's prefix does not see it, nor it that",
        )
        .seed(three())
        .via(Below)
        .list([])
        .find(user(ALICE), nothing())
        .save(two().at("mine"), creates(two().at("mine")))
        .via(First)
        .list(three())
        .delete_all(removes_all(3))
        .via(Below)
        .list([two().at("mine")])
        .delete_all(removes_all(1)),
    ]
}
