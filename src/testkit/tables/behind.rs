//! Changes behind the store's back: a record that someone removed or damaged.
//!
//! A process may serve what it has in its cache for a while, so the steps go to one that has not
//! looked yet.

use crate::ErrorKind::Corrupt;
use crate::testkit::canary;
use crate::testkit::harness::Change::{Damage, Remove};
use crate::testkit::harness::Handle::{Second, Third};
use crate::testkit::words::*;

/// What no store takes for a record.
fn damage(id: &str) -> crate::testkit::harness::Change {
    Damage(id.into(), "{ this is no record".into())
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("removed", "a record that is gone is not found by any key")
            .seed(three())
            .change(Remove("1".into()))
            .via(Second)
            .by_id("1", nothing())
            .find(user(ALICE).creds(), nothing())
            .find(user(ALICE), nothing())
            .find(gt("G1").creds(), nothing())
            .find(rt("R1").creds(), nothing())
            .find(at("A1"), nothing())
            .list([two(), third()]),
        case(
            "removed-saved",
            "its user can be saved again, without its old fields",
        )
        .seed(three())
        .change(Remove("1".into()))
        .via(Second)
        .save(user(ALICE).at("A9"), creates_new(user(ALICE).at("A9")))
        .via(Third)
        .find(user(ALICE), gives(id("$new").user(ALICE).at("A9"))),
        case("removed-part", "a part of it has nothing to be added to")
            .seed(three())
            .change(Remove("1".into()))
            .via(Second)
            .save(user(ALICE).exp(5), fails(InvalidInput)),
        case("removed-deleted", "there is nothing left to remove")
            .seed(three())
            .change(Remove("1".into()))
            .via(Second)
            .delete("1", removes_none())
            .delete_all(removes_all(2)),
        case(
            "damaged",
            "a record that cannot be read is an error, not a miss; the others are as before",
        )
        .seed(three())
        .change(damage("1"))
        .via(Second)
        .by_id("1", fails(Corrupt))
        .find(id("1"), fails(Corrupt))
        .by_id("2", gives(two()))
        .find(user(BOB).creds(), gives(two()))
        .find(rt("R3").creds(), gives(third())),
        case(
            "damaged-save",
            "a part is not written over what cannot be read",
        )
        .seed(three())
        .change(damage("1"))
        .via(Second)
        .save(id("1").at("A9"), fails(Corrupt))
        .save(user(BOB).at("A2b"), updates(two().at("A2b"))),
        case("damaged-two", "a listing names every record that it lacks")
            .seed(three())
            .change(damage("1"))
            .change(damage("3"))
            .via(Second)
            .by_id("3", fails(Corrupt))
            .by_id("2", gives(two())),
        case("damaged-secret", "the error does not show what is stored")
            .seed(three())
            .change(Damage(
                "1".into(),
                format!("{{ {} }}", canary::REFRESH_TOKEN),
            ))
            .via(Second)
            .by_id("1", fails(Corrupt)),
    ]
}
